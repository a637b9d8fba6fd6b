"""People away, days of the site, places: shown, recorded, ended, refused in words; and counted with at once."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QLabel

from msat.gui.main_window import MainWindow
from msat.gui.people_deeds import arrangements
from tests.gui.test_sources_page import texts


def people_page(window: MainWindow):
    window.show_page("people")
    return window.page("people")


def on(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def go_away(page, name: str = "A. Patel", days: tuple[int, int] = (0, 6), deputy: str = "B. Ahmed") -> None:
    today = arrangements(page.session.desk).today
    page.away.name.setText(name)
    page.away.deputy.setText(deputy)
    page.away.first.setDate(on(today + timedelta(days=days[0])))
    page.away.last.setDate(on(today + timedelta(days=days[1])))
    page.away.record.click()


def test_nobody_away_is_said(window: MainWindow):
    page = people_page(window)
    assert "Nobody is away" in texts(page.away)
    assert page.away.name.hasFocus()
    assert window.rail.buttons["settings"].isChecked()


def test_an_absence_is_recorded_shown_and_ended(window: MainWindow):
    page = people_page(window)
    go_away(page)
    assert "A. Patel is away from" in texts(page.away)
    assert "B. Ahmed stands in." in texts(page.away)
    assert "Away today" in [label.text() for label in page.away.findChildren(QLabel)]
    assert page.away.name.text() == ""
    page.away.buttons["A. Patel"].click()
    found = arrangements(window.session.desk)
    assert found.away == ()
    assert found.past[0].ended == found.today


def test_a_coming_absence_is_taken_back(window: MainWindow):
    page = people_page(window)
    go_away(page, days=(7, 9))
    assert [one.name for one in arrangements(window.session.desk).coming] == ["A. Patel"]
    page.away.buttons["A. Patel"].click()
    assert arrangements(window.session.desk).coming == ()


def test_a_refused_absence_keeps_what_was_typed(window: MainWindow):
    page = people_page(window)
    before = window.session.desk.record.head().size
    go_away(page, deputy="a. patel")
    assert "own deputy" in page.away.wrong.text()
    assert page.away.name.text() == "A. Patel"
    go_away(page, name="", deputy="")
    assert page.away.wrong.text()
    assert window.session.desk.record.head().size == before


def test_the_last_day_never_stands_before_the_first(window: MainWindow):
    page = people_page(window)
    later = page.away.last.date().addDays(20)
    page.away.first.setDate(later)
    assert page.away.last.date() == later


def test_a_day_is_added_counted_with_and_removed(window: MainWindow):
    page = people_page(window)
    day = arrangements(window.session.desk).today + timedelta(days=4)
    page.days.day.setDate(on(day))
    page.days.name.setText("Training")
    page.days.kind.setCurrentIndex(page.days.kind.findData("bank-holiday"))
    page.days.add.click()
    assert "Training" in texts(page.days)
    assert window.session.desk.knowledge.site.bank_holiday(day) == "Training"
    page.days.name.setText("Once more")
    page.days.add.click()
    assert "in the list already" in page.days.wrong.text()
    assert page.days.name.text() == "Once more"
    page.days.buttons[day.isoformat()].click()
    assert window.session.desk.knowledge.site.bank_holiday(day) == ""
    assert "No day of your own is in the list." in texts(page.days)


def test_a_broken_list_of_days_is_said(window: MainWindow):
    page = people_page(window)
    window.session.desk.places.days.write_text("[[day]]\nname = 3\n", encoding="utf-8")
    page.reload()
    assert "cannot be read" in page.days.wrong_file.text()


def test_the_nations_bank_holidays_are_named(window: MainWindow):
    page = people_page(window)
    assert "Christmas Day" in page.days.holidays.text()
    assert "England" in page.days.holidays.text()


def test_the_nation_of_the_settings_holds_at_once(window: MainWindow):
    window.session.settings.path = window.session.desk.places.settings
    window.session.settings.keep(nation="scotland")
    assert window.session.desk.knowledge.site.nation == "scotland"
    page = people_page(window)
    assert "Scotland" in page.days.holidays.text()


def test_the_places_are_told_and_lead_to_the_rules(window: MainWindow):
    page = people_page(window)
    found = arrangements(window.session.desk)
    assert found.places
    for place in found.places:
        assert place in page.places.text()
    assert "shipped" in page.places_from.text()
    asked: list[bool] = []
    page.places_asked.disconnect()
    page.places_asked.connect(lambda: asked.append(True))
    page.change_places.click()
    assert asked == [True]
