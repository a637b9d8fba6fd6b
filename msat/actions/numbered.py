"""Finds the numbered actions of a National Patient Safety Alert, so that each can be answered by its number.

Takes only what is a numbered list under a heading or line about actions, and what stands in the alert's text too: a
list of the page, or, in what was pasted, lines that begin with 1, 2, 3 one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree, html

from msat.alerts.model import Alert

_ACTIONS = re.compile(r"^\W*(?:the )?(?:required )?actions?\b", re.IGNORECASE)
_ANY_BLOCK = ("h1", "h2", "h3", "h4", "p")
_NUMBER = re.compile(r"\A\W{0,3}(?P<number>[0-9]{1,2})\s{0,2}[.):]\s{1,4}(?P<words>\S.*)\Z")
# No alert has had more; a longer list is not the list of national actions.
_MOST = 20
_LONGEST_LINE = 2_000
_FURTHEST = 40
"""Lines below the line about actions in which the first number must stand."""
_LONGEST_HEADING = 120


def numbered_actions(alert: Alert) -> tuple[str, ...]:
    """The numbered actions in their order, each as it stands in `alert.text`; none when they cannot be told surely."""
    return _listed(alert) or _in_lines(alert.text.split("\n"))


def _listed(alert: Alert) -> tuple[str, ...]:
    """The items of the first ordered list that stands right below a heading or line about actions."""
    if not alert.html.strip():
        return ()
    try:
        root = html.fragment_fromstring(alert.html, create_parent=True)
    except (etree.ParserError, ValueError):
        return ()  # what cannot be parsed has no list that could be told surely
    for listed in root.iter("ol"):
        above = listed.getprevious()
        if above is not None and above.tag in _ANY_BLOCK and _ACTIONS.match(_text(above)):
            items = tuple(_text(item) for item in listed.iterchildren("li"))
            return items if 0 < len(items) <= _MOST and all(item in alert.text for item in items) else ()
    return ()


def _text(element: html.HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def _in_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """The first run of lines 1, 2, 3 ... below a line about actions. Lines between two numbers belong to the first."""
    heads = [at for at, line in enumerate(lines) if len(line) <= _LONGEST_HEADING and _ACTIONS.match(line)]
    for head in heads:
        found = _run(lines[head + 1 : head + 1 + _FURTHEST * _MOST])
        if len(found) > 1:  # a single number is as likely to be something else
            return found
    return ()


def _run(lines: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    last = 0
    for at, line in enumerate(lines):
        numbered = _NUMBER.match(line[:_LONGEST_LINE])
        if at - last > _FURTHEST or len(found) == _MOST:
            break
        if numbered is None:
            continue
        if int(numbered["number"]) != len(found) + 1:
            break
        found.append(numbered["words"].strip())
        last = at
    return tuple(found)
