"""What the card of an action says: how it stands, in a word and in a sentence, and until when. Builds no widget."""

from __future__ import annotations

from datetime import datetime

from msat.actions.model import AnswerKind
from msat.gui import words
from msat.gui.tongue import tr
from msat.projections.alert_state import ActionState, AlertState
from msat.projections.closing import ended


def standing_words(state: AlertState, action: ActionState) -> str:
    """The answer that stands, by whom and when, with its note."""
    if action.answer is AnswerKind.ACKNOWLEDGE and state.acknowledged:
        return tr("Acknowledged by {acknowledged}.").format(acknowledged=words.deed_words(state.acknowledged))
    if action.answer is AnswerKind.APPLIES and state.applicability:
        return _applies_words(state)
    if action.answer is AnswerKind.SIGN_OFF and state.sign_off:
        return _signed_words(state)
    standing = action.standing
    if standing is None:
        return ""
    is_given = standing.count is not None and not standing.funnel  # a search says each of its numbers itself
    count = tr(" The number given is {count:,}.").format(count=standing.count) if is_given else ""
    why = standing.unchanged_reason
    unchanged = tr(" Left unchanged because: {why}").format(why=ended(why)) if why else ""
    note = unchanged + (f" {ended(standing.note)}" if standing.note else "")
    return f"{standing.value.capitalize()}.{count} {words.deed_words(standing.deed)}.{note}"


def _applies_words(state: AlertState) -> str:
    decided = state.applicability
    if decided is None:
        return ""
    from msat.services.applies import REASONS

    verdict = tr("Applies here") if decided.applies else tr("Does not apply here")
    note = f" {ended(decided.note)}" if decided.note else ""
    second = (
        tr(" Confirmed by {confirmed}.").format(confirmed=words.deed_words(decided.confirmed))
        if decided.confirmed
        else ""
    )
    reason = REASONS.get(decided.reason, decided.reason)
    return f"{verdict}: {reason.lower()}.{note} {words.deed_words(decided.deed)}.{second}"


def _signed_words(state: AlertState) -> str:
    signed = state.sign_off
    if signed is None:
        return ""
    second = tr(" Second person: {second}.").format(second=words.deed_words(signed.second)) if signed.second else ""
    return f"“{signed.statement}” {words.deed_words(signed.deed)}.{second}"


def card_status(state: AlertState, action: ActionState) -> str:
    """One or two words: `To do`, `Yes`, `Nil`, `In part`, `Done`."""
    if action.answer is AnswerKind.ACKNOWLEDGE:
        return tr("Done") if state.acknowledged else tr("To do")
    if action.answer is AnswerKind.APPLIES:
        if state.applicability is None:
            return tr("To do")
        return tr("Yes") if state.applicability.applies else tr("Does not apply")
    if action.answer is AnswerKind.SIGN_OFF:
        if state.sign_off is None:
            return tr("To do")
        return tr("In part") if state.needs_second else tr("Done")
    return action.status.capitalize()


def due_line(state: AlertState, action: ActionState, now: datetime) -> str:
    same = state.due is not None and action.due == state.due.at
    due = words.due_words(action.due, state.status(now), now) if action.due and not same else ""
    optional = "" if action.required else tr("Recommended, not required for sign-off")
    return " · ".join(part for part in (due, optional) if part)
