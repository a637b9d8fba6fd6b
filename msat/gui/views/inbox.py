"""List and detail side by side; one at a time where the window is narrow. Worklist and Alerts are both made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from msat.gui.kept_widths import KeptSplit
from msat.gui.pieces import Blank, column
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.list_pane import ListPane
from msat.gui.views.notices import Notice
from msat.gui.views.page import chain
from msat.projections.ports import Query

if TYPE_CHECKING:
    from msat.gui.views.alert_pane import AlertPane

NARROW = 900
"""Below this width, in pixels at 100 %, the detail takes the place of the list."""


class Inbox(QWidget):
    """`check_asked` asks for a refresh from the banner, `rules_asked` for the local rules, `records_asked` for where
    returns are sent."""

    check_asked = Signal()
    rules_asked = Signal()
    records_asked = Signal()

    def __init__(self, session: Session, title: str, query: Query) -> None:
        super().__init__()
        self.list_pane = ListPane(session, title, query)
        self._session = session
        self._alert: AlertPane | None = None
        self._waits: list[Callable[[AlertPane], object]] = []
        self._blank = Blank(tr("Choose an alert to see what it asks for."))
        self.is_narrow = False
        self._detail_open = False
        layout = column(self, gap=0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.split = KeptSplit(self.splitter, session.memory, "list")
        self.splitter.addWidget(self.list_pane)
        self.splitter.addWidget(self._blank)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.banner = Notice("amber", "", label=tr("Check now"), on=self.check_asked.emit)
        self.banner.hide()
        self.local = Notice("amber", "", label=tr("Local rules"), on=self.rules_asked.emit)
        self.local.hide()
        self.receipt = Notice("amber", "", label=tr("Send and receive"), on=self.records_asked.emit)
        self.receipt.hide()
        for notice in (self.banner, self.local, self.receipt):
            self.list_pane.notes.addWidget(notice)
        chain(self.list_pane.layout())  # what is said over the list comes before the list
        layout.addWidget(self.splitter, 1)
        self.list_pane.chosen.connect(lambda key: self.with_alert(lambda alert: alert.show_key(key)))
        self.list_pane.searched.connect(lambda text: self.with_alert(lambda alert: alert.mark(text)))
        self.list_pane.lowered.connect(self.banner.in_brief)
        self.list_pane.opened.connect(self.open_detail)
        self.list_pane.list.clicked.connect(lambda _index: self.open_detail() if self.is_narrow else None)
        self._fit_list()
        look().changed.connect(self._fit_list)

    @property
    def alert(self) -> AlertPane:
        """The detail, made when it is first wanted: the first paint waits for the list only."""
        return self._alert or self.make_alert()

    def with_alert(self, join: Callable[[AlertPane], object]) -> None:
        """Does something with the detail once it is made; at once where it is."""
        if self._alert is None:
            self._waits.append(join)
        else:
            join(self._alert)

    def say_hint(self, words: str) -> None:
        """What stands in place of an alert while none is chosen."""
        (self._blank if self._alert is None else self._alert).hint.setText(words)

    def make_alert(self) -> AlertPane:
        """Makes the detail where it is not there yet."""
        if self._alert is not None:
            return self._alert
        from msat.gui.views.alert_pane import AlertPane

        sizes, blank, is_hidden = self.splitter.sizes(), self._blank, self._blank.isHidden()
        alert = self._alert = AlertPane(self._session)
        alert.hint.setText(blank.hint.text())
        alert.back.setVisible(self.is_narrow)
        self.splitter.replaceWidget(1, alert)
        alert.setHidden(is_hidden)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes(sizes)
        blank.deleteLater()
        self._fit_list()
        alert.left.connect(self.close_detail)
        waits, self._waits = self._waits, []
        for join in waits:
            join(alert)
        return alert

    @property
    def _side(self) -> QWidget:
        return self._alert or self._blank

    def _fit_list(self) -> None:
        self._side.setMinimumWidth(look().px(320))

    def set_narrow(self, narrow: bool, list_width: int) -> None:
        """One pane at a time, or both with the list this wide."""
        changed = narrow != self.is_narrow
        self.is_narrow = narrow
        if self._alert is not None:
            self._alert.back.setVisible(narrow)
        if narrow:
            self.list_pane.setVisible(not self._detail_open)
            self._side.setVisible(self._detail_open)
        else:
            self.list_pane.show()
            self._side.show()
            fresh = changed or not self.splitter.property("placed")
            self.splitter.setProperty("placed", True)
            if not self.split.place() and fresh:
                self.splitter.setSizes([list_width, max(1, self.width() - list_width)])

    def open_detail(self) -> None:
        """To the alert: beside the list, or in its place."""
        if not (self._alert and self._alert.state) and not self.list_pane.chosen_keys():
            return
        self._detail_open = True
        if self.is_narrow:
            self.list_pane.hide()
            self.alert.show()
        self.alert.scroll.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_detail(self) -> None:
        """Back to the list."""
        self._detail_open = False
        if self.is_narrow:
            self._side.hide()
            self.list_pane.show()
        self.list_pane.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        index = self.list_pane.list.currentIndex()
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.list_pane.list.selectionModel().setCurrentIndex(index, flags)

    def show_banner(self, said: tuple[str, str] | None) -> None:
        """A source that can carry a Red is silent; None when all are well."""
        self.banner.setVisible(said is not None)
        if said is not None:
            self.banner.say("amber", *said)

    def show_local(self, problems: Sequence[str]) -> None:
        """Adopted local rules are not in force: priorities here are the shipped ones until that is put right."""
        self.local.setVisible(bool(problems))
        if problems:
            self.local.say("amber", tr("Not all local rules are in force."), " ".join(problems))

    def show_receipt(self, words: str) -> None:
        """A return was sent and nobody has said that it came; empty while none is overdue."""
        self.receipt.setVisible(bool(words))
        if words:
            self.receipt.say("amber", tr("No receipt for your return"), words)

    def has_letters(self) -> bool:
        """Whether single letters are commands now: only in the list and the alert, never while typing."""
        focus = self.window().focusWidget()
        if focus is None or not (self.isAncestorOf(focus)):
            return False
        from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit

        return not isinstance(focus, QLineEdit | QPlainTextEdit | QComboBox | QAbstractSpinBox)

    def panes(self) -> list[QWidget]:
        """Where F6 goes, in reading order."""
        panes = [self.list_pane.search, self.list_pane.list, self.alert.scroll]
        return [pane for pane in panes if pane.isVisible()]
