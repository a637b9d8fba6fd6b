"""A real desk in a temporary profile: the real record, files and views, a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.feeds.model import FeedItem
from msat.places import Places
from msat.projections.alert_state import AlertState
from msat.record.organisation import Organisation
from msat.services.desk import Desk, Person
from msat.services.intake import Intake

PHARMACIST = Person("A Pharmacist", "practice pharmacist", "tester")
DOCTOR = Person("A Doctor", "GP partner", "tester")


@pytest.fixture
def kind() -> str:
    """The organisation's kind; a test module may override it."""
    return "dispensing-practice"


@pytest.fixture
def desk(profile: Places, clock: FixedClock, kind: str) -> Iterator[Desk]:
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", kind), clock)
    made = bootstrap.open_desk(profile, clock)
    yield made
    made.close()


@pytest.fixture
def receive(desk: Desk) -> Callable[[FeedItem], AlertState]:
    """Takes a notice in and returns the state of its alert."""

    def do(item: FeedItem) -> AlertState:
        intake = Intake(desk, item.source, Person("MSAT", "program"))
        intake.take(item)
        intake.record()
        key = desk.views.known(item.source)[item.path].key
        state = desk.views.alert(key)
        assert state is not None
        return state

    return do
