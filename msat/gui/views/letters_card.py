"""Letters and messages about the alert shown, filled from its notice, to copy. Sends nothing and records nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFrame, QPlainTextEdit

from msat.errors import MsatError
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr

if TYPE_CHECKING:
    from msat.projections.alert_state import AlertState
    from msat.services.desk import Desk

ABOUT = later(
    "Filled from the notice, with its own words where it says something to patients. Read it before you send it; names "
    "and addresses come from the clinical system."
)


class LettersCard(QFrame):
    """Closed until somebody wants it: a line with a list of letters and two buttons."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session = session
        self._key = ""
        lines = column(self, margins="medium", gap="small")
        lines.addWidget(Text(tr("Letters and messages"), "body", strong=True))
        line = Wrapping(gap=8)
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Letter or message"))
        self.choice.setMinimumHeight(look().px(32))
        desk = session.desk
        for letter in desk.knowledge.letters.values() if desk else ():
            self.choice.addItem(letter.title, letter.name)
        self.show_button = KeyButton(tr("Show the text"), self.show_text)
        self.copy_button = KeyButton(tr("Copy it"), self.copy, icon="copy")
        self.close_button = KeyButton(tr("Close"), self.put_away, kind="quiet")
        for widget in (self.choice, self.show_button, self.copy_button, self.close_button):
            line.addWidget(widget)
        lines.addLayout(line)
        self.said = Text("", "dense", "text_2")
        lines.addWidget(self.said)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("The text of the letter"))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(look().px(180))
        lines.addWidget(self.text)
        self.choice.currentIndexChanged.connect(lambda _at: self._chosen())
        self.put_away()

    def show_state(self, state: AlertState) -> None:
        """Another alert: what was shown of the one before goes."""
        if self._key != str(state.key):
            self._key = str(state.key)
            self.put_away()

    def _chosen(self) -> None:
        if self.text.isVisible():
            self.show_text()

    def show_text(self) -> None:
        """Fills the chosen letter from the notice."""
        key, name = self._key, self.choice.currentData()

        def work(desk: Desk) -> str:
            from msat.services.letters import letter_text

            return letter_text(desk, key, name)

        def show(text: str) -> None:
            if key == self._key:
                self.text.setPlainText(text)
                self._fit(tr(ABOUT))
                self.text.setFocus(Qt.FocusReason.OtherFocusReason)

        self._session.read(work, show, self, self._failed)

    def _failed(self, error: MsatError) -> None:
        self.put_away()
        self.said.say(f"{error.explanation} {error.next_step}".strip())

    def copy(self) -> None:
        """Puts the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.said.say(tr("Copied. Paste it where you write."))

    def put_away(self) -> None:
        """Shows the choice alone."""
        self.text.clear()
        self._fit("")

    def _fit(self, said: str) -> None:
        self.said.say(said)
        for widget in (self.text, self.copy_button, self.close_button):
            widget.setVisible(bool(said))
