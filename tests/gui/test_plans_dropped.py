"""A plan that a commissioner's team agreed and saved reaches a practice by being dropped on its window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from msat.gui.app import leave_clipboard
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.places import places
from msat.record.organisation import Organisation
from msat.services import demo
from msat.services.desk import Desk
from tests.gui.conftest import settle


@pytest.fixture
def committee(qtbot, theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window on a commissioner's team with the same notices."""
    from msat.bootstrap import demo_desk

    with monkeypatch.context() as only_here:
        only_here.setattr("msat.services.demo.ORGANISATION", Organisation("NHS Sample ICB", "QZZ", "committee"))
        only_here.setattr("msat.services.demo._arrange", lambda _desk, _keys: None)
        desk: Desk = demo_desk(tmp_path / "team")
    where = places(tmp_path / "team-window")
    where.make()
    session = Session(where, InstantRunner())
    session.remember_person("Team Lead", "Medicines safety officer")
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(1280, 860)
    made.show()
    session.open(lambda: desk)
    settle(made)
    yield made
    session.close()
    leave_clipboard(QApplication.instance())


def test_the_demo_organisation_is_where_the_team_is_taken_from():
    assert demo.ORGANISATION.kind != "committee"


def test_agreed_saved_dropped_and_shown_beside_the_rule(
    committee: MainWindow, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    key = str(window.worklist.alert.state.key)
    pane = committee.worklist.alert
    committee.worklist.list_pane.want(key)
    settle(committee)
    assert str(pane.state.key) == key
    card = pane.sheet.extra["committee"]
    card.plan.click()
    pane.panel.rag.setCurrentIndex(pane.panel.rag.findData("amber"))
    pane.panel.actions.setPlainText("Tell every care home.\n\nAsk each branch.")
    pane.panel.minute.setText("4.2")
    pane.panel.submit()
    assert pane.panel is None
    assert committee.session.desk.views.alert(key).plan.actions == ("Tell every care home.", "Ask each branch.")
    target = tmp_path / "agreed plan.msatplan"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    card.save.click()
    assert target.is_file()

    window.drops.take([target])
    state = window.session.desk.views.alert(key)
    assert state.plan.by == "NHS Sample ICB"
    assert str(state.rag) == "red", "the rule's own priority stays"
    shown = window.worklist.alert.sheet.extra["committee"]
    said = " ".join(label.text() for label in shown.findChildren(type(window.worklist.alert.hint)))
    assert "Amber, agreed by NHS Sample ICB." in said
    assert "Tell every care home." in said
    assert not shown.plan.isVisible()
    assert "beside the rule's own" in window.notices.notice.head.text()


def test_decision_support_and_a_meeting_are_recorded_by_the_team(committee: MainWindow):
    pane = committee.worklist.alert
    settle(committee)
    card = pane.sheet.extra["committee"]
    card.support.click()
    pane.panel.message.setText("OX-1")
    pane.panel.submit()
    card.meeting.click()
    pane.panel.meeting.setText("Safety committee")
    pane.panel.outcome.setText("Taken up.")
    pane.panel.submit()
    state = committee.session.desk.views.alert(str(pane.state.key))
    assert [one.message for one in state.decision_support] == ["OX-1"]
    assert [one.meeting for one in state.discussed] == ["Safety committee"]


def test_a_changed_file_is_refused_in_words(window: MainWindow, tmp_path: Path):
    bad = tmp_path / "bad.msatplan"
    bad.write_text("not a plan", encoding="utf-8")
    before = window.session.desk.views.position()
    window.drops.take([bad])
    assert window.session.desk.views.position() == before
    assert window.notices.isVisible()
    assert window.notices.notice.text.text()
