"""One setting on the form: its name, a field made of its declaration, what it does, and what is wrong with what was
typed. Applies at once; a refusal stands in place and what was typed stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QTimeEdit,
    QWidget,
)

from msat.errors import MsatError
from msat.gui.pieces import KeyButton, Text, Wrapping, column, restyle
from msat.gui.theme import look
from msat.gui.tongue import later, tr

if TYPE_CHECKING:
    from msat.gui.kept_settings import KeptSettings
    from msat.settings import Setting, Value


CERTIFICATES = later("Certificates (*.pem *.crt *.cer *.der);;All files (*)")


class Choice(QComboBox):
    """A choice that the wheel does not turn: a page that scrolls must never change a setting on the way."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Number(QSpinBox):
    """A number that the wheel does not turn."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Hours(QTimeEdit):
    """A time that the wheel does not turn, one stop of the Tab key: Left and Right go from hours to minutes."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        return QWidget.focusNextPrevChild(self, forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """One press goes from part to part; Qt's own first goes to the end of the part that is marked."""
        parts = {Qt.Key.Key_Left: self.Section.HourSection, Qt.Key.Key_Right: self.Section.MinuteSection}
        part = parts.get(Qt.Key(event.key()))
        if part is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.setSelectedSection(part)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SettingField(QFrame):
    """`applied` carries the key and the sentence of what it is now."""

    applied = Signal(str, str)

    def __init__(self, setting: Setting, settings: KeptSettings) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self.setting, self._settings = setting, settings
        self._showing = False
        lines = column(self, gap="tight")
        self.caption = Text(tr(setting.name), "body", strong=True)
        self.editor = self._made()
        self.caption.setBuddy(self.editor)
        self.help = Text(tr(setting.help), "dense", "text_2")
        self.wrong = Text("", "dense", "red_text")
        self.wrong.hide()
        for widget in (self.caption, self.help):
            lines.addWidget(widget)
        beside = Wrapping(gap=8)
        beside.addWidget(self.editor)
        if setting.is_folder:
            choose = KeyButton(tr("Choose a folder"), self._choose_folder, kind="quiet")
            choose.setAccessibleName(tr("{setting}: choose a folder").format(setting=tr(setting.name)))
            beside.addWidget(choose)
        if setting.is_file:
            choose = KeyButton(tr("Choose a file"), self._choose_file, kind="quiet")
            choose.setAccessibleName(tr("{setting}: choose a file").format(setting=tr(setting.name)))
            beside.addWidget(choose)
        self.usual = KeyButton("", self._back, kind="quiet")
        beside.addWidget(self.usual)
        lines.addLayout(beside)
        lines.addWidget(self.wrong)
        self.show_value(settings.value(setting.key))

    @property
    def words(self) -> str:
        """What a search looks through."""
        one = self.setting
        return " ".join((one.key, *one.choices, *(tr(text) for text in one.texts))).lower()

    # Making

    def _made(self) -> QWidget:
        one = self.setting
        if isinstance(one.default, bool):
            made: QWidget = self._switch()
        elif isinstance(one.default, int):
            made = self._number()
        elif one.choices:
            made = self._choice()
        else:
            made = self._time() if one.is_time else self._line()
        if not isinstance(made, KeyButton):
            made.setAccessibleName(tr(one.name))
            look().dress(made, "body")
        made.setAccessibleDescription(tr(one.help))
        return made

    def _switch(self) -> KeyButton:
        made = KeyButton(tr("Off"), kind="chip")
        made.setCheckable(True)
        made.toggled.connect(self._apply)
        return made

    def _number(self) -> QSpinBox:
        made, one = Number(), self.setting
        made.setRange(one.low if one.low is not None else -(10**9), one.high if one.high is not None else 10**9)
        made.setSuffix(one.spaced_unit.replace(one.unit, tr(one.unit)) if one.unit else "")
        made.setSingleStep(5 if made.maximum() - made.minimum() > 50 else 1)
        made.setKeyboardTracking(False)
        look().dress(made.lineEdit(), "body")
        made.lineEdit().setTextMargins(look().px(6), 0, 0, 0)
        made.valueChanged.connect(self._apply)
        return made

    def _choice(self) -> QComboBox:
        made, one = Choice(), self.setting
        for value in one.choices:
            made.addItem(tr(one.words.get(value, value)), value)
        made.currentIndexChanged.connect(lambda at: self._apply(made.itemData(at)))
        return made

    def _time(self) -> QTimeEdit:
        made = Hours()
        made.setDisplayFormat("HH:mm")
        made.setKeyboardTracking(False)
        look().dress(made.lineEdit(), "body")
        made.lineEdit().setTextMargins(look().px(6), 0, 0, 0)
        made.timeChanged.connect(lambda time: self._apply(time.toString("HH:mm")))
        return made

    def _line(self) -> QLineEdit:
        made = QLineEdit()
        made.setMaxLength(200)
        made.setFixedWidth(look().px(360))
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        made.editingFinished.connect(lambda: self._apply(made.text().strip()))
        return made

    def _choose_folder(self) -> None:
        now = str(self._settings.value(self.setting.key))
        chosen = QFileDialog.getExistingDirectory(self, tr(self.setting.name), now)
        if chosen:
            self._apply(chosen)

    def _choose_file(self) -> None:
        now = str(self._settings.value(self.setting.key))
        chosen, _kind = QFileDialog.getOpenFileName(self, tr(self.setting.name), now, tr(CERTIFICATES))
        if chosen:
            self._apply(chosen)

    def _back(self) -> None:
        """As it is when MSAT is new. The button goes with it: the focus stays at the field."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._apply(self.setting.default)

    # Showing and applying

    def show_value(self, value: Value) -> None:
        """Shows a value without applying it."""
        self._showing = True
        editor = self.editor
        if isinstance(editor, KeyButton):
            editor.setChecked(bool(value))
            editor.say(tr("On") if value else tr("Off"))
            editor.setAccessibleName(f"{tr(self.setting.name)}: {tr('on') if value else tr('off')}")
        elif isinstance(editor, QSpinBox):
            editor.setValue(int(value))
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(value))
        elif isinstance(editor, QTimeEdit):
            editor.setTime(QTime.fromString(str(value), "HH:mm"))
        elif isinstance(editor, QLineEdit) and editor.text() != value:
            editor.setText(str(value))
        self._mark("")
        self._show_usual(value)
        self._showing = False

    def _show_usual(self, value: Value) -> None:
        """Back to what is usual, where this is another; a name and a role have nothing usual."""
        one = self.setting
        none = tr("the profile's own") if one.is_folder else tr("none") if one.is_file or one.is_proxy else ""
        usual = tr(one.say(one.default)) or none
        self.usual.say(tr("Back to: {usual}").format(usual=usual))
        self.usual.setAccessibleName(tr("{setting}: back to {usual}").format(setting=tr(one.name), usual=usual))
        self.usual.setVisible(bool(usual) and value != one.default)

    def _apply(self, value: Value) -> None:
        if self._showing or value == self._settings.value(self.setting.key):
            self._mark("")
            return
        try:
            self._settings.keep(**{self.setting.key: value})
        except MsatError as error:
            self._mark(str(error))
            return
        value = self._settings.value(self.setting.key)  # as it is kept, which may be another spelling
        self.show_value(value)
        self.applied.emit(self.setting.key, f"{tr(self.setting.name)}: {tr(self.setting.say(value)) or tr('nothing')}.")

    def _mark(self, said: str) -> None:
        self.wrong.say(said)
        if self.editor.property("wrong") != bool(said):
            self.editor.setProperty("wrong", bool(said))
            restyle(self.editor)
