"""An issue of a newsletter while it is being written: which alerts, in which order, how long, edited how. Plain values.

Every change makes a new draft. An edit keeps what stood there before and which version of the notice that was made
from, so that a later change of the source can be told. Nothing here is recorded; `services.newsletter_drafts` keeps it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from msat.errors import Refused

MOST_ITEMS = 100
FIELDS = ("headline", "action", "why", "patients", "help")
"""What an editor may word: batch numbers, dates, reference and link always stand as the notice gives them."""


class Length(StrEnum):
    """How much of an alert an item tells."""

    SHORT = "short"
    STANDARD = "standard"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Edit:
    """Words of an editor in place of the program's. Empty `length` or `audience`: for every one."""

    field: str
    """One of FIELDS. Actions stand a line each."""
    text: str
    was: str
    """What the program would have written when it was edited."""
    version: str
    """The version of the notice, by its fingerprint, that it was edited from."""
    length: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One alert in the issue. `audiences` empty: all of the issue's that it asks something of."""

    key: str
    length: Length = Length.STANDARD
    audiences: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()

    def edit_of(self, field: str, length: str, audience: str) -> Edit | None:
        """The edit that holds for this length and audience: the most particular one, else the newest."""
        fitting = [
            one
            for one in reversed(self.edits)
            if one.field == field and one.length in ("", length) and one.audience in ("", audience)
        ]
        return max(fitting, key=lambda one: bool(one.length) + bool(one.audience), default=None)


@dataclass(frozen=True, slots=True)
class SentItem:
    """An item as some readers got it. `words`: what stood in each of FIELDS, in their order; empty: not known."""

    item: DraftItem
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AsSent:
    """The draft as it stood when some readers were sent it; only what they were told of."""

    title: str
    intro: str
    items: tuple[SentItem, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """That the issue was sent to some readers, as recorded. What they got is not changed any more."""

    when: str
    """UTC, as the record writes it."""
    audiences: tuple[str, ...]
    entry: str
    draft: AsSent | None = None
    """None in files of before this was kept: then nothing was changed since."""


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """One issue. Each of its audiences can be sent it at another time; it is written on for those that were not."""

    id: str
    title: str
    audiences: tuple[str, ...]
    intro: str = ""
    items: tuple[DraftItem, ...] = ()
    made: str = ""
    """UTC, as the record writes it."""
    sent: tuple[Sent, ...] = ()

    def item(self, key: str) -> DraftItem | None:
        return next((one for one in self.items if one.key == key), None)

    @property
    def told(self) -> tuple[str, ...]:
        """The audiences that it was sent to."""
        return tuple(dict.fromkeys(one for sent in self.sent for one in sent.audiences))

    @property
    def unsent(self) -> tuple[str, ...]:
        """The audiences that it is still written for."""
        return tuple(one for one in self.audiences if one not in self.told)

    def sent_to(self, audience: str) -> Sent | None:
        """That it was sent to this audience, the last time that stands; None where it was not."""
        return next((one for one in reversed(self.sent) if audience in one.audiences), None)

    def as_for(self, audience: str) -> IssueDraft:
        """The issue as this audience was sent it; where it was not, as it is written."""
        sent = self.sent_to(audience)
        if sent is None or sent.draft is None:
            return self
        items = tuple(one.item for one in sent.draft.items)
        return replace(self, title=sent.draft.title, intro=sent.draft.intro, items=items)

    def words_sent(self, audience: str, key: str) -> tuple[str, ...]:
        """What stood in each of FIELDS of an item that this audience was sent; empty where that is not known."""
        sent = self.sent_to(audience)
        items = sent.draft.items if sent and sent.draft else ()
        return next((one.words for one in items if one.item.key == key), ())


def with_what_was_sent(issue: IssueDraft) -> IssueDraft:
    """The issue with what its readers got kept beside the draft, where its file does not say so yet."""
    now = AsSent(issue.title, issue.intro, tuple(SentItem(one) for one in issue.items))
    return replace(issue, sent=tuple(replace(one, draft=one.draft or now) for one in issue.sent))


def only(issue: IssueDraft, keys: frozenset[str]) -> IssueDraft:
    """The issue with these alerts alone, also in what was sent."""
    kept = tuple(
        replace(one, draft=replace(one.draft, items=tuple(each for each in one.draft.items if each.item.key in keys)))
        if one.draft
        else one
        for one in issue.sent
    )
    return replace(issue, items=tuple(one for one in issue.items if one.key in keys), sent=kept)


def issue_id(title: str) -> str:
    """A short name for files and commands: `november-2026`. Raises Refused where nothing is left of the title."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").casefold()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    if not made:
        raise Refused(f"“{title[:40]}” gives no name for an issue.", "Use letters or digits, as “November 2026”.")
    # Names that Windows keeps for itself; `render` also takes references, which all hold a sign that no id has.
    return f"issue-{made}" if re.fullmatch(r"con|prn|aux|nul|(?:com|lpt)\d", made) else made


def added(issue: IssueDraft, items: tuple[DraftItem, ...]) -> IssueDraft:
    """With these alerts at the end. Raises Refused for one that is in it, and for too many."""
    held = {one.key for one in issue.items}
    for one in items:
        if one.key in held:
            raise Refused(f"{one.key} is in “{issue.title}” already.", "Edit it there, or move it.")
        held.add(one.key)
    if len(held) > MOST_ITEMS:
        raise Refused(f"An issue holds at most {MOST_ITEMS} items.", "Begin another issue.")
    return replace(issue, items=(*issue.items, *items))


def removed(issue: IssueDraft, key: str) -> IssueDraft:
    """Without this alert; its edits go with it. Raises Refused when it is not in it."""
    _found(issue, key)
    return replace(issue, items=tuple(one for one in issue.items if one.key != key))


def moved(issue: IssueDraft, key: str, to: int) -> IssueDraft:
    """With this alert at place `to`, counted from 1; beyond the end is the end."""
    item = _found(issue, key)
    rest = [one for one in issue.items if one.key != key]
    rest.insert(max(0, min(to - 1, len(rest))), item)
    return replace(issue, items=tuple(rest))


def changed(issue: IssueDraft, item: DraftItem) -> IssueDraft:
    """With `item` in the place of the one about the same alert."""
    _found(issue, item.key)
    return replace(issue, items=tuple(item if one.key == item.key else one for one in issue.items))


def edited(item: DraftItem, edit: Edit) -> DraftItem:
    """With this edit, in the place of the one for the same field, length and audience."""
    return replace(item, edits=(*without_edit(item, edit.field, edit.length, edit.audience).edits, edit))


def without_edit(item: DraftItem, field: str, length: str = "", audience: str = "") -> DraftItem:
    """Without the edit of exactly this field, length and audience: the program's words stand again."""
    place = (field, length, audience)
    kept = tuple(one for one in item.edits if (one.field, one.length, one.audience) != place)
    return replace(item, edits=kept)


def _found(issue: IssueDraft, key: str) -> DraftItem:
    item = issue.item(key)
    if item is None:
        raise Refused(f"{key} is not in “{issue.title}”.", "Add it first: msatctl newsletter add.")
    return item
