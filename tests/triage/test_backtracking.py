"""A pattern that could try for ever is told before it is searched; shipped ones stay quick on long hostile lines."""

from __future__ import annotations

import re
import time

import pytest

from msat.triage.backtracking import runs_away
from msat.triage.conditions import PATTERN_FIELDS
from msat.triage.rules import load_shipped_rules, pattern

RULES = load_shipped_rules()
SHIPPED = sorted(
    {text for rule in RULES.rules for field in PATTERN_FIELDS for text in getattr(rule.when, field)}
    | {text for rule in RULES.rules for text in rule.quote}
    | {text for exception in RULES.exceptions for text in (*exception.says, *exception.unless_says)}
)


ENDLESS = ["(a+)+", "(?:a*)*b", "(?:(?:ab)+c)*", "(x[^y]*)+", "(?P<n>a+b?)+", "((a{2,})b)+?", r"(\w+\s*)+"]


@pytest.mark.parametrize("text", ENDLESS)
def test_a_repeat_of_a_repeat_is_told(text: str) -> None:
    re.compile(text)
    assert runs_away(text)


@pytest.mark.parametrize(
    "text",
    [
        "a+", "(?:ab)+", r"(?:\w+ ){0,4}x", r"\(a+\)+", "[(a+)]+", "[]a+]+", "(?i)a+", "(?#a+)+b", "(?:a+)?",
        "(a{2,3})+", r"(?<=x)a+(?!b*)", "(?:a|b)*c+", r"a\++",
    ],
)  # fmt: skip
def test_anything_else_is_harmless(text: str) -> None:
    assert not runs_away(text)


@pytest.mark.parametrize("text", SHIPPED)
def test_nothing_shipped_runs_away(text: str) -> None:
    assert not runs_away(text)
    assert not re.search(r"(?<!\\)\.[*+]", text), "“.*” over a long line is slow: give it a limit"


LINES = ("dose ", "carton 5 mg ", "strength label ", "not ", "withdrawal ", "patients ", "check ", "\n", "a")


@pytest.mark.parametrize("text", SHIPPED)
def test_twice_the_text_takes_no_more_than_a_few_times_as_long(text: str) -> None:
    """Steps, not seconds: a pattern that were quadratic would take four times as long, a runaway one far more."""
    for line in LINES:
        spent = []
        for size in (20_000, 80_000):
            long = line * (size // len(line))
            started = time.process_time()
            pattern(text).search(long)
            spent.append(time.process_time() - started)
        assert spent[1] < 12 * max(spent[0], 0.02)
