"""Turns a triage into what to do here: each action in words that name the product, the batches and the check.

A pure function. Medicine names and batch numbers are given whole or counted, never cut short; nothing is invented
that the notice does not say.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from msat.actions.catalogue import NATIONAL_ACTIONS, NEEDED_ACTIONS, Action, Catalogue
from msat.actions.model import AnswerKind, RecommendedAction
from msat.actions.numbered import numbered_actions
from msat.actions.steps import codes_with_steps, stepped, steps_for
from msat.alerts.model import Alert, Batch, Fact, Family
from msat.clock import london, say_date
from msat.triage.due import end_of_day
from msat.triage.model import OrganisationKind, Priority, Triage
from msat.triage.rules import pattern

# More names than this make an action's sentence unreadable; they are then counted and listed beside it.
_MOST_BATCHES_NAMED = 3
_MOST_PRODUCTS_NAMED = 2
_LONGEST_QUOTE = 300
_LONGEST_SUBJECT = 80
_NO_SUBJECT = re.compile(r"\b(?:update|letters?|recalls?|alert|newsletter|roundup|reminder|news|MHRA)\b", re.IGNORECASE)
_EVERY_BATCH = re.compile(
    r"all\s(?:(?:remaining|unexpired|distributed|affected|available)\s)?(?:batches|lots)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


def recommend(
    alert: Alert,
    triage: Triage,
    catalogue: Catalogue,
    kind: OrganisationKind,
    places: Sequence[str] = (),
) -> tuple[RecommendedAction, ...]:
    """What `triage` asks of an organisation of `kind`, in order: acknowledging first, signing off last.

    `places` are the organisation's own stock places; without them the catalogue's for its kind.
    """
    values = values_of(alert)
    made: list[RecommendedAction] = []
    for code in codes_with_steps(_codes(triage.actions), triage, catalogue, kind):
        action = _action(alert, triage, catalogue[code], kind, places, values)
        made += _by_number(alert, action) if code == NATIONAL_ACTIONS else [action]
        made += _at_end(alert, triage, catalogue[code], action, values)
    return tuple(made)


def _at_end(
    alert: Alert, triage: Triage, action: Action, made: RecommendedAction, values: dict[str, str]
) -> list[RecommendedAction]:
    """What is left to do when a notice ends by itself, due on that day. Sign-off does not wait so long."""
    text = action.at_end_for_rule.get(triage.rule)
    day = _day(alert.ends)
    if text is None or day is None:
        return []
    return [
        replace(
            made, code=f"{made.code}.end", text=text.format_map(values), due=end_of_day(day), required=False, words=""
        )
    ]


def _by_number(alert: Alert, action: RecommendedAction) -> list[RecommendedAction]:
    """One action for each numbered national action (A26.1, A26.2 ...), or the one that asks for all of them."""
    said = numbered_actions(alert)
    if not said:
        return [action]
    return [
        replace(
            action,
            code=f"{action.code}.{n}",
            text=f"Answer national action {n}: {words}",
            help="Say what was done, or why it does not concern this organisation.",
            words=words,
        )
        for n, words in enumerate(said, start=1)
    ]


def _codes(asked: Sequence[str]) -> tuple[str, ...]:
    first, second, last = NEEDED_ACTIONS
    return (first, second, *(code for code in asked if code not in NEEDED_ACTIONS), last)


def _action(
    alert: Alert,
    triage: Triage,
    action: Action,
    kind: OrganisationKind,
    places: Sequence[str],
    values: dict[str, str],
) -> RecommendedAction:
    help_ = action.help
    if action.help_on_red and triage.priority is Priority.RED:
        help_ = f"{help_} {action.help_on_red}".strip()
    is_by_place = action.answer is AnswerKind.PLACES
    made = RecommendedAction(
        code=action.code,
        text=action.text_of(kind, triage.rule).format_map(values),
        answer=action.answer,
        due=_due(action, alert, triage),
        help=help_,
        words=_words(action, alert),
        places=tuple(places or action.places[kind]) if is_by_place else (),
        required=action.is_required(kind),
    )
    return stepped(made, steps_for(action, triage, kind), triage)


def _due(action: Action, alert: Alert, triage: Triage) -> datetime | None:
    if action.due == "none":
        return None
    months = action.months_after_of(triage.rule)
    if not months:
        return triage.due.at
    start = triage.due.at or alert.published
    return _months_after(start, months) if start else None


def _months_after(start: datetime, months: int) -> datetime:
    """The end of the day in London that is `months` calendar months later, or the last day of a shorter month."""
    day = london(start).date()
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return end_of_day(day.replace(year=year, month=month + 1, day=min(day.day, last)))


def values_of(alert: Alert) -> dict[str, str]:
    """What the placeholders of actions and letters stand for in one notice."""
    product = _product(alert)
    starts, ends = _day(alert.starts), _day(alert.ends)
    return {
        "product": product,
        "batches": _batches(alert),
        "starts": say_date(starts) if starts else "its first day",
        "ends": say_date(ends) if ends else "its last day",
        "company": alert.company.value if alert.company else "the company",
        "reference": alert.reference.value if alert.reference else "this notice",
        "search": f"MSAT {alert.reference.value}" if alert.reference else "MSAT product search",
    }


def _day(fact: Fact | None) -> date | None:
    return date.fromisoformat(fact.value[:10]) if fact else None


def _product(alert: Alert) -> str:
    names = tuple(dict.fromkeys(product.name for product in alert.products))
    if not names:
        return _subject_of_article(alert) or "the product in the notice"
    if len(names) > _MOST_PRODUCTS_NAMED:
        return f"the {len(names)} products listed below"
    return " and ".join(names)


def _subject_of_article(alert: Alert) -> str:
    """What a Drug Safety Update article is about: its title up to the colon. Nothing where that may be something else.
    """
    if alert.family.value != Family.DRUG_SAFETY_UPDATE:
        return ""
    subject, colon, _rest = alert.title.partition(":")
    is_short = len(subject) <= _LONGEST_SUBJECT and not _NO_SUBJECT.search(subject)
    return subject.strip() if colon and is_short else ""


def _batches(alert: Alert) -> str:
    """The batches in words. A statement such as "All lots ..." is quoted, never turned into a list."""
    listed = _listed(alert.batches)
    stated = tuple(dict.fromkeys(fact.words for fact in alert.all_batches))
    if not stated:
        return listed or "the batches named in the notice"
    if stated and not listed and all(_EVERY_BATCH.fullmatch(words.strip(" .")) for words in stated):
        return "all batches"
    if len(stated) == 1:
        statement = f"the batches stated as “{stated[0]}”"
    else:
        statement = f"the {len(stated)} groups of batches described below"
    return f"{listed} and {statement}" if listed else statement


def _listed(batches: Sequence[Batch]) -> str:
    numbers = tuple(dict.fromkeys(_number(batch) for batch in batches))
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"batch {numbers[0]}"
    if len(numbers) <= _MOST_BATCHES_NAMED:
        return f"batches {', '.join(numbers[:-1])} and {numbers[-1]}"
    return f"the {len(numbers)} batches listed below"


def _number(batch: Batch) -> str:
    return f"{batch.number} to {batch.through}" if batch.through else batch.number


def _words(action: Action, alert: Alert) -> str:
    """The notice's words that the action rests on: whole sentences, so still literal."""
    if action.words_from == "batches":
        return alert.all_batches[0].words if alert.all_batches else ""
    facts: dict[str, Fact | None] = {
        "patient_advice": alert.patient_advice,
        "professional_advice": alert.professional_advice,
    }
    fact = facts.get(action.words_from)
    if fact is None:
        return ""
    if action.words_like:
        asked = pattern(action.words_like)
        return next((s for s in _SENTENCE_END.split(fact.words) if asked.search(s)), "")
    return _beginning(fact.words)


def _beginning(words: str) -> str:
    if len(words) <= _LONGEST_QUOTE:
        return words
    for end in (". ", ".\n", "\n", " "):
        stop = words.rfind(end, 0, _LONGEST_QUOTE)
        if stop > 0:
            return words[: stop + 1].rstrip()
    return words[:_LONGEST_QUOTE]
