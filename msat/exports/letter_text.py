"""The text of a letter that an editor may change: a plain file of lines, with names in braces and blocks in brackets.

Nothing in it is code: a name or block that is not known is refused with the file and the line, and what is filled in
is plain text in the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msat.errors import Refused
from msat.exports.document import Block, Bullets, Heading, Paragraph, Runs, plain

MOST_BYTES = 64 * 1024
MOST_LINES = 600
_NAME = re.compile(r"\{([^{}]*)\}")
_BLOCK = re.compile(r"\[([a-z]+)\]")
_ENDS = ("low", "high")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text: its number in the file, what it is for, and what it says."""

    number: int
    kind: str
    """`title`, `section`, `point`, `block`, `text` or `blank`."""
    text: str
    end: str = ""
    """`low` or `high` where it is for one end only."""


@dataclass(frozen=True, slots=True)
class LetterText:
    """A text that was read and checked. `name` is the file's, for what is said of it."""

    name: str
    lines: tuple[Line, ...]


def read_text(data: bytes, name: str, names: Sequence[str], blocks: Sequence[str]) -> LetterText:
    """The text in `data`. Raises Refused, naming file and line, for one that cannot be used."""
    if len(data) > MOST_BYTES:
        raise Refused(f"“{name}” is larger than {MOST_BYTES // 1024} KB.", "Use a shorter text.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"“{name}” is not a text in UTF-8.", "Save it as plain text, UTF-8.") from None
    lines = tuple(_line(number, each, name, names, blocks) for number, each in enumerate(text.splitlines(), 1))
    kept = tuple(line for line in lines if line.kind != "note")
    if len(kept) > MOST_LINES:
        raise Refused(f"“{name}” has more than {MOST_LINES} lines.", "Use a shorter text.")
    titles = [line.number for line in kept if line.kind == "title"]
    first = next((line for line in kept if line.kind != "blank"), None)
    if len(titles) != 1 or first is None or first.kind != "title":
        raise Refused(f"“{name}” does not begin with its one title.", "Begin the text with a line “= Title”.")
    return LetterText(name, kept)


def _line(number: int, line: str, name: str, names: Sequence[str], blocks: Sequence[str]) -> Line:
    line = line.strip()
    if line.startswith("#"):
        return Line(number, "note", "")
    end = next((one for one in _ENDS if line.startswith(f"[{one}]")), "")
    line = line.removeprefix(f"[{end}]").strip() if end else line
    block = _BLOCK.fullmatch(line)
    if block:
        _refuse_unknown([block[1]], blocks, name, number, "block")
        return Line(number, "block", block[1], end)
    found = _NAME.findall(line)
    _refuse_unknown(found, names, name, number, "name")
    if "{" in _NAME.sub("", line) or "}" in _NAME.sub("", line):
        raise Refused(f"Line {number} of “{name}” has a brace without its other half.", "Write names as {ods}.")
    for sign, kind in (("== ", "section"), ("= ", "title"), ("- ", "point")):
        if line.startswith(sign):
            return Line(number, kind, line.removeprefix(sign).strip(), end)
    return Line(number, "text" if line else "blank", line, end)


def _refuse_unknown(found: Sequence[str], known: Sequence[str], name: str, number: int, what: str) -> None:
    unknown = [one for one in found if one not in known]
    if unknown:
        said = f"Line {number} of “{name}” has the {what} “{unknown[0][:40]}”, which is not known."
        raise Refused(said, f"Use one of: {', '.join(known)}.")


def filled(text: LetterText, end: str, values: Mapping[str, str], blocks: Mapping[str, Sequence[Block]]) -> list[Block]:
    """The text's blocks for one end (`low` or `high`), its names and blocks filled in.

    Lines that follow each other are one paragraph; one that is empty once filled in is left out.
    """
    made: list[Block] = []
    for kind, lines in _groups(line for line in text.lines if line.end in ("", end)):
        said = [_said(line.text, values) for line in lines]
        match kind:
            case "title" | "section":
                made += [Heading(1 if kind == "title" else 2, one) for one in said if one]
            case "point":
                points: tuple[Runs, ...] = tuple(plain(one) for one in said if one)
                made += [Bullets(points)] if points else []
            case "block":
                made += [each for line in lines for each in blocks[line.text]]
            case "text":
                words = " ".join(one for one in said if one)
                made += [Paragraph(plain(words))] if words else []
    return made


def _groups(lines: Iterator[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Lines of one kind that follow each other; a blank line ends a group."""
    group: list[Line] = []
    for line in lines:
        if group and line.kind != group[0].kind:
            yield group[0].kind, group
            group = []
        if line.kind != "blank":
            group.append(line)
    if group:
        yield group[0].kind, group


def _said(line: str, values: Mapping[str, str]) -> str:
    """A line with its names filled in; what is filled in is not read again."""
    return _NAME.sub(lambda found: values[found[1]], line).strip()
