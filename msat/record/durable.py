"""Writing a file so that after a power cut it is either the old one or the new one, whole.

Write aside in the same folder, flush to disk, rename, flush the folder where the system allows it.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from pathlib import Path

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_TRIES = 40
_PAUSE_S = 0.025


def write_durably(path: Path, data: bytes) -> None:
    """Replaces the file at `path` by `data`, readable by its owner only. Raises OSError and leaves the old file."""
    make_folder(path.parent)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        write_new(aside, data)
        replace_file(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def copy_durably(source: Path, path: Path) -> None:
    """As `write_durably`, with the bytes of the file `source`, however many those are."""
    make_folder(path.parent)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with source.open("rb") as reading, os.fdopen(os.open(aside, _NEW, 0o600), "wb") as writing:
            shutil.copyfileobj(reading, writing, 1024 * 1024)
            writing.flush()
            os.fsync(writing.fileno())
        replace_file(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Makes `folder` and those above it that are missing, owner only, so that a power cut takes none away again.

    Raises OSError. A file in a new folder is only as durable as the folder's own name.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    flush_folder(folder.parent)


def write_new(path: Path, data: bytes) -> None:
    """Writes a file that must not exist yet, owner only, flushed to disk.

    On Windows the mode says nothing; there the access list of the user's profile keeps others out.
    """
    with os.fdopen(os.open(path, _NEW, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_file(source: Path, target: Path) -> None:
    """Gives `source` the name `target`, in place of what had it. Windows refuses while another process reads that."""
    for attempt in range(_TRIES):
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt" or attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE_S)


def flush_folder(folder: Path) -> None:
    """Makes a rename in `folder` durable. Windows has no such call and does not need it, nor do some file systems."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)
