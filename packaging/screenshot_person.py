"""Poses of the Records page for pictures: a person's own entries, and where the signing key is kept."""

from __future__ import annotations

from screenshot_poses import turned, wait

from msat.gui.main_window import MainWindow


def planned(window: MainWindow) -> None:
    """What erasing a name would do, with the panel in which two people's decision is given."""
    window.show_page("records")
    page = window.page("records")
    wait(600)
    desk = window.session.desk
    named = (entry.content.get("actor", {}).get("name", "") for entry in desk.record.entries())
    page.person.name.setText(next(name for name in named if name not in ("", "MSAT")))
    page.person.look()
    wait(1500)
    panel = page.person.panel.itemAt(0).widget()
    panel.reason.setText("Asked for; no duty to keep it.")
    panel.submit()
    wait(300)
    page.scroll.ensureWidgetVisible(panel)


def key_kept(window: MainWindow) -> None:
    """The card of the signing key."""
    window.show_page("records")
    page = window.page("records")
    wait(900)
    page.scroll.verticalScrollBar().setValue(page.key.y())


POSES = (
    ("person", turned(planned, (1366, 1500))),
    ("person-dark-150", turned(planned, (1093, 614), "dark", 150)),
    ("key", turned(key_kept, (1366, 900))),
)
