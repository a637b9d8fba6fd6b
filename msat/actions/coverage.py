"""Which cases show a rule or an exception: those in which it speaks, and near misses in which it must not. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msat.actions.cases import CaseResult
from msat.triage.rules import RuleBase

# Exceptions that act elsewhere than in the decision on one notice, and where.
ACT_ELSEWHERE = {
    "E15": "joins notices of one event when they are received",
    "E18": "asks for a second person when a Red is said not to apply",
    "HELD": "lowers only when a person has recorded that it is not held or not prescribed",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One rule or exception and the cases that show it."""

    id: str
    name: str
    fires: tuple[str, ...]
    """Cases in which it gives a reason, as they say it must."""
    spares: tuple[str, ...]
    """Cases that look as if it might, and in which it gives none."""
    problems: tuple[str, ...]
    """What is wrong, a sentence each; nothing when it is shown both ways and every such case comes out as written."""
    note: str = ""
    """Where it acts, when that is not in the decision on one notice."""


def coverage(results: Iterable[CaseResult], rules: RuleBase) -> tuple[Shown, ...]:
    """Every rule and exception of the base once, rules first, each with the cases that show it."""
    results = tuple(results)
    names = {rule.id: rule.name.partition(",")[0] for rule in reversed(rules.rules)}
    names = dict(sorted(names.items())) | {exception.id: exception.name for exception in rules.exceptions}
    return tuple(_shown(id_, name, results) for id_, name in names.items())


def _shown(id_: str, name: str, results: tuple[CaseResult, ...]) -> Shown:
    fires = [r for r in results if id_ in r.case.expect.fires]
    spares = [r for r in results if id_ in r.case.expect.spares]
    if id_ == "E15":
        fires += [r for r in results if r.case.expect.same_alert_as]
    note = ACT_ELSEWHERE.get(id_, "")
    problems = [f"{r.case.id}: {problem}" for r in (*fires, *spares) for problem in r.problems]
    if not note:
        problems += ["No case fires it."] if not fires else []
        problems += ["No case spares it."] if not spares else []
    said = tuple(dict.fromkeys(problems))
    return Shown(id_, name, tuple(r.case.id for r in fires), tuple(r.case.id for r in spares), said, note)
