"""Adds a notice that was pasted, typed or dropped: first a preview that records nothing, then the deed.

    paste | read | decide | recommend | show | record

What comes in goes through the same intake as what a source publishes. A notice that is known already, or that holds
patient identifiers, is never recorded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from msat import patient_identifiers
from msat.actions.model import RecommendedAction
from msat.actions.recommend import recommend
from msat.alerts.compare import compare
from msat.alerts.model import Alert
from msat.alerts.read import read
from msat.alerts.reference import normalise
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.feeds.paste import TYPED, TYPED_NAME, Pasted, own_path
from msat.feeds.pasted_blocks import labelled
from msat.ids import AlertKey
from msat.patient_identifiers import Finding
from msat.projections.alert_state import AlertState
from msat.projections.highlights import Highlight, all_facts, highlights
from msat.projections.ports import KnownItem
from msat.services.deeds import checked_person
from msat.services.desk import Changes, Desk, Person
from msat.services.intake import Intake, keyed
from msat.services.one_at_a_time import one_at_a_time
from msat.triage.decide import decide
from msat.triage.model import OrganisationKind, Triage

_WORD = re.compile(r"\w+")
_FRAME = frozenset(
    {"alert type", "medical specialism", "title", "alert title", "issued", "from", "published", "last updated"}
)
_FRAME_LINE = re.compile(r"(?:published|last updated)\s[0-9]{1,2}\s\w+\s[0-9]{4}", re.IGNORECASE)
_FEWEST_WORDS = 8
"""A typed line says too little to be called the same as another."""


class Outcome(StrEnum):
    """What adding would do."""

    NEW = "new"
    """An alert not known here."""
    JOINS = "joins"
    """Another page of an alert that is known."""
    REVISES = "revises"
    """A new version of what was added here before."""
    DUPLICATE = "duplicate"
    """The same words are recorded already: nothing would be recorded."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What was read, what it would get, and what adding it would do. Nothing of it is recorded."""

    item: FeedItem
    alert: Alert
    triage: Triage
    actions: tuple[RecommendedAction, ...]
    outcome: Outcome
    words: str
    """One sentence: what adding it would do."""
    joins: AlertState | None
    """The alert that it belongs to, where that is known here."""
    facts: tuple[Highlight, ...]
    """Every fact with its place, for a list."""
    highlights: tuple[Highlight, ...]
    """The same for painting the text: no two overlap."""
    identifiers: tuple[Finding, ...]
    """Patient identifiers in `alert.text`. While there are any, nothing is added."""
    remarks: tuple[str, ...]
    """What was left out and what could not be read, a sentence each."""
    differences: tuple[str, ...] = ()
    """What it says otherwise than the alert that it belongs to, a sentence each."""


def preview(desk: Desk, pasted: Pasted) -> Preview:
    """What adding this would do; records nothing. Never raises for patient identifiers: they are shown in place."""
    item, alert, known = _read(desk, pasted.item)
    state = desk.views.alert(alert.key)
    outcome, words = _outcome(desk, item, alert, state, known)
    kind = OrganisationKind(desk.record.organisation.kind)
    received = state.received if state else desk.clock.now()
    triage = decide(alert, desk.knowledge.rules, kind, received, desk.knowledge.site)
    return Preview(
        item,
        alert,
        triage,
        tuple(recommend(alert, triage, desk.knowledge.actions, kind)),
        outcome,
        words,
        state,
        all_facts(alert),
        highlights(alert),
        patient_identifiers.find_all(alert.text),
        (*pasted.remarks, *alert.unread, *_remarks(alert)),
        _differences(desk, alert, state) if outcome is not Outcome.DUPLICATE else (),
    )


@one_at_a_time
def add(desk: Desk, pasted: Pasted, person: Person) -> Changes:
    """Records the notice as a new alert, another page of a known one, or a new version; nothing for a duplicate.

    Raises Refused for patient identifiers and for a bad person, NotRecorded or RecordProblem when the record could not
    take it.
    """
    person = checked_person(person)
    item, alert, known = _read(desk, pasted.item)
    refuse_identifiers(item, alert)
    outcome, words = _outcome(desk, item, alert, desk.views.alert(alert.key), known)
    if outcome is Outcome.DUPLICATE:
        return Changes(words=words)
    intake = Intake(desk, TYPED, person, TYPED_NAME)
    intake.take(item)
    changed = intake.record()
    done = {
        Outcome.NEW: "Added {name}.",
        Outcome.JOINS: "Added what was pasted to {name}, which was known here already.",
        Outcome.REVISES: "Added a new version of {name}.",
    }[outcome]
    entries = f" Entry {intake.written[-1].seq}." if intake.written else ""
    return Changes(changed, intake.written, words=done.format(name=_name(alert)) + entries)


def refuse_identifiers(item: FeedItem, alert: Alert) -> None:
    """Raises Refused when anything that would be kept holds a patient identifier, and shows the place."""
    kept = item.raw.decode("utf-8", "replace") if not item.raw.startswith(b"%PDF-") else ""
    for where, text in (("title", item.title), ("text", alert.text), ("pasted text", kept)):
        found = patient_identifiers.find(text)
        if found is not None:
            raise Refused(
                f"The {where} seems to hold {found.what}: {place_of(found, text)}.",
                "MSAT keeps no patient data: take it out and add the rest again.",
            )


def place_of(found: Finding, text: str) -> str:
    """Where an identifier stands, for people: its line and the words around it."""
    number = text.count("\n", 0, found.start) + 1
    start = max(text.rfind("\n", 0, found.start) + 1, found.start - 40)
    end = text.find("\n", found.end)
    end = min(len(text) if end < 0 else end, found.end + 40)
    return f"line {number}, “{text[start:end].strip()}”"


def _read(desk: Desk, item: FeedItem) -> tuple[FeedItem, Alert, KnownItem | None]:
    """The item and its alert as the intake will see them, and the page they are a version of."""
    pages, alert = desk.views.known(TYPED), read(item)
    known = pages.get(item.path)
    if known is not None and known.key not in (alert.key, item.path) and alert.key != item.path:
        # Two notices that link to one page are two notices: their own numbers say so.
        item = replace(item, path=own_path(item.title, item.html))
        alert, known = read(item), pages.get(item.path)
    return item, keyed(alert, known, {}, desk.views), known


def _outcome(
    desk: Desk, item: FeedItem, alert: Alert, state: AlertState | None, known: KnownItem | None
) -> tuple[Outcome, str]:
    if known is not None and known.content == item.content_sha256():
        return Outcome.DUPLICATE, f"The same words were added here before, as {_name(alert)}: nothing is recorded."
    if state is None:
        return Outcome.NEW, f"This is a new alert, {_name(alert)}."
    number = _same_version(desk, alert, state)
    if number:
        words = f"Version {number} of {_name(alert)} says the same in the same words: nothing is recorded."
        return Outcome.DUPLICATE, words
    if known is not None:
        return Outcome.REVISES, f"This is a new version of {_name(alert)}, which was added here before."
    return Outcome.JOINS, f"{_name(alert)} is known here: this is joined to it as another page of the same alert."


def _same_version(desk: Desk, alert: Alert, state: AlertState) -> int:
    """The number of the version that says the same in the same words; 0 when there is none."""
    for version in reversed(state.versions):
        before = desk.views.notice(AlertKey(state.key), version.version)
        if before is None or _day(before) not in ("", _day(alert)):
            continue
        frame = [_words(text) for text in (alert.title, before.title, before.description) if text]
        words = _body(alert, frame)
        if len(words) >= _FEWEST_WORDS and words == _body(before, frame):
            return version.number
    return 0


def _body(alert: Alert, frame: list[list[str]]) -> list[str]:
    """The words of a notice without what frames it on a page: its title and summary, its type, the day of issue."""
    lines = [_words(line) for line in alert.text.split("\n") if not _is_frame(line)]
    return [word for line in lines if line not in frame for word in line]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _is_frame(line: str) -> bool:
    pair = labelled(line)
    return bool(pair and pair[0] in _FRAME) or bool(_FRAME_LINE.fullmatch(line))


def _day(alert: Alert) -> str:
    return alert.issued.value[:10] if alert.issued else ""


def _differences(desk: Desk, alert: Alert, state: AlertState | None) -> tuple[str, ...]:
    before = desk.views.notice(state.key) if state else None
    return tuple(difference.text for difference in compare(before, alert)) if before else ()


def _remarks(alert: Alert) -> tuple[str, ...]:
    said = []
    typed = labelled(alert.text.split("\n", 1)[0])
    if typed and typed[0] == "reference" and normalise(typed[1]) is None:
        said.append(f"“{typed[1]}” is no number of a series known here: the notice goes by its own words.")
    elif typed and typed[0] == "reference" and alert.reference and normalise(typed[1]) != alert.reference.value:
        said.append(f"The reference “{typed[1]}” is not the one in the title, {alert.reference.value}, which counts.")
    if alert.reference is None:
        said.append("No reference was found. Where it has one, type it: it joins the same alert from other sources.")
    if alert.issued is None:
        said.append("No issue date was found. Where the notice has one, type it: deadlines are counted from it.")
    return tuple(said)


def _name(alert: Alert) -> str:
    return alert.reference.value if alert.reference else f"“{alert.title}”"
