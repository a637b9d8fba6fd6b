"""Everything that this record says of one person, as a file: for somebody who asks what is held about them.

Only the own log is looked through, and every text in it: who did it, who approved or stands in, and free text. Nothing
is changed or recorded. A name is found as whole words, however it was typed; initials alone are not a name.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from msat.clock import say_moment, stamp
from msat.errors import NotRecorded, Refused
from msat.record.durable import write_durably
from msat.record.entries import Entry, Head
from msat.record.erasure import NOTE
from msat.services.deeds import checked_name
from msat.services.desk import Desk

FORMAT = "msat-person-v1"
SHORTEST = 3
"""Letters in a name: shorter ones are found in everything."""
_ALIKE = ("'\u2018\u2019\u02bc\u00b4`", "-\u2010\u2011\u2012\u2013")
"""Apostrophes, and hyphens: word processors put one in the place of another."""
_NOT_LOOKED_IN = frozenset({"salt", "schema", "files", "version", NOTE})


@dataclass(frozen=True, slots=True)
class Naming:
    """An entry that names the person, and the fields in which it does: `actor.name`, `data.owner`."""

    entry: Entry
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written and where; `without_body` counts entries whose body is withheld or erased."""

    path: Path
    found: tuple[Naming, ...]
    head: Head
    without_body: int

    def words(self, name: str) -> str:
        """What was done, for people."""
        lines = [f"{len(self.found):,} of {self.head.size:,} entries name {name}. Written to {self.path}."]
        if self.without_body:
            lines.append(f"{self.without_body:,} entries have no body here and could not be looked through.")
        if not self.found:
            lines.append("Try other spellings of the name, for instance with and without a title.")
        return "\n".join(lines)


def export_person(desk: Desk, name: str, out: Path) -> Exported:
    """Writes every entry that names `name` to the new file `out`: .txt to be read, .json with every field.

    Raises Refused for a name that is too short, and for a file that is there or of another kind.
    """
    name = checked_name(name, "person")
    pattern_of(name)
    kind = out.suffix.lower()
    if kind not in (".txt", ".json"):
        raise Refused(f"“{out.name}” is neither a .txt nor a .json file.", "Name one of the two.")
    if out.exists():
        raise Refused(f"There is a file “{out}” already.", "Choose another name: nothing is written over.")
    if not out.parent.is_dir():
        raise Refused(f"There is no folder “{out.parent}”.", "Make it, or choose another.")
    head = desk.record.head()
    found, without_body = find_naming(desk, name, head.size)
    done = Exported(out.absolute(), found, head, without_body)
    data = _as_json(desk, name, done) if kind == ".json" else _as_text(desk, name, done)
    try:
        write_durably(done.path, data.encode("utf-8"))
    except OSError as error:
        raise NotRecorded(f"The file {out} was not written: {error.strerror or error}.", "Choose another.") from error
    return done


def find_naming(desk: Desk, name: str, upto: int | None = None) -> tuple[tuple[Naming, ...], int]:
    """The entries that name the person, and how many entries have no body to look through.

    Those of logs that the own one superseded come first, each up to its last entry that counts.
    """
    found, without_body, pattern = [], 0, pattern_of(name)
    earlier = (entry for head in desk.record.lineage() for entry in desk.record.entries(head.log, upto=head.size))
    for entry in chain(earlier, desk.record.entries(upto=upto)):
        without_body += entry.body is None
        if fields := tuple(fields_naming(entry.content, pattern)):
            found.append(Naming(entry, fields))
    return tuple(found), without_body


def pattern_of(name: str) -> re.Pattern[str]:
    """Finds a name as whole words, whatever the case, the spaces, and the way apostrophes and accents were typed.

    Raises Refused for one that is too short.
    """
    if sum(c.isalpha() for c in name) < SHORTEST:
        raise Refused(f"“{name}” is too short to be looked for.", "Give the name as it was typed at sign-off.")
    words = r"\s+".join("".join(map(_typed, word)) for word in unicodedata.normalize("NFC", name).split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def _typed(letter: str) -> str:
    """A pattern for one letter in each way that keyboards and word processors write it."""
    for alike in _ALIKE:
        if letter in alike:
            return f"[{re.escape(alike)}]"
    apart = unicodedata.normalize("NFD", letter)
    return re.escape(letter) if apart == letter else f"(?:{re.escape(letter)}|{re.escape(apart)})"


def fields_naming(value: Any, pattern: re.Pattern[str], where: str = "") -> Iterator[str]:
    """The fields whose text names the person, in their order."""
    if isinstance(value, str):
        if pattern.search(value):
            yield where
    elif isinstance(value, dict):
        for key, inner in value.items():
            if where or key not in _NOT_LOOKED_IN:
                yield from fields_naming(inner, pattern, f"{where}.{key}" if where else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from fields_naming(inner, pattern, f"{where}[{number}]")


def _as_json(desk: Desk, name: str, done: Exported) -> str:
    organisation = desk.record.organisation
    value = {
        "format": FORMAT,
        "name": name,
        "organisation": {"name": organisation.name, "ods": organisation.ods},
        "made": stamp(desk.clock.now()),
        "log": done.head.log,
        "size": done.head.size,
        "head": done.head.id,
        "without_body": done.without_body,
        **({"from_backup": desk.record.shown.face} if desk.record.shown else {}),
        "entries": [
            {
                "log": one.entry.log,
                "seq": one.entry.seq,
                "id": one.entry.id,
                "type": one.entry.type,
                "time": stamp(one.entry.time),
                "fields": list(one.fields),
                "content": one.entry.content,
            }
            for one in done.found
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _as_text(desk: Desk, name: str, done: Exported) -> str:
    organisation, head = desk.record.organisation, done.head
    lines = [
        f"What the medicines safety record of {organisation.name} ({organisation.ods}) says of {name}",
        f"Made {say_moment(desk.clock.now())} from log {head.log}, entries 1 to {head.size:,}.",
        *([desk.record.shown.face] if desk.record.shown else []),
        f"Entries that name {name}: {len(done.found):,}. Entries without a body: {done.without_body:,}.",
        "Looked through: the log of this installation and those it goes on for, every text field. Logs of other sites "
        "were not.",
    ]
    for one in done.found:
        entry, actor = one.entry, one.entry.content.get("actor", {})
        number = f"{entry.seq:,}" if entry.log == head.log else f"{entry.log[:8]}/{entry.seq} of an earlier log"
        lines += [
            "",
            f"Entry {number}, {say_moment(entry.time)}, {entry.type}"
            + (f", about {entry.about}" if entry.about else ""),
            f"  {entry.content.get('meaning', '')}",
            f"  Done by {actor.get('name', '')}, {actor.get('role', '')}.",
        ]
        lines += [f"  {field}: {text_at(entry.content, field)}" for field in one.fields if field != "meaning"]
    return "\n".join(lines) + "\n"


def text_at(content: Any, field: str) -> str:
    """The text at a field, on one line."""
    for key, number in re.findall(r"([a-z][a-z0-9_]*)|\[(\d+)\]", field):
        content = content[key] if key else content[int(number)]
    return " ".join(str(content).split())
