"""Panels over the foot of a pane, never dialogs: Ctrl+Enter saves, Esc closes, and nothing closes when saving fails."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QWidget

from msat.errors import MsatError
from msat.gui.pieces import KeyButton, Text, Wrapping, column, row
from msat.gui.session import Session, made_person
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.date_field import DateField
from msat.gui.views.drafting import Drafting
from msat.gui.views.page import chain
from msat.gui.views.particulars import DateDone

ROLES = (
    "Practice pharmacist",
    "GP",
    "Pharmacy technician",
    "Dispensary lead",
    "Practice nurse",
    "Practice manager",
    "Administrator",
    "Superintendent pharmacist",
    "Responsible pharmacist",
    "Medicines safety officer",
)


def known_role(typed: str) -> str:
    """A role as it is spelt here, where it was typed in other capitals; as typed, where it is none of ours."""
    plain = " ".join(typed.split())
    return next((role for role in ROLES if role.casefold() == plain.casefold()), plain)


class FootPanel(QFrame):
    """A title, a sentence, fields, one line for what is wrong, Save and Close."""

    closed = Signal()

    def __init__(self, title: str, save: str, intro: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setAccessibleName(title)
        self._layout = column(self, margins="medium", gap="small")
        self.title = Text(title, "section")
        self.intro = Text("", "dense", "text_2")
        self.intro.say(intro)
        self._layout.addWidget(self.title)
        self._layout.addWidget(self.intro)
        self.fields = row(gap="medium")
        self._layout.addLayout(self.fields)
        self.wrong = Text("", "dense", "red_text")
        self.wrong.hide()
        self._layout.addWidget(self.wrong)
        self.buttons = Wrapping()
        self._was_on_save = False
        self.save = KeyButton(save, self._submit, "Ctrl+Enter", "primary")
        self.close_button = KeyButton(tr("Close"), self.leave, "Esc")
        self.buttons.addWidget(self.save)
        self.buttons.addWidget(self.close_button)
        self._layout.addLayout(self.buttons)

    def minimumSizeHint(self) -> QSize:
        """As high as its words are at this width, not as they would be at the narrowest."""
        return QSize(super().minimumSizeHint().width(), 0)

    def showEvent(self, event: QShowEvent) -> None:
        """Fields were added after the buttons: Tab goes through them as they read all the same."""
        chain(self._layout)
        super().showEvent(event)

    def add(self, label: str, editor: QWidget, share: int = 1, below: bool = False) -> QWidget:
        """A field under its label; `below` gives it a line of its own."""
        part = column(gap="tight")
        caption = Text(label, "meta", "text_2")
        caption.setBuddy(editor)
        editor.setAccessibleName(label)
        part.addWidget(caption)
        part.addWidget(editor)
        if below:
            self._layout.insertLayout(self._layout.indexOf(self.wrong), part)
        else:
            part.addStretch(1)  # one that says what is wrong below its field moves no other
            self.fields.addLayout(part, share)
        return editor

    def next_row(self) -> None:
        """What is added from now on stands beside itself in a row of its own, under what was added before."""
        self.fields = row(gap="medium")
        self._layout.insertLayout(self._layout.indexOf(self.wrong), self.fields)

    def line(self, label: str, text: str = "", below: bool = False, hint: str = "") -> QLineEdit:
        editor = QLineEdit(text)
        editor.setMaxLength(4000)
        editor.setPlaceholderText(hint)
        self.add(label, editor, below=below)
        return editor

    def choice(self, label: str, options: dict[str, str], below: bool = False) -> QComboBox:
        """A field with fixed answers: {value: words}."""
        editor = QComboBox()
        for value, words in options.items():
            editor.addItem(words, value)
        self.add(label, editor, below=below)
        return editor

    def _submit(self) -> None:
        self._was_on_save = self.save.hasFocus()
        if all(field.is_right() for field in self.findChildren(DateField) if field.isVisible() and field.isEnabled()):
            self.submit()

    def submit(self) -> None:
        """Saves. Each panel says how."""
        raise NotImplementedError

    def fail(self, error: MsatError | str) -> None:
        """Says what is wrong; everything typed stays."""
        self.save.setEnabled(True)
        if self._was_on_save and self.close_button.hasFocus():
            # Switched off while it was recording, the button gave the focus to Close: one more Space would have closed.
            self.save.setFocus(Qt.FocusReason.OtherFocusReason)
        self.wrong.say(str(error))

    def leave(self) -> None:
        self.closed.emit()

    def first_field(self) -> QWidget | None:
        """Where the focus goes when the panel opens: the first empty field, else the first."""
        editors = [w for w in self.findChildren(QWidget) if isinstance(w, QLineEdit | QComboBox) and w.isVisible()]
        blank = next((e for e in editors if isinstance(e, QLineEdit) and not e.text()), None)
        return blank or (editors[0] if editors else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._submit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)


class WhoFields:
    """Name and role, as remembered, to be changed for this one deed."""

    def __init__(self, panel: FootPanel, session: Session, blank: bool = False) -> None:
        self._session = session
        known = None if blank else session.person()
        self.name = panel.line(tr("Your name"), known.name if known else "", hint=tr("First and last name"))
        self.role = QComboBox()
        self.role.setEditable(True)
        self.role.addItems(ROLES)
        self.role.setCurrentText(known.role if known else "")
        self.role.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.role.setMinimumContentsLength(8)
        self.name.setMinimumWidth(look().px(110))
        look().dress(self.role.lineEdit(), "body")
        panel.add(tr("Your role"), self.role)
        self.role.lineEdit().setAccessibleName(tr("Your role"))
        for field in (self.name, self.role.lineEdit()):
            field.setCursorPosition(0)  # a narrow field shows how the name begins
        self.role.lineEdit().editingFinished.connect(lambda: self.role.setCurrentText(self._role()))

    def _role(self) -> str:
        return known_role(self.role.currentText())

    def person(self):
        return made_person(self.name.text(), self._role())

    def remember_if_new(self) -> None:
        """The first name chosen here is offered next time."""
        if self._session.person() is None:
            self._session.remember_person(self.name.text(), self._role())


class PersonPanel(FootPanel):
    """Who works here: asked once, kept for the next deeds, changed from the foot of the rail."""

    def __init__(self, session: Session, then: Callable[[], None] | None = None) -> None:
        super().__init__(
            tr("Who is working here?"), tr("Use this name"), tr("Every deed is recorded with a name and a role.")
        )
        self._session, self._then = session, then
        self.who = WhoFields(self, session)

    def submit(self) -> None:
        name, role = self.who.name.text().strip(), known_role(self.who.role.currentText())
        if not name or not role:
            self.fail(tr("A name and a role are needed."))
            return
        self._session.remember_person(name, role)
        self.closed.emit()
        if self._then is not None:
            self._then()


class DeedPanel(FootPanel):
    """A panel that records one deed about one alert."""

    def __init__(self, session: Session, key: str, title: str, save: str, intro: str = "") -> None:
        super().__init__(title, save, intro)
        self.session, self.alert = session, key
        self.drafting = Drafting(self, session, key)

    def record(self, deed, person=None, then: Callable[[], None] | None = None) -> None:
        """Records; closes only once it is in the record."""
        self.save.setEnabled(False)
        self.wrong.say("")

        def recorded(_changes: object) -> None:
            if then is not None:
                then()
            self.closed.emit()

        self.session.do(deed, self, recorded, self.fail, person)

    def draft(self, field: str, editor: QLineEdit) -> QLineEdit:
        """Keeps what is typed here until it is recorded."""
        return self.drafting.line(field, editor)

    def forget(self, field: str) -> None:
        self.drafting.forget(field)


class SignOffPanel(DeedPanel):
    """Name, role and statement. What is missing stands in one line above the button."""

    def __init__(self, session: Session, key: str, missing: str, second: bool, first_by: str = "") -> None:
        intro = (
            tr("The first signature is that of {first_by}. Somebody else signs too.").format(first_by=first_by)
            if second
            else ""
        )
        title = tr("Sign off as second person") if second else tr("Sign off")
        super().__init__(session, key, title, tr("Sign off"), intro)
        person = session.person()
        same = second and person is not None and person.name.casefold() == first_by.casefold()
        self.who = WhoFields(self, session, blank=same)
        self.statement = self.draft("sign-off/statement", self.line(tr("Statement"), below=True))
        self.statement.setPlaceholderText("The actions above were carried out as recorded.")
        self.when = DateDone(tr("Date done"), session.now)
        self.add(tr("Date done"), self.when, share=0)
        self.show_missing(missing)

    def show_missing(self, missing: str) -> None:
        """Names what stands in the way; the button works only when nothing does."""
        self.wrong.say(missing)
        self.save.setEnabled(not missing)
        self.missing = missing

    def submit(self) -> None:
        if self.missing:
            return
        from msat.gui import deeds

        deed = deeds.sign_off(self.alert, self.statement.text().strip(), self.when.chosen())
        self.record(deed, self.who.person(), self._signed)

    def _signed(self) -> None:
        self.forget("sign-off/statement")
        self.who.remember_if_new()


class SecondNotApplicablePanel(DeedPanel):
    """A second person confirms that a Red does not apply."""

    def __init__(self, session: Session, key: str, reason: str) -> None:
        super().__init__(
            session,
            key,
            tr("Confirm that it does not apply"),
            tr("Confirm"),
            tr("Because it is Red, somebody else confirms it."),
        )
        self._reason = reason
        self.who = WhoFields(self, session, blank=True)
        self.note = self.draft("second/note", self.line(tr("Note"), below=True))

    def submit(self) -> None:
        from msat.gui import deeds

        deed = deeds.applies(self.alert, False, self._reason, self.note.text().strip())
        self.record(deed, self.who.person(), lambda: self.forget("second/note"))


class PriorityPanel(DeedPanel):
    """Another priority than the rule's, with a reason."""

    def __init__(self, session: Session, key: str, rag: str) -> None:
        super().__init__(
            session,
            key,
            tr("Change priority"),
            tr("Change priority"),
            tr("The rule's own priority stays visible beside yours."),
        )
        options = {"red": tr("Red: act now"), "amber": tr("Amber: act in time"), "green": tr("Green: for information")}
        self.rag = self.choice(tr("Priority"), options)
        self.rag.setCurrentIndex(max(0, self.rag.findData(rag)))
        self.rag.installEventFilter(self)
        self.reason = self.draft("priority/reason", self.line(tr("Reason"), below=True))

    def first_field(self) -> QWidget | None:
        """P, then R, A or G: the priority comes first, the reason after it."""
        return self.rag

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.rag and event.type() == QEvent.Type.KeyPress:
            letters = {option[0].casefold(): at for at, option in enumerate(map(self.rag.itemText, range(3)))}
            at = letters.get(event.text().casefold())
            if at is not None:
                self.rag.setCurrentIndex(at)
                self.reason.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
        return super().eventFilter(watched, event)

    def submit(self) -> None:
        from msat.gui import deeds

        deed = deeds.override(self.alert, self.rag.currentData(), self.reason.text().strip())
        self.record(deed, then=lambda: self.forget("priority/reason"))


class ReopenPanel(DeedPanel):
    """Opens a closed alert again, with a reason."""

    def __init__(self, session: Session, key: str) -> None:
        super().__init__(session, key, tr("Re-open"), tr("Re-open"), tr("What was recorded stays in the history."))
        self.reason = self.draft("reopen/reason", self.line(tr("Reason"), below=True))

    def submit(self) -> None:
        from msat.gui import deeds

        deed = deeds.reopen(self.alert, self.reason.text().strip())
        self.record(deed, then=lambda: self.forget("reopen/reason"))
