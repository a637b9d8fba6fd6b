"""`msatctl return`, `enrol`, `folder` and `verify` as people use them: profiles of their own, files, words, status."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from msat.cli import main

WHO = ("--as", "A. Patel", "--role", "practice manager")
Capture = pytest.CaptureFixture[str]


class Sites:
    """Profiles by their ODS code, and commands run in them."""

    def __init__(self, folder: Path, capsys: Capture) -> None:
        self.folder, self._capsys = folder, capsys

    def make(self, ods: str, kind: str = "gp-practice", name: str = "") -> None:
        where = ["--profile", self.profile(name or ods), "init"]
        assert main([*where, "--organisation", f"Demo {ods}", "--ods", ods, "--kind", kind]) == 0

    def profile(self, name: str) -> str:
        return str(self.folder / f"profile {name}")

    def run(self, name: str, *words: str, status: int = 0) -> str:
        self._capsys.readouterr()
        found = main(["--profile", self.profile(name), *WHO, *words])
        said = self._capsys.readouterr()
        assert found == status, (said.out, said.err)
        return said.out + said.err

    def read(self, name: str, *words: str, status: int = 0) -> Any:
        self._capsys.readouterr()
        assert main(["--profile", self.profile(name), *WHO, *words, "--json"]) == status
        return json.loads(self._capsys.readouterr().out)

    def work(self, name: str, times: int = 1) -> None:
        for _ in range(times):
            self.run(name, "key", "rotate")


@pytest.fixture
def sites(tmp_path: Path, capsys: Capture) -> Sites:
    made = Sites(tmp_path, capsys)
    made.make("A81001")
    made.make("16C", "committee")
    return made


def exported(sites: Sites, name: str) -> str:
    return str(sites.read(name, "return", "export", "--out", str(sites.folder))["file"])


def enrol_each_other(sites: Sites, *names: str) -> None:
    for one in names:
        for other in names:
            if one != other:
                sites.run(one, "enrol", "accept", exported(sites, other), "--compared")


def test_the_whole_way_by_file(sites: Sites) -> None:
    file = exported(sites, "A81001")
    (waits,) = sites.read("16C", "return", "import", file)
    assert waits["outcome"] == "waiting"
    told = sites.run("16C", "enrol", "show", file)
    own = sites.run("A81001", "enrol", "mine")
    assert told.splitlines()[:5] == own.splitlines()[:5], "two people read the same lines to each other"
    assert "msatctl enrol accept" in told
    refused = sites.run("16C", "enrol", "accept", waits["log"][:8], status=2)
    assert "has not been compared" in refused
    accepted = sites.run("16C", "enrol", "accept", waits["log"][:8], "--compared")
    assert "Enrolled the log" in accepted
    assert "NEW" in accepted
    (listed,) = sites.read("16C", "enrol", "list")
    assert (listed["state"], listed["ods"], listed["entries"]) == ("enrolled", "A81001", 1)
    sites.work("A81001")
    out = sites.run("16C", "return", "import", exported(sites, "A81001"), file)
    assert "1 new entry; 2 held now" in out
    assert "an older return" in out
    assert "7. Logs of other installations held here" in sites.run("16C", "verify")


def test_receipt_and_register(sites: Sites) -> None:
    enrol_each_other(sites, "A81001", "16C")
    file = exported(sites, "A81001")
    receipt = sites.read("16C", "return", "receipt", file, "--out", str(sites.folder))
    assert receipt["size"] == 2
    (found,) = sites.read("A81001", "return", "import", receipt["file"])
    assert found["outcome"] == "new"
    register = sites.read("16C", "return", "register", "--out", str(sites.folder))
    assert register["logs"] == 1
    (checked,) = sites.read("A81001", "return", "import", register["file"])
    assert "your log is in it up to entry 2" in checked["message"]
    for path in (file, receipt["file"], register["file"]):
        assert sites.read("nobody", "verify", path)["valid"], "with no record at hand"
        assert sites.read("A81001", "verify", path)["valid"]
    assert "commissioner's team" in sites.run("A81001", "return", "register", status=2)
    assert "commissioner's team" in sites.run("A81001", "return", "receipt", file, status=2)


def test_bad_files_end_in_words_and_status_1(sites: Sites, tmp_path: Path) -> None:
    enrol_each_other(sites, "A81001", "16C")
    file = Path(exported(sites, "A81001"))
    bad, half = tmp_path / "bad (1).msatreturn", tmp_path / "half.msatreturn"
    bad.write_bytes(file.read_bytes().replace(b"log.opened", b"log.openen"))
    half.write_bytes(file.read_bytes()[:1000])
    out = sites.run("16C", "return", "import", str(bad), str(half), str(file), "gone.msatreturn", status=1)
    assert out.count("REJECTED") == 2
    assert out.count("UNFINISHED") == 1
    assert out.count("SAME") + out.count("NEW") == 1
    assert "PROBLEM" in sites.run("16C", "verify", str(bad), status=1)
    assert "stops before its end" in sites.run("nobody", "verify", str(half), status=1)
    assert "There is no folder" in sites.run("16C", "return", "export", "--out", str(tmp_path / "none"), status=2)
    assert "There is no folder" in sites.run("16C", "folder", "sync", str(tmp_path / "none"), status=2)
    assert "No log that begins" in sites.run("16C", "enrol", "show", "ffffffff", status=2)


def test_removed_and_forgotten(sites: Sites) -> None:
    file = exported(sites, "A81001")
    log = sites.read("16C", "return", "import", file)[0]["log"]
    assert "Threw away 1 waiting file." in sites.run("16C", "enrol", "forget", log[:8])
    assert "No log is enrolled here" in sites.run("16C", "enrol", "list")
    enrol_each_other(sites, "A81001", "16C")
    assert "What is held stays" in sites.run("16C", "enrol", "remove", log[:8], "--reason", "They closed.")
    assert [one["state"] for one in sites.read("16C", "enrol", "list")] == ["removed"]
    assert sites.read("16C", "verify")["valid"]


def test_a_shared_folder_by_command(sites: Sites, tmp_path: Path) -> None:
    sites.make("A81001", name="second workstation")
    names = ("A81001", "second workstation", "16C")
    enrol_each_other(sites, *names)
    shared = tmp_path / "shared"
    shared.mkdir()
    for _round in range(3):
        for name in names:
            sites.run(name, "folder", "sync", str(shared))
    files = sorted(path.name for path in shared.iterdir())
    assert len([name for name in files if name.endswith(".msatreturn")]) == 3
    assert len([name for name in files if name.endswith(".msatreceipt")]) == 2
    done = sites.read("16C", "folder", "sync", str(shared))
    assert done["written"] == []
    assert {one["outcome"] for one in done["files"]} <= {"same", "elsewhere"}
    (shared / "x.msatreturn").write_bytes(b"msat-return-v1\nnonsense\nend 1\n")
    assert "REJECTED" in sites.run("16C", "folder", "sync", str(shared), status=1)
    for name in names:
        assert sites.read(name, "verify")["valid"]


def test_killed_in_the_middle_and_started_again(sites: Sites, tmp_path: Path) -> None:
    """Programs of their own, killed at random moments while they synchronise; the next run comes to the same end."""
    enrol_each_other(sites, "A81001", "16C")
    shared = tmp_path / "shared"
    shared.mkdir()
    sites.work("A81001", 3)
    sites.run("A81001", "folder", "sync", str(shared))
    dice, killed = random.Random(7), 0
    command = [sys.executable, "-m", "msat.cli", "--profile", sites.profile("16C"), "folder", "sync", str(shared)]
    for _ in range(6):
        started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.3 + dice.random())
        if started.poll() is None:
            started.kill()
            killed += 1
        started.wait()
        sites.work("A81001")
        sites.run("A81001", "folder", "sync", str(shared))
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    told = [one.communicate() for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    print(f"{killed} of 6 killed")
    held = {one["ods"]: one["entries"] for one in sites.read("16C", "enrol", "list")}
    assert held["A81001"] == sites.read("A81001", "return", "export", "--out", str(tmp_path))["size"]
    assert sites.read("16C", "verify")["valid"]
    assert not [path for path in shared.iterdir() if path.name.startswith("16C") and path.suffix == ".msatreturn"][1:]
