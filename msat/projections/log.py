"""The familiar monthly log of a period, in the fields and the order that its users know. Pure.

Every cell is text for people, made only from what was recorded; what was not done is said, never left to be guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import pairwise

from msat.alerts.model import Alert
from msat.clock import london, say_date, say_limit
from msat.ids import AlertKey
from msat.projections.alert_state import ActionState, AlertState, Status
from msat.projections.committee import local_target
from msat.projections.decisions import decisions_of, followed_words, stopped
from msat.projections.rechecks import AGAIN, difference
from msat.triage.model import Priority

NEWSLETTER = "Newsletter"
DECISION_SUPPORT = "OptimiseRx or ScriptSwitch"
SEARCH = "Practice audit or search"
OTHER = "Other"
PROPOSED = (NEWSLETTER, DECISION_SUPPORT, SEARCH, OTHER)

BY_CODE = {
    "A16": NEWSLETTER,
    "A17": NEWSLETTER,
    "A13": DECISION_SUPPORT,
    "A05": SEARCH,
    "A06": SEARCH,
    "A07": SEARCH,
    "A21": SEARCH,
    "A28": SEARCH,
}
"""Which of the four proposals an action of the catalogue is; every other one is "Other"."""

SUMMARY_LENGTH = 300

BACKGROUND = frozenset(
    {
        "background",
        "brief description of the issue",
        "brief description of the problem",
        "explanation of identified safety issue",
        "problem",
        "summary",
    }
)
"""Headings under which notices of the years since 2012 say what is wrong."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One alert in the log. The field names are the familiar ones (`FIELDS` has them in words); `priority` is ours."""

    title: str
    source_and_date: str
    summary: str
    link: str
    proposed_action: str
    action_taken: str
    status: str
    action_due_date: str
    date_completed: str
    priority: str


FIELDS = {one.name: one.name.replace("_", " ").capitalize() for one in fields(LogRow)}
"""The heading of each field, in order: "Title", "Source and date" ... "Date completed", "Priority"."""


def log(
    states: Iterable[AlertState],
    from_day: date,
    to_day: date,
    now: datetime,
    notice_of: Callable[[AlertKey], Alert | None],
) -> list[LogRow]:
    """The alerts received from `from_day` to `to_day`, both included, London days, oldest first."""
    chosen = [state for state in states if from_day <= london(state.received).date() <= to_day]
    chosen.sort(key=lambda state: (state.received, state.key))
    return [log_row(state, notice_of(state.key), now) for state in chosen]


def log_row(state: AlertState, notice: Alert | None, now: datetime) -> LogRow:
    """The row of one alert as it stands at the moment `now`."""
    status = state.status(now)
    return LogRow(
        title=state.title,
        source_and_date=source_and_date(state),
        summary=summary(state, notice),
        link=state.sources[0].url if state.sources else "",
        proposed_action="\n".join(proposed(state.actions)),
        action_taken="\n".join(taken(state)),
        status=status_words(state, status),
        action_due_date=_due(state),
        date_completed=_completed(state, status),
        priority=state.rag.capitalize() if state.rag else "Not rated",
    )


def source_and_date(state: AlertState) -> str:
    """Who told of it and when it was issued, else published, else received here."""
    names = ", ".join(dict.fromkeys(source.called for source in state.sources)) or "Source not recorded"
    return f"{names}, {_issued(state)}"


def summary(state: AlertState, notice: Alert | None) -> str:
    """What the notice is about, in its own words where it says so: description, background, else its advice."""
    if notice is None:
        return _cut(_facts(state))
    advice = notice.professional_advice.words if notice.professional_advice else ""
    return _cut(notice.description or _background(notice) or advice or _first_sentence(notice) or _facts(state))


def _background(notice: Alert) -> str:
    """The first line under the heading that tells what is wrong."""
    for heading, line in pairwise(_lines(notice)):
        if heading.rstrip(":").casefold() in BACKGROUND:
            return line
    return ""


def _first_sentence(notice: Alert) -> str:
    """The first line that is prose: no heading, no action line, no table row."""
    return next((line for line in _lines(notice) if line.endswith(".") and len(line.split()) > 3), "")


def proposed(actions: Iterable[ActionState]) -> tuple[str, ...]:
    """Which of the four familiar proposals the required actions come to, in their order."""
    wanted = {BY_CODE.get(action.code.partition(".")[0], OTHER) for action in actions if action.required}
    return tuple(name for name in PROPOSED if name in wanted)


def taken(state: AlertState) -> tuple[str, ...]:
    """What was done, a line an action: "A04 Quarantine the stock: yes (3), A. Patel, 21 November 2026"."""
    ran_again = any(one.deed and not one.struck for one in state.rechecks)
    lines = (_taken(action) for action in state.actions if not (ran_again and action.code == AGAIN))
    return (*(line for line in lines if line), *_arranged(state)) or ("Nothing recorded yet",)


def _arranged(state: AlertState) -> Iterable[str]:
    """What is in decision support, what was discussed, what a search found when it was run again, what was agreed."""
    for support in state.decision_support:
        if not support.struck:
            whose = "national message" if support.is_national else "message"
            yield f"{support.system}: {whose} {support.message}, live since {_day(support.live)}"
    for decision in decisions_of(state):
        met = decision.met
        minute = f", minute {met.minute}" if met.minute else ""
        said = f"Discussed at {met.meeting}, {_day(met.on)}{minute}: {met.outcome_words}"
        yield f"{stopped(said)} {followed_words(decision)}" if met.owner else said
    for again in state.rechecks:
        if again.deed and not again.struck:
            who = f"{again.deed.by}, {say_date(again.deed.happened)}"
            yield f"Search run again after {again.months} months: {difference(again)}, {who}"
    if state.plan:
        yield f"Agreed locally by {state.plan.by}: {state.plan.rag.capitalize()}. {' '.join(state.plan.actions)}"


def _day(iso: str) -> str:
    try:
        return say_date(date.fromisoformat(iso))
    except ValueError:
        return iso


def status_words(state: AlertState, status: Status) -> str:
    """The status, with a deferral's day, reason and approver, and a withdrawal said beside it."""
    words = status.value.capitalize()
    if status is Status.DEFERRED and state.deferral:
        one = state.deferral
        words = f"Deferred until {say_date(one.until)} ({one.reason.rstrip('.')}; approver {one.approver})"
    if state.is_superseded and state.superseded:
        words = f"{words}; replaced by {state.superseded.reference or state.superseded.by}"
    return f"{words}; withdrawn by the publisher" if state.withdrawn else words


def _taken(action: ActionState) -> str:
    answer = action.standing
    name = f"{action.code} {action.text}".strip()
    if action.status == "in part":
        checked = sum(place.is_checked for place in action.places)
        return f"{name}: {checked} of {len(action.places)} places checked"
    if answer is None or not action.is_answered:
        return ""
    number = f" ({answer.count})" if answer.count is not None else ""
    return f"{name}: {answer.value}{number}, {answer.deed.by}, {say_date(answer.deed.happened)}"


def _issued(state: AlertState) -> str:
    if state.issued:
        try:
            moment = datetime.fromisoformat(state.issued)
        except ValueError:
            return state.issued
        return say_date(moment if moment.tzinfo else moment.date())
    if state.published:
        return say_date(state.published)
    return f"received {say_date(state.received)}"


def _due(state: AlertState) -> str:
    own = say_limit(state.due.at) if state.due and state.due.at else "No time limit in the notice"
    target = local_target(state)
    return f"{own}; local target {say_date(target)}" if target else own


def _completed(state: AlertState, status: Status) -> str:
    """The day it was done by everybody it needed; empty until then."""
    signed, decision = state.sign_off, state.applicability
    if status is Status.NOT_APPLICABLE and decision:
        return say_date((decision.confirmed or decision.deed).happened)
    if status not in (Status.DONE, Status.RECHECK) or signed is None:
        return ""
    last = signed.second if signed.second and state.rag is Priority.RED else signed.deed
    return say_date(last.happened)


def _facts(state: AlertState) -> str:
    kind = state.family.replace("-", " ").capitalize()
    parts = [f"Class {state.alert_class}" if state.alert_class else "", kind]
    parts += [f"{state.level} level" if state.level else "", state.company]
    return ", ".join(part for part in parts if part)


def _lines(notice: Alert) -> Iterable[str]:
    return (line.strip() for line in notice.text.splitlines() if line.strip())


def _cut(text: str) -> str:
    """At most `SUMMARY_LENGTH` characters, ended between two words. A dose or a number is never cut in half."""
    plain = " ".join(text.split())
    if len(plain) <= SUMMARY_LENGTH:
        return plain
    return plain[:SUMMARY_LENGTH].rpartition(" ")[0].rstrip(" ,;:") + " …"
