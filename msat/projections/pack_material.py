"""What an assurance pack is worked out from, and what one organisation's own states add to it. Plain values; pure.

`services/pack_reading.py` reads it from the record as at a cut; `pack.py` works the pack out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msat.alerts.model import Alert
from msat.clock import london, say_date, say_limit
from msat.ids import AlertKey
from msat.projections.alert_state import ActionState, AlertState, Status
from msat.projections.applicability import reason_words
from msat.projections.cut import LogCut
from msat.projections.kpi_model import Basis
from msat.projections.pack_model import Cover, Exceptional, Fact, Late, NotRelevant, SourceLine
from msat.triage.model import Priority

HARM = "A19"
"""The action that asks for a report of harm: Yellow Card, DMRC, LFPSE (domain notes, the list of actions)."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What one organisation recorded that is told line by line, beside what is counted."""

    deferred: tuple[Exceptional, ...] = ()
    harm: tuple[Exceptional, ...] = ()
    not_relevant: tuple[NotRelevant, ...] = ()
    asks_harm: int = 0
    """Of how many alerts of the period a report of harm is asked (A19)."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a pack is worked out from, as at its cut."""

    cover: Cover
    basis: Basis
    own: tuple[AlertState, ...]
    """The own organisation's states at the cut, whatever their age."""
    notice_of: Callable[[AlertKey], Alert | None]
    """The notice behind an own alert, as it was known at the cut."""
    logs: tuple[LogCut, ...]
    noted: Mapping[str, Noted] = field(default_factory=dict)
    """By ODS code."""
    sources: tuple[SourceLine, ...] = ()
    cautions: tuple[str, ...] = ()
    """Sentences on what may be missing, as they stood when the pack was prepared."""
    rules: tuple[Fact, ...] = ()
    late: tuple[Late, ...] = ()
    clocks: tuple[Exceptional, ...] = ()
    """Clocks that went back or jumped, in the period."""
    withheld: int = 0
    """Entries of the cut whose text is not here: withheld, or erased where the law demands it."""
    last_recorded: Mapping[str, datetime] = field(default_factory=dict)
    """By ODS code: when the newest entry held of it was recorded (UTC)."""
    responses: Mapping[str, str] = field(default_factory=dict)
    """By ODS code: what has come of an organisation outside the limits."""


def is_about_others(material: Material) -> bool:
    """Whether anybody but the own organisation is asked: a committee's pack, even over one practice."""
    return any(one.is_asked and one.ods != material.cover.ods for one in material.basis.organisations)


def noted(ods: str, name: str, states: Iterable[AlertState], cover: Cover, only_red: bool = False) -> Noted:
    """What the states of one organisation say line by line, as at the cut-off of `cover`.

    Of alerts judged not relevant those received in its period; with `only_red`, for very many organisations, the Reds.
    """
    deferred: list[Exceptional] = []
    harm: list[Exceptional] = []
    not_relevant: list[NotRelevant] = []
    asks_harm = 0
    who = f"{name} ({ods})"
    for state in sorted(states, key=lambda one: (one.received, one.key)):
        if state.received > cover.cut_off:
            continue
        deferred += _deferred(state, who, cover.cut_off)
        harm += _harm(state, who)
        in_period = cover.first <= london(state.received).date() <= cover.last
        asks_harm += in_period and any(_is_harm(action) for action in state.actions)
        if in_period and (state.rag is Priority.RED or not only_red):
            not_relevant += _not_relevant(state, who)
    return Noted(tuple(deferred), tuple(harm), tuple(not_relevant), asks_harm)


def _is_harm(action: ActionState) -> bool:
    return action.code.partition(".")[0] == HARM


def short_name(state: AlertState) -> str:
    """“EL(26)A/37: Class 2 Medicines Recall …” cut to what a line holds, between words."""
    return called(state.reference or "", state.title)


def called(reference: str, title: str, longest: int = 300) -> str:
    """A reference with its title, the reference not said twice. Titles that name a medicine are far shorter than the
    `longest` that is shown; a longer one is cut between two words."""
    plain = " ".join(title.split())
    if reference:
        plain = plain.replace(f"({reference})", "").replace(reference, "").strip(" ,;:–-")
    if len(plain) > longest:
        plain = plain[:longest].rpartition(" ")[0].rstrip(" ,;:") + " …"
    return f"{reference}: {plain}" if reference and plain else reference or plain


def _deferred(state: AlertState, who: str, cut_off: datetime) -> Iterable[Exceptional]:
    if state.status(cut_off) is Status.DEFERRED and state.deferral:
        one = state.deferral
        yield Exceptional(
            f"{short_name(state)}: put off",
            who,
            f"until {say_date(one.until)}",
            f"Approver {one.approver}. {one.reason}".strip(),
            state.rag,
        )
    elif state.deferral_asked and state.is_open:
        one = state.deferral_asked
        yield Exceptional(
            f"{short_name(state)}: a deferral waits for its approver",
            who,
            f"until {say_date(one.until)}",
            f"{one.approver} has not recorded it. {one.reason}".strip(),
            state.rag,
        )


def _harm(state: AlertState, who: str) -> Iterable[Exceptional]:
    for action in state.actions:
        answer = action.standing
        if _is_harm(action) and answer is not None and answer.value == "yes":
            number = f" ({answer.count})" if answer.count is not None else ""
            yield Exceptional(
                f"{short_name(state)}: reported{number}",
                who,
                f"on {say_date(answer.deed.happened)}",
                f"{HARM} answered yes by {answer.deed.by}. {answer.note}".strip(),
                state.rag,
            )


def _not_relevant(state: AlertState, who: str) -> Iterable[NotRelevant]:
    decision = state.applicability
    if decision is None or decision.applies:
        return
    by = f"{decision.deed.by}, {say_date(decision.deed.happened)}, {who}"
    if decision.confirmed:
        by = f"{decision.deed.by} and {decision.confirmed.by}, {say_date(decision.confirmed.happened)}, {who}"
    elif state.needs_second:
        by = f"{by}; a second person has not confirmed it"
    why = ". ".join(part.rstrip(".") for part in (reason_words(decision.reason), decision.note) if part)
    yield NotRelevant(state.reference or "", state.title, by, why, state.rag)


def say_due(moment: datetime | None) -> str:
    """A deadline in words."""
    return say_limit(moment) if moment else "no time limit"
