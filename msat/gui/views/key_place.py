"""Where the signing key is kept, what that means, and the button that moves it to the other place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from msat.errors import MsatError
from msat.gui import person_deeds, tongue
from msat.gui.pieces import KeyButton, Text, breakable, column, copyable
from msat.gui.session import Session
from msat.gui.tongue import tr
from msat.gui.views.notices import NoticeBar

if TYPE_CHECKING:
    from msat.store.key_words import KeyWhereabouts


class KeyPlace(QFrame):
    """Part of the card of the signing key."""

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._session, self._notices = session, notices
        self._other = ""
        lines = column(self, gap="small")
        lines.addWidget(Text(tr("Where the key is kept"), "meta", "text_2"))
        self.said = copyable(Text("", "dense"))
        lines.addWidget(self.said)
        self.button = KeyButton("", self.move_key)
        self.button.hide()
        lines.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.wrong = Text("", "dense", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)

    def reload(self) -> None:
        """Looks anew where the key is."""
        self._session.read(person_deeds.key_place, self.show_place, self)

    def show_place(self, found: KeyWhereabouts) -> None:
        """Says where the key is; the button names the other place."""
        self.said.say(breakable(tongue.said(found.words())))
        in_store = found.place.value == "store"
        self._other = "file" if in_store else "store"
        words = tr("Move the key to a file") if in_store else tr("Move the key to the credential store")
        self.button.setText(words)
        self.button.setAccessibleName(words)
        self.button.setVisible(found.is_there is True)

    def move_key(self) -> None:
        """Moves the key to the other place: written there, compared, and only then taken out of the old one."""
        self.button.setEnabled(False)
        self.wrong.say("")
        self._session.do(person_deeds.move_key(self._other), self, self._moved, self._failed)

    def _moved(self, found: KeyWhereabouts) -> None:
        self.button.setEnabled(True)
        self.show_place(found)
        self._notices.tell(tr("The key was moved, read back and compared."), "green")

    def _failed(self, error: MsatError) -> None:
        self.button.setEnabled(True)
        self.wrong.say(f"{error.explanation} {error.next_step}".strip())
