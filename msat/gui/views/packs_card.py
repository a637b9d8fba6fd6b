"""The assurance packs of this record with the fingerprint of each file, and one made again, the same to the byte."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame

from msat.errors import Cancelled, MsatError
from msat.gui import paper_deeds
from msat.gui.pieces import KeyButton, Text, column, copyable, empty
from msat.gui.saving import open_file
from msat.gui.session import Session
from msat.gui.tongue import later, tr
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.sample_picture import SamplePicture
from msat.gui.views.working_line import WorkingLine

if TYPE_CHECKING:
    from msat.services.export_pack import Made

ABOUT = later(
    "Compare a file's fingerprint with the one recorded here, or drop the file on Check. A pack can be made again from "
    "what was recorded then; it comes out the same to the byte."
)
NONE = later("No pack was issued yet. A commissioner's team makes one on Oversight.")


class PacksCard(QFrame):
    """The list is read when somebody asks for it. `arranged` says that there are other buttons in it now."""

    arranged = Signal()

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        self.buttons: dict[str, KeyButton] = {}
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Assurance packs"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        self.read_button = KeyButton(tr("Show the packs"), self.read)
        lines.addWidget(self.read_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.working = WorkingLine(tr("making the pack again"))
        lines.addWidget(self.working)
        self.outcome = column(gap="small")
        lines.addLayout(self.outcome)
        self.list = column(gap="small")
        lines.addLayout(self.list)

    def read(self) -> None:
        """Reads the packs of the record."""
        self._session.read(paper_deeds.packs(), self._show, self, self._failed)

    def _show(self, found: list[paper_deeds.PackLine]) -> None:
        empty(self.list)
        self.buttons = {}
        if not found:
            self.list.addWidget(SamplePicture("record"), 0, Qt.AlignmentFlag.AlignLeft)
            self.list.addWidget(Text(tr(NONE), "body", "text_2"))
        for one in found:
            frame = QFrame()
            frame.setProperty("kind", "sunken")
            lines = column(frame, margins="small", gap="small")
            lines.addWidget(copyable(Text(one.words, "dense")))
            words = tr("Make it again") if one.is_issued else tr("Issue it now")
            button = KeyButton(words, partial(self.choose_folder, one.number), kind="quiet")
            button.setAccessibleName(f"{words}: {one.number}")
            self.buttons[one.number] = button
            lines.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            self.list.addWidget(frame)
        self.arranged.emit()

    def choose_folder(self, number: str) -> None:
        """Asks for a folder, and makes the pack again in it."""
        known = self._session.memory.text("save/folder", str(Path.home()))
        folder = QFileDialog.getExistingDirectory(self, tr("Where the pack goes"), known)
        if folder:
            self._session.memory.keep("save/folder", folder)
            self.make(number, Path(folder))

    def make(self, number: str, folder: Path) -> None:
        """Makes a pack again, aside from the window's thread."""
        person = self._session.person()
        if person is None:
            self._session.person_needed.emit(lambda: self.make(number, folder))
            return
        empty(self.outcome)
        progress = self.working.begin(tr("Making the pack again."), tr("Stopped. No file was left half made."))
        deed = paper_deeds.pack_again(number, folder, progress)

        def done(made: Made) -> None:
            self.working.end()
            self._session.changes.happened.emit(made.changes)
            self._notices.tell(
                tr("{words} In {folder}.").format(words=made.words, folder=folder),
                "green",
                tr("Open folder"),
                lambda: open_file(folder),
            )
            self.read()

        self._session.run(lambda desk: deed(desk, person), self, done, self._failed, long=True)

    def _failed(self, error: MsatError) -> None:
        self.working.end()
        empty(self.outcome)
        tone = "amber" if isinstance(error, Cancelled) else "red"
        self.outcome.addWidget(Notice(tone, f"{error.title}.", f"{error.explanation} {error.next_step}".strip()))
