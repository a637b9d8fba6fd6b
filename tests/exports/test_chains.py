"""The chains of an export: every log from its first entry to its head, for a reader without a database."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.exports.chains import Chain, chains, differs_from, entries_in, followed, read_chains
from msat.exports.manifest import BadEvidence
from msat.ids import LogId
from msat.projections.cut import Cut, LogCut
from msat.record.codec import NO_ENTRY
from msat.record.entries import Actor, Draft
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.record.received import RawEntry
from tests.exports.samples import CUT_OFF, ISSUED, KEY, record_with_alert

PERSON = Actor("A. Patel", "practice manager", "tester")
TEAM = Organisation("Team", "QOX", "committee")


def practice(ods: str, *alerts: str) -> MemoryRecord:
    """A practice's record: an acknowledgement of each alert, staff leave, and an explained gap that was corrected."""
    clock = FixedClock(ISSUED)
    record = MemoryRecord(Organisation(f"Practice {ods}", ods, "gp-practice"), clock)
    for alert in alerts:
        clock.moment += timedelta(minutes=1)
        record.append([Draft("alert.acknowledged", PERSON, {"note": "seen"}, about=alert, meaning="Seen.")])
    record.append([Draft("absence.recorded", PERSON, {"name": "A. Patel", "until": "2026-09-01"}, meaning="Away.")])
    explained = {"series": "EL", "year": 2026, "number": 3, "reason": "not-issued", "note": ""}
    (gap,) = record.append([Draft("gap.explained", PERSON, explained, meaning="Explained.")])
    corrected = {"entry": gap.id, "reason": "typed wrongly", "data": explained}
    record.append([Draft("entry.corrected", PERSON, corrected, meaning="Corrected.")])
    return record


def take(team: MemoryRecord, other: MemoryRecord, upto: int | None = None) -> None:
    rows = [RawEntry(e.id, e.type, e.header, e.body) for e in other.entries(upto=upto)]
    held = len(team.received.ids(other.log))
    team.received.take(other.log, held, rows[held:], other._notes[len(rows)])


def cut_of(team: MemoryRecord, *others: MemoryRecord) -> Cut:
    head, own = team.head(), team.organisation
    logs = [LogCut(head.log, own.ods, own.name, own.kind, head.size, head.id, is_own=True)]
    for other in others:
        held, whose = team.received.ids(other.log), other.organisation
        last = held[-1] if held else NO_ENTRY
        logs.append(LogCut(other.log, whose.ods, whose.name, whose.kind, len(held), last))
    return Cut(CUT_OFF, tuple(logs))


@pytest.fixture
def team() -> MemoryRecord:
    return record_with_alert(organisation=TEAM)


def bodies(chain: Chain) -> list[str]:
    return [entry.type for entry in entries_in(chain) if entry.body is not None]


def test_every_log_can_be_followed_to_its_head_and_says_only_what_the_export_rests_on(team: MemoryRecord) -> None:
    one, other = practice("A81001", KEY, "EL(26)A/99"), practice("B81002", KEY)
    take(team, one)
    take(team, other)
    cut = cut_of(team, one, other)
    read = read_chains(chains(team, cut, {KEY}).data)
    assert [chain.head.log for chain in read] == [team.log, one.log, other.log]
    assert [followed(chain).birth.organisation.ods for chain in read] == ["QOX", "A81001", "B81002"]
    assert all(chain.is_whole for chain in read)
    assert [chain.note is not None for chain in read] == [False, True, True]
    assert bodies(read[1]) == ["log.opened", "alert.acknowledged", "gap.explained", "entry.corrected"]
    assert read[1].withheld == 2
    assert differs_from(read, cut.logs) == ""
    everything = read_chains(chains(team, cut, None).data)
    assert bodies(everything[1]).count("alert.acknowledged") == 2
    assert "absence.recorded" not in bodies(everything[1])


def test_the_same_cut_gives_the_same_bytes_when_the_logs_have_grown(team: MemoryRecord) -> None:
    one = practice("A81001", KEY)
    take(team, one)
    cut = cut_of(team, one)
    before = chains(team, cut, {KEY}).data
    one.append([Draft("alert.acknowledged", PERSON, {"note": "again"}, about=KEY, meaning="Seen.")])
    take(team, one)
    team.append([Draft("alert.acknowledged", PERSON, {"note": "own"}, about=KEY, meaning="Seen.")])
    assert chains(team, cut, {KEY}).data == before
    assert chains(team, cut_of(team, one), {KEY}).data != before


def test_a_length_at_which_no_signed_head_was_kept_is_told_by_the_missing_note(team: MemoryRecord) -> None:
    one = practice("A81001", KEY)
    take(team, one)
    ids = team.received.ids(one.log)
    short = LogCut(one.log, "A81001", "Practice A81001", "gp-practice", 2, ids[1])
    read = read_chains(chains(team, Cut(CUT_OFF, (cut_of(team).own, short)), {KEY}).data)
    assert read[1].note is None
    assert followed(read[1]).log == one.log


def test_a_changed_key_is_followed(team: MemoryRecord) -> None:
    one = practice("A81001", KEY)
    one.rotate_key(PERSON)
    one.append([Draft("alert.acknowledged", PERSON, {"note": ""}, about=KEY, meaning="Seen.")])
    take(team, one)
    data = chains(team, cut_of(team, one), {KEY}).data
    assert followed(read_chains(data)[1]).keys.public == one.public_key
    few = chains(team, cut_of(team, one), {KEY}, most=100).data
    assert followed(read_chains(few)[1]).keys.public == one.public_key


def test_above_the_limit_only_the_keys_are_attached_and_the_signed_head_still_checks(team: MemoryRecord) -> None:
    one = practice("A81001", KEY)
    take(team, one)
    cut = cut_of(team, one)
    read = read_chains(chains(team, cut, {KEY}, most=1_000).data)
    assert [len(chain.lines) for chain in read] == [1, 1]
    assert not read[1].is_whole
    assert followed(read[1]).log == one.log
    assert differs_from(read, cut.logs) == ""


def test_a_log_that_has_not_come_yet_is_named_with_nothing_in_it(team: MemoryRecord) -> None:
    one = practice("A81001", KEY)
    read = read_chains(chains(team, cut_of(team, one), {KEY}).data)
    assert (read[1].head.size, read[1].lines, read[1].is_whole) == (0, (), True)


def test_a_log_that_does_not_reach_the_head_here_is_refused(team: MemoryRecord) -> None:
    one = practice("A81001", KEY)
    take(team, one)
    cut = cut_of(team, one)
    longer = LogCut(LogId(one.log), "A81001", "", "gp-practice", 99, cut.logs[1].head)
    with pytest.raises(Refused, match="does not reach entry 99"):
        chains(team, Cut(CUT_OFF, (cut.own, longer)), {KEY})


CHANGES = {
    "a body": (rb'"note":"seen"', b'"note":"sean"', "content of entry 2 was changed"),
    "a header": (rb'"type":"alert.acknowledged"', b'"type":"alert.acknowledgeb"', "Entry 3 does not follow"),
    "an entry out": (rb"H [^\n]*absence[^\n]*\nB [^\n]*\n", b"", "does not end with the number of its entries"),
    "the head": (rb"(log [0-9a-f]{32} [0-9]+ )[0-9a-f]{8}", rb"\g<1>00000000", "is not the head that is named"),
    "the note": (rb"(N \xe2\x80\x94 [0-9a-f]{32} ....)", rb"\g<1>AAAA", "names no log|signed head"),
    "the number of logs": (rb"logs 2", b"logs 3", "do not end with the number of logs"),
    "the form": (rb"msat-chains-v1", b"msat-chains-v2", "do not begin"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_told(team: MemoryRecord, change: str) -> None:
    one = practice("A81001", KEY)
    take(team, one)
    data = chains(team, cut_of(team, one), None).data
    old, new, said = CHANGES[change]
    begin = data.index(b"log " + one.log.encode()) if change not in ("the form", "the number of logs") else 0
    changed = data[:begin] + re.sub(old, new, data[begin:], count=1)
    assert changed != data
    with pytest.raises(BadEvidence, match=said):
        all(followed(chain) for chain in read_chains(changed))


def test_mutated_chains_are_refused_or_differ_from_the_manifest(team: MemoryRecord) -> None:
    """Whatever is changed: no chain that can be followed says anything else under the heads that were named."""
    one = practice("A81001", KEY)
    take(team, one)
    cut = cut_of(team, one)
    data = chains(team, cut, None).data
    said = [line.body for chain in read_chains(data) for line in chain.lines if line.body]
    dice = random.Random(20261122)
    accepted = 0
    for _ in range(400):
        at, broken = dice.randrange(len(data)), bytearray(data)
        kind = dice.randrange(3)
        if kind == 0:
            broken[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            del broken[at : at + dice.randrange(1, 80)]
        else:
            broken[at:at] = broken[max(0, at - 40) : at]
        try:
            read = read_chains(bytes(broken))
            assert all(followed(chain) for chain in read)
        except BadEvidence:
            continue
        if differs_from(read, cut.logs) == "":
            accepted += 1
            assert [line.body for chain in read for line in chain.lines if line.body] == said
    assert accepted < 20
