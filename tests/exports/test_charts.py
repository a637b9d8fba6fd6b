"""Charts as shapes and as SVG and PDF: everything inside the frame, every colour readable, nothing lost or injected."""

from __future__ import annotations

import io
import itertools
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest

from msat.exports import charts
from msat.exports.chart_control import spc_chart
from msat.exports.chart_funnel import funnel_chart
from msat.exports.chart_months import on_time_chart, time_to_close_chart
from msat.exports.chart_pdf import chart_page
from msat.exports.chart_svg import write_svg
from msat.exports.charts import Chart, Label, Line, Marker, Polygon, colours, corners, text_width, ticks
from msat.exports.type_setting import REGULAR, SEMIBOLD, para_text, width_of
from msat.projections.funnel import Counted, funnel
from msat.projections.kpi_model import Share, Times
from msat.projections.kpi_series import Month
from msat.projections.spc import Better, spc
from tests.exports.hostile import PAYLOADS

DAY = 86400
SVG = "{http://www.w3.org/2000/svg}"
VALUES = [("1 Jan 2026", 10.0), ("2 Jan 2026", 12.0)] * 6 + [("30 Jan 2026", 18.0)]
COUNTS = [Counted(f"Y0000{n}", f"Practice {n}", number, 100) for n, number in enumerate((90, 90, 90, 90, 62))]
MONTHS = [
    Month(date(2026, 1, 1), Share(3, 4), Times(10, 2 * DAY, 6 * DAY)),
    Month(date(2026, 2, 1), Share(0, 0), Times(0, None, None)),
    Month(date(2026, 3, 1), Share(0, 2), Times(3, DAY, None)),
    Month(date(2026, 4, 1), Share(2, 2), Times(12, 3 * DAY, 9 * DAY)),
]


def control(values: list[tuple[str, float]] = VALUES, target: float | None = 14) -> Chart:
    return spc_chart(spc(values, Better.DOWN, "working days", floor=0), "Days to finish a Red", "working days", target)


def of_practices(counts: list[Counted] = COUNTS) -> Chart:
    return funnel_chart(funnel(counts, "alerts finished on time"), "Finished on time, by practice", "finished on time")


CHARTS = {
    "control": control(),
    "control of few": control(VALUES[:3]),
    "control of none": control([]),
    "control of one": control(VALUES[:1]),
    "control of many": control([(f"{n % 28 + 1} Nov 2026", float(n % 7)) for n in range(150)]),
    "funnel": of_practices(),
    "funnel of few": of_practices(COUNTS[:2]),
    "funnel of none": of_practices([]),
    "funnel of a region": of_practices([Counted(f"A{n:05}", f"S {n}", n % 60, 60 + n % 40) for n in range(400)]),
    "on time": on_time_chart(MONTHS, "Done by the deadline"),
    "on time of none": on_time_chart(MONTHS[1:2], "Done by the deadline"),
    "to close": time_to_close_chart(MONTHS, "Days to close"),
    "to close of none": time_to_close_chart([], "Days to close"),
}
every_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS.keys())


def labels(chart: Chart) -> list[str]:
    return [shape.text for shape in chart.shapes if isinstance(shape, Label)]


def markers(chart: Chart) -> list[tuple[str, str]]:
    return [(shape.shape, shape.colour) for shape in chart.shapes if isinstance(shape, Marker)]


def extent(shape: charts.Shape) -> list[charts.Point]:
    """The outermost points of a shape; a text as wide as it is in the font that is embedded."""
    if isinstance(shape, Line | Polygon):
        return list(shape.points)
    if isinstance(shape, Marker):
        half = shape.size * 0.6
        return [(shape.x - half, shape.y - half), (shape.x + half, shape.y + half)]
    width = width_of(para_text(shape.text), SEMIBOLD if shape.bold else REGULAR, shape.size)
    left = shape.x - {"start": 0.0, "middle": width / 2, "end": width}[shape.anchor]
    return [(left, shape.y - shape.size * 0.25), (left + width, shape.y + shape.size * 0.8)]


@every_chart
def test_everything_lies_inside_the_frame(chart: Chart) -> None:
    for shape in chart.shapes:
        for x, y in extent(shape):
            assert -4 <= x <= chart.width + 4, shape
            assert -4 <= y <= chart.height + 4, shape


@every_chart
def test_texts_do_not_lie_on_one_another(chart: Chart) -> None:
    boxes = [(shape, extent(shape)) for shape in chart.shapes if isinstance(shape, Label)]
    for (one, ((a, b), (c, d))), (other, ((e, f), (g, h))) in itertools.combinations(boxes, 2):
        assert not (a < g and e < c and b + 1 < h and f + 1 < d), (one.text, other.text)


@every_chart
def test_every_colour_is_a_token_in_both_schemes(chart: Chart) -> None:
    used = {shape.colour for shape in chart.shapes if not isinstance(shape, Polygon)}
    used |= {shape.fill for shape in chart.shapes if isinstance(shape, Polygon)}
    assert used <= colours("light").keys()
    assert colours("light").keys() == colours("dark").keys()


@every_chart
def test_every_chart_has_a_sentence_and_an_alternative(chart: Chart) -> None:
    assert chart.sentence.endswith(".")
    assert chart.alternative.startswith(f"{chart.kind}: {chart.title}. {chart.sentence}")
    assert all(len(row) == len(chart.header) for row in chart.rows)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_are_told_from_the_paper(scheme: str) -> None:
    palette = colours(scheme)
    paper = luminance(palette["paper"])
    low = {}
    for token, colour in palette.items():
        bright, dim = sorted((luminance(colour), paper), reverse=True)
        text = token in ("text", "text_2", "limit", "average", "target")
        if token not in ("paper", "grid") and (bright + 0.05) / (dim + 0.05) < (4.5 if text else 3):
            low[token] = colour
    assert low == {}


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(KeyError):
        colours("sepia")


# --- each chart --------------------------------------------------------------------------------------------------


def test_the_control_chart_shows_points_limits_and_target() -> None:
    chart = CHARTS["control"]
    assert markers(chart).count(("circle", "common")) == 13  # twelve points and one in the key
    assert markers(chart).count(("up", "concern")) == 2
    assert {"upper 17.7", "mean 11.5", "lower 5.3", "target 14"} <= set(labels(chart))
    assert chart.rows[12] == ("30 Jan 2026", "18", "concern", "outside a limit")
    assert chart.rows[0] == ("1 Jan 2026", "10", "ordinary variation", "")


def test_too_few_points_have_no_limits() -> None:
    chart = CHARTS["control of few"]
    assert "Too few points to judge" in labels(chart)
    assert not [text for text in labels(chart) if text.startswith(("upper", "mean", "lower"))]
    assert {row[2] for row in chart.rows} == {"not judged"}
    assert len(chart.rows) == 3


def test_the_axis_of_a_control_chart_begins_at_nought() -> None:
    assert "0" in labels(CHARTS["control"])
    assert "-4" in labels(control([("a", -3.0), ("b", 4.0)], None))


def test_the_funnel_names_only_those_outside() -> None:
    chart = CHARTS["funnel"]
    assert [text for text in labels(chart) if text.startswith("Practice")] == ["Practice 4"]
    assert ("down", "concern") in markers(chart)
    assert chart.rows[4] == ("Practice 4", "Y00004", "62 of 100 (62%)", "below the 99.8% limit")
    curves = [shape for shape in chart.shapes if isinstance(shape, Line) and len(shape.points) > 10]
    assert len(curves) == 4


def test_a_name_stands_beyond_its_point_so_that_no_limit_is_drawn_through_it() -> None:
    counts = [Counted(f"Y0000{n}", f"Practice {n}", number, 100) for n, number in enumerate((80, 80, 80, 100, 40))]
    chart = of_practices(counts)
    drawn = [shape for shape in chart.shapes if isinstance(shape, Marker)]
    points = {shape.shape: shape for shape in drawn if shape.size != 6}  # those of the key are of one size
    names = {shape.text: shape for shape in chart.shapes if isinstance(shape, Label)}
    assert names["Practice 3"].y > points["up"].y + 2
    assert names["Practice 4"].y + 7.5 < points["down"].y


def test_a_funnel_of_a_region_names_a_dozen_at_most() -> None:
    named = [text for text in labels(CHARTS["funnel of a region"]) if text.startswith("S ")]
    assert 0 < len(named) <= 12


def test_a_long_name_is_not_cut_but_coded_and_stands_whole_in_the_table() -> None:
    long = "The Surgery at the Old Bakery and Health Centre Partnership"
    chart = of_practices([*COUNTS[:4], replace(COUNTS[4], name=long)])
    assert "Y00004" in labels(chart)
    assert chart.rows[4][0] == long


def test_a_funnel_of_few_has_no_limits_and_names_nobody() -> None:
    chart = CHARTS["funnel of few"]
    assert "Too few points to judge" in labels(chart)
    assert {row[3] for row in chart.rows} == {"not judged"}


def test_one_with_nothing_to_count_stands_in_the_table() -> None:
    chart = of_practices([*COUNTS, Counted("Y00009", "New Surgery", 0, 0)])
    assert chart.rows[-1] == ("New Surgery", "Y00009", "none to count", "not in the chart")


def test_months_carry_their_counts_and_an_empty_one_is_no_nought() -> None:
    chart = CHARTS["on time"]
    assert {"3/4", "0/2", "2/2", "–"} <= set(labels(chart))
    bars = [shape for shape in chart.shapes if isinstance(shape, Polygon)]
    assert len(bars) == 2
    assert chart.rows[1] == ("Feb 2026", "none to count")
    assert chart.sentence == (
        "Done by the deadline, as reported: 5 of 8 (63%). Late ones in 2 of 3 months; in Apr 2026 2 of 2 (100%)."
    )


def test_bars_are_as_high_as_their_share() -> None:
    bar = next(shape for shape in CHARTS["on time"].shapes if isinstance(shape, Polygon))
    foot, top = min(y for _x, y in bar.points), max(y for _x, y in bar.points)
    grid = [
        shape.points[0][1] for shape in CHARTS["on time"].shapes if isinstance(shape, Line) and shape.colour == "grid"
    ]
    assert (top - foot) / (max(grid) - min(grid)) == pytest.approx(0.75, abs=0.001)


def test_times_to_close_are_broken_where_a_month_has_none() -> None:
    chart = CHARTS["to close"]
    assert markers(chart).count(("circle", "bar")) == 4  # three months and the key
    assert markers(chart).count(("diamond", "text_2")) == 3  # two months and the key
    assert chart.rows == (
        ("Jan 2026", "10", "2 days", "6 days"),
        ("Feb 2026", "0", "", ""),
        ("Mar 2026", "3", "24 hours", "too few to say"),
        ("Apr 2026", "12", "3 days", "9 days"),
    )


def test_a_chart_of_nothing_says_so() -> None:
    assert "No deadline had passed at the cut-off." in labels(CHARTS["on time of none"])
    assert "Nothing was closed by the cut-off." in labels(CHARTS["to close of none"])


# --- renderers ---------------------------------------------------------------------------------------------------


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own, and it has no document type to attack with


@every_chart
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_svg_holds_every_shape_and_text(chart: Chart, scheme: str) -> None:
    root = read(write_svg(chart, scheme))
    assert [node.text for node in root.iter(f"{SVG}text")] == labels(chart)
    assert root.findtext(f"{SVG}desc") == chart.alternative
    names = (root.get("aria-labelledby") or "").split()
    assert names == [node.get("id") for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")]
    drawn = [node for node in root if node.tag not in (f"{SVG}title", f"{SVG}desc", f"{SVG}rect")]
    assert len(drawn) == len(chart.shapes)


def test_svg_counts_from_the_top() -> None:
    one = replace(CHARTS["control"], shapes=(Marker(10, 200, "circle", "common"), Label(0, 240, "x")))
    root = read(write_svg(one))
    circle = root.find(f"{SVG}circle")
    assert circle is not None
    assert (circle.get("cx"), circle.get("cy"), circle.get("r")) == ("10", "40", "3")


@pytest.mark.parametrize("identity", ["", "1a", 'a"b', "a b", "é"])
def test_an_id_that_is_none_is_refused(identity: str) -> None:
    with pytest.raises(ValueError, match="cannot be an id"):
        write_svg(CHARTS["control"], identity=identity)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_names_are_shown_and_never_interpreted(payload: str) -> None:
    chart = of_practices([*COUNTS[:4], replace(COUNTS[4], name=payload)])
    chart = replace(chart, title=payload, shapes=(*chart.shapes, Label(5, 5, payload[:200])))
    root = read(write_svg(chart))
    assert {node.tag for node in root} <= {f"{SVG}{name}" for name in _TAGS}
    assert pypdf.PdfReader(io.BytesIO(chart_page(chart))).pages[0].extract_text()


_TAGS = ("title", "desc", "rect", "polyline", "polygon", "circle", "text")


@every_chart
def test_pdf_holds_every_text(chart: Chart) -> None:
    page = pypdf.PdfReader(io.BytesIO(chart_page(chart))).pages[0]
    found = re.sub(r"\s+", "", page.extract_text())
    for text in labels(chart):
        assert re.sub(r"\s+", "", text) in found


def test_pdf_is_the_same_each_time_and_embeds_its_fonts() -> None:
    data = chart_page(CHARTS["control"])
    assert data == chart_page(control())
    fonts = pypdf.PdfReader(io.BytesIO(data)).pages[0]["/Resources"]["/Font"]
    assert all("Inter" in font.get_object()["/BaseFont"] for font in fonts.values())


def test_pdf_is_sound(tmp_path: Path) -> None:
    qpdf = shutil.which("qpdf")
    if qpdf is None:
        pytest.skip("qpdf is not installed")
    for name, chart in CHARTS.items():
        file = tmp_path / f"{name.replace(' ', '-')}.pdf"
        file.write_bytes(chart_page(chart, "dark"))
        assert subprocess.run([qpdf, "--check", str(file)], capture_output=True, check=False).returncode == 0


# --- small parts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "made"),
    [
        (0, 18, [0, 5, 10, 15, 20]),
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (-3, 4, [-4, -2, 0, 2, 4]),
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (7, 7, [6, 8]),
    ],
)
def test_ticks_are_round_and_hold_the_values(low: float, high: float, made: list[float]) -> None:
    got = ticks(low, high)
    assert got[0] <= low
    assert got[-1] >= high
    if low < high:
        assert got == pytest.approx(made)


def test_every_marker_has_its_shape() -> None:
    sizes = {shape: len(corners(Marker(0, 0, shape, "common"))) for shape in charts.SHAPES}
    assert sizes == {"circle": 0, "up": 3, "down": 3, "square": 4, "diamond": 4}


def test_text_widths_are_estimated_generously() -> None:
    for text in ("Improvement", "upper 14.1", "November 2026", "Practice H"):
        assert text_width(text, 7.5) >= width_of(text, REGULAR, 7.5)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_can_leave_its_title_to_where_it_stands(name: str) -> None:
    chart = CHARTS[name]
    bare = chart.untitled()
    assert labels(chart).count(chart.title) == 1
    assert chart.title not in labels(bare)
    assert len(bare.shapes) == len(chart.shapes) - 1
    assert bare.height < chart.height
    for one in bare.shapes:
        if isinstance(one, Label):
            assert one.y + one.size <= bare.height, "nothing lies in the room that went"
