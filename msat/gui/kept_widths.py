"""Widths that a person gave to panes and columns, and gets again at the next start. Draws nothing, records nothing.

They are kept in pixels at 100 %, so that a larger type makes them wider; the last pane has what the others leave. Only
what a person moved is kept: what the program chose for itself may be chosen otherwise tomorrow.
"""

from __future__ import annotations

from typing import TypeGuard

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHeaderView, QSplitter, QTableView, QWidget

from msat.gui.memory import Memory
from msat.gui.theme import look

STEP = 32
"""Pixels at 100 % by which a key makes a pane wider or narrower."""
LEAST, MOST = 24, 4_000
"""A kept width beyond these is none."""


def _kept(memory: Memory, name: str) -> dict[int, int]:
    """{position: pixels at 100 %} as it was kept; what cannot be read is left out."""
    found = {}
    for part in memory.text(name).split(","):
        at, _colon, width = part.partition(":")
        if at.isdecimal() and width.isdecimal() and LEAST <= int(width) <= MOST:
            found[int(at)] = int(width)
    return found


def _keep(memory: Memory, name: str, widths: dict[int, int]) -> None:
    memory.keep(name, ",".join(f"{at}:{width}" for at, width in sorted(widths.items())))


def _at_100(pixels: int) -> int:
    return round(pixels * 100 / look().zoom)


class KeptSplit(QObject):
    """The panes of a splitter, side by side. It belongs to the splitter; `name` is what it is remembered by."""

    def __init__(self, splitter: QSplitter, memory: Memory, name: str) -> None:
        super().__init__(splitter)
        self._splitter, self._memory, self._name = splitter, memory, f"panes/{name}"
        splitter.splitterMoved.connect(lambda _at, _which: self._moved())
        splitter.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._splitter:
            self.place()
        return super().eventFilter(watched, event)

    def _moved(self) -> None:
        if self._splitter.orientation() == Qt.Orientation.Horizontal:
            sizes = self._splitter.sizes()[:-1]
            _keep(self._memory, self._name, {at: _at_100(size) for at, size in enumerate(sizes)})

    def place(self) -> bool:
        """Gives the panes the widths that were kept; False where none are, or the panes have not that room now."""
        widths, sizes = _kept(self._memory, self._name), self._splitter.sizes()
        is_row = self._splitter.orientation() == Qt.Orientation.Horizontal
        if not is_row or sorted(widths) != list(range(len(sizes) - 1)) or not self._are_all_shown():
            return False
        first = [look().px(widths[at]) for at in sorted(widths)]
        rest = self._splitter.width() - sum(first) - self._splitter.handleWidth() * len(first)
        if rest < self._splitter.widget(len(first)).minimumSizeHint().width():
            return False
        self._splitter.setSizes([*first, rest])
        return True

    def _are_all_shown(self) -> bool:
        return not any(self._splitter.widget(at).isHidden() for at in range(self._splitter.count()))

    def step(self, by: int, focus: QWidget | None = None) -> None:
        """Makes a pane wider (1) or narrower (-1), as far as the others allow; kept as if it was dragged. It is the
        first one; of more than two, that with the focus, or the last but one where that is the last."""
        sizes = self._splitter.sizes()
        if self._splitter.orientation() != Qt.Orientation.Horizontal or not self._are_all_shown():
            return
        panes = [self._splitter.widget(at) for at in range(len(sizes))]
        within = (at for at, pane in enumerate(panes) if focus is not None and pane.isAncestorOf(focus))
        at = min(next(within, 0), len(sizes) - 2) if len(sizes) > 2 else 0
        wanted = by * look().px(STEP)
        sizes[at], sizes[at + 1] = sizes[at] + wanted, sizes[at + 1] - wanted
        self._splitter.setSizes(sizes)
        self._moved()


class KeptColumns(QObject):
    """The columns of a table that a person may drag. Whoever fits them calls `place` afterwards."""

    def __init__(self, table: QTableView, memory: Memory, name: str) -> None:
        super().__init__(table)
        self._header, self._memory, self._name = table.horizontalHeader(), memory, f"columns/{name}"
        self._is_held, self._dragged = False, dict[int, int]()
        self._header.sectionResized.connect(self._resized)
        self._header.viewport().installEventFilter(self)

    def _resized(self, at: int, _before: int, now: int) -> None:
        if self._is_held:
            self._dragged[at] = _at_100(now)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self._is_held, self._dragged = True, {}
        elif event.type() == QEvent.Type.MouseButtonRelease and self._is_held:
            self._is_held = False
            if self._dragged:
                _keep(self._memory, self._name, _kept(self._memory, self._name) | self._dragged)
        return super().eventFilter(watched, event)

    def keep(self, at: int) -> None:
        """A key made this column as wide as it is."""
        _keep(self._memory, self._name, _kept(self._memory, self._name) | {at: _at_100(self._header.sectionSize(at))})

    def place(self) -> None:
        """Gives the columns that a person dragged their widths again."""
        for at, width in _kept(self._memory, self._name).items():
            if at < self._header.count():
                self._header.resizeSection(at, look().px(width))


def has_columns(widget: QWidget | None) -> TypeGuard[QTableView]:
    """Whether the mouse can drag the columns of a table."""
    return isinstance(widget, QTableView) and any(
        widget.horizontalHeader().sectionResizeMode(at) == QHeaderView.ResizeMode.Interactive
        for at in range(widget.horizontalHeader().count())
    )


def step_column(table: QTableView, by: int) -> tuple[str, bool]:
    """Makes the column of the current cell wider (1) or narrower (-1), as the mouse does at its edge. Its name, and
    whether it could be: one that takes what the others leave has no width of its own."""
    header, at = table.horizontalHeader(), max(table.currentIndex().column(), 0)
    name = str(table.model().headerData(at, Qt.Orientation.Horizontal) or "")
    before = header.sectionSize(at)
    if header.sectionResizeMode(at) != QHeaderView.ResizeMode.Interactive:
        return name, False
    header.resizeSection(at, max(before + by * look().px(STEP), look().px(LEAST), header.minimumSectionSize()))
    kept = table.findChild(KeptColumns)
    if kept is not None:
        kept.keep(at)
    return name, header.sectionSize(at) != before


def place_columns(table: QTableView) -> None:
    """After columns were fitted: those that a person dragged, where the table remembers them."""
    kept = table.findChild(KeptColumns)
    if kept is not None:
        kept.place()
