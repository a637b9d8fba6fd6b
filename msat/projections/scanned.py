"""What a person typed, pasted or scanned, understood: a batch number, a GTIN, a GS1 code or a product. Pure.

Never guesses away a doubt: what is malformed is said in a sentence, and the parts that can be read are still read.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from urllib.parse import unquote

from msat.alerts.batch_numbers import looks_like_batch
from msat.alerts.dates import is_date, last_day

LONGEST = 300
GROUP = "\x1d"
"""GS1's FNC1 as a scanner sends it."""

_SUBSTITUTES = re.compile(
    r"<GS>|\{GS\}|\[GS\]|<FNC1>|\{FNC1\}|\[FNC1\]|<0x1D>|\\x1d|\\u001d|\\029|~d029|~1|\u241d|\^\]|\u2194",
    re.IGNORECASE,
)
"""What hand scanners and keyboard wedges print for FNC1."""
_SYMBOLOGY = re.compile(r"\A\](?P<kind>[A-Za-z][0-9])")
_GS1_SYMBOLS = frozenset({"d2", "C1", "Q3", "e0", "J1"})
_PRINTED = re.compile(r"\A\s*\(\s*[0-9]{2,4}\s*\)")
_PART = re.compile(r"\(\s*([0-9]{2,4})\s*\)")
_RAW = re.compile(r"\A01[0-9]{14}(?:[0-9]{2}|\Z)")
_CONTROL = re.compile(r"[\x00-\x1c\x1e\x1f\x7f]+")

_APART = re.compile(r"[^!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z\x1d]+")
"""No GS1 value holds a space or another mark outside GS1's set of 82: one stands where a scanner left a separator."""
_LINK = re.compile(
    r"\Ahttps?://[^/\s?#]+(?:/[^/\s?#]+)*?/01/(?P<gtin>[0-9]{8,14})(?P<path>(?:/[0-9]{2,4}/[^/?#\s]+)*)/?(?:\?(?P<query>[^#\s]*))?",
    re.IGNORECASE,
)
"""A GS1 Digital Link, which a QR code on a pack holds: an address whose path and query are the parts of a code."""

_FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
_NAMES = {"01": "GTIN", "17": "expiry date", "10": "batch number", "21": "serial number"}
_LONGEST_PART = 20

_AROUND = " \t\r\n'\"“”‘’`#"
"""What a spreadsheet or a text puts around a number."""

_LABEL = re.compile(
    r"\A(?:(?:batch|lot)(?:\s*/\s*(?:batch|lot))?(?:\s+(?:numbers?|nos?\.?|codes?))?\s*[:#]\s*"
    r"|(?:batch|lot)(?:\s+(?:numbers?|nos?\.?|codes?))?\s+|b/?n[:.]\s*|gtin[:\s]\s*|ean[:\s]\s*)(?=\S)",
    re.IGNORECASE,
)
_EXPIRY = re.compile(
    r"\bexp(?:iry|ires|\.)?(?:\s+date)?\s*[:.]?\s*(?P<date>[0-9]{1,2}[/. -][0-9A-Za-z/. -]{2,12})", re.I
)
_DATED = re.compile(r"(?:0?[1-9]|1[0-2])/20[2-7][0-9]|[0-3]?[0-9]/(?:0?[1-9]|1[0-2])/(?:20)?[2-7][0-9]")
_CELLS = re.compile(r"\t+|\s*[;|]\s*|,\s+")
_HEADING = re.compile(
    r"(?:(?:affected|batch(?:es)?|lots?|numbers?|nos?\.?|codes?|expir(?:y|ation)|exp\.?|dates?|products?|medicines?|gtins?|ean"
    r"|pack|size|description|quantity|qty|and|first|distributed|/|&|name)[\s:,;|]*)+",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[0-9][0-9 -]*[0-9]")
_IN_WORDS = re.compile(
    r"(?=[A-Za-z0-9/._-]*[0-9])"
    r"(?:[A-Za-z]{0,6}[0-9][A-Za-z0-9._-]{3,}|[A-Za-z]{1,6}[0-9-][A-Za-z0-9._-]{2,})"
)
_AMOUNT = re.compile(r"[0-9.,]+(?:mg|mcg|g|ml|l|iu|units?|%|micrograms?|mmol|kg)(?:/.*)?", re.IGNORECASE)


class Kind(StrEnum):
    """What an input was understood as."""

    BATCH = "batch"
    GTIN = "gtin"
    GS1 = "gs1"
    PRODUCT = "product"
    HEADING = "heading"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Asked:
    """One input as understood. `gtin` has 14 digits; `problems` and `notes` are sentences."""

    text: str
    kind: Kind
    batch: str = ""
    gtin: str = ""
    expiry: date | None = None
    serial: str = ""
    product: str = ""
    problems: tuple[str, ...] = ()
    """What is malformed."""
    notes: tuple[str, ...] = ()
    """What else was in it, or left unread."""


def understand(text: str) -> Asked:
    """What one line of input means."""
    shown = " ".join(_SUBSTITUTES.sub(" ", text).replace(GROUP, " ").split())[:LONGEST]
    if len(text) > LONGEST:
        return Asked(shown, Kind.NOTHING, problems=("This is longer than any batch number, code or product name.",))
    text = unicodedata.normalize("NFKC", text).strip(_AROUND)
    code = _CONTROL.sub("", _SUBSTITUTES.sub(GROUP, text)).strip(" \t\r\n")
    symbol = _SYMBOLOGY.match(code)
    if symbol:
        code = code[symbol.end() :]
    code = code.strip().strip(GROUP)
    if not code:
        return Asked(shown, Kind.NOTHING, problems=("Nothing was entered.",))
    is_gs1 = bool(symbol and symbol["kind"] in _GS1_SYMBOLS) or GROUP in code or bool(_RAW.match(code))
    if _PRINTED.match(code):
        return _from_parts(shown, _printed_parts(code))
    link = _LINK.match(code)
    if link:
        return _from_parts(shown, _linked_parts(link))
    if is_gs1:
        return _from_parts(shown, _scanned_parts(_APART.sub(GROUP, code)))
    words = code.split()
    if words[0] == "01" and len(words) % 2 == 0:
        return _from_parts(shown, list(zip(words[::2], words[1::2], strict=True)))
    return _typed(shown, _plain(text))


def _plain(text: str) -> str:
    code = "".join(" " if mark in "\r\n\x0b\x0c" else mark for mark in text)
    return _SYMBOLOGY.sub("", _CONTROL.sub("", code.replace("\t", "\x1f").replace("\x1f", "; "))).strip(" ;")


# GS1

_Part = tuple[str, str]


def _printed_parts(code: str) -> list[_Part]:
    """The parts of a code as printed for people: (01)05012345678900(17)271130."""
    pieces = _PART.split(code.replace(GROUP, ""))
    return [(ai, value.strip()) for ai, value in zip(pieces[1::2], pieces[2::2], strict=True)]


def _linked_parts(link: re.Match[str]) -> list[_Part]:
    """The parts of a GS1 Digital Link; what its query says besides is no part of the code."""
    path = link["path"].split("/")[1:]
    parts = [("01", link["gtin"].zfill(14)), *zip(path[::2], path[1::2], strict=True)]
    pairs = [pair.partition("=") for pair in (link["query"] or "").split("&")]
    parts += [(name, value) for name, _is, value in pairs if re.fullmatch(r"[0-9]{2,4}", name)]
    return [(ai, unquote(value)) for ai, value in parts]


def _scanned_parts(code: str) -> list[_Part]:
    """The parts of a code as scanned; one with an empty identifier is what could not be parted any further."""
    parts: list[_Part] = []
    while code:
        if code[0] == GROUP:
            code = code[1:]
            continue
        ai, length = _identifier(code)
        if not ai:
            parts.append(("", code))
            break
        value = code[len(ai) : len(ai) + length].partition(GROUP)[0]
        parts.append((ai, value))
        code = code[len(ai) + len(value) :]
    return parts


def _identifier(code: str) -> tuple[str, int]:
    """The application identifier a code begins with and how long its value can be at most; empty when there is none."""
    two = code[:2]
    if two in _FIXED:
        return two, _FIXED[two]
    if two in ("10", "21", "22"):
        return two, len(code)
    return _rarer(code)


def _rarer(code: str) -> tuple[str, int]:
    """The identifiers that medicines seldom carry, as biip knows them."""
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        found = GS1ApplicationIdentifier.extract(code)
    except ParseError:
        return "", 0
    longest = sum(int(size) for size in re.findall(r"[NXYZ]\.{0,2}([0-9]+)", str(found.format))[1:])
    return str(found.ai), longest or len(code)


def _from_parts(shown: str, parts: list[_Part]) -> Asked:
    made = Asked(shown, Kind.GS1)
    for ai, value in parts:
        made = _with(made, ai, value)
    if not (made.gtin or made.batch) and not made.problems:
        made = _problem(made, "The code holds neither a GTIN nor a batch number.")
    return made


def _with(made: Asked, ai: str, value: str) -> Asked:
    if ai == "01":
        return _with_gtin(made, value)
    if ai == "17":
        return _with_expiry(made, value)
    if ai in ("10", "21"):
        return _with_text(made, ai, value)
    if not ai:
        return _problem(made, f"“{value[:40]}” in the code is not GS1, and was not read.")
    said = f"({ai}) {value[:40]} in the code is not needed here." if value else f"({ai}) in the code is empty."
    return replace(made, notes=(*made.notes, said))


def _with_gtin(made: Asked, value: str) -> Asked:
    digits = re.sub(r"[\s-]", "", value)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 12, 13, 14):
        return _problem(made, f"The GTIN “{value[:40]}” in the code has not 14 digits.")
    if not has_check_digit(digits):
        return _problem(made, f"The check digit of the GTIN {digits} is wrong.")
    if made.gtin and made.gtin != gtin14(digits):
        return _problem(made, "The code holds two different GTINs.")
    return replace(made, gtin=gtin14(digits))


def _with_expiry(made: Asked, value: str) -> Asked:
    day = expiry_of(value)
    if day is None:
        return _problem(made, f"The expiry date “{value[:20]}” in the code is not a date.")
    return replace(made, expiry=day)


def _with_text(made: Asked, ai: str, value: str) -> Asked:
    if not value:
        return _problem(made, f"The {_NAMES[ai]} in the code is empty.")
    if len(value) > _LONGEST_PART:
        words = f"The {_NAMES[ai]} in the code is longer than 20 characters: the scanner may leave out separators."
        made = _problem(made, words)
    return replace(made, batch=value) if ai == "10" else replace(made, serial=value)


def _problem(made: Asked, sentence: str) -> Asked:
    return replace(made, problems=(*made.problems, sentence))


def expiry_of(value: str) -> date | None:
    """A date as GS1 writes it (YYMMDD), day 00 meaning the month's last; None when there is no such day."""
    if len(value) != 6 or not value.isascii() or not value.isdigit():
        return None
    year, month, day = 2000 + int(value[:2]), int(value[2:4]), int(value[4:])
    if not 1 <= month <= 12:
        return None
    longest = calendar.monthrange(year, month)[1]
    return date(year, month, day or longest) if day <= longest else None


def gtin14(digits: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits in its form of 14."""
    return digits.zfill(14)


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    total = sum(int(mark) * (1 if at % 2 == 0 else 3) for at, mark in enumerate(reversed(digits)))
    return total % 10 == 0


# Typed


def _typed(shown: str, text: str) -> Asked:
    text = _LABEL.sub("", " ".join(text.split())).strip(" .,:;")
    if not text:
        return Asked(shown, Kind.NOTHING, problems=("Nothing was entered.",))
    if _HEADING.fullmatch(text):
        return Asked(shown, Kind.HEADING)
    cells = [cell for cell in _CELLS.split(text) if cell]
    if len(cells) > 1:
        return _from_cells(shown, cells)
    return _one_cell(shown, text)


def _from_cells(shown: str, cells: list[str]) -> Asked:
    """A row of a pasted table: the first number is the batch, a date is the expiry, the rest names the product."""
    made = Asked(shown, Kind.PRODUCT)
    for cell in cells:
        day = last_day(cell) if is_date(cell) or re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{2,4}", cell) else None
        one = _one_cell(shown, cell) if day is None else made
        if day is not None:
            made = replace(made, expiry=made.expiry or day)
        elif one.kind is Kind.GTIN and not made.gtin:
            made = replace(made, gtin=one.gtin)
        elif one.kind is Kind.BATCH and not made.batch:
            made = replace(made, batch=one.batch, problems=one.problems)
        elif not cell.isdigit():
            made = replace(made, product=f"{made.product} {cell}".strip())
    if made.batch:
        return replace(made, kind=Kind.BATCH)
    return replace(made, kind=Kind.GTIN) if made.gtin else made


def _one_cell(shown: str, text: str) -> Asked:
    found = _EXPIRY.search(text)
    expiry = last_day(found["date"].strip()) if found else None
    if found and expiry:
        text = " ".join((text[: found.start()] + text[found.end() :]).split()).strip(" ,;()") or text
    digits = re.sub(r"[ -]", "", text) if _DIGITS.fullmatch(text) else ""
    if len(digits) in (8, 12, 13, 14):
        return _number(shown, text, digits, expiry)
    if " " not in text or looks_like_batch(text):
        is_word = text.isalpha()
        kind = Kind.PRODUCT if is_word or _AMOUNT.fullmatch(text) else Kind.BATCH
        return Asked(shown, kind, batch=text, product=text if is_word else "", expiry=expiry)
    return _words(shown, text, expiry)


def _one_cell_with(shown: str, text: str, expiry: date | None) -> Asked:
    found = _one_cell(shown, text)
    return replace(found, expiry=found.expiry or expiry)


def _number(shown: str, text: str, digits: str, expiry: date | None) -> Asked:
    """8, 12, 13 or 14 digits: a GTIN when the check digit says so, and by 8 digits still first of all a batch."""
    if not has_check_digit(digits):
        said = f"It has {len(digits)} digits like a GTIN, but its check digit is wrong."
        return Asked(shown, Kind.BATCH, batch=text, expiry=expiry, problems=(said,) if len(digits) > 8 else ())
    kind = Kind.BATCH if len(digits) == 8 else Kind.GTIN
    return Asked(shown, kind, batch=text if kind is Kind.BATCH else "", gtin=gtin14(digits), expiry=expiry)


def _words(shown: str, text: str, expiry: date | None) -> Asked:
    """A product, perhaps with a batch number among its words."""
    words = text.split()
    dates = [word for word in words if _DATED.fullmatch(word.strip(",;()"))]
    if dates and len(words) > 1:
        expiry = expiry or last_day(dates[0].strip(",;()"))
        return _one_cell_with(shown, " ".join(word for word in words if word not in dates), expiry)
    numbers = [word for word in words if _IN_WORDS.fullmatch(word.strip(",;()")) and not _AMOUNT.fullmatch(word)]
    if len(numbers) != 1:
        return Asked(shown, Kind.PRODUCT, product=text, expiry=expiry)
    rest = " ".join(word for word in words if word is not numbers[0] and word.lower() not in ("batch", "lot"))
    return Asked(shown, Kind.BATCH, batch=numbers[0].strip(",;()"), product=rest, expiry=expiry)
