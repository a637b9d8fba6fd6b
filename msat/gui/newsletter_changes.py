"""What a change makes of an item of an issue, and how a change is undone. Pure but for Qt's stack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from msat.projections.newsletter_draft import DraftItem, Edit, IssueDraft, edited, without_edit

if TYPE_CHECKING:
    from msat.services.newsletter_writing import Writing

_MERGED = 1


class Change(QUndoCommand):
    """From one draft to the next. Typing in one field is one change: those of the same `merge` become one."""

    def __init__(
        self,
        show: Callable[[IssueDraft, str], None],
        before: IssueDraft,
        after: IssueDraft,
        words: str,
        key: str,
        merge: str,
    ) -> None:
        super().__init__(words)
        self._show, self.before, self.after, self.key, self.merge = show, before, after, key, merge

    def id(self) -> int:
        return _MERGED if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Change) or other.merge != self.merge:
            return False
        self.after = other.after
        return True

    def redo(self) -> None:
        self._show(self.after, self.key)

    def undo(self) -> None:
        self._show(self.before, self.key)


def worded(item: DraftItem, field: str, text: str, audience: str, writing: Writing) -> tuple[DraftItem, str]:
    """With an editor's words in a field, and what names the place they hold for; the same item where nothing differs.

    They hold where the words before held; the first ones for these readers only, where the program words the field
    otherwise for others.
    """
    from msat.exports.newsletter_compose import field_text

    now = item.edit_of(field, item.length, audience)
    found = writing.own(item.key, audience)
    own = field_text(found, field) if found else ""
    if text == (now.text if now else own):
        return item, ""
    differs = field in writing.differing.get(item.key, frozenset())
    length = now.length if now else ""
    whom = now.audience if now else (audience if differs else "")
    edit = Edit(field, text, own, writing.versions.get(item.key, ""), length, whom)
    return edited(item, edit), f"{item.key}/{field}/{whom}/{length}"


def unworded(item: DraftItem, field: str, audience: str) -> DraftItem:
    """With the program's words in a field."""
    now = item.edit_of(field, item.length, audience)
    return without_edit(item, field, now.length, now.audience) if now else item


def widened(item: DraftItem, field: str, audience: str, everybody: bool) -> DraftItem:
    """With an editor's words in a field for all readers, or for these only."""
    now = item.edit_of(field, item.length, audience)
    if now is None:
        return item
    rest = without_edit(item, field, now.length, now.audience)
    return edited(rest, replace(now, audience="" if everybody else audience))


def still_standing(item: DraftItem, writing: Writing) -> DraftItem:
    """With edits that were held against the notice as it is now, and stand."""
    version = writing.versions.get(item.key, "")
    now = {one.field: one.now for one in writing.stale(item.key)}
    return replace(
        item, edits=tuple(replace(one, version=version, was=now.get(one.field, one.was)) for one in item.edits)
    )


def renewed(item: DraftItem, field: str, writing: Writing) -> DraftItem:
    """Without the edits of a field that rest on an older notice: the program's words, made from the new one, stand."""
    version = writing.versions.get(item.key, "")
    return replace(item, edits=tuple(one for one in item.edits if one.field != field or one.version == version))
