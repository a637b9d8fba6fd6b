"""HTML, Markdown and plain text: escaped, self-contained, links https or nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from msat.exports.certificate import certificate
from msat.exports.document import Document, Heading, Paragraph, Run, Table, is_web_address, plain
from msat.exports.markup import markdown_escaped, write_markup
from msat.exports.seal import Seal
from tests.exports.hostile import PAYLOADS
from tests.exports.samples import CUT_OFF, SURGERY, URL, notice, signed
from tests.exports.test_pdf import document


class _Tags(HTMLParser):
    """What a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.links |= {str(value) for name, value in attrs if name in ("href", "src")}

    def handle_data(self, data: str) -> None:
        self.text += data


OURS = {"html", "head", "meta", "title", "body", "div", "h1", "h2", "h3", "p", "strong", "s", "a", "span"}
OURS |= {"ul", "li", "table", "thead", "tbody", "tr", "th", "td", "hr", "br"}
NAMES = {"lang", "charset", "name", "content", "style", "href", "scope"}


def seen(text: str) -> _Tags:
    tags = _Tags()
    tags.feed(text)
    tags.close()
    return tags


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_html_holds_our_tags_and_links_only(seal: Seal, payload: str) -> None:
    tags = seen(write_markup(document(payload), "html", seal))
    assert tags.tags <= OURS
    assert tags.names <= NAMES
    assert tags.links == {URL}


def test_html_fetches_nothing_and_is_600_wide(seal: Seal) -> None:
    text = write_markup(document("x"), "html", seal)
    assert "max-width:600px" in text
    assert not re.search(r"<(?:img|link|script|style|iframe|object)\b|url\(|@import|src=", text)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en-GB">')


@pytest.mark.parametrize("payload", PAYLOADS[:25], ids=range(25))
def test_markdown_leaves_no_mark_unescaped(payload: str) -> None:
    escaped = markdown_escaped(payload)
    assert "\n" not in escaped
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>#|~&$]", escaped.replace("\\\\", ""))
    assert not re.match(r"\s*(?:[-+=]|\d+[.)])", escaped)
    assert "://" not in escaped


def test_markdown_tables_keep_their_columns() -> None:
    table = Table(("A|B", "C"), ((plain("x | y\nz"), plain("1. one")),), (1, 1))
    text = write_markup(Document("t", (Heading(1, "t"), table)), "markdown", None)
    assert "| A\\|B | C |\n| --- | --- |\n| x \\| y z | 1\\. one |" in text


@pytest.mark.parametrize("form", ["html", "markdown", "text"])
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_no_text_can_imitate_the_block_of_evidence(seal: Seal, form: str, payload: str) -> None:
    text = write_markup(document(payload), form, seal)
    assert text.count("msat-evidence-v1") == {"html": 1, "markdown": 1, "text": 2}[form]
    assert not any(char in text for char in "\x00\x07\x1b\u202e\u200b\ufeff")


@pytest.mark.parametrize("form", ["html", "markdown", "text"])
def test_a_certificate_says_the_same_in_every_form(form: str) -> None:
    text = write_markup(certificate(signed(), notice(), SURGERY, CUT_OFF), form, None)
    readable = seen(text).text if form == "html" else text.replace("\\", "")
    flat = re.sub(r"\s+", " ", readable)
    for words in ("Record of action: EL(26)A/37", "4L01372H", "Doctors", "wrong row", "Second person", "Rule F07"):
        assert words in flat


@pytest.mark.parametrize(
    ("address", "good"),
    [
        (URL, True),
        ("https://www.gov.uk/a?b=1&c=%20#d", True),
        ("http://www.gov.uk/", False),
        ("javascript:alert(1)", False),
        ("https://user@evil.example/", False),
        ("https:///nothing", False),
        ("https://a b", False),
        ('https://a"onclick="x', False),
        ("https://a<b>", False),
        ("//evil.example", False),
        ("\\\\evil\\share", False),
        ("", False),
    ],
)
def test_only_https_addresses_become_links(address: str, good: bool) -> None:
    assert is_web_address(address) is good
    text = write_markup(Document("t", (Paragraph((Run("here", link=address),)),)), "html", None)
    assert ("<a " in text) is good
