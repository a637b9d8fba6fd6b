"""How wide the columns of a table are, whatever the unit: pixels in the window, characters on the console. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def column_widths(natural: Sequence[int], least: Sequence[int], width: int) -> list[int]:
    """Divides a width among columns.

    `natural`: what each needs with its words on one line; `least`: with its longest word on one. Who needs less than
    a fair share has what it needs. The long ones have room for their longest word, and the rest goes by how much each
    still lacks. Where even the longest words are too much, each of the long ones has the same.
    """
    given = [0] * len(natural)
    waiting = sorted(range(len(natural)), key=lambda at: natural[at])
    while waiting and natural[waiting[0]] * len(waiting) <= width:
        at = waiting.pop(0)
        given[at] = natural[at]
        width -= natural[at]
    spare = width - sum(least[at] for at in waiting)
    lacking = sum(natural[at] - least[at] for at in waiting) or 1
    for at in waiting:
        shared = least[at] + spare * (natural[at] - least[at]) // lacking
        given[at] = shared if spare >= 0 else max(width // len(waiting), 1)
    return given
