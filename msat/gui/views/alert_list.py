"""The list of alerts itself: how keys and the mouse move in it, open, and tick. Shows a model; asks nothing."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QScrollArea

from msat.gui.letters import letters
from msat.gui.models.worklist import Role, WorklistModel
from msat.gui.pieces import KeyButton, Sheet, Text, column, tip
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.sample_picture import SamplePicture
from msat.gui.views.worklist_delegate import WorklistDelegate
from msat.ids import AlertKey

MINE = later(
    "Alerts you look after, or stand in for today. A Red that nobody has acknowledged, and one that waits for a second "
    "person, is everybody's and always shown."
)


SURPRISE_MS = 1_500
"""How long somebody takes to see that another alert is shown than a moment ago."""


STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
STEPS_BY_LETTER = {"next": 1, "previous": -1}


class AlertList(QListView):
    """The list itself: J and K move, Enter opens, X ticks; Shift with J, K or a click ticks as it goes."""

    opened = Signal()
    escaped = Signal()

    def __init__(self, model: WorklistModel) -> None:
        super().__init__()
        self._ticked_by_press = False
        self._moved_on, self._expected = QElapsedTimer(), QElapsedTimer()
        self._stood: tuple[AlertKey, AlertKey, AlertKey] | None = None
        self.setModel(model)
        self.setItemDelegate(WorklistDelegate(self))
        model.ticks_changed.connect(self.scheduleDelayedItemsLayout)
        self.setUniformItemSizes(False)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(60)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: one that appears half-way through a layout leaves rows measured for another width.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        look().changed.connect(self.scheduleDelayedItemsLayout)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = held == Qt.KeyboardModifier.NoModifier
        with_shift = held == Qt.KeyboardModifier.ShiftModifier
        command = letters().command(event.text(), "alert") if plain or with_shift else ""
        by = STEPS.get(Qt.Key(event.key())) or STEPS_BY_LETTER.get(command)
        if plain and by:
            self.step(by)
        elif with_shift and by:
            self.tick_on(by)
        elif plain and (command == "tick" or event.key() == Qt.Key.Key_Space):
            self.tick_current()
        elif plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif plain and event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif (plain or with_shift) and event.text():
            event.ignore()  # a letter (or ?, which needs Shift) is a shortcut of the window, never a search by it
        else:
            super().keyPressEvent(event)
            if self.currentIndex().row() == 1:
                self.scrollToTop()  # the first alert is seen with its heading

    def expect(self) -> None:
        """The list is about to change because a person filters it: no wonder then."""
        self._expected.start()

    def move_on(self, was_another: bool) -> None:
        """To the first alert; `was_another`: the one shown before has left the list."""
        if was_another and (not self._expected.isValid() or self._expected.hasExpired(SURPRISE_MS)):
            self._moved_on.start()
        self.choose(self.model().index(1))

    def note_place(self) -> tuple[str, tuple[AlertKey, AlertKey, AlertKey] | None]:
        """Before other rows are shown: under which heading the chosen alert stands, and the alerts around it."""
        model, at = self.model(), self.currentIndex().row()
        keys = [model.index(row, 0).data(Role.KEY) for row in range(model.rowCount())] if at >= 0 else []
        if not keys or not keys[at]:
            return "", None
        before = next((key for key in reversed(keys[:at]) if key), AlertKey(""))
        after = next((key for key in keys[at + 1 :] if key), AlertKey(""))
        return self._heading(at), (keys[at], before, after)

    def keep_place(self, noted: tuple[str, tuple[AlertKey, AlertKey, AlertKey] | None]) -> None:
        """Once they are shown: an alert that an answer has moved under another heading is left for those that stood
        around it before. It would else lead to the end of the list."""
        heading, stood = noted
        index = self.currentIndex()
        if stood is not None and index.data(Role.KEY) == stood[0] and self._heading(index.row()) != heading:
            self._stood = stood

    def _heading(self, at: int) -> str:
        model = self.model()
        found = (model.index(row, 0).data(Role.HEADING) for row in range(at, -1, -1))
        return next((heading[0] for heading in found if heading is not None), "")

    def _neighbour(self, by: int) -> QModelIndex:
        """Where one goes from an alert that was moved; invalid where it was not, or they are gone too."""
        if self._stood is None or self.currentIndex().data(Role.KEY) != self._stood[0]:
            return QModelIndex()
        return self.model().index_of(self._stood[2 if by > 0 else 1])

    def has_just_moved_on(self) -> bool:
        """Whether a key pressed now may be meant for the alert that has just left the list."""
        return self._moved_on.isValid() and not self._moved_on.hasExpired(SURPRISE_MS)

    def step(self, by: int) -> None:
        """To the next or the previous alert, over headings; from one that was moved, to those it stood between."""
        model, at = self.model(), self.currentIndex().row() + by
        if (stood := self._neighbour(by)).isValid():
            at = stood.row()
        while 0 <= at < model.rowCount():
            index = model.index(at, 0)
            if index.data(Role.ROW) is not None:
                self._moved_on.invalidate()
                self.choose(index)
                return
            at += by
        if by < 0:
            self.scrollToTop()

    def moveCursor(self, action: QAbstractItemView.CursorAction, held: Qt.KeyboardModifier) -> QModelIndex:
        """Home, End and a page up or down stop at an alert: nothing could be done to a heading."""
        index, model = super().moveCursor(action, held), self.model()
        if not index.isValid() or index.data(Role.ROW) is not None:
            return index
        up_or_down = (range(index.row(), model.rowCount()), range(index.row(), -1, -1))
        near = (model.index(at, 0) for rows in up_or_down for at in rows)
        return next((one for one in near if one.data(Role.ROW) is not None), index)

    def tick_current(self) -> None:
        """Ticks the alert that is chosen, or takes its tick away."""
        key = self.currentIndex().data(Role.KEY)
        if key:
            self.model().tick(key, key not in self.model().ticked)

    def tick_on(self, by: int) -> None:
        """Ticks this alert and the next one, and goes there."""
        for step in (by, 0):
            key = self.currentIndex().data(Role.KEY)
            if key:
                self.model().tick(key, True)
            if step:
                self.step(step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        key = index.data(Role.KEY) if index.isValid() else None
        held = event.modifiers()
        on_box = self.model().checkable and event.position().x() < look().px("medium") + look().px(26)
        if key and held & Qt.KeyboardModifier.ShiftModifier:
            self._tick_to(index)
        elif key and (held & Qt.KeyboardModifier.ControlModifier or on_box):
            self.model().tick(key, key not in self.model().ticked)
        else:
            self._ticked_by_press = False
            super().mousePressEvent(event)
            return
        self._ticked_by_press = True
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._ticked_by_press:
            super().mouseReleaseEvent(event)
        self._ticked_by_press = False

    def _tick_to(self, index: QModelIndex) -> None:
        """Ticks every alert between the one that is chosen and this one."""
        first = self.currentIndex().row() if self.currentIndex().isValid() else index.row()
        for at in range(min(first, index.row()), max(first, index.row()) + 1):
            key = self.model().index(at, 0).data(Role.KEY)
            if key:
                self.model().tick(key, True)

    def choose(self, index: QModelIndex) -> None:
        if self._stood is not None and index.data(Role.KEY) != self._stood[0]:
            self._stood = None
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flags)
        above = index.siblingAtRow(index.row() - 1)
        if index.row() == 1 and above.isValid():
            self.scrollToTop()
        else:
            self.scrollTo(index)


LOW = 160
"""Pixels at 100 % below which an empty list stands closer to its edge."""
ROOM = 380
"""Pixels at 100 % from which it has room for a picture."""


class EmptyState(QScrollArea):
    """A list with nothing in it: one sentence, what to do, a button; `other` offers to look elsewhere, `site` to read a
    source that is not reached in the browser. Scrolls where something over the foot of the window leaves it less height
    than its words need. `picture` is a kind of sample picture, shown where there is room; `way` leads to another page.
    """

    def __init__(self, picture: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "pane")
        self._pictured = True
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        sheet = Sheet()
        self.setWidget(sheet)
        self._lines = column(sheet, margins="wide", gap="medium")
        self.head = Text("", "section")
        self.text = Text("", "body", "text_2")
        self.button = KeyButton(tr("Clear filters"))
        self._lines.addStretch(1)
        self.picture = SamplePicture(picture) if picture else None
        if self.picture is not None:
            self._lines.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignCenter)
        for widget in (self.head, self.text):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._lines.addWidget(widget)
        self.other = KeyButton(tr("Search all alerts"), key="Enter", kind="primary", icon="search")
        self.other.hide()
        self.site = KeyButton("", self._open_site, kind="quiet")
        self.site.hide()
        self._address = ""
        self.way = KeyButton("", kind="primary")
        self.way.hide()
        for button in (self.other, self.button, self.way, self.site):
            self._lines.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        self._lines.addStretch(3)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.widget().minimumSizeHint().width(), look().px(40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = look().px("wide")
        edge = side if self.height() >= look().px(LOW) else look().px("small")
        if self.picture is not None:
            self.picture.setVisible(self._pictured and self.height() >= look().px(ROOM))
        self._lines.setContentsMargins(side, edge, side, edge)

    def say(self, head: str, text: str, button: str = "", elsewhere: bool = False, pictured: bool = True) -> None:
        """Says it in place of what was said; without the picture where that would promise what is not so."""
        self.head.say(head)
        self.setAccessibleName(head)
        self.other.setVisible(elsewhere)
        self.text.say(text)
        self.site.hide()
        self.way.hide()
        self.show_picture(pictured)
        self.button.setVisible(bool(button))
        if button:
            self.button.say(button)

    def show_picture(self, on: bool) -> None:
        """Whether the picture belongs to what is said: not where a filter hides everything."""
        self._pictured = on
        if self.picture is not None:
            self.picture.setVisible(on and self.height() >= look().px(ROOM))

    def show_kind(self, kind: str) -> None:
        """Another picture in the place of this one."""
        if self.picture is not None:
            self.picture.show_kind(kind)

    def offer_way(self, label: str) -> None:
        """A button that leads to where something can be done about it; hidden without a label."""
        self.way.setVisible(bool(label))
        if label:
            self.way.say(label)

    def say_more(self, text: str) -> None:
        """Another text below the same sentence; what is offered stays."""
        self.text.say(text)

    def offer_site(self, name: str, address: str) -> None:
        """The site of a source that MSAT does not reach, to be read in the browser; hidden without an address."""
        self._address = address
        self.site.setVisible(bool(address))
        if address:
            self.site.say(tr("Read the site of {name}").format(name=name))
            self.site.setToolTip(tip(address))

    def _open_site(self) -> None:
        from msat.gui.views.source_text import open_address

        if not open_address(self._address):
            said = tr("No browser opened. The address is {address}").format(address=self._address)
            self.text.say(f"{self.text.text()}\n\n{said}")
