"""Texts to patients, pharmacies and care homes, read from `alerts/letters.toml`: templates that a notice fills.

A pure filling-in. Whether to keep taking a medicine is said in the notice's own words where it has any; where it has
none, the text says that nobody stops without advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from msat import shipped
from msat.errors import Refused
from msat.triage.reading import Basis, Strict, read_strictly, refuse_entry

LETTERS_FILE = "letters.toml"
PLACEHOLDERS = frozenset({"product", "batches", "company", "reference", "organisation", "advice"})
_LONGEST = 6000
_MUST_SAY = "advice"


class Letter(Strict, frozen=True, kw_only=True):
    """One template: who it is written to, and the text with its placeholders."""

    name: str
    title: str
    to: str
    text: str
    basis: Basis
    source: str


class _LettersFile(Strict, frozen=True, kw_only=True):
    letter: list[Letter]


def load_shipped_letters() -> Mapping[str, Letter]:
    """The letters that ship with this version of MSAT, by name."""
    return load_letters(shipped.text(f"alerts/{LETTERS_FILE}"))


def load_letters(text: str) -> Mapping[str, Letter]:
    """The letters written in `text` (TOML). Raises Refused naming the letter and the field that is wrong."""
    content: _LettersFile = read_strictly(LETTERS_FILE, text, _LettersFile, "letter")
    letters: dict[str, Letter] = {}
    for letter in content.letter:
        check_letter(LETTERS_FILE, letter.name, letter.text)
        if letter.basis == "local":
            refuse_entry(LETTERS_FILE, f"letter {letter.name}", "basis", "“local” is for what was adopted")
        if letter.name in letters:
            refuse_entry(LETTERS_FILE, f"letter {letter.name}", "name", "this letter is given twice")
        letters[letter.name] = letter
    return letters


def check_letter(name: str, letter: str, text: str) -> None:
    """Raises Refused on a text that is empty, asks for what no notice gives, or does not carry the advice."""
    entry = f"letter {letter}"
    if not text.strip() or len(text) > _LONGEST:
        refuse_entry(name, entry, "text", f"a text of at most {_LONGEST} characters is wanted")
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        raise Refused(
            f"The file “{name}”, {entry}, field “text”: its braces do not close ({error}).",
            "Mend that field; nothing was changed.",
        ) from error
    for _before, word, width, conversion in parts:
        if word not in PLACEHOLDERS or width or conversion:
            refuse_entry(name, entry, "text", f"“{{{word}}}” is not one of {', '.join(sorted(PLACEHOLDERS))}")
    if _MUST_SAY not in {part[1] for part in parts}:
        refuse_entry(name, entry, "text", "it must hold {advice}: whether to keep taking the medicine")


def fill(letter: Letter, values: Mapping[str, str]) -> str:
    """The text for one notice. `values` has every one of PLACEHOLDERS."""
    return letter.text.strip().format_map(values)
