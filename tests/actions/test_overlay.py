"""Actions, places, reasons and letters of a pack over the shipped ones: changes, what stays visible, mistakes."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from msat.actions.catalogue import load_shipped_catalogue
from msat.actions.letters import load_letters, load_shipped_letters
from msat.actions.overlay import STOCK_CHECK, Base, Laid, changes, lay
from msat.actions.pack import LocalReason, Pack
from msat.actions.recommend import recommend
from msat.alerts.model import Family
from msat.errors import Refused
from msat.triage.decide import decide
from msat.triage.model import OrganisationKind
from msat.triage.overlay import Entry, Origin
from msat.triage.rules import load_shipped_rules
from tests.triage.test_overlay_limits import NOON, notice

GP = OrganisationKind.GP_PRACTICE
BASE = Base(load_shipped_rules(), load_shipped_catalogue(), load_shipped_letters())
ORIGIN = Origin("Test Surgery", date(2026, 11, 22), "A Pharmacist", "L1")
OWN = {"name": "Care homes", "answer": "done", "text": "Telephone the care homes about {product}"}


def pack(*actions: Entry, **more: Any) -> Pack:
    return Pack("Ours", "Test Surgery", "Y00001", "2026.11", actions=actions, **more)


def laid(*actions: Entry, **more: Any) -> Laid:
    return lay(BASE, pack(*actions, **more), ORIGIN, "our.msatrules")


def test_other_words_are_taken_and_the_shipped_ones_are_kept_beside_them() -> None:
    found = laid(Entry("A12", "Huddle.", {"text": "Tell the huddle", "text_for": {"pcn": "Tell every practice"}}))
    action = found.actions["A12"]
    assert (action.text, action.text_for[OrganisationKind.PCN]) == ("Tell the huddle", "Tell every practice")
    assert action.help.endswith("Worded locally (Test Surgery).")
    said = {(c.rule, c.field): (c.shipped, c.local, c.why) for c in found.changes}
    assert said[("A12", "text")] == (BASE.actions["A12"].text, "Tell the huddle", "Huddle.")
    assert said[("A12", "text_for.pcn")][1] == "Tell every practice"
    assert found.actions["A13"] == BASE.actions["A13"]


def test_a_local_action_is_asked_and_says_whose_it_is() -> None:
    found = laid(Entry("LA01", "", OWN))
    assert found.actions["LA01"].help == "Local action (Test Surgery)."
    assert found.changes[0].local == "Care homes: Telephone the care homes about {product}"


def test_stock_places_reach_every_search_for_stock_and_no_other_list_of_places() -> None:
    local = Entry("LA01", "", {**OWN, "answer": "places"})
    own_places = Entry("LA02", "", {**OWN, "answer": "places", "places": {"gp-practice": ["Van"]}})
    found = laid(local, own_places, places={GP: ("Store", "Bag")})
    assert found.actions[STOCK_CHECK].places[GP] == ["Store", "Bag"]
    assert found.actions["LA01"].places[GP] == ["Store", "Bag"]
    assert found.actions["LA02"].places[GP] == ["Van"]
    pharmacy = OrganisationKind.COMMUNITY_PHARMACY
    assert found.actions[STOCK_CHECK].places[pharmacy] == BASE.actions[STOCK_CHECK].places[pharmacy]
    assert ("places", "gp-practice", "Store; Bag") in {(c.rule, c.field, c.local) for c in found.changes}


def test_a_letter_of_ones_own_is_told_apart() -> None:
    found = laid(letters={"patient-letter": "About {product}. {advice}"})
    assert found.letters["patient-letter"].basis == "local"
    assert found.letters["patient-letter"].title == BASE.letters["patient-letter"].title
    assert BASE.letters["patient-letter"].basis == "proposal"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Entry("A99", "", {"text": "x"}), "action A99, field “code”"),
        (Entry("LA1", "", OWN), "action LA1, field “code”"),
        (Entry("A12", "", {}), "action A12, field “text”: nothing is changed"),
        (Entry("A12", "", {"text": "{patient}"}), "action A12, field “text”"),
        (Entry("A12", "", {"text": "{product"}), "its braces do not close"),
        (Entry("A12", "", {"answer": "count"}), "unknown field `answer`"),
        (Entry("A12", "", {"required": "no"}), "action A12, field “required”"),
        (Entry("A12", "", {"text_for": {"dentist": "x"}}), "action A12, field “text_for”"),
        (Entry("A25", "", {"required": False}), "action A25, field “required”"),
        (Entry("A03", "", {"places": {"gp-practice": []}}), "action A03, field “places”"),
        (Entry("LA01", "", {**OWN, "answer": "acknowledge"}), "action LA01, field “answer”"),
        (Entry("LA01", "", {**OWN, "months_after": -1}), "action LA01, field “months_after”"),
        (Entry("LA01", "", {"name": "x", "answer": "done"}), "missing required field `text`"),
        (Entry("LA01", "", {**OWN, "words_like": "("}), "action LA01, field “words_like”"),
    ],
)
def test_each_mistake_names_file_action_and_field(entry: Entry, said: str) -> None:
    with pytest.raises(Refused) as refused:
        laid(entry)
    assert "our.msatrules" in str(refused.value)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        ({"invoice": "{advice}"}, "there is no such letter"),
        ({"patient-letter": " "}, "field “text”"),
        ({"patient-letter": "About {product}."}, "it must hold {advice}"),
        ({"patient-letter": "{advice} {name}"}, "“{name}”"),
        ({"patient-letter": "{advice} {product!r:>999999}"}, "“{product}”"),
        ({"patient-letter": "{advice} {"}, "its braces do not close"),
    ],
)
def test_each_mistake_of_a_letter_is_named(letters: dict[str, str], said: str) -> None:
    with pytest.raises(Refused) as refused:
        laid(letters=letters)
    assert "our.msatrules" in str(refused.value)
    assert said in str(refused.value)


def test_the_largest_decision_by_local_rules_fits_into_one_entry() -> None:
    actions = [Entry(f"LA{n:02}", "", {**OWN, "text": "x" * 400, "help": "y" * 400}) for n in range(1, 21)]
    codes = [*BASE.actions.actions, *(entry.id for entry in actions)]
    rule = Entry("F06", "z" * 1000, {"actions": codes, "reason": "r" * 1000})
    found = laid(*actions, rules=(rule,), places={GP: tuple(f"{n:>080}" for n in range(40))})
    alert = notice(Family.RECALL, "2", "patient", 48)
    triage = decide(alert, found.rules, GP, NOON)
    assert triage.rule == "F06"
    told = [msgspec.to_builtins(action) for action in recommend(alert, triage, found.actions, GP)]
    assert len(told) == len(codes)
    assert len(msgspec.json.encode([told, triage])) < 60_000
    with pytest.raises(Refused, match="at most 20 actions"):
        laid(*actions, Entry("LA21", "", OWN))


def test_what_no_longer_fits_is_named_and_the_rest_holds() -> None:
    entries = (Entry("A99", "", {"text": "x"}), Entry("A12", "", {"text": "Tell the huddle"}))
    found = lay(BASE, pack(*entries, letters={"gone": "{advice}"}), ORIGIN, strict=False)
    assert len(found.conflicts) == 2
    assert found.actions["A12"].text == "Tell the huddle"


def test_a_pack_that_changes_nothing_leaves_the_version_alone() -> None:
    assert laid().rules == BASE.rules
    assert changes(BASE, pack()) == ()
    with_reason = laid(reasons=(LocalReason(of="gap", code="by-post", words="By post"),))
    assert with_reason.rules.version == f"{BASE.rules.version}+L1"
    assert with_reason.changes[0].local == "By post"


def test_no_shipped_letter_calls_itself_local() -> None:
    text = '[[letter]]\nname = "x"\ntitle = "X"\nto = "patient"\nbasis = "local"\nsource = "s"\ntext = "{advice}"\n'
    with pytest.raises(Refused, match="“local” is for what was adopted"):
        load_letters(text)
    with pytest.raises(Refused, match="given twice"):
        load_letters(text.replace("local", "proposal") * 2)
