"""What the indicators are computed from: two practices, one that never answered and a committee, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from msat import bootstrap
from msat.clock import FixedClock, stamp
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.places import places
from msat.projections.alert_state import AlertState
from msat.projections.kpi_model import Kpi, Share
from msat.projections.kpis import kpis
from msat.record.entries import Actor, Draft
from msat.record.organisation import Organisation
from msat.services.choose_area import Choice, choose_area
from msat.services.desk import Desk
from msat.services.gaps import explain_gap, find_gaps
from msat.services.gathering import cut_now, gather_own
from msat.services.import_practices import import_practices
from msat.services.indicators import basis, gaps_of
from msat.services.take_return import take_return
from tests.exchange.sites import enrol, sent
from tests.fakes import ACTIONS, an_alert, received_data
from tests.feeds.ods import epraccur, row
from tests.notices import recall
from tests.services.conftest import PHARMACIST

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""A Monday. The two alerts are due on Wednesday at nine."""
HOUR = timedelta(hours=1)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
Open = Callable[..., Desk]


@pytest.fixture
def opened(tmp_path: Path, clock: FixedClock) -> Iterator[Open]:
    made: list[Desk] = []

    def do(ods: str, kind: str = "gp-practice") -> Desk:
        where = places(tmp_path / f"profile-{len(made)}")
        bootstrap.create_profile(where, Organisation(f"Practice {ods}", ods, kind), clock)
        made.append(bootstrap.open_desk(where, clock))
        return made[-1]

    yield do
    for one in made:
        one.close()


def happens(desk: Desk, after: timedelta, kind: str, key: str | None, by: str = "A. Patel", **data: Any) -> None:
    """An entry recorded so long after START, about something done then."""
    clock = desk.clock
    assert isinstance(clock, FixedClock)
    clock.moment = START + after
    desk.record.append([Draft(kind, Actor(by, "Pharmacist", "tester"), data, key)])
    desk.views.catch_up()


def heard(desk: Desk, key: str, rag: str = "amber") -> None:
    happens(desk, timedelta(), "alert.received", key, **received_data(an_alert(key, reference=key)))
    due = {"at": stamp(START + 48 * HOUR), "from": "class", "why": "48 hours", "words": "48 hours"}
    more = {"rag": rag, "rule": "F07", "rules_version": "1", "flags": [], "reasons": []}
    happens(desk, timedelta(), "alert.triaged", key, **more, due=due, actions=[dict(one) for one in ACTIONS])


def does(desk: Desk, key: str, acknowledged: int, signed: int | None) -> None:
    """Acknowledged, and signed off, so many hours after it was received."""
    happens(desk, acknowledged * HOUR, "alert.acknowledged", key, note="")
    if signed is not None:
        happens(desk, signed * HOUR, "applicability.decided", key, applies=True, reason="held", note="")
        happens(desk, signed * HOUR, "alert.signed_off", key, statement="Done.")


ONE, TWO = "EL(26)A/61", "EL(26)A/63"


@pytest.fixture
def world(opened: Open, clock: FixedClock, tmp_path: Path) -> Desk:
    """A committee that asks three practices of its area: two answered, one never did. A fourth had closed before."""
    clock.moment = START - timedelta(days=30)
    team, first, second = opened("QOX", "committee"), opened("A81001"), opened("A81002")
    listed = [row(code, f"SURGERY {code}", commissioner="16C") for code in ("A81001", "A81002", "A81003")]
    listed.append(row("A81004", "GONE", commissioner="16C", closed="20200331", status="C"))
    listed.append(row("A81005", "NEW", commissioner="16C", opened="20261110"))
    (tmp_path / "epraccur.csv").write_bytes(epraccur(*listed))
    import_practices(team, tmp_path / "epraccur.csv", PHARMACIST)
    choose_area(team, Choice(commissioners=("16C",)), PHARMACIST)
    for practice in (first, second):
        heard(practice, ONE)
        heard(practice, TWO)
    heard(team, ONE)
    heard(team, TWO)
    does(first, ONE, 3, 24)
    does(first, TWO, 5, 60)
    does(second, ONE, 100, None)
    for practice in (first, second):
        enrol(team, practice)
    told = {"issue": "November", "audiences": ["prescribers"], "alerts": [ONE], "sent": stamp(START + 24 * HOUR)}
    happens(team, 240 * HOUR, "newsletter.issue_sent", None, **told)
    return team


def of(desk: Desk) -> dict[str, Kpi]:
    return {one.code: one for one in kpis(basis(desk, cut_now(desk), FIRST, LAST))}


def test_figures_by_hand(world: Desk) -> None:
    told = of(world)
    assert told["K1"].value == 2
    assert told["K2"].value == Share(1, 2)
    assert told["K3"].value == Share(0, 2)
    # Three practices and two alerts; A81005 opened a week later. A81003 said nothing: two pairs without a reply.
    assert told["K7"].value == Share(3, 6)
    assert {one.name: one.value for one in told["K7"].parts} == {
        "Organisations from which a record is held": Share(2, 4),
        "Held, and nobody there has recorded anything": 1,
        "No reply": 2,
        "Not received": 0,
    }
    # A81001 acknowledged both in time, A81002 one late and one never.
    assert told["K5"].value == Share(2, 4)
    # A81001 did one in time and one after 60 hours; A81002 none.
    assert told["K6"].value == Share(1, 4)
    assert told["K8"].value.count == 2  # type: ignore[union-attr]
    # EL(26)A/62 lies between the two; numbers before the first known one do not count.
    assert told["K10"].value == Share(1, 1)


def test_who_is_asked(world: Desk) -> None:
    found = basis(world, cut_now(world), FIRST, LAST).organisations
    assert [(one.ods, one.is_asked, one.facts is None) for one in found] == [
        ("QOX", False, False),
        ("A81001", True, False),
        ("A81002", True, False),
        ("A81003", True, True),
        ("A81005", True, True),
    ]
    assert found[1].name == "SURGERY A81001"
    assert found[4].opened == date(2026, 11, 10)


def test_the_same_cut_gives_the_same_later(world: Desk, opened: Open) -> None:
    cut = cut_now(world)
    before = basis(world, cut, FIRST, LAST)
    choose_area(world, Choice(commissioners=(), add=("A81002",)), PHARMACIST)
    stranger = opened("B85001")
    heard(stranger, ONE)
    enrol(world, stranger)
    assert basis(world, cut, FIRST, LAST) == before
    after = basis(world, cut_now(world), FIRST, LAST).organisations
    # Outside the area now; every organisation that was enrolled is asked all the same.
    assert [one.ods for one in after] == ["QOX", "A81001", "A81002", "B85001"]
    assert all(one.is_asked for one in after[1:])


def test_anybody_else_answers_for_itself_alone(opened: Open) -> None:
    first, second = opened("A81001"), opened("A81002")
    heard(first, ONE)
    heard(second, TWO)
    enrol(first, second)
    (own,) = basis(first, cut_now(first), FIRST, LAST).organisations
    assert (own.ods, own.is_asked) == ("A81001", True)
    assert of(first)["K1"].value == 1


def test_a_return_that_came_later_counts_from_then_on(world: Desk, opened: Open) -> None:
    third = opened("A81003")
    heard(third, ONE)
    take_return(world, sent(third), "waits.msatreturn")
    assert of(world)["K7"].parts[0].value == Share(2, 4)
    enrol(world, third)
    assert of(world)["K7"].parts[0].value == Share(3, 4)


def test_a_list_that_is_gone_is_said(world: Desk) -> None:
    cut = cut_now(world)
    imported = next(one for one in world.record.entries() if one.type == "practices.imported")
    kept = next(path for path in world.places.files.rglob("*") if path.name == imported.data["file"])
    kept.unlink()
    from msat.services import practices as held

    held._files.clear()
    with pytest.raises(Refused, match="missing from"):
        basis(world, cut, FIRST, LAST)


def test_gaps_are_those_of_the_views_and_stay_as_they_were_at_the_cut(
    desk: Desk, receive: Callable[[FeedItem], AlertState]
) -> None:
    receive(recall(ONE))
    receive(recall(TWO, product="Otherol 5 mg tablets", batches=(("QQ7001", "11/2027"),)))
    cut = cut_now(desk)
    before = gaps_of(desk, gather_own(desk, cut))
    assert list(before) == find_gaps(desk)
    assert [gap.reference for gap in before] == ["EL(26)A/62"]
    explain_gap(desk, "EL(26)A/62", "not-issued", PHARMACIST)
    assert gaps_of(desk, gather_own(desk, cut)) == before
    assert list(gaps_of(desk, gather_own(desk, cut_now(desk)))) == find_gaps(desk) != list(before)
    for path in desk.places.files.rglob("*"):
        if path.is_file():
            path.unlink()
    # The numbers that the alerts go by are in the entries; what their lost texts named is not.
    assert [gap.reference for gap in gaps_of(desk, gather_own(desk, cut))] == ["EL(26)A/62"]
