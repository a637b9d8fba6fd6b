"""How a percentage is written, one way everywhere: “75%”, figure and sign in one, so that no line ends between them.

Says nothing of what is counted: a percentage never stands without its numbers, which is its caller's to keep.
"""

from __future__ import annotations


def per_cent(value: float, places: int = 0) -> str:
    """`value` in per cent (75 is “75%”), rounded to so many decimal places."""
    return f"{value:.{places}f}%"
