"""What a pack says of the logs it rests on: forks, removals, wrong clocks, withheld texts, several workstations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.projections.pack import pack
from msat.projections.pack_exceptions import CLOCKS, FROZEN, SILENT
from msat.projections.pack_model import ExceptionGroup, Pack, Signatory
from msat.record.memory import MemoryRecord
from msat.services.desk import Desk
from msat.services.enrol import remove
from msat.services.pack_preparing import Wanted, find_prepared, prepare, read_prepared
from msat.services.pack_reading import read_material
from msat.services.take_return import take_return
from tests.exchange.sites import CLERK, sent, twin, work
from tests.exchange.worlds import world

WANTED = Wanted(
    date(2026, 1, 1),
    date(2026, 12, 31),
    Signatory("A. Patel", "manager"),
    Signatory("B. Jones", "reviewer"),
    Signatory("C. Okafor", "chair"),
)


@pytest.fixture
def sites(tmp_path: Path, clock: FixedClock) -> list[Desk]:
    """Three workstations of one practice, two more, and the committee last; every return of theirs is here."""
    clock.moment = clock.moment.replace(year=2026, month=11, day=23)
    made = world(tmp_path, clock)
    for desk in made[:-1]:
        work(desk, "seen")
        take_return(made[-1], sent(desk), "a.msatreturn")
    return made


def made_of(desk: Desk) -> Pack:
    return pack(read_material(desk, prepare(desk, WANTED, CLERK)))


def group(made: Pack, title: str) -> ExceptionGroup:
    return next(one for one in made.exceptions if one.title == title)


def test_workstations_of_one_practice_are_one_organisation(sites: list[Desk]) -> None:
    made = made_of(sites[-1])
    assert (made.asked, made.replied) == (3, 3)
    assert len(made.logs) == 6
    assert made.logs[0].is_own
    assert group(made, FROZEN).lines == ()


def test_a_fork_is_an_exception_and_a_limit_and_nothing_behind_it_is_read(sites: list[Desk], clock: FixedClock) -> None:
    committee, bridge = sites[-1], sites[3]
    size = bridge.record.head().size
    other = replace(bridge, record=twin(bridge, size - 1))
    clock.moment += timedelta(minutes=5)
    assert isinstance(other.record, MemoryRecord)
    work(other, "another history")
    take_return(committee, sent(other), "other.msatreturn")
    made = made_of(committee)
    lines = group(made, FROZEN).lines
    assert [line.who for line in lines] == ["Bridge Surgery (B82002)"]
    assert f"entry {size} only" in lines[0].what
    assert any("could not be read to the end" in line for line in made.limits)
    assert any("settles 1 log" in line for line in made.decisions)


def test_a_removed_log_is_named(sites: list[Desk]) -> None:
    committee = sites[-1]
    remove(committee, sites[4].record.log, CLERK, "They left.")
    made = made_of(committee)
    assert "Removed" in group(made, FROZEN).lines[0].note


def test_a_wrong_clock_is_told_with_the_log_that_had_it(sites: list[Desk], clock: FixedClock) -> None:
    committee, castle = sites[-1], sites[4]
    now = clock.moment
    clock.moment = now - timedelta(days=2)
    work(castle, "with a clock two days slow")
    clock.moment = now + timedelta(minutes=1)
    take_return(committee, sent(castle), "a.msatreturn")
    made = made_of(committee)
    lines = group(made, CLOCKS).lines
    assert [line.who for line in lines] == ["Castle Pharmacy (FC303)"]
    assert "went back by 2,880 minutes" in lines[0].what
    assert any("was found to be wrong 1 time in" in line for line in made.limits)


def test_who_recorded_nothing_about_an_alert_of_the_period_is_quiet(sites: list[Desk]) -> None:
    made = made_of(sites[-1])
    assert made.statement[1].startswith("It is based on returns from 3 of 3 organisations")
    assert group(made, SILENT).none == "Everybody who was asked has replied."


def test_what_was_prepared_is_read_back_as_it_was(sites: list[Desk], clock: FixedClock) -> None:
    committee = sites[-1]
    prepared = prepare(committee, WANTED, CLERK)
    first = pack(read_material(committee, prepared))
    for desk in sites[:-1]:
        clock.moment += timedelta(hours=1)
        work(desk, "later")
        take_return(committee, sent(desk), "a.msatreturn")
    entry = find_prepared(committee, prepared.cover.number)
    assert entry is not None
    again = read_prepared(committee, entry)
    assert again == prepared
    assert pack(read_material(committee, again)) == first


def test_numbers_are_not_used_twice_by_workstations_of_one_organisation(sites: list[Desk], clock: FixedClock) -> None:
    one, other = sites[0], sites[1]
    assert prepare(one, WANTED, CLERK).cover.number == "A81001-P0001"
    take_return(other, sent(one), "a.msatreturn")
    clock.moment += timedelta(minutes=1)
    assert prepare(other, WANTED, CLERK).cover.number == "A81001-P0002"
