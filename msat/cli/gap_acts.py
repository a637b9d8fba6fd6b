"""The commands of the missed-alert detector: gaps, gaps explain."""

from __future__ import annotations

import argparse
from typing import Any

from msat.cli.opening import moment, open_desk, person_of, say, say_changes
from msat.clock import stamp
from msat.projections.gaps import Gap


def gaps_list(options: argparse.Namespace) -> int:
    """Lists the numbers that should be here and are not. Exit status 1 while any is unexplained."""
    from msat.services.gaps import find_gaps

    with open_desk(options) as desk:
        found = find_gaps(desk)
    left = [gap for gap in found if gap.explanation is None]
    say(options, {"unexplained": len(left), "gaps": [_json(gap) for gap in found]}, _text(found, len(left)))
    return 1 if left else 0


def gaps_explain(options: argparse.Namespace) -> int:
    """Records why a number is not here."""
    from msat.services.gaps import explain_gap

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        return say_changes(options, explain_gap(desk, options.ref, options.reason, person, options.note, done))


def _json(gap: Gap) -> dict[str, Any]:
    said = gap.explanation
    return {
        "series": gap.series,
        "year": gap.year,
        "number": gap.number,
        "reference": gap.reference,
        "words": gap.words,
        "roundup_item": gap.is_roundup_item,
        "named_by": list(gap.named_by),
        "explained": {
            "reason": said.reason,
            "note": said.note,
            "by": said.deed.by,
            "role": said.deed.role,
            "recorded": stamp(said.deed.recorded),
            "entry": said.deed.entry,
            "seq": said.deed.seq,
        }
        if said
        else None,
    }


def _text(found: list[Gap], left: int) -> str:
    if not found:
        return "No gap: every number between those known here is here, and so is everything that a roundup tells of."
    lines = [f"{'explained' if gap.explanation else 'OPEN':<10} {gap.reference:<16} {_said(gap)}" for gap in found]
    return "\n".join([*lines, f"{left} of {len(found)} gaps unexplained."])


def _said(gap: Gap) -> str:
    said = gap.explanation
    return f"{said.words} ({said.deed.by}, {said.deed.role})" if said else gap.words
