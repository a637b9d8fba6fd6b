"""A person's own entries: written to a file for who asks, or erased, first shown and then decided by two people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from msat.errors import MsatError
from msat.gui import person_deeds, tongue
from msat.gui.person_deeds import Planned
from msat.gui.pieces import KeyButton, Text, Wrapping, breakable, card, column, copyable, empty, row
from msat.gui.saving import ask_where, open_file
from msat.gui.session import Session
from msat.gui.tongue import later, tr
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.panels import FootPanel
from msat.gui.views.working_line import WorkingLine

if TYPE_CHECKING:
    from msat.services.erase_person import Erased

KINDS = later("Text to be read (*.txt);;Data with every field (*.json)")
ABOUT = later(
    "For somebody who asks what is held about them: every entry of this record that names them, as a file. Where the "
    "law demands it their name can be erased, by decision of two other people."
)
FOR_EVER = later(
    "The content of each entry shown is emptied for good and told again without the name. It cannot be taken back."
)


class PersonCard(QFrame):
    """`opened` carries a panel to scroll to; `arranged` says that there is something else to reach by Tab."""

    opened = Signal(object)
    arranged = Signal()

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("A person's own entries"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        caption = Text(tr("Name, as it was typed at sign-off"), "meta", "text_2")
        self.name = QLineEdit()
        self.name.setMaxLength(120)
        self.name.setAccessibleName(tr("Name of the person whose entries are meant"))
        caption.setBuddy(self.name)
        lines.addWidget(caption)
        lines.addWidget(self.name)
        buttons = Wrapping(gap=8)
        self.export_button = KeyButton(tr("Write to a file"), self.choose_file, icon="save")
        self.plan_button = KeyButton(tr("Show what erasing would do"), self.look)
        buttons.addWidget(self.export_button)
        buttons.addWidget(self.plan_button)
        lines.addLayout(buttons)
        self.working = WorkingLine(tr("the entries"))
        lines.addWidget(self.working)
        self.outcome = column(gap="small")
        lines.addLayout(self.outcome)
        self.panel = column(gap=0)
        lines.addLayout(self.panel)

    # A file

    def choose_file(self) -> None:
        """Asks for a file and writes every entry that names the person there."""
        if not self._named():
            return
        path = ask_where(self, tr("Write a person's entries"), "entries.txt", tr(KINDS), self._session)
        if path is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Writes every entry that names the person to `path`."""
        self._begin(tr("Looking through every entry."))
        name = self.name.text().strip()

        def done(made: person_deeds.Written) -> None:
            self._end()
            say = Notice("green", tr("Written"), breakable(made.words), tr("Open"), lambda: open_file(made.path))
            self.outcome.addWidget(say)

        self._session.run(person_deeds.export(name, path), self, done, self._failed, long=True)

    # Erasing

    def look(self) -> None:
        """Shows what an erasure would touch; nothing is changed."""
        if not self._named():
            return
        self._begin(tr("Looking through every entry."))
        self._session.run(person_deeds.plan(self.name.text().strip()), self, self.show_plan, self._failed, long=True)

    def show_plan(self, found: Planned) -> None:
        """The plan in words, and the panel in which two people's decision is given."""
        self._end()
        frame = card("sunken")
        lines = column(frame, margins="medium", gap="small")
        lines.addWidget(copyable(Text(breakable(tongue.said(found.words)), "dense")))
        self.outcome.addWidget(frame)
        if not found.plan.touched:
            return
        panel = ErasePanel(self._session, found)
        self.panel.addWidget(panel)
        panel.closed.connect(self._closed)
        panel.erased.connect(self._erased)
        panel.first[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.opened.emit(panel)

    def _erased(self, done: Erased) -> None:
        from msat.gui.drafts import Drafts
        from msat.services.desk import Changes

        self._clear()
        self.name.clear()
        self._session.drafts = Drafts(self._session.places.drafts)  # what was typed was cleaned on the disk
        tone = "amber" if done.remaining else "green"
        self.outcome.addWidget(Notice(tone, tr("Erased, and the record verifies"), breakable(person_deeds.said(done))))
        self._session.changes.happened.emit(Changes(alerts=frozenset(), entries=done.entries, sources=True))
        self._notices.tell(tr("The name was erased. Send your next return soon."), tone)
        self.arranged.emit()

    # What both share

    def _named(self) -> bool:
        self._clear()
        if self.name.text().strip():
            return True
        self.outcome.addWidget(Notice("amber", tr("Type the person's name first.")))
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def _clear(self) -> None:
        empty(self.outcome)
        empty(self.panel)

    def _begin(self, words: str) -> None:
        self._clear()
        for button in (self.export_button, self.plan_button):
            button.setEnabled(False)
        self.working.begin(words)

    def _end(self) -> None:
        self.working.end()
        for button in (self.export_button, self.plan_button):
            button.setEnabled(True)
        self.arranged.emit()

    def _failed(self, error: MsatError) -> None:
        self._end()
        self.outcome.addWidget(Notice("red", f"{error.title}.", f"{error.explanation} {error.next_step}".strip()))

    def _closed(self) -> None:
        self._clear()
        self.plan_button.setFocus(Qt.FocusReason.OtherFocusReason)


class ErasePanel(FootPanel):
    """Who decided, why, and the button that does it. `erased` carries what was done."""

    erased = Signal(object)

    def __init__(self, session: Session, found: Planned) -> None:
        super().__init__(tr("Erase {name}").format(name=found.plan.name), tr("Erase for good"), tr(FOR_EVER))
        self._session, self._plan = session, found.plan
        self.first = (self.line(tr("Decided by: first person")), self.line(tr("Their role")))
        first_row, self.fields = self.fields, row(gap="medium")
        self._layout.insertLayout(self._layout.indexOf(first_row) + 1, self.fields)
        self.second = (self.line(tr("And by: second person")), self.line(tr("The second person's role")))
        self.reason = self.line(tr("Reason"), below=True, hint=tr("Why the law demands it. Not the name."))

    def submit(self) -> None:
        if not self.reason.text().strip():
            self.fail(tr("Give a reason: it stays in the record."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        people = tuple((name.text().strip(), role.text().strip()) for name, role in (self.first, self.second))
        if not all(name and role for name, role in people):
            self.fail(tr("Give name and role of both people who decided it."))
            return
        self.save.setEnabled(self._session.person() is None)
        self.wrong.say("")

        def done(made: Erased) -> None:
            self.erased.emit(made)

        deed = person_deeds.erase(self._plan, self.reason.text().strip(), people)
        self._session.do(deed, self, done, self.fail)
