"""A year folded from real entries: the published shape of 51 alerts, and every other figure worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from msat.ids import AlertKey
from msat.projections.fold import fold
from msat.projections.kpi_model import Basis, Kpi, Returned, Share
from msat.projections.kpi_series import by_month, by_organisation, working_days_between, working_days_to_close
from msat.projections.kpis import kpis
from msat.projections.pair_facts import facts_of
from msat.projections.spc import Better, spc
from msat.triage.model import Priority
from msat.working_days import HOME
from tests.sample_year import CUT_OFF, LAST, START, plan, sample_basis, sample_year


@pytest.fixture(scope="module")
def year() -> Basis:
    return sample_basis(sample_year())


@pytest.fixture(scope="module")
def told(year: Basis) -> dict[str, Kpi]:
    return {one.code: one for one in kpis(year)}


def test_the_titles_are_51_different_alerts() -> None:
    assert len({one.key for one in plan()}) == len({one.title for one in plan()}) == 51


def test_the_published_shape(told: dict[str, Kpi]) -> None:
    assert told["K1"].value == 51
    assert told["K2"].words == "51 of 51 (100%)"
    assert told["K3"].words == "38 of 51 (75%)"
    assert told["K4"].words == "36 of 51 (71%)"


def test_no_number_of_51_is_nearer_to_70_per_cent() -> None:
    assert min(range(52), key=lambda n: abs(n / 51 - 0.70)) == 36
    assert min(range(52), key=lambda n: abs(n / 51 - 0.75)) == 38


def test_lists_are_not_counted(told: dict[str, Kpi]) -> None:
    assert [one.count for one in told["K1"].left_out] == [2]


def test_decision_support_by_message_and_by_answer(told: dict[str, Kpi]) -> None:
    by_message, by_answer = (part.value for part in told["K3"].parts)
    assert isinstance(by_message, Share)
    assert isinstance(by_answer, Share)
    assert by_message.numerator + by_answer.numerator == 38
    assert by_answer.numerator == sum(one.is_supported for one in plan()[1::2])


def test_searches_are_run_where_the_alert_applies(told: dict[str, Kpi]) -> None:
    # 36 recommended; numbers 8, 18, 28, 38 and 48 are among them and do not apply.
    assert told["K4"].parts[0].value == Share(31, 36)


def test_five_were_acknowledged_late(told: dict[str, Kpi]) -> None:
    assert told["K5"].value == Share(46, 51)
    assert told["K5"].left_out == ()


def test_seven_were_done_late(told: dict[str, Kpi]) -> None:
    # Reds 25 and 50 by their second signature; 9, 19, 29, 39 and 49 after six days.
    assert told["K6"].value == Share(44, 51)
    assert {part.name: part.value for part in told["K6"].parts}["Red"] == Share(9, 11)


def test_everything_was_answered(told: dict[str, Kpi]) -> None:
    assert told["K7"].value == Share(51, 51)


def test_times(told: dict[str, Kpi]) -> None:
    # 9 of 36 hours, 5 of 2 days, 32 of 3 days, 5 of 6 days: the 26th is 3 days, and so is the 46th (0.9 x 50 + 1).
    assert told["K8"].words == "median 3 days, 90th centile 3 days (of 51)"
    assert told["K8"].parts[0].words == "median 3 hours, 90th centile 3 hours (of 51)"


def test_ten_of_24_re_checks(told: dict[str, Kpi]) -> None:
    # Run by 31 December 2025, so due by 31 March 2026: numbers 0 to 39, of which 28 are searched, less 8, 18, 28, 38.
    assert told["K9"].value == Share(10, 24)


def test_months_add_up_to_the_year(year: Basis, told: dict[str, Kpi]) -> None:
    months = by_month(year)
    assert [month.label for month in months][::11] == ["Apr 2025", "Mar 2026"]
    assert sum(month.on_time.numerator for month in months) == 44
    assert sum(month.on_time.denominator for month in months) == 51
    assert sum(month.to_close.count for month in months) == 51
    # April 2025: numbers 0 to 4, all on time.
    assert months[0].on_time == Share(5, 5)


def test_working_days_to_close_the_reds(year: Basis) -> None:
    series = working_days_to_close(year)
    # Received on Tuesdays; 36 hours later is Wednesday evening, 72 hours later Friday morning.
    assert [value for _label, value in series.values] == [1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 3]
    assert series.values[0][0] == "1 Apr 2025"
    assert series.still_open == 0
    assert not spc(series.values, Better.DOWN, "working days").is_judged
    everything = working_days_to_close(year, None)
    assert len(everything.values) == 51
    assert spc(everything.values, Better.DOWN, "working days", floor=0).is_judged


def test_the_organisation_is_a_point_of_the_funnel(year: Basis) -> None:
    (own,) = by_organisation(year)
    assert (own.numerator, own.denominator) == (44, 51)


def test_an_organisation_that_is_silent_changes_only_what_it_should(year: Basis, told: dict[str, Kpi]) -> None:
    silent = Returned("Y99999", "Silent Surgery", "gp-practice", None)
    both = {one.code: one for one in kpis(replace(year, organisations=(*year.organisations, silent)))}
    assert both["K7"].value == Share(51, 102)
    same = ("K1", "K2", "K3", "K4", "K5", "K6", "K8", "K9", "K10")
    assert {code: both[code].value for code in same} == {code: told[code].value for code in same}


def test_half_way_only_what_was_due_is_counted(year: Basis) -> None:
    """A cut-off two days after number 10 was received; states are folded from the entries up to then."""
    cut_off = START + timedelta(days=72)
    entries = [entry for entry in sample_year().entries if entry.time <= cut_off]
    facts = tuple(facts_of(state, cut_off) for state in fold(entries).values())
    half = replace(year, cut_off=cut_off, organisations=(replace(year.organisations[0], facts=facts),))
    told = {one.code: one for one in kpis(half)}
    assert told["K1"].value == 11
    # Number 10 is Red: its deadline is the very moment of the cut-off, and it was signed before.
    assert told["K6"].value == Share(10, 11)
    assert told["K5"].value == Share(10, 11)


def test_working_days_between_leaves_out_weekends_and_bank_holidays() -> None:
    assert working_days_between(date(2026, 4, 2), date(2026, 4, 8), HOME) == 2
    assert working_days_between(LAST, LAST, HOME) == 0
    assert working_days_between(LAST, date(2026, 3, 1), HOME) == 0


def test_work_that_is_still_open_is_told_and_not_hidden(year: Basis) -> None:
    open_one = next(facts for facts in year.organisations[0].facts or () if facts.rag is Priority.RED)
    facts = (
        replace(open_one, closed=None),
        replace(open_one, key=AlertKey(plan()[1].key), closed=None, is_withdrawn=True),
    )
    series = working_days_to_close(Basis((replace(year.organisations[0], facts=facts),), year.first, LAST, CUT_OFF))
    assert series.values == ()
    assert series.still_open == 1
