"""Makes foreign text harmless: HTML by an allow-list, titles and one-line texts as plain words.

What it cannot keep whole it says: nothing is cut silently, for the cut could go through a table of batches.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

LONGEST = 2_000_000
"""Characters of one notice. The longest real one is far under 200,000."""
MOST_TAGS = 60_000
DEEPEST = 40
DEEPEST_TABLES = 3
"""Tables within tables: text views lay these out in time that doubles with each level."""

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
    ]
)
_WITH_CONTENT = frozenset(
    [
        "script",
        "style",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "applet",
        "noscript",
        "noembed",
        "noframes",
        "template",
        "textarea",
        "select",
        "title",
        "xmp",
        "frameset",
    ]
)
_ATTRIBUTES = {
    "a": {"href"},
    "abbr": {"title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    **{f"h{n}": {"id"} for n in range(1, 7)},
}
_SMALL_NUMBER = re.compile(r"\d{1,3}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:-]{1,200}")

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters but tab and line ends
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of text round
    "\ufffe\uffff\ud800-\udfff]"
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
_VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "col", "wbr", "area", "base", "source", "track"))
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "hr",
        "li",
        "tr",
        "table",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "blockquote",
    ]
)
def _tags(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(r"</?(?:" + "|".join(sorted(names)) + r")\b[^<>]*>|<!--[^<>]{0,500}-->", re.IGNORECASE)


# Only names HTML knows are markup: "<5 mg" and "<batch>" in a title are words.
_KNOWN_TAG = _tags(_TAGS | _WITH_CONTENT | _VOID | {"body", "font", "center", "html", "head", "big", "tt"})
_ANY_TAG = _tags(
    _TAGS | _WITH_CONTENT | _VOID | {"body", "font", "center", "html", "head", "big", "tt", "blink", "marquee", "frame"}
)
"""For titles that say they are markup: "<blink>" in a plain one is a word."""
_SCRIPT = re.compile(
    r"<(script|style)\b[^<>]{0,2000}>[^<]{0,9999}(?:<(?!/\1)[^<]{0,9999}){0,50}</\1\s*>", re.IGNORECASE
)


class TooMuch(ValueError):
    """The HTML is beyond what can be shown safely; the message says in which way."""


def clean_html(html: str, site: str = "", base: str = "") -> str:
    """The HTML with nothing in it that loads, runs or leads astray. Raises TooMuch rather than cut anything off.

    Links within the publisher's own `site` (`https://www.gov.uk`) are made whole, and all of them where `base`, the
    address of the page, is given; others must be whole already.
    """
    import nh3

    if len(html) > LONGEST:
        raise TooMuch(f"it is longer than {LONGEST:,} characters")
    if html.count("<") > MOST_TAGS:
        raise TooMuch(f"it holds more than {MOST_TAGS:,} tags")
    _check_depth(html)
    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute_filter(site, base),
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    _check_depth(cleaned)
    return drop_unseen(cleaned)


def readable_html(html: str, site: str = "", base: str = "") -> tuple[str, str]:
    """The cleaned HTML and an empty text; or, where it is too much, its plain words and the reason in words."""
    try:
        return clean_html(html, site, base), ""
    except TooMuch as fault:
        words = entities.escape(plain_words(html[:LONGEST]), quote=False)
        problem = f"The page could not be read whole, because {fault}."
        cut = " It goes on at the source." if len(html) > LONGEST else ""
        lines = "".join(f"<p>{line}</p>" for line in words.split("\n") if line.strip())
        return f"<p>{problem}{cut} Its words follow without their layout; read the source.</p>{lines}", problem


def plain_title(text: str, is_html: bool = False) -> str:
    """A title as plain words: markup, unseen characters and spaces at the ends gone, everything else kept."""
    words = _KNOWN_TAG.sub("", text)
    if is_html:
        words = entities.unescape(_ANY_TAG.sub("", _SCRIPT.sub("", text)))
        words = _KNOWN_TAG.sub("", _SCRIPT.sub("", words))  # what was escaped twice
    return drop_unseen(words).strip()


def plain_words(html: str) -> str:
    """The words of a piece of HTML, a line to a block; never markup, whatever the input."""
    text = re.sub(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", "", html, flags=re.IGNORECASE | re.DOTALL)
    text = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    text = _TAG.sub(lambda tag: "\n" if tag.group(2).lower() in _BLOCKS else "", text)
    lines = (" ".join(line.split()) for line in drop_unseen(entities.unescape(text)).splitlines())
    return "\n".join(line for line in lines if line)


def drop_unseen(text: str) -> str:
    """The text without control characters and without those that turn the direction of reading."""
    return _UNSEEN.sub("", text)


def _attribute_filter(site: str, base: str) -> Callable[[str, str, str], str | None]:
    def keep(_tag: str, name: str, value: str) -> str | None:
        if name == "href":
            return safe_link(value, site, base)
        if name in ("colspan", "rowspan", "start"):
            return value if _SMALL_NUMBER.fullmatch(value) else None
        if name == "id":
            return value if _IDENTIFIER.fullmatch(value) else None
        return drop_unseen(value)

    return keep


def safe_link(value: str, site: str = "", base: str = "") -> str | None:
    """A whole http, https or mailto address; None for anything else, `//host` and `\\\\host` among it."""
    link = value.strip()
    if re.search(r"[\x00-\x20\x7f-\x9f\\\u200e\u200f\u202a-\u202e\u2066-\u2069]", link):
        return None
    if site and link.startswith("/") and not link.startswith("//"):
        return site + link
    if base and not re.match(r"//|[a-z][a-z0-9+.-]*:", link, re.IGNORECASE):
        try:
            link = urljoin(base, link)
        except ValueError:
            return None
    if re.match(r"https?://[^/?#@]+(?:[/?#]|$)", link, re.IGNORECASE):
        return link if _has_host(link) else None
    return link if re.match(r"mailto:[^/]", link, re.IGNORECASE) else None


def _has_host(link: str) -> bool:
    """Whether the host can be read out of it: `https://w[ww.gov.uk` has none."""
    try:
        return bool(urlsplit(link).hostname)
    except ValueError:
        return False


def _check_depth(html: str) -> None:
    """Refuses nesting no real page has. Counts tags as written, which is enough to bound what a parser builds."""
    depth = tables = 0
    for closing, name in _TAG.findall(html):
        name = name.lower()
        if name in _VOID or name in ("p", "li", "td", "th", "tr", "dt", "dd"):
            continue  # these close each other, and pages often leave out their ends
        step = -1 if closing else 1
        depth = max(depth + step, 0)
        tables = max(tables + step, 0) if name == "table" else tables
        if depth > DEEPEST or tables > DEEPEST_TABLES:
            raise TooMuch("its parts lie too deep within each other")
