"""Meetings: a decision gets an owner and a day, is done, corrected; who was there; the minutes as files that verify."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from msat import bootstrap
from msat.cli.local_words import local_json, local_lines
from msat.clock import FixedClock
from msat.errors import Refused
from msat.exports.checking import Outcome, check_file
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.projections.decisions import Standing, decisions_of
from msat.services.correct import correct
from msat.services.desk import Desk
from msat.services.discuss import discuss
from msat.services.finish_decision import finish_decision
from msat.services.hold_meeting import hold_meeting, known_meetings
from msat.services.list_decisions import list_decisions
from msat.services.minutes import ENDINGS, export_minutes, minutes_of, the_meeting
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST

REF = "EL(26)A/61"
MET, DUE = date(2026, 11, 21), date(2026, 11, 21)
Receive = Callable[[FeedItem], AlertState]


@pytest.fixture
def kind() -> str:
    return "committee"


@pytest.fixture
def alert(desk: Desk, receive: Receive) -> AlertState:
    del desk
    return receive(recall(class_=3))


def refused(desk: Desk, do: Callable[[], object], *words: str) -> None:
    before = desk.record.head()
    with pytest.raises(Refused) as caught:
        do()
    for word in words:
        assert word in f"{caught.value} {caught.value.next_step}"
    assert desk.record.head() == before


def now_of(desk: Desk, alert: AlertState) -> AlertState:
    found = desk.views.alert(alert.key)
    assert found is not None
    return found


def decide(desk: Desk, **more: object) -> int:
    made = discuss(desk, REF, "Safety committee", MET, PHARMACIST, outcome="Write to them.", **more)  # type: ignore[arg-type]
    return made.entries[-1].seq


def test_without_an_owner_the_entry_is_as_it_was(desk: Desk, alert: AlertState) -> None:
    decide(desk)
    (entry,) = desk.record.entries(after=desk.record.head().size - 1)
    assert sorted(entry.data) == ["meeting", "minute", "on", "outcome"]
    assert list_decisions(desk) == []
    assert [one.standing for one in list_decisions(desk, everything=True)] == [Standing.NOTED]


def test_a_day_needs_somebody_and_lies_after_the_meeting(desk: Desk, alert: AlertState) -> None:
    refused(desk, lambda: decide(desk, due=DUE), "nobody who does it", "Name an owner")
    refused(desk, lambda: decide(desk, owner="Chair", due=date(2026, 11, 20)), "before the meeting")
    refused(desk, lambda: decide(desk, owner="Chair", due=date(2062, 11, 20)), "10 years")
    refused(desk, lambda: decide(desk, owner="943 476 5919"), "NHS number")
    refused(desk, lambda: decide(desk, owner="x" * 121), "120 characters")


def test_an_open_decision_is_listed_until_it_is_done(desk: Desk, alert: AlertState, clock: FixedClock) -> None:
    seq = decide(desk, owner="Safety lead", due=date(2026, 11, 23))
    assert [(one.standing, one.words) for one in list_decisions(desk)] == [(Standing.OPEN, "Due 23 November 2026.")]
    clock.moment += timedelta(days=3)
    assert [one.words for one in list_decisions(desk)] == ["Overdue by 2 working days: it was due 23 November 2026."]
    assert local_json(now_of(desk, alert))["discussed"][0]["done"] is None
    assert any(
        "Owner: Safety lead, by 23 November 2026. Still open." in line for line in local_lines(now_of(desk, alert))
    )
    done = finish_decision(desk, REF, PHARMACIST, note="All wrote back.")
    assert done.words.startswith(f"Done for {REF}: what was decided at Safety committee on 21 November 2026.")
    assert list_decisions(desk) == []
    told = local_json(now_of(desk, alert))["discussed"][0]
    assert (told["owner"], told["due"], told["done"]["note"]) == ("Safety lead", "2026-11-23", "All wrote back.")
    refused(desk, lambda: finish_decision(desk, REF, PHARMACIST, str(seq)), "recorded as done")
    refused(desk, lambda: finish_decision(desk, REF, PHARMACIST), "No decision")
    correct(desk, str(done.entries[0].seq), "Not yet.", DOCTOR)
    assert [one.standing for one in list_decisions(desk)] == [Standing.OVERDUE]


def test_which_decision_is_asked_for_where_several_are_open(desk: Desk, alert: AlertState) -> None:
    first, second = decide(desk, owner="Chair"), decide(desk, owner="Deputy")
    refused(desk, lambda: finish_decision(desk, REF, PHARMACIST), f"{first}, {second}")
    refused(desk, lambda: finish_decision(desk, REF, PHARMACIST, "99"), "no single decision")
    finish_decision(desk, REF, PHARMACIST, str(second))
    assert [one.decision.met.owner for one in list_decisions(desk)] == ["Chair"]
    id_ = list_decisions(desk)[0].decision.id
    finish_decision(desk, REF, PHARMACIST, id_[:12])
    assert list_decisions(desk) == []


def test_what_nobody_was_to_see_to_and_days_before_the_meeting_are_refused(
    desk: Desk, alert: AlertState, clock: FixedClock
) -> None:
    seq = decide(desk)
    refused(desk, lambda: finish_decision(desk, REF, PHARMACIST, str(seq)), "Nobody was named")
    decide(desk, owner="Chair")
    early = clock.moment - timedelta(days=2)
    refused(desk, lambda: finish_decision(desk, REF, PHARMACIST, happened=early), "before the meeting")


def test_owner_and_day_are_corrected_and_the_decision_stays_the_same(desk: Desk, alert: AlertState) -> None:
    seq = decide(desk)
    id_ = decisions_of(now_of(desk, alert))[0].id
    refused(desk, lambda: correct(desk, str(seq), "Day.", PHARMACIST, {"due": "2026-12-01"}), "Name an owner")
    refused(
        desk, lambda: correct(desk, str(seq), "Day.", PHARMACIST, {"owner": "Chair", "due": "2026-11-01"}), "before"
    )
    made = correct(desk, str(seq), "Owner left out.", PHARMACIST, {"owner": "Chair", "due": "2026-12-01"})
    (one,) = list_decisions(desk)
    assert (one.decision.id, one.decision.met.owner, one.words) == (id_, "Chair", "Due 1 December 2026.")
    correct(desk, str(made.entries[0].seq), "Nobody after all.", PHARMACIST, {"owner": "", "due": ""})
    assert list_decisions(desk) == []


def test_a_meeting_is_held_once_more_and_struck_out(desk: Desk, alert: AlertState) -> None:
    refused(desk, lambda: hold_meeting(desk, " ", MET, PHARMACIST, ["Chair"]), "meeting")
    refused(desk, lambda: hold_meeting(desk, "Safety committee", MET, PHARMACIST), "Who was at the meeting")
    refused(desk, lambda: hold_meeting(desk, "Safety committee", date(2026, 12, 1), PHARMACIST, ["Chair"]), "to come")
    hold_meeting(desk, "Safety committee", MET, PHARMACIST, ["Chair\nSafety lead", " "], agenda=["Overdue alerts"])
    (one,) = known_meetings(desk)
    assert (one.present, one.agenda) == (("Chair", "Safety lead"), ("Overdue alerts",))
    again = hold_meeting(desk, "Safety committee", MET, PHARMACIST, ["Chair"])
    assert known_meetings(desk)[0].present == ("Chair",)
    correct(desk, str(again.entries[0].seq), "Wrong list.", DOCTOR)
    assert known_meetings(desk)[0].present == ("Chair", "Safety lead")
    desk.views.rebuild()
    assert known_meetings(desk)[0].present == ("Chair", "Safety lead")
    assert desk.views.difference_from_rebuild() == ()


@pytest.mark.parametrize("ending", ENDINGS)
def test_minutes_are_written_in_every_form_and_verify(
    desk: Desk, alert: AlertState, tmp_path: Path, ending: str
) -> None:
    decide(desk, owner="Safety lead", due=date(2026, 12, 1), minute="4.2")
    hold_meeting(desk, "Safety committee", MET, PHARMACIST, ["Chair"], ["GP lead"], ["Overdue alerts"], "Thanks given.")
    path, made = export_minutes(desk, "", None, tmp_path / f"minutes{ending}", PHARMACIST)
    data = path.read_bytes()
    found = check_file(data, path.name, desk.record)
    assert found.outcome is Outcome.VERIFIED, found
    assert made.entries[-1].type == "export.issued"
    assert made.entries[-1].data["kind"] == "minutes"
    if ending in (".html", ".txt"):
        text = data.decode("utf-8")
        for words in ("Safety lead", "Chair", "GP lead", "Overdue alerts", "Thanks given.", "4.2", "Write to them."):
            assert words in text
        changed = check_file(text.replace("Safety lead", "Somebody else").encode(), path.name, desk.record)
        assert changed.outcome is Outcome.CHANGED


def test_minutes_say_what_is_missing(desk: Desk, alert: AlertState, tmp_path: Path) -> None:
    refused(desk, lambda: export_minutes(desk, "", None, tmp_path, PHARMACIST), "No meeting is recorded")
    decide(desk)
    refused(desk, lambda: export_minutes(desk, "Other", None, tmp_path, PHARMACIST), "“Other”", "Safety committee")
    refused(desk, lambda: export_minutes(desk, "", None, tmp_path / "m.odt", PHARMACIST), ".odt")
    path, _made = export_minutes(desk, "", None, tmp_path, PHARMACIST)
    assert path.name.endswith(".pdf")
    document, seal = minutes_of(desk, the_meeting(desk, "safety COMMITTEE", MET))
    said = " ".join(str(block) for block in document.blocks)
    for words in ("Who was at the meeting is not recorded.", "No agenda is recorded.", "No earlier decision was open"):
        assert words in said
    assert seal.entries


def test_a_colleagues_views_say_the_same(desk: Desk, alert: AlertState, clock: FixedClock) -> None:
    decide(desk, owner="Chair", due=DUE)
    again = bootstrap.open_desk(desk.places, clock)
    try:
        assert [one.decision.id for one in list_decisions(again)] == [one.decision.id for one in list_decisions(desk)]
    finally:
        again.close()
