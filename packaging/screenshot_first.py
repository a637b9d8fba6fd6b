"""How the window is brought to show the first run: its three pages, what goes wrong on them, its help, the key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from screenshot_poses import sized, wait

from msat.feeds.catalogue import Source
from msat.gui.first_steps import DRAFT
from msat.gui.main_window import MainWindow
from msat.gui.views.first_run import FirstRun, RecoveryKey
from msat.services.try_source import Tried

REFUSED = (
    "The proxy of this network wants a name and password (407). Ask whoever looks after the network to let MSAT reach "
    "the site, then try again."
)
TYPED = {
    "ods": "A81001",
    "name": "Riverside Surgery",
    "person": "Demo Pharmacist",
    "role": "Practice pharmacist",
}


def first_run(
    step: int, *failing: str, typed: bool = True, then: Callable[[FirstRun], None] | None = None
) -> Callable[[MainWindow], None]:
    """A page of the first run; the sources in `failing` are refused by a proxy."""

    def reach(source: Source, _now: datetime) -> Tried:
        return Tried(source, error=REFUSED if source.id in failing else "")

    def pose(window: MainWindow) -> None:
        for field, text in TYPED.items():
            window.session.drafts.keep(DRAFT, field, text if typed else "")
        page = FirstRun.show_in(window, window.session, reach)
        page.sources.tries_by_itself = True
        wait()
        page.wrong.say("")  # the sample's profile, of course, has a record
        for _ in range(step):
            page.go_on()
            wait(100)
        if then is not None:
            then(page)

    return pose


def at(
    pose: Callable[[MainWindow], None], width: int, height: int, mode: str = "light", zoom: int = 100
) -> Callable[[MainWindow], None]:
    """A page of the first run at a size, in a colour scheme, at a zoom."""

    def turned(window: MainWindow) -> None:
        window.leave_alone()
        sized(width, height, mode, zoom)(window)
        pose(window)

    return turned


def recovery_key(window: MainWindow) -> None:
    RecoveryKey.show_in(window, window.session, "SAMPLE-ONLY-0000-0000-0000-0000-0000-0000")


def leave(window: MainWindow) -> None:
    """Back to the window with everything beside its pages; the picture is of the worklist."""
    window.leave_alone()


WRONG = first_run(1, typed=False, then=lambda page: page.go_on())
SOURCES = first_run(2, "nhse-psa")
POSES: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (
    ("first-run-1", at(first_run(0), 1366, 768)),
    ("first-run-1-dark", at(first_run(0), 1366, 768, "dark")),
    ("first-run-1-150", at(first_run(0), 1093, 614, zoom=150)),
    ("first-run-1-200", at(first_run(0), 1093, 614, zoom=200)),
    ("first-run-1-2560", at(first_run(0), 2560, 1440)),
    ("first-run-2", at(first_run(1), 1366, 768)),
    ("first-run-2-wrong", at(WRONG, 1093, 614)),
    ("first-run-2-wrong-dark-200", at(WRONG, 1093, 614, "dark", 200)),
    ("first-run-2-150", at(first_run(1), 1093, 614, zoom=150)),
    ("first-run-3", at(SOURCES, 1366, 768)),
    ("first-run-3-dark", at(SOURCES, 1366, 768, "dark")),
    ("first-run-3-150", at(SOURCES, 1093, 614, zoom=150)),
    ("first-run-3-200", at(SOURCES, 1093, 614, zoom=200)),
    ("first-run-3-no-network", at(first_run(2, "nhse-psa", "govuk-alerts"), 1093, 614)),
    ("first-run-help", at(first_run(1, then=lambda page: page.open_help()), 1093, 614)),
    ("recovery-key", at(recovery_key, 1093, 614)),
    ("recovery-key-dark-150", at(recovery_key, 1093, 614, "dark", 150)),
    ("first-run-left", leave),
)
