"""The exceptions as typed values: what stands above the rules, and raises a priority, adds a flag, or both.

Read from `alerts/exceptions.toml`; a file with a mistake is refused. Decides nothing about any alert.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msat.alerts.model import Family
from msat.triage.model import OrganisationKind
from msat.triage.reading import (
    Basis,
    PriorityWord,
    Reviewed,
    Strict,
    check_patterns,
    check_reviewed,
    check_said,
    check_template,
    pattern,
    read_strictly,
    refuse_entry,
)
from msat.working_days import NATIONS

EXCEPTIONS_FILE = "exceptions.toml"
_EXCEPTION_ID = re.compile(r"E(?:0[1-9]|1[0-8])|LIMIT|HELD")


class Medicines(Strict, frozen=True, kw_only=True):
    """Names of medicines of one kind: active ingredients, brands and words for the class.

    Looked for as whole words in the title and in what the notice says of its products, never in the whole text.
    """

    name: str
    """What they are, in the plural: "antiepileptics"."""
    names: list[str]
    forms: list[str] = []
    """Patterns of which one must stand beside the name ("injection"); none asks for no form."""
    unless: list[str] = []
    """Patterns that tell another medicine with the same name in it (a local anaesthetic with adrenaline)."""
    note: str = ""
    """A sentence that goes with the reason."""
    basis: Basis
    source: str

    def found_in(self, text: str) -> str:
        """The first of the names in `text`, as written there; nothing when there is none."""
        found = _names(tuple(self.names)).search(text)
        if found is None or any(pattern(words).search(text) for words in self.unless):
            return ""
        if self.forms and not any(pattern(words).search(text) for words in self.forms):
            return ""
        return found.group()


class Also(Strict, frozen=True, kw_only=True):
    """A second flag that comes with the exception, unless the notice itself says otherwise."""

    flag: str
    reason: str
    says: list[str] = []
    """Sentences of the notice that say it already: they are quoted."""
    unless_says: list[str]
    unless_reason: str


class RuleException(Reviewed, frozen=True, kw_only=True):
    """What stands above the rules: it adds a flag, raises a priority, or both.

    `reason` may hold {level}, {medicine}, {kind_of_medicine}, {nation} and others that its own step fills in.
    """

    id: str
    name: str
    reason: str
    reason_for: dict[OrganisationKind, str] = {}
    flag: str = ""
    families: list[Family] = []
    """The families it speaks of; none means all."""
    not_families: list[Family] = []
    """Families it never speaks of: lists that are read item by item."""
    elsewhere_says: list[str] = []
    """Sentences that make it hold in a family that `families` leaves out."""
    at_least: dict[OrganisationKind, PriorityWord] = {}
    lowers_to: dict[OrganisationKind, PriorityWord] = {}
    """What a recorded "not held" or "not prescribed" lowers the rules in `rules` to."""
    rules: list[str] = []
    says: list[str] = []
    unless_says: list[str] = []
    medicines: list[Medicines] = []
    also: Also | None = None
    issuers: dict[str, list[str]] = {}
    """Issuers that address one nation alone, by nation."""
    hours: int | None = None
    """A threshold in hours where the exception has one."""
    days_without_limit: int | None = None
    """How old a notice without any time limit must be for the exception to hold."""

    def speaks_of(self, family: str) -> bool:
        return family not in self.not_families and (not self.families or family in self.families)

    def reason_to(self, kind: OrganisationKind) -> str:
        return self.reason_for.get(kind, self.reason)


@lru_cache(maxsize=256)
def _names(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any of `names` as whole words, longest first; a blank may be a hyphen, and a class may stand in the plural."""
    several = "|".join(
        r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", name))
        for name in sorted(names, key=lambda name: (-len(name), name))
    )
    return re.compile(rf"(?<!\w)(?<!non-)(?<!non )(?:{several})s?(?!\w)", re.IGNORECASE)


class _ExceptionFile(Strict, frozen=True, kw_only=True):
    exception: list[RuleException]


# What decides asks for these by name: a base without one of them cannot decide and is refused at loading.
NEEDED_EXCEPTIONS = (*(f"E{number:02}" for number in range(1, 19)), "LIMIT", "HELD")
FLAGS = (
    "mixed-level",
    "needs-a-person",
    "emergency-medicine",
    "critical-medicine",
    "do-not-stop",
    "keep-using",
    "all-batches",
    "parallel-import",
    "controlled-drug",
    "teratogen",
    "hospital-only",
    "other-nation",
    "site-closed",
    "extended",
    "historic",
    "withdrawn",
    "superseded",
    "updated",
)
"""Every flag of a decision, in the order in which they are given."""


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
        _check_words(entry, exception)
        _check_texts(entry, exception)
        check_reviewed(EXCEPTIONS_FILE, entry, exception)
    missing = [id_ for id_ in NEEDED_EXCEPTIONS if id_ not in seen]
    if missing:
        refuse_entry(EXCEPTIONS_FILE, f"exception {missing[0]}", "id", "this exception is missing")


# What the step of each exception fills into its reason; the others are sentences as they stand.
_OF_A_MEDICINE = frozenset({"medicine", "kind_of_medicine", "note"})
_FILLED_IN: dict[str, frozenset[str]] = {
    "E02": frozenset({"level"}),
    "E03": _OF_A_MEDICINE,
    "E04": _OF_A_MEDICINE,
    "E08": _OF_A_MEDICINE,
    "E09": _OF_A_MEDICINE,
    "E13": frozenset({"old", "new"}),
    "E16": frozenset({"nation", "here"}),
    "E17": frozenset({"day", "why_shut", "last_open"}),
}


def _check_texts(entry: str, exception: RuleException) -> None:
    check_said(EXCEPTIONS_FILE, entry, "name", exception.name)
    words = _FILLED_IN.get(exception.id, frozenset())
    check_template(EXCEPTIONS_FILE, entry, "reason", exception.reason, words)
    for kind, text in exception.reason_for.items():
        check_template(EXCEPTIONS_FILE, entry, f"reason_for.{kind.value}", text, words)
    if exception.also is not None:
        check_template(EXCEPTIONS_FILE, entry, "also.reason", exception.also.reason, {"medicine"})
    for field in ("hours", "days_without_limit"):
        if not 0 <= (getattr(exception, field) or 0) <= 8784:
            refuse_entry(EXCEPTIONS_FILE, entry, field, "give a number from 0 to 8784")


def _check_words(entry: str, exception: RuleException) -> None:
    also = exception.also
    for field, patterns in (
        ("says", exception.says),
        ("unless_says", exception.unless_says),
        ("elsewhere_says", exception.elsewhere_says),
        ("also.says", also.says if also else []),
        ("also.unless_says", also.unless_says if also else []),
    ):
        check_patterns(EXCEPTIONS_FILE, entry, field, patterns)
    for flag in (exception.flag, also.flag if also else ""):
        if flag and flag not in FLAGS:
            refuse_entry(EXCEPTIONS_FILE, entry, "flag", f"“{flag}” is not one of {', '.join(FLAGS)}")
    for nation in exception.issuers:
        if nation not in NATIONS:
            refuse_entry(EXCEPTIONS_FILE, entry, "issuers", f"“{nation}” is not one of {', '.join(NATIONS)}")
    for number, medicines in enumerate(exception.medicines, start=1):
        _check_medicines(entry, f"medicines[{number}]", medicines)


def _check_medicines(entry: str, field: str, medicines: Medicines) -> None:
    if not medicines.names or not all(re.search(r"\w{3}", name) for name in medicines.names):
        refuse_entry(EXCEPTIONS_FILE, entry, f"{field}.names", "a name has three letters at least")
    if len({name.casefold() for name in medicines.names}) != len(medicines.names):
        refuse_entry(EXCEPTIONS_FILE, entry, f"{field}.names", "a name is given twice")
    check_patterns(EXCEPTIONS_FILE, entry, f"{field}.forms", medicines.forms)
    check_patterns(EXCEPTIONS_FILE, entry, f"{field}.unless", medicines.unless)
