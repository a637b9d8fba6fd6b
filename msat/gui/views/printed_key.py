"""A recovery key on the screen, once: copied, saved as a text, printed; then it is gone from here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFont, QGuiApplication, QTextDocument
from PySide6.QtWidgets import QFileDialog, QFrame

from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable
from msat.gui.tongue import tr


class PrintedKey(QFrame):
    """The key in large type with the ways to keep it. Kept nowhere by the program."""

    def __init__(self, key: str, organisation: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._key, self._organisation = key, organisation
        lines = column(self, margins="large", gap="medium")
        self.text = copyable(Text(key, "key"))
        self.text.setAccessibleName(tr("Recovery key: {key}").format(key=key))
        lines.addWidget(self.text)
        self.buttons = Wrapping()
        self.copy = KeyButton(tr("Copy"), self._copy, icon="copy")
        self.copy.setAccessibleName(tr("Copy the recovery key"))
        self.save = KeyButton(tr("Save as a text file"), self._save, icon="save")
        self.print_button = KeyButton(tr("Print"), self._print)
        self.print_button.setAccessibleName(tr("Print the recovery key"))
        for button in (self.copy, self.save, self.print_button):
            self.buttons.addWidget(button)
        lines.addLayout(self.buttons)
        self.said = Text("", "dense", "text_2")
        self.said.hide()
        lines.addWidget(self.said)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._key)
        self.said.say(tr("Copied. Paste it where you keep other keys, then clear the clipboard."))

    def _save(self) -> None:
        title, kinds = tr("Save the recovery key"), tr("Text (*.txt)")
        name, _kind = QFileDialog.getSaveFileName(self, title, "msat-recovery-key.txt", kinds)
        if not name:
            return
        try:
            Path(name).write_text(self._key + "\n", encoding="utf-8")
        except OSError as error:
            self.said.say(
                tr("“{name}” cannot be written: {strerror}. Choose another folder.").format(
                    name=name, strerror=error.strerror
                )
            )
        else:
            self.said.say(tr("Saved as {name}. Move it off this computer.").format(name=name))

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self.print_on(printer)

    def print_on(self, printer) -> None:
        """One page: what it is, whose, the key, and what to do with it."""
        page = QTextDocument()
        page.setDefaultFont(QFont(tr("Courier New"), 14))
        whose = f"{self._organisation}\n\n" if self._organisation else ""
        page.setPlainText(
            tr(
                "MSAT recovery key\n\n{whose}{key}\n\nLock this away, apart from the computer. It lets this "
                "record go on when the signing key is lost. Whoever has it can do the same."
            ).format(whose=whose, key=self._key)
        )
        page.print_(printer)
        self.said.say(tr("Sent to the printer. Check that the page came out, and lock it away."))
