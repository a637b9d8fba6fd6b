"""The last pages of an assurance pack: coverage, rules, late entries, sign-off, glossary, licence, how to verify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msat.clock import say_moment
from msat.exports.document import Block, Bullets, Heading, PageBreak, Paragraph, Rag, Run, Table, plain
from msat.exports.pack_front import NOBODY, NOT_NHS, fact_table, signatory, verification_code
from msat.exports.wording import ORGANISATIONS
from msat.ids import grouped
from msat.projections.pack_model import Fact, Late, NotRelevant, Pack, SourceLine

MOST_LINES = 80
"""How many judgements stand on paper; the workbook has them all."""
MOST_LOGS = 400
"""How many heads stand on paper; every one is in the signed manifest."""
OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
GLOSSARY = (
    ("Alert", "One event in the world that notices tell of, counted once however many sources tell of it."),
    ("Amber", "A clinical or stock action that is not urgent."),
    ("Class 1 to 4", "How bad a defect of a medicine is and how fast to act, as the publisher sets it."),
    ("Cut-off", "The moment up to which the record was read. What was recorded later is in a later pack."),
    ("Green", "For information, or to be done only under a condition."),
    ("Head", "The fingerprint of the last entry of a log. It changes when anything before it changes."),
    ("Log", "The entries of one installation, each chained to the one before by its fingerprint."),
    ("n of N (p%)", "A share with what it is of. A percentage never stands without its numbers."),
    ("No reply", "Nothing came from an organisation: what it did is not known. It is neither late nor done."),
    ("Not received", "A record came from an organisation and does not hold the alert. It is neither late nor done."),
    ("Red", "Risk of serious harm, or patients must be contacted, or 48 hours or less for this kind of organisation."),
    ("Reported", "Said by the organisation itself in its own record. Nobody else has confirmed it."),
    ("Return", "The whole log of an organisation, as it was sent here and checked."),
)
NOT_PROVEN = (
    "Not proven either: that a clock was right. A whole log invented by somebody who holds its key is found only by "
    "comparing heads that others hold: receipts, returns, earlier packs."
)


def coverage(pack: Pack) -> Iterable[Block]:
    """Where alerts come from, what is missing, and what was judged not to matter here."""
    yield PageBreak(landscape=False)
    yield Heading(2, "Coverage")
    yield Heading(3, "Sources")
    if pack.sources:
        rows = tuple(map(_source, pack.sources))
        yield Table(("Source", "State at the cut-off", "Last reached", "More"), rows, (2.4, 2, 1.6, 3.2), small=True)
    else:
        yield Paragraph(plain("No source is switched on: alerts are here only where a person entered them."))
    yield Heading(3, "Numbers that are missing")
    if pack.gaps:
        yield fact_table(("Number", "Explained", "More"), in_rows(pack.gaps), (2.2, 2.4, 4))
    else:
        yield Paragraph(plain("No number of a series is missing, and none was explained in the period."))
    yield Heading(3, "Judged not relevant")
    if pack.not_relevant:
        head = ("Priority", "Alert", "By whom", "Reason")
        yield Table(head, tuple(map(_not_relevant, pack.not_relevant[:MOST_LINES])), (1, 3.4, 2.6, 2.6), small=True)
        more = len(pack.not_relevant) - MOST_LINES
        if more > 0:
            yield Paragraph(plain(f"{more} more are in the workbook."))
    else:
        yield Paragraph(plain("No alert of the period was judged not to apply."))


def in_rows(gaps: Sequence[Fact]) -> list[Fact]:
    """Numbers that are missing one after another for the same reason stand in one row, with how many they are."""
    rows: list[list[Fact]] = []
    for one in gaps:
        if rows and (rows[-1][-1].value, _why(rows[-1][-1])) == (one.value, _why(one)) and _why(one):
            rows[-1].append(one)
        else:
            rows.append([one])
    return [_row(each) for each in rows]


def _why(one: Fact) -> str:
    """What is said of a missing number after it was named; empty where it is told of that number alone."""
    named, _is, rest = one.note.partition(" is not here. ")
    return rest if named == one.what else ""


def _row(each: Sequence[Fact]) -> Fact:
    if len(each) == 1:
        return each[0]
    names = sorted((each[0].what, each[-1].what))
    return Fact(f"{names[0]} to {names[1]}: {len(each)}", each[0].value, f"None of them is here. {_why(each[0])}")


def _source(one: SourceLine) -> tuple[tuple[Run, ...], ...]:
    reached = say_moment(one.last_reached) if one.last_reached else "never"
    return (plain(one.name), plain(one.state), plain(reached), plain(one.note))


def _not_relevant(one: NotRelevant) -> tuple[Rag | tuple[Run, ...], ...]:
    name = f"{one.reference}: {one.title}" if one.reference else one.title
    return (Rag(one.rag), plain(name), plain(one.who), plain(one.reason))


def rules(pack: Pack) -> Iterable[Block]:
    """Which rules decided, and what changed in them."""
    yield Heading(2, "Changes to the rules in the period")
    if pack.rules:
        yield fact_table(("What", "When", "More"), pack.rules, (4, 1.8, 3))
    else:
        yield Paragraph(plain("The record shows no change to the rules in the period."))


def late(pack: Pack) -> Iterable[Block]:
    """What came too late for the pack before."""
    yield Heading(2, "Late entries")
    if not pack.cover.previous:
        yield Paragraph(plain("This is the first pack of this record: nothing could come too late for the one before."))
        return
    if not pack.late:
        yield Paragraph(plain(f"Nothing about the period of pack {pack.cover.previous} came after its cut-off."))
        return
    about = (
        f"Recorded after the cut-off of pack {pack.cover.previous}, about something done in its period. That pack "
        "stays as it was issued."
    )
    yield Paragraph(plain(about))
    head = ("ODS code", "Alert", "What", "Done", "Recorded", "Entry")
    yield Table(head, tuple(map(_late, pack.late)), (1, 1.8, 3.6, 1.5, 1.5, 1.3), small=True)


def _late(one: Late) -> tuple[tuple[Run, ...], ...]:
    done, recorded = say_moment(one.happened), say_moment(one.recorded)
    return tuple(map(plain, (one.ods, one.alert, one.what, done, recorded, grouped(one.entry)[:14])))


# --- the end ---------------------------------------------------------------------------------------------------


def sign_off(pack: Pack) -> Iterable[Block]:
    """Who stands for it. A printed pack has room to sign by hand."""
    yield Heading(2, "Sign-off")
    cover = pack.cover
    people = (("Author", cover.author), ("Reviewer", cover.reviewer), ("Approver", cover.approver))
    rows = tuple((plain(role), plain(signatory(who)), plain("")) for role, who in people)
    yield Table(("As", "Name and role", "Signature and date, on paper"), rows, (1.2, 3.4, 4), row_headers=True)
    if any(signatory(who) == NOBODY for _role, who in people):
        yield Paragraph(plain("Where nobody stands above, nobody has taken that part."), small=True)


def glossary(draft: bool) -> Iterable[Block]:
    """The words, the licence of the notices' text, and whose product this is not."""
    yield Heading(2, "Glossary")
    rows = tuple((plain(word), plain(meaning)) for word, meaning in GLOSSARY)
    yield Table(("Word", "What it means here"), rows, (1.4, 6), small=True, row_headers=True)
    yield Heading(2, "Licence")
    yield Paragraph(
        (
            Run("Titles and words of notices published on GOV.UK: Crown copyright, used under the "),
            Run("Open Government Licence v3.0", link=OGL),
            Run(". Words of other publishers remain theirs."),
        )
    )
    yield Paragraph(plain(f"{NOT_NHS} No badge or name of the NHS is used."))
    if draft:
        yield Paragraph(plain("A draft carries no proof: it was not recorded."))


def verification(pack: Pack) -> Iterable[Block]:
    """Every log that the pack rests on with its head, and how to check."""
    yield PageBreak()
    yield Heading(2, "The logs it rests on")
    count = "1 log" if len(pack.logs) == 1 else f"{len(pack.logs)} logs, the own one first"
    yield Paragraph(plain(f"{count}, each read up to the entry named here and no further."))
    yield _logs(pack)
    if len(pack.logs) > MOST_LOGS:
        more = len(pack.logs) - MOST_LOGS
        yield Paragraph(plain(f"{more:,} more stand in the signed manifest, in the workbook and in the JSON file."))
    yield Heading(2, "How to verify this pack")
    yield from verification_code(pack)
    steps = (
        "Run msatctl verify FILE, or drop the file on Records in MSAT. No record and no network are needed.",
        "It checks the signature over the manifest, each page's text against what was signed, the attached content, "
        "and each log's chain up to the head above.",
        f"Compare the head of the first log with {pack.cover.organisation} by telephone, or with an earlier pack or "
        "return: a pack made up as a whole could not show that head.",
        "Whoever holds the record builds the pack again with msatctl export pack --again and its number, and compares "
        "the files: they are the same, byte for byte.",
    )
    yield Bullets(tuple(map(plain, steps)))
    yield Paragraph(plain(NOT_PROVEN))


def _logs(pack: Pack) -> Table:
    """Each log with its head. What limits it stands beside it, where anything does."""
    rows = []
    for one in pack.logs[:MOST_LOGS]:
        kind = ORGANISATIONS.get(one.kind, one.kind)
        size = str(one.size) if one.size else "nothing received"
        head = grouped(one.head) if one.size else "–"
        rows.append(tuple(map(plain, (f"{one.name} ({one.ods}), {kind}", grouped(one.log), size, head, one.frozen))))
    if any(one.frozen for one in pack.logs[:MOST_LOGS]):
        return Table(("Organisation", "Log", "Entry", "Head", "Limits"), tuple(rows), (3, 2, 0.9, 2, 2.2), small=True)
    short = tuple(row[:4] for row in rows)
    return Table(("Organisation", "Log", "Entry", "Head"), short, (4, 2, 1, 2), small=True)
