"""Pictures in high contrast, of what shows colour most, and of states that belong to no one page: the palette, a
presentation, sources out of reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from screenshot_newsletter import composing
from screenshot_poses import (
    answering,
    changing_a_rule,
    checked,
    checked_batches,
    many_ticked,
    overseen,
    page,
    reviewing,
    settings_part,
    sources_in_trouble,
    turned,
    wait,
    who_must_act,
)

from msat.gui.commands import open_palette
from msat.gui.main_window import MainWindow
from msat.gui.views.palette_view import PaletteView

SIZE, LOW = (1366, 900), (1093, 614)


def list_of_alerts(window: MainWindow) -> None:
    window.notices.hide()
    window.show_page("worklist")


def finding(words: str) -> Callable[[MainWindow], None]:
    """The palette with something typed."""

    def pose(window: MainWindow) -> None:
        window.show_page("worklist")
        open_palette(window)
        palette = window.findChild(PaletteView)
        palette.box.setText(words)

    return pose


def left(pose: Callable[[MainWindow], None]) -> Callable[[MainWindow], None]:
    """The palette closed again, then another picture."""

    def posed(window: MainWindow) -> None:
        palette = window.findChild(PaletteView)
        if palette is not None and palette.isVisible():
            palette.leave()
        pose(window)

    return posed


def out_of_reach(window: MainWindow) -> None:
    """The worklist while no source can be reached."""
    window.show_page("worklist")
    wait()
    now, error = window.session.now(), "The address could not be found on the network. Try again, or check the network."
    known = {"last_tried": now, "last_reached": now - timedelta(days=3), "failures": 3, "error": error}
    health = [replace(one, known=replace(one.known, **known)) for one in window.health]
    window.watch.show(replace(window.watch.standing.read(window.session.desk, now), sources=health))


def in_reach(window: MainWindow) -> None:
    window.ask_health()


POSES: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (
    ("oversight", turned(overseen, SIZE)),
    ("oversight-dark", turned(overseen, SIZE, "dark")),
    ("oversight-150", turned(overseen, LOW, zoom=150)),
    ("palette", turned(finding(""), SIZE)),
    ("palette-found-dark", left(turned(finding("tablets"), SIZE, "dark"))),
    ("palette-commands-200", left(turned(finding("> p"), LOW, zoom=200))),
    ("offline", left(turned(out_of_reach, SIZE))),
    ("offline-dark-150", turned(out_of_reach, LOW, "dark", 150)),
    ("contrast-offline", turned(out_of_reach, LOW, "contrast")),
    ("contrast-worklist", turned(lambda window: (in_reach(window), list_of_alerts(window)), SIZE, "contrast")),
    ("contrast-worklist-200", turned(list_of_alerts, LOW, "contrast", 200)),
    ("contrast-answering", turned(answering, SIZE, "contrast")),
    ("contrast-who", turned(who_must_act, SIZE, "contrast")),
    ("contrast-ticked", turned(many_ticked, LOW, "contrast")),
    ("contrast-batch", turned(checked_batches("{known}"), SIZE, "contrast")),
    ("contrast-sources", turned(sources_in_trouble, SIZE, "contrast")),
    ("contrast-oversight", turned(overseen, SIZE, "contrast")),
    ("contrast-newsletter", turned(composing(), SIZE, "contrast")),
    ("contrast-records", turned(checked, SIZE, "contrast")),
    ("contrast-rules", turned(changing_a_rule, SIZE, "contrast")),
    ("contrast-settings", turned(settings_part("Appearance"), SIZE, "contrast")),
    ("contrast-settings-150", turned(settings_part("Notifications"), LOW, "contrast", 150)),
    ("contrast-review", turned(reviewing, SIZE, "contrast")),
    ("contrast-help", turned(page("help"), SIZE, "contrast")),
)
