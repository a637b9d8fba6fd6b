"""The dark and light squares of a QR code, made by reportlab's own generator. Draws nothing.

Error correction M: a code of which an eighth is smudged is still read. The text is what stands on the page beside it.
"""

from __future__ import annotations

from functools import lru_cache

from msat.exports.plain_text import one_line

MOST_BYTES = 600
"""A code of more is too fine to be read from paper by a telephone."""
QUIET = 4
"""Light squares that must surround a code."""

Modules = tuple[tuple[bool, ...], ...]


def code_text(text: str) -> str:
    """What the code of `text` holds: one line, without control or invisible characters."""
    return one_line(text)


@lru_cache(maxsize=64)
def qr_modules(text: str) -> Modules | None:
    """Rows from the top, True for dark, without the quiet edge; None for a text that is empty or too long."""
    held = code_text(text)
    if not held or len(held.encode("utf-8")) > MOST_BYTES:
        return None
    from reportlab.graphics.barcode import qrencoder  # heavy, and most pages of HTML hold no code

    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(held)
    code.make()
    return tuple(tuple(map(bool, row)) for row in code.modules)
