"""Every affected batch and product of the notices known here, ready to be compared with thousands of numbers a second.

Exact means as printed, capital letters and the number of spaces aside. Everything else that could be a slip of the eye
or the keyboard is found by `near`, with the reason; it is never taken for the same.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msat.alerts.model import Batch
from msat.projections.affected import Affected
from msat.projections.products import product_terms
from msat.projections.scanned import gtin14

MOST_NEAR = 10
_MOST_BEGUN = 50
_SHORTEST = 4
"""Shorter numbers are like too many others for a likeness to mean anything."""

_LOOKALIKES = str.maketrans("OILSBZ", "011582")
_MARKS = re.compile(r"[\W_]+")
_FORM = re.compile(r"(\D*)(\d{2,18})(\D*)")
_PLACES = 20
"""Bits for the place of a row in a packed neighbour."""


@dataclass(frozen=True, slots=True)
class Row:
    """One affected batch of one notice."""

    notice: int
    batch: Batch


class BatchIndex:
    """Made once from what the views hold; read by any number of threads."""

    def __init__(self, notices: Sequence[Affected]) -> None:
        self.notices = tuple(notices)
        self.rows = tuple(Row(at, batch) for at, one in enumerate(self.notices) for batch in one.batches)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._ranges: dict[tuple[str, int, str], list[tuple[int, int, int]]] = defaultdict(list)
        self._loose: dict[str, list[int]] = defaultdict(list)
        for place, row in enumerate(self.rows):
            self._take(place, row.batch)
        self._forms = list(self._loose)
        self._places = {form: at for at, form in enumerate(self._forms)}
        self._forward = sorted((form, at) for at, form in enumerate(self._forms))
        self._backward = sorted((form[::-1], at) for at, form in enumerate(self._forms))
        self._neighbours = _neighbours(self._forms)
        self.gtins: dict[str, set[int]] = defaultdict(set)
        self._terms: dict[str, set[int]] = defaultdict(set)
        for at, one in enumerate(self.notices):
            self._take_products(at, one)
        self._sorted_terms = sorted(self._terms)
        self.has_statements = any(one.all_batches and not one.withdrawn for one in self.notices)
        """Whether any notice speaks of all batches of a product."""

    def _take(self, place: int, batch: Batch) -> None:
        self._exact[printed(batch.number)].append(place)
        self._loose[folded(batch.number)].append(place)
        if not batch.through:
            return
        self._exact[printed(batch.through)].append(place)
        first, last = _FORM.fullmatch(printed(batch.number)), _FORM.fullmatch(printed(batch.through))
        if first and last and _form(first) == _form(last):
            self._ranges[_form(first)].append((int(first[2]), int(last[2]), place))

    def _take_products(self, at: int, one: Affected) -> None:
        for product in one.products:
            if product.gtin:
                self.gtins[gtin14(product.gtin)].add(at)
        named = [text for product in one.products for text in (product.name, product.active_ingredient)]
        for term in product_terms(" ".join([*named, *(b.product for b in one.batches), one.title, one.company])):
            self._terms[term].add(at)

    def exact(self, number: str) -> list[Row]:
        """The rows that print this number."""
        return [self.rows[place] for place in self._exact.get(printed(number), ())]

    def within(self, number: str) -> list[Row]:
        """The rows whose range holds this number: one of the same form, letters and length alike."""
        found = _FORM.fullmatch(printed(number))
        ranges = self._ranges.get(_form(found), ()) if found else ()
        value = int(found[2]) if found else 0
        return [self.rows[place] for first, last, place in ranges if first < value < last]

    def near(self, number: str, most: int = MOST_NEAR) -> list[tuple[Row, str]]:
        """The rows whose number could be meant, the likeliest first, each with what differs."""
        form = folded(number)
        places: dict[int, None] = dict.fromkeys(self._loose.get(form, ()))
        if len(form) >= _SHORTEST:
            for like in (*self._begun(form), *self._one_off(form)):
                places.update(dict.fromkeys(self._loose[self._forms[like]][:most]))
        compared = ((place, *difference(number, self.rows[place].batch)) for place in places)
        ranked = [(rank, place, why) for place, rank, why in compared if why]
        ranked += [(1, place, why) for place, why in self._near_ranges(number)]
        ranked.sort()
        return [(self.rows[place], why) for _rank, place, why in ranked[:most]]

    def _near_ranges(self, number: str) -> Iterator[tuple[int, str]]:
        form = _FORM.fullmatch(folded(number).lower())
        if form is None or printed(number) == form[0]:
            return
        for first, last, place in self._ranges.get(_form(form), ()):
            if first <= int(form[2]) <= last:
                yield place, "It would lie in the notice's range, were letters and digits that look alike mixed up."

    def _begun(self, form: str) -> Iterator[int]:
        """Numbers that go on after this one or before it, and numbers that this one goes on after or before."""
        for forms, text in ((self._forward, form), (self._backward, form[::-1])):
            first = bisect_left(forms, (text, -1))
            for other, at in forms[first : first + _MOST_BEGUN]:
                if not other.startswith(text):
                    break
                yield at
        for length in range(_SHORTEST, len(form)):
            for part in (form[:length], form[len(form) - length :]):
                if part in self._places:
                    yield self._places[part]

    def _one_off(self, form: str) -> Iterator[int]:
        """Numbers that one character more, less, other or two changed places would make of this one."""
        for variant in _variants(form):
            packed = (hash(variant) & _HASH) << _PLACES
            at = bisect_left(self._neighbours, packed)
            while at < len(self._neighbours) and self._neighbours[at] < packed + (1 << _PLACES):
                yield self._neighbours[at] - packed
                at += 1

    def named(self, words: str) -> set[int]:
        """The notices in whose product, company and title every word of these begins a word."""
        found: set[int] | None = None
        for term in product_terms(words):
            have: set[int] = set()
            at = bisect_left(self._sorted_terms, term)
            while at < len(self._sorted_terms) and self._sorted_terms[at].startswith(term):
                have |= self._terms[self._sorted_terms[at]]
                at += 1
            found = have if found is None else found & have
        return found or set()


_HASH = (1 << (63 - _PLACES)) - 1


def _neighbours(forms: Sequence[str]) -> array[int]:
    """Every form without one of its characters (and whole), as a hash with the form's place, sorted.

    Two forms that differ by one character share such a variant. Hashes can meet by chance: what is found is compared.
    """
    packed = {
        (hash(variant) & _HASH) << _PLACES | at
        for at, form in enumerate(forms[: 1 << _PLACES])
        if len(form) >= _SHORTEST
        for variant in _variants(form)
    }
    return array("q", sorted(packed))


def _variants(form: str) -> set[str]:
    return {form} | {form[:at] + form[at + 1 :] for at in range(len(form))}


def _form(found: re.Match[str]) -> tuple[str, int, str]:
    return found[1], len(found[2]), found[3]


def printed(number: str) -> str:
    """A number for exact comparing: capital letters and the number of spaces aside, nothing else."""
    return " ".join(number.split()).casefold()


def folded(number: str) -> str:
    """A number with every mark left out and look-alikes made one."""
    return _MARKS.sub("", number).upper().translate(_LOOKALIKES)


def difference(number: str, batch: Batch) -> tuple[int, str]:
    """How a number differs from a row's, as rank (0 is likest) and a sentence; an empty one when it is not like it."""
    own, other = _MARKS.sub("", number).upper(), _MARKS.sub("", batch.number).upper()
    shown = f"The notice prints {batch.number}"
    if own == other:
        return 0, f"{shown}: spaces, hyphens or other marks differ."
    left, right = own.translate(_LOOKALIKES), other.translate(_LOOKALIKES)
    if left == right:
        mixed = ", ".join(dict.fromkeys(f"{b} or {a}" for a, b in zip(own, other, strict=True) if a != b))
        return 1, f"{shown}: look whether it is {mixed}."
    kind = _one_character(left, right)
    if kind:
        return 2, f"{shown}: {kind}."
    if right.startswith(left) or right.endswith(left):
        return 3, f"{shown}: what was entered may be only a part of it."
    if left.startswith(right) or left.endswith(right):
        return 3, f"{shown}: what was entered goes on beyond it."
    return 9, ""


def _one_character(left: str, right: str) -> str:
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    if len(left) == len(right):
        if left[start + 1 :] == right[start + 1 :]:
            return "one character differs"
        swapped = left[start : start + 2] == right[start : start + 2][::-1] and left[start + 2 :] == right[start + 2 :]
        return "two characters have changed places" if swapped else ""
    if len(right) == len(left) + 1 and left[start:] == right[start + 1 :]:
        return "one character is missing in what was entered"
    if len(left) == len(right) + 1 and left[start + 1 :] == right[start:]:
        return "one character is too many in what was entered"
    return ""
