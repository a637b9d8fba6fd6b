"""Each page of the first run as assistive technology, the keyboard, large text and a longer language meet it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from msat.bootstrap import has_record
from msat.gui import tongue
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.views.first_run import FirstRun
from tests.gui.conftest import settle
from tests.gui.screens import FIRST, visit
from tests.gui.test_accessibility_walk import check, trapped, without_ring
from tests.gui.test_pseudo import cut

SMALL = (1093, 614)
"""A surgery's laptop."""


@pytest.fixture
def empty(qtbot, session: Session) -> Iterator[MainWindow]:
    """A window on an empty profile."""
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(*SMALL)
    window.show()
    settle(window)
    return window


@pytest.fixture
def pseudo_empty(theme, request: pytest.FixtureRequest) -> Iterator[MainWindow]:
    tongue.install(tongue.PSEUDO, QApplication.instance())
    yield request.getfixturevalue("empty")
    tongue.remove()


def test_the_walk_of_every_page(empty: MainWindow):
    found = {}
    for name in visit(empty, FIRST):
        said = [*check(empty), *trapped(empty), *without_ring(empty)]
        if said:
            found[name] = said
    assert found == {}


@pytest.mark.parametrize("zoom", [100, 150, 200])
def test_nothing_is_cut_in_a_longer_language(pseudo_empty: MainWindow, zoom: int):
    look().set_zoom(zoom)
    found = {name: said for name in visit(pseudo_empty, FIRST) if (said := cut(pseudo_empty))}
    assert found == {}
    assert (pseudo_empty.width(), pseudo_empty.height()) == SMALL


def test_every_word_is_marked_for_translation(pseudo_empty: MainWindow):
    """In the pseudo-locale every word of the program's own stands in brackets."""
    plain = []
    for name in visit(pseudo_empty, FIRST):
        for button in pseudo_empty.current().findChildren(QPushButton):
            if button.isVisible() and not button.text().startswith("["):
                plain.append(f"{name}: {button.text()}")
    assert plain == []


@pytest.mark.parametrize("zoom", [100, 150, 200])
def test_the_buttons_are_always_in_view(empty: MainWindow, zoom: int):
    look().set_zoom(zoom)
    for name in visit(empty, FIRST):
        page = empty.current()
        if not isinstance(page, FirstRun):
            continue
        for button in page._buttons:
            if button.isVisible():
                foot = button.mapTo(empty, QPoint(button.width(), button.height()))
                assert foot.x() <= empty.width(), name
                assert foot.y() <= empty.height(), name


def test_the_field_that_is_wrong_is_in_view_at_200_per_cent(empty: MainWindow):
    look().set_zoom(200)
    list(visit(empty, {"wrong": FIRST["first run: practice, wrong"]}))
    field = empty.current().practice.ods
    assert field.hasFocus()
    assert field.visibleRegion().boundingRect().height() == field.height()


def test_larger_text_at_once(empty: MainWindow):
    list(visit(empty, {"practice": FIRST["first run: practice"]}))
    field = empty.current().practice.name
    before = field.width()
    look().set_zoom(150)
    QApplication.processEvents()
    assert field.width() > before * 1.3


def test_no_key_makes_a_record_out_of_nothing(empty: MainWindow):
    """Keys in any order on an empty profile, but never what a record needs: nothing is made."""
    FIRST["first run: purpose"](empty)
    page = empty.current()
    assert isinstance(page, FirstRun)
    keys = (Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_F1)
    page.sample_button.setEnabled(False)
    page.sample_button.clicked.disconnect()
    for number in range(300):
        focus = QApplication.focusWidget() or page
        QTest.keyClick(focus, keys[(number * number + number // 7) % len(keys)])
        QApplication.processEvents()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
    assert empty.current() is page
    assert not has_record(empty.session.places)
