"""`msatctl log`: seen, fetched back, superseded, moved; and what the commands around it say of several own logs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msat.cli import main
from msat.record import machine

WHY = "The server was put back from an older backup."
OFFICERS = ["--officer", "A. Patel, chair", "--officer", "B. Jones, pharmacy lead"]


class Terminal:
    """Runs commands in one profile or another, and gives what they print."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.status, self.out = 0, ""

    def __call__(self, profile: str, *words: str) -> str:
        person = ["--as", "A. Patel", "--role", "practice manager"]
        self.status = main(["--profile", str(self.folder / profile), *person, *words])
        out = self._capsys.readouterr()
        self.out = out.out
        return out.out + out.err

    def json(self, profile: str, *words: str) -> Any:
        self(profile, *words, "--json")
        return json.loads(self.out)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(machine, "raw_id", lambda: "first-computer")
    made = Terminal(tmp_path, capsys)
    for name, ods, kind in (("surgery", "A81001", "gp-practice"), ("committee", "16C", "committee")):
        made(name, "init", "--organisation", f"The {name}", "--ods", ods, "--kind", kind)
        assert made.status == 0
    return made


def records(run: Terminal, profile: str = "surgery") -> None:
    """One more entry."""
    run(profile, "key", "rotate")
    assert run.status == 0


@pytest.fixture
def lost(run: Terminal) -> Terminal:
    """The surgery's record ends at entry 2; its committee holds it up to entry 4."""
    records(run)
    kept = run.json("surgery", "backup", str(run.folder / "kept.msatbackup"))["file"]
    records(run)
    records(run)
    sent = run.json("surgery", "return", "export", "--out", str(run.folder))["file"]
    run("committee", "enrol", "show", sent)
    run("committee", "enrol", "accept", sent, "--compared")
    assert run.status == 0
    (run.folder / "surgery" / "data" / "record.db").unlink()
    run("surgery", "restore", kept)
    assert run.status == 1
    return run


def test_the_log_is_shown_with_what_is_wrong_and_the_ways_out(run: Terminal) -> None:
    assert "can be added to" in run("surgery", "log")
    assert run.status == 0
    found = run.json("surgery", "log", "show")
    assert (found["size"], found["trouble"], found["earlier"]) == (1, None, [])


def test_the_lost_end_is_fetched_back_by_taking_in_what_the_committee_writes_out(lost: Terminal) -> None:
    log = lost.json("surgery", "log", "show")
    assert (log["trouble"], lost.status) == ("restored", 1)
    back = lost.json("committee", "return", "export", "--log", log["log"][:8], "--out", str(lost.folder))
    assert back["size"] == 4
    said = lost("surgery", "return", "import", back["file"])
    assert lost.status == 0
    assert "Fetched back 2 entries" in said
    assert "can be added to again" in said
    records(lost)
    lost("surgery", "verify")
    assert lost.status == 0


def test_the_log_fetch_command_does_the_same_and_says_when_there_is_nothing(lost: Terminal) -> None:
    assert "No longer copy of this log waits here" in lost("surgery", "log", "fetch")
    assert lost.status == 2
    log = lost.json("surgery", "log", "show")["log"]
    back = lost.json("committee", "return", "export", "--log", log[:8], "--out", str(lost.folder))["file"]
    assert lost.json("surgery", "log", "fetch", back) == {"new": 2, "size": 4, "trouble": None}
    assert "as long as it was ever known" in lost("surgery", "log", "fetch", back)
    assert lost.status == 2


def test_an_erasure_that_is_fetched_back_is_done_at_once(run: Terminal) -> None:
    """The backup is of before the erasure: the name must not stay until MSAT is started again."""
    run("surgery", "add", "--title", "Recall of one batch", "--reference", "EL(26)A/37", "--issued", "2026-11-20")
    assert run.status == 0
    kept = run.json("surgery", "backup", str(run.folder / "kept.msatbackup"))["file"]
    decided = ("--decided-by", "A. One, chair", "--decided-by", "B. Two, secretary", "--reason", "The law demands it.")
    boss = ("--profile", str(run.folder / "surgery"), "--as", "C. Three", "--role", "manager")
    assert main([*boss, "person", "erase", "A. Patel", *decided, "--yes"]) == 0
    run("surgery", "log", "show")
    sent = run.json("surgery", "return", "export", "--out", str(run.folder))["file"]
    record = run.folder / "surgery" / "data" / "record.db"
    record.unlink()
    run("surgery", "restore", kept)
    assert b"A. Patel" in record.read_bytes()
    assert "bod" in run("surgery", "return", "import", sent)
    assert run.status == 0
    assert b"A. Patel" not in record.read_bytes()
    run("surgery", "verify")
    assert run.status == 0


def test_a_new_log_goes_on_and_two_officers_countersign(lost: Terminal) -> None:
    done = lost.json("surgery", "log", "supersede", "--reason", WHY)
    assert lost.status == 0
    assert len(done["recovery_key"].split()) == 14
    assert done["supersedes"]["size"] == 2
    records(lost)
    sent = lost.json("surgery", "return", "export", "--out", str(lost.folder))
    assert len(sent["earlier"]) == 1
    lost("committee", "return", "import", sent["file"], *sent["earlier"])
    assert "they would count no more" in lost("committee", "enrol", "show", done["log"])
    refused = lost("committee", "enrol", "accept", done["log"], "--compared")
    assert lost.status == 2
    assert "two officers of the committee" in refused
    lost("committee", "enrol", "accept", done["log"], "--compared", *OFFICERS)
    assert lost.status == 0
    listed = {one["log"]: one for one in lost.json("committee", "enrol", "list")}
    assert listed[done["log"]]["goes_on_for"] == done["supersedes"]["log"]
    assert listed[done["supersedes"]["log"]]["state"] == "ended"
    back = lost.json("committee", "return", "export", "--out", str(lost.folder))["file"]
    lost("surgery", "enrol", "show", back)
    lost("surgery", "enrol", "accept", back, "--compared")
    (earlier,) = lost.json("surgery", "log")["earlier"]
    assert earlier["signed"] is False, "the key here came with a change of key that was lost: it proves nothing"
    assert earlier["lost"] == 2
    assert "B. Jones, pharmacy lead" in earlier["countersigned"][0]
    said = lost("surgery", "verify")
    assert lost.status == 0
    assert "countersigned by A. Patel, chair" in said


def test_a_log_that_can_go_on_is_not_superseded_nor_moved(run: Terminal) -> None:
    for words in (("supersede", "--reason", WHY), ("moved", "--reason", WHY)):
        run("surgery", "log", *words)
        assert run.status == 2
    run("surgery", "log", "supersede", "--reason", "  ")
    assert run.status == 2


def test_a_moved_installation_says_so_and_goes_on(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "raw_id", lambda: "another")
    assert run.json("surgery", "log")["trouble"] == "copied"
    refused = run("surgery", "key", "rotate")
    assert run.status != 0
    assert "log moved" in refused
    said = run("surgery", "log", "moved", "--reason", "A new computer; the old one was thrown away.")
    assert run.status == 0
    assert "moved to this computer" in said
    records(run)


def test_both_own_files_lie_in_a_shared_folder(lost: Terminal) -> None:
    done = lost.json("surgery", "log", "supersede", "--reason", WHY)
    shared = lost.folder / "shared"
    shared.mkdir()
    written = lost.json("surgery", "folder", "sync", str(shared))["written"]
    assert len(written) == 2
    assert lost.json("surgery", "folder", "sync", str(shared))["written"] == []
    lost.json("committee", "folder", "sync", str(shared))
    assert any(done["log"][:8] in name for name in written)
    listed = {one["log"]: one["state"] for one in lost.json("committee", "enrol", "list")}
    assert listed[done["log"]] == "waiting"
