"""`msatctl rules ...` for an organisation's own rules, and `msatctl letter`: a whole round, and every refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msat import bootstrap
from msat.cli import main
from msat.clock import FixedClock
from msat.places import Places
from msat.record.organisation import Organisation
from msat.services.desk import Person
from msat.services.intake import Intake
from tests.notices import recall

REF = "EL(26)A/62"
RULES = """
[[rule]]
id = "F09"
why = "A large stock for the care homes."
priority = { dispensing-practice = "red" }
add_actions = { dispensing-practice = ["LA01"] }

[[action]]
code = "LA01"
name = "Care homes"
answer = "done"
text = "Telephone the care homes about {product}"
required = false
"""
LONG = ("--months", "120")  # whatever the day on which the tests are run


@pytest.fixture
def folder(profile: Places, clock: FixedClock) -> str:
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "dispensing-practice"), clock)
    desk = bootstrap.open_desk(profile, clock)
    intake = Intake(desk, recall().source, Person("MSAT", "program"))
    intake.take(recall(REF, class_=3))
    intake.record()
    desk.close()
    return str(profile.data.parent)


class Said:
    """Runs commands in one profile and hands out what they said."""

    def __init__(self, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def __call__(self, *words: str, status: int = 0) -> tuple[str, str]:
        who = ["--profile", self.folder, "--as", "A Pharmacist", "--role", "pharmacist"]
        got = main([*who, *words])
        captured = self.capsys.readouterr()
        assert got == status, captured.err
        assert "Traceback" not in captured.err
        return captured.out, captured.err

    def json(self, *words: str, status: int = 0) -> Any:
        return json.loads(self(*words, "--json", status=status)[0])

    def refused(self, *words: str) -> str:
        out, err = self(*words, status=2)
        assert out == ""
        return err


@pytest.fixture
def say(folder: str, capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(folder, capsys)


@pytest.fixture
def draft(say: Said) -> Path:
    """A draft that raises one rule and adds one action."""
    path = Path(say.json("rules", "edit-path")["file"])
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    path.write_text("\n".join([*head, RULES]), encoding="utf-8")
    return path


def test_a_whole_round_from_draft_to_withdrawal(say: Said, draft: Path) -> None:
    out, _ = say("rules", "check")
    assert "F09 (Class 3 recall, pharmacy or wholesaler level), priority.dispensing-practice" in out
    assert "here:    red" in out
    assert "shipped: amber" in out
    out, err = say("rules", "dry-run", *LONG)
    assert "1 of 1 alerts received since" in out
    assert "now:  Amber by F09" in out
    assert "then: Red by F09" in out
    assert "then with LA01" in out
    assert "Trying the local rules: 1 of 1" in err
    assert "rules adopt --reason" in out
    out, _ = say("rules", "adopt", "--reason", "Agreed at the practice meeting.")
    assert "Adopted the local rules" in out
    found = say.json("rules", "adopted")
    assert found["in_force"].endswith("+L1")
    assert found["adoptions"][0]["by"] == "A Pharmacist"
    assert {change["field"] for change in found["changes"]} >= {"priority.dispensing-practice", "action"}
    assert "because: Agreed at the practice meeting." in say("rules", "adopted")[0]
    shown = say.json("show", REF)
    assert shown["triage"]["rag"] == "amber"
    (row,) = say.json("rules", "apply", "--dry-run")
    assert (row["name"], row["before"]["rag"], row["after"]["rag"]) == (REF, "amber", "red")
    assert "1 open alert again" in say("rules", "apply", "--reason", "The care homes' stock.")[0]
    shown = say.json("show", REF)
    assert (shown["triage"]["rag"], shown["triage"]["rules_version"]) == ("red", found["in_force"])
    assert "LA01" in [action["code"] for action in shown["actions"]]
    assert shown["triage"]["reasons"][0]["basis"] == "local"
    assert "Decided again because: The care homes' stock." in say("show", REF)[0]
    assert "already stands" in say.refused("rules", "apply", "--reason", "Again.")
    assert "Withdrew" in say("rules", "withdraw", "--reason", "It served its time.")[0]
    assert "+L" not in say.json("rules", "adopted")["in_force"]
    assert say("verify")[0]


def test_the_shipped_text_stays_beside_the_local_one(say: Said, draft: Path) -> None:
    say("rules", "dry-run", *LONG)
    say("rules", "adopt", "--reason", "Agreed.")
    out, _ = say("rules", "show", "F09")
    assert "Changed here:" in out
    assert "shipped: amber" in out
    local = say.json("rules", "show", "F09")["local"]
    assert ("priority.dispensing-practice", "amber", "red") in [(c["field"], c["shipped"], c["local"]) for c in local]
    assert say.json("rules", "show", "F07")["local"] == []


def test_adopting_what_was_not_looked_at_is_refused(say: Said, draft: Path) -> None:
    assert "has not been looked at" in say.refused("rules", "adopt", "--reason", "Agreed.")
    say("rules", "dry-run", *LONG)
    draft.write_text(draft.read_text(encoding="utf-8").replace('"red"', '"green"', 1), encoding="utf-8")
    assert "something else" in say.refused("rules", "adopt", "--reason", "Agreed.")
    assert say.json("rules", "adopted")["adoptions"] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"red"', '"rot"', "rule F09, field “priority.dispensing-practice”: Invalid enum value 'rot'"),
        ("priority =", "urgency =", "rule F09: Object contains unknown field `urgency`"),
        ('id = "F09"', 'id = "F99"', "rule F99, field “id”"),
        ("{product}", "{patient}", "action LA01, field “text”: “{patient}”"),
        ("{product}", "{product!r:>900000000}", "action LA01, field “text”"),
        ('answer = "done"', 'answer = "sign-off"', "action LA01, field “answer”"),
        ('["LA01"]', '["LA02"]', "rule F09, field “actions.dispensing-practice”: there is no action LA02"),
        ("[[action]]", "[[exception]]", "unknown field `exception`"),
        ("priority =", "priority", "not well-formed TOML"),
    ],
)
def test_each_mistake_of_the_draft_is_named(say: Said, draft: Path, old: str, new: str, said: str) -> None:
    text = draft.read_text(encoding="utf-8")
    assert old in text
    draft.write_text(text.replace(old, new, 1), encoding="utf-8")
    for words in (("check",), ("dry-run",), ("adopt", "--reason", "Agreed.")):
        refusal = say.refused("rules", *words)
        assert "draft.msatrules" in refusal
        assert said in refusal


def test_packs_travel_between_two_organisations(
    say: Said, draft: Path, tmp_path: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    text = draft.read_text(encoding="utf-8").replace('for = "own"', 'for = ["dispensing-practice"]')
    draft.write_text(text, encoding="utf-8")
    pack = tmp_path / "ours.msatrules"
    assert str(pack) in say("rules", "export", str(pack), "--draft")[0]
    from msat.places import places

    bootstrap.create_profile(
        places(tmp_path / "other"), Organisation("Other Surgery", "Y00002", "dispensing-practice"), clock
    )
    other = Said(str(tmp_path / "other"), capsys)
    assert "Signed by log" in other("rules", "check", str(pack))[0]
    out, _ = other("rules", "import", str(pack))
    assert "of Test Surgery (Y00001)" in out
    assert "Nothing of it is in force yet." in out
    assert other.json("rules", "compare", str(pack), "draft") == []
    found = other.json("rules", "compare", str(pack))
    assert {one["field"] for one in found} == {"priority.dispensing-practice", "actions.dispensing-practice", "action"}
    other("rules", "dry-run")
    assert "Adopted" in other("rules", "adopt", "--reason", "The committee asks for it.")[0]
    tampered = tmp_path / "tampered.msatrules"
    tampered.write_text(pack.read_text(encoding="utf-8").replace('"red"', '"green"'), encoding="utf-8")
    assert "changed" in other.refused("rules", "import", str(tampered))


def test_wrong_use_is_refused_in_a_sentence(say: Said, tmp_path: Path) -> None:
    assert "There is no draft" in say.refused("rules", "check")
    assert "There is no draft" in say.refused("rules", "dry-run")
    assert "There is no file" in say.refused("rules", "import", str(tmp_path / "nothing.msatrules"))
    assert "No local rules are in force" in say.refused("rules", "withdraw", "--reason", "x")
    assert "No local rules are in force" in say.refused("rules", "export", str(tmp_path / "x"))
    assert "Add --reason" in say.refused("rules", "apply")
    say("rules", "edit-path")
    assert "0 months" in say.refused("rules", "dry-run", "--months", "0")
    assert "changes nothing" in say.refused("rules", "adopt", "--reason", "x")
    binary = tmp_path / "b.msatrules"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "could not be read as text" in say.refused("rules", "check", str(binary))


def test_a_local_rule_that_can_no_longer_be_in_force_is_warned_of(say: Said, draft: Path, profile: Places) -> None:
    say("rules", "dry-run", *LONG)
    say("rules", "adopt", "--reason", "Agreed.")
    sha256 = say.json("rules", "adopted")["adoptions"][0]["pack"]
    (profile.files / sha256[:2] / sha256).unlink()
    out, err = say("list")
    assert REF in out
    assert "Warning: The local rules adopted on" in err
    assert say.json("rules", "adopted", status=1)["problems"]


def test_letters_are_listed_and_filled(say: Said) -> None:
    assert {"patient-letter", "pharmacy-note"} <= {one["name"] for one in say.json("letter", REF)}
    out, _ = say("letter", REF, "patient-letter")
    assert "Testafil 10 mg tablets" in out
    assert "Test Surgery" in out
    assert "There is no letter “x”" in say.refused("letter", REF, "x")
    assert "There is no alert" in say.refused("letter", "EL(20)A/1", "patient-letter")
