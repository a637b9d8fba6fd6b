"""The list of keys. The letter of a command stands on a button, which takes another: press Enter, then the new key.

A key that another command has is refused and the command is named; pressed once more, the two swap their keys. What is
chosen holds at once and is kept in the setting `letter_keys`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QGridLayout

from msat import letter_keys
from msat.errors import MsatError
from msat.gui.letters import SETTING, SWITCH, letters
from msat.gui.pieces import KeyButton, Text, card, column, tag
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.key_cap import KeyCap
from msat.gui.views.key_list import FIXED, HEADINGS, own_letters
from msat.gui.views.notices import Notice
from msat.gui.views.page import Page
from msat.letter_keys import AS_DELIVERED, BY_NAME, shown


class KeysPage(Page):
    """Every key that does something."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            tr("Keys"),
            tr(
                "A letter on a button can be another one: press Enter on it, then the new key. Delete takes a key "
                "away, Esc leaves it as it is. Up and Down go from one to the next."
            ),
        )
        self._session = session
        self.caps: dict[str, KeyCap] = {}
        self.usual: dict[str, KeyButton] = {}
        self._said: dict[str, Text] = {}
        self._offered = ("", "")
        self.trouble = Notice("amber", "", label=tr("Switch on"), on=self._switch_on)
        self.lines.addWidget(self.trouble)
        self.all = KeyButton(tr("All as delivered"), self.all_as_delivered)
        self.all.setAccessibleName(tr("All keys as delivered"))
        self.lines.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)
        for where in HEADINGS:
            self._add_section(where)
        self.lines.addStretch(1)
        self.chain()
        letters().changed.connect(self._show)
        session.settings.changed.connect(lambda _key: self._show())
        self._show()

    def _add_section(self, where: str) -> None:
        self.lines.addWidget(Text(HEADINGS[where], "section"))
        frame = card()
        grid = QGridLayout(frame)
        edge = look().px("medium")
        grid.setContentsMargins(edge, edge, edge, edge)
        grid.setHorizontalSpacing(look().px("wide"))
        grid.setVerticalSpacing(look().px("small"))
        grid.setColumnStretch(1, 1)
        for name in own_letters(where):
            self._add_own(grid, name)
        for key, does in FIXED[where]:
            at = grid.rowCount()
            grid.addWidget(tag(key, "key"), at, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(Text(does), at, 1)
        self.lines.addWidget(frame)

    def _add_own(self, grid: QGridLayout, name: str) -> None:
        cap = self.caps[name] = KeyCap(name)
        cap.typed.connect(lambda key: self.give(name, key))
        cap.refused.connect(lambda words: self._say(name, words, "red_text"))
        cap.waits.connect(lambda on: self._waits(name, on))
        cap.stepped.connect(lambda by: self._step(name, by))
        said = self._said[name] = Text("", "dense", "text_2")
        said.hide()
        delivered = shown(AS_DELIVERED[name])
        usual = self.usual[name] = KeyButton(
            tr("As delivered: {key}").format(key=delivered), lambda: self.as_delivered(name), kind="quiet"
        )
        label = tr(BY_NAME[name].label)
        usual.setAccessibleName(tr("{command}: as delivered, {key}").format(command=label, key=delivered))
        at = grid.rowCount()
        grid.addWidget(cap, at, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        words = column(gap=0)
        words.addWidget(Text(tr(BY_NAME[name].words)))
        words.addWidget(said)
        grid.addLayout(words, at, 1)
        grid.addWidget(usual, at, 2, Qt.AlignmentFlag.AlignRight)

    def shown(self) -> None:
        """Called whenever the page is gone to."""
        self._session.settings.read()
        self._show()

    # Changing

    def give(self, name: str, key: str) -> bool:
        """Gives a command another key, or none. One that another has is offered, and swapped when it comes again."""
        keys = letters().keys
        others = letter_keys.holders(keys, name, key)
        if not others:
            return self._keep(name, {**keys, name: key})
        made = letter_keys.swapped(keys, name, key)
        if made is not None and self._offered == (name, key):
            return self._keep(name, made, others[0].name)
        self._offered = (name, key)
        labels = tr("” and of “").join(tr(one.label) for one in others)
        if made is None:
            said = tr("{key} is the key of “{labels}”. Give that another key first, or press another here.")
        elif not keys[name]:
            said = tr("{key} is the key of “{labels}”. Press {key} again to take it from there, or press another.")
        else:
            said = tr("{key} is the key of “{labels}”. Press {key} again to swap the two, another key, or Esc.")
        self._say(name, said.format(key=shown(key), labels=labels), "red_text")
        return False

    def as_delivered(self, name: str) -> None:
        """A command has its first key again; where another has it now, that is said, and done when asked again."""
        self.caps[name].setFocus(Qt.FocusReason.OtherFocusReason)
        key = AS_DELIVERED[name]
        if not self.give(name, key):
            self.usual[name].setFocus(Qt.FocusReason.OtherFocusReason)
            if letter_keys.swapped(letters().keys, name, key) is not None:
                other = letter_keys.holders(letters().keys, name, key)[0]
                said = tr("{key} is the key of “{label}” now. Choose “As delivered” again to swap the two.")
                self._say(name, said.format(key=shown(key), label=tr(other.label)), "red_text")

    def all_as_delivered(self) -> None:
        """Every letter is what it was when MSAT was new."""
        first = next(iter(self.caps.values()))
        first.setFocus(Qt.FocusReason.OtherFocusReason)  # the button goes
        self._keep(first.name, AS_DELIVERED)

    def _keep(self, name: str, keys: dict[str, str], other: str = "") -> bool:
        cap = self.caps[name]
        try:
            self._session.settings.keep(**{SETTING: letter_keys.written(keys)})
        except MsatError as error:
            cap.leave()
            self._say(name, str(error), "red_text")
            return False
        cap.leave()
        self._offered = ("", "")
        for said in self._said.values():
            said.say("")
        if other:
            said = self._sentence(name, keys) + " " + self._sentence(other, keys)
        else:
            said = self._sentence(name, keys) if keys != AS_DELIVERED else tr("Every key is as delivered.")
        self._say(name, said, "text_2")
        return True

    def _sentence(self, name: str, keys: dict[str, str]) -> str:
        label, key = tr(BY_NAME[name].label), shown(keys[name])
        said = tr("“{command}” has the key {key} now.") if key else tr("“{command}” has no key now.")
        return said.format(command=label, key=key)

    def _waits(self, name: str, on: bool) -> None:
        self._offered = ("", "")
        said = self._said[name]
        if on:
            self._say(name, tr("Press the new key. Delete: no key. Esc: as it is."), "text_2")
        elif not said.isHidden():
            said.say("")

    def _say(self, name: str, words: str, tone: str) -> None:
        said = self._said[name]
        said.set_tone(tone)
        said.say(words)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.caps[name], words))

    def _step(self, name: str, by: int) -> None:
        names = list(self.caps)
        at = names.index(name) + by
        if 0 <= at < len(names):
            self.caps[names[at]].setFocus(Qt.FocusReason.TabFocusReason)
            self.scroll.ensureWidgetVisible(self.caps[names[at]], 0, look().px("large"))

    # Showing

    def _switch_on(self) -> None:
        try:
            self._session.settings.keep(**{SWITCH: True})
        except MsatError as error:
            self.trouble.say("amber", tr("The setting could not be kept."), str(error))

    def _show(self) -> None:
        keys, trouble = letters().keys, self._session.settings.trouble
        for name, usual in self.usual.items():
            usual.setVisible(keys[name] != AS_DELIVERED[name])
        self.all.setVisible(keys != AS_DELIVERED)
        self.trouble.setVisible(trouble is not None or not letters().is_on)
        self.trouble.button.setVisible(trouble is None)
        if trouble is not None:
            head = tr("The settings could not be read, so every key is as delivered.")
            self.trouble.say("amber", head, str(trouble))
        elif not letters().is_on:
            words = tr("Keys with Ctrl, F keys, Enter, Esc and the arrows work all the same.")
            self.trouble.say("amber", tr("Single letters and digits are switched off in the settings."), words)
