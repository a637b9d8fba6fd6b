"""The files kept as evidence: dropped here or chosen, listed with size and fingerprint, opened and saved out again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame

from msat.errors import MsatError
from msat.gui import words, work_deeds
from msat.gui.into_sight import SeenText
from msat.gui.letters import by
from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable, empty, restyle, row
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.action_card import Asker
from msat.projections.alert_state import AlertState
from msat.projections.work_state import Evidence

if TYPE_CHECKING:
    from msat.services.evidence import Examined

HINT = later("Or drop files here. A file with patient details is refused, and nothing of it is kept.")


class EvidenceCard(QFrame):
    """Takes files; what the service refuses is said here and nothing is stored."""

    added = Signal()

    def __init__(self, session: Session, asker: Asker) -> None:
        super().__init__()
        self.setProperty("kind", "drop")
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Evidence: drop files here"))
        self.session, self.asker, self.alert = session, asker, ""
        self._waiting: list[Path] = []
        self._unseen: Examined | None = None
        lines = column(self, margins="medium", gap="small")
        head = row(gap="medium")
        self.head = Text(tr("Evidence"), "section")
        self.head.setWordWrap(False)
        self.tally = Text("", "dense", "text_2")
        self.tally.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.head)
        head.addWidget(self.tally, 1)
        lines.addLayout(head)
        self.files = column(gap=4)
        lines.addLayout(self.files)
        foot = Wrapping(gap=8)
        self.add = KeyButton(tr("Add a file"), self.choose, by("evidence"))
        self.hint = Text(
            tr("Or drop files here. A file with patient details is refused, and nothing of it is kept."),
            "dense",
            "text_2",
        )
        self.what_for = QComboBox()
        self.what_for.setAccessibleName(tr("What the file is evidence for"))
        self.what_for.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.what_for.setMinimumContentsLength(22)
        foot.addWidget(self.add)
        foot.addWidget(self.what_for)
        lines.addLayout(foot)
        lines.addWidget(self.hint)
        self.wrong = SeenText("dense", "red_text")
        lines.addWidget(self.wrong)
        self.looked = KeyButton(tr("I have looked: no patient details"), self._confirm, kind="primary")
        self.looked.hide()
        lines.addWidget(self.looked, 0, Qt.AlignmentFlag.AlignLeft)
        self._shown: object = None

    def show_state(self, state: AlertState) -> None:
        """Brings the list up to date."""
        if self.alert != str(state.key):
            self.alert = str(state.key)
            self._waiting, self._unseen = [], None
            self.wrong.say("")
            self.looked.hide()
            self._name_actions(state)
        if self._shown == (self.alert, state.evidence):
            return
        self._shown = (self.alert, state.evidence)
        standing = [one for one in state.evidence if not one.struck]
        self.tally.setText(words.count_words(len(standing), "file") if standing else tr("No file yet."))
        empty(self.files)
        for one in state.evidence:
            self.files.addWidget(self._line(one))

    def _name_actions(self, state: AlertState) -> None:
        self.what_for.clear()
        self.what_for.addItem(tr("For the alert as a whole"), "")
        for action in state.actions:
            self.what_for.addItem(tr("For {code} {text}").format(code=action.code, text=action.text), action.code)
        self.what_for.view().setMinimumWidth(look().px(420))

    def _line(self, one: Evidence) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "clear")
        line = row(frame, gap="medium")
        about = column(gap=1)
        name = copyable(Text(one.name, "body", strong=not one.struck))
        if one.struck:
            look().dress(name, "body", struck=True)
        about.addWidget(name)
        about.addWidget(copyable(Text(evidence_words(one), "meta", "text_2")))
        if one.struck:
            about.addWidget(Text(tr("No longer stands: {struck}").format(struck=one.struck), "meta", "amber_text"))
        line.addLayout(about, 1)
        for label, does in ((tr("Open"), self.open_file), (tr("Save as"), self._save)):
            button = KeyButton(label, lambda does=does: does(one), kind="quiet")
            button.setAccessibleName(f"{label}: {one.name}")
            button.setToolTip(tr("Its own program opens a checked copy") if label == tr("Open") else "")
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return frame

    # Taking files

    def choose(self) -> None:
        """Asks for files."""
        chosen, _kind = QFileDialog.getOpenFileNames(self.window(), tr("Add evidence"), "", tr("All files (*)"))
        self.take([Path(name) for name in chosen])

    def take(self, files: list[Path]) -> None:
        """Takes files one after the other; one that is refused stops those behind it until it is settled."""
        self._waiting += files
        self._next()

    def _next(self) -> None:
        if self._waiting and self._unseen is None:
            self._look_into(self._waiting.pop(0))

    def _look_into(self, file: Path) -> None:
        """Reads the file aside: a large one must not hold up what is being recorded."""
        from msat.services.evidence import examine

        self.wrong.say("")
        self.looked.hide()
        self.add.setEnabled(False)
        self.tally.setText(tr("Reading {name}").format(name=file.name))
        self.session.run(
            lambda desk: examine(desk, file),
            self,
            self._examined,
            lambda why: self._refused(file.name, why),
            long=True,
        )

    def _examined(self, found: Examined) -> None:
        if not found.unread:
            self._attach(found, looked=False)
            return
        self._unseen = found
        self.add.setEnabled(True)
        self.tally.setText(tr("Not kept yet."))
        self.wrong.say(
            tr(
                "{name} cannot be read whole as text ({unread}). Look through it. It is kept once you "
                "say that it holds no patient details."
            ).format(name=found.name, unread="; ".join(found.unread))
        )
        self.looked.show()
        self.looked.setFocus(Qt.FocusReason.OtherFocusReason)

    def _attach(self, found: Examined, looked: bool) -> None:
        self.wrong.say("")
        self.looked.hide()
        code = self.what_for.currentData() or ""
        deed = work_deeds.attach(self.alert, found.data, found.name, looked, code)
        self.asker.ask(deed, self._taken, lambda why: self._refused(found.name, why))

    def _taken(self) -> None:
        self._unseen = None
        self.add.setEnabled(True)
        self.added.emit()
        self._next()

    def _refused(self, name: str, why: MsatError) -> None:
        left = (
            tr(" {files} behind it not looked at.").format(files=words.count_words(len(self._waiting), "file"))
            if self._waiting
            else ""
        )
        self._waiting, self._unseen = [], None
        self.add.setEnabled(True)
        self.tally.setText(tr("Not kept."))
        self.wrong.say(tr("{name} was not kept. {why}{left}").format(name=name, why=why, left=left))

    def _confirm(self) -> None:
        found, self._unseen = self._unseen, None
        if found is not None:
            self._attach(found, looked=True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._show_over(True)

    def dragLeaveEvent(self, _event: object) -> None:
        self._show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        event.acceptProposedAction()
        self.take([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _show_over(self, over: bool) -> None:
        self.setProperty("over", "true" if over else "false")
        restyle(self)

    # Giving them back

    def open_file(self, one: Evidence) -> None:
        """Opens a checked copy in the program that the system has for it."""
        folder = self.session.places.cache / "evidence" / one.sha256[:12]

        def write(desk) -> Path:
            from msat.services.evidence import save

            folder.mkdir(parents=True, exist_ok=True)
            return save(desk, self.alert, one.sha256, folder)

        self._bring(write, lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))

    def _save(self, one: Evidence) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(
            self.window(), tr("Save the evidence"), one.name, tr("All files (*)")
        )
        if chosen:
            self.save_to(one, Path(chosen))

    def save_to(self, one: Evidence, target: Path) -> None:
        """Writes a checked copy."""
        alert = self.alert

        def write(desk) -> Path:
            from msat.services.evidence import save

            return save(desk, alert, one.sha256, target)

        self._bring(write, lambda path: self.tally.setText(tr("Saved as {name}.").format(name=path.name)))

    def _bring(self, write: Callable, done: Callable[[Path], object]) -> None:
        self.wrong.say("")
        self.session.run(write, self, done, lambda why: self.wrong.say(str(why)), long=True)


def evidence_words(one: Evidence) -> str:
    """Size, fingerprint, which action it is for, who added it; and what a person looked through."""
    about = tr("for {action}").format(action=one.action) if one.action else ""
    looked = tr("looked through by the person who added it") if one.looked else ""
    parts = (
        words.size_words(one.size),
        tr("fingerprint {sha256}").format(sha256=one.sha256[:12]),
        about,
        looked,
        words.deed_words(one.deed),
    )
    note = f" {one.note}" if one.note else ""
    return " · ".join(part for part in parts if part) + note
