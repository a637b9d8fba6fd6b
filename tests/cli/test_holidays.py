"""`msatctl holidays` and `rules rerun`: what they print, and what they refuse."""

from __future__ import annotations

import json

import pytest

from msat.cli import main


def run(capsys, profile, *words: str) -> tuple[int, str, str]:
    status = main(["--profile", str(profile.data.parent), *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_days_are_listed_added_and_removed(capsys, profile):
    status, out, _ = run(capsys, profile, "holidays", "list", "--year", "2027")
    assert status == 0
    assert "2027-12-27" in out
    assert "No day was added" in out
    assert run(capsys, profile, "holidays", "add", "2027-06-01", "Proclaimed")[0] == 0
    assert run(capsys, profile, "holidays", "add", "2027-06-02", "Training", "--kind", "shut")[0] == 0
    value = json.loads(run(capsys, profile, "holidays", "list", "--year", "2027", "--json")[1])
    assert [(one["date"], one["kind"]) for one in value["added"]] == [
        ("2027-06-01", "bank-holiday"),
        ("2027-06-02", "shut"),
    ]
    assert {"date": "2027-01-01", "name": "New Year's Day"} in value["bank_holidays"]
    assert run(capsys, profile, "holidays", "remove", "2027-06-01")[0] == 0
    assert "Training" in run(capsys, profile, "holidays", "list")[1]


@pytest.mark.parametrize(
    "words",
    [
        ("add", "soon", "Day"),
        ("add", "2027-02-30", "Day"),
        ("add", "2027-06-01", ""),
        ("add", "2027-06-01", "Day", "--kind", "closed"),
        ("remove", "2027-06-01"),
        ("list", "--year", "3000"),
        (),
    ],
)
def test_what_cannot_be_is_refused(capsys, profile, words):
    status, out, err = run(capsys, profile, "holidays", *words)
    assert (status, out) == (2, "")
    assert err.strip()
    assert not profile.days.exists()


def test_the_nation_of_the_settings_chooses_the_holidays(capsys, profile):
    assert run(capsys, profile, "settings", "set", "nation", "scotland")[0] == 0
    assert "2027-01-04" in run(capsys, profile, "holidays", "list", "--year", "2027")[1]


def test_rerun_of_an_empty_record_and_of_no_alert(capsys, profile):
    words = ("init", "--organisation", "Test Surgery", "--ods", "Y00001", "--kind", "gp-practice")
    assert run(capsys, profile, *words)[0] == 0
    status, out, _ = run(capsys, profile, "rules", "rerun", "--json")
    assert (status, json.loads(out)) == (0, {"same": 0, "decisions": []})
    assert run(capsys, profile, "rules", "rerun", "EL(26)A/99")[0] == 2


def test_rerun_after_an_alert_was_added_and_after_its_file_was_lost(capsys, profile, tmp_path):
    run(capsys, profile, "init", "--organisation", "Test Surgery", "--ods", "Y00001", "--kind", "gp-practice")
    pasted = tmp_path / "notice.txt"
    pasted.write_text(
        "Class 2 Medicines Recall: Example Pharma, Exampline 10 mg tablets, EL(26)A/61\n"
        "Class 2 Medicines Recall: Action Within 48 Hours - Pharmacy Level\n"
        "Date of issue: 20 November 2026\nBatch EX1001\n",
        encoding="utf-8",
    )
    person = ("--as", "A Pharmacist", "--role", "practice pharmacist")
    assert run(capsys, profile, *person, "add", str(pasted))[0] == 0
    status, out, _ = run(capsys, profile, "rules", "rerun", "EL(26)A/61")
    assert status == 0
    assert "1 of 1 decisions come out the same" in out
    shown = json.loads(run(capsys, profile, "show", "EL(26)A/61", "--json")[1])
    assert shown["who_must_act"]["gp-practice"]["rag"] == shown["rag"]
    for path in profile.files.rglob("*"):
        if path.is_file():
            path.unlink()
    status, out, _ = run(capsys, profile, "rules", "rerun")
    assert status == 1
    assert "missing" in out
