"""Going about the window: to an alert from another page, and where files go that are dropped anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from msat.errors import Refused
from msat.gui import work_deeds
from msat.gui.add_words import ADDED
from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.services.desk import Changes, Desk

PLANS = ".msatplan"
"""A signed file of plans that a commissioner's team agreed."""
CAME = frozenset({".msatreturn", ".msatreceipt", ".msatregister"})
"""What other sites send; dropped on Oversight it is taken in there, anywhere else under Send and receive."""
LISTS = frozenset({".csv", ".xlsx", ".zip"})
"""Endings that a list of practices or networks can have."""
NAMES = ".xml"
"""The ending of the files of a dm+d release."""
DEEP = ("f_gtin2*.xml", "f_ampp2*.xml", "*/f_gtin2*.xml", "*/f_ampp2*.xml")
"""Where they lie in the folder of one; no deeper, for a folder that is none can be a whole disk."""


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


@dataclass(frozen=True, slots=True)
class Dropped:
    """Files by what is done with them: notices are added, lists and dm+d files imported, the rest checked."""

    notices: tuple[Path, ...] = ()
    lists: tuple[Path, ...] = ()
    names: tuple[Path, ...] = ()
    """Files of a dm+d release, or the folder of one."""
    records: tuple[Path, ...] = ()


def sort_files(desk: Desk, files: list[Path]) -> Dropped:
    """What each file is, by what it holds and not by its name; an export of MSAT is known by the evidence in it."""
    lists = tuple(path for path in files if _is_list(path))
    names = tuple(path for path in files if _holds_names(path))
    others = [path for path in files if path not in lists and path not in names]
    notices = _notices(desk, others)
    return Dropped(notices, lists, names, tuple(path for path in others if path not in notices))


def _notices(desk: Desk, files: list[Path]) -> tuple[Path, ...]:
    from msat.exports.checking import Outcome
    from msat.services.verify import verify_files

    maybe = [path for path in files if path.suffix.lower() in ADDED]
    found = verify_files(maybe, desk.record) if maybe else []
    return tuple(path for path, result in found if getattr(result, "outcome", None) is Outcome.NO_EVIDENCE)


def _is_list(path: Path) -> bool:
    """Whether it is a list of practices or networks (epraccur, ePCN), or a zip with one."""
    from msat.feeds.ods_files import LARGEST, read_ods

    if path.suffix.lower() not in LISTS or not path.is_file():
        return False
    try:
        return path.stat().st_size <= LARGEST and bool(read_ods(path.read_bytes(), path.name).kind)
    except (Refused, OSError):
        return False


def _holds_names(path: Path) -> bool:
    """Whether it is a dm+d file that names packs, or the folder of a release with one."""
    from msat.feeds.dmd_files import kind_of

    try:
        if path.is_dir():
            return any(found for deep in DEEP for found in path.glob(deep))
        return path.suffix.lower() == NAMES and bool(kind_of(path))
    except (Refused, OSError):
        return False


class Drops(QObject):
    """Takes files that are dropped anywhere on the window: notices to Add, plans and what other sites sent at
    once, lists of practices and dm+d files to where they are imported, the rest to be checked on Records."""

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

    def _sorted(self, found: Dropped) -> None:
        """To the page of each kind, so that the window ends at the notices, which ask for something."""
        window = self._window
        if found.lists:
            window.show_page("practices")
            for path in found.lists:
                window.page("practices").import_file(path)
        if found.records:
            window.show_page("records")
            window.page("records").check_files(list(found.records))
        if found.names:
            open_records(window, tr("Put in order"))
            window.page("records").upkeep.bring_all(list(found.names))
        if found.notices:
            window.show_page("add")
            window.page("add").take_files(list(found.notices))
