"""The control chart (XmR) of a series in time: points by what they show, mean and limits, an optional target.

Decides nothing: `projections.spc` judged the points. A kind of point has a colour and a marker of its own.
"""

from __future__ import annotations

from msat.exports.charts import (
    Chart,
    Frame,
    Line,
    Marker,
    Spot,
    every_nth,
    nothing_to_show,
    ticks,
)
from msat.projections.spc import Kind, Spc, SpcPoint, say_number

KIND = "Control chart"
_WORDS = {
    Kind.COMMON: "ordinary variation",
    Kind.IMPROVE: "improvement",
    Kind.CONCERN: "concern",
    Kind.NEUTRAL: "a change",
}


def spc_chart(series: Spc, title: str, unit: str, target: float | None = None, room: float | None = None) -> Chart:
    """The chart of `series`. `unit` names the y axis ("working days"); `target` is drawn where one was agreed.

    `room`: so many points in width on a screen; None is the printed form.
    """
    header = ("When", unit[:1].upper() + unit[1:], "Shows", "Rules")
    if not series.points:
        return nothing_to_show(title, KIND, series.sentence, header, room)
    frame = _frame(series, title, target, room)
    marks = ticks(frame.y_low, frame.y_high, whole=True)
    frame.y_low, frame.y_high = marks[0], marks[-1]
    frame.begin(marks, [say_number(mark) for mark in marks], unit[:1].upper() + unit[1:], "In the order of receipt")
    _levels(frame, series, target)
    _points(frame, series)
    frame.finish()
    rows = tuple(
        (point.label, say_number(point.value), _shows(series, point), "; ".join(point.rules)) for point in series.points
    )
    spots = tuple(
        Spot(frame.x(at), frame.y(point.value), at, _spoken(series, point, unit))
        for at, point in enumerate(series.points)
    )
    return Chart(
        title, series.sentence, frame.width, frame.height, tuple(frame.shapes), header, rows, KIND, spots,
        at_room=lambda room: spc_chart(series, title, unit, target, room),
    )  # fmt: skip


def _frame(series: Spc, title: str, target: float | None, room: float | None) -> Frame:
    known = [point.value for point in series.points]
    known += [value for value in (series.lower, series.upper, target) if value is not None]
    low = min(known)
    # The axis begins at 0 where nothing lies below it: a cut axis makes small differences look large.
    return Frame(title, -0.5, len(series.points) - 0.5, min(low, 0.0), max(*known, low + 1), room=room)


def _levels(frame: Frame, series: Spc, target: float | None) -> None:
    labels = []
    for value, name, colour, dash in (
        (series.upper, "upper", "limit", (4.0, 3.0)),
        (series.mean, "mean", "average", ()),
        (series.lower, "lower", "limit", (4.0, 3.0)),
        (target, "target", "target", (1.5, 2.0)),
    ):
        if value is None:
            continue
        ends = ((frame.x(frame.x_low), frame.y(value)), (frame.x(frame.x_high), frame.y(value)))
        frame.shapes.append(Line(ends, colour, 1.0, dash))
        labels.append((value, f"{name} {say_number(value)}", colour))
    frame.side_labels(labels)


def _points(frame: Frame, series: Spc) -> None:
    places = [(frame.x(at), frame.y(point.value)) for at, point in enumerate(series.points)]
    if len(places) > 1:
        frame.shapes.append(Line(tuple(places), "line", 1.0))
    size = 6.0 if len(places) * 7.25 <= frame.right else 4.0
    for (x, y), point in zip(places, series.points, strict=True):
        frame.shapes.append(Marker(x, y, _shape(point.kind, point.is_high), str(point.kind), size))
    names = [point.label for point in series.points]
    step = every_nth(names, frame.along)
    for at in range(0, len(names), step):
        frame.x_label(places[at][0], names[at])
    kinds = [kind for kind in Kind if any(point.kind is kind for point in series.points)]
    if series.is_judged:
        frame.key([(Marker(0, 0, _shape(kind, _way(series, kind)), str(kind)), _WORDS[kind]) for kind in kinds])
    else:
        frame.remark("Too few points to judge")


def _spoken(series: Spc, point: SpcPoint, unit: str) -> str:
    """`30 Jan 2026: 40 days, concern (outside a limit).`"""
    rules = f" ({'; '.join(point.rules)})" if point.rules else ""
    return f"{point.label}: {say_number(point.value)} {unit}, {_shows(series, point)}{rules}."


def _shows(series: Spc, point: SpcPoint) -> str:
    """What a point shows; nothing is said of points that were too few to judge."""
    return _WORDS[point.kind] if series.is_judged else "not judged"


def _shape(kind: Kind, is_high: bool) -> str:
    if kind is Kind.COMMON:
        return "circle"
    return "up" if is_high else "down"


def _way(series: Spc, kind: Kind) -> bool:
    """Which way the key's marker points: as the last such point does."""
    return next((point.is_high for point in reversed(series.points) if point.kind is kind), True)
