"""The stored text: what it looks like, and that no HTML can break it."""

from __future__ import annotations

import time

import pytest

from msat.alerts.text import document, plain_text


def test_blocks_on_lines_rows_on_one_line_and_entities_decoded() -> None:
    html = (
        "<h2>A &amp; B</h2><p>one\n  two<br>three&nbsp;four</p><ul><li>x</li><li>y</li></ul>"
        "<table><tr><th>Batch</th><th>Expiry</th></tr><tr><td>A1<sup>2</sup></td><td><p>05/</p><p>2027</p></td></tr></table>after"
    )
    assert plain_text(html).split("\n") == [
        "A & B",
        "one two",
        "three four",
        "x",
        "y",
        "Batch | Expiry",
        "A12 | 05/ 2027",
        "after",
    ]


def test_scripts_comments_and_invisible_characters_are_no_text() -> None:
    assert plain_text("<p>A<script>alert(1)</script>B<!-- c -->C\u200bD\u00adE</p><style>x</style>") == "ABCDE"


def test_the_same_html_gives_the_same_text() -> None:
    html = "<div><p>é and e\u0301</p></div>"
    assert plain_text(html) == plain_text(html) == "é and é"


def test_plain_text_keeps_its_lines() -> None:
    assert plain_text("one\ntwo  three &amp; four\n\n a < b") == "one\ntwo three & four\na < b"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<table><tr><td>" * 50_000,
        "<td rowspan=60 colspan=60>" * 20_000,
        "<p>1</p>" * 200_000,
        "<" * 500_000,
        "&amp;" * 300_000,
        "x" * 3_000_000,
    ],
    ids=["deep", "nested tables", "spans", "lines", "angles", "entities", "long"],
)
def test_hostile_html_is_bounded(html: str) -> None:
    began = time.monotonic()
    read = document(html)
    assert time.monotonic() - began < 20
    assert len(read.lines) <= 20_000


def test_what_is_cut_is_said() -> None:
    assert not document("<p>1</p>" * 30_000).complete
    assert not document("x" * 2_000_001).complete
    assert document("<p>1</p>").complete


@pytest.mark.parametrize(
    "html", ["", " ", "<!-- -->", "<", "</p>", "\x00", "\ud800", "<table>", "<tr><td>x", "<p", "<?xml?>"]
)
def test_scraps_give_text_or_nothing(html: str) -> None:
    assert isinstance(plain_text(html), str)
