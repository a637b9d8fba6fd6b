"""One issue while it is written: the draft in memory, what was found in it, undo and redo, and when it is kept.

Every change goes onto one stack and, after a pause, into the issue's file by the service; a crash loses no more than
the pause. Words that may not be kept (a patient's details) never get into the draft. Knows no widget.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from msat.errors import MsatError
from msat.gui import newsletter_changes as changes
from msat.gui import newsletter_deeds as deeds
from msat.gui.newsletter_words import arranged, beside_in
from msat.gui.session import Session
from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.projections.newsletter_draft import DraftItem, IssueDraft
    from msat.services.newsletter_writing import Writing

SAVE_MS = 600
"""A pause in typing after which the draft is kept."""
LOOK_MS, QUICK_MS = 700, 180
"""Pauses after which the whole issue, and the item being worded, are looked over."""
MEMORY = "newsletter/issue"
STYLE = "newsletter/style"


class Composer(QObject):
    """`opened`: another issue, or none. `changed` carries the key of the one item that changed, or an empty text.

    `settling`: what waits for a pause in typing is wanted now, before the issue, its readers or a length are others.
    `refused` carries key, field and error of words that were not taken; `told` a sentence for the notice bar.
    """

    opened = Signal()
    settling = Signal()
    changed = Signal(str)
    looked = Signal()
    kept = Signal()
    refused = Signal(str, str, object)
    told = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.issue: IssueDraft | None = None
        self.names: dict[str, str] = {}
        self.audience = ""
        self.writing: Writing | None = None
        self.trouble: MsatError | None = None
        """Why the draft is not kept, or cannot be looked over."""
        self.is_dirty = self.is_opening = False
        self._trouble_of = ""
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(500)
        self._keeper = deeds.Keeper(None)
        self._number, self._is_looking, self._is_due = 0, False, False
        self._quick_keys: set[str] = set()
        self._saving = self._timer(SAVE_MS, self.save)
        self._looking = self._timer(LOOK_MS, self.look_over)
        self._quick = self._timer(QUICK_MS, self._look_quickly)
        session.changes.happened.connect(lambda _changes: self._looking.start())

    def _timer(self, pause: int, on) -> QTimer:
        made = QTimer(self, singleShot=True, interval=pause)
        made.timeout.connect(on)
        return made

    # Which issue

    @property
    def style(self) -> str:
        """The house style in use: `own`, `shipped`, or a folder."""
        return self.session.memory.text(STYLE, deeds.OWN)

    def set_style(self, style: str) -> None:
        self.session.memory.keep(STYLE, style)
        self.look_over()

    @property
    def is_open(self) -> bool:
        return self.issue is not None

    @property
    def shown(self) -> IssueDraft | None:
        """The issue as the readers shown were sent it; where they were not, as it is written."""
        return self.issue.as_for(self.audience) if self.issue else None

    @property
    def can_write(self) -> bool:
        """Whether what is shown may still be changed: what its readers were sent may not."""
        return self.issue is not None and not self.is_told(self.audience)

    def is_told(self, audience: str) -> bool:
        """Whether these readers were sent the issue."""
        return self.issue is not None and self.issue.sent_to(audience) is not None

    def write_on(self) -> bool:
        """Shows the issue as readers get it whom it was not sent to yet; False where there are none left."""
        if self.issue is not None and self.issue.unsent and not self.can_write:
            self.set_audience(self.issue.unsent[0])
        return self.can_write

    def open(self, id_: str = "") -> None:
        """Opens an issue: the one named, else the one of last time, else the newest draft."""
        self.settling.emit()
        self.flush()
        self.is_opening = True
        self.changed.emit("")
        self.session.read(deeds.opened(id_ or self.session.memory.text(MEMORY)), self._opened, self)

    def _opened(self, found: deeds.Opened | None) -> None:
        self.is_opening = False
        self._number += 1
        self.stack.clear()
        self.writing, self.trouble, self.is_dirty = None, None, False
        self.issue = found.issue if found else None
        self.names = found.names if found else {}
        self._keeper = deeds.Keeper(found.kept if found else None)
        audiences = self.issue.audiences if self.issue else ()
        if self.audience not in audiences:
            self.audience = next(iter(self.issue.unsent), audiences[0]) if self.issue and audiences else ""
        if self.issue is not None:
            self.session.memory.keep(MEMORY, self.issue.id)
        self.opened.emit()
        self.look_over()

    def begin_with(self, keys: list[str]) -> None:
        """Begins an issue named for the month, with these alerts."""
        self.session.run(deeds.begin("", (), "", keys), self, lambda issue: self.open(issue.id))

    def close(self) -> None:
        """No issue is open: it was given up."""
        self._saving.stop()
        self.session.memory.keep(MEMORY, "")
        self.is_dirty = False
        self.open()

    def set_audience(self, audience: str) -> None:
        """Shows the issue as these readers get it."""
        if self.issue is not None and audience in self.issue.audiences and audience != self.audience:
            self.settling.emit()
            self.audience = audience
            self.changed.emit("")

    # Changing

    def add(self, keys: list[str]) -> list[str]:
        """Puts alerts at the end; returns those that were not in it yet."""
        from msat.projections.newsletter_draft import DraftItem, added

        if not self.can_write:
            return []
        fresh = [key for key in dict.fromkeys(keys) if self.issue.item(key) is None]
        if fresh:
            self._change(lambda: added(self.issue, tuple(map(DraftItem, fresh))), tr("Add to the issue"))
        return fresh

    def remove(self, key: str) -> None:
        from msat.projections.newsletter_draft import removed

        if self.can_write and self.issue.item(key) is not None:
            self._change(lambda: removed(self.issue, key), tr("Take out of the issue"))

    def move(self, key: str, by: int) -> bool:
        """One place up or down within its section; False at the section's end, where its priority holds it."""
        beside = beside_in(self.sections(), key, by)
        if not self.can_write or not beside:
            return False
        self.place(key, beside, after=by > 0)
        return True

    def place(self, key: str, beside: str, after: bool = False) -> None:
        """Puts an item before another, or after it."""
        from msat.projections.newsletter_draft import moved

        if not self.can_write or key == beside:
            return
        rest = [one.key for one in self.issue.items if one.key != key]
        if beside in rest:
            to = rest.index(beside) + 1 + after
            self._change(lambda: moved(self.issue, key, to), tr("Move"))

    def set_length(self, key: str, length: str) -> None:
        from msat.projections.newsletter_draft import Length

        self.settling.emit()
        self._item(key, lambda item: replace(item, length=Length(length)), tr("Change the length"))

    def set_readers(self, key: str, audiences: tuple[str, ...]) -> None:
        """For whom an item is; none: all whom it asks something of."""
        self._item(key, lambda item: replace(item, audiences=audiences), tr("Change the readers"))

    def word(self, key: str, field: str, text: str) -> None:
        """Takes an editor's words for a field of an item."""
        item = self.issue.item(key) if self.can_write else None
        if item is None or self.writing is None:
            return
        try:
            text = deeds.checked_words(field, text)
        except MsatError as error:
            self.refused.emit(key, field, error)
            return
        self.refused.emit(key, field, None)
        made, merge = changes.worded(item, field, text, self.audience, self.writing)
        self._change(lambda: self._with(made), tr("Edit"), key, merge)

    def own_words(self, key: str, field: str) -> None:
        """Puts the program's words back in a field."""
        self._item(key, lambda item: changes.unworded(item, field, self.audience), tr("The program's words"))

    def widen(self, key: str, field: str, everybody: bool) -> None:
        """Has an editor's words in a field stand for all readers, or for those shown only."""
        words = tr("Change who gets these words")
        self._item(key, lambda item: changes.widened(item, field, self.audience, everybody), words)

    def keep_edits(self, key: str) -> None:
        """An editor held an item's edits against the notice as it is now, and they stand."""
        if self.writing is not None:
            self._item(key, lambda item: changes.still_standing(item, self.writing), tr("Keep the edits"))

    def take_new(self, key: str, field: str) -> None:
        """Drops an edit that rests on an older notice: the program's words stand again."""
        if self.writing is not None:
            self._item(key, lambda item: changes.renewed(item, field, self.writing), tr("Take the new words"))

    def describe(self, title: str, intro: str, audiences: tuple[str, ...]) -> MsatError | None:
        """Title, introduction and readers; what is wrong with them when they are not taken."""
        if self.issue is None:
            return None
        made = replace(self.issue, title=" ".join(title.split()), intro=intro.strip(), audiences=audiences)
        if (error := deeds.wrong_in(self.issue, made)) is not None:
            return error
        self._change(lambda: made, tr("Change the issue"))
        return None

    def sections(self):
        """The items as the readers shown will see them."""
        return arranged(self.shown, self.writing, self.audience) if self.issue else ()

    def _with(self, item: DraftItem) -> IssueDraft:
        from msat.projections.newsletter_draft import changed

        return changed(self.issue, item)

    def _item(self, key: str, make, words: str) -> None:
        item = self.issue.item(key) if self.can_write else None
        if item is not None:
            self._change(lambda: self._with(make(item)), words, key)

    def _change(self, make, words: str, key: str = "", merge: str = "") -> None:
        try:
            made = make()
        except MsatError as error:
            self.session.tell(error)
            return
        if made != self.issue:
            self.stack.push(changes.Change(self.show_draft, self.issue, made, words, key, merge))

    def show_draft(self, issue: IssueDraft, key: str = "") -> None:
        """Another state of the same issue, by a change, an undo or a redo."""
        self.issue = issue
        if self.audience not in issue.audiences:
            self.audience = issue.audiences[0]
        self.is_dirty = True
        self._saving.start()
        if key and self.writing is not None:
            self._quick_keys.add(key)
            self._quick.start()
            self._looking.start()
        else:
            self._looking.start(60)
        self.changed.emit(key)
        self.kept.emit()

    def undo(self) -> str:
        """Undoes the last change and says which; empty when there is none."""
        if not self.can_write or not self.stack.canUndo():
            return ""
        words = self.stack.undoText()
        self.stack.undo()
        return words

    def redo(self) -> str:
        """Does again what was undone last and says what; empty when there is nothing."""
        if not self.can_write or not self.stack.canRedo():
            return ""
        words = self.stack.redoText()
        self.stack.redo()
        return words

    # Looking over

    def look_over(self) -> None:
        """Has the whole issue looked over by the services."""
        self._looking.stop()
        self._looking.setInterval(LOOK_MS)
        if self.issue is None:
            self.looked.emit()
            return
        if self._is_looking:
            self._is_due = True  # one look at a time: a large issue takes seconds, and nobody waits for an older one
            return
        self._number += 1
        number, self._is_looking, self._is_due = self._number, True, False
        self.session.read(
            deeds.look_over(self.issue, self.style), lambda found: self._looked(number, found), self, self._not_looked
        )

    def _looked(self, number: int, found: Writing) -> None:
        self._is_looking = False
        if self._is_due:
            self.look_over()
        elif number == self._number and self.issue is not None:
            self.writing = found
            self._clear_trouble("look")
            self.looked.emit()

    def _not_looked(self, error: MsatError) -> None:
        self._is_looking = self._is_due = False
        self.trouble, self._trouble_of = error, "look"
        self.kept.emit()

    def _look_quickly(self) -> None:
        keys, self._quick_keys = frozenset(self._quick_keys), set()
        if self.issue is None or self.writing is None:
            return
        number, issue = self._number, self.issue

        def found(part: Writing) -> None:
            if number == self._number and self.writing is not None and self.issue is issue:
                self.writing = self.writing.with_item(part)
                self.looked.emit()

        # What goes wrong here is told with the whole issue.
        self.session.read(deeds.look_over(issue, self.style, keys), found, self, lambda _error: None)

    # Keeping

    def flush(self) -> None:
        """Keeps now what waits for its pause."""
        if self.is_dirty:
            self.save()

    def save(self, anyway: bool = False) -> None:
        """Keeps the draft; `anyway` also where it was changed elsewhere."""
        self._saving.stop()
        issue, keeper = self.issue, self._keeper
        if issue is None:
            return
        does = keeper.overwrite if anyway else keeper.keep
        self.session.run(lambda desk: does(desk, issue), self, lambda kept: self._saved(issue, kept), self._not_saved)

    def after_keeping(self, deed: deeds.Deed) -> deeds.Deed:
        """The deed, with the draft kept first: what cannot be kept is not recorded either."""
        self._saving.stop()
        issue, keeper, is_dirty = self.issue, self._keeper, self.is_dirty

        def do(desk, person):
            if is_dirty:
                keeper.keep(desk, issue)
            return deed(desk, person)

        return do

    def look_again(self) -> None:
        """Reads the issue anew where it was changed elsewhere and nothing waits here."""
        if self.issue is None or self.is_dirty:
            return
        known = self._keeper.known

        def found(now: deeds.Opened | None) -> None:
            if not self.is_dirty and self._keeper.known == known and (now.kept if now else None) != known:
                self._opened(now)

        self.session.read(deeds.opened(self.issue.id), found, self)

    def _saved(self, issue: IssueDraft, kept: IssueDraft) -> None:
        if issue is self.issue:
            self.is_dirty = False
            if kept.sent != issue.sent:
                self.open(issue.id)  # some readers were sent it meanwhile, from elsewhere
        self._clear_trouble("save")
        self.kept.emit()

    def _not_saved(self, error: MsatError) -> None:
        self.trouble, self._trouble_of = error, "save"
        self.kept.emit()

    def _clear_trouble(self, of: str) -> None:
        if self._trouble_of == of:
            self.trouble, self._trouble_of = None, ""
            self.kept.emit()
