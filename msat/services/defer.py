"""Put an alert off until a day, with somebody else's approval, and take it up again before that day.

A Red is put off only once somebody has acknowledged it. Beyond the notice's own time limit it is put off only once the
approver has recorded the same day too: one person's word that another agrees is not enough there. A deferral ends by
itself; the notice's own limit stays in sight all the while.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from msat.clock import LONDON, london, say_date, stamp
from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.projections.work import DEFERRED, RESUMED, approves, needs_approval
from msat.services import deeds
from msat.services.applies import same_person
from msat.services.desk import Changes, Desk, Person
from msat.services.one_at_a_time import one_at_a_time
from msat.triage.model import Priority

LONGEST = timedelta(days=366)


@one_at_a_time
def defer(
    desk: Desk,
    ref: str,
    until: date | datetime,
    approver: str,
    reason: str,
    person: Person,
    happened: datetime | None = None,
) -> Changes:
    """Records that the alert is put off until `until` (a day: until it begins in London), approved by `approver`.

    On a Red beyond the notice's own limit it holds once `approver` has recorded the same day, naming `person`. Raises
    Refused for a closed alert, a Red that nobody has acknowledged, a moment that is past or beyond a year, an approver
    who is the person, and when nothing would change.
    """
    state = deeds.find(desk, ref)
    deeds.refuse_closed(state)
    person = deeds.checked_person(person)
    approver = deeds.checked_name(approver, "approver")
    reason = deeds.required_text(reason, "reason")
    moment = _checked_moment(desk, until)
    if same_person(approver, person.name):
        raise Refused(f"{person.name} cannot approve their own deferral.", "Somebody else approves it: give that name.")
    if state.rag is Priority.RED and state.acknowledged is None:
        raise Refused(
            f"{deeds.name_of(state)} is Red and nobody has acknowledged it.", "Acknowledge it first, then put it off."
        )
    _check_is_new(state, moment, person, approver)
    limit = state.due.at if state.due else None
    past = limit is not None and moment > limit
    name = deeds.name_of(state)
    words = f"Deferred {name} until {say_date(moment)}, approver {approver}"
    deed = deeds.Deed(
        DEFERRED,
        {"until": stamp(moment), "approver": approver, "reason": reason, "past_limit": past},
        f"{words}{', past the notice’s own limit' if past else ''}.",
    )
    changes = deeds.record(desk, state, person, happened, deed)
    return _told(changes, deeds.find(desk, state.key), moment, approver)


@one_at_a_time
def resume(desk: Desk, ref: str, reason: str, person: Person, happened: datetime | None = None) -> Changes:
    """Records that the alert is no longer put off. Raises Refused when it is not."""
    state = deeds.find(desk, ref)
    stands = state.deferral is not None and state.deferral.until > desk.clock.now()
    if not stands and state.deferral_asked is None:
        raise Refused(f"{deeds.name_of(state)} is not deferred.", "Nothing needs doing.")
    reason = deeds.required_text(reason, "reason")
    deed = deeds.Deed(RESUMED, {"reason": reason}, f"{deeds.name_of(state)} is no longer deferred.")
    return deeds.record(desk, state, person, happened, deed)


def _checked_moment(desk: Desk, until: date | datetime) -> datetime:
    now = desk.clock.now()
    if isinstance(until, datetime):
        if until.tzinfo is None:
            raise ValueError("a time without a zone reached a service")
        moment = until
    else:
        moment = datetime.combine(until, time(), tzinfo=LONDON)
    if moment <= now:
        raise Refused(f"{say_date(moment)} is not in the future.", "Give the day on which it comes back.")
    if moment - now > LONGEST or london(moment).date() > london(now).date() + LONGEST:
        raise Refused(f"{say_date(moment)} is more than a year away.", "Give a day within a year.")
    return moment


def _check_is_new(state: AlertState, moment: datetime, person: Person, approver: str) -> None:
    same = state.deferral
    if same is not None and same.until == moment and same_person(same.approver, approver):
        raise Refused(f"{deeds.name_of(state)} is deferred until then already.", "Nothing needs doing.")
    asked = state.deferral_asked
    if asked is None or asked.until != moment or approves(asked, person.name, moment):
        return
    raise Refused(
        f"{asked.deed.by} has already asked for that day; it holds once {asked.approver} has recorded it too.",
        f"{asked.approver} records the same day, with {asked.deed.by} as approver.",
    )


def _told(changes: Changes, after: AlertState, moment: datetime, approver: str) -> Changes:
    asked = after.deferral_asked
    if asked is None or asked.until != moment:
        return changes
    has_limit = after.due is not None and after.due.at is not None
    why = "past the notice’s own time limit" if has_limit else "and its notice gives no time limit to wait for"
    said = f"It holds once {approver} has recorded the same day too, because it is Red {why}."
    return Changes(changes.alerts, changes.entries, words=f"{changes.words} {said}")


def is_to_be_approved(state: AlertState, until: datetime) -> bool:
    """Whether putting the alert off until then must be recorded by the approver too: for a form that says so first."""
    limit = state.due.at if state.due else None
    return needs_approval(state.rag.value if state.rag else "", until, limit)
