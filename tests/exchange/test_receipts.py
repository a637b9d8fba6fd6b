"""Receipts and the register: recorded before they are given out, verified alone, and held against the own log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem, Refused
from msat.exchange.arrivals import Outcome
from msat.exchange.lone import check_exchanged
from msat.exchange.receipts import BadReceipt, read_receipt
from msat.exchange.register import BadRegister, Listed, read_register, write_register
from msat.services.desk import Desk
from msat.services.issue_receipts import issue_receipt, write_own_register
from msat.services.receive_receipt import receive
from msat.services.take_return import take_return
from tests.exchange.sites import CLERK, enrol, sent, twin, work

Make = Callable[..., Desk]


@pytest.fixture
def practice(site: Make) -> Desk:
    made = site("A81001")
    work(made, "one", "two")
    return made


@pytest.fixture
def team(site: Make, practice: Desk) -> Desk:
    made = site("16C", "committee")
    enrol(made, practice)
    enrol(practice, made)
    return made


def test_a_receipt_is_recorded_before_it_is_given_and_the_practice_keeps_it(
    practice: Desk, team: Desk, clock: FixedClock
) -> None:
    issued = issue_receipt(team, practice.record.log)
    (entry,) = team.record.typed(frozenset({"receipt.issued"}))
    assert (entry.data["log"], entry.data["size"]) == (practice.record.log, issued.head.size)
    read = read_receipt(issued.data)
    assert (read.head, read.at) == (issued.head, clock.now())
    assert read.issuer.birth.organisation.ods == "16C"
    assert issued.name == f"A81001-{practice.record.log[:8]}-{issued.head.size}-by-{team.record.log[:8]}.msatreceipt"
    found = receive(practice, issued.data, issued.name)
    assert found.outcome is Outcome.NEW
    assert "Practice 16C (16C) held it up to entry" in found.words
    (kept,) = practice.record.typed(frozenset({"receipt.received"}))
    assert practice.files.get(kept.data["sha256"]) == issued.data
    next(practice.places.seen_heads.iterdir()).unlink()
    assert receive(practice, issued.data, "again").outcome is Outcome.SAME
    assert len(list(practice.places.seen_heads.iterdir())) == 1


def test_the_same_head_gives_the_same_receipt_later(practice: Desk, team: Desk, clock: FixedClock) -> None:
    first = issue_receipt(team, practice.record.log)
    clock.moment += timedelta(days=3)
    assert issue_receipt(team, practice.record.log) == first
    assert len(team.record.typed(frozenset({"receipt.issued"}))) == 1
    work(practice, "three")
    take_return(team, sent(practice), "x")
    longer = issue_receipt(team, practice.record.log)
    assert longer.head.size > first.head.size
    assert receive(practice, longer.data, "b").outcome is Outcome.NEW
    assert receive(practice, first.data, "a").outcome is Outcome.OLDER
    assert len(list(practice.places.seen_heads.iterdir())) == 1, "an earlier head of the same chain is needless"


def test_a_receipt_after_changes_of_key_on_both_sides(practice: Desk, team: Desk) -> None:
    team.record.rotate_key(CLERK.actor())
    practice.record.rotate_key(CLERK.actor())
    work(practice, "three")
    take_return(team, sent(practice), "x")
    assert receive(practice, issue_receipt(team, practice.record.log).data, "r").outcome is Outcome.NEW


def test_who_may_issue_and_for_what(site: Make, practice: Desk, team: Desk) -> None:
    with pytest.raises(Refused, match="issued by a commissioner's team"):
        issue_receipt(practice, team.record.log)
    with pytest.raises(Refused, match="not enrolled"):
        issue_receipt(team, site("B82002").record.log)


def test_nothing_shorter_than_a_receipt_is_receipted_again(
    practice: Desk, team: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_receipt(team, practice.record.log)
    whole = team.record.received.ids(practice.record.log)
    monkeypatch.setattr(type(team.record.received), "ids", lambda _self, _log: whole[:2])
    with pytest.raises(RecordProblem, match="2 entries are held, but a receipt was issued up to entry"):
        issue_receipt(team, practice.record.log)


def test_receipts_of_strangers_and_for_others_are_told_apart(site: Make, practice: Desk, team: Desk) -> None:
    issued = issue_receipt(team, practice.record.log)
    other = site("B82002")
    found = receive(other, issued.data, "r")
    assert found.outcome is Outcome.ELSEWHERE
    unchecked = "who goes by Practice 16C (16C) and is not enrolled here says that they held it up to entry 3 on"
    assert unchecked in found.words
    assert found.words.endswith("; who that is was not checked.")
    enrol(other, team)
    found = receive(other, issued.data, "r")
    assert ": Practice 16C (16C) held it up to entry 3 on" in found.words
    assert "not checked" not in found.words
    assert "not checked" not in receive(team, issued.data, "r").words, "its own"
    stranger = site("99X", "committee")
    enrol(stranger, practice)
    receipt = issue_receipt(stranger, practice.record.log).data
    assert receive(practice, receipt, "r").outcome is Outcome.WAITING
    object.__setattr__(practice, "record", twin(practice, 2))
    found = receive(practice, receipt, "r")
    assert found.outcome is Outcome.AHEAD
    assert "Somebody who goes by Practice 99X (99X) and is not enrolled here" in found.words


def test_a_practice_whose_log_is_shorter_than_its_receipt_is_told(practice: Desk, team: Desk) -> None:
    cut = twin(practice, 2)
    issued = issue_receipt(team, practice.record.log)
    object.__setattr__(practice, "record", cut)
    found = receive(practice, issued.data, "r")
    assert found.outcome is Outcome.AHEAD
    assert "This record ends at entry 2, but others hold its entry" in found.words
    assert "this is an incident" in found.next_step
    assert len(list(practice.places.seen_heads.iterdir())) == 1, "kept outside the data, for the next opening"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d[:-1],
        lambda d: d[: len(d) // 2],
        lambda d: d.replace(b"\n\n{", b"\n{"),
        lambda d: d.replace(b'"issuer"', b'"issuex"'),
        lambda d: d.replace(b"msat-chain-v1/", b"msat-chain-v1/0", 1),
        lambda d: d.replace(b"\n4\n", b"\n5\n", 1).replace(b"\n3\n", b"\n4\n", 1),
        lambda d: b"\n".join([*d.split(b"\n")[:6], *d.split(b"\n")[7:]]),
        lambda d: d + b"x",
        lambda d: b"msat-receipt-v1\n",
        lambda d: b"msat-receipt-v1\n" + b"\xff" * 40 + b"\n\n{}\n",
        lambda d: d + b" " * (5 * 1024 * 1024),
    ],
)
def test_a_receipt_that_was_changed_is_refused(
    practice: Desk, team: Desk, change: Callable[[bytes], bytes]
) -> None:
    data = issue_receipt(team, practice.record.log).data
    assert change(data) != data
    with pytest.raises(BadReceipt) as caught:
        read_receipt(change(data))
    assert caught.value.next_step
    assert receive(practice, change(data), "r").outcome in (Outcome.REJECTED, Outcome.UNFINISHED)


def test_a_receipt_is_checked_with_no_record_at_hand(practice: Desk, team: Desk) -> None:
    data = issue_receipt(team, practice.record.log).data
    alone = check_exchanged(data, "r.msatreceipt", None)
    assert alone.valid
    assert "Practice 16C (16C)" in alone.checked[0]
    assert "Nothing of that log is held here" in alone.checked[-1]
    assert check_exchanged(data, "r", practice.record).valid
    short = check_exchanged(data, "r", twin(practice, 2))
    assert [(p.step, p.where) for p in short.problems] == [(6, "this record")]
    assert not check_exchanged(data[:-9], "r", None).valid


# --- the register -------------------------------------------------------------------------------------------------


def test_the_register_lists_every_log_and_practices_check_it(site: Make, practice: Desk, team: Desk) -> None:
    other = site("B82002")
    enrol(team, other)
    data, number = write_own_register(team)
    assert number == 2
    read = read_register(data)
    assert {(line.ods, line.head.size) for line in read.lines} == {("A81001", 3), ("B82002", 1)}
    found = receive(practice, data, "r.msatregister")
    assert found.outcome is Outcome.SAME
    assert "2 logs; your log is in it up to entry 3" in found.words
    assert receive(other, data, "r").outcome is Outcome.WAITING
    assert receive(team, data, "r").words.endswith("made here.")
    assert check_exchanged(data, "r", None).valid
    with pytest.raises(Refused, match="commissioner's team"):
        write_own_register(practice)


def test_a_register_that_drops_or_alters_a_log_is_an_alarm(practice: Desk, team: Desk, clock: FixedClock) -> None:
    receive(practice, issue_receipt(team, practice.record.log).data, "r")
    head = team.record.received.heads()[0]
    for listed, words in (
        ([], "lacks your log"),
        ([Listed("A81001", type(head)(head.log, 2, practice.record.received.ids(team.record.log)[0]))], "does not fit"),
        ([Listed("A81001", _second(practice))], "their own receipt goes to entry 3"),
    ):
        found = receive(practice, write_register(listed, team.record, clock.now()), "r")
        assert found.outcome is Outcome.FORK
        assert words in found.words


def _second(practice: Desk):  # type: ignore[no-untyped-def]
    from msat.record.chain import head_of

    return head_of(list(practice.record.entries())[1])


def test_a_register_that_tells_another_site_something_else_is_an_alarm(
    site: Make, practice: Desk, team: Desk, clock: FixedClock
) -> None:
    other = site("B82002")
    enrol(other, practice)
    enrol(other, team)
    head = other.record.received.heads()
    mine = next(one for one in head if one.log == practice.record.log)
    wrong = type(mine)(mine.log, mine.size, team.record.head().id)
    found = receive(other, write_register([Listed("A81001", wrong)], team.record, clock.now()), "r")
    assert found.outcome is Outcome.FORK
    assert "holds another entry 4 of A81001" in found.words
    problems = check_exchanged(write_register([Listed("A81001", wrong)], team.record, clock.now()), "r", other.record)
    assert [p.step for p in problems.problems] == [7]


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.replace(b"A81001 ", b"A81002 ", 1),
        lambda d: d.replace(b" 3 ", b" 2 ", 1),
        lambda d: d[:-1],
        lambda d: d.replace(b"\n1\n", b"\n2\n", 1),
        lambda d: b"msat-register-v1\n",
        lambda d: b"\n".join(line for line in d.split(b"\n") if not line.startswith(b"A81001")),
        lambda d: d + b" " * (33 * 1024 * 1024),
    ],
)
def test_a_register_that_was_changed_is_refused(team: Desk, change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    data, _number = write_own_register(team)
    assert change(data) != data
    with pytest.raises(BadRegister):
        read_register(change(data))


def test_a_receipt_or_register_cut_where_a_line_ends_is_not_whole_yet(site: Make) -> None:
    practice, team = site("A81001"), site("QOX", "committee")
    enrol(team, practice)
    enrol(practice, team)
    receipt = issue_receipt(team, practice.record.log).data
    register = write_own_register(team)[0]
    for data in (receipt, register):
        ends = [at for at in range(1, len(data)) if data[:at].endswith(b"\n")]
        assert len(ends) > 3
        for at in ends:
            assert receive(practice, data[:at], "cut.msatreceipt").outcome is Outcome.UNFINISHED, data[:at]
        assert receive(practice, data, "whole.msatreceipt").outcome is Outcome.NEW or data is register


def test_checking_a_receipt_says_whether_its_issuer_is_enrolled(site: Make, practice: Desk, team: Desk) -> None:
    data = issue_receipt(team, practice.record.log).data
    unknown = "Not checked: who the issuer is."
    assert any(one.startswith(unknown) for one in check_exchanged(data, "r", None).checked)
    assert any(one.startswith(unknown) for one in check_exchanged(data, "r", site("B82002").record).checked)
    enrolled = "The issuer's log is enrolled here as Practice 16C (16C)."
    assert enrolled in check_exchanged(data, "r", practice.record).checked
    assert "The issuer's log is your own." in check_exchanged(data, "r", team.record).checked
