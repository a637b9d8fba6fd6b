"""Plans agreed by a commissioner's team: sent as a signed file, shown elsewhere beside the rule's own, each once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msat import bootstrap
from msat.cli.local_words import local_json, local_lines
from msat.clock import FixedClock
from msat.errors import Refused
from msat.exchange.plan_file import read_plan_file
from msat.places import places
from msat.projections.alert_state import AlertState
from msat.projections.committee import local_target
from msat.projections.ports import Query
from msat.record.organisation import Organisation
from msat.services.correct import correct
from msat.services.desk import Desk
from msat.services.intake import Intake
from msat.services.plan import agree_plan
from msat.services.send_plans import export_plans, import_plans
from msat.services.waiting_plans import waiting_plans
from msat.triage.due import end_of_day
from tests.notices import SOURCE, recall
from tests.services.conftest import DOCTOR, PHARMACIST

REF = "EL(26)A/61"
TEAM = Organisation("Test Medicines Team", "QXX", "committee")
SOON = date(2026, 11, 23)
ACTIONS = ["Search for people taking it.", "Tell the community pharmacies."]


def opened(folder: Path, whose: Organisation, clock: FixedClock) -> Desk:
    where = places(folder)
    bootstrap.create_profile(where, whose, clock)
    return bootstrap.open_desk(where, clock)


@pytest.fixture
def team(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    made = opened(tmp_path / "team", TEAM, clock)
    yield made
    made.close()


def arrives(desk: Desk, **more: object) -> AlertState:
    intake = Intake(desk, SOURCE, PHARMACIST)
    intake.take(recall(**more))  # type: ignore[arg-type]
    intake.record()
    return state_of(desk)


def state_of(desk: Desk) -> AlertState:
    state = desk.views.find(REF)
    assert state is not None
    return state


def sent(team: Desk, folder: Path, name: str = "plans") -> Path:
    path, _changes = export_plans(team, [], folder / name, DOCTOR)
    return path


def agree(team: Desk, rag: str = "red", due: date | None = SOON, **more: str) -> None:
    agree_plan(team, REF, rag, ACTIONS, DOCTOR, due, **more)


def refused(desk: Desk, do: Callable[[], object], *words: str) -> None:
    before = desk.record.head()
    with pytest.raises(Refused) as caught:
        do()
    for word in words:
        assert word in f"{caught.value} {caught.value.next_step}"
    assert caught.value.next_step
    assert desk.record.head() == before


def test_a_practice_sees_it_beside_the_rules_own(team: Desk, desk: Desk, tmp_path: Path) -> None:
    arrives(team)
    before = arrives(desk, class_=3)
    agree(team, minute="7.2", note="Agreed with the hospital.")
    path = sent(team, tmp_path)
    assert path.suffix == ".msatplan"
    taken, made = import_plans(desk, path, PHARMACIST)
    assert (taken.applied, taken.waiting, taken.known, taken.sender) == (1, 0, 0, TEAM.name)
    assert "Signed by record" in made.words
    state = state_of(desk)
    assert (state.rag, state.due, state.rule, state.override) == (before.rag, before.due, before.rule, None)
    assert state.actions == before.actions
    plan = state.plan
    assert plan is not None
    assert (plan.rag, plan.actions, plan.by, plan.minute) == ("red", tuple(ACTIONS), TEAM.name, "7.2")
    assert local_target(state) == end_of_day(SOON)
    told = local_json(state)
    assert told["plan"]["agreed_by"] == {"name": TEAM.name, "ods": TEAM.ods}
    assert told["local_target"]
    words = "\n".join(local_lines(state))
    assert "Agreed locally by Test Medicines Team" in words
    assert "the notice's own limit stays" in words
    assert desk.views.difference_from_rebuild() == ()


def test_a_later_day_than_the_notices_own_is_no_target(team: Desk, desk: Desk, tmp_path: Path) -> None:
    for one in (team, desk):
        arrives(one)
    agree(team, due=date(2027, 1, 31))
    import_plans(desk, sent(team, tmp_path), PHARMACIST)
    assert state_of(desk).plan is not None
    assert local_target(state_of(desk)) is None


def test_the_same_file_again_records_nothing(team: Desk, desk: Desk, tmp_path: Path) -> None:
    for one in (team, desk):
        arrives(one)
    agree(team)
    path = sent(team, tmp_path)
    import_plans(desk, path, PHARMACIST)
    head = desk.record.head()
    taken, made = import_plans(desk, path, PHARMACIST)
    assert (taken.applied, taken.known) == (0, 1)
    assert "here already" in made.words
    assert desk.record.head() == head


def test_the_plan_agreed_last_stands_whichever_file_came_first(
    team: Desk, desk: Desk, tmp_path: Path, clock: FixedClock
) -> None:
    for one in (team, desk):
        arrives(one)
    agree(team, rag="amber")
    older = sent(team, tmp_path, "older")
    clock.moment += timedelta(days=1)
    agree(team, rag="red", due=date(2026, 11, 30))
    newer = sent(team, tmp_path, "newer")
    for path in (newer, older):
        import_plans(desk, path, PHARMACIST)
    state = state_of(desk)
    assert state.plan is not None
    assert state.plan.rag == "red"
    assert [plan.rag for plan in state.plans] == ["red", "amber"]
    assert sum("Agreed locally" in line.text for line in state.history) == 2


def test_a_plan_for_an_alert_not_here_waits_and_makes_no_row(
    team: Desk, desk: Desk, tmp_path: Path, clock: FixedClock
) -> None:
    arrives(team)
    agree(team)
    path = sent(team, tmp_path)
    taken, _made = import_plans(desk, path, PHARMACIST)
    assert (taken.applied, taken.waiting) == (0, 1)
    assert desk.views.states() == []
    assert desk.views.count(Query(), clock.now()) == 0
    assert len(waiting_plans(desk)) == 1
    assert import_plans(desk, path, PHARMACIST)[0].known == 1
    state = arrives(desk)
    assert state.plan is not None
    assert (state.plan.by, state.plan.rag) == (TEAM.name, "red")
    assert waiting_plans(desk) == []
    assert import_plans(desk, path, PHARMACIST)[0].known == 1
    again = arrives(desk, batches=(("TX1001", "11/2027"),))
    assert len(again.plans) == 1
    assert desk.views.difference_from_rebuild() == ()
    assert desk.record.verify().valid


def test_a_waiting_plan_finds_its_alert_by_the_number_alone(team: Desk, desk: Desk, tmp_path: Path) -> None:
    arrives(team, path="/drug-device-alerts/one", title="Testafil 10 mg tablets (EL (26) A/61)")
    agree(team)
    import_plans(desk, sent(team, tmp_path), PHARMACIST)
    assert arrives(desk, path="/drug-device-alerts/other", title="Class 2: Testafil, EL(26)A61").plan is not None


def test_only_a_commissioners_team_agrees_plans(desk: Desk) -> None:
    arrives(desk)
    refused(desk, lambda: agree(desk), "not a commissioner's team", "plan import")


def test_what_no_plan_can_be_is_refused(team: Desk, tmp_path: Path) -> None:
    refused(team, lambda: export_plans(team, [], tmp_path / "x", DOCTOR), "No plan has been agreed")
    arrives(team)
    refused(team, lambda: export_plans(team, [REF], tmp_path / "x", DOCTOR), "no plan of ours")
    refused(team, lambda: agree_plan(team, REF, "purple", ACTIONS, DOCTOR), "not a priority")
    refused(team, lambda: agree_plan(team, REF, "red", [" "], DOCTOR), "no action")
    refused(team, lambda: agree_plan(team, REF, "red", ["Do it."] * 13, DOCTOR), "at most 12")
    refused(team, lambda: agree_plan(team, REF, "red", ["Ring 943 476 5919."], DOCTOR), "NHS number")
    refused(team, lambda: agree(team, due=date(2026, 11, 1)), "was over")
    agree(team)
    refused(team, lambda: export_plans(team, [], tmp_path / "no folder" / "x", DOCTOR), "no folder")


def test_a_correction_gives_the_plan_before_back(team: Desk, clock: FixedClock) -> None:
    arrives(team)
    agree(team, rag="amber")
    clock.moment += timedelta(hours=1)
    agree(team, rag="red")
    last = state_of(team).plans[-1].deed.seq
    made = correct(team, str(last), "another day", DOCTOR, {"due": "2026-11-29", "actions": "Search.\nTell."})
    plan = state_of(team).plan
    assert plan is not None
    assert (plan.rag, plan.due, plan.actions) == ("red", end_of_day(date(2026, 11, 29)), ("Search.", "Tell."))
    correct(team, str(made.entries[0].seq), "not agreed at all", DOCTOR)
    plan = state_of(team).plan
    assert plan is not None
    assert plan.rag == "amber"
    assert team.views.difference_from_rebuild() == ()


def test_another_organisations_plan_can_be_struck_but_not_changed(team: Desk, desk: Desk, tmp_path: Path) -> None:
    for one in (team, desk):
        arrives(one)
    agree(team)
    path = sent(team, tmp_path)
    import_plans(desk, path, PHARMACIST)
    plan = state_of(desk).plan
    assert plan is not None
    refused(desk, lambda: correct(desk, str(plan.deed.seq), "x", PHARMACIST, {"rag": "green"}), "another organisation")
    correct(desk, str(plan.deed.seq), "meant for others", PHARMACIST)
    assert state_of(desk).plan is None
    assert import_plans(desk, path, PHARMACIST)[0].known == 1
    assert state_of(desk).plan is None


# --- files that are not what they say ------------------------------------------------------------------------------


@pytest.fixture
def file(team: Desk, tmp_path: Path) -> Path:
    arrives(team)
    agree(team)
    return sent(team, tmp_path)


def test_a_changed_plan_is_refused_in_words(desk: Desk, file: Path) -> None:
    whole = json.loads(file.read_text(encoding="utf-8"))
    changed = {**whole, "plans": whole["plans"].replace('"rag":"red"', '"rag":"green"')}
    file.write_text(json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8")
    refused(desk, lambda: import_plans(desk, file, PHARMACIST), "not the ones that were signed")


def test_a_file_in_another_form_is_refused(desk: Desk, file: Path, tmp_path: Path) -> None:
    whole = json.loads(file.read_text(encoding="utf-8"))
    for name, text in (
        ("spaces", json.dumps(whole, indent=1)),
        ("half", file.read_text(encoding="utf-8")[:-40]),
        ("empty", ""),
        ("list", "[]"),
        ("text", "plans"),
        ("without", json.dumps({"format": "msat-plan-v1"}, separators=(",", ":"))),
    ):
        other = tmp_path / f"{name}.msatplan"
        other.write_text(text, encoding="utf-8")
        refused(desk, lambda other=other: import_plans(desk, other, PHARMACIST), "changed on the way")
    refused(desk, lambda: import_plans(desk, tmp_path / "nothing.msatplan", PHARMACIST), "There is no file")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.data())
def test_no_single_changed_byte_is_believed(file: Path, data: st.DataObject) -> None:
    whole = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    new = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    right = read_plan_file(bytes(whole), "plans")
    whole[at] = new
    try:
        read = read_plan_file(bytes(whole), "plans")
    except Refused:
        return
    assert read == right


def test_one_that_another_record_signed_needs_a_persons_word(
    desk: Desk, file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    arrives(desk)
    import_plans(desk, file, PHARMACIST)
    other = opened(tmp_path / "other", TEAM, clock)
    arrives(other)
    clock.moment += timedelta(hours=1)
    agree(other, rag="green")
    path = sent(other, tmp_path, "other")
    refused(desk, lambda: import_plans(desk, path, PHARMACIST), "came from another record before", "--sender")
    refused(desk, lambda: import_plans(desk, path, PHARMACIST, "00000000"), "not by the one you gave")
    import_plans(desk, path, PHARMACIST, other.record.log[:8])
    plan = state_of(desk).plan
    other.close()
    assert plan is not None
    assert plan.rag == "green"


def test_a_plan_agreed_in_the_future_would_stand_for_ever_and_is_refused(
    team: Desk, desk: Desk, tmp_path: Path, clock: FixedClock
) -> None:
    arrives(team)
    arrives(desk)
    clock.moment += timedelta(days=3)
    agree(team, due=None)
    path = sent(team, tmp_path)
    clock.moment -= timedelta(days=3)
    refused(desk, lambda: import_plans(desk, path, PHARMACIST), "still to come", "clocks")
    clock.moment += timedelta(days=2)
    assert import_plans(desk, path, PHARMACIST)[0].applied == 1


def test_our_own_and_another_practices_file_are_refused(
    team: Desk, desk: Desk, file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    refused(team, lambda: import_plans(team, file, PHARMACIST), "made here")
    practice = opened(tmp_path / "practice", Organisation("Another Surgery", "Y00002", "gp-practice"), clock)
    from msat.exchange.plan_file import write_plan_file

    path = tmp_path / "practice.msatplan"
    path.write_bytes(write_plan_file(read_plan_file(file.read_bytes(), "x").plans, practice.record, clock.now()))
    practice.close()
    refused(desk, lambda: import_plans(desk, path, PHARMACIST), "not a commissioner's team")
