"""Makes any text safe to draw or write: what a writer receives has no control, bidi or unusable characters.

Markup is not this module's affair: each writer escapes for its own form. Nothing is dropped in silence that a
reader would miss: a character that cannot be shown becomes a visible box.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

BOX = "\u25a1"
LONGEST_TEXT = 20_000

# Bidirectional marks, embeddings and isolates can make text read otherwise than it is stored ("Trojan source");
# soft hyphens, zero-width characters, byte order marks and tags are invisible carriers.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_BLANKS = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LINE_ENDS = re.compile("\r\n|[\r\u000b\u000c\u0085\u2028\u2029]")


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """`text` in NFC, on its own lines, without control or invisible characters; cut visibly at `longest`."""
    if len(text) > longest:
        text = text[:longest] + f" … (cut here: {len(text):,} characters in all)"
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    text = _INVISIBLE.sub("", text)
    return "".join(map(_visible, text))


def one_line(text: str, longest: int = LONGEST_TEXT) -> str:
    """`clean`, with every run of blanks and line ends made one space."""
    return _BLANKS.sub(" ", clean(text, longest).replace("\n", " ")).strip()


def _visible(char: str) -> str:
    if char in "\n\t":
        return char
    return BOX if unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co") else char


def drawable(text: str, has: Callable[[str], bool]) -> str:
    """`text` with each character that the font lacks shown as its plain form where that is certain, else a box."""
    return "".join(char if char == "\n" or has(char) else _stand_in(char, has) for char in text)


def _stand_in(char: str, has: Callable[[str], bool]) -> str:
    if char.isspace():
        return " "
    # Full-width letters, ligatures and the like have a compatibility form that says the same.
    plain_form = unicodedata.normalize("NFKC", char)
    return plain_form if plain_form != char and all(map(has, plain_form)) else BOX
