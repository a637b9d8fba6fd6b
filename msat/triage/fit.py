"""Which rules fit an alert, and with which of its words. Weighs nothing: decide.py says what follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msat.alerts.model import Alert, Fact, Family, Level, Where
from msat.triage.rules import Rule, RuleBase, RuleException, When, pattern


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the notice and where they stand."""

    words: str
    where: str


NO_QUOTE = Quote("", "")
_LONGEST_SENTENCE = 240


@dataclass(frozen=True, slots=True)
class Subject:
    """An alert as the rules see it. `level` may differ from the alert's own where they contradict each other (E02)."""

    alert: Alert
    level: str | None

    @property
    def family(self) -> str:
        return self.alert.family.value

    @property
    def alert_class(self) -> str | None:
        return self.alert.alert_class.value if self.alert.alert_class else None

    @property
    def issuer(self) -> str | None:
        """Who issued it. A NatPSA names its issuer at the end of its reference, sometimes cut short."""
        if self.family == Family.NATPSA and self.alert.reference:
            parts = self.alert.reference.value.split("/")
            if len(parts) == 4:  # NatPSA/2023/004/MHRA
                return parts[3].upper()
        return self.alert.issuer.value.upper() if self.alert.issuer else None


def quote(fact: Fact | None) -> Quote:
    """The words a fact rests on."""
    return Quote(fact.words, fact.where.value) if fact else NO_QUOTE


def texts(alert: Alert) -> Iterator[tuple[str, str]]:
    """What a notice says, in the order in which words are looked for, each with its name."""
    yield alert.title, Where.TITLE.value
    yield alert.description, Where.DESCRIPTION.value
    yield alert.text, Where.TEXT.value


def said(alert: Alert, patterns: Iterable[str]) -> Quote | None:
    """The first words of the notice that match one of `patterns`, or None."""
    for text, where in texts(alert):
        for words in patterns:
            found = pattern(words).search(text)
            if found:
                return Quote(found.group(), where)
    return None


def sentence_with(alert: Alert, patterns: Iterable[str]) -> Quote | None:
    """The sentence round the first words that match one of `patterns`; the words alone when it is long."""
    for text, where in texts(alert):
        for words in patterns:
            found = pattern(words).search(text)
            if found:
                return Quote(_sentence_round(text, found.start(), found.end()), where)
    return None


def _sentence_round(text: str, start: int, end: int) -> str:
    begins = max(text.rfind(mark, 0, start) + len(mark) if mark in text[:start] else 0 for mark in (". ", "\n"))
    stops = [stop for stop in (text.find(mark, end) for mark in (". ", ".\n", "\n")) if stop >= 0]
    whole = text[begins : min(stops, default=len(text))]
    return whole if len(whole) <= _LONGEST_SENTENCE else text[start:end]


def fitting(subject: Subject, rules: RuleBase) -> list[tuple[Rule, Quote]]:
    """The rules that fit on known facts alone, each with the words it asked for (none where it asked for none)."""
    found = []
    for rule in rules.of_family(subject.family):
        if not _facts_fit(rule.when, subject, unknown_fits=False, issuer=subject.issuer):
            continue
        words = said(subject.alert, rule.when.says) if rule.when.says else NO_QUOTE
        if words is not None and not said(subject.alert, rule.when.unless_says):
            found.append((rule, words))
    return found


def possible(subject: Subject, rules: RuleBase) -> list[Rule]:
    """The rules that no known fact rules out: what the alert may turn out to be once a person has read it.

    An issuer that no rule speaks of rules nothing out: a NatPSA of somebody new is as grave as any other.
    """
    of_family = rules.of_family(subject.family)
    is_known = any(subject.issuer in rule.when.issuers for rule in of_family)
    issuer = subject.issuer if is_known else None
    return [rule for rule in of_family if _facts_fit(rule.when, subject, unknown_fits=True, issuer=issuer)]


def _facts_fit(when: When, subject: Subject, unknown_fits: bool, issuer: str | None) -> bool:
    asked: tuple[tuple[Iterable[str], str | None], ...] = (
        (when.classes, subject.alert_class),
        ([level.value for level in when.levels], subject.level),
        (when.issuers, issuer),
    )
    return all(not wanted or (unknown_fits if value is None else value in wanted) for wanted, value in asked)


def is_mixed_level(alert: Alert, exception: RuleException) -> bool:
    """E02: the level says pharmacy or wholesaler, and the notice asks something of patients all the same.

    What professionals are to pass on, and the usual "no action is required by patients", ask nothing of them.
    """
    advice = alert.patient_advice
    if not exception.speaks_of(alert.family.value) or alert.level is None or advice is None:
        return False
    if alert.level.value == Level.PATIENT:
        return False
    heading = _line_above(alert.text, advice.words)
    if _any(exception.unless_says, heading):
        return False
    asking = [s for s in _SENTENCE_END.split(advice.words) if s.strip() and not _any(exception.unless_says, s)]
    return bool(asking) and (_any(exception.says, heading) or any(_any(exception.says, s) for s in asking))


_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


def _line_above(text: str, words: str) -> str:
    return text[: max(text.find(words), 0)].rstrip().rpartition("\n")[2]


def _any(patterns: Iterable[str], text: str) -> bool:
    return any(pattern(words).search(text) for words in patterns)
