"""The promises of `msat.record.ports`, kept by the record in memory, in SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.ids import fingerprint
from msat.places import Places
from msat.record.codec import NO_ENTRY, body_hash, entry_id, log_id, parse_header
from msat.record.entries import Actor
from msat.record.erasure import Retold, kept_of, orders
from msat.record.memory import MemoryFiles, MemoryRecord
from msat.record.ports import Files, Record
from msat.record.signing import BadNote, read_head, verify_note
from msat.record.trouble import Trouble
from msat.store.files import FolderFiles
from msat.store.postgres_opening import create_database_record
from msat.store.record import create_record
from tests.postgres import Database
from tests.record.makers import ORGANISATION, PERSON, draft

Made = tuple[Record, Files]


def _memory(_places: Places, clock: FixedClock) -> Iterator[Made]:
    files = MemoryFiles()
    yield MemoryRecord(ORGANISATION, clock, files), files


def _sqlite(places: Places, clock: FixedClock) -> Iterator[Made]:
    record, _recovery = create_record(places, ORGANISATION, clock, "0.1")
    with record:
        yield record, FolderFiles(places.files)


@pytest.fixture(scope="session")
def practice(postgres: Database) -> str:
    """The address of one practice's log-in; each test has a log of its own there."""
    return postgres.login(ORGANISATION.ods)


def _postgresql(places: Places, clock: FixedClock, address: str) -> Iterator[Made]:
    record, _recovery = create_database_record(places, address, ORGANISATION, clock, "0.1")
    with record:
        yield record, FolderFiles(places.files)


@pytest.fixture(params=[_memory, _sqlite, "postgresql"], ids=["memory", "sqlite", "postgresql"])
def made(
    request: pytest.FixtureRequest, profile: Places, clock: FixedClock
) -> Iterator[Made]:
    if request.param == "postgresql":
        yield from _postgresql(profile, clock, request.getfixturevalue("practice"))
        return
    make: Callable[[Places, FixedClock], Iterator[Made]] = request.param
    yield from make(profile, clock)


@pytest.fixture
def record(made: Made) -> Record:
    return made[0]


@pytest.fixture
def files(made: Made) -> Files:
    return made[1]


def test_a_record_that_can_be_added_to_has_no_way_out_to_offer(record: Record) -> None:
    assert record.trouble is Trouble.NONE
    assert record.lineage() == ()
    assert record.identity(record.log) == record.identity()
    for way in (
        lambda: record.supersede(PERSON, "No reason at all."),
        lambda: record.move(PERSON, "Nothing moved."),
        lambda: record.fetch_back((), ""),
    ):
        with pytest.raises(Refused):
            way()
    assert record.head().size == 1


def test_a_record_that_can_be_added_to_names_no_reason_why_not(record: Record) -> None:
    assert (record.read_only, record.to_be_done, record.needs_key) == ("", "", False)
    assert record.notices == ()
    assert record.recovery_untold == "" or "recovery key" in record.recovery_untold


def test_a_new_record_holds_the_entry_that_opened_it(record: Record) -> None:
    (first,) = record.entries()
    assert (first.seq, first.type, first.prev) == (1, "log.opened", NO_ENTRY)
    assert first.body is not None
    assert log_id(first.body) == record.log == first.log
    assert record.organisation == ORGANISATION
    assert set(first.data) == {"app_version", "public_key", "recovery_key_sha256"}


def test_what_is_appended_reads_back_the_same(record: Record) -> None:
    made = record.append([draft("first"), draft("second")])
    assert [e.data["note"] for e in made] == ["first", "second"]
    assert list(record.entries(after=1)) == list(made)
    assert record.entry(made[0].id) == made[0]
    assert record.entry("0" * 64) is None


def test_entries_are_linked_by_hashes_that_a_stranger_can_compute(record: Record) -> None:
    record.append([draft("a"), draft("b")])
    record.append([draft("c")])
    previous = NO_ENTRY
    for number, entry in enumerate(record.entries(), start=1):
        header = parse_header(entry.header)
        assert entry.body is not None
        assert (header.seq, header.prev, header.log) == (number, previous, record.log)
        assert header.body == body_hash(entry.body)
        previous = entry_id(entry.header)
        assert entry.id == previous
    assert record.head().id == previous
    assert record.head().size == 4


def test_a_body_says_who_when_what_and_for_whom(record: Record, clock: FixedClock) -> None:
    done = clock.now() - timedelta(hours=2)
    (entry,) = record.append([replace(draft("x"), happened=done)])
    content = entry.content
    assert content["actor"] == {"id": "pshah", "name": "Priya Shah", "role": "Pharmacist"}
    assert content["organisation"] == {"ods": "G85001", "name": "Albion Street Practice", "kind": "gp-practice"}
    assert content["happened"] == "2026-11-22T10:00:00Z"
    assert (content["meaning"], content["about"], content["schema"]) == ("Acknowledged EL(26)A/37.", "EL(26)A/37", 1)
    assert (content["version"], content["files"]) == (None, [])
    assert len(content["salt"]) == 32
    assert entry.time == clock.now()


def test_the_same_draft_twice_gives_two_different_bodies(record: Record) -> None:
    first, second = record.append([draft("same"), draft("same")])
    assert first.content["salt"] != second.content["salt"]
    assert first.body != second.body


def test_nothing_to_append_writes_nothing(record: Record) -> None:
    before = record.head()
    assert record.append([]) == ()
    assert record.head() == before


def test_entries_can_be_read_in_part(record: Record) -> None:
    record.append([draft(str(n)) for n in range(9)])
    assert [e.seq for e in record.entries(after=3, upto=6)] == [4, 5, 6]
    assert [e.seq for e in record.entries(after=10)] == []
    assert [e.seq for e in record.entries(upto=2)] == [1, 2]
    assert list(record.entries(log="f" * 32)) == []


def test_the_head_is_signed_by_the_key_the_first_entry_names(record: Record) -> None:
    record.append([draft()])
    key = bytes.fromhex(next(record.entries()).data["public_key"])
    text = verify_note(record.signed_head(), record.log, key)
    assert read_head(text) == record.head()


def test_an_export_can_be_signed_and_gives_the_same_note_again(record: Record) -> None:
    key = bytes.fromhex(next(record.entries()).data["public_key"])
    note = record.sign("msat-export-v1\nlog.pdf abc\n")
    assert verify_note(note, record.log, key) == "msat-export-v1\nlog.pdf abc\n"
    assert record.sign("msat-export-v1\nlog.pdf abc\n") == note
    with pytest.raises(BadNote):
        verify_note(note.replace("abc", "abd"), record.log, key)


@pytest.mark.parametrize(
    "text",
    [
        "msat-chain-v1/00\n2\nAAAA\n",
        "msat-chain-v1\n",
        "MSAT-Chain-v1/x\n",
        " msat-chain-v1/x\n",
        "msat-rotate-v1\n",
        "\nx\n",
    ],
)
def test_nobody_can_have_a_head_of_their_own_signed(record: Record, text: str) -> None:
    with pytest.raises(Refused):
        record.sign(text)


@pytest.mark.parametrize("text", ["msat-export-v1", "msat-export-v1\na\rb\n", "msat-export-v1\n" + "x" * 9000 + "\n"])
def test_texts_that_no_note_can_hold_are_refused(record: Record, text: str) -> None:
    with pytest.raises(Refused):
        record.sign(text)


def test_files_named_must_be_stored(record: Record, files: Files) -> None:
    with pytest.raises(Refused, match="not stored"):
        record.append([draft(), draft(files=("a" * 64,))])
    assert record.head().size == 1
    digest = files.put(b"a notice")
    (entry,) = record.append([draft(files=(digest,))])
    assert entry.content["files"] == [digest]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "alert.vanished"}, "not a kind of entry"),
        ({"type": "log.opened"}, "not a kind of entry"),
        ({"data": {"n": 1.5}}, "float"),
        ({"data": {"n": 2**53}}, "too large"),
        ({"data": {"Note": "x"}}, "cannot name a value"),
        ({"data": {"note": "a\0b"}}, "NUL"),
        ({"data": {"note": "\ud800"}}, "half a character"),
        ({"data": {"note": "x" * 70_000}}, "too long"),
        ({"version": "nothing"}, "fingerprint"),
        ({"files": ("../../etc/passwd",)}, "fingerprint"),
    ],
)
def test_drafts_that_break_the_profile_are_refused_and_nothing_is_written(
    record: Record, change: dict[str, object], words: str
) -> None:
    before = record.head()
    with pytest.raises(Refused, match=words):
        record.append([draft("good"), replace(draft("bad"), **change)])
    assert record.head() == before


def test_text_is_put_into_its_normal_form(record: Record) -> None:
    (entry,) = record.append([replace(draft(), data={"note": "Cafe\u0301"})])
    assert entry.data["note"] == "Caf\u00e9"
    assert "Caf\u00e9".encode() in (entry.body or b"")


def test_a_clock_set_back_is_written_down_first(record: Record, clock: FixedClock) -> None:
    record.append([draft("before")])
    clock.moment -= timedelta(minutes=6)
    (entry,) = record.append([draft("after")])
    anomaly = list(record.entries())[-2]
    assert (anomaly.type, anomaly.data["direction"], anomaly.data["seconds"]) == ("clock.anomaly", "back", 360)
    assert (entry.data["note"], entry.seq) == ("after", 4)
    record.append([draft("later")])
    assert [e.type for e in record.entries()].count("clock.anomaly") == 1


@pytest.mark.parametrize("step", [timedelta(minutes=-5), timedelta(days=20)])
def test_small_steps_back_and_long_pauses_are_no_anomaly(record: Record, clock: FixedClock, step: timedelta) -> None:
    record.append([draft("before")])
    clock.moment += step
    record.append([draft("after")])
    assert [e.type for e in record.entries()] == ["log.opened", "alert.acknowledged", "alert.acknowledged"]


def test_a_whole_record_is_valid_and_says_what_was_checked(record: Record, files: Files) -> None:
    record.append([draft(files=(files.put(b"notice"),))])
    record.append([draft(str(n)) for n in range(5)])
    found = record.verify()
    assert found.problems == ()
    assert found.valid
    assert found.entries == 7
    assert any("7 entries" in line for line in found.checked)
    assert any("1 file" in line for line in found.checked)


def test_files_are_kept_under_their_fingerprint(files: Files) -> None:
    digest = files.put(b"bytes")
    assert digest == fingerprint(b"bytes") == files.put(b"bytes")
    assert files.get(digest) == b"bytes"
    assert files.get("0" * 64) is None
    assert files.get("../../etc/passwd") is None


def test_an_erased_body_is_told_again(record: Record, files: Files) -> None:
    digest = files.put(b"evidence")
    record.append([draft("kept"), draft("erased", files=(digest,)), draft("kept too")])
    target = next(entry for entry in record.entries() if entry.seq == 3)
    content = {**kept_of(target.content), "actor": {"id": "", "name": "Nobody", "role": ""}}
    by = (Actor("B. Jones", "Manager"), Actor("C. Smith", "Guardian"))
    made = orders(record.log, 1, "Asked for.", by, by[0], [Retold(target, content)])
    assert record.cannot_erase == ""
    (order,) = record.erase(made)
    assert record.is_erasing
    found = record.entry(target.id)
    assert found is not None
    assert (found.body, found.header, found.seq) == (None, target.header, 3)
    assert found.content["actor"]["name"] == "Nobody"
    assert f"(entry {order.seq})" in found.content["erased"]
    assert found == list(record.entries())[2]
    assert record.typed(frozenset({target.type}))[1] == found
    assert record.finish_erasing() == 0
    record.erasure_done()
    assert not record.is_erasing
    outcome = record.verify()
    assert outcome.problems == ()
    assert any("Erased" in line and "1 body (entries 3)" in line for line in outcome.checked)
    assert any(line.startswith("4. Files named by entries, read and hashed: 1 file") for line in outcome.checked)
    with pytest.raises(Refused):
        record.append(made)
