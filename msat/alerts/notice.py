"""One notice laid out for reading: its title, its lines, which of them head it, and its sections by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from msat.alerts.model import Where
from msat.alerts.text import Document, Line, document
from msat.feeds.model import FeedItem

LONGEST_TITLE = 2_000
LONGEST_LINE = 4_000
LONGEST_HEADER = 600
_MOST_HEADER_LINES = 14

# The sections that notices of every age use; some stand as headings, some as a plain line of capitals.
_SECTION = re.compile(
    r"(?:marketing authori[sz]ation holder(?: ?\(mah\))?s?|mah|company(?: name)?s?|licen[cs]e holder|manufacturer"
    r"|(?:affected )?medicine(?: |-)?details?|product (?:description"
    r"|details?|information)|medicines? affected|affected (?:products?"
    r"|medicines?)"
    r"|affected (?:lot|batch)(?:\W{1,3}batch)?(?: numbers?)?|batch (?:numbers?|details?|information)"
    r"|background|brief description(?: of the (?:issue|problem))?|(?:reason|problem|issue|details?)"
    r"|explanation of(?: the)? identified safety issue|actions?(?: required)?|action by|deadlines? for actions?"
    r"|device(?: details)?|mdr number|(?:alert )?reference(?: number)?"
    r"|date issued|further information|additional information"
    r"|advice (?:for|to) .{3,80}|information for .{3,60}|recommendations?"
    r"|next steps|distribution|enquiries|key messages?"
    r"|patients?|wholesalers?|pharmacies|healthcare professionals?"
    r"|remote liability.*|download documents?|defective medicines report centre)",
    re.IGNORECASE,
)
_BODY_BEGINS = re.compile(
    r"(?:marketing auth|mah\b|company|licen[cs]e holder|manufacturer"
    r"|medicine|product|affected|batch|background|brief desc"
    r"|explanation|actions? required|action\Z|advice|information for|recommend|device|patients?\Z|key mess)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the lines under it, up to the next heading; `first` is the number of its first line."""

    heading: str
    first: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is read. Words taken from `title` stand in the title, words from `lines` in the text."""

    item: FeedItem
    title: str
    document: Document
    header: tuple[str, ...]
    """The lines above the first section: kind, class, reference, action line, date, level."""
    sections: tuple[Section, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.document.lines

    def places(self) -> Iterator[tuple[str, Where]]:
        """The title, then the header lines: where a notice says what it is."""
        yield self.title[:LONGEST_TITLE], Where.TITLE
        for line in self.header:
            yield line, Where.TEXT

    def prose(self) -> Iterator[str]:
        """Every line that is not a table row."""
        return (line.text[:LONGEST_LINE] for line in self.lines if not line.in_table)

    def section(self, pattern: re.Pattern[str]) -> Section | None:
        """The first section whose heading matches and that has a line."""
        return next((s for s in self.sections if s.lines and pattern.search(s.heading)), None)


def is_heading(line: Line) -> bool:
    """Whether a line heads a section: marked so, or one of the known names standing alone."""
    if line.heading:
        return True
    return not line.in_table and len(line.text) <= 100 and bool(_SECTION.fullmatch(line.text.rstrip(" :")))


def notice(item: FeedItem) -> Notice:
    """Lays out one feed item."""
    read = document(item.html)
    return Notice(item, tidy_title(item.title), read, _header(read.lines), tuple(_sections(read.lines)))


def tidy_title(title: str) -> str:
    """The title without control characters and the spaces at its ends. Spaces inside it are kept, so that the words
    quoted from it are a literal part of what the publisher wrote."""
    plain = "".join(character if character.isprintable() else " " for character in title[: 2 * LONGEST_TITLE])
    return unicodedata.normalize("NFC", plain).strip()


def _header(lines: tuple[Line, ...]) -> tuple[str, ...]:
    header: list[str] = []
    for line in lines[:_MOST_HEADER_LINES]:
        if line.in_table or (is_heading(line) and _BODY_BEGINS.match(line.text)):
            break
        header.append(line.text[:LONGEST_HEADER])
    return tuple(header)


def _sections(lines: tuple[Line, ...]) -> Iterator[Section]:
    heading, first = "", 0
    for number, line in enumerate(lines):
        if is_heading(line):
            yield Section(heading, first, lines[first:number])
            heading, first = line.text.rstrip(" :"), number + 1
    yield Section(heading, first, lines[first:])
