"""The panels of one organisation outside the limits: show it its figures, write to it, record its reply."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QPlainTextEdit, QSpinBox

from msat.errors import Cancelled, MsatError
from msat.gui import outlier_deeds
from msat.gui.outlier_deeds import Period
from msat.gui.pieces import KeyButton, Text, Wrapping, breakable
from msat.gui.saving import ask_where, open_file
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.drafting import Drafting
from msat.gui.views.panels import FootPanel
from msat.gui.views.working_line import WorkingLine

if TYPE_CHECKING:
    from msat.projections.outliers import Outlying
    from msat.services.desk import Changes

FILES = later("Word (*.docx);;PDF (*.pdf);;Web page (*.html)")
STOPPED = later("Stopped. Nothing was recorded and no file was left half made.")
REPLY_DAYS, MOST_DAYS = 20, 250
TEXTS = "outliers/texts"
"""Where the memory of the window keeps the folder of the editor's own texts; empty for those that ship."""


class OutlierPanel(FootPanel):
    """A panel about one line of the funnel. `told` carries a sentence and the file to open, or None."""

    told = Signal(str, object)
    typed: tuple[str, ...] = ()
    """What is kept as a draft until it is recorded."""

    def __init__(self, session: Session, title: str, save: str, intro: str, line: Outlying, period: Period) -> None:
        super().__init__(title, save, intro)
        self.session, self.line_of, self.period = session, line, period
        self.drafting = Drafting(self, session, f"outlier/{line.ods}/{line.measure}")
        self.working = WorkingLine(tr("making the file"))
        self._layout.insertWidget(self._layout.indexOf(self.wrong), self.working)

    @property
    def texts(self) -> str:
        return self.session.memory.text(TEXTS)

    def _begin(self, words: str):
        self.wrong.say("")
        self.save.setEnabled(False)
        return self.working.begin(words, tr(STOPPED))

    def _ended(self) -> None:
        self.working.end()
        self.save.setEnabled(True)

    def _failed(self, error: MsatError) -> None:
        self._ended()
        self.fail(error.explanation if isinstance(error, Cancelled) else error)

    def _record(self, work: Callable, words: str) -> None:
        """Runs a deed that may write files, in the name of whoever is at the keyboard."""
        person = self.session.person()
        if person is None:
            self.session.person_needed.emit(self.submit)
            return
        progress = self._begin(words)

        def done(result: tuple[list[Path], Changes]) -> None:
            self._ended()
            files, changes = result
            self.drafting.forget(*self.typed)
            self.session.changes.happened.emit(changes)
            where = tr(" It is in {folder}.").format(folder=files[0].parent) if files else ""
            self.told.emit(f"{changes.words}{where}", files[0] if files else None)
            self.closed.emit()

        deed = work(progress)
        self.session.run(lambda desk: deed(desk, person), self, done, self._failed, long=True)


class PreviewPanel(OutlierPanel):
    """What the organisation is shown, to read and to save; then that it was shown, to whom and how."""

    typed = ("preview/to", "preview/note")

    def __init__(self, session: Session, line: Outlying, period: Period) -> None:
        super().__init__(
            session,
            tr("Show {name} its figures").format(name=line.name),
            tr("Record that it was shown"),
            tr("Read it, save it and send it. Then record to whom it was shown. A letter can only be written after."),
            line,
            period,
        )
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(look().px(220))
        self.add(tr("What it is shown"), self.text, below=True)
        self.to_whom = self.line(tr("Shown to"), below=True, hint=tr("a role, for instance “practice manager”"))
        self.how = self.choice(tr("How"), dict(outlier_deeds.HOW.items()), below=True)
        self.note = self.line(tr("What was said (optional)"), below=True, hint=tr("No patient details."))
        for field, editor in zip(self.typed, (self.to_whom, self.note), strict=True):
            self.drafting.line(field, editor)
        self.save_file = KeyButton(tr("Save it as a file"), self.write)
        self.buttons.addWidget(self.save_file)
        self._read()

    def _read(self) -> None:
        progress = self._begin(tr("Putting the figures together."))

        def show(text: str) -> None:
            self._ended()
            self.text.setPlainText(text)

        work = outlier_deeds.preview(self.line_of, self.period, None, self.texts, progress)
        self.session.run(work, self, show, self._failed, long=True)

    def write(self) -> None:
        """Asks where, and saves what the organisation is shown; nothing is recorded."""
        name = tr("preview {ods} {measure}.docx").format(ods=self.line_of.ods, measure=self.line_of.measure)
        path = ask_where(self, tr("Save what it is shown"), name, tr(FILES), self.session)
        if path is None:
            return
        progress = self._begin(tr("Writing the file."))

        def done(_text: str) -> None:
            self._ended()
            self.told.emit(tr("Saved in {folder}. Nothing is recorded yet.").format(folder=path.parent), path)

        work = outlier_deeds.preview(self.line_of, self.period, path, self.texts, progress)
        self.session.run(work, self, done, self._failed, long=True)

    def first_field(self):
        return self.to_whom

    def submit(self) -> None:
        """Records that it was shown."""
        to_whom = self.to_whom.text().strip()
        if not to_whom:
            self.fail(tr("Say to whom it was shown: a role is enough."))
            return
        how, note = self.how.currentData(), self.note.text().strip()
        self._record(
            lambda progress: outlier_deeds.shown(self.line_of, self.period, to_whom, how, note, self.texts, progress),
            tr("Recording that it was shown."),
        )


class LetterPanel(OutlierPanel):
    """Writes the letter: confirm data, context and history, action plan and timelines, level of engagement."""

    def __init__(self, session: Session, line: Outlying, period: Period) -> None:
        super().__init__(
            session,
            tr("Letter to {name}").format(name=line.name),
            tr("Write the letter"),
            tr(
                "It is about the indicator and the period of the preview that was recorded, with the figures as they "
                "are now. It is recorded as issued."
            ),
            line,
            period,
        )
        self.days = QSpinBox()
        self.days.setRange(1, MOST_DAYS)
        self.days.setValue(REPLY_DAYS)
        self.days.setMinimumHeight(look().px(32))
        self.add(tr("Working days to reply in"), self.days)
        self.folder_button = KeyButton(tr("Word and PDF into a folder"), self.write_both)
        self.buttons.addWidget(self.folder_button)

    def first_field(self):
        return self.days

    def submit(self) -> None:
        """Asks for a file, and writes the letter."""
        name = tr("letter {ods} {measure}.docx").format(ods=self.line_of.ods, measure=self.line_of.measure)
        path = ask_where(self, tr("Save the letter"), name, tr(FILES), self.session)
        if path is not None:
            self.write(path)

    def write_both(self) -> None:
        """Asks for a folder, and writes the letter as Word and as PDF."""
        known = self.session.memory.text("save/folder", str(Path.home()))
        folder = QFileDialog.getExistingDirectory(self, tr("Where the letter goes"), known)
        if folder:
            self.session.memory.keep("save/folder", folder)
            self.write(Path(folder))

    def write(self, target: Path) -> None:
        """Writes the letter to a file, or into a folder."""
        days = self.days.value()
        self._record(
            lambda progress: outlier_deeds.letter(self.line_of, target, days, self.texts, progress),
            tr("Writing the letter."),
        )


class ReplyPanel(OutlierPanel):
    """What the organisation replied: its words, a file, or both."""

    typed = ("reply/words",)

    def __init__(self, session: Session, line: Outlying, period: Period) -> None:
        super().__init__(
            session,
            tr("Reply of {name}").format(name=line.name),
            tr("Record the reply"),
            tr("Its words, the file that came, or both. No patient details."),
            line,
            period,
        )
        self.file: Path | None = None
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(look().px(90))
        self.add(tr("What it says"), self.text, below=True)
        self.drafting.text("reply/words", self.text)
        self.looked = QCheckBox(tr("I looked through the file: it holds no patient details"))
        self.looked.setMinimumHeight(look().px(28))
        self.looked.hide()
        self._layout.insertWidget(self._layout.indexOf(self.wrong), self._file_line())

    def _file_line(self) -> QFrame:
        part = QFrame()
        part.setProperty("kind", "clear")
        line = Wrapping(part, gap=8)
        self.choose_button = KeyButton(tr("Choose the file"), self.choose, icon="drop")
        self.file_words = Text(tr("No file chosen."), "dense", "text_2")
        for widget in (self.choose_button, self.file_words, self.looked):
            line.addWidget(widget)
        return part

    def first_field(self):
        return self.text

    def choose(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, tr("The file that came"))
        if name:
            self.take(Path(name))

    def take(self, file: Path) -> None:
        """The file that came with the reply."""
        self.file = file
        self.file_words.setText(breakable(str(file)))
        self.looked.setChecked(False)
        self.looked.show()

    def submit(self) -> None:
        """Records the reply."""
        words = self.text.toPlainText().strip()
        if not words and self.file is None:
            self.fail(tr("Give the words of the reply, or choose the file that came."))
            return
        file, looked = self.file, self.looked.isChecked()
        deed = outlier_deeds.reply(self.line_of, words, file, looked)
        self._record(lambda _progress: lambda desk, person: ([], deed(desk, person)), tr("Recording the reply."))


def tell(notices, words: str, file: Path | None) -> None:
    """A notice with a way to the file."""
    if file is None:
        notices.tell(words)
    else:
        notices.tell(words, "green", tr("Open"), lambda: open_file(file))
