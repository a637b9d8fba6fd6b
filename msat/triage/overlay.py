"""Local rules laid over the shipped ones: a shipped rule's priority, deadline, actions or words, or a whole new rule.

Pure. Keeps the shipped value beside each local one. The line that no local rule crosses is held by `overlay_limits`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from msat.clock import say_date
from msat.errors import Refused
from msat.triage import overlay_limits as line
from msat.triage.conditions import PATTERN_FIELDS
from msat.triage.model import OrganisationKind
from msat.triage.overlay_patterns import check_quick
from msat.triage.reading import PriorityWord, Strict, refuse_entry, with_name
from msat.triage.rules import LOCAL_RULE_ID, Limit, Rule, RuleBase, check_rule

_LONGEST_NAME = 160
_NEVER_LOCAL = ("basis", "source", "reviewed_by", "reviewed_on")
_BY_KIND = ("priority", "actions", "add_actions", "drop_actions")


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose local rules these are: what is said wherever one of them speaks."""

    organisation: str
    adopted: date | None = None
    """None while they are only tried."""
    who: str = ""
    version: str = "draft"
    """What stands behind the shipped version once they are in force: `L3`."""

    @property
    def said(self) -> str:
        when = f"adopted {say_date(self.adopted)}" if self.adopted else "not yet adopted"
        return f"Local rule of {self.organisation}, {when}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a pack as it is written: the rule or action that it speaks of, why, and its other fields."""

    id: str
    why: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that stands differently here: what is shipped, what is local, who adopted it, when, and why."""

    rule: str
    """The id of a rule or action, or `places`, `reasons`, `letters`."""
    field: str
    shipped: str
    """Empty when nothing is shipped in its place."""
    local: str
    who: str = ""
    when: date | None = None
    why: str = ""
    name: str = ""
    """What the rule or action is called; several rules can share an id."""


@dataclass(frozen=True, slots=True)
class LaidRules:
    """The rules with the local ones laid over them, what that changed, and what could not be laid any more."""

    rules: RuleBase
    changes: tuple[Change, ...]
    conflicts: tuple[str, ...]


class RuleChange(Strict, frozen=True, kw_only=True):
    """What a pack may change of a shipped rule. What is left out stays as shipped."""

    which: str = ""
    """Of several rules with this id, the one that is called so; empty: all of them."""
    name: str = ""
    priority: dict[OrganisationKind, PriorityWord] = {}
    limit: Limit | None = None
    actions: dict[OrganisationKind, list[str]] = {}
    add_actions: dict[OrganisationKind, list[str]] = {}
    drop_actions: dict[OrganisationKind, list[str]] = {}
    reason: str = ""
    reason_for: dict[OrganisationKind, str] = {}


def lay_rules(
    base: RuleBase, entries: Iterable[Entry], origin: Origin, codes: Collection[str], name: str, strict: bool = True
) -> LaidRules:
    """`base` with the local `entries` laid over it. `codes` are the actions that there are, `name` the pack's file.

    The first mistake raises Refused naming file, rule and field. When not `strict`, that rule is left as shipped and
    the sentence becomes a conflict: so does a pack meet a newer shipped base.
    """
    rules, own = list(base.rules), list[Rule]()
    changes, conflicts = list[Change](), list[str]()
    for entry in entries:
        try:
            if LOCAL_RULE_ID.fullmatch(entry.id):
                rule = _new_rule(base, entry, origin, codes, name)
                own.append(rule)
                changes.append(_made(entry, origin, rule, "rule", "", line.rule_in_words(rule)))
            else:
                change = _read_change(entry, name)
                places = _places_of(base.rules, rules, entry, change, name)
                after = [_changed(base, rules[at], entry, change, origin, codes, name) for at in places]
                for at, rule in zip(places, after, strict=True):
                    changes += _differences(rules[at], rule, entry, change, origin)
                    rules[at] = rule
        except Refused as refused:
            if strict:
                raise
            conflicts.append(refused.explanation)
    # Local rules stand first: of two that are as urgent the more particular one, which is local, decides.
    laid = RuleBase(f"{base.version}+{origin.version}", base.dated, (*own, *rules), base.class_limits, base.exceptions)
    return LaidRules(laid, tuple(changes), tuple(conflicts))


def convert_entry(name: str, entry: str, fields: Mapping[str, Any], type_: type[Any]) -> Any:
    """The fields of one table as `type_`. Raises Refused naming file, entry and field."""
    try:
        return msgspec.convert(fields, type_)
    except msgspec.ValidationError as error:
        complaint, _, path = str(error).partition(" - at `")
        field = with_name(path.rpartition("$")[2].strip("`."), fields, complaint)
        where = f", field “{field}”" if field else ""
        raise Refused(
            f"The file “{name}”, {entry}{where}: {complaint}.", "Mend that field; nothing was changed."
        ) from error


def _for_every_kind(fields: Mapping[str, Any]) -> dict[str, Any]:
    """`priority = "amber"` and `actions = ["A01"]` hold for every kind of organisation."""
    wide = {**fields}
    for field in _BY_KIND:
        if isinstance(wide.get(field), str | list):
            wide[field] = {kind.value: wide[field] for kind in OrganisationKind}
    return wide


def _read_change(entry: Entry, name: str) -> RuleChange:
    change: RuleChange = convert_entry(name, f"rule {entry.id}", _for_every_kind(entry.fields), RuleChange)
    if change == RuleChange(which=change.which):
        refuse_entry(name, f"rule {entry.id}", "priority", "nothing is changed; give priority, limit, actions or words")
    return change


def _places_of(
    base: Sequence[Rule], now: Sequence[Rule], entry: Entry, change: RuleChange, name: str
) -> list[int]:
    """Where in the base the rules stand that a change speaks of. None may have been changed before."""
    of_id = [at for at, rule in enumerate(base) if rule.id == entry.id]
    if not of_id:
        refuse_entry(name, f"rule {entry.id}", "id", f"there is no shipped rule {entry.id} (a new one is L01 to L99)")
    found = [at for at in of_id if change.which in ("", base[at].name)]
    if not found:
        names = "; ".join(base[at].name for at in of_id)
        what = f"no rule {entry.id} is called “{change.which}”; there is: {names}"
        refuse_entry(name, f"rule {entry.id}", "which", what)
    if any(now[at] is not base[at] for at in found):
        refuse_entry(name, f"rule {entry.id}", "id", "this rule is changed twice; put both changes into one table")
    return found


def _new_rule(base: RuleBase, entry: Entry, origin: Origin, codes: Collection[str], name: str) -> Rule:
    said = f"rule {entry.id}"
    for field in _NEVER_LOCAL:
        if field in entry.fields:
            refuse_entry(name, said, field, "a local rule rests on its adoption and on nothing else")
    given = _for_every_kind(entry.fields)
    given = {"reason": entry.why, **given} if entry.why else given
    raw = {**given, **_basis(origin, f"Local rules of {origin.organisation}"), "id": entry.id}
    rule: Rule = convert_entry(name, said, raw, Rule)
    check_rule(name, rule)
    _check_name(name, said, rule.name)
    for field in PATTERN_FIELDS:
        check_quick(name, said, f"when.{field}", getattr(rule.when, field))
    check_quick(name, said, "quote", rule.quote)
    line.check_codes_known(name, rule, codes)
    line.check_has_kept(name, rule)
    line.check_limit(name, base, rule)
    told = {kind: f"{origin.said}: {_ended(rule.reason_to(kind))}" for kind in OrganisationKind}
    limit = msgspec.structs.replace(rule.limit, why=rule.limit.why or _limit_words(rule.limit, origin, ""))
    return msgspec.structs.replace(rule, reason_for=told, limit=limit)


def _changed(
    base: RuleBase, shipped: Rule, entry: Entry, change: RuleChange, origin: Origin, codes: Collection[str], name: str
) -> Rule:
    """`shipped` with the change, its reasons saying both what is local and what is shipped."""
    limit = change.limit
    if limit is not None and limit.from_ != "class":
        words = _limit_words(limit, origin, line.limit_in_words(shipped.limit))
        limit = msgspec.structs.replace(limit, why=f"{_ended(limit.why)} {words}".strip())
    rule = msgspec.structs.replace(
        shipped,
        name=change.name or shipped.name,
        priority={**shipped.priority, **change.priority},
        limit=limit or shipped.limit,
        actions={kind: _codes(shipped.actions[kind], change, kind, entry, name) for kind in OrganisationKind},
        **_basis(origin, f"Local rules of {origin.organisation}; shipped: {shipped.source}"),
    )
    check_rule(name, rule)
    line.check_codes_known(name, rule, codes)
    _check_name(name, f"rule {entry.id}", rule.name)
    line.check_kept(name, shipped, rule)
    line.check_limit(name, base, rule, shipped)
    line.check_lowering(name, shipped, rule, entry.why)
    told = {kind: _told(shipped, rule, kind, entry, change, origin) for kind in OrganisationKind}
    return msgspec.structs.replace(rule, reason_for=told)


def _check_name(name: str, entry: str, called: str) -> None:
    if not called.strip() or len(called) > _LONGEST_NAME or not called.isprintable():
        refuse_entry(name, entry, "name", f"a line of at most {_LONGEST_NAME} characters is wanted")


def _basis(origin: Origin, source: str) -> dict[str, Any]:
    on = say_date(origin.adopted) if origin.adopted else ""
    return {"basis": "local", "source": source, "reviewed_by": origin.who if on else "", "reviewed_on": on}


def _codes(shipped: Sequence[str], change: RuleChange, kind: OrganisationKind, entry: Entry, name: str) -> list[str]:
    codes = list(change.actions.get(kind, shipped))
    for code in change.drop_actions.get(kind, ()):
        if code not in codes:
            field = f"drop_actions.{kind.value}"
            refuse_entry(name, f"rule {entry.id}", field, f"{code} is not among its actions for {kind.value}")
        codes.remove(code)
    return [*codes, *change.add_actions.get(kind, ())]


def _told(
    shipped: Rule, rule: Rule, kind: OrganisationKind, entry: Entry, change: RuleChange, origin: Origin
) -> str:
    """The reason for one kind; the shipped one alone where nothing of it is changed."""
    words = change.reason_for.get(kind) or change.reason
    facts = [
        text
        for text, differs in (
            (line.priority_in_words(shipped.priority[kind]), shipped.priority[kind] != rule.priority[kind]),
            (line.limit_in_words(shipped.limit), change.limit is not None),
            (f"actions {' '.join(shipped.actions[kind])}", shipped.actions[kind] != rule.actions[kind]),
        )
        if differs
    ]
    if not words and not facts:
        return shipped.reason_to(kind)
    local = _ended(words or entry.why or "this rule is changed here")
    before = f"{'; '.join(facts)}. " if facts else ""
    return f"{origin.said}: {local} Shipped: {before}{shipped.reason_to(kind)}"


def _limit_words(limit: Limit, origin: Origin, shipped: str) -> str:
    beside = f"; shipped: {shipped}" if shipped else ""
    words = line.limit_in_words(limit)
    return f"{words[:1].upper()}{words[1:]} ({origin.said}{beside})."


def _ended(words: str) -> str:
    words = words.strip()
    return words if not words or words.endswith((".", "!", "?")) else f"{words}."


def _differences(before: Rule, after: Rule, entry: Entry, change: RuleChange, origin: Origin) -> Iterator[Change]:
    """What a change made different, a field for each kind of organisation where it is by kind."""
    for kind in OrganisationKind:
        if before.priority[kind] != after.priority[kind]:
            yield _made(entry, origin, before, f"priority.{kind.value}", before.priority[kind], after.priority[kind])
    if change.limit is not None:
        local, shipped = line.limit_in_words(after.limit), line.limit_in_words(before.limit)
        yield _made(entry, origin, before, "limit", shipped, local)
    for kind in OrganisationKind:
        if before.actions[kind] != after.actions[kind]:
            codes = (" ".join(before.actions[kind]), " ".join(after.actions[kind]))
            yield _made(entry, origin, before, f"actions.{kind.value}", *codes)
    if before.name != after.name:
        yield _made(entry, origin, before, "name", before.name, after.name)
    if change.reason:
        yield _made(entry, origin, before, "reason", before.reason, change.reason)
    for kind, words in change.reason_for.items():
        yield _made(entry, origin, before, f"reason_for.{kind.value}", before.reason_to(kind), words)


def _made(entry: Entry, origin: Origin, rule: Rule, field: str, shipped: str, local: str) -> Change:
    return Change(entry.id, field, shipped, local, origin.who, origin.adopted, entry.why, rule.name)
