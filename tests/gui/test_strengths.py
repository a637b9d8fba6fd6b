"""A strength is never split at the end of a line, and what is copied or read back is the source's own text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from msat.gui.theme import look
from msat.gui.views.panels import known_role
from msat.gui.views.strengths import StrengthText, as_written, strengths, unbroken
from msat.gui.views.worklist_delegate import lay_out
from msat.projections.closing import ended

TITLE = "Class 2 Medicines Recall: Phenoxymethylpenicillin 250 mg/5ml Sugar free Oral Solution BP, EL(26)A/33"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (TITLE, ["250 mg/5ml"]),
        ("Ramipril 5mg capsules", ["5mg"]),
        ("Co-amoxiclav 500 mg/125 mg tablets", ["500 mg/125 mg"]),
        ("Fentanyl 25 micrograms/hour patches, 1,000 units/ml", ["25 micrograms/hour", "1,000 units/ml"]),
        ("batch 7124002, EL(26)A/33, 12 boxes", []),
    ],
)
def test_what_is_a_strength(text: str, found: list[str]):
    assert [text[start:end] for start, end in strengths(text)] == found


@given(st.text(alphabet="0123456789 mgl/%,.ab", max_size=40))
def test_what_was_drawn_can_be_read_back(text: str):
    assert as_written(unbroken(text)) == text


def test_no_line_of_the_list_ends_inside_a_strength(theme):
    start, end = strengths(TITLE)[0]
    font = look().font("body")
    split_somewhere = False
    for width in range(120, 700, 7):
        laid = lay_out(TITLE, font, width)
        lines = [laid.lineAt(at) for at in range(laid.lineCount())]
        ends = [line.textStart() + line.textLength() for line in lines]
        assert ends[-1] == len(TITLE), "nothing is left out"
        assert not any(start < at < end for at in ends), f"split at {width}"
        split_somewhere = split_somewhere or start in ends
    assert split_somewhere, "a line was ended before the strength to keep it whole"


def test_what_is_copied_is_the_source(theme, qtbot):
    text = StrengthText(TITLE)
    qtbot.addWidget(text)
    assert text.text() == TITLE
    assert text.accessibleName() == TITLE
    assert text.copied() == TITLE
    text.setTextInteractionFlags(text.textInteractionFlags() | text.textInteractionFlags().TextSelectableByMouse)
    begin = TITLE.index("250")
    text.setSelection(begin, len("250 mg/5") + 2)
    assert text.copied() == "250 mg/5"
    text._copy()
    assert QApplication.clipboard().text() == "250 mg/5"


def test_a_known_role_has_one_spelling():
    assert known_role("practice  PHARMACIST") == "Practice pharmacist"
    assert known_role("gp") == "GP"
    assert known_role("Care home lead ") == "Care home lead"


def test_a_sentence_that_ends_with_quoted_words_has_one_full_stop():
    assert ended("keep to the words of the notice: “Tell patients to carry on.”") == (
        "keep to the words of the notice: “Tell patients to carry on.”"
    )
    assert ended("Quarantine it") == "Quarantine it."
