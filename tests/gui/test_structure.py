"""The structure of every page, as somebody who hears it meets it: roles and names in order, compared with what is kept.

A change of a screen changes a file under tests/golden/window: look at it, then keep it with
MSAT_KEEP_STRUCTURE=1 python -m pytest tests/gui/test_structure.py
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

from msat.gui.main_window import MainWindow
from tests.gui.conftest import settle

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
    file = KEPT / f"{page}.txt"
    if os.environ.get("MSAT_KEEP_STRUCTURE"):
        KEPT.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(now) + "\n", encoding="utf-8")
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if line]
    assert now == kept, "\n".join(difflib.unified_diff(kept, now, "kept", "now", lineterm=""))
