"""The issues of newsletters that are being written: a JSON file each, in the profile, replaced whole. Records nothing.

A damaged file is told and left as it is; the other issues stay usable.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from msat.errors import Refused
from msat.places import Places
from msat.projections.newsletter_draft import IssueDraft
from msat.record.durable import write_durably

FORMAT = "msat-newsletter-issue-v1"
LARGEST = 8 * 1024 * 1024
_ENDING = ".json"
_DROPPED = ".dropped"


class _File(msgspec.Struct):
    format: str
    issue: IssueDraft


@dataclass(frozen=True, slots=True)
class Kept:
    """What the folder holds: the issues, newest made first, and a sentence for each file that cannot be read."""

    issues: tuple[IssueDraft, ...]
    problems: tuple[str, ...] = ()


def kept_issues(places: Places) -> Kept:
    """Every issue of the profile."""
    issues, problems = [], []
    folder = places.newsletters
    for path in sorted(folder.glob(f"*{_ENDING}")) if folder.is_dir() else ():
        try:
            issues.append(_read(path))
        except Refused as error:
            problems.append(error.explanation)
    return Kept(tuple(sorted(issues, key=lambda one: one.made, reverse=True)), tuple(problems))


def has_issue(places: Places, id_: str) -> bool:
    """Whether there is an issue of this name."""
    return _is_id(id_) and _path(places, id_).is_file()


def load_issue(places: Places, id_: str) -> IssueDraft:
    """The issue of this name. Raises Refused when there is none, or its file is damaged."""
    wanted = id_.strip().casefold()
    if not has_issue(places, wanted):
        raise Refused(
            f"There is no issue “{id_[:60]}”.", "List them: msatctl newsletter list; begin one: msatctl newsletter new."
        )
    return _read(_path(places, wanted))


def save_issue(places: Places, issue: IssueDraft) -> None:
    """Puts the issue in its file's place. Raises Refused when the disk will not take it; the old one then stays."""
    path = _path(places, issue.id)
    try:
        write_durably(path, msgspec.json.format(msgspec.json.encode(_File(FORMAT, issue)), indent=1))
    except OSError as error:
        raise Refused(
            f"The issue “{issue.title}” cannot be kept: {error.strerror or error}.", "Free space, then try again."
        ) from error


def drop_issue(places: Places, id_: str) -> IssueDraft:
    """Takes an issue away; its file is kept beside, as `.dropped`. Raises Refused when there is none."""
    issue = load_issue(places, id_)
    path = _path(places, issue.id)
    try:
        path.replace(path.with_suffix(_DROPPED))
    except OSError as error:
        raise Refused(f"“{issue.title}” cannot be given up: {error.strerror or error}.", "Try again.") from error
    return issue


def restore_issue(places: Places, id_: str) -> IssueDraft:
    """Brings back an issue that was taken away. Raises Refused when its file is gone, or there is one of its name."""
    if has_issue(places, id_):
        raise Refused(f"There is an issue “{id_}” again.", "Rename that one first.")
    path = _path(places, id_)
    aside = path.with_suffix(_DROPPED)
    if not (_is_id(id_) and aside.is_file()):
        raise Refused(f"The issue “{id_[:60]}” cannot be brought back: its file is gone.", "Begin it again.")
    try:
        aside.replace(path)
    except OSError as error:
        raise Refused(f"The issue “{id_}” cannot be brought back: {error.strerror or error}.", "Try again.") from error
    return _read(path)


def _is_id(id_: str) -> bool:
    return id_.isascii() and id_.replace("-", "").isalnum() and id_ == id_.casefold()


def _path(places: Places, id_: str) -> Path:
    return places.newsletters / f"{id_}{_ENDING}"


def _read(path: Path) -> IssueDraft:
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("it is too large")
        found = msgspec.json.decode(path.read_bytes(), type=_File)
        if found.format != FORMAT or found.issue.id != path.stem:
            raise ValueError("it is of another form")
    except (OSError, ValueError) as error:
        raise Refused(
            f"The file of the issue “{path.stem}” cannot be read: {error}.",
            f"Restore {path.name} from a backup of yours, or move it away and begin the issue again.",
        ) from error
    return found.issue
