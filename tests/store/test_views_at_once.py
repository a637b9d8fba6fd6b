"""The views file made anew by several processes at the same moment: each goes on, and the file is whole."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from msat.store import views_database
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
