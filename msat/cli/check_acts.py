"""The commands of the batch check: check, dmd import."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from msat.cli.opening import open_desk, say
from msat.clock import say_limit, stamp
from msat.errors import Refused
from msat.projections.batch_check import Hit
from msat.services.check import Checked, SourceAsAt

_LARGEST = 5_000_000


def check(options: argparse.Namespace) -> int:
    """Compares each text, or each line of the input, with every notice known here."""
    from msat.services.check import check_lines, lines_of

    lines: list[str] = []
    for text in options.texts:
        lines += lines_of(_input()) if text == "-" else [text]
    if not lines:
        raise Refused("Nothing was entered.", "Give a batch number, a GTIN, a scanned code or a product.")
    with open_desk(options) as desk:
        found = check_lines(desk, lines)
    value = [_json(one) for one in found]
    text = "\n\n".join(map(_text, found))
    warnings = found[0].warnings
    say(options, value[0] if len(value) == 1 and "-" not in options.texts else value, "\n".join([text, *warnings]))
    return 0


def dmd_import(options: argparse.Namespace) -> int:
    """Imports the GTIN and pack files of a dm+d release."""
    from msat.services.dmd import import_dmd

    with open_desk(options) as desk:
        done = import_dmd(desk, Path(options.path))
    value = {"files": list(done.files), "gtins": done.gtins, "named": done.named, "message": done.words}
    say(options, value, done.words)
    return 0


def _input() -> str:
    """What is piped in, as text. Bytes that are not UTF-8 come from an older spreadsheet: Windows-1252."""
    stream = getattr(sys.stdin, "buffer", None)
    data = stream.read(_LARGEST + 1) if stream is not None else sys.stdin.read(_LARGEST + 1).encode("utf-8", "replace")
    if len(data) > _LARGEST:
        raise Refused("The input is larger than 5 MB.", "Check it in parts.")
    try:
        text: str = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text


def _json(one: Checked) -> dict[str, Any]:
    answer, asked = one.answer, one.answer.asked
    return {
        "verdict": str(answer.verdict),
        "words": one.words,
        "notes": list(answer.notes),
        "alerts": [_hit_json(hit, one) for hit in answer.hits],
        "as_at": stamp(one.as_at),
        "sources": [_source_json(source) for source in one.sources],
        "input": {
            "text": asked.text,
            "kind": str(asked.kind),
            "batch": asked.batch or None,
            "gtin": asked.gtin or None,
            "expiry": asked.expiry.isoformat() if asked.expiry else None,
            "serial": asked.serial or None,
            "product": asked.product or None,
            "dmd": list(answer.product_names),
        },
    }


def _hit_json(hit: Hit, one: Checked) -> dict[str, Any]:
    state, batch = one.states.get(hit.notice.key), hit.batch
    return {
        "key": hit.notice.key,
        "reference": hit.notice.reference or None,
        "title": hit.notice.title,
        "how": str(hit.how),
        "why": hit.why,
        "rag": str(state.rag) if state and state.rag else None,
        "level": state.level if state else None,
        "status": str(state.status(one.as_at)) if state else None,
        "withdrawn": hit.notice.withdrawn or None,
        "url": state.sources[0].url if state and state.sources else None,
        "statement": hit.words or None,
        "batch": {
            "number": batch.number,
            "through": batch.through or None,
            "expiry": batch.expiry,
            "pack_size": batch.pack_size,
            "product": batch.product,
            "words": batch.words,
        }
        if batch
        else None,
        "actions": [{"code": a.code, "text": a.text, "status": a.status} for a in state.actions if a.required]
        if state
        else [],
    }


def _source_json(source: SourceAsAt) -> dict[str, Any]:
    reached = stamp(source.last_reached) if source.last_reached else None
    return {"id": source.id, "name": source.name, "last_reached": reached, "warning": source.warning or None}


def _text(one: Checked) -> str:
    lines = [f"{one.answer.asked.text}: {one.words}", *(f"  {note}" for note in one.answer.notes)]
    if one.answer.product_names:
        lines.append(f"  dm+d: {'; '.join(one.answer.product_names)}")
    for hit in one.answer.hits:
        lines += _hit_lines(hit, one)
    return "\n".join(lines)


def _hit_lines(hit: Hit, one: Checked) -> list[str]:
    state = one.states.get(hit.notice.key)
    rag = str(state.rag).upper() if state and state.rag else "NO RATING"
    lines = [f"  {rag}  {hit.notice.reference or hit.notice.key}  {hit.notice.title}", f"    {hit.why}"]
    if hit.batch:
        expiry = f", expiry {hit.batch.expiry}" if hit.batch.expiry else ""
        lines.append(f"    The notice says: “{hit.batch.words}”{expiry}")
    if state and hit.how in ("exact", "range", "all-batches"):
        due = f" by {say_limit(state.due.at)}" if state.due and state.due.at else ""
        todo = [f"{a.code} {a.text}" for a in state.actions if a.required and not a.is_answered]
        more = [f"and {len(todo) - 3} more"] if len(todo) > 4 else todo[3:]
        lines += [f"    To do{due}: {'; '.join([*todo[:3], *more])}."] if todo else []
    return lines
