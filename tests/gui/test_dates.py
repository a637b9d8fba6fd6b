"""Dates on the screen: in English as everywhere else, in another language its own; one door for the whole window."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from msat import clock
from msat.gui import dates, tongue
from msat.gui.sentences import Catalogue
from msat.gui.words import short_moment

GUI = Path(dates.__file__).parent
NAMES = {"say_date", "say_limit", "say_moment", "say_short_date", "say_time"}
ENGLISH_DOCUMENTS = {"printed_pages.py"}
"""What these make is printed or saved, in English as the exports are."""
DAYS = [datetime(2026, 1, 1, 23, 30, tzinfo=UTC) + timedelta(days=n, hours=n) for n in range(0, 366, 5)]


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[None]:
    tongue.install(tongue.PSEUDO, qapp)
    yield
    tongue.remove()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_in_english_they_are_those_of_every_other_part(qapp: QApplication, name: str):
    for moment in DAYS:
        assert getattr(dates, name)(moment) == getattr(clock, name)(moment)


def test_days_without_a_time_are_taken_as_they_are(qapp: QApplication):
    day = date(2026, 5, 9)
    assert (dates.say_date(day), dates.say_short_date(day)) == ("9 May 2026", "Sat 9 May")
    assert short_moment(datetime(2026, 8, 21, 8, 42, tzinfo=UTC)) == "21 Aug 09:42"


@pytest.mark.usefixtures("pseudo")
def test_in_another_language_months_and_days_are_its_own():
    moment = datetime(2026, 8, 21, 8, 42, tzinfo=UTC)
    for said in (dates.say_date(moment), dates.say_moment(moment), dates.say_short_date(moment)):
        assert "Aug" not in said
        assert "21" in said
    assert "the end of" not in dates.say_limit(datetime(2026, 8, 21, 23, 0, tzinfo=UTC))
    assert "Fri" not in dates.say_short_date(moment)


def test_a_sentence_of_a_lower_layer_is_filled_with_a_date_in_its_language():
    words = {"It was shown on {day}.": "Dangoswyd ar {day}.", "August": "Awst", "“{it}” is read.": "Darllenir “{it}”."}
    found = Catalogue(words, lambda text: words.get(text, text))
    assert found.said("It was shown on 21 August 2026.") == "Dangoswyd ar 21 Awst 2026."
    assert found.said("It was shown on 21 August 2026 09:42.") == "Dangoswyd ar 21 Awst 2026 09:42."
    assert "before 21 August 2026" in found.said("“Use before 21 August 2026” is read."), "a quotation stays"


def _from_clock(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    froms = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.module == "msat.clock"]
    return {alias.name for one in froms for alias in one.names} & NAMES


def test_the_window_says_dates_through_one_door():
    found = {path.name: names for path in GUI.rglob("*.py") if (names := _from_clock(path))}
    assert found.pop("dates.py") == {"say_time"}
    assert set(found) == ENGLISH_DOCUMENTS
