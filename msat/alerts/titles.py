"""Divides a title into company and products. Company names contain commas and "T/A", products contain commas too, and
either may stand first: where the line between them is not certain, the title is not divided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from msat.alerts.firms import BRACKETED, FORM, has_amount, is_firm, is_name_of, names_medicine, sounds_like_a_firm
from msat.alerts.reference import find

_CLASSED = re.compile(r"\W{0,3}(?:(?:updated?|correction|withdrawn)\W{1,3})?class\s{0,2}[1-4]\b", re.IGNORECASE)
_PREFIX = re.compile(
    r"\A\W{0,3}(?:(?:updated?|correction)\s{0,2}[:\-–]\s{0,2}|withdrawn\]\s{0,2})?"
    r"(?:fmd alert\s?:?\s?|drug alert\s?:?\s?|cas alert\s?[:\-–]?\s?)?"
    r"(?:class\s{0,3}[1-4]\s{0,2}[:,]?\s{0,2}(?:fmd\s)?(?:\([^)]{0,40}\)\s?)?)?"
    r"(?:medicines?\s(?:recall|defect\s(?:notification|information)|notification)"
    r"|company[\s-]led\smedicines?\srecall|drug\srecall)?"
    r"(?:\s{0,2}[:,\-–]\s{0,2}|\s{1,2})?(?:action\s(?:now|within\s\w+\s\w+).{0,40}level(?:\srecall)?\W{0,3})?",
    re.IGNORECASE,
)
_TRADING = r"(?:,?\s?\(?\s?(?:T/A|t/a|[Tt]rading as|[Tt]rading style:?)\s[^,()]{2,60}\)?)?"
_FIRST = re.compile(
    r"\s{0,2}(?P<company>[^,;:]{1,80}?" + FORM + BRACKETED + _TRADING + r")\s{0,2}(?P<stop>,|:|–|-|/|(?=\s)|\Z)",
    re.DOTALL,
)
_TRADES = re.compile(_TRADING)
_TRADES_AS = re.compile(r"\A,?\s?(?:T/A|trading as)\s", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:products|medicines)\b", re.IGNORECASE)
_APART = re.compile(r"\s{0,2}(?:,|;|\s[-–])\s{1,2}")
_LAST = re.compile(r"(?:,|;|\s[-–])\s{0,2}(?P<company>[^,;–]{2,80}?" + FORM + BRACKETED + r")\s{0,2}\Z")
_MADE_BY = re.compile(r",?\s(?:which is )?manufactured by (?P<company>[^(;:]{2,80}?)\s{0,2}(?:\(|\Z|;|:|, PL\b)")
_TAIL = re.compile(
    r"(?:\s{0,2}[-–(,]{1,2}\s{0,2}(?:[a-z-]{0,14}\s)?(?:(?:patient"
    r"|pharmacy|wholesaler)[\s-]level )?(?:recall|withdrawal)\b.*"
    r"|\sincorrectly\s.*|\s{0,2}[,(]?\s{0,2}\b(?:batch(?:es)?|lots?)\b(?:\snumbers?)?:?\s[^()]{0,80}[0-9][^()]{0,40}\)?)\Z",
    re.IGNORECASE,
)
LICENCE = re.compile(
    r"\b(?P<kind>PL(?:GB|NI|PI)?|THR|MA)\s{0,2}:?\s{0,2}(?P<number>[0-9]{4,5}\s?/\s?[0-9]{4}(?:[-/][0-9]{1,4})?)\b"
    r"|\b(?P<central>EU/1/[0-9]{2}/[0-9]{2,4}(?:/[0-9]{3}(?:-[0-9]{1,3})?)?)\b",
    re.IGNORECASE,
)
_EDGES = " ,;:–-(["
_KIND_WORDS = re.compile(
    r"(?:(?:cas|mhra|dhsc|nhs|natpsa|national|patient|safety|alerts?|urgent|important|immediate|action|please|read|notices?"
    r"|recalls?|medicines?|drugs?|device|class|level|pharmacy|wholesaler|notifications?|defects?|information|supply|messages?"
    r"|update|updated|new|re|fw|fwd|for|your|attention|within|hours|days|required|the|a|of|and|to|on|company|led"
    r"|[0-9]{1,2})(?:\W+|\Z))+",
    re.IGNORECASE,
)
"""A line of nothing but these says what kind of message it is, and names no product."""


@dataclass(frozen=True, slots=True)
class TitledProduct:
    """A product as a title names it, with its licence number where that is printed, and the words."""

    name: str
    licence: str
    words: str


def licence_number(found: re.Match[str]) -> str:
    """A licence number in the form "PL 17780/0858"."""
    return found["central"] or f"{found['kind'].upper()} {found['number'].replace(' ', '')}"


def is_classed(text: str) -> bool:
    """Whether a line begins as the title of a recall does ("Class 2 ...")."""
    return bool(_CLASSED.match(text))


def unclassed(text: str) -> str:
    """A line without its "Class 2 Medicines Recall:" and without reference numbers."""
    references = find(text)
    rest = text[: references[0].start] if references else text
    prefix = _PREFIX.match(rest)
    return _trim(rest[prefix.end() :] if prefix else rest)


def divide(title: str, company: str = "") -> tuple[str, str]:
    """A title as (company, products); either may be empty. `company` is its name as the text gives it.

    Which half is the firm is told by its name in the text, then by legal forms, then by words of the trade; where none
    of them tells, the company is empty and the title is left whole.
    """
    rest = unclassed(title)
    if company:
        divided = _around(rest, company)
        if divided:
            return divided
    end = _companies(rest)
    if end and _trim(rest[end:]):
        return _trim(rest[:end]), _trim(rest[end:])
    found = _LAST.search(rest) or _MADE_BY.search(rest)
    if found and not has_amount(found["company"]) and not is_firm(_trim(rest[: found.start()])):
        return found["company"].strip(), _trim(rest[: found.start()])
    return _beside_a_medicine(rest)


def _around(rest: str, company: str) -> tuple[str, str] | None:
    """A title divided at the company that the text names, whichever of its ends that stands at."""
    if rest.startswith(company):
        behind = rest[len(company) :]
        trades = _TRADES.match(behind)
        if trades and trades.group() and not has_amount(trades.group()) and _trim(behind[trades.end() :]):
            behind = behind[trades.end() :]
        return company, _trim(_TRADES_AS.sub("", behind))
    for first, last in _halves(rest):
        if is_name_of(last, company):
            return last, first
        if is_name_of(first, company):
            return first, last
    return None


def _beside_a_medicine(rest: str) -> tuple[str, str]:
    """A title of which one end sounds like a firm and the other is a medicine; else it is left whole."""
    for first, last in _halves(rest):
        if sounds_like_a_firm(first) and (names_medicine(last) or _SEVERAL.search(last)):
            return first, last
        if sounds_like_a_firm(last) and names_medicine(first):
            return last, first
    return "", rest


def _halves(text: str) -> list[tuple[str, str]]:
    """A text cut at its first and at its last comma or dash."""
    cuts = list(_APART.finditer(text))
    chosen = [cuts[0], cuts[-1]] if cuts else []
    return [(_trim(text[: cut.start()]), _trim(text[cut.end() :])) for cut in chosen]


def _companies(text: str) -> int:
    """Where the company or companies that a text begins with end; 0 when it begins with none."""
    end = 0
    while found := _FIRST.match(text, end):
        if has_amount(found["company"]) or found["stop"] == "/":
            break
        end = found.end()
        if found["stop"] != "," or end >= len(text):
            break
    return end


def products_of(text: str) -> list[TitledProduct]:
    """The products in a title's product part: one for each licence number, or one where there is none.

    A firm's name is no product: where nothing else is left, there is none.
    """
    made: list[TitledProduct] = []
    start, name = 0, ""
    for found in LICENCE.finditer(text):
        name = _bare(text[start : found.start()]) or name
        if name and not _KIND_WORDS.fullmatch(name) and not is_firm(name):
            made.append(TitledProduct(name, licence_number(found), text[start : found.end()].strip(_EDGES)))
        start = found.end()
    whole = _bare(text)
    if not made and len(whole) > 3 and not _KIND_WORDS.fullmatch(whole) and not is_firm(whole):
        made.append(TitledProduct(whole, "", text))
    return made[:40]


def _bare(text: str) -> str:
    """A product's name without the joining words before it and the remarks behind it."""
    text = re.sub(r"\A\W{0,4}(?:and\b)?\W{0,3}", "", text)
    return _trim(_TAIL.sub("", _trim(text)))


def _trim(text: str) -> str:
    text = text.strip(_EDGES + "\u00a0")
    opened, closed = text.count("("), text.count(")")
    return text[1:].strip(_EDGES) if closed > opened and text.startswith(")") else text
