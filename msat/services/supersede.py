"""Supersede a log that cannot go on: a new one is started in its place, and says so in its first entry.

Refused while what was lost is known to be elsewhere: fetching it back is the better way out.
"""

from __future__ import annotations

from dataclasses import dataclass

from msat.errors import Refused
from msat.ids import grouped
from msat.record.entries import Head
from msat.record.trouble import Trouble
from msat.services.deeds import checked_person, required_text
from msat.services.desk import Changes, Desk, Person
from msat.services.own_line import own_line

THEN = (
    "Next: print the recovery key and lock it away; send your return to your committee (msatctl return export writes "
    "both logs); telephone them the new fingerprint (msatctl enrol mine), for two of their officers to countersign."
)


@dataclass(frozen=True, slots=True)
class Superseded:
    """What was done: the earlier log's end, the new log's beginning, and its recovery key, shown once."""

    earlier: Head
    head: Head
    printed: str
    words: str


def supersede(desk: Desk, person: Person, reason: str, is_lost: bool = False) -> tuple[Superseded, Changes]:
    """Starts a log that goes on for the own one. `is_lost`: nobody can send what others were seen to hold.

    Raises Refused where the log can go on, or can be fetched back; NotRecorded when nothing was begun.
    """
    person, reason = checked_person(person), required_text(reason, "reason")
    line = own_line(desk)
    if line.waiting:
        raise Refused(
            f"A copy of this log that goes to entry {line.waiting:,} waits here: nothing of it need be lost.",
            "Fetch it back: msatctl log fetch.",
        )
    if line.holders and line.trouble is not Trouble.FORKED and not is_lost:
        who = "; ".join(f"{one.name} up to entry {one.size:,}" for one in line.holders)
        raise Refused(
            f"What is missing here was seen elsewhere: {who}. This record ends at entry {line.head.size:,}.",
            "Ask them for it (msatctl return export --log writes it out there) and take it in. If nobody can send it, "
            "add --lost.",
        )
    printed = desk.record.supersede(person.actor(), reason)
    changed, head = desk.views.catch_up(), desk.record.head()
    words = (
        f"A new log was started, {grouped(head.log, 8)}. It goes on for log {line.head.log[:8]} after entry "
        f"{line.head.size:,}, which stays here to read and is never added to."
    )
    if line.trouble is Trouble.FOREIGN:
        words += f" Left behind: {line.why[:1].lower()}{line.why[1:]}"
    return Superseded(line.head, head, printed, words), Changes(changed, tuple(desk.record.entries()), words=words)
