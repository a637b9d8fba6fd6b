"""Shortens between words, visibly, and keeps count of what was left out: for pages that must stay on one side.

Nothing is dropped in silence: what was shortened ends in “…”, and `LeftOut.words` says what is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from msat.exports.plain_text import one_line

Item = TypeVar("Item")


def shortened(text: str, most: int) -> str:
    """`text` on one line, at most `most` characters, cut between words; a single longer word is cut within."""
    text = one_line(text)
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    if not text[most - 1].isspace():
        cut, _blank, _rest = kept.rpartition(" ")
        # A blank in the first third would leave next to nothing of a text that is mostly one word.
        kept = cut if len(cut) > most // 3 else kept
    return f"{kept.rstrip(' ,;:.')}…"


@dataclass(slots=True)
class LeftOut:
    """What a page does not show."""

    texts: int = 0
    parts: list[str] = field(default_factory=list)

    def short(self, text: str, most: int) -> str:
        """As `shortened`; counts the texts that were."""
        made = shortened(text, most)
        self.texts += made != one_line(text)
        return made

    def first(
        self, items: Sequence[Item], most: int, what: str, weight: Callable[[Item], int] = lambda _item: 0
    ) -> list[Item]:
        """At most `most` of `items` in their order: the lightest by `weight`, of equals the first."""
        if len(items) <= most:
            return list(items)
        best = sorted(range(len(items)), key=lambda number: (weight(items[number]), number))[:most]
        self.parts.append(f"{len(items) - most:,} of {len(items):,} {what}")
        return [items[number] for number in sorted(best)]

    @property
    def words(self) -> str:
        """As “3 of 12 places; 4 texts shortened (…)”; empty when nothing is left out."""
        told = list(self.parts)
        if self.texts:
            told.append(f"{self.texts} text{'' if self.texts == 1 else 's'} shortened (…)")
        return "; ".join(told)
