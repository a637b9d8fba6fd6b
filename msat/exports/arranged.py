"""What an export says of how the work was arranged: whose it is, put off until when, and the files kept as evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from msat.clock import say_date
from msat.exports.document import Block, Bullets, Callout, Heading, plain
from msat.exports.wording import when, where, who
from msat.projections.alert_state import AlertState
from msat.projections.work import is_past_limit
from msat.projections.work_state import Evidence


def put_off(state: AlertState, as_at: datetime) -> Iterator[Block]:
    """That it is deferred, until when, why and by whose approval; nothing once the deferral is over."""
    deferral = state.deferral
    if deferral is None or deferral.until <= as_at or not state.is_open:
        return
    past = ", past the notice's own time limit" if is_past_limit(state, deferral) else ""
    words = (
        f"Deferred until {say_date(deferral.until)}{past}: {deferral.reason} Approver {deferral.approver}; recorded by "
        f"{who(deferral.deed)}, {when(deferral.deed)} ({where(deferral.deed)})."
    )
    yield Callout("info", plain(words))


def arranged(state: AlertState) -> Iterator[Block]:
    """Whose it is, and each file kept as evidence with its fingerprint, struck ones included."""
    owner = state.owner
    if owner is None and not state.evidence:
        return
    yield Heading(2, "Arranged and kept")
    lines = []
    if owner is not None:
        deputy = f"; {owner.deputy} stands in" if owner.deputy else ""
        lines.append(f"{owner.name} looks after it{deputy} ({where(owner.deed)}).")
    lines += [_kept(one) for one in state.evidence]
    yield Bullets(tuple(plain(line) for line in lines))


def searches(state: AlertState) -> Iterator[Block]:
    """What each search that was counted is called, when it was run, and why people were left as they are."""
    lines = []
    for action in state.actions:
        answer = action.standing
        if answer is None or not (answer.search or answer.run_on or answer.unchanged_reason):
            continue
        name = f"search “{answer.search}”" if answer.search else "search"
        run = f", run on {said_day(answer.run_on)}" if answer.run_on else ""
        why = f" Unchanged because: {answer.unchanged_reason}" if answer.unchanged_reason else ""
        lines.append(f"{action.code}: {name}{run}.{why}")
    if lines:
        yield Bullets(tuple(plain(line) for line in lines))


def said_day(iso: str) -> str:
    """An ISO day for people; as it stands where it is none."""
    try:
        return say_date(date.fromisoformat(iso))
    except ValueError:
        return iso


def _kept(one: Evidence) -> str:
    action = f" for {one.action}" if one.action else ""
    looked = f" Not read as text ({'; '.join(one.unread)}); the person looked through it." if one.looked else ""
    note = f" {one.note}" if one.note else ""
    struck = f" Struck out: {one.struck}." if one.struck else ""
    return (
        f"File “{one.name}”{action}, {one.size:,} bytes, SHA-256 {one.sha256}; {who(one.deed)}, {when(one.deed)} "
        f"({where(one.deed)}).{looked}{note}{struck}"
    )
