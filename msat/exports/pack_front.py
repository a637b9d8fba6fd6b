"""The first pages of an assurance pack: cover, statement and its limits, counts and decisions wanted, exceptions.

Shows what `projections.pack` worked out; adds no number and no judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msat.clock import say_date, say_moment
from msat.exports.document import (
    Block,
    Bullets,
    Callout,
    Heading,
    Inline,
    KeyValues,
    PageBreak,
    Paragraph,
    QrCode,
    Rag,
    Run,
    Runs,
    Table,
    plain,
)
from msat.exports.wording import ORGANISATIONS
from msat.ids import grouped
from msat.projections.pack_exceptions import GAPS
from msat.projections.pack_model import Exceptional, ExceptionGroup, Fact, Pack, Signatory

TITLE = "Medicines safety assurance pack"
NOT_NHS = "Made with MSAT, which is not an NHS product."
DRAFT = "Draft"
DRAFT_WORDS = (
    "This is a draft. Nobody has approved it and the record does not know of it: it has no number, and it cannot be "
    "built again. Do not file it or pass it on as evidence."
)
NOBODY = "nobody yet"
COMMITTEE = "committee"


def cover(pack: Pack, draft: bool) -> Iterable[Block]:
    """Whose pack it is, of which time, by whom; and where in which record it was made."""
    one = pack.cover
    yield Heading(1, title_of(pack, draft))
    yield Paragraph((Run(f"{one.organisation}", bold=True), Run(f" ({one.ods})")))
    if draft:
        yield Callout("warning", plain(DRAFT_WORDS))
    kind = ORGANISATIONS.get(one.kind, one.kind)
    pairs: list[tuple[str, Inline]] = [
        ("Pack number", plain("none: a draft" if draft else one.number)),
        ("Organisation", plain(f"{one.organisation}, {kind}")),
        ("ODS code", plain(one.ods)),
        ("Period", plain(f"{say_date(one.first)} to {say_date(one.last)}")),
        ("Cut-off", plain(f"{say_moment(one.cut_off)}: what was recorded later is in a later pack")),
        ("Author", plain(signatory(one.author))),
        ("Reviewer", plain(signatory(one.reviewer))),
        ("Approver", plain(signatory(one.approver))),
        ("Pack before", plain(one.previous or "none: this is the first")),
    ]
    yield KeyValues(tuple(pairs))
    yield Paragraph(plain(_based_on(pack)))
    if not draft:
        yield from verification_code(pack)
    yield Paragraph(plain(f"{NOT_NHS} It holds no details of patients."), small=True)


def title_of(pack: Pack, draft: bool = False) -> str:
    """The title, as the file's own properties have it too."""
    one = pack.cover
    period = f"{say_date(one.first)} to {say_date(one.last)}"
    return f"{'DRAFT: ' if draft else ''}{TITLE}, {period}: {one.organisation}"


def signatory(one: Signatory) -> str:
    """Who, with the role; that it is nobody yet is said."""
    if not one.name:
        return NOBODY
    return f"{one.name}, {one.role}" if one.role else one.name


def days_title(pack: Pack) -> str:
    """What the control chart shows: for a committee one value stands for several organisations."""
    several = ", median of the organisations" if is_about_others(pack) else ""
    return f"Working days to finish each Red alert{several}"


def is_about_others(pack: Pack) -> bool:
    """Whether it reports on anybody but the organisation that made it."""
    return pack.asked > 1 or (pack.asked == 1 and pack.cover.kind == COMMITTEE)


def _based_on(pack: Pack) -> str:
    if not is_about_others(pack):
        return "Based on this organisation's own record."
    return f"Based on returns from {pack.replied} of {pack.asked} organisations."


def verification_code(pack: Pack) -> Iterable[Block]:
    """The code that holds pack number and head, and both in words."""
    own = pack.logs[0]
    text = f"MSAT PACK {pack.cover.number} LOG {own.log} ENTRY {own.size} HEAD {own.head}"
    label = (
        f"Pack {pack.cover.number}. Record {grouped(own.log)}, entry {own.size}, head {grouped(own.head)}. The code "
        "holds the same in full. To check the file: msatctl verify FILE."
    )
    yield QrCode(text, label)


# --- statement -------------------------------------------------------------------------------------------------


def statement(pack: Pack) -> Iterable[Block]:
    """What is assured, then what is not."""
    yield PageBreak()
    yield Heading(2, "Statement of assurance")
    for sentence in pack.statement:
        yield Paragraph(plain(sentence))
    yield Heading(3, "Limits of this statement")
    yield Paragraph(plain("These follow from the data. A statement of assurance reaches no further than they allow."))
    yield Bullets(tuple(plain(limit) for limit in pack.limits))


# --- one page --------------------------------------------------------------------------------------------------


def counts(pack: Pack) -> Iterable[Block]:
    """The counts, and the decisions that are asked for."""
    yield PageBreak()
    yield Heading(2, "Counts and decisions wanted")
    yield fact_table(("What", "Value", "Of these"), pack.counts, (3.2, 3, 2.2))
    yield Heading(3, "Decisions wanted")
    if pack.decisions:
        yield Bullets(tuple(plain(one) for one in pack.decisions))
    else:
        yield Paragraph(plain("Nothing in this pack asks for a decision."))


# --- exceptions ------------------------------------------------------------------------------------------------


def exceptions(pack: Pack) -> Iterable[Block]:
    """Group by group; then of what nothing was found, which is a statement too."""
    yield PageBreak()
    yield Heading(2, "Exceptions")
    for group in pack.exceptions:
        if group.lines:
            yield from _group(group)
    nothing = [group for group in pack.exceptions if not group.lines]
    if nothing:
        yield Heading(3, "Of these nothing was found")
        yield Bullets(tuple((Run(f"{group.title}: ", bold=True), Run(group.none)) for group in nothing))


def _group(group: ExceptionGroup) -> Iterable[Block]:
    yield Heading(3, f"{group.title}: {len(group.lines) + group.more}")
    if any(line.rag for line in group.lines):
        rated = tuple((Rag(line.rag), *_exceptional(line)) for line in group.lines)
        yield Table(("Priority", *_HEAD), rated, (1.0, 3.4, 1.8, 1.8, 3.4), small=True)
    else:
        yield Table(_HEAD, tuple(map(_exceptional, group.lines)), (3.4, 2, 1.8, 3.4), small=True)
    if group.more:
        where = "under Coverage" if group.title == GAPS else "in the workbook"
        yield Paragraph(plain(f"{group.more} more are {where}."))


_HEAD = ("What", "Who", "When", "More")


def _exceptional(line: Exceptional) -> tuple[Inline, ...]:
    return (plain(line.what), plain(line.who), plain(line.since), plain(line.note))


def fact_table(
    header: tuple[str, str, str], lines: Sequence[Fact], widths: tuple[float, float, float], caption: str = ""
) -> Table:
    """Facts as a table. A column in which nothing stands is left out."""
    rows: tuple[tuple[Runs, ...], ...] = tuple((plain(one.what), plain(one.value), plain(one.note)) for one in lines)
    if any(one.note for one in lines):
        return Table(header, rows, widths, caption, small=True, row_headers=True)
    first, second, third = widths
    short = tuple(row[:2] for row in rows)
    return Table(header[:2], short, (first, second + third), caption, small=True, row_headers=True)
