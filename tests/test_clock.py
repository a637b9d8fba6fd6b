"""The clock's words and stamps."""

from __future__ import annotations

import locale
from datetime import UTC, date, datetime

import pytest

from msat.clock import FixedClock, from_stamp, last_moment, say_date, say_limit, say_moment, say_short_date, stamp


def test_dates_for_people_are_english_whatever_the_locale() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        for other in ("de_DE.UTF-8", "cy_GB.UTF-8", "fr_FR.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_TIME, other)
            except locale.Error:
                continue
            assert say_date(date(2023, 5, 9)) == "9 May 2023"
            assert say_short_date(date(2026, 11, 26)) == "Thu 26 Nov"
    finally:
        locale.setlocale(locale.LC_TIME, before)


def test_times_are_london_outside_and_utc_inside() -> None:
    summer = datetime(2026, 8, 20, 13, 21, 27, tzinfo=UTC)
    assert say_moment(summer) == "20 August 2026 14:21"
    assert stamp(summer) == "2026-08-20T13:21:27Z"
    assert from_stamp(stamp(summer)) == summer
    # A London evening in summer can be another day than UTC's.
    assert say_date(datetime(2026, 8, 20, 23, 30, tzinfo=UTC)) == "21 August 2026"


def test_what_is_no_stamp_is_refused() -> None:
    for text in ("2026-08-20", "2026-08-20T13:21:27+01:00", "2026-02-30T00:00:00Z", ""):
        with pytest.raises(ValueError, match=r"does not match|out of range|unconverted"):
            from_stamp(text)


def test_a_fixed_clock_stands_still() -> None:
    clock = FixedClock(datetime(2026, 1, 1, 12, 0, 0, 999, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limit", "said", "day"),
    [
        (datetime(2026, 11, 21, 0, 0, tzinfo=UTC), "the end of 20 November 2026", date(2026, 11, 20)),
        (datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC), "the end of 20 November 2026", date(2026, 11, 20)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "the end of 1 July 2026", date(2026, 7, 1)),
        (datetime(2026, 11, 21, 0, 1, tzinfo=UTC), "21 November 2026 00:01", date(2026, 11, 21)),
        (datetime(2026, 11, 21, 17, 0, tzinfo=UTC), "21 November 2026 17:00", date(2026, 11, 21)),
    ],
)
def test_a_limit_at_midnight_ends_the_day_before(limit: datetime, said: str, day: date) -> None:
    assert say_limit(limit) == said
    assert say_date(last_moment(limit)) == say_date(day)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T10:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T10:60:00Z", "2026-11-21T10:00:0\u0661Z",
        "2026-11-21T10:00:00+", "2026-11-21 10:00:00Z", "2026-11-21T10:00:00", "2026-W47-6T10:00:00Z",
        "+026-11-21T10:00:00Z", " 026-11-21T10:00:00Z", "2026-11-21T10:00: 0Z", "2026-11-21T10:00:00z", "",
    ],
)  # fmt: skip
def test_what_stamp_did_not_write_is_no_time_of_the_record(text: str) -> None:
    """Either it is refused, or it does not come out again as it went in: both are what the record asks."""
    try:
        found = from_stamp(text)
    except ValueError:
        return
    assert stamp(found) != text


def test_stamp_and_back() -> None:
    for text in ("2026-11-21T10:00:00Z", "2000-02-29T23:59:59Z", "1999-12-31T00:00:00Z"):
        assert from_stamp(text).tzinfo is UTC
        assert stamp(from_stamp(text)) == text
