"""Reads single values of the Organisation Data Service's lists: codes and dates. Keeps the newest date it has read."""

from __future__ import annotations

import re
from datetime import date, timedelta

_CODE = re.compile(r"[A-Z0-9]{2,10}")
_COMPACT = re.compile(r"\d{8}")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ][0-9:.Z]*)?")
_SERIAL_START = date(1899, 12, 30)
"""Excel counts days from here."""


def code_words(code: str) -> str:
    """Empty when `code` has the form of an organisation's code; else what is wrong with it."""
    if not code:
        return "is missing"
    return "" if _CODE.fullmatch(code) else "has not the form of an organisation's code"


class Dates:
    """Reads dates to ISO texts and remembers those it has seen: a list has many rows and few days."""

    def __init__(self) -> None:
        self._seen: dict[str, str | None] = {"": ""}

    def read(self, first: str, last: str) -> tuple[tuple[str, str], list[str]]:
        """Both dates of a span, each empty where it is missing or unreadable, and what is wrong with them."""
        bad: list[str] = []
        found = []
        for text in (first, last):
            day = self.one(text)
            if day is None:
                bad.append(f"“{text[:40]}” is not a date; it is left out.")
            found.append(day or "")
        if found[0] and found[1] and found[1] < found[0]:
            bad.append(f"It ends ({found[1]}) before it begins ({found[0]}).")
        return (found[0], found[1]), bad

    def one(self, text: str) -> str | None:
        """The day as an ISO text; empty for an empty text, None for one that is no date."""
        if text not in self._seen:
            self._seen[text] = _iso(text.strip())
        return self._seen[text]

    @property
    def newest(self) -> str:
        """The newest date read; empty when there was none."""
        return max((day for day in self._seen.values() if day), default="")


def _iso(text: str) -> str | None:
    try:
        return _day(text).isoformat() if text else ""
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> date:
    if _COMPACT.fullmatch(text):
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if british := _BRITISH.fullmatch(text):
        return date(int(british[3]), int(british[2]), int(british[1]))
    if iso := _ISO.fullmatch(text):
        return date.fromisoformat(iso[1])
    if _SERIAL.fullmatch(text):
        return _SERIAL_START + timedelta(days=int(float(text)))
    raise ValueError(text)
