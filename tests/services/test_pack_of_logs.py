"""What a pack says of the logs it rests on: forks, removals, wrong clocks, withheld texts, several workstations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from msat import shipped as shipped_file
from msat.clock import FixedClock
from msat.errors import RecordProblem, Refused
from msat.feeds.catalogue import load_sources
from msat.ids import AlertKey
from msat.projections.pack import pack
from msat.projections.pack_exceptions import CLOCKS, FROZEN, SILENT
from msat.projections.pack_model import ExceptionGroup, Pack, Signatory
from msat.projections.pack_statement import _not_here
from msat.projections.ports import SourceHealth
from msat.record.memory import MemoryFiles, MemoryRecord
from msat.record.received import MemoryReceived
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


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ((), []),
        (
            ("EL(26)A/1",),
            [
                "1 alert of the period came with returns and is not in this organisation's own log: it is counted, but "
                "the log below does not list it."
            ],
        ),
        (
            ("EL(26)A/1", "EL(26)A/2"),
            [
                "2 alerts of the period came with returns and are not in this organisation's own log: they are "
                "counted, but the log below does not list them."
            ],
        ),
    ],
)
def test_alerts_that_only_others_hold_are_told(sites: list[Desk], keys: tuple[str, ...], said: list[str]) -> None:
    material = replace(read_material(sites[-1], prepare(sites[-1], WANTED, CLERK)), own=())
    alerts = [SimpleNamespace(key=AlertKey(key)) for key in keys]
    assert [line for line in _not_here(material, alerts) if "came with returns" in line] == said


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


def test_a_withheld_text_is_counted_and_said(sites: list[Desk]) -> None:
    committee, castle = sites[-1], sites[4]
    received = committee.record.received
    assert isinstance(received, MemoryReceived)
    rows = received._logs[castle.record.log]
    rows[-1] = replace(rows[-1], body=None)
    made = made_of(committee)
    assert any(line.startswith("Of 1 entry the text is withheld") for line in made.limits)


def test_a_log_that_no_longer_holds_what_was_prepared_is_refused(sites: list[Desk]) -> None:
    committee, castle = sites[-1], sites[4]
    prepared = prepare(committee, WANTED, CLERK)
    received = committee.record.received
    assert isinstance(received, MemoryReceived)
    del received._logs[castle.record.log][-1]
    with pytest.raises(Refused, match="Castle Pharmacy"):
        read_material(committee, prepared)


def test_a_missing_basis_is_told_with_what_to_do(sites: list[Desk]) -> None:
    committee = sites[-1]
    prepared = prepare(committee, WANTED, CLERK)
    lost = replace(committee, files=MemoryFiles())
    assert prepared.entry is not None
    with pytest.raises(RecordProblem, match="is missing") as caught:
        read_prepared(lost, prepared.entry)
    assert "backup" in caught.value.next_step


def test_sources_are_told_as_they_did_then(sites: list[Desk], clock: FixedClock) -> None:
    committee = sites[-1]
    shipped = load_sources(shipped_file.text("alerts/sources.toml"))
    desk = replace(committee, knowledge=replace(committee.knowledge, sources=shipped))
    on = [one for one in shipped if one.enabled]
    assert on
    now = clock.moment
    desk.views.keep_health([SourceHealth(on[0].id, now, now - timedelta(days=3), None, 4, "No answer")])
    made = prepare(desk, WANTED, CLERK)
    line = next(one for one in made.sources if one.name == on[0].name)
    assert line.state == "last try failed"
    assert "3 days ago" in line.note
    assert "No answer." in line.note
    assert any("3 days ago" in caution for caution in made.cautions)
    off = next(one for one in shipped if not one.enabled)
    assert next(one for one in made.sources if one.name == off.name).state == "switched off"
    none = prepare(committee, WANTED, CLERK)
    assert none.cautions == (
        "No source that can carry a Red is switched on: such alerts are here only where a person entered them.",
    )
