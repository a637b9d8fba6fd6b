"""Genuine returns of logs that are not enrolled: kept under their SHA-256 until a person has compared fingerprints.

Nothing of them is shown or counted. Of one log only what adds something is kept; the number and size are limited, so
that a folder full of strangers cannot fill the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msat.errors import MsatError, Refused
from msat.exchange.return_file import FORMAT, MOST_BYTES, SUFFIX, BadReturn, Return, Verdict, judge, read_return
from msat.ids import LogId, fingerprint
from msat.record.durable import write_durably
from msat.services.desk import Desk

MOST_FILES = 500
MOST_IN_ALL = 1024 * 1024 * 1024


def waiting(desk: Desk) -> list[tuple[Path, Return]]:
    """Every return that waits, verified anew, in the order of its log and length. A damaged one is left out."""
    found = list(_read(desk))
    return sorted(found, key=lambda one: (one[1].log, one[1].head.size))


def waiting_of(desk: Desk, log: str) -> list[tuple[Path, Return]]:
    """The returns of one log that wait, the shortest first."""
    begins = FORMAT + f"\nmsat-chain-v1/{log}\n".encode()
    found = [one for one in _read(desk, begins) if one[1].log == log]
    return sorted(found, key=lambda one: one[1].head.size)


def logs_waiting(desk: Desk) -> frozenset[LogId]:
    """The logs that files here begin by naming. The files are neither read whole nor verified."""
    folder, found = desk.places.quarantine, set[LogId]()
    for path in folder.glob(f"*{SUFFIX}") if folder.is_dir() else []:
        with suppress(OSError), path.open("rb") as file:
            beginning = file.read(len(FORMAT) + 128).split(b"\n")
            if beginning[0] == FORMAT and len(beginning) > 1:
                found.add(LogId(beginning[1].removeprefix(b"msat-chain-v1/").decode("ascii", "replace")))
    return frozenset(found)


def put_aside(desk: Desk, data: bytes, found: Return) -> bool:
    """Keeps a return that is not enrolled. Says whether it was not here yet. Raises Refused when there is no room."""
    folder = desk.places.quarantine
    path = folder / f"{fingerprint(data)}{SUFFIX}"
    if path.is_file():
        return False
    others = waiting_of(desk, found.log)
    ids = [line.id for line in found.lines]
    for _path, other in others:
        if judge([line.id for line in other.lines], found).verdict in (Verdict.SAME, Verdict.OLDER):
            return False
    sizes = [one.stat().st_size for one in folder.glob(f"*{SUFFIX}")] if folder.is_dir() else []
    if len(sizes) >= MOST_FILES or sum(sizes) + len(data) > MOST_IN_ALL:
        raise Refused(
            f"{len(sizes)} returns of logs that are not enrolled wait here already.",
            "Enrol those you know (msatctl enrol list), and forget the others (msatctl enrol forget LOG).",
        )
    try:
        write_durably(path, data)
    except OSError as error:
        raise Refused(f"The return cannot be kept: {error.strerror or error}.", "Make room on the disk.") from error
    for older, other in others:
        if ids[: other.head.size] == [line.id for line in other.lines]:
            older.unlink(missing_ok=True)
    return True


def forget(desk: Desk, log: str) -> int:
    """Removes what waits of one log. Says how many files that were."""
    found = waiting_of(desk, log)
    for path, _return in found:
        path.unlink(missing_ok=True)
    return len(found)


def _read(desk: Desk, begins: bytes = b"") -> Iterator[tuple[Path, Return]]:
    """The returns that wait whose file begins with these bytes; only those are read whole and verified."""
    folder = desk.places.quarantine
    for path in sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []:
        try:
            with path.open("rb") as file:
                if path.stat().st_size > MOST_BYTES or file.read(len(begins)) != begins:
                    continue
            yield path, read_return(path.read_bytes())
        except (OSError, BadReturn, MsatError):
            continue
