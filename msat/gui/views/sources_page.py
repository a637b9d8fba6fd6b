"""Every source: when it was last reached, when it last had something new, and how it is doing, in words."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from msat.gui import words
from msat.gui.pieces import KeyButton, Sheet, Text, card, column, empty, row, tag
from msat.gui.source_words import Health
from msat.gui.theme import look

_TONES = {"Working": "green", "Failed": "red", "Never reached": "amber", "Not reached for a day": "amber"}


class Page(QFrame):
    """A page under one heading that scrolls when it is too long."""

    def __init__(self, title: str, intro: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "page")
        outer = column(self, gap=0)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setAccessibleName(title)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = Sheet()
        side = row(inside, gap=0)
        sheet = QWidget()
        sheet.setProperty("kind", "clear")
        sheet.setMaximumWidth(look().px(920))
        side.addWidget(sheet, 100)
        side.addStretch(1)
        self.lines = column(sheet, margins="wide", gap="large")
        self.title = Text(title, "title")
        self.lines.addWidget(self.title)
        self.intro = Text("", "body", "text_2")
        self.intro.say(intro)
        self.lines.addWidget(self.intro)
        self.scroll.setWidget(inside)
        outer.addWidget(self.scroll)


class SourcesPage(Page):
    """`check_asked` asks for a refresh."""

    check_asked = Signal()

    def __init__(self) -> None:
        super().__init__(
            "Sources",
            "Where notices come from. A source that fails is shown as failed; it never looks like one with "
            "nothing new.",
        )
        self.check = KeyButton("Check now", self.check_asked.emit, "F5", "primary", "refresh")
        self.lines.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)
        self.list = column(gap="small")
        self.lines.addLayout(self.list)
        self.lines.addStretch(1)
        self._shown: object = None

    def show_sources(self, sources: list[Health], now: datetime) -> None:
        """Brings the page up to date."""
        shown = [(s, s.state(now), _reached(s, now)) for s in sources]
        if shown == self._shown:
            return
        self._shown = shown
        empty(self.list)
        for source in sources:
            if source.enabled:
                self.list.addWidget(_source_card(source, now))
        off = [source.name for source in sources if not source.enabled]
        if off:
            self.list.addWidget(_off_card(off))
        if not sources:
            self.list.addWidget(Text("No source is known yet.", "body", "text_2"))


def _off_card(names: list[str]) -> QFrame:
    """The sources that are known and not read."""
    frame = card()
    lines = column(frame, margins="medium", gap=6)
    head = row(gap="medium")
    head.addWidget(Text(f"Not read here: {words.count_words(len(names), 'source')}", "body", strong=True), 1)
    head.addWidget(tag("Off"), 0, Qt.AlignmentFlag.AlignTop)
    lines.addLayout(head)
    lines.addWidget(Text(", ".join(names) + ".", "body", "text_2"))
    lines.addWidget(Text("To read one: msatctl sources enable ID.", "dense", "text_2"))
    return frame


def _source_card(source: Health, now: datetime) -> QFrame:
    frame = card()
    lines = column(frame, margins="medium", gap=6)
    head = row(gap="medium")
    head.addWidget(Text(source.name, "body", strong=True), 1)
    state = source.state(now)
    head.addWidget(tag(state, _TONES.get(state, "plain")), 0, Qt.AlignmentFlag.AlignTop)
    lines.addLayout(head)
    grid = QGridLayout()
    grid.setHorizontalSpacing(look().px("wide"))
    grid.setVerticalSpacing(0)
    last_new = words.ago(source.known.last_new, now) if source.known.last_new else "nothing yet"
    tried = words.ago(source.known.last_tried, now) if source.known.last_tried else "never"
    facts = (("Last reached", _reached(source, now)), ("Last tried", tried), ("Last something new", last_new))
    for at, (label, value) in enumerate(facts):
        grid.addWidget(Text(label, "meta", "text_2"), 0, at)
        grid.addWidget(Text(value, "body"), 1, at)
    grid.setColumnStretch(len(facts), 1)
    lines.addLayout(grid)
    if source.known.error:
        failures = words.count_words(source.known.failures, "try", "tries")
        lines.addWidget(Text(source.known.error, "body", "red_text"))
        lines.addWidget(Text(f"Failed for {failures}.", "dense", "text_2"))
    return frame


def _reached(source: Health, now: datetime) -> str:
    return words.ago(source.known.last_reached, now) if source.known.last_reached else "never"
