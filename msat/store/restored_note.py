"""Says that a record came from a backup which may not be its newest state: such a record is read, never added to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msat.clock import from_stamp, stamp
from msat.errors import RecordProblem
from msat.ids import EntryId, LogId
from msat.record.backup import Way
from msat.record.durable import write_durably
from msat.record.entries import Head

_MAX = 4096
GO_ON = (
    "Ask whoever holds your returns for the newest and take it in: msatctl return import FILE. Or restore a newer "
    "backup: msatctl restore FILE --with RETURN. Where neither is to be had, start a log that goes on for this one: "
    "msatctl log supersede --reason TEXT."
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a restored record stands: where it ends, and from which backup it came, when (UTC)."""

    way: Way
    head: Head
    backup: str
    at: datetime

    @property
    def is_known(self) -> bool:
        """Whether it is known how long the record was before: then it can be told that nothing is missing any more."""
        return self.way is Way.SHORT

    @property
    def why(self) -> str:
        """One sentence of why nothing is added."""
        if self.way is Way.SHORT:
            return (
                f"The record was restored from a backup that ends at entry {self.head.size:,}, and more was recorded "
                "here since. It is only to be read: other entries in their place would make two histories of one log."
            )
        return (
            f"The record was restored from a backup that ends at entry {self.head.size:,}, and nothing here says "
            "whether more was recorded since. It is only to be read: other entries could make two histories of one log."
        )


def read_standing(path: Path) -> Standing | None:
    """The note, or None when there is none. Raises RecordProblem when it is there and cannot be read."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_MAX))
        head = Head(LogId(str(found["log"])), int(found["size"]), EntryId(str(found["head"])))
        return Standing(Way(found["way"]), head, str(found["backup"]), from_stamp(found["at"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise RecordProblem(
            f"The note {path}, which says how the record was restored, cannot be read.",
            "Restore the newest backup again.",
        ) from error


def write_standing(path: Path, standing: Standing) -> None:
    """Keeps the note, durably. Raises OSError."""
    found = {
        "v": 1,
        "way": standing.way.value,
        "log": standing.head.log,
        "size": standing.head.size,
        "head": standing.head.id,
        "backup": standing.backup,
        "at": stamp(standing.at),
    }
    write_durably(path, (json.dumps(found, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8"))
