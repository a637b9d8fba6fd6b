"""Looks at the HTML of a newsletter before anybody gets it: nothing that runs, nothing fetched, nothing hidden.

A template may be anybody's. What it writes must be plain HTML of the kind that mail programs show.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import html as lxml_html

from msat.errors import Refused
from msat.exports.document import is_web_address

TAGS = frozenset(
    {
        *("html", "head", "meta", "title", "body", "div", "span", "p", "br", "hr", "center", "blockquote"),
        *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "ul", "ol", "li"),
        *("h1", "h2", "h3", "h4", "a", "strong", "em", "b", "i", "u", "s", "small"),
    }
)
ATTRIBUTES = frozenset(
    {
        *("style", "class", "href", "title", "lang", "dir", "role", "charset", "name", "content", "xmlns"),
        *("width", "height", "align", "valign", "bgcolor", "border", "cellpadding", "cellspacing"),
        *("colspan", "rowspan", "scope"),
    }
)
_META = frozenset({"viewport", "color-scheme", "supported-color-schemes", "x-apple-disable-message-reformatting"})
_STYLE = re.compile(r"url\s*\(|expression|@import|javascript|behaviou?r|-moz-binding|\\|position\s*:\s*fixed", re.I)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", re.I
)
_MEND = "Take it out of the template, or copy the shipped templates again."


def guard(text: str) -> None:
    """Raises Refused, naming what it is, where the HTML holds anything but plain text, tables and https links."""
    root = lxml_html.document_fromstring(text)
    for node in root.iter():
        if not isinstance(node.tag, str):
            _refuse("a comment, which can hide what some mail programs show")
        if node.tag not in TAGS:
            _refuse(f"<{node.tag}>")
        for name, value in node.attrib.items():
            _attribute(node, str(name), str(value))


def _attribute(node: Any, name: str, value: str) -> None:
    if name not in ATTRIBUTES:
        _refuse(f"the attribute “{name}” of <{node.tag}>")
    if name == "href" and not (node.tag == "a" and is_web_address(value)):
        _refuse(f"the link “{value[:80]}”, which is no https address")
    if name == "style" and _STYLE.search(value):
        _refuse(f"the style “{value[:80]}”, which may fetch or run something")
    if name == "style" and _HIDING.search(value):
        _refuse(f"the style “{value[:80]}”, which hides text")
    if node.tag == "meta" and name == "name" and value.lower() not in _META:
        _refuse(f"<meta name=“{value[:40]}”>")


def _refuse(what: str) -> None:
    raise Refused(f"The newsletter as HTML would hold {what}; MSAT does not send that.", _MEND)
