"""Newsletter items: block order, length by whole sentences, nothing invented, nothing lost that must stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msat.alerts.model import Fact, Where
from msat.exports.document import texts
from msat.exports.newsletter import (
    DO_NOT_STOP,
    MOST_WORDS,
    Item,
    NewsItem,
    headline,
    in_order,
    make_item,
    says_stop,
    sentences,
)
from msat.exports.newsletter_issue import IssueText, issue_document, issue_text
from msat.exports.newsletter_templates import shipped_templates
from msat.projections.alert_state import AlertState
from msat.triage.model import Priority
from tests.exports.samples import CUT_OFF, ISSUED, SURGERY, notice, signed, state


def item(of: AlertState, advice: str = "", description: str = "") -> NewsItem:
    fact = Fact(advice, advice, Where.TEXT) if advice else None
    told = replace(notice(), patient_advice=fact, description=description, text=advice or "Nothing.")
    return make_item(Item(of, told), SURGERY, ISSUED)


def told(made: NewsItem) -> str:
    """The item as a document says it."""
    document = issue_document(IssueText("Medicines safety", SURGERY, CUT_OFF, (made,)), shipped_templates())
    return "\n".join(texts(document))


def test_headline_names_class_level_product_and_company() -> None:
    assert headline(state(), notice()) == (
        "Class 2 recall, pharmacy level: Zentiva Pharma UK Limited, Fingolimod Zentiva 0.5 mg Capsules"
    )


def test_only_a_natpsa_is_called_a_national_patient_safety_alert() -> None:
    natpsa = replace(state(), family="national-patient-safety-alert", alert_class=1, level="patient")
    assert headline(natpsa, None).startswith("National Patient Safety Alert, patient level: ")
    others = ("medicines-recall", "medicines-notification", "drug-safety-update", "medical-device-alert", "unknown")
    assert not any("National" in headline(replace(state(), family=family), None) for family in others)


def test_a_kind_already_in_the_title_is_not_said_twice() -> None:
    weekly = replace(state(), family="field-safety-notices", alert_class=None, level=None, company="")
    made = headline(replace(weekly, title="Field Safety Notices: 27 April to 1 May 2026", reference=None), None)
    assert made == "Field Safety Notices: 27 April to 1 May 2026"


def test_blocks_stand_in_the_fields_order() -> None:
    made = item(state(), "Return the pack to your pharmacy.", "A capsule may hold too little. Stock is recalled.")
    text = told(make_item(Item(state(), notice()), SURGERY, CUT_OFF))
    order = ["Class 2 recall", "Action: ", "Batches: ", "Why: ", "Tell patients: ", "EL(26)A/37, 20 August 2026"]
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    assert made.why == ("A capsule may hold too little.", "Stock is recalled.")
    assert made.who == "Dispensing practices"
    assert made.due == "by 22 August 2026 14:21"


def test_at_most_three_actions_and_patients_first_at_patient_level() -> None:
    assert [text.split()[0] for text in item(state()).actions] == ["Check", "Quarantine", "Review"]
    contact = replace(state().actions[3], code="A08", text="Contact the people who have it.")
    deep = replace(state(), level="patient", actions=(*state().actions, contact))
    assert item(deep).actions[0] == "Contact the people who have it"


@pytest.mark.parametrize("rag", list(Priority))
def test_too_long_an_item_loses_whole_sentences_and_keeps_batches_and_patients(rag: Priority) -> None:
    long = "This sentence of the summary goes on for quite a number of words to fill the item. "
    made = item(replace(state(), rag=rag), "Return the pack to your pharmacy.", long * 2)
    assert made.length <= MOST_WORDS[rag]
    assert made.actions
    assert made.patients == ("“Return the pack to your pharmacy.”", DO_NOT_STOP)
    assert "4L01372H" in made.batches
    assert all(sentence == long.strip() for sentence in made.why)


def test_every_batch_is_named_however_many() -> None:
    made = make_item(Item(state(), notice(60)), SURGERY, CUT_OFF)
    assert all(f"4L{1372 + number:05}H" in made.batches for number in range(60))


@pytest.mark.parametrize(
    ("sentence", "stops"),
    [
        ("Patients should stop using the device.", True),
        ("Do not use these applicators.", True),
        ("Discontinue treatment at once.", True),
        ("Patients should not stop taking it without advice.", False),
        ("Do not stop.", False),
        ("Never stop suddenly.", False),
        ("Patients don’t need to stop treatment.", False),
        ("Stop supplying the listed batches.", False),
        ("Keep taking your medicine.", False),
    ],
)
def test_what_counts_as_saying_stop(sentence: str, stops: bool) -> None:
    assert says_stop(sentence) is stops


def test_do_not_stop_is_said_unless_the_notice_says_stop() -> None:
    assert DO_NOT_STOP in item(state()).patients
    assert item(state(), "Patients should stop using it.").patients == ("“Patients should stop using it.”",)
    own = item(state(), "Do not stop taking it without advice.").patients
    assert own == ("“Do not stop taking it without advice.”",)
    assert item(replace(state(), family="medical-device-alert")).patients == ()


def test_reds_come_first_and_closed_ones_last() -> None:
    def one(**changes: object) -> Item:
        return Item(replace(state(), **changes), None)  # type: ignore[arg-type]

    chosen = [
        one(withdrawn="Withdrawn in error."),
        one(family="medical-device-alert"),
        one(rag=Priority.GREEN),
        one(rag=Priority.AMBER),
        one(rag=None),
        one(rag=Priority.RED),
        one(family="supply-notification"),
    ]
    made = in_order(make_item(each, SURGERY, CUT_OFF) for each in chosen)
    assert [each.group for each in made] == [
        "Red: act now",
        "Amber: act",
        "Green: for information",
        "Not rated",
        "Supply",
        "Devices",
        "Closed or superseded",
    ]
    assert made[-1].actions == ()
    assert "withdrawn by its publisher: Withdrawn in error." in made[-1].reference


def test_a_limit_already_past_is_not_asked_for() -> None:
    assert make_item(Item(signed(), None), SURGERY, CUT_OFF).due == "limit was 22 August 2026 14:21"


def test_local_help_is_left_out_when_there_is_none() -> None:
    with_help = make_item(Item(state(), notice(), "Ring the medicines team."), SURGERY, CUT_OFF)
    without = make_item(Item(state(), notice()), SURGERY, CUT_OFF)
    assert "Local help: Ring the medicines team." in told(with_help).splitlines()
    assert "Local help" not in told(without)


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    text = "Zentiva Ltd. Recalls it. See No. 4 below. Done."
    assert sentences(text) == ("Zentiva Ltd. Recalls it.", "See No. 4 below.", "Done.")


def test_markdown_of_a_section_is_what_it_was(golden) -> None:  # type: ignore[no-untyped-def]
    chosen = [Item(state(), notice(2)), Item(replace(signed(), rag=Priority.GREEN, reference=None), None)]
    made = IssueText("Medicines safety", SURGERY, CUT_OFF, tuple(make_item(each, SURGERY, CUT_OFF) for each in chosen))
    golden("newsletter.md", issue_text(made, "markdown", None, shipped_templates()))
