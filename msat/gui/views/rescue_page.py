"""A record that is there and cannot be opened: why, what of it can still be proven, and the ways on. Changes nothing
before a person agrees; it stands alone in the window until the record is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from msat.errors import MsatError, RecordProblem
from msat.gui import safe_deeds
from msat.gui.pieces import KeyButton, Text, Wrapping, breakable, card, column
from msat.gui.tongue import plural, said, tr
from msat.gui.views.page import Page
from msat.gui.views.restore_card import RestoreCard

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.gui.safe_deeds import Backups
    from msat.record.verification import Verification

MOST = 5
"""How many findings are shown; the whole proof is one command away."""


def offer(window: MainWindow, error: MsatError) -> bool:
    """Shows the ways on where a record is there; False where there is none, and so nothing to put right."""
    if not window.session.places.has_record or window.session.desk is not None:
        return False
    page = window.alone
    if not isinstance(page, RescuePage):
        page = RescuePage(window)
        window.show_alone(page)
    page.show_error(error)
    return True


class RescuePage(Page):
    """Try again, check, put a backup back."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__("")
        self._window, self._session = window, window.session
        ways = Wrapping(gap=8)
        self.again = KeyButton(tr("Try again"), self._try_again, kind="primary")
        self.check = KeyButton(tr("Check what is there"), self._check)
        for button in (self.again, self.check):
            ways.addWidget(button)
        self.lines.addLayout(ways)
        self.frame = card()
        inside = column(self.frame, margins="large", gap="small")
        self.found = Text("", "body")
        inside.addWidget(self.found)
        self.frame.hide()
        self.lines.addWidget(self.frame)
        self.restore = RestoreCard(self._session)
        self.restore.ended.connect(lambda tone, words: window.notices.tell(words, tone))
        self.none_found = Text("", "body")
        self.none_found.hide()
        self.lines.addWidget(self.none_found)
        self.lines.addWidget(self.restore)
        self.lines.addStretch(1)
        self.chain()
        self._session.opened.connect(self._opened)
        where = self._session.places
        self._session.runner.read(lambda: safe_deeds.backups_there(where), self.show_backups, lambda _error: None, self)

    def show_error(self, error: MsatError) -> None:
        """Why the record could not be opened, and what to do."""
        self.title.setText(f"{said(error.title)}.")
        self.intro.say(" ".join(part for part in (error.explanation, error.next_step) if part))
        self.setAccessibleName(error.title)
        # A record in a shared database is put back by whoever looks after the database.
        in_a_file = not self._session.places.database.exists()
        self.restore.setVisible(in_a_file and isinstance(error, RecordProblem))
        self._fit()
        self.again.setEnabled(True)
        self.again.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_backups(self, found: Backups) -> None:
        """The backups to choose from; where there is none, the folder in which it was looked."""
        self.restore.show_backups(found)
        said = tr("No backup was found in {folder}. If yours lie elsewhere, choose the file.")
        self.none_found.say("" if found.found else said.format(folder=breakable(str(found.folder))))
        self._fit()

    def _fit(self) -> None:
        self.none_found.setVisible(bool(self.none_found.text()) and self.restore.isVisibleTo(self))

    def _try_again(self) -> None:
        self.again.setEnabled(False)
        self._session.open_again()

    def _check(self) -> None:
        where = self._session.places
        self.check.setEnabled(False)
        self.found.say(tr("Proving what can be read. Nothing is changed by it."))
        self.frame.show()

        def work() -> Verification:
            from msat.bootstrap import inspect

            return inspect(where)

        self._session.runner.aside(work, self._checked, self._not_checked, self)

    def _checked(self, found: Verification) -> None:
        self.check.setEnabled(True)
        count = plural(found.entries, "{number:,} entry was read.", "{number:,} entries were read.")
        lines = [count.format(number=found.entries)]
        lines += [f"{one.where}: {said(one.what)} {said(one.next_step)}".strip() for one in found.problems[:MOST]]
        if len(found.problems) > MOST:
            lines.append(tr("{number} more findings: msatctl verify.").format(number=len(found.problems) - MOST))
        self.found.say("\n".join(lines))

    def _not_checked(self, error: Exception) -> None:
        self.check.setEnabled(True)
        self.found.say(str(self._session.as_trouble(error)))

    def _opened(self) -> None:
        if self._window.alone is self:
            self._window.leave_alone()
