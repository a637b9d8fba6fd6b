"""Charts by month of receipt: how much was done by its deadline, and how long closing took. Decide nothing.

Bars carry their counts. A month in which nothing is counted is an empty place, never a nought.
"""

from __future__ import annotations

from collections.abc import Sequence

from msat.exports.charts import (
    TYPE,
    Chart,
    Frame,
    Label,
    Line,
    Marker,
    Polygon,
    Spot,
    every_nth,
    nothing_to_show,
    text_width,
    ticks,
)
from msat.projections.kpi_model import Share, Times, say_duration
from msat.projections.kpi_series import Month
from msat.projections.per_cent import per_cent
from msat.projections.spc import say_number

_DAY = 86400
ON_TIME = "Bar chart"
TO_CLOSE = "Line chart"


def on_time_chart(months: Sequence[Month], title: str, room: float | None = None) -> Chart:
    """The share done by the deadline, a bar a month of receipt.

    `room`: so many points in width on a screen; None is the printed form.
    """
    header = ("Alerts received in", "Done by the deadline")
    counted = [month for month in months if month.on_time.denominator]
    if not counted:
        return nothing_to_show(title, ON_TIME, "No deadline had passed at the cut-off.", header, room)
    frame = Frame(title, -0.5, len(months) - 0.5, 0, 1, room=room, has_side=False)
    marks = [0, 0.25, 0.5, 0.75, 1]
    frame.begin(marks, [per_cent(100 * mark) for mark in marks], "Done by the deadline, per cent", "Month of receipt")
    half = (frame.x(1) - frame.x(0)) * 0.34
    for at, month in enumerate(months):
        share, middle = month.on_time, frame.x(at)
        if not share.denominator:
            frame.shapes.append(Label(middle, frame.y(0) + 4, "–", anchor="middle"))
            continue
        top, foot = frame.y(share.numerator / share.denominator), frame.y(0)
        if share.numerator:
            sides = ((middle - half, foot), (middle + half, foot), (middle + half, top), (middle - half, top))
            frame.shapes.append(Polygon(sides, "bar"))
        if room is None and half * 2 >= 16:
            text = f"{share.numerator}/{share.denominator}"
            frame.shapes.append(Label(middle, top + 3, text, "text", 6.8, "middle"))
    if room is not None:
        _counts(frame, months)
    _month_labels(frame, months)
    rows = tuple((month.label, month.on_time.words) for month in months)
    spots = tuple(
        Spot(frame.x(at), frame.y(month.on_time.numerator / month.on_time.denominator / 2), at, ": ".join(row) + ".")
        for at, (month, row) in enumerate(zip(months, rows, strict=True))
        if month.on_time.denominator
    )
    frame.finish()
    return Chart(
        title, _on_time_words(counted), frame.width, frame.height, tuple(frame.shapes), header, rows, ON_TIME, spots,
        at_room=lambda room: on_time_chart(months, title, room),
    )  # fmt: skip


def _counts(frame: Frame, months: Sequence[Month]) -> None:
    """On a screen: the counts over the bars in the size of its other texts, as fractions where the bars stand close."""
    shares = [(at, month.on_time) for at, month in enumerate(months) if month.on_time.denominator]
    apart = frame.x(1) - frame.x(0)
    is_flat = max(text_width(f"{one.numerator}/{one.denominator}", TYPE) for _at, one in shares) <= apart
    widest = max(text_width(str(one.denominator), TYPE) for _at, one in shares)
    if not is_flat and widest > apart:
        return  # the table has them
    frame.lift = 0 if is_flat else 9
    for at, one in shares:
        middle, foot = frame.x(at), frame.y(one.numerator / one.denominator) + 3
        if is_flat:
            frame.shapes.append(Label(middle, foot, f"{one.numerator}/{one.denominator}", "text", anchor="middle"))
            continue
        frame.shapes.append(Label(middle, foot, str(one.denominator), "text", anchor="middle"))
        ends = (middle - widest / 2, foot + 6.9), (middle + widest / 2, foot + 6.9)
        frame.shapes.append(Line(ends, "text", 0.6))
        frame.shapes.append(Label(middle, foot + 8.6, str(one.numerator), "text", anchor="middle"))


def time_to_close_chart(months: Sequence[Month], title: str) -> Chart:
    """Median and 90th centile of the days to close, by month of receipt."""
    header = ("Alerts received in", "Closed", "Median", "90th centile")
    counted = [month for month in months if month.to_close.count]
    if not counted:
        return nothing_to_show(title, TO_CLOSE, "Nothing was closed by the cut-off.", header)
    longest = max((month.to_close.ninetieth_s or month.to_close.median_s or 0) / _DAY for month in counted)
    longest = max(longest, *((month.to_close.median_s or 0) / _DAY for month in counted), 1.0)
    marks = ticks(0, longest, whole=True)
    frame = Frame(title, -0.5, len(months) - 0.5, 0, marks[-1])
    frame.begin(marks, [say_number(mark) for mark in marks], "Days from receipt to closing", "Month of receipt")
    medians = [month.to_close.median_s for month in months]
    ninetieths = [month.to_close.ninetieth_s for month in months]
    high, low = Marker(0, 0, "diamond", "text_2"), Marker(0, 0, "circle", "bar")
    _line(frame, ninetieths, high, (3.0, 2.0))
    _line(frame, medians, low, ())
    _month_labels(frame, months)
    frame.key([(low, "median"), (high, "90th centile")] if any(ninetieths) else [(low, "median")])
    rows = tuple(_time_row(month.label, month.to_close) for month in months)
    said = _to_close_words(counted)
    return Chart(title, said, frame.width, frame.height, tuple(frame.shapes), header, rows, TO_CLOSE)


def _line(frame: Frame, seconds: Sequence[int | None], marker: Marker, dash: tuple[float, ...]) -> None:
    """A line that is broken where a month has no value."""
    stretch: list[tuple[float, float]] = []
    markers: list[Marker] = []
    for at, value in enumerate([*seconds, None]):
        if value is not None:
            place = frame.x(at), frame.y(value / _DAY)
            stretch.append(place)
            markers.append(Marker(*place, marker.shape, marker.colour, marker.size))
            continue
        if len(stretch) > 1:
            frame.shapes.append(Line(tuple(stretch), marker.colour, 1.2, dash))
        stretch = []
    frame.shapes += markers


def _month_labels(frame: Frame, months: Sequence[Month]) -> None:
    labels = [month.label for month in months]
    for at in range(0, len(labels), every_nth(labels, frame.along)):
        frame.x_label(frame.x(at), labels[at])


def _time_row(label: str, times: Times) -> tuple[str, ...]:
    if times.median_s is None:
        return label, "0", "", ""
    ninetieth = say_duration(times.ninetieth_s) if times.ninetieth_s is not None else "too few to say"
    return label, str(times.count), say_duration(times.median_s), ninetieth


def _on_time_words(counted: Sequence[Month]) -> str:
    total = Share(
        sum(month.on_time.numerator for month in counted), sum(month.on_time.denominator for month in counted)
    )
    base = f"Done by the deadline, as reported: {total.words}."
    late = [month for month in counted if month.on_time.numerator < month.on_time.denominator]
    if not late:
        return f"{base} No month has one that was late."
    last = counted[-1]
    return f"{base} Late ones in {len(late)} of {len(counted)} months; in {last.label} {last.on_time.words}."


def _to_close_words(counted: Sequence[Month]) -> str:
    last = counted[-1]
    closed = sum(month.to_close.count for month in counted)
    slowest = max(counted, key=lambda month: month.to_close.median_s or 0)
    longest = f"the longest median is {say_duration(slowest.to_close.median_s)}, in {slowest.label}"
    newest = f"in {last.label} it is {say_duration(last.to_close.median_s)}"
    if last is slowest:
        return f"{closed} closed, as reported; {longest}, the latest month."
    return f"{closed} closed, as reported; {longest}; {newest}. Work still open is not in it."
