"""The exceptions as typed values: what stands above the rules, and raises a priority, adds a flag, or both.

Read from `alerts/exceptions.toml`; a file with a mistake is refused. Decides nothing about any alert.
"""

from __future__ import annotations

import re

from msat.alerts.model import Family
from msat.triage.model import OrganisationKind
from msat.triage.reading import (
    PriorityWord,
    Reviewed,
    Strict,
    check_patterns,
    check_reviewed,
    read_strictly,
    refuse_entry,
)

EXCEPTIONS_FILE = "exceptions.toml"
_EXCEPTION_ID = re.compile(r"E(?:0[1-9]|1[0-8])|LIMIT")


class RuleException(Reviewed, frozen=True, kw_only=True):
    """What stands above the rules: it adds a flag, raises a priority, or both."""

    id: str
    name: str
    reason: str
    flag: str = ""
    families: list[Family] = []
    """The families it speaks of; none means all."""
    at_least: dict[OrganisationKind, PriorityWord] = {}
    says: list[str] = []
    unless_says: list[str] = []
    hours: int | None = None
    """A threshold in hours where the exception has one."""
    days_without_limit: int | None = None
    """How old a notice without any time limit must be for the exception to hold."""

    def speaks_of(self, family: str) -> bool:
        return not self.families or family in self.families


class _ExceptionFile(Strict, frozen=True, kw_only=True):
    exception: list[RuleException]


# What decide.py asks for by name: a base without one of them cannot decide and is refused at loading.
NEEDED_EXCEPTIONS = ("E01", "E02", "E11", "E12", "E14", "E15", "LIMIT")


def read_exceptions(name: str, text: str) -> tuple[RuleException, ...]:
    """The exceptions in the file `name`, in its order. Raises Refused on the first mistake."""
    content: _ExceptionFile = read_strictly(name, text, _ExceptionFile, "exception")
    _check_exceptions(content.exception)
    return tuple(content.exception)


def _check_exceptions(exceptions: list[RuleException]) -> None:
    seen: set[str] = set()
    for exception in exceptions:
        entry = f"exception {exception.id}"
        if not _EXCEPTION_ID.fullmatch(exception.id):
            refuse_entry(EXCEPTIONS_FILE, entry, "id", f"“{exception.id}” is not one of E01 to E18 or LIMIT")
        if exception.id in seen:
            refuse_entry(EXCEPTIONS_FILE, entry, "id", "this exception is given twice")
        seen.add(exception.id)
        check_patterns(EXCEPTIONS_FILE, entry, "says", exception.says)
        check_patterns(EXCEPTIONS_FILE, entry, "unless_says", exception.unless_says)
        check_reviewed(EXCEPTIONS_FILE, entry, exception)
    missing = [id_ for id_ in NEEDED_EXCEPTIONS if id_ not in seen]
    if missing:
        refuse_entry(EXCEPTIONS_FILE, f"exception {missing[0]}", "id", "this exception is missing")
