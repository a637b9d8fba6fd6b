"""Errors in what a Python class does in Qt's place (keyPressEvent, eventFilter, data) reach whoever catches errors.

PySide on Python 3.11 ends the program, without a word, when an error that C code raised (a wrong argument, `int("x")`)
leaves such a method: it takes the error for a whole exception, which before 3.12 it is only once Python has caught it.
So each of these methods catches its errors and raises them again. Call before any class of a widget is made.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from PySide6.QtCore import QObject

IS_NEEDED = sys.version_info < (3, 12)


def let_errors_through() -> None:
    """From now on every class made from Qt's has its overrides pass errors on. Once is enough; more does no harm."""
    if IS_NEEDED:
        QObject.__init_subclass__ = classmethod(_made)  # type: ignore[assignment, method-assign]


def _made(cls: type, **_options: object) -> None:
    for name, method in list(vars(cls).items()):
        if isinstance(method, FunctionType) and not name.startswith("_") and _is_qts(cls, name):
            setattr(cls, name, passing_on(method))


def _is_qts(cls: type, name: str) -> bool:
    """Whether a method of this name came from Qt before Python put another in its place."""
    return any(name in vars(base) and not isinstance(vars(base)[name], FunctionType) for base in cls.__mro__[1:])


def passing_on(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, whose errors are whole exceptions."""

    @functools.wraps(method)
    def override(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except BaseException as error:
            raise error.with_traceback(error.__traceback__) from error.__cause__

    return override
