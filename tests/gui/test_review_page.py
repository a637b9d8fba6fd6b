"""The review list: what waits and why, decided in place with a reason, counted on the rail; empty it says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt

from msat.gui.main_window import MainWindow
from msat.gui.review_deeds import Waiting, waiting
from msat.gui.views import review_page as module
from msat.projections.review_list import Item, Why
from msat.services.desk import Person
from msat.services.intake import Intake
from tests.gui.test_sources_page import texts
from tests.notices import item

ODD = "A message to all sites about the colour of the lids"


def receive(window: MainWindow, title: str = ODD) -> None:
    """A notice that no rule covers comes in."""
    desk = window.session.desk
    html = "<p>Sites are told that lids will be of another colour.</p>"
    notice = item(title, html, issued=date(2026, 8, 20), alert_type="other")
    intake = Intake(desk, notice.source, Person("MSAT", "program"))
    intake.take(notice)
    intake.record()


def review_page(window: MainWindow):
    receive(window)
    window.show_page("review")
    return window.page("review")


def first_card(page):
    found = [one for one in page.cards.values() if ODD in texts(one)]
    assert found, "the odd notice should wait"
    return found[0]


def one(key: str = "a", historic: bool = False, **changes: object) -> Waiting:
    asked = Item(key, Why.NOT_COVERED, "No rule covers it.", "needs-a-person", historic)  # type: ignore[arg-type]
    made = Waiting(key, "", f"A notice {key}", "other", "20 November 2026", "amber", (asked,), historic)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_what_waits_is_shown_with_why_and_the_words(window: MainWindow):
    page = review_page(window)
    found = waiting(window.session.desk)
    assert {key for key in page.cards} == {w.key for w in found if not w.is_historic}
    said = texts(page)
    for alert in found:
        if not alert.is_historic:
            assert alert.title in said
            assert all(asked.words in said for asked in alert.items)


def test_the_count_stands_on_the_rail(window: MainWindow):
    receive(window)
    window.following.count()
    number = len([w for w in waiting(window.session.desk) if not w.is_historic])
    assert number > 0
    assert window.rail.buttons["review"].accessibleName() == f"Review list, {number}"


def test_a_decision_needs_a_priority_and_a_reason_then_leaves_the_list(window: MainWindow, qtbot):
    page = review_page(window)
    card = first_card(page)
    before = window.session.desk.record.head().size
    card.decide.click()
    assert card.chips["red"].hasFocus()
    card.submit()
    assert "Choose Red" in card.wrong.text()
    card.chips["amber"].click()
    card.submit()
    assert "reason" in card.wrong.text()
    assert card.reason.hasFocus()
    assert window.session.desk.record.head().size == before
    card.reason.setText("It concerns wards only; looked at with the MSO.")
    qtbot.keyClick(card.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    key = card.key
    assert window.session.desk.record.head().size == before + 1
    assert key not in page.cards
    state = window.session.desk.views.alert(key)
    assert state.judged.rag == "amber"
    assert state.judged.reason == "It concerns wards only; looked at with the MSO."


def test_patient_details_are_refused_in_place_and_the_text_stays(window: MainWindow):
    page = review_page(window)
    card = first_card(page)
    card.decide.click()
    card.choose("green")
    card.reason.setText("Seen for 943 476 5919")
    card.submit()
    assert "NHS number" in card.wrong.text()
    assert card.reason.text() == "Seen for 943 476 5919"


def test_esc_closes_the_form_and_gives_the_focus_back(window: MainWindow, qtbot):
    page = review_page(window)
    card = first_card(page)
    card.decide.click()
    qtbot.keyClick(card.reason, Qt.Key.Key_Escape)
    assert not card.is_open
    assert card.decide.hasFocus()
    assert window.current() is page


def test_what_is_typed_stays_when_the_list_is_drawn_again(window: MainWindow):
    page = review_page(window)
    page.show_waiting([one("a"), one("b")])
    page.cards["b"].decide.click()
    page.cards["b"].choose("red")
    page.cards["b"].reason.setText("Half a thou")
    page.show_waiting([one("b")])
    assert page.cards["b"].is_open
    assert page.cards["b"].typed() == ("red", "Half a thou")
    assert page.cards["b"].chips["red"].isChecked()


def test_the_alert_is_read_from_here(window: MainWindow):
    page = review_page(window)
    card = first_card(page)
    card.read.click()
    assert window.current() is window.page("alerts")
    assert window.current_inbox().alert.state.key == card.key


def test_an_empty_list_says_so(window: MainWindow):
    page = review_page(window)
    page.show_waiting([])
    assert "No alert waits for a person's judgement." in texts(page)
    assert page.tally.text() == "Nothing to decide"


def test_history_is_folded_away_and_many_are_shown_in_part(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST", 3)
    page = review_page(window)
    many = [one(str(number)) for number in range(5)] + [one("old", historic=True)]
    page.show_waiting(many)
    assert len(page.cards) == 3
    page._show_all()
    assert len(page.cards) == 5
    page._turn_history()
    assert "old" in page.cards
    page._turn_history()
    assert "old" not in page.cards


def test_the_second_button_makes_a_local_rule(window: MainWindow):
    page = review_page(window)
    card = first_card(page)
    card.decide.click()
    card.choose("red")
    card.reason.setText("Like the others of this kind.")
    card.rule.click()
    assert card.key not in page.cards
    assert "draft of local rules" in window.notices.notice.head.text()
    window.notices.notice.button.click()
    assert window.current() is window.page("tailoring")
    board = window.page("tailoring").board
    own = next(line for line in board.rules if line.is_own)
    assert own.id == "L01"
    assert set(own.now.priority.values()) == {"red"}
    assert not board.is_in_force, "it acts once it is adopted"
    assert window.session.desk.views.alert(card.key).judged.local_rule == "L01"
