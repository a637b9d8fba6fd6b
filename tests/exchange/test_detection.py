"""Row 9 of the fault table: whoever holds an earlier head notices every way of rewriting a log."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.exchange.arrivals import Arrival, Outcome
from msat.exchange.return_file import write_return
from msat.record.chain import body_of, body_of_own, head_of, link
from msat.record.entries import Draft, Entry, Head
from msat.record.key_history import rotation, rotation_text
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key, sign, sign_twice
from msat.services.desk import Desk
from msat.services.take_return import take_return
from tests.exchange.sites import ACTOR, enrol, held, make_site, sent, work
from tests.exchange.worlds import START
from tests.faults.figures import tell
from tests.record.makers import draft

TRIALS = int(os.environ.get("MSAT_REWRITTEN_LOGS", "100"))
"""MSAT_REWRITTEN_LOGS=1000 for a long trial."""


class Case:
    """A writer with its key at hand, and a holder who has seen all of its log so far."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        clock = FixedClock(START)
        self.dice, self.clock = dice, clock
        self.writer = make_site(folder / "w", Organisation("Albion Practice", "A81001", "gp-practice"), clock)
        self.holder = make_site(folder / "h", Organisation("The Committee", "16C", "committee"), clock)
        work(self.writer, *(f"note {n}" for n in range(dice.randrange(4, 9))))
        if dice.random() < 0.3:
            self.record.rotate_key(ACTOR)
            work(self.writer, "after the change of key")
        enrol(self.holder, self.writer)
        take_return(self.holder, sent(self.writer), "first")
        self.before = held(self.holder)

    @property
    def record(self) -> MemoryRecord:
        record = self.writer.record
        assert isinstance(record, MemoryRecord)
        return record

    @property
    def entries(self) -> list[Entry]:
        return list(self.record.entries())

    def longer(self, entries: list[Entry], *drafts: Draft) -> list[Entry]:
        """`entries` with more of them, linked as they should be."""
        now = self.clock.now()
        bodies = [body_of(one, self.record.organisation, now) for one in drafts]
        return [*entries, *link(head_of(entries[-1]), bodies, now)]

    def file(self, entries: list[Entry], signer: Signer | None = None, note: str = "") -> bytes:
        """A return of `entries`, signed by the writer's key or another."""
        made = note or (signer or self.record._signer).sign(head_text(head_of(entries[-1])))
        return b"".join(write_return(entries, made))

    def some(self) -> int:
        """A number of entries fewer than the holder has seen."""
        return self.dice.randrange(2, len(self.entries))


def truncation(case: Case) -> bytes:
    """The end cut off, the signed head left."""
    return case.file(case.entries[: case.some()], note=case.record.signed_head())


def rollback(case: Case) -> bytes:
    """The log as it was earlier, with the head that was signed then."""
    size = case.some()
    note = case.record._notes.get(size) or _old_note(case, size)
    return case.file(case.entries[:size], note=note)


def _old_note(case: Case, size: int) -> str:
    """A head that was never signed by itself, for several entries were recorded at once: signed now, by today's key."""
    return case.record._signer.sign(head_text(head_of(case.entries[size - 1])))


def fork(case: Case) -> bytes:
    """Another history, signed with the real key."""
    size = max(case.some(), 1 + max((e.seq for e in case.entries if e.type == "key.rotated"), default=1))
    size = min(size, len(case.entries) - 1)
    instead = [draft(f"instead {n}") for n in range(case.dice.randrange(1, 9))]
    return case.file(case.longer(case.entries[:size], *instead))


def replay(case: Case) -> bytes:
    """An old file again, after newer ones."""
    old = sent(case.writer)
    work(case.writer, "newer")
    take_return(case.holder, sent(case.writer), "newer")
    case.before = held(case.holder)
    return old


def old_key(case: Case) -> bytes:
    """Whoever has the key of before a change goes on with it."""
    old = case.record._signer
    case.record.rotate_key(ACTOR)
    take_return(case.holder, sent(case.writer), "rotated")
    case.before = held(case.holder)
    return case.file(case.longer(case.entries, draft("forged")), old)


def hostile_rotation(case: Case) -> bytes:
    """Whoever has a genuine return appends a change to a key of their own, proven by that key alone."""
    thief = Signer(case.record.log, new_private_key())
    tail = head_of(case.entries[-1])
    honest = rotation(tail, thief, thief, ACTOR)
    other = Signer(case.record.log, new_private_key())
    text = rotation_text(tail, thief.public)
    note = case.dice.choice([thief.sign(text), sign_twice(text, other, thief)])
    change = Draft("key.rotated", ACTOR, {**honest.data, "note": note}, meaning="Changed.")
    made = link(tail, [body_of_own(change, case.record.organisation, case.clock.now())], case.clock.now())
    return case.file(case.longer([*case.entries, *made], draft("forged")), thief)


def without_the_key(case: Case) -> bytes:
    """The whole history made anew from some entry on, signed by a key that was never the log's."""
    size = case.some()
    thief = Signer(case.record.log, new_private_key())
    return case.file(case.longer(case.entries[:size], draft("forged"), draft("forged")), thief)


def foreign_note(case: Case) -> bytes:
    """A genuine log under the signed head of another log."""
    other = MemoryRecord(case.record.organisation, case.clock)
    note = sign(head_text(Head(other.log, len(case.entries), case.entries[-1].id)), other.log, other._signer.private)
    return case.file(case.entries, note=note)


ATTACKS: dict[Callable[[Case], bytes], frozenset[Outcome]] = {
    truncation: frozenset({Outcome.REJECTED}),
    rollback: frozenset({Outcome.OLDER, Outcome.REJECTED}),
    fork: frozenset({Outcome.FORK, Outcome.REJECTED}),
    replay: frozenset({Outcome.OLDER}),
    old_key: frozenset({Outcome.REJECTED}),
    hostile_rotation: frozenset({Outcome.REJECTED}),
    without_the_key: frozenset({Outcome.REJECTED}),
    foreign_note: frozenset({Outcome.REJECTED, Outcome.WAITING}),
}


@pytest.mark.parametrize("attack", list(ATTACKS), ids=lambda one: one.__name__)
def test_every_rewriting_is_noticed_by_who_holds_an_earlier_head(
    attack: Callable[[Case], bytes], tmp_path: Path
) -> None:
    dice, seen = random.Random(attack.__name__), Counter[Outcome]()
    for trial in range(TRIALS):
        case = Case(tmp_path / str(trial), dice)
        found: Arrival = take_return(case.holder, attack(case), "attack.msatreturn")
        seen[found.outcome] += 1
        assert found.outcome in ATTACKS[attack], (trial, found)
        assert _logs(case.holder, case) == case.before[case.record.log], "nothing that was held has changed"
        assert found.outcome is Outcome.OLDER or found.next_step
    told = ", ".join(f"{count} {outcome.value}" for outcome, count in sorted(seen.items()))
    tell(9, f"{attack.__name__} ({told})", TRIALS)
    assert seen.total() == TRIALS


def _logs(holder: Desk, case: Case) -> list[tuple[bytes, bytes | None]]:
    return held(holder)[case.record.log]


def test_the_control_is_taken_in(tmp_path: Path) -> None:
    """The harness can tell: what the writer itself adds is new."""
    case = Case(tmp_path, random.Random(1))
    assert take_return(case.holder, case.file(case.longer(case.entries, draft("honest"))), "x").outcome is Outcome.NEW


def test_a_newcomer_cannot_tell_a_fork_and_a_holder_can(tmp_path: Path) -> None:
    """The limit of every such scheme, kept as a test: a first reader believes the first history they see."""
    case = Case(tmp_path, random.Random(2))
    forked = fork(case)
    newcomer = make_site(tmp_path / "n", Organisation("Newcomer", "99Z", "committee"), case.clock)
    assert take_return(newcomer, forked, "x").outcome is Outcome.WAITING
    assert take_return(case.holder, forked, "x").outcome is Outcome.FORK
