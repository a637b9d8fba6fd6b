"""The shipped cases: every notice comes out as its case says, and every rule is shown firing and not firing."""

from __future__ import annotations

import pytest

from msat import shipped
from msat.actions.cases import Case, decided, load_case, load_cases, run_cases
from msat.actions.catalogue import load_shipped_catalogue
from msat.actions.coverage import ACT_ELSEWHERE, coverage
from msat.errors import Refused
from msat.triage.model import OrganisationKind, Priority
from msat.triage.rules import NEEDED_EXCEPTIONS, load_shipped_rules

CASES = load_cases()
RULES = load_shipped_rules()
CATALOGUE = load_shipped_catalogue()
RESULTS = run_cases(CASES, RULES, CATALOGUE)


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.case.id)
def test_a_case_comes_out_as_it_says(result):
    assert result.problems == ()


def fires(case: Case) -> set[str]:
    """Every rule and exception that decides or gives a reason for some kind of organisation."""
    decisions = [decided(case, RULES, kind) for kind in OrganisationKind]
    return {found.rule for found in decisions} | {r.rule for found in decisions for r in found.reasons}


FIRED = {case.id: fires(case) for case in CASES}


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: f"{rule.id} {rule.name}")
def test_every_variant_of_a_rule_has_a_case_that_fires_it(rule):
    said = {
        text
        for case in CASES
        for kind in OrganisationKind
        for reason in decided(case, RULES, kind).reasons
        if reason.kind == "base"
        for text in (reason.text, reason.text.partition(". ")[2])
    }
    assert rule.reason_to(OrganisationKind.DISPENSING_PRACTICE) in said


SHOWN = {shown.id: shown for shown in coverage(RESULTS, RULES)}


def test_every_rule_and_exception_is_in_the_table():
    assert set(SHOWN) == {f"F{n:02d}" for n in range(1, 29)} | {exception.id for exception in RULES.exceptions}


@pytest.mark.parametrize("id_", sorted(set(SHOWN) - set(ACT_ELSEWHERE)))
def test_every_rule_and_exception_fires_in_one_case_and_is_spared_in_another(id_):
    assert SHOWN[id_].problems == ()
    assert all(id_ in FIRED[name] for name in SHOWN[id_].fires)
    assert not any(id_ in FIRED[name] for name in SHOWN[id_].spares)


def test_a_rule_that_no_case_shows_both_ways_is_said_to_be_unshown():
    fires = [result for result in RESULTS if "F16" in result.case.expect.fires]
    half = {shown.id: shown for shown in coverage(fires, RULES)}
    assert half["F16"].problems == ("No case spares it.",)
    assert half["F01"].problems == ("No case fires it.", "No case spares it.")
    assert half["E18"].problems == ()


def test_an_alert_that_comes_up_again_is_decided_by_its_own_rule():
    (again,) = [case for case in CASES if case.again]
    found = decided(again, RULES, OrganisationKind.GP_PRACTICE)
    assert (found.rule, found.priority, found.due.at) == ("F28", Priority.AMBER, again.again)


def test_one_event_from_two_sources_is_one_alert():
    joined = [case for case in CASES if case.expect.same_alert_as]
    assert joined
    assert len({case.alert.key for case in CASES}) == len(CASES) - len(joined)
    assert "E15" in NEEDED_EXCEPTIONS


def test_the_sample_organisation_gets_a_rich_and_true_worklist():
    sample = [case for case in CASES if case.in_demo]
    assert 16 <= len(sample) <= 20
    assert all(case.is_real for case in sample)
    found = [decided(case, RULES, OrganisationKind.DISPENSING_PRACTICE) for case in sample]
    assert {t.priority for t in found} == {Priority.RED, Priority.AMBER, Priority.GREEN, None}
    assert not any("needs-a-person" in t.flags or "historic" in t.flags for t in found)
    assert all(case.received > case.notice.published for case in sample)


def test_what_was_made_up_says_so_in_its_name_or_number():
    for case in CASES:
        if not case.is_real:
            assert "xampl" in case.notice.title or "/2026/09" in case.notice.title, case.id


def test_a_case_gives_the_same_bytes_each_time():
    case = CASES[0]
    again = load_case(f"cases/{case.id}.toml", shipped.text(f"alerts/cases/{case.id}.toml"))
    assert again.item.raw == case.item.raw
    assert again.item == case.item


def test_a_case_that_expects_something_else_is_told_what_differs():
    name = "class2-fingolimod"
    text = shipped.text(f"alerts/cases/{name}.toml")
    changed = (
        text.replace('rule = "F07"', 'rule = "F06"')
        .replace('batches = ["4L01372H"]', 'batches = ["4L01372X"]')
        .replace('gp-practice = "amber"', 'gp-practice = "red"')
        .replace('fires = ["F07"]', 'fires = ["F06"]')
        .replace('spares = ["E02"', 'spares = ["F07"')
        .replace("due = 2026-08-22", "due = 2026-08-23")
        .replace('flags = ["teratogen", "site-closed"]', 'flags = ["historic"]')
    )
    (result,) = run_cases([load_case(f"cases/{name}.toml", changed)], RULES, CATALOGUE)
    said = " ".join(result.problems)
    for part in ("batches", "F06", "priority is amber, not red", "is due", "flags are", "F07 gives a reason"):
        assert part in said


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("[expect]", "[expects]", "expects"),
        ('level = "pharmacy"', 'level = "village"', "expect.level"),
        ("is_real = true", "is_real = 1", "is_real"),
        ("title = ", "titel = ", "notice"),
    ],
)
def test_a_case_that_is_not_well_formed_is_refused(old, new, what):
    text = shipped.text("alerts/cases/class2-fingolimod.toml")
    assert old in text
    with pytest.raises(Refused, match=what):
        load_case("cases/class2-fingolimod.toml", text.replace(old, new))
