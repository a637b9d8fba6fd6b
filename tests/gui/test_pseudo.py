"""In a language two fifths longer than English nothing is cut, and every word on the screen is one that was marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QWidget,
)

from msat.gui import tongue
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.theme import Theme, look
from msat.gui.views.rail import RailButton
from msat.places import places
from msat.services.desk import Desk
from tests.gui.conftest import SCREENLESS, settle
from tests.gui.screens import visit

SIZE = (1093, 614)


@pytest.fixture
def pseudo_window(qtbot, theme: Theme, sample: Desk, tmp_path: Path) -> Iterator[MainWindow]:
    """The window on the sample, built in the pseudo-locale on a surgery's laptop."""
    tongue.install(tongue.PSEUDO, QApplication.instance())
    where = places(tmp_path / "window")
    where.make()
    session = Session(where, InstantRunner())
    session.remember_person("Demo Pharmacist", "Practice pharmacist")
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(*SIZE)
    made.show()
    session.open(lambda: sample)
    settle(made)
    yield made
    session.close()
    tongue.remove()


def cut(root: QWidget) -> list[str]:
    """What is visible and has less room than its words need."""
    said = []
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and not widget.visibleRegion().isEmpty():
            short = _short(widget)
            if short:
                said.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}: {short}")
    return said


def _short(widget: QWidget) -> str:
    if isinstance(widget, QLabel):
        return _short_label(widget)
    if isinstance(widget, RailButton) and widget.is_narrow:
        return ""
    if isinstance(widget, QScrollArea):
        return _short_page(widget)
    if isinstance(widget, QPushButton | QCheckBox | QRadioButton) and widget.text():
        return _lacks(widget, widget.text())
    if isinstance(widget, QTabBar):
        return _short_tabs(widget)
    if isinstance(widget, QComboBox) and not widget.isEditable():
        return _short_choice(widget)
    if isinstance(widget, QHeaderView) and widget.orientation() == Qt.Orientation.Horizontal:
        return _short_header(widget)
    return ""


def _short_page(area: QScrollArea) -> str:
    """A page that is wider than its view and cannot be scrolled sideways."""
    page, shut = area.widget(), area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    lacking = page.width() - area.viewport().width() if page is not None and shut else 0
    return f"a page lacks {lacking} px" if lacking > 0 else ""


def _lacks(widget: QAbstractButton, words: str) -> str:
    lacking = widget.sizeHint().width() - widget.width()
    return f"{words!r} lacks {lacking} px" if lacking > 1 else ""


def _short_choice(choice: QComboBox) -> str:
    """The words chosen, beside the arrow and inside the frame."""
    option = QStyleOptionComboBox()
    choice.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
    room = choice.style().subControlRect(control, option, part, choice).width()
    lacking = choice.fontMetrics().horizontalAdvance(choice.currentText()) - room
    return f"{choice.currentText()!r} lacks {lacking} px" if lacking > 2 else ""


def _short_label(label: QLabel) -> str:
    if not label.text().strip():
        return ""
    room = label.contentsRect()
    if label.wordWrap():
        flags = int(Qt.TextFlag.TextWordWrap)
        if label.textFormat() == Qt.TextFormat.RichText:
            lacking = label.heightForWidth(label.width()) - label.height()
        else:
            box = label.fontMetrics().boundingRect(QRect(0, 0, room.width(), 10_000), flags, label.text())
            lacking = max(box.height() - room.height(), box.width() - room.width() - 1)
    else:
        lacking = label.sizeHint().width() - label.width()
    return f"{label.text()[:80]!r} lacks {lacking} px" if lacking > 2 else ""


def _short_tabs(bar: QTabBar) -> str:
    if bar.usesScrollButtons() or bar.elideMode() != Qt.TextElideMode.ElideNone:
        narrow = [bar.tabText(at) for at in range(bar.count()) if bar.tabRect(at).width() < bar.tabSizeHint(at).width()]
        return f"tabs {narrow}" if narrow else ""
    return ""


def _short_header(header: QHeaderView) -> str:
    narrow = []
    for at in range(header.count()):
        words = str(header.model().headerData(at, Qt.Orientation.Horizontal) or "")
        wraps = bool(header.defaultAlignment() & Qt.TextFlag.TextWordWrap)
        longest = max((header.fontMetrics().horizontalAdvance(word) for word in re.split(r"\s", words)), default=0)
        needed = longest if wraps else header.fontMetrics().horizontalAdvance(words)
        if not header.isSectionHidden(at) and needed > header.sectionSize(at):
            narrow.append(f"{words!r} {needed} > {header.sectionSize(at)}")
    return f"header {narrow}" if narrow else ""


@pytest.mark.qt_log_ignore(*SCREENLESS)
@pytest.mark.parametrize("zoom", [100, pytest.param(150, marks=pytest.mark.slow)])
def test_nothing_is_cut_in_a_longer_language(pseudo_window: MainWindow, zoom: int):
    look().set_zoom(zoom)
    found = {}
    for name in visit(pseudo_window):
        said = cut(pseudo_window)
        for _ in range(10 if said else 0):  # what is still being laid out is not what somebody reads
            settle(pseudo_window)
        said = cut(pseudo_window) if said else []
        if said:
            found[name] = said
    assert found == {}
    assert (pseudo_window.width(), pseudo_window.height()) == SIZE


@pytest.mark.qt_log_ignore(*SCREENLESS)
def test_nothing_is_cut_in_a_presentation(pseudo_window: MainWindow):
    pseudo_window.show_page("oversight")
    page = pseudo_window.page("oversight")
    page.show_presentation()
    view = page.presentation
    found = {}
    for slide in view.slides:
        QApplication.processEvents()
        if said := cut(view):
            found[slide.title] = said
        view.step(1)
    view.close()
    assert found == {}


def test_the_look_for_cut_words_finds_one(pseudo_window: MainWindow):
    """A check that cannot fail proves nothing."""
    bad = QPushButton("A button that has less room than its words", pseudo_window.centralWidget())
    bad.setGeometry(0, 0, 60, 30)
    bad.show()
    label = QLabel("A label that has less room than its words", pseudo_window.centralWidget())
    label.setGeometry(0, 40, 60, 30)
    label.show()
    QApplication.processEvents()
    said = " ".join(cut(pseudo_window))
    assert "A button" in said
    assert "A label" in said
