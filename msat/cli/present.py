"""The JSON of the command line (design section 11): stable names, plain values. Text for people is in `words.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msat.alerts.model import Alert
from msat.cli.local_words import local_json
from msat.clock import stamp
from msat.projections.alert_state import ActionState, AlertState
from msat.projections.items import Matched
from msat.projections.ports import Row
from msat.projections.work_state import Deed
from msat.record.verification import Verification


def row_json(row: Row) -> dict[str, Any]:
    """One object of `list --json`."""
    return {
        "key": row.key,
        "reference": row.reference,
        "title": row.title,
        "family": row.family,
        "class": row.alert_class,
        "level": row.level,
        "issued": row.issued,
        "received": stamp(row.received),
        "rag": str(row.rag) if row.rag else None,
        "status": str(row.status),
        "deadline": stamp(row.due) if row.due else None,
        "actions_done": row.actions_done,
        "actions_total": row.actions_total,
        "flags": list(row.flags),
        "owner": row.owner or None,
        "deputy": row.deputy or None,
        "acknowledged": row.acknowledged,
        "deferred_until": stamp(row.deferred_until) if row.deferred_until else None,
        "recheck_due": stamp(row.recheck_due) if row.recheck_due else None,
        "changed": stamp(row.changed) if row.changed else None,
        "withdrawn": row.withdrawn,
        "sources": [{"source": source, "url": url} for source, url in row.sources],
        "url": row.sources[0][1] if row.sources else None,
    }


def alert_json(
    state: AlertState, notice: Alert | None, now: datetime, matched: Sequence[Matched] = ()
) -> dict[str, Any]:
    """The object of `show --json`. `matched` are the items of a list, held against what is known here."""
    return {
        "key": state.key,
        "reference": state.reference,
        "title": state.title,
        "family": state.family,
        "class": state.alert_class,
        "level": state.level,
        "issued": state.issued,
        "published": stamp(state.published) if state.published else None,
        "received": stamp(state.received),
        "rag": str(state.rag) if state.rag else None,
        "status": str(state.status(now)),
        "deadline": stamp(state.due.at) if state.due and state.due.at else None,
        "deadline_from": {
            "from": state.due.from_,
            "why": state.due.why,
            "words": state.due.words,
            "extended_from": stamp(state.due.extended_from) if state.due.extended_from else None,
            "last_open": state.due.last_open.isoformat() if state.due.last_open else None,
        }
        if state.due
        else None,
        "withdrawn": state.withdrawn or None,
        "supersedes": [{"reference": n.reference, "words": n.words} for n in state.supersedes],
        "superseded": _superseded(state),
        "sources": [{"source": s.source, "url": s.url, "title": s.title, "path": s.path} for s in state.sources],
        "url": state.sources[0].url if state.sources else None,
        "facts": _facts(notice),
        "batches": _batches(notice),
        "items": _items(matched),
        "unread": list(notice.unread) if notice else [],
        "triage": _triage(state),
        "actions": [_action(action) for action in state.actions],
        "missing": list(state.missing),
        "versions": [
            {
                "number": v.number,
                "version": v.version,
                "source": v.source,
                "recorded": stamp(v.recorded),
                "changes": list(v.changes),
                "material": v.material,
            }
            for v in state.versions
        ],
        **local_json(state),
        "history": [
            {
                "seq": line.seq,
                "log": line.log,
                "entry": line.entry,
                "type": line.type,
                "recorded": stamp(line.recorded),
                "happened": stamp(line.happened),
                "by": line.by,
                "role": line.role,
                "text": line.text,
                "struck": line.struck,
            }
            for line in state.history
        ],
    }


def _facts(notice: Alert | None) -> dict[str, Any]:
    """Each fact `{value, words, source}`; facts of which there can be several are lists."""
    if notice is None:
        return {}
    found: dict[str, Any] = {
        name: {"value": fact.value, "words": fact.words, "source": str(fact.where)}
        for name, fact in notice.facts().items()
    }
    several = {
        "other_references": notice.other_references,
        "supersedes": notice.supersedes,
        "superseded_by": notice.superseded_by,
        "all_batches": notice.all_batches,
        "audience": notice.audience,
        "devices": notice.devices,
    }
    for name, facts in several.items():
        if facts:
            found[name] = [{"value": f.value, "words": f.words, "source": str(f.where)} for f in facts]
    if notice.deadlines:
        found["deadlines"] = [
            {
                "value": stamp(d.at) if d.at else (d.span or d.kind),
                "kind": d.kind,
                "words": d.words,
                "source": str(d.where),
                "extended_from": stamp(d.extended_from) if d.extended_from else None,
            }
            for d in notice.deadlines
        ]
    if notice.products:
        found["products"] = [
            {
                "value": p.name,
                "words": p.words,
                "source": str(p.where),
                "licence": p.licence,
                "active_ingredient": p.active_ingredient,
                "snomed": p.snomed,
                "gtin": p.gtin,
            }
            for p in notice.products
        ]
    return found


def _batches(notice: Alert | None) -> list[dict[str, Any]]:
    if notice is None:
        return []
    return [
        {
            "number": b.number,
            "through": b.through or None,
            "expiry": b.expiry,
            "pack_size": b.pack_size,
            "first_distributed": b.first_distributed,
            "product": b.product,
            "livery": b.livery,
            "words": b.words,
        }
        for b in notice.batches
    ]


def _items(matched: Sequence[Matched]) -> list[dict[str, Any]]:
    """The notices that a list tells of, each with what is known here of it."""
    return [
        {
            "held": str(one.held),
            "alerts": list(one.keys),
            "missing": list(one.missing),
            "title": item.title,
            "references": [fact.value for fact in item.references],
            "company": item.company,
            "device": item.device,
            "model": item.model,
            "category": item.category,
            "date": item.date or None,
            "url": item.url or None,
            "words": item.words,
        }
        for one in matched
        for item in (one.item,)
    ]


def _superseded(state: AlertState) -> dict[str, Any] | None:
    """Which alert has taken the place of this one, and whether that still closes it."""
    link = state.superseded
    if link is None:
        return None
    return {
        "by": link.by,
        "reference": link.reference,
        "words": link.words,
        "recorded": stamp(link.recorded),
        "stands": link.stands,
    }


def _triage(state: AlertState) -> dict[str, Any]:
    return {
        "rag": str(state.rule_rag or state.rag) if (state.rule_rag or state.rag) else None,
        "rule": state.rule,
        "rules_version": state.rules_version,
        "flags": list(state.flags),
        "override": {"rag": str(state.rag), "reason": state.override_reason, "by": _deed(state.override)}
        if state.override
        else None,
        "reasons": [
            {
                "kind": r.kind,
                "text": r.text,
                "rule": r.rule,
                "words": r.words,
                "where": r.where,
                "basis": r.basis,
                "reviewed": r.reviewed,
            }
            for r in state.reasons
        ],
    }


def _action(action: ActionState) -> dict[str, Any]:
    return {
        "code": action.code,
        "text": action.text,
        "answered_by": str(action.answer),
        "due": stamp(action.due) if action.due else None,
        "required": action.required,
        "status": action.status,
        "answers": [
            {
                "value": a.value,
                "count": a.count,
                "note": a.note,
                "struck": a.struck,
                "search": a.search,
                "run_on": a.run_on or None,
                "unchanged_reason": a.unchanged_reason,
                "by": _deed(a.deed),
            }
            for a in action.answers
        ],
        "places": [
            {
                "place": p.place,
                "result": p.result,
                "quantity": p.quantity,
                "batch": p.batch,
                "initials": p.initials,
                "by": _deed(p.deed),
            }
            for p in action.places
        ],
        "funnel": dict(action.funnel),
    }


def _deed(deed: Deed | None) -> dict[str, Any] | None:
    if deed is None:
        return None
    return {
        "name": deed.by,
        "role": deed.role,
        "happened": stamp(deed.happened),
        "recorded": stamp(deed.recorded),
        "entry": deed.entry,
        "seq": deed.seq,
    }


def verification_json(found: Verification) -> dict[str, Any]:
    """The object of `verify --json`."""
    return {
        "valid": found.valid,
        "entries": found.entries,
        "problems": [
            {"what": p.what, "where": p.where, "entry": p.entry, "step": p.step, "next_step": p.next_step}
            for p in found.problems
        ],
        "checked": list(found.checked),
    }
