"""The rail's own views: Recalls, Shortages, My medicines; the list of names behind the last; their empty states."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from msat.gui.main_window import MainWindow
from msat.gui.palette import commands
from msat.gui.theme import look
from msat.gui.views.rail import TIGHT
from msat.projections.ports import Query
from msat.projections.topics import VIEWS, Topic, view_query
from msat.services import own_medicines
from tests.gui.conftest import settle


def _rows(window: MainWindow) -> list[str]:
    return [str(row.key) for row in window.pages["lists"].list_pane.model.rows()]


def _nothing(window: MainWindow):
    return window.pages["lists"].list_pane.nothing


def _sources_are_fine(window: MainWindow, fine: bool = True) -> None:
    now = window.session.now()
    reached = now if fine else now - timedelta(days=3)
    window.watch.health = [
        replace(one, known=replace(one.known, last_tried=now, last_reached=reached, error="" if fine else "No answer."))
        for one in window.watch.health
    ]
    window.lists.say_empty()


def _no_alert(window: MainWindow, monkeypatch) -> None:
    monkeypatch.setattr(type(window.session.desk.views), "worklist", lambda *_asked: [])
    monkeypatch.setattr(type(window.session.desk.views), "count", lambda *_asked: 0)


def test_recalls_and_shortages_show_the_open_ones_of_their_kind(window: MainWindow):
    now, views = window.session.now(), window.session.desk.views
    for name, topic in (("recalls", Topic.RECALL), ("shortages", Topic.SHORTAGE)):
        window.show_page(name)
        settle(window)
        wanted = [str(row.key) for row in views.worklist(Query(open_only=True, topic=topic), now)]
        assert _rows(window) == wanted
        assert window.rail.lists[name].isChecked()
        assert window.rail.lists[name].count == len(wanted)
        title = window.pages["lists"].list_pane.title.text()
        assert window.rail.lists[name].accessibleName() == f"{title}, {len(wanted)}"
    assert views.count(view_query("recalls"), now) > 0, "the sample has recalls"


def test_my_medicines_from_an_empty_list_to_an_alert_and_why_by_keys_alone(window: MainWindow, qtbot):
    size = window.session.desk.record.head().size
    window.worklist.list_pane.list.setFocus()
    for key in (Qt.Key.Key_G, Qt.Key.Key_M):
        qtbot.keyClick(window.focusWidget(), key)
    settle(window)
    assert window.lists.shown == "medicines"
    assert _nothing(window).head.text() == "Your list of medicines and devices is empty."
    assert _nothing(window).way.hasFocus()
    qtbot.keyClick(_nothing(window).way, Qt.Key.Key_Return)
    page = window.page("watched")
    assert window.current() is page
    assert page.name.hasFocus()
    assert window.rail.lists["medicines"].isChecked(), "the list belongs to the view"
    row = window.worklist.list_pane.model.rows()[0]
    word = max((part for part in row.title.split() if part.isalpha()), key=len)
    qtbot.keyClicks(page.name, f"{word.lower()}, nothingofthekind")
    qtbot.keyClick(page.name, Qt.Key.Key_Return)
    settle(window)
    assert list(page.buttons) == sorted((word.lower(), "nothingofthekind"))
    assert page.name.text() == ""
    page.back.click()
    settle(window)
    assert str(row.key) in _rows(window)
    assert window.rail.lists["medicines"].count == len(_rows(window))
    assert window.lists._to_list.text() == "Your list: 2 names"
    inbox = window.current_inbox()
    inbox.list_pane.show_key(row.key)
    settle(window)
    why = inbox.alert.sheet.marks.concerns
    assert why.isVisibleTo(inbox)
    assert f"“{word.lower()}” is on your list of medicines and devices. The title says “{word}”." in why.text()
    assert window.session.desk.record.head().size == size, "nothing of it is recorded"


def test_a_name_is_taken_out_and_the_focus_goes_on(window: MainWindow):
    own_medicines.add(window.session.places, ["alpha name", "beta name"])
    window.show_page("watched")
    settle(window)
    page = window.page("watched")
    page.buttons["alpha name"].setFocus()
    page.buttons["alpha name"].click()
    settle(window)
    assert list(page.buttons) == ["beta name"]
    assert page.buttons["beta name"].hasFocus()
    page.buttons["beta name"].click()
    settle(window)
    assert page.name.hasFocus()
    assert page.picture.isVisible()
    assert page.head.text() == "Nothing is in your list yet"


def test_what_is_no_name_is_said_in_place_and_stays(window: MainWindow, qtbot):
    window.show_page("watched")
    page = window.page("watched")
    for typed, why in (("ab", "too short"), ("943 476 5919", "patient"), ("", "No name")):
        page.name.setText(typed)
        qtbot.keyClick(page.name, Qt.Key.Key_Return)
        settle(window)
        assert why in page.wrong.text()
        assert page.name.text() == typed
    assert own_medicines.own_medicines(window.session.places) == ()


def test_a_pasted_column_is_several_names(window: MainWindow, qtbot):
    window.show_page("watched")
    page = window.page("watched")
    QApplication.clipboard().setText("warfarin\r\nlithium\nEpiPen 0.3 mg")
    page.name.paste()
    page.save()
    settle(window)
    assert list(page.buttons) == ["EpiPen 0.3 mg", "lithium", "warfarin"]


def test_a_file_that_cannot_be_read_is_told_and_nothing_breaks(window: MainWindow):
    path = window.session.places.medicines
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("medicine = [", encoding="utf-8")
    window.lists.count()
    window.show_page("medicines")
    settle(window)
    assert _nothing(window).head.text() == "Your list of medicines and devices could not be read."
    assert "medicines.toml" in _nothing(window).text.text()
    window.show_page("watched")
    assert window.page("watched").trouble.isVisible()
    path.unlink()
    window.lists.count()
    settle(window)
    assert not window.page("watched").trouble.isVisible()


def test_an_empty_view_is_quiet_only_while_every_source_is_reached(window: MainWindow, monkeypatch):
    own_medicines.add(window.session.places, ["warfarin"])
    window.lists.count()
    _no_alert(window, monkeypatch)
    for view, quiet, silent in (
        ("recalls", "No recall is open.", "No recall is open among the alerts here."),
        ("shortages", "No notice of a shortage is open.", "No notice of a shortage is open among the alerts here."),
        (
            "medicines",
            "No open alert names one of your medicines and devices.",
            "No open alert here names one of your medicines and devices.",
        ),
    ):
        window.show_page(view)
        settle(window)
        _sources_are_fine(window)
        assert _nothing(window).head.text() == quiet
        assert "Every source was reached." in _nothing(window).text.text()
        _sources_are_fine(window, fine=False)
        assert _nothing(window).head.text() == silent
        assert "No source could be reached." in _nothing(window).text.text()
        assert _nothing(window).site.isVisible()


def test_the_palette_and_the_rail_know_them(window: MainWindow):
    known = {found.name: found for found in commands(window)}
    assert known["Go to Recalls"].key == "G C"
    assert known["Go to Shortages"].key == "G H"
    assert known["Go to My medicines"].key == "G M"
    known["Your medicines and devices"].run()
    assert window.current() is window.page("watched")


def test_a_rail_of_middling_height_folds_the_views_first(window: MainWindow):
    rail = window.rail
    window.resize(1366, 900)
    settle(window)
    assert rail.own.isHidden()
    assert rail.heading.isVisible()
    window.resize(1366, 900 - (rail.height() - 18 * look().px(TIGHT)))
    settle(window)
    assert rail.own.isVisible()
    assert rail.own.text() == "Views"
    assert rail.lists["starred"].isVisible()
    assert rail.lists["recalls"].isHidden()
    menu = rail.menu()
    assert [action.text().partition(" (")[0].partition("\t")[0] for action in menu.actions()] == [
        "Recalls", "Shortages", "My medicines"
    ]  # fmt: skip
    menu.actions()[1].trigger()
    menu.close()
    settle(window)
    assert window.lists.shown == "shortages"
    assert rail.own.isChecked()
    window.show_page("starred")
    assert not rail.own.isChecked()
    assert len(VIEWS) == 3


def test_the_window_opens_at_a_view(window: MainWindow):
    window.session.settings.keep(start_page="recalls")
    assert window.session.settings.text("start_page") == "recalls"
    window.show_page(window.session.settings.text("start_page"))
    assert window.lists.shown == "recalls"


@pytest.mark.parametrize("zoom", [150, 200])
def test_the_views_come_back_when_the_text_is_small_again(window: MainWindow, zoom: int) -> None:
    window.resize(1366, 768)
    settle(window)
    look().set_zoom(zoom)
    settle(window)
    look().set_zoom(100)
    settle(window)
    rail = window.rail
    behind = {name for name, _words, _key in rail._behind()}
    assert all(button.isHidden() == (name in behind) for name, button in rail.lists.items())
    assert rail.own.isHidden() == (not behind)
