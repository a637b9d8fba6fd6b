"""`msatctl medicines` and `list --view`: the views of the window's rail on the command line."""

from __future__ import annotations

import json

import pytest

from msat.cli import main
from msat.clock import SystemClock
from msat.projections.topics import VIEWS
from tests.conftest import NOON

RECALL = """Class 2 Medicines Recall: Sample Company, Samplepril 5 mg Tablets, EL(26)A/98

Date of issue: 21 November 2026

Stop supplying the batches. Patients on warfarin need no extra test.
"""
LETTER = """Class 4 Medicines Defect Information: Other Company, Ironic 5 mg Tablets, EL(26)A/99

Date of issue: 21 November 2026
"""


@pytest.fixture
def run(capsys, profile, monkeypatch):
    monkeypatch.setattr(SystemClock, "now", lambda _clock: NOON)

    def do(*words: str) -> tuple[int, str, str]:
        status = main(["--profile", str(profile.data.parent), *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    assert do("init", "--organisation", "Test Surgery", "--ods", "Y00001", "--kind", "gp-practice")[0] == 0
    for name, text in (("one", RECALL), ("two", LETTER)):
        file = profile.data.parent / f"{name}.txt"
        file.write_text(text, encoding="utf-8")
        status, _out, err = do("--as", "A. Patel", "--role", "Practice pharmacist", "add", str(file))
        assert status == 0, err
    return do


def listed(run, *words: str) -> list[dict]:
    status, out, _ = run("list", "--json", *words)
    assert status == 0
    return json.loads(out)


def test_the_views_of_the_rail(run):
    assert [one["key"] for one in listed(run, "--view", "recalls")] == ["EL(26)A/98"]
    assert listed(run, "--view", "shortages") == []
    assert listed(run, "--view", "medicines") == []
    assert "why" not in listed(run, "--view", "recalls")[0]
    assert run("list", "--view", "everything")[0] == 2
    assert VIEWS == ("recalls", "shortages", "medicines")


def test_a_medicine_is_added_found_with_its_words_and_taken_out(run):
    assert "No medicine or device is in the list" in run("medicines", "list")[1]
    status, out, _ = run("medicines", "add", "samplepril, iron", "Warfarin")
    assert status == 0
    assert out.startswith("3 names are on your list.")
    (one,) = listed(run, "--view", "medicines")
    assert one["key"] == "EL(26)A/98"
    assert [(hit["name"], hit["words"], hit["where"]) for hit in one["why"]] == [
        ("samplepril", "Samplepril", "title"),
        ("Warfarin", "warfarin", "text"),
    ]
    assert (
        "“samplepril” is on your list of medicines and devices. The title says “Samplepril”."
        in run("list", "--view", "medicines")[1]
    )
    counts = {one["name"]: one["open_alerts"] for one in json.loads(run("medicines", "list", "--json")[1])}
    assert counts == {"iron": 0, "samplepril": 1, "Warfarin": 1}
    assert run("medicines", "remove", "SAMPLEPRIL")[1] == "“samplepril” is out of your list.\n"
    assert len(listed(run, "--view", "medicines")) == 1
    assert listed(run, "--view", "medicines", "--starred") == []
    status, _, err = run("medicines", "remove", "samplepril")
    assert status == 2
    assert "is not in the list" in err


def test_what_is_no_name_is_refused(run):
    for name in ("ab", "943 476 5919", ";;"):
        status, _, err = run("medicines", "add", name)
        assert status == 2
        assert err
    assert json.loads(run("medicines", "list", "--json")[1]) == []
