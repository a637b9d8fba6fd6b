"""Remembers between two commands which dry run of the draft was looked at last.

It is no evidence: adopting tries the draft again and compares.
"""

from __future__ import annotations

import re
from pathlib import Path

from msat.errors import Refused
from msat.services.desk import Desk
from msat.services.tailor_dry_run import MONTHS, DryRun

_FORM = re.compile(r"([0-9a-f]{64}) ([1-9]\d{0,2})\s*")


def keep_seen(desk: Desk, run: DryRun) -> None:
    """Keeps that `run` was shown. Raises Refused when the profile cannot be written."""
    path = _path(desk)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(f"{run.seen} {run.months}\n", encoding="ascii")
    except OSError as error:
        raise Refused(f"The file {path} cannot be written: {error}.", "Check the disk and the folder.") from error


def seen_last(desk: Desk) -> tuple[str, int]:
    """The fingerprint and the months of the dry run shown last; an empty one when there is none."""
    try:
        found = _FORM.fullmatch(_path(desk).read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        found = None
    return (found[1], int(found[2])) if found else ("", MONTHS)


def _path(desk: Desk) -> Path:
    return desk.places.local / "dry-run.seen"
