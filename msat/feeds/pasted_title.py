"""Finds what a pasted notice calls itself: the title that a feed would have given. Never another notice's title."""

from __future__ import annotations

import re
from itertools import pairwise

from msat.feeds.pasted_blocks import TITLE_WITHIN, Kind, Part, labelled

REFERENCE = re.compile(
    r"\b(?:(?:EL|CLMR|CLDA)\s{0,3}\(?\s?[0-9]{2}\s?\)?\s{0,3}A\s?/|NatPSA\s?/|DSI/20|MDA/20|CEM/|MSN/20|SDA/20|SSP\s?[0-9]{3}\b|MDR\s[0-9])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:A\s?/\s?[0-9]{1,3}|/20[0-9]{2}/[0-9]{1,3}|SSP\s?[0-9]{3})\b", re.IGNORECASE)
_LISTS = re.compile(r".{0,20}\b(?:safety\s?-?round\s?-?up|drug safety update|field safety notices)\b", re.IGNORECASE)
NAMES_ITSELF = re.compile(
    r"\A\W{0,3}(?:(?:updated?|correction|withdrawn)\W{1,3})?(?:class\s?[1-4]\b"
    r"|national patient safety alert\b|company[\s-]led\b|drug alert\b"
    r"|fmd alert\b|medicines? (?:recall|defect|notification|supply)\b|serious shortage protocol\b"
    r"|device safety information\b"
    r"|cas alert\b|cem/cmo\b|field safety notices?\b|urgent\b.{0,40}recall)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\W{0,3}(?:(?:class\s?[1-4]\s)?medicines? (?:recall|notification|defect (?:notification|information)"
    r"|supply notification)"
    r"|national patient safety alert|company[\s-]led medicines? recall|cas alert|patient safety alert|drug alert"
    r"|serious shortage protocol|(?:medical )?device safety information)?(?: reference(?: number)?)?[\s:,(–-]{0,4}"
    r"(?:(?:EL|CLMR|CLDA)\s{0,2}\(?[0-9]{2}\)?\s{0,2}A\s?/\s?[0-9]{1,3}|NatPSA/[0-9]{4}/[0-9]{3}(?:/[A-Z]{2,6})?"
    r"|(?:DSI|MDA|MSN|SDA|CHT|EFA)/[0-9]{4}/[0-9]{2,3}|CEM/CMO/[0-9]{4}/[0-9]{2,3}|SSP\s?[0-9]{3})?\)?\W{0,3}",
    re.IGNORECASE,
)
_NO_HEADLINE = re.compile(
    r"\baction\b|\bissued?\b|\blevel\b|\bdistribut|\breference\b|\bcaution in use\b|\btier [1-4]\b|\bfrom:?\Z",
    re.IGNORECASE,
)
_MEDICINE = re.compile(r"(?:affected )?(?:medicines?|products?)\b", re.IGNORECASE)
_FORWARDS = re.compile(
    r"\A(?:\s*(?:(?:re|fwd?|aw|wg)\s?:|\[?external\]?\s?:?|\[?(?:extern|caution)\]\s?:?))+\s*", re.IGNORECASE
)
_CLASSED = re.compile(r"\bclass\s?[1-4]\b", re.IGNORECASE)
_FULL_TITLE = 40
LONGEST_TITLE = 400


def title_of(part: Part) -> str:
    """What the notice calls itself, in its own words; else what the e-mail is called; else its first line.

    A page about other notices names them too: a line that names a notice is its title only where no frame shows which
    line that is, and where the page speaks of one notice alone.
    """
    texts = [block.text for block in part.blocks[:TITLE_WITHIN] if block.kind is not Kind.TABLE]
    subject = bare_subject(part.subject)
    marked = next((pair[1] for text in texts if (pair := labelled(text)) and pair[0] in ("title", "alert title")), "")
    heading = part.heading if len(part.heading.split()) > 2 else ""
    first = texts[0] if texts and (_is_framed(texts) or _LISTS.match(texts[0])) else ""
    named = subject if is_title(subject) and not _says_more(_name_in(texts), subject) else ""
    candidates = (marked, heading, named, first, _name_in(texts), subject, *texts[:1])
    title = next((text[:LONGEST_TITLE] for text in candidates if text), "")
    about = _about(part) if _BARE.fullmatch(title) else ""
    return f"{title}: {about}" if about else title


def _says_more(line: str, subject: str) -> bool:
    """Whether a line of the text is the same notice's own title, and the subject only its number and kind."""
    return (
        len(line) >= _FULL_TITLE
        and len(line) > len(subject)
        and bool(_number(subject))
        and _number(line) == _number(subject)
        and not _LISTS.match(subject)
    )


def _number(text: str) -> str:
    """The one number that a line names; empty where there is none, or where there are several."""
    found = {"".join(one.group().split()).lower() for one in _NUMBER.finditer(text)}
    return found.pop() if len(found) == 1 else ""


def _is_framed(texts: list[str]) -> bool:
    """Whether the lines are a page of GOV.UK: below its title stand the publisher, the type and the dates."""
    labels = {pair[0] for text in texts[1:10] if (pair := labelled(text))}
    return len(labels & {"from", "published", "alert type", "issued", "last updated"}) > 1 and not labelled(texts[0])


def _name_in(texts: list[str]) -> str:
    """Of the lines that name a notice the one that says most: with its number, with its class, else the first."""
    named = [text for text in texts if NAMES_ITSELF.match(text) and len(text) <= LONGEST_TITLE and text[-1] not in ".;"]
    numbers = {"".join(found.group().split()).lower() for text in named for found in _NUMBER.finditer(text)}
    if len(numbers) > 1:
        return ""
    for wanted in (REFERENCE, _CLASSED):
        full = [text for text in named if wanted.search(text)]
        if full:
            return max(full[:3], key=lambda text: (len(text) >= _FULL_TITLE, -named.index(text)))
    return named[0] if named else ""


def _about(part: Part) -> str:
    """What a notice is about, where its title says no more than its kind and number: its own headline, or product."""
    for here, following in pairwise(part.blocks[:TITLE_WITHIN]):
        if here.kind is Kind.HEADING and _MEDICINE.match(here.text) and following.kind is Kind.LINE:
            return following.text[:200]
    for block in part.blocks[:12]:
        if block.kind is Kind.HEADING:
            return ""
        plain = not (_BARE.fullmatch(block.text) or labelled(block.text) or _NO_HEADLINE.search(block.text))
        whole = 8 <= len(block.text) <= 200 and not block.text.endswith((".", ",", ":"))
        if block.kind is Kind.LINE and plain and whole:
            return block.text
    return ""


def bare_subject(subject: str) -> str:
    """The subject of an e-mail without FW: and the like."""
    return " ".join(_FORWARDS.sub("", " ".join(subject.split())).split())


def is_title(text: str) -> bool:
    """Whether a subject reads as a notice's own title: it carries a reference or begins as one."""
    return len(text) > 15 and bool(REFERENCE.search(text) or NAMES_ITSELF.match(text))
