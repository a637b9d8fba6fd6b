"""The palette finds alerts and commands, teaches keys, and leaves the focus where it was."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from msat.gui import commands
from msat.gui.main_window import MainWindow
from msat.gui.models.palette import PaletteModel
from msat.gui.palette import Found, fits, wanted
from msat.gui.views.palette_view import PaletteView
from msat.projections.ports import Query
from tests.gui.conftest import settle


@pytest.fixture
def view(window: MainWindow) -> PaletteView:
    commands.open_palette(window)
    found = window.findChild(PaletteView)
    assert found is not None
    return found


def names(view: PaletteView) -> list[str]:
    return [view.model.found(at).name for at in range(view.model.rowCount())]


def typed(view: PaletteView, text: str) -> None:
    view.box.setText(text)
    view._search()


def test_words_are_beginnings_of_words() -> None:
    assert fits("Go to Batch check", "bat go")
    assert not fits("Go to Batch check", "atch")
    assert (wanted("> pack"), wanted("#nice"), wanted("  ramipril 5")) == (
        (">", "pack"),
        ("#", "nice"),
        ("", "ramipril 5"),
    )


def test_commands_show_their_keys_and_are_done(view: PaletteView, window: MainWindow) -> None:
    typed(view, "> batch")
    assert names(view) == ["Go to Batch check"]
    assert view.model.found(0).key == "Ctrl+B"
    QTest.keyClick(view.box, Qt.Key.Key_Return)
    assert not view.isVisible()
    assert window.current() is window.pages["batch"]


def test_alerts_are_found_before_commands_and_opened(view: PaletteView, window: MainWindow) -> None:
    row = window.worklist.list_pane.model.rows()[0]
    typed(view, row.reference or row.title)
    assert view.model.found(0).is_alert
    assert view.model.found(0).name == row.title
    QTest.keyClick(view.box, Qt.Key.Key_Return)
    assert window.current_inbox().alert.state.key == row.key


def test_arrows_choose_and_escape_goes_back(view: PaletteView, window: MainWindow) -> None:
    typed(view, ">")
    QTest.keyClick(view.box, Qt.Key.Key_Down)
    QTest.keyClick(view.box, Qt.Key.Key_Down)
    assert view.list.currentIndex().row() == 2
    QTest.keyClick(view.box, Qt.Key.Key_Up)
    assert view.list.currentIndex().row() == 1
    QTest.keyClick(view.box, Qt.Key.Key_Escape)
    assert not view.isVisible()
    assert window.focusWidget() is window.worklist.list_pane.list


def test_what_the_alert_allows_comes_first(view: PaletteView, window: MainWindow) -> None:
    typed(view, "")
    assert names(view)[0] == "Sign off"
    window.show_page("sources")
    commands.open_palette(window)
    commands.open_palette(window)
    typed(view, "")
    assert names(view)[0] == "Go to Worklist"


def test_a_page_called_by_its_name_comes_before_alerts_with_the_word(view: PaletteView, window: MainWindow) -> None:
    typed(view, "batch")
    assert names(view)[0] == "Go to Batch check"
    assert len(names(view)) > 2, "alerts have the word too"
    assert names(view).count("Go to Batch check") == 1
    typed(view, "ba")
    assert names(view)[0] != "Go to Batch check", "two letters are the beginning of many names"


def test_sources_and_nothing(view: PaletteView, window: MainWindow) -> None:
    typed(view, "#")
    assert names(view) == [one.name for one in window.health]
    typed(view, "zzzz qqq")
    assert names(view) == []
    assert "Nothing here is called “zzzz qqq”." in view.none.text()


def test_people_are_found_by_a_part_of_their_name(view: PaletteView, sample) -> None:
    owners = {row.title: row.owner for row in sample.views.worklist(Query(), sample.clock.now()) if row.owner}
    assert set(owners.values()) == {"Demo Pharmacist"}
    for text in ("@demo", "@Pharm", "@demo pharmacist", "@Demo-Ph"):
        typed(view, text)
        assert set(names(view)) == set(owners), text
    typed(view, "@harmacist")
    assert names(view) == []
    assert "@harmacist" in view.none.text()


@pytest.mark.parametrize("text", ['"', "NEAR(", "a*b OR", "'; DROP", "(((", "\\", "@", "@nobody", ">" * 300])
def test_no_text_is_an_error(view: PaletteView, text: str) -> None:
    typed(view, text)
    assert view.isVisible()


def test_it_is_heard(qapp, theme) -> None:
    model = PaletteModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.set_rows([Found("Sign off", "EL(26)A/37", lambda: None, "C")])
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Sign off, EL(26)A/37, key C"


def test_the_rail_shows_where_everything_is_found(window: MainWindow, qtbot):
    assert window.rail.find.isVisible()
    assert window.rail.find.accessibleName() == "Find an alert or a command"
    qtbot.mouseClick(window.rail.find, Qt.MouseButton.LeftButton)
    palette = window.findChild(PaletteView)
    assert palette is not None
    assert palette.isVisible()
    palette.leave()
    window.resize(1093, 614)
    settle(window)
    assert window.rail.is_narrow
    assert window.rail.find.isVisible()
    assert window.rail.sign.isHidden()
