"""Turns a web page or the HTML part of an e-mail into blocks: its main part, without what only frames it.

Tables that merely lay out an e-mail are opened up; tables of data are kept as they are and cleaned with the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from msat.feeds.clean import LONGEST, MOST_TAGS, drop_unseen
from msat.feeds.pasted_blocks import Block, Kind, is_section, line, table

_JUNK = frozenset(
    [
        "script",
        "style",
        "head",
        "noscript",
        "nav",
        "footer",
        "form",
        "aside",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "template",
        "select",
        "textarea",
        "button",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Unreadable(ValueError):
    """The HTML is beyond what is read; the message says why, to follow "because"."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was found in the HTML: its blocks, its title, its own address and the addresses it links to."""

    blocks: tuple[Block, ...]
    title: str = ""
    address: str = ""
    links: tuple[str, ...] = ()


def page_blocks(html: str) -> Page:
    """The blocks of a page. Raises Unreadable for what is too much; HTML that is merely broken gives less."""
    if len(html) > LONGEST:
        raise Unreadable(f"it is longer than {LONGEST:,} characters")
    if html.count("<") > MOST_TAGS:
        raise Unreadable(f"it holds more than {MOST_TAGS:,} tags")
    root = _parsed(drop_unseen(html))
    if root is None:
        return Page(())
    title = " ".join((root.findtext(".//title") or "").split())
    address = next((e.get("href") or "" for e in root.iter("link") if (e.get("rel") or "").lower() == "canonical"), "")
    main = _main(root)
    _drop_junk(main)
    first = next((_words(e) for e in main.iter("h1")), "")
    links = tuple(dict.fromkeys(e.get("href") or "" for e in main.iter("a")))[:500]
    walker = _Walker()
    walker.walk(main)
    return Page(tuple(walker.blocks), first or title, address, links)


def _parsed(html: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def _main(root: etree._Element) -> etree._Element:
    """The part of a page that is its own: its `main`, else its only article, else all of it."""
    for name in ("main", "article"):
        found = list(root.iter(name))
        if len(found) == 1 and any(text.strip() for text in found[0].itertext()):
            return found[0]
    return next(root.iter("body"), root)


def _drop_junk(root: etree._Element) -> None:
    for element in list(root.iter()):
        if element is root or not isinstance(element.tag, str):
            continue
        hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
        if hidden or element.tag.lower() in _JUNK:
            _drop(element)


def _drop(element: etree._Element) -> None:
    """Takes an element out and leaves the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


class _Walker:
    """Collects blocks while the tree is walked without recursion."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._heading = self._item = False
        self._verbatim = 0
        self._within: etree._Element | None = None

    def walk(self, root: etree._Element) -> None:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag.lower() if isinstance(element.tag, str) else ""
            if self._within is not None:  # inside a table that has been taken whole
                if event == "end" and element is self._within:
                    self._within = None
                    self._say(element.tail)
            elif event == "start":
                self._start(tag, element)
            else:
                self._end(tag, element, element is root)
        self._break()

    def _start(self, tag: str, element: etree._Element) -> None:
        if tag in _BLOCKS:
            self._break()
        if tag == "table" and not _is_layout(element):
            self.blocks.extend(_of_table(element))
            self._within = element
            return
        self._heading = self._heading or tag in _HEADINGS
        self._item = self._item or tag == "li"
        self._verbatim += tag == "pre"
        self._say(element.text)

    def _end(self, tag: str, element: etree._Element, is_root: bool) -> None:
        if tag in _BLOCKS:
            self._break()
        if tag in _HEADINGS:
            self._heading = False
        if tag == "li":
            self._item = False
        self._verbatim -= tag == "pre"
        if not is_root:
            self._say(element.tail)

    def _say(self, text: str | None) -> None:
        if text and self._verbatim and "\n" in text:
            for piece in text.split("\n"):
                self._parts.append(piece)
                self._break()
        elif text:
            self._parts.append(text)

    def _break(self) -> None:
        text = " ".join("".join(self._parts).split())
        self._parts.clear()
        if not text:
            return
        if self._heading or is_section(text):
            self.blocks.append(Block(Kind.HEADING, text))
        else:
            self.blocks.append(Block(Kind.ITEM, text) if self._item else line(text))


def _is_layout(element: etree._Element) -> bool:
    """Whether a table only lays out: it holds another table, or no row of it has two cells with words."""
    if next(element.iterdescendants("table"), None) is not None:
        return True
    return not any(sum(bool(text) for text in row) > 1 for row in _rows(element))


def _rows(element: etree._Element) -> list[list[str]]:
    return [
        [_words(cell, " ") for cell in row if cell.tag in ("td", "th")]
        for row in element.iter("tr")
    ]


def _words(element: etree._Element, between: str = "") -> str:
    return " ".join(between.join(str(text) for text in element.itertext()).split())


def _of_table(element: etree._Element) -> list[Block]:
    whole = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return table(_rows(element), whole)

