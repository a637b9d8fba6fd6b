"""The commands `newsletter ...`: an issue written, checked, rendered and recorded as sent, from the console alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from msat.cli.run import run

PERSON = ["--as", "An Editor", "--role", "medicines team"]
REF, OTHER = "EL(26)A/70", "EL(26)A/71"
URL = "https://www.gov.uk/drug-device-alerts/example"
Said = tuple[int, str, str]


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command in a committee's profile with two alerts; returns status, output and error output."""
    profile = ["--profile", str(tmp_path / "profile")]

    def do(*arguments: str) -> Said:
        status = run([*profile, *PERSON, *arguments])
        out = capsys.readouterr()
        return status, out.out, out.err

    do("init", "--organisation", "Test Team", "--ods", "QXX", "--kind", "committee")
    for number, ref in enumerate((REF, OTHER)):
        title = f"Class {number + 2} Medicines Recall: Example Pharma Limited, Testafil {number + 1} mg tablets, {ref}"
        do("add", "--title", title, "--reference", ref, "--url", f"{URL}-{number}")
    return do


@pytest.fixture
def issue(told: Callable[..., Said]) -> str:
    assert told("newsletter", "new", "November 2026", REF, OTHER, "--intro", "Two recalls.")[0] == 0
    return "november-2026"


def test_an_issue_is_begun_listed_shown_and_given_up(told: Callable[..., Said], issue: str) -> None:
    status, out, _err = told("newsletter", "list")
    assert status == 0
    assert "november-2026" in out
    assert "2 items, for prescribers, community-pharmacies, care-homes" in out
    shown = json.loads(told("newsletter", "show", issue, "--json")[1])
    assert [part["audience"] for part in shown["for"]] == ["prescribers", "community-pharmacies", "care-homes"]
    first = shown["for"][0]["items"][0]
    assert (first["key"], first["who"], first["url"]) == (REF, "GP practices", f"{URL}-0")
    assert first["words"] <= first["most_words"]
    status, _out, err = told("newsletter", "drop", issue)
    assert (status, "Add --yes" in err) == (2, True)
    assert told("newsletter", "drop", issue, "--yes")[0] == 0
    assert "There is no issue yet" in told("newsletter", "list")[1]


def test_a_file_without_entries_is_not_said_to_prove_the_record(
    told: Callable[..., Said], issue: str, tmp_path: Path
) -> None:
    told("newsletter", "render", issue, "--for", "prescribers", "--out", str(tmp_path / "issue.html"))
    status, out, _error = told("verify", str(tmp_path / "issue.html"))
    assert status == 0
    assert out.startswith("issue.html: verified.\n")
    assert "This proves the file says what was signed when it was made." in out
    status, out, _error = told("verify")
    assert "entries)." in out
    assert "This proves the record is unaltered" in out


def test_an_issue_needs_a_title_and_no_alert(told: Callable[..., Said]) -> None:
    status, _out, error = told("newsletter", "new")
    assert status == 2
    assert "TITLE" in error
    assert "REF" not in error
    assert told("newsletter", "new", "December 2026")[0] == 0


def test_items_are_edited_moved_and_checked(told: Callable[..., Said], issue: str) -> None:
    assert told("newsletter", "check", issue)[0] == 0
    assert told("newsletter", "edit", issue, REF, "--why", "Please be aware.", "--length", "full")[0] == 0
    status, out, _err = told("newsletter", "check", issue)
    assert status == 1
    assert "To mend" in out
    assert "“Please be aware” names no check" in out
    assert "our proposal, not yet reviewed by a pharmacist" in out
    checked = json.loads(told("newsletter", "check", issue, "--json")[1])
    assert (checked["ready"], checked["for"][0]["remarks"][0]["code"]) == (False, "be-aware")
    assert told("newsletter", "edit", issue, REF, "--undo", "why")[0] == 0
    assert told("newsletter", "check", issue)[0] == 0
    assert told("newsletter", "move", issue, OTHER, "1")[0] == 0
    listed = json.loads(told("newsletter", "list", "--json")[1])["issues"][0]
    assert [item["key"] for item in listed["items"]] == [OTHER, REF]
    assert listed["items"][1]["length"] == "full"
    told("newsletter", "remove", issue, OTHER)
    told("newsletter", "add", issue, OTHER, "--for", "care-homes", "--length", "short")
    listed = json.loads(told("newsletter", "list", "--json")[1])["issues"][0]
    assert listed["items"][1]["audiences"] == ["care-homes"]


def test_the_issue_itself_is_edited_without_an_alert(told: Callable[..., Said], issue: str) -> None:
    status, out, _err = told("newsletter", "edit", issue, "--title", "Autumn", "--for", "prescribers")
    assert (status, "Autumn: 2 items, for prescribers" in out) == (0, True)
    assert told("newsletter", "edit", issue, "--why", "x")[0] == 2
    assert told("newsletter", "edit", issue, REF, "--title", "x")[0] == 2


def test_an_issue_is_rendered_to_the_screen_and_to_files_that_verify(
    told: Callable[..., Said], issue: str, tmp_path: Path
) -> None:
    out = told("newsletter", "render", issue, "--for", "care-homes")[1]
    assert "NOVEMBER 2026" in out
    assert "Care homes" in out
    folder = tmp_path / "out"
    folder.mkdir()
    status, out, _err = told("newsletter", "render", issue, "--out", str(folder))
    assert status == 0, out
    assert len(list(folder.iterdir())) == 9
    assert told("verify", *map(str, sorted(folder.iterdir())))[0] == 0
    mail = tmp_path / "november.eml"
    assert (
        told("newsletter", "render", issue, "--for", "prescribers", "--out", str(mail), "--to", "a@b.example")[0] == 0
    )
    assert b"To: a@b.example\r\n" in mail.read_bytes()
    assert told("verify", str(mail))[0] == 0


def test_chosen_alerts_are_rendered_without_an_issue(told: Callable[..., Said], tmp_path: Path) -> None:
    status, out, _err = told("newsletter", "render", REF, OTHER, "--format", "markdown", "--title", "Two")
    assert (status, out.startswith("# Two\n")) == (0, True)
    target = tmp_path / "two.docx"
    assert told("newsletter", "render", REF, "--out", str(target))[0] == 0
    assert told("verify", str(target))[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("render", "november-2026", "--format", "word"), "is a file"),
        (("render", "november-2026", "--out", "x.pdf"), "cannot be written here"),
        (("render", "november-2026", "--out", "x.html", "--format", "text"), "Leave --format out"),
        (("render", "november-2026", "--to", "a@b.example"), "Only an e-mail has an address"),
        (("render", "EL(99)A/99"), "EL(99)A/99"),
        (("render", "november-2026", "--templates", "none"), "There is no folder"),
        (("add", "november-2026", REF), "already"),
        (("show", "october"), "There is no issue"),
        (("waiting", "--for", "vets"), "There is no audience"),
    ],
)
def test_wrong_use_is_refused_in_words(
    told: Callable[..., Said], issue: str, arguments: tuple[str, ...], said: str
) -> None:
    status, out, err = told("newsletter", *arguments)
    assert (status, out) == (2, "")
    assert said in err


def test_sending_is_recorded_and_what_was_told_no_longer_waits(
    told: Callable[..., Said], issue: str, tmp_path: Path
) -> None:
    status, out, _err = told("newsletter", "waiting")
    assert status == 1
    assert REF in out
    assert "in november-2026" in out
    sent = tmp_path / "sent.html"
    sent.write_text("<p>x</p>", encoding="utf-8")
    status, out, _err = told("newsletter", "send", issue, "--file", str(sent))
    assert status == 0
    assert "sent to prescribers, community pharmacies" in out
    status, out, _err = told("newsletter", "waiting")
    assert (status, out) == (0, "Every alert received in that time is in an issue that was sent.\n")
    listed = json.loads(told("newsletter", "list", "--json")[1])
    assert listed["sent"][0]["alerts"] == [REF, OTHER]
    status, _out, err = told("newsletter", "edit", issue, REF, "--why", "x")
    assert (status, "has been sent" in err) == (2, True)
    assert told("verify")[0] == 0


def test_what_some_were_sent_stays_and_is_taken_back_and_answers_the_action(
    told: Callable[..., Said], issue: str
) -> None:
    assert told("newsletter", "send", issue, "--for", "prescribers")[0] == 0
    assert "not yet to community-pharmacies, care-homes" in told("newsletter", "list")[1]
    assert told("newsletter", "edit", issue, REF, "--why", "Said later.")[0] == 0
    shown = json.loads(told("newsletter", "show", issue, "--json")[1])
    assert shown["unsent"] == ["community-pharmacies", "care-homes"]
    whys = {part["audience"]: (part["sent"], part["items"][0]["why"]) for part in shown["for"]}
    assert whys["care-homes"] == (False, "Said later.")
    assert whys["prescribers"][0] is True
    assert whys["prescribers"][1] != "Said later."
    assert "as it was sent to them" in told("newsletter", "show", issue, "--for", "prescribers")[1]
    status, out, _err = told("newsletter", "answer", REF)
    assert (status, f"{REF}: Told in the newsletter “November 2026”, sent" in out) == (0, True)
    history = told("show", REF)[1]
    assert "Told prescribers in the newsletter “November 2026”." in history
    assert "Answered A16: yes. Told in the newsletter “November 2026”" in history
    status, _out, err = told("newsletter", "answer", REF)
    assert (status, "is answered already" in err) == (2, True)
    status, out, _err = told("newsletter", "take-back", issue, "--for", "prescribers", "--reason", "Held back.")
    assert (status, "Taken back: it was not sent to prescribers." in out) == (0, True)
    status, _out, err = told("newsletter", "take-back", issue, "--for", "prescribers", "--reason", "Held back.")
    assert (status, "is not recorded as sent to prescribers" in err) == (2, True)
    assert told("verify")[0] == 0


def test_templates_are_copied_changed_and_a_mistake_is_named(
    told: Callable[..., Said], issue: str, tmp_path: Path
) -> None:
    folder = tmp_path / "look"
    assert told("newsletter", "templates", "copy", str(folder))[0] == 0
    assert told("newsletter", "templates", "check", str(folder))[0] == 0
    (folder / "newsletter.txt").write_text("Ours\n{{ isue }}\n", encoding="utf-8")
    status, _out, err = told("newsletter", "templates", "check", str(folder))
    assert status == 2
    assert "newsletter.txt, line 2" in err
    (folder / "newsletter.txt").write_text("Ours: {{ issue.title }}\n", encoding="utf-8")
    out = told("newsletter", "render", issue, "--for", "prescribers", "--templates", str(folder))[1]
    assert out.startswith("Ours: November 2026")


def test_templates_in_the_profile_are_used_without_being_named(told: Callable[..., Said], issue: str) -> None:
    status, out, _err = told("newsletter", "templates", "copy")
    assert (status, "they are used from now on" in out) == (0, True)
    folder = Path(json.loads(told("newsletter", "templates", "check", "--json")[1])["folder"])
    (folder / "newsletter.md").write_text("Ours: {{ issue.title }}\n", encoding="utf-8")
    assert told("newsletter", "render", REF, "--format", "markdown")[1].startswith("Ours: Medicines safety")
    assert told("newsletter", "templates", "copy")[0] == 2
