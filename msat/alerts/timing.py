"""When a notice was issued and what time limits it states, each with its words. Nothing is worked out from a class."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from msat.alerts.dates import Moment, moments
from msat.alerts.model import Deadline, Fact, Where
from msat.alerts.notice import LONGEST_LINE, Notice

_ISSUED = re.compile(
    r"\b(?:originally\s)?(?:date\s(?:of\s)?)?issued?(?:\sdate)?(?:\s(?:on|at))?\s{0,2}[:|]?\s{0,2}\Z", re.IGNORECASE
)
_DATE_LINE = re.compile(
    r"(?:(?:date|day)(?: of (?:the )?(?:letter|report|notice|message|publication))?\s?:"
    r"|(?:(?:date |first )?(?:issued|published)|date of issue|issue date)(?: on)?\s?:?)"
    r"\s{0,3}(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s)?",
    re.IGNORECASE,
)
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "ten": 10, "fourteen": 14}
_WITHIN = re.compile(
    r"\b(?:(?:take |immediate )?actions?(?:\s(?:required|to be taken"
    r"|to be completed|needed))?|respond|complete)\s{0,2}[:\-–]?\s{0,2}(?:is\s)?"
    r"within\s{1,3}(?P<count>[0-9]{1,3}|"
    + "|".join(_COUNTS)
    + r")\s?-?(?P<working>\s?(?:working|business)\s)?\s{0,2}(?P<unit>hours?|hrs?|days?|weeks?)\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:action\s{1,2}(?:now|immediately|required immediately)|immediate action(?: required)?)\b"
    r"(?:\s{0,2}[,\-–(:]{0,2}\s{0,2}(?:including\s)?out[\s-]of[\s-]hours\)?)?",
    re.IGNORECASE,
)
_UNDERWAY = re.compile(
    r"\bactions?\s(?:to be\s|should be\s|must be\s)?(?:under\s?way|begun|started|initiated)\b|\bunder\s?way\sby\b",
    re.IGNORECASE,
)
_COMPLETE = re.compile(
    r"\bactions?\s(?:(?:to|should|must)\sbe\s|are\sto\sbe\s)?(?:fully\s)?(?:complete|completed|finished)\b"
    r"|\b(?:to be\s|must be\s|be\s)?completed?\s(?:by|no later than"
    r"|before)\b|(?<!underway\s)(?<!under\sway\s)\bdeadline(?:\sfor\scompletion)?\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"[\s|:,(\-–]*(?:deadlines?|dates?|actions?)?[\s|:,(\-–]*(?:(?:is"
    r"|are|was)\s)?(?:as soon as possible,?\s(?:and|but)\s(?:in any case\s)?)?(?:(?:by\s)?not? later than"
    r"|by (?:the )?end of(?: day)?|end of day|at the latest by|on or before|by|on|before)?[\s:|]{0,3}"
    r"(?:(?:(?P<hour>[0-2]?[0-9])(?:(?:[:.]?(?P<minute>[0-5][0-9]))(?:\s?(?:hours|hrs))?|\s?(?P<half>[ap])\.?m\.?)"
    r"|(?:12\s)?(?P<noon>noon|midday)|midnight|close of (?:business|play)|co[bp])\s(?:on\s)?)?"
    r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s)?(?:the\s)?\[?",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
# A limit with a month and perhaps a day, which is no whole date: asked for only where no deadline was read.
_UNDATED = re.compile(
    r"\bactions?\s(?:(?:to|should|must)\sbe\s)?(?:complet\w+|finished|under\s?way|started)\s"
    r"(?:by|before|no later than)\s(?:the\s)?(?:end\sof\s)?(?:[0-9]{1,2}(?:st|nd|rd|th)?\s)?"
    + _MONTH
    + r"\b(?:\s[0-9]{4})?",
    re.IGNORECASE,
)
_SAID_EXTENDED = re.compile(r"\b(?:extended|brought forward|moved)\b", re.IGNORECASE)
_EXTENDED = re.compile(r"\b(?:extended|brought forward|moved)\s.{0,80}?\b(?:to|until)\s{1,2}", re.IGNORECASE)
_OF_ANOTHER = re.compile(
    r"\b(?:supersed\w+|previous(?:ly)?|originally|original|earlier alert|no longer)\b", re.IGNORECASE
)
_NOT_ITS_OWN = re.compile(r"\b(?:supersed\w+|replac\w+|updates?\s(?:to|of)|following|further to)\b", re.IGNORECASE)
_EXTENDED_FROM = re.compile(
    r"\b(?:extended|brought forward|moved)\s(?:[^.;]{0,60}?\s)?from\s(?:the\s)?\Z", re.IGNORECASE
)
_ON_TO = re.compile(r",?\s(?:to|until)\s(?:the\s)?", re.IGNORECASE)
_MOST = 12


def issued(notice: Notice, is_list: bool = False) -> tuple[Fact | None, str]:
    """The issue date, and a remark where the text and the publisher's own data disagree.

    The publisher's date goes first; the text adds the time of day, or stands in where there is no such date. A list
    (`is_list`) tells when each of its items was issued: that is not its own date.
    """
    printed = (None if is_list else _printed(notice)) or _beside_label(notice)
    day = notice.item.issued
    if day is None:
        return (Fact(printed[0].value(), printed[1], Where.TEXT) if printed else None), ""
    if printed and printed[0].day == day and printed[0].at:
        return Fact(printed[0].value(), printed[1], Where.TEXT), ""
    remark = ""
    if printed and abs(printed[0].day - day) > timedelta(days=1):
        remark = f"The text says “{printed[1]}”, but the publisher dates the notice {day.isoformat()}."
    return Fact(day.isoformat(), day.isoformat(), Where.PUBLISHER), remark


def _printed(notice: Notice) -> tuple[Moment, str] | None:
    """The date beside "issued" in the lines that head the notice, with the words."""
    for line in notice.header:
        for moment in moments(line[:LONGEST_LINE]):
            before = _ISSUED.search(line[: moment.start])
            if before and not _NOT_ITS_OWN.search(line[: before.start()]):
                return moment, line[before.start() : moment.end].strip()
    lines = [line.text for line in notice.lines]
    for above, below in pairwise(lines):
        if _ISSUED.fullmatch(above):
            dated = [moment for moment in moments(below[:LONGEST_LINE]) if moment.start < 4]
            return (dated[0], below[dated[0].start : dated[0].end]) if dated else None
    return None


def _beside_label(notice: Notice) -> tuple[Moment, str] | None:
    """The date of a line that holds nothing else: "Date: 3 March 2026", "Published 20 June 2024"."""
    for line in notice.header:
        label = _DATE_LINE.match(line)
        for moment in moments(line[:LONGEST_LINE]) if label else ():
            if label and label.end() == moment.start and not line[moment.end :].strip(" ."):
                return moment, line[: moment.end].strip()
    return None


def deadlines(notice: Notice) -> tuple[tuple[Deadline, ...], tuple[str, ...]]:
    """Every time limit the notice states, and a sentence for each that could not be turned into a time."""
    found: list[Deadline] = []
    unread: list[str] = []
    for text, where in notice.places():
        for deadline in _spans(text, where, unread):
            _add(found, deadline)
    for line in notice.lines:
        for deadline in _dated(line.text[:LONGEST_LINE]):
            _add(found, deadline)
    if not any(deadline.at for deadline in found):
        undated = (match for line in notice.lines if (match := _UNDATED.search(line.text)))
        unread.extend(f"The time limit “{match.group()}” could not be read as a date." for match in undated)
    return tuple(_put_back(found)[:_MOST]), tuple(unread[:_MOST])


def _add(found: list[Deadline], deadline: Deadline) -> None:
    if not any(_span_of(known) == _span_of(deadline) for known in found):
        found.append(deadline)


def _span_of(deadline: Deadline) -> tuple[str, datetime | None, int | None, int | None]:
    return deadline.kind, deadline.at, deadline.hours, deadline.working_days


def _spans(text: str, where: Where, unread: list[str]) -> list[Deadline]:
    """ "Action within 48 hours", "within 5 working days" and "Action now" in the title and the action line."""
    made = [Deadline("immediate", match.group().strip(" :,-–("), where) for match in _NOW.finditer(text)]
    for match in _WITHIN.finditer(text):
        count = _COUNTS.get(match["count"].lower()) or int(match["count"] or 0)
        unit = match["unit"].lower()
        if match["working"] and not unit.startswith("d"):
            unread.append(f"The time limit “{match.group()}” counts working time: work out the date by hand.")
        elif match["working"]:
            made.append(Deadline("within", match.group(), where, working_days=count))
        else:
            hours = count * (1 if unit.startswith("h") else 24 if unit.startswith("d") else 168)
            made.append(Deadline("within", match.group(), where, hours=hours))
    return made


def _dated(line: str) -> list[Deadline]:
    """Deadlines with a date in one line: each date belongs to the words of a deadline directly before it."""
    if _OF_ANOTHER.search(line) and not _EXTENDED.search(line):
        return []
    extended = _extended(line)
    if extended:
        return extended
    made = []
    after = 0
    for moment in moments(line):
        kind_and_start = _named(line, after, moment.start)
        after = moment.end
        if kind_and_start:
            kind, start, hour = kind_and_start
            moment = moment if moment.at else replace(moment, at=hour)
            made.append(Deadline(kind, line[start : moment.end], Where.TEXT, at=moment.utc()))
    return made


def _extended(line: str) -> list[Deadline]:
    """ "The deadline for completion has been extended from 12 May to 19 May 2023": the new date, the old beside it."""
    if not _SAID_EXTENDED.search(line):
        return []
    for old, new in pairwise(moments(line)):
        if not (_EXTENDED_FROM.search(line[: old.start]) and _ON_TO.fullmatch(line[old.end : new.start])):
            continue
        named = _kinds(line, 0, old.start)
        if named:
            begin, _end, kind = max(named)
            put_back = old.utc() if old.utc() < new.utc() else None  # brought forward: the earlier one holds
            return [Deadline(kind, line[begin : new.end], Where.TEXT, at=new.utc(), extended_from=put_back)]
    return []


def _put_back(found: list[Deadline]) -> list[Deadline]:
    """Where the notice says that a deadline was extended, the old one of that kind no longer stands by itself."""
    kept = list(found)
    for later in [deadline for deadline in found if deadline.at and _SAID_EXTENDED.search(deadline.words)]:
        old = [d for d in kept if d is not later and d.kind == later.kind and d.at and later.at and d.at < later.at]
        if old:
            earliest = min(deadline.at for deadline in old if deadline.at)
            kept = [d for d in kept if d not in old]
            kept[kept.index(later)] = replace(later, extended_from=later.extended_from or earliest)
    return kept


def _kinds(line: str, start: int, stop: int) -> list[tuple[int, int, str]]:
    """The words between two places that announce a deadline: where they begin and end, and which kind."""
    return [
        (match.start(), match.end(), kind)
        for kind, pattern in (("underway", _UNDERWAY), ("complete", _COMPLETE))
        for match in pattern.finditer(line, start, stop)
    ]


def _named(line: str, start: int, stop: int) -> tuple[str, int, time | None] | None:
    """Which kind of deadline the words between two dates announce, where they begin, and the hour before the date."""
    named = _kinds(line, start, stop)
    if not named:
        return None
    extended = next(_EXTENDED.finditer(line, 0, stop), None)
    begin, end, kind = max(named)
    if extended and extended.end() == stop:
        return kind, begin, None
    gap = _LEADING.match(line, end, stop)
    return (kind, begin, _hour(gap)) if gap and gap.end() == stop else None


def _hour(gap: re.Match[str]) -> time | None:
    """The time of day that stands before a date ("5pm on 12 May 2023")."""
    if gap["noon"]:
        return time(12)
    if not gap["hour"]:
        return None
    hour = int(gap["hour"])
    if gap["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if gap["half"].lower() == "p" else 0)
    return time(hour, int(gap["minute"] or 0)) if hour < 24 else None
