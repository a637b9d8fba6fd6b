"""A date is one stop of the Tab key: arrows change it, it is typed in any usual way, and what is none is named."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QDate, QDateTime, Qt, QTime
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from msat.errors import Refused
from msat.gui.main_window import MainWindow
from msat.gui.pieces import column
from msat.gui.typed_dates import read_day, read_moment, shown_day
from msat.gui.views.date_field import DateField, MomentField, day_of
from msat.gui.views.work_panels import DeferPanel
from tests.gui.conftest import settle

Key, Held = Qt.Key, Qt.KeyboardModifier
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        *("21/11/26", "21/11/2026", "21.11.26", "21-11-2026", "21 11 26", "2026-11-21", "211126", "21112026"),
        *("21 Nov", "21 nov 2026", "21 November", "21st November 2026", "21nov26", "Nov 21", "November 21, 2026"),
        *("  21 / 11", "21/11", "yesterday", "YESTERDAY", "21 Nov."),
    ],
)
def test_a_day_is_understood_as_people_write_it(text: str) -> None:
    assert read_day(text.replace(" / ", "/"), TODAY) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", TODAY),
        ("tomorrow", TODAY + timedelta(days=1)),
        ("3 Jan", date(2027, 1, 3)),
        ("29 Feb", date(2028, 2, 29)),
        ("1 sept", date(2026, 9, 1)),
    ],
)
def test_a_day_without_a_year_is_the_nearest(text: str, meant: date) -> None:
    today = TODAY.replace(year=2027) if text == "29 Feb" else TODAY
    assert read_day(text, today) == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "No date is given"),
        ("soon", "“soon” is not a date"),
        ("31 Feb", "February has no day 31"),
        ("0/1/26", "January has no day 0"),
        ("11/21/26", "there is no month 21"),
        ("21 J", "is not a date"),
        ("21 Ju", "is not a date"),
        ("21 Mam", "is not a date"),
        ("21", "is not a date"),
        ("30/2/2026", "February has no day 30"),
        ("21/11/20266", "is not a date"),
        ("٢١/١١/٢٦x", "is not a date"),
    ],
)
def test_what_is_none_is_named_in_words(text: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        read_day(text, TODAY)
    assert says in refused.value.explanation
    assert "21/11/26" in refused.value.next_step


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_as_it_is_shown(day: date) -> None:
    for text in (shown_day(day), day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d.%m.%y}", f"{day:%d%m%y}"):
        assert read_day(text, TODAY) == day


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    with suppress(Refused):
        assert isinstance(read_day(text, TODAY), date)


def test_a_day_with_a_time() -> None:
    now = datetime.combine(TODAY, time(9, 5))
    assert read_moment("21/11/26 14:30", now) == datetime.combine(date(2026, 11, 21), time(14, 30))
    assert read_moment("14:30", now) == datetime.combine(TODAY, time(14, 30))
    assert read_moment("yesterday", now) == now - timedelta(days=1)
    assert read_moment("now", now) == now
    with pytest.raises(Refused, match="25:00"):
        read_moment("21 Nov 25:00", now)


# In the window


@pytest.fixture
def field(qtbot, theme) -> DateField:
    """Between two other fields."""
    holder = QWidget()
    lines = column(holder)
    made = DateField("Day", TODAY)
    for one in (QLineEdit(), made, QLineEdit()):
        lines.addWidget(one)
    qtbot.addWidget(holder)
    holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    lines.itemAt(0).widget().setFocus()
    made.holder = holder  # or Python lets it go
    return made


def keys(*pressed: Key | str) -> None:
    for one in pressed:
        if isinstance(one, str):
            QTest.keyClicks(QApplication.focusWidget(), one)
        else:
            QTest.keyClick(QApplication.focusWidget(), one)


def test_it_is_one_stop_and_the_arrows_change_it(field: DateField) -> None:
    keys(Key.Key_Tab)
    assert field.hasFocus()
    told: list[QDate] = []
    field.dateChanged.connect(told.append)
    keys(Key.Key_Up)
    assert field.text() == "23 Nov 2026"
    keys(Key.Key_Down, Key.Key_Down, Key.Key_PageUp)
    assert day_of(field) == date(2026, 12, 21)
    assert len(told) == 4
    keys(Key.Key_End, Key.Key_Up)
    assert field.text() == "21 Dec 2027"
    keys(Key.Key_Left, Key.Key_Left, Key.Key_Up)
    assert field.text() == "21 Jan 2028", "the cursor stood in the month"
    keys(Key.Key_Tab)
    assert not field.hasFocus()


def test_typed_it_is_understood_when_it_is_left(field: DateField) -> None:
    told: list[QDate] = []
    field.dateChanged.connect(told.append)
    keys(Key.Key_Tab, "3/12/26")
    assert told == [], "half a date is another one"
    assert field.date() == QDate(2026, 12, 3)
    keys(Key.Key_Tab)
    assert field.text() == "3 Dec 2026"
    assert told == [QDate(2026, 12, 3)]


def test_what_is_none_stays_and_is_said_and_escape_gives_it_back(field: DateField) -> None:
    keys(Key.Key_Tab, "31 Feb", Key.Key_Tab)
    assert field.text() == "31 Feb"
    assert "February has no day 31" in field._wrong.text()
    assert field._wrong.isVisible()
    assert field.property("wrong") is True
    assert not field.date().isValid()
    assert not field.is_right()
    assert field.hasFocus()
    with pytest.raises(Refused):
        day_of(field)
    keys(Key.Key_Escape)
    assert field.text() == "22 Nov 2026"
    assert field.is_right()
    assert not field._wrong.isVisible()


def test_a_day_out_of_what_can_be_chosen_is_named(field: DateField) -> None:
    field.setDateRange(QDate(2026, 11, 1), QDate(2026, 11, 30))
    keys(Key.Key_Tab, "1 Dec 2026", Key.Key_Return)
    assert "1 Dec 2026 cannot be chosen here. Choose a day from 1 Nov 2026 to 30 Nov 2026." in field._wrong.text()
    keys(Key.Key_Escape)
    for _ in range(12):
        keys(Key.Key_Up)
    assert field.text() == "30 Nov 2026"
    field.setDate(QDate(2030, 1, 1))
    assert day_of(field) == date(2026, 11, 30)


def test_a_moment_keeps_its_time(field: DateField) -> None:
    moment = MomentField("When", TODAY)
    field.parentWidget().layout().addWidget(moment)
    moment.setDateTime(QDateTime(QDate(2026, 11, 22), QTime(9, 5)))
    moment.show()
    moment.setFocus()
    keys("21/11", Key.Key_Return)
    assert moment.text() == "21 Nov 2026 09:05"
    keys(Key.Key_End, Key.Key_Up)
    assert moment.text() == "21 Nov 2026 09:06"
    keys(Key.Key_Left, Key.Key_Left, Key.Key_Left, Key.Key_Down)
    assert moment.text() == "21 Nov 2026 08:06"
    assert moment.dateTime().time() == QTime(8, 6)


def test_a_panel_records_nothing_while_its_date_is_none(window: MainWindow) -> None:
    pane = window.worklist.alert
    window.worklist.list_pane.list.setFocus()
    keys("d")
    panel = pane.panel
    assert isinstance(panel, DeferPanel)
    panel.reason.setText("Waits for a delivery.")
    panel.approver.setCurrentText("Demo Doctor")
    before = len(pane.state.history)
    panel.until.setFocus()
    keys("32 Nov")
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Return, Held.ControlModifier)
    settle(window)
    panel.save.click()
    settle(window)
    assert pane.panel is panel
    assert len(pane.state.history) == before
    assert panel.until.hasFocus()
    assert "32 Nov" in panel.until._wrong.text()
    keys(Key.Key_Escape)
    assert pane.panel is panel, "Escape gives the date back first"
    keys(Key.Key_Escape)
    assert pane.panel is None
