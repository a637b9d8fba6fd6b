"""Proves a backup's file by itself, with no profile and no key: what `verify` says of one. Puts nothing in place."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

from msat.clock import say_moment
from msat.errors import MsatError, Refused
from msat.exchange.arrivals import in_words
from msat.record.backup import Contents
from msat.record.verification import Problem, Verification
from msat.store.backup import opened
from msat.store.engine import reading, record_engine
from msat.store.keys_in_force import birth_in


def prove_backup(path: Path) -> Verification:
    """Takes a backup apart in a folder of its own, which is gone afterwards, and proves its copy of the record.

    Raises Refused where there is no such file, or it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="msat-", ignore_cleanup_errors=True) as work:
        try:
            with opened(path, Path(work)) as (contents, copy, _files, found, archive):
                wrong = _wrong(contents, copy, archive) if found.valid else ""
        except MsatError as error:
            if isinstance(error, Refused):
                raise
            return Verification((Problem(error.explanation, path.name, error.next_step),), (), 0)
    if wrong:
        return replace(found, problems=(Problem(wrong, path.name, "Use another backup."),))
    return replace(found, checked=(*_told(contents), *found.checked))


def _wrong(contents: Contents, copy: Path, archive: zipfile.ZipFile) -> str:
    """What is wrong beside the record in it: its first page says another organisation, or a part is damaged."""
    damaged = _damaged(archive)
    if damaged:
        return f"“{damaged}” in it is damaged."
    engine = record_engine(copy)
    try:
        with reading(engine) as connection:
            own = birth_in(connection, contents.head.log).organisation
    finally:
        engine.dispose()
    return "" if own == contents.organisation else f"Its first page names another organisation than {in_words(own)}."


def _damaged(archive: zipfile.ZipFile) -> str:
    """The name of the first member that does not read as it was written; empty where all do."""
    try:
        return archive.testzip() or ""
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError):
        return "a part of it"


def _told(contents: Contents) -> tuple[str, ...]:
    """Whose record it holds, up to where; that nothing is known of what came later."""
    whose = in_words(contents.organisation)
    made = f"made {say_moment(contents.made)} as it says itself"
    return (
        f"A backup by {whose}, {made}: log {contents.head.log[:8]} up to entry {contents.head.size}.",
        "What was recorded later is not in it, and it was not compared with any other record.",
    )
