"""The one door to the files that ship with the program: `resources/` (looks) and `alerts/` (clinical knowledge).

In a wheel they lie in `msat/_data`; in a checkout and an editable install they lie beside the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msat.errors import ShippedFileMissing

_PACKAGE = Path(__file__).resolve().parent
_FOLDERS = ("resources", "alerts")


def folder(name: str) -> Path:
    """The shipped folder `resources` or `alerts`. Raises ShippedFileMissing when the installation lacks it."""
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if name in _FOLDERS and (root / name).is_dir():
            return root / name
    raise ShippedFileMissing(f"The folder “{name}” that ships with MSAT is missing.", "Install MSAT again.")


def path(name: str) -> Path:
    """The shipped file at `name`, for instance `alerts/sources.toml`. Raises ShippedFileMissing."""
    top, _, rest = name.partition("/")
    root = folder(top)
    found = root / rest
    if ".." in found.parts or root not in found.parents or not found.is_file():
        raise ShippedFileMissing(f"The file “{name}” that ships with MSAT is missing.", "Install MSAT again.")
    return found


def data(name: str) -> bytes:
    """The bytes of the shipped file at `name`. Raises ShippedFileMissing, also when the disk does not give them."""
    try:
        return path(name).read_bytes()
    except OSError as error:
        raise _unreadable(name, error) from error


def text(name: str) -> str:
    """The text of the shipped file at `name` (UTF-8, with or without the mark that some editors put before it).

    Raises ShippedFileMissing when it is in another encoding, and when the disk does not give it.
    """
    try:
        return path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _unreadable(name, error) from error
    except UnicodeDecodeError as error:
        what = f"The file “{name}” that ships with MSAT is not UTF-8 text (byte {error.start + 1})."
        raise ShippedFileMissing(what, "Save it as UTF-8, or install MSAT again.") from error


def _unreadable(name: str, error: OSError) -> ShippedFileMissing:
    what = f"The file “{name}” that ships with MSAT cannot be read: {error.strerror or error}."
    return ShippedFileMissing(what, "Nothing was recorded. Check the disk, try again, or install MSAT again.")


def names(top: str, suffix: str = "") -> Iterator[str]:
    """The names of every shipped file under `top` (`alerts/rules`) that end in `suffix`, in order.

    Raises ShippedFileMissing when the disk does not give them.
    """
    first, _, rest = top.partition("/")
    base = folder(first)
    try:
        files = sorted((base / rest).rglob(f"*{suffix}"))
    except OSError as error:
        raise _unreadable(top, error) from error
    for file in files:
        if file.is_file():
            yield f"{first}/{file.relative_to(base).as_posix()}"
