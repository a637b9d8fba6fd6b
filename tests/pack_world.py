"""A committee and the practices it reports on, played from the sample alerts: a pack of real logs to look at and check.

    python -m tests.pack_world FOLDER [PRACTICES]

Practices differ by plain rules, so that each state of a pack occurs: number 1 leaves what it received in July and
after open; number 2 finishes late; number 3 puts alerts off; number 5 judges its Ambers not relevant; number 6 records
nothing; the last one is enrolled and never sends a return again. Roles stand for people.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msat import bootstrap
from msat.actions.cases import load_cases
from msat.clock import FixedClock
from msat.feeds.model import FeedItem
from msat.places import places
from msat.projections.alert_state import AlertState
from msat.projections.ports import SourceHealth
from msat.record.organisation import Organisation
from msat.services.acknowledge import acknowledge
from msat.services.applies import decide_applies
from msat.services.decision_support import decision_support
from msat.services.defer import defer
from msat.services.demo import DOCTOR, PHARMACIST, PROGRAM, SOURCE, do_the_work
from msat.services.desk import Desk, Person
from msat.services.enrol import accept
from msat.services.intake import Intake
from msat.services.send_return import own_return
from msat.services.take_return import take_return
from msat.triage.model import Priority

START = datetime(2025, 8, 1, 8, tzinfo=UTC)
FIRST, LAST = date(2025, 9, 1), date(2026, 8, 31)
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
COMMITTEE = Organisation("Demo Medicines Safety Committee", "Y09999", "committee")
LEAD = Person("Demo Lead", "medicines safety officer")
KINDS = ("gp-practice", "gp-practice", "dispensing-practice", "gp-practice", "community-pharmacy", "gp-practice")
NAMES = (
    *("Abbey Lane", "Bridge Street", "Castle Hill", "Dale View", "Elm Tree", "Ferry Road", "Green Park"),
    *("Harbour", "Ivy House", "Junction Road", "King Street", "Lakeside"),
)


@dataclass(frozen=True, slots=True)
class World:
    """The committee's desk and those of the practices, in the order of their numbers."""

    committee: Desk
    practices: tuple[Desk, ...]
    clock: FixedClock

    def close(self) -> None:
        for desk in (self.committee, *self.practices):
            desk.close()


def build(folder: Path, practices: int = 12, newest: int | None = None) -> World:
    """Plays everything from 1 August 2025 on and sends the returns. `newest`: only so many alerts, the last ones."""
    items = sorted((case.item for case in load_cases() if case.in_demo), key=_day)
    items = [item for item in items if START < _day(item) < NOW][-(newest or 999) :]
    clock = FixedClock(START)
    committee = _opened(folder / "committee", COMMITTEE, clock)
    made = []
    for number in range(practices):
        clock.moment = START
        name = f"{NAMES[number % len(NAMES)]} Practice"
        organisation = Organisation(name, f"Y1{number:04d}", KINDS[number % len(KINDS)])
        made.append(_opened(folder / f"practice-{number}", organisation, clock))
        _enrol(committee, made[-1])
        if number != practices - 1:
            _work(made[-1], clock, items, number)
    clock.moment = START
    _committee(committee, clock, items)
    clock.moment = NOW
    world = World(committee, tuple(made), clock)
    for desk in made[:-1]:
        send(world, desk)
    committee.views.keep_health([SourceHealth(SOURCE, NOW, NOW - timedelta(hours=1), NOW - timedelta(days=2))])
    return world


def send(world: World, desk: Desk) -> None:
    """A practice's return, taken in by the committee."""
    take_return(world.committee, own_return(desk)[0], "a.msatreturn")


def _opened(folder: Path, organisation: Organisation, clock: FixedClock) -> Desk:
    where = places(folder)
    bootstrap.create_profile(where, organisation, clock)
    return bootstrap.open_desk(where, clock)


def _enrol(committee: Desk, practice: Desk) -> None:
    take_return(committee, own_return(practice)[0], "first.msatreturn")
    accept(committee, practice.record.log, LEAD, is_compared=True)


def _day(item: FeedItem) -> datetime:
    return (item.published or START) + timedelta(minutes=20)


def _received(desk: Desk, item: FeedItem) -> list[AlertState]:
    intake = Intake(desk, item.source, PROGRAM)
    intake.take(item)
    found = (desk.views.alert(key) for key in sorted(intake.record()))
    return [state for state in found if state is not None]


def _work(desk: Desk, clock: FixedClock, items: list[FeedItem], number: int) -> None:
    for item in items:
        clock.moment = max(clock.moment, _day(item))
        for state in _received(desk, item):
            if state.acknowledged is None and "historic" not in state.flags:
                _do(desk, clock, state, number)


def _do(desk: Desk, clock: FixedClock, state: AlertState, number: int) -> None:
    clock.moment += timedelta(hours=2 + number % 3)
    key = str(state.key)
    is_new = clock.moment > datetime(2026, 7, 1, tzinfo=UTC)
    if number == 6 or (number == 1 and is_new):
        return
    if number == 2:
        clock.moment += timedelta(days=6)
    if number == 3 and is_new and state.rag is not Priority.RED:
        acknowledge(desk, key, PHARMACIST)
        defer(desk, key, date(2026, 9, 20), DOCTOR.name, "The supplier names the packs in September.", PHARMACIST)
    elif number == 5 and state.rag is Priority.AMBER:
        acknowledge(desk, key, PHARMACIST)
        decide_applies(desk, key, False, PHARMACIST, "not-held")
    else:
        do_the_work(desk, state)


def _committee(desk: Desk, clock: FixedClock, items: list[FeedItem]) -> None:
    for at, item in enumerate(items):
        clock.moment = max(clock.moment, _day(item))
        for state in _received(desk, item):
            if state.acknowledged is None and "historic" not in state.flags:
                clock.moment += timedelta(hours=1)
                do_the_work(desk, state)
                if at % 2 == 0:
                    decision_support(desk, str(state.key), "OptimiseRx", f"S-{at:04d}", clock.moment.date(), LEAD)


if __name__ == "__main__":
    from msat.projections.pack_model import Signatory
    from msat.services.export_pack import issue_pack
    from msat.services.pack_preparing import Wanted

    target = Path(sys.argv[1])
    world = build(target, int(sys.argv[2]) if len(sys.argv) > 2 else 12)
    out = target / "pack"
    out.mkdir(exist_ok=True)
    people = (Signatory("Demo Lead", "medicines safety officer"), Signatory("Demo Reviewer", "pharmacist"))
    wanted = Wanted(FIRST, LAST, *people, Signatory("Demo Chair", "chair of the committee"))
    made = issue_pack(world.committee, wanted, out, LEAD)
    sys.stdout.write("\n".join([made.words, *map(str, made.files)]) + "\n")
    world.close()
