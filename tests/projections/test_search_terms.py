"""Texts and questions as terms, and what is highlighted."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.projections.search_terms import asked, expression, highlight, joined, matches, snippet, terms


def hits(text: str, search: str) -> list[str]:
    return [piece for piece, hit in highlight(text, search) if hit]


def test_terms_are_folded_runs_of_letters_and_digits() -> None:
    assert list(terms("Café-au-lait: ﬁngolimod 0.5 mg, STRAẞE_x")) == [
        "cafe", "au", "lait", "fingolimod", "0", "5", "mg", "strasse", "x"
    ]  # fmt: skip
    assert joined(["b a", "a"], ["ER 4824", ""]) == "a b er4824"


@pytest.mark.parametrize(
    ("search", "alternatives"),
    [
        ("", None), ("  ", None), ("\0", None), ("%", ()), ("***", ()),
        ("eye drops", (("eye", "drops"),)),
        ("4L 01372H", (("4l", "01372h"), ("4l01372h",))),
        ("el (26) a/37", (("el26a37",),)),
        ("EL(26)A/3", (("el26a3",), ("el26a03",))),
        ("zentiva EL(24)A36", (("zentiva", "el24a36"), ("zentivael24a36",))),
    ],
)  # fmt: skip
def test_a_question_becomes_alternatives(search: str, alternatives: object) -> None:
    assert asked(search) == alternatives


def test_the_question_for_the_database_holds_quoted_terms_only() -> None:
    assert expression((("eye", "drops"), ("eyedrops",))) == '("eye"* AND "drops"*) OR ("eyedrops"*)'


@given(st.text(max_size=200))
def test_no_text_can_become_an_operator(text: str) -> None:
    for alternative in asked(text) or ():
        assert all(term and term.isalnum() and '"' not in term for term in alternative)
        assert len(alternative) <= 60


@pytest.mark.parametrize(
    ("text", "search", "marked"),
    [
        ("Fingolimod 0.5 mg capsules", "fing caps", ["Fingolimod", "capsules"]),
        ("Fingolimod EL(26)A/37, EL(26)A/38", "el26a37", ["EL(26)A/37"]),
        ("Batch ER 4824 of ER 48", "er4824", ["ER 4824"]),
        ("4L-01372/H", "4L01372H", ["4L-01372/H"]),
        ("Café", "cafe", ["Café"]),
        ("nothing here", "zentiva", []),
        ("anything", "", []),
        ("a<b>& c", "b", ["b"]),
    ],
)
def test_words_are_marked_as_they_stand(text: str, search: str, marked: list[str]) -> None:
    assert hits(text, search) == marked


@given(st.text(max_size=200), st.text(max_size=30))
def test_the_pieces_are_the_text(text: str, search: str) -> None:
    pieces = highlight(text, search)
    assert "".join(piece for piece, _hit in pieces) == text
    assert all(piece for piece, _hit in pieces)


@given(st.lists(st.text(string.ascii_lowercase, min_size=3, max_size=9), min_size=1, max_size=30), st.data())
def test_what_matches_by_a_word_is_marked(words: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(words))
    search = word[: data.draw(st.integers(1, len(word)))]
    text = ", ".join(words)
    assert matches(joined([text]), search)
    assert hits(text, search)
    assert any(hit for _piece, hit in snippet(text, search, 40))


def test_a_snippet_shows_the_first_hit_on_one_line_between_whole_words() -> None:
    text = "word " * 100 + "lithium\n level " + "word " * 100
    pieces = snippet(text, "lith", 60)
    assert ("lithium", True) in pieces
    assert (pieces[0], pieces[-1]) == (("…", False), ("…", False))
    shown = "".join(piece for piece, _hit in pieces[1:-1])
    assert len(shown) <= 60
    assert {piece.strip() for piece in shown.split()} == {"word", "lithium", "level"}
    assert snippet("short text", "zzz") == [("short text", False)]
    assert snippet("", "a") == []
