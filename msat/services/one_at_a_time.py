"""A deed that looks whether it is still to be done, and then records it, while no other window of this profile does so.

Without it two processes that look at the same moment both find nothing done, and both record it. What a deed looks at
in the lists is brought up to date first, for another window may have recorded and died before it did that.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from msat.errors import MsatError
from msat.ids import AlertKey
from msat.services.desk import Changes, Desk

_P = ParamSpec("_P")
_T = TypeVar("_T")


def one_at_a_time(deed: Callable[Concatenate[Desk, _P], _T]) -> Callable[Concatenate[Desk, _P], _T]:
    """The deed, done by one process of the profile at a time. Adds RecordProblem, where another one was too slow.

    A thread that is within one such deed may begin another.
    """

    @wraps(deed)
    def alone(desk: Desk, /, *args: _P.args, **named: _P.kwargs) -> _T:
        with desk.record.deciding_alone():
            changed = frozenset[AlertKey]()
            with suppress(MsatError):  # lists that cannot be brought up to date say so where the deed reads them
                changed = desk.views.catch_up()
            done = deed(desk, *args, **named)
        if changed and isinstance(done, Changes):
            return replace(done, alerts=done.alerts | changed)
        return done

    return alone
