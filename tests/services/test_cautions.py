"""A log says what it may be missing: sources not reached, numbers that are not here and nobody explained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msat.clock import FixedClock
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.projections.ports import SourceHealth
from msat.services.desk import Desk
from msat.services.export import cautions, export_log
from msat.services.gaps import explain_gap
from msat.services.verify import verify_files
from tests.notices import SOURCE, recall
from tests.services.conftest import PHARMACIST


def test_what_may_be_missing_is_said_until_it_is_not(
    desk: Desk, receive: Callable[[FeedItem], AlertState], clock: FixedClock, tmp_path: Path
) -> None:
    receive(recall("EL(26)A/61"))
    receive(recall("EL(26)A/63"))
    said = " ".join(cautions(desk))
    assert "EL(26)A/62" in said
    assert "MHRA on GOV.UK" in said
    day = clock.now().date()
    for name in ("log.pdf", "log.xlsx"):
        path, _changes = export_log(desk, day, day, tmp_path / name, PHARMACIST)
        ((_path, found),) = verify_files([path], desk.record)
        assert found.valid
    desk.views.keep_health([SourceHealth(SOURCE, clock.now(), clock.now(), clock.now())])
    explain_gap(desk, "EL(26)A/62", "not-issued", PHARMACIST)
    assert cautions(desk) == ()
