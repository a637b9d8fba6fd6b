"""The templates of a newsletter: those that ship, or a folder that an editor changed. Read once, before anything runs.

Only plain files that lie in the folder itself are read, none larger than a template can need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msat import shipped
from msat.errors import Refused
from msat.exports.newsletter_house import House, read_house

SHIPPED = "resources/templates/newsletter"
FORMS = {"html": "newsletter.html", "markdown": "newsletter.md", "text": "newsletter.txt"}
WORD = ("word.docx", "word.dotx")
LARGEST = 200_000
LARGEST_WORD = 20 * 1024 * 1024
MOST_FILES = 60


@dataclass(frozen=True, slots=True)
class Templates:
    """What a newsletter is rendered with. `files`: template texts by name."""

    files: Mapping[str, str]
    house: House
    word: bytes | None = field(default=None, repr=False)


def shipped_templates() -> Templates:
    """The templates that ship with this version of MSAT."""
    files = {name: shipped.text(f"{SHIPPED}/{name}") for name in FORMS.values()}
    return Templates(files, read_house(shipped.text(f"{SHIPPED}/house.toml")))


def read_templates(folder: Path) -> Templates:
    """The templates of a folder; a file that it lacks is the shipped one.

    Raises Refused for a folder that is none, a file that is too large, no text, or leads out of the folder.
    """
    if not folder.is_dir():
        raise Refused(f"There is no folder “{folder}”.", "Make it: msatctl newsletter templates copy FOLDER.")
    usual = shipped_templates()
    names = sorted(one.name for one in folder.iterdir() if one.is_file())
    if len(names) > MOST_FILES:
        raise Refused(f"The folder “{folder}” holds more than {MOST_FILES} files.", "Use a folder for templates only.")
    texts = {
        name: _text(folder, name) for name in names if Path(name).suffix.lower() in (".html", ".md", ".txt", ".j2")
    }
    house = read_house(_text(folder, "house.toml")) if "house.toml" in names else usual.house
    word = next((_inside(folder, name, LARGEST_WORD) for name in WORD if name in names), None)
    return Templates({**usual.files, **texts}, house, word)


def copy_templates(folder: Path) -> tuple[Path, ...]:
    """Copies the shipped templates to a folder, which is made. Raises Refused rather than write over a file there."""
    names = [name.rpartition("/")[2] for name in shipped.names(SHIPPED)]
    held = [name for name in names if (folder / name).exists()]
    if held:
        raise Refused(f"“{folder}” holds {', '.join(held)} already.", "Choose another folder, or move them away first.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            (folder / name).write_bytes(shipped.data(f"{SHIPPED}/{name}"))
    except OSError as error:
        raise Refused(f"“{folder}” cannot be written: {error.strerror or error}.", "Choose another folder.") from error
    return tuple(folder / name for name in names)


def _inside(folder: Path, name: str, largest: int) -> bytes:
    path = folder / name
    try:
        if path.resolve().parent != folder.resolve():
            raise Refused(f"The file “{name}” leads out of the folder of templates.", "Put the file itself there.")
        if path.stat().st_size > largest:
            raise Refused(f"The file “{name}” is larger than {largest:,} bytes.", "Make it smaller.")
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"The file “{name}” cannot be read: {error.strerror or error}.", "Close it elsewhere.") from error


def _text(folder: Path, name: str) -> str:
    try:
        return _inside(folder, name, LARGEST).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Refused(f"The file “{name}”, line {line}, is not UTF-8 text.", "Save it as UTF-8.") from error
