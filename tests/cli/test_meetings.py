"""decisions, meetings and export minutes on the command line: JSON, exit statuses, what is printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_looking_again import PATIENTS, REF, ask, clock, made

__all__ = ["ask", "clock"]
Ask = Callable[..., Any]
MET = ("--meeting", "Safety committee", "--on", "2026-11-18")


@pytest.fixture
def region(profile, clock) -> None:
    made(profile, clock, "committee", PATIENTS).close()


def test_a_decision_from_the_meeting_to_done(region: None, ask: Ask, tmp_path: Path) -> None:
    del region
    assert ask("decisions") == {"overdue": 0, "decisions": []}
    assert ask("decisions", "list", text=True) == "No decision of a meeting is open.\n"
    err = ask("discussed", REF, *MET, "--outcome", "Write.", "--due", "2026-11-20", status=2)
    assert "Name an owner" in err
    ask("discussed", REF, *MET, "--outcome", "Write", "--owner", "Safety lead", "--due", "2026-11-19")
    told = ask("decisions", status=1)
    (one,) = told["decisions"]
    assert (told["overdue"], one["standing"], one["owner"], one["due"]) == (1, "overdue", "Safety lead", "2026-11-19")
    text = ask("decisions", "list", "--overdue", status=1, text=True)
    assert text.startswith("OVERDUE")
    assert "Overdue by 1 working day: it was due 19 November 2026. Write. Owner: Safety lead." in text
    assert "Owner: Safety lead, by 19 November 2026. Still open." in ask("show", REF, text=True)
    ask("decisions", "done", REF, "--entry", str(one["entry"]), "--note", "All wrote back.")
    assert ask("decisions")["decisions"] == []
    (one,) = ask("decisions", "list", "--all")["decisions"]
    assert (one["standing"], one["note"], one["done_by"]) == ("done", "All wrote back.", "A Pharmacist")
    assert "No decision" in ask("decisions", "done", REF, status=2)


def test_a_meeting_and_its_minutes(region: None, ask: Ask, tmp_path: Path) -> None:
    del region
    assert ask("meetings", "list", text=True) == "No meeting is recorded.\n"
    assert "No meeting is recorded" in ask("export", "minutes", "--out", str(tmp_path), status=2)
    ask("discussed", REF, *MET, "--outcome", "Write.")
    ask(
        "meetings",
        "record",
        *MET,
        "--present",
        "Chair",
        "--present",
        "Lead",
        "--agenda",
        "Overdue",
        "--apologies",
        "GP",
    )
    (one,) = ask("meetings")
    assert (one["on"], one["present"], one["agenda"]) == ("2026-11-18", ["Chair", "Lead"], ["Overdue"])
    assert ask("meetings", text=True) == "2026-11-18  Safety committee: 1 decision, 2 present\n"
    for name in ("m.pdf", "m.html", "m.docx", "m.txt"):
        told = ask("export", "minutes", "--meeting", "safety committee", "--out", str(tmp_path / name))
        assert Path(told["file"]).is_file()
    assert all(found["valid"] for found in ask("verify", *map(str, sorted(tmp_path.glob("m.*")))))
    assert "“Other”" in ask("export", "minutes", "--meeting", "Other", "--out", str(tmp_path), status=2)
