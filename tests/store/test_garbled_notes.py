"""Small notes beside the record, altered by hand: each is refused in words or made anew, none stops with a fault.

What is nested deeper than a reader goes is the case that an ordinary "is it JSON" does not foresee.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from msat.errors import RecordProblem
from msat.gui import snapshot
from msat.gui.drafts import Drafts
from msat.ids import LogId
from msat.places import places
from msat.record import machine
from msat.services import own_marks, reminders
from msat.store import key_places, restored_note

DEEP = ["[" * 3_000, '{"v":' * 700, "[" * 200_000]
LOG = LogId("0" * 32)


@pytest.mark.parametrize("text", DEEP)
def test_what_is_nested_too_deep_is_refused_in_words(tmp_path: Path, text: str):
    where = places(tmp_path)
    where.key_place.parent.mkdir(parents=True)
    where.key_place.write_text(text, encoding="ascii")
    with pytest.raises(RecordProblem, match="cannot be read"):
        key_places.read_standing(where)
    note = tmp_path / "restored.json"
    note.write_text(text, encoding="ascii")
    with pytest.raises(RecordProblem, match="cannot be read"):
        restored_note.read_standing(note)


@pytest.mark.parametrize("text", DEEP)
def test_a_garbled_note_of_the_computer_counts_as_another_computers(tmp_path: Path, text: str):
    machine.path_of(tmp_path, LOG).write_text(text, encoding="ascii")
    assert machine.remembered(tmp_path, LOG) == machine.UNREADABLE


@pytest.mark.parametrize("text", DEEP)
def test_what_is_only_convenience_begins_anew(tmp_path: Path, text: str):
    where, now = places(tmp_path), datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    where.data.mkdir(parents=True)
    reminders.told_file(where).write_text(text, encoding="ascii")
    assert reminders.load_told(where) == reminders.Told()
    where.marks.write_text(text, encoding="ascii")
    assert own_marks.load(where.marks, now) == own_marks.Marks(now)
    assert where.marks.with_suffix(".damaged").read_text(encoding="ascii") == text
    where.drafts.write_text(text, encoding="ascii")
    assert Drafts(where.drafts).fields("k") == {}
    assert where.drafts.with_suffix(".damaged").exists()
    picture = tmp_path / "rows.json"
    picture.write_text(text, encoding="ascii")
    assert snapshot.load(picture) == ([], "")
