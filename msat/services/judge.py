"""Judge an alert of the review list: its priority and why. It can be made a local rule in the same step."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from msat.errors import Refused
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.review import asked_of
from msat.services.tailor import rule_from_decision
from msat.triage.model import Priority


def judge(
    desk: Desk,
    ref: str,
    rag: str,
    reason: str,
    person: Person,
    make_rule: bool = False,
    happened: datetime | None = None,
) -> Changes:
    """Records what a person decided about everything the alert asks on the review list, with the reason.

    With `make_rule` the decision is also written into the draft of local rules, which acts once it is adopted.
    Raises Refused without a reason, for what is no priority, for an alert that is not on the review list, and where
    no rule can be made of it.
    """
    state = deeds.find(desk, ref)
    name = deeds.name_of(state)
    try:
        chosen = Priority(rag.strip().lower())
    except ValueError:
        raise Refused(f"“{rag}” is not a priority.", "Use red, amber or green.") from None
    reason = deeds.required_text(reason, "reason")
    asked = asked_of(desk, state)
    if not asked:
        raise Refused(
            f"{name} is not on the review list.", "To choose another priority than the rule's, use override."
        )
    person = deeds.checked_person(person)
    deeds.refuse_before_issue(state, deeds.checked_date(desk, happened))
    flags = list(dict.fromkeys(item.flag for item in asked))
    rule = rule_from_decision(desk, state, chosen, reason) if make_rule else ""
    deed = deeds.Deed(
        "alert.judged",
        {"flags": flags, "rag": str(chosen), "reason": reason, "local_rule": rule},
        f"Decided {chosen} for {name}, from the review list.",
    )
    changes = deeds.record(desk, state, person, happened, deed)
    if not rule:
        return changes
    more = f"Rule {rule} is in the draft of local rules; it acts once the draft is adopted."
    return replace(changes, words=f"{changes.words} {more}")
