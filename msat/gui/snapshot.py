"""The last worklist as a small file, so that the first paint shows it before the record is open. Disposable."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from msat.clock import from_stamp, stamp
from msat.ids import AlertKey
from msat.projections.alert_state import Status
from msat.projections.ports import Row
from msat.triage.model import Priority

MOST = 200
_MOMENTS = ("published", "received", "due", "deferred_until", "recheck_due", "changed")


def save(path: Path, rows: Sequence[Row], organisation: str) -> None:
    """Keeps the first rows. A disk that refuses costs nothing but a slower first sight, so it is not reported."""
    kept = {"organisation": organisation, "rows": [_plain(row) for row in rows[:MOST]]}
    aside = path.with_suffix(".new")
    try:
        aside.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        os.replace(aside, path)  # noqa: PTH105
    except OSError:
        return


def load(path: Path) -> tuple[list[Row], str]:
    """The rows and the organisation's name kept last time; nothing when there is no readable file."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return [_row(plain) for plain in kept["rows"]], str(kept["organisation"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return [], ""


def _plain(row: Row) -> dict[str, Any]:
    plain = asdict(row)
    for name in _MOMENTS:
        moment: datetime | None = plain[name]
        plain[name] = stamp(moment) if moment else None
    return plain


def _row(plain: dict[str, Any]) -> Row:
    moments = {name: from_stamp(plain[name]) if plain[name] else None for name in _MOMENTS}
    rag = Priority(plain["rag"]) if plain["rag"] else None
    sources = tuple((str(source), str(url)) for source, url in plain["sources"])
    rest = {"key": AlertKey(plain["key"]), "rag": rag, "status": Status(plain["status"]), "sources": sources}
    return Row(**{**plain, **moments, **rest, "flags": tuple(plain["flags"])})
