"""Print preview: the pages as they will come out, printed or saved as PDF. Never a dialog of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty
from msat.gui.theme import look
from msat.gui.tongue import plural, tr
from msat.gui.views.page import Page
from msat.gui.views.page_painter import paint_page, words_of

if TYPE_CHECKING:
    from msat.exports.pages import Page as Sheet

MOST_SHOWN = 40
"""Pages drawn in the preview; all of them are printed."""
WIDEST = 700


class PrintPage(Page):
    """`print_asked`, `save_asked` and `left` come from its buttons, `chosen` carries which document is wanted."""

    widest = WIDEST + 80
    print_asked = Signal()
    save_asked = Signal()
    left = Signal()
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(tr("Print"))
        self.choices: list[QPushButton] = []
        self.choosing = Wrapping(gap=6)
        self.lines.addLayout(self.choosing)
        self.tally = Text("", "body", "text_2")
        self.lines.addWidget(self.tally)
        self.no_printer = Text("", "body", "amber_text")
        self.lines.addWidget(self.no_printer)
        line = Wrapping(gap=8)
        self.print = KeyButton(tr("Print"), self.print_asked.emit, "Ctrl+P", "primary")
        self.save = KeyButton(tr("Save as PDF"), self.save_asked.emit, "Ctrl+S", icon="save")
        self.back = KeyButton(tr("Back"), self.left.emit, "Esc", "quiet", "back")
        for button in (self.print, self.save, self.back):
            line.addWidget(button)
        self.lines.addLayout(line)
        self.sheets = column(gap="large")
        self.lines.addLayout(self.sheets)
        self.more = Text("", "body", "text_2")
        self.lines.addWidget(self.more)
        self.lines.addStretch(1)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pages: Sequence[Sheet] = ()
        self.say_printers(False, "")

    def offer(self, names: Sequence[str], shown: int) -> None:
        """Which documents there are of what was on the screen; one alone needs no choice."""
        empty(self.choosing)
        self.choices = [self._choice(at, name, at == shown) for at, name in enumerate(names)]
        for button in self.choices:
            self.choosing.addWidget(button)  # first: shown before it stands on the page it would be a window
            button.setVisible(len(names) > 1)
        self.chain()

    def _choice(self, at: int, name: str, on: bool) -> QPushButton:
        button = QPushButton(name)
        button.setCheckable(True)
        button.setChecked(on)
        button.setAutoExclusive(True)
        button.setProperty("kind", "chip")
        button.setAccessibleName(tr("Show: {name}").format(name=name))
        button.setMinimumHeight(look().px("target"))
        look().dress(button, "dense")
        button.clicked.connect(lambda _on: self.chosen.emit(at))
        return button

    def working(self) -> None:
        """The pages are being made."""
        self.tally.say(tr("Making the pages."))
        self.print.setEnabled(False)
        self.save.setEnabled(False)
        self._show(())

    def failed(self, words: str) -> None:
        """There are no pages, and why."""
        self.tally.say(words)

    def show_pages(self, title: str, pages: Sequence[Sheet], has_printer: bool) -> None:
        """The pages as they will come out."""
        self.title.setText(tr("Print: {title}").format(title=title))
        number = len(pages)
        self.tally.say(plural(number, "{number} page.", "{number} pages.").format(number=number))
        self.save.setEnabled(True)
        self.say_printers(has_printer, title)
        self._show(pages)

    def say_printers(self, has_printer: bool, title: str) -> None:
        """Without a printer a PDF is what can be made."""
        self.print.setEnabled(has_printer and bool(title))
        said = tr("No printer is set up on this computer. Save a PDF, and print it where there is one.")
        self.no_printer.say(said if title and not has_printer else "")

    def _show(self, pages: Sequence[Sheet]) -> None:
        empty(self.sheets)
        self.pages = pages
        for number, page in enumerate(pages[:MOST_SHOWN], start=1):
            self.sheets.addWidget(PagePicture(page, number, len(pages)))
        left = len(pages) - MOST_SHOWN
        said = plural(left, "{number} more page is printed too.", "{number} more pages are printed too.")
        self.more.say(said.format(number=left) if left > 0 else "")
        self.scroll.verticalScrollBar().setValue(0)

    def shown(self) -> None:
        """The first button that does something has the focus."""
        first = self.print if self.print.isEnabled() else self.save if self.save.isEnabled() else self.back
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class PagePicture(QWidget):
    """One page on white paper, whatever the colours of the window."""

    def __init__(self, page: Sheet, number: int, of: int) -> None:
        super().__init__()
        self._page = page
        self._drawn: QPixmap | None = None
        self.setAccessibleName(tr("Page {number} of {of}").format(number=number, of=of))
        self.setAccessibleDescription(words_of(page))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMaximumWidth(look().px(WIDEST))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(min(width, self.maximumWidth()) * self._page.height / self._page.width)

    def sizeHint(self) -> QSize:
        width = look().px(WIDEST)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), self.heightForWidth(look().px(200)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture())
        painter.setPen(look().colour("border"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _picture(self) -> QPixmap:
        """Drawn once for each size, when it is first seen."""
        ratio = self.devicePixelRatioF()
        size = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._drawn is None or self._drawn.size() != size:
            self._drawn = QPixmap(size)
            self._drawn.fill(Qt.GlobalColor.white)
            painter = QPainter(self._drawn)
            paint_page(painter, self._page, QRectF(0, 0, size.width(), size.height()))
            painter.end()
            self._drawn.setDevicePixelRatio(ratio)
        return self._drawn
