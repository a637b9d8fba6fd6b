"""A Word document that hides text by a style is told; a damaged one ends in a sentence, wherever the damage lies."""

from __future__ import annotations

import random

import pytest

from msat.exports.certificate import certificate
from msat.exports.checking import Outcome, check_file
from msat.exports.manifest import BadEvidence
from msat.exports.seal import Seal
from msat.exports.word import write_word
from msat.exports.word_reading import read_word
from msat.record.memory import MemoryRecord
from tests.exports.samples import CUT_OFF, SURGERY, notice, signed
from tests.exports.test_word import changed, whats

STYLES = "word/styles.xml"
HIDDEN = b"<w:rPr><w:vanish/></w:rPr></w:style>"


@pytest.fixture(scope="module")
def word(record: MemoryRecord, seal: Seal) -> bytes:
    return write_word(certificate(signed(record), notice(), SURGERY, CUT_OFF), seal)


def style(name: bytes, inside: bytes) -> bytes:
    return b'<w:style w:type="paragraph" w:styleId="' + name + b'"><w:name w:val="' + name + b'"/>' + inside


WAYS = {
    "for all text": ((b"<w:rPrDefault><w:rPr>", b"<w:rPrDefault><w:rPr><w:vanish/>"),),
    "a style that is used": ((b'w:styleId="Title">', b'w:styleId="Title"><w:rPr><w:vanish/></w:rPr>'),),
    "a style that one rests on": (
        (b"</w:styles>", style(b"Deep", HIDDEN) + b"</w:styles>"),
        (b'w:styleId="Title">', b'w:styleId="Title"><w:basedOn w:val="Deep"/>'),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_text_hidden_by_a_style_is_told(word: bytes, record: MemoryRecord, way: str) -> None:
    check = check_file(changed(word, STYLES, *WAYS[way]), "x.docx", record)
    assert check.outcome is Outcome.CHANGED
    assert "hidden text" in whats(check)


def test_a_hidden_style_that_nothing_uses_and_another_look_are_no_change(word: bytes, record: MemoryRecord) -> None:
    unused = (b"</w:styles>", style(b"Unused", HIDDEN) + b"</w:styles>")
    off = (b'w:styleId="Title">', b'w:styleId="Title"><w:rPr><w:vanish w:val="0"/></w:rPr>')
    for pair in (unused, off):
        assert check_file(changed(word, STYLES, pair), "x.docx", record).outcome is Outcome.VERIFIED


def test_styles_that_rest_on_each_other_in_a_ring_end(word: bytes, record: MemoryRecord) -> None:
    ring = style(b"A", b'<w:basedOn w:val="B"/></w:style>') + style(b"B", b'<w:basedOn w:val="A"/></w:style>')
    pairs = (
        (b"</w:styles>", ring + b"</w:styles>"),
        (b'w:styleId="Title">', b'w:styleId="Title"><w:basedOn w:val="A"/>'),
    )
    assert check_file(changed(word, STYLES, *pairs), "x.docx", record).outcome is Outcome.VERIFIED


def test_a_flipped_bit_anywhere_never_ends_in_a_crash(word: bytes) -> None:
    chance = random.Random(7)
    damaged = 0
    for _ in range(600):
        data = bytearray(word)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            read_word(bytes(data))
        except BadEvidence:
            damaged += 1
    assert damaged > 100


BODY = "word/document.xml"
UNSEEN = {
    "text marked as deleted": b'<w:del w:id="1" w:author="x"><w:r><w:t/></w:r></w:del></w:p>',
    "text marked as moved away": b'<w:moveFrom w:id="1" w:author="x"><w:r><w:t/></w:r></w:moveFrom></w:p>',
    "hidden text": b"<w:r><w:rPr><w:specVanish/></w:rPr></w:r></w:p>",
    "a hidden row": b"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr></w:tr></w:tbl></w:p>",
}


@pytest.mark.parametrize("what", UNSEEN)
def test_text_that_a_word_processor_may_not_show_is_told(word: bytes, record: MemoryRecord, what: str) -> None:
    """The words are all still there, and whoever opens the file may not see them."""
    check = check_file(changed(word, BODY, (b"</w:p>", UNSEEN[what])), "x.docx", record)
    assert check.outcome is Outcome.CHANGED
    assert what in whats(check)
