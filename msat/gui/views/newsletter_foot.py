"""The foot of the newsletter's screen: copy, and a file in each form; in a narrow window the forms are one menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QMenu

from msat.gui.newsletter_composer import Composer
from msat.gui.newsletter_saving import KINDS
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.tongue import tr


class ComposerFoot(QFrame):
    """`copy`, `save_as(form)` and `save_all` are called by its buttons."""

    def __init__(
        self,
        composer: Composer,
        copy: Callable[[], None],
        save_as: Callable[[str], None],
        save_all: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.composer, self._save_as, self._save_all = composer, save_as, save_all
        lines = column(self, margins="small", gap="tight")
        self.working = Text("", "meta", "info_text")
        self.working.hide()
        lines.addWidget(self.working)
        line = Wrapping(gap=8)
        self.copy = KeyButton(tr("Copy"), copy, "Ctrl+Shift+C", "primary", "copy")
        self.copy.setAccessibleName(tr("Copy the issue with its formatting"))
        line.addWidget(self.copy)
        self.forms: dict[str, KeyButton] = {}
        for form, (name, _kinds) in KINDS.items():
            button = KeyButton(tr(name), lambda form=form: save_as(form))
            button.setAccessibleName(tr("Save the issue as {form}").format(form=tr(name)))
            self.forms[form] = button
            line.addWidget(button)
        self.all = KeyButton(tr("All forms, all readers"), save_all, kind="quiet", icon="save")
        line.addWidget(self.all)
        self.more = KeyButton(tr("Save as"), self._menu, "Ctrl+S", icon="save")
        self.more.hide()
        line.addWidget(self.more)
        lines.addLayout(line)
        for signal in (composer.opened, composer.looked):
            signal.connect(self.refresh)
        composer.changed.connect(lambda _key: self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """Nothing can leave an issue that holds nothing."""
        full = self.composer.shown is not None and bool(self.composer.shown.items)
        for button in (self.copy, self.all, self.more, *self.forms.values()):
            button.setEnabled(full)

    def set_narrow(self, narrow: bool) -> None:
        """One button for every form where there is little room."""
        for button in (*self.forms.values(), self.all):
            button.setVisible(not narrow)
        self.more.setVisible(narrow)

    def say(self, words: str) -> None:
        """What is being done."""
        self.working.say(words)

    def _menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().topLeft()))

    def menu(self) -> QMenu:
        """Every form to save as."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for form, (name, _kinds) in KINDS.items():
            made.addAction(tr(name), lambda form=form: self._save_as(form))
        made.addAction(tr("All forms, all readers"), self._save_all)
        return made
