"""Keep safe: when the record was last backed up, where to, one more now, one to carry away, and one to put back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from msat.errors import Cancelled, MsatError
from msat.gui import safe_deeds
from msat.gui.dates import say_moment
from msat.gui.pieces import KeyButton, Text, Wrapping, breakable, column, copyable, empty
from msat.gui.safe_deeds import Backups
from msat.gui.saving import ask_where, open_file
from msat.gui.session import Session
from msat.gui.tongue import later, tr
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.restore_card import RestoreCard
from msat.gui.views.working_line import WorkingLine

if TYPE_CHECKING:
    from msat.record.backup import BackupMade

KINDS = later("Backups of MSAT (*.msatbackup)")
LISTED = 5
ABOUT = later(
    "While the window is open a backup is made each day, and one on closing when something "
    "was recorded. Each is read again and proven. A backup holds no key: keep the printed "
    "recovery key apart."
)


class SafeCard(QFrame):
    """Backups of this record. `arranged` says that there is something else to reach by Tab."""

    arranged = Signal()

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        self._found: Backups | None = None
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Keep safe"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        self.last = Text(tr("Looking for backups."), "body", strong=True)
        self.where = copyable(Text("", "dense", "text_2"))
        self.listed = copyable(Text("", "dense", "text_2"))
        for text in (self.last, self.where, self.listed):
            lines.addWidget(text)
        buttons = Wrapping(gap=8)
        self.now_button = KeyButton(tr("Back up now"), self.back_up, kind="primary", icon="save")
        self.away_button = KeyButton(tr("Save a whole backup elsewhere"), self.choose_file)
        self.open_button = KeyButton(tr("Open folder"), self._open)
        self.open_button.setAccessibleName(tr("Open the folder of the backups"))
        for button in (self.now_button, self.away_button, self.open_button):
            buttons.addWidget(button)
        lines.addLayout(buttons)
        self.working = WorkingLine(tr("the backup"))
        lines.addWidget(self.working)
        self.outcome = column(gap="small")
        lines.addLayout(self.outcome)
        self.restore = RestoreCard(session)

    # Reading

    def reload(self) -> None:
        """Reads anew which backups there are."""
        self._session.read(safe_deeds.backups, self.show_backups, self)

    def show_backups(self, found: Backups) -> None:
        """Brings the card up to date."""
        self._found = found
        words, tone = last_words(found)
        self.last.setText(words)
        self.last.set_tone(tone)
        disk = (
            tr(
                "This is the disk of the record: it helps against a damaged record, not against a lost "
                "disk. Choose another folder under Settings, Records and backup."
            )
            if found.is_own_folder
            else ""
        )
        self.where.setText(
            tr("They go to {folder}. {disk}").format(folder=breakable(str(found.folder)), disk=disk).strip()
        )
        older = found.found[1:LISTED]
        self.listed.say(tr("Before that: ") + "; ".join(_brief(one) for one in older) + "." if older else "")
        self.restore.show_backups(found)
        self._enable(self.working.isHidden())
        self.open_button.setEnabled(found.is_there)
        self.arranged.emit()

    # Doing

    def back_up(self) -> None:
        """Makes a backup beside the others."""
        self._run(safe_deeds.back_up_now)

    def choose_file(self) -> None:
        """Asks for a file and makes one whole backup there."""
        day = self._session.now()
        path = ask_where(
            self,
            tr("Save a whole backup"),
            tr("msat backup {day:%Y-%m-%d}.msatbackup").format(day=day),
            tr(KINDS),
            self._session,
        )
        if path is not None:
            self.back_up_to(path)

    def back_up_to(self, path: Path) -> None:
        """Makes one whole backup as the file `path`."""
        self._run(lambda progress: safe_deeds.carry_away(path, progress))

    def _run(self, make) -> None:
        empty(self.outcome)
        self._enable(False)
        stopped = tr("No backup was made; what was there before is as it was.")
        progress = self.working.begin(tr("Copying the record, reading the copy again and proving it."), stopped)
        self._session.run(make(progress), self, self._made, self._failed, long=True)

    def _enable(self, on: bool) -> None:
        found = self._found
        self.now_button.setEnabled(on and not (found and found.trouble))
        self.away_button.setEnabled(on and not (found and found.is_elsewhere))

    def _made(self, made: BackupMade) -> None:
        self.working.end()
        self._enable(True)
        tone, head = ("amber", tr("Backed up, with files missing")) if made.lacking else ("green", tr("Backed up"))
        folder = Path(made.path).parent
        self.outcome.addWidget(
            Notice(tone, head, breakable(safe_deeds.made_words(made)), tr("Open folder"), lambda: open_file(folder))
        )
        self._notices.tell(tr("Backed up to {folder}.").format(folder=folder), tone)
        self.reload()

    def _failed(self, error: MsatError) -> None:
        self.working.end()
        self._enable(True)
        tone = "info" if isinstance(error, Cancelled) else "red"
        self.outcome.addWidget(Notice(tone, f"{error.title}.", f"{error.explanation} {error.next_step}".strip()))
        self.reload()

    def _open(self) -> None:
        if self._found is not None:
            open_file(self._found.folder)


def last_words(found: Backups) -> tuple[str, str]:
    """(sentence, tone) about the newest backup."""
    if found.trouble:
        return found.trouble, "red_text"
    if not found.found:
        return tr("There is no backup yet. Make one now."), "amber_text"
    newest = found.found[0]
    said = tr("Last backup: {brief}.").format(brief=_brief(newest))
    if found.since <= 0:
        return tr("{said} Nothing was recorded since.").format(said=said), "text"
    more = tr("1 entry was") if found.since == 1 else tr("{since:,} entries were").format(since=found.since)
    return tr("{said} {more} recorded since.").format(said=said, more=more), "text"


def _brief(one) -> str:
    return f"{say_moment(one.made)}, {one.size:,} {'entry' if one.size == 1 else 'entries'}"
