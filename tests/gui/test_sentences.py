"""What lower layers say is found again among the texts that a translator has seen, with what was filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from msat.errors import MsatError, NotRecorded, Refused
from msat.gui import tongue
from msat.gui.pieces import Text
from msat.gui.sentences import Catalogue
from msat.gui.tongue import pseudo, said
from msat.gui.views.notices import NoticeBar

WELSH = {
    "There is no alert {ref}.": "Nid oes rhybudd {ref}.",
    "Write its reference as the notice does.": "Ysgrifennwch ei gyfeirnod.",
    "{name} could not be written: {strerror}.": "Methwyd ysgrifennu {name}: {strerror}.",
    "No space left on device": "Dim lle",
    "Not done": "Heb ei wneud",
    "{one} and {two} differ": "mae {two} a {one} yn wahanol",
    "a batch": "swp",
    "Spoilt {name}": "Wedi {nome}",
    "{one}: {other}": "never",
}


@pytest.fixture
def welsh() -> Catalogue:
    return Catalogue(WELSH, lambda text: WELSH.get(text, text))


@pytest.fixture
def english(qapp: QApplication) -> Iterator[QApplication]:
    tongue.remove()
    yield qapp
    tongue.remove()


@pytest.mark.parametrize(
    ("text", "translated"),
    [
        ("There is no alert EL(26)A/9.", "Nid oes rhybudd EL(26)A/9."),
        ("Not done.", "Heb ei wneud."),
        (
            "There is no alert {x}. Write its reference as the notice does.",
            "Nid oes rhybudd {x}. Ysgrifennwch ei gyfeirnod.",
        ),
        ("a.pdf could not be written: No space left on device.", "Methwyd ysgrifennu a.pdf: Dim lle."),
        ("a batch and EL(26)A/9 differ", "mae EL(26)A/9 a swp yn wahanol"),
        ("Somebody's own words. Not done.", "Somebody's own words. Heb ei wneud."),
        ("Valproate: see all", "Valproate: see all"),
        ("", ""),
    ],
)
def test_a_sentence_is_found_with_what_was_filled_in(welsh: Catalogue, text: str, translated: str):
    assert welsh.said(text) == translated


def test_a_spoilt_translation_costs_no_message(welsh: Catalogue):
    assert welsh.said("Spoilt “a.pdf”") == "Spoilt “a.pdf”"


def test_what_is_very_long_is_left(welsh: Catalogue):
    text = "There is no alert " + "x" * 3_000 + "."
    assert welsh.said(text) == text


@pytest.mark.parametrize("own", ["a, b, " * 320, "No: " * 480, "It was, as said: nil. " * 80])
def test_long_words_of_a_person_are_looked_through_at_once(lower_texts: dict[str, str], own: str):
    """Every end in them may be that of a sentence: trying all divisions took minutes, and a stack too deep."""
    made = Catalogue([*lower_texts, *WELSH], lambda text: WELSH.get(text, text))
    assert made.said(f"{own.rstrip()} Not done.") == f"{own.rstrip()} Heb ei wneud."


@given(st.text(max_size=40))
def test_what_is_filled_in_comes_out_as_it_went_in(ref: str):
    made = Catalogue(WELSH, lambda text: WELSH.get(text, text))
    assert ref in made.said(f"There is no alert {ref}.") or ref in WELSH


@given(st.text(st.sampled_from("ab. {}:"), max_size=60))
def test_no_text_is_too_odd(text: str):
    assert isinstance(Catalogue(WELSH, pseudo).said(text), str)


def test_every_error_of_the_lower_layers_is_in_the_list(lower_texts: dict[str, str]):
    assert {"Not done", "Something went wrong", "The record cannot be used", "Not recorded"} <= lower_texts.keys()
    assert "An alert cannot be snoozed until {day} {year}." in lower_texts
    assert len(lower_texts) > 2_000
    assert [text for text in lower_texts if text.startswith(("SELECT", "msat/"))] == []


def test_what_is_raised_far_below_is_read_in_the_language_of_the_window(
    english: QApplication, lower_texts: dict[str, str], tmp_path: Path, qtbot
):
    from datetime import UTC, date, datetime

    from msat.services.own_marks import until_day

    (tmp_path / "msat_pseudo.json").write_text(json.dumps(list(lower_texts)), encoding="utf-8")
    tongue.install(tongue.PSEUDO, english, tmp_path)
    with pytest.raises(Refused) as raised:
        until_day(date(2026, 11, 1), datetime(2026, 11, 20, 9, tzinfo=UTC))
    begins, _day, ends = pseudo("An alert cannot be snoozed until {day} {year}.").partition("{day} {year}")
    translated = said(raised.value.explanation)
    assert translated.startswith(begins)
    assert translated.endswith(f"2026{ends}")
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.warn(raised.value)
    assert bar.notice.head.text() == f"{pseudo('Not done')}."
    assert bar.notice.text.text().endswith(pseudo("Give a day from tomorrow to a year on."))
    line = Text("", "dense", "red_text")
    qtbot.addWidget(line)
    line.say(str(NotRecorded(raised.value.explanation)))
    assert line.text() == translated
    assert str(raised.value).startswith("An alert cannot"), "what is logged and told to a console stays English"


def test_a_spoilt_list_leaves_english(english: QApplication, tmp_path: Path):
    (tmp_path / "msat_pseudo.json").write_text("{", encoding="utf-8")
    tongue.install(tongue.PSEUDO, english, tmp_path)
    assert said(MsatError.title) == "Something went wrong"
