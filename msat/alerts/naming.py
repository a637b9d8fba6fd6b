"""Who makes the product and what it is called: from the notice's own sections, else from its title.

Company names contain commas and "T/A"; where a title cannot be divided with certainty it is not divided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from msat.alerts.model import Fact, Product, Where
from msat.alerts.notice import LONGEST_TITLE, Notice, Section
from msat.alerts.reference import find

_HOLDER = re.compile(
    r"\A(?:marketing authori[sz]ation holder|mah\b|company(?: name)?s?\b|licen[cs]e holder)", re.IGNORECASE
)
_MEDICINE = re.compile(
    r"\A(?:medicine(?: |-)?details?|product (?:description|details?|information)|affected (?:products?|medicines?)|medicines? affected)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\A(?P<label>company(?: name)?|marketing authori[sz]ation holder(?: \(mah\))?|mah|licen[cs]e holder)\s?[:|]\s?(?P<value>.{2,200})\Z",
    re.IGNORECASE,
)

_PREFIX = re.compile(
    r"\A\W{0,3}(?:updated?\s{0,2}[:\-–]\s{0,2})?(?:fmd alert\s?:?\s?|drug alert\s?:?\s?)?"
    r"(?:class\s{0,3}[1-4]\s{0,2}[:,]?\s{0,2}(?:fmd\s)?(?:\([^)]{0,40}\)\s?)?)?"
    r"(?:medicines?\s(?:recall|defect\s(?:notification|information)|notification)|company[\s-]led\smedicines?\srecall|medicines?\srecall)?"
    r"(?:\s{0,2}[:,\-–]\s{0,2}|\s{1,2})?(?:action\s(?:now|within\s\w+\s\w+).{0,40}level(?:\srecall)?\W{0,3})?",
    re.IGNORECASE,
)
_FORM = (
    r"(?:Limited|Ltd|PLC|Plc|plc|P\.L\.C|LLP|GmbH|AG|A/S|SA|S\.A\.|SpA|S\.p\.A\.|NV|N\.V\.|BV|B\.V\.|AB|Oy|Inc|LLC|Corporation|Corp"
    r"|EHF|Laboratories|S\.r\.l\.|Srl|SAS|KG|UAB|PTC)\.?"
)
_TRADING = r"(?:,?\s?(?:\(\s?)?(?:T/A|t/a|trading as|Trading as|Trading style:?)\s[^,()]{2,60}\)?)?"
_BRACKETED = r"(?:\s\([^()]{2,60}\))?"
_COMPANY = re.compile(
    r"\A(?P<company>[^,;:]{1,80}?\b"
    + _FORM
    + r"(?![\w])"
    + _BRACKETED
    + _TRADING
    + r")\s{0,2}(?P<stop>,|:|–|-|/|(?=\s)|\Z)",
    re.ASCII | re.DOTALL,
)
_LAST_COMPANY = re.compile(r"(?:,|;)\s{0,2}(?P<company>[^,;]{2,80}?\b" + _FORM + _BRACKETED + r")\s{0,2}\Z")
_MADE_BY = re.compile(r"\bmanufactured by (?P<company>[^,;(]{2,80}?)\s{0,2}(?:\(|\Z|,|;)")
_LICENCE = re.compile(
    r"\b(?P<kind>PL(?:GB|NI|PI)?|THR|MA)\s{0,2}:?\s{0,2}(?P<number>[0-9]{4,5}/[0-9]{4}(?:[-/][0-9]{1,4})?)\b|\b(?P<central>EU/1/[0-9]{2}/[0-9]{2,4}(?:/[0-9]{3}(?:-[0-9]{1,3})?)?)\b",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"\Aactive (?:pharmaceutical )?(?:ingredients?|substances?)(?:\(s\))?\s?[:|]\s?(?P<value>.{2,300})\Z", re.IGNORECASE
)
_SNOMED = re.compile(r"\bSNOMED\b.{0,24}?(?P<value>[0-9]{6,18})\b", re.IGNORECASE)
_GTIN = re.compile(r"\bGTIN\b.{0,24}?(?P<value>[0-9]{8,14})\b", re.IGNORECASE)
_FACTUAL = re.compile(
    r"\A(?:PL|PLGB|THR|MA|EU/1|active |snomed|gtin|ean|batch|lot|livery|nhs|dm\+d|amp|vmp|pip|licen[cs]e)\b|\Aactive ",
    re.IGNORECASE,
)
_MOST = 80


def company(notice: Notice) -> Fact | None:
    """The marketing authorisation holder's own section, else a labelled line, else the title where it is certain."""
    section = notice.section(_HOLDER)
    if section:
        lines = [line.text for line in section.lines[:4] if len(line.text) <= 200 and not line.in_table]
        if lines:
            return Fact(", ".join(lines), "\n".join(lines), Where.TEXT)
    for line in notice.prose():
        found = _LABELLED.match(line)
        if found:
            return Fact(found["value"], line, Where.TEXT)
    divided = _divided(notice)
    return Fact(divided[0], divided[0], Where.TITLE) if divided and divided[0] else None


def products(notice: Notice) -> tuple[Product, ...]:
    """The products of the medicine sections; else what the title says besides class, company and reference."""
    named = [product for section in _medicine_sections(notice) for product in _in_section(section, notice)]
    kept: dict[tuple[str, str], Product] = {}
    for product in named[:_MOST]:
        kept.setdefault((product.name, product.licence), product)
    if kept:
        return tuple(kept.values())
    divided = _divided(notice)
    return (_titled(divided[1]),) if divided and divided[1] else ()


def named_lines(notice: Notice) -> tuple[tuple[int, str], ...]:
    """The product each medicine section names first, with the number of the line it stands on."""
    return tuple(
        (section.first, product.name)
        for section in _medicine_sections(notice)
        for product in _in_section(section, notice)[:1]
    )


def _medicine_sections(notice: Notice) -> Iterator[Section]:
    return (section for section in notice.sections if _MEDICINE.search(section.heading) and section.lines)


def _in_section(section: Section, notice: Notice) -> list[Product]:
    """The products of one section: a name line, then the facts about it."""
    made: list[Product] = []
    for line in section.lines[:60]:
        text = line.text
        if line.in_table:
            continue
        if not _FACTUAL.match(text):
            if len(text) <= 300 and (not made or _LICENCE.search(text) or made[-1].licence):
                made.append(_named(text, notice))
        elif made:
            made[-1] = _with(made[-1], text)
    return made


def _named(text: str, notice: Notice) -> Product:
    """A product by the line that names it. Some pages repeat their title there."""
    name = text
    if text == notice.title or _PREFIX_SAYS(text):
        divided = _divided_text(text)
        name = divided[1] or text
    found = _LICENCE.search(name)
    name = name[: found.start()].rstrip(" ,(–-") or name if found else name
    return _with(Product(name, text, Where.TEXT), text)


def _PREFIX_SAYS(text: str) -> bool:
    return bool(re.match(r"\W{0,3}(?:update\W{1,3})?class\s?[1-4]\s", text, re.IGNORECASE))


def _with(product: Product, text: str) -> Product:
    """The product with what one more line says of it; what is already known stays."""
    licence, active, snomed, gtin = (p.search(text) for p in (_LICENCE, _ACTIVE, _SNOMED, _GTIN))
    words = product.words if text in product.words else f"{product.words}\n{text}"
    return replace(
        product,
        words=words if (licence or active or snomed or gtin) else product.words,
        licence=product.licence or (_licence(licence) if licence else ""),
        active_ingredient=product.active_ingredient or (active["value"] if active else ""),
        snomed=product.snomed or (snomed["value"] if snomed else ""),
        gtin=product.gtin or (gtin["value"] if gtin else ""),
    )


def _licence(found: re.Match[str]) -> str:
    return found["central"] or f"{found['kind'].upper()} {found['number']}"


def _titled(name: str) -> Product:
    found = _LICENCE.search(name)
    shown = re.sub(r"\s{0,2},?\s{0,2}\(?\s?\Z", "", name[: found.start()]) if found and found.start() > 4 else name
    return Product(shown, name, Where.TITLE, licence=_licence(found) if found else "")


def _divided(notice: Notice) -> tuple[str, str] | None:
    return _divided_text(notice.title[:LONGEST_TITLE])


def _divided_text(title: str) -> tuple[str, str]:
    """A title as (company, product), either of which may be empty: never a guess where the line between them is."""
    rest = title[_PREFIX.match(title).end() :] if _PREFIX.match(title) else title  # type: ignore[union-attr]
    references = find(rest)
    if references:
        rest = rest[: references[0].start]
    rest = rest.strip(" ,;:–-([").strip()
    found = _COMPANY.match(rest)
    if found:
        product = rest[found.end() :].strip(" ,;:–-").strip()
        if product and found["stop"] != "/":
            return found["company"].strip(), product
    found = _LAST_COMPANY.search(rest) or _MADE_BY.search(rest)
    if found:
        return found["company"].strip(), rest[: found.start()].strip(" ,;–-(").strip()
    return "", rest
