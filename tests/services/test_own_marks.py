"""A person's own marks: kept in a small file, apart from the record."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from msat.errors import Refused
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState, Status
from msat.projections.ports import Row
from msat.projections.worklist import row
from msat.services import own_marks
from msat.services.own_marks import Marks, MarksNotKept

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def a_row(received: datetime) -> Row:
    return row(AlertState(key=AlertKey("k"), title="t", family="f", received=received), NOW)


def test_marks_come_back_as_they_were(tmp_path: Path):
    marks = Marks(NOW).with_star("a", True).with_snooze("b", NOW + timedelta(days=1)).as_unread("c").as_read("d", NOW)
    own_marks.save(tmp_path / "data" / "marks.json", marks)
    assert own_marks.load(tmp_path / "data" / "marks.json", NOW + timedelta(days=9)) == marks


def test_each_mark_can_be_taken_away():
    marks = Marks(NOW).with_star("a", True).with_snooze("a", NOW + timedelta(days=1)).as_unread("a")
    assert marks.with_star("a", False).with_snooze("a", None).as_read("a", NOW) == Marks(
        NOW, read=frozenset({"a"}), seen={"a": NOW}
    )


def test_a_snoozed_alert_comes_back_by_itself():
    marks = Marks(NOW).with_snooze("a", NOW + timedelta(hours=1))
    assert marks.asleep(NOW) == {"a"}
    assert marks.asleep(NOW + timedelta(hours=1)) == frozenset()


def test_what_came_after_the_marks_were_begun_is_unread_until_it_is_read():
    marks = Marks(NOW)
    new, old = a_row(NOW + timedelta(minutes=1)), a_row(NOW - timedelta(days=1))
    assert marks.is_unread(new)
    assert not marks.is_unread(old)
    assert not marks.is_unread(replace(new, status=Status.HISTORIC))
    assert not marks.is_unread(replace(new, is_open=False))
    assert not marks.as_read("k", NOW).is_unread(new)
    assert marks.as_unread("k").is_unread(old)


def test_what_changes_after_it_was_read_is_unread_again():
    marks, later = Marks(NOW), NOW + timedelta(hours=2)
    old = replace(a_row(NOW - timedelta(days=1)), changed=NOW + timedelta(hours=1))
    assert marks.is_unread(old)
    assert not marks.as_read("k", later).is_unread(old)
    assert marks.as_read("k", later).is_unread(replace(old, changed=later + timedelta(seconds=1)))
    assert not marks.is_unread(replace(old, changed=NOW - timedelta(hours=1))), "as it was when the marks were begun"
    assert not marks.is_unread(replace(old, is_open=False))
    assert not marks.is_unread(replace(old, withdrawn=True))
    assert not marks.is_unread(replace(old, status=Status.HISTORIC))


def test_what_an_older_program_had_marked_read_was_read_when_it_last_wrote(tmp_path: Path):
    path = tmp_path / "marks.json"
    own_marks.save(path, Marks(NOW).as_read("k", NOW))
    plain = json.loads(path.read_text(encoding="utf-8"))
    del plain["seen"]
    path.write_text(json.dumps(plain), encoding="utf-8")
    written = NOW + timedelta(days=3)
    os.utime(path, (written.timestamp(), written.timestamp()))
    assert own_marks.load(path, NOW + timedelta(days=9)).seen == {"k": written}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"since": "x"}', '{"since": 3, "starred": 1}'])
def test_a_damaged_file_is_set_aside(tmp_path: Path, text: str):
    path = tmp_path / "marks.json"
    path.write_text(text, encoding="utf-8")
    assert own_marks.load(path, NOW) == Marks(NOW)
    assert (tmp_path / "marks.damaged").read_text(encoding="utf-8") == text


def test_a_disk_that_refuses_is_said(tmp_path: Path):
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(MarksNotKept, match="could not be written"):
        own_marks.save(tmp_path / "data" / "marks.json", Marks(NOW))


def test_a_snooze_ends_where_its_day_begins_in_london():
    assert own_marks.until_day(date(2026, 11, 21), NOW) == datetime(2026, 11, 21, tzinfo=UTC)
    assert own_marks.until_day(date(2027, 6, 1), NOW) == datetime(2027, 5, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 11, 1), date(2028, 1, 1)])
def test_a_snooze_needs_a_day_to_come(day: date):
    with pytest.raises(Refused, match="cannot be snoozed"):
        own_marks.until_day(day, NOW)
