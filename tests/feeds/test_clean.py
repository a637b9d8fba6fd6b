"""Foreign text made harmless, without losing a word of it in silence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.feeds.clean import TooMuch, clean_html, plain_title, plain_words, readable_html, safe_link

SITE = "https://www.gov.uk"


def test_a_notice_keeps_its_structure() -> None:
    html = (
        '<h2 id="medicine-details">Medicine</h2><table><thead><tr><th scope="col">Batch</th></tr></thead>'
        '<tbody><tr><td colspan="2">4L01372H</td></tr></tbody></table><p>A<br>B <strong>C</strong></p>'
        '<ol start="3"><li>x</li></ol>'
    )
    assert clean_html(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><a xlink:href='javascript:x'>y</a></svg>",
        "<style>p{background:url(http://x)}</style>",
        "<link rel=stylesheet href=http://x>",
        "<iframe src=http://x></iframe>",
        "<object data=http://x></object>",
        "<video src=http://x></video>",
        "<p style='background:url(http://x)'>a</p>",
        "<p onclick=alert(1)>a</p>",
        "<base href=http://x>",
        "<meta http-equiv=refresh content='0;url=http://x'>",
        "<form action=http://x><input></form>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<a href='javascript:alert(1)'>a</a>",
        "<a href=' java\nscript:alert(1)'>a</a>",
        "<a href='data:text/html,x'>a</a>",
        "<a href='file:///etc/passwd'>a</a>",
        "<a href='//evil.example/x'>a</a>",
        "<a href='\\\\evil\\share'>a</a>",
        "<a href='/\\evil.example'>a</a>",
        "<a href='relative'>a</a>",
        "<a href='http:evil'>a</a>",
        "<a href='https://user@evil.example'>a</a>",
        "<a href='https:///evil'>a</a>",
    ],
)
def test_nothing_loads_runs_or_leads_astray(html: str) -> None:
    cleaned = clean_html(html, SITE)
    for part in ("href", "src", "style", "on", "script", "http", "evil", "url"):
        assert part not in cleaned.lower().replace("noopener", "")


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://www.gov.uk/x", "https://www.gov.uk/x"),
        ("/drug-device-alerts/x", "https://www.gov.uk/drug-device-alerts/x"),
        ("mailto:dmrc@example.org", "mailto:dmrc@example.org"),
        ("http://example.org", "http://example.org"),
    ],
)
def test_whole_links_stay(href: str, kept: str) -> None:
    assert f'href="{kept}"' in clean_html(f'<a href="{href}">a</a>', SITE)


def test_signs_that_turn_text_round_are_gone() -> None:
    assert clean_html("<p>a&#x202e;b&#x2067;c&#8;d</p>") == "<p>abcd</p>"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<div>" * 41 + "x", "too deep"),
        ("<table><tr><td>" * 4 + "x", "too deep"),
        ("<br>" * 60_001, "60,000 tags"),
        ("x" * 2_000_001, "2,000,000 characters"),
    ],
)
def test_too_much_is_refused_and_never_cut(html: str, words: str) -> None:
    with pytest.raises(TooMuch, match=words):
        clean_html(html)


def test_too_much_still_arrives_as_words_and_says_so() -> None:
    html, problem = readable_html("<div>" * 50 + "<table><tr><td>4L01372H</td></tr></table>")
    assert "could not be read whole" in problem
    assert problem in html
    assert "<p>4L01372H</p>" in html
    assert "It goes on at the source." in readable_html("<p>x</p>" + "y" * 2_000_000)[0]


def test_a_long_table_of_batches_is_kept_whole() -> None:
    rows = "".join(f"<tr><td>B{number:06}</td><td>11/2027</td></tr>" for number in range(8_000))
    html, problem = readable_html(f"<table><tbody>{rows}</tbody></table>")
    assert problem == ""
    assert html.count("<tr>") == 8_000


@pytest.mark.parametrize(
    "html",
    [
        "<" * 50_000,
        "<!--" * 50_000,
        "<b>" * 39 + "<i>x" * 20,
        "<a " * 50_000,
        "<p>" * 50_000,
        "&lt" * 400_000,
        "<td>" * 50_000,
    ],
)
def test_storms_cost_little(html: str) -> None:
    began = time.monotonic()
    readable_html(html)
    plain_words(html)
    plain_title(html)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        (" Class 2 Medicines Recall: A  B ", "Class 2 Medicines Recall: A  B"),
        ("Use <5 mg and > 3", "Use <5 mg and > 3"),
        ("<b>Bold</b> & <script>x</script>", "Bold & x"),
        ("a\x00b\u202ec\x1b", "abc"),
        ("AT&amp;T", "AT&amp;T"),
        ("Levothyroxine – ® ™ ’ ö ▼", "Levothyroxine – ® ™ ’ ö ▼"),
        ("<batch 4L01> list", "<batch 4L01> list"),
    ],
)
def test_titles_keep_their_words(title: str, plain: str) -> None:
    assert plain_title(title) == plain


def test_html_titles_are_read_as_html() -> None:
    assert plain_title("A &amp; <i>B</i> &lt;script&gt;", is_html=True) == "A & B"


def test_words_of_a_page() -> None:
    html = "<style>p{}</style><p>One  &amp;\ntwo</p><!-- no --><ul><li>three<li>four</ul><script>x</script>"
    assert plain_words(html) == "One &\ntwo\nthree\nfour"


@given(st.text(alphabet=st.sampled_from("<>/abipt&;\"'= \n!-")))
def test_no_input_yields_markup_that_was_not_allowed(text: str) -> None:
    import re

    allowed = re.compile(r"</?(?:a|b|i|p)(?: rel=\"noopener noreferrer\")?>")
    assert "<" not in allowed.sub("", clean_html(text))


@pytest.mark.parametrize("link", ["https://w[ww.gov.uk/a", "https://[::1/a", "https://a]b/", "http://:80/"])
def test_a_link_whose_host_cannot_be_read_is_no_link(link: str) -> None:
    assert safe_link(link) is None
    assert "href" not in readable_html(f'<a href="{link}">words</a>')[0]
