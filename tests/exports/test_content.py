"""The attached content says what the pages say: every kind of block, wide tables in parts, hostile text."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from msat.exports.charts import Chart
from msat.exports.comparing_content import content_differences
from msat.exports.content import content_json, read_content
from msat.exports.document import (
    Bullets,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    QrCode,
    Rag,
    RagLine,
    Run,
    Table,
    plain,
)
from msat.exports.manifest import BadEvidence
from msat.exports.pdf import write_pdf
from msat.exports.seal import Seal
from msat.exports.tagged_text import read_tagged
from msat.triage.model import Priority
from tests.exports.hostile import PAYLOADS
from tests.exports.test_pdf import document

CHART = Chart("A chart", "It shows nothing new.", 300.0, 120.0, (), ("Month", "Done"), (("May", "3"), ("June", "4")))
WIDE = Table(
    ("Code", "Practice", *(f"EL(26)A/{number:02}" for number in range(30))),
    tuple((plain(f"A8100{row}"), plain("The Surgery"), *([plain("not applicable")] * 30)) for row in range(4)),
    (1.0,) * 32,
    "Practices by alerts",
    frozen=2,
    row_headers=True,
)


def differences(made: Document, seal: Seal, told: Document | None = None) -> list[tuple[str, str]]:
    """What the pages of `made` say otherwise than the content of `told` (the same document when None)."""
    content = read_content(content_json(told or made, {}, seal))
    return content_differences(content.document, read_tagged(write_pdf(made, seal)))


def with_everything() -> Document:
    made = document("some text", rows=60)
    more = (Figure(CHART), Figure(CHART, numbers=False), QrCode("Y00000-P0001 90d8 d4f6", "Pack and head"))
    return replace(made, blocks=(*made.blocks, *more, PageBreak(landscape=True), WIDE, Paragraph(plain("The end."))))


@pytest.mark.parametrize("landscape", [False, True])
def test_every_kind_of_block_stands_on_the_pages_as_in_the_content(seal: Seal, landscape: bool) -> None:
    assert differences(replace(with_everything(), landscape=landscape), seal) == []


def test_hostile_text_does_not_drive_the_two_apart(seal: Seal) -> None:
    assert differences(document(*PAYLOADS), seal) == []


def test_text_that_pages_cut_is_cut_alike(seal: Seal) -> None:
    """Pages clean and cut each run by itself."""
    runs = (Run("word " * 5_000), Run("\u0301 and " * 3_000, bold=True))
    table = Table(("One", "Two"), ((runs, plain("x " * 12_000)),), (1.0, 1.0))
    blocks = (Heading(1, "t"), RagLine(Rag(Priority.RED), runs), Paragraph(runs), Bullets((runs,)), table)
    assert differences(Document("t", blocks), seal) == []


@pytest.mark.parametrize("number", range(len(with_everything().blocks)))
def test_a_block_left_out_of_either_is_told(seal: Seal, number: int) -> None:
    whole = with_everything()
    if isinstance(whole.blocks[number], PageBreak):
        pytest.skip("a page break says nothing")
    less = replace(whole, blocks=(*whole.blocks[:number], *whole.blocks[number + 1 :]))
    assert len(differences(less, seal, whole)) == 1
    assert len(differences(whole, seal, less)) == 1


def test_a_changed_cell_is_told_with_its_place(seal: Seal) -> None:
    whole = with_everything()
    rows = [list(row) for row in WIDE.rows]
    rows[2][20] = plain("done")
    other = replace(
        whole, blocks=tuple(replace(WIDE, rows=tuple(map(tuple, rows))) if one is WIDE else one for one in whole.blocks)
    )
    ((what, _where),) = differences(whole, seal, other)
    assert what == "Row 3, column 21 of a table says “notapplicable” on the pages and “done” in the content."


def test_two_cells_changed_round_are_told(seal: Seal) -> None:
    rows = (*WIDE.rows[1:], WIDE.rows[0])
    made = Document("t", (Heading(1, "t"), WIDE))
    assert differences(made, seal, Document("t", (Heading(1, "t"), replace(WIDE, rows=rows))))


def test_without_a_seal_the_content_ends_with_the_document() -> None:
    found = json.loads(content_json(Document("t", (Heading(1, "t"),)), {"kpis": [{"count": 3}]}))
    assert found == {"format": "msat-content-v1", "document": [{"text": "t"}], "values": {"kpis": [{"count": 3}]}}


def test_half_characters_in_values_become_a_box() -> None:
    told = {"a": ["\ud800x", "y\0"], "b": {"c": "é\udfff"}, "d": 1}
    found = read_content(content_json(Document("t", ()), told)).values
    assert found == {"a": ["□x", "y□"], "b": {"c": "é□"}, "d": 1}


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"format":"msat-content-v1"}', b'{"document":[1],"format":"x"}'])
def test_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(BadEvidence):
        read_content(data)


ODD = {"table": {"caption": "", "frozen": 0, "rows": [[1]]}}


@pytest.mark.parametrize("block", [{}, {"table": {}}, ODD, {"text": 1}])
def test_a_content_of_another_form_ends_in_a_sentence(block: dict[str, object]) -> None:
    with pytest.raises(BadEvidence):
        content_differences([block], [])
