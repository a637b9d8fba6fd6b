"""The commands about sources, against a feed on this computer: added, tried, read, shared, removed, called stale."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from msat import bootstrap
from msat.cli import main
from msat.clock import FixedClock
from msat.places import Places
from msat.record.organisation import Organisation
from tests.feeds.server import Server, reply, serving
from tests.feeds.test_any_feed import item, rss

TITLE = "Class 2 Medicines Recall: Maker Ltd, Testafil 10 mg tablets, EL(26)A/61"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def folder(profile: Places, clock: FixedClock) -> str:
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "gp-practice"), clock)
    return str(profile.data.parent)


@pytest.fixture
def feed(server: Server) -> str:
    return server.answers("/feed.xml", reply(200, rss(item(title=TITLE), item("2", "/b", "Another notice"))))


def run(capsys: pytest.CaptureFixture[str], folder: str, *words: str, status: int = 0) -> tuple[str, str]:
    assert main(["--profile", folder, *words]) == status
    said = capsys.readouterr()
    return said.out, said.err


def asked(capsys: pytest.CaptureFixture[str], folder: str, *words: str, status: int = 0) -> Any:
    return json.loads(run(capsys, folder, *words, "--json", status=status)[0])


def test_a_source_of_ones_own_from_first_to_last(
    capsys: pytest.CaptureFixture[str], folder: str, feed: str, server: Server, tmp_path: Path
) -> None:
    out, _ = run(capsys, folder, "sources", "add", "local", "--address", feed, "--name", "Local feed")
    assert "Local feed was added and is on." in out
    assert server.seen == []
    tried = asked(capsys, folder, "sources", "test", "local")
    assert [entry["title"] for entry in tried["entries"]] == ["Another notice", TITLE]
    assert tried["entries"][1]["facts"]["reference"] == {"value": "EL(26)A/61", "words": "EL(26)A/61"}
    assert asked(capsys, folder, "list") == []  # nothing was recorded
    out, _ = run(capsys, folder, "sources", "test", "local")
    assert "2 notices read. Nothing was recorded." in out
    assert "unknown" not in out
    assert "“”" not in out
    (result,) = asked(capsys, folder, "refresh", "--source", "local")
    assert (result["status"], result["new"], result["gone"]) == ("ok", 2, [])
    (result,) = asked(capsys, folder, "refresh", "--source", "local", "--all")
    assert (result["new"], result["updated"]) == (0, 0)
    assert len(asked(capsys, folder, "list")) == 2
    shared = tmp_path / "ours.toml"
    run(capsys, folder, "sources", "export", str(shared))
    run(capsys, folder, "sources", "remove", "local")
    out, _ = run(capsys, folder, "sources", "import", str(shared))
    assert "switched off: local" in out
    (row,) = [row for row in asked(capsys, folder, "sources", "list") if row["id"] == "local"]
    assert (row["enabled"], row["address"], row["stale"]) == (False, feed, None)
    assert len(asked(capsys, folder, "list")) == 2  # what came from it stays


def test_a_source_that_cannot_be_read_is_said(capsys: pytest.CaptureFixture[str], folder: str, server: Server) -> None:
    address = server.answers("/gone.xml", reply(410))
    run(capsys, folder, "sources", "add", "local", "--address", address, "--name", "Local feed")
    assert "gone for good" in asked(capsys, folder, "sources", "test", "local", status=1)["error"]
    (result,) = asked(capsys, folder, "refresh", "--source", "local", status=1)
    assert (result["status"], result["new"]) == ("failed", 0)
    assert "gone for good" in result["error"]


def test_a_source_never_reached_is_warned_of_beside_the_list(
    capsys: pytest.CaptureFixture[str], folder: str, server: Server
) -> None:
    out, err = run(capsys, folder, "list", "--json")
    assert json.loads(out) == []
    assert err == "Warning: MHRA on GOV.UK was never reached: its alerts are not here.\n"
    (row,) = [row for row in asked(capsys, folder, "sources", "list") if row["id"] == "govuk-alerts"]
    assert "never reached" in row["stale"]
    run(capsys, folder, "sources", "disable", "govuk-alerts")
    assert run(capsys, folder, "list")[1] == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "who", "--address", "https://a.example.org/x", "--name", "A"], "already"),
        (["add", "mine", "--address", "ftp://a.example.org/x", "--name", "A"], "https://"),
        (["remove", "govuk-alerts"], "shipped"),
        (["test", "nobody"], "no source"),
        (["export", "x.toml"], "no sources of its own"),
        (["import", "no-such-file.toml"], "no-such-file.toml"),
    ],
)
def test_a_mistake_is_one_sentence(
    capsys: pytest.CaptureFixture[str], folder: str, words: list[str], said: str
) -> None:
    out, err = run(capsys, folder, "sources", *words, status=2)
    assert out == ""
    assert said in err
    assert err.strip().count("\n") == 0
