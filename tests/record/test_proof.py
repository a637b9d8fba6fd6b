"""The proof as a pure function: rows in, findings out; and the check of entries taken out of a log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem
from msat.record.entries import Draft, Entry, Head
from msat.record.findings import MOST_PROBLEMS
from msat.record.memory import MemoryFiles, MemoryRecord
from msat.record.proof import Expected, Row, check_excerpt, prove
from tests.record.makers import ORGANISATION, PERSON, draft


@pytest.fixture
def record(clock: FixedClock) -> MemoryRecord:
    made = MemoryRecord(ORGANISATION, clock, MemoryFiles())
    made.append([draft(f"note {n}") for n in range(6)])
    return made


def rows(record: MemoryRecord) -> list[Row]:
    found = [Row(e.log, e.seq, e.id, e.type, e.header, e.body, None) for e in record.entries()]
    return [*found[:-1], replace(found[-1], note=record.signed_head())]


def test_a_whole_log_has_no_problem(record: MemoryRecord) -> None:
    outcome = prove(rows(record), MemoryFiles(), Expected(record.log, (record.head(),)))
    assert outcome.problems == ()
    assert outcome.entries == 7
    assert [line[0] for line in outcome.checked] == list("1234567")


def test_every_byte_of_every_header_and_body_counts(record: MemoryRecord) -> None:
    """All bytes of one entry, one at a time: nothing changed may pass."""
    whole = rows(record)
    expected = Expected(record.log, (record.head(),))
    for column in ("header", "body"):
        data: bytes = getattr(whole[3], column)
        for position in range(len(data)):
            changed = data[:position] + bytes([data[position] ^ 4]) + data[position + 1 :]
            row = replace(whole[3], header=changed) if column == "header" else replace(whole[3], body=changed)
            outcome = prove([*whole[:3], row, *whole[4:]], None, expected)
            assert any(p.where == "entry 4" for p in outcome.problems)


def test_one_changed_header_is_one_finding_and_the_rest_is_still_checked(record: MemoryRecord) -> None:
    whole = rows(record)
    whole[2] = replace(whole[2], header=whole[2].header.replace(b"2026-11-22", b"2026-11-23"))
    whole[4] = replace(whole[4], body=(whole[4].body or b"").replace(b"note", b"mote"))
    outcome = prove(whole, None, Expected(record.log))
    assert [(p.step, p.where) for p in outcome.problems] == [(1, "entry 3"), (3, "entry 5")]
    assert outcome.problems[0].entry == whole[2].id
    assert all(p.next_step for p in outcome.problems)


def test_a_withheld_body_is_counted_in_a_copy_and_a_problem_in_ones_own_record(record: MemoryRecord) -> None:
    whole = rows(record)
    whole[2] = replace(whole[2], body=None)
    copy = prove(whole, None, Expected(record.log, may_withhold=True))
    assert copy.valid
    assert any("withheld or missing: 1." in line for line in copy.checked)
    assert [p.step for p in prove(whole, None, Expected(record.log)).problems] == [3]


def test_the_list_of_problems_ends_somewhere_and_says_how_many_more(record: MemoryRecord) -> None:
    record.append([draft(str(n)) for n in range(300)])
    changed = [replace(r, type="alert.reopened") for r in rows(record)]
    outcome = prove(changed, None, Expected(record.log))
    assert len(outcome.problems) == MOST_PROBLEMS + 1
    assert outcome.problems[-1].what == f"{307 - MOST_PROBLEMS} more problems were found and are not listed."


def test_rows_that_stop_in_the_middle_are_a_finding_in_words(record: MemoryRecord) -> None:
    def broken() -> Iterator[Row]:
        yield from rows(record)[:3]
        raise RecordProblem("A page of the database is damaged.", "Restore the newest backup.")

    outcome = prove(broken(), None, Expected(record.log, (record.head(),)))
    assert outcome.entries == 3
    assert "cannot be read further" in outcome.problems[0].what
    assert outcome.problems[0].where == "after entry 3"
    assert any(p.step == 6 for p in outcome.problems)


def test_no_rows_at_all_are_a_problem(record: MemoryRecord) -> None:
    assert not prove([], None, Expected(record.log)).valid


@pytest.mark.parametrize("size", [3, 7, 8])
def test_a_head_seen_before_must_be_in_the_chain(record: MemoryRecord, size: int) -> None:
    mark = Head(record.log, size, "e" * 64)
    assert [p.step for p in prove(rows(record), None, Expected(record.log, (mark,))).problems] == [6]


def test_a_key_held_here_must_be_the_one_the_log_names(record: MemoryRecord) -> None:
    problems = prove(rows(record), None, Expected(record.log, key=b"\1" * 32)).problems
    assert [p.step for p in problems] == [5]


def test_a_body_that_names_nonsense_as_files_is_a_finding(record: MemoryRecord) -> None:
    """Only somebody with the key can make one; the proof must survive it."""
    from msat.record.chain import Body, head_of, link
    from msat.record.codec import encode, parse

    last = list(record.entries())[-1]
    for nonsense in ("x", ["../x"], [1], {"a": 1}):
        body = encode(parse(last.body or b"") | {"files": nonsense})
        (made,) = link(head_of(last), [Body(last.type, body)], last.time)
        row = Row(made.log, made.seq, made.id, made.type, made.header, made.body, None)
        problems = prove([*rows(record), row], MemoryFiles(), Expected(record.log)).problems
        assert {p.step for p in problems} == {4, 5}


# --- entries taken out of a log -----------------------------------------------------------------------------------


@pytest.fixture
def excerpt(record: MemoryRecord) -> tuple[bytes, list[Entry]]:
    everything = list(record.entries())
    return everything[0].body or b"", [everything[2], everything[3], everything[6]]


def _pairs(entries: list[Entry]) -> list[tuple[bytes, bytes | None]]:
    return [(e.header, e.body) for e in entries]


def test_an_excerpt_checks_against_a_note_of_the_export(
    record: MemoryRecord, excerpt: tuple[bytes, list[Entry]]
) -> None:
    genesis, entries = excerpt
    note = record.sign("msat-export-v1\nsomething\n")
    assert check_excerpt(genesis, _pairs(entries), note) == ()
    assert check_excerpt(genesis, _pairs(entries), record.signed_head(), [e.id for e in entries]) == ()
    assert check_excerpt(genesis, [(entries[0].header, None)], note) == ()


def test_a_changed_excerpt_does_not(
    record: MemoryRecord, excerpt: tuple[bytes, list[Entry]], clock: FixedClock
) -> None:
    genesis, entries = excerpt
    note, pairs = record.signed_head(), _pairs(entries)
    ids = [e.id for e in entries]
    header, body = entries[0].header, entries[0].body or b""

    def steps(**change: object) -> set[int]:
        given = {"genesis": genesis, "pairs": pairs, "note": note, "ids": ids} | change
        return {p.step for p in check_excerpt(**given)}  # type: ignore[arg-type]

    assert steps() == set()
    assert steps(pairs=[(header, body.replace(b"note", b"mote")), *pairs[1:]]) == {3}
    assert 1 in steps(pairs=[(header.replace(b"2026-11-22", b"2026-11-23"), body), *pairs[1:]])
    assert 1 in steps(pairs=pairs[1:])
    assert steps(pairs=[(b"{}", body), *pairs[1:]]) == {1}
    assert steps(note=note.replace("7\n", "6\n", 1)) == {5}
    assert steps(note="nonsense") == {5}
    assert steps(genesis=b"{}") == {5}
    assert 5 in steps(genesis=genesis.replace(b"Albion", b"Albian"))
    other = MemoryRecord(ORGANISATION, clock)
    (stranger,) = other.append([draft()])
    assert steps(pairs=[*pairs, (stranger.header, stranger.body)], ids=[*ids, stranger.id]) == {2}


def test_an_entry_later_than_the_signed_head_does_not_belong(record: MemoryRecord) -> None:
    genesis, note = next(record.entries()).body or b"", record.signed_head()
    (later,) = record.append([Draft("alert.reopened", PERSON, {"reason": "later"})])
    assert [p.step for p in check_excerpt(genesis, [(later.header, later.body)], note)] == [6]
