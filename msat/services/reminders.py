"""What a person here is to be told of now. What was told is kept in the profile beside the drafts, not in the record:
it proves nothing, and where it is lost, things are told once more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from pathlib import Path

from msat import settings
from msat.errors import MsatError
from msat.ids import AlertKey
from msat.places import Places
from msat.projections.ports import Query, Row
from msat.projections.reminders import Here, Notice, Reminded, Told, When, due_notices, unopened_reds
from msat.projections.work import absences
from msat.record.lineage import own_entries
from msat.services.desk import Desk

_RECEIVED = "alert.received"


class ToldNotKept(MsatError):
    """The disk would not take what was told; it may be told again."""

    title = "What you were told of is not kept"


def open_rows(desk: Desk) -> list[Row]:
    """The alerts with something left to do, the most pressing first."""
    return desk.views.worklist(Query(open_only=True), desk.clock.now())


def find_due(desk: Desk, rows: Sequence[Row], told: Told, person: str = "") -> list[Notice]:
    """What to tell of now, to the person at the keyboard (empty: to anybody)."""
    return due_notices(
        rows, told, desk.clock.now(), here_of(desk, person), when_of(settings.load(desk.places.settings))
    )


def find_unopened(desk: Desk, rows: Sequence[Row], told: Told) -> list[Row]:
    """The Reds that nobody has acknowledged or opened."""
    return unopened_reds(rows, told, here_of(desk, ""))


def here_of(desk: Desk, person: str) -> Here:
    """The site, the person and the absences as the rules of telling need them."""
    away = absences(desk.views.general("absence.recorded"))
    return Here(desk.knowledge.site, person, away, began(desk))


def began(desk: Desk) -> datetime | None:
    """When the first alert was received. It stands near the start of the record, so little is read."""
    return next((entry.time for entry in own_entries(desk.record) if entry.type == _RECEIVED), None)


def when_of(values: Mapping[str, settings.Value]) -> When:
    """The settings about telling."""
    return When(
        is_on=bool(values["notify"]),
        digest_at=time.fromisoformat(str(values["digest_time"])),
        quiet_from=time.fromisoformat(str(values["quiet_from"])),
        quiet_until=time.fromisoformat(str(values["quiet_until"])),
    )


# What was told


def told_file(where: Places) -> Path:
    """Where it is kept."""
    return where.drafts.with_name("told.json")


def load_told(where: Places) -> Told:
    """What was told before; nothing when the file is missing or damaged, so that things are told once more."""
    try:
        found = json.loads(told_file(where).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return Told()
    if not isinstance(found, dict):
        return Told()
    reminded = found.get("reminded")
    pairs = reminded.items() if isinstance(reminded, dict) else ()
    return Told(
        reds=_keys(found.get("reds")),
        opened=_keys(found.get("opened")),
        others=_keys(found.get("others")),
        digest=str(found.get("digest", "")),
        reminded={
            AlertKey(str(key)): Reminded(str(one.get("due", "")), tuple(str(day) for day in _list(one.get("days"))))
            for key, one in pairs
            if isinstance(one, dict)
        },
    )


def save_told(where: Places, told: Told) -> None:
    """Keeps what was told, whole. Raises ToldNotKept when the disk will not take it."""
    said = {
        "reds": sorted(told.reds),
        "opened": sorted(told.opened),
        "others": sorted(told.others),
        "digest": told.digest,
        "reminded": {key: {"due": one.due, "days": list(one.days)} for key, one in sorted(told.reminded.items())},
    }
    target = told_file(where)
    aside = target.with_suffix(".new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8") as file:
            json.dump(said, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, target)  # noqa: PTH105 - one call that overwrites on Windows too
    except OSError as error:
        raise ToldNotKept(f"{target} could not be written: {error.strerror}.", "Free space.") from error


def _keys(found: object) -> frozenset[AlertKey]:
    return frozenset(AlertKey(str(key)) for key in _list(found))


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []
