"""How the files of `alerts/` are read: strictly, each mistake named with file, entry and field. Decides nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from string import Formatter
from typing import Any, Literal

import msgspec

from msat.alerts.dates import last_day
from msat.errors import Refused
from msat.triage.backtracking import runs_away

Basis = Literal["published", "proposal", "local"]
"""Local: an organisation's own, in force because it was adopted there. No shipped file may say so."""
PriorityWord = Literal["red", "amber", "green", "none"]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a knowledge file: an unknown key is refused."""


class Reviewed(Strict, frozen=True, kw_only=True):
    """Whether a clinical statement is published or ours, where it comes from, and who has reviewed it."""

    basis: Basis
    source: str
    reviewed_by: str = ""
    reviewed_on: str = ""

    @property
    def reviewed(self) -> str:
        """In words, as shown wherever the rule speaks."""
        if self.basis == "local":
            return f"adopted by {self.reviewed_by} on {self.reviewed_on}" if self.reviewed_by else "not yet adopted"
        if self.reviewed_by:
            return f"reviewed by {self.reviewed_by} on {self.reviewed_on}"
        return "not yet reviewed by a pharmacist"


@lru_cache(maxsize=512)
def pattern(text: str) -> re.Pattern[str]:
    """A pattern of a knowledge file, made once."""
    return re.compile(text, re.IGNORECASE)


def read_strictly(name: str, text: str, type_: type[Any], key: str) -> Any:
    """The knowledge file `name` as `type_`. `key` is its list of named tables, for the sentence when it is wrong.

    Raises Refused naming the file, the entry and the field.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"The file “{name}” is not well-formed TOML: {error}.", "Mend that line.") from error
    except RecursionError as error:
        what = f"The file “{name}” is nested too deeply to be read."
        raise Refused(what, "Check that it is the right file.") from error
    try:
        return msgspec.convert(raw, type_)
    except msgspec.ValidationError as error:
        raise Refused(_sentence(name, raw, key, str(error)), "Mend that field; nothing was loaded.") from error


def _sentence(name: str, raw: Mapping[str, Any], key: str, message: str) -> str:
    """msgspec's message with its path in words: file, entry by its id, field."""
    complaint, _, path = message.partition(" - at `")
    path = path.removeprefix("key` in `")  # the name of a field of a table that takes only some names
    found = re.match(rf"\$\.{key}\[(\d+)\]\.?(.*?)`?$", path)
    if not found:
        return f"The file “{name}”{_field(path.strip('`').lstrip('$.'))}: {complaint}."
    number = int(found[1])
    entry = raw[key][number]
    said = (entry.get("id") or entry.get("code")) if isinstance(entry, dict) else None
    field = with_name(found[2], entry, complaint)
    return f"The file “{name}”, {key} {said or f'number {number + 1}'}{_field(field)}: {complaint}."


def with_name(path: str, entry: Any, complaint: str) -> str:
    """A path that ends in a value of a table (`priority[...]`) with that value's own name, where it can be told."""
    table, dots, rest = path.partition("[...]")
    value = re.search(r"'([^']*)'", complaint)
    found = entry.get(table) if isinstance(entry, dict) else None
    if not dots or rest or value is None or not isinstance(found, dict):
        return path
    named = [name for name, given in found.items() if given == value[1]]
    return f"{table}.{named[0]}" if len(named) == 1 else path


def _field(path: str) -> str:
    return f", field “{path}”" if path else ""


def refuse_entry(name: str, entry: str, field: str, what: str) -> None:
    """Raises Refused for a value that is of the right type and still wrong."""
    raise Refused(f"The file “{name}”, {entry}, field “{field}”: {what}.", "Mend that field; nothing was loaded.")


def check_patterns(name: str, entry: str, field: str, patterns: Iterable[str]) -> None:
    """Raises Refused on a pattern that cannot be read or that asks for no words at all."""
    for text in patterns:
        try:
            matches_nothing = pattern(text).search("") is not None
        except re.error as error:
            raise Refused(
                f"The file “{name}”, {entry}, field “{field}”: the pattern “{text}” cannot be read: {error}.",
                "Mend that field; nothing was loaded.",
            ) from error
        if runs_away(text):
            refuse_entry(
                name, entry, field, f"the pattern “{text}” repeats a repeat without end, so it could take for ever"
            )
        if matches_nothing:
            refuse_entry(name, entry, field, f"the pattern “{text}” fits every notice, for it matches no words")


def check_reviewed(name: str, entry: str, reviewed: Reviewed) -> None:
    """Raises Refused on a review that has a name without a date or the other way round, and on a basis not ours."""
    if reviewed.basis == "local":
        refuse_entry(name, entry, "basis", "“local” is for what an organisation adopted, not for what is shipped")
    if bool(reviewed.reviewed_by) != bool(reviewed.reviewed_on):
        refuse_entry(name, entry, "reviewed_on", "a review has both a name and a date, or neither")
    if reviewed.reviewed_on and last_day(reviewed.reviewed_on) is None:
        refuse_entry(name, entry, "reviewed_on", f"“{reviewed.reviewed_on}” is not a day such as “22 November 2026”")
    check_said(name, entry, "source", reviewed.source)


def check_said(name: str, entry: str, field: str, text: str) -> None:
    """Raises Refused on a text for people that says nothing."""
    if not text.strip():
        refuse_entry(name, entry, field, "the text is empty")


def check_template(name: str, entry: str, field: str, text: str, words: Collection[str]) -> None:
    """Raises Refused on a text that is empty, whose braces do not close, or that asks for what is not in `words`."""
    check_said(name, entry, field, text)
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        raise Refused(
            f"The file “{name}”, {entry}, field “{field}”: its braces do not close ({error}).",
            "Mend that field; nothing was loaded.",
        ) from error
    for _before, word, width, conversion in parts:
        if word not in words or width or conversion:
            allowed = ", ".join(sorted(words)) or "what it may hold, which is nothing,"
            refuse_entry(name, entry, field, f"“{{{word}}}” is not one of {allowed} as it is")
