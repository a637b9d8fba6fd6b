"""Outliers: who lies outside the limits, figures worked out by hand, neutral at both ends, nobody ranked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from msat.projections.cut import LogCut
from msat.projections.fold import fold
from msat.projections.funnel import Place
from msat.projections.general import General, gathered
from msat.projections.kpi_model import Basis, Returned, Share
from msat.projections.kpi_series import by_organisation
from msat.projections.merged import Organisation
from msat.projections.outliers import Driver, Outliers, Outlying, Points, outliers, to_json
from msat.projections.pair_facts import facts_of
from msat.projections.workings import Workings, workings
from tests.fakes import NOON, Story, an_alert

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)
CUT_OFF = NOON + timedelta(days=20)
ALERTS = 12


def work(number: int, ods: str, done: int, late: int = 0, names: tuple[str, ...] = ("A. Patel",)) -> Story:
    """A practice with ALERTS Red alerts; the first `done` are finished in time, of the next ones `late` are answered
    and left unsigned, the rest nobody touched."""
    story = Story()
    for n in range(ALERTS):
        story.clock.moment = NOON + timedelta(days=n % 3, minutes=number)
        story.key = f"EL(26)A/{n + 1}"
        story.received(an_alert(story.key, reference=story.key))
        story.triaged("red", NOON + timedelta(days=5))
        who = names[n % len(names)]
        if n < done:
            story.is_done(by=who)
        elif n < done + late:
            story.acknowledged(by=who)
            story.answered("A04", by=who)
    return story


def organisation(story: Story, ods: str) -> Organisation:
    head = story.record.head()
    general: tuple[General, ...] = ()
    for entry in story.entries:
        general = tuple(gathered(general, entry))
    cut = LogCut(head.log, ods, f"Practice {ods}", "gp-practice", head.size, head.id)
    return Organisation(ods, f"Practice {ods}", "gp-practice", (cut,), fold(story.entries), general)


def region(*stories: tuple[str, Story | None]) -> tuple[Basis, dict[str, Workings]]:
    """The basis and the workings of these practices; None sent nothing."""
    returned, works = [], {}
    for ods, story in stories:
        if story is None:
            returned.append(Returned(ods, f"Practice {ods}", "gp-practice", None))
            continue
        one = organisation(story, ods)
        facts = tuple(facts_of(state, CUT_OFF) for state in one.states.values())
        returned.append(Returned(ods, one.name, one.kind, facts))
        works[ods] = workings(one, FIRST, CUT_OFF)
    return Basis(tuple(returned), FIRST, LAST, CUT_OFF), works


def found_in(basis: Basis, works: dict[str, Workings], measure: str = "K6") -> Outliers:
    return outliers(basis, works, [measure])[measure]


@pytest.fixture(scope="module")
def found() -> Outliers:
    """Ten practices do 11 of 12, one does 3 and answers 5 more without signing, one sends nothing."""
    usual = [(f"A810{n:02}", work(n, f"A810{n:02}", 11)) for n in range(10)]
    low = ("A81050", work(50, "A81050", 3, late=5, names=("A. Patel", "B. Jones")))
    basis, works = region(*usual, low, ("A81099", None))
    return found_in(basis, works)


def only(found: Outliers) -> Outlying:
    (line,) = found.lines
    return line


def finding(line: Outlying, name: str) -> tuple[str, str, Points]:
    (one,) = [each for driver in line.drivers for each in driver.findings if each.id == name]
    return one.value, one.together, one.points


def test_the_one_outside_is_found_with_its_counts(found: Outliers) -> None:
    line = only(found)
    assert (line.ods, line.counted, line.average) == ("A81050", Share(3, 12), Share(113, 132))
    assert line.place is Place.LOW_998
    assert line.is_low
    assert line.is_outer
    assert "113 of 132" in found.sentence


def test_it_counts_what_the_funnel_of_the_indicator_counts(found: Outliers) -> None:
    basis, works = region(*((f"A{n}", work(n, f"A{n}", n)) for n in range(6, 12)))
    counted = {point.counted.id: point.counted for point in found_in(basis, works).funnel.points}
    assert tuple(counted.values()) == by_organisation(basis)


def test_each_driver_has_its_counts_beside_those_of_all(found: Outliers) -> None:
    line = only(found)
    assert [each.driver for each in line.drivers] == list(Driver)
    assert finding(line, "unsigned") == ("5 of 9 (56%)", "5 of 19 (26%)", Points.HERE)
    assert finding(line, "not_held") == ("0 of 12 (0%)", "12 of 144 (8%)", Points.ELSEWHERE)
    assert finding(line, "silent_logs")[2] is Points.ELSEWHERE
    # Twelve alerts each: eleven acknowledged by ten, eight here; those nobody touched were not.
    assert finding(line, "unacknowledged") == ("4 of 12 (33%)", "14 of 132 (11%)", Points.HERE)
    assert finding(line, "unassigned") == ("12 of 12 (100%)", "132 of 132 (100%)", Points.ELSEWHERE)
    assert finding(line, "in_absence") == ("0 of 9 (0%)", "0 of 19 (0%)", Points.ELSEWHERE)
    assert finding(line, "alerts") == ("12", "12 (median)", Points.ELSEWHERE)
    assert finding(line, "people") == ("3", "2 (median)", Points.ELSEWHERE)
    assert finding(line, "list_size")[2] is Points.UNKNOWN
    assert finding(line, "last_recorded") == ("24 November 2026", "", Points.ELSEWHERE)


def test_an_old_return_is_worth_checking_first() -> None:
    usual = [(f"A810{n:02}", work(n, f"A810{n:02}", 11)) for n in range(10)]
    basis, works = region(*usual, ("A81050", work(50, "A81050", 3)))
    later = replace(basis, cut_off=CUT_OFF + timedelta(days=60))
    assert finding(only(found_in(later, works)), "last_recorded")[2] is Points.HERE


def test_the_upper_end_is_looked_at_just_as_well() -> None:
    usual = [(f"A810{n:02}", work(n, f"A810{n:02}", 4)) for n in range(10)]
    basis, works = region(*usual, ("A81050", work(50, "A81050", 12)))
    line = only(found_in(basis, works))
    assert line.place in (Place.HIGH_998, Place.HIGH_95)
    assert not line.is_low
    assert finding(line, "back_dated") == ("0 of 12 (0%)", "0 of 52 (0%)", Points.ELSEWHERE)
    assert finding(line, "unsigned") == ("none to count", "0 of 80 (0%)", Points.UNKNOWN)


def test_work_recorded_after_the_deadline_with_an_earlier_date_is_told() -> None:
    story = work(1, "A81001", 11)
    story.key = "EL(26)A/12"
    story.clock.moment = NOON + timedelta(days=12)
    earlier = NOON + timedelta(days=3)
    story.acknowledged(happened=earlier)
    story.decided(happened=earlier)
    story.signed_off(happened=earlier)
    story.signed_off(by="C. Okafor", happened=earlier)
    (late,) = [one for one in workings(organisation(story, "A81001"), FIRST, CUT_OFF).worked if one.is_back_dated]
    assert (late.key, late.deeds, late.late_deeds) == ("EL(26)A/12", 4, 4)


def test_absences_count_for_the_alerts_whose_time_they_fell_into() -> None:
    story = work(50, "A81050", 3)
    away = {"name": "A. Patel", "from": "2026-11-23", "until": "2026-11-30", "deputy": "", "note": ""}
    story.happens("absence.recorded", away, about=None)
    usual = [(f"A810{n:02}", work(n, f"A810{n:02}", 11)) for n in range(10)]
    basis, works = region(*usual, ("A81050", story))
    assert finding(only(found_in(basis, works)), "in_absence") == ("9 of 9 (100%)", "9 of 19 (47%)", Points.HERE)


def test_acknowledging_has_a_funnel_of_its_own(found: Outliers) -> None:
    usual = [(f"A810{n:02}", work(n, f"A810{n:02}", 11)) for n in range(10)]
    basis, works = region(*usual, ("A81050", work(50, "A81050", 0, late=2)))
    line = only(found_in(basis, works, "K5"))
    assert (line.measure, line.counted) == ("K5", Share(2, 12))
    with pytest.raises(KeyError):
        found_in(basis, works, "K1")


def test_few_organisations_are_not_judged() -> None:
    basis, works = region(*((f"A{n}", work(n, f"A{n}", n)) for n in (0, 12, 6)))
    found = found_in(basis, works)
    assert found.lines == ()
    assert "too few points to judge" in found.sentence


def test_lines_stand_by_code_and_the_json_says_the_same(found: Outliers) -> None:
    usual = [(f"A810{n:02}", work(n, f"A810{n:02}", 8)) for n in range(12)]
    basis, works = region(("Z1", work(60, "Z1", 0)), *usual, ("B1", work(61, "B1", 1)))
    made = found_in(basis, works)
    assert [one.ods for one in made.lines] == ["B1", "Z1"]
    told = to_json(made, {"B1": "Preview shown."})
    assert [one["response"] for one in told["outliers"]] == ["Preview shown.", None]
    assert told["outliers"][0]["words"] == "1 of 12 (8%)"
    assert {each["driver"] for each in told["outliers"][0]["drivers"]} == {driver.value for driver in Driver}


def test_no_word_judges_or_ranks(found: Outliers) -> None:
    said = str(to_json(found, {})).casefold()
    for word in ("poor", "worst", "best", "fail", "bad ", "rank", "underperform", "blame", "league"):
        assert word not in said
