"""Small things a practice pharmacist stumbles over: counts, keys, times and words that were not quite true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from msat.gui import deeds
from msat.gui.dates import say_time
from msat.gui.main_window import MainWindow
from msat.gui.models.worklist import Role
from msat.gui.pieces import Text
from msat.gui.views.action_card import DoneCard
from msat.gui.views.particulars import meant, shown
from msat.projections.alert_state import Status
from msat.projections.ports import Row
from msat.projections.worklist import is_late
from msat.triage.model import Priority
from tests.gui.conftest import NOW, settle


def test_an_alert_past_its_limit_that_waits_for_a_second_person_counts_as_overdue(
    window: MainWindow, make_row: Callable[..., Row]
):
    pane, now = window.worklist.list_pane, window.session.now()
    late = make_row(1, status=Status.SECOND_PERSON, due=now - timedelta(days=2))
    rows = [
        make_row(2, status=Status.OVERDUE, due=now - timedelta(days=1)),
        late,
        make_row(3, status=Status.SECOND_PERSON, due=now + timedelta(days=1)),
        make_row(4, status=Status.SECOND_PERSON, due=None),
    ]
    pane.show_rows(rows, len(rows))
    assert pane.tally.text() == "4 open, 2 overdue"
    assert "Overdue by 2 days" in pane.model.index_of(late.key).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert not is_late(make_row(5, status=Status.SECOND_PERSON, due=NOW - timedelta(days=2), withdrawn=True), NOW)


@pytest.mark.usefixtures("with_grace")
def test_down_from_an_alert_that_an_answer_moved_goes_to_the_one_that_stood_below_it(window: MainWindow):
    pane = window.worklist.list_pane
    rows = pane.model.rows()
    at = next(at for at, row in enumerate(rows) if row.rag is Priority.AMBER and 0 < at < len(rows) - 2)
    before, key, after = (str(row.key) for row in rows[at - 1 : at + 2])
    for steps, expected in (((Qt.Key.Key_Down,), after), ((Qt.Key.Key_Up,), before)):
        pane.show_key(key)
        settle(window)
        pane.list.setFocus()
        window.session.do(deeds.applies(key, False, "not-held", ""), window)
        settle(window)
        assert pane.model.rows()[-1].key == key, "it waits to be recorded under the last heading"
        for step in steps:
            QTest.keyClick(pane.list, step)
        assert pane.list.currentIndex().data(Role.KEY) == expected
        window.session.grace.undo()
        settle(window)


@pytest.mark.usefixtures("with_grace")
def test_an_alert_at_its_old_place_again_leads_on_as_the_list_shows(window: MainWindow):
    pane = window.worklist.list_pane
    rows = pane.model.rows()
    at = next(at for at, row in enumerate(rows) if row.rag is Priority.AMBER and 0 < at < len(rows) - 2)
    pane.show_key(str(rows[at].key))
    window.session.do(deeds.applies(str(rows[at].key), False, "not-held", ""), window)
    window.session.grace.undo()
    settle(window)
    pane.list.step(1)
    assert pane.list.currentIndex().data(Role.KEY) == rows[at + 1].key


def _card(window: MainWindow) -> DoneCard:
    pane = window.worklist.list_pane
    for row in pane.model.rows():
        pane.show_key(str(row.key))
        settle(window)
        found = next((card for card in window.worklist.alert.cards if type(card) is DoneCard), None)
        if found is not None:
            return found
    pytest.fail("no alert asks for an answer with a date")


def test_the_date_done_is_now_for_as_long_as_nobody_chose_another(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    card = _card(window)
    card.more.click()
    when, made = card.rest.when, window.session.now()
    monkeypatch.setattr(when, "_now", lambda: made + timedelta(hours=3))
    card.rest.note.setFocus()
    when.follow()
    assert when.dateTime() == shown(made + timedelta(hours=3))
    assert card.rest.happened() is None
    when.setDateTime(shown(made - timedelta(days=1)))
    when.follow()
    assert card.rest.happened() == meant(shown(made - timedelta(days=1)))
    card.rest.clear()
    assert card.rest.happened() is None
    assert when.dateTime() == shown(made + timedelta(hours=3))


def test_a_date_being_typed_does_not_move_under_the_cursor(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    when = _card(window).rest.when
    made, before = window.session.now(), when.dateTime()
    monkeypatch.setattr(when, "hasFocus", lambda: True)
    monkeypatch.setattr(when, "_now", lambda: made + timedelta(hours=3))
    when.follow()
    assert when.dateTime() == before
    assert say_time(meant(before)) == say_time(made)


def test_the_sign_off_panel_says_the_time_of_signing(window: MainWindow):
    pane = window.worklist.alert
    pane.open_sign_off()
    panel = pane.panel
    made = window.session.now()
    panel.when._now = lambda: made + timedelta(minutes=50)
    panel.when.hide()
    panel.when.show()
    assert panel.when.dateTime() == shown(made + timedelta(minutes=50))
    assert panel.when.chosen() is None


def _place(widget, window: MainWindow) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def test_a_notice_told_before_the_alert_is_shown_leaves_its_foot_free(window: MainWindow):
    pane = window.worklist.alert
    window.resize(1366, 768)
    pane.show_key("")
    settle(window)
    window.notices.tell("This is a sample. Nothing in it is real practice data.", "info")
    window.worklist.list_pane.list.choose(window.worklist.list_pane.model.index(1))
    window.worklist.list_pane._tell()
    settle(window)
    assert pane.foot.isVisible()
    assert pane.foot.tip.isVisible()
    assert not _place(window.notices, window).intersects(_place(pane.foot, window))


def test_the_drop_area_of_the_records_names_what_it_takes(window: MainWindow):
    from msat.exports.checking import KINDS
    from msat.gui.views.records_page import DROP

    named = {"certificate": "one-page record", "inspector": "inspectors", "letter": "letter", "pack": "pack"}
    assert named.keys() <= KINDS.keys()
    assert all(word in DROP for word in (*named.values(), "newsletter", "return", "receipt"))
    window.show_page("records")
    assert DROP in [label.text() for label in window.page("records").drop.findChildren(Text)]
