"""check, dmd and gaps on the command line: stable JSON, a piped column, exit statuses."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from msat import bootstrap
from msat.cli import main
from msat.clock import FixedClock
from msat.places import Places
from msat.record.organisation import Organisation
from tests.cli.test_commands import ask, by, refused, take
from tests.notices import recall


@pytest.fixture
def folder(profile: Places, clock: FixedClock) -> str:
    """A profile in which EL(26)A/62 is missing."""
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "dispensing-practice"), clock)
    desk = bootstrap.open_desk(profile, clock)
    take(desk, recall("EL(26)A/61"))
    take(desk, recall("EL(26)A/63", product="Otherol 5 mg tablets", batches=(("QQ7001", "11/2027"),)))
    desk.close()
    return str(profile.data.parent)


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))


def test_check_gives_the_documented_fields(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = ask(capsys, "--profile", folder, "check", "TX1001", "--json")
    assert found["verdict"] == "affected"
    assert found["as_at"].endswith("Z")
    assert found["input"] == {
        "text": "TX1001", "kind": "batch", "batch": "TX1001", "gtin": None, "expiry": None, "serial": None,
        "product": None, "dmd": [],
    }  # fmt: skip
    (alert,) = found["alerts"]
    assert (alert["key"], alert["reference"], alert["how"]) == ("EL(26)A/61", "EL(26)A/61", "exact")
    assert alert["batch"]["number"] == "TX1001"
    assert alert["batch"]["expiry"] == "11/2027"
    assert {"code", "text", "status"} <= alert["actions"][0].keys()
    assert {"id", "name", "last_reached", "warning"} <= found["sources"][0].keys()


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("TX1001", "affected"), ("TX1OO1", "look-again"), ("testafil ZZ98765", "same-product-other-batch"),
        ("ZZ98765", "not-known"), ("testafil", "look-again"),
        ("]d2010501234567890017271130" + "10TX1001\x1d21123", "affected"),
    ],
)  # fmt: skip
def test_the_four_verdicts(folder: str, capsys: pytest.CaptureFixture[str], text: str, verdict: str) -> None:
    assert ask(capsys, "--profile", folder, "check", text, "--json")["verdict"] == verdict


def test_a_column_is_piped_in(
    folder: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, "\ufeffBatch\r\nTX1001\r\n\r\nZZ98765\r\n".encode())
    found = ask(capsys, "--profile", folder, "check", "-", "--json")
    assert [one["verdict"] for one in found] == ["not-known", "affected", "not-known"]
    pipe(monkeypatch, b"TX1001\tcaf\xe9\n")
    assert ask(capsys, "--profile", folder, "check", "-", "--json")[0]["alerts"][0]["reference"] == "EL(26)A/61"
    pipe(monkeypatch, b"\n \n")
    assert "Nothing was entered" in refused(capsys, "--profile", folder, "check", "-")


def test_check_for_people_says_what_to_do_and_never_safe(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--profile", folder, "check", "TX1001", "ZZ98765"]) == 0
    out = capsys.readouterr().out
    assert "Affected: batch TX1001 is in EL(26)A/61." in out
    assert "To do by" in out
    assert "Not in any notice known here: batch ZZ98765. As at" in out
    assert "has never been read here" in out
    assert "safe" not in out.lower()


def test_gaps_end_with_1_until_each_is_explained(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = ask(capsys, "--profile", folder, "gaps", "--json", status=1)
    assert found["unexplained"] == 1
    (gap,) = found["gaps"]
    assert (gap["series"], gap["year"], gap["number"], gap["reference"]) == ("EL", 2026, 62, "EL(26)A/62")
    assert gap["explained"] is None
    assert main(["--profile", folder, "gaps"]) == 1
    assert "1 of 1 gaps unexplained." in capsys.readouterr().out
    done = ask(capsys, *by(folder, "gaps", "explain", "EL(26)A/62", "--reason", "not-issued", "--json"))
    assert done["entries"][0]["type"] == "gap.explained"
    found = ask(capsys, "--profile", folder, "gaps", "--json")
    assert found["gaps"][0]["explained"]["by"] == "A Pharmacist"
    assert main(["--profile", folder, "gaps"]) == 0
    seq = str(done["entries"][0]["seq"])
    capsys.readouterr()
    ask(capsys, *by(folder, "correct", seq, "--reason", "Wrong number.", "--entered-in-error", "--json"))
    assert ask(capsys, "--profile", folder, "gaps", "--json", status=1)["unexplained"] == 1
    assert ask(capsys, "--profile", folder, "verify", "--json")["valid"]


def test_a_gap_is_not_explained_without_a_person_or_a_reason(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "--profile", folder, "gaps", "explain", "EL(26)A/62", "--reason", "not-issued")
    assert "Who is doing this" in said
    assert "is not a reason" in refused(capsys, *by(folder, "gaps", "explain", "EL(26)A/62", "--reason", "because"))


def test_dmd_is_imported(folder: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "f_gtin2_0.xml"
    row = "<AMPP><AMPPID>1</AMPPID><GTINDATA><GTIN>5012345678900</GTIN></GTINDATA></AMPP>"
    file.write_text(f"<GTIN_DETAILS><AMPPS>{row}</AMPPS></GTIN_DETAILS>", encoding="utf-8")
    done = ask(capsys, "--profile", folder, "dmd", "import", str(file), "--json")
    assert (done["gtins"], done["named"], done["files"]) == (1, 0, ["f_gtin2_0.xml"])
    assert "There is no" in refused(capsys, "--profile", folder, "dmd", "import", str(tmp_path / "none"))


def test_search_finds_any_spelling(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("tx 1001", "TX-1001", "testaf", "el 26 a 61", "hold batches back"):
        assert main(["--profile", folder, "list", "--search", words, "--json"]) == 0
        assert "EL(26)A/61" in [row["key"] for row in json.loads(capsys.readouterr().out)], words
