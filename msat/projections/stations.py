"""How an entry is named where several workstations of one organisation record: by its number, and whose number it is.

Pure. Numbers are a log's own: entry 12 here and entry 12 of a colleague's workstation are two entries. What was
recorded here is told by its number alone; what came from elsewhere also by the first digits of the log that holds it,
which is how the list of other sites names that workstation.
"""

from __future__ import annotations

from typing import Protocol

DIGITS = 8
"""How many digits of a log's name it is told by."""


class InLog(Protocol):
    """Whatever stands in a log under a number: a line of a history, a deed."""

    @property
    def log(self) -> str: ...
    @property
    def seq(self) -> int: ...


def number_of(one: InLog, own: str) -> str:
    """`12`, or `3fa9c2d1/12` for an entry of another log than `own`: what `msatctl correct` takes."""
    return f"{one.log[:DIGITS]}/{one.seq}" if is_elsewhere(one, own) else str(one.seq)


def station_of(one: InLog, own: str) -> str:
    """`workstation 3fa9c2d1`; empty for what was recorded on this one."""
    return f"workstation {one.log[:DIGITS]}" if is_elsewhere(one, own) else ""


def is_elsewhere(one: InLog, own: str) -> bool:
    """Whether it was recorded in another log than `own`. What names no log is of this one."""
    return bool(one.log) and one.log != own
