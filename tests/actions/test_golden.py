"""The golden cases of the field, each by name: real alerts, and what must come out of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from msat.actions.cases import Case, decided, load_cases
from msat.triage.model import OrganisationKind, Priority, Triage
from msat.triage.rules import load_shipped_rules

RULES = load_shipped_rules()
CASES = {case.id: case for case in load_cases()}
GP, DISPENSING = OrganisationKind.GP_PRACTICE, OrganisationKind.DISPENSING_PRACTICE
PHARMACY = OrganisationKind.COMMUNITY_PHARMACY
RED, AMBER, GREEN = Priority.RED, Priority.AMBER, Priority.GREEN


def golden(name: str) -> tuple[Case, dict[OrganisationKind, Triage]]:
    case = CASES[name]
    assert case.is_real
    return case, {kind: decided(case, RULES, kind) for kind in OrganisationKind}


def priorities(found: dict[OrganisationKind, Triage]) -> tuple[Priority | None, ...]:
    return tuple(found[kind].priority for kind in (GP, DISPENSING, PHARMACY))


def facts(case: Case) -> tuple[str | None, ...]:
    alert = case.alert
    return tuple(fact.value if fact else None for fact in (alert.reference, alert.alert_class, alert.level))


def test_emerade_natpsa_of_may_2023():
    case, found = golden("natpsa-emerade")
    assert case.alert.reference.value == "NatPSA/2023/004/MHRA"
    assert case.alert.level.value == "patient"
    limits = {d.kind: d.at.astimezone(UTC).date().isoformat() for d in case.alert.deadlines if d.at}
    assert (limits["underway"], limits["complete"]) == ("2023-05-11", "2023-05-12")
    assert case.alert.issued.value.startswith("2023-05-09")
    assert {t.rule for t in found.values()} == {"F01"}
    assert set(found[kind].priority for kind in OrganisationKind) == {RED}
    assert found[GP].due.at == datetime(2023, 5, 12, 22, 59, 59, tzinfo=UTC)


def test_emerade_150_of_march_2020():
    case, found = golden("class2-emerade-150")
    assert facts(case)[1:] == ("2", "patient")
    assert {t.rule for t in found.values()} == {"F06"}
    assert priorities(found) == (RED, RED, RED)


def test_oestrogel_of_march_2024_is_of_mixed_level():
    case, found = golden("class3-oestrogel")
    assert facts(case) == ("EL(24)A/09", "3", "pharmacy")
    assert all("mixed-level" in t.flags and t.rule == "F08" for t in found.values())


def test_cyanocobalamin_of_october_2024_is_updated():
    case, found = golden("class3-cyanocobalamin")
    assert facts(case) == ("EL(24)A/46", "3", "pharmacy")
    assert {t.rule for t in found.values()} == {"F09"}
    assert all({"E01", "F27"} <= {r.rule for r in t.reasons} for t in found.values())


def test_labetalol_of_october_2024():
    case, found = golden("class2-labetalol")
    assert case.alert.reference.value == "EL(24)A/52"
    assert [b.number for b in case.alert.batches] == ["240537"]
    assert all("updated" in t.flags for t in found.values())


def test_glp1_shortages_one_after_the_other():
    first, found_first = golden("natpsa-glp1-2023")
    second, found_second = golden("natpsa-glp1-2024")
    assert (first.alert.reference.value, second.alert.reference.value) == (
        "NatPSA/2023/008/DHSC", "NatPSA/2024/001/DHSC"
    )  # fmt: skip
    assert {t.rule for t in (*found_first.values(), *found_second.values())} == {"F02"}
    assert found_first[GP].due.at == datetime(2023, 10, 18, 22, 59, 59, tzinfo=UTC)
    assert found_second[GP].due.at == datetime(2024, 3, 28, 23, 59, 59, tzinfo=UTC)
    assert [fact.value for fact in second.alert.supersedes] == ["NatPSA/2023/008/DHSC"]


def test_diflucan_whose_slash_is_missing():
    case, found = golden("class4-diflucan")
    assert case.alert.reference.value == "EL(24)A/36"
    assert "EL(24)A36" in case.notice.title.replace(" ", "")
    assert {t.rule for t in found.values()} == {"F10"}


def test_risperidone_called_defect_information():
    case, found = golden("class4-risperidone")
    assert "Defect Information" in case.notice.title
    assert facts(case)[:2] == ("EL(24)A/43", "4")
    assert {t.rule for t in found.values()} == {"F10"}


def test_unlicensed_eye_drops_are_company_led():
    case, found = golden("company-led-eye-drops")
    assert case.alert.reference.value == "CLMR(22)A/06"
    assert {t.rule for t in found.values()} == {"F12"}
    assert priorities(found) == (GREEN, AMBER, AMBER)


def test_fingolimod_of_august_2026():
    case, found = golden("class2-fingolimod")
    assert facts(case) == ("EL(26)A/37", "2", "pharmacy")
    assert [b.number for b in case.alert.batches] == ["4L01372H"]
    assert {t.rule for t in found.values()} == {"F07"}
    assert priorities(found) == (AMBER, RED, RED)
    assert found[GP].due.at - case.notice.published == timedelta(hours=48)


def test_meropenem_not_yet_distributed():
    case, found = golden("class4-meropenem")
    assert facts(case)[:2] == ("EL(26)A/39", "4")
    assert len(case.alert.batches) == 7
    assert any("not yet distributed" in b.first_distributed.lower() for b in case.alert.batches)
    assert {t.rule for t in found.values()} == {"F10"}


def test_the_roundup_of_november_2025_names_four_alerts():
    case, found = golden("roundup-november-2025")
    named = {item.reference for item in case.alert.items}
    assert {"EL(25)A/47", "EL(25)A/48", "EL(25)A/49", "EL(25)A/51"} <= named
    assert "EL(25)A/50" not in named
    assert {(t.rule, t.priority) for t in found.values()} == {("F18", None)}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_word_that_a_decision_quotes_stands_in_the_notice(name):
    alert = CASES[name].alert
    for kind in OrganisationKind:
        for reason in decided(CASES[name], RULES, kind).reasons:
            if reason.words and reason.where in ("title", "text", "description"):
                place = {"title": alert.title, "text": alert.text, "description": alert.description}[reason.where]
                assert reason.words in place
