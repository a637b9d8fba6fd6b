"""The record of one alert: says what was recorded, keeps what was struck, leaves nothing unanswered unsaid."""

from __future__ import annotations

from dataclasses import replace

from msat.exports.certificate import certificate
from msat.exports.document import Callout, texts
from msat.exports.markup import write_markup
from msat.exports.wording import APPLIES_BECAUSE
from msat.projections.alert_state import AlertState, Applicability, VersionState
from msat.services.applies import REASONS
from msat.triage.model import Priority
from tests.exports.samples import CUT_OFF, ISSUED, SURGERY, deed, notice, record_with_alert, signed, state


def said(of: AlertState) -> str:
    return "\n".join(texts(certificate(of, notice(), SURGERY, CUT_OFF)))


def test_it_is_what_it_was(golden) -> None:  # type: ignore[no-untyped-def]
    document = certificate(signed(), notice(), SURGERY, CUT_OFF)
    golden("certificate.txt", write_markup(document, "text", None))


def test_what_was_struck_out_stays_with_the_reason() -> None:
    text = said(state())
    assert "A04 earlier answer, struck out" in text
    assert "Ring the wholesaler first. Struck: corrected by Demo Pharmacist: wrong row" in text


def test_what_was_not_done_is_said() -> None:
    bare = replace(state(), acknowledged=None, applicability=None, actions=state().actions[:3], sign_off=None)
    text = said(bare)
    assert "Not acknowledged." in text
    assert "Not decided." in text
    assert "Branch (A03)\nNot checked" in text
    assert "Not signed off. Still to do: acknowledge it; decide whether it applies; answer A03" in text


def test_numbers_not_given_are_not_shown_as_nought() -> None:
    text = said(state())
    assert "A07\n4\n3\n0\n3\n1\nnot given" in text


def test_done_and_recorded_are_two_dates() -> None:
    assert "Demo Pharmacist, 20 August 2026 15:22, recorded 15:27 (entry 7)" in said(state())


def test_a_red_waits_for_its_second_person() -> None:
    sign = signed().sign_off
    assert sign is not None
    alone = replace(signed(), sign_off=replace(sign, second=None))
    assert "Waiting: a Red is signed by two people." in said(alone)
    assert "Waiting for a second person, as at" in said(alone)


def test_not_applicable_gives_reason_and_both_people() -> None:
    no = Applicability(False, "not-held", "", deed(5), deed(9, by="Demo GP", role="GP"))
    text = said(replace(state(), applicability=no))
    assert "No. Not held or supplied here. Demo Pharmacist (pharmacist)" in text
    assert "Demo GP (GP), 20 August 2026 14:30" in text


def test_every_reason_code_of_the_services_has_words() -> None:
    assert set(APPLIES_BECAUSE) == set(REASONS)


def test_an_override_names_who_why_and_what_the_rule_said() -> None:
    chosen = replace(state(), rag=Priority.AMBER, override=deed(15), override_reason="None held since May.")
    text = said(chosen)
    assert "A person chose this priority; the rule said Red. Demo Pharmacist (pharmacist)" in text
    assert "None held since May." in text


def test_overdue_and_withdrawn_stand_out() -> None:
    late = certificate(state(), notice(), SURGERY, CUT_OFF)
    assert any(isinstance(block, Callout) and block.tone == "danger" for block in late.blocks)
    gone = certificate(replace(state(), withdrawn="Published in error."), notice(), SURGERY, CUT_OFF)
    assert "Withdrawn by its publisher: Published in error." in list(texts(gone))


def test_changes_of_the_notice_are_listed() -> None:
    second = VersionState(2, "b" * 64, "govuk-alerts", ISSUED, ("Batch 4L01373H was added.",), True)
    assert "Version 2 of the notice, recorded 20 August 2026 14:21 (material): Batch 4L01373H" in said(
        replace(state(), versions=(*state().versions, second))
    )


def test_rules_that_no_pharmacist_reviewed_say_so() -> None:
    assert "Rule F07, rules version 2026.11.1: not yet reviewed by a pharmacist." in said(state())
    mixed = (replace(state().reasons[0], reviewed="reviewed by A. Name on 1 May 2026"), state().reasons[1])
    text = said(replace(state(), reasons=mixed))
    assert "(published, reviewed by A. Name on 1 May 2026)" in text
    assert "(our proposal, not yet reviewed by a pharmacist)" in text


def test_an_alert_with_next_to_nothing_known_still_makes_a_record() -> None:
    bare = AlertState(key=state().key, title="A notice", family="unknown", received=ISSUED)
    text = "\n".join(texts(certificate(bare, None, SURGERY, CUT_OFF)))
    assert "Record of action: A notice" in text
    assert "no rule has rated this; a person must decide." in text
    assert "No further action was recommended" in text


def test_entry_numbers_are_those_of_the_record() -> None:
    record = record_with_alert()
    assert "20 August 2026 14:41 (entry 2)" in said(state(record))
