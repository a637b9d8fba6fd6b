"""The sheets of a pack's workbook that count: indicators, definitions, months, time to close, funnel, its outliers.

Numbers are those of `kpi_model.to_json`, none computed anew. Charts read them from the cells.
"""

from __future__ import annotations

from collections.abc import Sequence

from msat.exports.chart_months import on_time_chart
from msat.exports.workbook_model import Cell, Chart, Column, Named, Row, Series, Sheet, Shown
from msat.projections.funnel import MOST_NAMED, OUTER, Funnel, FunnelPoint, Place, limits
from msat.projections.kpi_definitions import DEFINITIONS
from msat.projections.kpi_model import Kpi, Share, Times
from msat.projections.kpi_series import Month
from msat.projections.pack_model import OutlierLine
from msat.projections.spc import Kind, Spc

KPIS, MONTHS, TO_CLOSE, FUNNEL, LIMITS = "KPIs", "On time by month", "Time to close (SPC)", "Funnel", "Funnel limits"
_DAY = 86_400
_LONGEST_NAME = 34
_MANY = 1_000
"""With more points than these those inside the limits make one blot, and some programs draw them for minutes."""
_STEPS = 80
"""Points of a limit's curve."""


def percent(share: Share) -> Cell:
    """The whole per cent as a number, shown as `Share.words` says it: neither 0 nor 100 of what is not exactly that."""
    whole = share.percent
    if whole is None:
        return None
    look = "0%"
    if whole == 100 and share.numerator < share.denominator:
        look = '"over 99%"'
    elif whole == 0 and share.numerator:
        look = '"under 1%"'
    return Shown(whole / 100, look)


def _days(seconds: int | None) -> Cell:
    return None if seconds is None else Shown(seconds / _DAY, "0.0")


# --- indicators ------------------------------------------------------------------------------------------------

_NUMBERS = ("Count", "Numerator", "Denominator", "Per cent", "Median, seconds", "90th centile, seconds")


def kpi_sheet(kpis: Sequence[Kpi]) -> Sheet:
    """Every indicator with its parts and with who was left out this time, a line each."""
    columns = (
        Column("Code", 7),
        Column("Indicator", 34),
        Column("Line", 12),
        Column("What", 40),
        Column("As reported", 36),
        *(Column(title, 13) for title in _NUMBERS),
        Column("Counted are", 22),
    )
    rows = tuple(row for kpi in kpis for row in _kpi_rows(kpi))
    return Sheet(KPIS, columns, rows, table="Indicators", frozen=2, empty="No indicator was computed.")


def _kpi_rows(kpi: Kpi) -> list[Row]:
    first, counts = (kpi.code, kpi.definition.name), kpi.definition.counts
    rows: list[Row] = [(*first, "Indicator", kpi.definition.numerator, kpi.words, *_numbers(kpi.value), counts)]
    rows += [(*first, "Part", part.name, part.words, *_numbers(part.value), counts) for part in kpi.parts]
    rows += [(*first, "Left out", out.reason, str(out.count), *_numbers(out.count), counts) for out in kpi.left_out]
    return rows


def _numbers(value: Share | Times | int) -> tuple[Cell, ...]:
    match value:
        case Share():
            return None, value.numerator, value.denominator, percent(value), None, None
        case Times():
            return value.count, None, None, None, value.median_s, value.ninetieth_s
        case _:
            return value, None, None, None, None, None


def kpi_names(kpis: Sequence[Kpi]) -> tuple[Named, ...]:
    """A name for each number of an indicator: `K6_numerator`, `K8_median_s`."""
    ends = ("count", "numerator", "denominator", "percent", "median_s", "ninetieth_s")
    found, at = [], 0
    for kpi in kpis:
        for end, title, number in zip(ends, _NUMBERS, _numbers(kpi.value), strict=True):
            if number is not None:
                found.append(Named(f"{kpi.code}_{end}", KPIS, at, title))
        at += 1 + len(kpi.parts) + len(kpi.left_out)
    return tuple(found)


def definition_sheet(kpis: Sequence[Kpi]) -> Sheet:
    """What each indicator means: numerator, denominator, who is left out, and whose rule that is."""
    columns = (
        Column("Code", 7),
        Column("Indicator", 34),
        Column("One of it is", 22),
        Column("Numerator", 56),
        Column("Denominator", 46),
        Column("Never counted", 46),
        Column("Basis", 14),
    )
    known = [kpi.definition for kpi in kpis] or list(DEFINITIONS.values())
    rows: list[Row] = [
        (one.code, one.name, one.counts, one.numerator, one.denominator or "none: a plain count or times",
         one.left_out, one.basis)
        for one in known
    ]  # fmt: skip
    return Sheet("Definitions", columns, tuple(rows), table="Definitions", frozen=2)


# --- over time -------------------------------------------------------------------------------------------------


def month_words(months: Sequence[Month]) -> str:
    """The sentence under the chart of months, as in the pack."""
    return on_time_chart(months, "Done by the deadline").sentence


def month_sheet(months: Sequence[Month]) -> Sheet:
    """A row a month of receipt, and the trend as a chart. A month in which nothing is counted is an empty place."""
    columns = (
        Column("Received in", 12),
        Column("Done by deadline", 11),
        Column("Deadline passed", 11),
        Column("Per cent", 9),
        Column("As reported", 19),
        Column("Closed", 8),
        Column("Median days to close", 11),
        Column("90th centile, days", 11),
    )
    rows = tuple(_month(month) for month in months)
    labels = tuple(f"{m.on_time.numerator}/{m.on_time.denominator}" if m.on_time.denominator else "" for m in months)
    series = (Series("Done by the deadline", "Per cent", "Received in", "bars", "bar", labels=labels),)
    chart = Chart(
        "Done by the deadline, by month of receipt",
        month_words(months),
        "column",
        series,
        "Month of receipt",
        "Done by the deadline",
        "0%",
        (0, 1),
    )
    charts = (chart,) if any(month.on_time.denominator for month in months) else ()
    empty = "The period holds no month."
    return Sheet(MONTHS, columns, rows, table="Months", frozen=1, empty=empty, charts=charts)


def _month(month: Month) -> Row:
    share, close = month.on_time, month.to_close
    counted = bool(share.denominator)
    return (
        month.label,
        share.numerator if counted else None,
        share.denominator,
        percent(share),
        share.words,
        close.count,
        _days(close.median_s),
        _days(close.ninetieth_s),
    )


_SPECIAL = {
    Kind.IMPROVE: ("Improvement", "improve", "diamond"),
    Kind.CONCERN: ("Concern", "concern", "triangle"),
    Kind.NEUTRAL: ("A change", "neutral", "square"),
}
_SHOWS = {
    Kind.COMMON: "ordinary variation",
    Kind.IMPROVE: "improvement",
    Kind.CONCERN: "concern",
    Kind.NEUTRAL: "a change",
}


def spc_sheet(series: Spc) -> Sheet:
    """Working days to finish each Red alert, as a control chart. Special causes have markers of their own."""
    columns = (
        Column("Alert received", 14),
        Column("Working days", 9),
        Column("Mean", 8),
        Column("Lower limit", 8),
        Column("Upper limit", 8),
        Column("Shows", 17),
        Column("Rules", 26),
        *(Column(title, 13) for title, _colour, _marker in _SPECIAL.values()),
    )
    rows = []
    for point in series.points:
        levels = [None if value is None else Shown(value, "0.0") for value in (series.mean, series.lower, series.upper)]
        special = [Shown(point.value, "0.0") if point.kind is kind else None for kind in _SPECIAL]
        shows = _SHOWS[point.kind] if series.is_judged else "not judged"
        value = Shown(point.value, "0.0")
        rows.append((point.label, value, *levels, shows, "; ".join(point.rules), *special))
    empty = "No Red alert was closed by the cut-off, so there is no time to close."
    charts = (_spc_chart(series),) if series.points else ()
    return Sheet(TO_CLOSE, columns, tuple(rows), table="Time_to_close", frozen=1, empty=empty, charts=charts)


def _spc_chart(series: Spc) -> Chart:
    over = "Alert received"
    lines = [Series("Working days", "Working days", over, colour="line", marker="circle")]
    if series.is_judged:
        lines += [
            Series("Mean", "Mean", over, colour="average"),
            Series("Limits", "Upper limit", over, "dashes", "limit"),
            Series("Lower limit", "Lower limit", over, "dashes", "limit", in_key=False),
        ]
    present = {point.kind for point in series.points}
    lines += [
        Series(title, title, over, "markers", colour, marker, 9)
        for kind, (title, colour, marker) in _SPECIAL.items()
        if kind in present
    ]
    title = "Working days to finish each Red alert"
    return Chart(title, series.sentence, "line", tuple(lines), "In the order of receipt", "Working days", "0")


# --- funnel ----------------------------------------------------------------------------------------------------

_CLOUDS = (
    ("Inside the limits", "common", "circle", 5),
    ("Outside 95%", "neutral", "square", 7),
    ("Outside 99.8%", "concern", "triangle", 9),
)


def _cloud(place: Place) -> int:
    return 0 if place is Place.INSIDE else 2 if place in OUTER else 1


def funnel_sheet(made: Funnel) -> Sheet:
    """A row an organisation, by ODS code: nobody is ranked."""
    columns = (
        Column("ODS code", 9),
        Column("Organisation", 26),
        Column("Done by deadline", 10),
        Column("Counted", 9),
        Column("Share", 8),
        Column("As reported", 17),
        Column("Lies", 22),
        *(Column(title, 11) for title, _colour, _marker, _size in _CLOUDS),
    )
    points = sorted(made.points, key=lambda point: point.counted.id)
    rows = [_point(point) for point in points]
    rows += [
        (one.id, one.name, 0, 0, None, "none to count", "not in the chart", None, None, None)
        for one in sorted(made.left_out, key=lambda one: one.id)
    ]
    empty = "No organisation had anything to count."
    charts = (_funnel_chart(made, points),) if points else ()
    return Sheet(FUNNEL, columns, tuple(rows), table="Funnel", frozen=2, empty=empty, charts=charts)


def _point(point: FunnelPoint) -> Row:
    one, share = point.counted, Shown(point.proportion, "0.0%")
    words = Share(one.numerator, one.denominator).words
    lies = point.place.value if point.limits else "not judged"
    clouds = [share if _cloud(point.place) == at else None for at in range(len(_CLOUDS))]
    return one.id, one.name, one.numerator, one.denominator, share, words, lies, *clouds


def limit_sheet(made: Funnel) -> Sheet:
    """The curves of the funnel: what the limits are for how many counted."""
    titles = ("99.8% lower", "95% lower", "All together", "95% upper", "99.8% upper")
    columns = (Column("Counted", 12), *(Column(title, 14) for title in titles))
    rows: list[Row] = []
    if made.average is not None:
        most = max(point.counted.denominator for point in made.points)
        # Closer together where few are counted, for there the curves bend.
        for size in sorted({max(1, round(most * (at / _STEPS) ** 2)) for at in range(1, _STEPS + 1)}):
            around = limits(made.average, size)
            levels = (around.lower_998, around.lower_95, made.average, around.upper_95, around.upper_998)
            rows.append((size, *(Shown(level, "0.0%") for level in levels)))
    empty = "There are too few organisations to judge, so there are no limits."
    return Sheet(LIMITS, columns, tuple(rows), table="Funnel_limits", empty=empty)


def _funnel_chart(made: Funnel, points: Sequence[FunnelPoint]) -> Chart:
    curves = () if made.average is None else _curves()
    clouds = []
    many = len(points) > _MANY
    for at, (title, colour, marker, size) in enumerate(_CLOUDS):
        if many and at == 0:
            continue
        inside = [_cloud(point.place) == at for point in points]
        if any(inside):
            names = tuple(_name(point) if here else "" for here, point in zip(inside, points, strict=True))
            named = names if at == 2 and sum(inside) <= MOST_NAMED else ()
            clouds.append(Series(title, title, "Counted", "markers", colour, marker, size - 2 * many, named))
    left_out = " Only those outside the limits are drawn: there are too many inside." if many else ""
    return Chart(
        "Done by the deadline, by organisation",
        made.sentence + left_out,
        "scatter",
        (*curves, *clouds),
        "How many were counted in the organisation",
        "Done by the deadline",
        "0%",
        (0, 1),
        0,
        460,
    )


def _name(point: FunnelPoint) -> str:
    """A long name is not cut, which could make it another's: its code stands for it."""
    return point.counted.name if len(point.counted.name) <= _LONGEST_NAME else point.counted.id


def _curves() -> tuple[Series, ...]:
    """Both sides of a limit look alike, and one of them stands in the key."""
    return (
        Series("All together", "All together", "Counted", colour="average", sheet=LIMITS),
        Series("95% limits", "95% upper", "Counted", "dashes", "limit", sheet=LIMITS),
        Series("95% lower", "95% lower", "Counted", "dashes", "limit", sheet=LIMITS, in_key=False),
        Series("99.8% limits", "99.8% upper", "Counted", colour="limit", sheet=LIMITS),
        Series("99.8% lower", "99.8% lower", "Counted", colour="limit", sheet=LIMITS, in_key=False),
    )


def outlier_sheet(outliers: Sequence[OutlierLine]) -> Sheet:
    """Organisations outside a limit of the funnel, with what has come of it."""
    columns = (
        Column("ODS code", 10),
        Column("Organisation", 40),
        Column("Done by deadline", 12),
        Column("Counted", 10),
        Column("Per cent", 10),
        Column("As reported", 22),
        Column("Lies", 26),
        Column("Response", 60),
    )
    rows: list[Row] = [
        (one.ods, one.name, one.counted.numerator, one.counted.denominator, percent(one.counted), one.counted.words,
         one.place, one.response)
        for one in outliers
    ]  # fmt: skip
    empty = "No organisation lies outside the limits of the funnel, or there were too few to judge."
    return Sheet("Outliers", columns, tuple(rows), table="Outliers", frozen=2, empty=empty)
