"""Reads batch numbers that stand in words, not in a table: in the title, in a list, in a page of plain text.

Used only where the tables gave nothing. A sentence that says a batch is not affected is never read as affected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msat.alerts.batch_numbers import looks_like_batch, read_cell, without_mark
from msat.alerts.columns import kind
from msat.alerts.dates import last_day
from msat.alerts.model import Batch
from msat.alerts.notice import LONGEST_TITLE, Notice
from msat.alerts.reference import find
from msat.alerts.titles import LICENCE
from msat.alerts.wording import sentences

_NUMBER = r"(?=[A-Za-z0-9/._-]{0,30}[0-9])[A-Z0-9a-z](?:[A-Za-z0-9/._-]{1,30}[A-Za-z0-9])"
_REMARK = r"(?:\s?\((?:exp[^()]{4,30}|[0-9/]{5,10}|[A-Z][a-z]{2,20})\))?"
_LISTED = re.compile(
    r"(?<![/.\w-])(?:batch(?:es)?|lots?)(?:\s?/\s?(?:batch|lot))?,?\s{0,2}(?:numbers?|nos?\b\.?|codes?)?(?:\s?\(s\))?"
    r"(?:\s(?:affected|involved|concerned|impacted|recalled|being recalled|to be recalled|in question))?"
    r"\s{0,2}(?:(?:\bis\b|\bare\b)(?:\sas follows)?\s?:?|:)?\s{0,2}"
    r"(?P<numbers>"
    + _NUMBER
    + _REMARK
    + r"(?:\s{0,2}(?:,|;|\band\b|&|,\s?and\b)\s{0,2}(?:(?:batch|lot)\s)?"
    + _NUMBER
    + _REMARK
    + r"){0,60})",
    re.IGNORECASE,
)
_APART = re.compile(r"\s{0,2}(?:,\s?and\b|,|;|\band\b|&)\s{0,2}(?:(?:batch|lot)\s)?", re.IGNORECASE)
_NOT_AFFECTED = re.compile(
    r"\b(?:not|unaffected|except|excluding|other than|replac(?:es|ed|ing|ements?)|new stock"
    r"|instead|no longer|previous|for example|example|e\.g|(?:can|may) (?:still |continue to )?be (?:used|supplied)"
    r"|(?:is|are) (?:now |still )?(?:available|unaffected|safe)|passed|as normal)\b",
    re.IGNORECASE,
)
# Words that take in more numbers than are printed.
_OPEN = re.compile(
    r"\b(?:(?:and|or) (?:later|earlier|above|below|onwards|higher|lower|subsequent|any (?:other )?(?:batch|lot))"
    r"|onwards|(?:beginning|starting|ending|prefixed) (?:with |in )?)\b",
    re.IGNORECASE,
)
_EXPIRY = re.compile(
    r"[\s,;(:–-]{0,3}(?:with\s)?(?:an?\s)?exp(?:iry|ires|iring|\.)?(?:\sdates?)?\s{0,2}(?:of|on|:)?\s{0,2}"
    r"(?P<date>[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}|[0-9]{1,2}[/-][0-9]{4}|(?:[0-9]{1,2}\s)?[A-Z][a-z]{2,8}\s[0-9]{4})",
    re.IGNORECASE,
)
_PRINTED_DATE = (
    r"(?:[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}|[0-9]{1,2}[/-][0-9]{4}"
    r"|(?:[0-9]{1,2}[ -])?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov"
    r"|Dec)[a-z]{0,6}[ /-][0-9]{2,4})"
)
_PRINTED_ROW = re.compile(
    r"(?P<number>\S{3,30})\s(?P<expiry>" + _PRINTED_DATE + r")(?:\s(?P<rest>.{1,80}))?", re.IGNORECASE
)
_PRINTED_TAIL = re.compile(
    r"(?P<pack>.{0,40}?)\s?(?P<date>" + _PRINTED_DATE + r"|not (?:yet )?distributed|quarantined at wholesaler)\Z",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:[Bb]atch(?:es)?|BATCH(?:ES)?|[Ll]ots?|LOTS?)\b(?!\s(?:size|of)\b)"
    r"[^.;]{0,60}?\b(?=[A-Z0-9/-]{0,20}[0-9])(?!(?:19|20)[0-9]{2}\b)[A-Z0-9][A-Z0-9/-]{3,20}\b",
)
_WORD = re.compile(r"\b(?:batch(?:es)?|lots?)\b", re.IGNORECASE)
_MOST = 500


def read_prose(notice: Notice, products: Sequence[tuple[int, str]]) -> list[Batch]:
    """The batches named in words: printed rows under a printed header, else a section of nothing but numbers, else
    the title and sentences."""
    return (_printed(notice, products) or _in_section(notice, products))[:_MOST] or [
        *_in_title(notice),
        *_in_sentences(notice),
    ][:_MOST]


def unread_in_words(notice: Notice, batches: Sequence[Batch]) -> str:
    """A sentence about batches that words name and that are not among those read; empty when there is none."""
    lines = [notice.title[:LONGEST_TITLE], *notice.prose()]
    said = [s for line in lines for s in sentences(line) if _WORD.search(s)]
    opened = next((s for s in said if _OPEN.search(s)), "")
    if opened:
        return f"“{opened[:160]}” takes in batches that it does not name."
    if batches:
        return ""
    headed = any(
        kind(section.heading) == "batch" and any(re.search("[0-9]", line.text) for line in section.lines)
        for section in notice.sections
    )
    if headed or any(_BESIDE.search(s) for s in said):
        return "The notice speaks of batches, and no batch number could be read from it."
    return ""


def _in_section(notice: Notice, products: Sequence[tuple[int, str]]) -> list[Batch]:
    """A section headed "Affected Lot Batch Numbers" whose every line with a digit is batch numbers: all or nothing."""
    found: list[Batch] = []
    for section in notice.sections:
        lines = [line.text for line in section.lines if not line.in_table and re.search("[0-9]", line.text)]
        if kind(section.heading) != "batch" or not lines:
            continue
        product = next((name for first, name in reversed(products) if first < section.first), "")
        for line in lines:
            batches = [] if LICENCE.search(line) or find(line) else read_cell((line,)).batches
            if not batches or not all(_is_number(batch.number) and not batch.through for batch in batches):
                return []
            found += [
                Batch(b.number, line, b.expiry, last_day(b.expiry), product=product, livery=b.livery) for b in batches
            ]
    return found


def _printed(notice: Notice, products: Sequence[tuple[int, str]]) -> list[Batch]:
    """A table that lost its cells (a page of plain text): a header line, then number, expiry and the rest."""
    found: list[Batch] = []
    reading = False
    for number, line in enumerate(notice.lines[:5_000]):
        if line.in_table:
            continue
        if re.match(r"(?:batch|lot)\b.{0,30}\bexp", line.text, re.IGNORECASE) and kind(line.text.split()[0]) == "batch":
            reading = True
            continue
        row = _PRINTED_ROW.fullmatch(line.text) if reading else None
        reading = row is not None
        if row and looks_like_batch(without_mark(row["number"])) and last_day(row["expiry"]):
            product = next((name for first, name in reversed(products) if first < number), "")
            found.append(_printed_row(row, product))
    return found[:_MOST]


def _printed_row(row: re.Match[str], product: str) -> Batch:
    tail = _PRINTED_TAIL.fullmatch(row["rest"] or "")
    return Batch(
        number=without_mark(row["number"]),
        words=row.group(),
        expiry=row["expiry"],
        expires=last_day(row["expiry"]),
        pack_size=tail["pack"].strip() if tail else "",
        first_distributed=tail["date"] if tail else "",
        product=product,
    )


def _in_title(notice: Notice) -> Iterator[Batch]:
    title = notice.title[:LONGEST_TITLE]
    return _listed(title) if not _NOT_AFFECTED.search(title) else iter(())


def _in_sentences(notice: Notice) -> Iterator[Batch]:
    title = notice.title
    seen = {batch.number for batch in _in_title(notice)}
    for line in notice.prose():
        if line == title:
            continue
        for sentence in sentences(line):
            if _NOT_AFFECTED.search(sentence):
                continue
            for batch in _listed(sentence):
                if batch.number not in seen:
                    seen.add(batch.number)
                    yield batch


def _listed(text: str) -> Iterator[Batch]:
    for match in _LISTED.finditer(text):
        read = [_remarked(piece) for piece in _APART.split(match["numbers"])]
        if not all(_is_number(number) for number, _expiry in read):
            read = read[:1] if _is_number(read[0][0]) else []
        behind = _EXPIRY.match(text, match.end()) if len(read) == 1 and not read[0][1] else None
        words = text[match.start() : behind.end() if behind else match.end()]
        for number, printed in read:
            printed = behind["date"] if behind else printed
            yield Batch(number=number, words=words, expiry=printed, expires=last_day(printed))


def _remarked(piece: str) -> tuple[str, str]:
    """A number and the expiry date in the bracket behind it, if there is one."""
    number, _, remark = piece.partition("(")
    dated = _EXPIRY.search(remark)
    printed = dated["date"] if dated else remark.strip(" )")
    return without_mark(number), printed if last_day(printed) else ""


def _is_number(text: str) -> bool:
    return len(text) > 3 and looks_like_batch(text) and any(character.isdigit() for character in text)
