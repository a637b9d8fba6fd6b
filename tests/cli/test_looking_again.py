"""recheck, review, plan, decision-support and discussed on the command line: JSON, exit statuses, what show prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from msat import bootstrap
from msat.cli import main
from msat.clock import FixedClock, SystemClock, say_date
from msat.feeds.model import FeedItem
from msat.places import Places, places
from msat.record.organisation import Organisation
from msat.services.demo import do_the_work
from msat.services.desk import Desk, Person
from msat.services.intake import Intake
from tests.notices import item, recall

REF = "EL(26)A/61"
PATIENTS = recall(level="Patient, Pharmacy and Wholesaler", patient_advice="Return the packs you hold.", class_=3)
STRANGE = item("Testing chairs may tip", "<p>Chairs may tip over.</p>", alert_type="", path="/strange")
Ask = Callable[..., Any]


@pytest.fixture
def clock(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    """The commands' own clock too."""
    monkeypatch.setattr(SystemClock, "now", lambda _self: clock.now())
    return clock


@pytest.fixture
def ask(profile: Places, clock: FixedClock, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command on the profile that must end with `status`; returns its JSON, or its text."""
    del clock

    def do(*words: str, status: int = 0, folder: Path | None = None, text: bool = False) -> Any:
        whose = ["--profile", str(folder or profile.data.parent), "--as", "A Pharmacist", "--role", "pharmacist"]
        assert main([*whose, *words, *([] if text or status == 2 else ["--json"])]) == status, capsys.readouterr().err
        captured = capsys.readouterr()
        if status == 2:
            assert captured.out == ""
            return captured.err
        return captured.out if text else json.loads(captured.out)

    return do


def made(where: Places, clock: FixedClock, kind: str, *items: FeedItem) -> Desk:
    bootstrap.create_profile(where, Organisation(f"Test {kind}", "Y00001", kind), clock)
    desk = bootstrap.open_desk(where, clock)
    for one in items:
        intake = Intake(desk, one.source, Person("MSAT", "program"))
        intake.take(one)
        intake.record()
    return desk


def test_recheck_lists_records_and_shows(profile: Places, clock: FixedClock, ask: Ask) -> None:
    desk = made(profile, clock, "dispensing-practice", PATIENTS)
    state = desk.views.find(REF)
    assert state is not None
    due = do_the_work(desk, state).recheck_due
    desk.close()
    assert due is not None
    listed = ask("recheck")
    assert (listed["due"], [one["months"] for one in listed["rechecks"]]) == (0, [3, 12])
    assert ask("show", REF)["recheck_due"] == listed["rechecks"][0]["due"]
    clock.moment = due
    assert ask("recheck", status=1)["due"] == 1
    assert "DUE" in ask("recheck", status=1, text=True)
    shown = ask("show", REF, text=True)
    assert f"Search to be run again since {say_date(due)}. The limit of the notice was: " in shown
    assert f"search again since {say_date(due)}" in ask("list", text=True)
    assert [row["status"] for row in ask("list", "--status", "re-check due")] == ["re-check due"]
    assert "found" in ask("recheck", REF, status=2)
    assert "not a count" in ask("recheck", REF, "found", status=2)
    told = ask("recheck", REF, "found=1", "active=1", "--search", "Testafil", "--months", "3")
    assert [entry["type"] for entry in told["entries"]] == ["recheck.done"]
    shown = ask("show", REF)["rechecks"]
    assert [(one["months"], one["after"], one["search"]) for one in shown if one["by"]] == [
        (3, {"found": 1, "active": 1}, "Testafil")
    ]
    assert "Search run again after 3 months" in ask("show", REF, text=True)
    assert ask("recheck")["due"] == 0


def test_recheck_says_that_there_is_none(profile: Places, clock: FixedClock, ask: Ask) -> None:
    made(profile, clock, "gp-practice", recall()).close()
    assert ask("recheck") == {"due": 0, "rechecks": []}
    assert "No search is to be run again" in ask("recheck", text=True)
    assert "Finish the alert first" in ask("recheck", REF, "found=1", status=2)


def test_review_lists_until_it_is_decided(profile: Places, clock: FixedClock, ask: Ask) -> None:
    made(profile, clock, "gp-practice", STRANGE).close()
    (row,) = ask("review", status=1)
    assert (row["why"], row["flag"], row["key"]) == ("not-covered", "needs-a-person", "/strange")
    assert ask("review", "list", status=1) == [row]
    assert "1 alert to judge" in ask("review", status=1, text=True)
    assert "reason" in ask("review", "decide", "/strange", "--rag", "green", "--reason", " ", status=2)
    ask("review", "decide", "/strange", "--rag", "red", "--reason", "They stand here.", "--make-rule")
    assert ask("review") == []
    assert "Nothing is to be judged" in ask("review", "list", text=True)
    shown = ask("show", "/strange")
    assert (shown["rag"], shown["judged"]["reason"]) == ("red", "They stand here.")
    assert shown["judged"]["local_rule"]


def test_review_leaves_history_out_and_says_how_much(profile: Places, clock: FixedClock, ask: Ask) -> None:
    from dataclasses import replace
    from datetime import UTC, date, datetime

    old = replace(STRANGE, issued=date(2024, 1, 2), published=datetime(2024, 1, 2, tzinfo=UTC))
    made(profile, clock, "gp-practice", old).close()
    assert ask("review") == []
    assert "1 of history beside" in ask("review", text=True)
    assert [row["historic"] for row in ask("review", "--all", status=1)] == [True]
    assert [row["historic"] for row in ask("review", "list", "--all", status=1)] == [True]


def test_a_plan_goes_from_the_team_to_the_practice(
    profile: Places, clock: FixedClock, ask: Ask, tmp_path: Path
) -> None:
    team = tmp_path / "team"
    made(places(team), clock, "committee", PATIENTS).close()
    made(profile, clock, "gp-practice").close()
    file = tmp_path / "plans.msatplan"
    agreed = ("plan", "agree", REF, "--rag", "red", "--action", "Search today.", "--due", "2026-11-24")
    assert ask("plan", "list", folder=team) == []
    ask(*agreed, "--minute", "7.2", folder=team)
    ask("plan", "export", "--out", str(file), folder=team)
    assert file.is_file()
    assert "There is no alert" in ask(*agreed, status=2)
    told = ask("plan", "import", str(file))
    assert (told["applied"], told["waiting"]) == (0, 1)
    (waits,) = ask("plan", "list")
    assert (waits["key"], waits["reference"], waits["rag"]) == (None, REF, "red")
    assert "It waits for the alert." in ask("plan", "list", text=True)
    assert ask("list") == []
    desk = bootstrap.open_desk(profile, clock)
    intake = Intake(desk, PATIENTS.source, Person("MSAT", "program"))
    intake.take(PATIENTS)
    intake.record()
    desk.close()
    shown = ask("show", REF)
    assert (shown["plan"]["rag"], shown["plan"]["minute"], shown["rag"]) == ("red", "7.2", "amber")
    assert shown["local_target"] == "2026-11-24T23:59:59Z"
    assert "Agreed locally by Test committee" in ask("show", REF, text=True)
    assert [one["key"] for one in ask("plan", "list")] == [shown["key"]]
    assert ask("plan", "import", str(file))["known"] == 1
    file.write_bytes(file.read_bytes().replace(b"Search today", b"Search never"))
    assert "changed" in ask("plan", "import", str(file), status=2)


def test_decision_support_and_meetings_are_recorded_and_shown(profile: Places, clock: FixedClock, ask: Ask) -> None:
    made(profile, clock, "committee", recall()).close()
    ask("decision-support", REF, "--system", "optimiserx", "--id", "4711", "--live", "2026-11-22", "--national")
    met = ("--meeting", "Safety committee", "--on", "2026-11-22", "--minute", "7.2", "--outcome", "Done.")
    ask("discussed", REF, *met)
    shown = ask("show", REF)
    assert [(one["system"], one["id"], one["national"]) for one in shown["decision_support"]] == [
        ("OptimiseRx", "4711", True)
    ]
    assert [(one["meeting"], one["minute"]) for one in shown["discussed"]] == [("Safety committee", "7.2")]
    text = ask("show", REF, text=True)
    assert "In OptimiseRx since 22 November 2026, national message 4711." in text
    assert "Discussed at Safety committee, 22 November 2026, minute 7.2. Done." in text
    bad = ask("decision-support", REF, "--system", "x", "--id", "1", "--live", "22/11/2026", status=2)
    assert "not a date" in bad


@pytest.mark.parametrize("words", [("plan",), ("plan", "agree"), ("decision-support", REF), ("discussed", REF)])
def test_wrong_use_is_one_sentence(words: tuple[str, ...], ask: Ask, profile: Places, clock: FixedClock) -> None:
    made(profile, clock, "committee").close()
    assert ask(*words, status=2).startswith("Missing: ")
