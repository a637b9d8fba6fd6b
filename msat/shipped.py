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
    """The bytes of the shipped file at `name`."""
    return path(name).read_bytes()


def text(name: str) -> str:
    """The text of the shipped file at `name` (UTF-8, with or without the mark that some editors put before it).

    Raises ShippedFileMissing when it is in another encoding.
    """
    try:
        return path(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"The file “{name}” that ships with MSAT is not UTF-8 text (byte {error.start + 1})."
        raise ShippedFileMissing(what, "Save it as UTF-8, or install MSAT again.") from error


def names(top: str, suffix: str = "") -> Iterator[str]:
    """The names of every shipped file under `top` (`alerts/rules`) that end in `suffix`, in order."""
    first, _, rest = top.partition("/")
    base = folder(first)
    for file in sorted((base / rest).rglob(f"*{suffix}")):
        if file.is_file():
            yield f"{first}/{file.relative_to(base).as_posix()}"
