"""What must be answered before signing off: the rule's own list, else every required action, and always the frame."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msat.actions.cases import decided, load_cases
from msat.actions.catalogue import load_shipped_catalogue
from msat.actions.closing import closing, closing_sentence, may_close
from msat.actions.recommend import recommend
from msat.triage.model import OrganisationKind, Priority
from msat.triage.rules import SECOND_PERSON, RuleBase, load_shipped_rules

CATALOGUE = load_shipped_catalogue()
RULES = load_shipped_rules()
CASES = {case.id: case for case in load_cases()}
GP = OrganisationKind.GP_PRACTICE


def closed(case: str, kind: OrganisationKind = GP, rules: RuleBase = RULES) -> tuple[str, ...]:
    triage = decided(CASES[case], rules, kind)
    actions = closing(recommend(CASES[case].alert, triage, CATALOGUE, kind), triage, rules, CATALOGUE, kind)
    return may_close(actions, triage, rules, kind)


def stating(id_: str, *codes: str) -> RuleBase:
    """The shipped base with another closing list for a GP practice."""
    return replace(
        RULES,
        rules=tuple(
            type(r)(**({n: getattr(r, n) for n in r.__struct_fields__} | {"may_close": {GP: list(codes)}}))
            if r.id == id_
            else r
            for r in RULES.rules
        ),
    )


def test_without_a_list_of_its_own_every_required_action_is_waited_for():
    case = CASES["class2-ramipril"]
    triage = decided(case, RULES, GP)
    required = [a.code for a in recommend(case.alert, triage, CATALOGUE, GP) if a.required and a.code != "A25"]
    assert list(closed(case.id)) == required
    assert not {"A16", "A20", "A21"} & set(required)


def test_a_rule_of_its_own_says_what_is_waited_for():
    assert closed("dsu-pholcodine") == ("A01", "A02", "A06", "A07", "A08", "A10", "A12")
    assert closed("dsu-montelukast") == ("A01", "A02", "A12")
    assert closed("recheck-after-three-months") == ("A01", "A02", "A21", "A07")


def test_what_is_left_for_a_later_day_is_never_waited_for():
    assert closed("protocol") == ("A01", "A02", "A12", "A14")


def test_numbered_parts_follow_their_own_action():
    rules = stating("F03", "A02", "A26")
    assert closed("natpsa-heart-valves", rules=rules) == ("A01", "A02", "A26.1", "A26.2", "A26.3")


def test_the_frame_and_what_a_flag_requires_stay_whatever_a_rule_says():
    assert closed("natpsa-emerade", rules=stating("F01", "A12")) == ("A01", "A02", "A03", "A12")
    assert closed("class2-ramipril", rules=stating("F06", "A12")) == ("A01", "A02", "A12")


def test_a_rule_can_ask_for_a_second_person():
    assert closed("class3-atorvastatin", rules=stating("F08", "A08", SECOND_PERSON)) == (
        "A01", "A02", "A08", SECOND_PERSON
    )  # fmt: skip
    assert SECOND_PERSON not in closed("class2-ramipril")  # a Red takes two by itself, and can become an Amber


def test_one_line_says_it():
    codes = ("A01", "A02", "A26.1", SECOND_PERSON)
    assert closing_sentence(codes, CATALOGUE, Priority.AMBER) == (
        "May close when these are answered: A01 acknowledge, A02 decide whether it applies, A26.1 answer each national "
        "action by number (1); and a second person, a clinician, signs as well."
    )
    assert closing_sentence(("A01",), CATALOGUE, Priority.GREEN) == (
        "May close when these are answered: A01 acknowledge."
    )
    assert closing_sentence(("A01",), CATALOGUE, Priority.RED).endswith("signs as well.")
    assert closing_sentence(("LA01",), CATALOGUE, None) == "May close when these are answered: LA01."
    assert closing_sentence((), CATALOGUE, None) == "May close when it is signed."


@pytest.mark.parametrize("kind", OrganisationKind)
@pytest.mark.parametrize("case", sorted(CASES))
def test_whatever_the_rule_acknowledging_and_deciding_come_first(case, kind):
    assert closed(case, kind)[:2] == ("A01", "A02")
