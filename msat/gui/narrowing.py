"""One organisation, one alert or one month alone on the Oversight page: asked for by a chart or a cell, said by a chip.

The agenda and the board show nothing else until Esc, the chip or “Clear filters” takes it away.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from msat.gui import oversight
from msat.gui.board_choice import Only
from msat.gui.oversight import Shown
from msat.gui.pieces import is_there
from msat.gui.tongue import tr
from msat.gui.views.in_sight import show_from_top
from msat.gui.views.oversight_charts import name_of_practice

if TYPE_CHECKING:
    from msat.gui.views.oversight_page import OversightPage


class Narrowing(QObject):
    """What alone is shown (`only`; None: everything), and everything that has to say so."""

    def __init__(self, page: OversightPage) -> None:
        super().__init__(page)
        self.page = page
        self.only: Only | None = None
        page.charts.narrowed.connect(self.narrow)
        page.charts.left.connect(self.widen)
        page.chip.left.connect(self.widen)
        page.board_card.cleared.connect(self._cleared)
        page.cell.only_organisation.connect(self.show_organisation)
        page.cell.only_alert.connect(self.show_alert)

    def show_organisation(self, code: str) -> None:
        """That organisation alone."""
        shown = self.page.shown_now
        one = next((each for each in shown.organisations if each.ods == code), None) if shown else None
        if one is not None:
            self.narrow(Only(name_of_practice(one), code=code))

    def show_alert(self, key: str) -> None:
        """That alert alone."""
        shown = self.page.shown_now
        one = next((each for each in shown.alerts if each.key == key), None) if shown else None
        if one is not None:
            self.narrow(Only(oversight.called(one), key=key))

    def narrow(self, only: Only) -> None:
        """Shows that alone. A chart hands the focus to the board, which Esc brings back."""
        page = self.page
        self.only = only
        page.chip.show_only(only)
        page.charts.choose(only)
        page.cell.leave()
        page.board_card.show_only(only)
        self.say_agenda()
        page.chain()
        if only.chart >= 0 or not is_there(page.focusWidget()):
            self._to_the_board()
        QTimer.singleShot(0, page, lambda: show_from_top(page.scroll, page.chip))

    def _to_the_board(self) -> None:
        page = self.page
        if page.board.isVisible():
            page.board.setCurrentIndex(page.model.index(0, 0))
            page.board.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            page.chip.all.setFocus(Qt.FocusReason.OtherFocusReason)

    def widen(self) -> None:
        """Shows everything again; the focus returns to the chart that was asked, if one was."""
        only, page = self._forgotten(), self.page
        if only is None:
            return
        page.board_card.show_only(None)
        self.say_agenda()
        page.chain()
        if only.chart >= 0:
            picture = page.charts.picture(only.chart)
            picture.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, picture, lambda: page.scroll.ensureWidgetVisible(picture))
        elif not is_there(page.focusWidget()):
            self._to_the_board()

    def _forgotten(self) -> Only | None:
        was, self.only = self.only, None
        had_focus = self.page.chip.all.hasFocus()
        self.page.chip.hide()
        self.page.charts.choose(None)
        if had_focus:
            self._to_the_board()
        return was

    def _cleared(self) -> None:
        if self._forgotten() is not None:
            self.say_agenda()
            self.page.chain()

    def read_again(self, shown: Shown) -> None:
        """After another reading: what was shown alone stays so where it is still there, and the agenda says it."""
        only, page = self.only, self.page
        if only is not None:
            gone = only.code and all(one.ods != only.code for one in shown.organisations)
            if gone or (not only.code and not any(only.is_of(one) for one in shown.alerts)):
                self._forgotten()
            else:  # a point of a chart may be another one now
                row = page.charts.row_of(only)
                self.only = replace(only, row=row, chart=only.chart if row >= 0 else -1)
                page.charts.choose(self.only)
        page.board_card.only = self.only
        self.say_agenda()

    def say_agenda(self) -> None:
        """The agenda of what is shown."""
        page, shown, only = self.page, self.page.shown_now, self.only
        if shown is None:
            return
        page.decisions.show_decisions(shown, only)
        if only is None:
            page.agenda.show_items(oversight.agenda(shown), oversight.nothing_to_discuss(shown))
            return
        none = tr("Nothing of it is overdue.")
        if not only.code:
            page.agenda.show_items(oversight.agenda(shown, only), none)
            return

        def read(cells) -> None:
            if self.only is not only or page.shown_now is not shown:
                return
            late = frozenset(key for key, cell in cells.get(only.code, {}).items() if cell.is_late)
            page.agenda.show_items(oversight.agenda(shown, only, late), none)
            page.chain()

        page.session.read(lambda desk: oversight.cells(desk, [only.code]), read, self)
