"""Where the words of each fact stand, so that a screen can show a fact in its place. Pure; decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from msat.alerts.model import Alert, Batch, Where
from msat.clock import say_moment


@dataclass(frozen=True, slots=True)
class Highlight:
    """One fact in its place: `words` is `[start:end]` of `Alert.title` (where: title) or `Alert.text` (where: text).

    A fact that rests on the publisher's own data or the description stands in neither: start and end are then 0.
    """

    name: str
    value: str
    words: str
    where: Where
    start: int = 0
    end: int = 0

    @property
    def is_in_place(self) -> bool:
        return self.end > self.start


def all_facts(alert: Alert) -> tuple[Highlight, ...]:
    """Every fact of an alert with its place, in the order screens list them. They may lie within each other."""
    placed = [_placed(alert, fact) for fact in _facts(alert)]
    return (*placed, *_batches(alert))


def highlights(alert: Alert) -> tuple[Highlight, ...]:
    """What to paint, in the order of the title, then of the text: no two pieces touch the same letter.

    Where facts lie within each other the shorter words win, and what is left of the longer ones stays theirs in pieces.
    """
    found = sorted((fact for fact in all_facts(alert) if fact.is_in_place), key=lambda fact: fact.end - fact.start)
    kept: list[Highlight] = []
    for place, text in ((Where.TITLE, alert.title), (Where.TEXT, alert.text)):
        taken = bytearray(len(text))
        pieces = [piece for fact in found if fact.where is place for piece in _pieces(fact, text, taken)]
        kept.extend(sorted(pieces, key=lambda piece: piece.start))
    return tuple(kept)


def _facts(alert: Alert) -> Iterator[Highlight]:
    for name, fact in alert.facts().items():
        yield Highlight(name, fact.value, fact.words, fact.where)
    for deadline in alert.deadlines:
        value = say_moment(deadline.at) if deadline.at else (deadline.span or "at once")
        yield Highlight(f"deadline, {deadline.kind}", value, deadline.words, deadline.where)
    for product in alert.products:
        yield Highlight("product", product.name, product.words, product.where)
    for name, several in (
        ("all batches", alert.all_batches),
        ("supersedes", alert.supersedes),
        ("mentions", alert.other_references),
    ):
        for fact in several:
            yield Highlight(name, fact.value, fact.words, fact.where)


def _placed(alert: Alert, fact: Highlight) -> Highlight:
    text = {Where.TITLE: alert.title, Where.TEXT: alert.text}.get(fact.where, "")
    start = text.find(fact.words) if fact.words else -1
    return fact if start < 0 else replace(fact, start=start, end=start + len(fact.words))


def _batches(alert: Alert) -> Iterator[Highlight]:
    """Each batch number in its own row. A row that comes twice is looked for after the one before it."""
    after: dict[str, int] = {}
    for batch in alert.batches:
        value = f"{batch.number} to {batch.through}" if batch.through else batch.number
        if batch.expiry:
            value += f", expiry {batch.expiry}"
        yield _batch_placed(alert, Highlight("batch", value, batch.number, Where.TEXT), batch, after)


def _batch_placed(alert: Alert, found: Highlight, batch: Batch, after: dict[str, int]) -> Highlight:
    for place, text in ((Where.TEXT, alert.text), (Where.TITLE, alert.title)):
        row = text.find(batch.words)
        if row < 0:
            continue
        row_end = row + len(batch.words)
        named = f"{place}:{row}:{batch.number}"
        start = text.find(batch.number, after.get(named, row), row_end)
        if start >= 0:
            after[named] = start + len(batch.number)
            return replace(found, where=place, start=start, end=start + len(batch.number))
        return replace(found, where=place, words=batch.words, start=row, end=row_end)
    return replace(found, words=batch.words)


def _pieces(fact: Highlight, text: str, taken: bytearray) -> Iterator[Highlight]:
    """The parts of a fact's words that no shorter fact has taken, spaces at their ends left out."""
    at = fact.start
    while at < fact.end:
        if taken[at]:
            at += 1
            continue
        stop = taken.find(1, at, fact.end)
        stop = fact.end if stop < 0 else stop
        words = text[at:stop]
        start = at + len(words) - len(words.lstrip())
        end = at + len(words.rstrip())
        if end > start:
            yield replace(fact, words=text[start:end], start=start, end=end)
        taken[at:stop] = b"\x01" * (stop - at)
        at = stop
