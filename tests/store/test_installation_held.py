"""What lies beside the record is told by `verify`: a missing key, another computer's mark, heads not to be read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.places import Places
from msat.record import machine, seen_heads
from msat.record.identity import identity_of
from msat.record.seen_heads import keep_head, longest_at, path_of, read_heads, why_unreadable
from msat.record.signing import read_head, read_note
from msat.store.record import inspect_record, open_record
from tests.record.makers import draft
from tests.store.backups import eleven_entries


def test_a_whole_installation_is_told_nothing_more(profile: Places, clock: FixedClock) -> None:
    eleven_entries(profile, clock).close()
    found = inspect_record(profile)
    assert found.valid
    assert not [one for one in found.checked if "Not compared" in one or "another computer" in one]


def test_a_missing_key_leaves_the_record_valid_and_is_told(profile: Places, clock: FixedClock) -> None:
    eleven_entries(profile, clock).close()
    shutil.rmtree(profile.keys)
    found = inspect_record(profile)
    assert found.valid
    (said,) = [one for one in found.checked if one.startswith("5. Not compared")]
    assert "nothing can be recorded without it" in said
    assert "msatctl key recover" in said


def test_another_computers_mark_leaves_the_record_valid_and_is_told(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ["first-computer"]
    monkeypatch.setattr(machine, "raw_id", lambda: number[0])
    eleven_entries(profile, clock).close()
    number[0] = "second-pc"
    found = inspect_record(profile)
    assert found.valid
    (said,) = [one for one in found.checked if "on another computer" in one]
    assert "nothing is recorded here" in said
    assert "msatctl log moved" in said


def test_a_file_in_the_place_of_the_heads_is_found(profile: Places, clock: FixedClock) -> None:
    eleven_entries(profile, clock).close()
    assert why_unreadable(profile.seen_heads) == "", "none were kept yet"
    profile.seen_heads.parent.mkdir(parents=True, exist_ok=True)
    profile.seen_heads.write_bytes(b"")
    (problem,) = inspect_record(profile).problems
    assert problem.step == 6
    assert "there is a file in the place of their folder" in problem.what
    assert "newest receipt" in problem.next_step
    profile.seen_heads.unlink()
    profile.seen_heads.mkdir()
    assert inspect_record(profile).valid


def test_of_many_heads_the_longest_are_taken_and_worthless_files_push_none_out(
    profile: Places, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "heads"
    with eleven_entries(profile, clock) as record:
        for number in range(5):
            record.append([draft(f"entry {number}")])
            keep_head(folder, profile.keys, record.signed_head())
        end, keys = record.head(), identity_of(record.identity()).keys
    for size in range(900, 910):
        (folder / f"{end.log}-{size:016d}-{'0' * 16}.head").write_text("nothing", encoding="utf-8")
    monkeypatch.setattr(seen_heads, "MOST", 3)
    found = list(read_heads(folder, end.log, keys))
    assert [head.size for head in found] == [end.size - 2, end.size - 1, end.size]
    assert found[-1] == end
    last = path_of(folder, end).read_text(encoding="utf-8")
    assert read_head(read_note(last).text) == end


def test_the_record_opens_beside_a_file_in_the_place_of_the_heads(profile: Places, clock: FixedClock) -> None:
    eleven_entries(profile, clock).close()
    profile.seen_heads.parent.mkdir(parents=True, exist_ok=True)
    profile.seen_heads.write_bytes(b"")
    with open_record(profile, clock) as record:
        record.append([draft("goes on")])
        assert record.head().size == 12
        assert [one.step for one in record.verify().problems] == [6]


def test_heads_that_were_kept_once_and_are_gone_are_missed(profile: Places, clock: FixedClock) -> None:
    with eleven_entries(profile, clock) as record:
        first = record.signed_head()
        record.append([draft("one more")])
        newest = record.signed_head()
    assert inspect_record(profile).valid, "none were kept yet, and nothing is missed"
    for note in (first, newest, first):
        keep_head(profile.seen_heads, profile.keys, note)
    assert inspect_record(profile).valid
    gone = profile.seen_heads.with_name("taken away")
    profile.seen_heads.rename(gone)
    (problem,) = inspect_record(profile).problems
    assert problem.step == 6
    assert problem.what.startswith("Others were seen to hold entry 12 of this log")
    assert "newest receipt" in problem.next_step
    keep_head(profile.seen_heads, profile.keys, first)
    assert [one.step for one in inspect_record(profile).problems] == [6], "an older one shows less"
    shutil.rmtree(profile.seen_heads)
    gone.rename(profile.seen_heads)
    assert inspect_record(profile).valid
    path_of(profile.seen_heads, read_head(read_note(newest).text)).write_bytes(b"")
    assert [one.step for one in inspect_record(profile).problems] == [6]
    keep_head(profile.seen_heads, profile.keys, newest)
    assert inspect_record(profile).valid
    with open_record(profile, clock) as record:
        record.append([draft("goes on")])
        assert record.verify().problems == ()


def test_the_note_of_the_longest_head_is_written_anew_where_it_cannot_be_read(
    profile: Places, clock: FixedClock
) -> None:
    with eleven_entries(profile, clock) as record:
        note, log = record.signed_head(), record.log
    keep_head(profile.seen_heads, profile.keys, note)
    longest_at(profile.keys, log).write_bytes(b"{")
    (problem,) = inspect_record(profile).problems
    assert "cannot be read" in problem.what
    keep_head(profile.seen_heads, profile.keys, note)
    assert inspect_record(profile).valid
