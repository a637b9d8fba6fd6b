"""The closing rule: when an alert may be signed off, and what is missing until then, in one line. Pure.

A rule may say which answers it waits for (`may_close`: codes of actions, and `second-person`); without such a list
every required action is waited for. Acknowledging and deciding always come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msat.actions.model import AnswerKind
from msat.triage.model import Priority

if TYPE_CHECKING:
    from msat.projections.alert_state import ActionState, AlertState

SECOND_PERSON = "second-person"
"""In a closing rule: a second person signs, whatever the priority."""
NATIONAL = "A26"
_OWN = (AnswerKind.ACKNOWLEDGE, AnswerKind.APPLIES, AnswerKind.SIGN_OFF)
_DONE = {
    "A03": "stock checked in every place",
    "A04": "stock quarantined and returned, or nil",
    "A05": "dispensing records checked",
    "A06": "search run",
    "A07": "people found reviewed",
    "A08": "patients contacted",
    "A09": "replacement prescribed",
    "A10": "new starts stopped",
    "A11": "monitoring booked",
    "A12": "clinical team told",
    "A13": "decision-support message settled",
    "A14": "formulary, template or protocol changed",
    "A15": "devices and users found",
    "A16": "newsletter item written",
    "A17": "notice passed on",
    "A18": "patient information given",
    "A19": "report made",
    "A20": "taken to committee",
    "A21": "search run again",
    "A22": "supply plan made",
    "A23": "escalated",
    "A24": "each branch confirmed",
    "A26": "each national action answered",
    "A27": "barcode or label mix-up checked",
    "A28": "hospital-only medicines on record checked",
    "A29": "every item of the roundup matched",
    "A30": "list of field safety notices screened",
}
"""What an action is once it is done, by its code in the catalogue."""


def ended(text: str) -> str:
    """`text` with one full stop at its end: words quoted from a notice may bring their own."""
    return text if text.rstrip("”’\"'").endswith((".", "?", "!")) else f"{text}."


def done_words(action: ActionState) -> str:
    """What an action is once it is done: a few words for a line that names several."""
    return _words(action)


def needs_answer(action: ActionState) -> bool:
    """Whether an action is answered by the person (not by acknowledging, deciding or signing) and still waits."""
    return action.required and action.answer not in _OWN and not action.is_answered


def asked(state: AlertState) -> tuple[ActionState, ...]:
    """The actions that sign-off waits for: those of the closing rule, else every required one."""
    own = [action for action in state.actions if action.answer not in _OWN]
    codes = [code for code in state.may_close if code != SECOND_PERSON]
    if codes:
        return tuple(action for action in own if action.code in codes or _whole(action) in codes)
    return tuple(action for action in own if action.required)


def needs_two(state: AlertState) -> bool:
    """Whether two people close it: a Red, a closing rule that says so, or a Red lowered by the very person who closes.

    Lowering a Red takes one person and a reason; were that person then to close it alone, one person would have closed
    a Red.
    """
    return state.rag is Priority.RED or SECOND_PERSON in state.may_close or is_lowered_by_closer(state)


def is_lowered_by_closer(state: AlertState) -> bool:
    """Whether the person who signed first, or judged that it does not apply, had lowered it from the rule's Red."""
    decision = state.applicability
    closer = decision.deed if decision is not None and not decision.applies else None
    closer = closer or (state.sign_off.deed if state.sign_off else None)
    if closer is None or state.override is None or state.rule_rag is not Priority.RED or state.rag is Priority.RED:
        return False
    return _name(state.override.by) == _name(closer.by)


def _name(name: str) -> str:
    """A person's name as it is compared: case and spacing aside."""
    return " ".join(name.split()).casefold()


def is_level_undecided(state: AlertState) -> bool:
    """The level and the text of the notice disagree (E02), and nobody has chosen the priority yet.

    A decision of the review list no longer answers that once the notice has changed in a way that matters.
    """
    if "mixed-level" not in state.flags:
        return False
    chosen, judged = state.override, state.judged
    return chosen is None or bool(judged and judged.stale and judged.deed.entry == chosen.entry)


def is_refused_here(state: AlertState) -> bool:
    """Judged not to apply here, by as many people as it needs."""
    decision = state.applicability
    return decision is not None and not decision.applies


def missing(state: AlertState) -> tuple[str, ...]:
    """What stands between here and sign-off, in words; empty when it may be signed off or nothing is to be signed."""
    if is_refused_here(state):
        return ()
    gaps: list[str] = []
    if not state.acknowledged:
        gaps.append("acknowledge it")
    if not state.applicability:
        gaps.append("decide whether it applies")
    gaps += [f"answer {a.code} {a.text}" for a in asked(state) if not a.is_answered]
    return tuple(gaps)


def closing_line(state: AlertState) -> str:
    """When it may close and what is missing, in one line; what closed it, once it is closed."""
    closed = _closed(state)
    if closed:
        return closed
    items = _items(state)
    rule = "; ".join(words for words, _done in items)
    left = [words for words, done in items if not done]
    said = f"Missing: {'; '.join(left)}." if left else "Nothing is missing."
    return f"May close when: {rule}. {said}"


def _closed(state: AlertState) -> str:
    if state.is_superseded:
        by = state.superseded.reference or state.superseded.by if state.superseded else "another alert"
        return f"Closed: superseded by {by}."
    if is_refused_here(state) and state.applicability:
        by = state.applicability.deed.by
        why = "because it is Red" + ("" if state.rag is Priority.RED else " by its rule")
        waits = f" Missing: a second person confirms it, {why}." if state.needs_second else ""
        return f"Closed as not applicable by {by}.{waits}"
    if state.sign_off is None:
        return ""
    if state.needs_second:
        return f"Signed off by {state.sign_off.deed.by}. Missing: a second person signs."
    two = f" and {state.sign_off.second.by}" if state.sign_off.second else ""
    return f"Closed: signed off by {state.sign_off.deed.by}{two}."


def _items(state: AlertState) -> list[tuple[str, bool]]:
    """Each condition in words, and whether it is met."""
    decided = state.applicability is not None
    items = [("acknowledged", state.acknowledged is not None), ("decided whether it applies", decided)]
    if "mixed-level" in state.flags:
        items.append(("priority chosen, because level and text disagree", not is_level_undecided(state)))
    done: dict[str, bool] = {}
    for action in asked(state):
        words = _words(action)
        done[words] = done.get(words, True) and action.is_answered
    items += done.items()
    items.append(("signed by two people" if needs_two(state) else "signed", False))
    return items


def _words(action: ActionState) -> str:
    words = action.text.rstrip(".")
    return _DONE.get(_whole(action)) or words[:1].lower() + words[1:]


def _whole(action: ActionState) -> str:
    """The national actions are answered one by one (A26.3) and are one condition; else the action's own code."""
    return NATIONAL if action.code.startswith(f"{NATIONAL}.") else action.code
