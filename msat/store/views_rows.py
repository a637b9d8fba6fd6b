"""What a state and its notices look like as rows, and rows as what the port gives out. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from msat.alerts.model import Alert, Batch
from msat.ids import AlertKey
from msat.projections.affected import Affected, affected
from msat.projections.alert_state import TEXT_MISSING, AlertState, Status
from msat.projections.gaps import Explanation, How, Mention, mentions
from msat.projections.general import General
from msat.projections.ports import Row
from msat.projections.searching import batch_number, names
from msat.projections.stored import from_json, to_json
from msat.projections.triaged import URGENCY
from msat.projections.worklist import row as row_of
from msat.triage.model import Priority

Values = dict[str, Any]
_START = datetime(1970, 1, 1, tzinfo=UTC)
_BATCH = msgspec.json.Decoder(Batch)
_AFFECTED = msgspec.json.Decoder(Affected)
_EXPLANATION = msgspec.json.Decoder(Explanation)
_GENERAL = msgspec.json.Decoder(General)
_SOURCES = msgspec.json.Decoder(tuple[tuple[str, str], ...])
_FLAGS = msgspec.json.Decoder(tuple[str, ...])


def seconds(moment: datetime | None) -> int | None:
    """Whole seconds since 1970."""
    return None if moment is None else int(moment.timestamp())


def moment(since: int | None) -> datetime | None:
    """The time that `seconds` wrote."""
    return None if since is None else _START + timedelta(seconds=since)


def state_values(state: AlertState) -> Values:
    """The columns that follow from the state alone."""
    row = row_of(replace(state, due=None, deferral=None), _START)
    published, received = seconds(state.published), seconds(state.received)
    return {
        "key": state.key,
        "json": to_json(state),
        "reference": row.reference,
        "title": row.title,
        "family": row.family,
        "class": row.alert_class,
        "level": row.level,
        "issued": row.issued,
        "published": published,
        "received": received,
        "newest": received if published is None else published,
        "rag": row.rag.value if row.rag else None,
        "urgency": URGENCY[row.rag],
        "undated": row.status.value,
        "due": seconds(state.due.at) if state.due else None,
        "ends": seconds(state.ends),
        "deferred_until": seconds(state.deferral.until) if state.deferral else None,
        "recheck_due": seconds(state.recheck_due),
        "owner": row.owner,
        "deputy": row.deputy,
        "acknowledged": int(row.acknowledged),
        "done": row.actions_done,
        "total": row.actions_total,
        "sources": msgspec.json.encode(row.sources),
        "flags": msgspec.json.encode(row.flags),
        "withdrawn": int(row.withdrawn),
        "is_open": int(row.is_open),
        "discussed": sum(not met.struck for met in state.discussed),
        "topic": row.topic,
        "changed": seconds(row.changed),
    }


def name_rows(state: AlertState, notices: Sequence[Alert]) -> list[Values]:
    """The rows of the table of names."""
    return [{"key": state.key, "rank": rank, "name": name} for rank, name in sorted(names(state, notices))]


def batch_rows(key: AlertKey, notices: Sequence[Alert]) -> list[Values]:
    """The rows of the table of batches: a batch that two pages print alike counts once."""
    seen: dict[tuple[str, ...], Batch] = {}
    for notice in notices:
        for batch in notice.batches:
            same = (batch.number, batch.through, batch.product, batch.expiry, batch.pack_size, batch.livery)
            seen.setdefault(same, batch)
    return [
        {
            "key": key,
            "position": position,
            "number": batch_number(batch.number),
            "json": msgspec.json.encode(batch),
        }
        for position, batch in enumerate(seen.values())
    ]


def affected_rows(state: AlertState, notices: Sequence[Alert]) -> list[Values]:
    """The row of the table of what is affected; none where nothing could be compared."""
    made = affected(state, notices)
    if not (made.batches or made.products or made.all_batches):
        return []
    return [{"key": state.key, "json": msgspec.json.encode(made)}]


def affected_from(values: Mapping[Any, Any]) -> Affected:
    """A row of the table of what is affected, read back."""
    return _AFFECTED.decode(values["json"])


def mention_rows(state: AlertState, notices: Sequence[Alert]) -> list[Values]:
    """The rows of the table of numbers."""
    return [{**asdict(one), "how": one.how.value} for one in mentions(state, notices)]


def mention_from(values: Mapping[Any, Any]) -> Mention:
    """A row of the table of numbers, read back."""
    return Mention(**{**values, "how": How(values["how"])})


def explanation_rows(explanations: Sequence[Explanation]) -> list[Values]:
    """The rows of the table of explanations."""
    return [{"position": at, "json": msgspec.json.encode(one)} for at, one in enumerate(explanations)]


def explanation_from(values: Mapping[Any, Any]) -> Explanation:
    """A row of the table of explanations, read back."""
    return _EXPLANATION.decode(values["json"])


def general_rows(general: Sequence[General]) -> list[Values]:
    """The rows of the table of what is recorded about no alert."""
    return [{"position": at, "type": one.type, "json": msgspec.json.encode(one)} for at, one in enumerate(general)]


def general_from(values: Mapping[Any, Any]) -> General:
    """A row of the table of what is recorded about no alert, read back."""
    return _GENERAL.decode(values["json"])


def batch_from(values: Mapping[Any, Any]) -> tuple[AlertKey, Batch]:
    """A row of the table of batches, read back."""
    return AlertKey(values["key"]), _BATCH.decode(values["json"])


def state_from(values: Mapping[Any, Any]) -> AlertState:
    """A state read back, with the flag that its text is missing where that is so."""
    state = from_json(values["json"])
    return replace(state, flags=(*state.flags, TEXT_MISSING)) if values["text_missing"] else state


def row_from(values: Mapping[Any, Any]) -> Row:
    """A line of the list, read without its state."""
    received = moment(values["received"])
    assert received is not None  # noqa: S101 - the column is NOT NULL
    flags = _FLAGS.decode(values["flags"])
    return Row(
        key=AlertKey(values["key"]),
        reference=values["reference"],
        title=values["title"],
        family=values["family"],
        alert_class=values["class"],
        level=values["level"],
        issued=values["issued"],
        published=moment(values["published"]),
        received=received,
        rag=Priority(values["rag"]) if values["rag"] else None,
        status=Status(values["status"]),
        due=moment(values["due"]),
        actions_done=values["done"],
        actions_total=values["total"],
        sources=_SOURCES.decode(values["sources"]),
        flags=(*flags, TEXT_MISSING) if values["text_missing"] else flags,
        withdrawn=bool(values["withdrawn"]),
        is_open=bool(values["is_open"]) or values["status"] == Status.RECHECK.value,
        owner=values["owner"],
        deputy=values["deputy"],
        acknowledged=bool(values["acknowledged"]),
        deferred_until=moment(values["deferred_until"]),
        recheck_due=moment(values["recheck_due"]),
        topic=values["topic"],
        changed=moment(values["changed"]),
    )
