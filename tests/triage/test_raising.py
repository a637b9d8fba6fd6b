"""Exceptions E03 to E10, E13, E16 and E17: which hold, in whose words, and that none of them lowers anything."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.actions.cases import load_cases
from msat.alerts.model import Deadline, Fact, Product, Where
from msat.triage.decide import URGENCY, decide, everybody
from msat.triage.exceptions import FLAGS
from msat.triage.model import OrganisationKind, Priority
from msat.triage.rules import load_shipped_rules
from msat.working_days import NATIONS, Site
from tests.triage.notices import ISSUED, dated, fact, notice

RULES = load_shipped_rules()
ALWAYS_OPEN = Site(week=7)
GP = OrganisationKind.GP_PRACTICE
SOON = ISSUED + timedelta(minutes=20)
CASES = load_cases()


def flags(alert, site=ALWAYS_OPEN, kind=GP):
    return decide(alert, RULES, kind, SOON, site).flags


def leaflet(name="Exampline 10 mg tablets", text="an error in the leaflet", **more):
    title = f"Class 4 notice: Example Pharma, {name}"
    return notice("medicines-notification", "4", "pharmacy", text=text, title=title, **more)


def quoted(alert, id_, site=ALWAYS_OPEN):
    return [reason for reason in decide(alert, RULES, GP, SOON, site).reasons if reason.rule == id_]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Exampline 10 mg tablets", ()),
        ("adrenaline 1 mg/ml injection", ("emergency-medicine",)),
        ("Lidocaine with adrenaline cartridges", ()),
        ("noradrenaline 1 mg/ml infusion", ()),
        ("naloxone nasal spray", ("emergency-medicine",)),
        ("benzylpenicillin 600 mg powder for injection", ("emergency-medicine",)),
        ("phenoxymethylpenicillin 250 mg tablets", ()),
        ("Atropine 1% eye drops", ()),
        ("diazepam rectal tubes", ("emergency-medicine", "controlled-drug")),
        ("Shingrix", ("emergency-medicine",)),
        ("influenza vaccines", ("emergency-medicine",)),
        ("vaccine fridges", ()),
        ("sodium  valproate 200mg", ("critical-medicine", "do-not-stop", "teratogen")),
        ("EPILIM 500", ("critical-medicine", "do-not-stop", "teratogen")),
        ("co careldopa 25/100", ("critical-medicine", "do-not-stop")),
        ("tacrolimus 0.1% ointment", ()),
        ("prednisolone 5 mg tablets", ("critical-medicine", "do-not-stop")),
        ("prednisolone eye drops", ()),
        ("non-insulin injector", ()),
        ("Insulins of all kinds", ("critical-medicine", "do-not-stop")),
        ("apomorphine", ("critical-medicine", "do-not-stop")),
        ("morphine", ("critical-medicine", "do-not-stop", "controlled-drug")),
        ("lithium battery pack", ()),
        ("warfarin 1 mg", ("critical-medicine", "do-not-stop", "teratogen")),
    ],
)
def test_medicines_are_known_by_whole_words_of_the_title(name, expected):
    assert flags(leaflet(name=name)) == expected


def test_the_text_alone_names_no_medicine_and_a_product_does():
    assert flags(leaflet(text="an error in the leaflet, as in the notice on warfarin")) == ()
    product = Product("Exampline", "Exampline 3 mg (warfarin sodium)", Where.TEXT, active_ingredient="warfarin sodium")
    alert = leaflet(text="an error in the leaflet\nExampline 3 mg (warfarin sodium)", products=(product,))
    assert "critical-medicine" in flags(alert)
    assert quoted(alert, "E04")[0].words == "Exampline 3 mg (warfarin sodium)"


def test_emergency_medicine_is_red_for_everybody_and_critical_never_green():
    emergency = everybody(leaflet(name="Jext"), RULES, SOON, ALWAYS_OPEN)
    critical = everybody(leaflet(name="Keppra"), RULES, SOON, ALWAYS_OPEN)
    assert {triage.priority for triage in emergency.values()} == {Priority.RED}
    assert {triage.priority for triage in critical.values()} == {Priority.AMBER}
    assert [r.kind for r in emergency[GP].reasons if r.rule == "E03"] == ["raised"]


def test_a_safety_update_on_an_emergency_medicine_is_red_only_when_something_is_asked_of_stock():
    title = "Drug Safety Update: adrenaline auto-injectors, a reminder"
    advice = notice("drug-safety-update", title=title, text="People should carry two pens at all times.")
    stock = notice("drug-safety-update", title=title, text="Check the emergency kit and replace stock past its expiry.")
    assert "emergency-medicine" not in flags(advice)
    assert "emergency-medicine" in flags(stock)
    assert decide(stock, RULES, GP, SOON).priority is Priority.RED


@pytest.mark.parametrize(
    ("sentence", "stops"),
    [
        ("Patients should stop taking the tablets and see their pharmacist.", True),
        ("Patients should not stop taking the tablets without advice.", False),
        ("Stop supplying the batch immediately.", False),
        ("Do not stop this medicine suddenly. Patients should stop using the old pen.", False),
    ],
)
def test_do_not_stop_goes_with_it_unless_the_notice_says_stop(sentence, stops):
    alert = leaflet(name="Keppra", text=f"an error in the leaflet\n{sentence}")
    assert ("do-not-stop" in flags(alert)) is not stops
    if "not stop" in sentence:
        assert quoted(alert, "E04")[-1].words == sentence.partition(". ")[0].rstrip(".") + "."


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("Patients should continue to use their pens until they are given replacements.", True),
        ("Keep taking the capsules unless your doctor tells you otherwise.", True),
        ("Do not dispose of your inhaler until you have a new one.", True),
        ("Keep your current pen with you until you get another.", True),
        ("Patients must not continue to use the pens until they are checked.", False),
        ("Continue to quarantine all stock until further notice.", False),
        ("Keep the affected stock apart until it is collected.", False),
        ("Continue as usual.", False),
    ],
)
def test_keep_using_locks_the_sentence_in(sentence, holds):
    alert = leaflet(text=f"an error in the leaflet\nBefore it. {sentence} After it.")
    assert ("keep-using" in flags(alert)) is holds
    assert [reason.words for reason in quoted(alert, "E05")] == ([sentence] if holds else [])


@pytest.mark.parametrize(
    ("sentence", "flag", "holds"),
    [
        ("All batches are being recalled.", "all-batches", True),
        ("All batches listed below are being recalled.", "all-batches", False),
        ("Not all batches are affected.", "all-batches", False),
        ("This is a parallel import.", "parallel-import", True),
        ("Packs in the livery of Example Imports are affected.", "parallel-import", True),
        ("Parallel imports are not affected.", "parallel-import", False),
        ("The recall does not include parallel distributed packs.", "parallel-import", False),
        ("This is an unlicensed medicine.", "hospital-only", True),
        ("It was supplied to hospitals only.", "hospital-only", True),
        ("For hospital use only.", "hospital-only", True),
        ("Made by Example (MS 12345).", "hospital-only", True),
        ("It was not only supplied to hospitals.", "hospital-only", False),
        ("Do not exceed 10 mg as unlicensed use.", "hospital-only", False),
    ],
)
def test_sentences_that_hold_and_those_that_do_not(sentence, flag, holds):
    assert (flag in flags(leaflet(text=f"an error in the leaflet\n{sentence}"))) is holds


def test_hospital_only_is_told_to_each_kind_and_puts_nothing_aside():
    alert = leaflet(text="an error in the leaflet\nThis is an unlicensed medicine.")
    found = everybody(alert, RULES, SOON, ALWAYS_OPEN)
    said = {kind: next(r.text for r in triage.reasons if r.rule == "E10") for kind, triage in found.items()}
    assert "not put aside by itself" in said[GP]
    assert said[GP] != said[OrganisationKind.COMMUNITY_PHARMACY]
    plain = everybody(leaflet(), RULES, SOON, ALWAYS_OPEN)
    assert all(found[kind].priority == plain[kind].priority for kind in OrganisationKind)


@pytest.mark.parametrize(
    ("sentence", "away"),
    [
        ("This alert applies to NHS boards in Scotland only.", "england wales northern-ireland"),
        ("It is addressed to providers in England and Wales.", "scotland northern-ireland"),
        ("This alert does not apply in Scotland.", "scotland"),
        ("This alert applies across the UK, in England, Wales, Scotland and Northern Ireland.", ""),
        ("Report incidents in Scotland to Health Facilities Scotland.", ""),
        ("It was made in Wales.", ""),
        ("We are not collecting responses here, for this is done for boards in Scotland.", ""),
        ("This alert applies to all nations except Northern Ireland.", "northern-ireland"),
        ("This is for action by boards (in England), boards (in Scotland), boards (in Wales).", "northern-ireland"),
    ],
)
def test_another_nation_is_flagged_and_never_hidden(sentence, away):
    alert = notice("national-patient-safety-alert", reference="NatPSA/2026/004/DHSC", text=sentence)
    found = {nation for nation in NATIONS if "other-nation" in flags(alert, Site(nation, 7))}
    assert found == set(away.split())
    assert decide(alert, RULES, GP, SOON, Site("scotland", 7)).priority is Priority.RED


def test_an_alert_of_nhs_england_is_another_nations_in_wales_unless_it_says_so():
    alert = notice("national-patient-safety-alert", reference="NatPSA/2026/005/NHSPS")
    assert "other-nation" in flags(alert, Site("wales", 7))
    assert "other-nation" not in flags(alert)
    both = replace(alert, text=alert.text + "\nThis alert applies to organisations in England and Wales.")
    assert "other-nation" not in flags(both, Site("wales", 7))


def test_a_notice_from_abroad_is_flagged_and_a_worldwide_one_is_not():
    assert "other-nation" in flags(notice("unknown", nation="us"))
    assert "other-nation" not in flags(notice("unknown", nation="world"))


def test_an_extended_deadline_keeps_the_old_one():
    old, new = datetime(2026, 9, 18, 22, 59, 59, tzinfo=UTC), datetime(2026, 9, 25, 22, 59, 59, tzinfo=UTC)
    put_back = Deadline("complete", "extended from 18 September to 25 September", Where.TEXT, new, None, old)
    alert = notice("national-patient-safety-alert", reference="NatPSA/2026/004/DHSC", deadlines=(put_back,))
    found = decide(alert, RULES, GP, SOON)
    assert (found.due.at, found.due.extended_from) == (new, old)
    (reason,) = [r for r in found.reasons if r.rule == "E13"]
    assert "from 18 September 2026 to 25 September 2026" in reason.text
    assert reason.words == put_back.words


@pytest.mark.parametrize(("days", "extended"), [(7, True), (0, False), (-7, False)])
def test_a_later_date_than_the_version_before_is_an_extension_and_an_earlier_one_is_not(days, extended):
    new = datetime(2026, 9, 25, 22, 59, 59, tzinfo=UTC)
    deadlines = (dated("complete", new),)
    alert = notice("national-patient-safety-alert", reference="NatPSA/2026/004/DHSC", deadlines=deadlines)
    earlier = new - timedelta(days=days)
    found = decide(alert, RULES, GP, SOON, earlier=earlier)
    assert ("extended" in found.flags) is extended
    assert found.due.extended_from == (earlier if extended else None)


def test_a_limit_of_ours_is_never_called_put_back():
    found = decide(notice("medicines-recall", "3", "pharmacy"), RULES, GP, SOON, earlier=ISSUED - timedelta(days=9))
    assert "extended" not in found.flags


def test_the_reason_of_a_list_that_is_ours_says_that_it_is_a_proposal():
    assert quoted(leaflet(name="Priadel"), "E04")[0].basis == "proposal"
    assert quoted(leaflet(name="Ritalin"), "E08")[0].basis == "proposal"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_words_are_the_notices_own_and_no_exception_lowers(case):
    alert = case.alert
    for kind in OrganisationKind:
        found = decide(alert, RULES, kind, case.received)
        assert list(found.flags) == [flag for flag in FLAGS if flag in found.flags]
        assert all(reason.kind != "lowered" for reason in found.reasons)
        for reason in found.reasons:
            assert reason.text.strip()
            assert "{" not in reason.text
            places = {"title": alert.title, "text": alert.text, "description": alert.description}
            assert reason.words in places.get(reason.where, reason.words)
        floors = [e.at_least.get(kind, "none") for e in RULES.exceptions if e.id in {r.rule for r in found.reasons}]
        assert all(URGENCY[found.priority] >= URGENCY[Priority(floor)] for floor in floors if floor != "none")


NASTY = st.text(alphabet="stop not until applies in England all batches PL(PI)MS1. \n{}\ud800é", max_size=300)


@given(title=NASTY, text=NASTY, nation=st.sampled_from(NATIONS))
def test_any_text_is_decided_and_quoted_literally(title, text, nation):
    alert = notice("medicines-recall", "2", "pharmacy", title=title, text=text)
    for reason in decide(alert, RULES, GP, SOON, Site(nation)).reasons:
        assert reason.words in {"title": alert.title, "text": alert.text}.get(reason.where, reason.words)


@pytest.mark.parametrize(
    "piece",
    [
        "patients should continue to use it ",
        "it is not in for to in for England ",
        "all batches of all lots ",
        "PL PI MS 1 only to. ",
        "is for England in. \n",
    ],
)
def test_a_body_of_megabytes_is_decided_in_seconds(piece):
    alert = notice("medicines-recall", "2", "pharmacy", title=piece * 200, text=piece * (8_000_000 // len(piece)))
    begun = time.perf_counter()
    decide(alert, RULES, GP, SOON)
    assert time.perf_counter() - begun < 20


def test_what_a_notice_says_of_itself_in_many_words_is_cut_to_a_literal_piece():
    long = "Patients should continue to use their pens until " + "they have been given a new one and " * 40 + "back."
    alert = leaflet(text=f"an error in the leaflet\n{long}")
    (reason,) = quoted(alert, "E05")
    assert len(reason.words) <= 400
    assert reason.words in alert.text


def test_many_statements_of_all_batches_are_quoted_a_few_times():
    said = tuple(fact(f"All lots of product {number}") for number in range(30))
    alert = leaflet(text="an error in the leaflet\n" + "\n".join(one.words for one in said), all_batches=said)
    assert len(quoted(alert, "E06")) == 5
    assert isinstance(said[0], Fact)
