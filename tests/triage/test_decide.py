"""Decisions: which rule, how urgent for whom, with which flags, and always with the notice's own words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.alerts.model import Alert, Fact, Family, Level, Where
from msat.alerts.read import read
from msat.triage.decide import decide
from msat.triage.model import OrganisationKind, Priority, Triage
from msat.triage.rules import load_shipped_rules
from msat.working_days import Site
from tests.notices import recall
from tests.triage.notices import ISSUED, dated, fact, notice, within

RULES = load_shipped_rules()
ALWAYS_OPEN = Site(week=7)
GP, DISPENSING, PHARMACY = (
    OrganisationKind.GP_PRACTICE,
    OrganisationKind.DISPENSING_PRACTICE,
    OrganisationKind.COMMUNITY_PHARMACY,
)
SOON = ISSUED + timedelta(minutes=20)
LETTERS = {Priority.RED: "R", Priority.AMBER: "A", Priority.GREEN: "G", None: "-"}


def rag(alert: Alert) -> str:
    found = (decide(alert, RULES, kind, SOON, ALWAYS_OPEN) for kind in (GP, DISPENSING, PHARMACY))
    return "/".join(LETTERS[triage.priority] for triage in found)


def triage(alert: Alert, kind: OrganisationKind = GP, received: datetime = SOON) -> Triage:
    return decide(alert, RULES, kind, received, ALWAYS_OPEN)


@pytest.mark.parametrize(
    ("rule", "expected", "alert"),
    [
        ("F01", "R/R/R", notice("national-patient-safety-alert", "1", "patient", "NatPSA/2023/004/MHRA", "recall of")),
        ("F01", "R/R/R", notice("medicines-recall", "1", "pharmacy")),
        ("F02", "R/R/R", notice("national-patient-safety-alert", reference="NatPSA/2023/008/DHSC")),
        ("F02", "R/R/R", notice("national-patient-safety-alert", reference="NatPSA/2022/006/DHS")),
        ("F02", "R/R/R", notice("national-patient-safety-alert", reference="NatPSA/2022/006/CMU")),
        ("F03", "R/R/R", notice("national-patient-safety-alert", reference="NatPSA/2021/006/NHSPS")),
        ("F03", "R/R/R", notice("national-patient-safety-alert", "1", None, "NatPSA/2023/007/MHRA", "underdosing")),
        ("F04", "R/R/R", notice("national-patient-safety-alert", "1", None, "NatPSA/2022/004/MHRA", "insulin pump")),
        ("F05", "R/R/R", notice("urgent-message", reference="CEM/CMO/2024/001")),
        ("F05", "A/A/A", notice("urgent-message", text="This is for information only.")),
        ("F06", "R/R/R", notice("medicines-recall", "2", "patient")),
        ("F07", "A/R/R", notice("medicines-recall", "2", "pharmacy")),
        ("F07", "A/R/R", notice("medicines-recall", "2", "wholesaler")),
        ("F08", "A/A/A", notice("medicines-recall", "3", "patient")),
        ("F09", "G/A/A", notice("medicines-recall", "3", "pharmacy")),
        ("F10", "G/A/A", notice("medicines-notification", "4", "pharmacy", text="an error in the leaflet")),
        ("F11", "A/R/R", notice("medicines-notification", "4", "pharmacy", text="in place of a recall")),
        ("F12", "G/A/A", notice("company-led-recall")),
        ("F12", "A/A/A", notice("company-led-recall", level="patient")),
        ("F13", "A/R/R", notice("falsified-medicine", "2", "pharmacy")),
        ("F13", "R/R/R", notice("falsified-medicine", "2", "patient")),
        ("F18", "-/-/-", notice("safety-roundup")),
        ("F20", "A/A/A", notice("device-safety-information")),
        ("F21", "G/G/G", notice("field-safety-notices")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_rule_gives_its_priorities(rule, expected, alert):
    assert triage(alert).rule == rule
    assert rag(alert) == expected


def test_natpsa_goes_before_class():
    alert = notice("national-patient-safety-alert", "3", "pharmacy", "NatPSA/2023/004/MHRA", "Class 3 medicines recall")
    assert triage(alert).rule == "F01"


def test_a_pen_that_is_a_device_is_still_a_medicine():
    said = "Recall of Emerade auto-injectors, due to the potential for device failure; medical devices"
    alert = notice("national-patient-safety-alert", "1", None, "NatPSA/2023/004/MHRA", said)
    assert triage(alert).rule == "F01"


@pytest.mark.parametrize(
    "text",
    [
        "The leaflet states the strength incorrectly. Label and carton are right.",
        "There is missing safety information in the leaflet.",
        "The affected batches will continue to be supplied without repackaging.",
        "The barcode is that of another pack size.",
    ],
)
def test_faults_of_a_leaflet_or_barcode_are_not_f11(text):
    assert triage(notice("medicines-notification", "4", "pharmacy", text=text)).rule == "F10"


@pytest.mark.parametrize(
    "text",
    [
        "This notice is issued instead of a recall.",
        "Stock is not being recalled because of a shortage.",
        "The leaflet gives an incorrect dose for children.",
        "The wrong strength is printed on it: incorrect strength on the carton.",
        "The carton shows the wrong strength.",
        "The leaflet has a missing warning about alcohol.",
        "Contraindications are missing.",
        "The warning about alcohol has been omitted from the leaflet.",
        "The leaflet does not include the latest safety warnings.",
        "The strength on the label of the sachet is incorrectly printed as 100 micrograms.",
        "An incorrect strength appears on one face of the carton.",
        "Some cartons state 200 mg instead of 25 mg.",
        "The recommended dose for children is stated incorrectly.",
        "The maximum daily dose is not stated.",
    ],
)
def test_a_wrong_dose_strength_or_warning_is_f11(text):
    assert triage(notice("medicines-notification", "4", "pharmacy", text=text)).rule == "F11"


@pytest.mark.parametrize(
    "text",
    [
        "The strength in section 6 of the leaflet is incorrect; the label is correct.",
        "The strength printed on the carton is correct and only the barcode is wrong.",
        "The dose is correct.",
        "Patients should continue to take the usual dose and there is no risk to product quality.",
    ],
)
def test_what_is_right_on_the_pack_is_no_f11(text):
    assert triage(notice("medicines-notification", "4", "pharmacy", text=text)).rule == "F10"


# --- E02 -------------------------------------------------------------------------------------------------------------

RETURN_IT = "Patients whose pump does not work should return it to a pharmacy."


def test_pharmacy_level_that_speaks_to_patients_is_mixed_and_taken_as_patient_level():
    found = triage(notice("medicines-recall", "3", "pharmacy", patient_advice=RETURN_IT))
    assert (found.rule, found.priority, found.flags) == ("F08", Priority.AMBER, ("mixed-level",))
    quoted = [reason.words for reason in found.reasons if reason.rule == "E02"]
    assert quoted == ["Pharmacy/Wholesaler Level", RETURN_IT]
    assert "A08" in found.actions


@pytest.mark.parametrize(
    "words",
    [
        "No further action is required by patients.",
        "No action is needed by patients. Patients should continue to take the tablets.",
        "This is a pharmacy and wholesaler level recall. Patients should continue to use it as prescribed.",
    ],
)
def test_telling_patients_that_they_need_do_nothing_is_not_mixed(words):
    found = triage(notice("medicines-recall", "3", "pharmacy", patient_advice=words))
    assert (found.rule, found.flags) == ("F09", ())


def test_going_on_until_a_pack_is_given_back_is_mixed():
    words = "Patients should continue to use the pen and return it once they have another."
    assert triage(notice("medicines-recall", "2", "pharmacy", patient_advice=words)).flags == ("mixed-level",)


def test_an_urgent_message_in_which_somebody_need_do_nothing_stays_red():
    words = "No action is required by hospitals. For further information, telephone."
    assert triage(notice("urgent-message", text=words)).priority is Priority.RED


def test_what_professionals_are_to_pass_on_is_not_mixed():
    words = "Patients should be told about it."
    text = f"Advice for Healthcare Professionals to Provide to Patients\n{words}"
    alert = notice("medicines-recall", "2", "pharmacy", text=text)
    found = triage(Alert(**{**_fields(alert), "patient_advice": Fact(words, words, Where.TEXT)}))
    assert (found.rule, found.flags) == ("F07", ())


def test_patient_level_with_advice_is_not_mixed_and_class_4_never_is():
    assert triage(notice("medicines-recall", "2", "patient", patient_advice=RETURN_IT)).flags == ()
    assert triage(notice("medicines-notification", "4", "pharmacy", patient_advice=RETURN_IT)).flags == ()


def _fields(alert: Alert) -> dict[str, object]:
    return {name: getattr(alert, name) for name in Alert.__dataclass_fields__}


# --- E11 -------------------------------------------------------------------------------------------------------------


def test_an_alert_that_no_rule_covers_is_amber_and_needs_a_person():
    found = triage(notice("unknown"))
    assert (found.rule, found.priority, found.flags) == ("E11", Priority.AMBER, ("needs-a-person",))
    assert found.actions == ("A01", "A02", "A25")
    assert found.due.at is None


def test_class_2_without_a_level_is_what_both_rules_agree_on_and_keeps_the_class_limit():
    alert = notice("medicines-recall", "2")
    assert rag(alert) == "A/R/R"
    found = triage(alert)
    assert found.rule == "E11"
    assert found.due.from_ == "class"
    assert found.due.at == ISSUED + timedelta(hours=48)
    assert found.actions == ("A01", "A02", "A03", "A12", "A25")
    assert any("F06" in reason.text and "F07" in reason.text for reason in found.reasons)


def test_class_3_without_a_level_is_never_green():
    assert rag(notice("medicines-recall", "3")) == "A/A/A"


def test_a_natpsa_whose_issuer_is_not_known_is_red_and_needs_a_person():
    found = triage(notice("national-patient-safety-alert"))
    assert (found.rule, found.priority, found.flags) == ("E11", Priority.RED, ("needs-a-person",))


def test_a_natpsa_of_an_issuer_that_no_rule_knows_is_as_grave_as_any_other():
    found = triage(notice("national-patient-safety-alert", reference="NatPSA/2023/015/UKHSA"))
    assert (found.rule, found.priority, found.flags) == ("E11", Priority.RED, ("needs-a-person",))
    assert found.due.at == ISSUED


def test_something_unread_lifts_green_to_amber_and_leaves_red_red():
    unread = ("The table of batches could not be read.",)
    green = triage(notice("medicines-notification", "4", "pharmacy", unread=unread))
    assert (green.rule, green.priority, green.flags) == ("F10", Priority.AMBER, ("needs-a-person",))
    assert any(reason.kind == "raised" and unread[0] in reason.text for reason in green.reasons)
    red = triage(notice("medicines-recall", "2", "patient", unread=unread))
    assert (red.priority, red.flags) == (Priority.RED, ("needs-a-person",))
    assert triage(notice("safety-roundup", unread=unread)).priority is Priority.AMBER


def test_green_with_nothing_unread_stays_green():
    found = triage(notice("medicines-notification", "4", "pharmacy"))
    assert (found.priority, found.flags) == (Priority.GREEN, ())


# --- E01, E12, E14, LIMIT --------------------------------------------------------------------------------------------


def test_a_deadline_already_past_at_import_is_history():
    alert = notice("medicines-recall", "2", "pharmacy")
    late = triage(alert, received=ISSUED + timedelta(hours=49))
    assert late.flags == ("historic",)
    assert triage(alert, received=ISSUED + timedelta(hours=47)).flags == ()


def test_what_is_due_at_once_is_history_only_after_two_days():
    alert = notice("national-patient-safety-alert", reference="NatPSA/2023/008/DHSC")
    assert triage(alert).due.at == ISSUED
    assert triage(alert, received=ISSUED + timedelta(hours=47)).flags == ()
    assert triage(alert, received=ISSUED + timedelta(hours=49)).flags == ("historic",)


def test_withdrawn_superseded_and_updated_are_flags_with_their_words():
    stamp = Fact("Replaced by EL(26)A/96.", "<p>Replaced by EL(26)A/96.</p>", Where.PUBLISHER)
    found = triage(notice("medicines-recall", "3", "pharmacy", withdrawn=stamp, update="UPDATE: one batch added"))
    assert found.flags == ("withdrawn", "superseded", "updated")
    assert {r.words for r in found.reasons if r.kind == "flag"} == {stamp.words, "UPDATE: one batch added"}


def test_no_rule_puts_a_notice_lower_than_its_own_time_limit():
    alert = notice("medicines-notification", "4", "pharmacy", deadlines=(within(48),))
    assert rag(alert) == "A/R/R"
    raised = next(reason for reason in triage(alert).reasons if reason.rule == "LIMIT")
    assert (raised.kind, raised.words) == ("raised", "Action within 48 hours")
    assert rag(notice("medicines-notification", "4", "pharmacy", deadlines=(within(120, "within 5 days"),))) == "G/A/A"
    complete = notice("company-led-recall", deadlines=(dated("complete", ISSUED + timedelta(hours=20)),))
    assert rag(complete) == "A/R/R"


def test_the_golden_class_2_stays_amber_for_a_gp_practice_within_48_hours():
    assert rag(notice("medicines-recall", "2", "pharmacy", deadlines=(within(48),))) == "A/R/R"


def test_a_network_acts_as_a_practice_and_a_committee_oversees_the_most_urgent():
    alert = notice("medicines-recall", "2", "pharmacy")
    assert triage(alert, OrganisationKind.PCN).priority is Priority.AMBER
    assert triage(alert, OrganisationKind.COMMITTEE).priority is Priority.RED


# --- whatever comes --------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["", "recall", "insulin pump", "medicines", "in place of a recall", "leaflet", "shortage"])


@st.composite
def any_alert(draw: st.DrawFn) -> Alert:
    issuer = draw(st.sampled_from(["", "MHRA", "DHSC", "NHSPS", "UKHSA", "XX"]))
    return notice(
        draw(st.sampled_from([family.value for family in Family])),
        draw(st.sampled_from([None, "1", "2", "3", "4"])),
        draw(st.sampled_from([None, *(level.value for level in Level)])),
        f"NatPSA/2024/001/{issuer}" if issuer else None,
        draw(WORDS),
        patient_advice=draw(st.sampled_from([None, RETURN_IT, "No further action is required by patients."])),
        unread=draw(st.sampled_from([(), ("A table could not be read.",)])),
        deadlines=draw(st.sampled_from([(), (within(48),), (within(120, "within 5 days"),)])),
        issued=draw(st.sampled_from([None, fact("2026-08-19"), fact("2026-08-20T13:21:27Z")])),
        published=draw(st.sampled_from([None, ISSUED])),
    )


@given(any_alert(), st.sampled_from(list(OrganisationKind)))
def test_what_is_unknown_is_never_below_amber_and_always_needs_a_person(alert, kind):
    found = triage(alert, kind)
    covered = RULES.of_family(alert.family.value)
    if not covered or alert.unread or found.rule == "E11":
        assert found.priority in (Priority.AMBER, Priority.RED)
        assert "needs-a-person" in found.flags


@given(any_alert(), st.sampled_from(list(OrganisationKind)))
def test_every_reason_quotes_the_notice_literally_and_names_its_rule(alert, kind):
    found = triage(alert, kind)
    known = {rule.id for rule in RULES.rules} | {exception.id for exception in RULES.exceptions}
    assert found.reasons
    assert found.rules_version == RULES.version
    for reason in found.reasons:
        assert reason.rule in known
        assert reason.text.endswith(".")
        assert reason.basis in ("published", "proposal")
        assert reason.reviewed == "not yet reviewed by a pharmacist"
        if reason.words and reason.where == "text":
            assert reason.words in alert.text
        if reason.words and reason.where == "title":
            assert reason.words in alert.title
    assert sum(reason.kind == "deadline" for reason in found.reasons) == 1


@given(any_alert(), st.sampled_from(list(OrganisationKind)))
def test_a_decision_is_the_same_each_time_and_its_deadline_is_in_utc(alert, kind):
    found = triage(alert, kind)
    assert found == triage(alert, kind)
    assert found.due.at is None or found.due.at.tzinfo is UTC
    assert set(found.flags) <= {"mixed-level", "needs-a-person", "historic", "withdrawn", "superseded", "updated"}
    assert found.actions[:2] == ("A01", "A02")
    assert found.actions[-1] == "A25"


def test_an_old_notice_without_a_limit_is_history_and_a_recent_one_is_not() -> None:
    """A first refresh brings old Class 4 notices; they are not new work, and a recent one is."""
    rules = load_shipped_rules()
    notice = read(recall(class_=4, issued=date(2026, 6, 1), hour=9))
    soon, late = datetime(2026, 8, 29, 9, tzinfo=UTC), datetime(2026, 8, 31, 9, tzinfo=UTC)
    assert "historic" not in decide(notice, rules, OrganisationKind.GP_PRACTICE, soon).flags
    decided = decide(notice, rules, OrganisationKind.GP_PRACTICE, late)
    assert decided.due.at is None
    assert "historic" in decided.flags


def test_what_it_may_turn_out_to_be_is_said_in_plain_words() -> None:
    unsure = notice("estates-or-it", title="Estates and facilities alert: medical oxygen")
    said = decide(unsure, RULES, OrganisationKind.GP_PRACTICE, ISSUED).reasons[0]
    assert said.rule == "E11"
    assert said.text.startswith("It reads as a notice of the kind “estates or IT”, but its words fit no single rule")
