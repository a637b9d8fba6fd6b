"""The top of the detail pane: tags, title, facts, and the pages the notice stands on; a low window shows fewer of
its links."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from msat.gui import words
from msat.gui.letters import By, by
from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable, empty, row, tag
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.updated import state_tag
from msat.gui.views.source_text import safe_address
from msat.gui.views.strengths import StrengthText
from msat.projections.alert_state import AlertState

_TONES = {"withdrawn": "amber", "mixed-level": "amber", "needs-a-person": "amber", "updated": "info"}


class AlertHead(QWidget):
    """`opened` carries the address of a page to open in the system's browser."""

    opened = Signal(str)
    save_asked = Signal()
    copy_asked = Signal()
    newsletter_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        layout = column(self, gap=6)
        self.tags = Wrapping(gap=6)
        self.top = row(gap="small")
        self.top.addLayout(self.tags, 100)
        self.top.addStretch(1)
        # Tags are lower than the buttons beside them: their middles are brought into line.
        self.tags.setContentsMargins(0, look().px(6), 0, 0)
        layout.addLayout(self.top)
        self.title = copyable(StrengthText("", "title"))
        layout.addWidget(self.title)
        self.facts = copyable(Text("", "body", "text_2"))
        layout.addWidget(self.facts)
        self.page = KeyButton(tr("Source page"), self._open_page, by("source"), "quiet")
        self.page.hide()
        self.top.addWidget(self.page, 0, Qt.AlignmentFlag.AlignTop)
        self.links = Wrapping(gap=6)
        layout.addLayout(self.links)
        self.pages: list[KeyButton] = []
        self.outputs: list[KeyButton] = []
        self.is_low = False
        self._shown: tuple[object, ...] = ()

    def set_low(self, low: bool) -> None:
        """In a low window the first source page stands beside the tags; the rest is behind More at the foot."""
        self.is_low = low
        for button in (*self.pages, *self.outputs):
            button.setHidden(low)
        self.page.setVisible(low and bool(self.pages))

    def left_out(self) -> list[KeyButton]:
        """What a low window leaves out."""
        return [*self.pages[1:], *self.outputs]

    def _open_page(self) -> None:
        self.pages[0].click()

    def open_first(self) -> bool:
        """Opens the first page that can be opened; False where there is none."""
        page = next((button for button in self.pages if button.isEnabled()), None)
        if page is not None:
            page.click()
        return page is not None

    def show_state(self, state: AlertState) -> None:
        """Brings the head up to date."""
        self.title.setText(state.title)
        self.facts.say(" · ".join(words.facts_line(state)))
        changed = state_tag(state)
        shown = (state.key, state.flags, state.withdrawn, state.sources, changed)
        if shown == self._shown:
            return
        self._shown = shown
        empty(self.tags)
        self.tags.addWidget(tag(words.family_words(state.family)))
        for flag in state.flags:
            self.tags.addWidget(tag(words.flag_words(flag), _TONES.get(flag, "plain")))
        if state.withdrawn and "withdrawn" not in state.flags:
            self.tags.addWidget(tag(tr("Withdrawn"), "amber"))
        if changed:
            self.tags.addWidget(tag(changed, _TONES["updated"]))
        self._show_links(state)

    def _show_links(self, state: AlertState) -> None:
        empty(self.links)
        self.pages, number = [], len(state.sources)
        for at, source in enumerate(state.sources, start=1):
            label = tr("Source page") if number == 1 else tr("Source page {number}").format(number=at)
            self.pages.append(_link(self, label, source.url, by("source") if at == 1 else ""))
        save = KeyButton(tr("Record (PDF)"), self.save_asked.emit, "Ctrl+S", "quiet", "save")
        save.setAccessibleName(tr("Save the one-page record as PDF"))
        tell = KeyButton(tr("Newsletter"), self.newsletter_asked.emit, by("newsletter"), "quiet", "newsletter")
        tell.setAccessibleName(tr("Add to the newsletter that is being written"))
        copy = KeyButton(tr("Copy"), self.copy_asked.emit, "Ctrl+Shift+C", "quiet", "copy")
        copy.setAccessibleName(tr("Copy as a newsletter section"))
        self.outputs = [save, tell, copy]
        for button in (*self.pages, *self.outputs):
            self.links.addWidget(button)
        if self.pages:
            first = self.pages[0]
            self.page.say(first.text())
            self.page.setAccessibleName(first.accessibleName())
            self.page.setToolTip(first.toolTip())
            self.page.setEnabled(first.isEnabled())
        self.set_low(self.is_low)


def _link(head: AlertHead, label: str, address: str, key: str | By) -> KeyButton:
    button = KeyButton(label, lambda: head.opened.emit(address), key, "quiet")
    button.setAccessibleName(tr("Open {label} in the browser").format(label=label.lower()))
    button.setToolTip(safe_address(address) or tr("This address is not a https address and is not opened."))
    button.setEnabled(bool(safe_address(address)))
    return button
