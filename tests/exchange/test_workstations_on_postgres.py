"""Two workstations of one practice whose records lie in one shared database: no file travels, the lists follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.feeds.model import FeedItem
from msat.places import places
from msat.projections.stations import station_of
from msat.record.organisation import Organisation
from msat.services.acknowledge import acknowledge
from msat.services.correct import correct
from msat.services.desk import Desk, Person
from msat.services.gathering import cut_now, gather_own
from msat.services.intake import Intake
from msat.services.verify import verify
from tests.exchange.sites import CLERK, enrol
from tests.notices import recall
from tests.postgres import Database, new_database

Open = Callable[[str], Desk]


@pytest.fixture
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


@pytest.fixture
def opened(database: Database, tmp_path: Path, clock: FixedClock) -> Iterator[Open]:
    made: list[Desk] = []

    def do(ods: str) -> Desk:
        where = places(tmp_path / f"profile-{len(made)}")
        bootstrap.create_profile(where, Organisation(ods, ods, "gp-practice"), clock, database.login(ods))
        made.append(bootstrap.open_desk(where, clock))
        return made[-1]

    yield do
    for one in made:
        one.close()


def hear(desk: Desk, item: FeedItem) -> str:
    intake = Intake(desk, item.source, Person("MSAT", "program"))
    intake.take(item)
    intake.record()
    return str(desk.views.known(item.source)[item.path].key)


def test_what_a_colleague_records_is_there_with_the_next_look(opened: Open, clock: FixedClock) -> None:
    front, back = opened("A81001"), opened("A81001")
    other = opened("B82002")
    key = hear(back, recall())
    hear(other, recall("EL(26)A/99"))
    for one, colleague in ((front, back), (back, front)):
        enrol(one, colleague)
    assert [state.key for state in front.views.states()] == [key]
    clock.moment += timedelta(hours=1)
    acknowledge(back, key, CLERK)
    assert front.views.catch_up() == {key}, "no file was taken in: it is in the database"
    state = front.views.alert(key)
    assert state is not None
    assert state.acknowledged is not None
    assert station_of(state.history[-1], front.record.log) == f"workstation {back.record.log[:8]}"
    clock.moment += timedelta(hours=1)
    correct(front, state.history[-1].entry, "not read yet", CLERK)
    back.views.catch_up()
    there = back.views.alert(key)
    assert there is not None
    assert there.acknowledged is None
    assert there == gather_own(back, cut_now(back)).states[key]
    for one in (front, back):
        assert verify(one).problems == ()
