"""Record that a search was run again 3 or 12 months after the work was done. A count that rose re-opens the alert.

When which search is due follows from the record (`projections.rechecks`); nothing is scheduled anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from msat.clock import london, say_date, stamp
from msat.errors import Refused
from msat.projections import rechecks
from msat.projections.alert_state import AlertState
from msat.projections.work_state import Recheck
from msat.services import deeds
from msat.services.answer import checked_count
from msat.services.count import FUNNEL, check_order
from msat.services.desk import Changes, Desk, Person
from msat.services.one_at_a_time import one_at_a_time
from msat.triage.again import rule_for_looking_again
from msat.triage.due import end_of_day

EARLIEST = timedelta(days=31)
"""A search may be run this long before its day: sooner it would say nothing of the months."""
REVIEW_WORKING_DAYS = 10
"""Within which those found and not before are to be reviewed: as a search of a safety update is (F14, a proposal)."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A search that is to be run again: of which alert, when, and what it found last time."""

    state: AlertState
    recheck: Recheck
    is_due: bool


def coming(desk: Desk) -> list[Coming]:
    """Every search to be run again, the earliest day first; those that are due by now say so."""
    now = desk.clock.now()
    found = [
        Coming(state, one, one.due <= now)
        for state in desk.views.states()
        if state.recheck_due is not None
        for one in state.rechecks
        if one.deed is None
    ]
    return sorted(found, key=lambda one: (one.recheck.due, one.state.key, one.recheck.months))


@one_at_a_time
def recheck(
    desk: Desk,
    ref: str,
    funnel: Mapping[str, int],
    person: Person,
    months: int | None = None,
    note: str = "",
    search: str = "",
    happened: datetime | None = None,
) -> Changes:
    """Records the counts of a search run again, beside those of before. `found` is always given; nil is 0.

    `months` is 3 or 12; else the one that is due first. When more were found than before, or more of them still take
    it, the alert is opened again, Amber by rule F28. Raises Refused where no search is to be run again, for counts
    that cannot be, and for a search run more than a month before its day.
    """
    state = deeds.find(desk, ref)
    person, done = deeds.checked_person(person), deeds.checked_date(desk, happened)
    planned = _planned(state, months)
    _check_day(state, planned, done)
    counts = _counts(funnel)
    note, search = deeds.checked_text(note, "note"), deeds.checked_text(search, "name of the search")
    data: dict[str, Any] = {
        "months": planned.months,
        "due": stamp(planned.due),
        **counts,
        "before": dict(planned.before),
        "note": note,
        "search": search,
    }
    after = rechecks.counts_of(data)
    name = deeds.name_of(state)
    told = deeds.Deed(
        "recheck.done",
        data,
        f"Ran the search for {name} again after {planned.months} months: {rechecks.in_words(after)}.",
    )
    again = reopening(desk, state, replace(planned, after=after), done)
    return deeds.record(desk, state, person, happened, told, *again)


def reopening(desk: Desk, state: AlertState, counted: Recheck, done: datetime) -> tuple[deeds.Deed, ...]:
    """What opens a finished alert again when `counted` rose; nothing where it did not, or where it is open already."""
    if not counted.rose or state.sign_off is None:
        return ()
    reason = rechecks.why_reopened(counted)
    words = f"Re-opened {deeds.name_of(state)}, now Amber. {reason}"
    return (deeds.Deed("alert.reopened", _risen(desk, state, reason, done), words),)


def _planned(state: AlertState, months: int | None) -> Recheck:
    """The re-check that is meant. Raises Refused, saying why there is none."""
    name = deeds.name_of(state)
    waiting = [one for one in state.rechecks if one.deed is None]
    if months is not None and months not in rechecks.MONTHS:
        raise Refused(f"A search is not run again after {months} months.", "Give 3 or 12.")
    if not waiting or state.recheck_due is None:
        raise Refused(f"No search for {name} is to be run again.", _why_none(state))
    chosen = next((one for one in waiting if months in (None, one.months)), None)
    if chosen is None:
        raise Refused(
            f"The search for {name} was already run again after {months} months.",
            "Correct that entry if its counts are wrong.",
        )
    return chosen


def _why_none(state: AlertState) -> str:
    if state.withdrawn or state.is_superseded:
        return "The notice no longer stands, so nothing is looked for."
    if state.sign_off is None:
        return "Finish the alert first: its searches come back 3 and 12 months after the work was done."
    if state.needs_second:
        return "A second person signs it off first, because it is Red."
    if any(one.deed for one in state.rechecks):
        return "It was run again after 3 months and after 12."
    return "Its rule asks for no search."


def _check_day(state: AlertState, planned: Recheck, done: datetime) -> None:
    if done < planned.due - EARLIEST:
        raise Refused(
            f"The search for {deeds.name_of(state)} comes back on {say_date(planned.due)}; "
            f"{say_date(done)} is more than a month before.",
            "Run it nearer to that day, or check the date done.",
        )


def _counts(funnel: Mapping[str, int]) -> dict[str, int | None]:
    unknown = [step for step in funnel if step not in FUNNEL]
    if unknown:
        raise Refused(f"“{unknown[0]}” is not a step of the search.", f"The steps are: {', '.join(FUNNEL)}.")
    if "found" not in funnel:
        raise Refused("How many were found is not given.", "Give at least found=N; nil is found=0.")
    counts = {step: checked_count(funnel.get(step)) for step in FUNNEL}
    check_order(counts)
    return counts


def _risen(desk: Desk, state: AlertState, reason: str, done: datetime) -> dict[str, Any]:
    """The data of alert.reopened after a rise: Amber by F28, with a day to review those who are new."""
    base = desk.knowledge.rules
    rule = rule_for_looking_again(base, state.family)
    day = desk.knowledge.site.add_working_days(london(done).date(), REVIEW_WORKING_DAYS)
    why = f"{REVIEW_WORKING_DAYS} working days from the search of {say_date(done)}, to review the people who are new."
    return {
        "reason": reason,
        "cause": rechecks.BY_RECHECK,
        "rule": rule.id,
        "rules_version": base.version,
        "basis": rule.basis,
        "reviewed": rule.reviewed,
        "due": {"at": stamp(end_of_day(day)), "from": "family", "why": why, "words": ""},
    }
