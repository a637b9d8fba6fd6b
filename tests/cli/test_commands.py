"""The command line's promises: stable JSON, sentences on stderr, exit statuses, and that a refusal changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from msat import bootstrap
from msat.cli import main
from msat.clock import FixedClock
from msat.feeds.model import FeedItem
from msat.places import Places
from msat.record.organisation import Organisation
from msat.services.desk import Person
from msat.services.intake import Intake
from tests.notices import recall

REF = "EL(26)A/61"


@pytest.fixture
def filled(profile: Places, clock: FixedClock) -> str:
    """A profile with one recall; returns its folder."""
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "dispensing-practice"), clock)
    desk = bootstrap.open_desk(profile, clock)
    take(desk, recall())
    desk.close()
    return str(profile.data.parent)


def take(desk: Any, item: FeedItem) -> None:
    intake = Intake(desk, item.source, Person("MSAT", "program"))
    intake.take(item)
    intake.record()


def ask(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> Any:
    """Runs a command that must end with `status`; returns its JSON."""
    assert main(list(words)) == status, capsys.readouterr().err
    out = capsys.readouterr().out
    return json.loads(out)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Runs a command that must be refused; returns the sentence."""
    assert main(list(words)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip().endswith((".", ")"))
    assert "Traceback" not in captured.err
    return captured.err


def by(folder: str, *words: str) -> list[str]:
    return ["--profile", folder, "--as", "A Pharmacist", "--role", "pharmacist", *words]


def test_version_needs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    assert capsys.readouterr().out.startswith("MSAT 0.")
    assert ask(capsys, "version", "--json")["name"] == "MSAT"


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys; from msat.cli import main; main(['version']);"
        "print([m for m in ('argparse','sqlalchemy','PySide6','reportlab','feedparser','msgspec') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_init_makes_a_profile_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = str(tmp_path / "new")
    words = ["--profile", folder, "init", "--organisation", "Test Surgery", "--ods", "y00001", "--kind", "gp-practice"]
    made = ask(capsys, *words, "--json")
    assert (made["ods"], made["kind"]) == ("Y00001", "gp-practice")
    assert len(made["recovery_key"]) > 40
    assert ask(capsys, "--profile", folder, "verify", "--json")["valid"] is True
    refused(capsys, *words)
    assert ask(capsys, "--profile", folder, "settings", "get", "start_page", "--json")["value"] == "worklist"


def test_a_committees_window_opens_at_oversight(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = str(tmp_path / "new")
    words = ("--organisation", "Board", "--ods", "q00001", "--kind", "committee", "--json")
    ask(capsys, "--profile", folder, "init", *words)
    assert ask(capsys, "--profile", folder, "settings", "get", "start_page", "--json")["value"] == "oversight"


@pytest.mark.parametrize(
    ("name", "ods", "kind", "word"),
    [
        (" ", "Y00001", "gp-practice", "name"),
        ("Test", "Y-1", "gp-practice", "ODS"),
        ("Test", "Y00001", "hospital", "hospital"),
    ],
)
def test_init_refuses_an_odd_organisation(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, ods: str, kind: str, word: str
) -> None:
    folder = tmp_path / "new"
    said = refused(capsys, "--profile", str(folder), "init", "--organisation", name, "--ods", ods, "--kind", kind)
    assert word in said
    assert not (folder / "data" / "record.db").exists()


def test_a_profile_without_a_record_says_how_to_make_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "msatctl init" in refused(capsys, "--profile", str(tmp_path / "none"), "list")


def test_list_and_show_have_the_documented_fields(capsys: pytest.CaptureFixture[str], filled: str) -> None:
    (row,) = ask(capsys, "--profile", filled, "list", "--json")
    documented = {
        "key",
        "reference",
        "title",
        "family",
        "class",
        "level",
        "issued",
        "rag",
        "status",
        "deadline",
        "sources",
        "url",
    }
    assert documented <= set(row)
    assert (row["reference"], row["class"], row["rag"]) == (REF, 2, "red")
    assert row["sources"][0]["url"] == row["url"]
    shown = ask(capsys, "--profile", filled, "show", "el (26) a/61", "--json")
    assert documented | {"facts", "batches", "triage", "actions", "versions", "history"} <= set(shown)
    assert set(shown["facts"]["class"]) == {"value", "words", "source"}
    assert [b["number"] for b in shown["batches"]] == ["TX1001", "TX1002"]
    assert shown["triage"]["reasons"][0]["words"]
    assert {"code", "text", "due", "status", "answers"} <= set(shown["actions"][0])


def test_list_filters(capsys: pytest.CaptureFixture[str], filled: str) -> None:
    for words, found in (
        (["--rag", "red"], 1),
        (["--rag", "green"], 0),
        (["--search", "testafil TX1002"], 1),
        (["--search", "100% _ \" ' *"], 0),
        (["--status", "done"], 0),
        (["--family", "medicines-recall", "--open"], 1),
    ):
        assert len(ask(capsys, "--profile", filled, "list", *words, "--json")) == found, words
    assert "purple" in refused(capsys, "--profile", filled, "list", "--rag", "purple")
    assert "asleep" in refused(capsys, "--profile", filled, "list", "--status", "asleep")


def test_the_whole_job_by_command_line(capsys: pytest.CaptureFixture[str], filled: str, tmp_path: Path) -> None:
    ask(capsys, *by(filled, "acknowledge", REF, "--json"))
    ask(capsys, *by(filled, "applies", REF, "yes", "--reason", "held", "--json"))
    shown = ask(capsys, "--profile", filled, "show", REF, "--json")
    for action in shown["actions"]:
        if action["places"]:
            for place in action["places"]:
                ask(capsys, *by(filled, "place", REF, place["place"], "nil", "--json"))
        elif action["answered_by"] == "funnel":
            ask(capsys, *by(filled, "count", REF, "found=0", "--action", action["code"], "--json"))
        elif action["answered_by"] in ("done", "count"):
            ask(capsys, *by(filled, "answer", REF, action["code"], "yes", "--json"))
    ask(capsys, *by(filled, "sign-off", REF, "--json"))
    again = refused(capsys, *by(filled, "sign-off", REF))
    assert "second person" in again
    ask(capsys, "--profile", filled, "--as", "A Doctor", "--role", "GP", "sign-off", REF, "--json")
    assert ask(capsys, "--profile", filled, "list", "--json")[0]["status"] == "done"
    out = tmp_path / "record.pdf"
    ask(capsys, *by(filled, "export", "certificate", REF, "--out", str(out), "--json"))
    assert ask(capsys, "--profile", filled, "verify", str(out), "--json")["valid"] is True
    assert ask(capsys, "--profile", filled, "verify", "--json")["valid"] is True


def test_a_deed_needs_a_person_and_a_role(capsys: pytest.CaptureFixture[str], filled: str) -> None:
    assert "--as" in refused(capsys, "--profile", filled, "acknowledge", REF)
    assert "--role" in refused(capsys, "--profile", filled, "--as", "A Pharmacist", "acknowledge", REF)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["acknowledge", "EL(99)A/99"], "EL(99)A/99"),
        (["acknowledge", REF, "--done", "2030-01-01"], "future"),
        (["acknowledge", REF, "--done", "21/11/2026"], "21/11/2026"),
        (["acknowledge", REF, "--done", "2026-02-30"], "2026-02-30"),
        (["acknowledge", REF, "--note", "patient 943 476 5919"], "943 476 5919"),
        (["applies", REF, "perhaps", "--reason", "held"], "perhaps"),
        (["applies", REF, "yes", "--reason", "because"], "because"),
        (["place", REF, "dispensary", "some"], "some"),
        (["count", REF, "found"], "found"),
        (["correct", "999", "--reason", "x", "--set", "note=y"], "999"),
        (["correct", "1", "--reason", "x"], "--set"),
        (["export", "log", "--from", "2026-01-01", "--to", "2025-01-01", "--out", "x.pdf"], "2025"),
        (["export", "log", "--from", "soon", "--to", "2025-01-01", "--out", "x.pdf"], "soon"),
        (["export", "log", "--from", "2025-01-01", "--to", "2026-01-01", "--out", "x.doc"], ".doc"),
        (["newsletter", "render", "EL(99)A/99"], "EL(99)A/99"),
        (["newsletter", "render", REF, "--format", "fax"], "fax"),
        (["verify", "no-such-file.pdf"], "no-such-file.pdf"),
        (["refresh", "--source", "nobody"], "nobody"),
        (["refresh", "--since", "2099-01-01"], "2099"),
        (["sources", "set", "nobody", "--address", "https://www.gov.uk"], "nobody"),
        (["sources", "set", "govuk-alerts", "--address", "http://www.gov.uk"], "http"),
        (["sources", "set", "govuk-alerts", "--address", "file:///etc/passwd"], "file"),
        (["demo", "--out", "."], "empty"),
        (["acknowledge", REF, "--done", "2001-01-01"], "before"),
        (["answer", REF, "A12", "yes", "--count", "some"], "“some” is not a whole number"),
        (["acknowledge"], "Missing: REF."),
        (["aknowledge", REF], "no command “aknowledge”"),
        (["list", "--rag"], "Nothing is given for --rag."),
        (["show", REF, "--colour"], "“--colour” is not understood"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], filled: str, words: list[str], said: str
) -> None:
    before = len(ask(capsys, "--profile", filled, "show", REF, "--json")["history"])
    sources = ask(capsys, "--profile", filled, "sources", "list", "--json")
    assert said in refused(capsys, *by(filled, *words))
    assert len(ask(capsys, "--profile", filled, "show", REF, "--json")["history"]) == before
    assert ask(capsys, "--profile", filled, "sources", "list", "--json") == sources


def test_a_missing_record_with_a_mark_is_an_incident(capsys: pytest.CaptureFixture[str], filled: str) -> None:
    (Path(filled) / "data" / "record.db").unlink()
    found = ask(capsys, "--profile", filled, "verify", "--json", status=1)
    assert found["valid"] is False
    assert found["problems"][0]["what"]
    assert main(["--profile", filled, "list"]) == 1
    assert "record" in capsys.readouterr().err


def test_rebuild_and_rules(capsys: pytest.CaptureFixture[str], filled: str) -> None:
    assert ask(capsys, "--profile", filled, "rebuild", "--json") == {"alerts": 1}
    tested = ask(capsys, "rules", "test", "--json")
    assert len(tested["cases"]) > 20
    assert all(case["passed"] for case in tested["cases"])
