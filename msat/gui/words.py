"""The window's sentences about alerts: priority, time limits, status, who and when. Pure functions, no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msat.clock import last_moment, london, say_date, say_limit, say_moment, say_short_date, say_time
from msat.projections import worklist
from msat.projections.alert_state import AlertState, Status, needs_answer
from msat.projections.closing import closing_line
from msat.projections.ports import Row
from msat.projections.work_state import Deed
from msat.triage.model import Priority

FAMILIES = {
    "national-patient-safety-alert": "National Patient Safety Alert",
    "medicines-recall": "Medicines recall",
    "medicines-notification": "Medicines notification",
    "company-led-recall": "Company-led recall",
    "falsified-medicine": "Falsified medicine",
    "urgent-message": "Urgent message",
    "drug-safety-update": "Drug Safety Update",
    "safety-roundup": "Safety roundup",
    "device-safety-information": "Device safety information",
    "medical-device-alert": "Medical device alert",
    "field-safety-notices": "Field safety notices",
    "supply-notification": "Supply notification",
    "serious-shortage-protocol": "Serious shortage protocol",
    "letter-to-professionals": "Letter to professionals",
    "estates-or-it": "Estates or IT",
    "coroners-report": "Coroner's report",
    "local-notice": "Local notice",
    "unknown": "Notice of an unknown kind",
}
FLAGS = {
    "mixed-level": "Mixed level",
    "needs-a-person": "Needs a person",
    "historic": "Historic",
    "withdrawn": "Withdrawn",
    "superseded": "Superseded",
    "updated": "Updated",
}
GROUPS = (
    "Overdue",
    "Due today",
    worklist.SECOND,
    worklist.RECHECK,
    "Due tomorrow",
    "Due in the next 7 days",
    "Due later",
    "No time limit",
    "Historic, review",
    worklist.DEFERRED,
    "Closed",
)
_BY_STATUS = {
    Status.SECOND_PERSON: worklist.SECOND,
    Status.RECHECK: worklist.RECHECK,
    Status.HISTORIC: "Historic, review",
    Status.DEFERRED: worklist.DEFERRED,
}
CLOSED_STATUSES = (Status.DONE, Status.NOT_APPLICABLE, Status.SUPERSEDED)
_CALLS = {Priority.RED: "act now", Priority.AMBER: "act in time", Priority.GREEN: "for information"}


def rag_word(rag: Priority | None) -> str:
    """`Red`, `Amber`, `Green` or `Not rated`, which is never Green."""
    return rag.value.capitalize() if rag else "Not rated"


def family_words(family: str) -> str:
    return FAMILIES.get(family, family.replace("-", " ").capitalize())


def flag_words(flag: str) -> str:
    return FLAGS.get(flag, flag.replace("-", " ").capitalize())


def status_words(status: Status) -> str:
    return str(status.value).capitalize()


def count_words(number: int, one: str, many: str = "") -> str:
    """`1 alert`, `2 alerts`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def days_between(moment: datetime, now: datetime) -> int:
    """Calendar days in London from `now` to `moment`; negative when it is past."""
    return (london(moment).date() - london(now).date()).days


def time_words(moment: datetime) -> str:
    """` 17:00`, or nothing for the last minute of a day, which stands for the day."""
    return "" if london(last_moment(moment)).strftime("%H:%M") == "23:59" else f" {say_time(moment)}"


def due_words(due: datetime | None, status: Status, now: datetime) -> str:
    """The time limit in a list: `Due today 17:00`, `Overdue by 2 days`, `No time limit`."""
    if due is None:
        return "No time limit"
    if status is Status.HISTORIC:
        return f"Was due {say_date(last_moment(due))}"
    days = days_between(last_moment(due), now)
    if due < now and status in (*CLOSED_STATUSES, Status.RECHECK):
        return f"Was due {say_date(last_moment(due))}"
    if due < now:
        return _overdue_words(now - due, days, due)
    return f"Due {_day_words(last_moment(due), days)}{time_words(due)}"


def _day_words(moment: datetime, days: int) -> str:
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    return say_short_date(moment) if days < 180 else say_date(moment)


def _overdue_words(late: timedelta, days: int, due: datetime) -> str:
    if days == 0:
        return f"Overdue since {say_time(due)}"
    return f"Overdue by {count_words(-days, 'day')}" if late < timedelta(days=90) else f"Overdue since {say_date(due)}"


def group_of(row: Row, now: datetime) -> str:
    """The heading under which a list shows a row: one of GROUPS."""
    if not row.is_open:
        return "Closed"
    if row.status in _BY_STATUS:
        return _BY_STATUS[row.status]
    if row.due is None:
        return "No time limit"
    if row.due < now:
        return "Overdue"
    days = days_between(last_moment(row.due), now)
    if days <= 1:
        return "Due today" if days == 0 else "Due tomorrow"
    return "Due in the next 7 days" if days <= 7 else "Due later"


def grouped(rows: Sequence[Row], now: datetime) -> list[tuple[str, list[Row]]]:
    """Rows under their headings, the order within each kept as it came."""
    made: dict[str, list[Row]] = {}
    for row in rows:
        made.setdefault(group_of(row, now), []).append(row)
    return [(name, made[name]) for name in GROUPS if name in made]


def class_words(row: Row | AlertState) -> str:
    return f"Class {row.alert_class}" if row.alert_class else ""


def row_meta(row: Row) -> str:
    """The second line of a row: what kind, which reference, which class."""
    owner = f"For {row.owner}" if row.owner else ""
    parts = (family_words(row.family), row.reference or "", class_words(row), owner)
    return " · ".join(part for part in parts if part)


def row_status(row: Row) -> str:
    """How far it is: `Not acknowledged`, `2 of 6 answered`."""
    if row.withdrawn and row.is_open is False and row.status not in CLOSED_STATUSES:
        return "Withdrawn"
    if row.status is Status.DEFERRED and row.deferred_until:
        return f"Deferred until {say_short_date(london(row.deferred_until).date())}"
    if row.status in (Status.IN_HAND, Status.OVERDUE) and row.actions_total:
        return f"{row.actions_done} of {row.actions_total} answered"
    return status_words(row.status)


def row_due(row: Row, now: datetime) -> str:
    """When something is to be done about a row: its time limit, or since when its search is to be run again."""
    if row.status is Status.RECHECK and row.recheck_due is not None:
        return f"Search again since {say_date(row.recheck_due)}"
    return due_words(row.due, row.status, now)


def row_sentence(row: Row, now: datetime) -> str:
    """The whole row as a screen reader says it."""
    parts = [
        rag_word(row.rag),
        row.title,
        row_meta(row),
        row_due(row, now),
        row_status(row),
        *(flag_words(flag) for flag in row.flags),
    ]
    return ". ".join(part for part in parts if part) + "."


def missing_words(state: AlertState) -> str:
    """What stands between here and sign-off, in one line; empty when nothing does."""
    codes = [action.code for action in state.actions if needs_answer(action)]
    steps = [step for step in state.missing if not any(step.startswith(f"answer {code} ") for code in codes)]
    if codes:
        steps.append(f"answer {listed(codes)}")
    return f"First: {'; '.join(steps)}." if steps else ""


def closing_lines(state: AlertState) -> tuple[str, str]:
    """(`May close when: stock checked in every place; signed.`, `Missing: signed.`); one line once it is closed."""
    rule, dot, missing = closing_line(state).partition(" Missing: ")
    if not dot:
        return rule, ""
    asked = rule.removeprefix("May close when: ").rstrip(".")
    if asked == missing.rstrip("."):
        return rule, "Missing: all of it."
    return rule, f"Missing: {missing}"


def listed(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def headline(state: AlertState, now: datetime) -> str:
    """The first line of the callout: `Red: act now. Finish by 17:00 today.`"""
    status = state.status(now)
    if state.withdrawn:
        return f"{rag_word(state.rag)}. The publisher has withdrawn this notice."
    if status is Status.SUPERSEDED and state.superseded:
        return f"{rag_word(state.rag)}. Superseded by {state.superseded.reference or state.superseded.by}."
    if status is Status.RECHECK and state.sign_off:
        done = say_date(state.sign_off.deed.happened)
        return f"{rag_word(state.rag)}. Signed off {done}. Its search is due to be run again."
    if status is Status.DEFERRED and state.deferral:
        until = say_date(london(state.deferral.until).date())
        return f"{rag_word(state.rag)}. Deferred until {until}. {finish_words(state, now)}"
    if status is Status.DONE and state.sign_off:
        return f"{rag_word(state.rag)}. Signed off {say_date(state.sign_off.deed.happened)}."
    if status is Status.NOT_APPLICABLE:
        return f"{rag_word(state.rag)}. Recorded as not applicable here."
    if status is Status.HISTORIC:
        return f"{rag_word(state.rag)}. {finish_words(state, now)}"
    if state.rag is None:
        return "Not rated. No rule covers this notice: a person decides."
    return f"{rag_word(state.rag)}: {_CALLS[state.rag]}. {finish_words(state, now)}"


def finish_words(state: AlertState, now: datetime) -> str:
    """By when, as a sentence."""
    at = state.due.at if state.due else None
    if state.ends is not None and state.has_ended(now):
        return f"It ended on {say_date(state.ends)}: remove what was set up for it, then sign it off."
    if at is not None and state.status(now) is Status.HISTORIC:
        return f"The time limit, {say_date(last_moment(at))}, had passed before it came here: review it."
    return finish_by(at, now)


def finish_by(at: datetime | None, now: datetime) -> str:
    """`Finish by 17:00 today.`, for whatever kind of organisation."""
    if at is None:
        return "The notice sets no time limit."
    if at < now:
        return f"It was to be finished by {say_limit(at)}."
    clock, last = time_words(at).strip(), last_moment(at)
    days = days_between(last, now)
    day = _day_words(last, days)
    if not clock:
        return f"Finish by the end of {day}."
    return f"Finish by {clock} {day}." if days <= 1 else f"Finish by {clock} on {day}."


def by_when(at: datetime | None, now: datetime) -> str:
    """A limit in few words: `by 17:00 today`, `by Thu 26 Nov`, `was due 9 May 2023`, `no limit`."""
    if at is None:
        return "no limit"
    if at < now:
        return f"was due {say_date(last_moment(at))}"
    days = days_between(last_moment(at), now)
    return f"by{time_words(at) if days <= 1 else ''} {_day_words(last_moment(at), days)}"


def size_words(size: int) -> str:
    """The size of a file for people: `812 bytes`, `24 KB`, `3.1 MB`."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def deed_words(deed: Deed) -> str:
    """Who, in what role, when it was done; and when it was recorded, where that is another time."""
    role = f", {deed.role}" if deed.role else ""
    late = abs((deed.recorded - deed.happened).total_seconds()) > 90
    recorded = f" (recorded {say_moment(deed.recorded)})" if late else ""
    return f"{deed.by}{role}, {say_moment(deed.happened)}{recorded}"


def initials(name: str) -> str:
    """`AP` for A. Patel: what stands beside each place checked."""
    return "".join(part[0].upper() for part in name.replace(".", " ").split())


def short_moment(moment: datetime) -> str:
    """`21 Aug 09:42`."""
    wall = london(moment)
    return f"{wall.day} {wall:%b} {wall:%H:%M}"


def issued_words(issued: str | None) -> str:
    """The date of issue as the notice gives it, for people."""
    if not issued:
        return ""
    try:
        moment = datetime.fromisoformat(issued.replace("Z", "+00:00"))
    except ValueError:
        return issued
    return say_moment(moment) if moment.tzinfo and "T" in issued else say_date(moment.date())


def facts_line(state: AlertState) -> list[str]:
    """The facts under the title."""
    level = f"{state.level.capitalize()} level" if state.level else ""
    issued = f"Issued {issued_words(state.issued)}" if state.issued else ""
    parts = [state.reference or "No reference", class_words(state), level, issued, state.company]
    return [part for part in (*parts, *_linked(state)) if part]


def _linked(state: AlertState) -> list[str]:
    """What this alert replaces, and what has replaced it."""
    replaces = listed([named.reference for named in state.supersedes]) if state.supersedes else ""
    by = state.superseded.reference or state.superseded.by if state.superseded else ""
    return [f"Replaces {replaces}" if replaces else "", f"Replaced by {by}" if by else ""]


def ago(moment: datetime, now: datetime) -> str:
    """When a source was reached: `09:42`, `yesterday 16:05`, `9 May 2023 14:21`."""
    days = days_between(moment, now)
    if days == 0:
        return say_time(moment)
    return f"yesterday {say_time(moment)}" if days == -1 else say_moment(moment)


def elsewhere_words(search: str, found: int, is_open: int) -> str:
    """What a search finds among all alerts, where the list it was typed in has none; empty when nothing does."""
    if not found:
        return ""
    closed = found - is_open
    parts = [f"{closed:,} closed"] if closed else []
    parts += [f"{is_open:,} open"] if is_open else []
    alerts, verb = ("alert", "matches") if found == 1 else ("alerts", "match")
    return f"{' and '.join(parts)} {alerts} {verb} “{search}” among all alerts."
