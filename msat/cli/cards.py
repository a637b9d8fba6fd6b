"""The cards "who must act" on the command line: as JSON, and briefly as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msat.clock import say_limit, stamp
from msat.services.who_must_act import Card


def cards_json(cards: Iterable[Card]) -> dict[str, Any]:
    """`who_must_act` of `show --json`: an object for each kind of organisation."""
    return {card.kind.value: _card(card) for card in cards}


def cards_lines(cards: Iterable[Card]) -> list[str]:
    """One line for each kind: how urgent, by which rule, by when, and what it is flagged with."""
    lines = ["", "Who must act"]
    for card in cards:
        triage = card.triage
        rag = triage.priority.value.capitalize() if triage.priority else "No rating"
        due = f"finish by {say_limit(triage.due.at)}" if triage.due.at else "no time limit"
        raised = ", ".join(dict.fromkeys(r.rule for r in triage.reasons if r.kind == "raised"))
        by = f"rule {triage.rule}" + (f", raised by {raised}" if raised else "")
        lines.append(f"  {card.kind.value:<20} {rag:<10} {due} ({by}){'  <- here' if card.is_own else ''}")
    return lines if len(lines) > 2 else []


def _card(card: Card) -> dict[str, Any]:
    triage = card.triage
    due = triage.due
    return {
        "own": card.is_own,
        "rag": triage.priority.value if triage.priority else None,
        "rule": triage.rule,
        "rules_version": triage.rules_version,
        "deadline": stamp(due.at) if due.at else None,
        "deadline_from": {
            "from": due.from_,
            "why": due.why,
            "words": due.words,
            "extended_from": stamp(due.extended_from) if due.extended_from else None,
            "last_open": due.last_open.isoformat() if due.last_open else None,
        },
        "flags": list(triage.flags),
        "actions": list(triage.actions),
        "reasons": [
            {
                "kind": r.kind,
                "text": r.text,
                "rule": r.rule,
                "words": r.words,
                "where": r.where,
                "basis": r.basis,
                "reviewed": r.reviewed,
            }
            for r in triage.reasons
        ],
    }
