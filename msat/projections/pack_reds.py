"""The blocks of an assurance pack on its Red alerts, and the alerts judged not relevant. Pure.

Why an alert is Red is told with the notice's own words; what was done is told as it was recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msat.actions.model import AnswerKind
from msat.alerts.model import Alert, Batch
from msat.clock import say_date, say_moment
from msat.ids import AlertKey
from msat.projections.alert_state import ActionState, AlertState
from msat.projections.kpi_pairs import Identified, Pair
from msat.projections.natural_order import natural
from msat.projections.pack_material import Material, is_about_others, say_due
from msat.projections.pack_model import Fact, NotRelevant, RedAlert
from msat.projections.pack_pairs import counted, rag_of, reference_of
from msat.triage.model import Priority

BATCH_FIELDS = (
    ("Product", "product"),
    ("Batch", "number"),
    ("Expiry", "expiry"),
    ("Pack size", "pack_size"),
    ("First distributed", "first_distributed"),
    ("Livery", "livery"),
)
_BY_ITSELF = (AnswerKind.ACKNOWLEDGE, AnswerKind.APPLIES, AnswerKind.SIGN_OFF)


def reds(
    material: Material, alerts: Sequence[Identified], by_alert: Mapping[AlertKey, Sequence[Pair]]
) -> tuple[RedAlert, ...]:
    """A block for each alert of the period that any organisation rates Red, oldest first."""
    own = {state.key: state for state in material.own}
    return tuple(
        _red(material, alert, own.get(alert.key), by_alert.get(alert.key, ()))
        for alert in alerts
        if rag_of(alert) is Priority.RED
    )


def _red(material: Material, alert: Identified, state: AlertState | None, each: Sequence[Pair]) -> RedAlert:
    practices = counted(each) if is_about_others(material) else ()
    if state is None:
        return _elsewhere(alert, each, practices)
    notice = material.notice_of(state.key)
    header, affected = batch_table(notice)
    return RedAlert(
        key=state.key,
        reference=state.reference or "",
        title=state.title,
        why=tuple(_reasons(state, each)),
        due=_due(state, each),
        affected=affected,
        affected_header=header,
        done=tuple(done(state)),
        practices=practices,
        url=state.sources[0].url if state.sources else "",
        issued=_issued(state),
        withdrawn=state.withdrawn,
    )


def _elsewhere(alert: Identified, each: Sequence[Pair], practices: tuple[Fact, ...]) -> RedAlert:
    """An alert that others told of and that the own log does not hold: what is known of it is what they counted."""
    why = f"{_rating_red(each)} rate it Red. It is not in this organisation's own log."
    return RedAlert(alert.key, reference_of(alert), alert.title, (why,), _dues(each), (), practices=practices)


def _rating_red(each: Sequence[Pair]) -> str:
    found = sum(pair.facts is not None and pair.facts.rag is Priority.RED for pair in each)
    return "1 organisation" if found == 1 else f"{found} organisations"


def _reasons(state: AlertState, each: Sequence[Pair]) -> Iterable[str]:
    """The rule's reasons with the notice's words, a person's choice where there is one, and who else rates it Red."""
    for reason in state.reasons:
        words = f" In the notice: “{' '.join(reason.words.split())}”." if reason.words else ""
        basis = " Our proposal, to be approved." if reason.basis == "proposal" else ""
        yield f"{reason.rule}: {reason.text.rstrip('.')}.{words}{basis}"
    if state.override:
        rule = state.rule_rag.capitalize() if state.rule_rag else "nothing"
        yield f"{state.override.by} chose this priority; the rule said {rule}. {state.override_reason}"
    if state.rag is not Priority.RED:
        own = state.rag.capitalize() if state.rag else "not rated"
        yield f"{_rating_red(each)} rate it Red; for this organisation it is {own}."
    elif others := _as_told(each):
        yield f"Red as this organisation rates it. As the organisations that hold it rate it: {others}."


def _as_told(each: Sequence[Pair]) -> str:
    """“Amber in 10, Green in 2” where nobody who answers for themselves rates it Red; else empty."""
    found = Counter(pair.facts.rag for pair in each if pair.facts is not None)
    if not found or found[Priority.RED]:
        return ""
    names = ((Priority.AMBER, "Amber"), (Priority.GREEN, "Green"), (None, "not rated"))
    return ", ".join(f"{name} in {found[rag]}" for rag, name in names if found[rag])


def _due(state: AlertState, each: Sequence[Pair]) -> str:
    own = say_due(state.due.at) if state.due else "no time limit"
    words = f" (in the notice: “{' '.join(state.due.words.split())}”)" if state.due and state.due.words else ""
    others = {pair.facts.due for pair in each if pair.facts is not None} - {state.due.at if state.due else None}
    return f"{own}{words}" + (f"; for others {_dues(each)}" if others else "")


def _dues(each: Sequence[Pair]) -> str:
    dues = sorted({pair.facts.due for pair in each if pair.facts is not None and pair.facts.due is not None})
    if not dues:
        return "no time limit"
    return say_due(dues[0]) if len(dues) == 1 else f"{say_due(dues[0])} to {say_due(dues[-1])}"


def _issued(state: AlertState) -> str:
    if state.issued:
        try:
            day = datetime.fromisoformat(state.issued) if len(state.issued) > 10 else date.fromisoformat(state.issued)
        except ValueError:
            return state.issued
        return say_moment(day) if isinstance(day, datetime) and day.tzinfo else say_date(day)
    return say_date(state.published) if state.published else ""


def batch_table(notice: Alert | None) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The header and the rows of a notice's batches, every batch in it. Columns that are empty throughout are left
    out; a statement that all batches are affected stands first."""
    if notice is None or not (notice.batches or notice.all_batches):
        return (), ()
    batches = notice.batches
    used = [
        (head, name) for head, name in BATCH_FIELDS if name == "number" or any(getattr(one, name) for one in batches)
    ]
    rows = [tuple(_batch_value(one, name) for _head, name in used) for one in batches]
    at = next(n for n, (_head, name) in enumerate(used) if name == "number")
    for fact in notice.all_batches:
        rows.insert(0, tuple(f"“{' '.join(fact.words.split())}”" if n == at else "" for n in range(len(used))))
    return tuple(head for head, _name in used), tuple(rows)


def _batch_value(batch: Batch, name: str) -> str:
    value = " ".join(str(getattr(batch, name)).split())
    return f"{value} to {batch.through}" if name == "number" and batch.through else value


def done(state: AlertState) -> Iterable[Fact]:
    """What was decided and answered here, a line each; what was not answered is said too."""
    known = state.acknowledged
    yield Fact("Acknowledged", f"{known.by}, {say_moment(known.happened)}" if known else "not acknowledged")
    decision = state.applicability
    if decision is not None and not decision.applies:
        second = f", confirmed by {decision.confirmed.by}" if decision.confirmed else ""
        when = say_moment(decision.deed.happened)
        yield Fact("Applies here", f"no: {decision.deed.by}, {when}{second}", decision.note)
    for action in state.actions:
        if action.answer not in _BY_ITSELF and (action.required or action.standing):
            yield _answered(action)
    yield _signed(state)


def _answered(action: ActionState) -> Fact:
    answer = action.standing
    name = f"{action.code} {action.text}".strip()
    if action.status == "in part":
        checked = sum(place.is_checked for place in action.places)
        return Fact(name, f"{checked} of {len(action.places)} places checked")
    if answer is None or not action.is_answered:
        return Fact(name, "not answered")
    number = f" ({answer.count})" if answer.count is not None else ""
    funnel = ", ".join(f"{step.replace('_', ' ')} {value}" for step, value in action.funnel)
    note = ". ".join(part for part in (funnel, answer.note) if part)
    return Fact(name, f"{answer.value}{number}: {answer.deed.by}, {say_moment(answer.deed.happened)}", note)


def _signed(state: AlertState) -> Fact:
    signed = state.sign_off
    if signed is None:
        left = len(state.missing) if state.is_open else 0
        many = "1 point is" if left == 1 else f"{left} points are"
        return Fact("Signed off", "not signed off", f"{many} still to be settled." if left else "")
    second = f"; second person {signed.second.by}, {say_moment(signed.second.happened)}" if signed.second else ""
    waits = "; waits for a second person" if state.needs_second else ""
    return Fact("Signed off", f"{signed.deed.by}, {say_moment(signed.deed.happened)}{second}{waits}")


def not_relevant(material: Material) -> tuple[NotRelevant, ...]:
    """Alerts of the period judged not to apply: those of the own organisation, then of those it reports on, by name."""
    basis, own = material.basis, material.cover.ods
    ordered = sorted(basis.organisations, key=lambda one: (one.ods != own, natural(one.name), one.ods))
    return tuple(line for one in ordered if one.ods in material.noted for line in material.noted[one.ods].not_relevant)
