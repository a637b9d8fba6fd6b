"""What stands of the deeds on an alert as a whole: acknowledgement, decision, signatures, a person's priority. Pure.

The deeds are kept in order, and what stands follows from all of them; so taking one out that was entered in error
brings back what it had covered.
"""

from __future__ import annotations

from dataclasses import replace
from operator import is_

from msat.actions.model import AnswerKind
from msat.projections.alert_state import ActionState, AlertState, Answer, Applicability, Said, SignOff
from msat.projections.altered import altered
from msat.projections.closing import SECOND_PERSON
from msat.projections.turns import first_word, in_turn, last_word
from msat.projections.values import deed_of, flag, priority, same_person, text, texts
from msat.projections.work_state import Deed, Judged
from msat.record.entries import Entry, Json
from msat.triage.model import Priority

ACKNOWLEDGED = "alert.acknowledged"
DECIDED = "applicability.decided"
SIGNED = "alert.signed_off"
OVERRIDDEN = "priority.overridden"
JUDGED = "alert.judged"
CHOICES = (OVERRIDDEN, JUDGED)
"""By which a person chooses the priority; the last one stands."""
TYPES = frozenset({ACKNOWLEDGED, DECIDED, SIGNED, *CHOICES})


def add(state: AlertState, entry: Entry, data: Json) -> AlertState:
    """`state` with the deed of `entry`."""
    if entry.type in CHOICES and priority(data) is None:
        return state
    said = reworded(Said(entry.type, deed_of(entry), rag=state.rag), data)
    return settled(altered(state, said=(*state.said, said)))


def reworded(said: Said, data: Json) -> Said:
    """`said` with what `data` says in its place. A signature keeps the priority that it was given under."""
    if said.type == SIGNED:
        return replace(said, reason=text(data, "statement"))
    return replace(
        said,
        applies=flag(data, "applies"),
        reason=text(data, "reason"),
        note=text(data, "note"),
        rag=(priority(data) or said.rag) if said.type in CHOICES else None,
        flags=texts(data, "flags"),
        local_rule=text(data, "local_rule"),
    )


def without(state: AlertState, *types: str) -> AlertState:
    """`state` without the deeds of these types."""
    return settled(replace(state, said=tuple(one for one in state.said if one.type not in types)))


def outdated(state: AlertState, why: str, keeps_priority: bool) -> AlertState:
    """`state` in which no decision of the review list settles anything any more, and `why`. It stays shown.

    Without `keeps_priority` a person's priority goes too: the rule's is more urgent than the one it was chosen over.
    """
    said = []
    for one in state.said:
        if one.type == JUDGED:
            one = replace(one, stale=one.stale or why, rag=one.rag if keeps_priority else None)
        if keeps_priority or one.type != OVERRIDDEN:
            said.append(one)
    return settled(replace(state, said=tuple(said)))


def settled(state: AlertState) -> AlertState:
    """`state` with what stands of its deeds."""
    of = {kind: [one for one in state.said if one.type == kind] for kind in TYPES}
    chosen = [one for one in state.said if one.type in CHOICES and one.rag is not None]
    state = _rated(state, last_word(chosen, _deed))
    # The first acknowledgement counts, for time to acknowledge is measured to it.
    acknowledged, judged = first_word(of[ACKNOWLEDGED], _deed), last_word(of[JUDGED], _deed)
    return altered(
        state,
        acknowledged=acknowledged.deed if acknowledged else None,
        applicability=_decision(in_turn(of[DECIDED], _deed)),
        sign_off=_signatures(of[SIGNED], SECOND_PERSON in state.may_close or state.rule_rag is Priority.RED),
        judged=_judged(judged) if judged else None,
    )


def _deed(said: Said) -> Deed:
    return said.deed


def _judged(said: Said) -> Judged:
    return Judged(said.flags, str(said.rag or ""), said.reason, said.deed, said.local_rule, said.stale)


def own_answers(state: AlertState) -> AlertState:
    """The actions "acknowledge", "decide" and "sign off" answered by the deeds themselves."""
    actions = tuple(_follow(action, state) for action in state.actions)
    unchanged = all(map(is_, actions, state.actions))  # mostly so, and a state is large to copy
    return state if unchanged else altered(state, actions=actions)


def _decision(decisions: list[Said]) -> Applicability | None:
    stands: Applicability | None = None
    for one in decisions:
        stands = _joined(stands, Applicability(one.applies, one.reason, one.note, one.deed))
    return stands


def _joined(before: Applicability | None, new: Applicability) -> Applicability:
    """The last decision stands; "does not apply" said again by another person confirms the first."""
    if before is None or before.applies or new.applies:
        return new
    if not same_person(before.deed.by, new.deed.by):
        return before if before.confirmed else replace(before, confirmed=new.deed)
    return before if before.confirmed and before.reason == new.reason else new


def _signatures(signatures: list[Said], by_two: bool) -> SignOff | None:
    """The first signature and, on a Red or where two are wanted all the same, the first after it by another person."""
    if not signatures:
        return None
    first, *later = signatures
    counted = (s for s in later if s.rag is Priority.RED or by_two)
    others = (s.deed for s in counted if not same_person(s.deed.by, first.deed.by))
    return SignOff(first.deed, first.reason, next(others, None))


def _rated(state: AlertState, chosen: Said | None) -> AlertState:
    rule = state.rule_rag if state.override else state.rag
    if chosen is None and state.override is None and state.rule_rag is None and not state.override_reason:
        return state
    if chosen is None:
        return replace(state, rag=rule, rule_rag=None, override=None, override_reason="")
    return replace(state, rag=chosen.rag, rule_rag=rule, override=chosen.deed, override_reason=chosen.reason)


def _follow(action: ActionState, state: AlertState) -> ActionState:
    decision, signed = state.applicability, state.sign_off
    if action.answer is AnswerKind.ACKNOWLEDGE:
        answer = Answer("yes", state.acknowledged) if state.acknowledged else None
    elif action.answer is AnswerKind.APPLIES:
        value = "yes" if decision and decision.applies else "no"
        answer = Answer(value, decision.deed, decision.note) if decision else None
    elif action.answer is AnswerKind.SIGN_OFF:
        answer = Answer("yes", signed.deed, signed.statement) if signed else None
    else:
        return action
    answers = (answer,) if answer else ()
    return action if action.answers == answers else replace(action, answers=answers)
