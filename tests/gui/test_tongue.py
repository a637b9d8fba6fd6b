"""Every text of the window can be translated: marked, found, made into a file, loaded; and the pseudo-locale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from msat.errors import Refused
from msat.gui import tongue, words
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.theme import Theme
from msat.gui.tongue import later, plural, pseudo, spoken, tr

_PLACEHOLDERS = re.compile(r"\{[^{}]*\}|<[^<>]+>")


@pytest.fixture
def english(qapp: QApplication) -> Iterator[QApplication]:
    """The language that the texts are written in, before and after."""
    tongue.remove()
    yield qapp
    tongue.remove()


def test_every_text_of_the_window_is_marked(translations: ModuleType):
    assert translations.unmarked() == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('def f(): return Text("Nothing is waiting.")', 1),
        ('def f(n): return Text(f"{n} are waiting")', 1),
        ('HEADS = {"a": "No rule covers it"}', 1),
        ('def f(): return Text(tr("Nothing is waiting."))', 0),
        ('def f(n): return Text(tr("{n} are waiting").format(n=n))', 0),
        ('HEADS = spoken({"a": later("No rule covers it")})', 0),
        ('def f(w):\n    """Says that nothing is waiting."""\n    w.setProperty("kind", "a quiet one")', 0),
        ('def f(w): return w == "Nothing is waiting."', 0),
    ],
)
def test_what_is_not_marked_is_found(translations: ModuleType, source: str, found: int):
    assert len(translations.unmarked_in(source)) == found


def test_what_is_let_through_is_still_there(translations: ModuleType):
    """A list of exceptions does not outlive what it excepts."""
    sources = [file.read_text("utf-8") for file in translations.GUI.rglob("*.py")]
    beginnings = {text: f'"{text.partition("{")[0]}' for text in translations.NO_TEXTS}
    gone = [text for text, begins in beginnings.items() if not any(begins in source for source in sources)]
    files = {file.name for file in translations.GUI.rglob("*.py")}
    assert gone == []
    assert translations.NOT_SHOWN.keys() <= files


def test_a_translation_is_made_loaded_and_spoken(english: QApplication, translations: ModuleType, tmp_path: Path):
    found = [translations.Text("Settings"), translations.Text("{number:,} alerts", "{number:,} alert")]
    file = translations.update("cy", tmp_path, found)
    tree = ElementTree.parse(file)  # noqa: S314 - made a line above
    for message, said in zip(tree.getroot().iter("message"), ("Gosodiadau", None), strict=True):
        made = message.find("translation")
        del made.attrib["type"]
        made.text = said
        if said is None:
            # Qt knows five forms of a Welsh number: 0, 1, 2 to 5, 6, and all others.
            for form in ("dim rhybudd", "un rhybudd", "dau rybudd", "chwe rhybudd", "{number} rhybudd"):
                ElementTree.SubElement(made, "numerusform").text = form
    tree.write(file, encoding="utf-8")
    translations.release(file)
    assert tongue.install("cy-GB", english, tmp_path) == "cy-GB"
    assert tr("Settings") == "Gosodiadau"
    assert spoken({"x": later("Settings")})["x"] == "Gosodiadau"
    assert tr("Not translated yet") == "Not translated yet"
    assert words.count_words(2, "alert") == "dau rybudd"
    assert words.count_words(11, "alert") == "11 rhybudd"
    tongue.remove()
    assert tr("Settings") == "Settings"
    assert words.count_words(1, "alert") == "1 alert"


def test_the_window_stands_in_a_small_translation(
    qtbot, theme: Theme, english: QApplication, translations: ModuleType, session: Session, tmp_path: Path
):
    """Its own words, and those of an error raised far below; what nobody translated stays English."""
    welsh = {"Worklist": "Rhestr waith", "Not done": "Heb ei wneud", "There is no alert {ref}.": "Nid oes {ref}."}
    file = translations.update("cy", tmp_path, [translations.Text(text) for text in welsh])
    tree = ElementTree.parse(file)  # noqa: S314 - made a line above
    for message in tree.getroot().iter("message"):
        made = message.find("translation")
        del made.attrib["type"]
        made.text = welsh[message.findtext("source")]
    tree.write(file, encoding="utf-8")
    translations.release(file)
    translations.write_list(tmp_path / "msat_cy.json", welsh)
    assert tongue.install("cy-GB", english, tmp_path) == "cy-GB"
    window = MainWindow(session)
    qtbot.addWidget(window)
    assert window.rail.buttons["worklist"].accessibleName().startswith("Rhestr waith")
    assert window.rail.buttons["settings"].accessibleName().startswith("Settings")
    window.notices.warn(Refused("There is no alert EL(26)A/99.", "Look for it."))
    assert window.notices.notice.head.text() == "Heb ei wneud."
    assert window.notices.notice.text.text() == "Nid oes EL(26)A/99. Look for it."


def test_what_a_translator_wrote_stays_when_texts_are_read_again(translations: ModuleType, tmp_path: Path):
    file = translations.update("cy", tmp_path, [translations.Text("Settings"), translations.Text("Gone")])
    before = file.read_text("utf-8")
    file.write_text(before.replace('<translation type="unfinished" />', "<translation>Gosodiadau</translation>", 1))
    translations.update("cy", tmp_path, [translations.Text("New"), translations.Text("Settings")])
    after = file.read_text("utf-8")
    assert "<translation>Gosodiadau</translation>" in after
    assert "New" in after
    assert "Gone" not in after


def test_every_text_of_the_source_is_in_the_file(translations: ModuleType, tmp_path: Path):
    found = translations.texts()
    sources = {text.source for text in found}
    assert {"Worklist", "Red", "Waiting for a second person", "Choose Check now."} & sources >= {"Worklist", "Red"}
    assert "As the computer is set" in sources
    assert "{number:,} alerts" in sources
    made = translations.release(translations.update("cy", tmp_path, found))
    assert made.stat().st_size > 0
    broken = [text.source for text in found if text.source.count("{") != text.source.count("}")]
    assert broken == []


def test_a_language_without_a_file_is_english(english: QApplication, tmp_path: Path):
    assert tongue.install("tlh", english, tmp_path) == tongue.SOURCE
    assert tr("Settings") == "Settings"


@pytest.mark.parametrize(
    ("setting", "environment", "language"),
    [("en-GB", {}, "en-GB"), ("en-GB", {tongue.VARIABLE: "pseudo"}, "pseudo"), ("cy", {tongue.VARIABLE: ""}, "cy")],
)
def test_a_tester_may_ask_for_a_language(setting: str, environment: dict[str, str], language: str):
    assert tongue.wanted(setting, environment) == language
    assert tongue.wanted("system", {}) not in ("", "system")


def test_forms_of_a_number_without_a_translation(english: QApplication):
    assert plural(1, "{n} day", "{n} days") == "{n} day"
    assert plural(0, "{n} day", "{n} days") == "{n} days"


def test_the_pseudo_locale_reaches_constants_and_numbers(english: QApplication):
    tongue.install(tongue.PSEUDO, english)
    assert tr("Settings").startswith("[Š")
    table = spoken((("a", later("Name")), ("b", later("Day"))))
    assert [name for _key, name in table] == [tr("Name"), tr("Day")]
    assert table[0][1] == tr("Name")
    assert list(spoken({"a": later("Name")}).items()) == [("a", tr("Name"))]
    assert words.count_words(3, "alert").startswith("[3 ")


@given(st.text(st.sampled_from("abeio &{}<>xyz.,"), max_size=60))
def test_the_pseudo_locale_keeps_placeholders(text: str):
    said = pseudo(text)
    assert _PLACEHOLDERS.findall(said) == _PLACEHOLDERS.findall(text)
    if text.strip():
        assert said[0] == "["
        assert said[-1] == "]"


@given(st.text(st.sampled_from("abcdeiorst "), min_size=8, max_size=80))
def test_the_pseudo_locale_is_longer(text: str):
    assert pseudo(text).translate(str.maketrans("", "", "[]")) != text or not set(text) & set("aceiosuzny")
    assert len(pseudo(text)) >= len(text)


def test_a_sentence_in_the_pseudo_locale_is_two_fifths_longer():
    text = "Compares a batch number, a scanned pack or a product with every notice known here."
    assert len(pseudo(text)) >= 1.3 * len(text)
    assert pseudo("&Save {name}") == "[&Sààvé {name}]"
