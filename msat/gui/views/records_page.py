"""Records: check everything, send and receive, keep safe, export the log. Says what a check proves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QWidget

from msat.gui import tongue
from msat.gui.into_sight import bring_to_top
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, copyable, empty, row
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, plural, spoken, tr
from msat.gui.views.drop_area import DropArea
from msat.gui.views.exchange_card import ExchangeCard
from msat.gui.views.inspector_card import InspectorCard
from msat.gui.views.key_card import KeyCard
from msat.gui.views.log_card import LogCard
from msat.gui.views.notices import NoticeBar, Picture
from msat.gui.views.packs_card import PacksCard
from msat.gui.views.page import Page
from msat.gui.views.person_card import PersonCard
from msat.gui.views.reading_card import ReadingCard
from msat.gui.views.receipts_card import ReceiptsCard
from msat.gui.views.retention_card import RetentionCard
from msat.gui.views.safe_card import SafeCard
from msat.gui.views.sites_card import SitesCard
from msat.gui.views.upkeep_card import UpkeepCard
from msat.ids import grouped
from msat.record.verification import Problem, Verification

if TYPE_CHECKING:
    from msat.services.desk import Desk

PROVES = later("A check proves that the record has not altered since it was made on this installation.")
NOT_PROVES = later("It does not prove that the work was done: it proves who said so, and when it was recorded.")
DROP = later(
    "Drop a file that MSAT made here: a one-page record, a log, a page for inspectors, a pack, a letter, a newsletter, "
    "a return, a receipt."
)
KINDS = later(
    "Files from MSAT (*.pdf *.xlsx *.docx *.html *.md *.txt *.eml *.json *.msatreturn *.msatreceipt *.msatregister);;"
    "All files (*)"
)


class RecordsPage(Page):
    """Checks and exports of the whole record."""

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__(tr("Records"), tr("The permanent record of this installation."))
        self.session, self.notices = session, notices
        self.trusted: list[Path] = []
        self.head = copyable(Text("", "fingerprint", "text_2"))
        self.lines.addWidget(self.head)
        self.ways = Wrapping(gap=8)
        self.sections: dict[str, Callable[[], None]] = {}
        self.lines.addLayout(self.ways)
        self._section(tr("Check"), self._check_card(), lambda: self.check)
        self.exchange = ExchangeCard(session, notices)
        self._section(tr("Send and receive"), self.exchange, lambda: self.exchange.send_button)
        self.sites = SitesCard(session, notices)
        self._section(tr("Other sites"), self.sites, lambda: self.sites.copy)
        self.receipts = ReceiptsCard(session, notices)
        self.lines.addWidget(self.receipts)
        self.safe = SafeCard(session, notices)
        self._section(tr("Keep safe"), self.safe, lambda: self.safe.now_button)
        self.lines.addWidget(self.safe.restore)
        self.sections[tr("Put a backup back")] = self._to_restore
        self.retention = RetentionCard(session)
        self._section(tr("Review list"), self.retention, lambda: self.retention.read_button)
        self.key = KeyCard(session, notices)
        self._section(tr("Signing key"), self.key, self.key.first_button)
        self.log = LogCard(session, notices)
        self._section(tr("This log"), self.log, self.log.first_button)
        self.person = PersonCard(session, notices)
        self._section(tr("A person's own entries"), self.person, lambda: self.person.name)
        self.papers = InspectorCard(session, notices)
        self._section(tr("For an inspector"), self.papers, lambda: self.papers.kind)
        self.reading = ReadingCard(session, notices)
        self._section(tr("Read"), self.reading, lambda: self.reading.own_button)
        self.upkeep = UpkeepCard(session, notices)
        self.packs = PacksCard(session, notices)
        self._section(tr("Assurance packs"), self.packs, lambda: self.packs.read_button)
        self._section(tr("Put in order"), self.upkeep, lambda: self.upkeep.rebuild_button)
        self.lines.addStretch(1)
        self.exchange.took_in.connect(self.sites.reload)
        self.exchange.reported.connect(self._reveal)
        self.sites.came.connect(self.exchange.show_report)
        for part in (self.sites, self.retention, self.key, self.log, self.person):
            part.opened.connect(self._reveal)
        for part in (self.sites, self.safe, self.retention, self.person, self.packs):
            part.arranged.connect(self.chain)
        session.changes.happened.connect(lambda _changes: self._changed())

    def _section(self, name: str, part: QWidget, first: Callable[[], QWidget]) -> None:
        """A card of the page, and a way to it at the top: the page is long."""

        def go() -> None:
            self.scroll.verticalScrollBar().setValue(part.y())
            first().setFocus(Qt.FocusReason.ShortcutFocusReason)

        self.sections[name] = go
        way = KeyButton(name, go, kind="quiet")
        way.setAccessibleName(tr("Go to: {name}").format(name=name))
        self.ways.addWidget(way)
        self.lines.addWidget(part)

    def _to_restore(self) -> None:
        """Goes to the card that puts a backup back: it belongs to the one before it, and has no way of its own."""
        self.scroll.verticalScrollBar().setValue(self.safe.restore.y())
        self.safe.restore.choice.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _reveal(self, panel: QWidget) -> None:
        """Scrolls to a panel once it has been laid out; Tab goes through it where it stands."""
        self.chain()
        bring_to_top(self.scroll, panel, look().px("medium"))

    def shown(self) -> None:
        self._changed()
        self.check.setFocus(Qt.FocusReason.OtherFocusReason)
        self.scroll.ensureWidgetVisible(self.check)

    def _changed(self) -> None:
        self._ask_head()
        if self.isVisible():
            for part in (self.sites, self.receipts, self.safe, self.key, self.log):
                part.reload()

    def _ask_head(self) -> None:
        def show(head) -> None:
            self.head.setText(
                tr("{size:,} entries. Fingerprint of the last one: {grouped}.").format(
                    size=head.size, grouped=grouped(head.id)
                )
            )

        self.session.read(lambda desk: desk.record.head(), show, self)

    # Checking

    def _check_card(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="medium")
        lines.addWidget(Text(tr("Check"), "section"))
        self.check = KeyButton(tr("Check all my records"), self.check_all, kind="primary", icon="records")
        lines.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)
        self.drop = DropArea(tr(DROP), tr("Choose files to check"), tr(KINDS))
        self.drop.dropped.connect(self.check_files)
        lines.addWidget(self.drop)
        self.trust_button = KeyButton(tr("Trust a root certificate in this check"), self.choose_root, kind="quiet")
        lines.addWidget(self.trust_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.trust_line = Text("", "dense", "text_2")
        self.trust_line.hide()
        lines.addWidget(self.trust_line)
        self.outcome = column(gap="medium")
        lines.addLayout(self.outcome)
        lines.addWidget(Text(tr(PROVES), "dense", "text_2"))
        lines.addWidget(Text(tr(NOT_PROVES), "dense", "text_2"))
        return frame

    def check_all(self) -> None:
        """Runs the numbered proof; it can take a while, and the window stays usable."""
        self._begin(tr("Checking every entry."))

        def work(desk: Desk) -> Verification:
            from msat.services.verify import verify

            return verify(desk)

        self.session.run(work, self, lambda found: self._show([(tr("the record"), found)]), self._failed, long=True)

    def check_files(self, files: list[Path]) -> None:
        """Checks files against this record."""
        self._begin(tr("Checking the files."))
        trusted = list(self.trusted)

        def work(desk: Desk) -> list[tuple[Path, Verification]]:
            from msat.services.verify import verify_files

            return verify_files(files, desk.record, trusted)

        def show(found: list[tuple[Path, Verification]]) -> None:
            self._show([(path.name, result) for path, result in found])

        self.session.run(work, self, show, self._failed, long=True)

    def choose_root(self) -> None:
        """Asks for files of root certificates: a PDF signed under one of them is told as signed by somebody known."""
        names, _kind = QFileDialog.getOpenFileNames(
            self, tr("Root certificates"), "", tr("Certificates (*.pem *.crt *.cer *.der);;All files (*)")
        )
        if names:
            self.trust([Path(name) for name in names])

    def trust(self, files: list[Path]) -> None:
        """Trusts the certificates in `files` until the window is closed."""
        self.trusted = files
        named = ", ".join(file.name for file in files)
        self.trust_line.say(
            tr("Signers under these roots are known until you close the window: {names}.").format(names=named)
        )

    def _begin(self, words: str) -> None:
        empty(self.outcome)
        self.check.setEnabled(False)
        self.outcome.addWidget(Text(words, "body", "text_2"))

    def _failed(self, error) -> None:
        self._show([])
        self.notices.warn(error)

    def _show(self, found: list[tuple[str, Verification]]) -> None:
        empty(self.outcome)
        self.check.setEnabled(True)
        for name, result in found:
            self.outcome.addWidget(result_frame(name, result))

    def focus_export(self) -> None:
        """Ctrl+E: what can be saved for an inspector, the log of a period first."""
        self.papers.show_log()
        self.scroll.ensureWidgetVisible(self.papers.save_button)


LOOKS = spoken(
    {
        "verified": ("green", "check", later("Verified")),
        "changed": ("red", "cross", later("Changed")),
        "not from here": ("info", "info", later("Not from here")),
        "no evidence": ("amber", "warning", later("No evidence")),
    }
)
"""Outcome of a check: tone, drawing and word, which always go together."""


def result_frame(name: str, found: Verification) -> QFrame:
    """One outcome in words: the verdict, each problem with its next step, and what was looked at."""
    outcome = outcome_of(found)
    tone, drawing, _word = LOOKS[outcome]
    frame = QFrame()
    frame.setProperty("callout", tone)
    lines = column(frame, margins="medium", gap="small")
    head = row(gap="small")
    head.addWidget(Picture(drawing, f"{tone}_text", 20), 0, Qt.AlignmentFlag.AlignTop)
    head.addWidget(Text(verdict(name, found), "section"), 1)
    lines.addLayout(head)
    for problem in found.problems:
        lines.addWidget(copyable(Text(problem_words(problem), "body")))
    for sentence in found.checked:
        lines.addWidget(Text(tongue.said(sentence), "dense", "text_2"))
    return frame


def outcome_of(found: Verification) -> str:
    """A file's own outcome; the record's is verified or changed."""
    outcome = getattr(found, "outcome", None)
    return str(outcome) if outcome is not None else "verified" if found.valid else "changed"


def verdict(name: str, found: Verification) -> str:
    """`Verified: the record. 412 entries were checked.`"""
    outcome = outcome_of(found)
    word = LOOKS[outcome][2]
    if outcome == "changed":
        number = len(found.problems)
        return tr("{word}: {name}. {number} {which} found.").format(
            word=word, name=name, number=number, which=plural(number, "problem was", "problems were")
        )
    entries = (
        tr(" {entries:,} entries were checked.").format(entries=found.entries)
        if found.entries and outcome == "verified"
        else ""
    )
    return f"{word}: {name}.{entries}"


def problem_words(problem: Problem) -> str:
    return f"{tongue.said(problem.what)} ({problem.where}) {tongue.said(problem.next_step)}".strip()
