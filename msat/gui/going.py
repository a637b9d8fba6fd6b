"""Going about the window: to an alert from another page, and where files go that are dropped anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from msat.gui import work_deeds
from msat.gui.add_words import ADDED

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.services.desk import Changes, Desk

PLANS = ".msatplan"
CAME = frozenset({".msatreturn", ".msatreceipt", ".msatregister"})
"""What other sites send; dropped on Oversight it is taken in there, anywhere else under Send and receive."""
"""A signed file of plans that a commissioner's team agreed."""


def open_alert(window: MainWindow, key: str) -> None:
    """Shows an alert on the page of all alerts, filters taken away so that it is in the list."""
    window.show_page("alerts")
    page = window.current_inbox()
    if page.list_pane.is_filtered:
        page.list_pane.clear_filters()
    page.list_pane.want(key)
    page.alert.show_key(key)
    page.alert.load_now()
    page.open_detail()


def open_records(window: MainWindow, section: str) -> None:
    """Shows a section of the Records page by its heading."""
    window.show_page("records")
    window.page("records").sections[section]()


def search_all(window: MainWindow, text: str) -> None:
    """The same search on the page of all alerts, filters taken away; the first that matches is chosen."""
    window.show_page("alerts")
    pane = window.current_inbox().list_pane
    pane.clear_filters()
    pane.search.setText(text)
    pane.list.setFocus()


def sort_files(desk: Desk, files: list[Path]) -> tuple[list[Path], list[Path]]:
    """(notices to add, files to check): an export of MSAT is known by the evidence in it, not by its name."""
    from msat.exports.checking import Outcome
    from msat.services.verify import verify_files

    maybe = [path for path in files if path.suffix.lower() in ADDED]
    found = verify_files(maybe, desk.record) if maybe else []
    notices = [path for path, result in found if getattr(result, "outcome", None) is Outcome.NO_EVIDENCE]
    return notices, [path for path in files if path not in notices]


class Drops(QObject):
    """Takes files that are dropped anywhere on the window: notices to Add, plans and what other sites sent at
    once, the rest to be checked on Records."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop) and watched is self._window:
            files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
            if files and self._window.session.desk is not None:
                event.acceptProposedAction()
                if event.type() == QEvent.Type.Drop:
                    self.take(files)
                return True
        return super().eventFilter(watched, event)

    def take(self, files: list[Path]) -> None:
        """Looks at the files in the background, then goes to the page that deals with them."""
        session = self._window.session
        plans = [path for path in files if path.suffix.lower() == PLANS]
        for path in plans:
            session.do(work_deeds.take_in_plans(path), self, self._taken_in)
        came = [path for path in files if path.suffix.lower() in CAME]
        if came and self._window.current() is self._window.pages.get("oversight"):
            self._window.page("oversight").take_in(came)
        elif came:
            self._window.show_page("records")
            self._window.page("records").exchange.take_in(came)
        others = [path for path in files if path not in plans and path not in came]
        if others:
            session.run(lambda desk: sort_files(desk, others), self, self._sorted, long=True)

    def _taken_in(self, changes: Changes) -> None:
        self._window.notices.tell(changes.words, "green")

    def _sorted(self, found: tuple[list[Path], list[Path]]) -> None:
        notices, records = found
        if records:
            self._window.show_page("records")
            self._window.page("records").check_files(records)
        if notices:
            self._window.show_page("add")
            self._window.page("add").take_files(notices)
