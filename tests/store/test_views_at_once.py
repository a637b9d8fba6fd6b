"""The views file made anew by several processes at the same moment: each goes on, and the file is whole."""

from __future__ import annotations

import os
import sqlite3
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from msat.store import views_database
from msat.store.alone import Alone, Busy
from msat.store.views import SqlViews
from msat.store.views_database import ViewsUnusable
from tests.fakes import Story, an_alert, read_document


@pytest.fixture
def story() -> Story:
    story = Story()
    story.received(an_alert("EL(26)A/37"))
    story.triaged()
    return story


def _open(story: Story, path: Path) -> SqlViews:
    return SqlViews(path, story.record, story.files, told=read_document)


@pytest.mark.skipif(os.name == "nt", reason="Windows takes no file away that is open")
def test_a_connection_kept_from_the_file_before_is_never_used_again(story: Story, tmp_path: Path) -> None:
    """Two were open and kept when another process made the file anew; a third that opens must not hide that."""
    path = tmp_path / "views.db"
    file = views_database.ViewsFile(path)
    engine = file.engine()
    views_database.lay_out(engine)
    with engine.connect(), engine.connect():
        pass
    views_database.remove(path)
    theirs = _open(story, path)
    with engine.connect() as one, engine.connect() as two, engine.connect() as three:
        seen = [at.exec_driver_sql("SELECT count(*) FROM page").scalar_one() for at in (one, two, three)]
    theirs.close()
    assert seen == [1, 1, 1]
    assert not file.is_another()
    engine.dispose()


def test_a_file_that_another_process_made_first_is_used(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both found it missing; the other one was quicker."""
    path = tmp_path / "views.db"
    looked = views_database.wrong_with
    others: list[SqlViews] = []

    def late(engine: Any) -> str:
        found = looked(engine)
        if not others:
            others.append(None)  # type: ignore[arg-type]
            others[0] = _open(story, path)
        return found

    monkeypatch.setattr(views_database, "wrong_with", late)
    views = _open(story, path)
    assert {state.key: state for state in views.states()} == story.states
    assert views.difference_from_rebuild() == ()
    assert others[0].difference_from_rebuild() == ()
    views.close()
    others[0].close()


def _failing(monkeypatch: pytest.MonkeyPatch, code: int, times: int) -> list[int]:
    """The first looks at the file fail as SQLite fails when another process takes the file away."""
    looked, failed = views_database.wrong_with, []

    def look(engine: Any) -> str:
        if len(failed) < times:
            failed.append(code)
            cause = sqlite3.OperationalError("locking protocol")
            cause.sqlite_errorcode = code
            raise OperationalError("SELECT", {}, cause)
        return looked(engine)

    monkeypatch.setattr(views_database, "wrong_with", look)
    return failed


@pytest.mark.parametrize("code", [sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_IOERR])
def test_what_another_process_causes_passes(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    failed = _failing(monkeypatch, code, 2)
    views = _open(story, tmp_path / "views.db")
    assert len(failed) == 2
    assert views.difference_from_rebuild() == ()
    views.close()


@pytest.mark.parametrize(("code", "looks"), [(sqlite3.SQLITE_PROTOCOL, 3), (sqlite3.SQLITE_FULL, 1)])
def test_what_does_not_pass_is_said(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, looks: int
) -> None:
    failed = _failing(monkeypatch, code, 9)
    with pytest.raises(ViewsUnusable):
        _open(story, tmp_path / "views.db")
    assert len(failed) == looks


def _garbage(data: bytes) -> bytes:
    return b"not a database at all" * 500


def _pages_of_garbage(data: bytes) -> bytes:
    spoilt = bytearray(data)
    for at in range(150, len(data), 37):
        spoilt[at] ^= 0xFF
    return bytes(spoilt)


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _opens_and_reads(story: Story, path: Path) -> str:
    """What a process of its own does; what went wrong in words, or nothing."""
    try:
        views = _open(story, path)
        views.catch_up()
        states = {state.key: state for state in views.states()}
        wrong = views.difference_from_rebuild()
        views.close()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "" if states == story.states and not wrong else f"{len(states)} alerts, {wrong}"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here, which this system cannot")
@pytest.mark.parametrize("spoil", [_garbage, _pages_of_garbage, _half])
def test_five_processes_that_find_the_file_damaged_all_go_on(
    story: Story, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "views.db"
    _open(story, path).close()
    path.write_bytes(spoil(path.read_bytes()))
    into, out = os.pipe()
    children = []
    for _number in range(5):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads of other tests; the child uses none
            child = os.fork()
        if child == 0:
            os.write(out, f"{_opens_and_reads(story, path)}\n".encode())
            os._exit(0)
        children.append(child)
    os.close(out)
    with os.fdopen(into, encoding="utf-8") as told:
        said = told.read().splitlines()
    for child in children:
        os.waitpid(child, 0)
    assert said == [""] * 5
    assert _opens_and_reads(story, path) == ""


def test_a_process_whose_file_was_made_anew_goes_over_to_the_new_one(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "views.db"
    before = _open(story, path)
    views_database.remove(path)
    after = _open(story, path)
    story.received(an_alert("EL(26)A/38"))
    before.catch_up()
    assert {state.key for state in after.states()} == set(story.states), "both read and write one file"
    assert before.difference_from_rebuild() == after.difference_from_rebuild() == ()
    before.close()
    after.close()


def test_a_lock_that_somebody_wrote_into_and_a_folder_only_to_be_read_hinder_nobody(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    path.write_bytes(b"somebody wrote this" * 90)
    with Alone(path)(), pytest.raises(Busy, match="busy"), Alone(path, 0.05)():
        pass
    with Alone(tmp_path / "no folder" / "a.lock")():
        pass
    with Alone(path, 0.05)():
        pass


def test_a_lock_is_taken_again_by_its_holder_and_waited_for_by_other_threads(tmp_path: Path) -> None:
    alone = Alone(tmp_path / "a.lock", 0.05)
    met: list[str] = []

    def other() -> None:
        try:
            with alone():
                met.append("in")
        except Busy as error:
            met.append(error.explanation)

    with alone(), alone():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    other()
    assert met == ["Another part of this window was busy for too long.", "in"]
