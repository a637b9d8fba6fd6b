"""Local rules over the shipped ones: what may be changed, what stays visible, and the line that nothing crosses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from msat.errors import Refused
from msat.triage.model import OrganisationKind
from msat.triage.overlay import Entry, LaidRules, Origin, lay_rules
from msat.triage.rules import Rule, RuleBase, load_shipped_rules

GP, DISPENSING = OrganisationKind.GP_PRACTICE, OrganisationKind.DISPENSING_PRACTICE
BASE = load_shipped_rules()
CODES = frozenset({f"A{n:02}" for n in range(1, 31)} | {"LA01"})
ORIGIN = Origin("Test Surgery", date(2026, 11, 22), "A Pharmacist (lead)", "L3")
OWN = {
    "name": "Insulin pens",
    "when": {"families": ["device-safety-information"], "says": [r"\binsulin pens?\b"]},
    "priority": "amber",
    "limit": {"from": "family", "working_days": 5},
    "actions": ["A01", "A02", "LA01", "A25"],
    "reason": "Many people here use insulin pens.",
}


def lay(*entries: Entry, strict: bool = True, base: RuleBase = BASE) -> LaidRules:
    return lay_rules(base, entries, ORIGIN, CODES, "our.msatrules", strict)


def change(id_: str, why: str = "", **fields: Any) -> Entry:
    return Entry(id_, why, fields)


def rule(laid: LaidRules, id_: str) -> Rule:
    return next(r for r in laid.rules.rules if r.id == id_)


def refusal(*entries: Entry) -> str:
    with pytest.raises(Refused) as refused:
        lay(*entries)
    return str(refused.value)


def test_a_priority_is_changed_for_one_kind_and_the_shipped_one_is_kept_beside_it() -> None:
    laid = lay(change("F09", "A large stock.", priority={"dispensing-practice": "red"}))
    shipped, local = rule(LaidRules(BASE, (), ()), "F09"), rule(laid, "F09")
    assert local.priority == {**shipped.priority, DISPENSING: "red"}
    assert laid.rules.version == f"{BASE.version}+L3"
    (made,) = laid.changes
    assert (made.rule, made.field, made.shipped, made.local) == ("F09", "priority.dispensing-practice", "amber", "red")
    assert (made.who, made.when, made.why) == ("A Pharmacist (lead)", date(2026, 11, 22), "A large stock.")


def test_the_reason_says_whose_rule_it_is_since_when_and_what_is_shipped() -> None:
    laid = lay(change("F09", "A large stock.", priority={"dispensing-practice": "red"}))
    shipped, local = rule(LaidRules(BASE, (), ()), "F09"), rule(laid, "F09")
    said = local.reason_to(DISPENSING)
    assert said.startswith("Local rule of Test Surgery, adopted 22 November 2026: A large stock. Shipped: Amber. ")
    assert said.endswith(shipped.reason_to(DISPENSING))
    assert local.basis == "local"
    assert local.reviewed == "adopted by A Pharmacist (lead) on 22 November 2026"


def test_kinds_that_nothing_changes_for_keep_the_shipped_reason() -> None:
    laid = lay(change("F09", "A large stock.", priority={"dispensing-practice": "red"}))
    assert rule(laid, "F09").reason_to(GP) == rule(LaidRules(BASE, (), ()), "F09").reason_to(GP)


def test_a_deadline_says_both_limits() -> None:
    laid = lay(change("F20", limit={"from": "family", "working_days": 5}))
    why = rule(laid, "F20").limit.why
    assert why == "5 working days (Local rule of Test Surgery, adopted 22 November 2026; shipped: 10 working days)."
    assert ("limit", "10 working days", "5 working days") in {(c.field, c.shipped, c.local) for c in laid.changes}


def test_actions_are_added_and_dropped() -> None:
    shipped = rule(LaidRules(BASE, (), ()), "F09").actions[DISPENSING]
    laid = lay(
        change("F09", add_actions={"dispensing-practice": ["LA01"]}, drop_actions={"dispensing-practice": ["A04"]})
    )
    assert rule(laid, "F09").actions[DISPENSING] == [*(c for c in shipped if c != "A04"), "LA01"]


def test_one_word_holds_for_every_kind() -> None:
    assert set(rule(lay(change("F21", priority="amber")), "F21").priority.values()) == {"amber"}


def test_of_several_rules_with_one_id_one_can_be_named() -> None:
    laid = lay(change("F12", which="Company-led recall", priority="red"))
    changed = {r.name: set(r.priority.values()) for r in laid.rules.rules if r.id == "F12"}
    assert changed["Company-led recall"] == {"red"}
    assert changed["Company-led recall, patient level"] != {"red"}


def test_without_a_name_all_rules_with_the_id_change() -> None:
    laid = lay(change("F12", priority="red"))
    assert all(set(r.priority.values()) == {"red"} for r in laid.rules.rules if r.id == "F12")


def test_a_rule_of_our_own_stands_first_and_says_whose_it_is() -> None:
    laid = lay(Entry("L01", "The diabetes team asked.", OWN))
    own = laid.rules.rules[0]
    assert (own.id, own.basis) == ("L01", "local")
    said = "Local rule of Test Surgery, adopted 22 November 2026: Many people here use insulin pens."
    assert own.reason_to(GP) == said
    assert [r.id for r in laid.rules.rules[1:]] == [r.id for r in BASE.rules]
    assert laid.changes[0].field == "rule"
    assert "Insulin pens: Amber; 5 working days; A01 A02 LA01 A25" in laid.changes[0].local


MISTAKES: Sequence[tuple[Entry, str]] = (
    (change("F99", priority="red"), "rule F99, field “id”"),
    (change("F09", name="two\nlines"), "rule F09, field “name”"),
    (Entry("L01", "", {**OWN, "name": " "}), "rule L01, field “name”"),
    (Entry("L01", "", {**OWN, "when": {**OWN["when"], "says": ["(a+)+$"]}}), "take for ever"),  # type: ignore[dict-item]
    (change("F09", priority={"dispensing-practice": "purple"}), "rule F09, field “priority"),
    (change("F09", priority={"dispensary": "red"}), "rule F09, field “priority"),
    (change("F09", colour="red"), "rule F09: Object contains unknown field `colour`"),
    (change("F09"), "rule F09, field “priority”: nothing is changed"),
    (change("F09", which="No such", priority="red"), "rule F09, field “which”"),
    (change("F09", add_actions={"gp-practice": ["LA07"]}), "rule F09, field “actions.gp-practice”"),
    (change("F09", drop_actions={"gp-practice": ["A23"]}), "rule F09, field “drop_actions.gp-practice”"),
    (change("F20", limit={"from": "family"}), "rule F20, field “limit”"),
    (change("F20", limit={"from": "family", "weeks": 2}), "rule F20, field “limit”"),
    (Entry("L01", "", {**OWN, "basis": "published"}), "rule L01, field “basis”"),
    (Entry("L01", "", {**OWN, "when": {"families": []}}), "rule L01, field “when.families”"),
    (Entry("L01", "", {**OWN, "when": {"families": ["nonsense"]}}), "rule L01, field “when.families"),
    (Entry("L01", "", {**OWN, "when": {**OWN["when"], "says": ["("]}}), "rule L01, field “when.says”"),  # type: ignore[dict-item]
    (Entry("L01", "", {**OWN, "when": {**OWN["when"], "says": ["x*"]}}), "rule L01, field “when.says”"),  # type: ignore[dict-item]
    (Entry("L01", "", {**OWN, "priority": {"gp-practice": "red"}}), "rule L01, field “priority”"),
    (
        Entry("L01", "", {k: v for k, v in OWN.items() if k != "limit"}),
        "rule L01: Object missing required field `limit`",
    ),
    (Entry("X1", "", OWN), "rule X1, field “id”"),
)


@pytest.mark.parametrize(("entry", "said"), MISTAKES)
def test_each_mistake_names_file_rule_and_field(entry: Entry, said: str) -> None:
    if entry.id == "X1":
        entry = change("X1", priority="red")
    words = refusal(entry)
    assert "our.msatrules" in words
    assert said in words


@pytest.mark.parametrize("code", ["A01", "A02"])
def test_what_every_alert_needs_cannot_be_taken_away(code: str) -> None:
    words = refusal(change("F09", drop_actions={"gp-practice": [code]}))
    assert f"{code} cannot be taken away" in words


def test_nor_by_giving_a_whole_list() -> None:
    assert "cannot be taken away" in refusal(change("F09", actions=["A03", "A04"]))


def test_a_red_is_lowered_only_with_a_reason() -> None:
    assert "field “why”: Red for gp-practice is lowered to Green without a reason" in refusal(
        change("F06", priority={"gp-practice": "green"})
    )
    assert rule(lay(change("F06", "None here.", priority={"gp-practice": "green"})), "F06").priority[GP] == "green"


@pytest.mark.parametrize(
    ("id_", "limit"),
    [
        ("F06", {"from": "family", "days": 2}),
        ("F06", {"from": "family", "hours": 49}),
        ("F06", {"from": "none"}),
        ("F08", {"from": "family", "working_days": 5}),
        ("F08", {"from": "family", "days": 6}),
    ],
)
def test_no_deadline_is_put_later_than_the_class_asks(id_: str, limit: dict[str, Any]) -> None:
    assert f"rule {id_}, field “limit”" in refusal(change(id_, limit=limit))


@pytest.mark.parametrize(
    ("id_", "limit"),
    [
        ("F06", {"from": "family", "hours": 24}),
        ("F06", {"from": "immediately"}),
        ("F08", {"from": "family", "days": 5}),
        ("F10", {"from": "family", "working_days": 20}),
    ],
)
def test_an_earlier_deadline_is_fine_and_so_is_a_target_where_the_class_sets_none(
    id_: str, limit: dict[str, Any]
) -> None:
    assert rule(lay(change(id_, limit=limit)), id_).limit.from_ == limit["from"]


def test_a_rule_of_our_own_for_recalls_names_the_classes_or_takes_the_limit_of_the_class() -> None:
    when = {"families": ["medicines-recall"], "says": ["eye drops"]}
    assert "name the classes" in refusal(Entry("L01", "", {**OWN, "when": when}))
    assert rule(lay(Entry("L01", "", {**OWN, "when": when, "limit": {"from": "class"}})), "L01").limit.from_ == "class"


def test_a_rule_cannot_be_changed_twice() -> None:
    twice = (change("F12", priority="red"), change("F12", which="Company-led recall", priority="amber"))
    assert "changed twice" in refusal(*twice)


def test_a_pack_meets_a_newer_base_and_what_vanished_is_named() -> None:
    newer = RuleBase(
        "2027.01", BASE.dated, tuple(r for r in BASE.rules if r.id != "F20"), BASE.class_limits, BASE.exceptions
    )
    laid = lay(change("F20", priority="red"), change("F09", priority="amber"), strict=False, base=newer)
    assert len(laid.conflicts) == 1
    assert "there is no shipped rule F20" in laid.conflicts[0]
    assert laid.rules.version == "2027.01+L3"
    assert rule(laid, "F09").priority[GP] == "amber"


def test_what_only_says_that_a_notice_inherits_is_never_given_a_priority() -> None:
    """F27 is for every family: with a priority of its own it would rate every notice, the unread ones too."""
    for priority in ("red", "green", "none"):
        said = refusal(change("F27", priority=priority))
        assert "rule F27, field “priority”: a rule with when.tells inherits" in said


def test_a_rule_of_our_own_asks_for_what_every_alert_needs() -> None:
    for code in ("A01", "A02", "A25"):
        fewer = {**OWN, "actions": [kept for kept in OWN["actions"] if kept != code]}
        assert f"rule L01, field “actions.gp-practice”: {code} is missing" in refusal(Entry("L01", "", fewer))


def test_a_limit_of_more_than_a_year_is_no_limit() -> None:
    for field, least in (("hours", 8785), ("days", 367), ("working_days", 261), ("days", 10**12)):
        longer = {**OWN, "limit": {"from": "family", field: least}}
        assert f"rule L01, field “limit.{field}”: more than a year" in refusal(Entry("L01", "", longer))
