"""Reads the practices: the lists that were imported, what was chosen of them, and each practice as at today.

The lists are kept as files under their fingerprint; what is read of them is held in memory, so that it is read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msat.clock import london
from msat.errors import Refused
from msat.feeds.ods_files import read_ods
from msat.feeds.ods_model import NETWORKS, PRACTICES, OdsFile
from msat.ids import fingerprint
from msat.projections.general import General
from msat.projections.practices import (
    CHOSEN,
    IMPORTED,
    Area,
    Directory,
    Imported,
    Patch,
    Practice,
    area_of,
    described,
    directory,
    every,
    imports,
    patches,
    practices,
)
from msat.services.desk import Desk

Key = TypeVar("Key")
Held = TypeVar("Held")

_MOST_HELD = 4
_files: dict[str, OdsFile] = {}
_joined: dict[tuple[str, ...], Directory] = {}


def list_imports(desk: Desk) -> dict[str, Imported]:
    """The newest import of each kind of list; empty when there is none."""
    return imports(_recorded(desk))


def find_area(desk: Desk) -> Area:
    """What was chosen last."""
    return area_of(_recorded(desk))


def open_directory(desk: Desk) -> Directory:
    """The newest lists, joined. Raises Refused when none was imported, or when a kept list is missing or damaged."""
    newest = list_imports(desk)
    if PRACTICES not in newest:
        raise Refused(
            "No list of practices has been imported.",
            "Download epraccur from the Organisation Data Service, then: msatctl practices import FILE.",
        )
    chosen = [newest[kind] for kind in (PRACTICES, NETWORKS) if kind in newest]
    key = tuple(one.file for one in chosen)
    if key not in _joined:
        made = directory(read_kept(desk, one) for one in chosen)
        _hold(_joined, key, made)
    return _joined[key]


def list_practices(desk: Desk, everything: bool = False) -> list[Practice]:
    """The practices chosen (or, with `everything`, every one of the lists) as at today, closed ones included.

    Raises Refused as `open_directory`.
    """
    known, area, today = open_directory(desk), find_area(desk), today_of(desk)
    return every(known, area, today) if everything else practices(known, area, today)


def count_areas(desk: Desk, text: str = "") -> list[Patch]:
    """The commissioners and networks whose code or name holds each word of `text`, with how many practices they have.

    Raises Refused as `open_directory`.
    """
    return patches(open_directory(desk), today_of(desk), text, find_area(desk).kinds)


def find_practice(desk: Desk, code: str) -> Practice:
    """One practice by its code. Raises Refused for an unknown one."""
    known, area, today = open_directory(desk), find_area(desk), today_of(desk)
    wanted = code.strip().upper()
    found = known.practices.get(wanted)
    if found is None:
        raise Refused(
            f"There is no practice “{code[:20]}” in the list.", "Check the code: it looks like A81001, a letter first."
        )
    return described(known, found, known.network_of(wanted, today), today, wanted in area.dispensing)


def today_of(desk: Desk) -> str:
    """Today in London as an ISO text."""
    return london(desk.clock.now()).date().isoformat()


def read_kept(desk: Desk, one: Imported) -> OdsFile:
    """A list that was imported, read again from the kept file. Raises Refused when that is missing or was altered."""
    if one.file not in _files:
        data = desk.files.get(one.file)
        if data is None or fingerprint(data) != one.file:
            how = "is missing from" if data is None else "was altered in"
            raise Refused(
                f"The list “{one.name}” {how} the profile.", "Run msatctl verify, then import the list again."
            )
        _hold(_files, one.file, read_ods(data, one.name))
    return _files[one.file]


def hold_read(file: str, found: OdsFile) -> None:
    """Keeps a list that has just been read and stored, so that it is not read again."""
    _hold(_files, file, found)


def _hold(held: dict[Key, Held], key: Key, value: Held) -> None:
    while len(held) >= _MOST_HELD:
        held.pop(next(iter(held)))
    held[key] = value


def _recorded(desk: Desk) -> Sequence[General]:
    return desk.views.general(IMPORTED, CHOSEN)
