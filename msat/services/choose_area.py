"""Chooses one's own area of the imported lists: commissioners, networks, kinds, single practices, who dispenses."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from msat.errors import Refused
from msat.feeds.ods_model import KINDS
from msat.projections.practices import CHOSEN, Area, Directory, practices
from msat.record.entries import Draft
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.practices import find_area, open_directory, today_of

MOST_CODES = 5_000
"""Single practices named in one choice: an entry holds 64 KiB."""

_LARGEST_FILE = 5_000_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What to change. A None leaves what was chosen before; the others replace it. The sets of single practices are
    added to what was chosen, and taken out of its contrary."""

    commissioners: tuple[str, ...] | None = None
    networks: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    add: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()
    """Practices about which nothing single is to be said any more: neither added nor left out."""
    dispensing: tuple[str, ...] = ()
    not_dispensing: tuple[str, ...] = ()
    dispensing_is: tuple[str, ...] | None = None
    """The whole list of those that dispense, in place of the one before."""


def choose_area(desk: Desk, choice: Choice, person: Person) -> Changes:
    """Records the choice. Raises Refused for a code that no list holds, for nothing chosen and for nothing changed."""
    return choose_whole(desk, changed(find_area(desk), choice), person)


def choose_whole(desk: Desk, area: Area, person: Person) -> Changes:
    """Records `area` as what is chosen. Raises Refused as `choose_area`."""
    person = deeds.checked_person(person)
    known, before = open_directory(desk), find_area(desk)
    area = _normal(area)
    _check(known, area, before)
    if before.deed is not None and area.data() == before.data():
        raise Refused("That is what is chosen already.", "Name what should be otherwise.")
    chosen = practices(known, area, today_of(desk))
    still = sum(1 for one in chosen if one.is_open)
    if not chosen:
        raise Refused("No practice is in that choice.", "Name a commissioner, a network or single practices.")
    dispensing = sum(1 for one in chosen if one.is_open and one.dispensing)
    many = "1 open practice" if still == 1 else f"{still:,} open practices"
    meaning = f"Chose our area: {many}, {dispensing:,} of them dispensing{_where(area)}."
    draft = Draft(CHOSEN, person.actor(), area.data(), happened=desk.clock.now(), meaning=meaning)
    entries = desk.record.append([draft])
    return Changes(desk.views.catch_up(), entries, words=f"{meaning} Entry {entries[-1].seq}.")


def changed(area: Area, choice: Choice) -> Area:
    """`area` with `choice` made. Codes may be written small."""
    add, out, forget = (_codes(some) for some in (choice.add, choice.leave_out, choice.forget))
    if both := add & out:
        raise Refused(f"{min(both)} is both to be added and to be left out.", "Name it once.")
    dispensing = _codes(area.dispensing if choice.dispensing_is is None else choice.dispensing_is)
    dispensing = (dispensing | _codes(choice.dispensing)) - _codes(choice.not_dispensing)
    return replace(
        area,
        commissioners=area.commissioners if choice.commissioners is None else choice.commissioners,
        networks=area.networks if choice.networks is None else choice.networks,
        kinds=area.kinds if choice.kinds is None else choice.kinds,
        added=tuple((_codes(area.added) | add) - out - forget),
        left_out=tuple((_codes(area.left_out) | out) - add - forget),
        dispensing=tuple(dispensing),
    )


def read_codes(path: Path) -> tuple[str, ...]:
    """Practice codes from a csv file: of each row the first cell that looks like one. Raises Refused for none."""
    if not path.is_file():
        raise Refused(f"There is no file “{path}”.", "Check the name.")
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise Refused(f"“{path.name}” is larger than a list of codes.", "Check the file.")
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except (OSError, csv.Error) as error:
        raise Refused(f"“{path.name}” cannot be read: {error}.", "Save it as a csv file of codes.") from error
    found = [next((cell.strip().upper() for cell in row if _is_code(cell)), "") for row in rows]
    if not any(found):
        raise Refused(f"“{path.name}” holds no practice code.", "Give one code a line, for instance A81001.")
    return tuple(dict.fromkeys(code for code in found if code))


def dispensing_from(path: Path, known: Directory) -> tuple[Choice, tuple[str, ...]]:
    """The choice that says that the practices of a file, and no others, dispense; and the codes that no list holds."""
    codes = read_codes(path)
    held = tuple(code for code in codes if code in known.practices)
    if not held:
        raise Refused(f"None of the {len(codes)} codes in “{path.name}” is a practice here.", "Check the file.")
    return Choice(dispensing_is=held), tuple(code for code in codes if code not in known.practices)


def _is_code(cell: str) -> bool:
    cell = cell.strip()
    return len(cell) == 6 and cell.isascii() and cell[0].isalpha() and cell[1:].isalnum() and cell[3:].isdigit()


def _codes(some: Iterable[str]) -> frozenset[str]:
    return frozenset(code.strip().upper() for code in some if code.strip())


def _normal(area: Area) -> Area:
    return replace(
        area,
        commissioners=_sorted(area.commissioners),
        networks=_sorted(area.networks),
        kinds=tuple(sorted({kind.strip().lower() for kind in area.kinds if kind.strip()})),
        dispensing=_sorted(area.dispensing),
        added=_sorted(area.added),
        left_out=_sorted(area.left_out),
    )


def _sorted(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(_codes(codes)))


def _check(known: Directory, area: Area, before: Area) -> None:
    for kind in area.kinds:
        if kind not in KINDS:
            raise Refused(f"There is no kind “{kind[:40]}”.", f"The kinds are: {', '.join(KINDS)}.")
    commissioners = {one.commissioner for one in known.practices.values()}
    for code in area.commissioners:
        if code not in commissioners and code not in before.commissioners:
            raise Refused(f"No practice has the commissioner “{code[:20]}”.", "Check the code: it looks like 36L.")
    for code in area.networks:
        if code not in known.networks and code not in before.networks:
            hint = "Check the code: it looks like U00070." if known.networks else "Import the list of networks (ePCN)."
            raise Refused(f"There is no network “{code[:20]}” in the list.", hint)
    held = {*before.added, *before.left_out, *before.dispensing}
    named = {*area.added, *area.left_out, *area.dispensing}
    if missing := sorted(named - held - known.practices.keys()):
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise Refused(f"No practice in the list has the code {', '.join(missing[:5])}{more}.", "Check the codes.")
    if len(area.added) + len(area.left_out) + len(area.dispensing) > MOST_CODES:
        raise Refused(f"More than {MOST_CODES} single practices are named.", "Choose whole commissioners instead.")


def _where(area: Area) -> str:
    parts = [", ".join(codes[:6]) + (" ..." if len(codes) > 6 else "") for codes in (area.commissioners, area.networks)]
    named = "; ".join(part for part in parts if part)
    return f" ({named})" if named else ""
