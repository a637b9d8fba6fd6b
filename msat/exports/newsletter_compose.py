"""One item of an issue as it will read for one audience: the program's words, and an editor's in place of them.

Pure. Batches, dates, priority, reference and link are never an editor's. Says which edits rest on an older notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from msat.actions.audiences import Audience
from msat.alerts.compare import compare
from msat.alerts.model import Alert
from msat.exports.newsletter import GROUPS, Item, NewsItem, make_item
from msat.exports.plain_text import one_line
from msat.projections.alert_state import AlertState
from msat.projections.newsletter_draft import FIELDS, DraftItem, Edit, Length
from msat.record.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Told:
    """What an item is made from: the alert as it stands for this audience, and its notice. `version`: the notice's."""

    state: AlertState
    notice: Alert | None
    version: str
    who: str = ""
    """Whom it asks to act, where that is not the audience's own word."""
    first: tuple[str, ...] = ()
    """Codes of actions that come before the audience's usual ones: what was agreed locally."""


@dataclass(frozen=True, slots=True)
class Composed:
    """One item for one audience. `own` is what the program would have written in all of it."""

    key: str
    audience: str
    length: Length
    item: NewsItem
    own: NewsItem
    edited: tuple[str, ...]
    """The fields that an editor worded."""


@dataclass(frozen=True, slots=True)
class Stale:
    """An edit made from an older version of the notice."""

    key: str
    field: str
    text: str
    """What the editor wrote."""
    was: str
    """What the program would have written then, and what it would write now; they may be the same."""
    now: str
    differences: tuple[str, ...]
    """What differs between the two versions of the notice, a sentence each, the material ones first."""
    material: bool = False


def compose(item: DraftItem, told: Told, audience: Audience, organisation: Organisation, as_at: datetime) -> Composed:
    """The item for `audience` in the length chosen for it, with the edits that hold there."""
    own = own_words(item.length, told, audience, organisation, as_at)
    made, edited = own, []
    for field in FIELDS:
        edit = item.edit_of(field, item.length, audience.id)
        if edit is not None:
            made = _with_field(made, field, edit.text)
            edited.append(field)
    return Composed(item.key, audience.id, item.length, made, own, tuple(edited))


def as_sent(one: Composed, words: Sequence[str]) -> Composed:
    """The item with the words that its readers were sent, by FIELDS; as it is where they are not known."""
    made = one.item
    for field, text in zip(FIELDS, words, strict=False):
        if field_text(made, field) != text:
            made = _with_field(made, field, text)
    return replace(one, item=made)


def own_words(length: Length, told: Told, audience: Audience, organisation: Organisation, as_at: datetime) -> NewsItem:
    """The item without any edit."""
    order = (*told.first, *audience.actions)
    return make_item(
        Item(told.state, told.notice, who=told.who or audience.who, order=order, length=length), organisation, as_at
    )


def ordered(composed: Sequence[Composed]) -> tuple[Composed, ...]:
    """Reds first, what is closed last; within a group as the editor ordered them."""
    return tuple(sorted(composed, key=lambda one: GROUPS.index(one.item.group)))


def field_text(item: NewsItem, field: str) -> str:
    """What stands in one of FIELDS, as an editor sees it; actions a line each."""
    match field:
        case "headline":
            return item.headline
        case "action":
            return "\n".join(item.actions)
        case "why":
            return " ".join(item.why)
        case "patients":
            return " ".join(item.patients)
        case _:
            return item.help


def _with_field(item: NewsItem, field: str, text: str) -> NewsItem:
    lines = tuple(filter(None, (one_line(line).rstrip(".") for line in text.splitlines())))
    whole = (one_line(text),) if text.strip() else ()
    match field:
        case "headline":
            return replace(item, headline=one_line(text))
        case "action":
            return replace(item, actions=lines)
        case "why":
            return replace(item, why=whole)
        case "patients":
            return replace(item, patients=whole)
        case _:
            return replace(item, help=one_line(text))


def stale_edits(item: DraftItem, told: Told, own: NewsItem, older: Sequence[Alert | None]) -> tuple[Stale, ...]:
    """The edits of an item that rest on another version than the newest. `older` are the notices they rest on, in the
    order of the edits; None where that version cannot be read any more."""
    found = []
    for edit, notice in zip(item.edits, older, strict=True):
        if edit.version == told.version:
            continue
        differences = compare(notice, told.notice) if notice and told.notice else ()
        said = tuple(one.text for one in differences) or ("The notice was read anew; its older text is not at hand.",)
        material = any(one.material for one in differences)
        found.append(_stale(item, edit, own, said, material))
    return tuple(found)


def _stale(item: DraftItem, edit: Edit, own: NewsItem, said: tuple[str, ...], material: bool) -> Stale:
    return Stale(item.key, edit.field, edit.text, edit.was, field_text(own, edit.field), said, material)
