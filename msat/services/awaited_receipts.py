"""Say whether the receipt for one's own returns is overdue, and note each sending so that it can be said.

What was sent and when lies in the profile's state, not in the record: it proves nothing, and where it is lost the two
weeks begin anew with the next sending.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from msat.clock import from_stamp, say_date, say_moment, stamp
from msat.exchange.enrolment import COMMITTEE
from msat.ids import LogId
from msat.lettering import clipped
from msat.places import Places
from msat.projections.receipts_awaited import ALARM_AFTER, Sending, is_overdue, noted, unanswered_since
from msat.projections.values import text, whole
from msat.record.durable import write_durably
from msat.record.entries import Entry
from msat.services.desk import Desk
from msat.services.issue_receipts import QUIET
from msat.services.receive_receipt import RECEIVED
from msat.services.take_return import enrolled

NO_RECEIPT = "No receipt for your return"
_DAYS = ALARM_AFTER.days


@dataclass(frozen=True, slots=True)
class Awaited:
    """How the own returns stand with those who give receipts for them. Times UTC."""

    size: int
    """How many entries the own log has now."""
    sent: Sending | None
    """The last sending that is remembered and not yet receipted."""
    receipted: int
    """The own log's last entry that a receipt tells of; 0: there is no receipt."""
    receipt: str
    """Who gave the newest receipt and when, in words; empty where there is none."""
    since: datetime | None
    """Since when something sent waits for a receipt."""
    is_overdue: bool
    words: str
    next_step: str = ""


def note_sending(desk: Desk, size: int) -> None:
    """Remembers that the own log was sent up to entry `size`, now.

    That it could not be kept is no reason to refuse what was done.
    """
    if desk.record.organisation.kind == COMMITTEE:
        return
    log = desk.record.log
    kept = noted(_kept(desk.places, log), Sending(size, desk.clock.now()), _newest(desk)[0])
    with contextlib.suppress(OSError):
        told = {"log": log, "sendings": [{"size": one.size, "at": stamp(one.at)} for one in kept]}
        write_durably(desk.places.sent_returns, json.dumps(told).encode("utf-8"))


def awaited_receipts(desk: Desk) -> Awaited:
    """How it stands now. A committee, which gives receipts and gets none, awaits nothing."""
    receipted, receipt = _newest(desk)
    size = desk.record.head().size
    if desk.record.organisation.kind == COMMITTEE:
        return Awaited(size, None, receipted, receipt, None, False, "A committee gives receipts and needs none.")
    sendings = [one for one in _kept(desk.places, desk.record.log) if receipted < one.size <= size]
    since = unanswered_since(sendings, _asks_from(desk, receipted)) if sendings else None
    overdue = is_overdue(since, desk.clock.now())
    words = _in_words(since, overdue, receipt, receipted)
    return Awaited(size, max(sendings, default=None), receipted, receipt, since, overdue, words, _next(desk, overdue))


def _in_words(since: datetime | None, overdue: bool, receipt: str, receipted: int) -> str:
    last = f"The last receipt, {receipt}, is for the entries up to {receipted:,}." if receipt else ""
    if overdue and since is not None:
        return f"No receipt has come for {_DAYS} days. {lost(since)} {last}".strip()
    if since is not None:
        return f"Sent on {say_moment(since)}; its receipt has not come yet. {last}".strip()
    return f"Everything that was sent is receipted. {last}" if receipt else "Nothing sent waits for a receipt."


def lost(since: datetime) -> str:
    """What an overdue receipt means, in one sentence."""
    return f"What you sent on {say_date(since)} is not known to have arrived."


def _next(desk: Desk, overdue: bool) -> str:
    if not overdue:
        return ""
    teams = [one.name for one in enrolled(desk).values() if one.kind == COMMITTEE and one.is_active]
    if not teams:
        return (
            "No commissioner's team is enrolled here, and only such a team gives receipts. Take in their return and "
            "enrol it, then send yours again."
        )
    names = " and ".join(clipped(name) for name in teams[:2])
    return f"Send your return again, and ask {names} whether it came."


def _newest(desk: Desk) -> tuple[int, str]:
    """The last entry of the own log that any receipt tells of, and whose receipt that was, in words."""
    entries = [one for one in desk.record.typed(frozenset({RECEIVED})) if one.log == desk.record.log]
    newest = max(entries, key=lambda one: whole(one.data, "size") or 0, default=None)
    return (whole(newest.data, "size") or 0, _of(newest)) if newest else (0, "")


def _of(entry: Entry) -> str:
    day = text(entry.data, "at")
    with contextlib.suppress(ValueError):
        day = say_date(from_stamp(day))
    return f"of {clipped(text(entry.data, 'name'))} on {day}"


def _asks_from(desk: Desk, receipted: int) -> int | None:
    """The first own entry behind the last receipt that asks for one: receipts themselves do not."""
    return next((one.seq for one in desk.record.entries(after=receipted) if one.type not in QUIET), None)


def _kept(where: Places, log: LogId) -> tuple[Sending, ...]:
    """What is remembered of this log; nothing where the file is missing or damaged."""
    try:
        found = json.loads(where.sent_returns.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return ()
    if not isinstance(found, dict) or found.get("log") != log or not isinstance(found.get("sendings"), list):
        return ()
    return tuple(_read(one) for one in found["sendings"] if isinstance(one, dict) and _read(one).size)


def _read(told: Mapping[str, object]) -> Sending:
    """One sending; of size 0 where it cannot be read."""
    size, at = told.get("size"), told.get("at")
    with contextlib.suppress(ValueError):
        if isinstance(size, int) and isinstance(at, str):
            return Sending(max(0, size), from_stamp(at))
    return Sending(0, datetime.min.replace(tzinfo=UTC))


def has_committee(desk: Desk) -> bool:
    """Whether a commissioner's team is enrolled here, that gives receipts for what it finds in a shared folder."""
    return any(one.kind == COMMITTEE and one.is_active for one in enrolled(desk).values())
