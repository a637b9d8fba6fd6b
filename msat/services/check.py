"""Batch check: compare what was typed, pasted or scanned with every notice known here, and say as at when.

`Checker` keeps its index while the record stays as it is; a window keeps one and asks it line after line.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from msat.clock import london, say_moment
from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.projections.batch_check import Answer, Verdict, check
from msat.projections.batch_index import BatchIndex
from msat.projections.scanned import Kind, understand
from msat.services import dmd
from msat.services.desk import Desk

STALE = timedelta(hours=24)
MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class SourceAsAt:
    """A source that is read, when it was last reached, and a sentence where that is too long ago."""

    id: str
    name: str
    last_reached: datetime | None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to one input, as at when and from which sources, and the state of each alert in it, by key."""

    answer: Answer
    words: str
    as_at: datetime
    sources: tuple[SourceAsAt, ...]
    states: dict[str, AlertState]
    not_read: int = 0
    """Notices known here whose text is not here: a colleague's workstation fetched them. They were not compared."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each source that could not be read lately, and one for notices that were not compared where
        `words` do not say it."""
        said = not_compared(self.not_read) if self.not_read else ""
        unread = (said,) if said and said not in self.words else ()
        return (*unread, *(source.warning for source in self.sources if source.warning))


class Checker:
    """Answers one line after the other. Safe to use from several threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._stand = (-1, 0)
        self._index = BatchIndex(())
        self._names: dict[str, tuple[str, ...]] = {}
        self._states: dict[str, AlertState] = {}

    def check(self, text: str) -> Checked:
        """The answer to one typed or scanned text."""
        return self.check_lines([text])[0]

    def check_lines(self, lines: Iterable[str]) -> list[Checked]:
        """The answer to each line of a pasted column. Blank lines are left out; a heading is said to be one."""
        now = self._desk.clock.now()
        with self._lock:
            self._make_current()
            sources = sources_as_at(self._desk, now)
            return [self._checked(line, now, sources) for line in lines]

    def _make_current(self) -> None:
        stand = (self._desk.views.position(), self._desk.views.texts_missing())
        if stand != self._stand:
            self._index, self._states = BatchIndex(self._desk.views.affected()), {}
            self._stand = stand
        dmd.make_current(self._desk)
        self._names = {}

    def _checked(self, text: str, now: datetime, sources: tuple[SourceAsAt, ...]) -> Checked:
        answer = check(understand(text), self._index, london(now).date(), self._names_of)
        states = {str(hit.notice.key): state for hit in answer.hits if (state := self._state(hit.notice.key))}
        unread = self._stand[1]
        words = headline(answer, now, sources)
        if unread and answer.verdict is not Verdict.AFFECTED and answer.asked.kind is not Kind.HEADING:
            words = f"{words} {not_compared(unread)}"
        return Checked(answer, words, now, sources, states, unread)

    def _state(self, key: str) -> AlertState | None:
        if key not in self._states:
            found = self._desk.views.alert(key)
            if found is None:
                return None
            self._states[key] = found
        return self._states[key]

    def _names_of(self, gtin: str) -> tuple[str, ...]:
        if gtin not in self._names:
            self._names[gtin] = self._desk.views.dmd_names(gtin)
        return self._names[gtin]


def not_compared(number: int) -> str:
    """That some notices could not be compared, and what to do."""
    which = "1 notice known here was" if number == 1 else f"{number:,} notices known here were"
    return f"{which} not compared, because the text is not on this computer yet: check the sources."


def check_lines(desk: Desk, lines: Iterable[str]) -> list[Checked]:
    """The answers to some lines, once. A window keeps a `Checker`."""
    return Checker(desk).check_lines(lines)


def lines_of(text: str) -> list[str]:
    """The lines of a pasted column that hold anything. Raises Refused when there are more than `MOST_LINES`."""
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if len(lines) > MOST_LINES:
        raise Refused(f"There are {len(lines)} lines, more than {MOST_LINES} at a time.", "Check them in parts.")
    return lines


def sources_as_at(desk: Desk, now: datetime) -> tuple[SourceAsAt, ...]:
    """The sources that are read, with when each was last reached and a warning where that is not enough."""
    health = desk.views.sources()
    made = []
    for source in desk.knowledge.sources:
        if not source.enabled:
            continue
        known = health.get(source.id)
        reached = known.last_reached if known else None
        made.append(SourceAsAt(source.id, source.name, reached, _warning(source.name, reached, now)))
    return tuple(made)


def _warning(name: str, reached: datetime | None, now: datetime) -> str:
    if reached is None:
        return f"{name} has never been read here: notices from it may be missing."
    if now - reached > STALE:
        return f"{name} was last read on {say_moment(reached)}: newer notices may be missing."
    return ""


_WHAT = {
    Kind.BATCH: "batch",
    Kind.GTIN: "GTIN",
    Kind.GS1: "batch",
    Kind.PRODUCT: "product",
}


def headline(answer: Answer, now: datetime, sources: tuple[SourceAsAt, ...]) -> str:
    """The answer in one or two sentences: what is known here, as at when. It never says that a pack is safe."""
    asked = answer.asked
    named = ", ".join(dict.fromkeys(hit.notice.reference or hit.notice.title for hit in answer.hits))
    if asked.kind is Kind.HEADING:
        return "This is a heading, not a number."
    if answer.verdict is Verdict.AFFECTED:
        return f"Affected: {_what(answer)} is in {named}."
    if answer.verdict is Verdict.SAME_PRODUCT:
        return f"Same product, other batch: {named} names the product, but not {_what(answer)}. {_as_at(now, sources)}"
    if answer.verdict is Verdict.LOOK_AGAIN:
        return f"Look again: {answer.hits[0].why}" if answer.hits else f"Look again: {_malformed(answer)}"
    return f"Not in any notice known here: {_what(answer)}. {_as_at(now, sources)}"


def _malformed(answer: Answer) -> str:
    said = " ".join(answer.asked.problems)
    return f"{said} Scan it again, or type the batch number as it is printed."


def _what(answer: Answer) -> str:
    asked = answer.asked
    if asked.batch and asked.kind is not Kind.PRODUCT:
        return f"batch {asked.batch}"
    if asked.gtin:
        return f"GTIN {asked.gtin}"
    return f"{_WHAT.get(asked.kind, 'entry')} {asked.text}"


def _as_at(now: datetime, sources: tuple[SourceAsAt, ...]) -> str:
    names = ", ".join(source.name for source in sources) or "no source: none is on"
    return f"As at {say_moment(now)}, from {names}."
