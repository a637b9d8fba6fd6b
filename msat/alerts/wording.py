"""What a notice says in sentences: advice, what it replaces, that it updates an earlier one, that all batches go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msat.alerts.model import Fact, Where
from msat.alerts.notice import LONGEST_TITLE, Notice
from msat.alerts.reference import Reference, find
from msat.alerts.text import Line, plain_text

_TO_PATIENTS = re.compile(
    r"\badvice (?:for|to) (?:patients?|the public|consumers?|parents"
    r"|people)\b|\bprovide to patients\b|\binformation for patients\b"
    r"|\Apatients?\Z|\bpatient advice\b",
    re.IGNORECASE,
)
_TO_PROFESSIONALS = re.compile(
    r"\Aadvice (?:for|to) (?!patients|the public|consumers)|\Aactions?(?: required)?\Z"
    r"|\Ainformation for health|\Arecommendations?\Z"
    r"|\Ahealthcare professionals?\Z",
    re.IGNORECASE,
)
_PATIENTS_SHOULD = re.compile(
    r"\A\W{0,3}(?:all |any )?patients? (?:should|must|do not|does not|need|can|are advised|who (?:have|are|may))\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_ADVICE = 600

_UPDATE_TITLE = re.compile(
    r"\A\W{0,3}(?:updated?|correct(?:ion|ed)|re-?issued?|amend(?:ed"
    r"|ment))\b[^:]{0,30}|\bupdate to\b.{0,60}|\(updated?\b[^)]{0,60}\)?",
    re.IGNORECASE,
)
_UPDATE_TEXT = re.compile(
    r"\bthis (?:notice|alert|notification|recall|message|information"
    r"|page)\b(?! (?:has been|was|is) (?:issued|sent)\b).{0,40}?\b(?:replaces|updates|supersedes"
    r"|corrects|amends|has been (?:updated|corrected|amended|revised)|is an? (?:update|correction|amendment)\b)"
    r"|\bthis is an? (?:update|correction|amendment) (?:to|of)\b"
    r"|\A\W{0,3}(?:updated?|correct(?:ion|ed))\b\s?(?::|on\b|[0-9]).{0,200}",
    re.IGNORECASE,
)
_REPLACES = re.compile(
    r"\b(?:supersed(?:es|ing)|replac(?:es|ing|ement (?:of|for))|(?:is an? )?(?:replacement and )?update (?:to"
    r"|of)|updates)\b",
    re.IGNORECASE,
)
# How the publisher marks the title of a page that no longer stands; a withdrawn medicine is not said in brackets.
_WITHDRAWN_TITLE = re.compile(r"\s{0,3}\[\s?withdrawn\s?\]", re.IGNORECASE)
_JOIN = re.compile(r"\s{0,2}(?:,|and|&|,\s?and)\s{0,2}", re.IGNORECASE)
_PARTLY = re.compile(r"\b(?:part(?:ly|ially)|in part|not|may|might|could|temporarily)\s\Z", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:superseded|replaced) by\b", re.IGNORECASE)
_ALL_BATCHES = re.compile(
    r"\ball (?:(?:unexpired|distributed|remaining|in-date|current|marketed"
    r"|uk|in[\s-]use|available|known|previously|supplied) ){0,4}(?:batches"
    r"|lots)\b"
    r"(?! (?:listed|above|below|mentioned|affected|not|other|shown|in the table|specified|within|distributed since))"
    r"(?:(?: of)? [^.;,:]{0,80}?(?= (?:is|are|was|were|as|due|from|because|following|to|with)\b|[.,;:]|\Z))?",
    re.IGNORECASE,
)
_RECALLING = re.compile(r"\brecall|\bwithdraw|\bquarantin|\baffect", re.IGNORECASE)
_NARROWED = re.compile(
    r"\b(?:not|no|only|unaffected|other|except|excluding|listed|above|below|certain|some|specific|following)\b",
    re.IGNORECASE,
)


def sentences(line: str) -> Iterator[str]:
    """The sentences of one line, each a literal part of it."""
    return (sentence for sentence in _SENTENCE_END.split(line) if sentence.strip())


def _advice(notice: Notice, heading: re.Pattern[str], unless: re.Pattern[str] | None) -> Fact | None:
    for section in notice.sections:
        if not section.lines or not heading.search(section.heading) or (unless and unless.search(section.heading)):
            continue
        lines = prose_run(section.lines)
        if lines:
            words = beginning(lines)
            return Fact(" ".join(words.split("\n")), words, Where.TEXT)
    return None


def prose_run(lines: Sequence[Line]) -> list[str]:
    """The first lines of prose that stand together, without a table between them: joined they are words of the text."""
    texts: list[str] = []
    for line in lines:
        if not line.in_table:
            texts.append(line.text)
        elif texts:
            break
    return texts


def beginning(lines: list[str]) -> str:
    """The first whole sentences of some lines, as they stand; a line that ends in a colon takes the next."""
    words = lines[0]
    for line in lines[1:4]:
        if not words.endswith(":") or len(words) + len(line) > _ADVICE:
            break
        words = f"{words}\n{line}"
    if len(words) <= _ADVICE:
        return words
    kept = 0
    for sentence in _SENTENCE_END.finditer(words, 0, _ADVICE):
        kept = sentence.start()
    return words[: kept or _ADVICE]


def patient_advice(notice: Notice) -> Fact | None:
    """What patients are to be told: the section about it, else the first sentence that says what patients should do."""
    found = _advice(notice, _TO_PATIENTS, None)
    if found:
        return found
    for line in notice.prose():
        for sentence in sentences(line):
            if _PATIENTS_SHOULD.search(sentence) and len(sentence) <= _ADVICE:
                return Fact(sentence, sentence, Where.TEXT)
    return None


def professional_advice(notice: Notice) -> Fact | None:
    """How the advice to professionals begins."""
    return _advice(notice, _TO_PROFESSIONALS, _TO_PATIENTS)


def update(notice: Notice) -> Fact | None:
    """The notice's own words that it updates or corrects an earlier one."""
    match = _UPDATE_TITLE.search(notice.title[:LONGEST_TITLE])
    if match:
        return Fact(match.group().strip(" :()"), match.group().strip(), Where.TITLE)
    for line in list(notice.prose())[:40]:
        for sentence in sentences(line):
            match = _UPDATE_TEXT.search(sentence)
            if match and len(sentence) <= _ADVICE:
                return Fact(sentence, sentence, Where.TEXT)
    return None


def supersedes(notice: Notice, own: str) -> tuple[Fact, ...]:
    """The alerts that this one says it supersedes, replaces or updates, each with the words."""
    found: dict[str, Fact] = {}
    for text, where in ((notice.title[:LONGEST_TITLE], Where.TITLE), *((line, Where.TEXT) for line in notice.prose())):
        for sentence in sentences(text):
            match = _REPLACES.search(sentence)
            if not match or _PASSIVE.search(sentence) or _of_others(sentence[: match.start()], own):
                continue
            partly = _PARTLY.search(sentence[: match.start()])
            begin = partly.start() if partly else match.start()
            for reference in _joined(sentence, match.end()):
                if reference.value != own and not reference.is_case:
                    words = sentence[begin : reference.start + len(reference.words)]
                    found.setdefault(reference.value, Fact(reference.value, words, where))
    return tuple(found.values())


def _of_others(before: str, own: str) -> bool:
    """Whether the words before the verb name another alert only: it is that one which supersedes."""
    named = {reference.value for reference in find(before) if not reference.is_case}
    return bool(named) and own not in named


def _joined(sentence: str, start: int) -> Iterator[Reference]:
    """The references directly after `start`: the first one near it, and those joined to it by "and" or a comma."""
    end = 0
    for reference in find(sentence):
        if reference.start < start:
            continue
        between = sentence[end : reference.start] if end else ""
        if (not end and reference.start > start + 120) or (end and not _JOIN.fullmatch(between)):
            return
        yield reference
        end = reference.start + len(reference.words)


def all_batches(notice: Notice) -> tuple[Fact, ...]:
    """Sentences that recall every batch. "All batches listed" and "no other batches" do not."""
    places = [(notice.title[:LONGEST_TITLE], Where.TITLE), *((line, Where.TEXT) for line in notice.prose())]
    for text, where in places:
        for sentence in sentences(text):
            match = _ALL_BATCHES.search(sentence)
            if match and (where is Where.TITLE or _RECALLING.search(sentence)) and not _NARROWED.search(sentence):
                return (Fact(match.group(), match.group(), where),)
    return ()


def withdrawn(notice: Notice) -> Fact | None:
    """The publisher's own stamp on a notice that no longer stands."""
    stamp = notice.item.withdrawn
    if stamp is None:
        marked = _WITHDRAWN_TITLE.match(notice.title)
        return Fact("Withdrawn by the publisher.", marked.group().strip(), Where.TITLE) if marked else None
    said = " ".join(plain_text(stamp.explanation).split("\n")) or "Withdrawn by the publisher."
    return Fact(said, stamp.explanation, Where.PUBLISHER)
