"""Makes a text safe to print: what a file or a notice holds must not steer the terminal or turn its lines round."""

from __future__ import annotations

import re

BOX = "\u25a1"
# Control characters but for tab and line ends, what turns the direction of text round, and halves of characters.
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)"
)


def printable(text: str) -> str:
    """`text` with a box for every character that steers instead of saying something. Nothing else is changed."""
    return _STEERING.sub(BOX, text)
