"""The timeline of one alert as a document: dated, in order, what was corrected still readable."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from msat.clock import london, say_date, say_moment, say_time
from msat.exports.document import Block, Document, Heading, Inline, Paragraph, Rag, RagLine, Run, Table, plain
from msat.exports.wording import urgency
from msat.projections.alert_state import AlertState
from msat.projections.timeline import Moment, timeline
from msat.record.organisation import Organisation


def timeline_document(state: AlertState, organisation: Organisation, own: str, now: datetime) -> Document:
    """Every point of the alert as at `now`; `own` is the log that is written here."""
    name = state.reference or state.title
    moments = timeline(state, own, now)
    blocks: list[Block] = [
        Heading(1, f"Timeline: {name}"),
        Paragraph((Run(state.title, bold=True),)),
        Paragraph(plain(f"{organisation.name} ({organisation.ods}), as at {say_moment(now)}. Times are London times.")),
        RagLine(Rag(state.rag), urgency(state, now)),
    ]
    for day, points in groupby(moments, key=lambda one: london(one.at).date()):
        blocks += [Heading(2, say_date(day)), _table(list(points))]
    return Document(
        title=f"Timeline: {name}",
        subject=f"{state.title}. {organisation.name} ({organisation.ods}), as at {say_moment(now)}.",
        blocks=tuple(blocks),
        dense=True,
    )


def _table(points: list[Moment]) -> Table:
    rows = tuple(_row(one) for one in points)
    return Table(("Time", "What", "In words", "By, entry"), rows, (0.9, 1.8, 5, 3), small=True)


def _row(one: Moment) -> tuple[Inline, ...]:
    gone = bool(one.struck)
    said = [Run(one.words, struck=gone)]
    files = ", ".join(file.name for file in one.evidence)
    for more in (files, one.to_limit and f"{one.to_limit[0].upper()}{one.to_limit[1:]}."):
        if more:
            said.append(Run(f" {more}"))
    if gone:
        said.append(Run(f" Struck: {one.struck}"))
    who = ". ".join(part for part in (one.by, f"Entry {one.number}" if one.number else "", one.late) if part)
    kind = f"{one.kind} (to come)" if one.is_ahead else one.kind
    return (plain(say_time(one.at)), (Run(kind, bold=True),), tuple(said), plain(who))
