"""A committee's pack: tried for every kind it is made for, adopted where it was made, adopted by those it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.feeds.model import FeedItem
from msat.places import places
from msat.projections.alert_state import AlertState
from msat.record.organisation import Organisation
from msat.services.desk import Desk
from msat.services.tailor_adopt import adopt
from msat.services.tailor_drafts import empty_pack, read_draft
from msat.services.tailor_dry_run import dry_run
from msat.services.tailor_packs import export_pack, import_pack
from msat.triage.model import OrganisationKind
from msat.triage.overlay import Entry
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST

KINDS = (OrganisationKind.GP_PRACTICE, OrganisationKind.COMMUNITY_PHARMACY)


@pytest.fixture
def kind() -> str:
    return "committee"


def test_a_pack_for_others_is_tried_for_each_kind_that_it_is_for(
    desk: Desk, receive: Callable[[FeedItem], AlertState], tmp_path: Path, clock: FixedClock
) -> None:
    receive(recall("EL(26)A/62", class_=3))
    rules = (Entry("F09", "Agreed, minute 4.", {"priority": {"gp-practice": "amber", "community-pharmacy": "red"}}),)
    pack = replace(empty_pack(desk), made_for=KINDS, rules=rules)
    run = dry_run(desk, pack)
    assert run.kinds == KINDS
    assert {(row.kind, row.after.priority) for row in run.rows} == {
        (OrganisationKind.GP_PRACTICE, "amber"),
        (OrganisationKind.COMMUNITY_PHARMACY, "red"),
    }
    assert (run.changed, run.of, run.counts["raised"]) == (1, 1, 2)
    adopt(desk, PHARMACIST, "Agreed at the committee.", run.seen, pack)
    path, _words = export_pack(desk, tmp_path / "area.msatrules")
    practice = places(tmp_path / "practice")
    bootstrap.create_profile(practice, Organisation("High Street Surgery", "Y00003", "gp-practice"), clock)
    theirs = bootstrap.open_desk(practice, clock)
    try:
        taken = import_pack(theirs, path)
        assert taken.signed.log == desk.record.log
        adopt(theirs, DOCTOR, "As the committee asks.", dry_run(theirs, read_draft(theirs)).seen)
        assert theirs.knowledge.local is not None
        rule = next(r for r in theirs.knowledge.rules.rules if r.id == "F09")
        assert rule.priority[OrganisationKind.GP_PRACTICE] == "amber"
        assert "Local rule of Test Surgery, adopted" in rule.reason_to(OrganisationKind.GP_PRACTICE)
    finally:
        theirs.close()
