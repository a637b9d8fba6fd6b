"""The funnel plot of proportions by organisation: only those outside the limits are named; nobody is ranked.

Decides nothing: `projections.funnel` placed the points. Where a point lies shows by its shape and by its colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from msat.exports.charts import TYPE, Chart, Frame, Label, Line, Marker, Spot, nothing_to_show, text_width, ticks
from msat.exports.plain_text import one_line
from msat.projections.funnel import LOW, MOST_NAMED, OUTER, Funnel, FunnelPoint, Place, limits
from msat.projections.kpi_model import Share
from msat.projections.per_cent import per_cent
from msat.projections.spc import say_number

KIND = "Funnel plot"
_LOOKS = {
    Place.INSIDE: ("circle", "common", 5.0),
    Place.HIGH_95: ("up", "neutral", 6.0),
    Place.LOW_95: ("down", "neutral", 6.0),
    Place.HIGH_998: ("up", "concern", 8.0),
    Place.LOW_998: ("down", "concern", 8.0),
}
"""Colours say how far outside a point is. Neither way is called better: both ends are worth a look."""
_KEY = {
    Place.INSIDE: "inside",
    Place.HIGH_95: "above 95%",
    Place.LOW_95: "below 95%",
    Place.HIGH_998: "above 99.8%",
    Place.LOW_998: "below 99.8%",
}
_STEPS = 80
_LONGEST_NAME = 34
_ABOVE, _BELOW = 4.5, 9.5
"""From a point to the line its name stands on."""


def funnel_chart(made: Funnel, title: str, what: str, room: float | None = None) -> Chart:
    """The chart of `made`. `what` names the y axis: "finished on time".

    `room`: so many points in width on a screen; None is the printed form.
    """
    header = ("Organisation", "ODS code", "Count", "Lies")
    if not made.points:
        return nothing_to_show(title, KIND, made.sentence, header, room)
    most = max(point.counted.denominator for point in made.points)
    marks_x = ticks(0, most, whole=True)
    frame = Frame(title, 0, marks_x[-1], 0, 1, room=room)
    marks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    name = f"{what[:1].upper()}{what[1:]}, per cent"
    frame.begin(marks, [per_cent(100 * mark) for mark in marks], name, "How many were counted in the organisation")
    for mark in marks_x:
        frame.x_label(frame.x(mark), say_number(mark))
    if made.average is not None:
        _limits(frame, made.average)
    _points(frame, made)
    frame.finish()
    rows = tuple(_row(point) for point in made.points)
    rows += tuple((one.name, one.id, "none to count", "not in the chart") for one in made.left_out)
    spots = _spots(frame, made.points)
    return Chart(
        title, made.sentence, frame.width, frame.height, tuple(frame.shapes), header, rows, KIND, spots,
        at_room=lambda room: funnel_chart(made, title, what, room),
    )  # fmt: skip


def _spots(frame: Frame, points: Sequence[FunnelPoint]) -> tuple[Spot, ...]:
    """From the left, each organisation with its row in the table."""
    found = []
    for at, point in enumerate(points):
        name, _code, counted, lies = _row(point)
        x, y = frame.x(point.counted.denominator), frame.y(point.proportion)
        found.append(Spot(x, y, at, f"{name}: {counted}, {lies}."))
    return tuple(sorted(found, key=lambda one: (one.x, one.y, one.row)))


def _row(point: FunnelPoint) -> tuple[str, ...]:
    one = point.counted
    lies = point.place.value if point.limits else "not judged"
    return one.name, one.id, Share(one.numerator, one.denominator).words, lies


def _limits(frame: Frame, average: float) -> None:
    """The curves, from 1 on: closer together where the denominator is small, for there they bend."""
    most = frame.x_high
    sizes = sorted({max(1, round(most * (at / _STEPS) ** 2)) for at in range(1, _STEPS + 1)})
    around = [(size, limits(average, size)) for size in sizes]
    for name, dash in (("95", (4.0, 3.0)), ("998", ())):
        for side in ("lower", "upper"):
            curve = tuple((frame.x(size), frame.y(getattr(each, f"{side}_{name}"))) for size, each in around)
            frame.shapes.append(Line(curve, "limit", 0.9, dash))
    level = frame.y(average)
    frame.shapes.append(Line(((frame.x(0), level), (frame.right, level)), "average", 1.0))
    last = around[-1][1]
    frame.side_labels(
        [
            (average, f"all {per_cent(100 * average)}", "average"),
            (last.lower_95, "95%", "limit"),
            (last.lower_998, "99.8%", "limit"),
        ]
    )


def _points(frame: Frame, made: Funnel) -> None:
    """The points inside first, so that those outside lie on top; a name for each outside."""
    for point in sorted(made.points, key=lambda one: one.place is not Place.INSIDE):
        shape, colour, size = _LOOKS[point.place]
        at = frame.x(point.counted.denominator), frame.y(point.proportion)
        frame.shapes.append(Marker(*at, shape, colour, size))
    frame.shapes += _names(frame, made.outside)
    if made.is_judged:
        present = [place for place in _LOOKS if any(point.place is place for point in made.points)]
        key = [(Marker(0, 0, *_LOOKS[place][:2]), _KEY[place]) for place in present]
        frame.key(key)
    else:
        frame.remark("Too few points to judge")


def _names(frame: Frame, outside: Sequence[FunnelPoint]) -> list[Label]:
    """A name beside a point, those outside 99.8% first; one that would lie on another name is left to the table.

    It stands beyond the point, away from the limit that the point lies outside of: no limit is drawn through it.
    """
    taken: list[tuple[float, float, float]] = []
    labels = []
    for point in sorted(outside, key=lambda one: (one.place not in OUTER, one.counted.id))[:MOST_NAMED]:
        name = one_line(point.counted.name)
        # A long name is not cut, which could make it another's: its code stands for it.
        text = name if len(name) <= _LONGEST_NAME else point.counted.id
        x, level = frame.x(point.counted.denominator) + 7, frame.y(point.proportion)
        has_room = point.place in LOW and level - _BELOW > frame.y(frame.y_low)
        y = level - _BELOW if has_room else level + _ABOVE
        if text_width(text, TYPE) > (frame.right - frame.x(0)) / 2:
            text = point.counted.id  # in a narrow chart a name would run into the axis
        width = text_width(text, TYPE)
        anchor = "start"
        if x + width > frame.right:  # beyond it the limits have their labels
            x, anchor = x - 14, "end"
        left = x if anchor == "start" else x - width
        if any(abs(y - other_y) < 8 and left < end and start < left + width for other_y, start, end in taken):
            continue
        taken.append((y, left, left + width))
        labels.append(Label(x, y, text, "text", anchor=anchor, bold=point.place in OUTER))
    return labels
