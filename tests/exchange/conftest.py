"""Sites that exchange logs: each a desk of its own, in memory for speed or in a real profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.places import places
from msat.record.organisation import Organisation
from msat.services.desk import Desk
from tests.exchange.sites import make_site

Make = Callable[..., Desk]


@pytest.fixture
def site(tmp_path: Path, clock: FixedClock) -> Make:
    """Makes a desk in memory for one installation: `site("A81001", "gp-practice")`."""
    number = iter(range(1000))

    def do(ods: str, kind: str = "gp-practice") -> Desk:
        return make_site(tmp_path / f"site-{next(number)}", Organisation(f"Practice {ods}", ods, kind), clock)

    return do


@pytest.fixture
def real(tmp_path: Path, clock: FixedClock) -> Iterator[Make]:
    """Makes a real profile on disk for one installation and opens it."""
    made: list[Desk] = []

    def do(ods: str, kind: str = "gp-practice", again: Desk | None = None) -> Desk:
        where = again.places if again else places(tmp_path / f"real-{len(made)}")
        if again:
            again.close()
        else:
            bootstrap.create_profile(where, Organisation(f"Practice {ods}", ods, kind), clock)
        made.append(bootstrap.open_desk(where, clock))
        return made[-1]

    yield do
    for desk in made:
        desk.close()
