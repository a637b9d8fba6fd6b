"""The first run: three pages by keyboard, nothing made before the end, and the recovery key shown once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from msat.bootstrap import create_profile, has_record
from msat.errors import Refused
from msat.feeds.catalogue import Source
from msat.gui import app, commands
from msat.gui.first_steps import DRAFT
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.views import first_run
from msat.gui.views.first_run import FirstRun, RecoveryKey
from msat.gui.views.rescue_page import RescuePage
from msat.places import Places
from msat.record.organisation import Organisation
from msat.services import sources
from msat.services.try_source import Tried
from msat.store import record as store_record
from tests.gui.conftest import settle

PROXY = "The proxy refused the connection. Ask whoever looks after the network."


class Trial:
    """Sources that answer, or do not, and which were asked."""

    def __init__(self, *failing: str) -> None:
        self.failing, self.asked = failing, []

    def __call__(self, source: Source, _now: datetime) -> Tried:
        self.asked.append(source.id)
        return Tried(source, error=PROXY if source.id in self.failing else "")


@pytest.fixture
def trial() -> Trial:
    return Trial()


@pytest.fixture
def empty(qtbot, session: Session) -> Iterator[MainWindow]:
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1093, 614)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def page(empty: MainWindow, trial: Trial) -> FirstRun:
    shown = FirstRun.show_in(empty, empty.session, trial)
    shown.sources.tries_by_itself = True
    settle(empty)
    return shown


def fill(page: FirstRun) -> None:
    """Page 2 as a practice in Scotland fills it in."""
    page.go_on()
    page.practice.ods.setText("s12345")
    page.practice.name.setText("Riverside Surgery")
    page.practice.kind.setCurrentIndex(page.practice.kind.findData("dispensing-practice"))
    page.practice.nation.setCurrentIndex(page.practice.nation.findData("scotland"))
    page.practice.person.setText("A. Patel")
    page.practice.role.setCurrentText("Practice pharmacist")


def test_a_record_is_started_and_the_key_shown(empty: MainWindow, page: FirstRun, trial: Trial):
    session = empty.session
    assert empty.rail.isHidden()
    fill(page)
    page.go_on()
    assert page.at == 2
    assert not has_record(session.places)
    page.go_on()
    key = empty.stack.currentWidget()
    assert isinstance(key, RecoveryKey)
    assert len(key.text.text()) > 20
    assert has_record(session.places)
    assert session.drafts.fields(DRAFT) == {}
    assert session.places.recovery_note.exists(), "nobody is known to have the key yet"
    key.go_on.click()
    assert not session.places.recovery_note.exists()
    assert session.desk.record.organisation.ods == "S12345"
    assert session.person().name == "A. Patel"
    assert session.desk.knowledge.site.nation == "scotland"
    assert not empty.rail.isHidden()
    assert empty.rail.organisation.text() == "Riverside Surgery\nS12345"
    assert trial.asked == ["govuk-alerts"], "the sources of another nation are not asked"


def test_by_keyboard_alone(empty: MainWindow, page: FirstRun, qtbot):
    def press(*keys: Qt.Key) -> None:
        for key in keys:
            qtbot.keyClick(QApplication.focusWidget(), key)

    def write(words: str) -> None:
        qtbot.keyClicks(QApplication.focusWidget(), words)

    assert page.purpose.choices["worklist"].hasFocus()
    press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert page.practice.ods.hasFocus()
    write("qwe")
    press(Qt.Key.Key_Tab)
    write("Sample Board")
    press(Qt.Key.Key_Tab)
    assert page.practice.kind.hasFocus()
    assert page.practice.kind.currentData() == "committee", "page 1 says where page 2 begins"
    press(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    write("A. Patel")
    press(Qt.Key.Key_Tab)
    write("Lead")
    press(Qt.Key.Key_Escape)
    assert page.at == 0
    press(Qt.Key.Key_Escape)
    assert page.at == 0, "before the first page there is none"
    press(Qt.Key.Key_Return)
    assert page.practice.name.text() == "Sample Board"
    press(Qt.Key.Key_Return)
    assert page.at == 2
    assert page.sources.first_field().hasFocus()
    press(Qt.Key.Key_Return)
    assert isinstance(empty.current(), RecoveryKey)
    empty.current().go_on.click()
    assert empty.session.desk.record.organisation.kind == "committee"
    assert empty.current() is empty.pages["oversight"], "it opens where page 1 said"
    assert empty.session.person().role == "Lead"


@pytest.mark.parametrize("field", ["kind", "nation", "role", "person"])
def test_enter_goes_on_once_from_every_field(page: FirstRun, qtbot, field: str):
    fill(page)
    editor = getattr(page.practice, field)
    editor.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert page.at == 2


def test_enter_on_a_button_is_that_button(page: FirstRun, qtbot):
    fill(page)
    page.back_button.setFocus()
    qtbot.keyClick(page.back_button, Qt.Key.Key_Return)
    assert page.at == 0


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(page: FirstRun):
    practice = page.practice
    page.go_on()
    page.go_on()
    assert page.wrong.text().startswith("The ODS code is missing.")
    assert practice.ods.hasFocus()
    practice.ods.setText("not a code")
    practice.name.setText("Riverside Surgery")
    page.go_on()
    assert "is not an ODS code" in page.wrong.text()
    assert practice.ods.property("wrong")
    practice.ods.setText("A81001")
    practice.name.setText(" ")
    page.go_on()
    assert "name is empty" in page.wrong.text()
    assert practice.name.hasFocus()
    assert practice.name.property("wrong")
    assert not practice.ods.property("wrong")
    practice.name.setText("Riverside Surgery")
    practice.person.setText("A. Patel")
    page.go_on()
    assert page.wrong.text().startswith("Your name and your role go together.")
    assert practice.role.hasFocus()
    practice.role.setCurrentText("GP")
    page.go_on()
    assert page.at == 2
    assert page.wrong.text() == ""
    assert not has_record(page.session.places)


def test_name_and_role_can_wait(empty: MainWindow, page: FirstRun):
    fill(page)
    page.practice.person.clear()
    page.practice.role.setCurrentText("")
    page.go_on()
    page.go_on()
    empty.current().go_on.click()
    assert empty.session.desk is not None
    assert empty.session.person() is None


def test_what_was_typed_outlives_the_program(qtbot, page: FirstRun, theme):
    fill(page)
    for field in ("ods", "name", "person"):
        getattr(page.practice, field).textEdited.emit(getattr(page.practice, field).text())
    page.go_back()
    where = page.session.places
    later = Session(where, InstantRunner())
    window = MainWindow(later)
    qtbot.addWidget(window)
    again = FirstRun.show_in(window, later, Trial())
    assert again.practice.ods.text() == "s12345"
    assert again.practice.name.text() == "Riverside Surgery"
    assert again.practice.role.currentText() == "Practice pharmacist"
    assert not has_record(where)
    later.close()


def test_a_kill_before_the_end_leaves_no_record(page: FirstRun, monkeypatch: pytest.MonkeyPatch):
    """Settings and sources come first, the record last: between the two it is a first run as before."""

    def killed(*_given: object) -> None:
        raise SystemExit

    monkeypatch.setattr(store_record, "create_record", killed)
    fill(page)
    page.go_on()
    with pytest.raises(SystemExit):
        first_run.begin(page.session.places, page.practice.answers("worklist"))()
    assert not has_record(page.session.places)


def test_sources_show_whether_they_were_reached(page: FirstRun, trial: Trial):
    trial.failing = ("nhse-psa",)
    page.go_on()
    page.practice.ods.setText("A81001")
    page.practice.name.setText("Riverside Surgery")
    page.go_on()
    rows = page.sources.rows
    assert trial.asked == ["govuk-alerts", "nhse-psa"]
    assert (rows["govuk-alerts"].state, rows["nhse-psa"].state) == ("reached", "failed")
    assert rows["nhse-psa"].why.text() == PROXY
    assert rows["nhse-psa"].word.text() == "Not reached"
    assert PROXY in rows["nhse-psa"].box.accessibleDescription()
    assert rows["sps"].state == "off"
    assert page.sources.said.text() == "1 of 2 reached."
    rows["sps"].box.setChecked(True)
    assert rows["sps"].state == "reached"
    trial.failing = ()
    page.sources.again.click()
    assert rows["nhse-psa"].state == "reached"
    assert page.sources.again.isHidden()
    rows["nhse-psa"].box.setChecked(False)
    page.go_back()
    page.go_on()
    assert not page.sources.rows["nhse-psa"].box.isChecked(), "what was unticked stays so"
    page.go_on()
    on = {source.id for source in sources.load(page.session.places) if source.enabled}
    assert on == {"govuk-alerts", "sps"}


def test_where_nothing_answers_one_can_start_all_the_same(empty: MainWindow, page: FirstRun, trial: Trial):
    trial.failing = ("govuk-alerts", "nhse-psa")
    page.go_on()
    page.practice.ods.setText("A81001")
    page.practice.name.setText("Riverside Surgery")
    page.go_on()
    assert page.sources.said.text().startswith("No source answers now.")
    page.go_on()
    assert isinstance(empty.current(), RecoveryKey)
    assert sources.find(empty.session.places, "govuk-alerts").enabled


def test_where_nothing_is_ticked_every_source_is_off_and_the_window_says_so(empty: MainWindow, page: FirstRun):
    fill(page)
    page.go_on()
    for one in page.sources.rows.values():
        one.box.setChecked(False)
    assert page.sources.said.text().startswith("No source is ticked")
    page.go_on()
    empty.current().go_on.click()
    assert not any(source.enabled for source in empty.session.desk.knowledge.sources)
    assert "No source is on" in empty.status.health.text()


def test_nothing_is_tried_that_nobody_asked_for(empty: MainWindow, trial: Trial):
    quiet = FirstRun.show_in(empty, empty.session, trial)
    fill(quiet)
    quiet.go_on()
    assert trial.asked == []
    assert quiet.sources.rows["govuk-alerts"].state == "untried"
    quiet.sources.again.click()
    assert trial.asked == ["govuk-alerts"]


def test_a_place_where_no_record_is_safe_is_told_at_once(empty: MainWindow, monkeypatch: pytest.MonkeyPatch):
    said = "The folder X is on a network share, where a record is not safe."
    monkeypatch.setattr(store_record, "why_not_safe", lambda _folder: said)
    page = FirstRun.show_in(empty, empty.session, Trial())
    assert page.wrong.text().startswith(said)
    assert "own disk" in page.wrong.text()
    assert page.sample_button.isEnabled(), "the sample is still to be had"
    fill(page)
    page.go_on()
    page.go_on()
    assert page.wrong.text().startswith(said)
    assert page.next_button.isEnabled()
    assert not has_record(empty.session.places)


def test_a_record_that_came_meanwhile_keeps_its_settings(empty: MainWindow, page: FirstRun):
    fill(page)
    page.go_on()
    create_profile(empty.session.places, Organisation("Other Surgery", "A81002", "gp-practice"))
    page.go_on()
    assert "There is a record at" in page.wrong.text()
    assert not empty.session.places.settings.exists()


def test_a_mark_without_its_record_is_no_first_run(empty: MainWindow, profile: Places):
    create_profile(profile, Organisation("Riverside Surgery", "A81001", "gp-practice"))
    profile.record.unlink()
    page = FirstRun.show_in(empty, empty.session, Trial())
    assert str(profile.record) in page.wrong.text() or "missing" in page.wrong.text()


@pytest.mark.parametrize("left", ["database", "own_log_copy"])
def test_a_profile_whose_record_lies_in_a_database_has_no_first_run(session: Session, empty: MainWindow, left: str):
    empty.leave_alone()
    path = getattr(session.places, left)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    app.open_record(empty, session, "")
    assert isinstance(empty.alone, RescuePage), "what is there cannot be opened, which is told with the ways on"
    assert session.desk is None


@pytest.mark.parametrize(("purpose", "kind"), [("worklist", "dispensing-practice"), ("newsletter", "committee")])
def test_the_sample_opens_from_the_first_run(empty: MainWindow, page: FirstRun, purpose: str, kind: str):
    session, own = empty.session, empty.session.places
    page.purpose.choices[purpose].click()
    page.sample_button.click()
    assert session.is_demo
    assert session.desk.record.organisation.name.startswith("Demo ")
    assert session.desk.record.organisation.kind == kind
    assert empty.current() is empty.pages[purpose], "it opens where page 1 said"
    assert empty.worklist.list_pane.model.rowCount() > 0
    assert not has_record(own)
    assert session.drafts.text("a", "b") == ""
    assert session.places != own


def test_skipping_the_question_leaves_the_usual_start(page: FirstRun):
    page.purpose.choices["oversight"].click()
    page.skip_button.click()
    assert page.at == 1
    assert page.purpose.start_page == "worklist"


def test_no_key_leads_away_and_f1_comes_back(empty: MainWindow, page: FirstRun, qtbot):
    for name in ("worklist", "settings", "help", "keys", "sources"):
        empty.show_page(name)
        assert empty.current() is page
    empty.search()
    page.go_on()
    commands.open_help(empty)
    assert page.is_help_shown
    assert page.back_button.isVisible()
    assert not page.next_button.isVisible()
    page.go_on()
    assert page.is_help_shown
    qtbot.keyClick(page.back_button, Qt.Key.Key_Escape)
    assert page.at == 1
    assert page.practice.isVisible()
    assert page.next_button.isVisible()


def test_while_the_record_is_being_started_a_line_says_so(page: FirstRun):
    assert not page.doing.isVisible()
    page._set_busy(True)
    assert page.doing.isVisible()
    assert not page.next_button.isEnabled()
    page.fail(Refused("The disk is full.", "Free space."))
    assert not page.doing.isVisible()
    assert page.wrong.isVisible()
