"""Panels of the newsletter's screen: begin an issue, its title and readers, mark it as sent, take that back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QPlainTextEdit

from msat.gui import newsletter_deeds as deeds
from msat.gui.newsletter_composer import Composer
from msat.gui.newsletter_saving import KINDS, MOST_NAMED, SavedFile
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.theme import look
from msat.gui.tongue import plural, tr
from msat.gui.views.panels import FootPanel, WhoFields
from msat.gui.views.particulars import date_editor, meant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from msat.gui.session import Session
    from msat.services.desk import Changes


class ReadersPanel(FootPanel):
    """A panel with a box for each audience."""

    def boxes(self, label: str, names: dict[str, str], ticked: Sequence[str]) -> dict[str, QCheckBox]:
        """A box to tick for each audience."""
        frame = QFrame()
        frame.setProperty("kind", "clear")
        line = Wrapping(frame, gap=10)
        line.addWidget(Text(label, "meta", "text_2"))
        made: dict[str, QCheckBox] = {}
        for audience, name in names.items():
            box = QCheckBox(name[:1].upper() + name[1:])
            box.setAccessibleName(f"{label}: {name}")
            box.setChecked(audience in ticked)
            box.setMinimumHeight(look().px("target"))
            look().dress(box, "body")
            made[audience] = box
            line.addWidget(box)
        self._layout.insertWidget(self._layout.indexOf(self.wrong), frame)
        return made

    def text(self, label: str, text: str) -> QPlainTextEdit:
        """A field of several lines; Tab leaves it."""
        editor = QPlainTextEdit(text)
        editor.setTabChangesFocus(True)
        editor.setFixedHeight(look().px(64))
        look().dress(editor, "body")
        self.add(label, editor, below=True)
        return editor


def _ticked(boxes: dict[str, QCheckBox]) -> tuple[str, ...]:
    return tuple(audience for audience, box in boxes.items() if box.isChecked())


class IssuePanel(ReadersPanel):
    """Title, readers and introduction: of a new issue, or of the one that is open. `begun`: a new one is there."""

    begun = Signal()

    def __init__(
        self, composer: Composer, is_new: bool, title: str, audiences: Sequence[str], names: dict[str, str], intro: str
    ) -> None:
        head = tr("New issue") if is_new else tr("Title and readers")
        all_sent = tr("It was sent to all its readers. Tick others to write it for them too; what was sent stays.")
        is_sent = not is_new and composer.issue is not None and not composer.issue.unsent
        super().__init__(head, tr("Begin the issue") if is_new else tr("Keep"), all_sent if is_sent else "")
        self.composer, self._is_new = composer, is_new
        self.name = self.line(tr("Title"), title)
        self.name.setMaxLength(120)
        self.name.selectAll()
        self.boxes_of = self.boxes(tr("Written for"), names, audiences)
        for audience, box in self.boxes_of.items():
            if not is_new and composer.is_told(audience):
                box.setEnabled(False)
                box.setText(tr("{readers}: sent").format(readers=box.text()))
        self.intro = self.text(tr("Introduction, above the items"), intro)

    def first_field(self):
        return self.name

    def submit(self) -> None:
        title, intro, readers = self.name.text(), self.intro.toPlainText(), _ticked(self.boxes_of)
        if not readers:
            self.fail(tr("No readers are chosen. Tick at least one of them."))
            return
        if not self._is_new:
            error = self.composer.describe(title, intro, readers)
            if error is None:
                self.closed.emit()
            else:
                self.fail(error)
            return
        self.save.setEnabled(False)

        def begun(issue) -> None:
            self.composer.open(issue.id)
            self.begun.emit()
            self.closed.emit()

        work = deeds.begin(title, readers, intro)
        self.composer.session.run(work, self, begun, self.fail)


class EmailPanel(FootPanel):
    """The outside of an e-mail draft: it is opened and sent in the mail program."""

    def __init__(self, session: Session, subject: str, save: Callable[[tuple[str, str, str]], None]) -> None:
        intro = tr("Makes a file that your mail program opens as a draft. Everything here may stay empty.")
        super().__init__(tr("E-mail draft"), tr("Choose where to save it"), intro)
        self.session, self._save = session, save
        self.to = self.line(tr("To"), session.memory.text("newsletter/to"), hint="team@example.org")
        self.sender = self.line(tr("From"), session.memory.text("newsletter/from"))
        self.subject = self.line(tr("Subject"), subject, below=True)

    def first_field(self):
        return self.to

    def submit(self) -> None:
        outside = (self.to.text().strip(), self.sender.text().strip(), self.subject.text().strip())
        self.session.memory.keep("newsletter/to", outside[0])
        self.session.memory.keep("newsletter/from", outside[1])
        self.closed.emit()
        self._save(outside)


class SentPanel(ReadersPanel):
    """Records that an issue was sent, an entry for each audience. It sends nothing itself.

    Of the files the issue was saved in, those for the ticked readers are offered, a box for each form. `recorded`
    carries the changes, once it is in the record.
    """

    recorded = Signal(object)

    def __init__(self, composer: Composer, saved: Sequence[SavedFile]) -> None:
        intro = tr(
            "Records what readers were told, an entry for each of them, with the texts. MSAT sends nothing itself."
        )
        super().__init__(tr("Mark as sent"), tr("Record as sent"), intro)
        self.composer, self.session = composer, composer.session
        names = {one: composer.names.get(one, one) for one in composer.issue.unsent}
        self.boxes_of = self.boxes(tr("Sent to"), names, tuple(names))
        self.who = WhoFields(self, self.session)
        self.when = date_editor(tr("Date sent"), self.session.now())
        self._started = self.when.dateTime()
        self.add(tr("Date sent"), self.when, share=0)
        self.saved = tuple(one for one in saved if one.audience in names)
        self.files: list[Path] = []
        """Files chosen besides: they count as sent to all who are ticked."""
        self._add_files()
        self.anyway = QCheckBox("")
        self.anyway.setMinimumHeight(look().px("target"))
        look().dress(self.anyway, "body")
        self._layout.insertWidget(self._layout.indexOf(self.wrong), self.anyway)
        self.findings = Text("", "dense", "red_text")
        self._layout.insertWidget(self._layout.indexOf(self.anyway), self.findings)
        for box in (*self.boxes_of.values(), *self.forms_of.values()):
            box.toggled.connect(lambda _on: self._show_files())
        self._show_files()
        self._show_findings()

    def _add_files(self) -> None:
        """A box for each form that was saved; what was saved in one form only is taken to be what went out."""
        forms = [form for form in KINDS if any(one.form == form for one in self.saved)]
        shown = {form: tr(KINDS[form][0]) for form in forms}
        ticked = forms if len(forms) == 1 else []
        self.forms_of = self.boxes(tr("Sent as"), shown, ticked) if forms else {}
        self.files_said = Text("", "dense", "text_2")
        self.attach = KeyButton(tr("Add another file that was sent"), self._choose, kind="quiet")
        self.none = KeyButton(tr("No other files"), self._no_files, kind="quiet")
        frame = QFrame()
        frame.setProperty("kind", "clear")
        both = column(frame, gap="tight")
        both.addWidget(self.files_said)
        line = Wrapping(gap=8)
        line.addWidget(self.attach)
        line.addWidget(self.none)
        both.addLayout(line)
        self._layout.insertWidget(self._layout.indexOf(self.wrong), frame)

    def first_field(self):
        return next(iter(self.boxes_of.values()), self.who.name)

    def _show_findings(self) -> None:
        writing = self.composer.writing
        count = len(writing.looked.wrong) + len(writing.looked.stale) + len(writing.looked.gone) if writing else 0
        said = plural(count, "{number} thing is to be mended first", "{number} things are to be mended first")
        self.findings.say(tr("{what}, see the items.").format(what=said.format(number=count)) if count else "")
        self.anyway.setVisible(count > 0)
        self.anyway.setText(tr("It has gone out as it is: record it, and what was found"))
        self.anyway.setAccessibleName(self.anyway.text())

    def files_of(self) -> dict[str, tuple[Path, ...]]:
        """The saved files of the ticked forms, by the ticked readers they are for."""
        readers, forms = _ticked(self.boxes_of), _ticked(self.forms_of)
        found = {one: tuple(f.path for f in self.saved if f.audience == one and f.form in forms) for one in readers}
        return {audience: paths for audience, paths in found.items() if paths}

    def _show_files(self) -> None:
        readers = _ticked(self.boxes_of)
        for form, box in self.forms_of.items():
            box.setEnabled(any(one.form == form and one.audience in readers for one in self.saved))
        paths = [path for each in self.files_of().values() for path in each] + self.files
        names = ", ".join(path.name for path in paths[:MOST_NAMED])
        more = len(paths) - MOST_NAMED
        if more > 0:
            names = plural(more, "{names} and {number} more file", "{names} and {number} more files").format(
                names=names, number=more
            )
        with_files = tr("Fingerprints of {names} are recorded with it.").format(names=names)
        self.files_said.setText(with_files if names else tr("The program keeps the texts itself."))
        self.none.setVisible(bool(self.files))

    def _choose(self) -> None:
        start = self.session.memory.text("save/folder", str(Path.home()))
        chosen, _kind = QFileDialog.getOpenFileNames(self, tr("Files that were sent"), start)
        self.files += [Path(name) for name in chosen if Path(name) not in self.files]
        self._show_files()

    def _no_files(self) -> None:
        self.files.clear()
        self._show_files()
        self.attach.setFocus()

    def submit(self) -> None:
        readers = _ticked(self.boxes_of)
        if not readers:
            self.fail(tr("No readers are ticked. Tick those it was sent to."))
            return
        if self.findings.text() and not self.anyway.isChecked():
            self.fail(tr("Mend what was found, or tick that it has gone out as it is."))
            return
        self.save.setEnabled(False)
        self.wrong.say("")
        composer, issue = self.composer, self.composer.issue
        happened = None if self.when.dateTime() == self._started else meant(self.when.dateTime())
        anyway, files_of = self.anyway.isChecked(), self.files_of()
        deed = deeds.mark_sent(issue.id, readers, self.files, composer.style, happened, anyway, files_of)

        def recorded(changes: Changes) -> None:
            self.who.remember_if_new()
            self.closed.emit()
            composer.open(issue.id)
            self.recorded.emit(changes)

        self.session.do(composer.after_keeping(deed), self, recorded, self._failed, self.who.person())

    def _failed(self, error) -> None:
        self.fail(error)
        self.anyway.setVisible(True)


class TakeBackPanel(FootPanel):
    """Records that an issue was not sent to some readers after all: `sending` is the entry that says it was."""

    def __init__(self, composer: Composer, sending: str, title: str, readers: str) -> None:
        intro = tr(
            "Strikes out that “{title}” was sent to {readers}. The struck entry and its text stay in the record; "
            "a draft can then be changed for them again."
        )
        super().__init__(tr("Not sent after all"), tr("Take it back"), intro.format(title=title, readers=readers))
        self.composer, self.sending = composer, sending
        self.why = self.line(tr("Why it was recorded as sent"), below=True)
        self.who = WhoFields(self, composer.session)

    def first_field(self):
        return self.why

    def submit(self) -> None:
        if not self.why.text().strip():
            self.fail(tr("The reason is missing. Write it: it stays in the record."))
            return
        self.save.setEnabled(False)
        self.wrong.say("")
        composer = self.composer

        def taken(_changes: Changes) -> None:
            self.who.remember_if_new()
            self.closed.emit()
            composer.open(composer.issue.id if composer.issue else "")

        deed = composer.after_keeping(deeds.take_back(self.sending, self.why.text()))
        composer.session.do(deed, self, taken, self.fail, self.who.person())
