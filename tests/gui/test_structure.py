"""The structure of every page and of what is asked on it, as somebody who hears it meets it: roles and names in order,
compared with what is kept.

A change of a screen changes a file under tests/golden/window: look at it, then keep it with
MSAT_KEEP_STRUCTURE=1 python -m pytest tests/gui/test_structure.py
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

from msat.gui.main_window import MainWindow
from msat.gui.views.palette_view import PaletteView
from msat.gui.views.panels import PersonPanel
from tests.gui.conftest import settle
from tests.gui.screens import FIRST, SCREENS

KEPT = Path(__file__).resolve().parents[1] / "golden" / "window"
PAGES = (
    *("worklist", "alerts", "review", "batch", "oversight", "sources", "records", "newsletter", "settings"),
    *("practices", "tailoring", "people", "add", "keys", "help"),
)
ROLES = {
    QAccessible.Role.PushButton: "button",
    QAccessible.Role.CheckBox: "tick",
    QAccessible.Role.RadioButton: "choice",
    QAccessible.Role.ComboBox: "list to choose from",
    QAccessible.Role.EditableText: "field",
    QAccessible.Role.SpinBox: "number or date",
    QAccessible.Role.List: "list",
    QAccessible.Role.Table: "table",
    QAccessible.Role.Tree: "tree",
    QAccessible.Role.PageTab: "tab",
    QAccessible.Role.Link: "link",
}
"""What a person can reach, by its role; texts between are told by the pages' own tests."""
_CHANGING = re.compile(r"[0-9a-f]{4}( [0-9a-f]{4})+|\d[\d,]*")


def parts(widget: QWidget) -> Iterator[str]:
    """Each visible part that can be reached, in the order in which it is met, with its name."""
    found = QAccessible.queryAccessibleInterface(widget)
    if found is not None:
        yield from _inside(found, 0)


def _inside(at: QAccessibleInterface, depth: int) -> Iterator[str]:
    if at is None or not at.isValid() or at.state().invisible or depth > 40:
        return
    role = ROLES.get(at.role())
    if role:
        name = at.text(QAccessible.Text.Name).replace("\n", " ")
        yield f"{role}: {_CHANGING.sub('#', name)[:80]}"
    if role in ("list", "table", "tree", "list to choose from", "number or date"):
        return
    for number in range(at.childCount()):
        yield from _inside(at.child(number), depth + 1)


@pytest.mark.parametrize("page", PAGES)
def test_the_structure_of_a_page_is_the_one_that_was_looked_at(window: MainWindow, page: str) -> None:
    window.show_page(page)
    for _ in range(4):
        settle(window)
    now = list(parts(window.current()))
    assert now or page == "keys"  # which is words alone
    compare(page, now)


def compare(name: str, now: list[str]) -> None:
    """With what is kept under a name; keeps it instead where that is asked for."""
    file = KEPT / f"{name}.txt"
    if os.environ.get("MSAT_KEEP_STRUCTURE"):
        KEPT.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(now) + "\n", encoding="utf-8")
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if line]
    assert now == kept, "\n".join(difflib.unified_diff(kept, now, "kept", "now", lineterm=""))


def _panel(window: MainWindow) -> QWidget:
    """What stands over the foot of the alert."""
    return window.current_inbox().alert.panel


def _letters(window: MainWindow) -> QWidget:
    card = window.current_inbox().alert.sheet.extra["letters"]
    card.show_button.click()
    return card


DIALOGS: dict[str, tuple[str, Callable[[MainWindow], QWidget]]] = {
    "first-run-purpose": ("first run: purpose", MainWindow.current),
    "first-run-practice": ("first run: practice", MainWindow.current),
    "first-run-sources": ("first run: sources", MainWindow.current),
    "first-run-recovery-key": ("first run: recovery key", MainWindow.current),
    "no-record-to-open": ("no record to open, looked at", MainWindow.current),
    "settings-found": ("settings found", MainWindow.current),
    "print-preview": ("printing a record", MainWindow.current),
    "letters": ("reasons and notes", _letters),
    "take-in": ("adding a notice", MainWindow.current),
    "sign-off": ("sign off", _panel),
    "priority": ("change priority", _panel),
    "assign": ("assign", _panel),
    "defer": ("defer", _panel),
    "snooze": ("snoozing", _panel),
    "meeting": ("discussed", _panel),
    "who-is-working": ("who is working", lambda window: window.findChild(PersonPanel)),
    "palette": ("palette", lambda window: window.findChild(PaletteView)),
    "pack": ("pack", lambda window: window.page("oversight").panel.itemAt(0).widget()),
}
"""What is asked and shown in the way of a dialog: the pose that opens it, and where it is then found."""


@pytest.mark.parametrize("name", DIALOGS)
def test_the_structure_of_a_dialog_is_the_one_that_was_looked_at(window: MainWindow, name: str) -> None:
    pose, found = DIALOGS[name]
    {**SCREENS, **FIRST}[pose](window)
    for _ in range(4):
        settle(window)
    widget = found(window)
    assert widget is not None
    assert widget.isVisible()
    now = list(parts(widget))
    assert now
    compare(name, now)
