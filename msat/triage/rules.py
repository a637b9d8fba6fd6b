"""The rule base as typed values, read from the TOML files of `alerts/`: what each rule asks for and what it gives.

Refuses a file with an unknown key or a wrong value, naming file, rule and field. Decides nothing about any alert.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Literal

import msgspec

from msat import shipped
from msat.alerts.model import Family, Level
from msat.errors import Refused
from msat.triage.model import OrganisationKind, Priority

VERSION_FILE = "version.toml"
EXCEPTIONS_FILE = "exceptions.toml"
_ACTION_CODE = re.compile(r"A(?:0[1-9]|[12]\d|30)")
_RULE_ID = re.compile(r"F(?:0[1-9]|1\d|2[0-8])")
_EXCEPTION_ID = re.compile(r"E(?:0[1-9]|1[0-8])|LIMIT")

Basis = Literal["published", "proposal"]
PriorityWord = Literal["red", "amber", "green", "none"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a knowledge file: an unknown key is refused."""


class Reviewed(_Strict, frozen=True, kw_only=True):
    """Whether a clinical statement is published or ours, where it comes from, and who has reviewed it."""

    basis: Basis
    source: str
    reviewed_by: str = ""
    reviewed_on: str = ""

    @property
    def reviewed(self) -> str:
        """In words, as shown wherever the rule speaks."""
        if self.reviewed_by:
            return f"reviewed by {self.reviewed_by} on {self.reviewed_on}"
        return "not yet reviewed by a pharmacist"


class When(_Strict, frozen=True, kw_only=True):
    """What an alert must be for a rule to fit. An empty list asks for nothing.

    `says` and `unless_says` are patterns searched, whatever the case, in title, description and text.
    """

    families: list[Family]
    classes: list[Literal["1", "2", "3", "4"]] = []
    levels: list[Level] = []
    issuers: list[str] = []
    says: list[str] = []
    unless_says: list[str] = []


class Limit(_Strict, frozen=True, kw_only=True):
    """By when, if the notice itself sets no limit. `none`: neither notice nor rule sets one.

    `class`: the limit of the class. `immediately`: due when issued, out of hours too. Otherwise one number counts.
    """

    from_: Literal["class", "family", "immediately", "none"] = msgspec.field(name="from")
    hours: int | None = None
    days: int | None = None
    working_days: int | None = None
    why: str = ""


class Rule(Reviewed, frozen=True, kw_only=True):
    """One rule of the base: when it fits, how urgent that is for each kind, by when, and what to do."""

    id: str
    name: str
    when: When
    priority: dict[OrganisationKind, PriorityWord]
    limit: Limit
    actions: dict[OrganisationKind, list[str]]
    reason: str
    reason_for: dict[OrganisationKind, str] = {}
    quote: list[str] = []
    """Patterns of words that the rule does not depend on: the sentence of the first match is quoted with the reason."""

    def priority_for(self, kind: OrganisationKind) -> Priority | None:
        word = self.priority[kind]
        return None if word == "none" else Priority(word)

    def reason_to(self, kind: OrganisationKind) -> str:
        return self.reason_for.get(kind, self.reason)


class ClassLimit(Reviewed, frozen=True, kw_only=True):
    """How soon a class asks for action, when the notice does not say. No number: at once, or no limit."""

    alert_class: Literal["1", "2", "3", "4"] = msgspec.field(name="class")
    hours: int | None = None
    days: int | None = None
    immediately: bool = False
    why: str


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


class _RuleFile(_Strict, frozen=True, kw_only=True):
    rule: list[Rule] = []
    class_limit: list[ClassLimit] = []


class _ExceptionFile(_Strict, frozen=True, kw_only=True):
    exception: list[RuleException]


class _VersionFile(_Strict, frozen=True, kw_only=True):
    version: str
    dated: date


@dataclass(frozen=True)
class RuleBase:
    """Every rule and exception in force, in the order of their files. Not slotted: it remembers its look-ups."""

    version: str
    dated: date
    rules: tuple[Rule, ...]
    class_limits: tuple[ClassLimit, ...]
    exceptions: tuple[RuleException, ...]

    @cached_property
    def _exceptions(self) -> dict[str, RuleException]:
        return {exception.id: exception for exception in self.exceptions}

    def exception(self, id_: str) -> RuleException:
        """The exception called `id_`; loading has made sure that it is there."""
        return self._exceptions[id_]

    def limit_of_class(self, alert_class: str) -> ClassLimit | None:
        return next((c for c in self.class_limits if c.alert_class == alert_class), None)

    @cached_property
    def _by_family(self) -> dict[str, tuple[Rule, ...]]:
        return {f.value: tuple(r for r in self.rules if f in r.when.families) for f in Family}

    def of_family(self, family: str) -> tuple[Rule, ...]:
        """The rules that speak of a family."""
        return self._by_family.get(family, ())


# What decide.py asks for by name: a base without one of them cannot decide and is refused at loading.
NEEDED_EXCEPTIONS = ("E01", "E02", "E11", "E12", "E14", "E15", "LIMIT")


@lru_cache(maxsize=512)
def pattern(text: str) -> re.Pattern[str]:
    """A pattern of a knowledge file, made once."""
    return re.compile(text, re.IGNORECASE)


def load_shipped_rules() -> RuleBase:
    """The rules that ship with this version of MSAT."""
    names = ("alerts/version.toml", "alerts/exceptions.toml", *shipped.names("alerts/rules", ".toml"))
    return load_rules({name.removeprefix("alerts/"): shipped.text(name) for name in names})


def load_rules(files: Mapping[str, str]) -> RuleBase:
    """The rule base written in `files`: name relative to `alerts/` to text. Raises Refused on the first mistake."""
    for name in (VERSION_FILE, EXCEPTIONS_FILE):
        if name not in files:
            raise Refused(f"The rule base has no file “{name}”.", "Put it back, or install MSAT again.")
    version = _read(VERSION_FILE, files[VERSION_FILE], _VersionFile)
    exceptions = _read(EXCEPTIONS_FILE, files[EXCEPTIONS_FILE], _ExceptionFile).exception
    rules: list[Rule] = []
    limits: list[ClassLimit] = []
    for name in sorted(files):
        if name.startswith("rules/") and name.endswith(".toml"):
            content = _read(name, files[name], _RuleFile)
            for rule in content.rule:
                _check_rule(name, rule)
            rules += content.rule
            limits += content.class_limit
            for class_limit in content.class_limit:
                _check_reviewed(name, f"class_limit {class_limit.alert_class}", class_limit)
    _check_exceptions(exceptions)
    if not rules:
        raise Refused("The rule base holds no rule.", "Put the files of alerts/rules back, or install MSAT again.")
    return RuleBase(version.version, version.dated, tuple(rules), tuple(limits), tuple(exceptions))


def read_strictly(name: str, text: str, type_: type[Any], key: str) -> Any:
    """The knowledge file `name` as `type_`. `key` is its list of named tables, for the sentence when it is wrong.

    Raises Refused naming the file, the entry and the field.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"The file “{name}” is not well-formed TOML: {error}.", "Mend that line.") from error
    try:
        return msgspec.convert(raw, type_)
    except msgspec.ValidationError as error:
        raise Refused(_sentence(name, raw, key, str(error)), "Mend that field; nothing was loaded.") from error


def _read(name: str, text: str, type_: type[Any]) -> Any:
    return read_strictly(name, text, type_, "exception" if name == EXCEPTIONS_FILE else "rule")


def _sentence(name: str, raw: Mapping[str, Any], key: str, message: str) -> str:
    """msgspec's message with its path in words: file, entry by its id, field."""
    complaint, _, path = message.partition(" - at `")
    found = re.match(rf"\$\.{key}\[(\d+)\]\.?(.*?)`?$", path)
    if not found:
        return f"The file “{name}”{_field(path.strip('`').lstrip('$.'))}: {complaint}."
    number = int(found[1])
    entry = raw[key][number]
    said = (entry.get("id") or entry.get("code")) if isinstance(entry, dict) else None
    return f"The file “{name}”, {key} {said or f'number {number + 1}'}{_field(found[2])}: {complaint}."


def _field(path: str) -> str:
    return f", field “{path}”" if path else ""


def refuse_entry(name: str, entry: str, field: str, what: str) -> None:
    """Raises Refused for a value that is of the right type and still wrong."""
    raise Refused(f"The file “{name}”, {entry}, field “{field}”: {what}.", "Mend that field; nothing was loaded.")


def _check_rule(name: str, rule: Rule) -> None:
    entry = f"rule {rule.id}"
    if not _RULE_ID.fullmatch(rule.id):
        refuse_entry(name, entry, "id", f"“{rule.id}” is not one of F01 to F28")
    if not rule.when.families:
        refuse_entry(name, entry, "when.families", "a rule names at least one family")
    for kind in OrganisationKind:
        if kind not in rule.priority:
            refuse_entry(name, entry, "priority", f"there is no priority for {kind.value}")
        if kind not in rule.actions:
            refuse_entry(name, entry, "actions", f"there are no actions for {kind.value}")
    for kind, codes in rule.actions.items():
        _check_codes(name, entry, f"actions.{kind.value}", codes)
    for field, patterns in (
        ("when.says", rule.when.says),
        ("when.unless_says", rule.when.unless_says),
        ("quote", rule.quote),
    ):
        check_patterns(name, entry, field, patterns)
    _check_limit(name, entry, rule.limit)
    _check_reviewed(name, entry, rule)


def _check_codes(name: str, entry: str, field: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if not _ACTION_CODE.fullmatch(code):
            refuse_entry(name, entry, field, f"“{code}” is not one of A01 to A30")
        if code in seen:
            refuse_entry(name, entry, field, f"{code} is named twice")
        seen.add(code)


def check_patterns(name: str, entry: str, field: str, patterns: Iterable[str]) -> None:
    """Raises Refused on a pattern that cannot be read or that asks for no words at all."""
    for text in patterns:
        try:
            matches_nothing = pattern(text).search("") is not None
        except re.error as error:
            raise Refused(
                f"The file “{name}”, {entry}, field “{field}”: the pattern “{text}” cannot be read: {error}.",
                "Mend that field; nothing was loaded.",
            ) from error
        if matches_nothing:
            refuse_entry(name, entry, field, f"the pattern “{text}” fits every notice, for it matches no words")


def _check_limit(name: str, entry: str, limit: Limit) -> None:
    counts = [n for n in (limit.hours, limit.days, limit.working_days) if n is not None]
    if limit.from_ == "family" and len(counts) != 1:
        refuse_entry(name, entry, "limit", "give one of hours, days and working_days")
    if limit.from_ != "family" and counts:
        refuse_entry(name, entry, "limit", f"a limit from “{limit.from_}” takes no number of hours or days")
    if any(n < 0 for n in counts):
        refuse_entry(name, entry, "limit", "a number below nought")


def _check_reviewed(name: str, entry: str, reviewed: Reviewed) -> None:
    if bool(reviewed.reviewed_by) != bool(reviewed.reviewed_on):
        refuse_entry(name, entry, "reviewed_on", "a review has both a name and a date, or neither")


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
        _check_reviewed(EXCEPTIONS_FILE, entry, exception)
    missing = [id_ for id_ in NEEDED_EXCEPTIONS if id_ not in seen]
    if missing:
        refuse_entry(EXCEPTIONS_FILE, f"exception {missing[0]}", "id", "this exception is missing")
