"""Erased bodies: the entry that orders one, and what is told instead of what was erased. Pure.

An entry's header holds its body's hash, so a body can be emptied and the chain still verifies; it cannot be rewritten
without the person's name, for then the hash would not fit. What the entry proved is therefore told again, without the
name, inside `body.erased` itself: by the organisation, signed, and marked as told again. Who reads the record reads
that wherever the body is gone.

    data  {"log", "number", "reason", "decided_by": [{"name", "role"}, {"name", "role"}],
           "entries": [{"seq", "id", "type", "content": {what is told instead}, "again": true where told once more}]}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msat.clock import from_stamp, say_date
from msat.errors import Refused
from msat.ids import LogId
from msat.record.codec import MAX_BODY, encode, is_digest
from msat.record.entries import Actor, Draft, Entry, Json

ERASED = "body.erased"
NEVER = frozenset({"log.opened", "key.rotated"})
"""Without these nobody could tell any more whose log it is and who may sign for it."""
NOTE = "erased"
"""Where content that is told again says so."""
_OF_ITS_OWN = frozenset({"salt", NOTE})
_ROOM = MAX_BODY - 8_000
"""Bytes of told content in one entry; the rest is for the decision, the sentence and the actor."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided that bodies are erased, why, and in which entry that stands."""

    seq: int
    time: datetime
    reason: str
    by: tuple[tuple[str, str], ...]

    def words(self) -> str:
        """Who decided and when: "on 22 November 2026 by decision of NAME, ROLE and NAME, ROLE (entry 12)"."""
        who = " and ".join(", ".join(part for part in pair if part) for pair in self.by) or "nobody named"
        return f"on {say_date(self.time)} by decision of {who} (entry {self.seq})"


@dataclass(slots=True)
class Erasures:
    """What the entries of one log say about erased bodies, taken in their order."""

    decisions: dict[str, tuple[Decision, ...]] = field(default_factory=dict)
    """The decisions on an entry, oldest first, by the entry's id: a second name may go later than the first."""
    seqs: dict[str, int] = field(default_factory=dict)
    _contents: dict[str, Json] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Json]:
        """What is told instead, by the entry's id, with a sentence under `NOTE` that says who decided it."""
        return {
            named: {**content, NOTE: " ".join(f"A name was erased {one.words()}." for one in self.decisions[named])}
            for named, content in self._contents.items()
        }

    def take(self, seq: int, time: datetime, log: str, content: Json) -> None:
        """Takes one `body.erased`. What is not as this program writes it says nothing."""
        data = content.get("data")
        if not isinstance(data, Mapping) or data.get("log") != log or not isinstance(data.get("entries"), list):
            return
        items = [one for one in data["entries"] if _is_item(one, seq)]
        for one in items:  # an order whose own body was erased still counts, where it is told again
            if one.get("type") == ERASED and isinstance(one.get("content"), Mapping):
                self.take(one["seq"], _happened(one["content"], time), log, one["content"])
        decision = Decision(seq, time, str(data.get("reason", "")), _people(data.get("decided_by")))
        for one in items:
            named = str(one["id"])
            if isinstance(one.get("content"), Mapping):
                self._contents[named] = one["content"]
            if one.get("again") is not True or named not in self.decisions:
                self.decisions[named] = (*self.decisions.get(named, ()), decision)
                self.seqs[named] = one["seq"]

    def take_entry(self, entry: Entry) -> None:
        """Takes an entry as read from a record."""
        if entry.type == ERASED and entry.body is not None:
            self.take(entry.seq, entry.time, entry.log, entry.content)


def _people(value: object) -> tuple[tuple[str, str], ...]:
    listed = value if isinstance(value, list) else []
    return tuple((str(one.get("name", "")), str(one.get("role", ""))) for one in listed if isinstance(one, Mapping))


def _happened(content: Json, otherwise: datetime) -> datetime:
    try:
        return from_stamp(str(content.get("happened", "")))
    except ValueError:
        return otherwise


def _is_item(one: object, before: int) -> bool:
    """Whether this names an entry that an order at number `before` may name: one before it, and not the first."""
    if not isinstance(one, Mapping):
        return False
    seq = one.get("seq")
    return is_digest(one.get("id")) and isinstance(seq, int) and not isinstance(seq, bool) and 1 < seq < before


def erasures_in(entries: Iterable[Entry]) -> Erasures:
    """What the orders among `entries`, in their order, say."""
    found = Erasures()
    for entry in entries:
        found.take_entry(entry)
    return found


@dataclass(frozen=True, slots=True)
class Retold:
    """An entry whose body is erased, and what is told instead of it."""

    entry: Entry
    content: Json
    is_again: bool = False
    """Whether it was erased before, and is told once more only because the order that told it is erased now."""


def retold_order(content: Json) -> dict[str, Any]:
    """The content of an earlier order without what it told instead: which a later order tells anew."""
    data = dict(content["data"])
    data["entries"] = [{k: v for k, v in one.items() if k != "content"} for one in data["entries"]]
    return {**content, "data": data}


def orders(
    log: LogId, number: int, reason: str, by: Sequence[Actor], actor: Actor, retold: Sequence[Retold]
) -> tuple[Draft, ...]:
    """The entries that order the erasure, as few as hold it all. Raises Refused for one too long to be told again."""
    drafts: list[Draft] = []
    group: list[Retold] = []
    room = _ROOM
    for one in retold:
        size = len(encode(one.content, what=f"entry {one.entry.seq}")) + 200
        if size > _ROOM:
            raise Refused(
                f"Entry {one.entry.seq} is too long to be told again without the name.", "Leave it out with --leave."
            )
        if group and size > room:
            drafts.append(_order(log, number, reason, by, actor, group))
            group, room = [], _ROOM
        group.append(one)
        room -= size
    return (*drafts, _order(log, number, reason, by, actor, group)) if group else tuple(drafts)


def _order(
    log: LogId, number: int, reason: str, by: Sequence[Actor], actor: Actor, group: Sequence[Retold]
) -> Draft:
    entries = []
    for one in group:
        told: dict[str, Any] = {"seq": one.entry.seq, "id": one.entry.id, "type": one.entry.type}
        entries.append({**told, "content": one.content} | ({"again": True} if one.is_again else {}))
    data = {
        "log": log,
        "number": number,
        "reason": reason,
        "decided_by": [{"name": one.name, "role": one.role} for one in by],
        "entries": entries,
    }
    who = " and ".join(f"{one.name}, {one.role}" for one in by)
    new = sum(not one.is_again for one in group)
    counted = "1 entry was" if new == 1 else f"{new:,} entries were"
    meaning = f"The content of {counted} erased by decision of {who}: {reason}. It is told again here without the name."
    files = tuple(dict.fromkeys(digest for one in group for digest in one.entry.content.get("files", ())))
    return Draft(ERASED, actor, data, files=files, meaning=meaning)


def kept_of(content: Json) -> dict[str, Any]:
    """What of a body is told again: all but its salt and an earlier note."""
    return {key: value for key, value in content.items() if key not in _OF_ITS_OWN}
