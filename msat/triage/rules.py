"""The rule base as typed values, read from the TOML files of `alerts/`: what each rule asks for and what it gives.

Refuses a file with an unknown key or a wrong value, naming file, rule and field. Decides nothing about any alert.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import msgspec

from msat import shipped
from msat.alerts.model import Family, Level
from msat.errors import Refused
from msat.triage.exceptions import EXCEPTIONS_FILE, NEEDED_EXCEPTIONS, RuleException, read_exceptions
from msat.triage.model import OrganisationKind, Priority
from msat.triage.reading import (
    Basis,
    PriorityWord,
    Reviewed,
    Strict,
    check_patterns,
    check_reviewed,
    pattern,
    read_strictly,
    refuse_entry,
)

# What reads other knowledge files asks for here too.
__all__ = [
    "NEEDED_EXCEPTIONS",
    "Basis",
    "ClassLimit",
    "Limit",
    "PriorityWord",
    "Reviewed",
    "Rule",
    "RuleBase",
    "RuleException",
    "When",
    "check_patterns",
    "load_rules",
    "load_shipped_rules",
    "pattern",
    "read_strictly",
    "refuse_entry",
]

VERSION_FILE = "version.toml"
_ACTION_CODE = re.compile(r"A(?:0[1-9]|[12]\d|30)")
_RULE_ID = re.compile(r"F(?:0[1-9]|1\d|2[0-8])")
LOCAL_RULE_ID = re.compile(r"L(?:0[1-9]|[1-9]\d)")
LOCAL_ACTION_CODE = re.compile(r"LA(?:0[1-9]|[1-9]\d)")



class When(Strict, frozen=True, kw_only=True):
    """What an alert must be for a rule to fit. An empty list asks for nothing.

    `says` and `unless_says` are patterns searched, whatever the case, in title, description and text.
    """

    families: list[Family]
    classes: list[Literal["1", "2", "3", "4"]] = []
    levels: list[Level] = []
    issuers: list[str] = []
    says: list[str] = []
    unless_says: list[str] = []


class Limit(Strict, frozen=True, kw_only=True):
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


class _RuleFile(Strict, frozen=True, kw_only=True):
    rule: list[Rule] = []
    class_limit: list[ClassLimit] = []


class _VersionFile(Strict, frozen=True, kw_only=True):
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
    exceptions = read_exceptions(EXCEPTIONS_FILE, files[EXCEPTIONS_FILE])
    rules: list[Rule] = []
    limits: list[ClassLimit] = []
    for name in sorted(files):
        if name.startswith("rules/") and name.endswith(".toml"):
            content = _read(name, files[name], _RuleFile)
            for rule in content.rule:
                check_rule(name, rule)
            rules += content.rule
            limits += content.class_limit
            for class_limit in content.class_limit:
                check_reviewed(name, f"class_limit {class_limit.alert_class}", class_limit)
    if not rules:
        raise Refused("The rule base holds no rule.", "Put the files of alerts/rules back, or install MSAT again.")
    return RuleBase(version.version, version.dated, tuple(rules), tuple(limits), exceptions)


def _read(name: str, text: str, type_: type[Any]) -> Any:
    return read_strictly(name, text, type_, "rule")


def check_rule(name: str, rule: Rule) -> None:
    """Raises Refused on a rule that is of the right type and still wrong. A local one has an id and actions beside."""
    entry, is_local = f"rule {rule.id}", rule.basis == "local"
    if not _RULE_ID.fullmatch(rule.id) and not (is_local and LOCAL_RULE_ID.fullmatch(rule.id)):
        refuse_entry(name, entry, "id", f"“{rule.id}” is not one of F01 to F28{' or L01 to L99' if is_local else ''}")
    if not rule.when.families:
        refuse_entry(name, entry, "when.families", "a rule names at least one family")
    for kind in OrganisationKind:
        if kind not in rule.priority:
            refuse_entry(name, entry, "priority", f"there is no priority for {kind.value}")
        if kind not in rule.actions:
            refuse_entry(name, entry, "actions", f"there are no actions for {kind.value}")
    for kind, codes in rule.actions.items():
        _check_codes(name, entry, f"actions.{kind.value}", codes, is_local)
    for field, patterns in (
        ("when.says", rule.when.says),
        ("when.unless_says", rule.when.unless_says),
        ("quote", rule.quote),
    ):
        check_patterns(name, entry, field, patterns)
    _check_limit(name, entry, rule.limit)
    if not is_local:
        check_reviewed(name, entry, rule)


def _check_codes(name: str, entry: str, field: str, codes: Iterable[str], is_local: bool) -> None:
    seen: set[str] = set()
    for code in codes:
        if not _ACTION_CODE.fullmatch(code) and not (is_local and LOCAL_ACTION_CODE.fullmatch(code)):
            beside = " or a local action, LA01 to LA99" if is_local else ""
            refuse_entry(name, entry, field, f"“{code}” is not one of A01 to A30{beside}")
        if code in seen:
            refuse_entry(name, entry, field, f"{code} is named twice")
        seen.add(code)


def _check_limit(name: str, entry: str, limit: Limit) -> None:
    counts = [n for n in (limit.hours, limit.days, limit.working_days) if n is not None]
    if limit.from_ == "family" and len(counts) != 1:
        refuse_entry(name, entry, "limit", "give one of hours, days and working_days")
    if limit.from_ != "family" and counts:
        refuse_entry(name, entry, "limit", f"a limit from “{limit.from_}” takes no number of hours or days")
    if any(n < 0 for n in counts):
        refuse_entry(name, entry, "limit", "a number below nought")
