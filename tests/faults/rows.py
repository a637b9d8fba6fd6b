"""The rows of the fault table that are the record's, the exchange's and the backups': which tests make up each.

Some rows are tests of their own areas; they are run from here and not written twice. Where a row is scaled by a
variable of the environment, `release` names its value for the second column; the others mark their long trials slow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_FAULTS, _EXCHANGE, _STORE, _FEEDS = "tests/faults", "tests/exchange", "tests/store", "tests/feeds"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    number: int
    fault: str
    tests: tuple[str, ...]
    """What pytest is given: files, or single tests."""
    release: Mapping[str, str] = field(default_factory=dict)
    choose: str = ""
    """An expression for -k, where a file holds more than the row."""
    has_long: bool = False
    """Whether its long trials are tests of their own, marked slow, which then replace the short ones."""
    below: str = ""
    """Where the default run tries less than the table asks for, and why; empty where it tries all of it."""


# fmt: off
ROWS = (
    Row(
        1, "kill -9 at random moments in record, import, migrate",
        (f"{_FAULTS}/test_killed.py", f"{_FAULTS}/test_migrations.py"), has_long=True,
    ),
    Row(2, "power loss, six kinds of damage", (f"{_FAULTS}/test_power_loss.py",), has_long=True),
    Row(
        3, "the k-th write, flush or opening fails, once and for ever", (f"{_FAULTS}/test_failing_calls.py",),
        has_long=True,
        below="every 19th call instead of every 5th, five commands: the rows together have five minutes",
    ),
    Row(
        4, "disk full",
        (f"{_FAULTS}/test_full_disk.py",
         f"{_FAULTS}/test_record_processes.py::test_a_full_disk_is_said_in_words_and_loses_nothing"),
        has_long=True,
    ),
    Row(5, "bit flips and truncation of the database", (f"{_FAULTS}/test_record_flipped_bytes.py",), has_long=True),
    Row(
        6, "four processes append; a second instance",
        (f"{_FAULTS}/test_record_processes.py::test_four_processes_append_at_once_without_a_fork",
         "tests/gui/test_single_start.py::test_a_first_that_does_not_answer_is_said_within_a_second"),
    ),
    Row(
        7, "mutated returns", (f"{_EXCHANGE}/test_return_file.py::test_no_changed_return_is_ever_taken_for_another",),
        {"MSAT_MUTATED_RETURNS": "1000000"},
    ),
    Row(
        8, "lost, repeated, reordered returns", (f"{_EXCHANGE}/test_schedules.py",),
        {"MSAT_SCHEDULES": "10000", "MSAT_EXCHANGE_EXAMPLES": "300"},
    ),
    Row(
        9, "rewritten logs against a holder of an earlier head", (f"{_EXCHANGE}/test_detection.py",),
        {"MSAT_REWRITTEN_LOGS": "1000"},
    ),
    Row(
        10, "SQL attacks, SQLite and PostgreSQL",
        (f"{_STORE}/test_record_tampering.py", f"{_STORE}/test_postgres_attacks.py"),
    ),
    Row(
        11, "PostgreSQL connection cut", (f"{_STORE}/test_postgres_faults.py",), choose="cut_connections", has_long=True
    ),
    Row(
        14, "bombs, drips",
        (f"{_FEEDS}/test_fetch.py", f"{_FEEDS}/test_forbidden_places.py", f"{_FEEDS}/test_stand_in.py"),
        choose="drip or silence or body or bomb or stand_in or endless",
    ),
    Row(21, "hot backups and the restore drill", (f"{_FAULTS}/test_backup_drill.py",), has_long=True),
    Row(22, "the clock: ten years either way, summer time, backwards", (f"{_FAULTS}/test_clock_moves.py",)),
    Row(23, "how fast verify is", (f"{_FAULTS}/test_verify_speed.py",), below="by hand only: it is a matter of time"),
)
