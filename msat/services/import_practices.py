"""Imports a list of the Organisation Data Service: reads it whole, compares it with the last one, keeps it, records it.

Nothing is stored before the file has been read to its end and believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msat import patient_identifiers
from msat.clock import say_date
from msat.errors import Refused
from msat.feeds.ods_files import LARGEST, read_ods
from msat.feeds.ods_model import NETWORKS, PRACTICES, OdsFile
from msat.ids import fingerprint
from msat.projections.practice_changes import GONE, Difference, compared, tally
from msat.projections.practices import CLOSED, IMPORTED, OPEN, Imported, imports
from msat.record.entries import Draft
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.practices import find_area, hold_read, list_practices, read_kept, today_of

_MOST_GONE = 0.1
"""A list that lacks more than this share of the last one's practices is taken for a part, unless a person insists."""

_ODD_KEPT = 50
"""Odd rows that the entry itself names; the file, which is kept, has them all."""

_WHAT = {PRACTICES: "list of practices", NETWORKS: "list of networks"}


class Doubtful(Refused):
    """A list that is older than the one held here, or lacks much of it. A person may insist."""


@dataclass(frozen=True, slots=True)
class ImportedList:
    """What an import brought. `differences` are those from the last list; `in_area` those of chosen practices."""

    changes: Changes
    found: OdsFile
    differences: tuple[Difference, ...]
    in_area: tuple[Difference, ...]
    words: str


def import_practices(desk: Desk, path: Path, person: Person, anyway: bool = False) -> ImportedList:
    """Imports the list in `path`. The same file twice is recorded once.

    Raises Refused when the file cannot be read or is no such list, and, unless `anyway`, Doubtful when it is older than
    the list held here or lacks much of it.
    """
    person = deeds.checked_person(person)
    name = " ".join(path.name.split())[:200]
    patient_identifiers.refuse(name, "name of the file")
    data = _bytes(path)
    found, file = read_ods(data, name), fingerprint(data)
    before = imports(desk.views.general(IMPORTED)).get(found.kind)
    if before is not None and before.file == file:
        words = f"This very {_WHAT[found.kind]} was imported on {say_date(before.deed.recorded)}. Nothing changed."
        return ImportedList(Changes(words=words), found, (), (), words)
    differences = _differences(desk, before, found)
    if before is not None and not anyway:
        _refuse_worse(before, found, differences, today_of(desk))
    members = _members(desk)
    stored = desk.files.put(data)
    hold_read(stored, found)
    said = _said(found, stored, name, differences, today_of(desk))
    meaning = f"Imported the {_WHAT[found.kind]} “{name}”: {_in_words(found, said['counts'])}."
    draft = Draft(IMPORTED, person.actor(), said, happened=desk.clock.now(), files=(stored,), meaning=meaning)
    entries = desk.record.append([draft])
    changed = desk.views.catch_up()
    words = f"{meaning} {_odd_words(found)} Entry {entries[-1].seq}."
    members |= _members(desk)
    in_area = tuple(one for one in differences if one.code in members)
    return ImportedList(Changes(changed, entries, words=words), found, tuple(differences), in_area, words)


def _said(found: OdsFile, stored: str, name: str, differences: Sequence[Difference], today: str) -> dict[str, Any]:
    """The entry's data."""
    counts = _counts(found, today)
    return {
        "kind": found.kind,
        "file": stored,
        "name": name,
        "rows": found.rows,
        "open": counts.get(OPEN, 0),
        "closed": counts.get(CLOSED, 0),
        "as_at": _as_at(found, today),
        "counts": counts,
        "changes": tally(differences),
        "odd": len(found.odd),
        "odd_rows": [
            {"place": one.place, "code": one.code, "words": one.words, "taken": one.taken}
            for one in found.odd[:_ODD_KEPT]
        ],
    }


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise Refused(f"There is no file “{path}”.", "Check the name.")
    try:
        if path.stat().st_size > LARGEST:
            raise Refused(f"“{path.name}” is larger than any such list.", "Choose epraccur.csv or ePCN.xlsx.")
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"“{path}” cannot be read: {error.strerror}.", "Choose a file you may read.") from error


def _differences(desk: Desk, before: Imported | None, found: OdsFile) -> list[Difference]:
    if before is None:
        return []
    try:
        return compared(read_kept(desk, before), found)
    except Refused:  # the kept file is gone or was altered: `verify` says so; a new list must still come in
        return []


def _refuse_worse(before: Imported, found: OdsFile, differences: Sequence[Difference], today: str) -> None:
    gone = sum(1 for one in differences if one.what == GONE)
    insist = "Check that it is the newest whole list; else import it all the same (--anyway)."
    if gone > max(1, before.rows * _MOST_GONE):
        raise Doubtful(f"{gone:,} practices of the last list (“{before.name}”) are not in this one.", insist)
    if _as_at(found, today) < before.as_at:
        newest = f"newest date {_as_at(found, today) or 'none'}, against {before.as_at}"
        raise Doubtful(f"This list is older than “{before.name}”, the one held here: {newest}.", insist)


def _as_at(found: OdsFile, today: str) -> str:
    """The newest date in the list that is not still to come; a closure may be announced ahead."""
    days = [day for one in found.practices for day in (one.opened, one.closed, one.joined, one.left)]
    days += [day for one in found.memberships for day in (one.joined, one.left)]
    days += [day for one in found.networks for day in (one.opened, one.closed)]
    return max((day for day in days if day and day <= today), default="")


def _counts(found: OdsFile, today: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    if found.kind == NETWORKS:
        over = sum(1 for one in found.networks if one.closed and one.closed <= today)
        lasting = sum(1 for one in found.memberships if not one.left or one.left > today)
        return {OPEN: len(found.networks) - over, CLOSED: over, "memberships": lasting}
    for one in found.practices:
        name = one.status.replace(" ", "_")
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))


def _in_words(found: OdsFile, counts: dict[str, int]) -> str:
    if found.kind == NETWORKS:
        return f"{counts[OPEN]:,} open networks, {counts[CLOSED]:,} closed, {counts['memberships']:,} practices in one"
    order = (OPEN, CLOSED, "dormant", "proposed", "status_not_known")
    return ", ".join(f"{counts[name]:,} {name.replace('_', ' ')}" for name in order if counts.get(name))


def _odd_words(found: OdsFile) -> str:
    if not found.odd:
        return "Every row is as it should be."
    left = sum(1 for one in found.odd if not one.taken)
    return f"{len(found.odd)} odd row{'' if len(found.odd) == 1 else 's'}, {left} of them left out."


def _members(desk: Desk) -> frozenset[str]:
    """The practices chosen, as the lists stand; none while there is no list of practices."""
    try:
        return frozenset(one.code for one in list_practices(desk)) | frozenset(find_area(desk).added)
    except Refused:
        return frozenset()
