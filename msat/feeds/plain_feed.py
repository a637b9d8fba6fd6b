"""One bounded expat walk over a feed: refuses hostile XML, and reads the feed when it is plain Atom or RSS.

Knows only the shapes it can read exactly as feedparser does (tests hold the two together). Everything else is
`NotPlain`, which is a request for a slower reader and not a fault. Resolves no entity and opens nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.parsers import expat

MOST_DEPTH = 64
MOST_ATTRIBUTES = 64
MOST_ELEMENTS = 1_000_000

_ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"
_SEPARATOR = "\n"  # cannot stand in a namespace name after the normalisation of attributes


_MISREAD = re.compile("[\x80-\x9f]")
"""Windows quotation marks taken for Latin-1 control characters; feedparser mends them."""


class Hostile(ValueError):
    """The XML holds what no real feed holds; the message says what."""


class NotAFeed(ValueError):
    """Well-formed XML of another kind."""


class NotPlain(ValueError):
    """Not a shape this module reads. `is_well_formed` is None when expat could not tell."""

    def __init__(self, why: str, is_well_formed: bool | None = True) -> None:
        super().__init__(why)
        self.is_well_formed = is_well_formed


@dataclass(slots=True)
class RawEntry:
    """An entry's fields as written, before cleaning."""

    id: str = ""
    link: str = ""
    title: str = ""
    title_is_html: bool = False
    summary: str = ""
    updated: datetime | None = None
    published: datetime | None = None
    html: str = ""
    """The fullest text, as HTML."""
    base: str = ""
    """What the links in it start from, where the feed says so."""


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A feed's fields as written, before cleaning."""

    title: str
    id: str
    entries: tuple[RawEntry, ...]
    well_formed: bool = True
    title_is_html: bool = False


def read(data: bytes) -> RawFeed:
    """The feed in `data`. Raises Hostile, NotAFeed or NotPlain."""
    walk = _Walk()
    try:
        walk.parse(*_for_expat(data))
    except (Hostile, NotAFeed):
        raise
    except expat.ExpatError as fault:
        raise NotPlain(str(fault), is_well_formed=False) from None
    except (LookupError, ValueError) as fault:
        # An encoding expat does not know; feedparser may.
        raise NotPlain(str(fault), is_well_formed=None) from None
    if walk.odd:
        raise NotPlain(walk.odd)
    return RawFeed(walk.title, walk.id, tuple(walk.entries), title_is_html=walk.title_is_html)


def _for_expat(data: bytes) -> tuple[bytes, str | None]:
    """The feed and how its letters are written, where expat must be told: it does not know four bytes a letter."""
    wide = {
        b"\xff\xfe\x00\x00": "utf-32",
        b"\x00\x00\xfe\xff": "utf-32",
        b"<\x00\x00\x00": "utf-32-le",
        b"\x00\x00\x00<": "utf-32-be",
    }
    encoding = wide.get(data[:4])
    return (data, None) if encoding is None else (data.decode(encoding).encode("utf-8"), "utf-8")


@dataclass(slots=True)
class _Words:
    """The text of the element being read, and what is done with it at its end."""

    name: str
    depth: int
    is_html: bool = False
    parts: list[str] = field(default_factory=list)


class _Walk:
    """The handlers of one walk. `odd` says why the feed is not plain; the walk still goes on to find hostile parts."""

    def __init__(self) -> None:
        self.title, self.id, self.title_is_html = "", "", False
        self.entries: list[RawEntry] = []
        self.odd = ""
        self._elements, self._path = 0, [""]
        self._kind = ""
        self._entry: RawEntry | None = None
        self._words: _Words | None = None

    def parse(self, data: bytes, encoding: str | None) -> None:
        parser = expat.ParserCreate(encoding, _SEPARATOR)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ExternalEntityRefHandler = self._outside
        parser.Parse(data, True)

    # What is refused.

    def _declared(self, *_what: object) -> None:
        raise Hostile("it declares entities of its own")

    def _outside(self, *_what: object) -> int:
        raise Hostile("it refers to a file outside itself")

    def _doctype(self, *_what: object) -> None:
        self.odd = self.odd or "it has a document type"

    def _count(self, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise Hostile(f"it holds more than {MOST_ELEMENTS:,} elements")
        if len(attributes) > MOST_ATTRIBUTES:
            raise Hostile(f"an element holds more than {MOST_ATTRIBUTES} attributes")
        if len(self._path) > MOST_DEPTH:
            raise Hostile(f"it is more than {MOST_DEPTH} levels deep")

    # What is read.

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count(attributes)
        self._path.append(name)
        if self.odd:
            return
        if self._words is not None:
            self.odd = "it has markup within a text"
        elif f"{_XML}{_SEPARATOR}base" in attributes:
            self.odd = "it sets a base for its links"
        elif len(self._path) == 2:
            self._root(name, attributes)
        elif self._kind == "atom":
            self._atom(name, attributes)
        else:
            self._rss(name, attributes)

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_ATOM}{_SEPARATOR}feed":
            self._kind = "atom"
        elif name == "rss" and attributes.get("version") == "2.0":
            self._kind = "rss"
        elif name.rpartition(_SEPARATOR)[2].lower() in ("feed", "rss", "rdf", "channel"):
            self.odd = "it is an old or unusual kind of feed"
        else:
            raise NotAFeed(name)

    def _atom(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(_SEPARATOR)
        depth, parent = len(self._path), self._path[-2].rpartition(_SEPARATOR)[2]
        if space != _ATOM:
            self.odd = "it holds elements of another kind"
        elif depth == 3 and local == "entry":
            self._entry = RawEntry()
        elif depth == 4 and parent == "entry" and local == "link":
            self._link(attributes)
        elif depth in (3, 4) and local in ("id", "title", "summary", "updated", "published"):
            if depth == 3 or parent == "entry":
                self._begin_text(local, attributes)
        elif local not in ("author", "name", "uri", "email", "link", "subtitle", "rights", "generator", "category"):
            self.odd = f"it holds <{local}>"

    def _link(self, attributes: dict[str, str]) -> None:
        # feedparser lets the last alternate page win; a plain feed has one.
        kind = attributes.get("type", "text/html")
        if not attributes.get("href"):
            self.odd = "a link leads nowhere"
        elif attributes.get("rel", "alternate") != "alternate" or kind != "text/html":
            return
        elif self._entry is not None and self._entry.link:
            self.odd = "an entry has several links"
        elif self._entry is not None:
            self._entry.link = attributes["href"]

    def _rss(self, name: str, attributes: dict[str, str]) -> None:
        depth, parent = len(self._path), self._path[-2]
        if name == f"{_ATOM}{_SEPARATOR}link" and parent == "channel":
            return
        if _SEPARATOR in name:
            self.odd = "it holds elements of another kind"
        elif name == "item" and parent == "channel" and depth == 4:
            self._entry = RawEntry()
        elif (parent == "item" and name in ("guid", "title", "link", "description", "pubDate")) or (
            parent == "channel" and depth == 4 and name == "title"
        ):
            self._begin_text(name, attributes)
        elif not (parent == "rss" and name == "channel") and not self._is_ignored(name, parent):
            self.odd = f"it holds <{name}>"

    def _is_ignored(self, name: str, parent: str) -> bool:
        return name == "category" if parent == "item" else name in _RSS_IGNORED and self._entry is None

    def _begin_text(self, local: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("type", "text")
        if kind not in ("text", "html") or "src" in attributes or "mode" in attributes:
            self.odd = "it holds a text of an unusual kind"
        else:
            self._words = _Words(local, len(self._path), kind == "html")

    def _text(self, data: str) -> None:
        if self._words is not None:
            self._words.parts.append(data)

    def _end(self, _name: str) -> None:
        if self._words is not None and self._words.depth == len(self._path) and not self.odd:
            self._keep(self._words, "".join(self._words.parts).strip())
            self._words = None
        name = self._path.pop().rpartition(_SEPARATOR)[2]
        if self._entry is not None and name in ("entry", "item"):
            if not self._entry.link:
                self.odd = self.odd or "an entry has no link of its own"  # feedparser may take its id for one
            self.entries.append(self._entry)
            self._entry = None

    def _keep(self, words: _Words, text: str) -> None:
        if _MISREAD.search(text):
            self.odd = "its letters are of another encoding than it says"
        entry = self._entry
        if entry is None:
            self._keep_of_feed(words, text)
        elif words.name in ("id", "guid"):
            entry.id = self._once(entry.id, text)
        elif words.name == "link":
            entry.link = self._once(entry.link, text)
        elif words.name == "title":
            entry.title, entry.title_is_html = self._once(entry.title, text), words.is_html
            # feedparser guesses whether an RSS title is markup.
            self._plain_only(text, self._kind == "rss")
        elif words.name in ("summary", "description"):
            entry.summary = entry.html = self._once(entry.summary, text)
            self._plain_only(text, words.name == "summary" and not words.is_html)
        else:
            self._keep_time(entry, words.name, text)

    def _keep_of_feed(self, words: _Words, text: str) -> None:
        if words.name == "title":
            self.title, self.title_is_html = self._once(self.title, text), words.is_html
            self._plain_only(text, self._kind == "rss")
        elif words.name == "id":
            self.id = self._once(self.id, text)

    def _keep_time(self, entry: RawEntry, name: str, text: str) -> None:
        moment = _atom_time(text) if self._kind == "atom" else _rss_time(text)
        if moment is None:
            self.odd = self.odd or "it writes a time in an unusual way"
        elif name == "updated":
            entry.updated = moment
        else:
            entry.published = moment

    def _once(self, old: str, new: str) -> str:
        """The text; a second one of the same name is left to feedparser, which knows which of them wins."""
        if old:
            self.odd = self.odd or "it says something twice"
        return new

    def _plain_only(self, text: str, applies: bool) -> None:
        if applies and ("<" in text or "&" in text):
            self.odd = self.odd or "it may hold markup where plain text is expected"


_RSS_IGNORED = frozenset(
    [
        "link",
        "description",
        "language",
        "copyright",
        "managingEditor",
        "webMaster",
        "pubDate",
        "lastBuildDate",
        "generator",
        "docs",
        "ttl",
        "image",
        "url",
        "width",
        "height",
        "category",
        "rating",
        "title",
    ]
)


def _atom_time(text: str) -> datetime | None:
    """A time with its zone as RFC 3339 has it."""
    if len(text) < 20 or text[10:11] != "T":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(microsecond=0) if moment.tzinfo else None


def _rss_time(text: str) -> datetime | None:
    """A time with a numbered zone or GMT as RFC 822 has it; other named zones are feedparser's business."""
    from email.utils import parsedate_to_datetime

    if not text.endswith(("GMT", "+0000")) and text[-5:-4] not in ("+", "-"):
        return None
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
