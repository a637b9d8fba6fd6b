"""Who makes the product and what it is called: from the notice's own sections, else from its title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from msat.alerts.firms import has_amount, is_firm, names_both, names_medicine
from msat.alerts.model import Fact, Product, Where
from msat.alerts.notice import LONGEST_TITLE, Notice, Section
from msat.alerts.text import Line
from msat.alerts.titles import LICENCE, divide, is_classed, licence_number, products_of, unclassed

_HOLDER = re.compile(
    r"\A(?:marketing authori[sz]ation holder|mah\b|company(?: name)?s?\b|licen[cs]e holder)", re.IGNORECASE
)
_MEDICINE = re.compile(
    r"\A(?:medicine(?: |-)?details?|product (?:description|details?|information)|affected (?:products?|medicines?)"
    r"|medicines? affected)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\A(?P<label>company(?: name)?|marketing authori[sz]ation holder(?: \(mah\))?|mah|licen[cs]e holder)\s?[:|]\s?"
    r"(?P<value>.{2,200})\Z",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"\Aactive (?:pharmaceutical )?(?:ingredients?|substances?)(?:\(s\))?\s?[:|]\s?(?P<value>.{2,300})\Z", re.IGNORECASE
)
_SNOMED = re.compile(r"\bSNOMED\b.{0,24}?(?P<value>[0-9]{6,18})\b", re.IGNORECASE)
_GTIN = re.compile(r"\bGTIN\b.{0,24}?(?P<value>[0-9]{8,14})\b", re.IGNORECASE)
_FACTUAL = re.compile(
    r"\A(?:PL|PLGB|THR|MA|EU/1|active|snomed|gtin|ean|batch|lot|livery|nhs|dm\+d|amp|vmp|pip|licen[cs]e)\b",
    re.IGNORECASE,
)
_MOST = 80
_LONGEST_NAME = 300


def company(notice: Notice) -> Fact | None:
    """The marketing authorisation holder's own section, else a labelled line, else the title where it is certain.

    A section or label that names a medicine where the firm should stand is passed over.
    """
    name, product = divide(notice.title[:LONGEST_TITLE])
    called = product if name else ""
    said = _holder(notice, called) or _labelled(notice, called)
    if said:
        return said
    return Fact(name, name, Where.TITLE) if name else None


def _holder(notice: Notice, product: str) -> Fact | None:
    """The holder's section, up to the first line that is a medicine. `product` is what the title names beside it."""
    section = notice.section(_HOLDER)
    if section is None:
        return None
    lines = [line.text for line in section.lines[:4] if len(line.text) <= 200 and not line.in_table]
    names = list(takewhile(lambda name: not _is_medicine(name, product), map(_firm_in, lines)))
    if not names:
        return None
    words = lines[0] if len(lines) == 1 else _span(section.lines, 0, len(names))
    return Fact(", ".join(names), words, Where.TEXT)


def _labelled(notice: Notice, product: str) -> Fact | None:
    """The first line such as "Company: ..." that names no medicine."""
    for line in notice.prose():
        found = _LABELLED.match(line)
        if found and not _is_medicine(found["value"], product):
            return Fact(found["value"], line, Where.TEXT)
    return None


def _firm_in(line: str) -> str:
    """The firm of a line that repeats the notice's title; any other line as it is."""
    if not is_classed(line):
        return line
    return (divide(line)[0] if names_both(line) else "") or unclassed(line)


def _is_medicine(name: str, product: str) -> bool:
    """Whether what stands where a firm should is a medicine: by its strength, or because the title calls it so.

    A dosage form alone tells nothing here: firms are called after infusions and vials too.
    """
    called = bool(product) and product.casefold().startswith(name.casefold())
    return (names_medicine(name) and has_amount(name)) or (called and not is_firm(name))


def products(notice: Notice, maker: Fact | None, *, from_title: bool) -> tuple[Product, ...]:
    """The products of the medicine sections; else what the title says besides class, company and reference."""
    kept: dict[tuple[str, str], Product] = {}
    for section in _medicine_sections(notice):
        for product in _in_section(section, notice, maker):
            kept.setdefault((product.name, product.licence), product)
    if kept or not from_title:
        return tuple(kept.values())[:_MOST]
    _company, rest = divide(notice.title[:LONGEST_TITLE], maker.value if maker else "")
    return tuple(Product(p.name, p.words, Where.TITLE, licence=p.licence) for p in products_of(rest))


def named_lines(notice: Notice, maker: Fact | None) -> tuple[tuple[int, str], ...]:
    """The product each medicine section names first, with the number of the line it stands on."""
    return tuple(
        (section.first, product.name)
        for section in _medicine_sections(notice)
        for product in _in_section(section, notice, maker)[:1]
    )


def _medicine_sections(notice: Notice) -> Iterator[Section]:
    return (section for section in notice.sections if _MEDICINE.search(section.heading) and section.lines)


def _in_section(section: Section, notice: Notice, maker: Fact | None) -> list[Product]:
    """The products of one section: a name line, then the lines of facts about it."""
    made: list[Product] = []
    began = 0
    lines = section.lines[:60]
    for number, line in enumerate(lines):
        if line.in_table:
            continue
        if not _FACTUAL.match(line.text):
            if _names_product(lines, number, first=not made):
                made.append(_named(line.text, notice, maker))
                began = number
        elif made:
            made[-1] = _with(made[-1], line.text, _span(lines, began, number + 1))
    return made


def _names_product(lines: Sequence[Line], number: int, *, first: bool) -> bool:
    """The first line of a section names a product; a later one does when it carries a licence or facts follow it.
    A line that is a firm's name names none."""
    text = lines[number].text
    if len(text) > _LONGEST_NAME or is_firm(text):
        return False
    following = lines[number + 1].text if number + 1 < len(lines) else ""
    return first or bool(LICENCE.search(text)) or bool(re.match(r"(?:PL|PLGB|THR|EU/1)\b", following))


def _span(lines: Sequence[Line], start: int, stop: int) -> str:
    """Some lines as they stand in the text."""
    return "\n".join(line.text for line in lines[start:stop])


def _named(text: str, notice: Notice, maker: Fact | None) -> Product:
    """A product by the line that names it. Some pages repeat their title there."""
    name = text
    if text == notice.title or is_classed(text):
        name = divide(text, maker.value if maker else "")[1] or text
    found = LICENCE.search(name)
    name = (name[: found.start()].rstrip(" ,(–-") if found else name) or name
    return _with(Product(name, text, Where.TEXT), text, text)


def _with(product: Product, text: str, words: str) -> Product:
    """The product with what one more line says of it; what is already known stays. `words` are all its lines so far."""
    licence, active, snomed, gtin = (p.search(text) for p in (LICENCE, _ACTIVE, _SNOMED, _GTIN))
    if not (licence or active or snomed or gtin):
        return product
    return replace(
        product,
        words=words,
        licence=product.licence or (licence_number(licence) if licence else ""),
        active_ingredient=product.active_ingredient or (active["value"] if active else ""),
        snomed=product.snomed or (snomed["value"] if snomed else ""),
        gtin=product.gtin or (gtin["value"] if gtin else ""),
    )
