"""The first minute: a tip by the button, the signature, its number, and the page that proves it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from msat.gui import deeds, saving
from msat.gui.main_window import MainWindow
from msat.gui.theme import look
from msat.gui.views.foot_tip import SEEN
from msat.projections.alert_state import Status
from msat.services.desk import Person
from tests.gui.conftest import settle


def _show(window: MainWindow) -> str:
    row = next(row for row in window.worklist.list_pane.model.rows() if row.status is Status.IN_HAND)
    window.worklist.list_pane.show_key(row.key)
    settle(window)
    return str(row.key)


def _sign(window: MainWindow, key: str) -> None:
    """Answers what is asked and signs, the second time as somebody else."""
    desk = window.session.desk
    for action in desk.views.alert(key).actions:
        if action.answer.value == "applies":
            window.session.do(deeds.applies(key, True, "held"), window)
        elif action.answer.value in ("done", "count"):
            window.session.do(deeds.answer(key, action.code, "yes"), window)
        elif action.answer.value == "places":
            found = {place.place: ("nil", None, "") for place in action.places}
            window.session.do(deeds.check_places(key, found), window)
        elif action.answer.value == "funnel":
            window.session.do(deeds.count(key, action.code, {"found": 0}), window)
    window.session.do(deeds.sign_off(key), window, person=Person("B. Jones", "GP"))


def test_one_tip_stands_by_the_button_until_it_is_closed(window: MainWindow):
    _show(window)
    tip = window.worklist.alert.foot.tip
    assert tip.isVisible()
    assert "C completes the alert" in tip.words.text()
    tip.close_button.click()
    assert not tip.isVisible()
    assert window.session.memory.text(SEEN) == "yes"
    settle(window)
    window.worklist.alert.load_now()
    assert not tip.isVisible()


def test_a_low_window_shows_no_tip(window: MainWindow):
    window.resize(1093, 614)
    look().set_zoom(150)
    _show(window)
    assert not window.worklist.alert.foot.tip.isVisible()


def test_a_signature_ends_the_tip_and_offers_the_record(window: MainWindow, monkeypatch):
    opened: list[Path] = []
    monkeypatch.setattr(saving, "open_file", opened.append)
    key = _show(window)
    _sign(window, key)
    number = window.session.desk.record.head().size
    assert not window.worklist.alert.foot.tip.isVisible()
    assert f"Entry {number}." in window.notices.notice.head.text()
    assert window.notices.notice.button.text() == "Show the record"
    window.notices.notice.button.click()
    assert opened[0].suffix == ".pdf"
    assert opened[0].read_bytes().startswith(b"%PDF")
    assert window.session.desk.record.head().size == number, "looking at it issues nothing"


def test_the_record_is_three_actions_away_from_anywhere(window: MainWindow, qtbot, monkeypatch):
    opened: list[Path] = []
    monkeypatch.setattr(saving, "open_file", opened.append)
    window.show_page("settings")
    window.outputs.show_record()  # Ctrl+O: no alert is shown, so the palette asks which
    from msat.gui.views.palette_view import PaletteView

    palette = window.findChild(PaletteView)
    assert palette is not None
    assert palette.isVisible()
    palette.leave()
    _go(window)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert len(opened) == 1
    assert "EL(26)A" in opened[0].name or "EL" in opened[0].name


def _go(window: MainWindow) -> None:
    from msat.gui.going import open_alert

    open_alert(window, "EL(26)A/11")
    settle(window)


def test_the_folder_of_shown_records_does_not_grow_for_ever(window: MainWindow, tmp_path: Path):
    from msat.services.show_record import KEPT, show_record

    folder = tmp_path / "shown"
    folder.mkdir()
    for number in range(KEPT + 5):
        (folder / f"old {number}.pdf").write_bytes(b"x")
    path = show_record(window.session.desk, "EL(26)A/11", folder)
    assert len(list(folder.iterdir())) == KEPT
    assert path.exists()
