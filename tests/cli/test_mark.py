"""`msatctl mark` and `list --starred`: a person's own marks, apart from the record."""

from __future__ import annotations

import json

import pytest

from msat.cli import main
from msat.clock import SystemClock
from tests.conftest import NOON

NOTICE = """Class 4 Medicines Defect Information: Sample Company, Samplepril 5 mg Tablets, EL(26)A/98

Date of issue: 19 November 2026
"""
DAY = "2026-12-24"


@pytest.fixture
def run(capsys, profile, monkeypatch):
    monkeypatch.setattr(SystemClock, "now", lambda _clock: NOON)

    def do(*words: str) -> tuple[int, str, str]:
        status = main(["--profile", str(profile.data.parent), *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    assert do("init", "--organisation", "Test Surgery", "--ods", "Y00001", "--kind", "gp-practice")[0] == 0
    file = profile.data.parent / "notice.txt"
    file.write_text(NOTICE, encoding="utf-8")
    status, _out, err = do("--as", "A. Patel", "--role", "Practice pharmacist", "add", str(file))
    assert status == 0, err
    return do


def keys(run, *words: str) -> list[str]:
    return [one["key"] for one in json.loads(run("list", "--json", *words)[1])]


def test_a_star_and_a_snooze_are_put_on_listed_and_taken_away(run):
    size = json.loads(run("verify", "--json")[1])["entries"]
    assert keys(run, "--starred") == []
    status, out, _ = run("mark", "el 26 a 98", "--star", "--snooze", DAY)
    assert status == 0
    assert "starred and snoozed until" in out
    assert "Not recorded" in out
    assert keys(run, "--starred") == keys(run, "--snoozed") == keys(run, "--starred", "--snoozed") == ["EL(26)A/98"]
    assert run("mark", "EL(26)A/98", "--no-star", "--wake")[1] == "EL(26)A/98: no marks.\n"
    assert keys(run, "--starred") == keys(run, "--snoozed") == []
    assert json.loads(run("verify", "--json")[1])["entries"] == size


def test_unread_is_told_as_json(run):
    told = json.loads(run("mark", "EL(26)A/98", "--unread", "--json")[1])
    rest = {"snoozed_until": None, "back_because": None}
    assert told == {"key": "EL(26)A/98", "starred": False, "unread": True, **rest}
    assert json.loads(run("mark", "EL(26)A/98", "--read", "--json")[1])["unread"] is False


def test_a_notice_that_changes_ends_the_snooze_and_says_why(run, profile):
    run("mark", "EL(26)A/98", "--snooze", DAY)
    file = profile.data.parent / "notice.txt"
    file.write_text(NOTICE.replace("Class 4 Medicines Defect Information", "Class 2 Medicines Recall"), "utf-8")
    status, _out, err = run("--as", "A. Patel", "--role", "Practice pharmacist", "add", str(file))
    assert status == 0, err
    assert keys(run, "--snoozed") == []
    told = json.loads(run("mark", "EL(26)A/98", "--json")[1])
    assert told["snoozed_until"] is None
    assert told["unread"] is True
    assert told["back_because"].startswith("The notice changed on Sun 22 Nov")
    assert "It was snoozed and came back early. The notice changed" in run("mark", "EL(26)A/98")[1]
    assert keys(run, "--snoozed") == []


@pytest.mark.parametrize(
    "words", [("EL(26)A/98", "--snooze", "soon"), ("EL(26)A/98", "--snooze", "2020-01-01"), ("EL(26)A/1", "--star")]
)
def test_what_cannot_be_is_refused(run, profile, words):
    status, out, err = run("mark", *words)
    assert (status, out) == (2, "")
    assert err.strip()
    assert not profile.marks.exists()
