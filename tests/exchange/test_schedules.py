"""Whatever is lost, repeated, cut short, reordered or copied: who has seen the same files holds the same logs."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from msat.clock import FixedClock
from msat.exchange.arrivals import Outcome
from msat.services.desk import Desk
from msat.services.folder_sync import folder_sync
from msat.services.take_return import take_return
from tests.exchange.sites import CLERK, held, sent, work
from tests.exchange.worlds import START, world
from tests.faults.figures import tell

SCHEDULES = int(os.environ.get("MSAT_SCHEDULES", "300"))
"""MSAT_SCHEDULES=10000 for a long trial."""
EXAMPLES = int(os.environ.get("MSAT_EXCHANGE_EXAMPLES", "15"))
WHO = st.integers(0, 5)


def all_prefixes(desks: list[Desk]) -> None:
    """Nobody ever holds of a log anything but a beginning of what its writer wrote, byte for byte."""
    own = {desk.record.log: held(desk)[desk.record.log] for desk in desks}
    for desk in desks:
        for log, rows in held(desk).items():
            assert rows == own[log][: len(rows)]


def bring_to_rest(desks: list[Desk], folder: Path) -> None:
    """Everybody synchronises until nothing moves any more, neither a log nor a file, and then all hold the same."""
    for _round in range(8):
        before, written = [desk.record.head() for desk in desks], 0
        for desk in desks:
            done = folder_sync(desk, folder)
            assert not [one for one in done.arrivals if one.outcome is Outcome.FORK]
            written += len(done.written)
        if not written and before == [desk.record.head() for desk in desks]:
            break
    else:
        raise AssertionError("the sites answer each other for ever")
    for desk in desks:
        folder_sync(desk, folder)
    whole = held(desks[0])
    assert len(whole) == len(desks)
    for desk in desks:
        assert held(desk) == whole
        assert desk.record.verify().valid


class Exchange(RuleBasedStateMachine):
    """Files by e-mail and a shared folder, both treated as badly as may be."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock(START)
        self._aside = TemporaryDirectory(prefix="msat-exchange-")
        self.folder = Path(self._aside.name) / "shared"
        self.folder.mkdir()
        self.mail: list[bytes] = []
        self.copies = 0

    @initialize()
    def begin(self) -> None:
        self.desks = world(Path(self._aside.name), self.clock)

    @rule(who=WHO, times=st.integers(1, 3))
    def works(self, who: int, times: int) -> None:
        work(self.desks[who], *(f"note {n}" for n in range(times)))

    @rule(who=WHO)
    def changes_its_key(self, who: int) -> None:
        self.desks[who].record.rotate_key(CLERK.actor())

    @rule(who=WHO)
    def posts(self, who: int) -> None:
        self.mail.append(sent(self.desks[who]))

    @precondition(lambda self: self.mail)
    @rule(to=WHO, which=st.integers(0), cut=st.none() | st.floats(0, 0.99))
    def receives(self, to: int, which: int, cut: float | None) -> None:
        """Any file ever posted, in any order, as often as you like, whole or cut."""
        data = self.mail[which % len(self.mail)]
        whole = cut is None
        found = take_return(self.desks[to], data if whole else data[: int(len(data) * (cut or 0))], "mail.msatreturn")
        expected = {Outcome.NEW, Outcome.SAME, Outcome.OLDER} if whole else {Outcome.UNFINISHED}
        assert found.outcome in expected, found

    @rule(who=WHO)
    def synchronises(self, who: int) -> None:
        done = folder_sync(self.desks[who], self.folder)
        assert not done.is_alarm, done.arrivals

    @rule(which=st.integers(0))
    def makes_a_conflict_copy(self, which: int) -> None:
        if files := sorted(self.folder.iterdir()):
            path = files[which % len(files)]
            self.copies += 1
            path.with_name(f"{path.stem} ({self.copies}){path.suffix}").write_bytes(path.read_bytes())

    @rule(which=st.integers(0), share=st.floats(0, 0.99))
    def delivers_half_a_file(self, which: int, share: float) -> None:
        """What a synchronising program leaves when it is interrupted: the name is there, the end is not."""
        if files := sorted(self.folder.iterdir()):
            path = files[which % len(files)]
            data = path.read_bytes()
            path.write_bytes(data[: int(len(data) * share)])

    @rule(which=st.integers(0))
    def loses_a_file(self, which: int) -> None:
        if files := sorted(self.folder.iterdir()):
            files[which % len(files)].unlink()

    @rule(which=st.integers(0))
    def brings_back_an_old_file(self, which: int) -> None:
        if self.mail:
            (self.folder / "from the backup.msatreturn").write_bytes(self.mail[which % len(self.mail)])

    @rule(days=st.integers(1, 400))
    def passes(self, days: int) -> None:
        self.clock.moment += timedelta(days=days)

    @invariant()
    def nobody_holds_anything_else(self) -> None:
        if hasattr(self, "desks"):
            all_prefixes(self.desks)

    def teardown(self) -> None:
        try:
            if hasattr(self, "desks"):
                bring_to_rest(self.desks, self.folder)
        finally:
            self._aside.cleanup()


TestExchange = Exchange.TestCase
TestExchange.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_file_that_is_cut_after_everybody_read_it_is_healed_and_read_again(tmp_path: Path) -> None:
    """Its writer writes it anew without a new entry, and only then the others learn what it held."""
    desks, folder = world(tmp_path, FixedClock(START)), tmp_path / "shared"
    folder.mkdir()
    for who in (5, 4, 3, 2, 1):
        folder_sync(desks[who], folder)
    (cut,) = folder.glob(f"*-{desks[5].record.log[:8]}-*.msatreturn")
    for path in [cut, *folder.glob("*.msatreceipt")]:
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * 3 // 4])
    bring_to_rest(desks, folder)
    assert cut.exists() or list(folder.glob(f"*-{desks[5].record.log[:8]}-*.msatreturn"))


def test_schedules_of_lost_repeated_and_reordered_returns_never_diverge(tmp_path: Path) -> None:
    """Row 8 of the fault table: a third lost, some repeated, all shuffled; the last of each arrives in the end."""
    dice, seen, diverged = random.Random(20_261_122), Counter[Outcome](), 0
    for trial in range(SCHEDULES):
        desks = world(tmp_path / f"t{trial}", FixedClock(START))
        files: list[tuple[int, bytes]] = []
        for _ in range(dice.randrange(3, 9)):
            who = dice.randrange(len(desks))
            work(desks[who], f"trial {trial}")
            files.append((who, sent(desks[who])))
        kept = [one for one in files if dice.random() > 0.3]
        kept += [dice.choice(files) for _ in range(dice.randrange(4))]
        last = [(n, sent(desk)) for n, desk in enumerate(desks)]
        for number, desk in enumerate(desks):
            order = [*kept, *last]
            dice.shuffle(order)
            for who, data in order:
                found = take_return(desk, data, f"from {who} ({dice.randrange(9)}).msatreturn")
                assert found.outcome in (Outcome.NEW, Outcome.SAME, Outcome.OLDER), (number, found)
                seen[found.outcome] += 1
        diverged += any(held(desk) != held(desks[0]) for desk in desks)
    told = ", ".join(f"{count:,} {outcome.value}" for outcome, count in sorted(seen.items()))
    tell(8, f"schedules, {seen.total():,} files delivered ({told})", SCHEDULES, losses=diverged)
    assert diverged == 0
    assert min(seen[Outcome.NEW], seen[Outcome.SAME], seen[Outcome.OLDER]) > SCHEDULES, "the schedules try each of them"


def test_a_workstation_that_was_off_for_a_year_catches_up(tmp_path: Path) -> None:
    clock = FixedClock(START)
    desks = world(tmp_path, clock)
    folder = tmp_path / "shared"
    folder.mkdir()
    bring_to_rest(desks, folder)
    sleeper, others = desks[2], [*desks[:2], *desks[3:]]
    for month in range(12):
        clock.moment += timedelta(days=30)
        for desk in others:
            work(desk, f"month {month}")
            folder_sync(desk, folder)
    done = folder_sync(sleeper, folder)
    assert sum(one.new for one in done.arrivals) >= 12 * len(others)
    bring_to_rest(desks, folder)


@pytest.mark.parametrize("order", [1, -1])
def test_what_came_before_its_writer_was_enrolled_is_not_lost(tmp_path: Path, order: int) -> None:
    from msat.record.organisation import Organisation
    from msat.services.enrol import accept
    from tests.exchange.sites import make_site

    clock = FixedClock(START)
    late, team = (
        make_site(tmp_path / ods, Organisation(ods, ods, "gp-practice"), clock) for ods in ("D84004", "16C")
    )
    files = []
    for n in range(4):
        work(late, f"note {n}")
        files.append(sent(late))
    for data in files[::order]:
        assert take_return(team, data, "x").outcome is Outcome.WAITING
    accept(team, late.record.log, CLERK, is_compared=True)
    assert held(team)[late.record.log] == held(late)[late.record.log]
