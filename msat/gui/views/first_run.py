"""The first run: whose record this is, who is working, or the sample. Then the recovery key, shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit

from msat.errors import MsatError, Refused
from msat.gui.pieces import KeyButton, Text, card, column
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.page import Page
from msat.gui.views.panels import ROLES
from msat.gui.views.printed_key import PrintedKey
from msat.settings import declared

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow

KINDS = spoken(
    {
        "gp-practice": later("GP practice"),
        "dispensing-practice": later("Dispensing GP practice"),
        "community-pharmacy": later("Community pharmacy"),
        "pcn": later("Primary care network (PCN)"),
        "committee": later("Commissioner or safety committee"),
    }
)


class FirstRun(Page):
    """`made` carries the recovery key; `sample` asks for the sample organisation."""

    made = Signal(str)
    sample = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(
            tr("Welcome to MSAT"),
            tr(
                "MSAT brings medicines safety notices in, says what each asks of you, and keeps a "
                "permanent record of what was done. It is not an NHS product."
            ),
        )
        self.session = session
        self.lines.addWidget(self._form())
        self.lines.addWidget(self._sample())
        self.lines.addStretch(1)

    @classmethod
    def show_in(cls, window: MainWindow, session: Session) -> FirstRun:
        """Shows the page in the window's place for pages."""
        page = cls(session)
        page.made.connect(lambda key: RecoveryKey.show_in(window, session, key))
        page.sample.connect(window.open_sample)
        window.show_alone(page)
        page.name.setFocus(Qt.FocusReason.OtherFocusReason)
        return page

    def _form(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="small")
        lines.addWidget(Text(tr("Start a record"), "section"))
        lines.addWidget(
            Text(tr("The name and the code stand in the record's first entry for ever."), "dense", "text_2")
        )
        self.name, self.ods, self.person = QLineEdit(), QLineEdit(), QLineEdit()
        self.kind, self.nation, self.role = QComboBox(), QComboBox(), QComboBox()
        nation = declared("nation")
        for value in nation.choices:
            self.nation.addItem(nation.words.get(value, value), value)
        for value, label in KINDS.items():
            self.kind.addItem(label, value)
        self.role.setEditable(True)
        self.role.addItems(ROLES)
        self.role.setCurrentText("")
        look().dress(self.role.lineEdit(), "body")
        self.ods.setPlaceholderText(tr("for instance A81001"))
        fields = (
            (tr("Organisation's name"), self.name),
            (tr("ODS code"), self.ods),
            (tr("Kind of organisation"), self.kind),
            (tr("Nation, for its bank holidays"), self.nation),
            (tr("Your name"), self.person),
            (tr("Your role"), self.role),
        )
        for label, editor in fields:
            caption = Text(label, "dense")
            caption.setBuddy(editor)
            editor.setAccessibleName(label)
            editor.setMaximumWidth(look().px(460))
            lines.addWidget(caption)
            lines.addWidget(editor)
        self.role.lineEdit().setAccessibleName(tr("Your role"))
        for editor in (self.name, self.ods, self.person):
            editor.returnPressed.connect(self.submit)
        self.wrong = Text("", "body", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)
        self.start = KeyButton(tr("Start the record"), self.submit, "Enter", "primary")
        lines.addSpacing(look().px("small"))
        lines.addWidget(self.start, 0, Qt.AlignmentFlag.AlignLeft)
        return frame

    def _sample(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="small")
        lines.addWidget(Text(tr("Only looking?"), "section"))
        lines.addWidget(
            Text(
                tr("The sample holds real alerts' facts and invented answers. It needs no network."), "dense", "text_2"
            )
        )
        self.open_sample = KeyButton(tr("Open the sample"), self.sample.emit)
        lines.addWidget(self.open_sample, 0, Qt.AlignmentFlag.AlignLeft)
        return frame

    def submit(self) -> None:
        """Makes the record on the writer's thread; what was typed stays when it is refused."""
        person, role = self.person.text().strip(), self.role.currentText().strip()
        if not person or not role:
            self.fail(Refused(tr("Your name and role are needed."), tr("They stand beside what you record.")))
            return
        where, texts = self.session.places, (self.name.text(), self.ods.text(), self.kind.currentData())

        def make() -> str:
            from msat.bootstrap import create_profile
            from msat.services.organisation import checked_organisation

            return create_profile(where, checked_organisation(*texts))

        def made(key: str) -> None:
            self.session.remember_person(person, role)
            self._keep_nation()
            self.made.emit(key)

        self.start.setEnabled(False)
        self.wrong.say("")
        runner = self.session.runner
        runner.write(make, made, lambda error: self.fail(self.session.as_trouble(error)), self)

    def _keep_nation(self) -> None:
        """Kept as a setting, to be changed later; the record itself does not depend on it."""
        try:
            self.session.settings.keep(nation=self.nation.currentData())
        except MsatError as error:
            self.session.tell(error)

    def fail(self, error: MsatError) -> None:
        self.start.setEnabled(True)
        self.wrong.say(str(error))


class RecoveryKey(Page):
    """The recovery key, to be printed or saved, then kept apart from this computer."""

    done = Signal()

    def __init__(self, key: str) -> None:
        super().__init__(
            tr("Your recovery key"),
            tr(
                "It is shown once. Should this computer be lost, it proves that a new record continues "
                "this one. Print it or save it, and keep it where you keep other keys, not on this "
                "computer."
            ),
        )
        shown = PrintedKey(key)
        self.text, self.copy, self.save, self.said = shown.text, shown.copy, shown.save, shown.said
        self.lines.addWidget(shown)
        self.go_on = KeyButton(tr("I have kept it. Open MSAT"), self.done.emit, "", "primary")
        self.lines.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignLeft)
        self.lines.addStretch(1)

    @classmethod
    def show_in(cls, window: MainWindow, session: Session, key: str) -> RecoveryKey:
        page = cls(key)
        page.done.connect(window.open_own)
        window.show_alone(page)
        page.save.setFocus(Qt.FocusReason.OtherFocusReason)
        return page
