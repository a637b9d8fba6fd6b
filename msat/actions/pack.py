"""A pack of local rules as one text (`.msatrules`, TOML): whose it is, for whom, and what it lays over the shipped.

Reads and writes the text, strictly: each mistake names file, entry and field. Whether an entry fits the shipped
rules is for `overlay.py` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from msat.errors import Refused
from msat.triage.model import OrganisationKind
from msat.triage.overlay import Entry
from msat.triage.reading import Strict, read_strictly, refuse_entry

ENDING = ".msatrules"
LARGEST = 1_000_000
"""Bytes of a pack; one that changes every rule takes a few ten thousand."""
# A decision with all its reasons and actions must fit into one entry of the record (64 KiB).
_LONGEST_TEXT = {"rule": 1000, "action": 400}
_MOST = {"rule": 200, "action": 60}
_MOST_PLACES = 40
_LONGEST_PLACE = 80
_REASON = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

ReasonOf = Literal["applies", "does-not-apply", "gap"]


class LocalReason(Strict, frozen=True, kw_only=True):
    """A reason code for “applies”, “does not apply” or a gap, with the words shown for it."""

    of: ReasonOf
    code: str
    words: str


class _PackFile(Strict, frozen=True, kw_only=True):
    format: Literal[1]
    name: str
    organisation: str
    ods: str
    for_: Literal["own"] | list[OrganisationKind] = msgspec.field(name="for", default="own")
    base: str
    who: str = ""
    why: str = ""
    rule: list[dict[str, Any]] = []
    action: list[dict[str, Any]] = []
    places: dict[OrganisationKind, list[str]] = {}
    reason: list[LocalReason] = []
    letters: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack. `made_for` empty: for the organisation that made it; else every kind that may adopt it."""

    name: str
    organisation: str
    ods: str
    base: str
    """The shipped rules' version that it was made over."""
    made_for: tuple[OrganisationKind, ...] = ()
    who: str = ""
    why: str = ""
    rules: tuple[Entry, ...] = ()
    actions: tuple[Entry, ...] = ()
    places: Mapping[OrganisationKind, tuple[str, ...]] = field(default_factory=dict)
    reasons: tuple[LocalReason, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether it lays nothing over the shipped rules: that is how local rules are withdrawn."""
        return not (self.rules or self.actions or self.places or self.reasons or self.letters)

    @property
    def said_for(self) -> str:
        """For whom, in words."""
        if not self.made_for:
            return f"{self.organisation} ({self.ods}) only"
        return ", ".join(kind.value for kind in self.made_for)


def read_pack(name: str, text: str) -> Pack:
    """The pack in the file `name`. Raises Refused naming file, entry and field."""
    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise Refused(f"The file “{name}” is too large to be a pack of local rules.", "Check its name.")
    content: _PackFile = read_strictly(name, text, _PackFile, "reason")
    for what, value in (("name", content.name), ("organisation", content.organisation), ("ods", content.ods)):
        if not value.strip() or len(value) > 200 or not value.isprintable():
            refuse_entry(name, "the head", what, "a short line of text is wanted")
    if content.for_ == []:
        refuse_entry(name, "the head", "for", "name the kinds of organisation, or write “own”")
    return Pack(
        name=content.name,
        organisation=content.organisation,
        ods=content.ods,
        base=content.base,
        made_for=() if isinstance(content.for_, str) else tuple(dict.fromkeys(content.for_)),
        who=content.who,
        why=content.why,
        rules=tuple(_entries(name, "rule", "id", content.rule, ("which",))),
        actions=tuple(_entries(name, "action", "code", content.action)),
        places={k: checked_places(name, f"places for {k.value}", listed) for k, listed in content.places.items()},
        reasons=_reasons(name, content.reason),
        letters=dict(content.letters),
    )


def _entries(
    name: str, table: str, key: str, rows: Sequence[Mapping[str, Any]], also: Sequence[str] = ()
) -> Iterator[Entry]:
    if len(rows) > _MOST[table]:
        refuse_entry(name, f"{table} number {_MOST[table] + 1}", key, f"a pack has at most {_MOST[table]} of these")
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(rows, 1):
        id_, why = row.get(key), row.get("why", "")
        if not isinstance(id_, str) or not id_:
            refuse_entry(name, f"{table} number {number}", key, "it is missing, or is no text")
        if not isinstance(why, str):
            refuse_entry(name, f"{table} {id_}", "why", "a text is wanted")
        for given, value in row.items():
            if any(len(text.encode("utf-8", "replace")) > _LONGEST_TEXT[table] for text in _texts(value)):
                refuse_entry(name, f"{table} {id_}", given, f"a text has at most {_LONGEST_TEXT[table]} bytes")
        one = (str(id_), *(str(row.get(other, "")) for other in also))
        if one in seen:
            refuse_entry(name, f"{table} {id_}", key, "it is given twice; put both into one table")
        seen.add(one)
        yield Entry(str(id_), str(why), {k: v for k, v in row.items() if k not in (key, "why")})


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in (*value, *value.values()):
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def checked_places(name: str, what: str, listed: Sequence[str]) -> tuple[str, ...]:
    """Places as they are shown: each a short line, none twice. Raises Refused naming `what`."""
    places = tuple(" ".join(place.split()) for place in listed)
    if not places or not all(places) or len({place.casefold() for place in places}) != len(places):
        refuse_entry(name, what, "places", "name at least one place, each once and none empty")
    if len(places) > _MOST_PLACES or any(len(place) > _LONGEST_PLACE or not place.isprintable() for place in places):
        refuse_entry(name, what, "places", f"at most {_MOST_PLACES} places, each a line of {_LONGEST_PLACE} characters")
    return places


def _reasons(name: str, given: Sequence[LocalReason]) -> tuple[LocalReason, ...]:
    seen: set[tuple[str, str]] = set()
    for reason in given:
        entry = f"reason {reason.code}"
        if not _REASON.fullmatch(reason.code) or len(reason.code) > 40:
            refuse_entry(name, entry, "code", "small letters, digits and hyphens, at most 40")
        if not reason.words.strip() or len(reason.words) > 200 or not reason.words.isprintable():
            refuse_entry(name, entry, "words", "a line of words is wanted, at most 200 characters")
        if (reason.of, reason.code) in seen:
            refuse_entry(name, entry, "code", f"it is given twice for “{reason.of}”")
        seen.add((reason.of, reason.code))
    return tuple(given)


def write_pack(pack: Pack) -> str:
    """The pack as TOML; reading it again gives the same pack."""
    made_for = "own" if not pack.made_for else [kind.value for kind in pack.made_for]
    lines = [f"format = 1\nname = {toml(pack.name)}\norganisation = {toml(pack.organisation)}\nods = {toml(pack.ods)}"]
    lines.append(f"for = {toml(made_for)}\nbase = {toml(pack.base)}\nwho = {toml(pack.who)}\nwhy = {toml(pack.why)}\n")
    lines += [write_entry("rule", "id", entry) for entry in pack.rules]
    lines += [write_entry("action", "code", entry) for entry in pack.actions]
    for reason in pack.reasons:
        lines.append(
            f"[[reason]]\nof = {toml(reason.of)}\ncode = {toml(reason.code)}\nwords = {toml(reason.words)}\n"
        )
    if pack.places:
        rows = [f"{kind.value} = {toml(list(listed))}" for kind, listed in pack.places.items()]
        lines.append("\n".join(["[places]", *rows, ""]))
    if pack.letters:
        lines.append("\n".join(["[letters]", *(f"{toml(n)} = {toml(text)}" for n, text in pack.letters.items()), ""]))
    return "\n".join(lines)


def write_entry(table: str, key: str, entry: Entry) -> str:
    """One `[[rule]]` or `[[action]]` table."""
    rows = [f"{key} = {toml(entry.id)}"]
    rows += [f"why = {toml(entry.why)}"] if entry.why else []
    rows += [f"{name} = {toml(value)}" for name, value in entry.fields.items()]
    return "\n".join([f"[[{table}]]", *rows, ""])


def toml(value: Any) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(str(value))
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_string(str(k))} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    raise Refused(f"“{value}” cannot be part of a pack.", "Use texts, whole numbers, lists and tables.")


_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def _string(text: str) -> str:
    return '"' + "".join(_SHORT.get(c) or (f"\\u{ord(c):04x}" if c < " " or c == "\x7f" else c) for c in text) + '"'
