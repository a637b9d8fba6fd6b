"""What `msatctl` says around its own logs: a recovery key that was not shown, a trouble that is over, a fork."""

from __future__ import annotations

import shutil
import sys

import pytest

from msat import bootstrap
from msat.places import places
from tests.cli.test_log import WHY, Terminal, lost, run
from tests.record.makers import draft

__all__ = ["lost", "run"]
NOT_SHOWN = "before anybody said that the recovery key"


class Killed(BaseException):
    """The process is killed."""


class Broken:
    """Nothing is written to it before the process is killed."""

    def write(self, _text: str) -> int:
        raise Killed

    def flush(self) -> None:
        return None

    def isatty(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("surgery", ["log", "supersede", "--lost", "--reason", WHY]),
        ("committee", ["key", "rotate", "--new-recovery-key"]),
        ("new", ["init", "--organisation", "New", "--ods", "A81002", "--kind", "gp-practice"]),
    ],
)
def test_a_key_that_was_made_and_not_printed_is_told_until_there_is_another(
    lost: Terminal, monkeypatch: pytest.MonkeyPatch, profile: str, words: list[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Broken())
        with pytest.raises(Killed):
            lost(profile, *words)
    shown = lost.json(profile, "log", "show")
    assert (shown["recovery_key_not_shown"], lost.status) == (True, 1)
    said = lost(profile, "log", "show")
    assert NOT_SHOWN in said.split("Warning")[0], "log show itself says so"
    assert "msatctl key rotate --new-recovery-key" in said
    assert NOT_SHOWN in lost(profile, "list"), "so does every other command"
    said = lost(profile, "key", "rotate", "--new-recovery-key")
    assert lost.status == 0
    assert NOT_SHOWN not in said, "what is settled is not told once more"
    assert lost.json(profile, "log", "show")["recovery_key_not_shown"] is False
    assert lost.status == 0


def test_a_key_that_was_printed_is_not_told_of(run: Terminal) -> None:
    assert not places(run.folder / "surgery").recovery_note.exists()
    assert "Warning" not in run("surgery", "log", "show")
    run("surgery", "key", "rotate", "--new-recovery-key")
    assert "Warning" not in run("surgery", "log", "show")


def test_what_was_fetched_back_is_not_followed_by_the_old_warning(lost: Terminal) -> None:
    assert "can only be read" in lost("surgery", "list") or "It is only to be read" in lost("surgery", "list")
    log = lost.json("surgery", "log", "show")["log"]
    back = lost.json("committee", "return", "export", "--log", log[:8], "--out", str(lost.folder))
    said = lost("surgery", "log", "fetch", back["file"])
    assert "can be added to again" in said
    assert "Warning" not in said


def test_a_new_log_is_not_followed_by_the_old_warning(lost: Terminal) -> None:
    said = lost("surgery", "log", "supersede", "--lost", "--reason", WHY)
    assert "A new log was started" in said
    assert "Warning" not in said


def test_an_own_fork_names_the_new_log_as_the_way_out(run: Terminal) -> None:
    shutil.copytree(run.folder / "surgery", run.folder / "copied")
    for profile in ("surgery", "copied"):
        desk = bootstrap.open_desk(places(run.folder / profile))
        desk.record.append([draft(f"recorded in {profile}")])
        desk.close()
    theirs = run.json("copied", "return", "export", "--out", str(run.folder))["file"]
    run("surgery", "return", "import", theirs)
    said = run("surgery", "log", "show")
    assert run.status == 1
    assert "is not the one that others hold, signed by its key" in said
    assert "msatctl log supersede --reason TEXT" in said
    run("surgery", "log", "supersede", "--reason", WHY)
    assert run.status == 0
    desk = bootstrap.open_desk(places(run.folder / "surgery"))
    assert desk.record.verify().problems == ()
    desk.close()
