"""Return files: written and read back, judged beside what is held, and refused when anything in them was changed."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime

import pytest

from msat.clock import FixedClock
from msat.exchange.return_file import (
    MOST_BYTES,
    BadReturn,
    Judged,
    Return,
    Verdict,
    file_name,
    judge,
    read_return,
    write_return,
)
from msat.record.chain import head_of
from msat.record.entries import Actor
from msat.record.memory import MemoryRecord
from msat.record.signing import Signer, head_text, new_private_key, sign
from tests.faults.figures import tell
from tests.record.makers import ORGANISATION, draft

MUTATIONS = int(os.environ.get("MSAT_MUTATED_RETURNS", "20000"))
"""MSAT_MUTATED_RETURNS=1000000 for a long trial."""
ADMIN = Actor("B. Jones", "Practice manager", "bjones")


@pytest.fixture
def record() -> MemoryRecord:
    made = MemoryRecord(ORGANISATION, FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC)))
    made.append([draft("one"), draft("two – with a dash"), draft("three")])
    return made


def written(record: MemoryRecord, upto: int | None = None, note: str = "") -> bytes:
    return b"".join(write_return(record.entries(upto=upto), note or record.signed_head()))


def ids(one: Return) -> list[str]:
    return [line.id for line in one.lines]


def test_a_whole_log_travels_as_text_and_is_verified_from_it_alone(record: MemoryRecord) -> None:
    data = written(record)
    assert data.startswith(b"msat-return-v1\nmsat-chain-v1/")
    assert data.endswith(b"\nend 4\n")
    read = read_return(data)
    assert read.head == record.head()
    assert read.identity.birth.organisation == ORGANISATION
    assert [(line.header, line.body) for line in read.lines] == [(e.header, e.body) for e in record.entries()]
    assert file_name("G85001", read.head) == f"G85001-{record.log[:8]}-4.msatreturn"
    assert file_name("../x\\y", read.head).startswith("xy-")


def test_a_changed_key_is_followed(record: MemoryRecord) -> None:
    record.rotate_key(ADMIN)
    record.append([draft("after")])
    assert read_return(written(record)).head.size == 6


def test_bodies_can_be_withheld_and_the_chain_still_verifies(record: MemoryRecord) -> None:
    record.rotate_key(ADMIN)
    kinds = frozenset({"alert.acknowledged", "log.opened", "key.rotated"})
    data = b"".join(write_return(record.entries(), record.signed_head(), kinds))
    assert [line.body is None for line in read_return(data).lines] == [False, True, True, True, False]


def test_what_is_held_decides_what_a_return_is(record: MemoryRecord) -> None:
    short = read_return(written(record))
    record.append([draft("four"), draft("five")])
    longer = read_return(written(record))
    assert judge([], short) == Judged(Verdict.NEW, new=4)
    assert judge(ids(short), longer) == Judged(Verdict.NEW, new=2)
    assert judge(ids(longer), longer) == Judged(Verdict.SAME)
    assert judge(ids(longer), short) == Judged(Verdict.OLDER)
    assert judge([*ids(short), "f" * 64, "e" * 64], longer) == Judged(Verdict.FORK, at=5)
    assert judge(["f" * 64], short) == Judged(Verdict.FORK, at=1)


def test_the_same_key_with_another_history_is_a_fork() -> None:
    clock = FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    one = MemoryRecord(ORGANISATION, clock)
    one.append([draft("one"), draft("two")])
    other = MemoryRecord(ORGANISATION, clock)
    other._entries, other._signer = one._entries[:2], one._signer
    other.append([draft("instead"), draft("and on")])
    held = ids(read_return(written(one)))
    assert judge(held, read_return(written(other))) == Judged(Verdict.FORK, at=3)


# --- refused ------------------------------------------------------------------------------------------------------


def lines_of(data: bytes) -> list[bytes]:
    return data.split(b"\n")


def test_a_log_cut_short_is_refused_unless_its_own_head_was_signed(record: MemoryRecord) -> None:
    note = record.signed_head()
    record.append([draft("later")])
    with pytest.raises(BadReturn, match="cut or added to"):
        read_return(written(record, upto=4))
    assert read_return(written(record, upto=4, note=note)).head.size == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: b"", "not a return"),
        (lambda d: b"PK\x03\x04" + d, "not a return"),
        (lambda d: d.replace(b"v1\n", b"v2\n", 1), "not a return"),
        (lambda d: d[:-1], "stops before its end"),
        (lambda d: d.replace(b"\n", b"\r\n"), "not a return"),
        (lambda d: d.replace(b"end 4", b"end 3"), "number of its entries"),
        (lambda d: d.replace(b"end 4", b"end 04"), "number of its entries"),
        (lambda d: d + d, "number of its entries"),
        (lambda d: d.replace(b"three", b"threw"), "content of entry 4 was changed"),
        (lambda d: d.replace(b"H {", b"h {", 1), "not written as an entry"),
        (lambda d: d.replace(b"\xe2\x80\x94 ", b"- ", 1), "signed head at its beginning"),
        (lambda d: b"\n".join([*lines_of(d)[:7], b"H " + b"x" * 70_000, *lines_of(d)[8:]]), "not written as an entry"),
        (lambda d: b"x" * (MOST_BYTES + 1), "larger than 64 MB"),
    ],
)
def test_what_is_no_genuine_return_is_refused_in_words(record: MemoryRecord, change, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadReturn, match=words):
        read_return(change(written(record)))


def test_a_first_entry_without_its_body_proves_nothing(record: MemoryRecord) -> None:
    data = written(record)
    first = next(record.entries())
    assert first.body is not None
    with pytest.raises(BadReturn, match="name of its log"):
        read_return(data.replace(b"B " + first.body, b"B -"))


def test_a_history_signed_by_another_key_is_refused(record: MemoryRecord) -> None:
    thief = Signer(record.log, new_private_key())
    note = sign(head_text(head_of(list(record.entries())[-1])), record.log, thief.private)
    with pytest.raises(BadReturn, match="signature does not fit"):
        read_return(written(record, note=note))


def mutated(data: bytes, dice: random.Random) -> bytes:
    """One of the kinds of damage: bits, bytes, cuts, inserts, truncation, lines swapped, dropped or repeated."""
    kind, at = dice.randrange(8), dice.randrange(len(data))
    if kind == 0:
        return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]
    if kind == 2:
        return data[:at] + data[at + dice.randrange(1, 60) :]
    if kind == 3:
        return data[:at] + dice.randbytes(dice.randrange(1, 20)) + data[at:]
    if kind == 4:
        return data[:at]
    lines = lines_of(data)
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    if kind == 5:
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 6:
        del lines[one]
    else:
        lines.insert(other, lines[one])
    return b"\n".join(lines)


@pytest.mark.timeout(3600)
def test_no_changed_return_is_ever_taken_for_another(record: MemoryRecord) -> None:
    """What still reads says exactly what was sent: only bytes that mean nothing could have changed, and none may."""
    record.rotate_key(ADMIN)
    record.append([draft("after the change of key")])
    data, dice = written(record), random.Random(20_261_122)
    refused = 0
    for _ in range(MUTATIONS):
        changed = mutated(data, dice)
        if changed == data:
            continue
        try:
            read_return(changed)
        except BadReturn:
            refused += 1
            continue
        pytest.fail(f"a changed return was taken: {changed[:200]!r}")
    tell(7, f"mutated returns, {refused:,} refused", MUTATIONS)
    assert refused > MUTATIONS * 0.9
