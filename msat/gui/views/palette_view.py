"""The palette (Ctrl+K): one box over the window that finds alerts and does commands, each shown with its key."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from msat.gui import palette
from msat.gui.marks import mark_icon
from msat.gui.models.palette import FOUND, PaletteModel
from msat.gui.palette import Found
from msat.gui.pieces import Text, column, is_there
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.worklist_delegate import lay_out

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.projections.ports import Row

PAUSE_MS = 60
MOST_SHOWN = 9
WIDTH = 680
HINT = later("Find an alert, a medicine, a batch number; > commands, # sources, @ people")


class PaletteDelegate(QStyledItemDelegate):
    """A name, its note under it where it is an alert, else beside it, and the key at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        found: Found = index.data(FOUND)
        theme, box = look(), option.rect
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, theme.colour("selected" if chosen else "surface"))
        inner = box.adjusted(theme.px(12), theme.px(6), -theme.px(12), -theme.px(6))
        if found.is_alert:
            side = theme.px(18)
            mark_icon(found.rag, side).paint(painter, QRect(inner.left(), inner.top(), side, side))
            inner.setLeft(inner.left() + side + theme.px(8))
        inner.setRight(inner.right() - self._key(painter, found.key, inner))
        painter.setPen(theme.colour("text"))
        title = lay_out(found.name, theme.font("body", strong=True), inner.width())
        title.draw(painter, inner.topLeft())
        note = lay_out(found.note, theme.font("dense"), inner.width())
        painter.setPen(theme.colour("text_2"))
        note.draw(painter, inner.topLeft() + QPoint(0, ceil(title.boundingRect().height()) + theme.px(2)))
        painter.restore()

    @staticmethod
    def _key(painter: QPainter, key: str, where: QRect) -> int:
        """Draws the key; returns the room it takes."""
        if not key:
            return 0
        font = look().font("meta")
        width = QFontMetrics(font).horizontalAdvance(key) + look().px(12)
        painter.setFont(font)
        painter.setPen(look().colour("text_2"))
        box = QRect(where.right() - width, where.top(), width, QFontMetrics(font).height() + look().px(4))
        painter.drawRoundedRect(box, look().px(4), look().px(4))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
        return width + look().px(10)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """As high as its words need: the name of a medicine is never cut."""
        found: Found = index.data(FOUND)
        theme = look()
        view: QListView = self.parent()
        room = view.viewport().width() - 2 * theme.px(12) - (theme.px(26) if found.is_alert else 0)
        if found.key:
            room -= QFontMetrics(theme.font("meta")).horizontalAdvance(found.key) + theme.px(22)
        high = lay_out(found.name, theme.font("body", strong=True), room).boundingRect().height()
        if found.note:
            high += lay_out(found.note, theme.font("dense"), room).boundingRect().height() + theme.px(2)
        return QSize(theme.px(200), max(ceil(high) + 2 * theme.px(6), theme.px(30)))


class PaletteView(QFrame):
    """Lies over the window; Esc or a click elsewhere closes it, and the focus goes back to where it was."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window.centralWidget())
        self._window, self._before, self._asked = window, None, 0
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("Find and do"))
        lines = column(self, margins="small", gap="small")
        self.box = QLineEdit()
        self.box.setPlaceholderText(tr(HINT))
        self.box.setAccessibleName(tr(HINT))
        self.box.installEventFilter(self)
        lines.addWidget(self.box)
        self.model = PaletteModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(PaletteDelegate(self.list))
        self.list.setAccessibleName(tr("What was found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(False)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda _index: self.run())
        lines.addWidget(self.list)
        self.none = Text("", "body", "text_2")
        lines.addWidget(self.none)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self.box.textChanged.connect(lambda _text: self._pause.start())
        window.installEventFilter(self)
        self.hide()

    # Opening and closing

    def open(self, text: str = "") -> None:
        """Shows it with `text` in the box."""
        self._before = self._window.focusWidget()
        self.box.setText(text)
        self.place()
        self.show()
        self.raise_()
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()
        self._search()

    def leave(self) -> None:
        """Hides it; the keys go on where they were."""
        self.hide()
        if is_there(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def run(self) -> None:
        """Does what is chosen."""
        found = self.model.found(self.list.currentIndex().row())
        if found is not None:
            self.leave()
            found.run()

    def place(self) -> None:
        """In the middle of the window's upper part, never wider than it, as high as what is found."""
        around = self._window.centralWidget().rect()
        width = min(look().px(WIDTH), around.width() - look().px(24))
        self.setFixedWidth(width)
        self.layout().activate()
        self.list.doItemsLayout()
        rows = min(self.model.rowCount(), MOST_SHOWN)
        high = sum(self.list.sizeHintForRow(at) for at in range(rows)) + 2 * self.list.frameWidth()
        room = around.height() - look().px(120)
        self.list.setFixedHeight(max(0, min(high, room)))
        self.list.setVisible(rows > 0)
        self.adjustSize()
        self.move((around.width() - width) // 2, look().px(24))

    # Finding

    def _search(self) -> None:
        self._pause.stop()
        self._asked += 1
        number, text = self._asked, self.box.text()
        self._show(palette.matching(self._window, text), [])
        session = self._window.session
        session.read(lambda desk: palette.read_alerts(desk, text), lambda rows: self._came(number, text, rows), self)

    def _came(self, number: int, text: str, rows: list[Row]) -> None:
        if number == self._asked and rows:
            self._show(palette.matching(self._window, text), palette.found_alerts(self._window, rows))

    def _show(self, others: list[Found], alerts: list[Found]) -> None:
        pages = palette.pages_called(others, self.box.text())
        rows = [*pages, *alerts, *(one for one in others if one not in pages)]
        self.model.set_rows(rows)
        if rows:
            self.list.setCurrentIndex(self.model.index(0))
        said = self.box.text().strip()
        self.none.say(
            ""
            if rows
            else tr("Nothing here is called “{said}”. Try a word of the title or the reference.").format(said=said[:60])
        )
        self.place()

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        if watched is self.box and event.type() == QEvent.Type.KeyPress:
            return self._key(event.key())
        taken = (Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if watched is self.box and event.type() == QEvent.Type.ShortcutOverride and event.key() in taken:
            event.accept()
            return True
        if watched is self.box and event.type() == QEvent.Type.FocusOut and self.isVisible():
            QTimer.singleShot(0, self, self._left)
        return super().eventFilter(watched, event)

    def _left(self) -> None:
        focus = self._window.focusWidget()
        if self.isVisible() and focus is not None and focus is not self.box and not self.isAncestorOf(focus):
            self.hide()

    def _key(self, key: int) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if key in steps:
            at = min(max(self.list.currentIndex().row() + steps[key], 0), self.model.rowCount() - 1)
            self.list.setCurrentIndex(self.model.index(at))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._pause.isActive():
                self._search()
            self.run()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True
