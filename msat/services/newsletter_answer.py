"""Answer the action for a newsletter item by the issues that were sent with the alert. A person says so, never MSAT.

The answer names issue, day and readers, and the entries that say so; taken back later, it stands until it is corrected.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.projections.general import General
from msat.projections.newsletter_issues import SENT
from msat.projections.newsletter_told import Offer, offer, sendings, with_sendings
from msat.projections.newsletter_waiting import NEWSLETTER_ACTION
from msat.services import deeds
from msat.services.answer import find_action
from msat.services.desk import Changes, Desk, Person


def sendings_of(desk: Desk, key: str) -> tuple[General, ...]:
    """The entries of issues sent that held this alert."""
    return sendings(desk.views.general(SENT), key)


def with_newsletters(desk: Desk, state: AlertState) -> AlertState:
    """The alert with the issues that told of it among the lines of its history."""
    return with_sendings(state, sendings_of(desk, str(state.key)))


def offered(desk: Desk, keys: Sequence[str]) -> tuple[tuple[AlertState, Offer], ...]:
    """Those of the alerts whose action for a newsletter item can be answered by an issue that was sent."""
    recorded = desk.views.general(SENT)
    found = [(state, offer(state, sendings(recorded, key))) for key in keys if (state := desk.views.find(key))]
    return tuple((state, made) for state, made in found if made is not None)


def answer_by_issue(desk: Desk, refs: Sequence[str], person: Person) -> Changes:
    """Records “yes” to the action for a newsletter item of these alerts, done when they were sent.

    Raises Refused for an alert that has no such action, whose action is answered, or that no issue told of as it is.
    """
    states = {str(state.key): state for state in (deeds.find(desk, ref) for ref in refs)}
    if not states:
        raise Refused("No alert was chosen.", "Name the alerts that were told of.")
    made = {str(state.key): one for state, one in offered(desk, list(states))}
    for key, state in states.items():
        if key not in made:
            raise _not_offered(state)
    by_day: dict[datetime, list[tuple[AlertState, deeds.Deed]]] = {}
    for key, state in states.items():
        deeds.refuse_before_issue(state, made[key].sent)
        by_day.setdefault(made[key].sent, []).append((state, _deed(state, made[key])))
    changes = Changes()
    for done, answers in by_day.items():
        new = deeds.record_all(desk, answers, person, done)
        changes = Changes(changes.alerts | new.alerts, (*changes.entries, *new.entries), words=new.words)
    if len(states) == 1:
        return changes
    words = f"Answered {next(iter(made.values())).code} of {len(states)} alerts: yes."
    return Changes(changes.alerts, changes.entries, words=words)


def _deed(state: AlertState, made: Offer) -> deeds.Deed:
    action = find_action(state, made.code)
    data = {
        "action": action.code,
        "text": action.text,
        "answer": "yes",
        "count": None,
        "note": made.note,
        "told_by": [one.entry for one in made.tellings],
    }
    return deeds.Deed("action.answered", data, f"Answered {action.code} of {deeds.name_of(state)}: yes.")


def _not_offered(state: AlertState) -> Refused:
    name = deeds.name_of(state)
    action = next((one for one in state.actions if one.code == NEWSLETTER_ACTION), None)
    if action is None:
        return Refused(f"{name} asks for no newsletter item.", "See what it asks for: msatctl show.")
    if action.is_answered:
        return Refused(f"{action.code} of {name} is answered already.", "Correct that answer if it is wrong.")
    return Refused(
        f"No issue recorded as sent tells of {name} as it is now.",
        "Record that it was sent (msatctl newsletter send), or answer it by hand: msatctl answer.",
    )
