"""Outliers: who lies outside the limits of a funnel, what to check first, and the steps that follow in their order.

Both ends are worth a look. Nobody is ranked; the list goes by code. A letter waits for a preview that was recorded.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QFrame, QWidget

from msat.errors import Cancelled, MsatError
from msat.gui import outlier_deeds
from msat.gui.outlier_deeds import Period
from msat.gui.pieces import KeyButton, Text, Wrapping, breakable, column, empty, is_there, row, tag
from msat.gui.saving import ask_where
from msat.gui.session import Session
from msat.gui.tongue import later, tr
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.outlier_panels import FILES, TEXTS, LetterPanel, OutlierPanel, PreviewPanel, ReplyPanel, tell
from msat.gui.views.working_line import WorkingLine

if TYPE_CHECKING:
    from msat.projections.outliers import Outliers, Outlying
    from msat.services.desk import Changes
    from msat.services.outliers import Look

ABOUT = later(
    "A place outside the limits is a reason to look, first at the data, then at process and resource. It is no "
    "judgement. Show an organisation its figures before you write to it."
)
NEXT = {"preview": "letter", "letter": "reply", "reply": "reply"}
"""The step that comes after each."""
NOWHERE = ("", "", "")
STOPPED = later("Stopped before every organisation was read.")
PREVIEW_FIRST = later("A letter can be written once it was recorded that they were shown their figures.")


class OutliersCard(QFrame):
    """Read when somebody asks for it: every organisation's log is gone through.

    `opened` carries what is to be looked at, a panel or a button; `listed` says that other parts stand on it.
    """

    opened = Signal(object)
    listed = Signal()

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        self._period: Period | None = None
        self._seen: Look | None = None
        self._had_focus = False
        self._following = NOWHERE
        self.buttons: dict[tuple[str, str, str], KeyButton] = {}
        """By ODS code, indicator and `preview`, `letter` or `reply`."""
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Outliers"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        ways = Wrapping(gap=8)
        self.read_button = KeyButton(tr("Look at outliers"), self.read)
        self.save_button = KeyButton(tr("Save this look"), self.save_report, icon="save")
        self.save_button.setAccessibleName(tr("Save the look at outliers as a file"))
        self.texts_button = KeyButton(tr("Copy the texts to change them"), self.choose_texts, kind="quiet")
        self.shipped_button = KeyButton(tr("Use the texts as they came"), self.use_shipped, kind="quiet")
        for button in (self.read_button, self.save_button, self.texts_button, self.shipped_button):
            ways.addWidget(button)
        lines.addLayout(ways)
        self.texts_line = Text("", "dense", "text_2")
        lines.addWidget(self.texts_line)
        self._say_texts()
        self.working = WorkingLine(tr("looking at outliers"))
        lines.addWidget(self.working)
        self.panel = column(gap=0)
        lines.addLayout(self.panel)
        self.list = column(gap="small")
        lines.addLayout(self.list)
        self.save_button.setEnabled(False)

    def set_period(self, first: date, last: date) -> None:
        """Another period was chosen: what was read of the one before goes."""
        period = Period(first, last)
        if period != self._period:
            self._period, self._seen = period, None
            empty(self.list)
            empty(self.panel)
            self.buttons = {}
            self.save_button.setEnabled(False)

    # Reading

    def read(self) -> None:
        """Goes through every organisation's log."""
        if self._period is None or not self.read_button.isEnabled():
            return
        self._had_focus = self.read_button.hasFocus()
        self.read_button.setEnabled(False)
        progress = self.working.begin(tr("Reading what each organisation recorded."), tr(STOPPED))
        work = outlier_deeds.look(self._period, progress)
        self._session.run(work, self, self._show, self._failed, long=True)

    def _read_again(self) -> None:
        """A button that is switched off gives its focus to the next one; whoever waited has it back."""
        self.working.end()
        self.read_button.setEnabled(True)
        if self._had_focus:
            self.read_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: MsatError) -> None:
        self._read_again()
        empty(self.list)
        tone = "amber" if isinstance(error, Cancelled) else "red"
        self.list.addWidget(Notice(tone, f"{error.title}.", f"{error.explanation} {error.next_step}".strip()))

    def _show(self, seen: Look) -> None:
        self._read_again()
        self.save_button.setEnabled(True)
        self._seen = seen
        self.buttons = {}
        empty(self.list)
        for found in seen.found.values():
            self._measure(seen, found)
        self.listed.emit()
        following = self.buttons.get(self._following)
        if following is not None and following.isEnabled() and not self.panel.count():
            # The next step of the organisation that was just dealt with, and not the top of the list again.
            following.setFocus(Qt.FocusReason.TabFocusReason)
            self.opened.emit(following)
        elif self._had_focus and self.list.count():
            self.opened.emit(self._first_found())
        self._following = NOWHERE

    def _first_found(self) -> QWidget:
        """The first organisation outside the limits, or the last sentence that says there is none."""
        parts = [self.list.itemAt(at).widget() for at in range(self.list.count())]
        return next((one for one in parts if one.property("kind") == "sunken"), parts[-1])

    def _measure(self, seen: Look, found: Outliers) -> None:
        self.list.addWidget(Text(f"{found.measure}. {found.sentence}", "body", strong=True))
        if not found.lines:
            self.list.addWidget(Text(tr("There is nobody to write to about it."), "dense", "text_2"))
        for line in found.lines:
            self.list.addWidget(self._line(seen, line))

    def _line(self, seen: Look, line: Outlying) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "sunken")
        lines = column(frame, margins="small", gap="tight")
        head = row(gap="small")
        head.addWidget(Text(f"{line.name} ({line.ods}): {line.counted.words}", "body", strong=True), 1)
        head.addWidget(tag(line.place.value, "amber" if line.is_outer else "info"), 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(head)
        lines.addWidget(
            Text(tr("So far: {steps}").format(steps=outlier_deeds.steps_words(seen, line)), "dense", "text_2")
        )
        for words in outlier_deeds.reply_words(seen, line):
            lines.addWidget(Text(words, "dense"))
        for driver in line.drivers:
            lines.addWidget(Text(f"{driver.driver.value}: {driver.question}", "dense", strong=driver.points_here))
            for finding in driver.findings:
                lines.addWidget(Text(f"• {outlier_deeds.finding_words(finding)}", "dense", "text_2"))
        lines.addLayout(self._steps(seen, line))
        return frame

    def _steps(self, seen: Look, line: Outlying) -> Wrapping:
        ways = Wrapping(gap=8)
        may_write = outlier_deeds.has_preview(seen, line)
        for what, words, panel in (
            ("preview", tr("Show their figures"), PreviewPanel),
            ("letter", tr("Write the letter"), LetterPanel),
            ("reply", tr("Record the reply"), ReplyPanel),
        ):
            button = KeyButton(words, partial(self._open, panel, line, NEXT[what]))
            button.setAccessibleName(f"{words}: {line.name}, {line.measure}")
            button.setEnabled(what == "preview" or may_write)
            self.buttons[line.ods, line.measure, what] = button
            ways.addWidget(button)
        if not may_write:
            ways.addWidget(Text(tr(PREVIEW_FIRST), "dense", "text_2"))
        return ways

    # Steps

    def _open(self, panel: type[OutlierPanel], line: Outlying, following: str) -> None:
        if self._period is None:
            return
        empty(self.panel)
        made = panel(self._session, line, self._period)  # type: ignore[call-arg]
        made.closed.connect(partial(self._closed, QApplication.focusWidget()))
        made.told.connect(lambda words, file: self._told(words, file, (line.ods, line.measure, following)))
        self.panel.addWidget(made)
        made.show()
        self.listed.emit()
        made.first_field().setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.opened.emit(made)

    def _closed(self, before: QWidget | None) -> None:
        """The panel goes, and the focus returns to the step that was asked for."""
        empty(self.panel)
        field = before if is_there(before) else self.read_button
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit(field)

    def _told(self, words: str, file: Path | None, following: tuple[str, str, str]) -> None:
        tell(self._notices, words, file)
        self._following = following
        # What was recorded stands in the line of its organisation.
        QTimer.singleShot(0, self, self.read)

    # The whole

    def save_report(self) -> None:
        """Asks where, and saves who lies outside the limits with what to check first."""
        period = self._period
        if period is None:
            return
        name = tr("outliers {first} to {last}.pdf").format(first=period.first, last=period.last)
        path = ask_where(self, tr("Save the look at outliers"), name, tr(FILES), self._session)
        if path is not None:
            self.write_report(path)

    def write_report(self, path: Path) -> None:
        """Writes the look to a file and records that it was issued."""
        person, period = self._session.person(), self._period
        if person is None or period is None:
            self._session.person_needed.emit(lambda: self.write_report(path))
            return
        progress = self.working.begin(tr("Writing the file."), tr("Stopped. No file was left half made."))
        deed = outlier_deeds.report(period, path, progress)

        def done(result: tuple[list[Path], Changes]) -> None:
            self.working.end()
            files, changes = result
            self._session.changes.happened.emit(changes)
            tell(self._notices, tr("{words} In {folder}.").format(words=changes.words, folder=path.parent), files[0])

        self._session.run(lambda desk: deed(desk, person), self, done, self._failed, long=True)

    def choose_texts(self) -> None:
        """Asks for a folder and copies the texts of preview and letter to it."""
        known = self._session.memory.text("save/folder", str(Path.home()))
        folder = QFileDialog.getExistingDirectory(self, tr("Where the texts go"), known)
        if folder:
            self.copy_texts(Path(folder))

    def copy_texts(self, folder: Path) -> None:
        """Copies the texts of preview and letter; from then on those in that folder are used."""

        def done(files: list[Path]) -> None:
            self._session.memory.keep(TEXTS, str(folder))
            self._say_texts()
            tell(
                self._notices,
                tr("Copied the texts to {folder}. Change the words; names in braces are filled in.").format(
                    folder=folder
                ),
                files[0].parent if files else None,
            )

        self._session.run(outlier_deeds.copy_texts(folder), self, done)

    def use_shipped(self) -> None:
        """Previews and letters have the words that came with the program again; the editor's files stay."""
        self._session.memory.keep(TEXTS, "")
        self._say_texts()
        self.texts_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_texts(self) -> None:
        folder = self._session.memory.text(TEXTS)
        self.shipped_button.setVisible(bool(folder))
        self.texts_line.say(
            tr("Previews and letters use the texts in {folder}.").format(folder=breakable(folder)) if folder else ""
        )
