"""The notices that a list tells of, as a table: which are here, with a link; what the list prints of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame

from msat.gui.models.items import ItemTable
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, copyable, empty
from msat.gui.theme import look
from msat.gui.tongue import said, tr
from msat.gui.views.source_text import open_address, safe_address
from msat.gui.views.wrapped_table import WrappedTable
from msat.projections.item_lines import ItemLine, tally

MOST_ROWS_HIGH = 14


class ItemsCard(QFrame):
    """`opened` carries the key of an alert; `refused` an address that no browser was there for."""

    opened = Signal(str)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        lines = column(self, margins="medium", gap="small")
        self.heading = Text("", "section")
        lines.addWidget(self.heading)
        about = tr("Choose a line to read what the list prints of it. Enter opens the alert it tells of.")
        lines.addWidget(Text(about, "dense", "text_2"))
        self.model = ItemTable(self)
        self.table = WrappedTable(tr("Notices that this list tells of"), self.model, MOST_ROWS_HIGH)
        look().dress(self.table, "dense")
        self.table.clicked.connect(self._clicked)
        self.table.opened.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._show_line(now.row()))
        lines.addWidget(self.table)
        self.chosen = card("sunken")
        inside = column(self.chosen, margins="medium", gap="small")
        self.printed = copyable(Text("", "dense"))
        inside.addWidget(self.printed)
        self.buttons = Wrapping(gap=8)
        inside.addLayout(self.buttons)
        self.chosen.hide()
        lines.addWidget(self.chosen)

    def show_lines(self, lines: Sequence[ItemLine]) -> None:
        """Shows these items; draws nothing anew while they are the same."""
        shown = tuple(lines)
        if shown == tuple(self.model.line(at) for at in range(self.model.rowCount())):
            return
        self.heading.say(tr("This notice tells of {tally}").format(tally=said(tally(shown))))
        self.chosen.hide()
        self.model.set_lines(shown)

    def _show_line(self, row: int) -> None:
        line = self.model.line(row)
        self.chosen.setVisible(line is not None)
        if line is None:
            return
        self.printed.setText(line.printed or line.title)
        empty(self.buttons)
        for key, name in line.alerts:
            button = KeyButton(tr("Open {name}").format(name=name), lambda key=str(key): self.opened.emit(key))
            self.buttons.addWidget(button)
        if safe_address(line.url):
            page = KeyButton(tr("Open the page it names"), lambda: self._open_page(line.url), kind="quiet")
            page.setToolTip(line.url)
            self.buttons.addWidget(page)

    def _open_page(self, address: str) -> None:
        if not open_address(address):
            self.refused.emit(address)

    def _clicked(self, index: QModelIndex) -> None:
        line = self.model.line(index.row())
        if line is not None and self.model.is_link(index) and len(line.alerts) == 1:
            self._open(index.row())

    def _open(self, row: int) -> None:
        """The alert of a line; of several the buttons below the table offer each."""
        line = self.model.line(row)
        if line is None or not line.alerts:
            return
        if len(line.alerts) == 1:
            self.opened.emit(str(line.alerts[0][0]))
            return
        first = self.buttons.itemAt(0).widget()
        first.setFocus(Qt.FocusReason.OtherFocusReason)
