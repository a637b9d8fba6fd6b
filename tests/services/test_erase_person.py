"""A name is erased: gone from every file, the work still answered, the chain whole, the decision named; or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from msat import bootstrap, settings
from msat.clock import FixedClock
from msat.errors import RecordProblem, Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.services.acknowledge import acknowledge
from msat.services.applies import decide_applies
from msat.services.assign import assign
from msat.services.desk import Desk, Person
from msat.services.erase_person import Erased, erase, finish, plan_erasure
from msat.services.verify import verify
from msat.store import erasing
from tests.exchange.sites import sent
from tests.notices import recall
from tests.services.conftest import DOCTOR

PATEL = Person("Dr A. Patel", "GP partner", "apatel")
WATSON = Person("E. Watson", "practice pharmacist")
MANAGER, GUARDIAN = Person("B. Jones", "Practice manager"), Person("C. Smith", "Caldicott Guardian")
LABEL = "Test Surgery (name erased 1)"


@pytest.fixture
def named(desk: Desk, receive: Callable[[FeedItem], AlertState]) -> AlertState:
    """Three entries by A. Patel or about them, in an alert that is otherwise worked on as ever."""
    state = receive(recall())
    acknowledge(desk, state.key, PATEL)
    decide_applies(desk, state.key, True, WATSON, "held", note="Told dr  a. patel by telephone.")
    assign(desk, state.key, "A. Patelson", "Dr A. Patel", WATSON)
    return state


def erased(desk: Desk, name: str = "Dr A. Patel") -> Erased:
    return erase(desk, plan_erasure(desk, name), "Asked for, and no duty to keep.", (MANAGER, GUARDIAN), DOCTOR)


def holding(folder: Path, *words: str) -> list[str]:
    """The files under `folder`, backups apart, that hold any of the words in any case."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "backups" not in path.parts:
            text = path.read_bytes().lower()
            found += [f"{path.name}: {word}" for word in words if word.lower().encode() in text]
    return found


def test_a_plan_changes_nothing_and_shows_every_entry(desk: Desk, named: AlertState) -> None:
    before = desk.record.head()
    plan = plan_erasure(desk, " dr A.  Patel ")
    assert [one.entry.type for one in plan.touched] == [
        "alert.acknowledged", "applicability.decided", "alert.assigned"
    ]  # fmt: skip
    assert plan.label == LABEL
    assert plan.left == ()
    assert desk.record.head() == before
    assert desk.record.verify().problems == ()


def test_the_name_is_in_no_file_afterwards_and_the_work_stands(desk: Desk, named: AlertState) -> None:
    before = desk.views.alert(named.key)
    assert before is not None
    settings.save(desk.places.settings, {"person_name": "Dr A. Patel", "person_role": "GP partner"})
    desk.places.drafts.write_text('{"' + named.key + '": {"note": "ask Dr A. Patel"}}', encoding="utf-8")
    (desk.places.cache / "snapshot.json").write_text('{"rows": ["Dr A. Patel"]}', encoding="utf-8")
    assert holding(desk.places.data.parent, "Dr A. Patel", "apatel")
    done = erased(desk)
    assert done.remaining == ()
    desk.close()
    assert holding(desk.places.data.parent, "Dr A. Patel", "dr  a. patel", "apatel") == []
    again = bootstrap.open_desk(desk.places, desk.clock)
    after = again.views.alert(named.key)
    assert after is not None
    assert after.acknowledged is not None
    assert after.acknowledged.by == LABEL
    assert after.acknowledged.happened == before.acknowledged.happened  # type: ignore[union-attr]
    assert after.applicability is not None
    assert after.applicability.deed.by == WATSON.name
    assert after.owner is not None
    assert (after.owner.name, after.owner.deputy) == ("A. Patelson", LABEL)
    assert after.status(again.clock.now()) == before.status(again.clock.now())
    assert len(after.history) == len(before.history)
    assert '"note": "ask Test Surgery (name erased 1)"' in again.places.drafts.read_text(encoding="utf-8")
    assert settings.load(again.places.settings)["person_name"] == ""
    again.close()


def test_the_history_names_the_decision_and_the_views_equal_a_rebuild(desk: Desk, named: AlertState) -> None:
    done = erased(desk)
    order = done.entries[-1]
    state = desk.views.alert(named.key)
    assert state is not None
    lines = [line for line in state.history if "erased" in line.text]
    assert [line.type for line in lines] == ["alert.acknowledged", "applicability.decided", "alert.assigned"]
    said = (
        "A name was erased on 22 November 2026 by decision of B. Jones, Practice manager and C. Smith, Caldicott "
        f"Guardian (entry {order.seq})."
    )
    assert all(said in line.text for line in lines)
    outcome = verify(desk)
    assert outcome.problems == ()
    told = [line for line in outcome.checked if line.startswith("3. Erased")]
    assert len(told) == 1
    assert "3 bodies" in told[0]
    assert "B. Jones, Practice manager" in told[0]
    assert "Reason: Asked for" in told[0]
    assert any("withheld or missing: 0." in line for line in outcome.checked)


def test_who_decides_who_does_it_and_why_are_checked_before_anything_happens(desk: Desk, named: AlertState) -> None:
    plan, size = plan_erasure(desk, "Dr A. Patel"), desk.record.head().size
    why = "Asked for."
    for deciders, person, reason in (
        ((MANAGER,), DOCTOR, why),
        ((MANAGER, Person("b.  jones", "Partner")), DOCTOR, why),
        ((MANAGER, GUARDIAN, DOCTOR), DOCTOR, why),
        ((MANAGER, PATEL), DOCTOR, why),
        ((MANAGER, GUARDIAN), PATEL, why),
        ((MANAGER, GUARDIAN), DOCTOR, "Dr A. Patel asked for it."),
        ((MANAGER, GUARDIAN), DOCTOR, " "),
    ):
        with pytest.raises(Refused):
            erase(desk, plan, reason, deciders, person)
    with pytest.raises(Refused, match="too short"):
        plan_erasure(desk, "A.")
    with pytest.raises(Refused, match="No entry of this record names"):
        erase(desk, plan_erasure(desk, "Nobody Here"), why, (MANAGER, GUARDIAN), DOCTOR)
    with pytest.raises(Refused, match="Entry 1 does not name"):
        plan_erasure(desk, "Dr A. Patel", leave=[1])
    assert desk.record.head().size == size
    assert not desk.record.is_erasing


def test_an_entry_can_be_left_and_a_damaged_record_is_not_touched(desk: Desk, named: AlertState) -> None:
    plan = plan_erasure(desk, "Dr A. Patel")
    first = plan.touched[0].entry.seq
    kept = plan_erasure(desk, "Dr A. Patel", leave=[first])
    assert [one.entry.seq for one in kept.left] == [first]
    erase(desk, kept, "Asked for.", (MANAGER, GUARDIAN), DOCTOR)
    entries = {entry.seq: entry for entry in desk.record.entries()}
    assert entries[first].body is not None
    assert entries[plan.touched[1].entry.seq].body is None
    assert verify(desk).problems == ()
    desk.places.high_water_mark.unlink()
    with pytest.raises(RecordProblem, match="so nothing was erased"):
        erased(desk)


def test_a_second_person_is_erased_from_what_was_told_again_of_the_first(desk: Desk, named: AlertState) -> None:
    erased(desk)
    erased(desk, WATSON.name)
    desk.close()
    assert holding(desk.places.data.parent, "Dr A. Patel", WATSON.name) == []
    again = bootstrap.open_desk(desk.places, desk.clock)
    state = again.views.alert(named.key)
    assert state is not None
    assert state.applicability is not None
    assert state.applicability.deed.by == "Test Surgery (name erased 2)"
    assert LABEL in state.applicability.note
    assert state.owner is not None
    assert state.owner.deputy == LABEL
    outcome = verify(again)
    assert outcome.problems == ()
    assert sum(line.startswith("3. Erased") for line in outcome.checked) == 2
    again.close()


def test_somebody_who_decided_earlier_can_be_erased_too(desk: Desk, named: AlertState) -> None:
    erased(desk)
    plan = plan_erasure(desk, MANAGER.name)
    assert [one.entry.type for one in plan.touched] == ["body.erased"]
    erase(desk, plan, "Asked for.", (GUARDIAN, Person("D. Green", "Partner")), DOCTOR)
    desk.close()
    assert holding(desk.places.data.parent, MANAGER.name, "Dr A. Patel") == []
    again = bootstrap.open_desk(desk.places, desk.clock)
    assert verify(again).problems == ()
    state = again.views.alert(named.key)
    assert state is not None
    assert state.acknowledged is not None
    assert state.acknowledged.by == LABEL
    again.close()


@pytest.mark.parametrize("where", ["before", "bodies", "views", "note"])
def test_an_erasure_that_dies_is_finished_at_the_next_start(
    desk: Desk, named: AlertState, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    class Died(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Died

    target = {
        "before": (type(desk.record), "_write"),
        "bodies": (erasing, "empty_ordered"),
        "views": (type(desk.views), "scrub"),
        "note": (erasing, "end"),
    }[where]
    with monkeypatch.context() as patched:
        patched.setattr(*target, dies)
        with pytest.raises(Died):
            erased(desk)
    desk.close()
    if where in ("bodies", "views"):
        assert holding(desk.places.data.parent, "Dr A. Patel") != []
    again = bootstrap.open_desk(desk.places, clock)
    assert any("was finished" in notice for notice in again.record.notices)  # type: ignore[attr-defined]
    assert not again.record.is_erasing
    assert verify(again).problems == ()
    again.close()
    if where != "before":
        assert holding(desk.places.data.parent, "Dr A. Patel", "apatel") == []
    third = bootstrap.open_desk(desk.places, clock)
    assert third.record.notices == ()  # type: ignore[attr-defined]
    assert finish(third) == ""
    third.close()


def test_an_unfinished_erasure_is_a_finding_with_what_to_do(
    desk: Desk, named: AlertState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "empty_ordered", lambda *_: 0)
    with pytest.raises(RecordProblem, match="did not verify, after the erasure"):
        erased(desk)
    found = desk.record.verify().problems
    assert len(found) == 3
    assert all("to be erased on 22 November 2026" in one.what and "still here" in one.what for one in found)
    assert all(one.step == 3 and "Open MSAT" in one.next_step for one in found)


def test_what_stays_is_named(desk: Desk, named: AlertState) -> None:
    note = desk.places.local / "rules.toml"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text('reviewed_by = "Dr A. Patel"\n', encoding="utf-8")
    digest = desk.files.put(b"minutes: Dr A. Patel was there")
    plan = plan_erasure(desk, "Dr A. Patel")
    assert note in plan.traces
    done = erased(desk)
    assert note in done.remaining
    assert any(digest in str(path) for path in done.remaining)
    assert len(done.remaining) == 2


def test_the_date_until_backups_hold_the_name(desk: Desk, named: AlertState) -> None:
    done = erased(desk)
    assert done.until.isoformat() == "2027-11-01"
    assert done.backups == desk.places.backups


def test_the_same_work_in_another_organisation_still_needs_two_people(desk: Desk, named: AlertState) -> None:
    """Two erased people stay two: each erasure has a label of its own."""
    one, two = erased(desk).plan.label, erased(desk, WATSON.name).plan.label
    assert one != two
    assert re.fullmatch(r"Test Surgery \(name erased \d\)", two)
    assert replace(PATEL, name=one) != replace(PATEL, name=two)


def test_a_backup_of_before_brings_no_name_back_where_the_order_is_known(
    desk: Desk, named: AlertState, clock: FixedClock, tmp_path: Path
) -> None:
    """A backup keeps the name; put back together with a later return of the own log, it is erased again."""
    backing = bootstrap.backing(desk.places, clock)
    before = backing.make(tmp_path, files_inside=True)
    erased(desk)
    after = backing.make(tmp_path, files_inside=True)
    back = tmp_path / "own.msatreturn"
    back.write_bytes(sent(desk))
    desk.close()
    for backup, returns in ((before, [back]), (after, [])):
        desk.places.record.write_bytes(b"\0" * 4096)
        done = bootstrap.restore(desk.places, Path(backup.path), returns, clock)
        assert done.problems == ()
        assert done.way.value == "whole"
        again = bootstrap.open_desk(desk.places, clock)
        assert verify(again).problems == ()
        assert not again.record.is_erasing
        again.close()
        # What a restore put aside is a copy of its own, as a backup is.
        kept = [path for path in holding(desk.places.data.parent, "Dr A. Patel") if "damaged" not in path]
        assert [path for path in kept if not path.startswith("record") or path.startswith("record.db:")] == []


def test_a_backup_is_made_and_proven_after_an_erasure(desk: Desk, named: AlertState, clock: FixedClock) -> None:
    erased(desk)
    made = bootstrap.backing(desk.places, clock).make(desk.places.data.parent, files_inside=True)
    assert made.lacking == ()
