"""Finds the sentence that a lower layer made among those a translator has seen: its template and what was filled in.

Lower layers know no language: they raise “There is no alert EL(26)A/9.”, and a translation holds “There is no alert
{ref}.”. The template that explains a text with the most letters of its own is the one; what stood in its places is
looked for in turn, since sentences are made of phrases. What is in no template stays as it is: it is a name, a number,
somebody's words. Knows no Qt and no language.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from msat.clock import MONTHS

FEWEST_LETTERS = 4
"""Letters of its own that a template needs, lest “{one}: {other}” explain everything."""
LONGEST = 2_000
"""Characters of a line that is looked for; nothing longer is a sentence of the program."""
MOST_FIELDS = 8
DEEPEST = 4
MOST_ENDS = 24
"""Ends of sentences, clauses and quotations at which the first known sentence of a text may end."""
_END = re.compile(r"(?<=[.!?:;,”)]) ")
_SENTENCES = re.compile(r"[.!?] ")
_STOPS = (".", ";", ":", ",")
_AFTER = r" [0-9]{4}(?: [0-9]{2}:[0-9]{2})?"
_DAY = re.compile(rf"(?P<before>[0-9]{{1,2}} )(?P<month>{'|'.join(MONTHS)})(?P<after>{_AFTER})")
_LETTERS = re.compile(r"[^\W\d_]")

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Template:
    """One text with places to be filled: its fields, and its own words before, between and after them."""

    text: str
    letters: int
    longest: str
    fields: tuple[str, ...]
    owns: tuple[str, ...]

    def filled(self, text: str) -> tuple[str, ...] | None:
        """What stands in the places of `text`, each as short as can be; None where the template does not explain it.

        Looks for one own part after the other. A regular expression would try every division of a text, which takes
        minutes for a long one with many commas.
        """
        first, *between, last = self.owns if len(self.owns) > 1 else (*self.owns, "")
        at, end = len(first), len(text) - len(last)
        if at > end or not text.startswith(first) or not text.endswith(last) or not (self.fields or text == first):
            return None
        found = []
        for own in between:
            where = text.find(own, at, end)
            if where < 0:
                return None
            found.append(text[at:where])
            at = where + len(own)
        return (*found, text[at:end]) if self.fields else ()


class Catalogue:
    """Every text of the lower layers that is known. `said` gives a text in the language of `translate`."""

    def __init__(self, texts: Iterable[str], translate: Translate) -> None:
        known = set(texts)
        made = [_template(text) for text in known if "{" in text]
        self._templates = sorted(
            (one for one in made if one and one.letters >= FEWEST_LETTERS), key=lambda one: (-one.letters, one.text)
        )
        self._exact = frozenset(text for text in known if "{" not in text)
        self._translate = translate
        self._line = lru_cache(maxsize=4_000)(self._look)

    def said(self, text: str) -> str:
        """`text` in the language of the window as far as it is known; itself where nothing of it is."""
        return "\n".join(self._line(line) if line and len(line) <= LONGEST else line for line in text.split("\n"))

    def _look(self, line: str) -> str:
        near = tuple(template for template in self._templates if template.longest in line)
        return _Line(near, self._exact, self._translate).found(line, 0)


class _Line:
    """One line, with the templates of which something stands in it: the only ones that can explain a part of it."""

    def __init__(self, near: Sequence[_Template], exact: Set[str], translate: Translate) -> None:
        self._templates, self._exact, self._translate = near, exact, translate
        self._known: dict[tuple[str, int], str] = {}

    def found(self, text: str, depth: int) -> str:
        """A part of the line in the language of the window; each is looked for once."""
        if (text, depth) not in self._known:
            self._known[text, depth] = self._look(text, depth)
        return self._known[text, depth]

    def _look(self, text: str, depth: int) -> str:
        if depth and (day := _DAY.fullmatch(text)):
            # What a sentence is filled with, when it is nothing but a date. Inside other words it may be a quotation.
            return f"{day['before']}{self._translate(day['month'])}{day['after']}"
        said = self._whole(text, depth)
        if said is None and depth < DEEPEST:
            said = self._in_parts(text, depth)
        return text if said is None else said

    def _whole(self, text: str, depth: int, over_ends: bool = False) -> str | None:
        """A text that one template explains; None for any other. `over_ends`: what is filled in may be sentences."""
        if text in self._exact:
            return self._translate(text)
        if text[-1:] in _STOPS and text[:-1] in self._exact:
            return self._translate(text[:-1]) + text[-1]
        for template in self._templates:
            if template.longest in text:
                filled = template.filled(text)
                if filled is not None and (over_ends or not any(_SENTENCES.search(one) for one in filled)):
                    return self._told(template, text, filled, depth)
        return None

    def _told(self, template: _Template, text: str, filled: tuple[str, ...], depth: int) -> str:
        told = dict(zip(template.fields, filled, strict=True))
        inner = {name: self.found(one, depth + 1) if _LETTERS.search(one) else one for name, one in told.items()}
        try:
            return self._translate(template.text).format(**inner)
        except (KeyError, IndexError, ValueError):
            return text  # a translation with a place that is not there must not cost the message

    def _in_parts(self, text: str, depth: int) -> str | None:
        """Sentences one after another, of each the longest known beginning; None when none of them is known.

        What is left unknown at the end may still be one sentence that is filled with others.
        """
        parts, known, rest = list[str](), 0, text
        while True:
            said = self._whole(rest, depth) if parts else None
            if said is not None:
                return " ".join((*parts, said))
            ends = [match.start() for match in islice(_END.finditer(rest), MOST_ENDS)]
            if not ends:
                break
            said, end = self._beginning(rest, ends, depth)
            parts.append(said or rest[:end])
            known, rest = len(parts) if said else known, rest[end + 1 :]
        parts.append(rest)
        for at in range(len(parts) - 1, known - 1, -1):
            said = self._whole(" ".join(parts[at:]), depth, over_ends=True)
            if said is not None:
                return " ".join((*parts[:at], said))
        return " ".join(parts) if known else None

    def _beginning(self, text: str, ends: Sequence[int], depth: int) -> tuple[str, int]:
        """The longest known beginning of a text and where it ends; nothing and the first end where none is known."""
        for end in reversed(ends):
            said = self._whole(text[:end], depth + 1)
            if said:
                return said, end
        return "", ends[0]


def _template(text: str) -> _Template | None:
    """None for a text whose braces are no places."""
    try:
        parts = [(own, field) for own, field, _form, _conversion in string.Formatter().parse(text)]
    except ValueError:
        return None
    owns, fields = [""], []
    for own, field in parts:
        owns[-1] += own
        if field is not None:
            fields.append(field)
            owns.append("")
    if len(set(fields)) != len(fields) or len(fields) > MOST_FIELDS or not all(fields):
        return None
    letters = sum(len(_LETTERS.findall(own)) for own in owns)
    return _Template(text, letters, max(owns, key=len), tuple(fields), tuple(owns))
