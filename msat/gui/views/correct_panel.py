"""Corrects an entry: a new entry with the right data and the reason. The old one stays, struck through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from msat.gui import deeds
from msat.gui.session import Session
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.funnel_fields import STEPS
from msat.gui.views.panels import DeedPanel
from msat.projections.alert_state import HistoryLine

FIELDS: dict[str, tuple[str, ...]] = {
    "alert.acknowledged": ("note",),
    "applicability.decided": ("applies", "reason", "note"),
    "action.answered": ("answer", "count", "note"),
    "place.checked": ("result", "quantity", "batch", "initials", "note"),
    "search.counted": (*(step for step, _label in STEPS), "unchanged_reason", "search", "note"),
    "alert.signed_off": ("statement",),
    "priority.overridden": ("rag", "reason"),
    "alert.assigned": ("owner", "deputy", "note"),
    "alert.deferred": ("approver", "reason"),
    "alert.resumed": ("reason",),
    "evidence.attached": ("name", "note"),
    "alert.discussed": ("meeting", "on", "minute", "outcome", "owner", "due"),
    "decision.done": ("note",),
}
"""What a person can put right in each type of entry, in the order shown."""
LABELS = spoken(
    {
        **dict(tuple.__iter__(STEPS)),
        "applies": later("Applies here"),
        "answer": later("Answer"),
        "count": later("Number"),
        "result": later("Result"),
        "quantity": later("Packs found"),
        "batch": later("Batch"),
        "rag": later("Priority"),
        "reason": later("Reason given"),
        "initials": later("Initials"),
        "unchanged_reason": later("Why some were left unchanged"),
        "search": later("Name of the search"),
        "owner": later("Owner"),
        "deputy": later("Deputy"),
        "approver": later("Approved by"),
        "name": later("Name of the file"),
        "note": later("Note"),
        "statement": later("Statement"),
        "meeting": later("Meeting"),
        "on": later("Held on, as 2026-11-21"),
        "minute": later("Minute reference"),
        "outcome": later("Outcome: what was decided"),
        "due": later("To be done by, as 2026-12-05"),
    }
)
CHOICES: dict[str, dict[str, str]] = spoken(
    {
        "applies": {"yes": later("Yes"), "no": later("No")},
        "answer": {"yes": later("Yes"), "no": later("No"), "nil": later("Nil"), "not answered": later("Not answered")},
        "result": {"nil": later("Nil"), "quantity": later("Quantity"), "not checked": later("Not checked")},
        "rag": {"red": later("Red"), "amber": later("Amber"), "green": later("Green")},
    }
)
BELOW = ("note", "statement", "unchanged_reason", "search", "outcome", "due")
NUMBERS = {"count", "quantity", *(step for step, _label in STEPS)}


class CorrectPanel(DeedPanel):
    """What is right, and why the entry was wrong; or that it should not have been made at all."""

    def __init__(self, session: Session, key: str, line: HistoryLine, data: Mapping[str, Any]) -> None:
        super().__init__(
            session,
            key,
            tr("Correct entry {seq}").format(seq=line.seq),
            tr("Record the correction"),
            tr("{text} {by}. The old entry stays in the history, struck through.").format(text=line.text, by=line.by),
        )
        self._entry, self._data = line.entry, data
        self.how = self.choice(
            tr("What is wrong"), {"data": tr("Some of it is wrong"), "all": tr("It should not have been recorded")}
        )
        self.editors: dict[str, QWidget] = {}
        for name in FIELDS.get(line.type, ()):
            self.editors[name] = self._editor(name, data.get(name))
        self.reason = self.line(tr("Why it was wrong"), below=True)
        self.how.currentIndexChanged.connect(lambda _at: self._show_fields())

    def _editor(self, name: str, value: Any) -> QWidget:
        options = self._options(name)
        if options:
            editor = self.choice(LABELS[name], options)
            editor.setCurrentIndex(max(0, editor.findData(_plain(value))))
            return editor
        return self.line(LABELS[name], _plain(value), below=name in BELOW)

    def _options(self, name: str) -> dict[str, str]:
        if name == "reason" and "applies" in self._data:
            from msat.services.applies import REASONS

            return dict(REASONS)
        return CHOICES.get(name, {})

    def _show_fields(self) -> None:
        for editor in self.editors.values():
            editor.setEnabled(self.how.currentData() == "data")

    def submit(self) -> None:
        data = self._changed() if self.how.currentData() == "data" else None
        self.record(deeds.correct(self._entry, self.reason.text().strip(), data))

    def _changed(self) -> dict[str, Any]:
        """Only the fields that differ from what was recorded."""
        changed: dict[str, Any] = {}
        for name, editor in self.editors.items():
            text = editor.currentData() if isinstance(editor, QComboBox) else _typed(editor)
            if text != _plain(self._data.get(name)):
                changed[name] = text
        return changed


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _typed(editor: QWidget) -> str:
    return editor.text().strip() if isinstance(editor, QLineEdit) else ""
