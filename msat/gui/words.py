"""The window's sentences about alerts: priority, time limits, status, who and when. Pure functions, no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msat.clock import last_moment, london
from msat.gui import tongue
from msat.gui.dates import say_date, say_limit, say_moment, say_short_date, say_short_day, say_time
from msat.gui.tongue import later, plural, spoken, tr
from msat.projections import worklist
from msat.projections.alert_state import ActionState, AlertState, Status, needs_answer
from msat.projections.closing import closing_line, done_words
from msat.projections.ports import Row
from msat.projections.work_state import Deed
from msat.triage.model import Priority

FAMILIES = spoken(
    {
        "national-patient-safety-alert": later("National Patient Safety Alert"),
        "medicines-recall": later("Medicines recall"),
        "medicines-notification": later("Medicines notification"),
        "company-led-recall": later("Company-led recall"),
        "falsified-medicine": later("Falsified medicine"),
        "urgent-message": later("Urgent message"),
        "drug-safety-update": later("Drug Safety Update"),
        "safety-roundup": later("Safety roundup"),
        "device-safety-information": later("Device safety information"),
        "medical-device-alert": later("Medical device alert"),
        "field-safety-notices": later("Field safety notices"),
        "supply-notification": later("Supply notification"),
        "serious-shortage-protocol": later("Serious shortage protocol"),
        "letter-to-professionals": later("Letter to professionals"),
        "estates-or-it": later("Estates or IT"),
        "coroners-report": later("Coroner's report"),
        "local-notice": later("Local notice"),
        "unknown": later("Notice of an unknown kind"),
    }
)
FLAGS = spoken(
    {
        "site-closed": later("Limit on a closed day"),
        "mixed-level": later("Mixed level"),
        "needs-a-person": later("Needs a person"),
        "historic": later("Historic"),
        "withdrawn": later("Withdrawn"),
        "superseded": later("Superseded"),
        "updated": later("Updated"),
    }
)
GROUPS = spoken(
    (
        later("Overdue"),
        later("Due today"),
        later(worklist.SECOND),
        later(worklist.RECHECK),
        later("Due tomorrow"),
        later("Due in the next 7 days"),
        later("Due later"),
        later("No time limit"),
        later("Historic, review"),
        later(worklist.DEFERRED),
        later("Closed"),
    )
)
_BY_STATUS = spoken(
    {
        Status.SECOND_PERSON: later(worklist.SECOND),
        Status.RECHECK: later(worklist.RECHECK),
        Status.HISTORIC: later("Historic, review"),
        Status.DEFERRED: later(worklist.DEFERRED),
    }
)
CLOSED_STATUSES = (Status.DONE, Status.NOT_APPLICABLE, Status.SUPERSEDED)
_CALLS = spoken(
    {Priority.RED: later("act now"), Priority.AMBER: later("act in time"), Priority.GREEN: later("for information")}
)


def rag_word(rag: Priority | None) -> str:
    """`Red`, `Amber`, `Green` or `Not rated`, which is never Green."""
    return tr(rag.value.capitalize()) if rag else tr("Not rated")


def family_words(family: str) -> str:
    return FAMILIES.get(family, family.replace("-", " ").capitalize())


def flag_words(flag: str) -> str:
    return FLAGS.get(flag) or tr(flag.replace("-", " ").capitalize())


def status_words(status: Status) -> str:
    return tr(str(status.value).capitalize())


def count_words(number: int, one: str, many: str = "") -> str:
    """`1 alert`, `2 alerts`."""
    several = many or one + "s"
    return plural(number, f"{{number:,}} {one}", f"{{number:,}} {several}").format(number=number)


def days_between(moment: datetime, now: datetime) -> int:
    """Calendar days in London from `now` to `moment`; negative when it is past."""
    return (london(moment).date() - london(now).date()).days


def time_words(moment: datetime) -> str:
    """` 17:00`, or nothing for the last minute of a day, which stands for the day."""
    return "" if london(last_moment(moment)).strftime("%H:%M") == "23:59" else f" {say_time(moment)}"


def due_words(due: datetime | None, status: Status, now: datetime) -> str:
    """The time limit in a list: `Due today 17:00`, `Overdue by 2 days`, `No time limit`."""
    if due is None:
        return tr("No time limit")
    if status is Status.HISTORIC:
        return tr("Was due {last_moment}").format(last_moment=say_date(last_moment(due)))
    days = days_between(last_moment(due), now)
    if due < now and status in (*CLOSED_STATUSES, Status.RECHECK):
        return tr("Was due {last_moment}").format(last_moment=say_date(last_moment(due)))
    if due < now:
        return _overdue_words(now - due, days, due)
    return tr("Due {day_words}{time_words}").format(
        day_words=_day_words(last_moment(due), days), time_words=time_words(due)
    )


def _day_words(moment: datetime, days: int) -> str:
    if days == 0:
        return tr("today")
    if days == 1:
        return tr("tomorrow")
    return say_short_date(moment) if days < 180 else say_date(moment)


def _overdue_words(late: timedelta, days: int, due: datetime) -> str:
    if days == 0:
        return tr("Overdue since {say_time}").format(say_time=say_time(due))
    return (
        tr("Overdue by {days}").format(days=count_words(-days, "day"))
        if late < timedelta(days=90)
        else tr("Overdue since {due}").format(due=say_date(due))
    )


def group_of(row: Row, now: datetime) -> str:
    """The heading under which a list shows a row: one of GROUPS."""
    if not row.is_open:
        return tr("Closed")
    if row.status in _BY_STATUS:
        return _BY_STATUS[row.status]
    if row.due is None:
        return tr("No time limit")
    if row.due < now:
        return tr("Overdue")
    days = days_between(last_moment(row.due), now)
    if days <= 1:
        return tr("Due today") if days == 0 else tr("Due tomorrow")
    return tr("Due in the next 7 days") if days <= 7 else tr("Due later")


def grouped(rows: Sequence[Row], now: datetime) -> list[tuple[str, list[Row]]]:
    """Rows under their headings, the order within each kept as it came."""
    made: dict[str, list[Row]] = {}
    for row in rows:
        made.setdefault(group_of(row, now), []).append(row)
    return [(name, made[name]) for name in GROUPS if name in made]


def class_words(row: Row | AlertState) -> str:
    return tr("Class {alert_class}").format(alert_class=row.alert_class) if row.alert_class else ""


def row_meta(row: Row) -> str:
    """The second line of a row: what kind, which reference, which class."""
    owner = tr("For {owner}").format(owner=row.owner) if row.owner else ""
    parts = (family_words(row.family), row.reference or "", class_words(row), owner)
    return " · ".join(part for part in parts if part)


def row_status(row: Row) -> str:
    """How far it is: `Not acknowledged`, `2 of 6 answered`."""
    if row.withdrawn and row.is_open is False and row.status not in CLOSED_STATUSES:
        return tr("Withdrawn")
    if row.status is Status.DEFERRED and row.deferred_until:
        return tr("Deferred until {london}").format(london=say_short_date(london(row.deferred_until).date()))
    if row.status in (Status.IN_HAND, Status.OVERDUE) and row.actions_total:
        return tr("{actions_done} of {actions_total} answered").format(
            actions_done=row.actions_done, actions_total=row.actions_total
        )
    return status_words(row.status)


def row_due(row: Row, now: datetime) -> str:
    """When something is to be done about a row: its time limit, or since when its search is to be run again."""
    if row.status is Status.RECHECK and row.recheck_due is not None:
        return tr("Search again since {recheck_due}").format(recheck_due=say_date(row.recheck_due))
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
    asked = {action.code: _numbered(at, action) for at, action in enumerate(state.actions, 1) if needs_answer(action)}
    steps = [
        tongue.said(step) for step in state.missing if not any(step.startswith(f"answer {code} ") for code in asked)
    ]
    if asked:
        steps.append(tr("answer {codes}").format(codes=listed(list(asked.values()))))
    return tr("First: {steps}.").format(steps="; ".join(steps)) if steps else ""


def _numbered(number: int, action: ActionState) -> str:
    """An action as its card shows it: `3 (stock checked in every place)`; without a number its code stands there."""
    shown = number if number <= 9 else action.code
    return tr("{number} ({text})").format(number=shown, text=tongue.said(done_words(action)))


def closing_lines(state: AlertState) -> tuple[str, str]:
    """(`May close when: stock checked in every place; signed.`, `Missing: signed.`); one line once it is closed."""
    rule, dot, missing = closing_line(state).partition(" Missing: ")
    if not dot:
        return tongue.said(rule), ""
    asked = rule.removeprefix("May close when: ").rstrip(".")
    if asked == missing.rstrip("."):
        return tongue.said(rule), tr("Missing: all of it.")
    return tongue.said(rule), tr("Missing: {missing}").format(missing=tongue.said(missing))


def listed(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return (
        names[0]
        if len(names) == 1
        else tr("{names} and {names_2}").format(names=", ".join(names[:-1]), names_2=names[-1])
    )


def headline(state: AlertState, now: datetime) -> str:
    """The first line of the callout: `Red: act now. Finish by 17:00 today.`"""
    status = state.status(now)
    if state.withdrawn:
        return tr("{rag_word}. The publisher has withdrawn this notice.").format(rag_word=rag_word(state.rag))
    if status is Status.SUPERSEDED and state.superseded:
        return tr("{rag_word}. Superseded by {reference}.").format(
            rag_word=rag_word(state.rag), reference=state.superseded.reference or state.superseded.by
        )
    if status is Status.RECHECK and state.sign_off:
        done = say_date(state.sign_off.deed.happened)
        return tr("{rag_word}. Signed off {done}. Its search is due to be run again.").format(
            rag_word=rag_word(state.rag), done=done
        )
    if status is Status.DEFERRED and state.deferral:
        until = say_date(london(state.deferral.until).date())
        return tr("{rag_word}. Deferred until {until}. {finish_words}").format(
            rag_word=rag_word(state.rag), until=until, finish_words=finish_words(state, now)
        )
    if status is Status.DONE and state.sign_off:
        return tr("{rag_word}. Signed off {happened}.").format(
            rag_word=rag_word(state.rag), happened=say_date(state.sign_off.deed.happened)
        )
    if status is Status.NOT_APPLICABLE:
        return tr("{rag_word}. Recorded as not applicable here.").format(rag_word=rag_word(state.rag))
    if status is Status.HISTORIC:
        return f"{rag_word(state.rag)}. {finish_words(state, now)}"
    if state.rag is None:
        return tr("Not rated. No rule covers this notice: a person decides.")
    return f"{rag_word(state.rag)}: {_CALLS[state.rag]}. {finish_words(state, now)}"


def finish_words(state: AlertState, now: datetime) -> str:
    """By when, as a sentence."""
    at = state.due.at if state.due else None
    if state.ends is not None and state.has_ended(now):
        return tr("It ended on {ends}: remove what was set up for it, then sign it off.").format(
            ends=say_date(state.ends)
        )
    if at is not None and state.status(now) is Status.HISTORIC:
        return tr("The time limit, {last_moment}, had passed before it came here: review it.").format(
            last_moment=say_date(last_moment(at))
        )
    return finish_by(at, now)


def finish_by(at: datetime | None, now: datetime) -> str:
    """`Finish by 17:00 today.`, for whatever kind of organisation."""
    if at is None:
        return tr("The notice sets no time limit.")
    if at < now:
        return tr("It was to be finished by {at}.").format(at=say_limit(at))
    clock, last = time_words(at).strip(), last_moment(at)
    days = days_between(last, now)
    day = _day_words(last, days)
    if not clock:
        return tr("Finish by the end of {day}.").format(day=day)
    return (
        tr("Finish by {clock} {day}.").format(clock=clock, day=day)
        if days <= 1
        else tr("Finish by {clock} on {day}.").format(clock=clock, day=day)
    )


def by_when(at: datetime | None, now: datetime) -> str:
    """A limit in few words: `by 17:00 today`, `by Thu 26 Nov`, `was due 9 May 2023`, `no limit`."""
    if at is None:
        return tr("no limit")
    if at < now:
        return tr("was due {last_moment}").format(last_moment=say_date(last_moment(at)))
    days = days_between(last_moment(at), now)
    return f"by{time_words(at) if days <= 1 else ''} {_day_words(last_moment(at), days)}"


def size_words(size: int) -> str:
    """The size of a file for people: `812 bytes`, `24 KB`, `3.1 MB`."""
    if size < 1000:
        return tr("{size} bytes").format(size=size)
    return f"{size / 1000:.0f} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def deed_words(deed: Deed) -> str:
    """Who, in what role, when it was done; and when it was recorded, where that is another time."""
    role = f", {deed.role}" if deed.role else ""
    late = abs((deed.recorded - deed.happened).total_seconds()) > 90
    recorded = tr(" (recorded {recorded})").format(recorded=say_moment(deed.recorded)) if late else ""
    return f"{deed.by}{role}, {say_moment(deed.happened)}{recorded}"


def initials(name: str) -> str:
    """`AP` for A. Patel: what stands beside each place checked."""
    return "".join(part[0].upper() for part in name.replace(".", " ").split())


def short_moment(moment: datetime) -> str:
    """`21 Aug 09:42`."""
    return tr("{date} {time}").format(date=say_short_day(moment), time=say_time(moment))


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
    level = tr("{level} level").format(level=state.level.capitalize()) if state.level else ""
    issued = tr("Issued {issued}").format(issued=issued_words(state.issued)) if state.issued else ""
    parts = [state.reference or tr("No reference"), class_words(state), level, issued, state.company]
    return [part for part in (*parts, *_linked(state)) if part]


def _linked(state: AlertState) -> list[str]:
    """What this alert replaces, and what has replaced it."""
    replaces = listed([named.reference for named in state.supersedes]) if state.supersedes else ""
    by = state.superseded.reference or state.superseded.by if state.superseded else ""
    return [
        tr("Replaces {replaces}").format(replaces=replaces) if replaces else "",
        tr("Replaced by {by}").format(by=by) if by else "",
    ]


def ago(moment: datetime, now: datetime) -> str:
    """When a source was reached: `09:42`, `yesterday 16:05`, `9 May 2023 14:21`."""
    days = days_between(moment, now)
    if days == 0:
        return say_time(moment)
    return tr("yesterday {say_time}").format(say_time=say_time(moment)) if days == -1 else say_moment(moment)


def elsewhere_words(search: str, found: int, is_open: int) -> str:
    """What a search finds among all alerts, where the list it was typed in has none; empty when nothing does."""
    if not found:
        return ""
    closed = found - is_open
    parts = [tr("{closed:,} closed").format(closed=closed)] if closed else []
    parts += [tr("{is_open:,} open").format(is_open=is_open)] if is_open else []
    alerts, verb = ("alert", "matches") if found == 1 else ("alerts", "match")
    return tr("{parts} {alerts} {verb} “{search}” among all alerts.").format(
        parts=" and ".join(parts), alerts=alerts, verb=verb, search=search
    )
