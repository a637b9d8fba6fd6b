"""Writes the organisation's own sources.toml: changes one setting and leaves everything else as a person wrote it.

Text in, text out. After each change the text is read again; should anything but that setting have changed, or the file
be written in a way that cannot be changed line by line, nothing is returned and the person is told.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from msat.errors import Refused
from msat.feeds.addresses import check_address

_HEADER = re.compile(r"[ \t]*\[\[[ \t]*source[ \t]*\]\][ \t]*(?:#.*)?")
_ANY_HEADER = re.compile(r"[ \t]*\[")
_BY_HAND = "Correct the file by hand."


def set_address(own: str | None, source_id: str, address: str) -> str:
    """The own file's new text with this site for the source. Raises Refused for an address that may not be used."""
    return set_checked_address(own, source_id, check_address(address))


def set_checked_address(own: str | None, source_id: str, address: str) -> str:
    """The own file's new text with this address, which has been checked as the kind of the source asks for."""
    return _set(own or "", source_id, "address", address)


def set_enabled(own: str | None, source_id: str, enabled: bool) -> str:
    """The own file's new text with the source switched on or off."""
    return _set(own or "", source_id, "enabled", enabled)


def with_source(own: str | None, row: Mapping[str, str | int | bool]) -> str:
    """The own file's new text with one more source at its end. The row begins with an id that is not there yet."""
    before = own or ""
    wanted = _parsed(before)
    rows = wanted.get("source", [])
    if not isinstance(rows, list):
        raise Refused("In the profile's sources.toml, “source” is not a list of tables.", _BY_HAND)
    start = before if not before.strip() or before.endswith("\n") else before + "\n"
    after = (start + "\n" if start.strip() else "") + table(row)
    return _checked(after, wanted | {"source": [*rows, dict(row)]})


def without_source(own: str | None, source_id: str) -> str:
    """The own file's new text without that source."""
    before = own or ""
    parsed = _parsed(before)
    lines = before.splitlines()
    block = _block(lines, source_id)
    if block is None:
        raise Refused("The profile's sources.toml is written in a way that MSAT cannot change safely.", _BY_HAND)
    left = [row for row in parsed.get("source", []) if row.get("id") != source_id]
    wanted = {key: value for key, value in parsed.items() if key != "source"} | ({"source": left} if left else {})
    return _checked("\n".join([*lines[: block[0]], *lines[block[1] :]]).rstrip("\n") + "\n", wanted)


def table(row: Mapping[str, str | int | bool]) -> str:
    """A source as a `[[source]]` table."""
    lines = [f"{key} = {toml_string(v) if isinstance(v, str) else str(v).lower()}" for key, v in row.items()]
    return "\n".join(["[[source]]", *lines, ""])


def _checked(after: str, wanted: dict[str, Any]) -> str:
    """The new text, if it says what it must and nothing else."""
    try:
        if tomllib.loads(after) == wanted:
            return after
    except tomllib.TOMLDecodeError:
        pass
    raise Refused("The profile's sources.toml is written in a way that MSAT cannot change safely.", _BY_HAND)


def toml_string(text: str) -> str:
    """The text as a TOML basic string."""
    short = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}

    def escaped(char: str) -> str:
        if char in short:
            return short[char]
        return f"\\u{ord(char):04x}" if ord(char) < 0x20 or ord(char) == 0x7F else char

    return '"' + "".join(escaped(char) for char in text) + '"'


def _set(own: str, source_id: str, key: str, value: str | bool) -> str:
    before = _parsed(own)
    wanted = _with(before, source_id, key, value)
    line = f"{key} = {toml_string(value) if isinstance(value, str) else str(value).lower()}"
    return _checked(_edited(own, source_id, key, line), wanted)


def _parsed(own: str) -> dict[str, Any]:
    try:
        return tomllib.loads(own)
    except tomllib.TOMLDecodeError as fault:
        raise Refused(f"The profile's sources.toml is not written as TOML: {fault}.", _BY_HAND) from None


def _with(parsed: dict[str, Any], source_id: str, key: str, value: str | bool) -> dict[str, Any]:
    """What the file must say after the change."""
    rows = parsed.get("source", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused("In the profile's sources.toml, “source” is not a list of tables.", _BY_HAND)
    changed = [row | {key: value} if row.get("id") == source_id else row for row in rows]
    if changed == rows and not any(row.get("id") == source_id for row in rows):
        changed = [*rows, {"id": source_id, key: value}]
    return parsed | {"source": changed}


def _edited(own: str, source_id: str, key: str, line: str) -> str:
    lines = own.splitlines()
    block = _block(lines, source_id)
    if block is None:
        start = [*lines, ""] if lines and lines[-1].strip() else lines
        return "\n".join([*start, "[[source]]", f"id = {toml_string(source_id)}", line, ""])
    first, end = block
    of_key = re.compile(rf"[ \t]*(?:{key}|\"{key}\"|'{key}')[ \t]*=")
    for number in range(first, end):
        if of_key.match(lines[number]):
            lines[number] = line + _comment(lines[number])
            break
    else:
        lines.insert(first + 1, line)
    return "\n".join(lines) + "\n"


def _block(lines: list[str], source_id: str) -> tuple[int, int] | None:
    """The lines of the source's table: its header's number, and the number after its last line."""
    headers = [number for number, line in enumerate(lines) if _ANY_HEADER.match(line)] + [len(lines)]
    for first, end in itertools.pairwise(headers):
        if not _HEADER.fullmatch(lines[first]):
            continue
        try:
            if tomllib.loads("\n".join(lines[first + 1 : end])).get("id") == source_id:
                return first, end
        except tomllib.TOMLDecodeError:
            continue  # a bracket within a text; the check after the change tells whether that mattered
    return None


def _comment(line: str) -> str:
    """The remark at the end of a simple setting's line, with the space before it."""
    found = re.fullmatch(r"[^\"'#]*(?:\"[^\"\\]*\"|'[^']*'|true|false)([ \t]*#.*)", line)
    return found.group(1) if found else ""
