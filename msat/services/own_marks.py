"""Stars, snoozes and what is read: a person's own marks on alerts, kept in a small file of the profile.

No part of the record, and nothing of it follows from them: no time limit moves, nobody else sees them. They survive a
rebuild of the views. An alert counts as unread from its receipt on, if that was after the marks were begun, until it is
read; whatever was there before is read. One whose notice changes in a way that matters is unread again. What ends a
snooze before its day is decided in `waking.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from msat.clock import LONDON, from_stamp, london, say_short_date, stamp
from msat.errors import MsatError, Refused
from msat.projections.alert_state import Status
from msat.projections.ports import Row

LONGEST_DAYS = 366


class MarksNotKept(MsatError):
    """The disk would not take the marks; those of before stand."""

    title = "The mark is not kept"


@dataclass(frozen=True, slots=True)
class Aside:
    """What an alert was when it was put aside: its priority (a value of `Priority`, empty for none), how often its
    notice had changed in a way that matters, and the entry that last opened it again."""

    rag: str = ""
    changes: int = 0
    reopened: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    """Why an alert came back before the day that was chosen, and when that was seen (UTC)."""

    at: datetime
    why: str
    """A sentence or two, in English."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Everybody's marks of one profile, as values. Times UTC."""

    since: datetime
    starred: frozenset[str] = frozenset()
    snoozed: Mapping[str, datetime] = field(default_factory=dict)
    aside: Mapping[str, Aside] = field(default_factory=dict)
    """What each snoozed alert was when it was put aside; nothing for one of an older file."""
    back: Mapping[str, Back] = field(default_factory=dict)
    """Those that came back early, until they are put aside again or brought back by hand."""
    unread: frozenset[str] = frozenset()
    """Marked unread by hand."""
    read: frozenset[str] = frozenset()
    """Read, of those received since."""
    seen: Mapping[str, datetime] = field(default_factory=dict)
    """When each was last read: what changed after that is unread again."""

    def asleep(self, now: datetime) -> frozenset[str]:
        """The alerts that are snoozed at `now`; one comes back by itself when its day begins."""
        return frozenset(key for key, until in self.snoozed.items() if until > now)

    def is_unread(self, row: Row) -> bool:
        """Whether an alert of a list is new to whoever works here. History that was taken in is not."""
        if str(row.key) in self.unread:
            return True
        if not row.is_open or row.status is Status.HISTORIC:
            return False
        seen = self.seen.get(str(row.key), self.since)
        has_changed = row.changed is not None and not row.withdrawn and row.changed > max(seen, self.since)
        return has_changed or (row.received > self.since and str(row.key) not in self.read)

    def with_star(self, key: str, on: bool) -> Marks:
        return replace(self, starred=self.starred | {key} if on else self.starred - {key})

    def with_snooze(self, key: str, until: datetime | None, aside: Aside | None = None) -> Marks:
        """Put aside until a moment, being what `aside` says; None brings it back."""
        gone = self._without(key)
        if until is None:
            return gone
        known = gone.aside if aside is None else {**gone.aside, key: aside}
        return replace(gone, snoozed={**gone.snoozed, key: until}, aside=known)

    def with_back(self, key: str, back: Back) -> Marks:
        """Came back before its day: unread, with why."""
        gone = self._without(key).as_unread(key)
        return replace(gone, back={**gone.back, key: back})

    def _without(self, key: str) -> Marks:
        """Neither put aside nor come back."""
        return replace(
            self,
            snoozed={one: until for one, until in self.snoozed.items() if one != key},
            aside={one: aside for one, aside in self.aside.items() if one != key},
            back={one: back for one, back in self.back.items() if one != key},
        )

    def as_read(self, key: str, now: datetime) -> Marks:
        """Read at `now`: what its notice says by then is known."""
        return replace(self, read=self.read | {key}, unread=self.unread - {key}, seen={**self.seen, key: now})

    def as_unread(self, key: str) -> Marks:
        return replace(self, unread=self.unread | {key}, read=self.read - {key})


def until_day(day: date, now: datetime) -> datetime:
    """The London midnight that begins `day`. Raises Refused for today or earlier, and beyond a year."""
    days = (day - london(now).date()).days
    if not 0 < days <= LONGEST_DAYS:
        raise Refused(
            f"An alert cannot be snoozed until {say_short_date(day)} {day.year}.",
            "Give a day from tomorrow to a year on.",
        )
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def load(path: Path, now: datetime) -> Marks:
    """The marks on disk; none, begun `now`, where there is no readable file. A damaged one is set aside."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Marks(
            from_stamp(found["since"]),
            frozenset(map(str, found["starred"])),
            {str(key): from_stamp(until) for key, until in found["snoozed"].items()},
            {str(key): _aside(one) for key, one in found.get("aside", {}).items()},
            {str(key): Back(from_stamp(one["at"]), str(one["why"])) for key, one in found.get("back", {}).items()},
            frozenset(map(str, found["unread"])),
            frozenset(map(str, found["read"])),
            _seen(path, found),
        )
    except FileNotFoundError:
        return Marks(now)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        if path.exists():
            os.replace(path, path.with_suffix(".damaged"))  # noqa: PTH105 - one call that overwrites on Windows too
        return Marks(now)


def _seen(path: Path, found: Mapping[str, Any]) -> dict[str, datetime]:
    """When each was read. An older program kept no time: whatever it had marked was read when it last wrote."""
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    known = {str(key): from_stamp(at) for key, at in found.get("seen", {}).items()}
    return {**{str(key): written for key in found["read"]}, **known}


def _aside(one: Mapping[str, object]) -> Aside:
    return Aside(str(one["rag"]), int(str(one["changes"])), str(one["reopened"]))


def save(path: Path, marks: Marks) -> None:
    """Writes the marks whole. Raises MarksNotKept when the disk will not take them."""
    plain = {
        "since": stamp(marks.since),
        "starred": sorted(marks.starred),
        "snoozed": {key: stamp(until) for key, until in sorted(marks.snoozed.items())},
        "aside": {key: asdict(one) for key, one in sorted(marks.aside.items())},
        "back": {key: {"at": stamp(one.at), "why": one.why} for key, one in sorted(marks.back.items())},
        "unread": sorted(marks.unread),
        "read": sorted(marks.read),
        "seen": {key: stamp(at) for key, at in sorted(marks.seen.items())},
    }
    aside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(aside, path)  # noqa: PTH105
    except OSError as error:
        raise MarksNotKept(
            f"Stars and snoozes could not be written: {error.strerror}.", "Free space, then mark it again."
        ) from error
