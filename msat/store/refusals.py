"""What a database or disk error means for a person: one sentence, one next step. Decides nothing else."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from msat.errors import RecordProblem
from msat.record.findings import KEEP

RESTORE = f"{KEEP} Then restore the newest backup."

_WORDS: dict[str, tuple[str, str]] = {
    "BUSY": (
        "another program is writing to it and did not finish in time",
        "Close other copies of MSAT and try again.",
    ),
    "LOCKED": ("another program has locked it", "Close other copies of MSAT and try again."),
    "FULL": ("the disk is full", "Make room on the disk and try again."),
    "READONLY": (
        "the file or its folder can only be read",
        "Ask whoever looks after this computer to let you write to the folder.",
    ),
    "CANTOPEN": (
        "the file cannot be opened",
        "Check that the folder is there and that you may read and write in it.",
    ),
    "PERM": ("you may not use it", "Ask whoever looks after this computer for access to the folder."),
    "NOTADB": ("it is not a database", RESTORE),
    "CORRUPT": ("a page of the database is damaged", RESTORE),
    "IOERR": (
        "the disk failed while it was read or written",
        "Check the disk, and whether it is full, then try again.",
    ),
    "AUTH": ("the statement is one that MSAT never makes", "Tell whoever looks after MSAT."),
    "CONSTRAINT": ("the database refused an entry that does not follow the last one", "Run verify."),
}
STORE_ERRORS = (DBAPIError, sqlite3.Error, OSError, UnicodeDecodeError)
"""What the database and the disk raise. A message about a damaged schema can itself be text that does not decode."""
_DISK = {
    errno.ENOSPC: "FULL",
    errno.EDQUOT: "FULL",
    errno.EFBIG: "FULL",
    errno.EROFS: "READONLY",
    errno.EACCES: "PERM",
    errno.EPERM: "PERM",
    errno.ENOENT: "CANTOPEN",
    errno.ENOTDIR: "CANTOPEN",
    errno.EISDIR: "CANTOPEN",
}


def why(error: BaseException) -> tuple[str, str]:
    """The cause in words and the next step, for an error of SQLite or of the file system."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    return _WORDS.get(_kind(error), (f"{type(error).__name__}: {error}", "Try again; if it comes back, run verify."))


def _kind(error: BaseException) -> str:
    if isinstance(error, sqlite3.Error):
        # "SQLITE_IOERR_WRITE" and its like: the first word after SQLITE_ is the family.
        name = getattr(error, "sqlite_errorname", "") or ""
        return name.removeprefix("SQLITE_").partition("_")[0] or _by_message(str(error))
    if isinstance(error, OSError):
        return _DISK.get(error.errno or 0, "IOERR")
    return "CORRUPT" if isinstance(error, UnicodeDecodeError) else ""


def _by_message(message: str) -> str:
    """The sqlite3 module raises a few errors itself, with no code: text that is not UTF-8, a closed database."""
    return "CORRUPT" if "decode" in message or "malformed" in message else ""


def problem(path: Path, error: BaseException) -> RecordProblem:
    """The RecordProblem for an error met while reading or opening the record at `path`."""
    cause, next_step = why(error)
    return RecordProblem(f"The record {path} cannot be used: {cause}.", next_step)
