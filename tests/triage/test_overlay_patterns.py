"""Patterns of local rules: those that could take for ever are refused by name, ordinary ones are not."""

from __future__ import annotations

import re

import pytest

from msat import shipped
from msat.errors import Refused
from msat.triage.conditions import PATTERN_FIELDS
from msat.triage.overlay_patterns import LONGEST, check_quick
from msat.triage.rules import load_shipped_rules

SLOW = [
    "(a+)+$",
    "(?:a*)*b",
    r"(\w+\s?)+x",
    "(a|aa)+$",
    "(?:a|b){2,}",
    "((?:ab?)c)*",
    "(a{1,3}){40}",
    "([ab]+)*",
    "x.*y.*z.*a.*b",
    r"\d+\s+\d+\s+\d+",
    "(?P<name>a+)+",
    "((a+))+",
    r"(\(a+)+",
    "x" * (LONGEST + 1),
]
QUICK = [
    r"\binsulin pens?\b",
    r"\bvalproate\b.{0,200}\bpregnan\w*",
    "(?:eye|ear) drops?",
    r"(?:eye|ear){1,2} drops",
    r"[a+*(]+",
    r"\(a+\)+",
    r"a+b*c+",
    "(?i:recall)",
    "(?:x[+*]y)*z",
    "[]a+*]+",
]


@pytest.mark.parametrize("text", SLOW)
def test_a_pattern_that_could_take_for_ever_is_refused(text: str) -> None:
    re.compile(text)
    with pytest.raises(Refused) as refused:
        check_quick("our.msatrules", "rule L01", "when.says", [text])
    assert "our.msatrules”, rule L01, field “when.says”" in str(refused.value)


@pytest.mark.parametrize("text", QUICK)
def test_an_ordinary_pattern_is_not(text: str) -> None:
    re.compile(text)
    check_quick("our.msatrules", "rule L01", "when.says", [text])


def test_most_of_what_ships_could_be_written_in_a_pack_too() -> None:
    patterns = [p for rule in load_shipped_rules().rules for f in PATTERN_FIELDS for p in getattr(rule.when, f)]
    assert shipped.folder("alerts").is_dir()
    refused = 0
    for text in patterns:
        try:
            check_quick("x", "y", "z", [text])
        except Refused:
            refused += 1
    assert patterns
    assert refused * 10 <= len(patterns)
