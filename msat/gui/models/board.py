"""The board as Qt sees it: a row an organisation, a column an alert. A mirror: what is not yet here shows as "…".

Asks nobody: the page fills in the cells of the rows that are looked at (`missing`, `fill`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from msat.gui import words
from msat.gui.pieces import tip
from msat.gui.tongue import later, tr
from msat.projections.alert_state import AlertState, Status
from msat.projections.board import BoardAlert, BoardOrganisation, Cells
from msat.triage.model import Priority

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_HORIZONTAL = Qt.Orientation.Horizontal
NO_REPLY, NOT_RECEIVED, LOADING = later("No reply"), later("Not received"), "…"
MOST_ROWS = 400
"""Rows whose cells are kept here: all those of a country would take a gigabyte."""
_SHORT_TITLE = 26


class Role(IntEnum):
    """What else a cell knows."""

    LOOK = int(Qt.ItemDataRole.UserRole) + 1
    """A `Look`; None while the cell is not here yet."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is drawn in a cell: the words, their tone, and the priority that the organisation gave."""

    words: str
    tone: str
    rag: Priority | None = None
    has_mark: bool = False
    told: str = ""
    """What is told of it where there is room for more words; empty: `words`."""


TONES = {
    Status.OVERDUE: "red",
    Status.SECOND_PERSON: "amber",
    Status.RECHECK: "amber",
    Status.NOT_ACKNOWLEDGED: "amber",
    Status.DEFERRED: "info",
    Status.IN_HAND: "info",
    Status.DONE: "green",
    Status.NOT_APPLICABLE: "plain",
    Status.SUPERSEDED: "plain",
    Status.HISTORIC: "plain",
}
SIGNS = {
    Status.OVERDUE: "!",
    Status.SECOND_PERSON: "2",
    Status.RECHECK: "□",
    Status.NOT_ACKNOWLEDGED: "○",
    Status.DEFERRED: "»",
    Status.IN_HAND: "→",
    Status.DONE: "✓",
    Status.NOT_APPLICABLE: "–",
    Status.SUPERSEDED: "–",
    Status.HISTORIC: "–",
}
"""A sign of its own beside each word, so that no state is known by its colour alone."""


class BoardModel(QAbstractTableModel):
    """Shows `organisations` by `alerts`; cells are filled in by ODS code."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._organisations: list[BoardOrganisation] = []
        self._alerts: list[BoardAlert] = []
        self._cells: dict[str, Cells] = {}

    def show(self, organisations: Sequence[BoardOrganisation], alerts: Sequence[BoardAlert]) -> None:
        """Shows these; what was filled in before is asked for again."""
        self.beginResetModel()
        self._organisations, self._alerts, self._cells = list(organisations), list(alerts), {}
        self.endResetModel()

    def missing(self, first: int, last: int) -> list[str]:
        """The codes of the rows from `first` to `last` whose cells are not here yet."""
        rows = [one.ods for one in self._organisations[max(first, 0) : last + 1] if one.has_replied]
        for code in rows:  # looked at again: they are the last to be let go of
            if code in self._cells:
                self._cells[code] = self._cells.pop(code)
        return [code for code in rows if code not in self._cells]

    def fill(self, cells: Mapping[str, Cells]) -> None:
        """Puts cells in, and has their rows drawn again. Rows not looked at for long are let go of."""
        self._cells.update(cells)
        for code in list(self._cells)[: max(0, len(self._cells) - MOST_ROWS)]:
            del self._cells[code]
        rows = [at for at, one in enumerate(self._organisations) if one.ods in cells]
        if rows and self._alerts:
            self.dataChanged.emit(self.index(rows[0], 0), self.index(rows[-1], len(self._alerts) - 1))

    def organisation(self, row: int) -> BoardOrganisation | None:
        return self._organisations[row] if 0 <= row < len(self._organisations) else None

    def alert(self, column: int) -> BoardAlert | None:
        return self._alerts[column] if 0 <= column < len(self._alerts) else None

    def look(self, row: int, column: int) -> Look:
        """What stands in a cell."""
        one, alert = self._organisations[row], self._alerts[column]
        if not one.has_replied:
            return Look(tr(NO_REPLY), "unrated")
        cells = self._cells.get(one.ods)
        if cells is None:
            return Look(tr(LOADING), "plain")
        found = cells.get(alert.key)
        if found is None:
            return Look(tr(NOT_RECEIVED), "plain")
        status, rag, is_late = found
        if is_late and status is Status.SECOND_PERSON:
            said = f"{SIGNS[Status.OVERDUE]} {words.status_words(status)}"
            told = tr("{state}, past its limit").format(state=said)
            return Look(said, TONES[Status.OVERDUE], rag, has_mark=True, told=told)
        return Look(f"{SIGNS[status]} {words.status_words(status)}", TONES[status], rag, has_mark=True)

    # Qt

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._organisations)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._alerts)

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not index.isValid():
            return None
        if role == Role.LOOK:
            return self.look(index.row(), index.column())
        if role == _DISPLAY:
            return self.look(index.row(), index.column()).words
        if role in (_ACCESSIBLE, _TOOLTIP):
            sentence = self._sentence(index.row(), index.column())
            return sentence if role == _ACCESSIBLE else tip(sentence)
        return None

    def _sentence(self, row: int, column: int) -> str:
        look, alert = self.look(row, column), self._alerts[column]
        state = (look.told or look.words).partition(" ")[2] if look.has_mark else look.words
        rag = f", {words.rag_word(look.rag)}" if look.has_mark else ""
        return f"{self._organisations[row].name}: {name_of(alert)}{rag}, {state}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if orientation == _HORIZONTAL:
            alert = self.alert(section)
            return None if alert is None else _alert_head(alert, role)
        one = self.organisation(section)
        return None if one is None else _organisation_head(one, role)


def _alert_head(alert: BoardAlert, role: int) -> object:
    if role == _DISPLAY:
        return short_name(alert)
    return f"{name_of(alert)}, {words.rag_word(alert.rag)}" if role in (_ACCESSIBLE, _TOOLTIP) else None


def _organisation_head(one: BoardOrganisation, role: int) -> object:
    if role == _DISPLAY:
        return one.name
    more = "" if one.has_replied else tr(", nothing received from it")
    return f"{one.name} ({one.ods}){more}" if role in (_ACCESSIBLE, _TOOLTIP) else None


def short_name(alert: BoardAlert) -> str:
    """The reference, or the beginning of the title between words, for the head of a column."""
    if alert.reference:
        return alert.reference
    if len(alert.title) <= _SHORT_TITLE:
        return alert.title
    return f"{alert.title[:_SHORT_TITLE].rpartition(' ')[0] or alert.title[:_SHORT_TITLE]} …"


def name_of(alert: BoardAlert | AlertState) -> str:
    """The reference with the title, or the title alone where it says the reference itself."""
    is_said = not alert.reference or alert.reference.replace(" ", "") in alert.title.replace(" ", "")
    return alert.title if is_said else f"{alert.reference}, {alert.title}"


def chosen(
    organisations: Iterable[BoardOrganisation], text: str = "", codes: frozenset[str] | None = None
) -> list[BoardOrganisation]:
    """Those whose name, code or network holds every word of `text`, and that are of `codes` where that is given."""
    wanted = text.casefold().split()
    return [
        one
        for one in organisations
        if (codes is None or one.ods in codes)
        and all(word in f"{one.name} {one.ods} {one.parent}".casefold() for word in wanted)
    ]
