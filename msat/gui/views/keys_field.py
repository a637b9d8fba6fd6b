"""The letters of commands on the form of the settings: what is changed, in words, and the way to their page."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from msat.gui.kept_settings import KeptSettings
from msat.gui.pieces import KeyButton, Text
from msat.gui.tongue import tr
from msat.gui.views.settings_field import SettingField
from msat.letter_keys import AS_DELIVERED, BY_NAME, read, shown
from msat.settings import Setting, Value


class KeysField(SettingField):
    """`page_asked` carries the page on which they are changed."""

    page_asked = Signal(str)

    def __init__(self, setting: Setting, settings: KeptSettings) -> None:
        self.changed_keys = Text("", "dense")
        super().__init__(setting, settings)
        self.layout().insertWidget(2, self.changed_keys)

    def _made(self) -> QWidget:
        made = KeyButton(tr("Change the letters"), lambda: self.page_asked.emit("keys"))
        made.setAccessibleDescription(tr(self.setting.help))
        return made

    def show_value(self, value: Value) -> None:
        """Names each command whose key is another."""
        keys = read(str(value))
        own = [name for name, key in keys.items() if key != AS_DELIVERED[name]]
        said = "; ".join(f"{tr(BY_NAME[name].label)} {shown(keys[name]) or tr('no key')}" for name in own)
        self.changed_keys.say(tr("Changed: {keys}.").format(keys=said) if own else tr("Every letter is as delivered."))
        self._mark("")
        self._show_usual(value)


def field_of(setting: Setting, settings: KeptSettings) -> SettingField:
    """The field that a setting has on the form."""
    return (KeysField if setting.is_keys else SettingField)(setting, settings)
