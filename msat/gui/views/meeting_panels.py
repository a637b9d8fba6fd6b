"""Panels about meetings: a decision is done; who was at a meeting, its agenda, its minutes as a file or on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from msat.clock import london
from msat.gui import work_deeds
from msat.gui.dates import say_date
from msat.gui.pieces import KeyButton
from msat.gui.saving import ask_where, save
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.drafting import Drafting
from msat.gui.views.notices import NoticeBar
from msat.gui.views.panels import DeedPanel, FootPanel
from msat.gui.views.particulars import DateDone
from msat.gui.views.work_panels import day_editor, day_of
from msat.projections.decisions import Decision

if TYPE_CHECKING:
    from msat.projections.meetings import Meeting
    from msat.services.desk import Changes, Desk, Person

ABOUT = "meeting"
"""What the drafts of the minutes belong to."""
KINDS = later("PDF (*.pdf);;Word (*.docx);;Web page (*.html);;Plain text (*.txt)")


class DonePanel(DeedPanel):
    """What a meeting had decided is done: when, and what came of it."""

    def __init__(self, session: Session, decision: Decision) -> None:
        about = f"{decision.met.outcome_words} ({decision.name})"
        super().__init__(session, str(decision.key), tr("Decision done"), tr("Mark as done"), about)
        self._decision = decision.id
        self.note = self.draft(f"done/{decision.id[:12]}", self.line(tr("What came of it")))
        self.when = DateDone(tr("Date done"), session.now)
        self.add(tr("Date done"), self.when, share=0)

    def first_field(self) -> QWidget | None:
        return self.note

    def submit(self) -> None:
        note = self.note.text().strip()
        deed = work_deeds.finish_decision(self.alert, self._decision, note, self.when.chosen())
        self.record(deed, then=lambda: self.forget(f"done/{self._decision[:12]}"))


class MinutesPanel(FootPanel):
    """A meeting: who was there and its agenda, to be recorded; its minutes, to be saved or printed.

    `print_asked`: the minutes of `chosen` are to be looked at and printed.
    """

    print_asked = Signal()

    def __init__(self, session: Session, notices: NoticeBar, known: Sequence[Meeting], agenda: Sequence[str]) -> None:
        super().__init__(
            tr("Minutes of a meeting"),
            tr("Record who was there"),
            tr("Decisions are recorded alert by alert; the minutes put them together with who was there."),
        )
        self.session, self.notices = session, notices
        self._known, self._agenda = list(known), list(agenda)
        self.drafting = Drafting(self, session, ABOUT)
        self.which = QComboBox()
        self.which.addItem(tr("Another meeting"), None)
        for at, one in enumerate(self._known):
            self.which.addItem(f"{one.name}, {say_date(one.on)}", at)
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.which.setMinimumContentsLength(16)
        self.add(tr("Meeting"), self.which)
        self.next_row()
        self.name = self.drafting.line("name", self.line(tr("What it is called")))
        self.on = day_editor(tr("Held on"), london(session.now()).date())
        self.add(tr("Held on"), self.on, share=0)
        self.next_row()
        self.present = self._lines("present", tr("Who was there, a role or name a line"))
        self.apologies = self._lines("apologies", tr("Apologies, a line each"))
        self.next_row()
        self.agenda = self._lines("agenda", tr("Agenda, an item a line"))
        self.note = self._lines("note", tr("Also noted"))
        self.save_file = KeyButton(tr("Save the minutes"), self._save, icon="save")
        self.print = KeyButton(tr("Look at and print"), self._print, "Ctrl+P")
        self.buttons.removeWidget(self.close_button)
        for button in (self.save_file, self.print, self.close_button):
            self.buttons.addWidget(button)
        self.which.currentIndexChanged.connect(lambda _at: self._show())
        self.which.setCurrentIndex(1 if self._known else 0)
        self._show()

    @property
    def chosen(self) -> Meeting | None:
        """The meeting of the record that is shown; None for one that nothing is recorded of yet."""
        at = self.which.currentData()
        return None if at is None else self._known[at]

    def _lines(self, field: str, label: str) -> QPlainTextEdit:
        editor = QPlainTextEdit()
        editor.setTabChangesFocus(True)
        editor.setFixedHeight(look().px(84))
        self.drafting.text(field, editor)
        self.add(label, editor)
        return editor

    def _show(self) -> None:
        one = self.chosen
        self.name.setEnabled(one is None)
        self.on.setEnabled(one is None)
        for button in (self.save_file, self.print):
            button.setEnabled(one is not None)
        if one is None:
            if not self.agenda.toPlainText().strip():
                self._fill(self.agenda, self._agenda)
            if self._known and not self.name.text():
                self.name.setText(self._known[0].name)
            return
        self.name.setText(one.name)
        self.name.setCursorPosition(0)  # a narrow field shows how the name begins
        self.on.setDate(QDate(one.on.year, one.on.month, one.on.day))
        typed = {field: bool(self.session.drafts.text(ABOUT, field)) for field in ("present", "apologies", "agenda")}
        is_today = one.on == london(self.session.now()).date()
        for field, editor, lines in (
            ("present", self.present, one.present),
            ("apologies", self.apologies, one.apologies),
            ("agenda", self.agenda, one.agenda or (self._agenda if one.deed is None and is_today else ())),
        ):
            if one.deed is not None or not typed[field]:
                self._fill(editor, lines)
        if one.deed is not None:
            self._fill(self.note, one.note.splitlines())

    @staticmethod
    def _fill(editor: QPlainTextEdit, lines: Sequence[str]) -> None:
        """What is put in here is not typed by anybody, and no draft."""
        editor.blockSignals(True)
        editor.setPlainText("\n".join(lines))
        editor.blockSignals(False)

    def first_field(self) -> QWidget | None:
        return self.which

    def submit(self) -> None:
        deed = work_deeds.hold_meeting(
            self.name.text().strip(),
            day_of(self.on),
            self.present.toPlainText(),
            self.apologies.toPlainText(),
            self.agenda.toPlainText(),
            self.note.toPlainText().strip(),
        )
        self.save.setEnabled(False)
        self.wrong.say("")
        self.session.do(deed, self, lambda _changes: self._recorded(), self.fail)

    def _recorded(self) -> None:
        self.save.setEnabled(True)
        self.drafting.forget("name", "present", "apologies", "agenda", "note")
        name, on = self.name.text().strip(), day_of(self.on)

        def read(known: list[Meeting]) -> None:
            self._known = known
            self.which.blockSignals(True)
            self.which.clear()
            self.which.addItem(tr("Another meeting"), None)
            for at, one in enumerate(known):
                self.which.addItem(f"{one.name}, {say_date(one.on)}", at)
            self.which.setCurrentIndex(1 + _place(known, name, on))
            self.which.blockSignals(False)
            self._show()
            self.save_file.setFocus(Qt.FocusReason.OtherFocusReason)

        self.session.read(known_meetings, read, self)

    def _save(self) -> None:
        one = self.chosen
        if one is None or not self._is_recorded():
            return
        from msat.exports.file_names import safe_name

        name = f"{safe_name(f'minutes {one.on.isoformat()} {one.name}')}.pdf"
        path = ask_where(self, tr("Save the minutes"), name, tr(KINDS), self.session)
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Writes the minutes of the meeting shown; the ending says the form."""
        one = self.chosen
        if one is None:
            return
        meeting, on = one.name, one.on

        def make(desk: Desk, where: Path, person: Person) -> tuple[Path, Changes]:
            from msat.services.minutes import export_minutes

            return export_minutes(desk, meeting, on, where, person)

        save(self.session, self.notices, self, path, make)

    def _print(self) -> None:
        if self.chosen is not None and self._is_recorded():
            self.print_asked.emit()

    def _is_recorded(self) -> bool:
        """Whether what stands in the fields is what is recorded: the minutes would say something else."""
        one = self.chosen
        if one is None:
            return False
        fields = ((self.present, one.present), (self.apologies, one.apologies), (self.agenda, one.agenda))
        same = all(tuple(_typed(editor)) == tuple(lines) for editor, lines in fields)
        if one.deed is None and not any(_typed(editor) for editor in (self.present, self.apologies, self.note)):
            same = True  # nobody wants to record who was there
        if not same or (one.deed is not None and self.note.toPlainText().strip() != one.note):
            self.fail(tr("What you typed is not recorded yet. Record who was there first."))
            return False
        self.wrong.say("")
        return True


def known_meetings(desk: Desk) -> list[Meeting]:
    """The meetings of the record, the newest first."""
    from msat.services.hold_meeting import known_meetings as service

    return service(desk)


def _typed(editor: QPlainTextEdit) -> list[str]:
    return [" ".join(line.split()) for line in editor.toPlainText().splitlines() if line.strip()]


def _place(known: Sequence[Meeting], name: str, on: date) -> int:
    from msat.projections.meetings import find_meeting

    found = find_meeting(known, name, on)
    return known.index(found) if found is not None else -1
