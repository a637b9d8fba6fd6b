"""The rule base as typed values, read from the TOML files of `alerts/`: what each rule asks for and what it gives.

Refuses a file with an unknown key or a wrong value, naming file, rule and field. Decides nothing about any alert.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Literal

import msgspec

from msat import shipped
from msat.alerts.model import Family
from msat.errors import Refused
from msat.triage.conditions import Limit, When, check_limit, check_when
from msat.triage.exceptions import EXCEPTIONS_FILE, NEEDED_EXCEPTIONS, RuleException, read_exceptions
from msat.triage.model import OrganisationKind, Priority
from msat.triage.reading import (
    Basis,
    PriorityWord,
    Reviewed,
    Strict,
    check_patterns,
    check_reviewed,
    check_said,
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
SECOND_PERSON = "second-person"
"""Stands beside action codes in `may_close`: a second person, a clinician, signs as well."""
# What a rule can give: `none` is no rating; `inherits` leaves everything to the rule of what it updates (F27).
RulePriority = Literal["red", "amber", "green", "none", "inherits"]
LOCAL_RULE_ID = re.compile(r"L(?:0[1-9]|[1-9]\d)")
LOCAL_ACTION_CODE = re.compile(r"LA(?:0[1-9]|[1-9]\d)")



class Rule(Reviewed, frozen=True, kw_only=True):
    """One rule of the base: when it fits, how urgent that is for each kind, by when, and what to do."""

    id: str
    name: str
    when: When
    priority: dict[OrganisationKind, RulePriority]
    limit: Limit
    actions: dict[OrganisationKind, list[str]]
    reason: str
    reason_for: dict[OrganisationKind, str] = {}
    quote: list[str] = []
    """Patterns of words that the rule does not depend on: the sentence of the first match is quoted with the reason."""
    may_close: dict[OrganisationKind, list[str]] = {}
    """What must be answered before sign-off, where that is not simply every required action of the catalogue."""

    @property
    def is_own(self) -> bool:
        """Whether it is a whole rule of an organisation's own, rather than a shipped one, changed or not."""
        return LOCAL_RULE_ID.fullmatch(self.id) is not None

    @property
    def inherits(self) -> bool:
        """Whether it leaves priority, limit and actions to the rule that fits besides."""
        return "inherits" in self.priority.values()

    def priority_for(self, kind: OrganisationKind) -> Priority | None:
        word = self.priority[kind]
        return None if word in ("none", "inherits") else Priority(word)

    def may_close_for(self, kind: OrganisationKind) -> tuple[str, ...]:
        """Codes of actions, and `second-person`, that must be answered before sign-off; none: the required actions."""
        return tuple(self.may_close.get(kind, ()))

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
        arriving = [rule for rule in self.rules if not rule.inherits and not rule.when.again]
        return {f.value: tuple(r for r in arriving if f in r.when.families) for f in Family}

    def of_family(self, family: str) -> tuple[Rule, ...]:
        """The rules that a notice of a family may be decided by."""
        return self._by_family.get(family, ())

    def variants(self, id_: str) -> tuple[Rule, ...]:
        """The rules called `id_`: one id can have several, for instance by level. None for an unknown id."""
        return tuple(rule for rule in self.rules if rule.id == id_)

    def may_close(self, id_: str, kind: OrganisationKind) -> tuple[str, ...]:
        """What the rule called `id_` asks for before sign-off, over all its variants; none: the required actions."""
        return tuple(dict.fromkeys(code for rule in self.variants(id_) for code in rule.may_close_for(kind)))


def load_shipped_rules() -> RuleBase:
    """The rules that ship with this version of MSAT."""
    names = ("alerts/version.toml", "alerts/exceptions.toml", *shipped.names("alerts/rules", ".toml"))
    return _whole(tuple((name.removeprefix("alerts/"), shipped.text(name)) for name in names))


@lru_cache(maxsize=1)
def _whole(files: tuple[tuple[str, str], ...]) -> RuleBase:
    """The rule base of these names and texts, made once: a window asks for it again at every change of local rules."""
    base = load_rules(dict(files))
    check_whole(base)
    return base


def check_whole(base: RuleBase) -> None:
    """Raises Refused where a rule of the table F01 to F28 is gone, for instance with its file."""
    held = {rule.id for rule in base.rules}
    for number in range(1, 29):
        if f"F{number:02}" not in held:
            what = f"The rule base has no rule F{number:02}: a file of alerts/rules is missing or has lost it."
            raise Refused(what, "Put it back, or install MSAT again.")


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
                check_reviewed(name, f"rule {rule.id}", rule)
                _check_once(name, rule, rules)
                rules.append(rule)
            for class_limit in content.class_limit:
                _check_class_limit(name, class_limit, limits)
                limits.append(class_limit)
    check_said(VERSION_FILE, "version", "version", version.version)
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
    for field, text in (("name", rule.name), ("reason", rule.reason)):
        check_said(name, entry, field, text)
    for kind, text in rule.reason_for.items():
        check_said(name, entry, f"reason_for.{kind.value}", text)
    check_when(name, entry, rule.when)
    for kind in OrganisationKind:
        if kind not in rule.priority:
            refuse_entry(name, entry, "priority", f"there is no priority for {kind.value}")
        if kind not in rule.actions:
            refuse_entry(name, entry, "actions", f"there are no actions for {kind.value}")
    for kind, codes in rule.actions.items():
        _check_codes(name, entry, f"actions.{kind.value}", codes, is_local)
    check_patterns(name, entry, "quote", rule.quote)
    _check_inheriting(name, entry, rule)
    _check_closing(name, entry, rule)
    check_limit(name, entry, rule.limit)
    if rule.limit.from_ != "class" and not is_local:  # a local limit is put in words by the overlay
        check_said(name, entry, "limit.why", rule.limit.why)


def _check_once(name: str, rule: Rule, before: Iterable[Rule]) -> None:
    """One id may have several variants, each with a name of its own."""
    if any((other.id, other.name) == (rule.id, rule.name) for other in before):
        refuse_entry(name, f"rule {rule.id}", "name", f"there is a rule {rule.id} called “{rule.name}” already")


def _check_class_limit(name: str, limit: ClassLimit, before: Iterable[ClassLimit]) -> None:
    entry = f"class_limit {limit.alert_class}"
    if any(other.alert_class == limit.alert_class for other in before):
        refuse_entry(name, entry, "class", "the limit of this class is given twice")
    counts = [n for n in (limit.hours, limit.days) if n is not None]
    if len(counts) + limit.immediately > 1:
        refuse_entry(name, entry, "hours", "give one of hours, days and immediately, or none for no limit")
    if any(not 0 < n <= 366 for n in counts):
        refuse_entry(name, entry, "hours" if limit.hours is not None else "days", "give a number from 1 to 366")
    check_said(name, entry, "why", limit.why)
    check_reviewed(name, entry, limit)


def _check_inheriting(name: str, entry: str, rule: Rule) -> None:
    """What a notice tells of an earlier one only makes it inherit: such a rule never rates, or it would rate all."""
    if rule.inherits and set(rule.priority.values()) != {"inherits"}:
        refuse_entry(name, entry, "priority", "a rule inherits for every kind of organisation or for none")
    if rule.when.tells and not rule.inherits:
        refuse_entry(name, entry, "priority", "a rule with when.tells inherits and has no priority of its own")
    if rule.inherits and not rule.when.tells:
        refuse_entry(name, entry, "when.tells", "a rule that inherits asks what the notice tells of an earlier one")


def _check_codes(name: str, entry: str, field: str, codes: Iterable[str], is_local: bool) -> None:
    seen: set[str] = set()
    for code in codes:
        if not _ACTION_CODE.fullmatch(code) and not (is_local and LOCAL_ACTION_CODE.fullmatch(code)):
            beside = " or a local action, LA01 to LA99" if is_local else ""
            refuse_entry(name, entry, field, f"“{code}” is not one of A01 to A30{beside}")
        if code in seen:
            refuse_entry(name, entry, field, f"{code} is named twice")
        seen.add(code)


def _check_closing(name: str, entry: str, rule: Rule) -> None:
    for kind, codes in rule.may_close.items():
        field = f"may_close.{kind.value}"
        for number, code in enumerate(codes):
            if code in codes[:number]:
                refuse_entry(name, entry, field, f"{code} is named twice")
            if code != SECOND_PERSON and code not in rule.actions[kind]:
                refuse_entry(name, entry, field, f"{code} is not one of its actions for {kind.value}")
