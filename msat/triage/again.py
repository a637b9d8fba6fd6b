"""Decides about an older alert that comes up again (F28): priority, day and actions of looking at it once more. Pure.

When it comes up, and with which counts, is not decided here: the record says so.
"""

from __future__ import annotations

from datetime import datetime

from msat.alerts.model import Alert
from msat.errors import Refused
from msat.triage.fit import NO_QUOTE, quote
from msat.triage.model import Due, OrganisationKind, Reason, Triage
from msat.triage.rules import Rule, RuleBase


def rule_for_looking_again(rules: RuleBase, family: str) -> Rule:
    """The rule that older alerts of a family are looked at again by; of a family that no such rule names, the first.

    Raises Refused when the base has none.
    """
    again = [rule for rule in rules.rules if rule.when.again]
    found = next((rule for rule in again if family in rule.when.families), again[0] if again else None)
    if found is None:
        raise Refused(
            "The rule base has no rule for looking at an older alert again.",
            "Put F28 of alerts/rules/later.toml back, or install MSAT again.",
        )
    return found


def decide_again(alert: Alert, rules: RuleBase, kind: OrganisationKind, scheduled: datetime) -> Triage:
    """What looking at `alert` again means for an organisation of `kind`, due when `scheduled` (UTC).

    Raises Refused when the base has no rule for it.
    """
    rule = rule_for_looking_again(rules, alert.family.value)
    priority = rule.priority_for(kind)
    rating = priority.value.capitalize() if priority else "No rating"
    words = quote(alert.reference) if alert.reference else NO_QUOTE
    text = f"{rating}. {rule.reason_to(kind)}"
    reasons = (
        Reason("base", text, rule.id, words.words, words.where, rule.basis, rule.reviewed),
        Reason("deadline", rule.limit.why, rule.id, basis=rule.basis, reviewed=rule.reviewed),
    )
    due = Due(scheduled, "family", rule.limit.why)
    return Triage(priority, due, reasons, (), rule.id, rules.version, tuple(rule.actions[kind]))
