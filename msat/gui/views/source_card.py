"""One source: what it carries, how it is doing in words, and what can be done: turn on or off, test, remove."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit

from msat.gui import add_words, tongue, words
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, copyable, row, tag
from msat.gui.source_words import Health
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.notices import Picture

if TYPE_CHECKING:
    from msat.alerts.model import Alert
    from msat.feeds.catalogue import Source
    from msat.services.try_source import Tried

_LOOKS = {
    "Working": ("green", "check"),
    "Failed": ("red", "stop"),
    "Never reached": ("amber", "warning"),
    "Not reached for a day": ("amber", "warning"),
    "Silent for long": ("amber", "warning"),
}
"""Colour and shape of a state, which go with its word."""

UNTRIED = later("No document of it has been read yet. Test it before you rely on it.")


class SourceCard(QFrame):
    """`asked` carries what a person wants of this source: enable, disable, test, hide, address, close, remove;
    `moved` its new address, `typed` what stands in the field of the address."""

    asked = Signal(str, str)
    moved = Signal(str, str)
    typed = Signal(str, str)

    def __init__(
        self,
        health: Health,
        now: datetime,
        source: Source | None = None,
        tried: Tried | str | None = None,
        own: bool = False,
        editing: str | None = None,
    ) -> None:
        super().__init__()
        self.source_id = health.id
        self.setProperty("kind", "card")
        lines = column(self, margins="medium", gap=6)
        head = row(gap="medium")
        head.addWidget(Text(health.name, "body", strong=True), 1)
        state = health.state(now)
        tone, drawing = _LOOKS.get(state, ("plain", ""))
        if drawing:
            head.addWidget(Picture(drawing, f"{tone}_text", 18), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(tag(state, tone), 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(head)
        if source is not None:
            minutes = words.count_words(source.every_minutes, "minute")
            often = tr("asked at most every {minutes}").format(minutes=minutes)
            about = " · ".join(part for part in (source.publisher, source.carries, often) if part)
            lines.addWidget(Text(about, "dense", "text_2"))
            lines.addWidget(copyable(Text(source.address, "dense", "text_2")))
            if not source.verified and health.known.last_reached is None:
                lines.addWidget(Text(tr(UNTRIED), "dense", "text_2"))
        if health.enabled or health.known.last_tried:
            lines.addLayout(_times(health, now))
        self._add_trouble(lines, health)
        if source is not None:
            lines.addLayout(self._buttons(health, tried, own))
        if source is not None and editing is not None:
            lines.addWidget(self._address_form(source, editing))
        if tried is not None:
            lines.addWidget(_trial(tried))

    def _add_trouble(self, lines, health: Health) -> None:
        if health.known.error:
            lines.addWidget(Text(tongue.said(health.known.error), "body", "red_text"))
            lines.addWidget(Text(failed_words(health.known.failures), "dense", "text_2"))
        if health.stale:
            lines.addWidget(Text(tongue.said(health.stale), "body", "amber_text"))

    def _buttons(self, health: Health, tried: Tried | str | None, own: bool) -> Wrapping:
        line = Wrapping(gap=8)
        self.buttons: dict[str, KeyButton] = {}
        chosen = [
            ("disable", tr("Turn off")) if health.enabled else ("enable", tr("Turn on")),
            ("test", tr("Test this source")),
        ]
        chosen += [("hide", tr("Close the test"))] if tried is not None and not isinstance(tried, str) else []
        chosen += [("address", tr("Change the address"))]
        chosen += [("remove", tr("Remove"))] if own else []
        for what, label in chosen:
            button = KeyButton(label, lambda which=what: self.asked.emit(self.source_id, which))
            button.setAccessibleName(f"{label}: {health.name}")
            button.setEnabled(not (what == "test" and isinstance(tried, str)))
            self.buttons[what] = button
            line.addWidget(button)
        return line

    def _address_form(self, source: Source, typed: str) -> QFrame:
        frame = card("sunken")
        lines = column(frame, margins="medium", gap="small")
        is_site = source.kind == "govuk"
        caption = Text(tr("Base address of the site") if is_site else tr("Address of the feed"), "meta", "text_2")
        self.address = QLineEdit(typed or source.address)
        self.address.setAccessibleName(tr("New address of {name}").format(name=source.name))
        look().dress(self.address, "body")
        caption.setBuddy(self.address)
        self.refused = Text("", "body", "red_text")
        self.refused.hide()
        buttons = Wrapping(gap=8)
        save = KeyButton(tr("Save the address"), self._move, "Enter", "primary")
        close = KeyButton(tr("Close"), lambda: self.asked.emit(self.source_id, "close"), kind="quiet")
        for button in (save, close):
            buttons.addWidget(button)
        for widget in (caption, self.address, self.refused):
            lines.addWidget(widget)
        lines.addLayout(buttons)
        self.address.textEdited.connect(lambda text: self.typed.emit(self.source_id, text))
        self.address.returnPressed.connect(self._move)
        return frame

    def _move(self) -> None:
        self.moved.emit(self.source_id, self.address.text())


def failed_words(failures: int) -> str:
    return (
        tr("The last try failed.")
        if failures == 1
        else tr("The last {failures:,} tries failed.").format(failures=failures)
    )


def _times(health: Health, now: datetime) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(look().px("wide"))
    grid.setVerticalSpacing(0)
    known = health.known
    facts = (
        (tr("Last reached"), reached(health, now)),
        (tr("Last tried"), words.ago(known.last_tried, now) if known.last_tried else "never"),
        (tr("Last something new"), words.ago(known.last_new, now) if known.last_new else tr("nothing yet")),
    )
    for at, (label, value) in enumerate(facts):
        grid.addWidget(Text(label, "meta", "text_2"), 0, at)
        grid.addWidget(Text(value, "body"), 1, at)
    grid.setColumnStretch(len(facts), 1)
    return grid


def reached(health: Health, now: datetime) -> str:
    return words.ago(health.known.last_reached, now) if health.known.last_reached else "never"


def _trial(tried: Tried | str) -> QFrame:
    """What a trial brought, entry by entry; nothing of it is recorded."""
    frame = card("sunken")
    lines = column(frame, margins="medium", gap="small")
    if isinstance(tried, str):
        lines.addWidget(Text(tried, "body", "text_2"))
        return frame
    more = tr(" There are more.") if tried.more else ""
    count = words.count_words(len(tried.alerts), "notice")
    lines.addWidget(
        Text(tr("{count} read.{more} Nothing was recorded.").format(count=count, more=more), "body", strong=True)
    )
    if tried.error:
        lines.addWidget(Text(tongue.said(tried.error), "body", "red_text"))
    for alert in tried.alerts:
        lines.addWidget(copyable(Text(entry_words(alert), "dense")))
    for title, why in tried.unread:
        lines.addWidget(
            Text(
                tr("Not read: {title}. {why}").format(title=title or tr("an entry"), why=tongue.said(why)),
                "dense",
                "amber_text",
            )
        )
    return frame


def entry_words(alert: Alert) -> str:
    """An entry of a trial: its title, what was read of it, and what could not be."""
    read = [
        f"{name.replace('_', ' ')}: {add_words.said(name, fact.value)}"
        for name, fact in alert.facts().items()
        if fact.words or fact.value != "unknown"
    ]
    read += ["batches: " + ", ".join(batch.number for batch in alert.batches[:12])] if alert.batches else []
    return "\n".join(line for line in (alert.title, "   " + " · ".join(read) if read else "", *alert.unread) if line)
