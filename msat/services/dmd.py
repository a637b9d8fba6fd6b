"""Import dm+d: keeps a release's GTIN and pack files in the profile, so that a scanned pack is known by its name.

The files under data/dmd are what is kept; the table in the views is loaded from them whenever it is another's or gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msat.errors import Refused
from msat.feeds.dmd_files import GTINS, PACKS, kind_of, read_gtins, read_names
from msat.places import Places
from msat.record.durable import copy_durably
from msat.services.desk import Desk

_KEPT = {GTINS: "gtin.xml", PACKS: "ampp.xml"}
_PATTERNS = {GTINS: "f_gtin2*.xml", PACKS: "f_ampp2*.xml"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. `named` packs have both a GTIN and a name."""

    files: tuple[str, ...]
    gtins: int
    named: int
    words: str


def import_dmd(desk: Desk, path: Path) -> Imported:
    """Imports the GTIN file, the pack file, or both from a release's folder.

    Raises Refused when there is none, when a file is not what it should be, or when it cannot be kept.
    """
    chosen = _chosen(path)
    for kind, file in chosen.items():
        if not sum(1 for _row in (read_gtins if kind == GTINS else read_names)(file)):
            raise Refused(f"“{file.name}” holds no pack.", "Check that it is the file of a whole release.")
    for kind, file in chosen.items():
        _keep(file, desk.places.dmd / _KEPT[kind])
    gtins, named = load(desk)
    missing = "" if gtins and named else " The other file of the release is needed too: names and GTINs lie in two."
    names = " and ".join(file.name for file in chosen.values())
    words = f"Imported {names}: {gtins} GTINs, {named} of them with a name.{missing}"
    return Imported(tuple(file.name for file in chosen.values()), gtins, named, words)


def make_current(desk: Desk) -> None:
    """Loads the kept files again when the table is not theirs. Costs a look at two files when it is."""
    if desk.views.dmd_stamp() != _stamp(desk.places):
        load(desk)


def load(desk: Desk) -> tuple[int, int]:
    """Loads the kept files into the views; returns how many GTINs there are, and how many have a name."""
    counted = [0, 0]
    desk.views.keep_dmd(_stamp(desk.places), _packs(desk.places, counted))
    return counted[0], counted[1]


def _packs(places: Places, counted: list[int]) -> Iterator[tuple[str, str, str]]:
    kept = places.dmd
    if not (kept / _KEPT[GTINS]).is_file():
        return
    wanted = {pack for _gtin, pack in read_gtins(kept / _KEPT[GTINS])}
    names: dict[str, str] = {}
    if (kept / _KEPT[PACKS]).is_file():
        names = {pack: name for pack, name in read_names(kept / _KEPT[PACKS]) if pack in wanted}
    for gtin, pack in read_gtins(kept / _KEPT[GTINS]):
        counted[0] += 1
        counted[1] += pack in names
        yield gtin, pack, names.get(pack, "")


def _stamp(places: Places) -> str:
    """Which files are kept: names, sizes and times; empty when there are none."""
    files = [places.dmd / name for name in sorted(_KEPT.values())]
    return " ".join(f"{f.name}:{f.stat().st_size}:{f.stat().st_mtime_ns}" for f in files if f.is_file())


def _chosen(path: Path) -> dict[str, Path]:
    if path.is_dir():
        found = {kind: sorted(path.rglob(pattern)) for kind, pattern in _PATTERNS.items()}
        chosen = {kind: max(files, key=lambda f: f.stat().st_mtime_ns) for kind, files in found.items() if files}
        if not chosen:
            raise Refused(f"There is no f_gtin2 or f_ampp2 file in “{path}”.", "Unpack the dm+d release first.")
        for kind, file in chosen.items():
            if kind_of(file) != kind:
                raise Refused(f"“{file.name}” does not hold what its name says.", "Download the release again.")
        return chosen
    if not path.is_file():
        raise Refused(f"There is no file or folder “{path}”.", "Check the name.")
    return {kind_of(path): path}


def _keep(file: Path, target: Path) -> None:
    try:
        copy_durably(file, target)
    except OSError as error:
        raise Refused(f"“{target}” cannot be written: {error.strerror}.", "Free space, then import again.") from error
