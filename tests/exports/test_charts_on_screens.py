"""Charts laid out for a screen: at every room each text is whole, in one size, and lies on no other."""

from __future__ import annotations

from datetime import date

import pytest

from msat.exports.chart_months import on_time_chart
from msat.exports.charts import NARROWEST, TYPE, Chart, Label, Line, folded, ticks
from msat.projections.kpi_model import Share, Times
from msat.projections.kpi_series import Month
from tests.exports.test_charts import (
    CHARTS,
    COUNTS,
    control,
    labels,
    of_practices,
    test_everything_lies_inside_the_frame,
    test_texts_do_not_lie_on_one_another,
)

inside, apart = test_everything_lies_inside_the_frame, test_texts_do_not_lie_on_one_another
del test_everything_lies_inside_the_frame, test_texts_do_not_lie_on_one_another
YEAR = [Month(date(2026, n, 1), Share(n % 3 + 8, 10), Times(0, None, None)) for n in range(1, 13)]
LONG = "Working days to finish each Red alert, median of the organisations"
EVERY = {
    **{name: chart for name, chart in CHARTS.items() if chart.at_room is not None},
    "a year on time": on_time_chart(YEAR, "Alerts done by their deadline, by month"),
    "control at one level": control([(f"{n} Jan 2026", 30.0) for n in range(1, 20)], 30.0),
}


def at(chart: Chart, room: float) -> Chart:
    assert chart.at_room is not None
    return chart.at_room(room)


@pytest.mark.parametrize("room", [100, NARROWEST, 243, 271, 324, 356, 487, 500, 900])
@pytest.mark.parametrize("name", EVERY)
def test_texts_are_whole_and_apart_at_every_room(name: str, room: float) -> None:
    chart = at(EVERY[name], room)
    assert chart.width == min(500, max(NARROWEST, room))
    inside(chart)
    apart(chart)
    assert min(one.size for one in chart.shapes if isinstance(one, Label)) >= TYPE
    assert (chart.rows, chart.header, chart.sentence) == (EVERY[name].rows, EVERY[name].header, EVERY[name].sentence)
    assert [one.row for one in chart.spots] == [one.row for one in EVERY[name].spots], "the keys walk the same way"


@pytest.mark.parametrize("room", [NARROWEST, 356])
@pytest.mark.parametrize("name", EVERY)
def test_a_narrow_chart_says_what_the_printed_one_says(name: str, room: float) -> None:
    printed, narrow = EVERY[name], " ".join(labels(at(EVERY[name], room)))
    for word in printed.title.split():
        assert word in narrow
    for text in ("Too few points to judge", "median", "90th centile", "ordinary variation", "concern", "inside"):
        assert (text in labels(printed)) == (text in labels(at(printed, room)))
    for level in ("mean", "upper", "lower", "target", "all "):
        assert sum(one.startswith(level) for one in labels(printed)) == sum(
            one.startswith(level) for one in labels(at(printed, room))
        )


def test_close_bars_have_their_counts_as_fractions() -> None:
    chart = at(EVERY["a year on time"], 243)
    assert labels(chart).count("10") == 12 + 4, "a denominator under each, and four months have all ten"
    assert sum(isinstance(one, Line) and one.colour == "text" for one in chart.shapes) == 12
    assert "8/10" in labels(at(EVERY["a year on time"], 500))


def test_a_long_name_in_a_narrow_funnel_gives_way_to_its_code() -> None:
    counts = [*COUNTS[:4], COUNTS[4].__class__("Y00005", "A practice with a long name", 62, 100)]
    assert "A practice with a long name" in labels(at(of_practices(counts), 500))
    narrow = labels(at(of_practices(counts), 243))
    assert "Y00005" in narrow
    assert "A practice with a long name" not in narrow


def test_what_no_screen_shows_has_its_printed_form_alone() -> None:
    assert {name for name, chart in CHARTS.items() if chart.at_room is None} == {"to close"}


def test_a_title_is_folded_between_words() -> None:
    assert " ".join(folded(LONG, 243, 9.5)) == LONG
    assert len(folded(LONG, 243, 9.5)) == 2
    assert folded("", 243) == []


@pytest.mark.parametrize("high", [0.4, 1, 2, 3.5, 5, 6, 41])
def test_days_are_counted_in_whole_steps(high: float) -> None:
    marks = ticks(0, high, whole=True)
    assert all(mark == int(mark) for mark in marks)
    assert marks[0] == 0
    assert marks[-1] >= high


def test_the_axis_of_short_times_has_whole_days() -> None:
    chart = control([("6 Mar 2026", 0.0), ("2 Jun 2026", 1.0)], None)
    assert [one for one in labels(chart) if one.replace(".", "").isdigit()] == ["0", "1"]
