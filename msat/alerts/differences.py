"""One difference between two versions, and how two texts or facts are held against each other. Decides nothing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from msat.alerts.model import Fact

SHOWN = 160
"""Characters of a quoted text; the whole of it stands in the two versions."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: which fact, one sentence for people, whether it is material, and why or why not."""

    field: str
    text: str
    material: bool
    why: str


def value(fact: Fact | None) -> str:
    """A fact's value, empty when it is absent."""
    return fact.value if fact else ""


def plain(text: str) -> str:
    """Text without what only a typographer sees: case, punctuation, white space."""
    return re.sub(r"\W+", " ", text).strip().casefold()


def changed(field: str, name: str, before: str, after: str, why: str, material: bool = True) -> Iterator[Difference]:
    """The difference between two values in one sentence; none where they are the same."""
    if before == after:
        return
    if not before:
        text = f"{name} added: {after}."
    elif not after:
        text = f"{name} “{before}” is no longer given."
    else:
        text = f"{name} changed from {before} to {after}."
    yield Difference(field, text, material, why)


def slip(before: str, after: str) -> bool:
    """Whether two texts differ by a spelling only: the same number of words, each at most a letter or two apart, and no
    number, "not" or other small word exchanged."""
    first, last = plain(before).split(), plain(after).split()
    if len(first) != len(last) or len(first) > 400:
        return False
    pairs = [(a, b) for a, b in zip(first, last, strict=True) if a != b]
    return len(pairs) <= 2 and all(
        min(len(a), len(b)) > 5 and a.isalpha() and b.isalpha() and difflib.SequenceMatcher(None, a, b).ratio() > 0.85
        for a, b in pairs
    )


def short(text: str) -> str:
    """A text in quotation marks, cut where it is long."""
    return f"“{text[:SHOWN]}…”" if len(text) > SHOWN else f"“{text}”" if text else ""
