"""Opens what a command needs and reads what a person typed: the desk, the person, a date. Prints results."""

from __future__ import annotations

import argparse
import getpass
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.cli.terminal import printable
from msat.clock import LONDON
from msat.errors import RecordProblem, Refused

if TYPE_CHECKING:
    from msat.places import Places
    from msat.services.desk import Changes, Desk, Person


def places_of(options: argparse.Namespace) -> Places:
    """The folders of the profile that the options name."""
    from msat.places import places

    return places(Path(options.profile) if options.profile else None)


@contextmanager
def open_desk(options: argparse.Namespace) -> Iterator[Desk]:
    """The profile's desk, closed again afterwards."""
    desk = _opened(options)
    not_shown = desk.record.recovery_untold
    for problem in desk.knowledge.problems:
        warn(str(problem))
    try:
        yield desk
    finally:
        with suppress(RecordProblem):  # a record lost meanwhile was told by the command itself
            _tell_of(desk, not_shown)
        desk.close()


def _opened(options: argparse.Namespace) -> Desk:
    """The desk; with --from-backup that of the newest backup, where the record itself cannot be opened.

    Never a backup unasked: what reads the output of a command must know that it is not the record.
    """
    from msat import bootstrap

    where = places_of(options)
    try:
        desk = bootstrap.open_desk(where, database=options.database)
    except RecordProblem as error:
        found = bootstrap.open_last_backup(where, error) if options.from_backup else None
        if found is not None:
            return found
        if options.from_backup:
            none = "No whole backup of it was found to be read instead."
            raise type(error)(f"{error.explanation} {none}", error.next_step) from error
        if bootstrap.may_show_backup(where, error):
            more = "To read its newest backup meanwhile: msatctl --from-backup COMMAND."
            raise type(error)(error.explanation, f"{error.next_step} {more}".strip()) from error
        raise
    if options.from_backup:
        desk.close()
        raise Refused(
            "The record of this profile can be opened, so no backup is read instead.",
            "Leave --from-backup away. To look at a backup by itself: msatctl --profile NEWFOLDER restore FILE.",
        )
    return desk


def _tell_of(desk: Desk, not_shown: str) -> None:
    """Warns at the end, of what is so then: the command may have settled what stood at the beginning."""
    record = desk.record
    if record.shown is not None:
        warn(f"{record.shown.head_line} {record.shown.text}")
    elif record.read_only:
        warn(f"{record.read_only} Nothing can be recorded until that is settled.")
    for notice in record.notices:
        if notice != not_shown or record.recovery_untold:
            warn(notice)


def warn(text: str) -> None:
    """Says on stderr what a person should know; nothing in it steers the terminal."""
    sys.stderr.write(f"Warning: {printable(text)}\n")


def account() -> str:
    """The operating system's name for whoever is logged in; empty where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def person_of(options: argparse.Namespace) -> Person:
    """Who is doing this: --as and --role, else the name remembered in the settings. Raises Refused without a name."""
    from msat import settings
    from msat.services.desk import Person

    remembered = settings.load(places_of(options).settings)
    name = options.name or str(remembered["person_name"])
    is_remembered = name == str(remembered["person_name"])
    role = options.role or (str(remembered["person_role"]) if is_remembered else "")
    if not name:
        once = "Or once for all: msatctl settings set person_name NAME, and person_role ROLE."
        raise Refused("Who is doing this is not given.", f"Add --as NAME --role ROLE before the command. {once}")
    if not role:
        raise Refused(f"The role of {name} is not given.", "Add --role ROLE before the command.")
    return Person(name, role, account())


def person_name(options: argparse.Namespace) -> str:
    """Whose alerts are meant: --as, else the name remembered in the settings. Raises Refused without one."""
    from msat import settings

    name = options.name or str(settings.load(places_of(options).settings)["person_name"])
    if not name:
        raise Refused("Whose alerts are meant is not given.", "Add --as NAME before the command.")
    return name


def day(text: str) -> date:
    """A day as 2026-11-21. Raises Refused on anything else."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"“{text}” is not a date.", "Write it as 2026-11-21.") from None


def moment(text: str | None) -> datetime | None:
    """A moment as 2026-11-21 (noon, or earlier today) or 2026-11-21T09:40, on a London clock. None stays None."""
    if text is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", text):
            return datetime.fromisoformat(text).replace(tzinfo=LONDON)
    except ValueError:
        raise Refused(f"“{text}” is not a date and time.", "Write it as 2026-11-21T09:40.") from None
    on = day(text)
    # A date without a time means some time that day: its start, which is never in the future.
    return datetime(on.year, on.month, on.day, tzinfo=LONDON)


def say(options: argparse.Namespace, value: Any, text: str) -> None:
    """Prints `value` as JSON with --json, else `text`."""
    if options.json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    elif text:
        sys.stdout.write(printable(text).rstrip("\n") + "\n")


def say_once(options: argparse.Namespace, value: Any, text: str, recovery_key: str) -> None:
    """Prints what holds a new recovery key, shown this once, and notes only then that a person was shown it."""
    from msat import bootstrap

    say(options, value, text)
    sys.stdout.flush()
    if recovery_key:
        bootstrap.recovery_key_told(places_of(options), recovery_key)


def say_changes(options: argparse.Namespace, changes: Changes) -> int:
    """Prints what a deed recorded; returns exit status 0."""
    entries = [{"seq": e.seq, "id": e.id, "type": e.type} for e in changes.entries]
    say(options, {"message": changes.words, "entries": entries, "alerts": sorted(changes.alerts)}, changes.words)
    return 0


def show_progress(what: str, done: int, total: int) -> None:
    """Progress on stderr: one line rewritten on a terminal, else a line at the start and the end."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{what}: {done} of {total}\x1b[K" + ("\n" if done >= total else ""))
        sys.stderr.flush()
    elif done in (0, total):
        sys.stderr.write(f"{what}: {done} of {total}\n")
