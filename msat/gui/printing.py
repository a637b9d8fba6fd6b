"""Ctrl+P: what is on the screen as pages, looked at first, then printed or saved. One way for every page of the window.

A page of its own may offer what can be printed of it by a method `printed`, which gives names and readings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMarginsF, QObject, QRectF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtWidgets import QWidget

from msat.errors import MsatError
from msat.gui import printed_pages
from msat.gui.commands import must_wait
from msat.gui.letters import letters
from msat.gui.tongue import tr
from msat.gui.views.inbox import Inbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtPrintSupport import QPrinter

    from msat.exports.pages import Page, Pages
    from msat.gui.main_window import MainWindow
    from msat.gui.views.print_page import PrintPage
    from msat.services.desk import Desk
    from msat.services.print_pages import Printed

    Reading = Callable[[Desk], Printed]

PAGE = "print"
HISTORY_TAB = 2


class Printing(QObject):
    """Belongs to the window; its page is made when something is first printed."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._offers: list[tuple[str, Reading]] = []
        self._asked, self._from = 0, "worklist"
        self._printed: Printed | None = None

    # What there is to print

    def show(self) -> None:
        """Shows the pages of what is on the screen; on the preview itself it prints them."""
        window = self._window
        if window.session.desk is None:
            return
        if window.current() is window.pages.get(PAGE):
            self.print_out()
            return
        if must_wait(window, "Ctrl+P"):
            return
        offers = self.offers()
        if not offers:
            window.notices.tell(
                tr("There is nothing to print here yet: this page shows nothing of its own."),
                "info",
            )
            return
        self._offers, self._from = offers, self._name_of(window.current())
        window.show_page(PAGE)
        self.choose(0)

    def offers(self) -> list[tuple[str, Reading]]:
        """What can be printed of the page shown, what has the focus first."""
        page = self._window.current()
        if isinstance(page, Inbox):
            return self._of_inbox(page)
        if hasattr(page, "printed"):
            return list(page.printed())
        name = self._name_of(page)
        make = _OFFERS.get(name) or printed_pages.OFFERS.get(name)
        return make(page) if make else []

    def _of_inbox(self, page: Inbox) -> list[tuple[str, Reading]]:
        from msat.services import print_pages as service

        pane, state = page.list_pane, page.alert.state
        query, title, asked = pane.query(), pane.title.text(), asked_words(pane)
        found: list[tuple[str, Reading]] = [(title, lambda desk: service.of_list(desk, title, query, asked))]
        if state is None:
            return found
        key = str(state.key)
        alert: list[tuple[str, Reading]] = [
            (tr("One-page record"), lambda desk: service.of_alert(desk, key)),
            (tr("Timeline"), lambda desk: service.of_timeline(desk, key)),
        ]
        focus = self._window.focusWidget()
        if page.alert.tabs.bar.currentIndex() == HISTORY_TAB:
            alert.reverse()
        in_alert = focus is not None and page.alert.isAncestorOf(focus)
        return [*alert, *found] if in_alert else [*found, *alert]

    def _name_of(self, page: QWidget) -> str:
        from msat.gui import own_lists

        name = next((name for name, made in self._window.pages.items() if made is page), "worklist")
        return self._window.lists.shown if name == own_lists.PAGE else name

    # Showing

    def page(self) -> PrintPage:
        made: PrintPage = self._window.page(PAGE)
        return made

    def make_page(self) -> PrintPage:
        """The preview."""
        from msat.gui.views.print_page import PrintPage

        page = PrintPage()
        page.print_asked.connect(self.print_out)
        page.save_asked.connect(self.save)
        page.left.connect(self.leave)
        page.chosen.connect(self.choose)
        return page

    def choose(self, at: int) -> None:
        """Makes the pages of one of the documents offered, with everything that waited recorded first."""
        page, session = self.page(), self._window.session
        self._asked += 1
        number, (_name, reading) = self._asked, self._offers[at]
        self._printed = None
        page.offer([name for name, _reading in self._offers], at)
        page.working()

        def make(desk: Desk) -> tuple[Printed, Pages]:
            printed = reading(desk)
            return printed, printed.pages()

        def made(found: tuple[Printed, Pages]) -> None:
            if number == self._asked:
                self._printed = found[0]
                page.show_pages(found[0].name, found[1].pages, bool(printer_names()))
                page.shown()

        def failed(error: MsatError) -> None:
            if number == self._asked:
                page.failed(str(error))

        session.run(make, self, made, failed, long=True)

    def leave(self) -> None:
        """Back to what was shown before."""
        self._window.show_page(self._from)

    # Out

    def save(self) -> None:
        """Saves the pages as PDF, with the evidence in it that the document rests on."""
        from msat.exports.file_names import safe_name
        from msat.gui.saving import ask_where, open_file

        printed, window = self._printed, self._window
        if printed is None:
            return
        path = ask_where(
            window, tr("Save as PDF"), f"{safe_name(printed.name[:80])}.pdf", tr("PDF (*.pdf)"), window.session
        )
        if path is None:
            return

        def saved(made: Path) -> None:
            window.notices.tell(
                tr("Saved {name}.").format(name=made.name), "green", tr("Open"), lambda: open_file(made)
            )

        window.session.run(lambda _desk: printed.save(path), self, saved, long=True)

    def print_out(self) -> None:
        """Asks which printer and how many, in the system's own dialog, then prints."""
        page = self.page()
        if self._printed is None or not page.print.isEnabled():
            return
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._printed.name)
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(tr("Print"))
        dialog.setMinMax(1, len(page.pages))
        dialog.accepted.connect(lambda: self._print_on(printer, page.pages))
        dialog.open()

    def _print_on(self, printer: QPrinter, pages: Sequence[Page]) -> None:
        chosen = _range(printer, pages)
        if print_on(printer, chosen):
            self._window.notices.tell(tr("Sent to {printer}.").format(printer=printer.printerName()), "green")
        else:
            self._window.notices.tell(
                tr("The printer did not take it. Check it, or save a PDF and print that."), "amber"
            )


def printer_names() -> list[str]:
    """The printers of this computer; none where it cannot print at all."""
    try:
        from PySide6.QtPrintSupport import QPrinterInfo
    except ImportError:  # a bare Linux lacks the printing library
        return []
    return list(QPrinterInfo.availablePrinterNames())


def print_on(printer: QPrinter, pages: Sequence[Page]) -> bool:
    """Draws the pages, each lying as it is meant to. False where the printer does not take it."""
    printer.setFullPage(True)
    painter = QPainter()
    for number, page in enumerate(pages):
        lies = page.width > page.height
        way = QPageLayout.Orientation.Landscape if lies else QPageLayout.Orientation.Portrait
        printer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), way, QMarginsF(0, 0, 0, 0)))
        if number == 0:
            if not painter.begin(printer):
                return False
        elif not printer.newPage():
            painter.end()
            return False
        _paint(painter, page, printer)
    return painter.end() if painter.isActive() else False


def _paint(painter: QPainter, page: Page, printer: QPrinter) -> None:
    from msat.gui.views.page_painter import paint_page

    paint_page(painter, page, QRectF(printer.paperRect(printer.Unit.DevicePixel)))


def _range(printer: QPrinter, pages: Sequence[Page]) -> Sequence[Page]:
    """The pages that were asked for in the dialog."""
    first, last = printer.fromPage(), printer.toPage()
    return pages[first - 1 : last] if first else pages


def asked_words(pane: Any) -> tuple[str, ...]:
    """What a list is narrowed to, in words."""
    from msat.gui import words

    asked = pane.query()
    found = [words.rag_word(asked.rag)] if asked.rag else []
    found += [words.status_words(asked.status)] if asked.status and asked.status is not pane.base.status else []
    found += [tr("alerts of {name}").format(name=asked.mine)] if asked.mine else []
    found += [f"“{asked.search}”"] if asked.search else []
    return tuple(found)


# What the pages with something of their own offer


def _batch(page: Any) -> list[tuple[str, Reading]]:
    from msat.services import print_pages as service

    answers = page.model.all()
    return [(tr("Batch check"), lambda desk: service.of_answers(desk, answers))] if answers else []


def _oversight(page: Any) -> list[tuple[str, Reading]]:
    return list(page.papers())


def _sources(_page: Any) -> list[tuple[str, Reading]]:
    from msat.services import print_pages as service

    return [(tr("Sources"), service.of_sources)]


def _records(page: Any) -> list[tuple[str, Reading]]:
    from msat.services import print_pages as service

    first, last = page.papers.first.date().toPython(), page.papers.last.date().toPython()
    return [(tr("Log of a period"), lambda desk: service.of_log(desk, first, last))]


def _newsletter(page: Any) -> list[tuple[str, Reading]]:
    from msat.services import print_pages as service

    issue, audience = page.composer.issue, page.composer.audience
    if issue is None:
        return []
    return [(issue.title, lambda desk: service.of_issue(desk, issue, audience))]


def _help(page: Any) -> list[tuple[str, Reading]]:
    from msat.services import print_pages as service

    topic, keys = page.topic, dict(letters().keys)
    return [(tr("Help"), lambda desk: service.of_help(desk, topic, keys))]


def _keys(_page: Any) -> list[tuple[str, Reading]]:
    from msat.gui.views.key_list import printed
    from msat.services import print_pages as service

    keys = printed()
    return [(tr("Keys"), lambda desk: service.of_pairs(desk, tr("Keys"), keys))]


_OFFERS: dict[str, Callable[[Any], list[tuple[str, Reading]]]] = {
    "batch": _batch,
    "oversight": _oversight,
    "sources": _sources,
    "records": _records,
    "newsletter": _newsletter,
    "help": _help,
    "keys": _keys,
}
