"""What a decision was decided with, as canonical bytes and back: rules, exceptions, actions, site. Pure.

Local rules are in it as they were laid over the shipped ones, and the nation's bank holidays as they were known then,
so that a later calendar comes to the same decision.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from msat import canonical
from msat.actions.catalogue import Catalogue
from msat.alerts.model import Alert
from msat.errors import RecordProblem
from msat.triage.rules import RuleBase
from msat.working_days import Site, bank_holidays

FORMAT = "msat-rules-v1"
NOTICE_FORMAT = "msat-decided-notice-v1"
LARGEST = 16_000_000
# Every day that a notice of today or of the archives can be due on; beyond them the calendar of the program holds.
_FIRST_YEAR, _LAST_YEAR = 2000, 2045
_NEXT = "Run the check of the record, and restore the file from a backup if it says that it is damaged."


@dataclass(frozen=True, slots=True)
class StoredBase:
    """What was in force for a decision, and the version of MSAT that decided."""

    rules: RuleBase
    actions: Catalogue
    site: Site
    program: str


class _Same:
    """A base, the same as another where its rules and actions are the very same objects: nothing changes those."""

    def __init__(self, base: StoredBase) -> None:
        self.base = base

    def __hash__(self) -> int:
        return hash((id(self.base.rules), id(self.base.actions), self.base.program))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Same):
            return NotImplemented
        one, two = self.base, other.base
        is_same = one.rules is two.rules and one.actions is two.actions
        return is_same and one.site == two.site and one.program == two.program


def encode(base: StoredBase) -> bytes:
    """The document of a base: canonical JSON (RFC 8785). The same base gives the same bytes."""
    return _encoded(_Same(base))


@lru_cache(maxsize=4)
def _encoded(same: _Same) -> bytes:
    """Remembered: every decision names what was in force, and that seldom changes."""
    base, site = same.base, same.base.site
    days = site.fixed if site.fixed_years else tuple(bank_holidays(site.nation, _FIRST_YEAR, _LAST_YEAR).items())
    document = {
        "format": FORMAT,
        "program": base.program,
        "rules": msgspec.to_builtins(base.rules),
        "actions": msgspec.to_builtins(base.actions),
        "site": {
            "nation": site.nation,
            "week": site.week,
            "holidays": _days(site.holidays),
            "shut": _days(site.shut),
            "opened": _days(site.opened),
            "fixed": _days(days),
            "fixed_years": list(site.fixed_years or (_FIRST_YEAR, _LAST_YEAR)),
        },
    }
    return canonical.dumps(document)


@lru_cache(maxsize=4)
def decode(data: bytes) -> StoredBase:
    """The base that `encode` wrote. Raises RecordProblem on anything else, or when this version cannot read it.

    Remembered: every alert that is opened asks for it, and few differ.
    """
    document = _document(data, FORMAT)
    try:
        site = {name: document["site"][name] for name in ("nation", "week")}
        lists: dict[str, Any] = {
            name: msgspec.convert(document["site"][name], tuple[tuple[date, str], ...])
            for name in ("holidays", "shut", "opened", "fixed")
        }
        years = msgspec.convert(document["site"]["fixed_years"], tuple[int, int])
        return StoredBase(
            msgspec.convert(document["rules"], RuleBase),
            msgspec.convert(document["actions"], Catalogue),
            Site(**site, **lists, fixed_years=years),
            str(document["program"]),
        )
    except (ValueError, KeyError, TypeError, msgspec.ValidationError) as problem:
        raise RecordProblem(
            f"Stored rules could not be read by this version of MSAT ({problem}).",
            "Read them with the version that wrote them; what was decided stands in the record.",
        ) from problem


def encode_notice(alert: Alert) -> bytes:
    """A notice as it was decided on, where that is not the stored version alone: two pages of one alert together."""
    return canonical.dumps({"format": NOTICE_FORMAT, "alert": _fit(msgspec.to_builtins(alert))})


def decode_notice(data: bytes) -> Alert:
    """The notice that `encode_notice` wrote. Raises RecordProblem on anything else."""
    document = _document(data, NOTICE_FORMAT)
    try:
        return msgspec.convert(document["alert"], Alert)
    except (KeyError, msgspec.ValidationError) as problem:
        raise RecordProblem(f"A stored notice could not be read ({problem}).", _NEXT) from problem


def _document(data: bytes, format_: str) -> dict[str, Any]:
    try:
        if len(data) > LARGEST:
            raise ValueError("longer than any such document")
        document = json.loads(data.decode("utf-8"))
        if not isinstance(document, dict) or document.get("format") != format_:
            raise ValueError("another format")
        if canonical.dumps(document) != data:
            raise ValueError("not canonical")
    except (ValueError, RecursionError) as problem:
        raise RecordProblem(f"A stored file could not be read as {format_} ({problem}).", _NEXT) from problem
    return document


def _days(days: tuple[tuple[date, str], ...]) -> list[list[str]]:
    return [[day.isoformat(), name] for day, name in sorted(days)]


def _fit(value: Any) -> Any:
    """Plain values that canonical JSON can hold: half surrogates, which no text has, become U+FFFD."""
    if isinstance(value, dict):
        return {key: _fit(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_fit(inner) for inner in value]
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value
