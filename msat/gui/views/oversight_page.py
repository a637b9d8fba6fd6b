"""Oversight for committees: what is open, what is late, who has not replied; charts in words; the agenda; returns.

A practice that is no committee sees its own figures. Everything is read off the window's thread; nothing here decides.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from msat.clock import london
from msat.errors import Cancelled
from msat.gui import exchange_deeds, oversight
from msat.gui.narrowing import Narrowing
from msat.gui.oversight import Shown
from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty, is_there
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, plural, tr
from msat.gui.views.decisions_card import DecisionsCard
from msat.gui.views.in_sight import show_from_top
from msat.gui.views.notices import NoticeBar
from msat.gui.views.outliers_card import OutliersCard
from msat.gui.views.oversight_board import BoardCard
from msat.gui.views.oversight_charts import Charts
from msat.gui.views.oversight_parts import (
    Agenda,
    CellCard,
    Indicators,
    OnlyChip,
    Tiles,
    arrival_notice,
    choice,
    intro,
)
from msat.gui.views.page import Page
from msat.gui.views.panels import FootPanel
from msat.gui.views.present_view import PresentView
from msat.ids import AlertKey

if TYPE_CHECKING:
    from msat.exchange.arrivals import Arrival

RETURNS = later("Files from other sites (*.msatreturn *.msatreceipt *.msatregister);;All files (*)")


class OversightPage(Page):
    """`opened` carries an alert's key; `sites_asked`: a log waits to be enrolled; `print_asked`: the minutes."""

    opened = Signal(str)
    sites_asked = Signal()
    print_asked = Signal()
    _progressed = Signal(str)
    widest = 2400

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__(tr("Oversight"), tr("Every organisation by every alert, from the returns that came."))
        self.session, self.notices = session, notices
        self.shown_now: Shown | None = None
        self._reading = self._is_stale = self._cancelled = False
        self.presentation: PresentView | None = None
        self._build()
        self._progressed.connect(self.working.say)
        session.changes.happened.connect(lambda _changes: self._changed())
        look().changed.connect(self._fit)

    # Building

    def _build(self) -> None:
        self.lines.addLayout(self._buttons())
        self.working = Text("", "dense", "text_2")
        self.lines.addWidget(self.working)
        self.came = column(gap="small")
        self.lines.addLayout(self.came)
        self.tiles = Tiles()
        self.lines.addWidget(self.tiles)
        self.panel = column(gap=0)
        self.lines.addLayout(self.panel)
        self.chip = OnlyChip()
        self.lines.addWidget(self.chip)
        self.agenda = Agenda()
        self.agenda.opened.connect(self.opened)
        self.agenda.decide.connect(self.decide)
        self.agenda.done_asked.connect(self.mark_done)
        self.lines.addWidget(self.agenda)
        self.decisions = DecisionsCard()
        self.decisions.opened.connect(self.opened)
        self.decisions.done_asked.connect(self.mark_done)
        self.decisions.minutes_asked.connect(self.open_minutes)
        self.lines.addWidget(self.decisions)
        self.board_card = BoardCard()
        self.board_card.looked_at.connect(self._fill)
        self.board_card.opened.connect(self._open_cell)
        self.board_card.filtered.connect(self._filtered)
        self.model, self.board, self.search = self.board_card.model, self.board_card.board, self.board_card.search
        self.rag, self.state, self.source = self.board_card.rag, self.board_card.state, self.board_card.source
        self.clear, self.board_line = self.board_card.clear, self.board_card.board_line
        self.lines.addWidget(self.board_card)
        self.cell = CellCard()
        self.cell.opened.connect(self.opened)
        self.cell.left.connect(lambda: self.board.setFocus(Qt.FocusReason.TabFocusReason))
        self.lines.addWidget(self.cell)
        self.charts = Charts()
        self.lines.addWidget(self.charts)
        self.indicators = Indicators()
        self.lines.addWidget(self.indicators)
        self.outliers = OutliersCard(self.session, self.notices)
        self.outliers.opened.connect(self._reveal)
        self.outliers.listed.connect(self.chain)
        self.lines.addWidget(self.outliers)
        self.lines.addStretch(1)
        self.narrowing = Narrowing(self)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(oversight.MINUTES_KEY), self, context=inside, activated=self.open_minutes)
        # Nothing to see in them before the first reading has ended.
        self._show_read(False)

    def _show_read(self, on: bool) -> None:
        for part in (self.tiles, self.agenda, self.decisions, self.board_card, self.charts, self.indicators):
            part.setVisible(on)
        self.outliers.setVisible(on)

    def _buttons(self) -> Wrapping:
        line = Wrapping(gap=8)
        today = london(self.session.now()).date()
        self.period = choice(tr("Period"))
        for name, first, last in oversight.periods(today):
            self.period.addItem(name, (first, last))
        self.period.setCurrentIndex(1)
        self.period.currentIndexChanged.connect(lambda _at: self.reload())
        self.take_button = KeyButton(tr("Take in returns"), self.choose_files, icon="drop")
        self.present = KeyButton(tr("Present"), self.show_presentation, "F11")
        self.pack = KeyButton(tr("Assurance pack"), self.open_pack, "Ctrl+E", icon="save")
        self.stop = KeyButton(tr("Stop"), self._stop)
        self.stop.hide()
        for widget in (self.period, self.take_button, self.present, self.pack, self.stop):
            line.addWidget(widget)
        return line

    # Reading

    def shown(self) -> None:
        if self.shown_now is None or self._is_stale:
            self.reload()
        before = self.focusWidget()
        field = before if is_there(before) else self.period
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._reveal(field)

    def _changed(self) -> None:
        """Something was recorded or taken in: read on at once where somebody looks, else when somebody does."""
        self._is_stale = True
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Brings the board up to what is recorded; while that runs, what was read before stays."""
        if self._reading or self.session.desk is None:
            self._is_stale = True
            return
        self._reading, self._is_stale, self._cancelled = True, False, False
        self.working.say(tr("Reading what each organisation recorded."))
        self.stop.show()
        first, last = self.period.currentData()
        work = partial(oversight.look, first=first, last=last, progress=self._progress, waiting=self.session.grace)
        # Beside: an answer that waits may still be taken back; nothing that is read here is sent to anybody.
        self.session.run(work, self, self._loaded, self._failed, long=True, beside=True)

    def _progress(self, what: str, done: int, of: int) -> None:
        if self._cancelled:
            raise Cancelled(tr("Stopped before every organisation was read."))
        self._progressed.emit(tr("{what}: {done:,} of {of:,}.").format(what=what, done=done, of=of))

    def _stop(self) -> None:
        self._cancelled = True

    def _ended(self) -> None:
        self._reading = False
        self.stop.hide()
        self.working.say("")

    def _failed(self, error) -> None:
        self._ended()
        if isinstance(error, Cancelled):
            self._is_stale = True
            self.working.say(tr("Stopped. What is shown is older; choose a period, or come back, to go on."))
            return
        self.notices.warn(error)

    def _loaded(self, shown: Shown) -> None:
        self._ended()
        self.shown_now = shown
        self._show_read(True)
        self.intro.say(intro(shown))
        self.tiles.show_tiles(oversight.head_tiles(shown))
        self.board_card.show_read(shown)
        self.charts.show_charts(shown)
        self.narrowing.read_again(shown)
        self.indicators.show_indicators(shown)
        self.outliers.setVisible(shown.is_committee)
        self.outliers.set_period(*self.period.currentData())
        self.cell.leave()
        self.chain()
        self._filter()
        self._fit()
        if self._is_stale:
            self.reload()

    # The board

    def clear_filters(self) -> None:
        """Shows every organisation and every alert of the period."""
        self.board_card.clear_filters()

    def _filter(self) -> None:
        self.board_card.filter()

    def _filtered(self) -> None:
        if self.board_card.isAncestorOf(self.focusWidget() or self):
            part = self.chip if self.chip.isVisible() else self.board_card
            QTimer.singleShot(0, self, lambda: show_from_top(self.scroll, part))

    def _fill(self, first: int, last: int) -> None:
        codes = self.model.missing(first - 20, last + 20)
        if codes:
            self.session.read(lambda desk: oversight.cells(desk, codes), self.model.fill, self)

    def _open_cell(self, at_row: int, at_column: int) -> None:
        organisation, alert = self.model.organisation(at_row), self.model.alert(at_column)
        if self.shown_now and organisation and alert:
            self.cell.show_cell(self.shown_now, organisation, alert, self.model.look(at_row, at_column))
            self.cell.row_alone.setFocus(Qt.FocusReason.OtherFocusReason)
            self.scroll.ensureWidgetVisible(self.cell)

    # One organisation, one alert, one month alone

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.narrowing.only is not None:
            self.narrowing.widen()
        else:
            super().keyPressEvent(event)

    # Deeds

    def decide(self, key: str) -> None:
        """Opens the panel in which a meeting's decision on an alert is recorded."""

        def show(state) -> None:
            from msat.gui.views.committee_panels import MeetingPanel

            if state is None:
                return
            self._open(MeetingPanel(self.session, state))

        self.session.read(lambda desk: desk.views.alert(AlertKey(key)), show, self)

    def mark_done(self, key: str, decision: str) -> None:
        """Opens the panel in which a decision is marked as done."""
        from msat.gui.views.meeting_panels import DonePanel

        found = next((one for one in self.decisions.decisions if (str(one.key), one.id) == (key, decision)), None)
        if found is not None:
            self._open(DonePanel(self.session, found))

    def open_minutes(self) -> None:
        """Opens the panel of meetings: who was there, the agenda, the minutes."""
        from msat.gui.views.meeting_panels import MinutesPanel, known_meetings

        def show(known) -> None:
            items = [one.head for one in self.agenda.items]
            panel = MinutesPanel(self.session, self.notices, known, items)
            panel.print_asked.connect(self.print_asked)
            self._open(panel)

        if self.shown_now is not None:
            self.session.read(known_meetings, show, self)

    def papers(self) -> list:
        """What can be printed of the page: the minutes first, where their panel is open, and the board."""
        from msat.gui.views.meeting_panels import MinutesPanel
        from msat.services import print_pages as service

        offers = [(tr("Oversight"), service.of_board)]
        panel = self.findChild(MinutesPanel)
        one = panel.chosen if panel is not None else None
        if one is not None:
            offers.insert(0, (tr("Minutes"), lambda desk: service.of_minutes(desk, one.name, one.on)))
        return offers

    def open_pack(self) -> None:
        """Opens the panel that makes an assurance pack of the period shown."""
        from msat.gui.views.pack_panel import PackPanel

        first, last = self.period.currentData()
        self._open(PackPanel(self.session, self.notices, first, last))

    def _open(self, panel: FootPanel) -> None:
        before = self.focusWidget()
        empty(self.panel)
        self.panel.addWidget(panel)
        panel.show()
        self.chain()
        panel.closed.connect(partial(self._shut, before))
        field = panel.first_field()
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._reveal(panel)
        if field is not None:
            self._reveal(field)  # a panel may be higher than the page

    def _shut(self, before: QWidget | None) -> None:
        """The panel goes, and the focus returns to what it was opened with."""
        empty(self.panel)
        field = before if is_there(before) else self.period
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._reveal(field)

    def _reveal(self, panel: QWidget) -> None:
        QTimer.singleShot(0, panel, lambda: self.scroll.ensureWidgetVisible(panel))

    def choose_files(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self, tr("Take in returns and receipts"), "", tr(RETURNS))
        if names:
            self.take_in([Path(name) for name in names])

    def take_in(self, files: list[Path]) -> None:
        """Takes in files that came from other sites and says what became of each."""
        empty(self.came)
        which = plural(len(files), "file", "files")
        self.working.say(tr("Taking in {files:,} {which}.").format(files=len(files), which=which))
        self._cancelled = False
        self.session.run(exchange_deeds.take_in(files, self._progress), self, self._taken_in, self._failed)

    def _taken_in(self, arrivals: list[Arrival]) -> None:
        from msat.services.desk import Changes

        self.working.say("")
        empty(self.came)
        report = exchange_deeds.report(arrivals)
        for one in report.shown:
            self.came.addWidget(arrival_notice(one, self.sites_asked.emit))
        if report.others:
            self.came.addWidget(Text(report.others, "dense"))
        close = KeyButton(tr("Close what became of the files"), self._close_came, kind="quiet")
        self.came.addWidget(close, 0, Qt.AlignmentFlag.AlignLeft)
        self._reveal(self.came.itemAt(0).widget())
        # Other views read on too, and this one: with the alerts, also what was recorded of the log itself is new.
        self.session.changes.happened.emit(Changes(frozenset[AlertKey]().union(*(one.alerts for one in arrivals))))

    def _close_came(self) -> None:
        empty(self.came)
        self.take_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # On a large screen

    def show_presentation(self) -> PresentView | None:
        """Fills the screen with the figures, the agenda and the charts, one at a time."""
        if self.shown_now is None:
            return None
        self.presentation = PresentView(self.shown_now, self.charts.charts())
        self.presentation.ended.connect(self._ended_presentation)
        self.presentation.showFullScreen()
        self.presentation.setFocus()
        return self.presentation

    def _ended_presentation(self) -> None:
        if self.presentation is not None:
            self.presentation.deleteLater()
        self.presentation = None
        self.present.setFocus(Qt.FocusReason.OtherFocusReason)

    # Size

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.charts.fit(round(self.width() * 100 / look().zoom))
