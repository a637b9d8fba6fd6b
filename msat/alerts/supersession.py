"""Which alert takes the place of which, read from the words of either; weak words ("updates") never close an alert."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msat.alerts.model import Alert, Fact, Where
from msat.alerts.notice import LONGEST_LINE, LONGEST_TITLE, Notice
from msat.alerts.reference import find
from msat.alerts.text import plain_text
from msat.alerts.wording import sentences

_PASSIVE = re.compile(
    r"\b(?:(?:has|have|had)\s(?:now\s)?been|is|are|was|were|now|been)\s(?:now\s|since\s|fully\s)?(?:superseded|replaced)(?:\s(?:on|in)\s[^,;]{3,30})?\sby\b"
    r"|\A\W{0,3}(?:now\s)?(?:superseded|replaced)\sby\b",
    re.IGNORECASE,
)
_FILLED = re.compile(
    r"\W{0,3}(?:(?:the|an?|our|its|earlier|previous|former|new|newer|later|national|patient|safety|alerts?|natpsa|recalls?|notices?|messages?"
    r"|notifications?|information|references?|numbers?|nos?|issued|published|sent|dated|class|medicines?|drugs?|devices?|supply"
    r"|disruption|update[ds]?|cas|mhra|dhsc|nhs|england|shortage|of|on|in|with|from|and|replaces|supersedes|[0-9]{1,4}(?:st|nd|rd|th)?"
    r"|january|february|march|april|may|june|july|august|september|october|november|december)\W{1,4}){0,14}",
    re.IGNORECASE,
)
_STRONG = re.compile(r"\A(?:supersed(?:es|ing)|replac(?:es|ing))\b", re.IGNORECASE)
_OF_THIS = re.compile(
    r"\b(?:this|it|which|alert|natpsa|notice|message|recall|notification|information|page|protocol)\b[^.;]{0,60}\Z|\A\W{0,6}\Z",
    re.IGNORECASE,
)


def replaced(alert: Alert) -> tuple[Fact, ...]:
    """Of what an alert supersedes, replaces or updates: those whose place it takes, by its own plain words."""
    return tuple(fact for fact in alert.supersedes if _is_plain(fact))


def _is_plain(fact: Fact) -> bool:
    """ "supersedes NatPSA/2023/008/DHSC", with nothing between the two but what an alert may be called."""
    verb = _STRONG.match(fact.words)
    named = find(fact.words)
    if verb is None or not named or named[-1].value != fact.value:
        return False
    between = fact.words[verb.end() : named[0].start]
    return _FILLED.fullmatch(between) is not None


def superseded_by(notice: Notice, own: str) -> tuple[Fact, ...]:
    """The alerts that this notice, or its publisher's stamp on it, says have taken its place."""
    found: dict[str, Fact] = {}
    for text, where in _places(notice):
        for sentence in sentences(text):
            passive = _PASSIVE.search(sentence)
            if passive is None or not _about_itself(sentence, passive.start(), own):
                continue
            for reference in find(sentence):
                begins = reference.start >= passive.end()
                if begins and not reference.is_case and reference.value != own:
                    if _FILLED.fullmatch(sentence[passive.end() : reference.start]):
                        words = sentence[passive.start() : reference.start + len(reference.words)]
                        found.setdefault(reference.value, Fact(reference.value, words, where))
                    break
    return tuple(found.values())


def _about_itself(sentence: str, start: int, own: str) -> bool:
    """Whether the sentence says it of this notice: it names no other alert before the verb."""
    before = sentence[:start]
    named = [reference.value for reference in find(before) if not reference.is_case]
    return all(value == own for value in named) and (bool(named) or bool(_OF_THIS.search(before)))


def _places(notice: Notice) -> Iterator[tuple[str, Where]]:
    yield notice.title[:LONGEST_TITLE], Where.TITLE
    for line in notice.lines:
        if "by" in line.text:
            yield line.text[:LONGEST_LINE], Where.TEXT
    stamp = notice.item.withdrawn
    if stamp is not None:
        yield " ".join(plain_text(stamp.explanation).split("\n"))[:LONGEST_LINE], Where.PUBLISHER
