"""Searches that come back 3 and 12 months after the work was done: when, with which counts, and what a rise asks. Pure.

What is to be run again follows from what stands; only what was found then is recorded. Reads no clock: a date in the
future is known from the start, and whoever shows it compares it with now.
"""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import UTC, date, datetime, time

from msat.actions.model import AnswerKind
from msat.clock import LONDON, london
from msat.projections import deeds, standing
from msat.projections import triaged as decisions
from msat.projections.alert_state import CHECKED, NIL, ActionState, AlertState, Answer
from msat.projections.altered import altered
from msat.projections.values import data_of, deed_of, moment, part, text, whole
from msat.projections.work_state import Deed, Recheck, Reopened
from msat.record.entries import Entry, Json
from msat.triage.model import Due, Priority, Reason

MONTHS = (3, 12)
"""How long after the work was done its search is run again (A21 of the catalogue)."""
RULE = "F28"
SEARCHES = ("A06", "A07")
AGAIN = "A21"
BY_RECHECK = "recheck"
BY_CHANGE = "change"

Counts = tuple[tuple[str, int], ...]


def done(state: AlertState, entry: Entry) -> AlertState:
    """recheck.done: a search was run again; its counts stand beside those of before."""
    data = data_of(entry)
    if whole(data, "months") is None:
        return state
    return replace(state, rechecks=(*state.rechecks, recheck_of(data, deed_of(entry))))


def recheck_of(data: Json, deed: Deed) -> Recheck:
    """The re-check that an entry's data holds."""
    return Recheck(
        months=whole(data, "months") or 0,
        due=moment(data, "due") or deed.happened,
        before=counts_of(part(data, "before")),
        deed=deed,
        after=counts_of(data),
        note=text(data, "note"),
        search=text(data, "search"),
    )


def counts_of(data: Json) -> Counts:
    """The steps of a funnel that `data` gives, in their order."""
    numbers = ((step, whole(data, step)) for step in deeds.FUNNEL)
    return tuple((step, number) for step, number in numbers if number is not None)


def reopened(state: AlertState, entry: Entry) -> AlertState:
    """alert.reopened: open again, with the reason shown. A re-check that found more makes it Amber, by F28."""
    data, by = data_of(entry), deed_of(entry)
    cause = text(data, "cause")
    goes_on = cause == BY_RECHECK
    before = state.reopened.round_from if state.reopened else 0
    after = deeds.reopened(state, entry)
    link = Reopened(text(data, "reason"), by, cause, before if goes_on else len(state.history))
    after = replace(after, reopened=link)
    return _amber(after, data) if goes_on else after


def triaged(state: AlertState, entry: Entry) -> AlertState:
    """alert.triaged: while a rise waits to be reviewed, F28 stands until the notice changes in a way that matters.

    A slip put right, or rules applied anew, must not bring the limits of long ago back.
    """
    after = decisions.triaged(state, entry)
    again = state.reopened
    if again is None or again.cause != BY_RECHECK or state.sign_off is not None or state.rule != RULE:
        return after
    counted = after.counted_from
    if counted is not None and counted > again.deed.happened:
        return after
    held = tuple(reason for reason in state.reasons if reason.rule == RULE)
    return replace(
        after,
        rule=RULE,
        due=state.due,
        said=state.said,
        rag=state.rag,
        rule_rag=state.rule_rag,
        override=state.override,
        override_reason=state.override_reason,
        judged=state.judged,
        reasons=(*(reason for reason in after.reasons if reason.rule != RULE), *held),
        flags=tuple(flag for flag in after.flags if flag != "historic"),
    )


def settled(state: AlertState) -> AlertState:
    """`state` with the re-checks that are still to come, and with what a rise asks for."""
    if state.sign_off is None and not state.rechecks:
        return state
    finished = tuple(one for one in state.rechecks if one.deed is not None)
    state = altered(state, rechecks=finished)
    start = started(state)
    coming = tuple(_planned(state, start, months) for months in MONTHS if not _is_done(state, months)) if start else ()
    if not (finished or coming):
        return state
    places = _places(state)
    order = sorted((*finished, *coming), key=lambda one: (one.due, one.months, _place(places, one.deed)))
    return _answered(_asked(altered(state, rechecks=tuple(order))))


def started(state: AlertState) -> datetime | None:
    """The moment that the months are counted from: the first search of this round, else the sign-off (UTC).

    None while the work is not done, where it does not apply, and where no search was asked for.
    """
    signed, applies = state.sign_off, state.applicability and state.applicability.applies
    if signed is None or not applies or state.needs_second or state.withdrawn or state.is_superseded:
        return None
    if not any(_asks_search(action) for action in state.actions):
        return None
    places = _places(state)
    searched = [
        answer.deed.happened
        for action in state.actions
        if action.code in SEARCHES
        for answer in action.answers
        if not answer.struck
        and answer.value not in ("no", "not answered")
        and _is_of_this_round(state, places, answer.deed)
    ]
    return min(searched, default=(signed.second or signed.deed).happened)


def due_after(start: datetime, months: int) -> datetime:
    """The beginning of the London day `months` after `start`, in UTC. A month without that day ends on its last."""
    day = add_months(london(start).date(), months)
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last of a shorter month: 29 February and 12 months is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def counted_last(state: AlertState) -> Counts:
    """What the search found when it was last run and counted."""
    places = _places(state)
    known = [(_place(places, one.deed), one.after) for one in _standing(state) if one.deed and one.after]
    for action in state.actions:
        answer = action.standing
        if action.code not in SEARCHES or answer is None:
            continue
        counts = answer.funnel or ((("found", answer.count),) if answer.count is not None else ())
        known.append((_place(places, answer.deed), counts))
    with_counts = [one for one in known if one[1]]
    if not with_counts:
        return ()
    # The run (A06) and the review (A07) of one search are two answers; the review says more.
    own = max(with_counts, key=lambda one: (one[0], len(one[1])))[1]
    review = max((one for one in with_counts if len(one[1]) > 1), default=None)
    if review and dict(review[1]).get("found") == dict(own).get("found"):
        return review[1]
    return own


def in_words(counts: Counts) -> str:
    """"found 12, active 9"; "not counted" where there are none."""
    return ", ".join(f"{step.replace('_', ' ')} {number}" for step, number in counts) or "not counted"


def difference(recheck: Recheck) -> str:
    """The old and the new counts in a sentence: "found 15 (was 12), active 9 (was 9)"."""
    was = dict(recheck.before)
    parts = []
    for step, number in recheck.after:
        before = f" (was {was[step]})" if step in was else " (not counted before)"
        parts.append(f"{step.replace('_', ' ')} {number}{before}")
    return ", ".join(parts)


def why_reopened(recheck: Recheck) -> str:
    """The reason for opening the alert again after a re-check that rose."""
    was, now = dict(recheck.before), dict(recheck.after)
    steps = {"found": "found", "active": "still take it"}
    rises = [
        f"{now[step]} {words}, {was[step]} before"
        for step, words in steps.items()
        if step in was and step in now and now[step] > was[step]
    ]
    return f"The search run again after {recheck.months} months counts more than before ({RULE}): {'; '.join(rises)}."


def _planned(state: AlertState, start: datetime, months: int) -> Recheck:
    return Recheck(months, due_after(start, months), counted_last(state))


def _standing(state: AlertState) -> list[Recheck]:
    return [one for one in state.rechecks if one.deed is not None and not one.struck]


def _of_this_round(state: AlertState) -> list[Recheck]:
    places = _places(state)
    return [one for one in _standing(state) if one.deed and _is_of_this_round(state, places, one.deed)]


def _places(state: AlertState) -> dict[str, int]:
    """Where each entry stands in the order of recording, over all logs. The entry being folded stands behind them."""
    return {line.entry: number for number, line in enumerate(state.history)}


def _place(places: dict[str, int], deed: Deed | None) -> int:
    return places.get(deed.entry, len(places)) if deed else -1


def _is_of_this_round(state: AlertState, places: dict[str, int], deed: Deed) -> bool:
    """Whether something was recorded since the work was last begun anew."""
    return state.reopened is None or not state.reopened.round_from or _place(places, deed) > state.reopened.round_from


def _is_done(state: AlertState, months: int) -> bool:
    return any(one.months == months for one in _of_this_round(state))


def _asks_search(action: ActionState) -> bool:
    return action.code == AGAIN or (action.code in SEARCHES and action.required)


def _amber(state: AlertState, data: Json) -> AlertState:
    """Amber by F28, whatever it was; what the first triage said stays among the reasons."""
    due = part(data, "due")
    limit = Due(moment(due, "at"), text(due, "from"), text(due, "why")) if due else state.due
    why = Reason("raised", text(data, "reason"), RULE, basis=text(data, "basis"), reviewed=text(data, "reviewed"))
    plain = standing.without(state, standing.OVERRIDDEN, standing.JUDGED)
    return replace(
        plain,
        rag=Priority.AMBER,
        rule=RULE,
        rules_version=text(data, "rules_version") or state.rules_version,
        due=limit,
        reasons=(*state.reasons, why),
        flags=tuple(flag for flag in state.flags if flag != "historic"),
    )


def review_code(months: int) -> str:
    """The code of the action that a rise asks for: A21.3."""
    return f"{AGAIN}.{months}"


def _is_review(action: ActionState) -> bool:
    return action.code in {review_code(months) for months in MONTHS}


def _asked(state: AlertState) -> AlertState:
    """Each rise of this round asks that the people found beyond those of before be reviewed; others ask no longer."""
    rises = {review_code(one.months): one for one in _of_this_round(state) if one.rose}
    actions = []
    for action in state.actions:
        if not _is_review(action) or action.code in rises:
            actions.append(action)
        elif action.answers:
            actions.append(replace(action, required=False))
    for code, one in rises.items():
        at = next((n for n, action in enumerate(actions) if action.code == code), None)
        words = f"Review the people that the search found after {one.months} months and not before: {difference(one)}"
        if at is not None:
            actions[at] = replace(actions[at], text=words, required=True)
            continue
        last = next((n for n, action in enumerate(actions) if action.answer is AnswerKind.SIGN_OFF), len(actions))
        actions.insert(last, ActionState(code, words, AnswerKind.DONE, state.due.at if state.due else None, True))
    closing = tuple(code for code in state.may_close if code not in map(review_code, MONTHS))
    return altered(state, actions=tuple(actions), may_close=(*closing, *rises) if closing else ())


def _answered(state: AlertState) -> AlertState:
    """The action "run the search again" is answered by the re-checks themselves."""
    finished = [one for one in state.rechecks if one.deed is not None]
    own, places = {one.deed.entry for one in finished if one.deed}, _places(state)
    actions = []
    for action in state.actions:
        if action.code == AGAIN:
            others = [answer for answer in action.answers if answer.deed.entry not in own]
            made = [_answer(one, one.deed) for one in finished if one.deed]
            both = sorted((*others, *made), key=lambda answer: _place(places, answer.deed))
            action = replace(action, answers=tuple(both))
        actions.append(action)
    return altered(state, actions=tuple(actions))


def _answer(recheck: Recheck, deed: Deed) -> Answer:
    found = dict(recheck.after).get("found")
    words = f"After {recheck.months} months. {recheck.note}".strip()
    value = NIL if found == 0 else CHECKED
    return Answer(value, deed, words, found, recheck.struck, recheck.after, search=recheck.search)
