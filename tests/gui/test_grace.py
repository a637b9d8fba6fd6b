"""The moment in which an answer can be taken back: nothing is recorded before its end, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from msat.bootstrap import open_desk
from msat.errors import NotRecorded
from msat.gui import deeds, work_deeds
from msat.gui.drafts import DraftsNotKept
from msat.gui.held import VERBS, Held, HeldFile
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.places import places
from tests.gui.conftest import settle

pytestmark = pytest.mark.usefixtures("with_grace")


class Seconds:
    """Time as the toast counts it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds(window: MainWindow) -> Seconds:
    made = Seconds()
    window.session.grace.ticks = made
    return made


def _open_key(window: MainWindow) -> str:
    """An open alert with an action that is answered with yes or no."""
    for row in window.worklist.list_pane.model.rows():
        state = window.session.desk.views.alert(row.key)
        if state.acknowledged is None and state.is_open:
            return str(row.key)
    raise AssertionError("the sample has an alert that nobody has acknowledged")


def _size(window: MainWindow) -> int:
    return window.session.desk.record.head().size


def _acknowledge(window: MainWindow) -> str:
    key = _open_key(window)
    window.worklist.list_pane.show_key(key)
    settle(window)
    window.session.do(deeds.acknowledge(key), window)
    return key


def test_nothing_is_recorded_before_the_time_is_up(window: MainWindow, seconds: Seconds):
    before, grace = _size(window), window.session.grace
    key = _acknowledge(window)
    assert _size(window) == before
    assert "Acknowledged" in window.taking_back.toast.what.text()
    assert window.taking_back.toast.isVisible()
    assert "Not recorded yet. It is in 10 seconds." in window.taking_back.toast.left.text()
    seconds.now += 9.9
    grace.tick()
    assert _size(window) == before
    seconds.now += 0.1
    grace.tick()
    assert _size(window) == before + 1
    assert window.session.desk.views.alert(key).acknowledged is not None
    assert not window.taking_back.toast.isVisible()
    assert HeldFile(window.session.places.held_deeds).all() == ()


def test_what_is_asked_for_at_once_by_whoever_hears_of_it_is_recorded_once(window: MainWindow, seconds: Seconds):
    before, grace = _size(window), window.session.grace
    key = _open_key(window)
    grace.changed.connect(grace.record_all)  # as an export does that is asked for in that moment
    window.session.do(work_deeds.discuss(key, "Clinical meeting", date(2026, 8, 20), outcome="Noted."), window)
    grace.changed.disconnect(grace.record_all)
    assert _size(window) == before + 1
    assert len(window.session.desk.views.alert(key).discussed) == 1
    assert grace.waiting == ()


def test_the_entry_says_when_it_was_done_and_when_it_was_recorded(window: MainWindow, seconds: Seconds):
    key = _acknowledge(window)
    done = window.session.grace.last.held.at
    clock = window.session.desk.clock
    seconds.now += 10
    window.session.grace.tick()
    (line,) = [x for x in window.session.desk.views.alert(key).history if x.type == "alert.acknowledged"]
    assert line.happened == done
    assert done <= line.recorded <= clock.now()


def test_what_waits_is_shown_as_it_will_be_but_not_in_the_history(window: MainWindow, seconds: Seconds):
    key = _acknowledge(window)
    shown = window.worklist.alert.state
    assert shown.acknowledged is not None
    assert shown.history == window.session.desk.views.alert(key).history
    assert "Recorded" not in window.status.recorded.text()
    (row,) = [row for row in window.worklist.list_pane.model.rows() if row.key == key]
    assert row.acknowledged


def test_ctrl_z_takes_the_last_one_back(window: MainWindow, seconds: Seconds, qtbot):
    before = _size(window)
    _acknowledge(window)
    qtbot.keyClick(window.worklist.list_pane.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.worklist.alert.state.acknowledged is None
    assert "Taken back" in window.notices.notice.head.text()
    seconds.now += 60
    window.session.grace.tick()
    window.session.grace.record_all()
    assert _size(window) == before
    assert HeldFile(window.session.places.held_deeds).all() == ()


def test_what_was_taken_back_can_be_done_again(window: MainWindow, seconds: Seconds):
    key = _acknowledge(window)
    done = window.session.grace.last.held.at
    window.taking_back.undo()
    window.taking_back.redo()
    assert window.session.grace.last.held.at == done
    window.session.grace.record_all()
    assert window.session.desk.views.alert(key).acknowledged.happened == done


def test_nothing_to_take_back_is_said(window: MainWindow, seconds: Seconds):
    window.taking_back.undo()
    assert "Nothing waits" in window.notices.notice.head.text()
    window.taking_back.redo()
    assert "Nothing was taken back" in window.notices.notice.head.text()


def test_a_deed_may_rest_on_one_that_waits(window: MainWindow, seconds: Seconds):
    key = _acknowledge(window)
    state = window.session.desk.views.alert(key)
    code = next(a.code for a in state.actions if a.answer.value in ("done", "count"))
    window.session.do(deeds.answer(key, code, "yes"), window)
    assert len(window.session.grace.waiting) == 2
    assert "1 more waits with it." in window.taking_back.toast.left.text()
    before = _size(window)
    window.session.grace.record_all()
    assert _size(window) == before + 2


def test_what_would_be_refused_is_refused_at_once(window: MainWindow, seconds: Seconds):
    key = _acknowledge(window)
    told = []
    window.session.do(deeds.acknowledge(key), window, failed=told.append)
    assert "already acknowledged" in told[0].explanation
    assert len(window.session.grace.waiting) == 1


def test_closing_the_window_records_what_waits(window: MainWindow, seconds: Seconds):
    key, before = _acknowledge(window), _size(window)
    window.close()
    assert _size(window) == before + 1
    assert window.session.desk.views.alert(key).acknowledged is not None


def test_a_deed_that_cannot_wait_is_recorded_behind_what_waits(window: MainWindow, seconds: Seconds):
    key = _acknowledge(window)
    window.session.do(deeds.explain_gap("EL(26)A/01", "not issued", "checked"), window, failed=lambda _e: None)
    assert window.session.desk.views.alert(key).acknowledged is not None
    assert not window.session.grace.waiting


def test_what_was_typed_comes_back(window: MainWindow, seconds: Seconds):
    key = _acknowledge(window)
    window.session.grace.record_all()
    drafts = window.session.drafts
    drafts.keep(key, "reopen/reason", "typed")
    deed = deeds.override(key, "green", "Not held here.")
    window.session.do(deed, window, done=lambda _changes: drafts.keep(key, "reopen/reason", ""))
    assert drafts.text(key, "reopen/reason") == ""
    window.session.grace.undo()
    assert drafts.text(key, "reopen/reason") == "typed"


def test_a_refusal_at_the_end_is_told_and_nothing_waits_on(window: MainWindow, seconds: Seconds, monkeypatch):
    key = _acknowledge(window)
    desk = window.session.desk
    # Somebody at another desk of the same record was quicker.
    deeds.acknowledge(key)(desk, window.session.person())
    seconds.now += 10
    window.session.grace.tick()
    assert "already acknowledged" in window.notices.notice.text.text()
    assert window.notices.notice.head.text() == "Not recorded."
    assert not window.session.grace.waiting
    assert HeldFile(window.session.places.held_deeds).all() == ()


def test_a_record_that_does_not_take_it_loses_nothing(window: MainWindow, seconds: Seconds, monkeypatch):
    key = _acknowledge(window)
    record = type(window.session.desk.record)
    real = record.append

    def full(*_args: object) -> None:
        raise NotRecorded("The disk is full.", "Free space.")

    monkeypatch.setattr(record, "append", full)
    seconds.now += 10
    window.session.grace.tick()
    assert "It is kept" in window.taking_back.toast.left.text()
    assert len(HeldFile(window.session.places.held_deeds).all()) == 1
    monkeypatch.setattr(record, "append", real)
    window.session.grace.record_all()
    assert window.session.desk.views.alert(key).acknowledged is not None
    assert not window.taking_back.toast.isVisible()


def test_a_disk_that_does_not_keep_it_records_nothing_and_says_so(window: MainWindow, seconds: Seconds, monkeypatch):
    def full(*_args: object) -> None:
        raise DraftsNotKept("What you did could not be kept: disk full.", "Free space.")

    monkeypatch.setattr(HeldFile, "put", full)
    told, before = [], _size(window)
    window.session.do(deeds.acknowledge(_open_key(window)), window, failed=told.append)
    assert isinstance(told[0], DraftsNotKept)
    window.session.grace.record_all()
    assert _size(window) == before


def _again(sample) -> Session:
    """The next start over the same profile."""
    session = Session(sample.places, InstantRunner())
    session.open(lambda: sample)
    return session


def test_the_next_start_records_what_waited(window: MainWindow, seconds: Seconds, qtbot):
    """The program died while it waited: nothing of the first session runs on."""
    key, before = _acknowledge(window), _size(window)
    window.session.grace._timer.stop()
    window.session.grace._waiting.clear()
    told = []
    session = Session(window.session.places, InstantRunner())
    session.grace.recovered.connect(told.append)
    session.open(lambda: window.session.desk)
    assert told == [1]
    assert session.desk.record.head().size == before + 1
    assert session.desk.views.alert(key).acknowledged is not None
    assert HeldFile(session.places.held_deeds).all() == ()
    session.desk = None
    session.close()


def test_what_was_recorded_just_before_the_end_is_not_recorded_twice(window: MainWindow, seconds: Seconds, monkeypatch):
    key = _acknowledge(window)
    code = next(a.code for a in window.session.desk.views.alert(key).actions if a.answer.value in ("done", "count"))
    window.session.do(deeds.answer(key, code, "yes", "Done.", 3), window)
    monkeypatch.setattr(HeldFile, "drop", lambda *_args: None)  # the power goes before the note is let go
    window.session.grace.record_all()
    monkeypatch.undo()
    size = _size(window)
    kept = HeldFile(window.session.places.held_deeds).all()
    assert [one.verb for one in kept] == ["acknowledge", "answer"]
    session = Session(window.session.places, InstantRunner())
    session.open(lambda: window.session.desk)
    assert session.desk.record.head().size == size
    assert HeldFile(session.places.held_deeds).all() == ()
    session.desk = None
    session.close()


KILLED = """
import os, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from msat.bootstrap import open_desk
from msat.gui import deeds
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.places import places
app = QApplication([])
where = places(Path(sys.argv[1]))
session = Session(where, InstantRunner())
session.remember_person("A. Patel", "Practice pharmacist")
session.open(lambda: open_desk(where))
session.do(deeds.acknowledge(sys.argv[2], "Seen by A. Patel."), session)
print(session.desk.record.head().size, len(session.grace.waiting), flush=True)
os._exit(9)
"""


def test_a_killed_program_loses_no_answer(sample, theme):
    key = next(
        str(row.key)
        for row in _rows(sample)
        if sample.views.alert(row.key).acknowledged is None and sample.views.alert(row.key).is_open
    )
    before, where = sample.record.head().size, sample.places
    sample.close()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(where.data.parent), key], capture_output=True, text=True, check=False
    )
    assert done.returncode == 9, done.stderr
    assert done.stdout.split() == [str(before), "1"]
    session = Session(where, InstantRunner())
    session.open(lambda: open_desk(where))
    state = session.desk.views.alert(key)
    assert state.acknowledged is not None
    assert state.acknowledged.by == "A. Patel"
    assert session.desk.record.head().size == before + 1
    session.close()


def _rows(desk):
    from msat.projections.ports import Query

    return desk.views.worklist(Query(open_only=True), desk.clock.now())


def test_every_verb_that_waits_comes_back_from_the_disk_as_it_was(tmp_path: Path):
    at = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    made = [
        deeds.check_places("k", {"fridge": ("quantity", 3, "B1"), "shelf": ("nil", None, "")}, "n", at, "AP"),
        work_deeds.defer("k", date(2026, 12, 1), "B", "r"),
        work_deeds.recheck("k", {"found": 0}, 3),
        deeds.correct("e", "r", {"answer": "no", "count": None}, at),
    ]
    file = HeldFile(tmp_path / "state" / "held.json")
    for number, deed in enumerate(made):
        file.put(Held(str(number), deed.verb, deed.arguments, "A", "R", "acc", at, typed={"k": {"f": "t"}}))
    back = HeldFile(tmp_path / "state" / "held.json").all()
    assert [one.deed().verb for one in back] == [one.verb for one in made]
    assert back[1].arguments == made[1].arguments
    assert back[0].arguments["found"] == {"fridge": ["quantity", 3, "B1"], "shelf": ["nil", None, ""]}
    assert back[0].arguments["happened"] == at
    assert replace(back[0], arguments={}).typed == {"k": {"f": "t"}}


def test_files_going_out_and_coming_in_do_not_wait():
    assert not {"attach", "take_in_plans", "save_plan", "add_notice", "explain_gap", "judge"} & set(VERBS)


@pytest.mark.parametrize("text", ["{", "{}x", '[{"id": 1}]', "[3]"])
def test_a_damaged_file_is_set_aside(tmp_path: Path, text: str):
    path = tmp_path / "held.json"
    path.write_text(text, encoding="utf-8")
    assert HeldFile(path).all() == ()
    assert (tmp_path / "held.damaged").read_text(encoding="utf-8") == text


def test_an_answer_of_another_version_is_told_and_kept_as_words(window: MainWindow, seconds: Seconds):
    at = window.session.now()
    held = Held("x", "signed_in_blood", {}, "A", "R", "", at, meaning="Signed in blood.")
    HeldFile(window.session.places.held_deeds).put(held)
    window.session.grace.move()
    window.session.grace.recover()
    assert "Signed in blood. This version of MSAT cannot do it." in window.notices.notice.text.text()
    assert json.loads(window.session.places.held_deeds.read_text(encoding="utf-8")) == []


def test_the_setting_says_how_long(window: MainWindow, seconds: Seconds):
    window.session.settings.keep(grace_seconds="0")
    before = _size(window)
    _acknowledge(window)
    assert _size(window) == before + 1
    window.session.settings.keep(grace_seconds="20")
    assert window.session.grace.seconds == 20
    assert places(window.session.places.data.parent).held_deeds.name == "not-recorded-yet.json"
