"""Finds the numbered actions of a National Patient Safety Alert, so that each can be answered by its number.

Takes only what is a numbered list under a heading or line about actions, and what stands in the alert's text too.
"""

from __future__ import annotations

import re

from lxml import etree, html

from msat.alerts.model import Alert

_ACTIONS = re.compile(r"^\W*actions?\b", re.IGNORECASE)
_ANY_BLOCK = ("h1", "h2", "h3", "h4", "p")
# No alert has had more; a longer list is not the list of national actions.
_MOST = 20


def numbered_actions(alert: Alert) -> tuple[str, ...]:
    """The numbered actions in their order, each as it stands in `alert.text`; none when they cannot be told surely."""
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
