"""The choice of a status above the list: Qt hands it back as a text, and the list is asked by the status itself."""

from __future__ import annotations

import pytest

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
