"""`msatctl add`: a dry run shows each fact with its words and records nothing; without it the same is recorded."""

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

DATA = Path(__file__).resolve().parents[1] / "data" / "pasted"
FILE = str(DATA / "natpsa_forwarded.txt")
WHO = ("--as", "A Pharmacist", "--role", "pharmacist")


@pytest.fixture
def folder(profile: Places, clock: FixedClock) -> str:
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "gp-practice"), clock)
    return str(profile.data.parent)


def run(capsys: pytest.CaptureFixture[str], folder: str, *words: str, status: int = 0) -> tuple[str, str]:
    assert main(["--profile", folder, *words]) == status, capsys.readouterr().err
    captured = capsys.readouterr()
    return captured.out, captured.err


def listed(capsys: pytest.CaptureFixture[str], folder: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run(capsys, folder, "list", "--json")[0])
    return found


def test_a_dry_run_shows_facts_with_words_and_records_nothing(capsys: pytest.CaptureFixture[str], folder: str) -> None:
    out, _ = run(capsys, folder, "add", "--dry-run", FILE)
    assert "reference: NatPSA/2026/021/DHSC" in out
    assert "deadline, complete: 28 February 2026" in out
    assert "“Actions to be completed by 28th February 2026”" in out
    assert "Red. Finish by:" in out
    assert "Nothing was recorded" in out
    assert listed(capsys, folder) == []


def test_the_json_of_a_dry_run_has_places_that_fit(capsys: pytest.CaptureFixture[str], folder: str) -> None:
    value = json.loads(run(capsys, folder, "add", "--dry-run", "--json", FILE)[0])
    assert value["outcome"] == "new"
    assert value["triage"]["rag"] == "red"
    placed = [fact for fact in value["facts"] if fact["source"] == "text" and fact["start"] is not None]
    assert placed
    for fact in placed:
        assert value["text"][fact["start"] : fact["end"]] == fact["words"]


def test_a_file_is_added_once(capsys: pytest.CaptureFixture[str], folder: str) -> None:
    out, _ = run(capsys, folder, *WHO, "add", FILE)
    assert out.startswith("Added NatPSA/2026/021/DHSC. Entry ")
    out, _ = run(capsys, folder, *WHO, "add", FILE)
    assert "nothing is recorded" in out
    assert [row["reference"] for row in listed(capsys, folder)] == ["NatPSA/2026/021/DHSC"]


def test_text_can_be_piped_in(
    capsys: pytest.CaptureFixture[str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = io.TextIOWrapper(io.BytesIO(Path(FILE).read_bytes()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", piped)
    value = json.loads(run(capsys, folder, *WHO, "add", "-", "--json")[0])
    assert value["alerts"] == ["NatPSA/2026/021/DHSC"]


def test_a_notice_can_be_typed(capsys: pytest.CaptureFixture[str], folder: str) -> None:
    typed = ("--title", "Fridge alarm at the depot", "--reference", "EL(26)A/70", "--issued", "2026-11-20")
    run(capsys, folder, *WHO, "add", *typed)
    row = listed(capsys, folder)[0]
    assert (row["reference"], row["title"], row["issued"]) == ("EL(26)A/70", "Fridge alarm at the depot", "2026-11-20")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", FILE), "Who is doing this"),
        ((*WHO, "add"), "nothing to add"),
        ((*WHO, "add", "no-such-file.txt"), "There is no file"),
        ((*WHO, "add", FILE, "--issued", "2099-01-01"), "in the future"),
        ((*WHO, "add", FILE, "--issued", "yesterday"), "not a date"),
        ((*WHO, "add", "--title", "A", "--url", "javascript:alert(1)"), "no address"),
    ],
)
def test_a_refusal_says_why_and_records_nothing(
    capsys: pytest.CaptureFixture[str], folder: str, words: tuple[str, ...], said: str
) -> None:
    out, err = run(capsys, folder, *words, status=2)
    assert out == ""
    assert said in err
    assert listed(capsys, folder) == []


def test_patient_data_is_refused_even_in_a_dry_run(
    capsys: pytest.CaptureFixture[str], folder: str, tmp_path: Path
) -> None:
    file = tmp_path / "note.txt"
    file.write_text("EL(26)A/61 Class 2 Medicines Recall\n\nNHS number 943 476 5919\n", encoding="utf-8")
    for more in ((), ("--dry-run",)):
        _, err = run(capsys, folder, *WHO, "add", str(file), *more, status=2)
        assert "an NHS number: line 2" in err
