"""Documents at the edge of what blocks allow: empty, endless, too wide. All conform, none aborts, nothing is lost."""

from __future__ import annotations

import pytest

from msat.exports.document import Block, Bullets, Document, Heading, KeyValues, Paragraph, QrCode, Table, plain
from msat.exports.markup import write_markup
from msat.exports.page_layout import lay_out
from msat.exports.pdf import write_pdf
from msat.exports.seal import Seal
from tests.exports.test_pages import assert_clean, found, said
from tests.exports.test_pdf import failures

MANY = tuple(f"c{number}" for number in range(50))
EDGES: dict[str, Block] = {
    "a table without rows": Table(("A", "B"), (), (1, 1), "Caption"),
    "a wide table without rows": Table(MANY, (), (1,) * 50, "Caption", frozen=1, turned=True),
    "no names and values": KeyValues(()),
    "no items": Bullets(()),
    "no runs": Paragraph(()),
    "empty runs": Paragraph(plain("")),
    "a code of nothing": QrCode("", ""),
    "empty cells": Table(("", ""), ((plain(""), ()),), (1, 1), row_headers=True),
    "an endless heading": Heading(2, "y" * 5_000 + " word" * 2_000),
    "an endless caption": Table(("A",), ((plain("x"),),), (1,), "caption " * 3_000),
    "endless words beside each other": Table(
        ("Name", "B" * 900, "C"), ((plain("n" * 900), plain("x"), plain("z" * 3_000)),), (1, 1, 1), frozen=1
    ),
    "two frozen columns": Table(
        ("Name", "ODS", *MANY),
        ((plain("n"), plain("Y00001"), *[plain("done")] * 50),) * 3,
        (1,) * 52,
        frozen=2,
        row_headers=True,
        turned=True,
    ),
    "a column frozen too many": Table(("A", "B"), ((plain("x " * 300), plain("y" * 300)),), (1, 1), frozen=9),
}


@pytest.mark.parametrize("block", EDGES.values(), ids=EDGES.keys())
def test_an_edge_conforms_in_every_form(seal: Seal, block: Block) -> None:
    document = Document("Edge", (Heading(1, "Edge"), Heading(2, "Before"), block, Paragraph(plain("after"))))
    pages = lay_out(document, ("foot",))
    assert_clean(pages)
    assert said(pages.root).endswith("after")
    assert failures(write_pdf(document, seal)) == []
    for form in ("html", "markdown", "text"):
        assert "after" in write_markup(document, form, seal)


def test_endless_texts_are_all_there() -> None:
    heading = lay_out(Document("t", (Heading(1, "t"), EDGES["an endless heading"])), ())
    assert said(heading.root).count("y") == 5_000
    assert said(heading.root).count("word") == 2_000
    words = lay_out(Document("t", (Heading(1, "t"), EDGES["endless words beside each other"])), ())
    assert said(words.root).count("z") == 3_000


def test_two_frozen_columns_stand_in_every_part_and_head_their_rows() -> None:
    pages = lay_out(Document("t", (Heading(1, "t"), EDGES["two frozen columns"])), ())
    tables = found(pages.root, "Table")
    assert len(tables) > 1
    for table in tables:
        row = found(found(table, "TBody")[0], "TR")[0]
        assert [said(th) for th in found(row, "TH")] == ["n", "Y00001"]
