"""A shared folder: everybody reads all files and writes only files of their own, so there is nothing to lock.

Writes aside, flushes, reads back, renames. Files are known by their content: what a sync program called a conflict copy
is read like any other. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msat.errors import Refused
from msat.exchange.arrivals import FIRST, Kind, is_ours_by_name, kind_of
from msat.record.durable import let_readers_in, write_durably

MOST_FILES = 100_000
_STALE_S = 3600


def names(folder: Path) -> list[Path]:
    """The files of the folder itself, in the order of their names. Raises Refused when it cannot be read."""
    try:
        found = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise Refused(
            f"The folder “{folder}” cannot be read: {error.strerror or error}.",
            "Check that the drive is connected and that you may read it.",
        ) from error
    if len(found) > MOST_FILES:
        raise Refused(f"The folder “{folder}” holds more than {MOST_FILES:,} files.", "Use a folder of its own.")
    return found


def belongs(path: Path) -> bool:
    """Whether the file is one of the exchange: by its first line, or by its name where it is not whole yet."""
    if is_ours_by_name(path.name):
        return True
    try:
        with path.open("rb") as file:
            return kind_of(file.read(FIRST)) is not Kind.OTHER
    except OSError:
        return False


def put(folder: Path, name: str, data: bytes) -> bool:
    """Writes one's own file whole, unless exactly it is there already. Says whether it wrote.

    Whoever may read the folder may read it, else the colleagues it is for could not.

    Another window of this profile may sweep it away as soon as its own file is longer: that is no failure. Raises
    Refused when it cannot be written; what stood under the name before then still does.
    """
    path = folder / name
    if path.is_dir():
        raise Refused(f"“{path}” cannot be written: a folder has that name.", "Remove or rename it, then try again.")
    try:
        if _holds(path, data):
            let_readers_in(path)  # earlier versions wrote it for its owner only
            return False
        _written(path, data)
        if _holds(path, data) is False:
            raise Refused(f"“{path}” did not read back as it was written.", "Check the drive, then try again.")
    except OSError as error:
        raise Refused(
            f"“{path}” cannot be written: {error.strerror or error}.",
            "Check that the drive is connected, has room, and that you may write to the folder; then try again.",
        ) from error
    return True


def _holds(path: Path, data: bytes) -> bool | None:
    """Whether exactly `data` stands there; None when there is no such file."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return None


def _written(path: Path, data: bytes) -> None:
    """Writes the file; once more when what was written aside was swept away as left over (a clock that was set)."""
    try:
        write_durably(path, data, is_shared=True)
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise
        write_durably(path, data, is_shared=True)


@dataclass(frozen=True, slots=True)
class Own:
    """How one's own files are called: `prefix`, a number, `ending`; and what stands in the beginning of each."""

    prefix: str
    ending: str
    mark: bytes


def sweep(paths: Iterable[Path], own: Own, keep: int, now: datetime) -> int:
    """Removes one's own files that a longer one has replaced, and what an interrupted writing left. Says how many.

    Those with a number below `keep` go, if they are what their name says. A half-written file goes once it is an hour
    old. One that cannot be removed now is left for the next time.
    """
    removed = 0
    for path in paths:
        if not path.name.startswith(own.prefix):
            continue
        number = path.name.removeprefix(own.prefix).removesuffix(own.ending)
        is_older = path.name.endswith(own.ending) and number.isascii() and number.isdigit() and int(number) < keep
        try:
            if (is_older and _has(path, own.mark)) or (own.ending in path.name and _is_left(path, now)):
                path.unlink()
                removed += 1
        except OSError:
            continue
    return removed


def _has(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return mark in file.read(256)


def _is_left(path: Path, now: datetime) -> bool:
    return path.name.endswith(".part") and now.timestamp() - path.stat().st_mtime > _STALE_S
