"""How the window is brought to show a record that is there and cannot be opened: why, what was proven, the ways on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from screenshot_first import at
from screenshot_poses import wait

from msat.errors import RecordProblem
from msat.gui.main_window import MainWindow
from msat.gui.safe_deeds import Backups
from msat.gui.views.rescue_page import RescuePage
from msat.ids import EntryId, LogId
from msat.record.backup import Backup
from msat.record.entries import Head
from msat.record.shown import ShownBackup
from msat.record.verification import Problem, Verification

WHY = RecordProblem(
    "The record “record.sqlite3” is empty (0 bytes), but it once went to entry 214: this is an incident, not a first "
    "run.",
    "Write nothing over it; restore the newest backup.",
)
BACKUPS = tuple(
    Backup(f"record {day}.msatbackup", "3f2a", 200 + day, datetime(2026, 11, day, 17, 5, tzinfo=UTC))
    for day in (14, 13, 12)
)
FOUND = Verification(
    (
        Problem("Entry 97 was changed after it was signed.", "log of this computer, entry 97", "Restore a backup."),
        Problem("Entries 98 to 214 are missing.", "log of this computer", "Add newer returns of this record."),
    ),
    ("the chain",),
    96,
)


SHOWN = ShownBackup(
    "msat-3f2a91c0-209-20261120T170500Z.msatbackup",
    datetime(2026, 11, 20, 17, 5, tzinfo=UTC),
    Head(LogId("3f2a" * 8), 209, EntryId("0" * 64)),
    "The record “record.sqlite3” cannot be used: a page of the database is damaged.",
    214,
)


def shown(window: MainWindow) -> None:
    """A backup is read in its place."""
    window.leave_alone()
    window.show_page("worklist")
    window.record_bar.say_backup(SHOWN)
    wait()


def shown_records(window: MainWindow) -> None:
    """The same over another page."""
    shown(window)
    window.show_page("records")
    wait()


def shown_no_more(window: MainWindow) -> None:
    window.show_page("worklist")
    window.record_bar.look()


def stopped(window: MainWindow) -> None:
    """Why it cannot be opened."""
    page = RescuePage(window)
    window.show_alone(page)
    wait()
    page.show_backups(Backups(window.session.places.backups, True, BACKUPS, 0))
    page.show_error(WHY)


def no_backup(window: MainWindow) -> None:
    """The same where none was found."""
    stopped(window)
    window.alone.show_backups(Backups(window.session.places.backups, True, (), 0))


def proven(window: MainWindow) -> None:
    """What was proven, and the question before a backup is put back."""
    stopped(window)
    page = window.alone
    page.frame.show()
    page._checked(FOUND)
    page.restore.ask()


POSES: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (
    ("rescue", at(stopped, 1366, 768)),
    ("rescue-1093x614", at(stopped, 1093, 614)),
    ("rescue-no-backup", at(no_backup, 1093, 614)),
    ("rescue-proven-dark", at(proven, 1366, 768, "dark")),
    ("rescue-proven-dark-150", at(proven, 1093, 614, "dark", 150)),
    ("rescue-proven-1093x614", at(proven, 1093, 614)),
    ("rescue-left", lambda window: window.leave_alone()),
    ("backup-shown", at(shown, 1366, 768)),
    ("backup-shown-dark-150", at(shown, 1366, 768, "dark", 150)),
    ("backup-shown-1093x614", at(shown, 1093, 614)),
    ("backup-shown-200", at(shown, 1366, 768, "light", 200)),
    ("backup-shown-records", at(shown_records, 1093, 614)),
    ("backup-shown-left", shown_no_more),
)
