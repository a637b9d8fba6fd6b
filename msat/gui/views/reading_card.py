"""Reads: a return as a page for people, and the open alerts as one text to send on. Takes nothing in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QLineEdit, QPlainTextEdit

from msat.errors import MsatError
from msat.gui import paper_deeds
from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty
from msat.gui.saving import ask_where, open_file
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.notices import Notice, NoticeBar

if TYPE_CHECKING:
    from msat.services.show_return import Shown

ABOUT = later(
    "See what a return says before you send it, or one that came before you take it in. The open alerts can go to "
    "colleagues as one text or e-mail; nothing is sent from here, and nothing about patients is in it."
)


class ReadingCard(QFrame):
    """Shows one text at a time, to copy or to save."""

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        self._shown: Shown | None = None
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Returns and open alerts to read"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        ways = Wrapping(gap=8)
        self.own_button = KeyButton(tr("Show my return"), self.show_own)
        self.file_button = KeyButton(tr("Show a return in a file"), self.choose_return)
        self.digest_button = KeyButton(tr("Show the open alerts as a text"), self.show_digest)
        for button in (self.own_button, self.file_button, self.digest_button):
            ways.addWidget(button)
        lines.addLayout(ways)
        self.outcome = column(gap="small")
        lines.addLayout(self.outcome)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(look().px(260))
        lines.addWidget(self.text)
        self.address = QLineEdit()
        self.address.setAccessibleName(tr("Address for the e-mail (optional)"))
        self.address.setPlaceholderText(tr("Address for the e-mail (optional)"))
        self.address.setMinimumWidth(look().px(260))
        after = Wrapping(gap=8)
        self.save_button = KeyButton(tr("Save it"), self.save_shown, icon="save")
        self.copy_button = KeyButton(tr("Copy it"), self.copy_shown)
        self.close_button = KeyButton(tr("Close"), self.close_shown, kind="quiet")
        for widget in (self.save_button, self.address, self.copy_button, self.close_button):
            after.addWidget(widget)
        lines.addLayout(after)
        self._fit(None, is_digest=False)

    def _fit(self, name: str | None, is_digest: bool) -> None:
        self._is_digest = is_digest
        for widget in (self.text, self.save_button, self.copy_button, self.close_button):
            widget.setVisible(name is not None)
        self.address.setVisible(is_digest)
        self.text.setAccessibleName(name or "")

    # Showing

    def show_own(self) -> None:
        """What the own return says."""
        self._read_return(paper_deeds.own_return())

    def choose_return(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, tr("A return"), "", tr("Returns (*.msatreturn);;All files (*)"))
        if name:
            self.show_return(Path(name))

    def show_return(self, file: Path) -> None:
        """What a return in a file says."""
        self._read_return(paper_deeds.return_in(file))

    def _read_return(self, work) -> None:
        def show(shown: Shown) -> None:
            self._shown = shown
            self._show_text(shown.text, tr("What the return says"), is_digest=False)

        self._begin(tr("Reading the return."))
        self._session.run(work, self, show, self._failed, long=True)

    def show_digest(self) -> None:
        """The open alerts as one text."""
        self._shown = None
        self._begin(tr("Putting the open alerts together."))
        self._session.run(
            paper_deeds.digest_text(),
            self,
            lambda text: self._show_text(text, tr("The open alerts"), is_digest=True),
            self._failed,
            long=True,
        )

    def _begin(self, words: str) -> None:
        empty(self.outcome)
        self._fit(None, is_digest=False)
        self.outcome.addWidget(Text(words, "body", "text_2"))

    def _show_text(self, text: str, name: str, is_digest: bool) -> None:
        empty(self.outcome)
        self.text.setPlainText(text)
        self._fit(name, is_digest)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: MsatError) -> None:
        empty(self.outcome)
        self.outcome.addWidget(Notice("red", f"{error.title}.", f"{error.explanation} {error.next_step}".strip()))

    # Sending on

    def copy_shown(self) -> None:
        """Puts the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._notices.tell(tr("Copied. Paste it where you write."))

    def close_shown(self) -> None:
        """Puts the text away."""
        empty(self.outcome)
        self._fit(None, is_digest=False)
        self.own_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def save_shown(self) -> None:
        """Asks where, and saves what is shown: a return as PDF with the return inside, the alerts as text or e-mail."""
        if self._is_digest:
            name, kinds = tr("open alerts.eml"), tr("E-mail (*.eml);;Text (*.txt)")
        elif self._shown is not None:
            name, kinds = f"{Path(self._shown.read.name).stem}.pdf", tr("PDF (*.pdf)")
        else:
            return
        path = ask_where(self, tr("Save it"), name, kinds, self._session)
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Writes what is shown to a file; nothing is recorded by it."""
        shown, to = self._shown, self.address.text().strip()
        work = paper_deeds.digest_file(path, to) if shown is None else paper_deeds.return_page(shown, path)

        def done(_result: object) -> None:
            self._notices.tell(
                tr("Saved in {folder}.").format(folder=path.parent), "green", tr("Open"), lambda: open_file(path)
            )

        self._session.run(work, self, done, self._failed, long=True)
