"""W on an alert: into the issue of the newsletter that is being written, from anywhere in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msat.gui import newsletter_deeds as deeds
from msat.gui.newsletter_composer import MEMORY
from msat.gui.tongue import plural, tr

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow


def add_to_newsletter(window: MainWindow, keys: list[str]) -> None:
    """Puts alerts into the current issue; where there is none, into a new one for this month. Says so, with Undo."""
    if not keys:
        window.notices.tell(tr("No alert is selected. Choose one or more in the list."), "amber")
        return
    page = window.pages.get("newsletter")
    if page is not None and page.composer.write_on():
        fresh = page.composer.add(keys)
        page.composer.flush()
        _tell(window, page.composer.issue.title, len(fresh), len(keys) - len(fresh), page.undo_change)
        return
    session = window.session
    work = deeds.add_to_current(session.memory.text(MEMORY), keys)

    def added(made) -> None:
        session.memory.keep(MEMORY, made.issue.id)
        if page is not None:
            page.composer.open(made.issue.id)
        undo = _drop if made.begun else _take_out
        _tell(window, made.issue.title, len(made.keys), len(made.held), lambda: undo(window, made))

    session.run(work, window, added)


def _tell(window: MainWindow, title: str, fresh: int, held: int, undo) -> None:
    if not fresh:
        said = plural(held, "It is in “{title}” already.", "They are in “{title}” already.").format(title=title)
        window.notices.tell(said, "info", tr("Open the issue"), lambda: window.show_page("newsletter"))
        return
    words = plural(fresh, "Added to the newsletter “{title}”.", "Added {number} alerts to the newsletter “{title}”.")
    window.notices.tell(words.format(title=title, number=fresh), "green", tr("Undo"), undo)


def _take_out(window: MainWindow, made) -> None:
    """The issue is as it was before."""
    window.session.run(deeds.take_out(made.issue.id, made.keys), window, lambda _issue: _again(window))


def _drop(window: MainWindow, made) -> None:
    """The issue was begun for these alerts: it goes with them."""
    window.session.run(deeds.drop(made.issue.id), window, lambda _issue: _again(window))


def _again(window: MainWindow) -> None:
    page = window.pages.get("newsletter")
    if page is not None:
        page.composer.open()
