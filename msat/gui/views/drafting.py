"""What is typed in the fields of a panel, kept until it is recorded: closing it, or an end of the program, loses none.

Decides nothing: the panel says which field is called what, and forgets those that were recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from msat.gui.drafts import DraftsNotKept
from msat.gui.session import Session

if TYPE_CHECKING:
    from msat.gui.views.panels import FootPanel

DRAFT_MS = 800
"""Typing pauses this long before the drafts are written to the disk."""


class Drafting(QObject):
    """The drafts of one panel. `about` names what they belong to: an alert's key, or the subject of a letter."""

    def __init__(self, panel: FootPanel, session: Session, about: str) -> None:
        super().__init__(panel)
        self._session, self._about = session, about
        self._pause = QTimer(self, singleShot=True, interval=DRAFT_MS, timeout=self.write)
        panel.closed.connect(self.write)

    def line(self, field: str, editor: QLineEdit) -> QLineEdit:
        """Puts in what was typed before, and keeps what is typed from now on."""
        editor.setText(self._session.drafts.text(self._about, field) or editor.text())
        editor.textEdited.connect(lambda text: self._keep(field, text))
        return editor

    def text(self, field: str, editor: QPlainTextEdit) -> QPlainTextEdit:
        """The same for a field of several lines."""
        editor.setPlainText(self._session.drafts.text(self._about, field))
        editor.textChanged.connect(lambda: self._keep(field, editor.toPlainText()))
        return editor

    def forget(self, *fields: str) -> None:
        """These were recorded."""
        for field in fields:
            self._keep(field, "")

    def _keep(self, field: str, text: str) -> None:
        self._session.drafts.keep(self._about, field, text)
        self._pause.start()

    def write(self) -> None:
        """Writes the drafts to the disk now; that it would not take them is told, and what is typed stays."""
        self._pause.stop()
        try:
            self._session.drafts.save()
        except DraftsNotKept as error:
            self._session.tell(error)
