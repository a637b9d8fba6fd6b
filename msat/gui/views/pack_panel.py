"""The panel that makes an assurance pack: who stands for it, which files, where; a draft, or an issue that is recorded.

It stays open while the files are made, says how far that is, and can be stopped; what was typed stays when it fails.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QFrame, QLineEdit

from msat.errors import Cancelled, MsatError
from msat.gui.oversight import period_words
from msat.gui.pieces import KeyButton, Wrapping
from msat.gui.saving import open_file
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.certificate_field import CertificateField
from msat.gui.views.notices import NoticeBar
from msat.gui.views.panels import ROLES, FootPanel

if TYPE_CHECKING:
    from msat.services.desk import Desk, Person
    from msat.services.export_pack import Made

FORMS = spoken({"pdf": "PDF", "html": later("Web page"), "xlsx": later("Excel workbook"), "json": "JSON"})
PEOPLE = spoken({"author": later("Author"), "reviewer": later("Reviewer"), "approver": later("Approver")})
INTRO = later(
    "An issued pack has a number, is recorded, and can be made again byte for byte. It needs "
    "an approver. A draft is marked as one on every page, and nothing is recorded."
)


class PackPanel(FootPanel):
    """`first` and `last` are the period's days. Save issues; the other button makes a draft."""

    _progressed = Signal(str)

    def __init__(self, session: Session, notices: NoticeBar, first: date, last: date) -> None:
        super().__init__(
            tr("Assurance pack"),
            tr("Issue the pack"),
            tr("For {period_words}. {INTRO}").format(period_words=period_words(first, last), INTRO=tr(INTRO)),
        )
        self.session, self.notices, self._first, self._last = session, notices, first, last
        self._cancelled = False
        self.names: dict[str, QLineEdit] = {}
        self.roles: dict[str, QComboBox] = {}
        known = session.person()
        for key, words in PEOPLE.items():
            self._person(key, words, known if key == "author" else None)
        self._files()
        self.draft_button = KeyButton(tr("Make a draft"), self.make_draft)
        self.stop_button = KeyButton(tr("Stop"), self._stop)
        self.stop_button.hide()
        self.buttons.addWidget(self.draft_button)
        self.buttons.addWidget(self.stop_button)
        self._progressed.connect(self.intro.say)

    def _person(self, key: str, words: str, known: Person | None) -> None:
        name = QLineEdit(known.name if known else self.session.memory.text(f"pack/{key}/name"))
        name.setMaxLength(200)
        name.setPlaceholderText(tr("Name"))
        role = QComboBox()
        role.setEditable(True)
        role.addItems(ROLES)
        role.setCurrentText(known.role if known else self.session.memory.text(f"pack/{key}/role"))
        role.lineEdit().setPlaceholderText(tr("Role"))
        role.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        role.setMinimumContentsLength(18)
        name.setMinimumWidth(look().px(220))
        part = QFrame()
        part.setProperty("kind", "clear")
        line = Wrapping(part, gap=8)
        line.addWidget(name)
        line.addWidget(role)
        self.add(words, part, below=True)
        name.setAccessibleName(f"{words}'s name")
        role.setAccessibleName(f"{words}'s role")
        role.lineEdit().setAccessibleName(f"{words}'s role")
        self.names[key], self.roles[key] = name, role

    def _files(self) -> None:
        part = QFrame()
        part.setProperty("kind", "clear")
        line = Wrapping(part, gap=12)
        self.forms = {form: QCheckBox(words) for form, words in FORMS.items()}
        for box in self.forms.values():
            box.setChecked(True)
            box.setMinimumHeight(look().px(28))
            line.addWidget(box)
        self.add(tr("Files"), part, below=True)
        self.certificate = CertificateField()
        self._layout.insertWidget(self._layout.indexOf(self.wrong), self.certificate)

    # Making

    def submit(self) -> None:
        """Issues the pack."""
        if not self.names["approver"].text().strip():
            self.fail(tr("An issued pack needs an approver. Name one, or make a draft."))
            return
        self._make(is_draft=False)

    def make_draft(self) -> None:
        """Makes a draft; nothing is recorded."""
        self._make(is_draft=True)

    def _make(self, is_draft: bool) -> None:
        forms = tuple(form for form, box in self.forms.items() if box.isChecked())
        person = self.session.person()
        if not forms:
            self.fail(tr("Tick at least one kind of file."))
            return
        if person is None:
            self.session.person_needed.emit(lambda: self._make(is_draft))
            return
        folder = QFileDialog.getExistingDirectory(
            self, tr("Where the pack goes"), self.session.memory.text("save/folder", str(Path.home()))
        )
        if folder:
            self.session.memory.keep("save/folder", folder)
            self.make_in(Path(folder), forms, person, is_draft)

    def make_in(self, folder: Path, forms: tuple[str, ...], person: Person, is_draft: bool) -> None:
        """Makes the files in `folder`, aside from the window's thread."""
        self._remember()
        people = {key: (self.names[key].text().strip(), self.roles[key].currentText().strip()) for key in PEOPLE}
        signing = self.certificate.signing()
        self._cancelled = False
        self._busy(True)

        def progress(what: str, done: int, of: int) -> None:
            if self._cancelled:
                raise Cancelled(tr("Stopped. No file was left half made."))
            self._progressed.emit(tr("{what}: {done:,} of {of:,}.").format(what=what, done=done, of=of))

        def work(desk: Desk) -> Made:
            from msat.projections.pack_model import Signatory
            from msat.services.export_pack import draft_pack, issue_pack
            from msat.services.pack_preparing import Wanted

            wanted = Wanted(self._first, self._last, **{key: Signatory(*who) for key, who in people.items()})
            if is_draft:
                return draft_pack(desk, wanted, folder, forms, progress)
            return issue_pack(desk, wanted, folder, person, forms, progress, signing(desk))

        self.session.run(work, self, self._made, self._failed, long=True)

    def _remember(self) -> None:
        for key in ("reviewer", "approver"):
            self.session.memory.keep(f"pack/{key}/name", self.names[key].text().strip())
            self.session.memory.keep(f"pack/{key}/role", self.roles[key].currentText().strip())

    def _stop(self) -> None:
        self._cancelled = True
        self.stop_button.setEnabled(False)

    def _busy(self, on: bool) -> None:
        for widget in (self.save, self.draft_button, *self.names.values(), *self.roles.values(), *self.forms.values()):
            widget.setEnabled(not on)
        self.stop_button.setEnabled(True)
        self.stop_button.setVisible(on)
        self.wrong.say("")
        if not on:
            self.intro.say(
                tr("For {period_words}. {INTRO}").format(
                    period_words=period_words(self._first, self._last), INTRO=tr(INTRO)
                )
            )

    def _made(self, made: Made) -> None:
        self._busy(False)
        self.session.changes.happened.emit(made.changes)
        pages = next((path for path in made.files if path.suffix in (".pdf", ".html")), made.files[0])
        self.notices.tell(
            tr("{words} In {parent}.").format(words=made.words, parent=pages.parent),
            "green",
            tr("Open"),
            lambda: open_file(pages),
        )
        self.closed.emit()

    def _failed(self, error: MsatError) -> None:
        self._busy(False)
        self.fail(error.explanation if isinstance(error, Cancelled) else error)
