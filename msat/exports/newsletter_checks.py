"""What is wrong with the wording of a newsletter item: a remark each, with what to do. Changes nothing.

The words of the field (domain): an alert is only a National Patient Safety Alert, "be aware" names no check, doses and
batch numbers stand as the notice has them, and nobody is told to stop a medicine unless the notice does so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from msat.alerts.model import Alert
from msat.exports.document import is_web_address
from msat.exports.newsletter import DO_NOT_STOP, MEDICINES, MOST_ACTIONS, NewsItem, most_words, says_stop, sentences
from msat.exports.newsletter_compose import Composed, field_text
from msat.projections.newsletter_draft import FIELDS, Length


class Weight(StrEnum):
    """How grave a remark is."""

    WRONG = "wrong"
    """To be mended before the issue is sent."""
    LOOK = "look"
    """A person should look at it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about one item. `field` is one of FIELDS, or empty for the whole item."""

    key: str
    field: str
    weight: Weight
    code: str
    what: str
    next_step: str


NATPSA = "national-patient-safety-alert"
_CALLED_ALERT = ("medical-device-alert", "falsified-medicine")
"""Families whose own name holds the word."""
_NATIONAL = re.compile(r"\b(?:national\s+)?patient\s+safety\s+alert\b|\bnatpsa\b", re.I)
_ALERT = re.compile(r"\balerts?\b(?!\s+(?:card|bracelet|service|message|level))", re.I)
_EMPTY_WORDS = re.compile(
    r"\b(?:(?:please\s+)?(?:be|remain|stay)\s+(?:aware|vigilant|alert)|for\s+(?:your\s+)?(?:awareness|noting)|"
    r"please\s+note|take\s+note|note\s+the\s+content)\b",
    re.I,
)
_AMOUNT = re.compile(
    r"(?<![\w.])(\d+(?:[.,]\d+)*)\s*(%|mg|milligrams?|mcg|microgram(?:me)?s?|nanograms?|µg|μg|ug|kg|grams?|g|"
    r"millilitres?|ml|mL|l|litres?|mmol|units?|IU|"
    r"tablets?|capsules?|drops?|puffs?|times?|hours?|days?|weeks?|months?|years?)(?![A-Za-z])"
)
_DOSES = re.compile(r"%|mg|mcg|gram|µg|μg|ug|kg|^g$|ml|^l$|litre|mmol|unit|iu|tablet|capsule|drop|puff", re.I)
_UNITS = dict.fromkeys(("mcg", "µg", "μg", "ug", "microgramme"), "microgram") | {
    "milligram": "mg",
    "gram": "g",
    "millilitre": "ml",
    "litre": "l",
}
"""Ways to write a unit that say the same: a notice has “mcg”, an editor rightly writes it out."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SPAN = re.compile(r"\b(?:last|past|previous|preceding|next|coming)\s*$", re.I)
"""Before a number of days or months: how far a search looks is the editor's to say, and no dose."""
_SPANS = re.compile(r"hour|day|week|month|year", re.I)
_URL = re.compile(r"https?://|www\.", re.I)
_CAPITALS = re.compile(r"\b[A-Z]{4,}(?:\s+[A-Z]{2,}){2,}\b|\b[A-Z]{6,}\b|!")
_NAMES = frozenset({"NHSBSA", "PRIMIS", "ARDENS", "NATPSA", "NCEPOD", "PHARMOUTCOMES"})
"""Written so by everybody: no shouting."""
_NEW_STARTS = re.compile(
    r"\bstop(?:ping)?\s+(?:any\s+|all\s+)?(?:new|starting|initiating|repeat|adding|ordering)\b", re.I
)
"""Speaks to those who prescribe, not to people who take it."""
ROOM = 10
"""Words that a reason needs: an item with less room left is not asked why it gives none."""
_KEEPS = re.compile(r"\b(?:not|never|keep|continue|carry on)\b", re.I)
_ALL_ACTIONS = "action"
_BLACK_TRIANGLE = "▼"


def remarks(composed: Composed, family: str, flags: tuple[str, ...], notice: Alert | None) -> tuple[Remark, ...]:
    """Everything found in one item for one audience, the graver first."""
    subject = _Subject(composed, family, flags, notice)
    found = [remark for check in _CHECKS for remark in check(subject)]
    return tuple(sorted(found, key=lambda one: one.weight is not Weight.WRONG))


@dataclass(frozen=True, slots=True)
class _Subject:
    composed: Composed
    family: str
    flags: tuple[str, ...]
    notice: Alert | None

    @property
    def item(self) -> NewsItem:
        return self.composed.item

    @property
    def source(self) -> str:
        """All that the notice says, and what the program made of it."""
        notice, own = self.notice, self.composed.own
        told = [field_text(own, field) for field in FIELDS] + [own.batches, own.due]
        if notice is not None:
            told += [notice.title, notice.text, notice.description, *(batch.words for batch in notice.batches)]
            told += [product.name for product in notice.products]
        return "\n".join(told)

    def worded(self, text: str) -> str:
        """What somebody worded of a text: without quotations, and without sentences that stand so in the notice."""
        source = _plain(self.source)
        lines = [line for line in _without_quotes(text).splitlines() if line.strip()]
        every = [sentence for line in lines for sentence in sentences(line)]
        return " ".join(one for one in every if _plain(one) not in source)

    def fields(self, only_edited: bool = False) -> Iterator[tuple[str, str]]:
        for field in FIELDS:
            if not only_edited or field in self.composed.edited:
                yield field, field_text(self.item, field)

    def remark(self, field: str, weight: Weight, code: str, what: str, next_step: str) -> Remark:
        return Remark(self.composed.key, field, weight, code, what, next_step)


def _alerts(subject: _Subject) -> Iterator[Remark]:
    """ "Alert" is said of a National Patient Safety Alert only."""
    if subject.family == NATPSA:
        return
    for field, text in subject.fields():
        unquoted = _without_quotes(text)
        if _NATIONAL.search(unquoted):
            yield subject.remark(
                field, Weight.WRONG, "not-an-alert", "It is called a National Patient Safety Alert and is none.",
                f"Call it what it is: {subject.composed.own.headline.partition(':')[0]}.",
            )  # fmt: skip
        elif (
            field in subject.composed.edited
            and subject.family not in _CALLED_ALERT
            and _ALERT.search(subject.worded(text))
        ):
            yield subject.remark(
                field, Weight.LOOK, "not-an-alert", "It is called an alert, which only a National Patient Safety "
                "Alert is.", "Say recall, notification or safety update.",
            )  # fmt: skip


def _empty_words(subject: _Subject) -> Iterator[Remark]:
    for field, text in subject.fields():
        found = _EMPTY_WORDS.search(subject.worded(text))
        if found:
            yield subject.remark(
                field, Weight.WRONG, "be-aware", f"“{found[0]}” names no check.",
                "Name the check: what to look at, where, by when.",
            )  # fmt: skip


def _link(subject: _Subject) -> Iterator[Remark]:
    if not is_web_address(subject.item.url):
        yield subject.remark(
            "", Weight.WRONG, "no-link", "The item has no link to its source.",
            "Add the notice with its address, or leave the item out.",
        )  # fmt: skip
    for field, text in subject.fields(only_edited=True):
        if _URL.search(text):
            yield subject.remark(
                field, Weight.LOOK, "second-link", "It holds an address; an item has one link, to its source.",
                "Take the address out, or name the place in words.",
            )  # fmt: skip


def _length(subject: _Subject) -> Iterator[Remark]:
    item, most = subject.item, most_words(subject.item.rag, subject.composed.length)
    if item.length > most:
        yield subject.remark(
            "", Weight.WRONG if item.length > max(most, subject.composed.own.length) else Weight.LOOK, "too-long",
            f"It has {item.length} words; {most} is the most for this priority and length.",
            "Shorten it, or choose another length.",
        )  # fmt: skip
    if len(item.actions) > MOST_ACTIONS:
        yield subject.remark(
            _ALL_ACTIONS, Weight.WRONG, "too-many-actions", f"It asks for {len(item.actions)} actions.",
            f"Keep the {MOST_ACTIONS} that matter most; the notice has the rest.",
        )  # fmt: skip
    has_room = item.length + ROOM <= most or "why" in subject.composed.edited
    if not item.why and has_room and subject.composed.length is not Length.SHORT:
        yield subject.remark(
            "why", Weight.LOOK, "no-why", "It does not say why.",
            "Say it in a sentence; where there is no room for it, choose the full length.",
        )  # fmt: skip
    if not item.headline:
        yield subject.remark("headline", Weight.WRONG, "no-headline", "It has no headline.", "Write one.")


def _shouting(subject: _Subject) -> Iterator[Remark]:
    source = subject.source
    for field, text in subject.fields(only_edited=True):
        shouted = (one[0] for one in _CAPITALS.finditer(subject.worded(text)))
        found = next((one for one in shouted if one not in _NAMES and (one == "!" or one not in source)), "")
        if found:
            what = "It has an exclamation mark." if found == "!" else f"“{found}” is in capitals."
            yield subject.remark(field, Weight.LOOK, "shouting", what, "Write it as any sentence.")


def _doses(subject: _Subject) -> Iterator[Remark]:
    """A dose, strength or amount in an editor's words that the notice does not have so."""
    source = {_amount(found) for found in _AMOUNT.finditer(subject.source)}
    for field, text in subject.fields(only_edited=True):
        for found in _AMOUNT.finditer(text):
            if _amount(found) in source or _is_span(found, text):
                continue
            is_dose = bool(_DOSES.search(found[2]))
            yield subject.remark(
                field, Weight.WRONG if is_dose else Weight.LOOK, "dose-changed" if is_dose else "number-changed",
                f"“{found[0].strip()}” does not stand in the notice.", "Give the amount as the notice writes it.",
            )  # fmt: skip


def _amount(found: re.Match[str]) -> str:
    unit = found[2].casefold().removesuffix("s")
    return f"{_THOUSANDS.sub('', found[1])}{_UNITS.get(unit, unit)}"


def _is_span(found: re.Match[str], text: str) -> bool:
    """How far back or ahead somebody is to look: “the last 12 months”."""
    return bool(_SPANS.match(found[2]) and _SPAN.search(text[: found.start()]))


def _stopping(subject: _Subject) -> Iterator[Remark]:
    """Whether people are told to stop is the notice's to say."""
    if subject.family not in MEDICINES or subject.notice is None:
        return
    notice_stops = any(map(says_stop, sentences(subject.notice.text)))
    for field, text in subject.fields(only_edited=True):
        told = sentences(_NEW_STARTS.sub(" ", subject.worded(text)))
        if not notice_stops and any(map(says_stop, told)):
            yield subject.remark(
                field, Weight.WRONG, "says-stop", "It tells people to stop a medicine; the notice does not.",
                "Say that patients should not stop a medicine without advice.",
            )  # fmt: skip
    is_edited = "patients" in subject.composed.edited
    if is_edited and not notice_stops and not _KEEPS.search(field_text(subject.item, "patients")):
        yield subject.remark(
            "patients", Weight.WRONG, "do-not-stop", "It no longer says that nobody stops without advice.",
            f"Add: {DO_NOT_STOP}",
        )  # fmt: skip


def _locked(subject: _Subject) -> Iterator[Remark]:
    """What the notice insists on and an edit dropped: keep using until replaced, the black triangle."""
    patients = field_text(subject.composed.own, "patients")
    kept = field_text(subject.item, "patients")
    if "keep-using" in subject.flags and "patients" in subject.composed.edited and patients and patients not in kept:
        yield subject.remark(
            "patients", Weight.WRONG, "keep-using", "The notice says to keep using it until it is replaced, and its "
            "words were changed.", f"Keep this sentence: {patients}",
        )  # fmt: skip
    if _BLACK_TRIANGLE in subject.composed.own.headline and _BLACK_TRIANGLE not in subject.item.headline:
        yield subject.remark(
            "headline", Weight.WRONG, "black-triangle", "The black triangle of the product's name was left out.",
            f"Keep it: {_BLACK_TRIANGLE}.",
        )  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def _without_quotes(text: str) -> str:
    """The text without what is quoted from the notice."""
    return re.sub(r"“[^”]*”", " ", text)


_CHECKS: tuple[Callable[[_Subject], Iterator[Remark]], ...] = (
    _alerts,
    _empty_words,
    _link,
    _length,
    _shouting,
    _doses,
    _stopping,
    _locked,
)
