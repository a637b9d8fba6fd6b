"""This log: which one is written, those that it goes on for, and the ways out when it can only be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame

from msat.gui import log_deeds
from msat.gui.key_kept import key_kept
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, copyable, empty
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.drop_area import DropArea
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.panels import FootPanel
from msat.gui.views.printed_key import PrintedKey
from msat.gui.words import count_words
from msat.record.trouble import CAN_BE_FETCHED, GOES_ON_AFRESH, Trouble

if TYPE_CHECKING:
    from msat.services.own_line import OwnLine
    from msat.services.supersede import Superseded

ABOUT = later(
    "One computer writes one log. When it comes back from an older backup, or is copied, it is only "
    "to be read: two that go on with it would make two histories of one log."
)
ONCE = later("The new log's recovery key. It is shown once: print or save it now and lock it away.")
NEXT = later(
    "Then send your return to your committee: both files. Telephone them the new fingerprint; two of their officers "
    "countersign."
)
FIRST = later("Ask whoever receives your returns first: what they still hold is fetched back, and nothing is lost.")
LEFT_BEHIND = later(
    "The new log goes on from the last entry that this installation signed; what somebody else wrote behind it is left "
    "behind and counts nowhere. Tell whoever looks after the database first: somebody may still write there."
)
STILL_USED = later(
    "If the old computer is still used, close this: what it records would count no more. Start a profile of its own "
    "here."
)
NOT_KEPT = later(
    "MSAT stopped before anybody said that the recovery key of this log was kept. If nobody has it, make a new one: "
    "Signing key, Change the signing key."
)
KINDS = later("Returns (*.msatreturn);;All files (*)")


class LogCard(QFrame):
    """`opened` carries a panel to scroll to."""

    opened = Signal(object)

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        self._line: OwnLine | None = None
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("This log"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        self.trouble = Notice("amber", "")
        self.trouble.hide()
        lines.addWidget(self.trouble)
        self.said = copyable(Text("", "body"))
        lines.addWidget(self.said)
        buttons = Wrapping(gap=8)
        self.fetch = KeyButton(tr("Fetch back what is missing"), self._fetch, kind="primary")
        self.moved = KeyButton(tr("It was moved to this computer"), lambda: self._open(MovedPanel(session)))
        self.afresh = KeyButton(tr("Go on with a new log"), self._afresh)
        self.show_all = KeyButton(tr("Read it again"), self.reload, kind="quiet")
        for button in (self.fetch, self.moved, self.afresh, self.show_all):
            buttons.addWidget(button)
        for button in (self.fetch, self.moved, self.afresh):
            button.hide()
        lines.addLayout(buttons)
        self.panel = column(gap=0)
        lines.addLayout(self.panel)
        self.once = column(gap="small")
        lines.addLayout(self.once)

    def reload(self) -> None:
        """Reads anew how the logs stand."""
        self._session.read(log_deeds.line, self.show_line, self)

    def show_line(self, line: OwnLine) -> None:
        """Brings the card up to date; a recovery key that is shown stays until it was kept."""
        self._line = line
        told = sentences(line)
        if line.recovery and not self.once.count():
            told.append(tr(NOT_KEPT))
        self.said.setText("\n".join(told))
        self.trouble.setVisible(line.trouble in GOES_ON_AFRESH)
        if line.trouble in GOES_ON_AFRESH:
            self.trouble.say("amber", tr("This log can only be read"), line.why)
        self.fetch.setVisible(line.trouble in CAN_BE_FETCHED)
        self.moved.setVisible(line.trouble is Trouble.COPIED)
        self.afresh.setVisible(line.trouble in GOES_ON_AFRESH)

    def first_button(self) -> KeyButton:
        """What there is to do first."""
        return next((one for one in (self.fetch, self.moved, self.afresh) if not one.isHidden()), self.show_all)

    def _fetch(self) -> None:
        waiting = self._line.waiting if self._line else 0
        self._open(FetchPanel(self._session, waiting))

    def _afresh(self) -> None:
        holders = [f"{one.name} ({one.size:,})" for one in self._line.holders] if self._line else []
        is_copy = self._line is not None and self._line.trouble is Trouble.COPIED
        is_foreign = self._line is not None and self._line.trouble is Trouble.FOREIGN
        self._open(AfreshPanel(self._session, holders, is_copy, is_foreign))

    def _open(self, panel: _LogPanel) -> None:
        empty(self.panel)
        self.panel.addWidget(panel)
        panel.closed.connect(self._closed)
        panel.done.connect(self._done)
        field = panel.first_field()
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.opened.emit(panel)

    def _closed(self) -> None:
        empty(self.panel)
        self.first_button().setFocus(Qt.FocusReason.OtherFocusReason)

    def _done(self, words: str, made: Superseded | None) -> None:
        self._notices.tell(words, "green")
        if made is not None:
            self._show_once(made.printed)
        self.reload()

    def _show_once(self, key: str) -> None:
        empty(self.once)
        desk = self._session.desk
        whose = f"{desk.record.organisation.name}, {desk.record.organisation.ods}" if desk else ""
        frame = card("sunken")
        lines = column(frame, margins="medium", gap="small")
        lines.addWidget(Text(tr(ONCE), "body", strong=True))
        self.printed = PrintedKey(key, whose)
        lines.addWidget(self.printed)
        lines.addWidget(Text(tr(NEXT), "dense", "text_2"))
        kept = KeyButton(tr("I have kept it. Take it off the screen"), lambda: self._kept(key), kind="primary")
        lines.addWidget(kept, 0, Qt.AlignmentFlag.AlignLeft)
        self.once.addWidget(frame)
        self.printed.save.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit(frame)

    def _kept(self, key: str) -> None:
        empty(self.once)
        key_kept(self._session, key, self)
        self.reload()
        self.first_button().setFocus(Qt.FocusReason.OtherFocusReason)


def sentences(line: OwnLine) -> list[str]:
    """How the logs stand, a sentence each, without the commands that a terminal is told."""
    entries = count_words(line.head.size, "entry", "entries")
    head = tr("Log {log} is written here: {entries}.").format(log=line.head.log[:8], entries=entries)
    found = [head, *(link.say() for link in reversed(line.links))]
    for one in line.holders:
        seen = tr("{name} was seen to hold its entries up to {size}.")
        found.append(seen.format(name=one.name, size=f"{one.size:,}"))
    if line.waiting:
        found.append(tr("A copy that goes to entry {size} waits here.").format(size=f"{line.waiting:,}"))
    return found


class _LogPanel(FootPanel):
    """A panel that ends what keeps the log read-only. `done` carries the words, and what a new log was given."""

    done = Signal(str, object)

    def __init__(self, session: Session, title: str, save: str, intro: str) -> None:
        super().__init__(title, save, intro)
        self._session = session

    def _do(self, deed, told) -> None:
        """Runs a deed; `told` gives words, changes and the new log out of what it returned."""
        self.save.setEnabled(self._session.person() is None)
        self.wrong.say("")

        def finished(made) -> None:
            words, changes, superseded = told(made)
            self._session.changes.happened.emit(changes)
            self.closed.emit()
            self.done.emit(words, superseded)

        self._session.do(deed, self, finished, self.fail)

    def _reason(self, editor) -> str:
        reason = editor.text().strip()
        if not reason:
            self.fail(tr("Give a reason: it stays in the record."))
            editor.setFocus()
        return reason


class FetchPanel(_LogPanel):
    """The end of the log out of a copy that others hold."""

    def __init__(self, session: Session, waiting: int) -> None:
        super().__init__(
            session,
            tr("Fetch back what is missing"),
            tr("Fetch it from the copy that waits here"),
            tr("Every entry is verified and must be signed by this installation's own key; then the log goes on."),
        )
        self._waiting = waiting
        words = tr("Drop the newest return of this log here: whoever receives your returns can write it out.")
        self.drop = DropArea(words, tr("Choose a return of this log"), tr(KINDS), tr("Choose a file"))
        self.drop.dropped.connect(lambda files: self._from(files[0]))
        self._layout.insertWidget(self._layout.indexOf(self.wrong), self.drop)
        self.save.setVisible(bool(waiting))

    def first_field(self):
        return self.save if self._waiting else self.drop.choose

    def submit(self) -> None:
        self._from(None)

    def _from(self, path: Path | None) -> None:
        self._do(log_deeds.fetch(path), lambda made: (made[0].words, made[1], None))


class MovedPanel(_LogPanel):
    """The same installation on another computer: the old one is no longer used."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            tr("It was moved to this computer"),
            tr("Record the move"),
            tr("Only if the old computer is no longer used with this profile. If both are to be used, close this "
               "window and start a profile of its own here."),
        )  # fmt: skip
        self.sure = QCheckBox(tr("The old computer records nothing more."))
        self.sure.setMinimumHeight(look().px(28))
        self._layout.insertWidget(self._layout.indexOf(self.wrong), self.sure)
        self.reason = self.line(tr("Reason"), below=True, hint=tr("for instance “A new computer.”"))

    def first_field(self):
        return self.sure

    def submit(self) -> None:
        if not self.sure.isChecked():
            self.fail(tr("Make sure that the old computer records nothing more, then tick the box."))
            self.sure.setFocus()
            return
        reason = self._reason(self.reason)
        if reason:
            self._do(log_deeds.moved(reason), lambda made: (made.words, made, None))


class AfreshPanel(_LogPanel):
    """A new log in the place of this one, which stays to be read."""

    def __init__(
        self, session: Session, holders: list[str], is_copy: bool = False, is_foreign: bool = False
    ) -> None:
        """`is_copy`: the installation lies on another computer, and the old one may still be used. `is_foreign`:
        somebody without its key wrote behind its end, and nothing of it is missing."""
        known = tr("It was seen elsewhere: {who}.").format(who="; ".join(holders)) if holders else ""
        known = tr(STILL_USED) if is_copy else known
        first = tr(LEFT_BEHIND) if is_foreign else tr(FIRST)
        super().__init__(
            session,
            tr("Go on with a new log"),
            tr("Start the new log"),
            f"{tr('This log stays here to read and is never added to again.')} {first} {known}".strip(),
        )
        copied = tr("The old computer is out of use: nobody can send more.")
        self._is_foreign = is_foreign
        told = tr("Whoever looks after the database was told.")
        ticked = copied if is_copy else told if is_foreign else tr("Nobody can send what is missing here.")
        self.lost = QCheckBox(ticked)
        self.lost.setMinimumHeight(look().px(28))
        self._layout.insertWidget(self._layout.indexOf(self.wrong), self.lost)
        self.reason = self.line(
            tr("Reason"), below=True, hint=tr("for instance “The server was put back from an older backup.”")
        )

    def first_field(self):
        return self.lost

    def submit(self) -> None:
        if not self.lost.isChecked():
            ask = tr("Ask first whether anybody can send what is missing, then tick the box.")
            self.fail(tr("Tell them first, then tick the box.") if self._is_foreign else ask)
            self.lost.setFocus()
            return
        reason = self._reason(self.reason)
        if reason:
            self._do(log_deeds.supersede(reason, True), lambda made: (made[0].words, made[1], made[0]))
