"""Which rules fit an alert, and with which of its words. Weighs nothing: decide.py says what follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from msat.alerts.model import Alert, Fact, Family, Level, Where
from msat.triage.conditions import When
from msat.triage.rules import Rule, RuleBase, RuleException, pattern


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


def head(alert: Alert) -> Iterator[tuple[str, str]]:
    """What a notice is about: its title, its description, and the advice that it begins with."""
    yield alert.title, Where.TITLE.value
    yield alert.description, Where.DESCRIPTION.value
    if alert.call_to_action is not None:
        yield alert.call_to_action.words, alert.call_to_action.where.value


def said(alert: Alert, patterns: Iterable[str]) -> Quote | None:
    """The first words of the notice that match one of `patterns`, or None."""
    return said_in(texts(alert), patterns)


def said_in(places: Iterable[tuple[str, str]], patterns: Iterable[str], denied_too: bool = False) -> Quote | None:
    """The first words of `places` that match one of `patterns`. What stands after a “not” counts only if `denied_too`.
    """
    for text, where in places:
        for words in patterns:
            for found in pattern(words).finditer(text):
                if denied_too or not _DENIED.search(text[max(0, found.start() - _REACH_OF_NOT) : found.start()]):
                    return Quote(found.group(), where)
    return None


# "not contraindicated", "this is not a recall"; but "not only contraindicated".
_DENIED = re.compile(
    r"\b(?:not|no|never|without|neither|nor|cannot|isn['’]t|aren['’]t|wasn['’]t)\s(?:(?!only\b)\w{1,20}\s){0,2}\Z", re.I
)
_REACH_OF_NOT = 60


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
        if _facts_fit(rule.when, subject, unknown_fits=False, issuer=subject.issuer):
            words = _words_fit(rule.when, subject.alert)
            if words is not None:
                found.append((rule, words))
    return found


def possible(subject: Subject, rules: RuleBase) -> list[Rule]:
    """The rules that no known fact rules out: what the alert may turn out to be once a person has read it.

    An issuer that no rule speaks of rules nothing out: a NatPSA of somebody new is as grave as any other. A local rule
    stands beside the shipped ones, so it is never what an alert may turn out to be.
    """
    of_family = tuple(rule for rule in rules.of_family(subject.family) if not rule.is_own)
    is_known = any(subject.issuer in rule.when.issuers for rule in of_family)
    issuer = subject.issuer if is_known else None
    return [
        rule
        for rule in of_family
        if _facts_fit(rule.when, subject, unknown_fits=True, issuer=issuer) and _title_allows(rule.when, subject)
    ]


def inheriting(alert: Alert, rules: RuleBase) -> list[tuple[Rule, Quote]]:
    """The rules that leave all to the one that fits besides (F27), where the notice speaks of an earlier or later one.
    """
    found = []
    for rule in rules.rules:
        if rule.inherits and alert.family.value in rule.when.families:
            words = next((told[name] for told in [_told(alert)] for name in rule.when.tells if name in told), None)
            if words is not None:
                found.append((rule, words))
    return found


def _told(alert: Alert) -> dict[str, Quote]:
    """What the notice says of earlier and later ones, by name, each with its words."""
    extended = next((d for d in alert.deadlines if d.extended_from is not None), None)
    facts = {
        "update": alert.update,
        "supersedes": next(iter(alert.supersedes), None),
        "superseded-by": next(iter(alert.superseded_by), None),
        "withdrawn": alert.withdrawn,
    }
    told = {name: quote(fact) for name, fact in facts.items() if fact is not None}
    if extended is not None:
        told["extended"] = Quote(extended.words, extended.where.value)
    return told


def _words_fit(when: When, alert: Alert) -> Quote | None:
    """The words that the rule asked for, the most particular place first; None when one of its demands is not met."""
    title = ((alert.title, Where.TITLE.value),)
    if (
        said_in(title, when.unless_says_in_title, denied_too=True)
        or said_in(head(alert), when.unless_says_at_head, denied_too=True)
        or said_in(texts(alert), when.unless_says, denied_too=True)
    ):
        return None
    found = NO_QUOTE
    for places, patterns in (
        (title, when.says_in_title),
        (tuple(head(alert)), when.says_at_head),
        (tuple(texts(alert)), when.says),
    ):
        if patterns:
            words = said_in(places, patterns)
            if words is None:
                return None
            found = found if found.words else words
    return found


def _title_allows(when: When, subject: Subject) -> bool:
    """Whether the title, which is always known whole, leaves the rule open."""
    title = ((subject.alert.title, Where.TITLE.value),)
    if said_in(title, when.unless_says_in_title, denied_too=True) is not None:
        return False
    return not when.says_in_title or said_in(title, when.says_in_title) is not None


def _facts_fit(when: When, subject: Subject, unknown_fits: bool, issuer: str | None) -> bool:
    alert = subject.alert
    asked: tuple[tuple[Iterable[str], str | None], ...] = (
        (when.classes, subject.alert_class),
        ([level.value for level in when.levels], subject.level),
        (when.issuers, issuer),
        (when.tiers, alert.tier.value if alert.tier else None),
    )
    if not all(not wanted or (unknown_fits if value is None else value in wanted) for wanted, value in asked):
        return False
    named: tuple[tuple[Iterable[str], Sequence[str]], ...] = (
        ([f"^{re.escape(tag)}$" for tag in when.specialisms], alert.specialisms),
        (when.audience, [group.value for group in alert.audience]),
        (when.references, [alert.reference.value] if alert.reference else []),
    )
    if not all(not wanted or (_any_of(wanted, values) if values else unknown_fits) for wanted, values in named):
        return False
    return unknown_fits or all(_states(alert, name) for name in when.states)


def _any_of(patterns: Iterable[str], values: Sequence[str]) -> bool:
    return any(_any(patterns, value) for value in values)


def _states(alert: Alert, name: str) -> bool:
    """Whether that fact of the notice could be read. Text: more than its title says."""
    if name == "text":
        return len(alert.text.strip()) > len(alert.title)
    return bool(getattr(alert, name))


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
