"""The first minute: a tip by the button, the signature, its number, and the page that proves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from msat.gui import deeds, saving
from msat.gui.first_minute import newest_red
from msat.gui.main_window import MainWindow
from msat.gui.theme import look
from msat.gui.views.foot_tip import SEEN
from msat.projections.alert_state import Status
from msat.services.desk import Desk, Person
from msat.services.refresh import SourceResult
from msat.triage.model import Priority
from tests.gui.conftest import settle


def _show(window: MainWindow) -> str:
    row = next(row for row in window.worklist.list_pane.model.rows() if row.status is Status.IN_HAND)
    window.worklist.list_pane.show_key(row.key)
    settle(window)
    return str(row.key)


def _sign(window: MainWindow, key: str) -> None:
    """Answers what is asked and signs, the second time as somebody else."""
    desk = window.session.desk
    for action in desk.views.alert(key).actions:
        if action.answer.value == "applies":
            window.session.do(deeds.applies(key, True, "held"), window)
        elif action.answer.value in ("done", "count"):
            window.session.do(deeds.answer(key, action.code, "yes"), window)
        elif action.answer.value == "places":
            found = {place.place: ("nil", None, "") for place in action.places}
            window.session.do(deeds.check_places(key, found), window)
        elif action.answer.value == "funnel":
            window.session.do(deeds.count(key, action.code, {"found": 0}), window)
    window.session.do(deeds.sign_off(key), window, person=Person("B. Jones", "GP"))


def test_one_tip_stands_by_the_button_until_it_is_closed(window: MainWindow):
    _show(window)
    tip = window.worklist.alert.foot.tip
    assert tip.isVisible()
    assert "C completes the alert" in tip.words.text()
    tip.close_button.click()
    assert not tip.isVisible()
    assert window.session.memory.text(SEEN) == "yes"
    settle(window)
    window.worklist.alert.load_now()
    assert not tip.isVisible()


def test_a_tip_that_was_closed_is_closed_on_every_page(window: MainWindow):
    window.show_page("alerts")
    settle(window)
    other = window.current_inbox().alert
    window.show_page("worklist")
    tip = window.worklist.alert.foot.tip
    assert tip.isVisible()
    tip.close_button.click()
    window.show_page("alerts")
    other.foot.show_state(other.state)
    assert not other.foot.tip.isVisible()


def test_a_low_window_shows_no_tip(window: MainWindow):
    window.resize(1093, 614)
    look().set_zoom(150)
    _show(window)
    assert not window.worklist.alert.foot.tip.isVisible()


def test_a_signature_ends_the_tip_and_offers_the_record(window: MainWindow, monkeypatch):
    opened: list[Path] = []
    monkeypatch.setattr(saving, "open_file", opened.append)
    key = _show(window)
    _sign(window, key)
    number = window.session.desk.record.head().size
    assert not window.worklist.alert.foot.tip.isVisible()
    assert f"Entry {number}." in window.notices.notice.head.text()
    assert window.notices.notice.button.text() == "Show the record"
    window.notices.notice.button.click()
    assert opened[0].suffix == ".pdf"
    assert opened[0].read_bytes().startswith(b"%PDF")
    assert window.session.desk.record.head().size == number, "looking at it issues nothing"


def test_the_record_is_three_actions_away_from_anywhere(window: MainWindow, qtbot, monkeypatch):
    opened: list[Path] = []
    monkeypatch.setattr(saving, "open_file", opened.append)
    window.show_page("settings")
    window.outputs.show_record()  # Ctrl+O: no alert is shown, so the palette asks which
    from msat.gui.views.palette_view import PaletteView

    palette = window.findChild(PaletteView)
    assert palette is not None
    assert palette.isVisible()
    palette.leave()
    _go(window)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert len(opened) == 1
    assert "EL(26)A" in opened[0].name or "EL" in opened[0].name


def _go(window: MainWindow) -> None:
    from msat.gui.going import open_alert

    open_alert(window, "EL(26)A/11")
    settle(window)


def test_the_folder_of_shown_records_does_not_grow_for_ever(window: MainWindow, tmp_path: Path):
    from msat.services.show_record import KEPT, show_record

    folder = tmp_path / "shown"
    folder.mkdir()
    for number in range(KEPT + 5):
        (folder / f"old {number}.pdf").write_bytes(b"x")
    path = show_record(window.session.desk, "EL(26)A/11", folder)
    assert len(list(folder.iterdir())) == KEPT
    assert path.exists()


def _chosen(window: MainWindow) -> str:
    settle(window)
    return str(window.worklist.list_pane.chosen_keys()[0])


def _newest(window: MainWindow) -> str:
    rows = [row for row in window.worklist.list_pane.model.rows() if row.rag is Priority.RED]
    return str(max(rows, key=lambda row: row.issued or "").key)


def test_the_newest_red_is_chosen_until_a_person_touches_anything(window: MainWindow, qtbot):
    pane = window.worklist.list_pane
    last = [row for row in pane.model.rows() if str(row.key) != _newest(window)][-1]
    pane.show_key(str(last.key))
    window.first_minute.begin()
    window.checker.progressed.emit("Sample", 1, 2)
    assert window.first_minute._reloading.isActive(), "the list is read again while the check goes on"
    pane.reload()
    assert _chosen(window) == _newest(window)
    qtbot.keyClick(pane.list, Qt.Key.Key_J)
    moved = _chosen(window)
    assert moved != _newest(window)
    pane.reload()
    assert _chosen(window) == moved, "an alert never changes under somebody's hands"


@pytest.mark.parametrize(("status", "stays"), [("ok", False), ("failed", True)])
def test_after_the_first_check_nothing_lies_over_the_actions(window: MainWindow, status: str, stays: bool):
    window.first_minute.begin()
    window.notices.hide()
    window.checker.is_quiet = True
    window.checker.finished.emit([SourceResult("govuk-alerts", "MHRA on GOV.UK", status, new=3, error="No answer.")])
    assert window.notices.isVisible() is stays, "what failed is said all the same"
    window.worklist.list_pane.reload()
    assert not window.first_minute.is_choosing
    window.checker.progressed.emit("Sample", 1, 2)
    assert not window.first_minute._reloading.isActive(), "later checks are as ever"


def test_while_sources_are_asked_for_the_first_time_nobody_is_told_to_ask_them(window: MainWindow):
    from dataclasses import replace

    watch = window.watch
    watch.health = [replace(one, known=replace(one.known, last_tried=None, last_reached=None)) for one in watch.health]
    assert not watch.is_first_check
    watch.checker.is_running = True
    assert watch.is_first_check
    watch.say_empty(window.worklist, [])
    assert "for the first time" in window.worklist.list_pane.nothing.head.text()


def test_no_red_is_no_choice(make_row):
    rows = [make_row(1, rag=Priority.AMBER), make_row(2, rag=None)]
    assert newest_red(rows) is None
    assert newest_red([*rows, make_row(3, issued=None), make_row(4, issued="2025-01-01")]) == make_row(3).key


@pytest.mark.parametrize("page", ["worklist", "oversight", "newsletter"])
def test_msat_opens_where_the_setting_says_once(window: MainWindow, sample: Desk, page: str):
    fresh = MainWindow(window.session)
    fresh.show()
    window.session.settings.keep(start_page=page)
    window.session.opened.emit()
    assert fresh.current() is fresh.pages[page]
    assert window.current() is window.worklist, "not again in a window that was open"
    fresh.show_page("settings")
    window.session.opened.emit()
    assert fresh.current() is fresh.pages["settings"]
    fresh.close()
    fresh.deleteLater()
