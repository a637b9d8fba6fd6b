"""Hostile claims to go on for a log: another's, by another key, beyond its end, a second one, one that comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem, Refused
from msat.exchange.arrivals import Outcome
from msat.exchange.enrolment import ENROLLED, Writer, writers
from msat.exchange.lone import check_exchanged
from msat.exchange.succession import SUPERSEDED, countersigned_in, read_officers
from msat.ids import EntryId, LogId
from msat.record.chain import Birth, genesis, head_of
from msat.record.entries import Draft, Head
from msat.record.lineage import earlier_logs
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key, public_key
from msat.record.succession import Claim, is_borne_out, read_claim, signed_claim, told
from msat.services.desk import Desk
from msat.services.enrol import accept, listed, remove, show
from msat.services.enrol_successor import _check_line, countersignatures
from msat.services.gathering import cut_now
from msat.services.issue_receipts import issue_due
from msat.services.send_return import own_return
from msat.services.take_return import enrolled, take_return
from tests.exchange.conftest import Make
from tests.exchange.sites import ACTOR, CLERK, enrol, sent, work

OFFICERS = ("A. Patel, chair", "B. Jones, pharmacy lead")
WHY = "The disk was put back from an older backup."


def goes_on(desk: Desk, size: int | None = None, **more: Any) -> Desk:
    """A desk in memory whose log goes on for the log of `desk` after entry `size`; `more` bends the claim."""
    before = desk.record
    assert isinstance(before, MemoryRecord)
    end = list(before.entries())[(size or before.head().size) - 1]
    claimed = more.get("head", head_of(end))
    private = new_private_key()
    old = more.get("key", before._signer)
    claim = signed_claim(claimed, public_key(private), old, WHY)
    whose = more.get("organisation", before.organisation)
    first = genesis(Birth(whose, public_key(private), "0" * 64, "0.1", claim), before._clock.now(), ACTOR)
    record = MemoryRecord(whose, before._clock)
    record._entries, record._signer = [first], Signer(first.log, private)
    record._notes = {1: record._signer.sign(head_text(head_of(first)))}
    return replace(desk, record=record)


@pytest.fixture
def practice(site: Make) -> Desk:
    made = site("A81001")
    work(made, "one", "two", "three", "four")
    return made


@pytest.fixture
def committee(site: Make, practice: Desk) -> Desk:
    made = site("16C", "committee")
    enrol(made, practice)
    return made


def waits(committee: Desk, successor: Desk, outcome: Outcome = Outcome.WAITING) -> LogId:
    arrival = take_return(committee, sent(successor), "new.msatreturn")
    assert arrival.outcome is outcome, "a claim by itself changes nothing"
    return successor.record.log


def test_a_right_claim_ends_the_old_log_where_it_says(committee: Desk, practice: Desk, clock: FixedClock) -> None:
    old, new = practice.record.log, goes_on(practice, 3)
    log = waits(committee, new)
    assert "Entries 4 to 5 of the earlier log are held here and missing there" in show(committee, log).succession
    changes, _arrivals = accept(committee, log, CLERK, is_compared=True, officers=OFFICERS)
    assert [entry.type for entry in changes.entries] == [ENROLLED, SUPERSEDED]
    known = enrolled(committee)
    assert known[old].ended == known[log].earlier == Head(old, 3, EntryId(list(practice.record.entries())[2].id))
    assert known[old].successor == log
    cut = {one.log: one for one in cut_now(committee).logs}
    assert (cut[old].size, cut[log].size) == (3, 1)
    assert cut[old].is_superseded
    assert cut[old].is_cut_short, "two entries of it are held and do not count"
    (found,) = countersignatures(committee)
    assert "A. Patel, chair, and B. Jones, pharmacy lead, for Practice 16C" in found.by
    clock.moment += timedelta(hours=1)
    issue_due(committee)
    work(practice, "somebody still uses the old installation")
    arrival = take_return(committee, sent(practice), "old.msatreturn")
    assert arrival.outcome is Outcome.REMAINDER
    assert arrival.outcome.is_alarm
    assert "Entries 4 to 6 are kept and do not count" in arrival.words
    assert {one.log: one.size for one in cut_now(committee).logs}[old] == 3
    assert old not in {one.head.log for one in issue_due(committee).new}, "no receipt for what does not count"


def test_officers_are_two_different_people_with_roles(committee: Desk, practice: Desk) -> None:
    log = waits(committee, goes_on(practice, 3))
    same, without_role = (OFFICERS[0], "a.  patel, treasurer"), ("A. Patel", "B. Jones")
    for wrong in ((), OFFICERS[:1], same, without_role, (*OFFICERS, "C, d")):
        with pytest.raises(Refused):
            accept(committee, log, CLERK, is_compared=True, officers=wrong)
    assert log not in enrolled(committee)
    assert [one.name for one in read_officers(OFFICERS)] == ["A. Patel", "B. Jones"]


def test_a_log_that_claims_nothing_needs_no_officers(committee: Desk, site: Make) -> None:
    other = site("B82002")
    take_return(committee, sent(other), "b.msatreturn")
    with pytest.raises(Refused, match="goes on for no earlier one"):
        accept(committee, other.record.log, CLERK, is_compared=True, officers=OFFICERS)


def refused(committee: Desk, claimant: Desk, words: str) -> None:
    log = waits(committee, claimant)
    before = enrolled(committee)
    with pytest.raises(Refused, match=words):
        accept(committee, log, CLERK, is_compared=True, officers=OFFICERS)
    assert enrolled(committee) == before
    assert "Telephone" in show(committee, log).succession or "ake in" in show(committee, log).succession


def test_another_organisations_log_is_not_to_be_had(committee: Desk, practice: Desk) -> None:
    evil = Organisation("Evil", "B82002", "gp-practice")
    refused(committee, goes_on(practice, 3, organisation=evil), "another organisation")


def test_a_signature_by_another_key_condemns_the_claim(committee: Desk, practice: Desk) -> None:
    thief = Signer(practice.record.log, new_private_key())
    refused(committee, goes_on(practice, 3, key=thief), "not of that log's key")


def test_a_size_beyond_what_is_held_waits_for_the_old_log(committee: Desk, practice: Desk) -> None:
    work(practice, "not sent yet")
    refused(committee, goes_on(practice), "only 5 entries of that are held here")


def test_an_entry_that_is_not_there_is_not_believed(committee: Desk, practice: Desk) -> None:
    end = Head(practice.record.log, 3, EntryId("ab" * 32))
    refused(committee, goes_on(practice, 3, head=end), "is not the one held here")


def test_a_log_that_nobody_knows_here_is_enrolled_first(committee: Desk, site: Make) -> None:
    unknown = site("C83003")
    refused(committee, goes_on(unknown), "is not enrolled here")


def test_the_committees_own_log_is_not_to_be_had(committee: Desk) -> None:
    """Somebody signed it with the committee's own key: it waits all the same, and raises the alarm at once."""
    log = waits(committee, goes_on(committee), Outcome.FORK)
    with pytest.raises(Refused, match="which is your own"):
        accept(committee, log, CLERK, is_compared=True, officers=OFFICERS)


def test_a_second_successor_is_refused_until_the_first_is_removed(committee: Desk, practice: Desk) -> None:
    first, second = goes_on(practice, 3), goes_on(practice, 4)
    accept(committee, waits(committee, first), CLERK, is_compared=True, officers=OFFICERS)
    refused(committee, second, "was enrolled as going on for it before")
    remove(committee, first.record.log, CLERK, "It was the thief's.")
    accept(committee, second.record.log, CLERK, is_compared=True, officers=OFFICERS)
    old = enrolled(committee)[practice.record.log]
    assert (old.successor, old.ended.size if old.ended else 0) == (second.record.log, 4)


def test_a_lost_key_leaves_the_claim_to_the_officers(committee: Desk, practice: Desk, site: Make) -> None:
    new = goes_on(practice, 3, key=None)
    log = waits(committee, new)
    assert "nothing signed that" in show(committee, log).succession
    accept(committee, log, CLERK, is_compared=True, officers=OFFICERS)
    colleague = site("A81001")
    enrol(colleague, practice)
    take_return(colleague, sent(new), "new.msatreturn")
    with pytest.raises(Refused, match="no committee that is enrolled here countersigned"):
        accept(colleague, log, CLERK, is_compared=True)
    with pytest.raises(Refused, match="at the committee alone"):
        accept(colleague, log, CLERK, is_compared=True, officers=OFFICERS)
    enrol(colleague, committee)
    take_return(colleague, own_return(committee)[0], "16C.msatreturn")
    accept(colleague, log, CLERK, is_compared=True)
    assert enrolled(colleague)[practice.record.log].successor == log
    assert [one.writer.log for one in listed(colleague) if one.writer.ended] == [practice.record.log]


def test_a_practice_cannot_countersign_for_a_committee(committee: Desk, practice: Desk, site: Make) -> None:
    """An entry of the committee's type in a practice's log counts for nothing."""
    new, friend, colleague = goes_on(practice, 3, key=None), site("B82002"), site("A81001")
    end = Head(practice.record.log, 3, EntryId(list(practice.record.entries())[2].id))
    officers = [{"name": "A", "role": "b"}, {"name": "C", "role": "d"}]
    forged = {"log": end.log, "size": 3, "head": end.id, "successor": new.record.log, "officers": officers}
    friend.record.append([Draft(SUPERSEDED, ACTOR, forged)])
    for one in (practice, friend):
        enrol(colleague, one)
    take_return(colleague, sent(new), "new.msatreturn")
    with pytest.raises(Refused, match="no committee that is enrolled here countersigned"):
        accept(colleague, new.record.log, CLERK, is_compared=True)
    assert countersignatures(colleague) == ()


@pytest.mark.parametrize(
    "bent",
    [
        {"supersedes": "x"},
        {"supersedes": {"log": "zz", "size": 1, "head": "ab" * 32}},
        {"supersedes": {"log": "ab" * 16, "size": 0, "head": "ab" * 32}},
        {"supersedes": {"log": "ab" * 16, "size": True, "head": "ab" * 32}},
        {"supersedes": {"log": "ab" * 16, "size": 1, "head": "AB" * 32}},
        {"supersedes": {"log": "ab" * 16, "size": 1, "head": "ab" * 32}, "reason": 5},
        {"supersedes": {"log": "ab" * 16, "size": 1, "head": "ab" * 32}, "known_size": "9"},
        {"supersedes": {"log": "ab" * 16, "size": 1, "head": "ab" * 32}, "earlier_key_note": None},
    ],
)
def test_a_malformed_claim_is_no_claim_and_no_log(bent: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_claim(bent)


def test_a_claim_survives_being_written_and_read() -> None:
    claim = Claim(Head(LogId("ab" * 16), 7, EntryId("cd" * 32)), "Because.", 9, "note")
    assert read_claim(told(claim)) == claim
    assert read_claim({}) is None


def test_a_line_of_logs_that_does_not_end_is_refused() -> None:
    """Hashes forbid a circle; a reader that is handed one all the same does not go round for ever."""
    whose, head = Organisation("P", "A81001", "gp-practice"), "ab" * 32

    def birth(log: LogId) -> Birth:
        other = LogId("b" * 32) if log == "a" * 32 else LogId("a" * 32)
        return Birth(whose, b"k" * 32, "", "", Claim(Head(other, 1, EntryId(head)), ""))

    with pytest.raises(RecordProblem, match="do not end"):
        earlier_logs(LogId("a" * 32), birth)


def test_a_circle_of_enrolments_ends_nothing_for_ever() -> None:
    """Two enrolments that each name the other as earlier: neither reader hangs, and no claim fits any more."""
    a, b = "a" * 32, "b" * 32
    known: dict[LogId, Writer] = {
        LogId(one): Writer(
            LogId(one), "A81001", "P", "gp-practice", "0" * 64, earlier=Head(LogId(other), 1, EntryId("ab" * 32))
        )
        for one, other in ((a, b), (b, a))
    }
    with pytest.raises(Refused, match="comes back to itself"):
        _check_line(known, LogId(a), known[LogId(b)], "It says so")
    assert writers(()) == {}


def test_a_countersignature_that_is_withheld_or_bent_counts_for_nothing(committee: Desk) -> None:
    bent = {"log": "ab" * 16, "size": 3, "head": "ab" * 32, "successor": "cd" * 16}
    for officers in (None, [], [{"name": "A", "role": "b"}], [{"name": "A", "role": "b"}, {"name": "A", "role": "b"}]):
        (entry,) = committee.record.append([Draft(SUPERSEDED, ACTOR, {**bent, "officers": officers})])
        assert countersigned_in(entry) is None
        assert countersigned_in(replace(entry, body=None, content={})) is None


def test_nobody_signs_a_claim_by_way_of_an_export(practice: Desk) -> None:
    """The text of a claim is signed by the record's own machinery alone."""
    with pytest.raises(Refused, match="signed by the record itself"):
        practice.record.sign("msat-supersede-v1/" + "ab" * 16 + "\n1\n" + "ab" * 32 + "\n" + "cd" * 32 + "\n")
    claim = Claim(practice.record.head(), "", note="no note at all")
    assert not is_borne_out(claim, b"k" * 32, [practice.record.public_key])


def test_the_first_entry_cannot_be_bent_on_the_way(committee: Desk, practice: Desk) -> None:
    new = goes_on(practice, 3)
    data = sent(new).replace(b'"size":3', b'"size":2')
    assert data != sent(new)
    assert take_return(committee, data, "bent.msatreturn").outcome is Outcome.REJECTED


def test_a_received_log_keeps_the_place_of_its_predecessor(committee: Desk, practice: Desk) -> None:
    """Nothing of the old log is deleted when it is superseded: all that was held stays held."""
    held = committee.record.received.ids(practice.record.log)
    accept(committee, waits(committee, goes_on(practice, 3)), CLERK, is_compared=True, officers=OFFICERS)
    assert committee.record.received.ids(practice.record.log) == held


def test_a_lone_return_says_what_it_claims_and_that_it_proves_nothing(practice: Desk) -> None:
    found = check_exchanged(sent(goes_on(practice, 3)), "new.msatreturn", None)
    assert found.problems == ()
    assert any(f"goes on for the log {practice.record.log[:8]} after entry 3" in line for line in found.checked)
    assert not any("goes on for" in line for line in check_exchanged(sent(practice), "a.msatreturn", None).checked)
