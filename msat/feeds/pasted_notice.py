"""Finds the notice among the blocks of a pasted text: what forwarded it and what frames it is left out, and said so.

Also finds what a pasted text has in place of a feed's own fields: its type, and when it was issued.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from msat.clock import LONDON
from msat.feeds.pasted_blocks import TITLE_WITHIN, Block, Kind, Part, is_label, is_section, labelled
from msat.feeds.pasted_title import NAMES_ITSELF, REFERENCE

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
    r"skip to main content|gov\.uk|print this page|is this page useful\??|yes this page is useful"
    r"|no this page is not useful|report a problem with this page|cookies on gov\.uk|accept additional cookies"
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
_HEAD = re.compile(r"menu|search|home|contents", re.IGNORECASE)
_HEAD_WITHIN = 15
"""Blocks: further down such a word can be one of the notice's own."""
_THE_END = re.compile(
    r"is this page useful\??|explore the topic|related content|help us improve gov\.uk"
    r"|sign up for emails or print this page"
    r"|this (?:message|e-?mail)(?: and any attachments?)? (?:may contain|is|are) .{0,20}confidential.{0,400}"
    r"|you (?:are receiving|received) this (?:e-?mail|message) because.{0,300}|unsubscribe(?: .{0,60})?",
    re.IGNORECASE,
)
_TIME_LIMIT = re.compile(
    r"\baction(?:s)?\s(?:within|now|to be completed|underway|complete)\b|\bdate (?:of )?issued?\b", re.IGNORECASE
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
_LONG = 400
_MOST_REMARKS = 12
_LONG_FOOT = 40
"""Words: what is longer than the usual disclaimer may be more than one."""


def chosen(parts: Sequence[Part]) -> tuple[Part, tuple[str, ...]]:
    """The part that is the notice, and a sentence for each other one that holds words."""
    split = [piece for part in parts for piece in _messages(part)]
    best = max(split, key=_weight)
    left = [_left_out(part) for part in split if part is not best and _words(part)][:_MOST_REMARKS]
    foot = sum(len(block.text.split()) for block in best.blocks[_end(best.blocks) :])
    if foot > _LONG_FOOT:
        left.append(f"Left out: {foot} words below the notice, from “{best.blocks[_end(best.blocks)].text[:60]}” on.")
    # Its own heading is no section: what stands below it heads the notice.
    own = [Block(Kind.LINE, b.text) if b.kind is Kind.HEADING and b.text == best.heading else b for b in best.blocks]
    return replace(best, blocks=tuple(_tidied(own))), tuple(left)


def alert_type(blocks: Sequence[Block]) -> str | None:
    """GOV.UK's type, where the page's text says it."""
    for block in blocks[:TITLE_WITHIN]:
        pair = labelled(block.text)
        if pair and pair[0] == "alert type":
            return _TYPES.get(pair[1].lower().strip(" ."))
    return None


def published(blocks: Sequence[Block]) -> datetime | None:
    """The last time that a message of the Central Alerting System says it was issued (UTC)."""
    for block in blocks[:TITLE_WITHIN]:
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
    weight = 4 * any(REFERENCE.search(text[:1_000]) for text in [part.subject, *texts])
    weight += 2 * min(3, sum(block.kind is Kind.HEADING for block in part.blocks))
    weight += 3 * any(block.kind is Kind.TABLE for block in part.blocks)
    weight += 2 * any(_TIME_LIMIT.search(text[:1_000]) for text in texts)
    weight += any(NAMES_ITSELF.match(text) for text in texts)
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
    for number, block in enumerate(blocks[: _end(blocks)]):
        plain = block.text.strip(" *#_")
        frame = _FURNITURE.fullmatch(plain) or (number < _HEAD_WITHIN and _HEAD.fullmatch(plain))
        if block.kind is Kind.TABLE or not frame:
            yield block


def _end(blocks: Sequence[Block]) -> int:
    """Where the foot of a page or of an e-mail begins."""
    for number, block in enumerate(blocks):
        if number > 3 and block.kind is not Kind.TABLE and _THE_END.fullmatch(block.text.strip(" *#_")):
            return number
    return len(blocks)


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
    return not (REFERENCE.search(text) or NAMES_ITSELF.match(text) or text.endswith("."))
