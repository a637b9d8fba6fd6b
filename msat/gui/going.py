"""Going about the window: to an alert from another page, and where files go that are dropped anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow


def open_alert(window: MainWindow, key: str) -> None:
    """Shows an alert on the page of all alerts, filters taken away so that it is in the list."""
    window.show_page("alerts")
    page = window.current_inbox()
    if page.list_pane.is_filtered:
        page.list_pane.clear_filters()
    page.list_pane.show_key(key)
    page.alert.show_key(key)
    page.alert.load_now()
    page.open_detail()
