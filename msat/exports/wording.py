"""The words that exports share: what an alert is called, who did what when. Facts as recorded, nothing added."""

from __future__ import annotations

from datetime import date, datetime

from msat.clock import say_date, say_limit, say_moment, say_time
from msat.exports.document import Run, Runs, is_web_address, plain
from msat.exports.plain_text import one_line
from msat.projections.alert_state import AlertState, Status
from msat.projections.work_state import Deed
from msat.triage.model import Priority

FAMILIES = {
    "national-patient-safety-alert": "National Patient Safety Alert",
    "medicines-recall": "recall",
    "medicines-notification": "notification",
    "company-led-recall": "company-led recall",
    "falsified-medicine": "falsified medicine alert",
    "urgent-message": "urgent message",
    "drug-safety-update": "safety update",
    "safety-roundup": "safety roundup",
    "device-safety-information": "device safety information",
    "medical-device-alert": "medical device alert",
    "field-safety-notices": "field safety notices",
    "supply-notification": "supply notification",
    "serious-shortage-protocol": "serious shortage protocol",
    "letter-to-professionals": "letter to professionals",
    "estates-or-it": "estates or IT notice",
    "coroners-report": "coroner's report",
    "local-notice": "local notice",
}
ORGANISATIONS = {
    "gp-practice": "GP practice",
    "dispensing-practice": "dispensing practice",
    "pcn": "primary care network",
    "community-pharmacy": "community pharmacy",
    "committee": "committee",
}


APPLIES_BECAUSE = {
    "held": "Held or supplied here",
    "prescribed": "Prescribed to patients here",
    "may-affect": "May affect patients here",
    "not-held": "Not held or supplied here",
    "not-prescribed": "Not prescribed here",
    "not-our-setting": "For another kind of organisation",
    "already-covered": "Already covered by an earlier alert",
    "other": "For another reason",
}
"""What the reason codes of `applicability.decided` say; a code that is not here is shown as it was recorded."""


def kind_words(state: AlertState) -> str:
    """`Class 2 recall, patient level`. "National Patient Safety Alert" only for one."""
    family = FAMILIES.get(state.family, "notice")
    if state.family == "national-patient-safety-alert":
        words = family
    elif state.alert_class:
        words = f"Class {state.alert_class} {family}"
    else:
        words = family[0].upper() + family[1:]
    return f"{words}, {state.level} level" if state.level else words


def issued_words(state: AlertState) -> str:
    """The date of issue as the notice gives it; else when it was published; else empty."""
    if state.issued:
        return say_given(state.issued)
    return say_date(state.published) if state.published else ""


def say_given(text: str) -> str:
    """An ISO date or time as people write it; anything else as it stands."""
    try:
        if len(text) <= 10:
            return say_date(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return say_moment(moment) if moment.tzinfo else say_date(moment.date())


def who(deed: Deed) -> str:
    """`Demo Pharmacist (pharmacist)`."""
    return f"{deed.by} ({deed.role})" if deed.role else deed.by


def when(deed: Deed) -> str:
    """When it was done, and when it was recorded where that is another minute."""
    done, recorded = say_moment(deed.happened), say_moment(deed.recorded)
    if done == recorded:
        return done
    same_day = say_date(deed.happened) == say_date(deed.recorded)
    return f"{done}, recorded {say_time(deed.recorded) if same_day else recorded}"


def where(deed: Deed) -> str:
    """The entry it stands in."""
    return f"entry {deed.seq}"


def link_run(url: str, text: str = "") -> Run:
    """A link where the address is an https one, else plain text."""
    shown = text or url
    return Run(shown, link=url) if is_web_address(url) else Run(shown)


def quoted(text: str) -> str:
    """Words of the notice in quotation marks, on one line."""
    return f"“{one_line(text, 600)}”"


def status_words(state: AlertState, as_at: datetime) -> str:
    """Progress in words."""
    status = state.status(as_at)
    return str(status.value)[0].upper() + str(status.value)[1:]


def urgency(state: AlertState, as_at: datetime) -> Runs:
    """What the priority asks: by when, and where that comes from."""
    due = state.due
    if state.rag is None:
        return plain("no rule has rated this; a person must decide.")
    waits = state.is_open and state.status(as_at) is not Status.HISTORIC
    act = {Priority.RED: "act now; ", Priority.AMBER: "act; ", Priority.GREEN: "for information; "}[state.rag]
    if due is None or due.at is None:
        why = f" ({due.why.rstrip('.')})" if due and due.why else ""
        return plain(f"{act if waits else ''}no time limit{why}.")
    limit = "finish by" if waits else "its time limit was" if due.at < as_at else "its time limit is"
    return plain(f"{act if waits else ''}{limit} {say_limit(due.at)} ({due.why.rstrip('.')}).")
