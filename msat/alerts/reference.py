"""The grammar of reference numbers: finds them in a text with their exact words, and puts any spelling right.

A batch number, a product licence (PL, THR, EU/1/...) or a specials licence is never a reference: every pattern asks
for the marks that only a reference has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

CASE = "MDR"
"""The series that names a defect case. Two recalls can share a case, so it never identifies an alert."""

ISSUERS = ("MHRA", "DHSC", "CMU", "NHSPS", "UKHSA", "NHSE", "OHID", "PHE")
_MISSPELT = {"CDLA": "CLDA", "CMLR": "CLMR"}
_LONGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference as found: its normal form, the words it was written in, and where they begin."""

    value: str
    words: str
    start: int
    series: str
    year: int | None = None
    number: int | None = None

    @property
    def is_case(self) -> bool:
        return self.series == CASE

    @property
    def issuer(self) -> str:
        """Who issued a NatPSA, or nothing."""
        parts = self.value.split("/")
        return parts[3] if self.series == "NatPSA" and len(parts) == 4 else ""


_Made = tuple[str, str, int | None, int | None]
_Make = Callable[[re.Match[str]], _Made]


def _short_year(found: re.Match[str]) -> _Made:
    """EL(24)A/36 and the company-led series, whose year has two digits."""
    series = found["series"].upper()
    series = _MISSPELT.get(series, series)
    year, number = int(found["year"]), int(found["number"])
    return f"{series}({found['year']})A/{number:02d}", series, 2000 + year, number


def _natpsa(found: re.Match[str]) -> _Made:
    year, number = int(found["year"]), int(found["number"])
    value = f"NatPSA/{year}/{number:03d}"
    issuer = (found["issuer"] or found["loose"] or "").upper()
    return (f"{value}/{_whole_issuer(issuer)}" if issuer else value), "NatPSA", year, number


def _whole_issuer(issuer: str) -> str:
    """An issuer that was cut short (`DHS`), made whole where only one known issuer begins so."""
    begins = [known for known in ISSUERS if known.startswith(issuer)]
    return begins[0] if issuer not in ISSUERS and len(begins) == 1 else issuer


def _slashed(digits: int) -> _Make:
    """SERIES/2024/012 with the number in `digits` digits."""

    def make(found: re.Match[str]) -> _Made:
        series = re.sub(r"\s+", "", found["series"].upper())
        year, number = int(found["year"]), int(found["number"])
        return f"{series}/{year}/{number:0{digits}d}", series, year, number

    return make


def _message(found: re.Match[str]) -> _Made:
    """A message of an office (CEM/CMO/2024/001), however its parts were parted."""
    series = f"CEM/{found['office'].upper()}"
    year, number = int(found["year"]), int(found["number"])
    return f"{series}/{year}/{number:03d}", series, year, number


def _case(found: re.Match[str]) -> _Made:
    year = 2000 + int(found["year"])
    return f"MDR {found['number']}-{found['month']}/{found['year']}", CASE, year, None


def _protocol(found: re.Match[str]) -> _Made:
    return f"SSP{int(found['number']):03d}", "SSP", None, int(found["number"])


_BEFORE = r"(?<![A-Za-z0-9])"
_AFTER = r"(?![A-Za-z0-9])"
_SLASH = r"\s{0,2}[/\u2044\u2215\uff0f]\s{0,2}"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_NUMBER = r"(?P<number>[0-9]{1,3})"


def _pattern(body: str) -> re.Pattern[str]:
    return re.compile(_BEFORE + body + _AFTER, re.IGNORECASE)


# In a text a reference must show a bracket or its slash: "EL24A36" alone could as well be a batch number.
_SHORT = r"(?P<series>EL|CLMR|CMLR|CLDA|CDLA)\s{0,3}"
_STRICT: tuple[tuple[re.Pattern[str], _Make], ...] = (
    (
        _pattern(
            _SHORT
            + r"[(\[]\s{0,2}(?P<year>[0-9]{2})\s{0,2}[)\]]?\s{0,3}A\s{0,2}[/\\\-\u2044\u2215\uff0f]?\s{0,2}"
            + _NUMBER
        ),
        _short_year,
    ),
    (_pattern(_SHORT + r"(?P<year>[0-9]{2})\s{0,2}[)\]]?\s{0,3}A" + _SLASH + _NUMBER), _short_year),
    (
        _pattern(
            r"Nat\s?PSA"
            + r"(?:"
            + _SLASH
            + r"|\s)"
            + _YEAR
            + _SLASH
            + _NUMBER
            + r"(?:"
            + _SLASH
            + r"(?P<issuer>[A-Z]{2,6})|[\s-](?P<loose>"
            + "|".join(ISSUERS)
            + r"))?"
        ),
        _natpsa,
    ),
    (_pattern(r"(?P<series>DSI|MDA|CHT|CH|MSN|SDA|EFA)(?:" + _SLASH + r"|\s)" + _YEAR + _SLASH + _NUMBER), _slashed(3)),
    (_pattern(r"(?P<series>MDSB)(?:" + _SLASH + r"|\s)" + _YEAR + _SLASH + _NUMBER), _slashed(2)),
    (_pattern(r"(?P<series>CEM" + _SLASH + r"[A-Z]{2,5})" + _SLASH + _YEAR + _SLASH + _NUMBER), _slashed(3)),
    (
        _pattern(r"(?P<series>NHS" + _SLASH + "PSA" + _SLASH + r"(?:D|W|RE|R))" + _SLASH + _YEAR + _SLASH + _NUMBER),
        _slashed(3),
    ),
    (
        _pattern(
            r"MDR\s{0,3}(?:Number|No\.?|Ref\.?)?\s{0,3}:?\s{0,3}(?P<number>[0-9]{1,3})\s?[-–]\s?(?P<month>[0-9]{2})\s?[/-]\s?(?P<year>[0-9]{2})"
        ),
        _case,
    ),
)
_BARE_LAST = re.compile(
    _BEFORE + _SHORT + r"(?P<year>[0-9]{2})\s{0,3}A\s{0,2}[/-]?\s{0,2}" + _NUMBER + r"(?=[\s).*]*\Z)", re.IGNORECASE
)
_BATCH_BEFORE = re.compile(r"\b(?:batch(?:es)?|lots?)(?: numbers?| nos?\.?)?[\s:]*\Z", re.IGNORECASE)
# Most lines hold no reference: one look for a digit and for the letters of a series spares them the rest.
_DIGIT = re.compile("[0-9]")
_PERHAPS = re.compile(
    r"(?:EL|CLMR|CMLR|CLDA|CDLA)[\W0-9]|PSA|DSI|MDA|CHT?\W|MSN|SDA|EFA|MDSB|CEM|MDR|SSP", re.IGNORECASE
)
_SSP = _pattern(r"SSP\s?(?P<number>[0-9]{3})")
_SSP_SAID = re.compile(r"serious shortage protocol|\A\W{0,3}SSP\s?[0-9]{3}", re.IGNORECASE)

# What a person types is asked about on purpose, so marks may be missing, wrong or spaced out.
_GAP = r"[\s/\\.,:_-]*"
_TYPED: tuple[tuple[re.Pattern[str], _Make], ...] = (
    (
        re.compile(_SHORT + r"[\s/(\[_-]*(?P<year>[0-9]{2})[\s/)\]_-]*A" + _GAP + r"(?:slash)?" + _GAP + _NUMBER, re.I),
        _short_year,
    ),
    (
        re.compile(
            r"Nat" + _GAP + "PSA" + _GAP + _YEAR + _GAP + _NUMBER + _GAP + r"(?P<issuer>[A-Z]{2,6})?(?P<loose>)", re.I
        ),
        _natpsa,
    ),
    (re.compile(r"(?P<series>DSI|MDA|CHT|CH|MSN|SDA|EFA)" + _GAP + _YEAR + _GAP + _NUMBER, re.I), _slashed(3)),
    (
        re.compile(r"(?P<series>CEM)" + _GAP + r"(?P<office>[A-Z]{2,5})" + _GAP + _YEAR + _GAP + _NUMBER, re.I),
        _message,
    ),
    (re.compile(r"(?P<series>MDSB)" + _GAP + _YEAR + _GAP + _NUMBER, re.I), _slashed(2)),
    (re.compile(r"SSP" + _GAP + r"(?P<number>[0-9]{1,3})", re.I), _protocol),
)


def find(text: str) -> list[Reference]:
    """Every reference in a text, in the order they stand, each with its exact words."""
    text = text[:_LONGEST]
    if not (_DIGIT.search(text) and _PERHAPS.search(text)):
        return []
    found = [_reference(match, make) for pattern, make in _patterns(text) for match in pattern.finditer(text)]
    found.sort(key=lambda reference: (reference.start, -len(reference.words)))
    kept: list[Reference] = []
    for reference in found:
        if not kept or reference.start >= kept[-1].start + len(kept[-1].words):
            kept.append(reference)
    return kept


def find_in_title(title: str) -> list[Reference]:
    """The references of a title, where a number without its marks counts too if it closes the title (EL26A01)."""
    found = find(title)
    last = None if found else _BARE_LAST.search(title)
    if last is None or _BATCH_BEFORE.search(title, 0, last.start()):
        return found
    return [_reference(last, _short_year)]


def _patterns(text: str) -> Iterator[tuple[re.Pattern[str], _Make]]:
    yield from _STRICT
    if _SSP_SAID.search(text):  # "SSP015" alone could be a batch number
        yield _SSP, _protocol


def _reference(match: re.Match[str], make: _Make) -> Reference:
    value, series, year, number = make(match)
    return Reference(value, match.group(), match.start(), series, year, number)


def normalise(text: str) -> str | None:
    """The normal form of one reference in any spelling a person types, or None when it is not a reference."""
    text = " ".join(text[:200].split()).strip(" .,;:()[]\"'*")
    for pattern, make in (*_STRICT, *_TYPED):
        match = pattern.match(text)
        if match and not text[match.end() :].strip(" )].,;:*"):
            return make(match)[0]
    return None
