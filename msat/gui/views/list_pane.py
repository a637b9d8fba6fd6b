"""The list of alerts with its search box and filters. Asks the views by `Query`; filters and sorts nothing itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QStackedWidget

from msat.gui import icons, words
from msat.gui.grace import merged
from msat.gui.models.worklist import Role, WorklistModel
from msat.gui.pieces import KeyButton, Text, Wrapping, column, row
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.alert_list import MINE, AlertList, EmptyState
from msat.gui.views.list_filters import ListFilters
from msat.ids import AlertKey
from msat.projections.ports import Query, Row
from msat.projections.worklist import is_late

PAGE = 500
"""Rows shown at first: nobody reads further without a search, and the rest is one button away."""
TYPING_MS = 150
LOW = 400
"""Pixels at 100 % below which a list is low: a laptop at 150 % or 200 %."""


class ListPane(QFrame):
    """Worklist (open alerts) or all alerts. `chosen` carries the key to show beside it, or an empty text; `all_asked` a
    search that is to go through every alert."""

    chosen = Signal(str)
    opened = Signal()
    counted = Signal(int)
    loaded = Signal(object)
    add_asked = Signal()
    searched = Signal(str)
    all_asked = Signal(str)
    lowered = Signal(bool)

    def __init__(self, session: Session, title: str, query: Query) -> None:
        super().__init__()
        self.setProperty("kind", "pane")
        self.session, self.base = session, query
        self._limit, self._asked, self._shown, self._wanted = PAGE, 0, "", ""
        self._elsewhere, self.is_reloading = (0, 0), False
        self.model = WorklistModel(self)
        self.list = AlertList(self.model)
        self.list.setAccessibleName(tr("{title}: list of alerts").format(title=title))
        self._build(title)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._filter_changed)
        self.model.ticks_changed.connect(self._ticks_changed)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        self.list.opened.connect(self.opened)
        self.list.escaped.connect(self.clear_ticks)
        self.list.clicked.connect(lambda _index: self._tell())
        session.changes.happened.connect(lambda _changes: self.reload())
        look().changed.connect(self._draw_icons)
        self._draw_icons()

    # Building

    def _build(self, title: str) -> None:
        layout = column(self, gap=0)
        head = column(margins="medium", gap="small")
        line = row(gap="small")
        self.title = Text(title, "pane")
        self.title.setWordWrap(False)
        self.tally = Text("", "meta", "text_2")
        self.tally.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.mine = QPushButton(tr("Mine"))
        self.mine.setCheckable(True)
        self.mine.setProperty("kind", "chip")
        self.mine.setAccessibleName(tr("Show only mine"))
        self.mine.setToolTip(tr(MINE))
        self.mine.clicked.connect(lambda _on: self._mine_clicked())
        look().dress(self.mine, "dense")
        self.filter_button = QPushButton(tr("Filters"))
        self.filter_button.setCheckable(True)
        self.filter_button.setProperty("kind", "chip")
        self.filter_button.setAccessibleName(tr("Show the filters"))
        self.filter_button.clicked.connect(lambda _on: self._fit_height())
        look().dress(self.filter_button, "dense")
        line.addWidget(self.title)
        line.addWidget(self.tally, 1)
        line.addWidget(self.mine)
        line.addWidget(self.filter_button)
        head.addLayout(line)
        head.addWidget(self._search_box(title))
        self.filters = ListFilters()
        self.chips, self.status, self.family = self.filters.chips, self.filters.status, self.filters.family
        self.filters.changed.connect(self._filter_changed)
        head.addWidget(self.filters)
        layout.addLayout(head)
        self.notes = column(gap=0)
        layout.addLayout(self.notes)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.nothing = EmptyState("list")
        self.nothing.button.clicked.connect(self.clear_filters)
        self.nothing.other.clicked.connect(self._search_all)
        self.stack.addWidget(self.nothing)
        # The list gives way to the panel below it, whose words are never cut.
        self.stack.setMinimumHeight(look().px(48))
        layout.addWidget(self.stack, 1)
        self.bulk_place = column(gap=0)
        layout.addLayout(self.bulk_place)
        self.bulk: QFrame | None = None
        self.more = KeyButton(tr("Show all"), self._show_all, kind="quiet")
        self.more.hide()
        self.add = KeyButton(tr("Add a notice"), self.add_asked.emit, "Ctrl+N", "quiet", "add")
        # On one line where there is room: a low window must show alerts, not buttons.
        foot = Wrapping(gap=4)
        for button in (self.add, self.more):
            foot.addWidget(button)
        layout.addLayout(foot)

    def _search_box(self, title: str) -> QLineEdit:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search titles, medicines, batch numbers"))
        self.search.setAccessibleName(tr("Search {title}").format(title=title.lower()))
        self.search.setToolTip(tr("Search (Ctrl+F or /)"))
        self.search.setClearButtonEnabled(True)
        self.glass = QAction(self)  # one that the field made itself was lost to Python after a while
        self.search.addAction(self.glass, QLineEdit.ActionPosition.LeadingPosition)
        for child in self.search.children():
            if hasattr(child, "setAccessibleName") and child is not self.search:
                child.setAccessibleName(tr("Clear the search"))
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.installEventFilter(self)
        return self.search

    def _draw_icons(self) -> None:
        self.glass.setIcon(icons.icon("search", look().colour("text_2"), 18))
        self.filters.draw_icons()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        """A low window shows alerts and not only what can be done with them: its filters wait behind a button."""
        low = self.height() < look().px(LOW)
        self.filter_button.setVisible(low)
        self.filters.setVisible(not low or self.filters.is_on or self.filter_button.isChecked())
        self.lowered.emit(low)

    # Asking

    def query(self) -> Query:
        """What the filters say now."""
        status = self.filters.status_chosen
        closed = status in words.CLOSED_STATUSES
        return replace(
            self.base,
            rag=self.filters.rag,
            family=self.filters.family_chosen,
            status=status or self.base.status,
            search=self.search.text().strip(),
            mine=self._mine(),
            open_only=self.base.open_only and not closed,
            limit=self._limit,
        )

    @property
    def is_filtered(self) -> bool:
        asked = self.query()
        return bool(asked.rag or asked.status or asked.family or asked.search or asked.mine)

    def _mine(self) -> str | None:
        person = self.session.person() if self.mine.isChecked() else None
        return person.name if person else None

    def _mine_clicked(self) -> None:
        """Without a known person it asks for one first: whose list it is must be known."""
        if self.mine.isChecked() and self.session.person() is None:
            self.mine.setChecked(False)
            self.session.person_needed.emit(lambda: (self.mine.setChecked(True), self._filter_changed()))
            return
        self._filter_changed()

    def reload(self) -> None:
        """Asks again with the filters as they are; a later question makes an earlier answer void."""
        self._asked += 1
        number, query, now = self._asked, self.query(), self.session.now()

        def ask(desk) -> tuple[list[Row], int, tuple[int, int]]:
            rows = merged(desk.views.worklist(query, now), desk, self.session.grace)
            total = len(rows) if len(rows) < self._limit else desk.views.count(replace(query, limit=None), now)
            return rows, total, (0, 0) if rows else _elsewhere(desk, query, now)

        self.session.read(ask, lambda found: self._answered(number, *found), self)

    def _answered(self, number: int, rows: list[Row], total: int, elsewhere: tuple[int, int]) -> None:
        if number == self._asked:
            self._elsewhere = elsewhere
            self.show_rows(rows, total)

    def show_rows(self, rows: list[Row], total: int) -> None:
        """Shows these rows and keeps the chosen alert chosen where it is still there."""
        keep = self._wanted or self._shown
        bar = self.list.verticalScrollBar()
        where = bar.value()
        self.model.search = self.search.text().strip()
        self.searched.emit(self.model.search)
        noted = self.list.note_place()
        self.model.set_rows(rows, self.session.now())
        index = self.model.index_of(AlertKey(keep))
        if self._wanted and not index.isValid() and len(rows) < total:
            self._show_all()
            return
        wanted, self._wanted = self._wanted, ""
        if index.isValid():
            self.list.choose(index)
            self.list.keep_place(noted)
            if not wanted:
                bar.setValue(where)
        elif rows:
            self.list.move_on(was_another=bool(keep))
        self.is_reloading = True
        self._tell()
        self.is_reloading = False
        self._say_tally(rows, total)
        self.stack.setCurrentIndex(0 if rows else 1)
        if not self.is_filtered:
            self.counted.emit(total)
            self.loaded.emit(rows)
        if not rows:
            self._say_nothing()

    def _say_tally(self, rows: list[Row], total: int) -> None:
        now = self.session.now()
        overdue = sum(is_late(row, now) for row in rows)
        said = tr("{total:,} open").format(total=total) if self.base.open_only else words.count_words(total, "alert")
        self.tally.setText(tr("{said}, {overdue} overdue").format(said=said, overdue=overdue) if overdue else said)
        self.more.setVisible(len(rows) < total)
        if len(rows) < total:
            self.more.say(tr("{rows:,} shown. Show all {total:,}").format(rows=len(rows), total=total))

    def _say_nothing(self) -> None:
        if not self.is_filtered:
            self.loaded.emit([])
            return
        asked = self.query()
        parts = [words.rag_word(asked.rag)] if asked.rag else []
        parts += [words.status_words(asked.status)] if asked.status else []
        parts += [words.family_words(asked.family)] if asked.family else []
        parts += [tr("Mine")] if asked.mine else []
        parts += [f"“{asked.search}”"] if asked.search else []
        said = words.elsewhere_words(asked.search, *self._elsewhere)
        what = tr("No open alerts") if asked.open_only else tr("No alerts")
        self.nothing.say(
            tr("{what} match {parts}.").format(what=what, parts=" + ".join(parts)),
            said,
            tr("Clear filters"),
            bool(said),
            pictured=False,
        )

    def _search_all(self) -> None:
        """The same words among every alert, with no other filter."""
        self.all_asked.emit(self.search.text().strip())

    # Choosing

    def show_key(self, key: str) -> None:
        """Chooses an alert of the list; does nothing for one that is not in it."""
        if (index := self.model.index_of(AlertKey(key))).isValid():
            self.list.choose(index)

    def want(self, key: str) -> None:
        """Chooses an alert with the next answer of the views, however far down it stands."""
        self._wanted = key
        self.reload()

    def chosen_keys(self) -> list[AlertKey]:
        """The ticked alerts in the order shown; the one that is chosen where none is ticked."""
        ticked = [row.key for row in self.model.rows() if row.key in self.model.ticked]
        current = self.list.currentIndex().data(Role.KEY)
        return ticked or ([current] if current else [])

    def _ticks_changed(self) -> None:
        """Many alerts are chosen: what can be done with all of them comes over the foot of the list."""
        if self.bulk is None and self.model.ticked:
            from msat.gui.views.bulk_bar import BulkBar

            self.bulk = BulkBar(self.session)
            self.bulk.closed.connect(self.clear_ticks)
            self.bulk_place.addWidget(self.bulk)
        self.add.setVisible(not self.model.ticked)
        if self.bulk is not None:
            self.bulk.show_chosen([str(row.key) for row in self.model.rows() if row.key in self.model.ticked])

    def clear_ticks(self) -> bool:
        """Takes every tick away; False when there was none."""
        had = bool(self.model.ticked)
        self.model.clear_ticks()
        if had:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        return had

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        key = current.data(Role.KEY) if current.isValid() else None
        if key and key != self._shown:
            self._shown = key
            self.chosen.emit(key)

    def _tell(self) -> None:
        """Says again what is shown, for a pane that opens or that another list has changed."""
        current = self.list.currentIndex()
        key = current.data(Role.KEY) if current.isValid() else None
        self._shown = key or ""
        self.chosen.emit(self._shown)

    # Filters

    def _filter_changed(self) -> None:
        self._fit_height()
        self.list.expect()
        self._limit = PAGE
        self.reload()

    def clear_filters(self) -> None:
        """Back to everything."""
        self.filters.clear()
        self.mine.setChecked(False)
        self.search.clear()
        self._typing.stop()
        self._filter_changed()
        self.list.setFocus()

    def _show_all(self) -> None:
        self._limit = 1_000_000
        self.reload()

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _offers_all(self) -> bool:
        return self.stack.currentWidget() is self.nothing and self.nothing.other.isVisibleTo(self.nothing)

    def eventFilter(self, watched, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and (self.search.text() or self.is_filtered):
                self.clear_filters()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._offers_all():
                self._search_all()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
        return super().eventFilter(watched, event)


def _elsewhere(desk, query: Query, now: datetime) -> tuple[int, int]:
    """How many alerts a search finds with no other filter, and how many of them are open."""
    if not query.search:
        return 0, 0
    everywhere = Query(search=query.search)
    return desk.views.count(everywhere, now), desk.views.count(replace(everywhere, open_only=True), now)
