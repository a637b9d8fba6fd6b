"""Every screen in every state, as assistive technology and the keyboard meet it.

For each screen: everything that takes the focus has a name and a role and is 24 pixels or more; Tab goes through all of
it as it reads and comes back to where it began; where the focus is can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QTextBrowser, QWidget

from msat.bootstrap import create_profile, open_desk
from msat.clock import FixedClock
from msat.errors import Refused
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.views.chart_view import ChartPicture
from msat.gui.views.first_run import FirstRun, RecoveryKey
from msat.places import Places
from msat.record.organisation import Organisation
from tests.gui.conftest import settle
from tests.gui.screens import PAGES, SCREENS, visit
from tests.gui.test_accessibility import SMALLEST, focusable, too_small, unnamed

ROLES_THAT_SAY_NOTHING = (QAccessible.Role.NoRole, QAccessible.Role.Client)
NAMED_AREAS = (QScrollArea, ChartPicture)
"""Areas to read, not controls: Qt gives them no role of their own, their name says what they are."""
SIDE_BY_SIDE = 90
"""Pixels by which a stop may stand above the one before: cards side by side, fields under captions of two lines."""


def without_role(root: QWidget) -> list[str]:
    """What takes the focus and does not say what it is."""
    said = []
    for widget in focusable(root):
        face = QAccessible.queryAccessibleInterface(widget)
        if isinstance(widget, NAMED_AREAS) and widget.accessibleName():
            continue
        if face is None or face.role() in ROLES_THAT_SAY_NOTHING:
            said.append(f"{type(widget).__name__} {widget.accessibleName()!r} has no role")
    return said


def stops(root: QWidget) -> list[QWidget]:
    """Where Tab stops, in its order, once round from the first."""
    chain, at, seen = [], root, set()
    while id(at) not in seen:
        seen.add(id(at))
        takes = at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.focusProxy() is None
        if takes and at.isVisible() and at.isEnabled() and root.isAncestorOf(at):
            chain.append(at)
        at = at.nextInFocusChain()
    return chain


def out_of_order(page: QWidget) -> list[str]:
    """Where Tab goes back up the page, within one place that scrolls as a whole."""
    said = []
    for one, after in pairwise(stops(page)):
        if _pane(one) is not _pane(after):
            continue
        above = one.mapTo(page, QPoint(0, 0)).y() - after.mapTo(page, QPoint(0, 0)).y()
        beside = after.mapTo(page, QPoint(0, 0)).x() > one.mapTo(page, QPoint(0, 0)).x()
        if above > SIDE_BY_SIDE and not beside:
            said.append(f"{_named(one)} -> {_named(after)}: {above} px up")
    return said


def _pane(widget: QWidget) -> QWidget | None:
    """The scroll area or the direct part of the page that a stop stands in."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    return parent


def _named(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()!r}"


def trapped(window: MainWindow) -> list[str]:
    """Stops from which Tab does not go on, and whether it ever comes back to the first."""
    chain = stops(window)
    if not chain:
        return ["nothing takes the focus"]
    first = chain[0]
    settle(window)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    stayed = 0
    for _ in range(8 * len(chain) + 20):
        before = QApplication.focusWidget()
        if before is None:
            return ["nothing has the focus"]
        QTest.keyClick(before, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        stayed = stayed + 1 if now is before else 0
        if now is None or stayed > _stops_within(before):
            return [f"Tab does not leave {_named(before)}"]
        if now is first:
            return []
    return [f"Tab does not come back to {_named(first)} again"]


def _stops_within(widget: QWidget) -> int:
    """Tab goes from link to link within a text, first."""
    if isinstance(widget, QTextBrowser):
        return widget.toHtml().count("<a href=")
    return 0


def without_ring(root: QWidget) -> list[str]:
    """Controls that look the same with the focus as without it."""
    said = []
    kinds: dict[tuple[str, str], QWidget] = {}
    for widget in stops(root):
        if not widget.visibleRegion().isEmpty():
            kinds.setdefault((type(widget).__name__, str(widget.property("kind"))), widget)
    for widget in kinds.values():
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        with_focus = _picture(widget)
        widget.clearFocus()
        QApplication.processEvents()
        if with_focus == _picture(widget):
            said.append(f"{_named(widget)} shows no focus")
    return said


def _picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def collapsed(root: QWidget) -> list[str]:
    """Cards drawn as a line, with nothing in them."""
    cards = [one for one in root.findChildren(QFrame) if one.property("kind") in ("action", "card")]
    low = [one for one in cards if one.isVisible() and one.layout() is not None and one.height() < SMALLEST]
    return [f"{type(one).__name__} is {one.height()} px high" for one in low]


def check(window: MainWindow) -> list[str]:
    """Everything that a screen is looked at for, but the trip round it by Tab."""
    window_wide = [*unnamed(window), *without_role(window), *too_small(window), *collapsed(window)]
    return [*window_wide, *out_of_order(window.current())]


def test_every_screen_of_the_sample(window: MainWindow):
    found = {name: said for name in visit(window) if (said := check(window))}
    assert found == {}


def test_tab_goes_round_every_screen(window: MainWindow):
    found = {name: said for name in visit(window) if (said := trapped(window))}
    assert found == {}


def test_the_focus_can_be_seen_on_every_page(window: MainWindow):
    some = {name: SCREENS[name] for name in (*PAGES, "sign off", "defer", "adding a notice") if name in SCREENS}
    found = {name: said for name in visit(window, some) if (said := without_ring(window))}
    assert found == {}


def test_every_page_of_a_presentation(window: MainWindow):
    window.show_page("oversight")
    page = window.page("oversight")
    page.show_presentation()
    view = page.presentation
    QApplication.processEvents()
    found = {}
    for slide in view.slides:
        if said := [*unnamed(view), *without_role(view), *too_small(view)]:
            found[slide.title] = said
        assert view.title.text() == slide.title
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert found == {}
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.isVisible()
    assert window.isVisible()


@pytest.fixture
def empty(qtbot, theme, profile: Places, clock: FixedClock) -> Iterator[MainWindow]:
    """A window on a record that was just begun, not opened yet."""
    create_profile(profile, Organisation("Test Surgery", "Y00001", "gp-practice"), clock)
    session = Session(profile, InstantRunner())
    session.remember_person("A. Patel", "Practice pharmacist")
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(1280, 860)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    session.close()


def test_while_the_record_is_being_opened(empty: MainWindow):
    empty.show_snapshot()
    assert check(empty) == []
    assert trapped(empty) == []


def test_every_page_while_nothing_is_there(empty: MainWindow, profile: Places, clock: FixedClock):
    empty.session.open(lambda: open_desk(profile, clock))
    some = {name: SCREENS[name] for name in PAGES if name in SCREENS}
    found = {name: said for name in visit(empty, some) if (said := [*check(empty), *trapped(empty)])}
    assert found == {}


def test_when_the_record_cannot_be_opened(empty: MainWindow):
    def refuse() -> None:
        raise Refused("The record is in use by another program.", "Close it there, then open MSAT again.")

    empty.session.open(refuse)
    QApplication.processEvents()
    assert "in use" in empty.worklist.alert.hint.text()
    assert [*check(empty), *trapped(empty)] == []


def test_a_record_that_can_only_be_read(empty: MainWindow, profile: Places, clock: FixedClock):
    for path in profile.keys.iterdir():
        path.unlink()
    empty.session.open(lambda: open_desk(profile, clock))
    QApplication.processEvents()
    assert empty.record_bar.isVisible()
    some = {name: SCREENS[name] for name in ("worklist", "records", "settings")}
    found = {name: said for name in visit(empty, some) if (said := [*check(empty), *trapped(empty)])}
    assert found == {}


@pytest.mark.parametrize("which", ["first run", "recovery key"])
def test_the_first_pages(empty: MainWindow, which: str):
    if which == "first run":
        FirstRun.show_in(empty, empty.session)
    else:
        RecoveryKey.show_in(empty, empty.session, "SAMPLE-ONLY-0000-0000-0000-0000-0000-0000")
    QApplication.processEvents()
    assert [*check(empty), *trapped(empty)] == []


def test_the_walk_finds_what_it_looks_for(window: MainWindow):
    """A check that cannot fail proves nothing."""

    class Deaf(QWidget):
        """Takes every key, Tab too."""

        def event(self, event: QEvent) -> bool:
            return event.type() == QEvent.Type.KeyPress or super().event(event)

    trap = Deaf(window.centralWidget())
    trap.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    trap.setGeometry(0, 0, SMALLEST - 4, SMALLEST)
    trap.setAccessibleName("trap")
    trap.show()
    QApplication.processEvents()
    assert any("trap" in said for said in too_small(window))
    assert any("trap" in said for said in without_role(window))
    assert any("trap" in said for said in without_ring(window))
    assert trapped(window) == ["Tab does not leave Deaf 'trap'"]
    card = window.worklist.alert.cards[0]
    card.resize(card.width(), 4)
    assert any("is 4 px high" in said for said in collapsed(window))
