"""The one tip of the first minutes, by the button that it is about: which keys bring an alert to its end. Shown until
it is followed or closed, then never again on this computer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from msat.gui.letters import letters
from msat.gui.pieces import KeyButton, Text, row
from msat.gui.session import Session
from msat.gui.tongue import tr
from msat.projections.alert_state import AlertState

SEEN = "tips/complete"
SIGNED = "alert.signed_off"


class FootTip(QFrame):
    """A line above the buttons of an alert that is open; takes no room once it is not needed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._session = session
        self._is_needed, self._is_due, self._has_room, self._is_missing = False, False, True, False
        line = row(self, gap="small")
        self.words = Text("", "dense", "text_2")
        self.close_button = KeyButton(tr("Got it"), self.forget, kind="quiet")
        self.close_button.setAccessibleName(tr("Close the tip"))
        line.addWidget(self.words, 1)
        line.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        session.opened.connect(self._opened)
        session.changes.happened.connect(self._changed)
        letters().changed.connect(self._say)
        self.hide()
        if session.desk is not None:
            self._opened()

    def _opened(self) -> None:
        self._is_needed = not self._session.memory.text(SEEN)

    def show_state(self, state: AlertState) -> None:
        """Says what is next on this alert."""
        self._is_due = state.is_open and state.sign_off is None
        self._is_needed = self._is_needed and not self._session.memory.text(SEEN)  # another page has the tip as well
        self._is_missing = bool(state.missing)
        self._say()
        self._fit()

    def _say(self) -> None:
        key = letters().shown("sign-off") or tr("Sign off")
        if not self._is_missing:
            said = tr("Tip: {key} completes it. Your name and the time are filled in; Ctrl+Enter signs.")
        elif letters().is_on:
            said = tr("Tip: the keys 1 to 9 answer the actions above. Then {key} completes the alert.")
        else:
            said = tr("Tip: answer the actions above. Then {key} completes the alert.")
        self.words.setText(said.format(key=key))

    def set_room(self, has_room: bool) -> None:
        """A low window has no room for a tip."""
        self._has_room = has_room
        self._fit()

    def _fit(self) -> None:
        self.setVisible(self._is_needed and self._is_due and self._has_room)

    def _changed(self, changes) -> None:
        """Somebody signed off: the tip was followed."""
        if self._is_needed and any(entry.type == SIGNED for entry in changes.entries):
            self.forget()

    def forget(self) -> None:
        """Never again."""
        self._is_needed = False
        self._session.memory.keep(SEEN, "yes")
        self.hide()
