"""A notice that changes upstream: tag and dot in the list, what is told where it is open, what is typed stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from msat.actions.model import AnswerKind
from msat.gui.dates import say_short_day
from msat.gui.main_window import MainWindow
from msat.gui.views.action_card import ActionCard, DoneCard
from msat.gui.views.applies_card import AppliesCard
from msat.gui.views.places_card import PlacesCard
from msat.services.demo import DemoClock
from msat.services.desk import Changes, Person
from msat.services.intake import Intake
from tests.gui.conftest import settle
from tests.notices import recall

PATH = "/drug-device-alerts/one-page"
REFERENCE = "EL(26)A/91"


def publish(window: MainWindow, *batches: str, level: str = "Patient") -> Changes:
    """An hour later: the page as it stands then, taken in; the window hears of it."""
    desk = window.session.desk
    assert isinstance(desk.clock, DemoClock)
    desk.clock.moment += timedelta(hours=1)
    rows = tuple((batch, "11/2027") for batch in batches)
    product = "Newafil 5 mg tablets"
    item = recall(REFERENCE, 2, level, product, rows, issued=desk.clock.now().date(), path=PATH)
    intake = Intake(desk, item.source, Person("MSAT", "program"))
    intake.take(item)
    changes = intake.record()
    desk.views.catch_up()
    window.session.changes.happened.emit(Changes(frozenset([_key(window)])))
    settle(window)
    return changes


def _key(window: MainWindow) -> str:
    known = window.session.desk.views.known(recall().source)
    return str(known[PATH].key)


def _open(window: MainWindow) -> None:
    publish(window, "TX1001")
    window.worklist.list_pane.show_key(_key(window))
    settle(window)
    assert window.worklist.alert.state.reference == REFERENCE


def _row_words(window: MainWindow) -> str:
    model = window.worklist.list_pane.model
    return model.index_of(_key(window)).data(int(Qt.ItemDataRole.AccessibleTextRole))


def _card(window: MainWindow, kind: type[ActionCard]) -> ActionCard:
    return next(card for card in window.worklist.alert.cards if type(card) is kind)


def _told(window: MainWindow) -> list[str]:
    card = window.worklist.alert.sheet.extra.get("changed")
    return [label.text() for label in card.findChildren(QLabel)] if card is not None and card.isVisible() else []


def test_an_alert_that_changed_is_tagged_and_unread_until_it_is_opened_anew(window: MainWindow, qtbot):
    window.session.settings.keep(read_after="0")
    _open(window)
    qtbot.waitUntil(lambda: "Unread." not in _row_words(window))
    assert "Updated" not in _row_words(window)
    pane = window.worklist.list_pane
    before = pane.list.visualRect(pane.model.index_of(_key(window))).height()
    publish(window, "TX1001", "TX1002")
    qtbot.wait(30)
    tag = f"Updated {say_short_day(window.session.now())}"
    assert f"Unread. {tag}." in _row_words(window)
    assert tag in [label.text() for label in window.worklist.alert.head.findChildren(QLabel)]
    QApplication.processEvents()
    assert pane.list.visualRect(pane.model.index_of(_key(window))).height() > before, "the tag has a line of its own"
    pane.list.step(1)
    pane.list.step(-1)
    settle(window)
    qtbot.waitUntil(lambda: "Unread." not in _row_words(window))
    assert tag in _row_words(window), "it is known, and still another notice than it was"


def test_what_changed_stands_above_an_alert_that_nobody_has_answered(window: MainWindow):
    _open(window)
    assert _told(window) == []
    publish(window, "TX1001", "TX1002")
    assert _told(window)[0] == "The notice has changed"
    assert any("TX1002" in words for words in _told(window))
    assert _told(window)[-1].startswith("The change was recorded on ")
    card, todo = window.worklist.alert.sheet.extra["changed"], window.worklist.alert.cards[0]
    assert card.y() < todo.mapTo(window.worklist.alert.sheet, todo.rect().topLeft()).y()


def test_the_window_says_so_while_it_is_open_and_shows_it(window: MainWindow):
    _open(window)
    bar = window.worklist.alert.scroll.verticalScrollBar()
    bar.setValue(bar.maximum())
    publish(window, "TX1001", "TX1002")
    assert window.notices.notice.head.text().startswith(f"{REFERENCE} has just changed.")
    window.notices.notice.button.click()
    settle(window)
    assert "Unread." not in _row_words(window)
    assert not window.worklist.alert.sheet.extra["changed"].visibleRegion().isEmpty()


def test_a_change_of_no_matter_and_another_answer_say_nothing(window: MainWindow):
    _open(window)
    window.notices.hide()
    window.worklist.alert.answer_number(1)
    settle(window)
    publish(window, "TX1001")
    assert "has just changed" not in window.notices.notice.head.text()
    assert "Updated" not in _row_words(window)


def test_an_answer_that_is_being_typed_stays_with_its_focus(window: MainWindow):
    _open(window)
    card = next(
        c for c in window.worklist.alert.cards if type(c) is DoneCard and c._counts and "TX1001" in c.text.text()
    )
    card.open_up()
    card.more.click()
    QTest.keyClicks(card.rest.note, "on the shelf")
    card.count.setFocus()
    QTest.keyClicks(card.count, "12")
    card.rest.when.setDateTime(card.rest.when.dateTime().addDays(-1))
    chosen, code = card.rest.happened(), card.code
    publish(window, "TX1001", "TX1002")
    made = next(c for c in window.worklist.alert.cards if c.code == code)
    assert made is not card
    assert "TX1002" in made.text.text()
    assert (made.count.text(), made.rest.note.text(), made.rest.happened()) == ("12", "on the shelf", chosen)
    assert not made.extra.isHidden()
    assert QApplication.focusWidget() is made.count
    QTest.keyClicks(QApplication.focusWidget(), "3")
    assert made.count.text() == "123"


def test_a_date_that_is_half_typed_stays_and_one_that_is_now_goes_on(window: MainWindow):
    _open(window)
    card = next(c for c in window.worklist.alert.cards if type(c) is DoneCard and "TX1001" in c.text.text())
    card.open_up()
    card.more.click()
    card.rest.when.setFocus()
    card.rest.when.selectAll()
    QTest.keyClicks(card.rest.when, "20 aug")
    code, other = card.code, _card(window, AppliesCard)
    publish(window, "TX1001", "TX1002")
    made = next(c for c in window.worklist.alert.cards if c.code == code)
    assert made is not card
    assert made.rest.when.text() == "20 aug"
    assert QApplication.focusWidget() is made.rest.when
    chosen = made.rest.happened()
    assert chosen is not None
    assert chosen < window.session.now() - timedelta(hours=12)
    assert other.rest.happened() is None


def test_the_places_and_a_reason_that_are_being_filled_in_stay(window: MainWindow):
    _open(window)
    places, applies = _card(window, PlacesCard), _card(window, AppliesCard)
    applies.open(False)
    applies.reason.setCurrentIndex(2)
    reason = applies.reason.currentData()
    places.quick()
    QTest.keyClicks(QApplication.focusWidget(), "3")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    QTest.keyClicks(QApplication.focusWidget(), "TX1001")
    publish(window, "TX1001", "TX1002")
    made, again = _card(window, PlacesCard), _card(window, AppliesCard)
    assert made is not places
    assert (made.lines[0].result.text(), made.lines[0].batch.text()) == ("3", "TX1001")
    assert QApplication.focusWidget() is made.lines[0].batch
    assert (again.verdict, again.reason.currentData()) == (False, reason)
    assert not again.form.isHidden()


def test_where_an_action_is_no_longer_asked_for_the_focus_stays_in_the_alert(window: MainWindow):
    _open(window)
    pane = window.worklist.alert
    card = next(card for card in pane.cards if type(card) is DoneCard)
    card.open_up()
    card.more.click()
    card.rest.note.setFocus()
    state = replace(pane.state, actions=tuple(one for one in pane.state.actions if one.code != card.code))
    pane.show_alert(state, pane.notice)
    assert card.code not in [one.code for one in pane.cards]
    assert QApplication.focusWidget() is pane.cards[0]


def test_what_is_signed_meanwhile_waits_for_what_the_change_asks_for(window: MainWindow):
    _open(window)
    pane = window.worklist.alert
    pane.open_sign_off()
    QTest.keyClicks(pane.panel.statement, "All of it was done.")
    publish(window, "TX1001", "TX1002")
    assert pane.panel.statement.text() == "All of it was done."
    assert pane.panel.missing
    assert not pane.panel.save.isEnabled()


@pytest.mark.usefixtures("with_grace")
def test_what_waits_to_be_recorded_when_the_notice_changes_is_recorded(window: MainWindow):
    _open(window)
    window.worklist.alert.answer_number(1)
    settle(window)
    publish(window, "TX1001", "TX1002")
    assert window.session.grace.waiting
    window.session.grace.record_all()
    settle(window)
    assert window.session.desk.views.alert(_key(window)).acknowledged is not None
    action = next(a for a in window.worklist.alert.state.actions if a.answer is AnswerKind.PLACES)
    assert action.text


def test_one_snoozed_before_keeps_its_own_words(window: MainWindow):
    _open(window)
    window.session.marks.snooze(_key(window), (window.session.now() + timedelta(days=30)).date())
    settle(window)
    publish(window, "TX1001", "TX1002")
    assert "is back in your worklist" in window.notices.notice.head.text()
