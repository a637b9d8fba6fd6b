"""Papers for somebody who inspects: one alert on one side, all alerts with their evidence, or the log of a period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit

from msat.clock import london
from msat.errors import Cancelled, MsatError
from msat.gui import paper_deeds
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, empty
from msat.gui.saving import ask_where, open_file
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.certificate_field import CertificateField
from msat.gui.views.days_card import day_editor, day_of, labelled
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.working_line import WorkingLine

if TYPE_CHECKING:
    from msat.services.desk import Changes

PAGES = later("PDF (*.pdf);;Web page (*.html)")
LOGS = later("PDF (*.pdf);;Excel (*.xlsx)")
STOPPED = later("Stopped. No file was left half made.")
KINDS = spoken(
    {
        "inspector": later("All alerts with their evidence"),
        "log": later("Log in the familiar columns"),
        "page": later("One alert on one side"),
    }
)
ABOUT = spoken(
    {
        "inspector": later(
            "Every alert received in the period: what it asked, what was done, by whom, and how it shows."
        ),
        "log": later("Every alert received in the period, in the field order of the familiar document."),
        "page": later("One alert from its notice to its last signature, on one side of A4."),
    }
)


class InspectorCard(QFrame):
    """Chooses what, of when, and where it goes."""

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("For an inspector"), "section"))
        self.about = Text("", "dense", "text_2")
        lines.addWidget(self.about)
        lines.addLayout(self._fields())
        self.certificate = CertificateField()
        lines.addWidget(self.certificate)
        self.save_button = KeyButton(tr("Save it"), self.choose_file, "Ctrl+E", "plain", "save")
        lines.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.working = WorkingLine(tr("making the file"))
        lines.addWidget(self.working)
        self.outcome = column(gap="small")
        lines.addLayout(self.outcome)
        self.kind.currentIndexChanged.connect(lambda _at: self._fit())
        self._fit()

    def _fields(self) -> Wrapping:
        line = Wrapping(gap=12)
        today = london(self._session.now()).date()
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("What to save"))
        for value, words in KINDS.items():
            self.kind.addItem(words, value)
        self.first = day_editor(tr("From"), today - timedelta(days=365))
        self.last = day_editor(tr("To"), today)
        self.ref = QLineEdit()
        self.ref.setAccessibleName(tr("Alert, by its reference"))
        self.ref.setPlaceholderText(tr("for instance EL(26)A/37"))
        self.ref.setMinimumWidth(look().px(200))
        self.parts = {}
        for name, label, editor in (
            ("kind", tr("What to save"), self.kind),
            ("first", tr("From"), self.first),
            ("last", tr("To"), self.last),
            ("ref", tr("Alert"), self.ref),
        ):
            part = card("clear")
            part.setLayout(labelled(label, editor))
            self.parts[name] = part
            line.addWidget(part)
        return line

    def _fit(self) -> None:
        kind = self.kind.currentData()
        self.about.setText(ABOUT[kind])
        self.parts["ref"].setVisible(kind == "page")
        for name in ("first", "last"):
            self.parts[name].setVisible(kind != "page")

    def show_log(self) -> None:
        """The log of a period, ready to be saved."""
        self.kind.setCurrentIndex(self.kind.findData("log"))
        self.kind.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Saving

    def choose_file(self) -> None:
        """Asks where, then saves it."""
        kind, ref = self.kind.currentData(), self.ref.text().strip()
        if kind == "page" and not ref:
            self._say("amber", tr("Name the alert by its reference."))
            self.ref.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if kind != "page" and not (self.first.is_right() and self.last.is_right()):
            return
        path = ask_where(
            self, tr("Save it"), self._name(kind, ref), tr(LOGS if kind == "log" else PAGES), self._session
        )
        if path is not None:
            self.write(path)

    def _name(self, kind: str, ref: str) -> str:
        from msat.exports.file_names import safe_name

        first, last = day_of(self.first), day_of(self.last)
        if kind == "page":
            return f"{safe_name(tr('inspector {alert}').format(alert=ref))}.pdf"
        if kind == "log":
            return tr("log {first} to {last}.pdf").format(first=first, last=last)
        return tr("alerts and evidence {first} to {last}.pdf").format(first=first, last=last)

    def write(self, path: Path) -> None:
        """Makes the file aside from the window's thread and records that it was issued."""
        person = self._session.person()
        if person is None:
            self._session.person_needed.emit(lambda: self.write(path))
            return
        empty(self.outcome)
        self.save_button.setEnabled(False)
        progress = self.working.begin(tr("Making the file."), tr(STOPPED))
        deed = self._deed(path, progress)

        def done(result: tuple[Path, Changes]) -> None:
            self._ended()
            made, changes = result
            self._session.changes.happened.emit(changes)
            self._notices.tell(changes.words.split(" Entry ")[0], "green", tr("Open"), lambda: open_file(made))

        def work() -> None:
            self._session.run(lambda desk: deed(desk, person), self, done, self._failed, long=True)

        self._session.grace.record_all(work)

    def _deed(self, path: Path, progress: Callable[[str, int, int], None]) -> paper_deeds.Wrote:
        signing, first, last = self.certificate.signing(), day_of(self.first), day_of(self.last)
        kind = self.kind.currentData()
        if kind == "page":
            return paper_deeds.inspector_page(self.ref.text().strip(), path, signing)
        if kind == "log":
            return paper_deeds.period_log(first, last, path, signing)
        return paper_deeds.inspector_file(first, last, path, signing, progress)

    def _ended(self) -> None:
        self.working.end()
        self.save_button.setEnabled(True)

    def _failed(self, error: MsatError) -> None:
        self._ended()
        tone = "amber" if isinstance(error, Cancelled) else "red"
        self._say(tone, f"{error.title}.", f"{error.explanation} {error.next_step}".strip())

    def _say(self, tone: str, head: str, text: str = "") -> None:
        empty(self.outcome)
        self.outcome.addWidget(Notice(tone, head, text))
