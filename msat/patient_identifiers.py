"""Finds what would name a patient in free text, and refuses it: MSAT keeps no patient data.

Says only what can be said surely: NHS and CHI numbers that pass their check digit, and dates given as dates of
birth. Names and addresses are not looked for: a guess would refuse harmless notes and still miss most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from msat.errors import Refused


@dataclass(frozen=True, slots=True)
class Finding:
    """One identifier: what it is, and where it stands. `words` is `text[start:end]`."""

    what: str
    start: int
    end: int
    words: str


_NHS = "an NHS number"
_CHI = "a CHI number"
_BIRTH = "a date of birth"

# Ten digits in one piece or grouped 3-3-4, as NHS numbers are printed; grouped otherwise only when no other
# digits stand beside them. A digit or letter joined on makes it part of a longer number (GTIN, SNOMED, batch).
_GAP = r"[ \t\u00a0\u2009\u202f.\-\u2010\u2011\u2013]"
_START = r"(?:(?<![\w/])|(?<=NHS)|(?<=nhs)|(?<=CHI)|(?<=No)|(?<=no))"
_TEN_DIGITS = re.compile(
    rf"{_START}(?:\d{{10}}|\d{{3}}{_GAP}{{1,2}}\d{{3}}{_GAP}{{1,2}}\d{{4}}"
    rf"|(?<!\d[ .,\-])\d(?:{_GAP}?\d){{9}}(?![ .,\-]\d))(?![\w/])"
)
# Numbers that are announced as something else and may have ten digits.
_OTHER_NUMBER = re.compile(
    r"\b(?:PL|PLPI|THR|GTIN|SNOMED(?:\s+codes?)?|batch(?:es)?|lots?|DMRC(?:\s+ref\w*)?|barcode|licen[cs]e)\b"
    r"(?:\s+(?:no|number)s?\b)?\.?\s*[:#]?\s*$",
    re.IGNORECASE,
)
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_DATE = (
    rf"(?:\d{{1,2}}\s*[/.\-]\s*\d{{1,2}}\s*[/.\-]\s*\d{{2,4}}|\d{{4}}-\d{{1,2}}-\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[\s\-]+{_MONTH_NAME}\.?,?[\s\-]+\d{{2,4}}"
    rf"|{_MONTH_NAME}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
)
_BORN = re.compile(
    r"\b(?:d\.?\s?o\.?\s?b\b\.?|date\s+of\s+birth|birth\s?-?date|born(?:\s+on)?)"
    rf"(?:\s+(?:is|was|of|on))?\s*[:=\-–(]*\s*{_DATE}",
    re.IGNORECASE,
)
_NAMED_NHS = re.compile(r"\b(?:NHS|CHI)\s*(?:no|number|num|#)?\.?\s*[:#=]?\s*$", re.IGNORECASE)


def find(text: str) -> Finding | None:
    """The first identifier in `text`, or None."""
    return min(_all(text), key=lambda found: found.start, default=None)


def find_all(text: str) -> tuple[Finding, ...]:
    """Every identifier in `text`, in the order they stand."""
    return tuple(sorted(_all(text), key=lambda found: (found.start, found.end)))


def refuse(text: str, what: str) -> None:
    """Raises Refused when `text` holds an identifier. `what` names the text: "note", "reason"."""
    found = find(text)
    if found is not None:
        raise Refused(
            f"The {what} seems to hold {found.what} (“{found.words}”).",
            "MSAT keeps no patient data: take it out and save again.",
        )


def _all(text: str) -> Iterator[Finding]:
    for match in _BORN.finditer(text):
        yield Finding(_BIRTH, match.start(), match.end(), match.group())
    for match in _TEN_DIGITS.finditer(text):
        before = text[: match.start()]
        if _OTHER_NUMBER.search(before):
            continue
        digits = "".join(ch for ch in match.group() if ch.isdecimal())
        what = _kind_of_number(digits, bool(_NAMED_NHS.search(before)))
        if what:
            yield Finding(what, match.start(), match.end(), match.group())


def _kind_of_number(digits: str, is_named: bool) -> str:
    """An NHS or a CHI number, or nothing. Both end in the same check digit; a CHI number opens with a date."""
    if not _passes_modulus_11(digits):
        return ""
    # NHS numbers of England, Wales and the Isle of Man begin with 4 to 7 or 9, of Northern Ireland with 3;
    # those that begin with 0 to 3 and a day and month are Scottish CHI numbers.
    if _begins_with_date(digits):
        return _CHI
    # Nothing is issued between 0 and 2 outside the CHI range; one written so by name is refused all the same.
    return _NHS if digits[0] in "345679" or is_named else ""


def _passes_modulus_11(digits: str) -> bool:
    """The NHS check digit: weights 10 to 2, remainder from 11; 11 counts as 0 and 10 is never issued."""
    if len(set(digits)) == 1:  # 0000000000 and its like pass the sum and are nobody's number
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    return (11 - total % 11) % 11 == int(digits[9])


def _begins_with_date(digits: str) -> bool:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    # The century is not in the number: 29 February is let through when it was one in either century.
    return any(_is_date(century + year, month, day) for century in (1900, 2000))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
