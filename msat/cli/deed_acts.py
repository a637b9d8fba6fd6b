"""The commands that record a deed: each reads what was typed and calls one service."""

from __future__ import annotations

import argparse
from typing import Any

from msat.cli.opening import day, moment, open_desk, person_of, say_changes
from msat.errors import Refused


def acknowledge(options: argparse.Namespace) -> int:
    """Records that the person has seen the alert."""
    from msat.services.acknowledge import acknowledge as do

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        return say_changes(options, do(desk, options.ref, person, options.note, done))


def applies(options: argparse.Namespace) -> int:
    """Records whether the alert applies here."""
    from msat.services.applies import decide_applies

    person, done, yes = person_of(options), moment(options.done), _yes_or_no(options.answer)
    with open_desk(options) as desk:
        return say_changes(options, decide_applies(desk, options.ref, yes, person, options.reason, options.note, done))


def answer(options: argparse.Namespace) -> int:
    """Records an answer to one action."""
    from msat.services.answer import answer as do

    person, done = person_of(options), moment(options.done)
    value = options.answer.replace("-", " ").lower()
    with open_desk(options) as desk:
        made = do(desk, options.ref, options.action, value, person, options.note, options.count, done)
        return say_changes(options, made)


def place(options: argparse.Namespace) -> int:
    """Records what was found in one place."""
    from msat.services.place import check_place

    person, done = person_of(options), moment(options.done)
    result, quantity = _found(options.found)
    with open_desk(options) as desk:
        made = check_place(
            desk,
            options.ref,
            options.place,
            result,
            person,
            quantity,
            options.batch,
            options.note,
            done,
            options.initials,
        )
        return say_changes(options, made)


def count(options: argparse.Namespace) -> int:
    """Records the counts of a search."""
    from msat.services.count import count as do

    person, done = person_of(options), moment(options.done)
    funnel = {step: _whole_number(n) for step, n in map(_pair, options.funnel)}
    search = {"search": options.search, "run_on": day(options.run_on) if options.run_on else None}
    with open_desk(options) as desk:
        made = do(
            desk,
            options.ref,
            funnel,
            person,
            options.note,
            options.action,
            done,
            unchanged_reason=options.unchanged_reason,
            **search,
        )
        return say_changes(options, made)


def sign_off(options: argparse.Namespace) -> int:
    """Records a signature."""
    from msat.services.sign_off import sign_off as do

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        return say_changes(options, do(desk, options.ref, person, options.statement, done))


def override(options: argparse.Namespace) -> int:
    """Records another priority and why."""
    from msat.services.override import override as do

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        return say_changes(options, do(desk, options.ref, options.rag, options.reason, person, done))


def reopen(options: argparse.Namespace) -> int:
    """Re-opens a closed alert."""
    from msat.services.reopen import reopen as do

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        return say_changes(options, do(desk, options.ref, options.reason, person, done))


def correct(options: argparse.Namespace) -> int:
    """Corrects an entry by a new one."""
    from msat.services.correct import correct as do

    if bool(options.set) == options.entered_in_error:
        raise Refused("What was wrong is not given.", "Use --set FIELD=VALUE, or --entered-in-error.")
    person, done = person_of(options), moment(options.done)
    data: dict[str, Any] | None = dict(map(_pair, options.set)) if options.set else None
    with open_desk(options) as desk:
        return say_changes(options, do(desk, options.entry, options.reason, person, data, done))


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise Refused(f"“{text}” is neither yes nor no.", "Answer yes or no.")
    return text.lower() == "yes"


def _found(text: str) -> tuple[str, int | None]:
    """`nil`, `not-checked`, or a number of packs."""
    if text.lower() in ("nil", "not-checked"):
        return text.lower().replace("-", " "), None
    number = _whole_number(text)
    return ("quantity", number) if number else ("nil", None)


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused(f"“{text}” is not a whole number.", "Give a number, or nil where nothing was found.") from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Refused(f"“{text}” is not of the form NAME=VALUE.", "Write, for instance, found=12.")
    return name.strip().replace("-", "_"), value.strip()
