"""What of a name lies in a profile beside the record: drafts, settings, pictures of lists. Cleans what can be cleaned.

Stored files, waiting returns, own rules and templates are left as they are and named: evidence is kept under its hash,
and what a person wrote in a file of theirs is theirs to change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msat import settings
from msat.errors import Refused
from msat.places import Places
from msat.record.backup import newest_first
from msat.record.durable import write_durably
from msat.record.entries import Head
from msat.services.backup import folder_of
from msat.services.desk import Desk

LOCK = ".lock"
"""How the name of a lock ends: of the views, of an erasure, of the keys."""
_PIECE = 4 * 1024 * 1024
_MOST_DRAFT = 64 * 1024 * 1024


def holding(places: Places, pattern: re.Pattern[str]) -> tuple[Path, ...]:
    """The files of the profile in which the name stands as text; backups and the open databases apart."""
    return tuple(path for path in _files(places) if _stands_in(path, pattern))


def clean(desk: Desk, pattern: re.Pattern[str], label: str) -> None:
    """Puts `label` in the place of the name in drafts, and takes it out of the settings. Raises Refused in words."""
    places = desk.places
    for path in _drafts(places):
        if _stands_in(path, pattern):
            _clean_json(path, pattern, label)
    known = settings.load(places.settings)
    if pattern.search(str(known["person_name"])):
        settings.save(places.settings, {"person_name": "", "person_role": ""})


def is_cleaned(places: Places, path: Path) -> bool:
    """Whether an erasure takes the name out of this file: a draft, the settings, a picture of a list."""
    is_list = path.parent == places.cache and path.suffix == ".json"
    return is_list or path == places.settings or path in set(_drafts(places))


def forget_pictures(places: Places) -> None:
    """Deletes what only shows a list sooner: it is made again."""
    for path in sorted(places.cache.glob("*.json")):
        with suppress(OSError):
            path.unlink()


def backups_of(places: Places) -> Path:
    """Where the profile's backups are."""
    return folder_of(places)


def backups_never_thinned(places: Places, lineage: Sequence[Head]) -> tuple[Path, ...]:
    """The backups of the logs that the own one goes on for which hold more of them than counts: they stay for good."""
    folder, ends = folder_of(places), {head.log[:8]: head.size for head in lineage}
    try:
        names = [path.name for path in folder.iterdir()] if ends else []
    except OSError:
        return ()  # unplugged, or not there: it is named as the place where backups are in any case
    return tuple(folder / one.name for one in newest_first(names) if one.size > ends.get(one.log8, one.size))


def _drafts(places: Places) -> Iterator[Path]:
    """What was typed and not recorded, a JSON file each."""
    for path in (places.drafts, places.marks, places.held_deeds):
        if path.is_file():
            yield path
    if places.newsletters.is_dir():
        yield from sorted(places.newsletters.glob("*.json"))


def _clean_json(path: Path, pattern: re.Pattern[str], label: str) -> None:
    try:
        if path.stat().st_size > _MOST_DRAFT:
            raise ValueError("size")
        before = json.loads(path.read_text(encoding="utf-8"))
        after = json.dumps(_replaced(before, pattern, label), ensure_ascii=False, indent=1)
        write_durably(path, after.encode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Refused(
            f"The drafts in {path} could not be cleaned, so nothing was erased.", "Close other windows, then try again."
        ) from error


def _replaced(value: Any, pattern: re.Pattern[str], label: str) -> Any:
    if isinstance(value, str):
        return pattern.sub(lambda _found: label, value)
    if isinstance(value, list):
        return [_replaced(one, pattern, label) for one in value]
    if isinstance(value, dict):
        return {_replaced(key, pattern, label): _replaced(one, pattern, label) for key, one in value.items()}
    return value


def _files(places: Places) -> Iterator[Path]:
    backups = {places.backups.absolute(), backups_of(places).absolute()}
    seen: set[Path] = set()
    live = frozenset(_live(places))
    for folder in (places.data, places.state, places.cache, places.config):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path in seen or path in live or path.suffix == LOCK or not path.is_file():
                continue
            if backups & set(path.absolute().parents):
                continue
            seen.add(path)
            yield path


def _live(places: Places) -> Iterator[Path]:
    """The databases that this process has open. Like locks, which hold nothing, they are never opened as plain files.

    POSIX systems drop every lock that a process has on a file as soon as it closes any handle of it: whoever only
    looked into the views would let another process write into them at the same moment. What stands in the views and the
    copy of a shared record is dealt with by computing and emptying, not by looking.
    """
    for path in (places.record, places.own_log_copy, places.views, places.board):
        yield from (path.with_name(f"{path.name}{more}") for more in ("", "-journal", "-wal", "-shm"))


def _stands_in(path: Path, pattern: re.Pattern[str]) -> bool:
    """Whether the name stands in a file as UTF-8 text, whatever else the file is. What cannot be read holds nothing."""
    before = b""
    with suppress(OSError), path.open("rb") as file:
        while piece := file.read(_PIECE):
            if pattern.search((before + piece).decode("utf-8", "replace")):
                return True
            before = piece[-1024:]
    return False
