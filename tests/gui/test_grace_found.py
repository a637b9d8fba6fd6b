"""Deeds that waited, found at a start in a file that was altered, put back, or of another record."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from msat.gui.held import HeldFile
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from tests.gui.test_grace import Seconds, _acknowledge, _open_key, _size

pytestmark = pytest.mark.usefixtures("with_grace")


@pytest.fixture
def seconds(window: MainWindow) -> Seconds:
    made = Seconds()
    window.session.grace.ticks = made
    return made


def _start_again(window: MainWindow) -> list[str]:
    """The next start over the same profile, and what it said."""
    said: list[str] = []
    session = Session(window.session.places, InstantRunner())
    session.trouble.connect(lambda error: said.append(str(error)))
    session.open(lambda: window.session.desk)
    session.desk = None
    session.close()
    return said


def _dies(window: MainWindow) -> Path:
    """The program ended while something waited: its file."""
    window.session.grace._timer.stop()
    window.session.grace._waiting.clear()
    return window.session.places.held_deeds


def test_a_file_of_another_record_is_not_recorded_here(window: MainWindow, seconds: Seconds):
    key, before = _acknowledge(window), _size(window)
    path = _dies(window)
    (one,) = json.loads(path.read_text(encoding="utf-8"))
    assert one["log"] == window.session.desk.record.log
    path.write_text(json.dumps([one | {"log": "0" * 32}]), encoding="utf-8")
    said = _start_again(window)
    assert _size(window) == before
    assert window.session.desk.views.alert(key).acknowledged is None
    assert "It was done in another record" in said[0]


def test_a_deed_of_a_later_day_is_not_recorded(window: MainWindow, seconds: Seconds):
    _acknowledge(window)
    before, path = _size(window), _dies(window)
    text = path.read_text(encoding="utf-8")
    later = window.session.desk.clock.now() + timedelta(days=400)
    (one,) = json.loads(text)
    path.write_text(json.dumps([one | {"at": later.strftime("%Y-%m-%dT%H:%M:%SZ")}]), encoding="utf-8")
    said = _start_again(window)
    assert _size(window) == before
    assert "later than now" in said[0]


def test_a_file_that_is_put_back_records_nothing_twice(window: MainWindow, seconds: Seconds):
    from msat.gui import deeds

    key = _open_key(window)
    code = next(a.code for a in window.session.desk.views.alert(key).actions if a.answer.value in ("done", "count"))
    window.session.do(deeds.answer(key, code, "yes", "Done.", 3), window)
    path = window.session.places.held_deeds
    text = path.read_text(encoding="utf-8")
    window.session.grace.record_all()
    size = _size(window)
    for _start in range(2):
        path.write_text(text, encoding="utf-8")
        _start_again(window)
        assert _size(window) == size
        assert HeldFile(path).all() == ()


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '[{"arguments": [], "at": "x"}]', '[{"arguments": {"k": 1}, "at": 5}]']
)
def test_a_file_that_cannot_be_read_is_told_and_kept(window: MainWindow, seconds: Seconds, text: str):
    path = _dies(window)
    for name in ("not-recorded-yet.damaged", "not-recorded-yet.2.damaged"):
        path.write_text(text, encoding="utf-8")
        said = _start_again(window)
        assert "could not be read" in said[0]
        assert name in said[0]
        assert path.with_name(name).read_text(encoding="utf-8") == text
