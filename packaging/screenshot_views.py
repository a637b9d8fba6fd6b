"""Poses of the rail's own views, the list behind My medicines, the Network section, and the empty states' pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from screenshot_poses import settings_part, settled

from msat.gui.theme import look
from msat.services import own_medicines

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow

NAMES = ("adrenaline auto-injector", "fingolimod", "labetalol", "paracetamol", "insulin pump", "semaglutide")


def view(name: str, size: tuple[int, int] = (1366, 900), mode: str = "light", zoom: int = 100, names: bool = False):
    """A view at a size, with names in the list of medicines or none."""

    def pose(window: MainWindow) -> None:
        look().zoom = zoom
        look().set_mode(mode)
        window.resize(*size)
        window.session.places.medicines.unlink(missing_ok=True)
        if names:
            own_medicines.add(window.session.places, NAMES)
        window.lists.count()
        settled(window)
        window.show_page(name)
        settled(window)

    return pose


def network(size: tuple[int, int] = (1366, 900), mode: str = "light", zoom: int = 100):
    """The section Network."""

    def pose(window: MainWindow) -> None:
        look().zoom = zoom
        look().set_mode(mode)
        window.resize(*size)
        settings_part("Network")(window)

    return pose


POSES: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (
    ("view-recalls", view("recalls")),
    ("view-recalls-dark", view("recalls", mode="dark")),
    ("view-shortages-1093x614", view("shortages", (1093, 614))),
    ("view-medicines-empty", view("medicines")),
    ("view-medicines-empty-dark", view("medicines", mode="dark")),
    ("view-medicines-empty-150", view("medicines", (1093, 614), zoom=150)),
    ("view-medicines", view("medicines", names=True)),
    ("view-medicines-1366x768", view("medicines", (1366, 768), names=True)),
    ("view-medicines-150", view("medicines", (1093, 614), zoom=150, names=True)),
    ("view-medicines-200-dark", view("medicines", (1366, 768), "dark", 200, names=True)),
    ("view-own-medicines", view("watched", names=True)),
    ("view-own-medicines-none", view("watched")),
    ("view-own-medicines-200", view("watched", (1093, 614), zoom=200, names=True)),
    ("view-network", network()),
    ("view-network-dark-150", network((1093, 614), "dark", 150)),
    ("view-network-200", network((1093, 614), zoom=200)),
)
