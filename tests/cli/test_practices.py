"""The commands about practices, from the national lists to one's own area."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from msat.cli.run import run
from tests.feeds.ods import epcn, epraccur, row

PERSON = ["--as", "A Pharmacist", "--role", "committee pharmacist"]
ROWS = (
    row("A81001", "THE FIRST SURGERY"),
    row("A81002", "THE SECOND SURGERY", closed="20221130", status="C", left="20221130"),
    row("A81003", "THE THIRD SURGERY", commissioner="36L"),
)
Said = tuple[int, str, str]


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command of a committee's profile; returns status, output and error output."""
    profile = ["--profile", str(tmp_path / "profile")]

    def do(*arguments: str) -> Said:
        status = run([*profile, *PERSON, *arguments])
        out = capsys.readouterr()
        return status, out.out, out.err

    do("init", "--organisation", "Sampleshire ICB", "--ods", "QQQ", "--kind", "committee")
    return do


@pytest.fixture
def lists(told: Callable[..., Said], tmp_path: Path) -> Callable[..., Said]:
    for name, data in (("epraccur.csv", epraccur(*ROWS)), ("ePCN.xlsx", epcn())):
        (tmp_path / name).write_bytes(data)
        assert told("practices", "import", str(tmp_path / name))[0] == 0
    return told


def test_import_choose_list_and_show(lists: Callable[..., Said]) -> None:
    assert "No area is chosen yet" in lists("practices", "list")[1]
    assert lists("practices", "areas", "sampleshire")[1].startswith("commissioner  16C")
    status, out, _err = lists("practices", "choose", "--commissioner", "16C", "--dispensing", "A81001", "--json")
    assert status == 0
    assert "1 open practice, 1 of them dispensing" in json.loads(out)["message"]
    out = lists("practices", "list")[1]
    assert "A81002  closed 2022-11-30" in out
    assert out.endswith("1 open, 1 of them dispensing; 1 closed.\n")
    assert "A81002" not in lists("practices", "list", "--open")[1]
    assert [one["code"] for one in json.loads(lists("practices", "list", "--all", "--json")[1])] == [
        "A81001",
        "A81002",
        "A81003",
    ]
    assert "A81003" in lists("practices", "list", "--all", "--commissioner", "36l")[1]
    shown = lists("practices", "show", "a81003")[1]
    assert "In network U00002 SECOND PCN since 1 April 2021." in shown
    assert "Was in network U00001 FIRST PCN from 1 July 2019 until 31 March 2021." in shown
    assert shown.endswith("Not chosen.\n")


def test_json_of_one_practice(lists: Callable[..., Said]) -> None:
    lists("practices", "choose", "--pcn", "U00001")
    one = json.loads(lists("practices", "show", "A81001", "--json")[1])
    assert (one["pcn"], one["pcn_name"], one["chosen"], one["closed"], one["status"]) == (
        "U00001",
        "FIRST PCN",
        True,
        None,
        "open",
    )


def test_a_choice_goes_on_from_the_last_one_or_begins_anew(lists: Callable[..., Said]) -> None:
    lists("practices", "choose", "--commissioner", "16C")
    lists("practices", "choose", "--add", "A81003")
    assert len(json.loads(lists("practices", "list", "--json")[1])) == 3
    lists("practices", "choose", "--anew", "--add", "A81003")
    assert [one["code"] for one in json.loads(lists("practices", "list", "--json")[1])] == ["A81003"]


def test_dispensing_from_a_file(lists: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("A81001\nA81003\n", encoding="utf-8")
    lists("practices", "choose", "--commissioner", "16C", "--dispensing-file", str(tmp_path / "d.csv"))
    assert json.loads(lists("practices", "show", "A81003", "--json")[1])["dispensing"] is True
    status, _out, err = lists("practices", "choose", "--dispensing-file", str(tmp_path / "absent.csv"))
    assert (status, "There is no file" in err) == (2, True)


def test_odd_rows_are_printed_and_left_out_rows_give_status_1(told: Callable[..., Said], tmp_path: Path) -> None:
    file = tmp_path / "epraccur.csv"
    file.write_bytes(epraccur(*ROWS, ["A81009", "SHORT"]))
    status, out, _err = told("practices", "import", str(file))
    assert status == 1
    assert "1 odd row, 1 of them left out" in out
    assert "line 4: The row has 2 columns, not 27" in out


def test_what_is_no_list_is_refused(told: Callable[..., Said], tmp_path: Path) -> None:
    file = tmp_path / "page.csv"
    file.write_text("<html>Sign in</html>", encoding="utf-8")
    status, _out, err = told("practices", "import", str(file))
    assert status == 2
    assert "a web page or XML, not a list" in err
    assert told("practices", "list")[0] == 2


def test_differences_of_the_next_list_are_printed(lists: Callable[..., Said], tmp_path: Path) -> None:
    lists("practices", "choose", "--commissioner", "16C")
    file = tmp_path / "next.csv"
    file.write_bytes(epraccur(row("A81001", "THE FIRST SURGERY", commissioner="36L", joined="20230401"), *ROWS[1:]))
    out = lists("practices", "import", str(file))[1]
    assert "1 difference from the last list, 1 of them in your area." in out
    assert "A81001 THE FIRST SURGERY: moved, from 16C to 36L on 2023-04-01" in out
