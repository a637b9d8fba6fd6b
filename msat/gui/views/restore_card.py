"""Puts a backup back, in the window: chosen, agreed to, proven before and after; what was there is kept aside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame

from msat.errors import MsatError
from msat.gui.dates import say_moment
from msat.gui.into_sight import bring_in_sight
from msat.gui.pieces import KeyButton, Text, Wrapping, breakable, card, column, empty
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.notices import Notice
from msat.gui.views.working_line import WorkingLine

if TYPE_CHECKING:
    from msat.gui.safe_deeds import Backups
    from msat.places import Places
    from msat.record.backup import Restored

ABOUT = later(
    "The backup is proven first; what is there now is kept aside, and nothing is thrown away. If something recorded "
    "later is missing, the record can be read and nothing is added to it until that is settled. Close every other "
    "window and command of MSAT before."
)
AGREE = later("Put back the backup {name}? The window reads the record anew after it.")
RETURNS = later("Returns (*.msatreturn);;All files (*)")
BACKUPS = later("Backups of MSAT (*.msatbackup);;All files (*)")


class Choosing(QComboBox):
    """A choice that shows the whole of its longest line: in large type Qt reckons a few pixels too few."""

    def sizeHint(self) -> QSize:
        return super().sizeHint().grownBy(QMargins(0, 0, look().px(6), 0))


class RestoreCard(QFrame):
    """Nothing happens before a person agrees. `ended` carries a tone and what came of it."""

    ended = Signal(str, str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session = session
        self.returns: list[Path] = []
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Put a backup back"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        line = Wrapping(gap=8)
        self.choice = Choosing()
        self.choice.setAccessibleName(tr("Which backup"))
        self.choice.setMinimumHeight(look().px(32))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.file_button = KeyButton(tr("Choose a file"), self.choose_file)
        self.returns_button = KeyButton(tr("Add newer returns of this record"), self.choose_returns, kind="quiet")
        self.ask_button = KeyButton(tr("Put it back"), self.ask)
        for widget in (self.choice, self.file_button, self.returns_button, self.ask_button):
            line.addWidget(widget)
        lines.addLayout(line)
        self.returns_line = Text("", "dense", "text_2")
        self.returns_line.hide()
        lines.addWidget(self.returns_line)
        lines.addWidget(self._agreeing())
        self.working = WorkingLine(tr("putting the backup back"))
        lines.addWidget(self.working)
        self.outcome = column(gap="small")
        lines.addLayout(self.outcome)

    def _agreeing(self) -> QFrame:
        self.agreement = card("sunken")
        lines = column(self.agreement, margins="medium", gap="small")
        self.question = Text("", "body", strong=True)
        lines.addWidget(self.question)
        ways = Wrapping(gap=8)
        self.agree_button = KeyButton(tr("Yes, put it back"), self.agree, kind="primary")
        self.leave_button = KeyButton(tr("Leave it as it is"), self.leave)
        ways.addWidget(self.agree_button)
        ways.addWidget(self.leave_button)
        lines.addLayout(ways)
        self.agreement.hide()
        return self.agreement

    def show_backups(self, found: Backups) -> None:
        """The backups to choose from, the newest first."""
        chosen = self.choice.currentData()
        self.choice.clear()
        for one in found.found:
            words = tr("{made}, {size:,} entries").format(made=say_moment(one.made), size=one.size)
            self.choice.addItem(words, str(found.folder / one.name))
        self._add(chosen)
        self._fit()

    def _add(self, file: str | None) -> None:
        if file and self.choice.findData(file) < 0 and Path(file).exists():
            self.choice.addItem(Path(file).name, file)
        if file:
            self.choice.setCurrentIndex(max(0, self.choice.findData(file)))

    def _fit(self) -> None:
        there = self.choice.count() > 0
        self.choice.setVisible(there)
        self.ask_button.setEnabled(there)

    # Choosing

    def choose_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, tr("The backup"), "", tr(BACKUPS))
        if name:
            self.take(Path(name))

    def take(self, file: Path) -> None:
        """A backup that lies elsewhere."""
        self._add(str(file))
        self._fit()

    def choose_returns(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self, tr("Newer returns of this record"), "", tr(RETURNS))
        self.take_returns([Path(name) for name in names])

    def take_returns(self, files: list[Path]) -> None:
        """Returns that may hold entries that the backup lacks."""
        self.returns = files
        self.returns_line.say(
            tr("With the entries that these hold beyond it: {names}.").format(
                names=", ".join(file.name for file in files)
            )
            if files
            else ""
        )

    def ask(self) -> None:
        """Asks before anything happens."""
        empty(self.outcome)
        self.question.setText(tr(AGREE).format(name=breakable(self.choice.currentText())))
        self.agreement.show()
        self.leave_button.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_in_sight(self.leave_button)

    def leave(self) -> None:
        self.agreement.hide()
        self.ask_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # Doing

    def agree(self) -> None:
        """Lets the record go, puts the backup in its place, and opens it."""
        file, returns = Path(self.choice.currentData()), list(self.returns)
        self.agreement.hide()
        self._enable(False)
        self.working.begin(tr("Proving the backup and putting it in place."))

        def work(where: Places) -> Restored:
            from msat.bootstrap import restore

            return restore(where, file, returns)

        self._session.grace.record_all(lambda: self._session.put_back(work, self._done, self._failed))

    def _done(self, done: Restored) -> None:
        from msat.services.restore import said

        self._ended()
        tone = "amber" if done.problems or done.way.value != "whole" else "green"
        head, _break, rest = said(done).partition("\n")
        self.outcome.addWidget(Notice(tone, head, rest))
        self.ended.emit(tone, head)

    def _failed(self, error: MsatError) -> None:
        self._ended()
        self.outcome.addWidget(Notice("red", f"{error.title}.", f"{error.explanation} {error.next_step}".strip()))

    def _ended(self) -> None:
        self.working.end()
        self._enable(True)
        self._fit()

    def _enable(self, on: bool) -> None:
        for widget in (self.choice, self.file_button, self.returns_button, self.ask_button):
            widget.setEnabled(on)
