"""Signs what exports are sealed with, and signs again with what was recorded then, so that a file can be built anew.

A file built again later, or where the key is not, must be the same to the byte: its note is taken from the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msat.errors import MsatError, Refused
from msat.record.signing import read_note


class Notes:
    """Gives the signed note over a text: the recorded one where there is one, else `sign`'s. Keeps each it gave.

    `recorded` are notes as `kept` had them, when the file was first made. `sign` None: no key is here, and only what
    is recorded can be given. What is recorded is believed here only as far as its text is the one asked for; whoever
    checks the file checks the signature.
    """

    def __init__(self, sign: Callable[[str], str] | None, recorded: Iterable[str] = ()) -> None:
        self._sign = sign
        self._recorded = {_text_of(note): note for note in recorded}
        self._kept: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The note over `text`. Raises Refused where none is recorded and no key is here."""
        note = self._recorded.get(text)
        if note is None:
            if self._sign is None:
                raise Refused(
                    "This file cannot be made again as it was: what is recorded of it was signed for another content.",
                    "Build it with the version of MSAT that made it, or make a new one where the record is kept.",
                )
            note = self._sign(text)
        self._kept[text] = note
        return note

    @property
    def kept(self) -> tuple[str, ...]:
        """Every note given, in the order of asking: what is to be recorded of the file."""
        return tuple(self._kept.values())


def _text_of(note: str) -> str:
    try:
        return read_note(note).text
    except MsatError:
        return ""  # a damaged note is the note of nothing; the text "" is never asked for
