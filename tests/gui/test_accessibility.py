"""Everything that takes the focus has a name and is large enough; Tab goes in reading order."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from msat.gui.main_window import MainWindow
from msat.gui.theme import look

SMALLEST = 24


def focusable(root: QWidget) -> list[QWidget]:
    """Every visible widget that Tab or a click can reach."""
    widgets = [w for w in root.findChildren(QWidget) if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    return [w for w in widgets if w.isVisible() and w.isEnabled() and not _is_part(w)]


def _is_part(widget: QWidget) -> bool:
    """The inside of a control that is named as a whole."""
    parent = widget.parentWidget()
    inner = isinstance(widget, QLineEdit) and isinstance(parent, QComboBox)
    popup = parent.metaObject().className() == "QComboBoxPrivateContainer"
    return inner or popup or widget.objectName().startswith("qt_")


def unnamed(root: QWidget) -> list[str]:
    said = []
    for widget in focusable(root):
        face = QAccessible.queryAccessibleInterface(widget)
        if face is None or not face.text(QAccessible.Text.Name):
            said.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return said


def too_small(root: QWidget) -> list[str]:
    return [
        f"{type(w).__name__} {w.accessibleName()!r} {w.width()}x{w.height()}"
        for w in focusable(root)
        if w.width() < SMALLEST or w.height() < SMALLEST
    ]


def pages(window: MainWindow) -> list[str]:
    own = ["review", "settings", "people", "tailoring"]
    return ["worklist", "alerts", "add", "batch", "sources", "records", "newsletter", "keys", *own]


def test_every_control_on_every_page_is_named_and_large_enough(window: MainWindow):
    found = {}
    for page in pages(window):
        window.show_page(page)
        found[page] = unnamed(window) + too_small(window)
    assert found == {page: [] for page in pages(window)}


def test_the_walk_finds_what_it_looks_for(window: MainWindow):
    """A check that cannot fail proves nothing."""
    bad = QLineEdit(window.centralWidget())
    bad.setGeometry(0, 0, 20, 20)
    bad.setStyleSheet("min-height: 0; max-height: 20px;")
    bad.show()
    assert any("QLineEdit" in said for said in unnamed(window))
    assert any("QLineEdit" in said for said in too_small(window))


def test_every_panel_is_named(window: MainWindow):
    pane = window.worklist.alert
    pane.answer_number(1)
    opening = (pane.open_sign_off, pane.open_priority, pane.open_not_applicable, pane.open_assign, pane.open_defer)
    for opens in opening:
        opens()
        assert unnamed(window) == []
        assert too_small(window) == []
    window.ask_person(None)
    assert unnamed(window) == []


def test_every_card_of_an_alert_is_named_and_large_enough(window: MainWindow):
    desk, pane = window.session.desk, window.worklist.list_pane
    now = desk.clock.now()
    states = {str(row.key): desk.views.alert(str(row.key)) for row in pane.model.rows()}
    wanted = {
        "judge": next(key for key, state in states.items() if "mixed-level" in state.flags),
        "recheck": next(key for key, state in states.items() if state.recheck_due and state.recheck_due <= now),
        "work": next(key for key, state in states.items() if state.deferral),
    }
    for name, key in wanted.items():
        pane.show_key(key)
        window.worklist.alert.load_now()
        sheet = window.worklist.alert.sheet
        assert not sheet.extra[name].isHidden()
        sheet.extra["who"].buttons[-1].click()
        assert (name, unnamed(window), too_small(window)) == (name, [], [])


def test_the_committees_panels_are_named(window: MainWindow):
    pane = window.worklist.alert
    pane.beside = replace(pane.beside, is_committee=True)
    for opens in (pane.open_plan, pane.open_support, pane.open_meeting):
        opens()
        assert unnamed(window) == []
        assert too_small(window) == []


def test_what_is_done_with_many_is_named_and_large_enough(window: MainWindow):
    pane = window.worklist.list_pane
    for row in pane.model.rows()[:8]:
        pane.model.tick(row.key, True)
    pane.bulk.not_applicable.click()
    assert unnamed(window) == []
    assert too_small(window) == []


def test_opened_notes_are_named(window: MainWindow):
    for card in window.worklist.alert.cards:
        more = getattr(card, "more", None)
        if more is not None:
            more.click()
    assert unnamed(window) == []
    assert too_small(window) == []


def test_tab_goes_in_reading_order(window: MainWindow):
    """Within the list pane and within each card the focus never jumps back up the page."""
    pane = window.worklist.list_pane
    stops = [pane.mine, pane.search, *pane.chips.values(), pane.status, pane.family, pane.list]
    for one, next_one in pairwise(stops):
        assert _next_stop(one) is next_one
    for card in window.worklist.alert.cards:
        places = [w.mapTo(card, QPoint(0, 0)) for w in _tab_chain(card)]
        rows = [place.y() // 12 for place in places]
        assert rows == sorted(rows), card.what


def _next_stop(widget: QWidget) -> QWidget:
    following = widget.nextInFocusChain()
    while not (following.focusPolicy() & Qt.FocusPolicy.TabFocus and following.isVisible()) or _is_part(following):
        following = following.nextInFocusChain()
    return following


def _tab_chain(root: QWidget) -> list[QWidget]:
    inside = [w for w in focusable(root) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    chain, at = [], root
    for _ in range(2000):
        at = at.nextInFocusChain()
        if at in inside and at not in chain:
            chain.append(at)
    return chain


@pytest.mark.parametrize("zoom", [100, 200])
def test_nothing_shrinks_below_24_pixels_at_any_zoom(window: MainWindow, zoom: int):
    look().zoom = zoom
    look().apply()
    window.resize(1093, 614)
    assert too_small(window) == []


@pytest.mark.parametrize("name", ["settings", "people", "review", "tailoring"])
def test_tab_goes_down_the_pages_as_they_read(window: MainWindow, name: str):
    window.resize(1280, 2400)
    if name == "people":
        window.show_page(name)
        people = window.page(name)
        people.away.name.setText("A. Patel")
        people.away.save()
        people.days.name.setText("Training")
        people.days.save()
        assert people.away.buttons
        assert people.days.buttons
    window.show_page(name)
    QApplication.processEvents()
    page = window.page(name)
    stops = [w for w in _tab_chain(page) if w.isVisible()]
    tops = [w.mapTo(page, QPoint(0, 0)).y() for w in stops]
    assert len(stops) > 3 or name == "review"
    # Fields side by side may begin at different heights: by no more than a line of help.
    assert [(a, b) for a, b in pairwise(tops) if b < a - 60] == []
