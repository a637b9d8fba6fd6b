"""The missed-alert detector: numbers of a series that nothing here explains, and what roundups name that is not here.

Pure. The rule, so that no gap is a false one:

1. Known is every number that an alert here goes by, and every number that a roundup tells of. What another notice only
   mentions counts when it falls between known numbers, and never widens them.
2. In a year of a series a number between its smallest and its largest known one is a gap when no alert here has it.
   So nothing is claimed after the newest number or before the first number ever known.
3. Numbers begin at 1 each year. The numbers below a year's smallest known one are gaps only where the series was
   followed up to the turn of the year: the two largest known numbers of the year before stand side by side.
4. A number that a roundup tells of, and that no alert here has, is asked for in any case.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from msat.alerts import reference
from msat.alerts.model import Alert, Family, Where
from msat.alerts.reference import Reference
from msat.clock import say_date
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.values import data_of, deed_of, flag, part, text, whole
from msat.projections.work_state import Deed
from msat.record.entries import Entry, Json

SERIES = ("EL", "NatPSA", "DSI", "CLMR")
"""The series in which every number is used, so that a missing one means something."""

EXPLAINED = "gap.explained"

REASONS = {
    "not-issued": "The number was not issued",
    "not-for-us": "Not for this kind of organisation",
    "received-elsewhere": "Received another way and dealt with",
    "before-our-time": "From before this organisation followed the series",
    "other": "Other, see the note",
}
"""Why a number may be missing, with the words shown."""

_ACROSS_ISSUERS = (
    "National Patient Safety Alerts are numbered across all issuers, and those of DHSC and NHS England do not come "
    "through GOV.UK: look for it on the Central Alerting System."
)


_YEAR = re.compile(r"\b20[0-9]{2}\b")


class How(StrEnum):
    """How an alert here speaks of a number."""

    OWN = "own"
    """It goes by it."""
    ITEM = "item"
    """It is a roundup and tells of it."""
    NAMED = "named"
    """It mentions it."""


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One number that one alert here goes by or names."""

    series: str
    year: int
    number: int
    how: How
    key: AlertKey
    title: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a number is missing, said by a person. One that was corrected stays, struck."""

    series: str
    year: int
    number: int
    reason: str
    note: str
    deed: Deed
    struck: str = ""

    @property
    def words(self) -> str:
        """The reason in words, with the note."""
        said = REASONS.get(self.reason, self.reason)
        return f"{said}: {self.note}" if self.note else said


@dataclass(frozen=True, slots=True)
class Gap:
    """One number that should be here and is not. `named_by`: the alerts here that name it."""

    series: str
    year: int
    number: int
    reference: str
    words: str
    named_by: tuple[AlertKey, ...] = ()
    is_roundup_item: bool = False
    explanation: Explanation | None = None


def mentions(state: AlertState, notices: Iterable[Alert]) -> tuple[Mention, ...]:
    """Every number of the numbered series that an alert goes by or names, the closest way of each."""
    found: dict[tuple[str, int, int], How] = {}

    def take(how: How, references: Iterable[Reference]) -> None:
        for one in references:
            if one.series in SERIES and one.year is not None and one.number:
                found.setdefault((one.series, one.year, one.number), how)

    take(How.OWN, reference.find(f"{state.reference or ''} ; {state.key}"))
    for notice in notices:
        titled = (fact.value for fact in notice.other_references if fact.where is Where.TITLE)
        take(How.OWN, reference.find(" ; ".join((notice.key, *titled))))
        found_here = reference.find(f"{notice.description}\n{notice.text}")
        if notice.family.value == Family.ROUNDUP:
            take(How.ITEM, (one for one in found_here if _is_recent(one, notice)))
        take(How.NAMED, found_here)
    return tuple(sorted(Mention(*which, how, state.key, state.title) for which, how in found.items()))


def _is_recent(one: Reference, roundup: Alert) -> bool:
    """Whether a roundup tells of this number as news: of the year it is of, or of the one before early in a year."""
    years = {int(year) for year in _YEAR.findall(roundup.title)}
    if roundup.issued is not None:
        year, month = int(roundup.issued.value[:4]), roundup.issued.value[5:7]
        years |= {year, year - 1} if month in ("01", "02") else {year}
    return not years or one.year in years


def explain(before: tuple[Explanation, ...], entry: Entry) -> tuple[Explanation, ...]:
    """The explanations after `entry`: given, corrected, or struck out as entered in error."""
    data = data_of(entry)
    if entry.type == EXPLAINED:
        made = _explanation(data, deed_of(entry))
        return (*before, made) if made else before
    target = text(data, "entry") if entry.type == "entry.corrected" else ""
    old = next((one for one in before if target and one.deed.entry == target and not one.struck), None)
    if old is None:
        return before
    by, corrected = deed_of(entry), part(data, "data")
    struck = f"corrected by {by.by} on {say_date(by.recorded)}: {text(data, 'reason')}"
    kept = tuple(replace(one, struck=struck) if one is old else one for one in before)
    deed = replace(by, by=old.deed.by, role=old.deed.role, corrected=struck)
    made = None if flag(corrected, "entered_in_error") else _explanation(corrected, deed)
    return (*kept, made) if made else kept


def _explanation(data: Json, deed: Deed) -> Explanation | None:
    year, number = whole(data, "year"), whole(data, "number")
    if year is None or number is None:
        return None
    return Explanation(text(data, "series"), year, number, text(data, "reason"), text(data, "note"), deed)


def gaps(known: Iterable[Mention], explanations: Sequence[Explanation] = ()) -> list[Gap]:
    """Every gap, the newest first; those explained carry their explanation."""
    standing = {(one.series, one.year, one.number): one for one in explanations if not one.struck}
    by_series: dict[str, dict[int, dict[int, list[Mention]]]] = defaultdict(lambda: defaultdict(dict))
    for mention in known:
        by_series[mention.series][mention.year].setdefault(mention.number, []).append(mention)
    found = [gap for series in SERIES if series in by_series for gap in _of_series(series, by_series[series])]
    found = [replace(gap, explanation=standing.get((gap.series, gap.year, gap.number))) for gap in found]
    return sorted(found, key=lambda gap: (-gap.year, SERIES.index(gap.series), -gap.number))


def unexplained(found: Iterable[Gap]) -> list[Gap]:
    """Those that nobody has explained: K10 counts them."""
    return [gap for gap in found if gap.explanation is None]


_Year = dict[int, list[Mention]]


def _of_series(series: str, years: dict[int, _Year]) -> Iterator[Gap]:
    sure = {year: sorted(number for number in numbers if _is_sure(numbers[number])) for year, numbers in years.items()}
    for year, known in sure.items():
        if not known:
            continue
        first = 1 if _was_followed(sure.get(year - 1, [])) else known[0]
        for number in range(first, known[-1] + 1):
            said = years[year].get(number, [])
            if not any(one.how is How.OWN for one in said):
                yield _gap(series, year, number, said, known)


def _is_sure(said: list[Mention]) -> bool:
    return any(one.how is not How.NAMED for one in said)


def _was_followed(known: list[int]) -> bool:
    """Whether the series was followed to the end of that year."""
    return len(known) > 1 and known[-1] - known[-2] == 1


def _gap(series: str, year: int, number: int, said: list[Mention], known: list[int]) -> Gap:
    name = written(series, year, number)
    roundup = next((one for one in said if one.how is How.ITEM), None)
    if roundup:
        words = f"“{roundup.title}” tells of {name}, which is not here."
    elif said:
        words = f"“{said[0].title}” names {name}, which is not here."
    else:
        words = f"{name} is not here. {_neighbours(series, year, number, known)}"
    words = f"{words} {_ACROSS_ISSUERS}" if series == "NatPSA" else words
    named_by = tuple(one.key for one in said)
    return Gap(series, year, number, name, words, named_by, roundup is not None)


def _neighbours(series: str, year: int, number: int, known: list[int]) -> str:
    after = next(one for one in known if one > number)
    before = [one for one in known if one < number]
    if not before:
        return f"Numbers begin at 1 each year, and {written(series, year, after)} is known."
    return f"{written(series, year, before[-1])} and {written(series, year, after)} are known."


def written(series: str, year: int, number: int) -> str:
    """The reference as people write it; a NatPSA without its issuer, who is not known."""
    if series in ("EL", "CLMR"):
        return f"{series}({year % 100:02d})A/{number:02d}"
    return f"{series}/{year}/{number:03d}"
