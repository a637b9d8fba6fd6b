"""Decides again what was decided, with the notice and the rules as they were stored then, and compares byte for byte.

Records nothing. A difference means that a stored file was changed, or that this version of MSAT weighs the same rules
otherwise than the version that decided: what was decided stands in the record either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msat.actions.stored import StoredBase, decode, decode_notice
from msat.alerts.model import Alert
from msat.alerts.versions import decode as decode_version
from msat.clock import from_stamp
from msat.errors import MsatError, Refused
from msat.ids import fingerprint
from msat.projections.values import data_of
from msat.record.codec import encode
from msat.record.entries import Entry
from msat.record.lineage import own_entries
from msat.services.deciding import Circumstances, decided, with_base
from msat.services.deeds import find
from msat.services.desk import Desk, Progress
from msat.triage.model import OrganisationKind

TRIAGED = "alert.triaged"
SAME, DIFFERS, NOT_STORED, UNREADABLE = "same", "differs", "not-stored", "unreadable"
_LONGEST_VALUE = 160


@dataclass(frozen=True, slots=True)
class Rerun:
    """One decision made again. `outcome`: `same`, `differs`, `not-stored` (nothing to decide with) or `unreadable`."""

    entry: str
    seq: int
    about: str
    decided: datetime
    rule: str
    rules_version: str
    outcome: str
    words: str
    """A sentence for people."""
    differences: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        return self.outcome in (DIFFERS, UNREADABLE)


@dataclass(frozen=True, slots=True)
class Reruns:
    """Every decision made again, oldest first."""

    done: tuple[Rerun, ...]

    def count(self, outcome: str) -> int:
        return sum(one.outcome == outcome for one in self.done)

    @property
    def words(self) -> str:
        """One sentence for people."""
        same, wrong = self.count(SAME), sum(one.is_wrong for one in self.done)
        before = self.count(NOT_STORED)
        said = f"{same} of {len(self.done)} decisions come out the same, byte for byte."
        if before:
            said += f" {before} were recorded before rules were stored with a decision, and cannot be made again."
        return said + (f" {wrong} do not come out the same." if wrong else "")


def rerun(desk: Desk, ref: str | None = None, progress: Progress | None = None) -> Reruns:
    """Makes every decision of this record again, or those on the alert that `ref` names.

    Raises Refused when there is no such alert, Cancelled when `progress` does.
    """
    about = find(desk, ref).key if ref else None
    entries = [e for e in own_entries(desk.record) if e.type == TRIAGED and (about is None or e.about == about)]
    bases: dict[str, StoredBase | MsatError] = {}
    done = []
    for number, entry in enumerate(entries, 1):
        done.append(_again(desk, entry, bases))
        if progress is not None:
            progress("Deciding again", number, len(entries))
    return Reruns(tuple(done))


def _again(desk: Desk, entry: Entry, bases: dict[str, StoredBase | MsatError]) -> Rerun:
    data = data_of(entry)

    def said(outcome: str, words: str, differences: tuple[str, ...] = ()) -> Rerun:
        rule, version = str(data.get("rule", "")), str(data.get("rules_version", ""))
        return Rerun(entry.id, entry.seq, entry.about or "", entry.time, rule, version, outcome, words, differences)

    rules_file = data.get("rules_file")
    if not isinstance(rules_file, str):
        return said(NOT_STORED, "The rules were not stored with this decision: MSAT did not do so then.")
    try:
        base = _base(desk, rules_file, bases)
        alert = _notice(desk, entry, data)
        _triage, made = decided(with_base(desk, base), alert, _circumstances(data))
    except (MsatError, ValueError) as problem:
        return said(UNREADABLE, f"It cannot be decided again: {problem}")
    recorded = {name: data[name] for name in made if name in data}
    if encode(recorded) == encode(made):
        return said(SAME, "Decided again, with the same result byte for byte.")
    differences = tuple(_differences(recorded, made))
    return said(DIFFERS, f"Decided again by this version of MSAT (then {base.program}), it comes out otherwise.",
                differences)  # fmt: skip


def _base(desk: Desk, digest: str, bases: dict[str, StoredBase | MsatError]) -> StoredBase:
    """The stored rules, read once for all that was decided with them."""
    if digest not in bases:
        try:
            bases[digest] = decode(_file(desk, digest, "rules"))
        except MsatError as problem:
            bases[digest] = problem
    found = bases[digest]
    if isinstance(found, MsatError):
        raise found
    return found


def _notice(desk: Desk, entry: Entry, data: Mapping[str, Any]) -> Alert:
    """The notice that was decided on: the stored version, or what two pages said together."""
    if data.get("notice"):
        return decode_notice(_file(desk, str(data["notice"]), "notice"))
    return decode_version(_file(desk, str(entry.content.get("version") or ""), "notice"))


def _file(desk: Desk, digest: str, what: str) -> bytes:
    data = desk.files.get(digest)
    next_step = "Run msatctl verify, and restore the file from a backup."
    if data is None:
        raise Refused(f"The file of the {what} is missing ({digest[:16]}…).", next_step)
    if fingerprint(data) != digest:
        raise Refused(f"The file of the {what} is damaged ({digest[:16]}…).", next_step)
    return data


def _circumstances(data: Mapping[str, Any]) -> Circumstances:
    """Raises ValueError for an entry that does not say them."""

    def moment(name: str) -> datetime | None:
        return from_stamp(str(data[name])) if data.get(name) else None

    received = moment("received")
    if received is None:
        raise ValueError("the entry does not say when the notice was received")
    kind = OrganisationKind(str(data.get("kind")))
    return Circumstances(kind, received, moment("counted_from"), moment("earlier_limit"))


def _differences(recorded: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    """What differs, a sentence for each part of the decision."""
    found = []
    for name, value in made.items():
        if name not in recorded:
            found.append(f"{name}: not recorded then; now {_shown(value)}.")
        elif recorded[name] != value:
            found.append(f"{name}: recorded as {_shown(recorded[name])}, now {_shown(value)}.")
    return found


def _shown(value: object) -> str:
    said = "nothing" if value is None or value == "" or value == [] else str(value)
    return said if len(said) <= _LONGEST_VALUE else f"{said[:_LONGEST_VALUE]}…"
