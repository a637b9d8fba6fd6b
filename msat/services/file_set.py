"""Write several files that belong together: aside, flushed, read back, then named; all of them, or none.

Whatever stops the work on the way, nothing half written stands under a final name and nothing is left beside it.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from msat.errors import RecordProblem, Refused
from msat.record.durable import flush_folder, replace_file
from msat.services.desk import Progress

_NEXT = "Close the files where they are open, free space, or choose another folder, then try again."


@contextmanager
def written_together(
    folder: Path, files: Mapping[str, bytes], progress: Progress | None = None
) -> Iterator[list[Path]]:
    """Writes `files`, by name, into `folder`; what is done inside the `with` belongs to it.

    When that fails, the files are taken away again, and what stood under their names before stands there again. Raises
    Refused when they cannot be written.
    """
    if not folder.is_dir():
        raise Refused(f"There is no folder “{folder}”.", "Make it, or choose another.")
    mark = secrets.token_hex(4)
    with _asides(folder, files, mark, progress) as asides:
        done: list[tuple[Path, Path | None]] = []
        try:
            _told(folder, lambda: _name_all(asides, done, mark))
            yield [path for path, _old in done]
        except BaseException:
            _back(done)
            raise
        for _path, old in done:
            if old is not None:
                with suppress(OSError):
                    old.unlink()


@contextmanager
def _asides(
    folder: Path, files: Mapping[str, bytes], mark: str, progress: Progress | None
) -> Iterator[list[tuple[Path, Path]]]:
    """Every file written beside its final name and read back; none of them is left at the end."""
    made: list[tuple[Path, Path]] = []
    try:
        for number, (name, data) in enumerate(files.items()):
            if progress:
                progress("Writing the files", number, len(files))
            aside = folder / f".{name}.{mark}.part"
            made.append((aside, folder / name))
            _told(folder, lambda aside=aside, data=data: _write(aside, data))  # type: ignore[misc]
        if progress:
            progress("Writing the files", len(files), len(files))
        yield made
    finally:
        for aside, _path in made:
            with suppress(OSError):
                aside.unlink(missing_ok=True)


def _write(aside: Path, data: bytes) -> None:
    with aside.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if aside.read_bytes() != data:
        raise RecordProblem(f"“{aside.name}” did not read back as written.", "Choose another disk and try again.")


def _name_all(asides: list[tuple[Path, Path]], done: list[tuple[Path, Path | None]], mark: str) -> None:
    for aside, path in asides:
        done.append((path, _kept(path, mark)))
        replace_file(aside, path)
    if asides:
        flush_folder(asides[0][1].parent)


def _kept(path: Path, mark: str) -> Path | None:
    """A second name for what stands at `path`, so that its own is never without a file; None when nothing does."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "a folder has the name of a file")
    if not path.exists():
        return None
    old = path.with_name(f".{path.name}.{mark}.old")
    try:
        os.link(path, old)
    except OSError:  # a disk without second names: a memory stick, some shares
        replace_file(path, old)
    return old


def _back(done: list[tuple[Path, Path | None]]) -> None:
    """Takes the new files away and gives the old ones their names again."""
    for path, old in reversed(done):
        with suppress(OSError):
            if old is None:
                path.unlink(missing_ok=True)
            else:
                replace_file(old, path)
                old.unlink(missing_ok=True)  # two names of one file: renaming one to the other leaves both


def _told(folder: Path, do: Callable[[], None]) -> None:
    """Does it, and says in words what the system refused."""
    try:
        do()
    except OSError as error:
        why = error.strerror or os.strerror(error.errno or 0)
        raise Refused(f"The files cannot be written to “{folder}”: {why}.", _NEXT) from error
