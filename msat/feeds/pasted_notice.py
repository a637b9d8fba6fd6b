"""Finds the notice among the blocks of a pasted text: what forwarded it and what frames it is left out, and said so.

Also finds what a pasted text has in place of a feed's own fields: its title, its type, when it was issued.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from msat.clock import LONDON
from msat.feeds.pasted_blocks import Block, Kind, is_label, is_section, labelled

_FIELD = re.compile(
    r"\A\W{0,3}(?P<name>from|sent|date|to|cc|bcc|subject|reply-to|importance|attachments?)\s?:\W?\s?(?P<value>.*)\Z",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"\A\W{0,12}(?:original message|begin forwarded message|forwarded message|forwarded by .{0,80})\W{0,12}\Z"
    r"|\Aon .{6,120} wrote:\Z",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"skip to main content|gov\.uk|menu|search|home|contents|print this page|is this page useful\??"
    r"|yes(?: this page is useful)?"
    r"|no(?: this page is not useful)?|report a problem with this page|cookies on gov\.uk|accept additional cookies"
    r"|reject additional cookies|view cookies|hide (?:this|cookie) message|navigation menu|show or hide search"
    r"|health and social care|medicines, medical devices(?: and blood regulation)?(?: and safety)?"
    r"|alerts, recalls and safety information.{0,60}|medicines and medical devices(?: regulation and safety)?"
    r"|subscribe to (?:alerts?|our).{0,60}|get emails? .{0,60}|share this page|sign up for emails"
    r"|page [0-9]{1,3} of [0-9]{1,3}(?:\s.{0,80})?|back to (?:top|contents)"
    r"|view (?:this )?(?:e-?mail|message) in (?:your|a) browser"
    r"|caution:? .{0,40}external.{0,200}|\[?external(?: e-?mail)?\]?:?"
    r"|this (?:message|e-?mail) originated from outside .{0,200}",
    re.IGNORECASE,
)
_THE_END = re.compile(
    r"is this page useful\??|explore the topic|related content|help us improve gov\.uk"
    r"|sign up for emails or print this page"
    r"|this (?:message|e-?mail)(?: and any attachments?)? (?:may contain|is|are) .{0,20}confidential.{0,400}"
    r"|you (?:are receiving|received) this (?:e-?mail|message) because.{0,300}|unsubscribe(?: .{0,60})?",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:(?:EL|CLMR|CLDA)\s{0,3}\(?\s?[0-9]{2}\s?\)?\s{0,3}A\s?/|NatPSA\s?/|DSI/20|MDA/20|CEM/|MSN/20|SDA/20|SSP\s?[0-9]{3}\b|MDR\s[0-9])",
    re.IGNORECASE,
)
_NAMES_ITSELF = re.compile(
    r"\A\W{0,3}(?:(?:updated?|correction)\W{1,3})?(?:class\s?[1-4]\b|national patient safety alert\b|company[\s-]led\b"
    r"|drug alert\b"
    r"|fmd alert\b|medicines? (?:recall|defect|notification|supply)\b|serious shortage protocol\b"
    r"|device safety information\b"
    r"|cas alert\b|cem/cmo\b|field safety notices?\b|urgent\b.{0,40}recall)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\W{0,3}(?:(?:class\s?[1-4]\s)?medicines? (?:recall|notification|defect (?:notification|information)|supply notification)"
    r"|national patient safety alert|company[\s-]led medicines? recall|cas alert|patient safety alert|drug alert)?"
    r"[\s:,–-]{0,4}(?:[A-Z]{2,6}[A-Za-z]{0,3}\s?[(/]?[0-9A-Z()/. -]{2,24}|NatPSA[0-9A-Z/ ]{4,24})?",
    re.IGNORECASE,
)
_NO_HEADLINE = re.compile(
    r"\baction\b|\bissued?\b|\blevel\b|\bdistribut|\breference\b|\bcaution in use\b|\btier [1-4]\b|\bfrom:?\Z", re.IGNORECASE
)
_MEDICINE = re.compile(r"(?:affected )?(?:medicines?|products?)\b", re.IGNORECASE)
_TIME_LIMIT = re.compile(
    r"\baction(?:s)?\s(?:within|now|to be completed|underway|complete)\b|\bdate (?:of )?issued?\b", re.IGNORECASE
)
_FORWARDS = re.compile(
    r"\A(?:\s*(?:(?:re|fwd?|aw|wg)\s?:|\[?external\]?\s?:?|\[?(?:extern|caution)\]\s?:?))+\s*", re.IGNORECASE
)
_CAS_TIME = re.compile(
    r"(?P<day>[0-9]{1,2})-(?P<month>[A-Za-z]{3})-(?P<year>20[0-9]{2})\s(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):[0-9]{2}"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TYPES = {
    "field safety notice": "field-safety-notices",
    "national patient safety alert": "national-patient-safety",
    "device safety information": "device-safety-information",
    "medicines recall/notification": "medicines-recall-notification",
    "mhra safety roundup": "mhra-safety-round-up",
}
_CLASSED = re.compile(r"\bclass\s?[1-4]\b", re.IGNORECASE)
_FULL_TITLE = 40
_TITLE_WITHIN = 40
LONGEST_TITLE = 400
_LONG = 400


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that may be the notice: a message, or an attachment of one."""

    blocks: tuple[Block, ...]
    name: str = ""
    """How a person would call it: "the forwarded message", "recall.pdf"."""
    subject: str = ""
    sent: datetime | None = None
    links: tuple[str, ...] = ()
    address: str = ""


def chosen(parts: Sequence[Part]) -> tuple[Part, tuple[str, ...]]:
    """The part that is the notice, and a sentence for each other one that holds words."""
    split = [piece for part in parts for piece in _messages(part)]
    best = max(split, key=_weight)
    left = [_left_out(part) for part in split if part is not best and _words(part)]
    return replace(best, blocks=tuple(_tidied(best.blocks))), tuple(left)


def title_of(part: Part) -> str:
    """What the notice calls itself, in its own words; else what the e-mail or page is called; else its first line."""
    texts = [block.text for block in part.blocks[:_TITLE_WITHIN] if block.kind is not Kind.TABLE]
    subject = bare_subject(part.subject)
    marked = next((pair[1] for text in texts if (pair := labelled(text)) and pair[0] in ("title", "alert title")), "")
    named = [text for text in texts if _NAMES_ITSELF.match(text) and len(text) <= LONGEST_TITLE]
    candidates = (marked, subject if is_title(subject) else "", _name_in(named), subject, *texts[:1])
    title = next((text[:LONGEST_TITLE] for text in candidates if text), "")
    about = _about(part) if _BARE.fullmatch(title) else ""
    return f"{title}: {about}" if about else title


def _name_in(named: list[str]) -> str:
    """Of the lines that name a notice the one that says most: with its number, with its class, else the first."""
    for wanted in (_REFERENCE, _CLASSED):
        full = [text for text in named if wanted.search(text)]
        if full:
            return max(full[:3], key=lambda text: (len(text) >= _FULL_TITLE, -named.index(text)))
    return named[0] if named else ""


def _about(part: Part) -> str:
    """What a notice is about, where its title says no more than its kind and number: its own headline, or product."""
    for here, following in pairwise(part.blocks[:_TITLE_WITHIN]):
        if here.kind is Kind.HEADING and _MEDICINE.match(here.text) and following.kind is Kind.LINE:
            return following.text[:200]
    for block in part.blocks[:12]:
        if block.kind is Kind.HEADING:
            return ""
        plain = not (_BARE.fullmatch(block.text) or labelled(block.text) or _NO_HEADLINE.search(block.text))
        if block.kind is Kind.LINE and plain and 8 <= len(block.text) <= 200 and not block.text.endswith((".", ",", ":")):
            return block.text
    return ""


def bare_subject(subject: str) -> str:
    """The subject of an e-mail without FW: and the like."""
    return " ".join(_FORWARDS.sub("", " ".join(subject.split())).split())


def is_title(text: str) -> bool:
    """Whether a subject reads as a notice's own title: it carries a reference or begins as one."""
    return len(text) > 15 and bool(_REFERENCE.search(text) or _NAMES_ITSELF.match(text))


def alert_type(blocks: Sequence[Block]) -> str | None:
    """GOV.UK's type, where the page's text says it."""
    for block in blocks[:_TITLE_WITHIN]:
        pair = labelled(block.text)
        if pair and pair[0] == "alert type":
            return _TYPES.get(pair[1].lower().strip(" ."))
    return None


def published(blocks: Sequence[Block]) -> datetime | None:
    """The last time that a message of the Central Alerting System says it was issued (UTC)."""
    for block in blocks[:_TITLE_WITHIN]:
        if re.search(r"\bissued on\b", block.text, re.IGNORECASE):
            times = [moment for found in _CAS_TIME.finditer(block.text) if (moment := _moment(found))]
            if times:
                return max(times)
    return None


def _moment(found: re.Match[str]) -> datetime | None:
    try:
        month = _MONTHS.index(found["month"].lower()) + 1
        day, hour, minute = int(found["day"]), int(found["hour"]), int(found["minute"])
        return datetime(int(found["year"]), month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)
    except ValueError:
        return None


def _messages(part: Part) -> Iterator[Part]:
    """The messages within one: each begins with the lines that a mail program writes when it forwards."""
    start, subject, sent, name = 0, part.subject, part.sent, part.name
    at = 0
    while at < len(part.blocks):
        fields = _header_at(part.blocks, at)
        if fields is None:
            at += 1
            continue
        begin, taken, said = fields
        yield replace(part, blocks=part.blocks[start:begin], subject=subject, sent=sent, name=name)
        start = at = begin + taken
        subject, sent, name = said, None, "the forwarded message"
    yield replace(part, blocks=part.blocks[start:], subject=subject, sent=sent, name=name)


def _header_at(blocks: Sequence[Block], at: int) -> tuple[int, int, str] | None:
    """Where a forwarding header begins, how many blocks it takes, and the subject in it; None where there is none."""
    end = at + 1 if _MARK.match(blocks[at].text[:200]) else at
    fields: dict[str, str] = {}
    while end < len(blocks) and end - at < 14 and blocks[end].kind is not Kind.TABLE:
        found = _FIELD.match(blocks[end].text[:2_000])
        if not found:
            break
        fields.setdefault(found["name"].lower(), found["value"])
        end += 1
    whole = "from" in fields and len(fields) >= 3 and bool(fields.keys() & {"sent", "date"})
    if not whole and end - at != 1:
        return None
    if not whole and not _MARK.match(blocks[at].text[:200]):
        return None
    return at, max(end - at, 1), fields.get("subject", "")


def _weight(part: Part) -> tuple[int, int]:
    """How much a part is like a notice; of equals the longer one."""
    texts = [block.text for block in part.blocks[:400]]
    weight = 4 * any(_REFERENCE.search(text[:1_000]) for text in [part.subject, *texts])
    weight += 2 * min(3, sum(block.kind is Kind.HEADING for block in part.blocks))
    weight += 3 * any(block.kind is Kind.TABLE for block in part.blocks)
    weight += 2 * any(_TIME_LIMIT.search(text[:1_000]) for text in texts)
    weight += any(_NAMES_ITSELF.match(text) for text in texts)
    length = sum(map(len, texts))
    return (weight + (length >= _LONG) if length else -1), length


def _words(part: Part) -> int:
    return sum(len(block.text.split()) for block in part.blocks)


def _left_out(part: Part) -> str:
    count = _words(part)
    words = "1 word" if count == 1 else f"{count} words"
    whose = f"“{part.name}”" if "." in part.name else (part.name or "the message around it")
    return f"Left out: {words} of {whose}. If that is a notice too, add it by itself."


def _tidied(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks without what frames a page or an e-mail; labels joined to what they announce."""
    kept = list(_joined(list(_framed(blocks))))
    yield from _recipients(kept)


def _framed(blocks: Sequence[Block]) -> Iterator[Block]:
    for number, block in enumerate(blocks):
        plain = block.text.strip(" *#_")
        if block.kind is Kind.TABLE:
            yield block
        elif number > 3 and _THE_END.fullmatch(plain):
            return
        elif not _FURNITURE.fullmatch(plain):
            yield block


def _joined(blocks: list[Block]) -> Iterator[Block]:
    """ "Issued:" and the date on the next line made one line, as people see them."""
    at = 0
    while at < len(blocks):
        here = blocks[at]
        value = blocks[at + 1] if at + 1 < len(blocks) else None
        if here.kind is Kind.LINE and is_label(here.text) and value and _is_value(value):
            yield Block(Kind.LINE, f"{here.text.rstrip(' :')}: {value.text}")
            at += 2
        else:
            yield here
            at += 1


def _is_value(block: Block) -> bool:
    return block.kind is Kind.LINE and not is_label(block.text) and not labelled(block.text) and len(block.text) <= 300


def _recipients(blocks: list[Block]) -> Iterator[Block]:
    """The list of those whom a CAS alert went to made one line: it must not bury what the alert says of itself."""
    at = 0
    while at < len(blocks):
        block = blocks[at]
        at += 1
        if not re.search(r"\bissued to\s?:?\Z", block.text, re.IGNORECASE) or block.kind is Kind.TABLE:
            yield block
            continue
        names: list[str] = []
        while at < len(blocks) and _is_recipient(blocks[at]) and len(names) < 60:
            names.append(blocks[at].text)
            at += 1
        yield Block(Kind.LINE, f"{block.text.rstrip(' :')}: {'; '.join(names)}" if names else block.text)


def _is_recipient(block: Block) -> bool:
    text = block.text
    if block.kind not in (Kind.LINE, Kind.ITEM) or len(text) > 90 or is_section(text) or ":" in text:
        return False
    return not (_REFERENCE.search(text) or _NAMES_ITSELF.match(text) or text.endswith("."))
