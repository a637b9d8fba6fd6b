"""What the window says above the worklist of local rules, and where the keys go on after a panel."""

from __future__ import annotations

from dataclasses import replace

from msat.gui.main_window import MainWindow
from msat.gui.theme import look
from msat.triage.model import Priority
from tests.gui.conftest import settle


def test_local_rules_that_are_not_in_force_are_said_above_the_worklist(window: MainWindow) -> None:
    assert window.worklist.local.isHidden()
    desk = window.session.desk
    said = "The local rule X01 names the action A99, which is not here."
    desk.learn(replace(desk.knowledge, problems=(said,)))
    window.ask_health()
    settle(window)
    assert not window.worklist.local.isHidden()
    assert window.worklist.local.text.text() == said
    window.worklist.local.button.click()
    settle(window)
    assert window.current() is window.page("tailoring")
    desk.learn(replace(desk.knowledge, problems=()))
    window.ask_health()
    settle(window)
    assert window.worklist.local.isHidden()


def test_after_who_is_working_the_keys_go_on_where_they_were(window: MainWindow) -> None:
    window.worklist.list_pane.list.setFocus()
    window.ask_person(None)
    panel = window.panel_place.itemAt(0).widget().widget()
    panel.who.name.setText("A. Patel")
    panel.who.role.setCurrentText("practice pharmacist")
    panel.submit()
    assert window.focusWidget() is window.worklist.list_pane.list


def test_a_low_window_shows_alerts_before_filters(window: MainWindow):
    pane, banner = window.worklist.list_pane, window.worklist.banner
    window.worklist.show_banner(("MHRA: new alerts may be missing.", "It was last reached yesterday 16:05."))
    window.resize(1093, 614)
    settle(window)
    assert pane.filters.isVisible()
    assert not pane.filter_button.isVisible()
    assert banner.text.isVisible()
    look().set_zoom(200)
    settle(window)
    assert not pane.filters.isVisible()
    assert not banner.text.isVisible()
    assert banner.head.isVisible()
    assert "yesterday 16:05" in banner.head.toolTip()
    assert "yesterday 16:05" in banner.head.accessibleName()
    pane.filter_button.click()
    assert pane.filters.isVisible()
    pane.chips[Priority.RED].click()
    pane.filter_button.click()
    assert pane.filters.isVisible(), "a filter that is on is never out of sight"
    window.worklist.show_banner(None)
    assert not banner.isVisible()
