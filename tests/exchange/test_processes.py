"""Three workstations of one practice, two more practices and a committee, each a process with a profile of its own.

Files are lost, repeated, cut, put out of order and copied by a conflict; clocks are apart; the power goes. In the end
all show the same.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.exchange.processes import PRACTICE, Sites

TRIALS, STEPS = 2, 45
LONG = int(os.environ.get("MSAT_PROCESS_EXAMPLES", "60"))
DAY = 86_400
WHO = st.sampled_from((0, 0, 1, 1, 2, 2, 3, 4, 5))
"""Mostly the workstations of the one practice, for they have the most to do with each other."""
DEEDS = (
    "acknowledge",
    "applies",
    "not",
    "answer",
    "answer",
    "override",
    "assign",
    "sign",
    "reopen",
    "correct",
    "correct",
)


@pytest.fixture(scope="module")
def sites() -> Iterator[Sites]:
    with TemporaryDirectory(prefix="msat-sites-") as folder:
        made = Sites(Path(folder))
        yield made
        made.end()


class Practice(RuleBasedStateMachine):
    """`sites` is set by the test that runs it."""

    sites: ClassVar[Sites]
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self._aside = TemporaryDirectory(prefix="msat-processes-")
        self.folder = Path(self._aside.name) / "shared"
        self.mail = Path(self._aside.name) / "mail"
        self.folder.mkdir()
        self.mail.mkdir()
        self.copies = 0

    @initialize(skews=st.tuples(*[st.integers(-5400, 5400)] * 6))
    def begin(self, skews: tuple[int, ...]) -> None:
        self.sites.begin(Path(self._aside.name), skews)

    @rule(who=WHO, number=st.integers(0, 3), is_changed=st.booleans())
    def hears(self, who: int, number: int, is_changed: bool) -> None:
        self.sites.sites[who].ask("hear", number, is_changed)

    @rule(who=WHO, does=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 40), st.integers(0, 2)), min_size=1,
                                 max_size=4))  # fmt: skip
    def works(self, who: int, does: list[tuple[str, int, int]]) -> None:
        for verb, number, person in does:
            found = self.sites.sites[who].ask("do", verb, number, person)
            self.seen[found.get("did", "refused")] += 1

    @rule(who=WHO, minutes=st.integers(-90, 3 * 24 * 60))
    def passes(self, who: int, minutes: int) -> None:
        """The clock of one goes on, or is set back."""
        site = self.sites.sites[who]
        site.set_clock(site.now + 60 * minutes)

    @rule(who=WHO)
    def posts(self, who: int) -> None:
        self.copies += 1
        self.sites.sites[who].ask("write", self.mail / f"{self.copies}.msatreturn")

    @precondition(lambda self: any(self.mail.iterdir()))
    @rule(to=WHO, which=st.lists(st.integers(0, 99), min_size=1, max_size=3), cut=st.none() | st.floats(0, 0.99))
    def receives(self, to: int, which: list[int], cut: float | None) -> None:
        """Any files ever posted, in any order, whole or cut."""
        posted = sorted(self.mail.iterdir())
        files = [posted[n % len(posted)] for n in which]
        if cut is not None:
            half = self.mail.parent / "half.msatreturn"
            data = files[0].read_bytes()
            half.write_bytes(data[: int(len(data) * cut)])
            files = [half]
        found = self.sites.sites[to].ask("take", *files)
        expected = {"new", "same", "older"} if cut is None else {"unfinished"}
        assert set(found["outcomes"]) <= expected, found
        self.seen.update(found["outcomes"])

    @rule(who=WHO)
    def synchronises(self, who: int) -> None:
        found = self.sites.sites[who].ask("sync", self.folder)
        assert not found["alarms"]

    @rule()
    def all_synchronise_at_once(self) -> None:
        assert not [one["alarms"] for one in self.sites.sync_all(self.folder) if one["alarms"]]
        self.seen["all at once"] += 1

    @rule(who=WHO, after=st.floats(0, 0.2))
    def loses_its_power(self, who: int, after: float) -> None:
        """In the middle of bringing the folder up to date, or of taking a deed down."""
        site = self.sites.sites[who]
        site.tell("sync", self.folder)
        time.sleep(after)
        site.killed()
        self.seen["killed"] += 1

    @rule(which=st.integers(0))
    def makes_a_conflict_copy(self, which: int) -> None:
        if files := sorted(self.folder.iterdir()):
            path = files[which % len(files)]
            self.copies += 1
            path.with_name(f"{path.stem} ({self.copies}){path.suffix}").write_bytes(path.read_bytes())

    @rule(which=st.integers(0), share=st.floats(0, 0.99))
    def delivers_half_a_file(self, which: int, share: float) -> None:
        if files := sorted(self.folder.iterdir()):
            path = files[which % len(files)]
            data = path.read_bytes()
            path.write_bytes(data[: int(len(data) * share)])

    @rule(which=st.integers(0))
    def loses_a_file(self, which: int) -> None:
        if files := sorted(self.folder.iterdir()):
            files[which % len(files)].unlink()

    def teardown(self) -> None:
        try:
            if any(self.folder.parent.glob("sites/*")):
                latest = max(site.now for site in self.sites.sites)
                for site in self.sites.sites:
                    site.set_clock(latest)
                self.sites.bring_to_rest(self.folder)
                self.sites.check()
                self.seen["trials"] += 1
        finally:
            self._aside.cleanup()


def play(sites: Sites, examples: int, steps: int) -> Counter[str]:
    Practice.sites = sites
    Practice.seen.clear()
    limits = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # a process that ended badly is not to be asked again and again
        database=None,
    )
    run_state_machine_as_test(Practice, settings=limits)
    return told()


def told() -> Counter[str]:
    print(", ".join(f"{what} {number:,}" for what, number in sorted(Practice.seen.items())))
    return Practice.seen


def step(machine: Practice, dice: random.Random) -> None:
    """One of the machine's rules, with values as they come."""
    who, number = dice.choice((0, 0, 1, 1, 2, 2, 3, 4, 5)), dice.randrange(100)
    work = [(dice.choice(DEEDS), dice.randrange(40), dice.randrange(3)) for _ in range(3)]
    posted = any(machine.mail.iterdir())
    rules: list[Callable[[], None]] = [
        lambda: machine.hears(who=who, number=number % 4, is_changed=dice.random() < 0.3),
        lambda: machine.hears(who=who, number=number % 2, is_changed=False),
        lambda: machine.works(who=who, does=work),
        lambda: machine.works(who=who, does=work),
        lambda: machine.passes(who=who, minutes=dice.randint(-90, 3000)),
        lambda: machine.posts(who=who),
        lambda: machine.synchronises(who=who),
        lambda: machine.makes_a_conflict_copy(which=number),
        lambda: machine.delivers_half_a_file(which=number, share=dice.random()),
        lambda: machine.loses_a_file(which=number),
    ]
    if posted:
        rules.append(lambda: machine.receives(to=who, which=[number, number + 1], cut=None))
        rules.append(lambda: machine.receives(to=who, which=[number], cut=dice.random()))
    dice.choice(rules)()


def play_by_dice(sites: Sites, first: int, trials: int) -> Counter[str]:
    """Schedules of many steps of every kind, the same each time."""
    Practice.sites = sites
    Practice.seen.clear()
    for trial in range(trials):
        dice = random.Random(first + trial)
        machine = Practice()
        machine.begin(skews=tuple(dice.randint(-5400, 5400) for _ in range(6)))
        for _ in range(STEPS):
            step(machine, dice)
        machine.all_synchronise_at_once()
        machine.loses_its_power(who=trial % 3, after=0.05)
        machine.teardown()
    return told()


def test_processes_come_to_the_same_whatever_happens_to_their_files(sites: Sites) -> None:
    """A few schedules; `-m slow` has many of them, and Hypothesis look for others."""
    seen = play_by_dice(sites, 20_261_122, TRIALS)
    for what in ("trials", "new", "older", "unfinished", "killed", "all at once", "answer", "correct", "acknowledge"):
        assert seen[what], what


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_many_throws_of_the_dice_come_to_the_same(sites: Sites) -> None:
    seen = play_by_dice(sites, 1, LONG)
    assert seen["trials"] == LONG


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_many_schedules_come_to_the_same(sites: Sites) -> None:
    seen = play(sites, LONG, 40)
    assert min(seen[what] for what in ("trials", "new", "same", "unfinished", "killed", "all at once", "answer")) > 0


def test_workstations_that_have_not_heard_of_each_other_differ(sites: Sites, tmp_path: Path) -> None:
    """What the schedules end with finds a difference where there is one."""
    sites.begin(tmp_path)
    (tmp_path / "shared").mkdir()
    sites.bring_to_rest(tmp_path / "shared")
    sites.sites[1].ask("hear", 0, False)
    with pytest.raises(AssertionError):
        sites.check()


def test_a_workstation_that_was_off_for_a_year_catches_up(sites: Sites, tmp_path: Path) -> None:
    sites.begin(tmp_path)
    folder = tmp_path / "shared"
    folder.mkdir()
    sites.bring_to_rest(folder)
    *others, _sleeper = (sites.sites[number] for number in PRACTICE)
    start = others[0].now
    for month in range(12):
        for number, site in enumerate(others):
            site.set_clock(start + (30 * month + number) * DAY)
            site.ask("hear", month, month > 6)
            site.ask("do", ("acknowledge", "applies", "answer", "sign")[month % 4], month, number)
            site.ask("do", "correct", month, number)
            site.ask("sync", folder)
    later = max(site.now for site in others) + DAY
    for site in sites.sites:
        site.set_clock(later)
    sites.bring_to_rest(folder)
    sites.check()
