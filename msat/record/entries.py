"""The entry: one thing that happened, written once. Imports no stage, for an old entry outlives today's classes.

The formats are exact and frozen: see `codec.py`. Bodies hold plain values that were true that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msat.ids import EntryId, LogId

Json = Mapping[str, Any]
"""A JSON object of the canonical profile: null, bool, integers within 2^53-1, NFC text, lists, objects."""

TYPES = frozenset(
    {
        "log.opened",
        "alert.received",
        "alert.revised",
        "alert.source_added",
        "alert.withdrawn",
        "alert.superseded",
        "alert.page_gone",
        "alert.triaged",
        "priority.overridden",
        "alert.acknowledged",
        "applicability.decided",
        "action.answered",
        "place.checked",
        "search.counted",
        "alert.signed_off",
        "alert.reopened",
        "alert.assigned",
        "alert.deferred",
        "alert.resumed",
        "alert.judged",
        "alert.discussed",
        "decision.done",
        "meeting.held",
        "evidence.attached",
        "evidence.carried",
        "recheck.done",
        "plan.agreed",
        "decision_support.live",
        "absence.recorded",
        "rules.adopted",
        "practices.imported",
        "area.chosen",
        "entry.corrected",
        "gap.explained",
        "newsletter.issue_sent",
        "export.issued",
        "pack.prepared",
        "pack.issued",
        "retention.held",
        "retention.released",
        "key.rotated",
        "body.erased",
        "clock.anomaly",
        "mark.restarted",
        "writer.enrolled",
        "writer.removed",
        "log.superseded",
        "log.remainder_found",
        "log.moved",
        "receipt.issued",
        "receipt.received",
        "fork.found",
        "outlier.previewed",
        "letter.issued",
        "reply.recorded",
    }
)
"""Every type this program writes: past participles. A reader keeps and shows types that it does not know."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: the name and role chosen at the time, and the operating system's account beside them."""

    name: str
    role: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a service wants recorded; the record adds log, number, previous, time, salt and organisation.

    `happened` is when it was done (UTC); the entry's `time` is when it was recorded. `about` is the alert's key and
    `version` the fingerprint of the notice version it is about. `files` names the stored files it rests on.
    """

    type: str
    actor: Actor
    data: Json
    about: str | None = None
    version: str | None = None
    happened: datetime | None = None
    files: tuple[str, ...] = ()
    meaning: str = ""
    """One English sentence of what is recorded: the body's `meaning`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as stored. `header` and `body` are the canonical bytes that were hashed; a withheld body is None."""

    id: EntryId
    log: LogId
    seq: int
    prev: EntryId
    type: str
    time: datetime
    header: bytes
    body: bytes | None
    content: Json
    """The parsed body at the newest schema; empty when the body is withheld."""

    @property
    def about(self) -> str | None:
        """The key of the alert it is about; None where it names none, or something else than a text."""
        about = self.content.get("about")
        return about if isinstance(about, str) else None

    @property
    def data(self) -> Json:
        """What it says; empty where that is withheld, or is no object: anybody can sign anything in a log of theirs."""
        data = self.content.get("data")
        return data if isinstance(data, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Head:
    """How long a log is and its last entry: what is signed, printed on exports and compared years later."""

    log: LogId
    size: int
    id: EntryId
