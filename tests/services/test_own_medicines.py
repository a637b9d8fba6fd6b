"""The list of one's own medicines and devices, and which open alerts name them, in the notice's own words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.errors import Refused
from msat.places import places
from msat.projections.watched import named, pattern_of, search_of
from msat.services import own_medicines
from msat.services.concerned import concerned, reasons
from msat.services.own_medicines import LONGEST, MOST
from msat.triage.reading import pattern
from tests.fakes import Story, an_alert
from tests.notices import recall


def test_names_are_added_once_kept_in_order_and_taken_out(tmp_path: Path) -> None:
    where = places(tmp_path)
    assert own_medicines.own_medicines(where) == ()
    assert "Open alerts that name it" in own_medicines.add(where, ["  Fingolimod "]).words
    changed = own_medicines.add(where, own_medicines.split("EpiPen; adrenaline auto-injector,\nfingolimod"))
    assert changed.names == ("adrenaline auto-injector", "EpiPen", "Fingolimod")
    assert changed.words.startswith("2 names are on your list")
    assert own_medicines.add(where, ["EPIPEN"]).words == "“EPIPEN” is in the list already."
    assert own_medicines.own_medicines(where) == changed.names
    assert own_medicines.remove(where, "epipen").words == "“EpiPen” is out of your list."
    with pytest.raises(Refused, match="is not in the list"):
        own_medicines.remove(where, "EpiPen")
    assert not list(where.config.glob("*.new"))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("x" * (LONGEST + 1), "looked for"), ("ab", "too short"), ("\u202emrof", "looked for"), ("", "too short"),
        ("943 476 5919", "patient"), ("a\x07bc", "looked for"),
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused_and_nothing_is_kept(tmp_path: Path, name: str, why: str) -> None:
    where = places(tmp_path)
    with pytest.raises(Refused, match=why):
        own_medicines.add(where, ["warfarin", name])
    assert own_medicines.own_medicines(where) == ()
    with pytest.raises(Refused, match="No name"):
        own_medicines.add(where, own_medicines.split(" ; ,\n"))


def test_the_list_has_an_end(tmp_path: Path) -> None:
    where = places(tmp_path)
    own_medicines.add(where, [f"medicine {number}" for number in range(MOST)])
    with pytest.raises(Refused, match=f"more than {MOST}"):
        own_medicines.add(where, ["one more"])
    assert len(own_medicines.own_medicines(where)) == MOST


@pytest.mark.parametrize("text", ["medicine = [", "medicine = [1]", "other = []", 'medicine = ["ab"]'])
def test_a_damaged_file_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    where = places(tmp_path)
    where.medicines.parent.mkdir(parents=True)
    where.medicines.write_text(text, encoding="utf-8")
    with pytest.raises(Refused):
        own_medicines.own_medicines(where)
    with pytest.raises(Refused):
        own_medicines.add(where, ["warfarin"])
    assert where.medicines.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fingolimod", "Fingolimod Zentiva"), ("Auto injector", "two auto-injectors, both"),
        ("tablets 5 mg", "Tablet 5mg"),
        ("500mg", "of 500 mg each"),
        ("paracetamol 500 mg tablet", "Paracetamol 500mg tablets"), ("co-amoxiclav", "CO-AMOXICLAV"),
        ("EpiPens", "an EpiPen"), ("epipen", "EpiPen’s cap"), ("C++ (x)", "c x"), ("sulfasalazine", "(sulfasalazine)"),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_spelt(name: str, text: str) -> None:
    assert pattern(pattern_of(name)).search(text)
    assert search_of(name).casefold() in text.casefold() or name == "C++ (x)"


@pytest.mark.parametrize(
    ("name", "text"),
    [("iron", "ironic"), ("iron", "environment"), ("insulin", "insulins-x1nsulinx"[9:]), ("50 mg", "150 mg"),
     ("mesalazine", "sulfasalazine"), ("...", "anything")],
)  # fmt: skip
def test_a_part_of_another_word_is_no_hit(name: str, text: str) -> None:
    assert pattern(pattern_of(name)).search(text) is None


@given(st.text(max_size=LONGEST), st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_name_is_a_pattern_of_its_own(name: str, text: str) -> None:
    found = pattern(pattern_of(name)).search(f"{text} {name} {text}")
    if any(mark.isalnum() and mark.isascii() for mark in name) and name.isascii():
        assert found is not None


def test_why_quotes_the_notice_and_says_where() -> None:
    story = Story()
    story.received(an_alert(text="Stop. Patients on warfarin need a test."))
    notices = (an_alert(text="Stop. Patients on warfarin need a test."),)
    found = named(story.state, notices, ("warfarin", "fingolimod", "Fingolimod Zentiva", "insulin"))
    assert [(one.name, one.quote.where) for one in found] == [
        ("warfarin", "text"), ("fingolimod", "title"), ("Fingolimod Zentiva", "products")
    ]  # fmt: skip
    assert found[1].words == ("“fingolimod” is on your list of medicines and devices. The title says “Fingolimod”.")
    assert "The text says “warfarin”." in reasons(found)
    assert "The list of products says" in found[2].words


def test_open_alerts_that_name_one_are_found_and_read_once(desk, receive, monkeypatch: pytest.MonkeyPatch) -> None:
    ironic = receive(recall(path="/drug-device-alerts/other", reference="EL(26)A/62", product="Ironic tablets"))
    state = receive(recall())
    known: dict = {}
    found = concerned(desk, ("testafil", "iron", "nothingofthekind"), known)
    assert set(found) == {state.key}
    assert [(one.name, one.quote.words.casefold()) for one in found[state.key]] == [("testafil", "testafil")]
    assert set(known) >= {state.key, ironic.key}, "the search finds “ironic” too; reading it says no"
    assert concerned(desk, (), known) == {}

    def never(*_asked: object) -> None:
        raise AssertionError("what was read is not read again")

    monkeypatch.setattr(type(desk.views), "notice", never)
    assert concerned(desk, ("testafil", "iron", "nothingofthekind"), known) == found
