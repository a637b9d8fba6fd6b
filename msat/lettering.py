"""What of a name nobody sees, and which letters of it are not the ones they look like.

Says only what can be said surely of a text by itself: whom it names, and whether a likeness is meant, a person decides.
Nothing is looked up. Likeness is judged by a short list of what is commonly mistaken, not by every script there is.
"""

from __future__ import annotations

import re
import unicodedata

BOX = "\u25a1"
"""Stands for a character that cannot be shown."""

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LATIN = str.maketrans(
    "аеорсухіјѕԁһԛԝкмнтвг" "АВЕКМНОРСТУХІЈЅԌԚԜ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" "αινκορυχ" "ıɑɡłøØŁ",
    "aeopcyxijsdhqwkmhtbr" "ABEKMHOPCTYXIJSGQW" "ABEZHIKMNOPTYX" "aivkopux" "iagloOL",
)
"""Letters of other alphabets, and rare Latin ones, as the plain Latin ones they look like."""
_ONE = str.maketrans("0o1il|258", "oo" "iiii" "zsb")
"""Letters and digits that are taken for one another."""
_FEW = 3


def seen(text: str) -> str:
    """`text` without the characters that nobody sees: of no width, turning text round, choosing a letter's shape."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def unturned(text: str) -> str:
    """`text` without what turns its direction round: read as it is stored, and nothing that is seen is gone."""
    return text if text.isascii() else _TURNING.sub("", text)


def boxed(text: str) -> str:
    """`text` on one line, with a box for every character that nobody sees or that steers instead of saying something.

    A letter keeps one accent that it does not carry in itself; the others are boxed too: they could cover what is near.
    """
    if text.isascii() and text.isprintable():
        return text
    shown, accents = [], 0
    for mark in _UNSEEN.sub(BOX, text):
        accents = accents + 1 if unicodedata.combining(mark) else 0
        blank = mark.isspace() or unicodedata.category(mark)[0] == "Z"
        shown.append(" " if blank else mark if mark.isprintable() and accents < 2 else BOX)
    return "".join(shown)


def strange(name: str) -> str:
    """Which letters and digits of `name` are none that English or Welsh is written with; empty where all are.

    A few of them, each with what Unicode calls it.
    """
    if name.isascii():
        return ""
    found = dict.fromkeys(mark for mark in unicodedata.normalize("NFC", name) if mark.isalnum() and not _is_plain(mark))
    told = [f"“{mark}”, {unicodedata.name(mark, 'without a name').capitalize()}" for mark in list(found)[:_FEW]]
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return f"{'; '.join(told)}{more}"


def _is_plain(mark: str) -> bool:
    """Whether it is a letter or digit of ASCII, or such a letter with an accent."""
    return unicodedata.normalize("NFD", mark)[0].isascii()


def named(name: str, code: str) -> str:
    """An organisation as a file of others names it, fit to be shown: name and code, and letters that may deceive."""
    shown = clipped(name)
    odd = strange(shown)
    return f"{shown} ({clipped(code, 12)}{f'; not an English or Welsh letter: {odd}' if odd else ''})"


def clipped(text: str, most: int = 120) -> str:
    """Text out of somebody else's file, fit to be shown: one line, a box for what nobody sees, not endless."""
    return boxed(text[: 4 * most]).strip()[:most]


def is_alike(one: str, other: str) -> bool:
    """Whether two names or codes are written otherwise and yet look like one another."""
    return plain(one) != plain(other) and _likeness(one) == _likeness(other)


def plain(name: str) -> str:
    """A name as it is compared: case, spacing, forms of one letter and what nobody sees aside."""
    return " ".join(unicodedata.normalize("NFKC", seen(name)).split()).casefold()


def _likeness(text: str) -> str:
    apart = unicodedata.normalize("NFKD", seen(text))
    bare = "".join(mark for mark in apart if mark.isalnum()).translate(_LATIN).casefold().translate(_LATIN)
    return bare.translate(_ONE).replace("rn", "m").replace("vv", "w")
