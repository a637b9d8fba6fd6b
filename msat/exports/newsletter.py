"""Newsletter items: one an alert, in the field's block order, from facts and the rule's words only.

Makes no clinical claim of its own: advice is the notice's, quoted. Too long an item loses whole sentences, never part
of one, never a batch number, never what to tell patients.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from msat.actions.model import AnswerKind
from msat.alerts.model import Alert
from msat.clock import say_limit
from msat.exports.document import Run, Runs
from msat.exports.plain_text import one_line
from msat.exports.wording import issued_words, kind_words
from msat.projections.alert_state import ActionState, AlertState
from msat.projections.closing import ended
from msat.projections.newsletter_draft import Length
from msat.record.organisation import Organisation
from msat.triage.model import Priority

MOST_WORDS = {Priority.RED: 80, Priority.AMBER: 80, Priority.GREEN: 35, None: 35}
MOST_SHORT, MOST_FULL = 35, 200
MOST_ACTIONS = 3
MOST_SENTENCES = 6
"""Of the summary and of the advice to patients, in the full length."""
# What readers must do comes first; acknowledging, signing and office work are not news.
NEWS = (
    *("A03", "A04", "A06", "A08", "A07", "A09", "A10", "A15", "A26", "A27"),
    *("A28", "A05", "A11", "A22", "A13", "A12", "A18", "A29", "A30"),
)
WHO = {
    "gp-practice": "GP practices",
    "dispensing-practice": "Dispensing practices",
    "pcn": "Practices of the network",
    "community-pharmacy": "Pharmacies",
    "committee": "Medicines teams",
}
DEVICES = ("device-safety-information", "medical-device-alert", "field-safety-notices")
MEDICINES = (
    "national-patient-safety-alert",
    "medicines-recall",
    "medicines-notification",
    "company-led-recall",
    "falsified-medicine",
    "drug-safety-update",
    "supply-notification",
    "serious-shortage-protocol",
    "letter-to-professionals",
)
DO_NOT_STOP = "Patients should not stop a medicine without advice."
NO_REFERENCE = "No reference number"
_OWN = (AnswerKind.ACKNOWLEDGE, AnswerKind.APPLIES, AnswerKind.SIGN_OFF)


@dataclass(frozen=True, slots=True)
class Item:
    """An alert chosen for the newsletter. `help` is local help (search name, contact), left out when there is none."""

    state: AlertState
    notice: Alert | None
    help: str = ""
    who: str = ""
    """Whom it asks to act; empty: the kind of the organisation that writes."""
    order: tuple[str, ...] = ()
    """Codes of the actions that are news for its readers, the weightiest first; empty: NEWS."""
    length: Length = Length.STANDARD


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One alert in the newsletter, as it will read."""

    rag: Priority | None
    group: str
    headline: str
    who: str
    due: str
    actions: tuple[str, ...]
    batches: str
    why: tuple[str, ...]
    patients: tuple[str, ...]
    help: str
    reference: str
    url: str

    @property
    def length(self) -> int:
        """Words of the body. Headline, batch numbers and reference line are not counted."""
        return sum(
            len(text.split()) for text in (self.who, self.due, *self.actions, *self.why, *self.patients, self.help)
        )


CLOSED = "Closed or superseded"
GROUPS = ("Red: act now", "Amber: act", "Green: for information", "Not rated", "Supply", "Devices", CLOSED)


def in_order(items: Iterable[NewsItem]) -> tuple[NewsItem, ...]:
    """Reds first, what is closed last; within a group as they came."""
    return tuple(sorted(items, key=lambda item: GROUPS.index(item.group)))


def make_item(alert: Item, organisation: Organisation, as_at: datetime) -> NewsItem:
    """One item, brought to length."""
    state, notice = alert.state, alert.notice
    most = MOST_SENTENCES if alert.length is Length.FULL else 2
    item = NewsItem(
        rag=state.rag,
        group=_group(state),
        headline=headline(state, notice),
        who=alert.who or WHO.get(organisation.kind, "Practices"),
        due=_due(state, as_at),
        actions=() if _group(state) == CLOSED else _actions(state, alert.order or NEWS),
        batches=_batches(notice),
        why=_why(state, notice, most),
        patients=_patients(state, notice, most),
        help=one_line(alert.help),
        reference=_reference(state, notice),
        url=state.sources[0].url if state.sources else "",
    )
    return fitted(item, alert.length)


def _group(state: AlertState) -> str:
    if state.withdrawn or "superseded" in state.flags or "withdrawn" in state.flags:
        return CLOSED
    if state.family in DEVICES:
        return "Devices"
    if state.family in ("supply-notification", "serious-shortage-protocol"):
        return "Supply"
    named = {Priority.RED: "Red: act now", Priority.AMBER: "Amber: act", Priority.GREEN: "Green: for information"}
    return named[state.rag] if state.rag else "Not rated"


_KIND = re.compile(
    r"^(?:class\s+\d\s+medicines?\s+[\w\s-]*?|company[ -]led\s+[\w\s-]*?|national patient safety alert):\s*", re.I
)


def headline(state: AlertState, notice: Alert | None) -> str:
    """`Class 2 recall, patient level: product strength form (active), company`."""
    products = list(dict.fromkeys(_product(p.name, p.active_ingredient) for p in notice.products)) if notice else []
    company = one_line(state.company)
    if products:
        subject = "; ".join(products)
    else:
        subject = _KIND.sub("", one_line(state.title))
        subject = subject.removesuffix(state.reference or "").rstrip(" ,;:-–(")
    if company and company.casefold() not in subject.casefold():
        subject = f"{subject}, {company}"
    kind = kind_words(state)
    return subject if subject.casefold().startswith(kind.casefold()) else f"{kind}: {subject}"


def _product(name: str, active: str) -> str:
    """The name as printed, with the active ingredient where the name does not hold it."""
    name, active = one_line(name), one_line(active)
    return f"{name} ({active})" if active and active.casefold() not in name.casefold() else name


def _due(state: AlertState, as_at: datetime) -> str:
    """By when; of a limit already past it is said that it was."""
    if not state.due or not state.due.at:
        return ""
    return f"{'by' if state.due.at >= as_at else 'limit was'} {say_limit(state.due.at)}"


def _actions(state: AlertState, news: Sequence[str]) -> tuple[str, ...]:
    wanted = {action.code: action for action in state.actions if action.answer not in _OWN}
    order = ("A08", *news) if state.level == "patient" and "A08" in news else news
    # A26 is answered number by number: A26.1, A26.2 ...
    chosen: Sequence[ActionState] = [action for code in dict.fromkeys(order) for action in _of_code(wanted, code)]
    return tuple(one_line(action.text).rstrip(".") for action in chosen[:MOST_ACTIONS])


def _of_code(wanted: dict[str, ActionState], code: str) -> list[ActionState]:
    numbered = [action for name, action in wanted.items() if name.startswith(f"{code}.") and name[4:].isdigit()]
    return [wanted[code]] if code in wanted else numbered


def _batches(notice: Alert | None) -> str:
    if notice is None:
        return ""
    rows = [_batch(b.number, b.through, b.expiry) for b in notice.batches]
    return "; ".join(dict.fromkeys([*rows, *(one_line(fact.words) for fact in notice.all_batches)]))


def _batch(number: str, through: str, expiry: str) -> str:
    name = f"{number} to {through}" if through else number
    return f"{name} (expiry {expiry})" if expiry else name


def _why(state: AlertState, notice: Alert | None, most: int = 2) -> tuple[str, ...]:
    """One or two sentences: the publisher's summary, else the rule's reason."""
    said = sentences(notice.description) if notice else ()
    if said:
        return said[:most]
    base = next((reason.text for reason in state.reasons if reason.kind == "base"), "")
    return tuple(sentence for sentence in sentences(base) if not _RATING.match(sentence))[:most]


_RATING = re.compile(r"(?:Red|Amber|Green) for (?:an? )?[\w\s-]+\.$")
"""The rule's sentence that only repeats the priority, which stands beside it as a mark."""


def _patients(state: AlertState, notice: Alert | None, most: int = 2) -> tuple[str, ...]:
    """What the notice tells patients, and that they should not stop unless it says stop."""
    advice = sentences(notice.patient_advice.words) if notice and notice.patient_advice else ()
    stops = [sentence for sentence in advice if says_stop(sentence)]
    chosen = advice[:most] if most > 2 else tuple(stops[:2]) or advice[:2]
    told = tuple(f"“{sentence}”" for sentence in chosen)
    everything = notice.text if notice else ""
    if state.family not in MEDICINES or stops or any(map(says_stop, sentences(everything))):
        return told
    return told if any(_forbids_stopping(sentence) for sentence in chosen) else (*told, DO_NOT_STOP)


_STOP = re.compile(
    r"\b(stop|discontinue|cease|do not (?:take|use|continue)|must not (?:take|use)|should not (?:take|use))\b", re.I
)
_SUPPLY = re.compile(r"\bstop (?:supply|dispens|issu|distribut|sell|prescri)", re.I)
_NOT = re.compile(r"(?:\b(?:not|never|nor|without|unless|before)|n['’]t)\b[^.]{0,40}\b(?:stop|discontinue|cease)", re.I)


def says_stop(sentence: str) -> bool:
    """Whether a sentence tells somebody to stop taking or using something. "Do not stop" does not; nor does
    "stop supplying", which speaks to those who hold stock."""
    return bool(_STOP.search(sentence)) and not _SUPPLY.search(sentence) and not _forbids_stopping(sentence)


def _forbids_stopping(sentence: str) -> bool:
    return bool(_NOT.search(sentence))


_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(])")
_SHORT = re.compile(r"\b(?:Ltd|No|Dr|e\.g|i\.e|approx|vs|St|Co|Inc|mg|ml)\.$")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, whole. A point after an abbreviation does not end one."""
    found: list[str] = []
    for part in _SENTENCE.split(one_line(text)):
        if found and _SHORT.search(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        elif part:
            found.append(part)
    return tuple(found)


def _reference(state: AlertState, notice: Alert | None) -> str:
    source = state.sources[0].called if state.sources else ""
    parts = [state.reference or NO_REFERENCE, issued_words(state), source]
    if notice and notice.supersedes:
        parts.append(f"replaces {', '.join(fact.value for fact in notice.supersedes)}")
    if state.is_superseded and state.superseded:
        parts.append(f"replaced by {state.superseded.reference or state.superseded.by}")
    if state.withdrawn:
        parts.append(f"withdrawn by its publisher: {one_line(state.withdrawn)}")
    return ", ".join(one_line(part) for part in parts if part)


def most_words(rag: Priority | None, length: Length) -> int:
    """How many words an item may have."""
    return {Length.SHORT: MOST_SHORT, Length.FULL: MOST_FULL}.get(length, MOST_WORDS[rag])


def fitted(item: NewsItem, length: Length = Length.STANDARD) -> NewsItem:
    """Drops whole sentences until the item is short enough: the last of the why, the third action, the why, the second
    action. What to do first and what to tell patients always stay."""
    most = most_words(item.rag, length)
    if length is Length.SHORT:
        item = replace(item, why=())
    while item.length > most and len(item.why) > 2:
        item = replace(item, why=item.why[:-1])
    steps: tuple[Callable[[NewsItem], NewsItem], ...] = (
        lambda now: replace(now, why=now.why[:1]),
        lambda now: replace(now, actions=now.actions[:2]),
        lambda now: replace(now, why=()),
        lambda now: replace(now, actions=now.actions[:1]),
    )
    for step in steps:
        if item.length > most:
            item = step(item)
    return item


def action_runs(item: NewsItem) -> Runs:
    """`Action: dispensing practices, by 22 August 2026 14:21: check …; quarantine …`."""
    if not item.actions:
        return (Run("Action: ", bold=True), Run("none asked of you by this notice; for information."))
    due = f", {item.due}" if item.due else ""
    if len(item.actions) == 1:
        listed = item.actions[0]
    else:
        listed = " ".join(f"({number}) {ended(text)}" for number, text in enumerate(item.actions, start=1)).rstrip(".")
    return (Run("Action: ", bold=True), Run(f"{item.who}{due}: ", bold=True), Run(ended(listed)))
