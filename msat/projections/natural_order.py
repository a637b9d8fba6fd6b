"""Names in the order that people expect: “Practice 2” before “Practice 10”. Pure."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"([0-9]{1,17})")


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """What a name is sorted by; case does not count."""
    return tuple(
        (0, int(part), "") if part.isascii() and part.isdecimal() else (1, 0, part)
        for part in _DIGITS.split(name.casefold())
        if part
    )
