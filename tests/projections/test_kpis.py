"""The indicators K1 to K10 against small worlds counted by hand, and who is left out of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from msat.actions.model import AnswerKind
from msat.ids import AlertKey
from msat.projections.alert_state import ActionState, AlertState, Answer, Applicability, Said, SignOff, Superseded
from msat.projections.gaps import Explanation, Gap
from msat.projections.kpi_model import Basis, Communication, Kpi, Returned, Share, centile, say_duration, times, to_json
from msat.projections.kpi_pairs import NO_LIMIT, NO_REPLY, NOT_YET, STILL_OPEN
from msat.projections.kpis import kpis
from msat.projections.pair_facts import SUPERSEDED, WITHDRAWN, facts_of
from msat.projections.work_state import DecisionSupport, Deed, Deferral, Recheck
from msat.triage.model import Due, Priority

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CUT_OFF = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)


def deed(when: datetime) -> Deed:
    return Deed("A. Patel", "pharmacist", when, when, f"entry-{when:%m%d%H%M}", 1)


def action(code: str, value: str = "", required: bool = True) -> ActionState:
    answers = (Answer(value, deed(START + HOUR)),) if value else ()
    return ActionState(code, f"Do {code}", AnswerKind.DONE, None, required, answers=answers)


def alert(number: int = 1, **more: Any) -> AlertState:
    """A Red received on Monday at nine, due on Wednesday at nine."""
    values: dict[str, Any] = {
        "key": AlertKey(f"EL(26)A/{number:02}"),
        "title": f"Notice {number}",
        "family": "medicines-recall",
        "received": START,
        "rag": Priority.RED,
        "due": Due(START + 2 * DAY, "class", "48 hours"),
        "actions": (action("A06"),),
        **more,
    }
    return AlertState(**values)


def acknowledged(state: AlertState, after: timedelta) -> AlertState:
    said = Said("alert.acknowledged", deed(state.received + after))
    return replace(state, acknowledged=said.deed, said=(*state.said, said))


def signed(state: AlertState, after: timedelta, second: timedelta | None = None) -> AlertState:
    """Signed by one, and by a second person so long after receipt."""
    by = SignOff(deed(state.received + after), "Done.", deed(state.received + second) if second else None)
    return replace(state, applicability=Applicability(True, "", "", by.deed), sign_off=by)


def practice(*states: AlertState, ods: str = "Y00000", **more: Any) -> Returned:
    return Returned(ods, f"Demo {ods}", "gp-practice", tuple(facts_of(one, CUT_OFF) for one in states), **more)


def basis(*organisations: Returned, **more: Any) -> Basis:
    return Basis(organisations, date(2026, 1, 1), date(2026, 12, 31), more.pop("cut_off", CUT_OFF), **more)


def of(code: str, *organisations: Returned, **more: Any) -> Kpi:
    return next(one for one in kpis(basis(*organisations, **more)) if one.code == code)


def part(kpi: Kpi, name: str) -> Any:
    return next(one.value for one in kpi.parts if one.name == name)


def left(kpi: Kpi) -> dict[str, int]:
    return {one.reason: one.count for one in kpi.left_out}


# --- K1 to K4 ----------------------------------------------------------------------------------------------------


def test_k1_counts_one_event_once_and_no_lists() -> None:
    lists = [alert(8, family="safety-roundup"), alert(9, family="field-safety-notices")]
    k1 = of("K1", practice(alert(1), alert(2), *lists), practice(alert(1), ods="Y00001"))
    assert k1.value == 2
    assert left(k1) == {"Safety roundups and weekly lists of field safety notices": 2}


def test_k1_takes_the_london_days_of_the_period_by_first_receipt() -> None:
    last_year = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    summer = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # 00:30 on 1 July in London
    held = (alert(1, received=last_year), alert(2, received=summer))
    again = practice(alert(1, received=START), ods="Y00001")
    period = Basis((practice(*held), again), date(2026, 1, 1), date(2026, 6, 30), CUT_OFF)
    assert kpis(period)[0].value == 0
    assert kpis(replace(period, last=date(2026, 7, 1)))[0].value == 1


def test_one_computer_with_a_wrong_clock_takes_no_alert_out_of_the_year() -> None:
    published = START - 2 * HOUR
    wrong = practice(alert(1, received=datetime(2019, 1, 1, tzinfo=UTC), published=published), ods="Y00001")
    right = [practice(alert(1, published=published), ods=f"Y0000{n}") for n in (2, 3)]
    assert of("K1", wrong, *right).value == 1
    assert of("K1", *right, wrong).value == 1
    assert of("K1", wrong).value == 0
    # A notice that gives its day alone, and one that gives none.
    early = practice(alert(2, published=START + 10 * HOUR), alert(3, received=START - 300 * DAY), ods="Y00004")
    assert of("K1", early).value == 1


def test_k1_leaves_out_what_came_after_the_cut_off() -> None:
    assert of("K1", practice(alert(1), alert(2, received=CUT_OFF + HOUR))).value == 1


def test_k1_takes_the_most_urgent_of_several_ratings() -> None:
    k1 = of("K1", practice(alert(1, rag=Priority.GREEN)), practice(alert(1, rag=Priority.AMBER), ods="Y00001"))
    assert (part(k1, "Red"), part(k1, "Amber"), part(k1, "Green")) == (0, 1, 0)


def test_k2_by_audience() -> None:
    states = (
        alert(1, actions=(action("A16", "yes"),)),
        alert(2, actions=(action("A17", "yes"),)),
        alert(3, actions=(action("A12", "yes"), action("A16", "no"))),
        alert(4, actions=(action("A16"),)),
    )
    sent = (
        Communication(AlertKey("EL(26)A/04"), "prescribers", START + DAY),
        Communication(AlertKey("EL(26)A/03"), "prescribers", CUT_OFF + DAY),
        Communication(AlertKey("EL(20)A/99"), "prescribers", START + DAY),
    )
    k2 = of("K2", practice(*states), communications=sent)
    assert k2.value == Share(3, 4)
    assert part(k2, "Newsletter item, as reported (A16)") == Share(1, 4)
    assert part(k2, "Passed on to others, as reported (A17)") == Share(1, 4)
    assert part(k2, "In an issue sent to prescribers") == Share(1, 4)
    assert part(k2, "Own team told, as reported (A12)") == Share(1, 4)


def test_k3_takes_live_messages_by_the_cut_off_and_answers() -> None:
    def live(day: str, struck: str = "") -> DecisionSupport:
        return DecisionSupport("OptimiseRx", "X1", day, False, "", deed(START), struck)

    states = (
        alert(1, decision_support=(live("2026-12-31"),)),
        alert(2, decision_support=(live("2027-01-01"),)),
        alert(3, decision_support=(live("2026-05-01", struck="entered in error"),)),
        alert(4, decision_support=(live("soon"),), actions=(action("A13", "yes"),)),
    )
    k3 = of("K3", practice(*states))
    assert k3.value == Share(2, 4)
    assert part(k3, "Message recorded as live") == Share(1, 4)
    assert part(k3, "Reported by an answer only (A13)") == Share(1, 4)


def test_k4_is_recommended_where_an_action_is_required_and_says_where_it_was_run() -> None:
    mine = practice(
        alert(1, actions=(action("A06", "yes"),)),
        alert(2, actions=(action("A06", required=False),)),
        alert(3, actions=(action("A07", "nil"),)),
        alert(4, actions=()),
    )
    theirs = practice(alert(1, actions=(action("A06"),)), ods="Y00001")
    k4 = of("K4", mine, theirs)
    assert k4.value == Share(2, 3)
    assert left(k4) == {"No recommendation recorded yet": 1}
    assert k4.parts[0].value == Share(2, 3)


# --- K5 to K8 ----------------------------------------------------------------------------------------------------


def test_k5_two_working_days_or_the_deadline_where_that_is_earlier() -> None:
    late_due = Due(START + 30 * DAY, "family", "30 days")
    # Received on the Thursday before Good Friday 2026: two working days end on Wednesday 8 April, London.
    thursday = datetime(2026, 4, 2, 9, tzinfo=UTC)
    easter = alert(5, received=thursday, due=Due(thursday + 30 * DAY, "family", "30 days"))
    wednesday = datetime(2026, 4, 8, 22, 59, 59, tzinfo=UTC)
    k5 = of(
        "K5",
        practice(
            acknowledged(alert(1), 47 * HOUR),
            acknowledged(alert(2), 49 * HOUR),
            acknowledged(alert(3, due=late_due), 62 * HOUR),  # Wednesday 23:00
            acknowledged(alert(4, due=late_due), 63 * HOUR),  # Thursday 00:00
            acknowledged(easter, wednesday - thursday),
            alert(6),
        ),
    )
    assert k5.value == Share(3, 6)
    assert (part(k5, "Acknowledged late"), part(k5, "Not acknowledged")) == (2, 1)


def test_k5_leaves_out_no_reply_historic_withdrawn_superseded_and_not_yet() -> None:
    replaced = Superseded("k", "EL(26)A/50", "replaces", START, "e")
    states = (
        acknowledged(alert(1), HOUR),
        alert(2, flags=("historic",)),
        alert(3, withdrawn="Issued in error."),
        acknowledged(alert(4, withdrawn="Issued in error."), HOUR),
        alert(5, superseded=replaced),
        alert(6, received=CUT_OFF - HOUR, due=None),
    )
    k5 = of("K5", practice(*states), Returned("Y00001", "Silent", "gp-practice", None))
    assert k5.value == Share(2, 2)
    assert left(k5) == {
        NO_REPLY: 6,
        "The deadline had passed before the alert was received (historic)": 1,
        WITHDRAWN: 1,
        SUPERSEDED: 1,
        NOT_YET: 1,
    }


def test_k6_wants_everybody_that_is_needed() -> None:
    refused = Applicability(False, "not-held", "", deed(START + HOUR))
    confirmed = replace(refused, confirmed=deed(START + 2 * HOUR))
    put_off = Deferral(CUT_OFF + DAY, "Dr B", "stock on its way", deed(START))
    states = (
        signed(alert(1), HOUR, 2 * HOUR),
        signed(alert(2), HOUR),  # a Red with one signature is open
        signed(alert(3), HOUR, 49 * HOUR),  # the second came late
        signed(alert(4, rag=Priority.AMBER), HOUR),
        alert(5, applicability=refused),
        alert(6, applicability=confirmed),
        alert(7, deferral=put_off),
        alert(8, due=Due(None, "none", "no limit")),
        signed(alert(9, due=Due(CUT_OFF + DAY, "notice", "")), HOUR, HOUR),
    )
    k6 = of("K6", practice(*states))
    assert k6.value == Share(3, 7)
    assert part(k6, "Red") == Share(2, 6)
    assert part(k6, "Amber") == Share(1, 1)
    assert part(k6, "Of those done in time, judged not to apply") == 1
    assert (part(k6, "Done late"), part(k6, "Not done")) == (1, 3)
    assert part(k6, "Of those not done, put off with an approver") == 1
    assert left(k6) == {NO_LIMIT: 1, NOT_YET: 1}


def test_k6_to_the_second() -> None:
    on_the_dot, late = 48 * HOUR, 48 * HOUR + timedelta(seconds=1)
    states = (signed(alert(1), HOUR, on_the_dot), signed(alert(2), HOUR, late))
    assert of("K6", practice(*states)).value == Share(1, 2)
    assert of("K6", practice(states[0]), cut_off=START + 2 * DAY).value == Share(1, 1)
    assert of("K6", practice(states[0]), cut_off=START + 2 * DAY - timedelta(seconds=1)).value == Share(0, 0)


def test_k7_no_reply_is_its_own_state() -> None:
    mine = practice(acknowledged(alert(1), HOUR), alert(2, actions=(action("A06", "yes"),)), alert(3))
    silent = Returned("Y00001", "Silent", "gp-practice", None)
    empty = practice(ods="Y00002")
    opened = practice(ods="Y00003", opened=date(2026, 3, 3))
    closed = practice(ods="Y00004", closed=date(2026, 3, 1))
    team = practice(alert(1), ods="QOX", is_asked=False)
    k7 = of("K7", mine, silent, empty, opened, closed, team)
    assert k7.value == Share(2, 9)
    assert part(k7, "Organisations from which a record is held") == Share(4, 5)
    assert part(k7, "Held, and nobody there has recorded anything") == 1
    assert part(k7, "No reply") == 3
    assert part(k7, "Not received") == 3
    assert left(k7) == {"Organisation not open on the day": 6}


def test_k8_median_and_90th_centile() -> None:
    # Closed after 1 to 11 days: the median is the sixth; the 90th centile the tenth of eleven: 10 days.
    states = [signed(acknowledged(alert(n), n * HOUR), n * DAY, n * DAY) for n in range(1, 12)]
    k8 = of("K8", practice(*states, alert(12), alert(13, flags=("historic",))))
    assert k8.words == "median 6 days, 90th centile 10 days (of 11)"
    assert part(k8, "To acknowledge").words == "median 6 hours, 90th centile 10 hours (of 11)"
    assert part(k8, "To close: Green").words == "none to count"
    assert left(k8) == {STILL_OPEN: 1, "The deadline had passed before the alert was received (historic)": 1}


def test_k8_what_was_done_before_the_import_took_no_time() -> None:
    assert part(of("K8", practice(acknowledged(alert(1), -DAY))), "To acknowledge").median_s == 0


# --- K9 and K10 --------------------------------------------------------------------------------------------------


def test_k9_re_checks_that_fell_due_in_the_period() -> None:
    def again(due: datetime, done: bool, months: int = 3, **more: Any) -> Recheck:
        return Recheck(months, due, (("found", 4),), deed(due + DAY) if done else None, **more)

    old = alert(1, received=datetime(2025, 6, 1, tzinfo=UTC))
    checks = (
        again(datetime(2026, 2, 1, tzinfo=UTC), True, after=(("found", 6),)),
        again(datetime(2026, 9, 1, tzinfo=UTC), False, 12),
        again(datetime(2026, 5, 1, tzinfo=UTC), True, struck="entered in error"),
        again(datetime(2025, 12, 1, tzinfo=UTC), True),
        again(CUT_OFF + HOUR, False),
    )
    k9 = of("K9", practice(replace(old, rechecks=checks)), Returned("Y00001", "Silent", "gp-practice", None))
    assert k9.value == Share(1, 2)
    assert part(k9, "Found more than before") == Share(1, 1)
    assert (part(k9, "After 3 months"), part(k9, "After 12 months")) == (Share(1, 1), Share(0, 1))
    assert left(k9) == {"Organisations of which no record is held": 1}


def test_k10_unexplained_gaps_of_the_years_of_the_period() -> None:
    why = Explanation("EL", 2026, 5, "not-issued", "", deed(START))
    found = (
        Gap("EL", 2026, 4, "EL(26)A/04", ""),
        Gap("EL", 2026, 5, "EL(26)A/05", "", explanation=why),
        Gap("NatPSA", 2026, 1, "NatPSA/2026/001", ""),
        Gap("EL", 2024, 9, "EL(24)A/09", ""),
    )
    k10 = of("K10", practice(), gaps=found)
    assert k10.value == Share(2, 3)
    assert part(k10, "EL") == Share(1, 2)
    assert left(k10) == {"Gaps of other years": 1}


# --- all of them -------------------------------------------------------------------------------------------------


def test_with_nothing_at_all_nothing_is_claimed() -> None:
    made = kpis(basis())
    assert [one.code for one in made] == [f"K{n}" for n in range(1, 11)]
    assert {one.words for one in made} == {"0", "none to count"}


def test_the_period_must_be_one() -> None:
    with pytest.raises(ValueError, match="a period needs"):
        kpis(replace(basis(), last=date(2025, 12, 31)))
    with pytest.raises(ValueError, match="aware cut-off"):
        kpis(replace(basis(), cut_off=datetime(2026, 12, 31)))  # noqa: DTZ001 - that is the point


def test_json_holds_whole_numbers_and_text_only() -> None:
    def check(value: object) -> None:
        if isinstance(value, dict):
            for each in value.values():
                check(each)
        elif isinstance(value, list):
            for each in value:
                check(each)
        else:
            assert value is None or isinstance(value, int | str)

    told = to_json(kpis(basis(practice(acknowledged(alert(1), HOUR)))))
    check(told)
    assert told[4]["value"] == {"numerator": 1, "denominator": 1, "percent": 100}
    assert told[4]["definition"]["basis"] == "proposal"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Share(38, 51), "38 of 51 (75%)"),
        (Share(1, 8), "1 of 8 (13%)"),
        (Share(999, 1000), "999 of 1000 (over 99%)"),
        (Share(1, 1000), "1 of 1000 (under 1%)"),
        (Share(0, 7), "0 of 7 (0%)"),
        (Share(0, 0), "none to count"),
    ],
)
def test_a_share_always_has_its_counts(share: Share, words: str) -> None:
    assert share.words == words


def test_centiles_by_hand() -> None:
    assert centile([10, 20, 30, 40], 50) == 25
    assert centile([1, 2], 50) == 2  # 1.5, halves upwards
    assert centile([0, 10, 20, 30, 40, 50, 60, 70, 80, 90], 90) == 81
    assert times([5, 1, 3]).median_s == 3
    assert times([5, 1, 3]).words == "median 0 minutes, 90th centile not given below 10 (of 3)"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(60, "1 minute"), (7140, "119 minutes"), (7200, "2 hours"), (9000, "2.5 hours"), (172800, "2 days")],
)
def test_durations_in_words(seconds: int, words: str) -> None:
    assert say_duration(seconds) == words
