"""A line that says how far a long work has come, with a button that stops it. Knows nothing of the work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from msat.errors import Cancelled
from msat.gui.pieces import KeyButton, Text, row
from msat.gui.tongue import tr


class WorkingLine(QFrame):
    """Hidden while nothing is done. `begin` gives what the work calls as it goes on, on whatever thread."""

    _progressed = Signal(str)

    def __init__(self, what: str) -> None:
        """`what` names the work for a screen reader: “taking in files”."""
        super().__init__()
        self.setProperty("kind", "clear")
        line = row(self, gap="medium")
        self.said = Text("", "body", "text_2")
        self.stop = KeyButton(tr("Stop"), self._stop)
        self.stop.setAccessibleName(tr("Stop {what}").format(what=what))
        line.addWidget(self.said, 1)
        line.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignTop)
        self._progressed.connect(self.said.setText)
        self.hide()

    def begin(self, words: str, stopped: str = "") -> Callable[[str, int, int], None]:
        """Shows the line. With `stopped`, the sentence for a work that was stopped, there is a button to do so."""
        self._asked = False
        self.said.setText(words)
        self.stop.setVisible(bool(stopped))
        self.stop.setEnabled(True)
        self.show()

        def progress(what: str, done: int, of: int) -> None:
            if self._asked:
                raise Cancelled(stopped)
            self._progressed.emit(tr("{what}: {done:,} of {of:,}.").format(what=what, done=done, of=of))

        return progress

    def end(self) -> None:
        """The work is over, however it went."""
        self.hide()

    _asked = False

    def _stop(self) -> None:
        self._asked = True
        self.stop.setEnabled(False)
        self.said.setText(tr("Stopping."))
