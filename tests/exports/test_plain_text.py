"""What reaches a writer is visible, unambiguous and bounded; and file names are safe everywhere."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.exports.file_names import safe_name
from msat.exports.plain_text import BOX, LONGEST_TEXT, clean, drawable, one_line
from msat.exports.type_setting import has_glyph, para_text
from tests.exports.hostile import PAYLOADS


@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_clean_text_holds_nothing_invisible(text: str) -> None:
    for char in clean(text):
        assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn", "Co") or char in "\n\t"


def test_control_characters_are_shown_as_boxes_and_bidi_marks_go() -> None:
    assert clean("a\x00b\x1bc\u202ed") == f"a{BOX}b{BOX}cd"


def test_line_ends_of_every_kind_become_one() -> None:
    assert clean("a\r\nb\rc\u2028d") == "a\nb\nc\nd"
    assert one_line(" a \r\n b\u00a0c ") == "a b c"


def test_too_long_a_text_is_cut_and_says_so() -> None:
    cut = clean("x" * 30_000)
    assert cut.startswith("x" * LONGEST_TEXT + " …")
    assert cut.endswith("(cut here: 30,000 characters in all)")


def test_what_the_font_lacks_is_shown_never_dropped() -> None:
    assert para_text("200 µg ≥ ▼ α ™") == "200 µg ≥ ▼ α ™"
    assert para_text("日本") == BOX * 2
    assert para_text("ＡＢ") == "AB"
    assert drawable("a\u2003b", lambda char: char in "ab ") == "a b"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_payload_becomes_drawable(payload: str) -> None:
    assert all(char == "\n" or has_glyph(char) for char in para_text(payload).replace("\t", " "))


@given(st.text(alphabet=st.characters(codec=None), max_size=300))
def test_a_file_name_is_one_plain_name_on_every_system(text: str) -> None:
    name = safe_name(text)
    assert name
    assert len(name) <= 80
    assert name.isascii()
    assert not name.startswith((".", "-"))
    assert PurePosixPath(name).name == name
    assert PureWindowsPath(name).name == name


@pytest.mark.parametrize("text", ["CON", "nul.pdf", "Lpt1", "COM¹.txt", "aux.tar.pdf"])
def test_reserved_names_of_windows_are_avoided(text: str) -> None:
    assert safe_name(text).partition(".")[0].lower() not in ("con", "nul", "lpt1", "com1", "aux")


def test_names_stay_readable() -> None:
    assert safe_name("record EL(26)A/37.pdf") == "record-EL-26-A-37.pdf"
    assert safe_name("../../etc/passwd") == "etc-passwd"
    assert safe_name("Fingolimod 0.5 mg") == "Fingolimod-0-5-mg"
    assert safe_name("\u202e\u200b") == "export"
