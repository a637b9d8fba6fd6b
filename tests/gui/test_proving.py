"""The window proves the whole record by itself, and says what is wrong with the way to it."""

from __future__ import annotations

import sqlite3

from msat.gui import proving
from msat.gui.main_window import MainWindow
from msat.gui.proving import Proving, prove, words


def flip(window: MainWindow) -> None:
    """Changes a word of an entry in the middle of the file, as a bad disk or a hand might."""
    record = window.session.desk.places.record
    with sqlite3.connect(record) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            connection.execute(f'DROP TRIGGER "{name}"')
        (body,) = connection.execute("SELECT body FROM entry WHERE seq = 5").fetchone()
        connection.execute("UPDATE entry SET body = ? WHERE seq = 5", (body.replace(b"e", b"f", 1),))
    connection.close()


def test_a_whole_record_is_proven_in_silence(window: MainWindow) -> None:
    said: list[str] = []
    prover = Proving(window.session)
    prover.found_wrong.connect(said.append)
    window.session.is_demo = False
    prover.look()
    assert said == []
    assert words(prove(window.session.desk)) == ""


def test_a_changed_entry_in_the_middle_is_said_once(window: MainWindow) -> None:
    flip(window)
    said: list[str] = []
    prover = Proving(window.session)
    prover.found_wrong.connect(said.append)
    window.session.is_demo = False
    prover.look()
    prover.look()
    assert len(said) == 1
    assert "problem" in said[0]
    assert "Check all my records" in said[0]


def test_the_sample_is_not_proven(window: MainWindow, monkeypatch) -> None:
    monkeypatch.setattr(proving, "prove", lambda _desk: (_ for _ in ()).throw(AssertionError("asked")))
    window.session.is_demo = True
    Proving(window.session).look()
    assert window.session.desk is not None
