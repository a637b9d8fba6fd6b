"""Finds the sentence that a lower layer made among those a translator has seen: its template and what was filled in.

Lower layers know no language: they raise “There is no alert EL(26)A/9.”, and a translation holds “There is no alert
{ref}.”. The template that explains a text with the most letters of its own is the one; what stood in its places is
looked for in turn, since sentences are made of phrases. What is in no template stays as it is: it is a name, a number,
somebody's words. Knows no Qt and no language.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

FEWEST_LETTERS = 4
"""Letters of its own that a template needs, lest “{one}: {other}” explain everything."""
LONGEST = 2_000
"""Characters of a line that is looked for; nothing longer is a sentence of the program."""
MOST_FIELDS = 8
DEEPEST = 4
_END = re.compile(r"(?<=[.!?:;,”)]) ")
_SENTENCES = re.compile(r"[.!?] ")
_STOPS = (".", ";", ":", ",")
_LETTERS = re.compile(r"[^\W\d_]")

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Template:
    """One text with places to be filled: its own letters, and what finds it in a sentence."""

    text: str
    letters: int
    longest: str
    fields: tuple[str, ...]
    pattern: str


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
        self._found = lru_cache(maxsize=4_000)(self._look)

    def said(self, text: str) -> str:
        """`text` in the language of the window as far as it is known; itself where nothing of it is."""
        return "\n".join(self._found(line, 0) if line and len(line) <= LONGEST else line for line in text.split("\n"))

    def _look(self, text: str, depth: int) -> str:
        said = self._whole(text, depth)
        if said is None and depth < DEEPEST:
            said = self._in_parts(text, depth) or self._whole(text, depth, over_ends=True)
        return text if said is None else said

    def _whole(self, text: str, depth: int, over_ends: bool = False) -> str | None:
        """A text that one template explains; None for any other. `over_ends`: what is filled in may be sentences."""
        if text in self._exact:
            return self._translate(text)
        if text[-1:] in _STOPS and text[:-1] in self._exact:
            return self._translate(text[:-1]) + text[-1]
        for template in self._templates:
            if template.longest in text:
                match = re.fullmatch(template.pattern, text, re.DOTALL)
                if match is not None and (over_ends or not any(_SENTENCES.search(one) for one in match.groups())):
                    return self._filled(template, match, depth)
        return None

    def _filled(self, template: _Template, match: re.Match[str], depth: int) -> str:
        told = dict(zip(template.fields, match.groups(), strict=True))
        inner = {name: self._found(one, depth + 1) if _LETTERS.search(one) else one for name, one in told.items()}
        try:
            return self._translate(template.text).format(**inner)
        except (KeyError, IndexError, ValueError):
            return match.string  # a translation with a place that is not there must not cost the message

    def _in_parts(self, text: str, depth: int) -> str | None:
        """Sentences one after another, the longest known beginning first; None when none of them is known."""
        ends = [match.start() for match in _END.finditer(text)]
        for end in reversed(ends):
            said = self._whole(text[:end], depth + 1)
            if said is not None:
                return f"{said} {self._found(text[end + 1 :], depth)}"
        if ends:
            rest = text[ends[0] + 1 :]
            said = self._found(rest, depth)
            return f"{text[: ends[0]]} {said}" if said != rest else None
        return None


def _template(text: str) -> _Template | None:
    """None for a text whose braces are no places."""
    try:
        parts = [(own, field) for own, field, _form, _conversion in string.Formatter().parse(text)]
    except ValueError:
        return None
    fields = tuple(field for _own, field in parts if field is not None)
    if len(set(fields)) != len(fields) or len(fields) > MOST_FIELDS or not all(fields):
        return None
    pattern = "".join(re.escape(own) + ("(.*?)" if field is not None else "") for own, field in parts)
    owns = [own for own, _field in parts]
    return _Template(text, sum(len(_LETTERS.findall(own)) for own in owns), max(owns, key=len), fields, pattern)
