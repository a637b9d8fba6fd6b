"""The notices that a list tells of: the weekly field safety notices, a Safety Roundup, a page of letters and recalls.

Each item keeps its own lines. A list is never one event: its items lend it no number, no class and no batch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from msat.alerts.dates import moments
from msat.alerts.model import Fact, Family, Item, Where
from msat.alerts.notice import LONGEST_LINE, LONGEST_TITLE, Notice
from msat.alerts.reference import find
from msat.alerts.text import Line, Link

MOST_ITEMS = 500
_LONGEST_WORDS = 4_000
_SHORTEST_LINK = 12
_NUMBER_NEAR = 3
"""Lines below its title in which an item's number may stand."""

_SAFETY_NUMBER = re.compile(
    r"\bMHRA\s{1,2}ref(?:erence)?s?(?:\s{1,2}(?:numbers?|nos?\.?))?\s{0,2}[:.]?\s{0,3}(?P<numbers>[0-9][0-9/,;&\s]{5,160}"
    r"(?:\band\b[0-9/,;&\s]{5,80})?)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\bMHRA\s{1,2}ref(?:erence)?s?\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![0-9/])(?:(?:19|20)[0-9]{2}(?:/[0-9]{3}){2,6}|[0-9]{8})(?![0-9/])")
_MODEL = re.compile(r"\A(?:affected )?models?\s{0,2}(?:numbers?)?\s{0,2}:\s{0,2}(?P<value>.{1,600})\Z", re.IGNORECASE)
_DATE_ONLY = re.compile(r"\A\W{0,3}(?:date(?:d| issued)?\s{0,2}:?\s{0,2})?", re.IGNORECASE)
_DEVICE_LINK = re.compile(r"\bfield safety notice\b|\bfsn\b|\bMHRA\s{1,2}ref", re.IGNORECASE)

_RECALL_LIKE = re.compile(
    r"\A\W{0,3}(?:updated?\W{1,3})?(?:class\s{0,2}[1-4]\b.{0,40}?(?:recall|notification|information|alert)\b"
    r"|company[\s-]led\s(?:medicines?\s|drug\s)?recall|national patient safety alert\b"
    r"|device safety information\b.{0,4}:"
    r"|field safety notice\b|(?:drug|fmd) alert\b|medicine supply notification\b|serious shortage protocol\b)",
    re.IGNORECASE,
)
_TELLS_OF_NOTICES = re.compile(
    r"\bletters?\b|\brecalls?\b|\bnotifications?\b|\balerts?\b|\bdevice safety\b|\bpublished\b|\bmessages?\b",
    re.IGNORECASE,
)
_ISSUED = re.compile(r"\b(?:issued|published|dated|sent)\b.{0,14}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some lines of a page that may be one item: the numbers of its first line and of the line after its last."""

    first: int
    stop: int


def items(notice: Notice, kind: str) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """The items of a list, and a sentence for each part that could not be told apart. Nothing for other notices."""
    if kind == Family.FIELD_SAFETY_NOTICES:
        return _safety_notices(notice)
    if kind == Family.ROUNDUP or (kind == Family.DRUG_SAFETY_UPDATE and _is_letters(notice)):
        return _mentions(notice), tuple(_overlooked(notice))
    return (), ()


def _is_letters(notice: Notice) -> bool:
    title = notice.title[:LONGEST_TITLE].lower()
    return "letters" in title or ("recalls" in title and "healthcare professionals" in title)


# --- field safety notices --------------------------------------------------------------------------------------------


def _safety_notices(notice: Notice) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    lines = notice.lines
    found: list[Item] = []
    unread: list[str] = []
    parts = list(_under_headings(lines))
    if not any(_LABEL.search(line.text) for part in parts for line in lines[part.first + 1 : part.stop]):
        parts = list(_by_number(lines))
    for part in parts:
        item = _safety_notice(notice, part)
        if item:
            found.append(item)
    numbered = sum(bool(_LABEL.search(line.text)) for line in lines)
    held = sum(bool(_LABEL.search(line)) for item in found for line in item.words.split("\n"))
    if numbered > held:
        left = numbered - held
        unread.append(
            f"{left} of the {numbered} field safety notices on this page could not be told apart: open the source."
        )
    bare = sum(not item.references for item in found)
    if bare:
        unread.append(f"{bare} of the {len(found)} field safety notices here carry no number that could be read.")
    return tuple(found[:MOST_ITEMS]), tuple(unread)


def _under_headings(lines: Sequence[Line]) -> Iterator[_Part]:
    """The parts that begin with a heading, up to the next one."""
    heads = [number for number, line in enumerate(lines) if line.heading]
    for number, head in enumerate(heads):
        yield _Part(head, heads[number + 1] if number + 1 < len(heads) else len(lines))


def _by_number(lines: Sequence[Line]) -> Iterator[_Part]:
    """On a page without headings: from after one number to the next. The first part begins at the first line "A: B"."""
    start = 0
    for number, line in enumerate(lines):
        if not _LABEL.search(line.text):
            continue
        dated = next((n for n in range(start + 1, number) if _day(lines[n].text)), None)
        if dated is not None:
            yield _Part(dated - 1, number + 1)
        start = number + 1


def _safety_notice(notice: Notice, part: _Part) -> Item | None:
    """One field safety notice; None when the part has neither a number nor a date of its own."""
    lines = [line.text for line in notice.lines[part.first : part.stop]]
    body = lines[1:]
    references = tuple(fact for line in body for fact in _safety_numbers(line))
    dated = next((_day(line) for line in body[:4] if _day(line)), "")
    if not dated and not any(_LABEL.search(line) for line in body):
        return None
    title = lines[0][:LONGEST_LINE]
    company, _, device = title.partition(": ")
    model = next((m["value"] for line in body if (m := _MODEL.match(line[:LONGEST_LINE]))), "")
    category = next((line for line in body[:6] if _is_category(line)), "")
    links = [link for link in notice.document.links if part.first <= link.line < part.stop]
    best = next((link for link in links if _NUMBER.search(link.text) or _DEVICE_LINK.search(link.text)), None)
    return Item(
        title=title,
        words=_words(lines),
        references=tuple(dict.fromkeys(references)),
        company=company.strip() if device else "",
        device=device.strip(),
        model=model,
        category=category[:300],
        date=dated,
        url=_address(notice, best or (links[0] if links else None)),
    )


def _safety_numbers(line: str) -> Iterator[Fact]:
    for said in _SAFETY_NUMBER.finditer(line[:LONGEST_LINE]):
        for number in _NUMBER.finditer(said["numbers"]):
            yield Fact(number.group(), number.group(), Where.TEXT)


def _day(line: str) -> str:
    """The date of a line that is nothing but a date."""
    text = line[:60]
    for moment in moments(text):
        if _DATE_ONLY.fullmatch(text[: moment.start]) and not text[moment.end :].strip(" ."):
            return moment.day.isoformat()
    return ""


def _is_category(line: str) -> bool:
    if _day(line) or _LABEL.search(line) or _MODEL.match(line) or len(line) > 300:
        return False
    return not line.endswith(":")


# --- roundups and letters --------------------------------------------------------------------------------------------


def _mentions(notice: Notice) -> tuple[Item, ...]:
    """One item for each notice told of, with every number that its lines mention. No number is left out."""
    lines = notice.lines
    links = _links_by_line(notice)
    starts = list(_starts(lines, links))
    made: list[Item] = []
    for position, first in enumerate(starts[:MOST_ITEMS]):
        stop = starts[position + 1] if position + 1 < len(starts) else len(lines)
        stop = next((n for n in range(first + 1, stop) if lines[n].heading), stop)
        made.append(_mention(notice, _Part(first, stop), links))
    return tuple(made)


def _overlooked(notice: Notice) -> Iterator[str]:
    """A sentence for each line that reads like a title among notices, and that is in no item: it gives neither a link
    nor a number to tell it by. Only lines above the first item of their part; below it they are that item's words."""
    lines, starts = notice.lines, set(_starts(notice.lines, _links_by_line(notice)))
    part = ""
    for number, line in enumerate(lines):
        if line.heading:
            part = line.text[:LONGEST_LINE] if _TELLS_OF_NOTICES.search(line.text[:LONGEST_LINE]) else ""
        if number in starts:
            part = ""
        elif part and not line.heading and _reads_as_title(line.text):
            yield f"A line under “{part[:80]}” gives no link and no number, and is not listed: “{line.text[:160]}”."


def _reads_as_title(line: str) -> bool:
    """Long enough to name a medicine, and no sentence or lead-in."""
    text = line.strip(" •-–")
    return _SHORTEST_LINK <= len(text) <= LONGEST_TITLE and text[-1:] not in ".:;,?!" and not _day(text)


def _links_by_line(notice: Notice) -> dict[int, list[Link]]:
    held: dict[int, list[Link]] = {}
    for link in notice.document.links:
        held.setdefault(link.line, []).append(link)
    return held


def _starts(lines: Sequence[Line], links: dict[int, list[Link]]) -> Iterator[int]:
    """The lines that begin an item: a new number, the title of a recall, or a link in a part about notices."""
    seen: set[str] = set()
    about_notices = False
    unnumbered = -9  # the last title without a number: the number below it is its own
    for number, line in enumerate(lines):
        text = line.text[:LONGEST_LINE]
        fresh = [reference for reference in find(text) if not reference.is_case and reference.value not in seen]
        seen.update(reference.value for reference in fresh)
        if line.heading:
            unnumbered = -9
            about_notices = bool(_TELLS_OF_NOTICES.search(text))
        titled = bool(_RECALL_LIKE.match(text)) and not (line.heading and len(text) < 40 and not fresh)
        linked = not line.heading and about_notices and any(_is_title(link, text) for link in links.get(number, []))
        if fresh and not titled and not line.heading and number - unnumbered <= _NUMBER_NEAR:
            unnumbered = -9
        elif fresh or titled or linked:
            unnumbered = -9 if fresh else number
            yield number


def _is_title(link: Link, line: str) -> bool:
    """Whether a link is what its line is about: it opens the line, and is long enough to be a title."""
    return len(link.text) >= _SHORTEST_LINK and line.lstrip(" •-–").startswith(link.text)


def _mention(notice: Notice, part: _Part, links: dict[int, list[Link]]) -> Item:
    lines = [line.text for line in notice.lines[part.first : part.stop]]
    own = [link for number in range(part.first, part.stop) for link in links.get(number, [])]
    first = lines[0][:LONGEST_LINE]
    linked = next((link for link in links.get(part.first, []) if _is_title(link, first)), None)
    title = linked.text if linked else first
    references: dict[str, Fact] = {}
    for reference in (r for line in lines for r in find(line[:LONGEST_LINE]) if not r.is_case):
        references.setdefault(reference.value, Fact(reference.value, reference.words, Where.TEXT))
    return Item(
        title=title,
        words=_words(lines),
        references=tuple(references.values()),
        date=next((day for line in lines[:6] if (day := _issued(line))), ""),
        url=_address(notice, linked or (own[0] if own else None)),
    )


def _issued(line: str) -> str:
    text = line[:LONGEST_LINE]
    return next((m.day.isoformat() for m in moments(text) if _ISSUED.search(text[: m.start])), _day(line))


# --- shared ----------------------------------------------------------------------------------------------------------


def _words(lines: Sequence[str]) -> str:
    """The lines as they stand in the text; a very long item is cut at a line."""
    words = lines[0][:_LONGEST_WORDS]
    for line in lines[1:]:
        if len(words) + len(line) > _LONGEST_WORDS:
            break
        words = f"{words}\n{line}"
    return words


def _address(notice: Notice, link: Link | None) -> str:
    """The whole address of a link on the page, or nothing when it leads to no web page."""
    if link is None:
        return ""
    try:
        whole = urljoin(notice.item.url, link.address)
    except ValueError:
        return ""
    return whole if whole.startswith(("https://", "http://")) else ""
