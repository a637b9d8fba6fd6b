"""The inspector's page: one alert on one A4 side, always; and all alerts of a period, a table of contents first.

Each side is laid out with more and more left out until it fits, and says what was left out and where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from msat.clock import say_date, say_moment
from msat.errors import MsatError
from msat.exports.document import (
    Block,
    Callout,
    Document,
    Heading,
    Inline,
    KeyValues,
    PageBreak,
    Paragraph,
    Rag,
    Table,
    plain,
    texts,
)
from msat.exports.inspector_side import IN_TIME, ROOMS, Inspected, Room, closed_words, is_counted, on_time, side
from msat.exports.page_layout import lay_out
from msat.exports.seal import Seal
from msat.exports.shortened import shortened
from msat.exports.wording import ORGANISATIONS
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.kpi_model import Share
from msat.record.organisation import Organisation
from msat.triage.model import Priority

MOST_SIDES = 150
"""Sides in one file. A year of one practice has some fifty alerts; the rest of more is in the table and in its own
file. A choice of ours, so that a file can still be opened and read."""

MOST_ON_A_SIDE = 14_000
"""More characters than a side holds in the smallest type, were it full to the edge."""

Told = Callable[[int, int], None]
"""Told (sides made, of how many); may raise to stop."""


@dataclass(frozen=True, slots=True)
class Period:
    """Which alerts, of whom, as at when: those received from `first` to `last` (London days, both included)."""

    organisation: Organisation
    first: date
    last: date
    as_at: datetime
    cautions: tuple[str, ...] = ()
    """What may be missing: sources not reached, numbers of a series that are not here."""


def inspector_page(of: Inspected, seal: Seal) -> Document:
    """One alert on one side of A4, with the lines on how to check it."""

    def document(blocks: tuple[Block, ...]) -> Document:
        return Document(
            title=shortened(f"Inspector's page: {of.name}", 200),
            subject=shortened(f"{of.state.title}. {of.organisation.name}, as at {say_moment(of.as_at)}.", 400),
            blocks=blocks,
            dense=True,
        )

    def fits(blocks: tuple[Block, ...]) -> bool:
        return len(lay_out(seal.closed(document(blocks)), seal.footer()).pages) == 1

    return document(_first_that_fits(lambda room: side(of, room, with_name="Inspector's page: "), fits, of.name))


def _first_that_fits(
    made: Callable[[Room], tuple[Block, ...]], fits: Callable[[tuple[Block, ...]], bool], name: str
) -> tuple[Block, ...]:
    """The blocks in the largest room in which they fit on a side. Raises MsatError when they fit in none."""
    whole = made(ROOMS[0])
    if _may_fit(whole) and fits(whole):
        return whole
    found, low, high = None, 1, len(ROOMS) - 1
    while low <= high:  # the rooms grow smaller, so that what fits in one fits in those after it
        middle = (low + high) // 2
        blocks = made(ROOMS[middle])
        if _may_fit(blocks) and fits(blocks):
            found, high = blocks, middle - 1
        else:
            low = middle + 1
    if found is None:
        raise MsatError(f"{name} does not fit on one side.", "Export its record of action instead.")
    return found


def _may_fit(blocks: tuple[Block, ...]) -> bool:
    """False for far more text than any side can hold, which is then not laid out to see that."""
    return sum(len(text) for text in texts(Document("", blocks))) <= MOST_ON_A_SIDE


def inspector_file(alerts: Sequence[Inspected], period: Period, seal: Seal, told: Told | None = None) -> Document:
    """All `alerts` (oldest received first): a table of contents, then a side for each of them, then how to check.

    Above MOST_SIDES alerts the open and Red ones and the newest get a side; the others stand in the table, which
    says so.
    """
    title = f"Alerts and evidence, {say_date(period.first)} to {say_date(period.last)}"
    title = shortened(f"{title}: {period.organisation.name}", 200)
    chosen = _chosen(alerts)
    sides: list[tuple[Block, ...]] = []
    for number, one in enumerate(chosen):
        if told:
            told(number, len(chosen))
        sides.append(_fitted(one, title, seal))
    if told:
        told(len(chosen), len(chosen))
    shown = {one.state.key: number for number, one in enumerate(chosen)}
    pages = _pages(_contents(alerts, period, title, shown, 1), title, seal)
    blocks = list(_contents(alerts, period, title, shown, pages + 1))
    for each in sides:
        blocks += [PageBreak(), *each]
    return Document(title, (*blocks, PageBreak()), subject=f"{title}, as at {say_moment(period.as_at)}", dense=True)


def _chosen(alerts: Sequence[Inspected]) -> list[Inspected]:
    """Those that get a side, in the order of `alerts`."""
    if len(alerts) <= MOST_SIDES:
        return list(alerts)

    def weight(number: int) -> tuple[bool, int]:
        state = alerts[number].state
        return (not (state.is_open or state.rag is Priority.RED), -number)

    return [alerts[number] for number in sorted(sorted(range(len(alerts)), key=weight)[:MOST_SIDES])]


def _fitted(of: Inspected, title: str, seal: Seal) -> tuple[Block, ...]:
    def fits(blocks: tuple[Block, ...]) -> bool:
        return _pages((Paragraph(plain("x")), PageBreak(), *blocks), title, seal) == 2

    return _first_that_fits(lambda room: side(of, room, level=2), fits, of.name)


def _pages(blocks: Sequence[Block], title: str, seal: Seal) -> int:
    """How many pages `blocks` take among others: a short file by itself would be set smaller to save a page."""
    more = (PageBreak(), Paragraph(plain("x")), PageBreak(), Paragraph(plain("x")))
    return len(lay_out(Document(title, (*blocks, *more), dense=True), seal.footer()).pages) - 2


# --- table of contents -----------------------------------------------------------------------------------------


def _contents(
    alerts: Sequence[Inspected], period: Period, title: str, shown: Mapping[AlertKey, int], first_page: int
) -> tuple[Block, ...]:
    organisation = period.organisation
    kind = ORGANISATIONS.get(organisation.kind, organisation.kind)
    blocks: list[Block] = [
        Heading(1, title),
        Paragraph(
            plain(
                f"{shortened(organisation.name, 200)} ({organisation.ods}), {kind}. Every alert received here in the "
                f"period, with what was recorded of it as at {say_moment(period.as_at)}: one side each."
            )
        ),
    ]
    blocks += [Callout("warning", plain(shortened(caution, 600))) for caution in period.cautions]
    if not alerts:
        words = "No alert was received here in the period. Whether the sources were reached is shown under Sources."
        return (*blocks, Paragraph(plain(words)))
    blocks += [KeyValues(_counts([one.state for one in alerts], period.as_at))]
    if len(shown) < len(alerts):
        blocks.append(Callout("info", plain(_limit(len(alerts), len(shown)))))
    header = ("Alert", "Priority", "Received", "Done", "On time", "Page")
    rows = tuple(_row(one, shown, first_page) for one in alerts)
    return (*blocks, Heading(2, "Contents"), Table(header, rows, (5.2, 1.2, 1.6, 1.9, 1.5, 0.6), small=True))


def _limit(total: int, sides: int) -> str:
    return (
        f"{sides} of {total} alerts have a side of their own here: those still open, the Red ones and the newest, up "
        f"to {MOST_SIDES} in one file. The others have no page number; each has its own with msatctl export inspector "
        "REF, or choose a shorter period."
    )


def _row(one: Inspected, shown: Mapping[AlertKey, int], first_page: int) -> tuple[Inline, ...]:
    state = one.state
    name = shortened(state.title, 160)
    if state.reference and state.reference not in name:
        name = f"{state.reference}: {name}"
    number = shown.get(state.key)
    return (
        plain(name),
        Rag(state.rag),
        plain(say_date(state.received)),
        plain(closed_words(state, one.as_at)),
        plain(on_time(state, one.as_at)),
        plain(str(first_page + number) if number is not None else "–"),
    )


def _counts(states: Sequence[AlertState], as_at: datetime) -> tuple[tuple[str, Inline], ...]:
    counted = [state for state in states if is_counted(state, as_at)]
    met = sum(on_time(state, as_at) == IN_TIME for state in counted)
    rags = ((Rag(priority).word, sum(state.rag is priority for state in states)) for priority in (*Priority, None))
    other = len(states) - len(counted)
    why = "a list of notices, no time limit, limit not yet passed, late on arrival, withdrawn or superseded"
    left = f"; {other} not counted ({why})" if other else ""
    files = sum(not one.struck for state in states for one in state.evidence)
    return (
        ("Received", plain(f"{len(states)} ({', '.join(f'{word} {count}' for word, count in rags if count)})")),
        ("Done on time", plain(f"{Share(met, len(counted)).words}{left}")),
        ("Files of evidence", plain(str(files))),
    )
