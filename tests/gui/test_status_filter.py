"""The choices above the list, status and kind of notice: Qt hands back texts, the list is asked by what they mean."""

from __future__ import annotations

import pytest

from msat.alerts.model import Family
from msat.gui.main_window import MainWindow
from msat.projections.alert_state import Status


@pytest.mark.parametrize("status", list(Status))
def test_every_status_can_be_chosen(window: MainWindow, status: Status):
    pane = window.worklist.list_pane
    pane.status.setCurrentIndex(1 + list(Status).index(status))
    assert pane.query().status is status
    now = window.session.now()
    assert {row.status for row in pane.model.rows()} <= {status}
    wanted = {row.key for row in window.session.desk.views.worklist(pane.query(), now)}
    assert {row.key for row in pane.model.rows()} == wanted
    pane.status.setCurrentIndex(0)
    assert pane.query().status is None


@pytest.mark.parametrize("family", [Family.RECALL, Family.PROTOCOL])
def test_every_kind_of_notice_can_be_chosen(window: MainWindow, family: Family):
    window.show_page("alerts")
    pane = window.current_inbox().list_pane
    pane.family.setCurrentIndex(pane.family.findData(family.value))
    assert pane.query().family == family
    now = window.session.now()
    wanted = {row.key for row in window.session.desk.views.worklist(pane.query(), now)}
    assert {row.key for row in pane.model.rows()} == wanted
    assert {row.family for row in pane.model.rows()} <= {family}
    assert bool(wanted) is (family is Family.RECALL)
    pane.clear_filters()
    assert pane.query().family is None
    assert {row.family for row in pane.model.rows()} > {family} or not wanted


def test_filters_that_hide_everything_are_all_named(window: MainWindow):
    pane = window.worklist.list_pane
    pane.chips[next(iter(pane.chips))].click()
    pane.family.setCurrentIndex(pane.family.findData(Family.PROTOCOL.value))
    assert pane.nothing.head.text() == "No open alerts match Red + Serious shortage protocol."
    pane.nothing.button.click()
    assert not pane.is_filtered
    assert pane.model.rows()


def test_every_kind_of_notice_is_offered_by_its_name(window: MainWindow):
    pane = window.worklist.list_pane
    offered = [pane.family.itemData(at) for at in range(pane.family.count())]
    assert set(offered) == {None, *(family.value for family in Family)}
