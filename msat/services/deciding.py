"""Decides what a notice means here, and says it as an entry keeps it: with all that is needed to decide again.

Used by whatever records `alert.triaged`, so that each such entry names the rules, the site and the moments that it was
decided with. `rerun` reads them back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from msat import __version__
from msat.actions.closing import closing, may_close
from msat.actions.recommend import recommend
from msat.actions.stored import StoredBase, encode, encode_notice
from msat.alerts.model import Alert
from msat.clock import stamp
from msat.ids import Sha256
from msat.projections.alert_state import AlertState
from msat.services.desk import Desk
from msat.triage.decide import decide
from msat.triage.lower import lowered
from msat.triage.model import OrganisationKind, Triage


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a decision rests on beside the notice, the rules and the site. Times in UTC."""

    kind: OrganisationKind
    received: datetime
    changed: datetime | None = None
    """From when counted limits run, where the notice has changed in a way that matters (E01)."""
    earlier: datetime | None = None
    """The limit that a version before set, where the issuer has put it back since (E13)."""


def circumstances(desk: Desk, state: AlertState | None, changed: datetime | None = None) -> Circumstances:
    """Those of an alert decided on now: when what matters in it was received, and the limit of its version before."""
    kind = OrganisationKind(desk.record.organisation.kind)
    received = desk.clock.now()
    if state and changed == state.counted_from:  # nothing new that matters: as old as what mattered last
        received = max((v.recorded for v in state.versions if v.material), default=state.received)
    return Circumstances(kind, received, changed, _earlier(state))


def _earlier(state: AlertState | None) -> datetime | None:
    """The first limit of the notice that is known here: a later one of the same notice has put it back."""
    if state is None or state.due is None or state.due.from_ != "notice":
        return None
    return state.due.extended_from or state.due.at


def decided(desk: Desk, alert: Alert, why: Circumstances) -> tuple[Triage, dict[str, Any]]:
    """The decision by the knowledge of this desk, and the data of its entry but for the files it rests on."""
    knowledge = desk.knowledge
    triage = decide(alert, knowledge.rules, why.kind, why.received, knowledge.site, why.changed, why.earlier)
    data = triage_data(alert, triage, desk, why.kind)
    data["kind"] = why.kind.value
    data["nation"] = knowledge.site.nation
    data["received"] = stamp(why.received)
    data["counted_from"] = stamp(why.changed) if why.changed else None
    data["if_not_held"] = _if_not_held(desk, alert, triage, why)
    data["earlier_limit"] = stamp(why.earlier) if why.earlier else None
    return triage, data


def _if_not_held(desk: Desk, alert: Alert, triage: Triage, why: Circumstances) -> dict[str, Any] | None:
    """What a recorded "not held" or "not prescribed" would lower it to; None where nothing may lower it."""
    after = lowered(triage, alert, desk.knowledge.rules, why.kind, why.received, changed=why.changed)
    if after is triage or after.priority is None:
        return None
    reason = after.reasons[-1]
    return {
        "rag": after.priority.value,
        "text": reason.text,
        "rule": reason.rule,
        "basis": reason.basis,
        "reviewed": reason.reviewed,
    }


def keep_base(desk: Desk) -> Sha256:
    """Stores the rules, the actions and the site in force, once for each version of them, and names the file."""
    knowledge = desk.knowledge
    return desk.files.put(encode(StoredBase(knowledge.rules, knowledge.actions, knowledge.site, __version__)))


def keep_notice(desk: Desk, alert: Alert) -> Sha256:
    """Stores a notice that was decided on and is not its stored version alone, and names the file."""
    return desk.files.put(encode_notice(alert))


def with_base(desk: Desk, base: StoredBase) -> Desk:
    """A desk that knows what was in force then. It shares the record: nothing may be recorded with it."""
    knowledge = replace(desk.knowledge, rules=base.rules, actions=base.actions, site=base.site)
    return replace(desk, knowledge=knowledge)


def triage_data(alert: Alert, triage: Triage, desk: Desk, kind: OrganisationKind) -> dict[str, Any]:
    """A triage and its actions as plain values: what was true that day."""
    rules, catalogue = desk.knowledge.rules, desk.knowledge.actions
    actions = closing(recommend(alert, triage, catalogue, kind), triage, rules, catalogue, kind)
    due = triage.due
    return {
        "rag": str(triage.priority) if triage.priority else None,
        "rule": triage.rule,
        "rules_version": triage.rules_version,
        "flags": list(triage.flags),
        "due": {
            "at": stamp(due.at) if due.at else None,
            "from": due.from_,
            "why": due.why,
            "words": due.words,
            "extended_from": stamp(due.extended_from) if due.extended_from else None,
            "last_open": due.last_open.isoformat() if due.last_open else None,
        },
        "reasons": [
            {
                "kind": r.kind,
                "text": r.text,
                "rule": r.rule,
                "words": r.words,
                "where": str(r.where),
                "basis": r.basis,
                "reviewed": r.reviewed,
            }
            for r in triage.reasons
        ],
        "actions": [
            {
                "code": a.code,
                "text": a.text,
                "answer": str(a.answer),
                "due": stamp(a.due) if a.due else None,
                "help": a.help,
                "words": a.words,
                "places": list(a.places),
                "required": a.required,
            }
            for a in actions
        ],
        "may_close": list(may_close(actions, triage, rules, kind)),
    }
