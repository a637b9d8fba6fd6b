"""The commands that arrange the work, as they are typed: what they print, record and refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msat import bootstrap
from msat.cli import main
from msat.clock import SystemClock
from msat.feeds.model import FeedItem
from msat.places import Places
from msat.record.organisation import Organisation
from msat.services.desk import Desk, Person
from msat.services.intake import Intake
from tests.notices import recall

RED, AMBER = "EL(26)A/61", "EL(26)A/62"


@pytest.fixture
def filled(profile: Places, clock: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A profile with a Red and an Amber, whose clock stands still; returns its folder."""
    monkeypatch.setattr(SystemClock, "now", lambda _self: clock.now())
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "dispensing-practice"), clock)
    desk = bootstrap.open_desk(profile, clock)
    take(desk, recall())
    take(desk, recall(AMBER, class_=3))
    desk.close()
    return str(profile.data.parent)


def take(desk: Desk, item: FeedItem) -> None:
    intake = Intake(desk, item.source, Person("MSAT", "program"))
    intake.take(item)
    intake.record()


def by(folder: str, *words: str, name: str = "A Pharmacist") -> list[str]:
    return ["--profile", folder, "--as", name, "--role", "pharmacist", *words]


def ask(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> Any:
    """Runs a command that must end with `status`; returns its JSON."""
    assert main([*words, "--json"]) == status, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Runs a command that must be refused; returns the sentence."""
    assert main(list(words)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


def shown(capsys: pytest.CaptureFixture[str], folder: str, ref: str) -> Any:
    return ask(capsys, "--profile", folder, "show", ref)


def test_owner_leave_and_whose_list(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = ask(capsys, *by(filled, "assign", AMBER, "--owner", "Ann", "--deputy", "Ben"))
    assert said["message"].startswith("Ann looks after EL(26)A/62, Ben stands in.")
    one = shown(capsys, filled, AMBER)
    assert (one["owner"]["name"], one["owner"]["deputy"], one["acting"]["name"]) == ("Ann", "Ben", "Ann")
    ask(capsys, *by(filled, "away", "Ann", "--from", "2026-11-20", "--until", "2026-11-25", "--deputy", "Cy"))
    (away,) = ask(capsys, "--profile", filled, "away", "list")
    assert (away["name"], away["is_away"], away["deputy"]) == ("Ann", True, "Cy")
    assert shown(capsys, filled, AMBER)["acting"]["words"] == "Ann is away until 25 November 2026; Ben stands in."

    def listed(name: str, *words: str) -> set[str]:
        return {row["reference"] for row in ask(capsys, *by(filled, "list", *words, name=name))}

    assert listed("Ben", "--mine") == {RED, AMBER}
    assert listed("Cy", "--mine") == {RED}
    assert listed("Zoe", "--owner", "ann") == {AMBER}
    ask(capsys, *by(filled, "away", "end", "Ann"))
    assert ask(capsys, "--profile", filled, "away", "list") == []
    assert main(["--profile", filled, "away", "list"]) == 0
    assert capsys.readouterr().out == "Nobody is recorded as away, now or later.\n"
    assert "--from DATE" in refused(capsys, *by(filled, "away", "Ann"))
    assert "in quotes" in refused(capsys, *by(filled, "away", "Ann", "Bell"))
    assert "away end NAME" in refused(capsys, *by(filled, "away", "end"))
    assert "--as NAME" in refused(capsys, "--profile", filled, "list", "--mine")


def test_defer_and_resume(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    why = ["--reason", "The stock comes late."]
    ask(capsys, *by(filled, "defer", AMBER, "--until", "2026-12-15", "--approver", "B Partner", *why))
    one = shown(capsys, filled, AMBER)
    assert one["status"] == "deferred"
    assert one["deferral"] | {"by": None} == {
        "until": "2026-12-15T00:00:00Z", "approver": "B Partner", "reason": "The stock comes late.",
        "past_limit": True, "is_over": False, "by": None,
    }  # fmt: skip
    assert one["deadline"] < one["deferral"]["until"]
    (row,) = ask(capsys, "--profile", filled, "list", "--status", "deferred")
    assert (row["reference"], row["deferred_until"]) == (AMBER, "2026-12-15T00:00:00Z")
    main(["--profile", filled, "show", AMBER])
    said = "Deferred until 15 December 2026 (The stock comes late; approver B Partner), past the notice's own limit."
    assert said in capsys.readouterr().out
    ask(capsys, *by(filled, "resume", AMBER, "--reason", "It came."))
    assert shown(capsys, filled, AMBER)["deferral"] is None
    assert "own deferral" in refused(
        capsys, *by(filled, "defer", AMBER, "--until", "2026-12-15", "--approver", "a pharmacist", *why)
    )
    assert "is not a date" in refused(capsys, *by(filled, "defer", AMBER, "--until", "soon", "--approver", "B", *why))


def test_evidence_is_kept_listed_and_saved(filled: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"Place,Found\nHub,0\n")
    ask(capsys, *by(filled, "evidence", AMBER, str(path), "--action", "A03"))
    (one,) = ask(capsys, "--profile", filled, "evidence", "list", AMBER)
    assert (one["name"], one["action"], one["size"], one["struck"]) == ("list.csv", "A03", 18, "")
    assert shown(capsys, filled, AMBER)["evidence"] == [one]
    out = tmp_path / "copy.csv"
    ask(capsys, "--profile", filled, "evidence", "save", AMBER, one["sha256"][:12], "--out", str(out))
    assert out.read_bytes() == path.read_bytes()
    assert main(["--profile", filled, "evidence", "list", AMBER]) == 0
    assert "list.csv for A03" in capsys.readouterr().out
    assert main(["--profile", filled, "evidence", "list", RED]) == 0
    assert "No file is kept" in capsys.readouterr().out
    (tmp_path / "shelf.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    picture = [AMBER, str(tmp_path / "shelf.png")]
    assert "Look through it" in refused(capsys, *by(filled, "evidence", *picture))
    ask(capsys, *by(filled, "evidence", *picture, "--looked"))
    path.write_bytes(b"told 943 476 5919\n")
    assert "line 1" in refused(capsys, *by(filled, "evidence", AMBER, str(path)))
    assert "--out FILE" in refused(capsys, "--profile", filled, "evidence", "save", AMBER, one["sha256"])
    assert "evidence REF FILE" in refused(capsys, *by(filled, "evidence", AMBER))
    assert ask(capsys, "--profile", filled, "verify")["valid"]


def test_bulk_names_what_it_leaves_out(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = ask(capsys, "--profile", filled, "bulk", "acknowledge", RED, AMBER, "--check", status=1)
    assert (found["can"], [one["why"] for one in found["left_out"]]) == ([AMBER], ["is Red"])
    error = refused(capsys, *by(filled, "bulk", "acknowledge", RED, AMBER))
    assert "EL(26)A/61 is Red" in error
    assert "the other one alone" in error
    assert ask(capsys, "--profile", filled, "bulk", "acknowledge", AMBER, "--check")["left_out"] == []
    assert len(ask(capsys, *by(filled, "bulk", "acknowledge", AMBER))["entries"]) == 1
    ask(capsys, *by(filled, "bulk", "not-applicable", AMBER, "--reason", "not-held"))
    one = shown(capsys, filled, AMBER)
    assert (one["status"], one["missing"]) == ("not applicable", [])
    assert one["closing"] == "Closed as not applicable by A Pharmacist."


def test_nil_search_and_the_closing_line(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = ask(capsys, *by(filled, "nil", RED, "--initials", "AP", "--done", "2026-11-22T09:40"))
    assert ", nil in all, 09:40, AP." in said["message"]
    one = shown(capsys, filled, RED)
    places = next(a for a in one["actions"] if a["code"] == "A03")["places"]
    at = "2026-11-22T09:40:00Z"
    assert {(p["result"], p["initials"], p["by"]["happened"]) for p in places} == {("nil", "AP", at)}
    assert one["closing"].startswith("May close when: acknowledged; ")
    assert "stock checked" not in one["closing"].split("Missing:")[1]
    assert "signed by two people" in one["closing"]
    assert "the moon" in refused(capsys, *by(filled, "nil", RED, "the moon", "--initials", "AP"))
    assert main(["--profile", filled, "show", RED]) == 0
    assert one["closing"] in capsys.readouterr().out


def test_a_search_with_its_name_and_day(filled: str, capsys: pytest.CaptureFixture[str], profile: Places) -> None:
    desk = bootstrap.open_desk(profile)
    take(desk, recall("EL(26)A/65", level="Patient", patient_advice="Patients should return it."))
    desk.close()
    some = ["count", "EL(26)A/65", "found=4", "reviewed=4", "changed=3", "unchanged_with_reason=1"]
    assert "no reason is given" in refused(capsys, *by(filled, *some))
    why = ["--unchanged-reason", "Under a specialist.", "--search", "MSAT 65", "--run-on", "2026-11-21"]
    ask(capsys, *by(filled, *some, *why))
    line = shown(capsys, filled, "EL(26)A/65")["history"][-1]["text"]
    assert "Search “MSAT 65”, run on 21 November 2026. Unchanged because: Under a specialist." in line
