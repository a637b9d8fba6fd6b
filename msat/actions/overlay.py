"""A pack laid over what is shipped: rules, actions, stock places, reasons and letters, as they then stand here.

Pure. A mistake is refused, or, when an adopted pack meets a newer shipped base, becomes a conflict in words while the
shipped text stays in force for that entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from msat.actions.catalogue import Action, Catalogue, check_action
from msat.actions.letters import Letter, check_letter, load_shipped_letters
from msat.actions.model import AnswerKind
from msat.actions.pack import LocalReason, Pack, checked_places
from msat.errors import Refused
from msat.triage.model import OrganisationKind
from msat.triage.overlay import Change, Entry, Origin, convert_entry, lay_rules
from msat.triage.overlay_limits import KEPT_ACTIONS
from msat.triage.overlay_patterns import check_quick
from msat.triage.reading import Strict, refuse_entry
from msat.triage.rules import LOCAL_ACTION_CODE, RuleBase

_MOST_ACTIONS = 20
STOCK_CHECK = "A03"
"""The action whose places are an organisation's own stock places."""
_NOT_LOCAL = (AnswerKind.ACKNOWLEDGE, AnswerKind.APPLIES, AnswerKind.SIGN_OFF)


@dataclass(frozen=True, slots=True)
class Base:
    """What a pack is laid over: everything as shipped."""

    rules: RuleBase
    actions: Catalogue
    letters: Mapping[str, Letter]


@dataclass(frozen=True, slots=True)
class Laid:
    """Everything with a pack laid over it, what is different, and what could not be laid any more."""

    rules: RuleBase
    actions: Catalogue
    letters: Mapping[str, Letter]
    reasons: tuple[LocalReason, ...]
    changes: tuple[Change, ...]
    conflicts: tuple[str, ...]


class ActionChange(Strict, frozen=True, kw_only=True):
    """What a pack may change of a shipped action: its words, its places, and whether signing off waits for it."""

    name: str = ""
    text: str = ""
    help: str = ""
    text_for: dict[OrganisationKind, str] = {}
    text_for_rule: dict[str, str] = {}
    required: bool | None = None
    required_for: dict[OrganisationKind, bool] = {}
    places: dict[OrganisationKind, list[str]] = {}
    months_after: int | None = None


def shipped_base(rules: RuleBase, actions: Catalogue) -> Base:
    """The base of the shipped rules and actions."""
    return Base(rules, actions, load_shipped_letters())


def unchanged(base: Base) -> Laid:
    """The base with nothing laid over it."""
    return Laid(base.rules, base.actions, base.letters, (), (), ())


def lay(base: Base, pack: Pack, origin: Origin, name: str = "the pack", strict: bool = True) -> Laid:
    """`base` with `pack` laid over it. The first mistake raises Refused naming file, entry and field; when not
    `strict`, what does not fit any more is left as shipped and named among the conflicts."""
    if pack.is_empty:
        return unchanged(base)
    conflicts: list[str] = []

    def each(entries: Iterable[Any], do: Callable[[Any], None]) -> None:
        for entry in entries:
            try:
                do(entry)
            except Refused as refused:
                if strict:
                    raise
                conflicts.append(refused.explanation)

    laying = _Laying(base, origin, name)
    each(pack.actions, laying.action)
    each(pack.places.items(), laying.places)
    each(pack.letters.items(), laying.letter)
    rules = lay_rules(base.rules, pack.rules, origin, frozenset(laying.actions), name, strict)
    reasons = [
        Change("reasons", f"{r.of}.{r.code}", "", r.words, origin.who, origin.adopted, pack.why) for r in pack.reasons
    ]
    changes = (*rules.changes, *laying.changes, *reasons)
    return Laid(
        rules.rules,
        Catalogue(laying.actions),
        laying.letters,
        pack.reasons,
        changes,
        (*conflicts, *rules.conflicts),
    )


def changes(base: Base, pack: Pack) -> tuple[Change, ...]:
    """Every field that `pack` makes different from what is shipped. What does not fit the base is left out."""
    return lay(base, pack, Origin(pack.organisation, None, pack.who), pack.name, strict=False).changes


class _Laying:
    """Lays the parts of one pack, entry by entry; an entry that is refused changes nothing."""

    def __init__(self, base: Base, origin: Origin, name: str) -> None:
        self.actions: dict[str, Action] = dict(base.actions.actions)
        self.letters: dict[str, Letter] = dict(base.letters)
        self.changes: list[Change] = []
        self._base, self._origin, self._name = base, origin, name
        self._own_places: set[tuple[str, OrganisationKind]] = set()

    def action(self, entry: Entry) -> None:
        """A local action, or other words for a shipped one."""
        if LOCAL_ACTION_CODE.fullmatch(entry.id):
            self._new_action(entry)
        else:
            self._changed_action(entry)

    def _new_action(self, entry: Entry) -> None:
        said = f"action {entry.id}"
        if len(self.actions) - len(self._base.actions.actions) >= _MOST_ACTIONS:
            refuse_entry(self._name, said, "code", f"a pack has at most {_MOST_ACTIONS} actions of its own")
        given = {"help": "", **entry.fields, "code": entry.id}
        action: Action = convert_entry(self._name, said, given, Action)
        if action.answer in _NOT_LOCAL:
            refuse_entry(self._name, said, "answer", f"“{action.answer}” is asked by the shipped actions already")
        self._check_places(said, entry.id, action.places)
        if action.answer is AnswerKind.PLACES:
            stock = self.actions[STOCK_CHECK].places
            action = msgspec.structs.replace(action, places={**stock, **action.places})
        check_action(self._name, action, is_local=True)
        check_quick(self._name, said, "words_like", [action.words_like] if action.words_like else [])
        self.actions[entry.id] = msgspec.structs.replace(action, help=self._told(action.help, "Local action"))
        self._say(entry, "action", "", f"{action.name}: {action.text}", action.name)

    def _changed_action(self, entry: Entry) -> None:
        said = f"action {entry.id}"
        shipped = self._base.actions.actions.get(entry.id)
        if shipped is None:
            refuse_entry(self._name, said, "code", "there is no such shipped action (a new one is LA01 to LA99)")
            return
        change: ActionChange = convert_entry(self._name, said, entry.fields, ActionChange)
        given = {k: v for k, v in msgspec.structs.asdict(change).items() if v not in ("", {}, None)}
        if not given:
            refuse_entry(self._name, said, "text", "nothing is changed; give a text, a help, places or required")
        if entry.id in KEPT_ACTIONS and (change.required is False or not all(change.required_for.values())):
            refuse_entry(self._name, said, "required", "every alert needs this action")
        merged = {k: {**getattr(shipped, k), **v} if isinstance(v, dict) else v for k, v in given.items()}
        action = msgspec.structs.replace(shipped, **merged)
        check_action(self._name, action)
        self._check_places(said, entry.id, change.places)
        is_worded = any(field in given for field in ("text", "text_for", "text_for_rule", "help"))
        help_ = self._told(action.help, "Worded locally") if is_worded else action.help
        self.actions[entry.id] = msgspec.structs.replace(action, help=help_)
        for field, before, after in _differences(shipped, action, given):
            self._say(entry, field, before, after, shipped.name)

    def places(self, listed: tuple[OrganisationKind, tuple[str, ...]]) -> None:
        """An organisation's own stock places, wherever an action asks for places and names none of its own."""
        kind, places = listed
        shipped = self.actions[STOCK_CHECK].places.get(kind, [])
        for code, action in self.actions.items():
            is_stock = code == STOCK_CHECK or LOCAL_ACTION_CODE.fullmatch(code)
            if is_stock and action.answer is AnswerKind.PLACES and (code, kind) not in self._own_places:
                own = {**action.places, kind: list(places)}
                self.actions[code] = msgspec.structs.replace(action, places=own)
        self._say(Entry("places", "", {}), kind.value, "; ".join(shipped), "; ".join(places))

    def _check_places(self, said: str, code: str, places: Mapping[OrganisationKind, list[str]]) -> None:
        for kind, listed in places.items():
            checked_places(self._name, said, listed)
            self._own_places.add((code, kind))

    def letter(self, given: tuple[str, str]) -> None:
        """Another text for a shipped letter."""
        name, text = given
        shipped = self.letters.get(name)
        if shipped is None:
            names = ", ".join(sorted(self.letters))
            refuse_entry(self._name, f"letter {name}", "letters", f"there is no such letter; there is: {names}")
            return
        check_letter(self._name, name, text)
        source = f"{self._origin.said}; shipped: {shipped.source}"
        self.letters[name] = msgspec.structs.replace(shipped, text=text, basis="local", source=source)
        self._say(Entry("letters", "", {}), name, shipped.text.strip(), text.strip(), shipped.title)

    def _told(self, help_: str, what: str) -> str:
        return f"{help_} {what} ({self._origin.organisation}).".strip()

    def _say(self, entry: Entry, field: str, shipped: str, local: str, name: str = "") -> None:
        origin = self._origin
        self.changes.append(
            Change(entry.id, field, shipped, local, origin.who, origin.adopted, entry.why, name)
        )


def _differences(shipped: Action, action: Action, given: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Field, shipped value and local value, in words, for each field that a pack changes."""
    for field in given:
        before, after = getattr(shipped, field), getattr(action, field)
        if not isinstance(after, dict):
            yield field, _in_words(before), _in_words(after)
            continue
        for key in given[field]:
            yield f"{field}.{key}", _in_words(before.get(key, "")), _in_words(after[key])


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
