"""What Python holds of Qt's objects stays alive as long as the widget that draws with it."""

from __future__ import annotations

import gc

from shiboken6 import isValid

from msat.gui.main_window import MainWindow
from msat.gui.theme import look


def test_the_search_sign_belongs_to_its_pane_and_follows_the_look(window: MainWindow):
    window.show_page("alerts")
    window.show_page("starred")
    panes = [inbox.list_pane for inbox in window.inboxes()]
    assert len(panes) == 3
    for pane in panes:
        assert pane.glass.parent() is pane
        assert pane.glass in pane.search.actions()
    before = [pane.glass.icon().cacheKey() for pane in panes]
    gc.collect()
    look().set_mode("dark")
    assert all(isValid(pane.glass) for pane in panes)
    assert all(pane.glass.icon().cacheKey() != key for pane, key in zip(panes, before, strict=True))
