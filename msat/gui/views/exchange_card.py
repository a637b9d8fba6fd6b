"""Send and receive: save the own return, take in what came, bring a shared folder up to date; a report of each file.

The files are carried by whoever carries them: e-mail, a stick, a shared drive. Nothing here opens a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QFrame, QLineEdit, QPlainTextEdit

from msat.errors import Cancelled, MsatError
from msat.gui import exchange_deeds, tongue
from msat.gui.pieces import KeyButton, Text, Wrapping, breakable, column, copyable, empty
from msat.gui.saving import open_file
from msat.gui.session import Session
from msat.gui.tongue import later, plural, tr
from msat.gui.views.drop_area import DropArea
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.oversight_parts import arrival_notice
from msat.gui.views.working_line import WorkingLine
from msat.ids import AlertKey

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from msat.exchange.arrivals import Arrival
    from msat.services.awaited_receipts import Awaited
    from msat.services.folder_sync import Synced
    from msat.services.send_return import Sent

ABOUT = later(
    "A return is the whole log of one organisation as one signed file. Send yours to your "
    "commissioner or network by e-mail, or put it in a shared folder. What others send is "
    "proven before it is taken in."
)
KINDS = later("Files from other sites (*.msatreturn *.msatreceipt *.msatregister);;All files (*)")
STOPPED = later("Stopped. What was taken in before stays; do it again to go on.")
FOLDER = "exchange/folder"


class ExchangeCard(QFrame):
    """`took_in` says that something may have come in or waits now; `reported` carries what is to be scrolled to."""

    took_in = Signal()
    reported = Signal(object)

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Send and receive"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        self.send_button = KeyButton(tr("Save my return"), self.choose_target, kind="primary", icon="save")
        lines.addWidget(self.send_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.waits = copyable(Text("", "dense", "text_2"))
        self.waits.hide()
        lines.addWidget(self.waits)
        self.drop = DropArea(
            tr("Drop returns, receipts and registers here that came from other sites."),
            tr("Take in files from other sites"),
            tr(KINDS),
            tr("Take in files"),
        )
        self.drop.dropped.connect(self.take_in)
        lines.addWidget(self.drop)
        self._folder(lines)
        self.working = WorkingLine(tr("taking in files"))
        lines.addWidget(self.working)
        self.came = column(gap="small")
        lines.addLayout(self.came)
        session.changes.happened.connect(lambda _changes: self._ask_waits())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_waits()

    def _ask_waits(self) -> None:
        """Whether what was sent is known to have come: a receipt that is overdue is an alarm."""
        if self.isVisible():
            self._session.read(exchange_deeds.awaited, self._show_waits, self)

    def _show_waits(self, found: Awaited) -> None:
        self.waits.say(tongue.said(f"{found.words} {found.next_step}".strip()))
        self.waits.set_tone("amber_text" if found.is_overdue else "text_2")
        self.waits.show()

    def _folder(self, lines) -> None:
        lines.addWidget(Text(tr("Shared folder"), "body", strong=True))
        self.folder_line = copyable(Text("", "dense", "text_2"))
        lines.addWidget(self.folder_line)
        buttons = Wrapping(gap=8)
        self.again = KeyButton(tr("Bring it up to date"), self.sync_again)
        self.again.setAccessibleName(tr("Bring the shared folder up to date"))
        self.choose = KeyButton(tr("Choose a shared folder"), self.choose_folder)
        buttons.addWidget(self.again)
        buttons.addWidget(self.choose)
        lines.addLayout(buttons)
        self._show_folder()

    def _show_folder(self) -> None:
        folder = self._session.memory.text(FOLDER)
        self.again.setVisible(bool(folder))
        self.choose.say(tr("Choose another folder") if folder else tr("Choose a shared folder"))
        self.folder_line.setText(
            tr("{folder}\nMSAT reads everybody's files in it and writes only your own.").format(
                folder=breakable(folder)
            )
            if folder
            else tr(
                "Where sites share a drive, MSAT reads everybody's files in a folder of it and writes only your own."
            )
        )

    # Sending

    def choose_target(self) -> None:
        """Asks for the folder and saves the own return in it."""
        folder = self._ask(tr("Where your return goes"), "save/folder")
        if folder is not None:
            self.send(folder)

    def _ask(self, title: str, remembered: str) -> Path | None:
        known = self._session.memory.text(remembered, str(Path.home()))
        chosen = QFileDialog.getExistingDirectory(self, title, known)
        if not chosen:
            return None
        self._session.memory.keep(remembered, chosen)
        return Path(chosen)

    def send(self, folder: Path) -> None:
        """Saves the own return in `folder`, proven before it has its name."""
        self._begin(tr("Writing your return and proving it."))

        def sent(made: Sent) -> None:
            self._end()
            where = made.path.parent
            said = Notice("green", made.words, breakable(str(where)), tr("Open folder"), lambda: open_file(where))
            self.came.addWidget(said)
            self._tell(tr("Your return is in {where}.").format(where=where))
            self._ask_waits()

        self._session.run(exchange_deeds.send(folder), self, sent, self._failed, long=True)

    # Receiving

    def take_in(self, files: Sequence[Path]) -> None:
        """Takes in files that came from other sites and says what became of each."""
        number = len(files)
        progress = self._begin(
            tr("Taking in {number:,} {which}.").format(number=number, which=plural(number, "file", "files")),
            tr(STOPPED),
        )

        def done(arrivals: list[Arrival]) -> None:
            self._end()
            self.show_report(arrivals)
            self._go_to_report()

        self._session.run(exchange_deeds.take_in(list(files), progress), self, done, self._failed, long=True)

    def choose_folder(self) -> None:
        """Asks for the shared folder, keeps it for next time, and brings it up to date."""
        folder = self._ask(tr("The shared folder"), FOLDER)
        if folder is not None:
            self._show_folder()
            self.sync(folder)

    def sync_again(self) -> None:
        """Brings the folder of last time up to date."""
        self.sync(Path(self._session.memory.text(FOLDER)))

    def sync(self, folder: Path) -> None:
        """Reads everybody's files in `folder` and writes one's own."""
        progress = self._begin(tr("Reading the shared folder."), tr(STOPPED))

        def done(made: Synced) -> None:
            self._end()
            words = exchange_deeds.synced_words(made)
            tone = "red" if made.is_alarm else "green"
            self.came.addWidget(
                Notice(tone, tr("The shared folder"), words, tr("Open folder"), lambda: open_file(folder))
            )
            self.show_report(made.arrivals)
            self._go_to_report()

        self._session.run(exchange_deeds.sync(folder, progress), self, done, self._failed, long=True)

    def show_report(self, arrivals: Sequence[Arrival]) -> None:
        """A sentence for each file, alarms first; where there are many the quiet ones are counted."""
        report = exchange_deeds.report(arrivals)
        for one in report.shown:
            self.came.addWidget(arrival_notice(one))
        if report.others:
            self.came.addWidget(Text(report.others, "body", "text_2"))
        if report.shown:
            close = KeyButton(tr("Close this report"), self._close, kind="quiet")
            self.came.addWidget(close, 0, Qt.AlignmentFlag.AlignLeft)
        self._tell_of(arrivals)
        self._changed(frozenset[AlertKey]().union(*(one.alerts for one in arrivals)))

    def _tell_of(self, arrivals: Sequence[Arrival]) -> None:
        """What became of one file in its own words; of several how many they were, and a way to the report."""
        number, alarms = len(arrivals), sum(one.outcome.is_alarm for one in arrivals)
        if alarms:
            needs = tr("file needs") if alarms == 1 else tr("files need")
            words = tr("{alarms:,} {needs} a person to look now: see the report under Send and receive.").format(
                alarms=alarms, needs=needs
            )
        elif number == 1:
            words = tongue.said(arrivals[0].words)
        else:
            words = tr("Looked at {number:,} files: see what became of each under Send and receive.").format(
                number=number
            )
        if arrivals:
            tone = "red" if alarms else "amber" if any(one.outcome == "waiting" for one in arrivals) else "green"
            self._notices.tell(words, tone, tr("Show the report"), self._go_to_report)

    def _go_to_report(self) -> None:
        """Scrolls to what became of the files and puts the focus under it; never away from somebody who types."""
        notice, way_out = (self.came.itemAt(at) for at in (0, self.came.count() - 1))
        if not self.isVisible() or notice is None:
            return
        types = isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit)
        if isinstance(way_out.widget(), KeyButton) and not types:
            way_out.widget().setFocus(Qt.FocusReason.OtherFocusReason)
        self.reported.emit(notice.widget())

    def _close(self) -> None:
        empty(self.came)
        self.drop.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    # Common to all

    def _begin(self, words: str, stopped: str = ""):
        empty(self.came)
        self._enable(False)
        return self.working.begin(words, stopped)

    def _end(self) -> None:
        self.working.end()
        self._enable(True)

    def _enable(self, on: bool) -> None:
        for widget in (self.send_button, self.drop, self.again, self.choose):
            widget.setEnabled(on)

    def _tell(self, words: str, tone: str = "green") -> None:
        self._notices.tell(words, tone)

    def _failed(self, error: MsatError) -> None:
        self._end()
        tone = "amber" if isinstance(error, Cancelled) else "red"
        self.came.addWidget(Notice(tone, f"{error.title}.", f"{error.explanation} {error.next_step}".strip()))
        # A work that ended early may have taken in some of the files.
        self._changed()

    def _changed(self, alerts: frozenset[AlertKey] = frozenset()) -> None:
        """Tells every view; those of a colleague's alerts are named, so that an open one is read again."""
        from msat.services.desk import Changes

        self._session.changes.happened.emit(Changes(alerts))
        self.took_in.emit()
