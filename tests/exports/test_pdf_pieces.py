"""Pages of the plain form are read as any page is read: the same stretches of text, between the same marks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.exports import pdf_pieces
from msat.exports.document import Document, Paragraph, plain
from msat.exports.pdf import write_pdf
from msat.exports.pdf_pieces import by_operators, stretches, texts_by_mark
from msat.exports.seal import Seal, gather
from tests.exports.samples import CUT_OFF, KEY, record_with_alert, signed

SHOWN = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60)


def fonts_of(page: Any) -> Any:
    return page.Resources.Font


def both(page: Any) -> Iterator[tuple[Any, Any]]:
    content = page.Contents.read_bytes()
    yield pdf_pieces._by_lines(content, fonts_of(page)), list(by_operators(page, fonts_of(page)))


@settings(max_examples=40, deadline=None)
@given(st.lists(SHOWN, min_size=1, max_size=6))
def test_whatever_is_written_is_read_both_ways_alike(texts: list[str]) -> None:
    record = record_with_alert()
    seal = gather(record, [signed(record)], "certificate", {"alert": KEY}, CUT_OFF)
    data = write_pdf(Document("Any text", tuple(Paragraph(plain(text)) for text in texts)), seal)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            for quick, slow in both(page.obj):
                assert quick == slow
                assert quick


def test_a_page_with_a_drawing_of_another_program_is_read_as_operators(certificate_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(certificate_pdf)) as pdf:
        page = pdf.pages[0].obj
        plain_content = page.Contents.read_bytes()
        for added in (
            b"BT (x) Tj T* ET\n",
            b"BT 1 0 0 1 3 4 Tm /F1+0 9 Tf 9 TL (a) Tj T* (b) Tj T* ET\n",
            b"BT\n(a) Tj 0 0 Td (b) Tj\nET\n",
            b"/Other Do\n",
            b"(open\n",
        ):
            assert pdf_pieces._by_lines(plain_content + added, fonts_of(page)) is None
        assert pdf_pieces._by_lines(plain_content, fonts_of(page)) == list(by_operators(page, fonts_of(page)))


ODD = [
    b"/P <</MCID 3>> BDC\nBT\n/F1+0 9 Tf\n1 0 0 1 9 9 Tm\n(a\\(b\\)\\\\\\101) Tj\n/F2+0 9 Tf\n(c) Tj\nET\nEMC\n",
    b"BT\n1 0 0 1 9 9 Tm\n(no font) Tj\n1 0 0 1 9 9 Tm\n(next) Tj\nET\n",
    b"EMC\nEMC\nBT\n1 0 0 1 9 9 Tm\n(too many ends) Tj\nET\n",
    b"/P <</MCID 1>> BDC\n/Artifact <</Type /Layout>> BDC\nBT\n1 0 0 1 9 9 Tm\n(inside) Tj\nEMC\n(after) Tj\nET\nEMC\n",
    b"BT\n(never ended) Tj\n",
    b"BT\n(one) Tj\nET\nBT 1 0 0 1 3 4 Tm /F1+0 9 Tf 9 TL (R) Tj T* ET\nBT\n(two) Tj\nET\n",
    b"BT\n(one) Tj\nBT 1 0 0 1 3 4 Tm 1 0 0 1 3 4 Tm 1 0 0 rg /F1+0 9 Tf 9 TL () Tj ET\nBT\n(two) Tj\nET\n",
    b"BT\n(\\777\\001) Tj\nET\n",
]


@pytest.mark.parametrize("content", ODD)
def test_odd_pages_of_that_form_are_read_alike(content: bytes, certificate_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(certificate_pdf)) as pdf:
        page = pdf.pages[0].obj
        page.Contents = pdf.make_stream(content)
        slow = list(by_operators(page, fonts_of(page)))
        assert pdf_pieces._by_lines(content, fonts_of(page)) == slow
        assert list(stretches(page, content)) == slow


def test_texts_are_gathered_by_mark(seal: Seal) -> None:
    data = write_pdf(Document("Two", (Paragraph(plain("one " * 60)), Paragraph(plain("two")))), seal)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        texts = texts_by_mark(pdf.pages[0].obj)
    assert "two" in texts.values()
    assert any(text.startswith("one one") for text in texts.values())
