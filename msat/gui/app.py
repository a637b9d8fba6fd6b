"""Starts the application: paint first, open the record after, and let go of everything at the end."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from msat.gui import icons, tongue
from msat.gui.backing_up import BackingUp, back_up_at_close
from msat.gui.elsewhere import Elsewhere
from msat.gui.icons import pixmap
from msat.gui.main_window import MainWindow
from msat.gui.mishaps import Mishaps, offer_log
from msat.gui.proving import Proving
from msat.gui.session import Session
from msat.gui.single_start import SingleStart, bring_to_front
from msat.gui.start import HEADLESS
from msat.gui.tasks import Background
from msat.gui.theme import Theme, use
from msat.places import Places, places

if TYPE_CHECKING:
    from msat.services.desk import Desk

APP_ID = "org.msat.MSAT"
COMMITTEE = "committee"
"""The sample of a committee with its practices; any other is that of one practice."""


def run(profile: Path | None = None, demo: str = "") -> int:
    """Opens the window and runs until it is closed; returns the exit status. `demo`: `practice` or `committee`."""
    application = make_application()
    where = sample_places() if demo else places(profile)
    trouble = _make(where)
    if trouble:
        if sys.stderr is not None:
            sys.stderr.write(trouble + "\n")
        return 2
    alone = SingleStart(where)
    if not alone.take():
        return _second(alone)
    mishaps = Mishaps(where, application)
    mishaps.watch()
    mishaps.trace()
    session = Session(where, Background(application), application)
    tongue.install(tongue.wanted(session.settings.text("language")), application)
    session.is_demo = bool(demo)
    window = open_window(session)
    window.checks_by_itself = True
    window.painted.connect(lambda: open_record(window, session, demo))
    alone.asked.connect(lambda: bring_to_front(window))
    offer_log(mishaps, window.notices.tell)
    _say_last_end(mishaps, mishaps.begin(session.now()), window, session)
    application.aboutToQuit.connect(mishaps.end)
    backing_up = BackingUp(session)
    proving = Proving(session)
    proving.found_wrong.connect(
        lambda words: window.notices.tell(words, "red", tongue.tr("Records"), lambda: window.show_page("records"))
    )
    elsewhere = Elsewhere(session)
    status = application.exec()
    alone.release()
    elsewhere.stop()
    backing_up.deleteLater()
    proving.deleteLater()
    back_up_at_close(session)
    session.close()
    leave_clipboard(application)
    logging.shutdown()
    for folder in _samples:
        folder.cleanup()
    return status


def _say_last_end(mishaps: Mishaps, words: str, window: MainWindow, session: Session) -> None:
    """Once the record is open, so that nothing that is said of it covers this."""
    if words:
        session.opened.connect(
            lambda: window.notices.tell(words, "amber", tongue.tr("Show the log"), mishaps.show_log),
            Qt.ConnectionType.SingleShotConnection,
        )


def _second(alone: SingleStart) -> int:
    """A second start: the first window comes to the front, or a sentence says that it does not answer."""
    if alone.ask_first():
        return 0
    if sys.stderr is not None:
        sys.stderr.write(alone.trouble() + "\n")
    return 2


def leave_clipboard(application: QApplication) -> None:
    """On a real screen what was copied stays to be pasted; the screenless platforms crash at the end if it does."""
    if application.platformName() in HEADLESS:
        application.clipboard().clear()


_samples: list[tempfile.TemporaryDirectory[str]] = []


def sample_places() -> Places:
    """A temporary profile for the sample; it goes when the program ends."""
    folder = tempfile.TemporaryDirectory(prefix="msat-demo-", ignore_cleanup_errors=True)
    _samples.append(folder)
    return places(Path(folder.name) / "profile")


def make_application() -> QApplication:
    """The one QApplication, with its name and its look of Fusion everywhere."""
    _name_on_windows()
    application = QApplication.instance() or QApplication(["msat"])
    application.setApplicationName("MSAT")
    application.setDesktopFileName(APP_ID)
    application.setStyle("Fusion")
    return application


def open_window(session: Session) -> MainWindow:
    """Builds and shows the window with what was kept of last time."""
    icons.keep_in(session.places.cache / "icons")
    theme = use(
        Theme(
            session.settings.text("appearance"),
            session.settings.number("zoom_percent"),
            QApplication.instance(),
        )
    )
    window = MainWindow(session)
    window.setWindowIcon(QIcon(pixmap("msat", theme.colour("accent"), 64)))
    window.show_snapshot()
    window.show()
    return window


def open_record(window: MainWindow, session: Session, demo: str | bool) -> None:
    """After the first paint: the record, the first-run page, or the sample."""
    if demo:
        window.first_minute.start_page = "oversight" if demo == COMMITTEE else ""
        session.open(demo_opener(session.places, demo == COMMITTEE))
        return
    from msat.gui.views.first_run import FirstRun

    if session.places.has_record:
        session.open(opener(session.places))
    else:
        FirstRun.show_in(window, session)


def opener(where: Places) -> Callable[[], Desk]:
    """Opens the record of a profile, or a backup of it to be read; runs on the writer's thread."""

    def open_() -> Desk:
        from msat.bootstrap import open_desk_or_backup

        return open_desk_or_backup(where)

    return open_


def demo_opener(where: Places, is_committee: bool = False) -> Callable[[], Desk]:
    """Makes the sample practice or the sample committee; runs on the writer's thread."""

    def open_() -> Desk:
        from msat.bootstrap import demo_committee_desk, demo_desk

        # the demonstration makes its own folders and refuses a profile that holds a record
        return (demo_committee_desk if is_committee else demo_desk)(where.data.parent)

    return open_


def _make(where: Places) -> str:
    """Makes the profile's folders and its log; says in a sentence why it cannot."""
    try:
        where.make()
        handler = logging.FileHandler(where.log, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logging.getLogger("msat").addHandler(handler)
    except OSError as error:
        why = (error.strerror or "it cannot be written").lower()
        return f"The profile folder {where.data.parent} cannot be used: {why}. Choose another with --profile DIR."
    return ""


def _name_on_windows() -> None:
    """The taskbar groups windows, and shows notices, by this id."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_ID)
