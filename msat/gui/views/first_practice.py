"""First run, page 2: whose record it is, where, and who is working. Nothing is recorded here."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QWidget

from msat.errors import MsatError, Refused
from msat.gui.first_steps import Answers, Typed
from msat.gui.pieces import Text, Wrapping, column, restyle
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.page import Page
from msat.gui.views.panels import ROLES
from msat.settings import declared

KINDS = spoken(
    {
        "gp-practice": later("GP practice"),
        "dispensing-practice": later("Dispensing GP practice"),
        "community-pharmacy": later("Community pharmacy"),
        "pcn": later("Primary care network (PCN)"),
        "committee": later("Commissioner or safety committee"),
    }
)
FIELD = 320
"""Pixels at 100 % that a field is wide: two stand side by side, one where there is no room."""


class PracticeStep(Page):
    """`changed` says that the nation or the kind is another: other sources suit it."""

    changed = Signal()

    def __init__(self, typed: Typed, settings: Mapping[str, str]) -> None:
        super().__init__(
            tr("Whose record is it?"),
            tr(
                "Name and code stand in the record's first entry for ever. The rest can be changed later. Your name "
                "and role can wait: MSAT asks when you first record something."
            ),
        )
        self._typed = typed
        self.lines.setSpacing(look().px("medium"))
        self._wrapped = Wrapping(gap=16)
        self.captions: dict[QWidget, str] = {}
        self._frames: list[QFrame] = []
        self.ods, self.name, self.person = QLineEdit(), QLineEdit(), QLineEdit()
        self.kind, self.nation, self.role = QComboBox(), QComboBox(), QComboBox()
        self._fill(settings)
        for field, label, editor in (
            ("ods", tr("ODS code"), self.ods),
            ("name", tr("Name of the practice or organisation"), self.name),
            ("kind", tr("Kind of organisation"), self.kind),
            ("nation", tr("Nation, for its bank holidays"), self.nation),
            ("person", tr("Your name"), self.person),
            ("role", tr("Your role"), self.role),
        ):
            self._wrapped.addWidget(self._field(label, editor))
            self._follow(field, editor)
        self.role.lineEdit().setAccessibleName(tr("Your role"))
        self.lines.addLayout(self._wrapped)
        self.lines.addStretch(1)
        self._fit_fields()
        look().changed.connect(self._fit_fields)

    def _fit_fields(self) -> None:
        for frame in self._frames:
            frame.setFixedWidth(look().px(FIELD))

    def _fill(self, settings: Mapping[str, str]) -> None:
        """What was typed before, else what the settings say."""
        for value, label in KINDS.items():
            self.kind.addItem(label, value)
        nation = declared("nation")
        for value in nation.choices:
            self.nation.addItem(tr(nation.words.get(value, value)), value)
        self.role.setEditable(True)
        self.role.addItems(ROLES)
        look().dress(self.role.lineEdit(), "body")
        self.ods.setPlaceholderText(tr("for instance A81001"))
        self.ods.setText(self._typed.text("ods"))
        self.name.setText(self._typed.text("name"))
        self.person.setText(self._typed.text("person") or settings["person_name"])
        self.role.setCurrentText(self._typed.text("role") or settings["person_role"])
        _choose(self.nation, self._typed.text("nation") or settings["nation"])
        _choose(self.kind, self._typed.text("kind"))

    def _field(self, label: str, editor: QWidget) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "clear")
        lines = column(frame, gap="tight")
        caption = Text(label, "dense")
        caption.setBuddy(editor)
        editor.setAccessibleName(label)
        editor.installEventFilter(self)
        if isinstance(editor, QComboBox):
            editor.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            editor.setMinimumContentsLength(8)
        else:
            editor.setMaxLength(200)
            look().dress(editor, "body")
        self._frames.append(frame)
        lines.addWidget(caption)
        lines.addWidget(editor)
        self.captions[editor] = label
        return frame

    def _follow(self, field: str, editor: QWidget) -> None:
        """Keeps what a person types or chooses as a draft."""
        if isinstance(editor, QLineEdit):
            editor.textEdited.connect(lambda text: self._keep(field, text))
        elif editor.isEditable():
            editor.editTextChanged.connect(lambda text: self._keep(field, text))
        else:
            editor.activated.connect(lambda _at: self._choice_made(field, editor))
            editor.currentIndexChanged.connect(lambda _at: self.changed.emit())

    def _keep(self, field: str, text: str) -> None:
        self._typed.keep(field, text)
        for editor in self.captions:
            _mark(editor, False)

    def _choice_made(self, field: str, editor: QComboBox) -> None:
        self._keep(field, editor.currentData())

    def preset(self, kind: str) -> None:
        """The kind that goes with page 1, unless a person has chosen one."""
        if not self._typed.text("kind"):
            _choose(self.kind, kind)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field that Tab goes to is brought into view, whole, with its caption."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.bring_into_view(watched)
        return super().eventFilter(watched, event)

    def bring_into_view(self, editor: QWidget) -> None:
        """A field and its caption."""
        self.scroll.ensureWidgetVisible(editor.parentWidget())

    # What was typed

    def answers(self, start_page: str) -> Answers:
        return Answers(
            start_page,
            self.name.text(),
            self.ods.text(),
            self.kind.currentData(),
            self.nation.currentData(),
            self.person.text().strip(),
            self.role.currentText().strip(),
        )

    def first_field(self) -> QWidget:
        """The first field that is still empty and must not be, else the first."""
        return next((editor for editor in (self.ods, self.name) if not editor.text().strip()), self.ods)

    def wrong(self) -> tuple[MsatError, QWidget] | None:
        """What stands in the way, and the field it is about; None when nothing does."""
        found = self._wrong()
        for editor in self.captions:
            _mark(editor, found is not None and editor is found[1])
        return found

    def _wrong(self) -> tuple[MsatError, QWidget] | None:
        from msat.services.organisation import checked_organisation

        if not self.ods.text().strip():
            code = tr("It is 3 to 10 letters and digits, for instance A81001.")
            return Refused(tr("The ODS code is missing."), code), self.ods
        for editor, name in ((self.ods, "x"), (self.name, self.name.text())):
            try:
                checked_organisation(name, self.ods.text(), self.kind.currentData())
            except MsatError as error:
                return error, editor
        person, role = self.person.text().strip(), self.role.currentText().strip()
        if bool(person) != bool(role):
            missing = self.role if person else self.person
            return Refused(
                tr("Your name and your role go together."), tr("Give both, or leave both empty for now.")
            ), missing
        return None


def _choose(box: QComboBox, value: str) -> None:
    at = box.findData(value)
    if at >= 0:
        box.setCurrentIndex(at)


def _mark(editor: QWidget, wrong: bool) -> None:
    if bool(editor.property("wrong")) != wrong:
        editor.setProperty("wrong", wrong)
        restyle(editor)
