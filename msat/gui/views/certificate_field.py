"""Signs a PDF with a certificate as well: the file is chosen each time, and its password is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QFrame, QLineEdit

from msat.gui.pieces import KeyButton, Text, Wrapping, breakable
from msat.gui.theme import look
from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.exports.certificate_signing import Certifier
    from msat.services.desk import Desk

    Signing = Callable[[Desk], Certifier | None]


class CertificateField(QFrame):
    """Empty until a person asks for it: most exports need no certificate, for the record signs each of them."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self.file: Path | None = None
        line = Wrapping(self, gap=8)
        self.choose_button = KeyButton(tr("Sign with a certificate too"), self.choose, kind="quiet")
        self.words = Text("", "dense", "text_2")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(tr("Password of the certificate"))
        self.password.setPlaceholderText(tr("Password of the certificate"))
        self.password.setMinimumWidth(look().px(220))
        self.drop_button = KeyButton(tr("Do not sign with it"), self.drop, kind="quiet")
        for widget in (self.choose_button, self.words, self.password, self.drop_button):
            line.addWidget(widget)
        self.drop()

    def choose(self) -> None:
        """Asks for the file that holds the certificate and its key."""
        name, _kind = QFileDialog.getOpenFileName(
            self, tr("The certificate"), "", tr("Certificates with their key (*.p12 *.pfx);;All files (*)")
        )
        if name:
            self.take(Path(name))

    def take(self, file: Path) -> None:
        """Uses the certificate in a file."""
        self.file = file
        self.words.say(breakable(str(file)))
        self.password.show()
        self.drop_button.show()
        self.password.setFocus()

    def drop(self) -> None:
        """Uses no certificate; what was typed is forgotten."""
        self.file = None
        self.password.clear()
        self.words.say("")
        self.password.hide()
        self.drop_button.hide()

    def signing(self) -> Signing:
        """What makes the signer, off the window's thread; the password goes with it and is cleared here."""
        file, password = self.file, self.password.text()
        self.password.clear()

        def make(desk: Desk) -> Certifier | None:
            if file is None:
                return None
            from msat.services import certify

            return certify.certifier(desk, certify.open_file(file, password or None))

        return make
