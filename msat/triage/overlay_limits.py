"""The line that no local rule crosses, each refusal naming file, rule and field. Pure.

Seeing, judging and signing off stay; no deadline is put later than the class's own; a Red is lowered only with a
reason. The notice's own time limit (LIMIT) stands above every rule, and exceptions are not for local rules at all.
"""

from __future__ import annotations

from collections.abc import Collection

from msat.triage.model import OrganisationKind
from msat.triage.reading import refuse_entry
from msat.triage.rules import ClassLimit, Limit, Rule, RuleBase

KEPT_ACTIONS = ("A01", "A02", "A25")
"""Seen, judged and signed off: no local rule takes them away."""
URGENCY = {"red": 3, "amber": 2, "green": 1, "none": 0}


def check_codes_known(name: str, rule: Rule, codes: Collection[str]) -> None:
    """Every action that the rule asks for is in the catalogue or in the pack."""
    for kind, asked in rule.actions.items():
        for code in asked:
            if code not in codes:
                refuse_entry(name, f"rule {rule.id}", f"actions.{kind.value}", f"there is no action {code}")


def check_kept(name: str, shipped: Rule, rule: Rule) -> None:
    """What everybody does with an alert stays where it was shipped."""
    for kind in OrganisationKind:
        for code in KEPT_ACTIONS:
            if code in shipped.actions[kind] and code not in rule.actions[kind]:
                field = f"actions.{kind.value}"
                refuse_entry(name, f"rule {rule.id}", field, f"{code} cannot be taken away, for every alert needs it")


def check_has_kept(name: str, rule: Rule) -> None:
    """A whole rule of one's own asks for what everybody does with an alert: without it none could be closed."""
    for kind in OrganisationKind:
        for code in KEPT_ACTIONS:
            if code not in rule.actions[kind]:
                field = f"actions.{kind.value}"
                refuse_entry(name, f"rule {rule.id}", field, f"{code} is missing, which every alert needs")


def check_lowering(name: str, shipped: Rule, rule: Rule, why: str) -> None:
    """A Red is lowered only with a reason."""
    for kind in OrganisationKind:
        if shipped.priority[kind] == "red" != rule.priority[kind] and not why.strip():
            what = f"Red for {kind.value} is lowered to {priority_in_words(rule.priority[kind])} without a reason"
            refuse_entry(name, f"rule {rule.id}", "why", what)


def check_limit(name: str, base: RuleBase, rule: Rule, shipped: Rule | None = None) -> None:
    """No deadline later than that of a class which the rule can meet."""
    limit = rule.limit
    if limit.from_ == "class" or (shipped is not None and limit == shipped.limit):
        return
    local = limit_in_words(limit)
    if shipped is not None and shipped.limit.from_ == "immediately":
        refuse_entry(name, f"rule {rule.id}", "limit", f"{local} is later than “at once”, which is shipped")
    for asked in _class_limits(base, rule):
        most = _hours_of_class(asked)
        if most is not None and _most_hours(limit) > most:
            named = "" if rule.when.classes else ", or name the classes that it is for in when.classes"
            what = f"{local} may be later than Class {asked.alert_class} asks for; write from = “class”{named}"
            refuse_entry(name, f"rule {rule.id}", "limit", what)


def _class_limits(base: RuleBase, rule: Rule) -> list[ClassLimit]:
    """The class limits that a rule can meet; none when its families carry no class."""
    if not rule.when.classes and not any(carries_class(base, family) for family in rule.when.families):
        return []
    return [limit for limit in base.class_limits if limit.alert_class in (rule.when.classes or ("1", "2", "3", "4"))]


def carries_class(base: RuleBase, family: str) -> bool:
    """Whether notices of a family carry a class that sets a limit."""
    return any(family in r.when.families and (r.when.classes or r.limit.from_ == "class") for r in base.rules)


def _hours_of_class(limit: ClassLimit) -> float | None:
    if limit.immediately:
        return 0
    return limit.hours if limit.hours is not None else _days(limit.days)


def _days(days: int | None) -> float | None:
    """Days run to the end of the last one, hence one more."""
    return None if days is None else (days + 1) * 24


def _most_hours(limit: Limit) -> float:
    """How late the limit can be at most; working days wait for as long as a place is shut."""
    if limit.from_ == "immediately":
        return 0
    if limit.hours is not None:
        return limit.hours
    return _days(limit.days) or float("inf")


def priority_in_words(word: str) -> str:
    """Red, Amber, Green, or that there is no rating."""
    return "no rating" if word == "none" else word.capitalize()


def limit_in_words(limit: Limit) -> str:
    """A limit as people say it: `48 hours`, `5 working days`, `as the class asks`."""
    for number, unit in ((limit.hours, "hour"), (limit.days, "day"), (limit.working_days, "working day")):
        if number is not None:
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return {"class": "as the class asks", "immediately": "at once"}.get(limit.from_, "no time limit")


def rule_in_words(rule: Rule) -> str:
    """A whole rule in a line: what it is called, how urgent, by when, what to do."""
    words = sorted({priority_in_words(word) for word in rule.priority.values()})
    codes = dict.fromkeys(code for asked in rule.actions.values() for code in asked)
    return f"{rule.name}: {', '.join(words)}; {limit_in_words(rule.limit)}; {' '.join(codes)}"
