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
    least: tuple[int, int]
    """How many trials the table asks for: in the default run, in the long one. A row that tried fewer does not hold."""
    release: Mapping[str, str] = field(default_factory=dict)
    choose: str = ""
    """An expression for -k, where a file holds more than the row."""
    has_long: bool = False
    """Whether its long trials are tests of their own, marked slow, which then replace the short ones."""
    counts_tests: bool = False
    """Whether each of its tests is a trial, for they tell no figures of their own."""


# fmt: off
ROWS = (
    Row(
        1, "kill -9 at random moments in record, import, migrate",
        (f"{_FAULTS}/test_killed.py", f"{_FAULTS}/test_migrations.py"), (200, 3_000), has_long=True,
    ),
    Row(2, "power loss, six kinds of damage", (f"{_FAULTS}/test_power_loss.py",), (10_000, 100_000), has_long=True),
    Row(
        3, "the k-th write, flush or opening fails, once and for ever", (f"{_FAULTS}/test_failing_calls.py",),
        (200, 1_800), has_long=True,
    ),
    Row(
        4, "disk full",
        (f"{_FAULTS}/test_full_disk.py",
         f"{_FAULTS}/test_record_processes.py::test_a_full_disk_is_said_in_words_and_loses_nothing"),
        (40, 400), has_long=True,
    ),
    Row(
        5, "bit flips and truncation of the database", (f"{_FAULTS}/test_record_flipped_bytes.py",), (400, 5_000),
        has_long=True,
    ),
    Row(
        6, "four processes append; a second instance",
        (f"{_FAULTS}/test_record_processes.py::test_four_processes_append_at_once_without_a_fork",
         "tests/gui/test_single_start.py::test_a_first_that_does_not_answer_is_said_within_a_second"),
        (1_000, 20_000),
    ),
    Row(
        7, "mutated returns, and a coverage-guided fuzz of them",
        (f"{_EXCHANGE}/test_return_file.py::test_no_changed_return_is_ever_taken_for_another",
         f"{_FAULTS}/test_fuzzed_returns.py"),
        (20_000, 1_000_000), {"MSAT_MUTATED_RETURNS": "1000000", "MSAT_FUZZ_SECONDS": "3300"},
    ),
    Row(
        8, "lost, repeated, reordered returns", (f"{_EXCHANGE}/test_schedules.py",), (300, 10_000),
        {"MSAT_SCHEDULES": "10000", "MSAT_EXCHANGE_EXAMPLES": "300"},
    ),
    Row(
        9, "rewritten logs against a holder of an earlier head", (f"{_EXCHANGE}/test_detection.py",), (800, 8_000),
        {"MSAT_REWRITTEN_LOGS": "1000"},
    ),
    Row(
        10, "SQL attacks, SQLite and PostgreSQL",
        (f"{_STORE}/test_record_tampering.py", f"{_STORE}/test_postgres_attacks.py",
         f"{_STORE}/test_postgres_ends.py::test_no_log_in_of_the_organisation_writes_behind_another_installations_end",
         f"{_STORE}/test_postgres_holding.py::test_nobody_of_another_organisation_holds_up_a_writer",
         f"{_STORE}/test_postgres_copy_ends.py", f"{_STORE}/test_postgres_copy_statements.py",
         f"{_STORE}/test_postgres_copy_settings.py",
         f"{_EXCHANGE}/test_forged_copies_on_postgres.py"),
        (180, 180), counts_tests=True,
    ),
    Row(
        11, "PostgreSQL connection cut", (f"{_STORE}/test_postgres_faults.py",), (50, 1_000), choose="cut_connections",
        has_long=True,
    ),
    Row(
        14, "bombs, drips",
        (f"{_FEEDS}/test_fetch.py", f"{_FEEDS}/test_forbidden_places.py", f"{_FEEDS}/test_stand_in.py"),
        (30, 30), counts_tests=True, choose="drip or silence or body or bomb or stand_in or endless",
    ),
    Row(
        21, "hot backups and the restore drill", (f"{_FAULTS}/test_backup_drill.py",), (20, 500), has_long=True
    ),
    Row(22, "the clock: ten years either way, summer time, backwards", (f"{_FAULTS}/test_clock_moves.py",), (20, 20)),
    Row(23, "how fast verify is (by hand only)", (f"{_FAULTS}/test_verify_speed.py",), (0, 2)),
)
