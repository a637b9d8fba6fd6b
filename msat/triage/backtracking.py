"""Tells a pattern that could try for ever: a repeat without end inside another (`(a+)+`). Pure.

Patterns come from files that people write, and are searched in texts that others write: one such pattern and one long
line would stop the program. Repeats with a limit (`{0,4}`) are harmless.
"""

from __future__ import annotations

import re

_ENDLESS = re.compile(r"[*+]|\{\d*,\}")
_ANY_REPEAT = re.compile(r"(?:[*+?]|\{\d*(?:,\d*)?\})[?+]?")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_GROUP_HEAD = re.compile(r"\(\?(?:P<\w+>|P=\w+\)|#[^)]*\)|[aiLmsux-]*[:)]|<?[=!]|>)?")


def runs_away(text: str) -> bool:
    """Whether the pattern repeats without end something that itself repeats without end."""
    open_groups = [False]  # for each open group: whether it holds an endless repeat
    at = 0
    while at < len(text):
        if text[at] == "(":
            head = _GROUP_HEAD.match(text, at)
            if head is not None and head.group().endswith(")"):  # (?i), a comment: no group
                at = head.end()
                continue
            open_groups.append(False)
            at = head.end() if head is not None else at + 1
            continue
        inside = False
        if text[at] == ")" and len(open_groups) > 1:
            inside = open_groups.pop()
            at += 1
        elif text[at] == "[":
            whole = _CLASS.match(text, at)
            at = whole.end() if whole else at + 1
        else:
            at += 2 if text[at] == "\\" else 1
        is_endless = _ENDLESS.match(text, at) is not None
        if is_endless and inside:
            return True
        open_groups[-1] |= is_endless or inside
        repeat = _ANY_REPEAT.match(text, at)
        at = repeat.end() if repeat else at
    return False
