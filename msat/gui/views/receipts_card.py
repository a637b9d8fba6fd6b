"""What a commissioner's team gives back: a receipt for each return that came, and the signed register of all heads."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame

from msat.errors import MsatError
from msat.gui import exchange_deeds
from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty
from msat.gui.saving import open_file
from msat.gui.session import Session
from msat.gui.tongue import later, tr
from msat.gui.views.notices import Notice, NoticeBar

ABOUT = later(
    "A receipt tells a practice up to which entry its record came here whole; with it the practice notices if its own "
    "record ever gets shorter. The register names the heads of all logs: send it to everybody. A shared folder gets "
    "both by itself."
)


class ReceiptsCard(QFrame):
    """Shown to a commissioner's team only."""

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        self._before: KeyButton | None = None
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Receipts and register"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        ways = Wrapping(gap=8)
        self.receipts_button = KeyButton(
            tr("Save the receipts that are due"), lambda: self._choose(self.write_receipts)
        )
        self.register_button = KeyButton(tr("Save the register"), lambda: self._choose(self.write_register))
        for button in (self.receipts_button, self.register_button):
            ways.addWidget(button)
        lines.addLayout(ways)
        self.outcome = column(gap="small")
        lines.addLayout(self.outcome)
        self.hide()

    def reload(self) -> None:
        """Whether there is anything to give depends on whose record it is."""
        from msat.gui.oversight import COMMITTEE

        desk = self._session.desk
        self.setVisible(desk is not None and desk.record.organisation.kind == COMMITTEE)

    def _choose(self, write) -> None:
        known = self._session.memory.text("save/folder", str(Path.home()))
        folder = QFileDialog.getExistingDirectory(self, tr("Where it goes"), known)
        if folder:
            self._session.memory.keep("save/folder", folder)
            write(Path(folder))

    def write_receipts(self, folder: Path) -> None:
        """Issues what is due and saves it, with the receipts that still stand."""
        self._run(exchange_deeds.receipts(folder), folder)

    def write_register(self, folder: Path) -> None:
        """Saves the signed register."""
        self._run(exchange_deeds.register(folder), folder)

    def _run(self, work, folder: Path) -> None:
        empty(self.outcome)
        self._enable(False)

        def done(words: str) -> None:
            self._enable(True)
            self.outcome.addWidget(Notice("green", words, "", tr("Open folder"), lambda: open_file(folder)))

        self._session.run(work, self, done, self._failed, long=True)

    def _enable(self, on: bool) -> None:
        """A button that is switched off gives its focus to what follows it; whoever waited has it back."""
        both = (self.receipts_button, self.register_button)
        if not on:
            # Asked of the window: it is not in front again at once after its file dialog.
            self._before = next((button for button in both if button is self.window().focusWidget()), None)
        for button in both:
            button.setEnabled(on)
        if on and self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: MsatError) -> None:
        self._enable(True)
        self.outcome.addWidget(Notice("red", f"{error.title}.", f"{error.explanation} {error.next_step}".strip()))
