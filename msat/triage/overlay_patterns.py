"""Keeps out patterns of local rules that could take for ever on a long text: packs come from elsewhere too. Pure.

Coarse on purpose: what is refused can always be written more simply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msat.triage.reading import refuse_entry

LONGEST = 400
_MOST_WIDE = 3
_WIDE = 20
"""A repeat of more than this counts as one without end."""
_REPEAT = re.compile(r"[*+?]|\{(\d*)(?:(,)(\d*))?\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


def check_quick(name: str, entry: str, field: str, patterns: Iterable[str]) -> None:
    """Raises Refused naming file, entry and field for a pattern that is too long or may never come to an end."""
    for text in patterns:
        if len(text) > LONGEST:
            refuse_entry(name, entry, field, f"a pattern has at most {LONGEST} characters")
        fault = _fault(text)
        if fault:
            refuse_entry(name, entry, field, f"the pattern “{text}” could take for ever on a long text: {fault}")


def _fault(text: str) -> str:
    """Why a pattern may never come to an end; empty when it does. `text` is a pattern that can be read."""
    groups: list[bool] = []  # of each open group, whether it holds a repeat or alternatives
    closed, wide, at = False, 0, 0
    while at < len(text):
        char = text[at]
        repeat = _REPEAT.match(text, at) if at else None
        if repeat and _is_wide(repeat):
            if closed:
                return "it repeats a group that holds repeats or alternatives"
            wide += 1
        if repeat:
            groups = [True] * len(groups)
            closed, at = closed and not _is_wide(repeat), repeat.end()
            continue
        closed = False
        if char == "\\":
            at += 2
        elif char == "[":
            found = _CLASS.match(text, at)
            at = found.end() if found else at + 1
        else:
            if char == "(":
                groups.append(False)
                at += 2 if text.startswith("(?", at) else 1
                continue
            if char == "|":
                groups = [True] * len(groups)
            elif char == ")" and groups:
                closed = groups.pop()
            at += 1
    return f"it holds more than {_MOST_WIDE} repeats without end" if wide > _MOST_WIDE else ""


def _is_wide(repeat: re.Match[str]) -> bool:
    """Whether a repeat may go on for long."""
    if repeat.group() in ("*", "+"):
        return True
    if repeat.group() == "?":
        return False
    most = repeat[3] if repeat[2] else repeat[1]
    return most == "" or int(most) > _WIDE
