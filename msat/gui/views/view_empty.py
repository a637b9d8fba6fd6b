"""What an empty view of the rail says: quiet only while every source was reached, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msat.gui import source_words
from msat.gui.tongue import said, tr

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.gui.own_medicines import OwnMedicines
    from msat.gui.views.alert_list import EmptyState


def say_empty_view(
    nothing: EmptyState, window: MainWindow, heads: tuple[str, str], medicines: OwnMedicines, view: str
) -> None:
    """Says it. `heads`: what stands first while every source is fine, and while one is silent."""
    if view == "medicines" and not medicines.names:
        _say_no_names(nothing, medicines)
        return
    now, health = window.session.now(), window.health
    nothing.show_kind("list")
    on = [one for one in health if one.enabled]
    quiet = bool(on) and all(one.is_fine(now) for one in on)
    first, text = window.watch.empty_words()
    nothing.say(heads[0], text) if quiet else nothing.say(heads[1], f"{first} {text}".strip())
    instead = source_words.site_instead(health, now)
    nothing.offer_site(instead.name if instead else "", instead.page if instead else "")
    if view == "medicines":
        nothing.offer_way(tr("Your medicines and devices"))


def _say_no_names(nothing: EmptyState, medicines: OwnMedicines) -> None:
    nothing.show_kind("medicines")
    if medicines.trouble:
        nothing.say(tr("Your list of medicines and devices could not be read."), said(medicines.trouble))
    else:
        nothing.say(
            tr("Your list of medicines and devices is empty."),
            tr("Put on it what you use or watch. Open alerts that name one of them then stand here, with the words."),
        )
    nothing.offer_way(tr("Your medicines and devices"))
