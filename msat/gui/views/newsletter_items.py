"""The newsletter's middle pane: the items under their sections, in order; moved by keys, buttons and dragging."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from msat.gui.newsletter_composer import Composer
from msat.gui.newsletter_words import Section
from msat.gui.pieces import Sheet, Text, column, empty
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.alert_list import EmptyState
from msat.gui.views.newsletter_card import DRAGGED, ItemCard, is_inside, stops
from msat.gui.views.newsletter_text import GrowingText

EDGE = 28
"""Pixels at 100 % from the edge of the pane where a dragged item scrolls it."""
LAYOUT_MS = 300
"""How long an item that was gone to is followed while its heights are found."""


class ItemsPane(QFrame):
    """`new_asked`: begin an issue; `waiting_asked`: show what no issue has told of."""

    new_asked = Signal()
    waiting_asked = Signal()

    def __init__(self, composer: Composer) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.composer = composer
        self.cards: dict[str, ItemCard] = {}
        self.current = ""
        self._shown: tuple[Section, ...] = ()
        lines = column(self, gap=0)
        self.stack = QStackedWidget()
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setAccessibleName(tr("Items of the issue"))
        self.sheet = Sheet()
        self._lines = column(self.sheet, margins="medium", gap="small")
        self.scroll.setWidget(self.sheet)
        self._wanted = ("", False)
        self._laying_out = QTimer(self, singleShot=True, interval=LAYOUT_MS)
        self.scroll.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self._laid_out())
        self.sheet.setAcceptDrops(True)
        self.sheet.installEventFilter(self)
        self.mark = QFrame(self.sheet)
        self.mark.setProperty("kind", "drop-line")
        self.mark.hide()
        self.nothing = EmptyState("newsletter")
        self.nothing.button.clicked.connect(self._pressed)
        for widget in (self.scroll, self.nothing):
            self.stack.addWidget(widget)
        self.stack.setMinimumHeight(look().px(60))
        lines.addWidget(self.stack, 1)
        composer.settling.connect(self.flush)
        composer.opened.connect(self.rebuild)
        composer.changed.connect(lambda key: self.refresh(key))
        composer.looked.connect(lambda: self.refresh(""))
        look().changed.connect(self._keep_in_sight)

    # What is shown

    def rebuild(self) -> None:
        """Another issue: every card is made anew."""
        self.cards, self._shown, self.current = {}, (), ""
        empty(self._lines)
        self.refresh("")

    def refresh(self, key: str) -> None:
        """Shows the draft as it is now; where the order stands, only what the cards say."""
        issue, sections = self.composer.shown, self.composer.sections()
        if issue is None or not issue.items:
            self._say_empty(issue is not None)
            self._arrange(())
            return
        self.stack.setCurrentWidget(self.scroll)
        for item in issue.items:
            if item.key not in self.cards:
                self.cards[item.key] = self._card(item.key)
        if sections != self._shown:
            self._arrange(sections)
        for one, card in self.cards.items():
            if not key or one == key:
                card.show_item()

    def _card(self, key: str) -> ItemCard:
        card = ItemCard(self.composer, key)
        card.focused.connect(lambda: self.choose(key, focus=False))
        card.stepped.connect(self.step)
        card.moved.connect(self.move)
        card.opened_asked.connect(lambda on: self.open_item(key, on))
        return card

    def _arrange(self, sections: tuple[Section, ...]) -> None:
        """Lays the cards out under their headings; the one with the focus keeps it."""
        focus = self.window().focusWidget() if self.window() else None
        held = next((card for card in self.cards.values() if is_inside(card, focus)), None)
        inside = focus if held is not None else None
        wanted = {key for section in sections for key in section.keys}
        before = [key for section in self._shown for key in section.keys]
        self._clear_lines()
        for key in [key for key in self.cards if key not in wanted]:
            card = self.cards.pop(key)
            card.hide()
            card.deleteLater()
        for section in sections:
            if section.name:
                self._lines.addWidget(Text(section.name, "section"))
            for key in section.keys:
                card = self.cards[key]
                self._lines.addWidget(card)
                card.show()
        self._lines.addStretch(1)
        self._shown = sections
        self._chain()
        self._keep_place(before, held, inside)

    def _chain(self) -> None:
        """Has Tab go through the items as they stand, and through each of them."""
        every = [stop for key in self.order() for stop in stops(self.cards[key])]
        for one, following in pairwise(every):
            QWidget.setTabOrder(one, following)

    def _clear_lines(self) -> None:
        """Takes everything out; the cards live on. Not by `takeAt`: the item that Python then holds would go on being
        the one whose sizes Qt forgets, and a card's new height would never be asked for again."""
        for at in reversed(range(self._lines.count())):
            widget = self._lines.itemAt(at).widget()
            if widget is None:
                self._lines.takeAt(at)
                continue
            self._lines.removeWidget(widget)
            if not isinstance(widget, ItemCard):
                widget.hide()
                widget.deleteLater()

    def _keep_place(self, before: list[str], held: ItemCard | None, inside: QWidget | None) -> None:
        after = [key for section in self._shown for key in section.keys]
        if self.current not in after:
            at = before.index(self.current) if self.current in before else 0
            self.current = after[min(at, len(after) - 1)] if after else ""
            if held is not None and self.current:
                self.choose(self.current)
                return
        for key, card in self.cards.items():
            card.set_current(key == self.current)
        if inside is not None and held is not None and held.key in self.cards:
            inside.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll_to(held)

    def _say_empty(self, is_open: bool) -> None:
        if self.composer.is_opening:
            self.nothing.say(tr("Reading the issue."), "")
        elif is_open and self.composer.can_write:
            self.nothing.say(
                tr("There is no alert in this issue yet."),
                tr("Tick alerts to put them in. W on an alert adds it from anywhere."),
                tr("Show what no issue has told of"),
            )
        elif is_open:
            self.nothing.say(tr("These readers were told of no alert."), "")
        else:
            self.nothing.say(
                tr("No issue is being written."),
                tr("Begin one, or tick an alert: an issue for this month is then begun with it."),
                tr("New issue"),
            )
        self.stack.setCurrentWidget(self.nothing)

    def _pressed(self) -> None:
        (self.waiting_asked if self.composer.is_open else self.new_asked).emit()

    # Going about

    def order(self) -> list[str]:
        """The items in the order shown."""
        return [key for section in self._shown for key in section.keys]

    def choose(self, key: str, focus: bool = True) -> None:
        """Makes an item the current one."""
        if key not in self.cards:
            return
        self.current = key
        for one, card in self.cards.items():
            card.set_current(one == key)
        if focus:
            self.cards[key].setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll_to(self.cards[key])

    def step(self, by: int) -> None:
        keys = self.order()
        at = keys.index(self.current) + by if self.current in keys else 0
        if 0 <= at < len(keys):
            self.choose(keys[at])

    def move(self, by: int) -> None:
        """Moves the current item within its section."""
        if not self.current:
            return
        card = self.cards[self.current]
        if card.body is not None:
            card.body.flush()
        if not self.composer.move(self.current, by):
            self._held_by_priority()
        self._scroll_to(card)

    def _held_by_priority(self) -> None:
        section = next((one for one in self._shown if self.current in one.keys), None)
        if section is not None and self.composer.can_write:
            words = tr("It stays under “{section}”: sections stand in the order of urgency.")
            self.composer.told.emit(words.format(section=section.name))

    def open_item(self, key: str, on: bool) -> None:
        """Opens one item to be worded; any other closes."""
        for one, card in self.cards.items():
            card.set_open(on and one == key)
        self.choose(key)
        self._chain()
        card = self.cards.get(key)
        if on and card is not None and card.body is not None and self.composer.can_write:
            card.body.focus_first()
            self._scroll_to(card, whole=True)

    def flush(self) -> None:
        """Hands over what still waits for a pause in typing."""
        for card in self.cards.values():
            if card.body is not None:
                card.body.flush()

    def focus_here(self) -> None:
        if self.current:
            self.choose(self.current)
        elif self.nothing.button.isVisible():
            self.nothing.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _scroll_to(self, card: ItemCard, whole: bool = False) -> None:
        self._wanted = (card.key, whole)
        self._laying_out.start()
        self._bring(card, whole)

    def _laid_out(self) -> None:
        """A card that was opened or closed, and each field in it, has its height only after some rounds of layout."""
        key, whole = self._wanted
        if self._laying_out.isActive() and key in self.cards:
            self._bring(self.cards[key], whole)
        elif self.current in self.cards:
            # Remarks that come above a field while it is typed in, and a notice below, do not push it out of sight.
            self._bring_field(self.cards[self.current])

    def _bring(self, card: ItemCard, whole: bool) -> None:
        """What has the focus comes into sight, of the card itself as much as there is room for."""
        self._lines.activate()
        held = self.window().focusWidget()
        inside = is_inside(card, held) and held is not card
        self.scroll.ensureWidgetVisible(card, 0, look().px(20))
        if card.height() > self.scroll.viewport().height() and (whole or not inside):
            self.scroll.verticalScrollBar().setValue(card.y() - look().px("small"))
        self._bring_field(card)

    def _bring_field(self, card: ItemCard) -> None:
        """The field or button of a card that has the focus; of a long field the line with the caret."""
        held = self.window().focusWidget()
        if held is card or not is_inside(card, held):
            return
        self.scroll.ensureWidgetVisible(held, 0, look().px(8))
        if isinstance(held, GrowingText):
            held.show_caret()

    def _keep_in_sight(self) -> None:
        """Larger text moves everything: what has the focus comes back into sight."""
        card = self.cards.get(self.current)
        if card is not None and is_inside(card, self.window().focusWidget()):
            self._scroll_to(card)

    # Dragging

    def eventFilter(self, watched, event: QEvent) -> bool:
        if watched is self.sheet:
            if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
                return self._dropped(event)
            if isinstance(event, QDragEnterEvent | QDragMoveEvent):
                return self._dragged(event)
            if event.type() == QEvent.Type.DragLeave:
                self.mark.hide()
        return super().eventFilter(watched, event)

    def _dragged(self, event: QDragMoveEvent) -> bool:
        if not event.mimeData().hasFormat(DRAGGED):
            return False
        at = event.position().toPoint()
        card, after = self.place_at(at)
        if card is not None:
            edge = card.geometry().bottom() + 2 if after else card.geometry().top() - 4
            self.mark.setGeometry(card.x(), edge, card.width(), look().px(3))
            self.mark.show()
            self.mark.raise_()
        self._scroll_near_edge(at)
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        return True

    def _dropped(self, event: QDropEvent) -> bool:
        self.mark.hide()
        if not event.mimeData().hasFormat(DRAGGED):
            return False
        key = bytes(event.mimeData().data(DRAGGED).data()).decode("utf-8")
        card, after = self.place_at(event.position().toPoint())
        event.acceptProposedAction()
        if card is not None and key in self.cards:
            self.drop(key, card.key, after)
        return True

    def drop(self, key: str, beside: str, after: bool) -> None:
        """Puts an item before or after another of its section."""
        section = next((one.keys for one in self._shown if key in one.keys), ())
        self.choose(key)
        if beside in section:
            self.composer.place(key, beside, after)
        else:
            self._held_by_priority()

    def place_at(self, at: QPoint) -> tuple[ItemCard | None, bool]:
        """The card at a height, and whether below its middle."""
        found: tuple[ItemCard | None, bool] = (None, False)
        for key in self.order():
            card = self.cards[key]
            if at.y() >= card.geometry().center().y():
                found = (card, True)
            elif found[0] is None or at.y() >= card.geometry().top():
                return card, False
        return found

    def _scroll_near_edge(self, at: QPoint) -> None:
        bar, edge = self.scroll.verticalScrollBar(), look().px(EDGE)
        shown = at.y() - bar.value()
        if shown < edge:
            bar.setValue(bar.value() - edge // 2)
        elif shown > self.scroll.viewport().height() - edge:
            bar.setValue(bar.value() + edge // 2)
