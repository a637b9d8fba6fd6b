"""A decision of the review list as a draft of a local rule: notices like this one, with the person's priority.

Writes into the draft only; what is in force changes when the draft is adopted (`tailor_adopt`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from msat.actions.pack import Pack, write_entry
from msat.alerts.model import Alert, Family
from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.services import deeds
from msat.services.desk import Desk
from msat.services.tailor_drafts import DRAFT, begin_draft, read_draft, read_text, save_text, try_on
from msat.services.tailor_load import shipped_of
from msat.triage.model import Priority
from msat.triage.overlay import Entry
from msat.triage.overlay_limits import carries_class
from msat.triage.rules import pattern

# Words that stand in most titles, and so tell no two notices apart.
_COMMON_WORDS = """
about action advice alert capsules class company dear defect device drug following healthcare important information
injection letter limited medical medicine medicines national notice notification patient patients potential powder
product products professionals recall release risk safety solution strength suspension tablets update updated urgent
with from that this their
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_WORD = re.compile(r"[^\W\d_]{4,}(?:-[^\W\d_]{3,})*")
_MOST_WORDS = 3
_MOST_RULES = 99


def rule_from_decision(desk: Desk, state: AlertState, rag: Priority, reason: str) -> str:
    """Writes into the draft a local rule for notices like `state`, rated `rag` because of `reason`; returns its id.

    It fits notices of the same family whose titles say the same distinctive words. Raises Refused when a shipped rule
    that fits is more urgent, for a local rule stands beside the shipped ones and never lowers them.
    """
    reason = deeds.required_text(reason, "reason")
    _refuse_lowering(desk, state, rag)
    path = begin_draft(desk)
    draft, text = read_draft(desk), read_text(path)
    notice = desk.views.notice(state.key)
    entry = _entry(desk, state, notice, rag, reason, _free_id(draft))
    try_on(desk, _with(draft, entry), DRAFT)
    save_text(desk, f"{text.rstrip()}\n\n{write_entry('rule', 'id', entry)}")
    return entry.id


def _with(draft: Pack, entry: Entry) -> Pack:
    return replace(draft, rules=(*draft.rules, entry))


def _refuse_lowering(desk: Desk, state: AlertState, rag: Priority) -> None:
    shipped = next((r for r in shipped_of(desk).rules.rules if r.id == state.rule), None)
    rated = state.rule_rag if state.override else state.rag
    order = (Priority.GREEN, Priority.AMBER, Priority.RED)
    if shipped is not None and rated is not None and order.index(rag) < order.index(rated):
        raise Refused(
            f"Rule {state.rule} rates {deeds.name_of(state)} {rated.capitalize()}, and a local rule beside it cannot "
            f"lower that.",
            f"Change rule {state.rule} itself in the draft, with the reason: msatctl rules edit-path.",
        )


def _free_id(draft: Pack) -> str:
    taken = {entry.id for entry in draft.rules}
    free = next((f"L{n:02}" for n in range(1, _MOST_RULES + 1) if f"L{n:02}" not in taken), None)
    if free is None:
        raise Refused(f"The draft holds {_MOST_RULES} local rules already.", "Take out those that no longer serve.")
    return free


def _entry(desk: Desk, state: AlertState, notice: Alert | None, rag: Priority, reason: str, id_: str) -> Entry:
    family = state.family if state.family in set(Family) else Family.UNKNOWN.value
    when: dict[str, object] = {"families": [family], "says_in_title": [title_pattern(state.title, notice)]}
    if state.alert_class is not None and str(state.alert_class) in "1234":
        when["classes"] = [str(state.alert_class)]
    fields = {
        "name": f"Like {deeds.name_of(state)}"[:120],
        "when": when,
        "priority": str(rag),
        "limit": _limit(desk, family, rag),
        "actions": _codes(desk, state),
        "reason": reason,
    }
    return Entry(id_, f"Decided on {deeds.name_of(state)}: {reason}"[:500], fields)


def _limit(desk: Desk, family: str, rag: Priority) -> dict[str, object]:
    """The class's own limit where the family has classes; else 48 hours for a Red, which is what Red means."""
    if carries_class(shipped_of(desk).rules, family):
        return {"from": "class"}
    return {"from": "family", "hours": 48} if rag is Priority.RED else {"from": "none"}


def _codes(desk: Desk, state: AlertState) -> list[str]:
    """The actions asked for, numbered national ones as one."""
    known = desk.knowledge.actions.actions
    codes = dict.fromkeys(action.code.partition(".")[0] for action in state.actions)
    asked = [code for code in codes if code in known]
    return asked or ["A01", "A02", "A25"]


def title_pattern(title: str, notice: Alert | None = None) -> str:
    """A pattern for titles like this one: the product's own words if the title has them, else its distinctive ones."""
    named = {word.casefold() for product in (notice.products if notice else ()) for word in _WORD.findall(product.name)}
    words = list(dict.fromkeys(w.casefold() for w in _WORD.findall(title) if w.casefold() not in _COMMON))
    chosen = [word for word in words if word in named][:_MOST_WORDS] or words[:_MOST_WORDS]
    made = ".{0,200}".join(rf"\b{re.escape(word)}\b" for word in chosen)
    if made and pattern(made).search(title):
        return made
    return re.escape(" ".join(title.split())[:200]) or r"\w"
