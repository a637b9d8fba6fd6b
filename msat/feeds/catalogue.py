"""The sources MSAT reads: the shipped ones, overlaid by the organisation's own file. Opens nothing.

An entry of the own file whose id is shipped may set `address` and `enabled` and nothing else, so that the shipped facts
about a source stay true; any other id is a source of the organisation's own.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from msat.errors import Refused
from msat.feeds.addresses import check_address, check_page_address
from msat.feeds.own_sources import set_address, set_enabled
from msat.ids import SourceId

_AnyStruct = TypeVar("_AnyStruct", bound=msgspec.Struct)

SHIPPED = "alerts/sources.toml"
OWN = "the profile's sources.toml"

__all__ = [
    "Finder",
    "Kind",
    "Source",
    "check_address",
    "check_source_address",
    "find_source",
    "load_sources",
    "set_address",
    "set_enabled",
]


class Kind(StrEnum):
    """How a source is read."""

    GOVUK = "govuk"
    """GOV.UK: Atom feed, search API and content API under one site address."""
    FEED = "feed"
    """One address that answers with RSS, RDF, Atom or JSON Feed."""
    OPENFDA = "openfda"
    """The enforcement reports of openFDA: one address that answers a query in JSON."""


class Finder(StrEnum):
    """Which of the lists of GOV.UK a govuk source reads."""

    ALERTS = "drug-device-alerts"
    DRUG_SAFETY_UPDATE = "drug-safety-update"


@dataclass(frozen=True, slots=True)
class Source:
    """One place notices come from.

    For a govuk source `address` is the site's base, without a closing slash; for the others it is the feed itself.
    """

    id: SourceId
    name: str
    publisher: str
    carries: str
    kind: Kind
    address: str
    every_minutes: int
    expected_silence_hours: int
    """How long it may have nothing new before that is worth a look."""
    licence: str
    nation: str
    red_capable: bool
    """Whether it can carry a Red: 24 hours without reaching it puts a banner above the worklist."""
    verified: bool
    """Whether a real document of it was parsed."""
    enabled: bool
    finder: Finder = Finder.ALERTS
    """For a govuk source: which of the site's lists."""

    @property
    def page(self) -> str:
        """Where a person reads what it carries: the list on GOV.UK, else the publisher's site; empty for a programming
        interface, whose address shows nothing."""
        if self.kind is Kind.GOVUK:
            return f"{self.address}/{self.finder}"
        site = urlsplit(self.address)
        return f"https://{site.netloc}/" if self.kind is Kind.FEED and site.scheme == "https" else ""


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    """A source as written in TOML."""

    id: str
    name: str
    kind: Kind
    address: str
    publisher: str = ""
    carries: str = ""
    every_minutes: int = 60
    expected_silence_hours: int = 336
    licence: str = ""
    nation: str = "uk"
    red_capable: bool = False
    verified: bool = False
    enabled: bool = True
    finder: Finder = Finder.ALERTS


class _Overlay(msgspec.Struct, forbid_unknown_fields=True):
    """What an organisation may change about a shipped source."""

    id: str
    address: str | None = None
    enabled: bool | None = None


def load_sources(
    shipped: str, own: str | None = None, *, shipped_name: str = SHIPPED, own_name: str = OWN
) -> tuple[Source, ...]:
    """The sources in force, shipped ones first. Raises Refused naming file, source and field of the first mistake.

    `shipped_name` and `own_name` are what people call the two files.
    """
    sources = {source.id: source for source in (_source(row, shipped_name) for row in _rows(shipped, shipped_name))}
    for row in _rows(own or "", own_name):
        known = sources.get(SourceId(row["id"]))
        sources[SourceId(row["id"])] = _source(row, own_name) if known is None else _overlaid(known, row, own_name)
    return tuple(sources.values())


def find_source(sources: Sequence[Source], source_id: str) -> Source:
    """The source with this id. Raises Refused, naming the nearest."""
    for source in sources:
        if source.id == source_id:
            return source
    ids = [str(source.id) for source in sources]
    near = difflib.get_close_matches(source_id, ids, 1)
    hint = f"Did you mean “{near[0]}”?" if near else f"The sources are: {', '.join(ids)}."
    raise Refused(f"There is no source “{source_id}”.", hint)


def _rows(text: str, file: str) -> list[dict[str, Any]]:
    """The tables of `[[source]]`, each with an id of its own."""
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Refused(f"{_start(file)} is not written as TOML: {fault}.", "Correct the file.") from None
    rows = parsed.pop("source", [])
    if parsed:
        raise Refused(f"{_start(file)} holds “{next(iter(parsed))}”, which is not known.", "Use [[source]] only.")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused(f"In {file}, “source” is not a list of tables.", "Begin each source with [[source]].")
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        found = row.get("id")
        if not isinstance(found, str) or not is_source_id(found):
            raise Refused(
                f"In {file}, source {number} has no usable id.", "Give it one of small letters, digits and hyphens."
            )
        if found in seen:
            raise Refused(f"In {file}, the source “{found}” stands twice.", "Remove one of them.")
        seen.add(found)
    return rows


def is_source_id(text: str) -> bool:
    """Small letters, digits and hyphens, beginning with a letter, at most 60."""
    plain = text.isascii() and text.replace("-", "").isalnum() and text == text.lower()
    return plain and text[:1].isalpha() and len(text) <= 60


def _source(row: dict[str, Any], file: str) -> Source:
    found = _converted(row, _Row, file)
    _check_numbers(found, file)
    address = _checked_address(found.kind, found.address, found.id, file)
    fields = {name: getattr(found, name) for name in _Row.__struct_fields__}
    return Source(**(fields | {"id": SourceId(found.id), "address": address}))


def _overlaid(source: Source, row: dict[str, Any], file: str) -> Source:
    found = _converted(row, _Overlay, file)
    address = source.address if found.address is None else _checked_address(source.kind, found.address, found.id, file)
    enabled = source.enabled if found.enabled is None else found.enabled
    return replace(source, address=address, enabled=enabled, verified=source.verified and address == source.address)


def _converted(row: dict[str, Any], kind: type[_AnyStruct], file: str) -> _AnyStruct:
    try:
        return msgspec.convert(row, kind)
    except msgspec.ValidationError as fault:
        raise Refused(f"In {file}, source “{row['id']}”: {fault}.", "Correct the file.") from None


def _check_numbers(row: _Row, file: str) -> None:
    for name in ("every_minutes", "expected_silence_hours"):
        if not 1 <= getattr(row, name) <= 100_000:
            raise Refused(f"In {file}, source “{row.id}”: {name} is not between 1 and 100,000.", "Correct the file.")
    if not row.name.strip():
        raise Refused(f"In {file}, source “{row.id}”: the name is empty.", "Correct the file.")


def check_source_address(kind: Kind, address: str) -> str:
    """The address as it is kept: a site for a govuk source, one page for the others. Raises Refused."""
    return check_address(address) if kind is Kind.GOVUK else check_page_address(address)


def _checked_address(kind: Kind, address: str, source_id: str, file: str) -> str:
    try:
        return check_source_address(kind, address)
    except Refused as fault:
        raise Refused(f"In {file}, source “{source_id}”: {fault.explanation}", fault.next_step) from None


def _start(file: str) -> str:
    return file[0].upper() + file[1:] if file.startswith("the ") else file
