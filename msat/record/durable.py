"""Writing a file so that after a power cut it is either the old one or the new one, whole.

Write aside in the same folder, flush to disk, rename, flush the folder where the system allows it.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_TRIES = 40
_PAUSE_S = 0.025


def write_durably(path: Path, data: bytes, is_shared: bool = False) -> None:
    """Replaces the file at `path` by `data`. Raises OSError and leaves the old file.

    Readable by its owner only, or, `is_shared`, by whoever may read the folder (see `let_readers_in`).
    """
    with _in_place_of(path) as aside:
        write_new(aside, data, is_shared)


def copy_durably(source: Path, path: Path) -> None:
    """As `write_durably`, with the bytes of the file `source`, however many those are."""
    with (
        _in_place_of(path) as aside,
        source.open("rb") as reading,
        os.fdopen(os.open(aside, _NEW, 0o600), "wb") as writing,
    ):
        shutil.copyfileobj(reading, writing, 1024 * 1024)
        writing.flush()
        os.fsync(writing.fileno())


@contextmanager
def _in_place_of(path: Path) -> Iterator[Path]:
    """A name aside to write to, which then takes the place of `path`; nothing is left of it when the writing fails."""
    make_folder(path.parent)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield aside
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


def write_new(path: Path, data: bytes, is_shared: bool = False) -> None:
    """Writes a file that must not exist yet, owner only unless `is_shared`, flushed to disk.

    On Windows the mode says nothing: a new file inherits the access list of its folder, which in the user's profile
    keeps others out, and in a shared folder lets them in.
    """
    with os.fdopen(os.open(path, _NEW, 0o600), "wb") as file:
        if is_shared:
            let_readers_in(path)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def let_readers_in(path: Path) -> None:
    """Lets those read the file who may read its folder, and nobody write it but its owner, whatever the umask.

    Does nothing on Windows, nor where the file system keeps no modes or the file is another person's.
    """
    if os.name == "nt":
        return
    with suppress(OSError):
        mode = path.stat().st_mode & 0o777
        wanted = mode | (path.parent.stat().st_mode & 0o044)
        if wanted != mode:
            path.chmod(wanted)


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
