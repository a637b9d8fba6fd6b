"""Local rules as the screen shows and changes them: what is shipped, in force and in the draft; a pack with one entry
put in or taken out. No Qt; decides nothing: the services try every change and refuse what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from msat.errors import MsatError
from msat.gui import tongue
from msat.gui.tongue import later, spoken, tr

if TYPE_CHECKING:
    from msat.actions.catalogue import Action
    from msat.actions.letters import Letter
    from msat.actions.overlay import Laid
    from msat.actions.pack import LocalReason, Pack
    from msat.services.desk import Desk
    from msat.triage.model import OrganisationKind
    from msat.triage.overlay import Change, Entry
    from msat.triage.rules import Limit, Rule

KIND_WORDS = spoken(
    {
        "gp-practice": later("GP practice"),
        "dispensing-practice": later("Dispensing practice"),
        "pcn": "PCN",
        "community-pharmacy": later("Pharmacy"),
        "committee": later("Committee"),
    }
)
SHORT_KINDS = spoken({**KIND_WORDS, "gp-practice": "GP", "dispensing-practice": later("Dispensing")})
REASON_OF = spoken(
    {"applies": later("Applies here"), "does-not-apply": later("Does not apply"), "gap": later("Missing number")}
)
_MISTAKE = re.compile(r"^The file “[^”]*”, (?P<entry>[^,]+)(?:, field “(?P<field>[^”]+)”)?: (?P<what>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule: as shipped (None for one of your own), as the draft would have it, and its entry in the draft."""

    id: str
    name: str
    shipped: Rule | None
    now: Rule
    entry: Entry | None
    is_one_of_many: bool = False
    """Other shipped rules carry the same id; a change names the one that it means."""

    @property
    def is_own(self) -> bool:
        return self.shipped is None

    @property
    def local(self) -> str:
        """`yours`, `changed` or nothing."""
        return "yours" if self.is_own else ("changed" if self.entry else "")


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action: as shipped (None for one of your own), as the draft would have it, and its entry in the draft."""

    code: str
    shipped: Action | None
    now: Action
    entry: Entry | None

    @property
    def local(self) -> str:
        return "yours" if self.shipped is None else ("changed" if self.entry else "")


@dataclass(frozen=True, slots=True)
class Adoption:
    """One adoption or withdrawal, in words."""

    number: int
    head: str
    reason: str
    tried: str
    struck: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the tailoring screen shows, read at once."""

    own_kind: OrganisationKind
    organisation: str
    version: str
    """Of the rules in force."""
    is_local: bool
    problems: tuple[str, ...]
    draft: Pack
    """The draft; without one, what is in force, as a pack."""
    has_draft: bool
    trouble: str
    """A sentence when the draft cannot be read or does not fit; the tables then show what is in force."""
    text: str
    is_in_force: bool
    """The draft is what is in force."""
    rules: tuple[RuleLine, ...]
    actions: tuple[ActionLine, ...]
    letters: Mapping[str, Letter]
    shipped_letters: Mapping[str, Letter]
    shipped_places: Mapping[OrganisationKind, tuple[str, ...]]
    changes: tuple[Change, ...]
    adoptions: tuple[Adoption, ...]


def board(desk: Desk) -> Board:
    """Reads everything the screen shows. A draft that cannot be read is said, not raised."""
    from msat.actions.overlay import STOCK_CHECK, changes
    from msat.actions.pack import write_pack
    from msat.services.tailor_drafts import draft_text, empty_pack, read_draft, try_on
    from msat.services.tailor_load import shipped_of
    from msat.triage.model import OrganisationKind

    local = desk.knowledge.local
    standing = local.pack if local else empty_pack(desk)
    draft, trouble, text, has = standing, "", "", False
    laid: Laid | None = None
    try:
        text = draft_text(desk.places) or ""
        has = bool(text)
        draft = read_draft(desk) if has else standing
        laid = try_on(desk, draft, "draft.msatrules")
    except MsatError as error:
        trouble = str(error)
    if laid is None:
        draft = draft if has and not trouble else standing
        laid = try_on(desk, standing, tr("the pack in force")) if not desk.knowledge.problems else None
    base = shipped_of(desk)
    rules = laid.rules if laid else desk.knowledge.rules
    actions = laid.actions if laid else desk.knowledge.actions
    shown = draft if not trouble else standing
    kinds = tuple(OrganisationKind)
    stock = base.actions.actions[STOCK_CHECK].places
    return Board(
        own_kind=OrganisationKind(desk.record.organisation.kind),
        organisation=desk.record.organisation.name,
        version=desk.knowledge.rules.version,
        is_local=local is not None,
        problems=desk.knowledge.problems,
        draft=shown,
        has_draft=has,
        trouble=trouble,
        text=text or write_pack(standing),
        is_in_force=write_pack(shown) == write_pack(standing),
        rules=_rule_lines(base.rules.rules, rules.rules, shown),
        actions=_action_lines(base.actions.actions, actions.actions, shown),
        letters=laid.letters if laid else desk.knowledge.letters,
        shipped_letters=base.letters,
        shipped_places={kind: tuple(stock.get(kind, ())) for kind in kinds},
        changes=changes(base, shown),
        adoptions=_adoptions(desk),
    )


def _rule_lines(shipped: Sequence[Rule], laid: Sequence[Rule], pack: Pack) -> tuple[RuleLine, ...]:
    own = len(laid) - len(shipped)
    ids = [rule.id for rule in shipped]
    lines = [RuleLine(rule.id, rule.name, None, rule, _entry(pack.rules, rule.id)) for rule in laid[:own]]
    for rule, now in zip(shipped, laid[own:], strict=True):
        entry = _entry(pack.rules, rule.id, rule.name)
        lines.append(RuleLine(rule.id, rule.name, rule, now, entry, ids.count(rule.id) > 1))
    return tuple(lines)


def _action_lines(shipped: Mapping[str, Action], laid: Mapping[str, Action], pack: Pack) -> tuple[ActionLine, ...]:
    own = [code for code in laid if code not in shipped]
    return tuple(
        ActionLine(code, shipped.get(code), laid[code], _entry(pack.actions, code)) for code in (*own, *shipped)
    )


def _entry(entries: Sequence[Entry], id_: str, which: str = "") -> Entry | None:
    """The entry of a rule; one that names which of several it means goes before one for all of them."""
    found = [one for one in entries if one.id == id_ and one.fields.get("which", "") in ("", which)]
    return max(found, key=lambda one: one.fields.get("which", "") == which, default=None)


def _adoptions(desk: Desk) -> tuple[Adoption, ...]:
    from msat.gui.dates import say_moment
    from msat.services.tailor_load import adoptions, newest

    standing = newest(desk.views)
    made = []
    for one in reversed(adoptions(desk.views)):
        what = (
            tr("adopted “{get}”").format(get=one.data.get("name"))
            if one.data.get("changes")
            else tr("withdrew the local rules")
        )
        deed = one.deed
        head = tr("{recorded}: {by}, {role}, {what}. Rules {get}.").format(
            recorded=say_moment(deed.recorded), by=deed.by, role=deed.role, what=what, get=one.data.get("version")
        )
        tried = tr("{get} of {get_2} alerts would have come out differently.").format(
            get=one.data.get("changed"), get_2=one.data.get("of")
        )
        made.append(
            Adoption(
                int(one.data.get("number") or 0),
                tr("{head} Entry {seq}.").format(head=head, seq=deed.seq),
                str(one.data.get("reason") or ""),
                tried,
                one.struck,
                standing is not None and one.deed.entry == standing.deed.entry and bool(one.data.get("changes")),
            )
        )
    return tuple(made)


# A pack with one thing another


def with_rule(pack: Pack, entry: Entry | None, before: Entry | None) -> Pack:
    """`pack` with `entry` in the place of `before`; without `before`, at the end; None takes it out."""
    return replace(pack, rules=_put(pack.rules, entry, before))


def with_action(pack: Pack, entry: Entry | None, before: Entry | None) -> Pack:
    return replace(pack, actions=_put(pack.actions, entry, before))


def _put(entries: Sequence[Entry], entry: Entry | None, before: Entry | None) -> tuple[Entry, ...]:
    kept: list[Entry] = []
    for one in entries:
        if one is not before and one != before:
            kept.append(one)
        elif entry is not None:
            kept.append(entry)
    if before is None and entry is not None:
        kept.append(entry)
    return tuple(kept)


def with_places(pack: Pack, kind: OrganisationKind, places: Sequence[str]) -> Pack:
    """`pack` with these stock places for a kind; none: as shipped."""
    rest = {known: listed for known, listed in pack.places.items() if known != kind}
    return replace(pack, places={**rest, kind: tuple(places)} if places else rest)


def with_letter(pack: Pack, name: str, text: str) -> Pack:
    """`pack` with another text for a letter; empty: as shipped."""
    rest = {known: words for known, words in pack.letters.items() if known != name}
    return replace(pack, letters={**rest, name: text} if text.strip() else rest)


def with_reason(pack: Pack, reason: LocalReason) -> Pack:
    return replace(pack, reasons=(*pack.reasons, reason))


def without_reason(pack: Pack, reason: LocalReason) -> Pack:
    return replace(pack, reasons=tuple(one for one in pack.reasons if one != reason))


def free_id(taken: Sequence[str], letters: str) -> str:
    """`L01`, or the first after it that is free; `LA01` for actions."""
    return next(f"{letters}{n:02}" for n in range(1, 1000) if f"{letters}{n:02}" not in taken)


def lines_of(text: str) -> list[str]:
    """The lines of a text that are not empty."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def codes_of(text: str) -> list[str]:
    """`a01, A02 LA01` as codes."""
    return [word.upper() for word in re.split(r"[\s,;]+", text.strip()) if word]


# Words


def mistake(error: MsatError) -> tuple[str, str]:
    """(field, what is wrong) of a refusal that names them; an empty field for any other."""
    found = _MISTAKE.match(error.explanation)
    if not found:
        return "", str(error)
    what = found["what"]
    return found["field"] or "", f"{what[:1].upper()}{what[1:]}"


def priority_words(word: str) -> str:
    return {"none": tr("No rating"), "inherits": tr("As the other rule")}.get(word, word.capitalize())


def field_words(field: str) -> str:
    """`priority.gp-practice` as people say it: `Priority for GP practice`."""
    name, _, of = field.partition(".")
    words = name.replace("_", " ").capitalize()
    return (
        tr("{words} for {KIND_WORDS}").format(words=words, KIND_WORDS=KIND_WORDS[of])
        if of in KIND_WORDS
        else f"{words}: {of}"
        if of
        else words
    )


def value_words(field: str, value: str) -> str:
    """A value of a change, with a priority as its word."""
    return priority_words(value) if field.startswith("priority") and value else value


def limit_words(limit: Limit) -> str:
    from msat.triage.overlay_limits import limit_in_words

    said = tongue.said(limit_in_words(limit))
    return f"{said[:1].upper()}{said[1:]}"


Edit = Callable[["Desk"], "Board"]


def save(pack: Pack) -> Edit:
    """Puts a pack in the draft's place, tried first; the board as it is then."""

    def do(desk: Desk) -> Board:
        from msat.services.tailor_drafts import save_draft

        save_draft(desk, pack)
        return board(desk)

    return do


def save_text(text: str) -> Edit:
    """Puts a text in the draft's place as it is written; it must be a pack, and may not fit yet."""

    def do(desk: Desk) -> Board:
        from msat.services import tailor_drafts

        tailor_drafts.save_text(desk, text)
        return board(desk)

    return do


def drop() -> Edit:
    """Takes the draft away; what is in force stays."""

    def do(desk: Desk) -> Board:
        from msat.services.tailor_drafts import drop_draft

        drop_draft(desk)
        return board(desk)

    return do


def fields_of(entry: Entry | None) -> dict[str, Any]:
    """The fields of an entry, to be changed and put back."""
    return dict(entry.fields) if entry else {}
