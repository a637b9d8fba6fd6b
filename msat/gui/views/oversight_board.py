"""The board of the Oversight page with its filters: organisations by alerts, and the line that says what it holds.

Asks nobody: the page gives it a reading (`show`), and the cells of the rows that are looked at.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from msat.gui import oversight
from msat.gui.board_choice import RED_IN_THE_PACK, SILENT, Choice, Only
from msat.gui.models.board import BoardModel
from msat.gui.oversight import Shown
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.board_view import BoardView
from msat.gui.views.oversight_parts import choice, empty_board
from msat.gui.words import status_words
from msat.projections.alert_state import Status
from msat.triage.model import Priority

TYPING_MS = 200
STATES = (Status.OVERDUE, Status.NOT_ACKNOWLEDGED, Status.IN_HAND, Status.SECOND_PERSON, Status.DEFERRED, Status.DONE)


class BoardCard(QFrame):
    """`filtered`: other rows or columns are shown. `cleared`: a person asked for everything.

    What the view tells (`looked_at`, `opened`) goes through.
    """

    filtered = Signal()
    cleared = Signal()
    looked_at = Signal(int, int)
    opened = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._shown: Shown | None = None
        self.only: Only | None = None
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Board"), "section"))
        line = Wrapping(gap=8)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Name, ODS code or network"))
        self.search.setAccessibleName(tr("Show organisations by name, ODS code or network"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(look().px(220))
        self.rag = choice(tr("Priority"), (tr("Any priority"), None), *((str(p).capitalize(), p) for p in Priority))
        self.rag.addItem(tr("Red in the pack"), RED_IN_THE_PACK)
        self.state = choice(tr("State"), (tr("Any state"), None), *((status_words(one), one) for one in STATES))
        self.state.addItem(tr("No reply"), SILENT)
        self.source = choice(tr("Source"), (tr("Any source"), None))
        self.clear = KeyButton(tr("Clear filters"), self.clear_filters)
        for widget in (self.search, self.rag, self.state, self.source, self.clear):
            line.addWidget(widget)
        for box in (self.rag, self.state, self.source):
            box.currentIndexChanged.connect(lambda _at: self.filter())
        lines.addLayout(line)
        self.model = BoardModel(self)
        self.board = BoardView(self.model)
        self.board.looked_at.connect(self.looked_at)
        self.board.opened.connect(self.opened)
        self.board_line = Text("", "dense", "text_2")
        lines.addWidget(self.board_line)
        lines.addWidget(self.board)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS, timeout=self.filter)
        self.search.textChanged.connect(self._typing.start)

    def show_read(self, shown: Shown) -> None:
        """A reading to show; the filters stay, as far as they still mean something."""
        self._shown = shown
        was = self.source.currentData()
        self.source.blockSignals(True)
        self.source.clear()
        self.source.addItem(tr("Any source"), None)
        for name in sorted({one.source for one in shown.alerts if one.source}):
            self.source.addItem(name, name)
        self.source.setCurrentIndex(max(0, self.source.findData(was)))
        self.source.blockSignals(False)

    def clear_filters(self) -> None:
        """Shows every organisation and every alert of the period."""
        self.only = None
        for box in (self.rag, self.state, self.source):
            box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(False)
        self.search.clear()
        self.filter()
        self.cleared.emit()

    def show_only(self, only: Only | None) -> None:
        """That row, that column or those columns alone; None: what the filters leave."""
        self.only = only
        self.filter()

    def filter(self) -> None:
        """Shows what the filters leave."""
        self._typing.stop()
        shown = self._shown
        if shown is None:
            return
        fields = (box.currentData() for box in (self.rag, self.state, self.source))
        wanted = Choice(self.search.text(), self.only, *fields)
        rows, columns = wanted.rows(shown), wanted.columns(shown)
        self.model.show(rows, columns)
        self.board.setVisible(bool(rows and columns))
        self.clear.setEnabled((len(rows), len(columns)) != (len(shown.organisations), len(shown.alerts)))
        line = oversight.board_line(shown, len(rows), len(columns)) if rows and columns else empty_board(shown)
        alone = tr("Only {words}; Esc shows everything. ").format(words=self.only.words) if self.only else ""
        self.board_line.say(f"{alone}{line}")
        self.filtered.emit()
