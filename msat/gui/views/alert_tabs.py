"""Beneath the actions: affected products, the source's own text in each version, and the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTabBar, QTableView, QWidget

from msat.alerts.model import Alert, Batch
from msat.gui.dates import say_moment
from msat.gui.models.tables import TextTable
from msat.gui.pieces import Text, column, copyable
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.source_text import SourceText
from msat.gui.views.timeline import Timeline
from msat.projections.alert_state import AlertState

_COLUMNS = spoken(
    (
        (later("Product"), "product"),
        (later("Batch"), "number"),
        (later("Expiry"), "expiry"),
        (later("Pack size"), "pack_size"),
        (later("First distributed"), "first_distributed"),
    )
)
MOST_ROWS_HIGH = 14
"""Rows shown before the table scrolls on its own."""


class AlertTabs(QWidget):
    """`wanted` asks for another version of the notice, by its fingerprint."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        layout = column(self, gap="small")
        self.bar = QTabBar()
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setAccessibleName(tr("About this alert"))
        look().dress(self.bar, "body")
        self.products = ProductsTab()
        self.source = SourceTab()
        self.history = Timeline()
        self._pages: list[QWidget] = [self.products, self.source, self.history]
        for name in (tr("Affected products"), tr("Source text"), tr("History")):
            self.bar.addTab(name)
        layout.addWidget(self.bar)
        for page in self._pages:
            layout.addWidget(page)
        layout.addStretch(1)
        self.bar.currentChanged.connect(self._show_page)
        self.source.wanted.connect(self.wanted)
        self._show_page(0)

    def show_state(self, state: AlertState, own: str, now: datetime) -> None:
        """Shows the history as at `now` and the versions; `own` is the log that is written here."""
        self.history.show_state(state, own, now)
        self.bar.setTabText(2, tr("History {history}").format(history=len(state.history)))
        self.source.show_versions(state)

    def show_notice(self, notice: Alert | None) -> None:
        """Shows the notice as read; None while it is not there."""
        self.products.show_notice(notice)
        self.source.show_notice(notice)
        number = len(notice.batches) if notice else 0
        self.bar.setTabText(
            0, tr("Affected products {number}").format(number=number) if number else tr("Affected products")
        )

    def _show_page(self, at: int) -> None:
        for number, page in enumerate(self._pages):
            page.setVisible(number == at)


NO_TABLE = later("No batch table was read in this notice. Read the source.")
NO_TEXT = later(
    "The text of this notice is not on this computer. Where a colleague's workstation fetched it, it comes with the "
    "next check of the sources; if it does not come, check the record."
)


class ProductsTab(QWidget):
    """The batches as printed, statements on all batches, and what could not be read."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        layout = column(self, gap="small")
        self.unread = Text("", "body", "amber_text")
        self.statements = copyable(Text(""))
        self.names = copyable(Text("", "body", "text_2"))
        self.nothing = Text(tr(NO_TABLE), "body", "text_2")
        self.table = QTableView()
        self.model = TextTable([], self)
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Affected batches"))
        self.table.verticalHeader().hide()
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(True)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for widget in (self.unread, self.statements, self.names, self.table, self.nothing):
            layout.addWidget(widget)
        look().changed.connect(self._fit)

    def show_notice(self, notice: Alert | None) -> None:
        batches = notice.batches if notice else ()
        self.unread.say("\n".join(notice.unread) if notice else "")
        self.statements.say("\n".join(f"“{fact.words}”" for fact in notice.all_batches) if notice else "")
        products = notice.products if notice else ()
        self.names.say("\n".join(dict.fromkeys(_product_line(p) for p in products)))
        shown = [(label, name) for label, name in _COLUMNS if _tells(batches, name, len(products))]
        rows = [[_cell(batch, name) for _label, name in shown] for batch in batches]
        self.model.set_rows(rows, [label for label, _name in shown])
        self.table.setVisible(bool(batches))
        self.nothing.setText(tr(NO_TEXT) if notice is None else tr(NO_TABLE))
        self.nothing.setVisible(not batches and not self.statements.text())
        self._fit()

    def _fit(self) -> None:
        """Columns share the width and words wrap, so that nothing is cut; a short table shows whole.

        Rows are measured once for these few, never left on ResizeToContents (performance.md section 3).
        """
        header = self.table.horizontalHeader()
        self.table.resizeColumnsToContents()
        for at in range(self.model.columnCount()):
            wide = header.sectionSize(at) > look().px(160) or at == self.model.columnCount() - 1
            header.setSectionResizeMode(
                at, QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.Interactive
            )
        self.table.resizeRowsToContents()
        rows = min(self.model.rowCount(), MOST_ROWS_HIGH)
        height = sum(self.table.rowHeight(at) for at in range(rows))
        self.table.setFixedHeight(height + header.sizeHint().height() + look().px(6))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _tells(batches: Sequence[Batch], name: str, products: int) -> bool:
    """Whether a column says something: an empty one does not, nor the one product's name on every line."""
    values = {getattr(batch, name) for batch in batches}
    return values != {""} and not (name == "product" and len(values) == 1 and products == 1)


def _cell(batch: Batch, name: str) -> str:
    if name == "number" and batch.through:
        return tr("{number} to {through}").format(number=batch.number, through=batch.through)
    return str(getattr(batch, name))


def _product_line(product) -> str:
    return f"{product.name}, {product.licence}" if product.licence else product.name


class SourceTab(QWidget):
    """The publisher's text as stored, version by version, with what changed."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        layout = column(self, gap="small")
        self.versions = QComboBox()
        self.versions.setAccessibleName(tr("Version of the notice"))
        self.changes = Text("", "dense")
        self.text = SourceText()
        self.text.setMinimumHeight(look().px(420))
        for widget in (self.versions, self.changes, self.text):
            layout.addWidget(widget)
        self.versions.activated.connect(lambda at: self.wanted.emit(self.versions.itemData(at)))
        self._shown: Sequence[object] = ()
        self._changes: dict[str, str] = {}

    def show_versions(self, state: AlertState) -> None:
        """Lists the versions, newest first."""
        if state.versions == self._shown:
            return
        self._shown = state.versions
        self.versions.clear()
        self._changes = {}
        for version in reversed(state.versions):
            label = tr("Version {number}, {source}, received {recorded}").format(
                number=version.number, source=version.source, recorded=say_moment(version.recorded)
            )
            self.versions.addItem(label, version.version)
            self._changes[version.version] = _changes_words(version)
        self.versions.setVisible(len(state.versions) > 1)
        self._say_changes()

    def show_notice(self, notice: Alert | None) -> None:
        self._say_changes()
        if notice is None:
            self.text.setPlainText(tr(NO_TEXT))
        else:
            self.text.show_html(notice.html, notice.url)

    def _say_changes(self) -> None:
        self.changes.say(self._changes.get(self.versions.currentData() or "", ""))


def _changes_words(version) -> str:
    if not version.changes:
        return ""
    weight = tr("This is a material change.") if version.material else tr("This change is not material.")
    return tr("What changed: {changes} {weight}").format(changes=" ".join(version.changes), weight=weight)
