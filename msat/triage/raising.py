"""Which of the exceptions hold for an alert: by the names of its medicines, by its sentences, by nation. Pure.

Says what holds and in whose words; decide.py says what follows. Never lowers anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from msat.alerts.model import Alert, Where
from msat.triage.exceptions import Also, Medicines, RuleException
from msat.triage.fit import NO_QUOTE, Quote, Subject, quote, texts
from msat.triage.model import OrganisationKind
from msat.triage.reading import pattern
from msat.triage.rules import RuleBase
from msat.working_days import Site

# Exceptions that hold by the medicine's name, then those that hold by what a sentence says: the order of the reasons.
_BY_NAME = ("E03", "E04", "E08", "E09")
_BY_WORDS = ("E05", "E07", "E10")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_LONGEST_SENTENCE = 1_000
# Far beyond any notice; a body of megabytes is a list, whose items are read one by one.
_MOST_TEXT = 400_000
_LONGEST_QUOTE = 400
# A notice of many products can say "all batches" for each; a few are quoted.
_MOST_STATEMENTS = 5

NATION_NAMES = {
    "england": "England",
    "wales": "Wales",
    "scotland": "Scotland",
    "northern-ireland": "Northern Ireland",
}
_NATIONS = re.compile("|".join(NATION_NAMES.values()))
_WHOLE_COUNTRY = re.compile(r"\b(?:UK|U\.K\.|United Kingdom|all four nations|four nations|devolved)\b", re.IGNORECASE)
# A nation that is left out of those addressed; any other "not" beside a nation says nothing of whom it is for.
_LEFT_OUT = re.compile(
    r"\bnot (?:appl(?:y|icable)|relevant|intended|addressed|issued|for|to be actioned)\b"
    r"|\b(?:excluding|except|other than|outside)(?: for| in| of)?(?: NHS)? "
    r"(?:England|Wales|Scotland|Northern Ireland)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no|never)\b", re.IGNORECASE)
# Where a source abroad publishes; a worldwide one addresses this country too.
_ABROAD = {"us": "the United States", "eu": "the European Union", "abroad": "another country", "ireland": "Ireland"}
_EVERYWHERE = "world"


@dataclass(frozen=True, slots=True)
class Holding:
    """An exception that holds: its sentence for people, the words it rests on, the flag, and what the names rest on."""

    exception: RuleException
    text: str
    words: Quote = NO_QUOTE
    flag: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Words:
    """A notice cut into sentences once, for every exception that looks for one. Not slotted: it remembers them."""

    alert: Alert

    @cached_property
    def sentences(self) -> tuple[Quote, ...]:
        """Every sentence or line with its place; overlong ones are cut, so that each is a literal piece of the text."""
        return tuple(
            Quote(sentence, where)
            for text, where in texts(self.alert)
            for sentence in (piece.strip()[:_LONGEST_SENTENCE] for piece in _SENTENCE_END.split(text[:_MOST_TEXT]))
            if sentence
        )

    def saying(self, says: Iterable[str], unless_says: Iterable[str] = ()) -> Quote | None:
        """The first sentence that matches one of `says` and none of `unless_says`."""
        wanted, unwanted = [pattern(p) for p in says], [pattern(p) for p in unless_says]
        for sentence in self.sentences:
            if any(p.search(sentence.words) for p in wanted) and not any(p.search(sentence.words) for p in unwanted):
                return sentence
        return None


def holding(subject: Subject, rules: RuleBase, kind: OrganisationKind, site: Site) -> Iterator[Holding]:
    """The exceptions E03 to E10 and E16 that hold for `subject`, with the reason as it is told to `kind`."""
    words = Words(subject.alert)
    for exception in map(rules.exception, _BY_NAME):
        yield from _by_name(subject, exception, words, kind)
    yield from _all_batches(subject, rules.exception("E06"), words, kind)
    for exception in map(rules.exception, _BY_WORDS):
        if exception.speaks_of(subject.family):
            said = words.saying(exception.says, exception.unless_says)
            if said is not None:
                yield Holding(exception, exception.reason_to(kind), _short(said), exception.flag)
    yield from _of_another_nation(subject, rules.exception("E16"), words, kind, site)


def _by_name(
    subject: Subject, exception: RuleException, words: Words, kind: OrganisationKind
) -> Iterator[Holding]:
    if subject.family in exception.not_families:
        return
    if not exception.speaks_of(subject.family) and not words.saying(exception.elsewhere_says):
        return
    for medicines in exception.medicines:
        named = _named(subject.alert, medicines)
        if named is None:
            continue
        medicine, said = named
        values = {"medicine": medicine, "kind_of_medicine": medicines.name, "note": medicines.note}
        text = exception.reason_to(kind).format(**values).strip()
        basis = "proposal" if "proposal" in (exception.basis, medicines.basis) else exception.basis
        yield Holding(exception, text, said, exception.flag, basis)
        if exception.also is not None:
            yield _also(exception, exception.also, words, medicine)
        return


def _named(alert: Alert, medicines: Medicines) -> tuple[str, Quote] | None:
    """The name as written and where it stands: in the title, else among the products."""
    medicine = medicines.found_in(alert.title)
    if medicine:
        return medicine, Quote(medicine, Where.TITLE.value)
    for product in alert.products:
        medicine = medicines.found_in(f"{product.name} {product.active_ingredient}")
        if medicine:
            if medicine in product.words:
                return medicine, _short(Quote(product.words, product.where.value), medicine)
            return medicine, Quote(medicine, Where.TEXT.value) if medicine in alert.text else NO_QUOTE
    return None


def _also(exception: RuleException, also: Also, words: Words, medicine: str) -> Holding:
    said = words.saying(also.says)
    if said is None:
        against = words.saying(also.unless_says, also.says)
        if against is not None:
            return Holding(exception, also.unless_reason, _short(against))
    reason = also.reason.format(medicine=medicine)
    return Holding(exception, reason, _short(said) if said else NO_QUOTE, also.flag)


def _all_batches(
    subject: Subject, exception: RuleException, words: Words, kind: OrganisationKind
) -> Iterator[Holding]:
    if not exception.speaks_of(subject.family):
        return
    said = [quote(fact) for fact in subject.alert.all_batches[:_MOST_STATEMENTS]]
    if not said:
        sentence = words.saying(exception.says, exception.unless_says)
        said = [_short(sentence)] if sentence else []
    for statement in said:
        yield Holding(exception, exception.reason_to(kind), statement, exception.flag)


def _of_another_nation(
    subject: Subject, exception: RuleException, words: Words, kind: OrganisationKind, site: Site
) -> Iterator[Holding]:
    """E16. A sentence that addresses this nation, or the whole country, outweighs one that addresses another."""
    if not exception.speaks_of(subject.family):
        return
    addressed, said = _addressed(subject, exception, words, site)
    if addressed:
        values = {"nation": addressed, "here": NATION_NAMES[site.nation]}
        yield Holding(exception, exception.reason_to(kind).format(**values), _short(said), exception.flag)


def _addressed(subject: Subject, exception: RuleException, words: Words, site: Site) -> tuple[str, Quote]:
    """To which other nation it is addressed, in words, and what says so; nothing when it is addressed here too."""
    alert = subject.alert
    if alert.nation and alert.nation != _EVERYWHERE:
        return _ABROAD.get(alert.nation, alert.nation.title()), NO_QUOTE
    by_sentence = _by_sentences(exception, words, NATION_NAMES[site.nation])
    if by_sentence is not None:
        return by_sentence
    for nation, issuers in exception.issuers.items():
        if nation != site.nation and subject.issuer in issuers:
            return NATION_NAMES[nation], quote(alert.reference or alert.issuer)
    return "", NO_QUOTE


def _by_sentences(exception: RuleException, words: Words, here: str) -> tuple[str, Quote] | None:
    """What the sentences say of whom they address; None when none says anything of it."""
    other: tuple[str, Quote] | None = None
    for sentence in words.sentences:
        named = dict.fromkeys(_NATIONS.findall(sentence.words))
        if not named or not _addresses(exception, sentence):
            continue
        if _LEFT_OUT.search(sentence.words):
            other = other or ((f"nations other than {here}", sentence) if here in named else None)
        elif _NOT.search(sentence.words):
            continue
        elif here in named or _WHOLE_COUNTRY.search(sentence.words):
            return "", NO_QUOTE
        else:
            other = other or (" and ".join(named), sentence)
    return other


def _addresses(exception: RuleException, sentence: Quote) -> bool:
    def said(patterns: Iterable[str]) -> bool:
        return any(pattern(words).search(sentence.words) for words in patterns)

    return said(exception.says) and not said(exception.unless_says)


def _short(said: Quote, keep: str = "") -> Quote:
    """Words that fit on a screen: overlong ones are cut at a blank, and stay a literal piece of the text."""
    if len(said.words) <= _LONGEST_QUOTE:
        return said
    start = max(said.words.find(keep) - _LONGEST_QUOTE // 2, 0) if keep else 0
    cut = said.words[start : start + _LONGEST_QUOTE].rpartition(" ")[0] or said.words[start : start + _LONGEST_QUOTE]
    return Quote(cut, said.where)
