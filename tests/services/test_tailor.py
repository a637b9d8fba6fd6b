"""Local rules from the draft to being in force: tried, adopted, withdrawn, applied, met by a newer base."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from msat import bootstrap
from msat.actions.pack import Pack
from msat.clock import FixedClock
from msat.errors import Cancelled, Refused
from msat.feeds.model import FeedItem
from msat.places import Places
from msat.projections.alert_state import AlertState
from msat.services.desk import Desk
from msat.services.rerun import rerun
from msat.services.tailor_adopt import adopt, withdraw
from msat.services.tailor_apply import apply_to_open, would_change
from msat.services.tailor_drafts import begin_draft, draft_path, empty_pack, read_draft, save_draft, save_text
from msat.services.tailor_dry_run import DryRun, dry_run
from msat.services.tailor_load import ADOPTED, adoptions, knowledge
from msat.triage.model import OrganisationKind, Priority
from msat.triage.overlay import Entry
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST

Receive = Callable[[FeedItem], AlertState]
DISPENSING = OrganisationKind.DISPENSING_PRACTICE
RAISED = Entry("F09", "A large stock for the care homes.", {"priority": {"dispensing-practice": "red"}})
CLASS_3 = recall("EL(26)A/62", class_=3, product="Examplamide 5 mg tablets")


def pack(desk: Desk, *rules: Entry, **more: object) -> Pack:
    return replace(empty_pack(desk), rules=rules, **more)  # type: ignore[arg-type]


def tried(desk: Desk, *rules: Entry, **more: object) -> DryRun:
    return dry_run(desk, pack(desk, *rules, **more))


def adopted(desk: Desk, *rules: Entry, **more: object) -> Pack:
    made = pack(desk, *rules, **more)
    adopt(desk, PHARMACIST, "Agreed at the practice meeting.", dry_run(desk, made).seen, made)
    return made


def test_a_draft_begins_as_a_commented_text_that_changes_nothing(desk: Desk) -> None:
    path = begin_draft(desk)
    assert path == draft_path(desk.places)
    assert "#[[rule]]" in path.read_text(encoding="utf-8")
    assert read_draft(desk).is_empty
    assert begin_draft(desk) == path


def test_every_example_of_the_draft_can_be_used(desk: Desk) -> None:
    lines = begin_draft(desk).read_text(encoding="utf-8").splitlines()
    save_text(desk, "\n".join(line[1:] if re.match(r"#[^\s]", line) else line for line in lines))
    made = read_draft(desk)
    assert [entry.id for entry in made.rules] == ["F09", "F20", "L01"]
    assert made.reasons
    assert made.letters
    assert made.places
    save_draft(desk, made)


def test_a_dry_run_says_what_would_have_been_different(desk: Desk, receive: Receive) -> None:
    receive(CLASS_3)
    receive(recall("EL(26)A/61"))
    run = tried(desk, RAISED)
    (row,) = run.rows
    assert (run.of, run.changed, run.counts["raised"], run.counts["lowered"]) == (2, 1, 1, 0)
    assert (row.name, row.kind, row.directions) == ("EL(26)A/62", DISPENSING, ("raised",))
    assert (row.before.priority, row.after.priority) == (Priority.AMBER, Priority.RED)
    assert desk.knowledge.local is None


def test_lowered_reds_come_first(desk: Desk, receive: Receive) -> None:
    receive(CLASS_3)
    receive(recall("EL(26)A/63", level="Patient", class_=1, patient_advice="Patients should return it."))
    raised = Entry("F09", "", {"priority": {"gp-practice": "amber"}})
    lowered = Entry("F01", "None held here.", {"priority": {"gp-practice": "green"}})
    run = tried(desk, raised, lowered, made_for=(OrganisationKind.GP_PRACTICE,))
    assert [row.is_lowered_red for row in run.rows] == [True, False]
    assert [row.name for row in run.lowered_reds] == ["EL(26)A/63"]


def test_no_local_rule_goes_below_the_notices_own_limit(desk: Desk, receive: Receive) -> None:
    receive(recall("EL(26)A/61"))  # Class 2: the notice itself says 48 hours
    lowered = Entry("F07", "None held here.", {"priority": {"dispensing-practice": "green"}})
    run = tried(desk, lowered)
    assert [(row.after.priority, row.directions) for row in run.rows] == [(Priority.RED, ("wording",))]


def test_only_the_last_twelve_months_are_tried(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    receive(CLASS_3)
    clock.moment += timedelta(days=364)
    assert tried(desk, RAISED).of == 1
    clock.moment += timedelta(days=2)
    assert tried(desk, RAISED).of == 0
    assert dry_run(desk, pack(desk, RAISED), months=13).of == 1
    with pytest.raises(Refused, match="0 months cannot be tried"):
        dry_run(desk, pack(desk, RAISED), months=0)


def test_a_dry_run_can_be_stopped(desk: Desk, receive: Receive) -> None:
    receive(CLASS_3)

    def stop(what: str, done: int, total: int) -> None:
        raise Cancelled(f"{what} {done}/{total}")

    with pytest.raises(Cancelled):
        dry_run(desk, pack(desk, RAISED), progress=stop)


def test_a_notice_whose_text_is_gone_is_named_and_not_tried(desk: Desk, receive: Receive) -> None:
    state = receive(CLASS_3)
    (desk.places.files / state.versions[0].version[:2] / state.versions[0].version).unlink()
    run = tried(desk, RAISED)
    assert run.unread == ("EL(26)A/62",)
    assert run.rows == ()


def test_adopting_is_an_entry_and_decides_from_then_on(desk: Desk, receive: Receive) -> None:
    receive(CLASS_3)
    made = adopted(desk, RAISED)
    version = f"{desk.knowledge.shipped.rules.version}+L1" if desk.knowledge.shipped else ""
    (one,) = adoptions(desk.views)
    assert one.type == ADOPTED
    assert (one.data["version"], one.data["number"], one.data["changed"], one.data["of"]) == (version, 1, 1, 1)
    assert one.data["reason"] == "Agreed at the practice meeting."
    assert one.files == (one.data["pack"],)
    assert desk.knowledge.local is not None
    assert desk.knowledge.local.pack == made
    assert desk.knowledge.rules.version == version
    state = receive(recall("EL(26)A/64", class_=3))
    assert (state.rag, state.rules_version) == (Priority.RED, version)
    assert "Local rule of Test Surgery, adopted 22 November 2026: A large stock" in state.reasons[0].text
    assert "Shipped: Amber." in state.reasons[0].text
    assert state.reasons[0].basis == "local"


def test_what_was_decided_before_stays(desk: Desk, receive: Receive) -> None:
    key = receive(CLASS_3).key
    before = desk.views.alert(key)
    adopted(desk, RAISED)
    assert desk.views.alert(key) == before


def test_it_is_in_force_when_the_profile_is_opened_again(desk: Desk, profile: Places, clock: FixedClock) -> None:
    adopted(desk, RAISED)
    version, shown = desk.knowledge.rules.version, desk.knowledge.local
    desk.close()
    again = bootstrap.open_desk(profile, clock)
    try:
        assert again.knowledge.rules.version == version
        assert again.knowledge.local == shown
        assert again.knowledge.local is not None
        assert [(c.rule, c.shipped, c.local) for c in again.knowledge.local.changes] == [("F09", "amber", "red")]
        assert not again.views.difference_from_rebuild()
    finally:
        again.close()


def test_only_what_was_looked_at_is_adopted(desk: Desk, receive: Receive) -> None:
    receive(CLASS_3)
    made = pack(desk, RAISED)
    seen = dry_run(desk, made).seen
    with pytest.raises(Refused, match="has not been looked at"):
        adopt(desk, PHARMACIST, "Agreed.", "", made)
    receive(recall("EL(26)A/65", class_=3, product="Otherol 1 mg tablets"))
    with pytest.raises(Refused, match="shows something else"):
        adopt(desk, PHARMACIST, "Agreed.", seen, made)
    assert adoptions(desk.views) == ()


def test_adopting_asks_for_a_reason_and_for_something_new(desk: Desk) -> None:
    made = pack(desk, RAISED)
    seen = dry_run(desk, made).seen
    with pytest.raises(Refused, match="reason is empty"):
        adopt(desk, PHARMACIST, " ", seen, made)
    telling = pack(desk, replace(RAISED, why="Because of 943 476 5919."))
    with pytest.raises(Refused, match="NHS number"):
        adopt(desk, PHARMACIST, "Agreed.", dry_run(desk, telling).seen, telling)
    endless = pack(desk, replace(RAISED, fields={**RAISED.fields, "reason": "x" * 1001}))
    with pytest.raises(Refused, match="at most 1000 bytes"):
        adopt(desk, PHARMACIST, "Agreed.", dry_run(desk, endless).seen, endless)
    with pytest.raises(Refused, match="changes nothing"):
        adopt(desk, PHARMACIST, "Agreed.", "", empty_pack(desk))
    adopted(desk, RAISED)
    with pytest.raises(Refused, match="in force already"):
        adopt(desk, PHARMACIST, "Agreed.", dry_run(desk, made).seen, made)


def test_a_pack_is_adopted_by_those_it_was_made_for(desk: Desk) -> None:
    for_others = (
        {"ods": "X99999", "organisation": "Other Surgery"},
        {"made_for": (OrganisationKind.PCN,), "ods": "X99999", "organisation": "Committee"},
    )
    for more in for_others:
        made = pack(desk, RAISED, **more)
        with pytest.raises(Refused, match=r"was made for|is for pcn"):
            adopt(desk, PHARMACIST, "Agreed.", dry_run(desk, made).seen, made)
    ours = adopted(desk, RAISED, made_for=(DISPENSING,), ods="X99999", organisation="Committee")
    assert desk.knowledge.local is not None
    assert desk.knowledge.local.pack == ours


def test_withdrawing_goes_back_to_what_is_shipped(desk: Desk, receive: Receive) -> None:
    adopted(desk, RAISED)
    withdraw(desk, DOCTOR, "It served its time.")
    assert desk.knowledge.local is None
    assert desk.knowledge.shipped is not None
    assert desk.knowledge.rules == desk.knowledge.shipped.rules
    assert [one.data["version"] for one in adoptions(desk.views)] == [
        f"{desk.knowledge.rules.version}+L1",
        desk.knowledge.rules.version,
    ]
    assert receive(CLASS_3).rag is Priority.AMBER
    with pytest.raises(Refused, match="No local rules are in force"):
        withdraw(desk, DOCTOR, "Again.")
    adopted(desk, RAISED)
    assert desk.knowledge.rules.version.endswith("+L3")


def test_applying_decides_open_alerts_again_and_no_others(desk: Desk, receive: Receive) -> None:
    key, other = receive(CLASS_3).key, receive(recall("EL(26)A/61")).key
    untouched = desk.views.alert(other)
    with pytest.raises(Refused, match="already stands"):
        apply_to_open(desk, PHARMACIST, "Nothing yet.")
    adopted(desk, RAISED)
    assert [row.name for row in would_change(desk)] == ["EL(26)A/62"]
    changes = apply_to_open(desk, PHARMACIST, "The care homes' stock.")
    assert changes.alerts == {key}
    state = desk.views.alert(key)
    assert state is not None
    assert state.rag is Priority.RED
    assert state.history[-1].by == PHARMACIST.name
    assert desk.views.alert(other) == untouched
    assert would_change(desk) == ()
    again = rerun(desk)
    assert again.count("same") == len(again.done) == 3
    assert not desk.views.difference_from_rebuild()


def test_a_pack_whose_file_is_gone_is_said_and_the_shipped_rules_hold(desk: Desk) -> None:
    adopted(desk, RAISED)
    sha256 = str(adoptions(desk.views)[0].data["pack"])
    (desk.places.files / sha256[:2] / sha256).unlink()
    found = knowledge(desk.knowledge.sources, desk.views, desk.files)
    assert found.local is None
    assert found.shipped is not None
    assert found.rules == found.shipped.rules
    (said,) = found.problems
    assert "is missing" in said
    assert "The shipped rules hold" in said
