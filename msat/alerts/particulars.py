"""What only some kinds of notice say: who is to act, what is wrong, tier, start and end, citation, devices.

Each fact stands under a heading or label of its own; what is not labelled so is left out, never concluded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msat.alerts.dates import Moment, moments
from msat.alerts.model import Fact, Family, Where
from msat.alerts.notice import LONGEST_LINE, LONGEST_TITLE, Notice
from msat.alerts.wording import beginning, prose_run, sentences

_PROBLEM = re.compile(
    r"\A(?:brief description(?: of the (?:issue|problem|defect))?|explanation of(?: the)? identified safety issue"
    r"|(?:summary|description) of (?:the )?(?:issue|problem)|problem"
    r"|reason(?: for (?:the )?(?:recall|notification))?|background)\Z",
    re.IGNORECASE,
)

# --- audience --------------------------------------------------------------------------------------------------------

_ACTION_BY = re.compile(
    r"\A(?:action by|for action by|who should (?:act|take action)|target audience)\Z", re.IGNORECASE
)
_RECIPIENTS = re.compile(
    r"\A\W{0,3}(?:this (?:alert|message|notice) has been issued to|issued to|distribution(?: list)?|for action(?: by)?"
    r"|(?:to be )?actioned by|for onward (?:distribution|cascade)(?: to)?|sent to)\s{0,2}:\s{0,2}(?P<same>.{0,2000})\Z",
    re.IGNORECASE,
)
_OTHER_LABEL = re.compile(
    r"\A\W{0,3}(?:action category|title|broadcast(?: content)?|originator|from|issue date|versions?|date|subject"
    r"|deadline|action|reference|type|attachments?|dear|message|cas (?:alert|helpdesk))\b.{0,60}",
    re.IGNORECASE,
)
_GROUPS_APART = re.compile(r"\s{0,2}[;,•·]\s{0,2}")
_LONGEST_GROUP = 120
_MOST_GROUPS = 120

# --- supply ----------------------------------------------------------------------------------------------------------

_TIER = re.compile(
    r"\btier\s{0,2}[:\-–]?\s{0,2}(?P<tier>[1-4])\b(?!\s{0,2}(?:/|-|–|or|and|to)\s{0,2}[1-4])", re.IGNORECASE
)
_TIERS_JOINED = re.compile(r"\btiers?\s{0,2}[1-4]\s{0,2}(?:/|-|–|or|and|to)\s{0,2}(?:tier\s)?[1-4]\b", re.IGNORECASE)
_STARTS = re.compile(
    r"\b(?:start(?:s|ing|ed)?(?: date)?(?: on| from)?|valid from|in force from"
    r"|comes? into (?:force|effect)(?: on| from)?"
    r"|(?:takes? effect|in effect|effective)(?: on| from)?|effective date|active from|from)"
    r"\s{0,2}[:|]?\s{0,2}(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s)?(?:the\s)?\Z",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:end(?:s|ing)?(?: date)?(?: at (?:[0-2]?[0-9][:.][0-5][0-9]|midnight))?"
    r"|expir(?:y|es|ing)(?: date)?(?: on)?|valid (?:until|to)|until|in force (?:until|to)"
    r"|extended (?:to|until)|re-?supply(?: date)?|back in stock(?: on)?|ceases?(?: to be valid)?(?: on)?"
    r"|(?:anticipated|expected) (?:re-?supply|resolution)(?: date)?)\s{0,2}[:|]?\s{0,2}(?:is\s|on\s|by\s|from\s)?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s)?(?:the\s)?\Z",
    re.IGNORECASE,
)
_TO = re.compile(r"\s{0,2}(?:to|until|till|[-–])\s{0,2}(?:(?:and including)\s)?", re.IGNORECASE)
# "From" tells the start of a protocol or of a shortage, and of nothing else.
_VALID = re.compile(
    r"\b(?:valid|in force|active|protocol|SSP|runs?|period|out of stock|unavailable|not available"
    r"|(?:limited|no) (?:stock|supply)"
    r"|discontinued|shortages?|intermittent supply)\b",
    re.IGNORECASE,
)
_TO_BE_HAD = re.compile(
    r"\b(?:alternatives?|resum\w+|returns?|(?<!not )(?<!be )available|instead|order\w*)\b", re.IGNORECASE
)
_PUT_ASIDE = re.compile(
    r"\b(?:previous(?:ly)?|original(?:ly)?|supersed\w+|was|earlier|no longer|instead of)\b", re.IGNORECASE
)

# --- Drug Safety Update ----------------------------------------------------------------------------------------------

_CITATION = re.compile(
    r"(?:article citation\s{0,2}:\s{0,2})?(?:drug safety update|mhra safety update),?\s{1,3}"
    r"vol(?:ume|\.)?\s{0,2}(?P<volume>[0-9]{1,2}),?\s{0,2}issue\s{0,2}(?P<issue>[0-9]{1,2})\s{0,2}[:,;]?\s{0,2}(?P<month>[A-Z][a-z]{2,8}\s(?:19|20)[0-9]{2})?"
    r"\s{0,2}[:,;]?\s{0,2}(?P<page>[A-Za-z]{0,2}[0-9]{1,2})?(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_BOX = re.compile(r"<div[^>]{0,200}\bclass\s{0,2}=\s{0,2}[\"'][^\"'>]{0,100}call-to-action", re.IGNORECASE)
_FOR_LATER = re.compile(r"\A\W{0,3}for (?:updated|more recent|newer) (?:information|advice)\b", re.IGNORECASE)
_ADVICE = re.compile(
    r"\A(?:advice (?:for|to) health(?: |-)?care professionals?|key (?:messages?|advice)|summary)\b", re.IGNORECASE
)
_LONGEST_BOX = 2_000

# --- devices ---------------------------------------------------------------------------------------------------------

_DEVICES = re.compile(r"\A(?:affected )?devices?(?: details?| information)?\Z", re.IGNORECASE)
_MOST_DEVICES = 200
_CONTACTS = re.compile(r"\A(?:manufacturer(?:'s|s)? (?:contacts?|details?)|manufacturer)\Z", re.IGNORECASE)
_CONTACT = re.compile(r"@|\b(?:tel(?:ephone)?|phone|fax|e-?mail|attn|address|contact)\b|[0-9]{5}", re.IGNORECASE)
_ROMAN = re.compile(r"\b[Cc](?:lass|LASS)\s{1,2}I(?:I{0,2}|V)\b")


def problem(notice: Notice) -> Fact | None:
    """How the notice begins to tell what is wrong: the first such section; "Background" only where there is no other.
    """
    named = [s for s in notice.sections if s.lines and _PROBLEM.match(s.heading)]
    named.sort(key=lambda section: section.heading.lower().startswith("background"))
    for section in named:
        lines = prose_run(section.lines)
        if lines:
            words = beginning(lines)
            return Fact(" ".join(words.split("\n")), words, Where.TEXT)
    return None


def audience(notice: Notice) -> tuple[Fact, ...]:
    """Who is asked to act or was sent it: "Action by", and the list that a CAS message carries. Each group once."""
    groups: dict[str, Fact] = {}
    section = notice.section(_ACTION_BY)
    if section:
        for line in section.lines[:_MOST_GROUPS]:
            if not _deadline_like(line.text):
                groups.setdefault(line.text, Fact(line.text[:_LONGEST_GROUP], line.text[:_LONGEST_GROUP], Where.TEXT))
    for group in _recipients(notice):
        groups.setdefault(group, Fact(group, group, Where.TEXT))
    return tuple(list(groups.values())[:_MOST_GROUPS])


def _deadline_like(text: str) -> bool:
    return len(text) > _LONGEST_GROUP or next(moments(text), None) is not None


def _recipients(notice: Notice) -> Iterator[str]:
    lines = [line.text for line in notice.lines]
    for number, line in enumerate(lines[:2_000]):
        label = _RECIPIENTS.match(line[:LONGEST_LINE])
        if not label:
            continue
        groups = [group for group in _GROUPS_APART.split(label["same"].rstrip(" .")) if group]
        if not groups:
            groups = _listed(lines[number + 1 : number + 1 + _MOST_GROUPS])
        yield from (group for group in groups if 2 < len(group) <= _LONGEST_GROUP)
        return


def _listed(lines: Sequence[str]) -> list[str]:
    """The short lines below a label, up to the next label or the first line of prose."""
    groups: list[str] = []
    for line in lines:
        if len(line) > _LONGEST_GROUP or line.endswith((":", ".")) or _OTHER_LABEL.match(line):
            break
        groups.append(line.lstrip("•·-– "))
    return groups


def tier(notice: Notice, kind: str) -> tuple[Fact | None, str]:
    """The tier of a supply notification, and a sentence where the notice names several."""
    if kind != Family.SUPPLY:
        return None, ""
    named: dict[str, Fact] = {}
    several = False
    for text, where in notice.places():
        several = several or bool(_TIERS_JOINED.search(text))
        for match in _TIER.finditer(text):
            if not _PUT_ASIDE.search(text[: match.start()]):
                named.setdefault(match["tier"], Fact(match["tier"], match.group(), where))
        if named:
            break
    if len(named) == 1 and not several:
        return next(iter(named.values())), ""
    return None, "The notice names more than one tier: look at the source." if named or several else ""


def holds(notice: Notice, kind: str) -> tuple[Fact | None, Fact | None]:
    """From when to when a protocol or a shortage holds, each with its words. Only whole dates beside a label."""
    if kind not in (Family.SUPPLY, Family.PROTOCOL):
        return None, None
    starts: Fact | None = None
    ends: Fact | None = None
    lines = [(line.text[:LONGEST_LINE], Where.TEXT) for line in notice.lines]
    for text, where in [(notice.title[:LONGEST_TITLE], Where.TITLE), *lines]:
        for sentence in sentences(text):
            first, last = _span(sentence, where)
            starts = starts or first
            if last and (ends is None or last.words.lower().startswith("extended")):
                ends = last
    return starts, ends


def _span(sentence: str, where: Where) -> tuple[Fact | None, Fact | None]:
    starts: Fact | None = None
    ends: Fact | None = None
    before: Moment | None = None
    for moment in moments(sentence):
        lead = sentence[before.end if before else 0 : moment.start]
        first, last = _STARTS.search(lead), _ENDS.search(lead)
        joined = before is not None and _TO.fullmatch(lead) is not None and _VALID.search(sentence[: before.start])
        offset = before.end if before else 0
        aside = _PUT_ASIDE.search(lead)
        if aside:
            before = moment
            continue
        if last or joined:
            begin = offset + (last.start() if last else 0)
            extended = last is not None and last.group().lower().startswith("extended")
            ends = _dated(sentence, begin, moment, where) if extended or ends is None else ends
        elif first and (not first.group().lower().startswith("from") or _is_its_start(lead, sentence[: moment.start])):
            starts = starts or _dated(sentence, offset + first.start(), moment, where)
        before = moment
    return starts, ends


def _is_its_start(lead: str, before: str) -> bool:
    """Whether a bare "from" tells when it begins: not when something else is to be had from then on."""
    return bool(_VALID.search(before)) and not _TO_BE_HAD.search(lead)


def _dated(sentence: str, begin: int, moment: Moment, where: Where) -> Fact:
    return Fact(moment.day.isoformat(), sentence[begin : moment.end].strip(), where)


def citation(notice: Notice, kind: str) -> Fact | None:
    """Volume, issue, month and page of a Drug Safety Update article, from its last lines."""
    if kind != Family.DRUG_SAFETY_UPDATE:
        return None
    for line in reversed(notice.lines[-40:]):
        found = _CITATION.search(line.text[:LONGEST_LINE])
        if found:
            month = f", {found['month']}" if found["month"] else ""
            page = f": {found['page']}" if found["page"] else ""
            value = f"volume {int(found['volume'])}, issue {int(found['issue'])}{month}{page}"
            return Fact(value, found.group().strip(), Where.TEXT)
    return None


def call_to_action(notice: Notice, kind: str) -> Fact | None:
    """The advice at the head of a Drug Safety Update article: its box, else its advice to professionals.

    The box is what stands above the first heading; a line that only points to newer advice is not it.
    """
    if kind != Family.DRUG_SAFETY_UPDATE:
        return None
    above: list[str] = []
    for line in notice.lines[:60]:
        aside = line.in_table or bool(_FOR_LATER.match(line.text)) or line.text == notice.title
        if line.heading or (aside and above):
            break
        if not aside:
            above.append(line.text)
    boxed = bool(_BOX.search(notice.item.html[:5_000]))
    section = notice.section(_ADVICE)
    if section and not boxed:
        above = prose_run(section.lines)
    if not above or (not boxed and section is None and len(above) < 2):
        return None
    words = _within(above)
    return Fact(" ".join(words.split("\n")), words, Where.TEXT)


def _within(lines: Sequence[str]) -> str:
    """As many whole lines as fit."""
    words = lines[0][:_LONGEST_BOX]
    for line in lines[1:]:
        if len(words) + len(line) > _LONGEST_BOX:
            break
        words = f"{words}\n{line}"
    return words


def device_maker(notice: Notice, kind: str) -> Fact | None:
    """The manufacturer of an old device alert: the first line under "Manufacturer contacts"."""
    section = notice.section(_CONTACTS) if kind in (Family.DEVICE_ALERT, Family.DEVICE_INFORMATION) else None
    if section is None:
        return None
    line = section.lines[0].text
    is_name = len(line) <= 80 and not _CONTACT.search(line) and not line.endswith((":", "."))
    return Fact(line, line, Where.TEXT) if is_name else None


def foreign_class(notice: Notice, alert_class: Fact | None) -> str:
    """A sentence where a class stands in Roman numerals, which the MHRA does not use; it is then not read."""
    if alert_class is not None:
        return ""
    for text, _where in notice.places():
        found = _ROMAN.search(text)
        if found:
            return f"“{found.group()}” is not how the MHRA writes a class: look at the source."
    return ""


def devices(notice: Notice, kind: str) -> tuple[Fact, ...]:
    """The lines and table rows under "Device details", without the row of column names."""
    section = notice.section(_DEVICES) if kind in (Family.DEVICE_ALERT, Family.DEVICE_INFORMATION) else None
    if section is None:
        return ()
    headers = {table.rows[0].words for table in notice.document.tables if len(table.rows) > 1}
    lines = [line for line in section.lines if not (line.in_table and line.text in headers)]
    return tuple(Fact(line.text[:400], line.text[:400], Where.TEXT) for line in lines[:_MOST_DEVICES])
