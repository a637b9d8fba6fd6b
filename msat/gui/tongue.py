"""The window's language: every text that people see goes through `tr`, and a translation is a file beside the fonts.

How to write a text in `msat/gui`:

    tr("Mark complete")                                   where the text is used
    tr("Due {day}").format(day=say_date(due))             never an f-string: the whole sentence is one text
    plural(number, "{number} day", "{number} days").format(number=number)
    INTRO = later("What it is for.")  ...  tr(INTRO)      a constant of a module: marked there, translated when used
    WORDS = spoken({"red": later("Red")})  ...  WORDS[x]  a dict or tuple of such: translated as it is read

    said(error.explanation)                               a sentence that a lower layer made, in its English

What people wrote, what a notice says and what the record holds is evidence and is never translated. Knows no screen.
`packaging/translations.py` finds the texts by these names, and those of lower layers by where they stand.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTranslator

from msat import shipped
from msat.errors import ShippedFileMissing
from msat.gui.sentences import Catalogue

CONTEXT = "msat"
"""The one context of every text in the .ts files."""
SOURCE = "en-GB"
"""The language that the texts are written in."""
PSEUDO = "pseudo"
"""Not a language: every text longer, accented and in brackets, to show what is not translatable or does not fit."""
VARIABLE = "MSAT_LANGUAGE"
"""The environment variable by which a tester asks for a language, whatever the settings say."""


def tr(text: str) -> str:
    """`text` in the language of the window; itself where there is no translation. Placeholders are filled after."""
    return QCoreApplication.translate(CONTEXT, text) if text else ""


class Later(str):
    """A text that is translated when it is read, because it is made before a language is chosen."""

    __slots__ = ()


def later(text: str) -> Later:
    """Marks a constant for translation: `tr` it where it is shown, or keep it in something `spoken`."""
    return Later(text)


class _Row(tuple[Any, ...]):
    """A tuple whose marked texts are read in the language of the window."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return (_read(one) for one in super().__iter__())

    def __getitem__(self, at: Any) -> Any:
        return _read(super().__getitem__(at))


class _Words(dict[Any, Any]):
    """A dict whose marked values are read in the language of the window."""

    def __getitem__(self, key: Any) -> Any:
        return _read(super().__getitem__(key))

    def get(self, key: Any, default: Any = None) -> Any:
        return _read(super().get(key, default))

    def values(self) -> list[Any]:
        return [_read(one) for one in super().values()]

    def items(self) -> list[tuple[Any, Any]]:
        return [(key, _read(one)) for key, one in super().items()]


def spoken(texts: Any) -> Any:
    """A dict or tuple of constants (tuples within too) whose `later` texts are translated each time they are read."""
    return _Words(texts) if isinstance(texts, dict) else _Row(texts)


def _read(one: Any) -> Any:
    if isinstance(one, Later):
        return tr(one)
    return spoken(one) if type(one) in (tuple, list, dict) else one


def plural(number: int, one: str, many: str) -> str:
    """`one` or `many`, or the form that the language of the window has for `number`; placeholders are left to fill."""
    said = QCoreApplication.translate(CONTEXT, many, None, number)
    return one if number == 1 and said == many else said


def said(text: str) -> str:
    """A sentence that a lower layer made, in the language of the window; itself where that is English, or where no
    translator has seen it. Never a text of the record or of a notice."""
    return _lower.said(text) if _lower is not None else text


class Pseudo(QTranslator):
    """Makes the pseudo-locale out of any text: no file, so that it can never be out of date."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, number: int = -1) -> str:
        """Qt asks for every text of every context; only ours are changed."""
        return pseudo(text) if context == CONTEXT and text else ""


_LONGER = 0.4
_KEPT = re.compile(r"\{[^{}]*\}|<[^<>]+>|&\w|https?://\S+|\s+")
_ACCENTS = str.maketrans("AaCcEeIiNnOoSsUuYyZz", "ÀàÇçÉéÎîÑñÖöŠšÛûÝýŽž")


def pseudo(text: str) -> str:
    """`text` with accents, two fifths longer, in brackets; placeholders, tags, addresses and mnemonics are kept."""
    if not text.strip():
        return text
    made, at = [], 0
    for kept in _KEPT.finditer(text):
        made += [_longer(text[at : kept.start()]), kept.group()]
        at = kept.end()
    made.append(_longer(text[at:]))
    return f"[{''.join(made)}]"


def _longer(word: str) -> str:
    """A word with accents; its vowels are drawn out, or its last letter, until it is two fifths longer."""
    extra = round(len(word) * _LONGER)
    vowels = sum(letter.lower() in "aeiou" for letter in word)
    made = ""
    for letter in word:
        made += letter
        if letter.lower() in "aeiou":
            more = -(-extra // vowels)
            made += letter.lower() * more
            extra, vowels = extra - more, vowels - 1
    return (made + word[-1:].lower() * extra).translate(_ACCENTS)


def wanted(setting: str, environment: Mapping[str, str] = os.environ) -> str:
    """The language to use: what the tester asks for, else the setting, else the computer's. `en-GB`, `cy`, `pseudo`."""
    asked = environment.get(VARIABLE, "") or setting
    return QLocale.system().bcp47Name() if asked == "system" else asked


def install(language: str, parent: QObject, folder: Path | None = None) -> str:
    """Makes the window speak `language` from now on, and says which it speaks: English where no file is for it.

    `folder` holds `msat_cy.qm`, and beside it the texts of the lower layers in `msat_cy.json`; by itself the folder
    that ships. Texts shown before keep their language.
    """
    remove()
    try:
        where = folder or shipped.folder("resources") / "translations"
    except ShippedFileMissing:
        return SOURCE
    name = PSEUDO if language == PSEUDO else _served(language, where)
    translator = Pseudo(parent) if name == PSEUDO else _from_file(where / f"msat_{name}.qm", parent)
    if translator is None:
        return SOURCE
    QCoreApplication.installTranslator(translator)
    _installed.append(translator)
    _know(_lower_texts(where / f"msat_{name}.json"))
    return language


def remove() -> None:
    """Back to the language that the texts are written in."""
    _know(())
    while _installed:
        gone = _installed.pop()
        QCoreApplication.removeTranslator(gone)
        gone.deleteLater()


_installed: list[QTranslator] = []
_lower: Catalogue | None = None


def _know(texts: Iterable[str]) -> None:
    """These are the texts of the lower layers; none: their English stays."""
    global _lower
    known = tuple(texts)
    _lower = Catalogue(known, tr) if known else None


def _lower_texts(file: Path) -> list[str]:
    """The texts of the lower layers that a translation knows; none where the file is missing or spoilt."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def _served(language: str, where: Path) -> str:
    """What the file for a language is called: `cy-GB` is served by `cy` too; the language itself without a file."""
    parts = language.replace("-", "_").split("_")
    names = ["_".join(parts[:end]) for end in range(len(parts), 0, -1)]
    return next((name for name in names if (where / f"msat_{name}.qm").is_file()), names[0])


def _from_file(file: Path, parent: QObject) -> QTranslator | None:
    translator = QTranslator(parent)
    if file.is_file() and translator.load(str(file)):
        return translator
    translator.deleteLater()
    return None
