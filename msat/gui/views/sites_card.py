"""Other sites: the own fingerprint to read out, the logs that wait to be enrolled, those enrolled, and panels for each.

A log is enrolled once two people compared its fingerprint by telephone; the services refuse anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLineEdit

from msat.gui import exchange_deeds
from msat.gui.exchange_deeds import Sites
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, copyable, empty, row, tag
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.enrol_panels import ComparePanel, ForgetPanel, RemovePanel
from msat.gui.views.notices import NoticeBar
from msat.gui.views.panels import FootPanel

if TYPE_CHECKING:
    from msat.services.enrol import Candidate, Held

MOST_SHOWN = 20
"""Enrolled logs shown at once; a search finds the others."""
TO_SEARCH = 8
"""Enrolled logs from which there is a search."""
TYPING_MS = 200
ABOUT = later(
    "Only logs that are enrolled here are taken in. Before that, somebody compares the log's "
    "fingerprint with the other site by telephone, so that nobody can pass for somebody else."
)


class SitesCard(QFrame):
    """`came` carries what became of the files that waited of a log that was enrolled; `opened` a panel to scroll to."""

    came = Signal(list)
    opened = Signal(object)
    arranged = Signal()

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        self._sites: Sites | None = None
        self._asked_at = ""
        self.buttons: dict[tuple[str, str], KeyButton] = {}
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Other sites"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        lines.addWidget(self._own())
        self.panel = column(gap=0)
        lines.addLayout(self.panel)
        self.waiting = column(gap="small")
        lines.addLayout(self.waiting)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Name or ODS code"))
        self.search.setAccessibleName(tr("Find an enrolled site by name or ODS code"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(look().px(320))
        self.search.hide()
        lines.addWidget(self.search)
        self.enrolled = column(gap="small")
        lines.addLayout(self.enrolled)
        self.line = Text(tr("Reading the list."), "dense", "text_2")
        lines.addWidget(self.line)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._show_enrolled)
        self.search.textChanged.connect(self._typing.start)

    def _own(self) -> QFrame:
        frame = card("sunken")
        lines = column(frame, margins="medium", gap="small")
        lines.addWidget(Text(tr("Your own fingerprint, to read out on the telephone"), "body", strong=True))
        self.mine = copyable(Text("", "fingerprint"))
        self.mine_about = Text("", "dense", "text_2")
        lines.addWidget(self.mine)
        lines.addWidget(self.mine_about)
        self.copy = KeyButton(tr("Copy"), self._copy, icon="copy")
        self.copy.setAccessibleName(tr("Copy your own fingerprint"))
        lines.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        return frame

    def _copy(self) -> None:
        if self._sites is not None:
            QGuiApplication.clipboard().setText(self._sites.mine.in_groups)
            self._notices.tell(tr("Copied your own fingerprint."), "green")

    # Reading

    def reload(self) -> None:
        """Reads the list anew; what is being typed in a panel stays."""
        self._session.read(exchange_deeds.sites, self.show_sites, self)

    def show_sites(self, found: Sites) -> None:
        """Brings the card up to date."""
        self._sites = found
        mine = found.mine
        self.mine.setText(exchange_deeds.lines_of_four(mine.in_groups))
        self.mine.setAccessibleName(tr("Your own fingerprint, 16 groups: {in_groups}").format(in_groups=mine.in_groups))
        self.mine_about.setText(
            tr("{name}, {ods}. Log {log}. It never changes.").format(name=mine.name, ods=mine.ods, log=mine.log[:8])
        )
        self.buttons = {}
        empty(self.waiting)
        for one in self._needing():
            self.waiting.addWidget(self._part(one))
        self._show_enrolled()
        self._go_back()

    def _needing(self) -> list[Held]:
        held = self._sites.held if self._sites else ()
        return [one for one in held if one.is_waiting or (one.writer.frozen and one.writer.is_active)]

    def _show_enrolled(self) -> None:
        self._typing.stop()
        empty(self.enrolled)
        if self._sites is None:
            return
        needing = self._needing()
        others = [one for one in self._sites.held if one not in needing]
        wanted = self.search.text().strip().casefold()
        found = [one for one in others if wanted in f"{one.writer.name} {one.writer.ods}".casefold()]
        self.search.setVisible(len(others) >= TO_SEARCH)
        for one in found[:MOST_SHOWN]:
            self.enrolled.addWidget(self._part(one))
        self.arranged.emit()
        self.line.say(_about(len(needing), len(others), len(found)))

    def _part(self, one: Held) -> QFrame:
        word, tone = exchange_deeds.state_of(one)
        frame = QFrame()
        frame.setProperty("kind", "clear")
        line = row(frame, gap="medium")
        line.addWidget(tag(word, tone), 0, Qt.AlignmentFlag.AlignTop)
        texts = column(gap=2)
        entries = "entry" if one.size == 1 else "entries"
        held = tr("in the file") if one.is_waiting else "held"
        texts.addWidget(Text(f"{one.writer.name}, {one.writer.ods}", "body"))
        texts.addWidget(
            Text(
                tr("Log {log}, {size:,} {entries} {held}.").format(
                    log=one.writer.log[:8], size=one.size, entries=entries, held=held
                ),
                "dense",
                "text_2",
            )
        )
        frozen = Text("", "dense", "red_text")
        frozen.say(exchange_deeds.frozen_words(one.writer) if one.writer.is_active else "")
        texts.addWidget(frozen)
        buttons = Wrapping(gap=8)
        for label, on in self._deeds(one):
            button = KeyButton(label, on, kind="plain" if one.is_waiting else "quiet")
            button.setAccessibleName(f"{label}: {one.writer.name}, {one.writer.ods}")
            self.buttons[(label, str(one.writer.log))] = button
            buttons.addWidget(button)
        texts.addLayout(buttons)
        line.addLayout(texts, 1)
        return frame

    def _deeds(self, one: Held) -> list[tuple[str, Callable[[], None]]]:
        compare, writer = partial(self._compare, one), one.writer
        remove = (tr("Remove"), lambda: self._open(RemovePanel(self._session, writer)))
        if one.is_waiting:
            return [(tr("Compare and enrol"), compare), (tr("Throw away"), lambda: self._forget(one))]
        if not writer.is_active:
            return []
        return [(tr("Enrol again"), compare), remove] if writer.frozen else [remove]

    # Panels

    def _compare(self, one: Held) -> None:
        def show(candidate: Candidate) -> None:
            mine = self._sites.mine if self._sites else candidate
            frozen = exchange_deeds.frozen_words(one.writer) if one.writer.is_active else ""
            own, signs = f"{mine.name}, {mine.ods}", mine.kind == "committee"
            panel = ComparePanel(self._session, own, candidate, frozen, signs)
            panel.enrolled.connect(self.came)
            self._open(panel)

        self._session.read(exchange_deeds.candidate(str(one.writer.log)), show, self)

    def _forget(self, one: Held) -> None:
        panel = ForgetPanel(self._session, one.writer)
        panel.forgotten.connect(lambda words: self._notices.tell(words, "green"))
        self._open(panel)

    def _open(self, panel: FootPanel) -> None:
        focus = self.window().focusWidget()
        self._asked_at = focus.accessibleName() if focus is not None and self.isAncestorOf(focus) else ""
        empty(self.panel)
        self.panel.addWidget(panel)
        panel.closed.connect(self._closed)
        panel.first_field().setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.opened.emit(panel)

    def _closed(self) -> None:
        empty(self.panel)
        self.copy.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit(self.copy)
        self.reload()

    def _go_back(self) -> None:
        """The list was made anew under whoever closed a panel: the focus returns to the button it was opened with."""
        if self.panel.count():
            return
        asked_at, self._asked_at = self._asked_at, ""
        again = next((one for one in self.buttons.values() if one.accessibleName() == asked_at), None)
        if asked_at and again is not None and self.copy is self.window().focusWidget():
            again.setFocus(Qt.FocusReason.OtherFocusReason)
            self.opened.emit(again)


def _about(needing: int, others: int, found: int) -> str:
    """How much of the list is shown, or what to do when it is empty."""
    if not others:
        return (
            "" if needing else tr("No log is enrolled here, and none waits. Take in the first return of another site.")
        )
    if not found:
        return tr("No enrolled site is called that. Clear the search to see all of them.")
    if found > MOST_SHOWN:
        return tr("{MOST_SHOWN} of {found:,} are shown. Type a name or a code to find another.").format(
            MOST_SHOWN=MOST_SHOWN, found=found
        )
    return ""
