"""The left rail: the places of the window, who is working, and the look. Narrow, it shows icons only."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from msat.gui import icons
from msat.gui.letters import By, by, letters
from msat.gui.pieces import Text, column, row
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr

PAGES = spoken(
    (
        ("worklist", later("Worklist"), "Ctrl+1"),
        ("alerts", later("Alerts"), "Ctrl+2"),
        ("review", later("Review list"), "Ctrl+6"),
        ("batch", later("Batch check"), "Ctrl+B"),
        ("oversight", later("Oversight"), "Ctrl+7"),
        ("sources", later("Sources"), "Ctrl+3"),
        ("records", later("Records"), "Ctrl+4"),
        ("newsletter", later("Newsletter"), "Ctrl+5"),
        ("settings", later("Settings"), "Ctrl+,"),
    )
)
LISTS = spoken(
    (
        ("starred", later("Starred"), by("go-starred")),
        ("snoozed", later("Snoozed"), by("go-snoozed")),
        ("waiting", later("Waiting"), by("go-waiting")),
        ("completed", later("Completed"), by("go-completed")),
    )
)
"""Below the worklist: lists of one's own. A low rail has one button with a menu for all of them."""
VIEWS = spoken(
    (
        ("recalls", later("Recalls"), by("go-recalls")),
        ("shortages", later("Shortages"), by("go-shortages")),
        ("medicines", later("My medicines"), by("go-medicines")),
    )
)
"""Below these: open alerts of one sort. They are the first to go behind the button, where the rail is low."""
BESIDE = {"tailoring": "settings", "people": "settings", "practices": "settings", "add": "", "watched": "medicines"}
"""Pages without a button of their own, and the button that is marked while they are shown."""
EVERY_LIST = 2
"""All of these stand behind the one button."""
LOW, TIGHT, LOWEST = 44, 38, 30
"""Pixels at 100 % that a button, its gap and a share of what stands around it need: with air, close together before
anything goes behind the button, and lowest, where the program's sign is left out."""


class RailButton(QPushButton):
    """An icon, a word and a count; only the icon and a dot when the rail is narrow."""

    def __init__(self, icon: str, words: str, key: str | By = "") -> None:
        super().__init__(words)
        self._icon, self._count, self.is_narrow, self.is_low, self.is_tight = icon, 0, False, False, False
        self._name, self._key = words, key
        self.setProperty("kind", "rail")
        self._say_key()
        letters().changed.connect(self._say_key)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look().dress(self, "body", strong=False)
        self.set_count(0)

    def _say_key(self) -> None:
        key = str(self._key)
        self.setToolTip(f"{self._name} ({key})" if key else self._name)

    @property
    def count(self) -> int:
        """The number beside its word."""
        return self._count

    def set_count(self, count: int) -> None:
        self._count = count
        self.setAccessibleName(f"{self._name}, {count}" if count else self._name)
        self.update()

    def rename(self, words: str) -> None:
        self._name = words
        self.setText(words)
        self.setAccessibleName(words)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        self.is_narrow = narrow
        self.updateGeometry()
        self.update()

    def set_low(self, low: bool) -> None:
        """Less air above and below, where the window is low for its size of text."""
        if low != self.is_low:
            self.is_low = low
            self.updateGeometry()
            self.update()

    def set_tight(self, tight: bool) -> None:
        """Somewhat less air, so that more of them are in sight."""
        if tight != self.is_tight:
            self.is_tight = tight
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        theme = look()
        width = theme.px("rail_narrow") - theme.px(12) if self.is_narrow else theme.px(140)
        if self.is_low:
            return QSize(width, max(theme.px(20), self.fontMetrics().height()) + 4)
        if self.is_tight:
            return QSize(width, max(theme.px(29), self.fontMetrics().height() + 4))
        return QSize(width, max(theme.px(38), self.fontMetrics().height() + theme.px(16)))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(40), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = look()
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        chosen = self.isChecked()
        side = min(theme.px(20), self.height() - 4)
        left = (self.width() - side) // 2 if self.is_narrow else theme.px(12)
        where = QRect(left, (self.height() - side) // 2, side, side)
        icons.paint(painter, self._icon, theme.colour("accent" if chosen else "text_2"), QRectF(where))
        if self.is_narrow:
            self._paint_dot(painter, where)
            return
        painter.setFont(theme.font("body", strong=chosen))
        painter.setPen(theme.colour("text"))
        rest = QRect(where.right() + theme.px(12), 0, self.width() - where.right() - theme.px(24), self.height())
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        self._paint_count(painter)

    def _paint_dot(self, painter: QPainter, icon: QRect) -> None:
        if not self._count:
            return
        theme = look()
        side = theme.px(8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(icon.right() - side // 2, max(2, icon.top() - side // 2), side, side)

    def _paint_count(self, painter: QPainter) -> None:
        if not self._count:
            return
        theme = look()
        font = theme.font("meta", strong=True)
        words = f"{self._count:,}"
        width = max(QFontMetrics(font).horizontalAdvance(words) + theme.px(12), theme.px(22))
        height = theme.px(20)
        box = QRect(self.width() - width - theme.px(8), (self.height() - height) // 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(theme.colour("text_2"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


class Rail(QFrame):
    """`chosen` carries the name of a page."""

    chosen = Signal(str)
    person_asked = Signal()
    look_asked = Signal()
    keys_asked = Signal()
    find_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "rail")
        self.is_narrow = False
        layout = column(self, gap=2)
        edge = look().px(8)
        layout.setContentsMargins(edge, look().px(12), edge, edge)
        self.brand = self._brand()
        layout.addWidget(self.brand)
        layout.addSpacing(look().px(10))
        self.buttons: dict[str, RailButton] = {}
        self.lists: dict[str, RailButton] = {}
        for name, words, key in PAGES:
            button = RailButton(name, words, key)
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(lambda _on, which=name: self.chosen.emit(which))
            self.buttons[name] = button
            layout.addWidget(button)
            if name == "worklist":
                self._add_lists(layout)
        layout.addStretch(1)
        self.organisation = Text("", "meta", "text_2")
        self.organisation.setContentsMargins(look().px(10), 0, look().px(4), look().px(4))
        layout.addWidget(self.organisation)
        self.person = RailButton("person", tr("Who is working?"))
        self.person.clicked.connect(lambda _on: self.person_asked.emit())
        self.look = RailButton("moon", tr("Dark"))
        self.look.clicked.connect(lambda _on: self.look_asked.emit())
        self.keys = RailButton("keys", tr("Keys"), by("keys"))
        self.keys.clicked.connect(lambda _on: self.keys_asked.emit())
        for button in (self.person, self.look, self.keys):
            layout.addWidget(button)
        self._fit()
        look().changed.connect(self._fit)

    def _add_lists(self, layout: QVBoxLayout) -> None:
        self.heading = Text(tr("Views"), "meta", "text_2")
        self.heading.setContentsMargins(look().px(12), look().px(4), 0, 0)
        for name, words, key in (*LISTS, *VIEWS):
            if name == VIEWS[0][0]:
                layout.addWidget(self.heading)
            button = RailButton(name, words, key)
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(lambda _on, which=name: self.chosen.emit(which))
            self.lists[name] = button
            layout.addWidget(button)
        self.folded = 0
        """How much stands behind the button: nothing, the views, or every list."""
        self.own = RailButton("lists", tr("Lists"))
        self.own.setCheckable(True)
        self.own.clicked.connect(lambda _on: self._open_menu())
        self.own.hide()
        layout.addWidget(self.own)

    def _open_menu(self) -> None:
        self.say_folded()
        self.menu().popup(self.own.mapToGlobal(QPoint(self.own.width(), 0)))

    def menu(self) -> QMenu:
        """The lists with their counts and keys, where the rail has no room for their buttons."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.setAccessibleName(self.own.text())
        for name, words, key in self._behind():
            count = self.lists[name].count
            if self.folded == EVERY_LIST and name == VIEWS[0][0]:
                made.addSeparator()
            shown = f"{words} ({count:,})" if count else words
            action = made.addAction(f"{shown}\t{key}", lambda which=name: self.chosen.emit(which))
            action.setCheckable(True)
            action.setChecked(self.lists[name].isChecked())
        return made

    def _brand(self) -> QWidget:
        holder = QWidget()
        holder.setProperty("kind", "clear")
        line = row(holder, gap="small")
        line.setContentsMargins(look().px(8), 0, 0, 0)
        self.sign = Sign()
        self.name = Text("MSAT", "pane")
        self.name.setWordWrap(False)
        line.addWidget(self.sign)
        line.addWidget(self.name, 1)
        self.find = RailButton("search", tr("Find an alert or a command"), "Ctrl+K")
        self.find.set_narrow(True)
        self.find.setFixedWidth(look().px(40))
        self.find.clicked.connect(lambda _on: self.find_asked.emit())
        line.addWidget(self.find)
        return holder

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _every(self) -> tuple[RailButton, ...]:
        return (*self.buttons.values(), *self.lists.values(), self.own, self.person, self.look, self.keys)

    def _fit_height(self) -> None:
        every, each = len(self._every()) - 1, look().px(LOW)
        numbers = (every, every - len(VIEWS) + 1, every - len(self.lists) + 1)
        close = look().px(TIGHT)
        folded = next((at for at, number in enumerate(numbers) if self.height() >= close * number), EVERY_LIST)
        if folded != self.folded:
            self._give_room(folded)
        shown = numbers[folded]
        self.heading.setHidden(self.is_narrow or bool(folded))
        low = self.height() < (each if folded == EVERY_LIST else close) * shown
        for button in self._every():
            button.set_low(low)
            button.set_tight(not low and self.height() < each * shown)
        self.brand.setHidden(self.height() < look().px(LOWEST) * shown)

    def _behind(self) -> tuple:
        """What stands behind the button."""
        return ((), tuple(VIEWS), (*LISTS, *VIEWS))[self.folded]

    def _give_room(self, folded: int) -> None:
        """One button in place of three or of all, or back; the focus stays at its place."""
        held = next((b for b in (*self.lists.values(), self.own) if b.hasFocus()), None)
        was_own, self.folded = held is self.own, folded
        self.own.setVisible(bool(self.folded))
        for name, button in self.lists.items():  # showing one may change what is folded: go by what holds now
            button.setVisible(all(name != one for one, _words, _key in self._behind()))
        self.own.setVisible(bool(self.folded))
        self.say_folded()
        if held is not None and (was_own or held.isHidden()):
            following = self.own if self.folded else self.lists[VIEWS[0][0]]
            following.setFocus(Qt.FocusReason.OtherFocusReason)

    def say_folded(self) -> None:
        """The name of the button, what is behind it, and whether the list shown is."""
        behind = self._behind()
        self.own.rename(tr("Lists") if self.folded == EVERY_LIST else tr("Views"))
        self.own.setToolTip(", ".join(words for _name, words, _key in behind))
        self.own.setChecked(any(self.lists[name].isChecked() for name, _words, _key in behind))

    def show_page(self, name: str) -> None:
        """Marks the button of a page, or the one it belongs to; a page that has none marks none."""
        name = BESIDE.get(name, name)
        every = self.buttons | self.lists
        for known, button in every.items():
            button.setAutoExclusive(name in every)
            button.setChecked(known == name)
        self.say_folded()

    def show_person(self, words: str) -> None:
        self.person.rename(words)
        self.person.setToolTip(tr("{words}. Change who is working").format(words=words))

    def set_narrow(self, narrow: bool) -> None:
        if narrow != self.is_narrow:
            self.is_narrow = narrow
            self._fit()

    def _fit(self) -> None:
        for button in self._every():
            button.set_narrow(self.is_narrow)
        self._fit_height()
        self.name.setVisible(not self.is_narrow)
        self.sign.setVisible(not self.is_narrow)  # a narrow rail has room for one of the two
        self.brand.layout().setContentsMargins(0 if self.is_narrow else look().px(8), 0, 0, 0)
        self.find.setFixedWidth(look().px(40))
        self.organisation.setVisible(not self.is_narrow and bool(self.organisation.text()))
        self.look.set_icon("sun" if look().is_dark else "moon")
        self.look.rename(tr("Light") if look().is_dark else tr("Dark"))
        self.look.setToolTip(tr("Change to light colours") if look().is_dark else tr("Change to dark colours"))
        self.setFixedWidth(look().px("rail_narrow" if self.is_narrow else "rail"))

    def show_organisation(self, words: str) -> None:
        self.organisation.setText(words)
        self.organisation.setVisible(bool(words) and not self.is_narrow)


class Sign(QWidget):
    """The program's own mark."""

    def sizeHint(self) -> QSize:
        return QSize(look().px(28), look().px(28))

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint(painter, "msat", look().colour("accent"), QRectF(self.rect()))
        painter.end()
