"""What the window tells of: toasts or banners, the number on the title, opening, and the e-mail to the deputy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame

from msat.clock import FixedClock
from msat.gui import deeds, notifying
from msat.gui.main_window import MainWindow
from msat.gui.notifying import MOST_LETTERS, Banners, Notifier, shortened
from msat.projections.alert_state import Status
from msat.projections.ports import Query
from msat.projections.reminders import Kind, Notice
from msat.services.desk import Person
from msat.services.intake import Intake
from msat.services.reminders import ToldNotKept, load_told, save_told
from tests.gui.conftest import settle
from tests.notices import recall


class FakeVoice:
    """Remembers what it was to say."""

    def __init__(self, speaks: bool = True) -> None:
        self.speaks = speaks
        self.said: list[tuple[str, str, bool]] = []

    def can_speak(self) -> bool:
        return self.speaks

    def say(self, title: str, text: str, is_urgent: bool) -> None:
        self.said.append((title, text, is_urgent))


@pytest.fixture
def notifier(window: MainWindow) -> Notifier:
    """The window's own, with a voice that is heard; two days later, on a working day at ten."""
    made = window.notifier
    made.voice = FakeVoice()
    desk = window.session.desk
    moment = desk.clock.now() + timedelta(days=2)
    while moment.weekday() > 4:
        moment += timedelta(days=1)
    window.session.desk = replace(desk, clock=FixedClock(moment.replace(hour=10, minute=0)))
    made.look()
    made.voice.said.clear()
    made.banners.close_message()
    return made


def red_comes(window: MainWindow, reference: str = "EL(26)A/91") -> str:
    """A Red is published and taken in; the window hears of it."""
    desk = window.session.desk
    day = desk.clock.now().date()
    item = recall(reference, class_=1, level="Patient", issued=day, product=f"Newafil {reference} 5 mg tablets")
    # The record's own clock is the sample's; only what the window reads is two days on.
    intake = Intake(desk, item.source, Person("MSAT", "program"))
    intake.take(item)
    intake.record()
    return str(desk.views.known(item.source)[item.path].key)


def test_a_red_is_said_once_with_a_banner_and_a_number(notifier: Notifier, window: MainWindow) -> None:
    before = len(notifier.unopened)
    key = red_comes(window)
    notifier.look()
    assert [(title, urgent) for title, _text, urgent in notifier.voice.said] == [("Red: act now", True)]
    assert "Newafil" in notifier.voice.said[0][1]
    assert len(notifier.unopened) == before + 1
    assert window.windowTitle().startswith(f"({before + 1}) MSAT: ")
    assert notifier.banners.red.isVisible()
    notifier.look()
    assert len(notifier.voice.said) == 1
    assert key in load_told(window.session.desk.places).reds


def test_opening_it_takes_the_banner_away(notifier: Notifier, window: MainWindow) -> None:
    key = red_comes(window)
    notifier.look()
    while notifier.unopened:
        notifier.banners.red.button.click()
        settle(window)
    assert not notifier.banners.red.isVisible()
    assert not window.windowTitle().startswith("(")
    assert key in load_told(window.session.desk.places).opened


def test_a_click_on_the_message_opens_the_alert(notifier: Notifier, window: MainWindow) -> None:
    key = red_comes(window)
    notifier.look()
    notifier.open_last()
    settle(window)
    assert window.current_inbox().alert.state.key == key


def test_what_stays_in_front_was_opened(notifier: Notifier, window: MainWindow) -> None:
    key = red_comes(window)
    notifier.look()
    notifier.open_last()
    settle(window)
    notifier.notice_opened()
    assert key in [row.key for row in notifier.unopened]
    notifier.notice_opened()
    assert key not in [row.key for row in notifier.unopened]


def test_without_a_tray_the_banner_carries_reminders(notifier: Notifier, window: MainWindow) -> None:
    notifier.voice = FakeVoice(speaks=False)
    key = window.worklist.list_pane.model.rows()[0].key
    notifier._tell(Notice(Kind.REMINDER, (key,), "Due tomorrow", "An alert.", reminded=(key,)))
    assert notifier.voice.said == []
    assert notifier.banners.message.isVisible()
    assert notifier.banners.message.head.text() == "Due tomorrow"
    assert not notifier.banners.write.isVisible()
    notifier.banners.message.button.click()
    settle(window)
    assert not notifier.banners.message.isVisible()
    assert window.current_inbox().alert.state.key == key


def test_after_two_reminders_an_email_to_the_deputy_is_written(
    notifier: Notifier, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = window.worklist.list_pane.model.rows()[0].key
    notifier._tell(Notice(Kind.REMINDER, (key,), "Overdue", "An alert.", "B. Partner", (key,)))
    assert notifier.voice.said[0][0] == "Overdue"
    assert notifier.banners.write.text() == "Write to B. Partner"
    target = tmp_path / "reminder.eml"
    monkeypatch.setattr(notifying, "ask_where", lambda *_asked: target)
    notifier.banners.write.click()
    assert b"X-Unsent: 1\r\n" in target.read_bytes()
    assert "Wrote the digest of 1 open alert" in window.notices.notice.head.text()
    assert not notifier.banners.message.isVisible()


def test_switched_off_nothing_is_said(notifier: Notifier, window: MainWindow) -> None:
    from msat import settings

    settings.save(window.session.desk.places.settings, {"notify": False})
    red_comes(window)
    notifier.look()
    assert notifier.voice.said == []


def test_what_was_told_is_read_from_the_profile(notifier: Notifier, window: MainWindow) -> None:
    key = red_comes(window)
    told = load_told(window.session.desk.places)
    save_told(window.session.desk.places, replace(told, reds=told.reds | {key}))
    notifier.told = None
    notifier.look()
    assert [title for title, _text, _urgent in notifier.voice.said if title.startswith("Red")] == []


def test_a_look_that_fails_is_said_once(notifier: Notifier, window: MainWindow, monkeypatch) -> None:
    def fail(*_asked: object) -> None:
        raise ToldNotKept("The disk is full.", "Free space.")

    monkeypatch.setattr(notifying, "_read", fail)
    notifier.look()
    assert "The disk is full." in window.notices.notice.text.text()
    window.notices.hide()
    notifier.look()
    assert not window.notices.isVisible()
    monkeypatch.undo()
    red_comes(window)
    notifier.look()
    assert [title for title, _text, _urgent in notifier.voice.said] == ["Red: act now"]


def test_of_a_sample_nothing_is_said_outside_the_window(notifier: Notifier, window: MainWindow) -> None:
    window.session.is_demo = True
    red_comes(window)
    notifier.look()
    assert notifier.voice.said == []
    assert notifier.banners.red.isVisible()


def test_it_looks_by_itself_where_the_window_does(notifier: Notifier, window: MainWindow) -> None:
    notifier._look_soon()
    assert not notifier._soon.isActive()
    window.checks_by_itself = True
    notifier._opened()
    assert notifier._soon.isActive()
    assert notifier._minute.isActive()
    red_comes(window)
    notifier.look()
    assert notifier._seeing.isActive()
    window.checks_by_itself = False


def test_several_reds_are_named_and_the_rest_counted(window: MainWindow, make_row) -> None:
    banners = Banners()
    banners.show_reds([make_row(number) for number in range(1, 6)])
    assert banners.red.head.text() == "5 Reds, not opened yet"
    assert banners.red.text.text().splitlines()[-1] == "and 2 more"
    assert banners.red.button.text() == "Open the first"
    banners.fit(is_low=True)
    assert banners.red.head.text() == "5 Reds, not opened yet: EL(26)A/01, EL(26)A/02, EL(26)A/03 ..."
    assert banners.red.text.isHidden()
    banners.show_message("Due tomorrow", "An alert.", "")
    assert banners.message.isHidden()
    banners.show_reds([])
    assert not banners.message.isHidden()
    banners.fit(is_low=False)
    assert banners.message.text.text() == "An alert."
    assert banners.red.isHidden()
    assert isinstance(banners, QFrame)
    assert isinstance(window.notifier, QObject)


def test_a_toast_holds_whole_lines_or_ends_at_a_word() -> None:
    assert shortened("short") == "short"
    lines = "\n".join("a line of words " * 4 for _ in range(9))
    assert all(part in {*lines.splitlines(), "More in MSAT."} for part in shortened(lines).splitlines())
    long = shortened("word " * 100)
    assert len(long) <= MOST_LETTERS
    assert long.splitlines()[0].endswith("word ...")


def test_the_banner_of_a_message_goes_with_the_work_it_asks_for(
    notifier: Notifier, window: MainWindow, with_grace: None
) -> None:
    notifier.voice = FakeVoice(speaks=False)
    key = red_comes(window)
    notifier.look()
    rows = window.session.desk.views.worklist(Query(open_only=True), window.session.now())
    other = next(row.key for row in rows if row.status is Status.OVERDUE)
    parts = (
        Notice(Kind.RED, (key,), "Red: act now", "Newafil.", reds=(key,)),
        Notice(Kind.REMINDER, (other,), "Due tomorrow", "Another one.", reminded=(other,)),
    )
    notifier._tell(Notice(Kind.RED, (key, other), "1 new Red: act now, 1 time limit", "Two lines.", parts=parts))
    assert notifier.banners.message.isVisible()
    window.session.do(deeds.acknowledge(key), window)
    settle(window)
    notifier.look()
    assert notifier.banners.message.head.text() == "Due tomorrow", "though the answer still waits to be recorded"
    assert notifier._last == (other,)
    window.session.grace.undo()
    notifier.banners.close_message()
    notifier.look()
    assert not notifier.banners.message.isVisible(), "what was closed does not come back"


def test_the_red_banner_goes_while_the_answer_waits_and_comes_back_with_undo(
    notifier: Notifier, window: MainWindow, with_grace: None
) -> None:
    key = red_comes(window)
    notifier.look()
    assert key in [row.key for row in notifier.unopened]
    window.session.do(deeds.acknowledge(key), window)
    settle(window)
    notifier.look()
    assert key not in [row.key for row in notifier.unopened]
    window.session.grace.undo()
    settle(window)
    notifier.look()
    assert key in [row.key for row in notifier.unopened]
