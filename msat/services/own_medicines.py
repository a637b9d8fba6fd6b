"""The medicines and devices that this site uses or watches: a list of names in `medicines.toml` beside the settings.

It narrows a view of the window and nothing else: no priority and no time limit follows from it, and the worklist shows
every alert whether its medicine is in the list or not. No part of the record.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from msat.errors import Refused
from msat.lettering import unturned
from msat.patient_identifiers import find
from msat.places import Places

MOST = 500
LONGEST = 80
FEWEST = 3
"""Letters and digits that a name has at least: fewer stand in half of all words."""
_BETWEEN = re.compile(r"[;,\n\r\t\u2028\u2029]+")


class _File(msgspec.Struct, forbid_unknown_fields=True):
    medicine: list[str] = []


@dataclass(frozen=True, slots=True)
class ListChanged:
    """The list as it is now, and a sentence for people."""

    names: tuple[str, ...]
    words: str


def own_medicines(where: Places) -> tuple[str, ...]:
    """The names, in the order of the alphabet. Raises Refused, naming the file, when it cannot be read."""
    if not where.medicines.is_file():
        return ()
    try:
        found = msgspec.convert(tomllib.loads(where.medicines.read_text(encoding="utf-8-sig")), _File).medicine
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError, OSError) as error:
        raise Refused(
            f"The file {where.medicines} cannot be read: {error}.", "Mend that line, or delete the file."
        ) from error
    return _in_order(_checked(name) for name in found)


def split(text: str) -> tuple[str, ...]:
    """Several names typed or pasted at once, parted by commas, semicolons or lines."""
    return tuple(name for part in _BETWEEN.split(text) if (name := " ".join(part.split())))


def add(where: Places, names: Iterable[str]) -> ListChanged:
    """Adds names; those that are there already stay as they are. Raises Refused when one is no name; then none is
    added."""
    asked = list(dict.fromkeys(_checked(" ".join(name.split())) for name in names))
    if not asked:
        raise Refused("No name was given.", "Type the name of a medicine or a device, for instance “fingolimod”.")
    known = own_medicines(where)
    have = {name.casefold() for name in known}
    new = [name for name in asked if name.casefold() not in have]
    if len(known) + len(new) > MOST:
        raise Refused(f"The list would hold more than {MOST} names.", "Remove those that are not used any more.")
    if not new:
        some = f"“{asked[0]}” is" if len(asked) == 1 else "They are"
        return ListChanged(known, f"{some} in the list already.")
    kept = _in_order((*known, *new))
    _save(where, kept)
    if len(new) == 1:
        return ListChanged(kept, f"“{new[0]}” is on your list. Open alerts that name it stand in My medicines.")
    return ListChanged(kept, f"{len(new)} names are on your list. Open alerts that name one stand in My medicines.")


def remove(where: Places, name: str) -> ListChanged:
    """Takes a name out of the list, letter case aside. Raises Refused when it is not there."""
    known = own_medicines(where)
    wanted = " ".join(name.split()).casefold()
    found = next((one for one in known if one.casefold() == wanted), None)
    if found is None:
        raise Refused(f"“{name}” is not in the list.", "See the list: msatctl medicines list.")
    kept = tuple(one for one in known if one != found)
    _save(where, kept)
    return ListChanged(kept, f"“{found}” is out of your list.")


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, letter case aside, in the order of the alphabet."""
    once = {name.casefold(): name for name in names}
    return tuple(once[low] for low in sorted(once))


def _checked(name: str) -> str:
    if len(name) > LONGEST or not name.isprintable() or unturned(name) != name:
        raise Refused(
            f"“{name[:LONGEST]}” is not a name that can be looked for.", f"Give up to {LONGEST} letters on one line."
        )
    if sum(mark.isalnum() for mark in name) < FEWEST:
        raise Refused(f"“{name}” is too short to look for.", f"Give a name of {FEWEST} letters or more.")
    if find(name):
        raise Refused("That looks like a patient's details.", "Give the name of a medicine or a device only.")
    return name


def _save(where: Places, names: tuple[str, ...]) -> None:
    """Writes the list whole, aside first, so that it is either the old one or the new one."""
    lines = ["# The medicines and devices of this site, for the view My medicines.", "medicine = ["]
    lines += ["  " + '"' + "".join("\\" + c if c in '"\\' else c for c in name) + '",' for name in names]
    aside = where.medicines.with_suffix(".new")
    try:
        where.medicines.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text("\n".join([*lines, "]"]) + "\n", encoding="utf-8", newline="\n")
        aside.replace(where.medicines)
    except OSError as error:
        raise Refused(
            f"The file {where.medicines} cannot be written: {error.strerror or error}.",
            "Check the disk and the folder.",
        ) from error
