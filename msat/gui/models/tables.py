"""Small read-only tables: affected batches, sources. Mirrors of texts made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from msat.gui.tongue import tr

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_HORIZONTAL = Qt.Orientation.Horizontal


class TextTable(QAbstractTableModel):
    """Rows of texts under named columns."""

    def __init__(self, columns: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[tuple[str, ...]] = []

    def set_rows(self, rows: Sequence[Sequence[str]], columns: Sequence[str] | None = None) -> None:
        """Shows these rows; with `columns`, under new headings."""
        self.beginResetModel()
        if columns is not None:
            self.columns = tuple(columns)
        self._rows = [tuple(row) for row in rows]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not index.isValid():
            return None
        text = self._rows[index.row()][index.column()]
        if role == _DISPLAY:
            return text
        if role == _ACCESSIBLE:
            return "{columns}: {text}".format(columns=self.columns[index.column()], text=text or tr("not given"))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if role == _DISPLAY and orientation == _HORIZONTAL and 0 <= section < len(self.columns):
            return self.columns[section]
        return None
