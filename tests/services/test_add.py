"""Adding a notice: the preview records nothing, a duplicate is joined, patient data is refused with the place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from msat.alerts.read import read
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.feeds.paste import TYPED, TYPED_NAME, Pasted, from_file, from_text, typed_item
from msat.projections.alert_state import AlertState
from msat.services.add import Outcome, add, preview
from msat.services.desk import Desk, Person
from tests.notices import recall
from tests.services.conftest import PHARMACIST

Receive = Callable[[FeedItem], AlertState]
DATA = Path(__file__).resolve().parents[1] / "data" / "pasted"


def pasted(name: str) -> Pasted:
    return from_file(name, (DATA / name).read_bytes())


def test_a_preview_shows_everything_and_records_nothing(desk: Desk) -> None:
    head, files = desk.record.head(), list(desk.places.data.rglob("*"))
    seen = preview(desk, pasted("natpsa_forwarded.txt"))
    assert seen.outcome is Outcome.NEW
    assert seen.alert.key == "NatPSA/2026/021/DHSC"
    assert seen.triage.priority == "red"
    assert "A01" in {action.code for action in seen.actions}
    assert {"reference", "deadline, complete", "issued"} <= {fact.name for fact in seen.facts}
    assert seen.highlights
    assert any(remark.startswith("Left out") for remark in seen.remarks)
    assert "NatPSA/2026/021/DHSC" in seen.words
    assert seen.joins is None
    assert desk.record.head() == head
    assert list(desk.places.data.rglob("*")) == files


def test_what_is_added_is_recorded_by_a_person_with_its_source(desk: Desk) -> None:
    made = add(desk, pasted("natpsa_forwarded.txt"), PHARMACIST)
    assert [entry.type for entry in made.entries] == ["alert.received", "alert.triaged"]
    assert made.words == f"Added NatPSA/2026/021/DHSC. Entry {made.entries[-1].seq}."
    state = desk.views.find("NatPSA/2026/021/DHSC")
    assert state is not None
    assert made.alerts == {state.key}
    assert (state.sources[0].source, state.sources[0].name) == (TYPED, TYPED_NAME)
    assert state.history[0].by == "A Pharmacist"


def test_the_same_again_records_nothing_and_says_so(desk: Desk) -> None:
    add(desk, pasted("cmo_message.txt"), PHARMACIST)
    head = desk.record.head()
    for name in ("cmo_message.txt", "forwarded.eml"):  # the same message, once forwarded
        assert preview(desk, pasted(name)).outcome is Outcome.DUPLICATE
        made = add(desk, pasted(name), PHARMACIST)
        assert not made.entries
        assert "nothing is recorded" in made.words
    assert desk.record.head() == head


def test_a_preview_says_what_differs_from_what_is_known(desk: Desk, receive: Receive) -> None:
    receive(recall(reference="EL(26)A/63", class_=2))
    seen = preview(desk, pasted("table.eml"))
    assert any("TY1001" in said for said in seen.differences)
    assert any("lass" in said for said in seen.differences)
    assert preview(desk, pasted("cmo_message.txt")).differences == ()


@pytest.mark.parametrize(
    ("reference", "said"),
    [("EL(26)A/99", "EL(26)A/61, which counts"), ("my own no. 5", "no number of a series"), ("el 26 a 61", "")],
)
def test_a_typed_number_that_does_not_fit_is_told_of(desk: Desk, reference: str, said: str) -> None:
    seen = preview(desk, typed_item("Class 2 Medicines Recall: Testafil, EL(26)A/61", "Return it.", reference))
    assert seen.alert.key == "EL(26)A/61"
    assert [said in remark for remark in seen.remarks if "“" in remark] == ([True] if said else [])


def test_a_known_alert_gets_another_page(desk: Desk, receive: Receive) -> None:
    known = receive(recall(reference="EL(26)A/63", class_=3))
    seen = preview(desk, pasted("table.eml"))
    assert seen.outcome is Outcome.JOINS
    assert seen.joins is not None
    assert seen.joins.key == known.key
    made = add(desk, pasted("table.eml"), PHARMACIST)
    assert made.entries[0].type == "alert.source_added"
    state = desk.views.alert(known.key)
    assert state is not None
    assert [link.source for link in state.sources] == ["govuk-alerts", "typed"]
    assert len(desk.views.states()) == 1


def test_a_number_that_is_known_in_another_spelling_is_joined(desk: Desk, receive: Receive) -> None:
    known = receive(recall(title="Class 1 Medicines Recall: Testafil, NatPSA/2026/004/MHRA"))
    typed = typed_item("National Patient Safety Alert: Testafil NatPSA/2026/004", "Take the tablets back.")
    seen = preview(desk, typed)
    assert (seen.outcome, seen.alert.key) == (Outcome.JOINS, known.key)
    assert add(desk, typed, PHARMACIST).alerts == {known.key}


def test_a_page_without_a_date_does_not_speak_before_the_publishers(desk: Desk, receive: Receive) -> None:
    receive(recall(reference="EL(26)A/63", class_=2))
    made = add(desk, from_text("Class 3 Medicines Recall: Example Pharma Limited, EL(26)A/63\nReturn it."), PHARMACIST)
    assert [entry.type for entry in made.entries] == ["alert.source_added"]


def test_the_text_of_a_page_that_was_fetched_is_a_duplicate(desk: Desk, receive: Receive) -> None:
    """Copied from the browser with what frames it there: title, summary, publisher, type and dates."""
    published = replace(recall(), description="Two batches are taken back.")
    receive(published)
    frame = (
        f"GOV.UK\n{published.title}\n{published.description}\nFrom:\n"
        "Medicines and Healthcare products Regulatory Agency\nPublished\n21 November 2026\n"
        "Alert type:\nMedicines recall/notification\nIssued:\n21 November 2026\n\n"
    )
    copied = frame + read(published).text.replace(" | ", "\t")
    seen = preview(desk, from_text(copied))
    assert seen.outcome is Outcome.DUPLICATE
    assert seen.words.startswith("Version 1 of EL(26)A/61 says the same")
    head = desk.record.head()
    assert not add(desk, from_text(copied), PHARMACIST).entries
    assert desk.record.head() == head
    changed = from_text(copied.replace("TX1002", "TX1009"))
    assert preview(desk, changed).outcome is Outcome.JOINS
    assert add(desk, changed, PHARMACIST).entries


def test_other_words_under_the_same_address_are_a_new_version(desk: Desk) -> None:
    address = "https://www.gov.uk/drug-device-alerts/class-2-medicines-recall-testafil-10-mg-tablets-el-26-a-slash-61"
    title = "Class 2 Medicines Recall: Testafil 10 mg tablets, EL(26)A/61"
    add(desk, from_text(f"{title}\n{address}\nReturn batch TX1001."), PHARMACIST)
    more = from_text(f"{title}\n{address}\nReturn batch TX1001 and batch TX1002.")
    assert preview(desk, more).outcome is Outcome.REVISES
    made = add(desk, more, PHARMACIST)
    assert made.entries[0].type == "alert.revised"


def test_two_notices_that_link_to_one_page_stay_two(desk: Desk) -> None:
    address = "https://www.gov.uk/drug-device-alerts/recall-of-testafil-10-mg-tablets"
    for number in ("61", "65"):
        title = f"Class 2 Medicines Recall: recall of Testafil 10 mg tablets, EL(26)A/{number}"
        add(desk, from_text(f"{title}\n{address}"), PHARMACIST)
    assert {state.key for state in desk.views.states()} == {"EL(26)A/61", "EL(26)A/65"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("It concerns Mrs Example, NHS number 943 476 5919, who rang today.", "an NHS number"),
        ("She was born on 3 May 1961.", "a date of birth"),
    ],
)
def test_patient_data_is_refused_and_the_place_shown(desk: Desk, words: str, said: str) -> None:
    found = from_text(f"Class 2 Medicines Recall: Example Pharma Limited, Testafil, EL(26)A/61\n\n{words}")
    seen = preview(desk, found)
    assert len(seen.identifiers) == 1
    assert all(seen.alert.text[one.start : one.end] == one.words for one in seen.identifiers)
    head, files = desk.record.head(), list(desk.places.data.rglob("*"))
    with pytest.raises(Refused) as refused:
        add(desk, found, PHARMACIST)
    assert said in refused.value.explanation
    assert "line 2" in refused.value.explanation
    assert (desk.record.head(), list(desk.places.data.rglob("*"))) == (head, files)


def test_what_surrounds_the_notice_may_name_a_patient_and_is_not_kept(desk: Desk) -> None:
    text = (DATA / "natpsa_forwarded.txt").read_text(encoding="utf-8")
    text = text.replace("Dear all,", "Dear all, NHS number 943 476 5919 asked about")
    made = add(desk, from_text(text), PHARMACIST)
    assert made.entries
    for digest in made.entries[0].content["files"]:
        assert b"943" not in (desk.files.get(digest) or b"")


def test_a_signature_and_telephone_numbers_are_fine(desk: Desk) -> None:
    text = "Class 2 Medicines Recall: Example Pharma Limited, EL(26)A/61\n\nRing 0113 496 0000 or 020 7946 0000."
    assert preview(desk, from_text(text)).identifiers == ()
    assert add(desk, from_text(text), PHARMACIST).entries


def test_a_typed_notice_without_a_number_is_an_alert_of_its_own(desk: Desk) -> None:
    seen = preview(desk, typed_item("Fridge alarm at the depot", "Check the stock of the week."))
    assert seen.outcome is Outcome.NEW
    assert any("No reference was found" in remark for remark in seen.remarks)
    assert any("No issue date was found" in remark for remark in seen.remarks)
    assert add(desk, typed_item("Fridge alarm at the depot", "Check the stock of the week."), PHARMACIST).entries


def test_nobody_adds_nothing(desk: Desk) -> None:
    head = desk.record.head()
    with pytest.raises(Refused):
        add(desk, pasted("cmo_message.txt"), Person("", ""))
    assert desk.record.head() == head
