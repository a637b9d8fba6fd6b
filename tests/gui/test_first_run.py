"""The first run starts a real record and shows the recovery key once."""

from __future__ import annotations

from msat.bootstrap import has_record
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.views.first_run import FirstRun, RecoveryKey


def _window(qtbot, session: Session) -> tuple[MainWindow, FirstRun]:
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    return window, FirstRun.show_in(window, session)


def test_a_record_is_started_and_the_key_shown(qtbot, session: Session):
    window, page = _window(qtbot, session)
    assert window.rail.isHidden()
    page.name.setText("Riverside Surgery")
    page.ods.setText("a81001")
    page.kind.setCurrentIndex(page.kind.findData("dispensing-practice"))
    page.nation.setCurrentIndex(page.nation.findData("scotland"))
    page.person.setText("A. Patel")
    page.role.setCurrentText("Practice pharmacist")
    page.submit()
    key = window.stack.currentWidget()
    assert isinstance(key, RecoveryKey)
    assert len(key.text.text()) > 20
    assert has_record(session.places)
    key.go_on.click()
    assert session.desk.record.organisation.ods == "A81001"
    assert session.person().name == "A. Patel"
    assert session.desk.knowledge.site.nation == "scotland"
    assert not window.rail.isHidden()
    assert window.rail.organisation.text() == "Riverside Surgery\nA81001"


def test_what_is_wrong_is_said_and_nothing_is_made(qtbot, session: Session):
    _made, page = _window(qtbot, session)
    page.submit()
    assert page.wrong.text().startswith("Your name and role are needed.")
    page.person.setText("A. Patel")
    page.role.setCurrentText("GP")
    page.name.setText("Riverside Surgery")
    page.ods.setText("not a code")
    page.submit()
    assert "is not an ODS code" in page.wrong.text()
    assert page.name.text() == "Riverside Surgery"
    assert page.start.isEnabled()
    assert not has_record(session.places)


def test_the_sample_opens_from_the_first_run(qtbot, session: Session):
    own = session.places
    window, page = _window(qtbot, session)
    page.open_sample.click()
    assert session.is_demo
    assert session.desk.record.organisation.name == "Demo Surgery"
    assert window.worklist.list_pane.model.rowCount() > 0
    assert not has_record(own)
    assert session.drafts.text("a", "b") == ""
    assert session.places != own
