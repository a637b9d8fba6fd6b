"""The settings page: what is declared is shown, a change holds at once, a refusal stands in place, search."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from msat import settings
from msat.gui.kept_settings import KeptSettings
from msat.gui.main_window import MainWindow
from msat.gui.pieces import KeyButton
from msat.gui.theme import look
from msat.gui.views.settings_cards import FilesPart, Ways
from msat.gui.views.settings_field import SettingField
from msat.ids import SourceId
from msat.projections.ports import SourceHealth
from tests.gui.test_sources_page import health, texts


def settings_page(window: MainWindow):
    window.show_page("settings")
    return window.page("settings")


def kept(window: MainWindow) -> dict[str, settings.Value]:
    return settings.load(window.session.settings.path)


def test_every_declared_setting_has_a_field_in_its_section(window: MainWindow):
    page = settings_page(window)
    assert set(page.fields) == {one.key for one in settings.SETTINGS}
    for one in settings.SETTINGS:
        assert page.sections[one.section].isAncestorOf(page.fields[one.key])
        assert one.help in texts(page.fields[one.key])
        assert one.name in texts(page.fields[one.key])


def test_the_key_opens_it_and_the_search_has_the_focus(window: MainWindow, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.current() is window.page("settings")
    assert window.page("settings").search.hasFocus()
    assert window.rail.buttons["settings"].isChecked()


def test_colours_and_size_hold_at_once(window: MainWindow):
    page = settings_page(window)
    choice = page.fields["appearance"].editor
    choice.setCurrentIndex(choice.findData("dark"))
    assert look().is_dark
    assert kept(window)["appearance"] == "dark"
    page.fields["zoom_percent"].editor.setValue(125)
    assert look().zoom == 125
    assert kept(window)["zoom_percent"] == 125
    assert "Size of text: 125%." in window.notices.notice.head.text()


def test_what_the_window_changes_elsewhere_is_shown_here(window: MainWindow):
    page = settings_page(window)
    window.zoom(1)
    assert page.fields["zoom_percent"].editor.value() == look().zoom == 110
    window.toggle_look()
    assert page.fields["appearance"].editor.currentData() == "dark"
    window.session.remember_person("A. Patel", "GP")
    assert page.fields["person_name"].editor.text() == "A. Patel"


def test_a_name_typed_here_is_who_works_here(window: MainWindow, qtbot):
    page = settings_page(window)
    field = page.fields["person_name"].editor
    field.setFocus()
    field.setText("A. Patel")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.session.person().name == "A. Patel"
    assert window.rail.person.text() == "A. Patel"


def test_single_letters_can_be_switched_off(window: MainWindow, qtbot):
    page = settings_page(window)
    page.fields["single_keys"].editor.click()
    assert kept(window)["single_keys"] is False
    assert page.fields["single_keys"].editor.accessibleName() == "Single-letter keys: off"
    window.show_page("worklist")
    qtbot.keyClick(window.worklist.list_pane.list, Qt.Key.Key_Question)
    assert window.current() is window.worklist
    page.fields["single_keys"].editor.click()
    qtbot.keyClick(window.worklist.list_pane.list, Qt.Key.Key_Question)
    assert window.current() is window.page("keys")


def test_a_refusal_stands_at_the_field_and_what_was_typed_stays(window: MainWindow, qtbot):
    page = settings_page(window)
    window.session.settings.path.unlink()
    window.session.settings.path.mkdir()  # a folder where the file should be
    field = page.fields["person_name"]
    field.editor.setText("A. Patel")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert "cannot be written" in field.wrong.text()
    assert field.editor.property("wrong") is True
    assert field.editor.text() == "A. Patel"


def test_a_broken_file_is_said_and_never_overwritten(window: MainWindow):
    path = window.session.settings.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("zoom_percent = = 3", encoding="utf-8")
    page = settings_page(window)
    assert page.trouble.isVisible()
    assert "settings.toml" in page.trouble.text.text()
    choice = page.fields["appearance"].editor
    choice.setCurrentIndex(choice.findData("dark"))
    assert page.fields["appearance"].wrong.isVisible()
    assert path.read_text(encoding="utf-8") == "zoom_percent = = 3"
    path.unlink()
    window.show_page("settings")
    page.shown()
    assert not page.trouble.isVisible()


def test_a_person_is_held_for_the_sitting_when_the_file_will_not_take_it(window: MainWindow):
    path = window.session.settings.path
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)
    window.session.remember_person("B. Ahmed", "GP")
    assert window.session.person().name == "B. Ahmed"
    assert window.notices.isVisible()


def test_the_search_leaves_what_fits_and_says_when_nothing_does(window: MainWindow):
    page = settings_page(window)
    page.search.setText("dark")
    assert page.fields["appearance"].isVisible()
    assert not page.fields["zoom_percent"].isVisible()
    assert not page.sections["Sources"].isVisible()
    page._to_first()
    assert page.fields["appearance"].editor.hasFocus()
    page.search.setText("newsletter")
    assert page.fields["start_page"].isVisible()
    assert any("newsletter" in part.buttons for part in page.parts if isinstance(part, Ways) and part.isVisible())
    page.search.setText("no such thing here")
    assert "No setting matches" in page.nothing.text()
    page.search.clear()
    assert page.sections["Sources"].isVisible()
    assert page.nothing.isHidden()


def test_the_wheel_scrolls_and_changes_nothing(window: MainWindow):
    page = settings_page(window)
    for key in ("zoom_percent", "appearance"):
        editor = page.fields[key].editor
        before = window.session.settings.value(key)
        middle = QPointF(editor.rect().center())
        wheel = QWheelEvent(
            middle,
            editor.mapToGlobal(middle),
            QPoint(),
            QPoint(0, -240),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(editor, wheel)
        assert window.session.settings.value(key) == before


def test_a_section_is_gone_to_by_its_name(window: MainWindow):
    page = settings_page(window)
    window.resize(1093, 614)
    page.jump("Appearance")
    assert page.sections["Appearance"].isAncestorOf(window.focusWidget())


def test_ways_lead_to_the_other_pages_and_the_rail_stays_on_settings(window: MainWindow):
    page = settings_page(window)
    ways = {name for part in page.parts for name in getattr(part, "buttons", {}) if isinstance(name, str)}
    assert {"sources", "records"} <= ways
    for name in sorted(ways):
        window.show_page("settings")
        part = next(p for p in page.parts if isinstance(getattr(p, "buttons", None), dict) and name in p.buttons)
        part.buttons[name].click()
        assert window.current() is window.page(name)


def test_the_folders_are_told_and_copied(window: MainWindow):
    page = settings_page(window)
    part = next(part for part in page.parts if isinstance(part, FilesPart))
    said = texts(part).replace("\u200b", "")
    for folder in (window.session.places.data, window.session.places.config):
        assert str(folder) in said
    copies = next(b for b in part.buttons if b.accessibleName() == "Copy the path: Record, notices and key")
    copies.click()
    assert QGuiApplication.clipboard().text() == str(window.session.places.data)


def test_whose_record_it_is_stands_there(window: MainWindow):
    page = settings_page(window)
    own = window.session.desk.record.organisation
    assert own.ods in texts(page.organisation)


def test_every_kind_of_setting_has_a_field_that_keeps_it(qtbot, theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    declared = (
        settings.Setting("quiet_from", "18:30", "From then on.", is_time=True),
        settings.Setting("told", True, "Tell."),
        settings.Setting("days", 3, "So many.", low=0, high=9, unit="days"),
        settings.Setting("place", "a", "Which.", choices=("a", "b"), words={"b": "The second"}),
        settings.Setting("note", "", "Words."),
    )
    monkeypatch.setattr(settings, "SETTINGS", declared)
    kept = KeptSettings(tmp_path / "settings.toml")
    fields = {one.key: SettingField(one, kept) for one in declared}
    for field in fields.values():
        qtbot.addWidget(field)
    told: list[str] = []
    fields["quiet_from"].applied.connect(lambda _key, words: told.append(words))
    fields["quiet_from"].editor.setTime(fields["quiet_from"].editor.time().addSecs(1800))
    fields["told"].editor.click()
    fields["days"].editor.setValue(5)
    fields["place"].editor.setCurrentIndex(1)
    fields["note"].editor.setText("so")
    fields["note"].editor.editingFinished.emit()
    assert settings.load(tmp_path / "settings.toml") == {
        "quiet_from": "19:00",
        "told": False,
        "days": 5,
        "place": "b",
        "note": "so",
    }
    assert told == ["Quiet from: 19:00."]


def test_a_time_a_choice_and_a_tick_are_set_by_keys_alone(window: MainWindow):
    page = settings_page(window)
    fields = {one.setting.key: one for one in page.findChildren(SettingField)}
    hours = fields["quiet_from"].editor
    hours.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(hours, "07")
    QTest.keyClick(hours, Qt.Key.Key_Right)
    QTest.keyClicks(hours, "45")
    QTest.keyClick(hours, Qt.Key.Key_Return)
    assert window.session.settings.text("quiet_from") == "07:45"
    QTest.keyClick(hours, Qt.Key.Key_Left)
    QTest.keyClick(hours, Qt.Key.Key_Up)
    assert window.session.settings.text("quiet_from") == "08:45"
    QTest.keyClick(hours, Qt.Key.Key_Right)
    QTest.keyClick(hours, Qt.Key.Key_Down)
    assert window.session.settings.text("quiet_from") == "08:44"
    QTest.keyClick(hours, Qt.Key.Key_Down)  # the part that was changed stays the one that is marked
    assert window.session.settings.text("quiet_from") == "08:43"
    colours = fields["appearance"].editor
    colours.setFocus(Qt.FocusReason.TabFocusReason)
    before = window.session.settings.text("appearance")
    QTest.keyClick(colours, Qt.Key.Key_Down)
    assert window.session.settings.text("appearance") != before
    tick = next(one for one in fields.values() if isinstance(one.editor, KeyButton) and one.isVisible())
    was = window.session.settings.value(tick.setting.key)
    tick.editor.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(tick.editor, Qt.Key.Key_Space)
    assert window.session.settings.value(tick.setting.key) is not was
    assert window.focusWidget() is tick.editor


def test_the_rail_stays_usable_in_a_low_window(window: MainWindow):
    window.resize(1093, 614)
    look().set_zoom(200)
    QApplication.processEvents()
    buttons = [*window.rail.buttons.values(), window.rail.person, window.rail.look, window.rail.keys]
    places = [(b.mapTo(window.rail, QPoint(0, 0)).y(), b.height()) for b in buttons]
    assert all(height >= 24 for _top, height in places)
    assert all(top + height <= following for (top, height), (following, _h) in pairwise(places))
    assert places[-1][0] + places[-1][1] <= window.rail.height()


def test_the_sources_are_checked_no_oftener_than_the_settings_say(window: MainWindow):
    now = window.session.now()
    window.watch.health = [health(known=SourceHealth(SourceId("x"), now - timedelta(minutes=90)))]
    assert window.watch._is_time(now)
    window.session.settings.keep(refresh_minutes=120)
    assert not window.watch._is_time(now)
    window.session.settings.keep(refresh_minutes=0)
    assert not window.watch._is_time(now)
    assert not window.watch._is_time(now + timedelta(days=3))
    window.session.settings.keep(refresh_minutes=15)
    window.watch.health = []
    assert not window.watch._is_time(now), "no source is on"


def test_what_was_changed_goes_back_to_what_is_usual_by_key(window: MainWindow, qtbot):
    field = settings_page(window).fields["refresh_minutes"]
    assert field.usual.isHidden()
    field.editor.setValue(60)
    assert field.usual.text() == "Back to: 15 minutes"
    field.usual.setFocus()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert kept(window)["refresh_minutes"] == 15
    assert field.editor.value() == 15
    assert field.usual.isHidden()
    assert window.focusWidget() is field.editor
    name = settings_page(window).fields["person_name"]
    name.editor.setText("A. Patel")
    name.editor.editingFinished.emit()
    assert name.usual.isHidden()


def test_a_folder_is_chosen_and_one_that_is_not_there_is_told(window: MainWindow, tmp_path: Path, monkeypatch):
    field = settings_page(window).fields["backup_folder"]
    field.editor.setText(str(tmp_path / "gone"))
    field.editor.editingFinished.emit()
    said = window.notices.notice.head.text()
    assert said.startswith(f"The folder {tmp_path / 'gone'} is not there, so no backup is made.")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))
    button = next(one for one in field.findChildren(KeyButton) if one.text() == "Choose a folder")
    button.click()
    assert kept(window)["backup_folder"] == str(tmp_path)
    assert field.editor.text() == str(tmp_path)
    assert "is not there" not in window.notices.notice.head.text()
