"""`msatctl rules list|show|test`: every rule told with its source, the table of cases, and a failure in words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from msat import shipped
from msat.actions import cases
from msat.actions.coverage import coverage
from msat.cli import main, rule_words
from msat.triage.conditions import Limit
from msat.triage.rules import load_shipped_rules

RULES = load_shipped_rules()
Said = pytest.CaptureFixture[str]


@pytest.fixture
def empty(tmp_path: Path) -> str:
    return str(tmp_path / "profile")


def run(empty: str, capsys: Said, *words: str) -> tuple[int, str, str]:
    status = main(["--profile", empty, "rules", *words])
    out, err = capsys.readouterr()
    return status, out, err


def test_every_rule_is_listed_with_priority_limit_basis_and_review(empty: str, capsys: Said) -> None:
    status, out, _ = run(empty, capsys, "list")
    assert status == 0
    for rule in RULES.rules:
        assert re.search(rf"^{rule.id} .*\b{rule.basis}\b +not yet +{re.escape(rule.name)}$", out, re.MULTILINE)
    assert re.search(r"^F07 +Amber +Red +Red +Amber +Red +by class", out, re.MULTILINE)
    for exception in RULES.exceptions:
        assert exception.name in out


def test_the_list_as_json(empty: str, capsys: Said) -> None:
    status, out, _ = run(empty, capsys, "list", "--json")
    listed = json.loads(out)
    assert status == 0
    assert listed["rules_version"] == RULES.version
    assert {rule["id"] for rule in listed["rules"]} == {f"F{n:02d}" for n in range(1, 29)}
    (f24,) = [rule for rule in listed["rules"] if rule["id"] == "F24"]
    assert f24["priority"]["gp-practice"] == "green"
    assert f24["author"] == "the MSAT maintainers"
    assert f24["reviewed"] == "not yet reviewed by a pharmacist"


@pytest.mark.parametrize("id_", sorted({rule.id for rule in RULES.rules} | {e.id for e in RULES.exceptions}))
def test_each_is_shown_in_full_with_its_source(id_: str, empty: str, capsys: Said) -> None:
    status, out, _ = run(empty, capsys, "show", id_.lower())
    flat = " ".join(out.split())
    assert status == 0
    for entry in RULES.variants(id_) or (RULES.exception(id_),):
        assert " ".join(entry.reason.split()) in flat
        assert " ".join(entry.source.split()) in flat
    assert max(map(len, out.splitlines())) <= 200
    status, out, _ = run(empty, capsys, "show", id_, "--json")
    assert status == 0
    assert json.loads(out)["id"] == id_


def test_a_rule_says_what_it_asks_for_and_when_it_may_close(empty: str, capsys: Said) -> None:
    _, out, _ = run(empty, capsys, "show", "F22")
    assert "is of tier 2" in out
    assert "Time limit: 5 working days or its start" in out
    _, out, _ = run(empty, capsys, "show", "F14")
    assert "May close when these are answered: A01 acknowledge" in out
    assert "second person, a clinician" in " ".join(out.split())


def test_an_action_is_shown_with_what_flags_add(empty: str, capsys: Said) -> None:
    _, out, _ = run(empty, capsys, "show", "A04")
    assert "controlled-drug" in out
    assert "controlled drugs register" in " ".join(out.split())


def test_an_unknown_id_is_refused_with_a_next_step(empty: str, capsys: Said) -> None:
    status, out, err = run(empty, capsys, "show", "F99")
    assert (status, out) == (2, "")
    assert err.startswith("There is no rule, exception or action “F99”.")
    assert "rules list" in err


def test_the_table_names_every_rule(empty: str, capsys: Said) -> None:
    status, out, _ = run(empty, capsys, "test")
    failed = "FAILED" in out
    assert status == (1 if failed else 0)
    for number in range(1, 29):
        assert re.search(rf"^F{number:02d} +[1-9]\d* +[1-9]\d* +ok ", out, re.MULTILINE)
    assert re.search(r"^(\d+) of \1 cases come out as written", out, re.MULTILINE)
    status, out, _ = run(empty, capsys, "test", "--json")
    told = json.loads(out)
    assert all(case["passed"] for case in told["cases"])
    assert {"id", "name", "fires", "spares", "passed", "problems", "note"} == set(told["rules"][0])


def test_a_case_that_does_not_come_out_as_written_fails_in_words(
    empty: str, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "class2-ramipril"
    text = shipped.text(f"alerts/cases/{name}.toml").replace('gp-practice = "red"', 'gp-practice = "green"')
    wrong = cases.load_case(f"cases/{name}.toml", text)
    right = [case for case in cases.load_cases() if case.id != name]
    monkeypatch.setattr(cases, "load_cases", lambda: (*right, wrong))
    status, out, _ = run(empty, capsys, "test")
    assert status == 1
    assert f"FAILED {name}" in out
    assert "For gp-practice: the priority is red, not green." in out
    assert re.search(r"^F06 .* FAILED ", out, re.MULTILINE)


def test_a_rule_without_a_near_miss_fails_in_words() -> None:
    said = rule_words.tested_text(RULES, (), coverage((), RULES))
    assert "FAILED F25 Estates or IT: No case fires it. No case spares it." in said


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (Limit(from_="class"), "by class"),
        (Limit(from_="immediately"), "at once"),
        (Limit(from_="none"), "none"),
        (Limit(from_="starts"), "its first day"),
        (Limit(from_="family", days=0), "same day"),
        (Limit(from_="family", hours=48), "48 hours"),
        (Limit(from_="family", days=9, before="ends"), "9 days or its end"),
        (Limit(from_="schedule", months=(3, 12)), "after 3 and 12 months"),
    ],
)
def test_limits_in_few_words(limit: Limit, said: str) -> None:
    assert rule_words.limit_words(limit) == said
