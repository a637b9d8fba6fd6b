"""Owner, deferral, evidence and the closing rule of an alert, for people and as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from msat.clock import say_date, stamp
from msat.projections.alert_state import AlertState
from msat.projections.closing import closing_line
from msat.projections.work import Absence, Acting, is_past_limit
from msat.projections.work_state import Deed, Deferral, Evidence


def work_json(state: AlertState, now: datetime, acting: Acting) -> dict[str, Any]:
    """What `show --json` says of how the work is arranged."""
    owner, deferral = state.owner, state.deferral
    return {
        "owner": {"name": owner.name, "deputy": owner.deputy, "by": _by(owner.deed)} if owner else None,
        "acting": {"name": acting.name or None, "everybody": acting.everybody, "words": acting.words},
        "deferral": _deferral(state, deferral, now) if deferral else None,
        "deferral_asked": _deferral(state, state.deferral_asked, now) if state.deferral_asked else None,
        "evidence": [evidence_json(one) for one in state.evidence],
        "may_close": list(state.may_close),
        "closing": closing_line(state),
    }


def _deferral(state: AlertState, one: Deferral, now: datetime) -> dict[str, Any]:
    return {
        "until": stamp(one.until),
        "approver": one.approver,
        "reason": one.reason,
        "past_limit": is_past_limit(state, one),
        "is_over": one.until <= now,
        "by": _by(one.deed),
    }


def work_lines(state: AlertState, now: datetime, acting: Acting) -> list[str]:
    """The same for people; nothing where nothing is arranged but the closing rule."""
    lines = [acting.words] if state.owner else []
    for one, begins in ((state.deferral, "Deferred until"), (state.deferral_asked, "Asked to be deferred until")):
        if one is not None and (one.until > now):
            past = ", past the notice's own limit" if is_past_limit(state, one) else ""
            waits = f" It holds once {one.approver} has recorded it too." if one is state.deferral_asked else ""
            why = f"{one.reason.rstrip('.')}; approver {one.approver}"
            lines.append(f"{begins} {say_date(one.until)} ({why}){past}.{waits}")
    lines.append(closing_line(state))
    lines += ["", "Evidence", *(f"  {evidence_line(one)}" for one in state.evidence)] if state.evidence else []
    return lines


def evidence_json(one: Evidence) -> dict[str, Any]:
    """One file of evidence."""
    return {
        "name": one.name,
        "sha256": one.sha256,
        "size": one.size,
        "media_type": one.media_type,
        "action": one.action or None,
        "note": one.note,
        "looked": one.looked,
        "unread": list(one.unread),
        "struck": one.struck,
        "by": _by(one.deed),
    }


def evidence_line(one: Evidence) -> str:
    """One file of evidence in one line."""
    action = f" for {one.action}" if one.action else ""
    looked = "  looked through by the person" if one.looked else ""
    struck = f"  [{one.struck}]" if one.struck else ""
    who = f"{one.deed.by}, {say_date(one.deed.happened)}"
    size = f"{one.size / 1000:,.1f} kB" if one.size >= 1000 else f"{one.size} bytes"
    return f"{one.sha256[:16]}  {size:>12}  {one.name}{action}  {who}{looked}{struck}"


def absence_json(one: Absence, today: date) -> dict[str, Any]:
    """One absence of `away list --json`."""
    return {
        "name": one.name,
        "from": one.first.isoformat(),
        "until": one.last.isoformat(),
        "deputy": one.deputy or None,
        "note": one.note,
        "ended": one.ended.isoformat() if one.ended else None,
        "is_away": one.covers(today),
        "by": _by(one.deed),
    }


def _by(deed: Deed) -> dict[str, Any]:
    return {
        "name": deed.by,
        "role": deed.role,
        "happened": stamp(deed.happened),
        "recorded": stamp(deed.recorded),
        "entry": deed.entry,
        "seq": deed.seq,
    }
