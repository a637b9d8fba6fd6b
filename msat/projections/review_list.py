"""The review list: alerts that wait for a person's judgement, and why. Pure.

No rule covers them, a part could not be read, the notice contradicts itself, or the rules do. What a person decided
(`alert.judged`) settles it until the notice changes in a way that matters. Nothing leaves the list by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from msat.clock import london, say_date
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.closing import is_level_undecided
from msat.triage.model import Priority

NEEDS_A_PERSON = "needs-a-person"
MIXED_LEVEL = "mixed-level"
RULES_DIFFER = "rules-differ"
ODD_DATES = "odd-dates"
FLAGS = (NEEDS_A_PERSON, MIXED_LEVEL, RULES_DIFFER, ODD_DATES)
"""What a decision settles: the first two are flags of the triage, the others are found here."""

UNSURE = "E11"
"""The exception that speaks where no rule covers an alert or a part of it could not be read."""
FIRST_YEAR = 1995
"""No notice of the sources is older; an earlier year is a slip."""

Rated = Callable[[str], Priority | None]


class Why(StrEnum):
    """Why an alert is on the list."""

    NOT_COVERED = "not-covered"
    LOW_CONFIDENCE = "low-confidence"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class Item:
    """One question about one alert. An alert can ask several."""

    key: AlertKey
    why: Why
    words: str
    """What is unsure, in sentences."""
    flag: str
    """Which of `FLAGS` a decision settles."""
    is_historic: bool = False


def review_list(states: Iterable[AlertState], rated: Rated | None = None) -> list[Item]:
    """Every open question, those of today before those of history, the most urgent and newest first.

    `rated` gives the priority of a rule by its id for this kind of organisation; without it, rules are not compared.
    """
    waiting = [state for state in states if state.is_open]
    waiting.sort(key=lambda state: ("historic" in state.flags, -state.received.timestamp(), state.key))
    return [item for state in waiting for item in questions(state, rated)]


def questions(state: AlertState, rated: Rated | None = None) -> list[Item]:
    """What this alert asks of a person and nobody has settled, whether it is open or not."""
    settled = set(state.judged.flags) if state.judged and not state.judged.stale else set()
    found = [*_uncovered(state), *_mixed_level(state), *_rules(state, rated), *_dates(state)]
    return [item for item in found if item.flag not in settled]


def _item(state: AlertState, why: Why, flag: str, words: str) -> Item:
    return Item(state.key, why, " ".join(words.split()), flag, "historic" in state.flags)


def _uncovered(state: AlertState) -> list[Item]:
    """No rule covers it, or something in it could not be read."""
    said = " ".join(reason.text for reason in state.reasons if reason.rule == UNSURE and reason.kind != "deadline")
    if state.rule == UNSURE:
        return [_item(state, Why.NOT_COVERED, NEEDS_A_PERSON, said or "No rule covers it.")]
    if NEEDS_A_PERSON in state.flags:
        return [_item(state, Why.LOW_CONFIDENCE, NEEDS_A_PERSON, said or "A part of it needs a person's eye.")]
    return []


def _mixed_level(state: AlertState) -> list[Item]:
    """Level and text disagree. A priority that a person chose since answers it as well as a decision here does."""
    if not is_level_undecided(state):
        return []
    said = [reason for reason in state.reasons if reason.rule == "E02"]
    words = " ".join(f"{reason.text} “{reason.words}”." if reason.words else reason.text for reason in said)
    return [_item(state, Why.CONTRADICTION, MIXED_LEVEL, words or "Its level and its text disagree.")]


def _rules(state: AlertState, rated: Rated | None) -> list[Item]:
    """Rules that fit alike, one of which says Red and the other Green.

    One step apart is the order that the rules are made in: the more urgent of two that fit decides (F10 and F11, F14 to
    F16), and its reason names the other.
    """
    if rated is None or state.rule == UNSURE:
        return []
    own = rated(state.rule)
    others = {reason.rule for reason in state.reasons if reason.kind == "base"} - {state.rule, UNSURE}
    apart = {Priority.RED, Priority.GREEN}
    differing = sorted(rule for rule in others if {rated(rule), own} == apart)
    if not differing:
        return []
    also = " and ".join(f"{rule} ({_word(rated(rule))})" for rule in differing)
    words = f"Rule {state.rule} ({_word(own)}) and {also} fit alike. The more urgent one decided."
    return [_item(state, Why.CONTRADICTION, RULES_DIFFER, words)]


def _word(priority: Priority | None) -> str:
    return priority.capitalize() if priority else "no rating"


def _dates(state: AlertState) -> list[Item]:
    """Dates that cannot all be right."""
    issued, received = _day(state.issued), london(state.received).date()
    said = []
    if issued is not None and issued > received + timedelta(days=1):
        said.append(f"Its date of issue, {say_date(issued)}, is after the day it was received, {say_date(received)}.")
    if issued is not None and issued.year < FIRST_YEAR:
        said.append(f"Its date of issue, {say_date(issued)}, is older than any notice of these sources.")
    due = state.due
    if issued is not None and due and due.at and due.from_ == "notice" and london(due.at).date() < issued:
        said.append(f"It asks for action by {say_date(due.at)}, before it was issued on {say_date(issued)}.")
    if not said:
        return []
    return [_item(state, Why.CONTRADICTION, ODD_DATES, " ".join([*said, "Look at the source."]))]


def _day(issued: str | None) -> date | None:
    try:
        return date.fromisoformat(issued[:10]) if issued else None
    except ValueError:
        return None
