"""Charts of a workbook as the spreadsheet's own, reading their numbers from the sheets, with alternative text.

Decides nothing of what is shown: series, words and marks come with the neutral chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msat.exports.charts import colours as palette
from msat.exports.plain_text import one_line
from msat.exports.workbook_cells import written
from msat.exports.workbook_digest import place
from msat.exports.workbook_model import Chart, Series, Sheet, Stream

WIDTH, WORDS_HEIGHT = 760, 64
GAP = 24
"""Pixels between a chart and the next below it."""
MOST_LABELLED = 300
"""With more points a label for each would only hide them; the table names all."""
LONGEST_LABEL = 60
_FONT = {"name": "Arial", "size": 9, "color": "#212B32"}


class Placed:
    """The sheets of a workbook under the names that they were given in the file."""

    def __init__(self, sheets: Sequence[Sheet], names: Sequence[str]) -> None:
        self._found: Mapping[str, tuple[Sheet, str]] = {
            sheet.name: (sheet, name) for sheet, name in zip(sheets, names, strict=True)
        }

    def sheet(self, name: str) -> Sheet:
        return self._found[name][0]

    def area(self, name: str, title: str) -> list[Any]:
        """The cells under a column's title, as XlsxWriter takes them."""
        sheet, shown = self._found[name]
        at = column_at(sheet, title)
        return [shown, 1, at, sheet.count, at]

    def data(self, name: str, title: str) -> list[str | float | None]:
        """What stands in these cells, for programs that show a chart without counting anew."""
        sheet = self.sheet(name)
        if isinstance(sheet.rows, Stream):
            return []
        at = column_at(sheet, title)
        cells = (written(row[at]) for row in sheet.rows)
        return [cell.number if cell.number is not None else cell.text or None for cell in cells]

    def cell(self, name: str, row: int, title: str) -> str:
        """A reference to one cell, `row` counted from 0 under the header."""
        sheet, shown = self._found[name]
        letters = place(0, column_at(sheet, title)).removesuffix("1")
        quoted = shown.replace("'", "''")
        return f"='{quoted}'!${letters}${row + 2}"


def column_at(sheet: Sheet, title: str) -> int:
    """Where a column stands, from 0. Raises ValueError where the sheet has none of that title."""
    return [column.title for column in sheet.columns].index(title)


def add_charts(file: Any, page: Any, sheet: Sheet, placed: Placed) -> None:
    """Puts the sheet's charts right of its table, one below the other."""
    if not sheet.count:
        return
    colours, top = palette(), 8
    for chart in sheet.charts:
        kinds = {"type": chart.kind}
        if chart.kind == "scatter":
            kinds["subtype"] = "straight"
        drawn = file.add_chart(kinds)
        for series in chart.series:
            _add_series(drawn, series, series.sheet or sheet.name, placed, colours)
        _dress(drawn, chart, colours)
        options = {"description": one_line(f"{chart.title}. {chart.words}", 2_000), "y_offset": top, "x_offset": 16}
        page.insert_chart(0, len(sheet.columns), drawn, {**options, "object_position": 3})
        top += chart.height
        _say(page, sheet, chart, top + 6)
        top += WORDS_HEIGHT + GAP


def _say(page: Any, sheet: Sheet, chart: Chart, top: int) -> None:
    """What the chart shows, in words right under it."""
    words = one_line(chart.words, 2_000)
    page.insert_textbox(
        0,
        len(sheet.columns),
        words,
        {
            "x_offset": 16,
            "y_offset": top,
            "width": WIDTH,
            "height": WORDS_HEIGHT,
            "object_position": 3,
            "font": {"name": "Arial", "size": 10, "color": "#212B32"},
            "line": {"none": True},
            "description": f"In words: {words}",
        },
    )


def _dress(drawn: Any, chart: Chart, colours: Mapping[str, str]) -> None:
    """Titles, axes and size."""
    title = {**_FONT, "size": 12, "bold": True}
    drawn.set_title({"name": chart.title, "name_font": title, "overlay": False})
    grid = {"visible": True, "line": {"color": colours["grid"], "width": 0.75}}
    axis = {"name_font": {**_FONT, "bold": False}, "num_font": _FONT, "line": {"color": colours["axis"]}}
    y_axis: dict[str, Any] = {**axis, "name": chart.y_title, "num_format": chart.y_look, "major_gridlines": grid}
    if chart.y_range is not None:
        y_axis |= {"min": chart.y_range[0], "max": chart.y_range[1]}
    x_axis: dict[str, Any] = {**axis, "name": chart.x_title, "major_gridlines": {"visible": False}}
    x_axis |= {"label_position": "low"}
    if chart.x_from is not None:
        x_axis["min"] = chart.x_from
    drawn.set_y_axis(y_axis)
    drawn.set_x_axis(x_axis)
    unnamed = [at for at, series in enumerate(chart.series) if not series.in_key]
    key = {"position": "bottom", "font": _FONT, "delete_series": unnamed}
    drawn.set_legend(key if len(chart.series) > 1 else {"none": True})
    drawn.set_size({"width": WIDTH, "height": chart.height})
    drawn.show_blanks_as("gap")


def _add_series(drawn: Any, series: Series, name: str, placed: Placed, colours: Mapping[str, str]) -> None:
    colour = colours[series.colour]
    looks: dict[str, Any] = {
        "name": series.title,
        "categories": placed.area(name, series.over),
        "values": placed.area(name, series.values),
        "categories_data": placed.data(name, series.over),
        "values_data": placed.data(name, series.values),
        **_drawn_as(series, colour),
    }
    if any(series.labels) and len(series.labels) <= MOST_LABELLED:
        looks["data_labels"] = _labels(series)
    drawn.add_series(looks)


def _drawn_as(series: Series, colour: str) -> dict[str, Any]:
    if series.look == "bars":
        return {"fill": {"color": colour}, "border": {"none": True}, "gap": 60}
    marker: dict[str, Any] = {"type": "none"}
    if series.marker:
        sides = {"border": {"color": colour}, "fill": {"color": colour}}
        marker = {"type": series.marker, "size": series.size, **sides}
    if series.look == "markers":
        return {"line": {"none": True}, "marker": marker}
    dash = {"line": "solid", "dashes": "dash", "dots": "square_dot"}[series.look]
    return {"line": {"color": colour, "width": 1.25, "dash_type": dash}, "marker": marker}


def _labels(series: Series) -> dict[str, Any]:
    custom = [{"value": _label(text)} if text else {"delete": True} for text in series.labels]
    position = "outside_end" if series.look == "bars" else "right"
    return {"value": True, "custom": custom, "position": position, "font": {**_FONT, "size": 8}}


def _label(text: str) -> str:
    """A label is a text: without the signs by which it would be searched for a reference to cells."""
    return one_line(text, LONGEST_LABEL).replace("!", " ").replace("=", " ").strip() or " "
