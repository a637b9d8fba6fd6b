"""The practices one looks after: import the national lists, take in commissioners and networks, tick single practices
and those that dispense. A choice is made here and recorded whole when it is saved.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QMenu, QScrollArea, QSplitter, QStackedWidget, QWidget

from msat.errors import MsatError
from msat.feeds.ods_model import KINDS as SORTS
from msat.feeds.ods_model import PRACTICES
from msat.gui import practice_draft as drafts
from msat.gui.kept_widths import KeptColumns, KeptSplit, place_columns
from msat.gui.models.practices import Column, PatchModel, PracticeModel
from msat.gui.pieces import KeyButton, Sheet, Text, Wrapping, column
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.practice_panes import PatchPane, PracticePane
from msat.gui.views.sample_picture import SamplePicture

if TYPE_CHECKING:
    from msat.projections.practices import Area
    from msat.services.desk import Changes, Desk, Person
    from msat.services.import_practices import ImportedList

LISTS = later("Lists of the Organisation Data Service (*.csv *.xlsx *.zip);;All files (*)")
CODES = later("Lists of codes (*.csv *.txt);;All files (*)")
TYPING_MS = 200
NARROW = 760
MOST_LINES = 6
"""Odd rows and changes that are shown at once."""
WHERE = later(
    "Download “epraccur” (practices) and “ePCN” (networks) from the Organisation Data "
    "Service of NHS England, then import them here as they are, zipped or not. The practices "
    "of England take about a second."
)

NOBODY = later("No practice is chosen yet. Take in a commissioner or a network.")


class PracticesPage(QFrame):
    """Nothing is recorded before “Save this choice”."""

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.session, self.notices = session, notices
        self.held: drafts.Held | None = None
        self.draft: Area | None = None
        self._asked = 0
        self.patches, self.practices = PatchModel(self), PracticeModel(self)
        self._build()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._show)
        self.left.search.textChanged.connect(self._typing.start)
        self.right.search.textChanged.connect(self._typing.start)
        self.patches.ticked.connect(self._patch_ticked)
        self.practices.ticked.connect(self._practice_ticked)
        session.changes.happened.connect(self._changed)
        look().changed.connect(self._fit)

    # Building

    def _build(self) -> None:
        outer = column(self, gap=0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setAccessibleName(tr("Practices"))
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        sheet = Sheet()
        scroll.setWidget(sheet)
        outer.addWidget(scroll)
        lines = column(sheet, margins="large", gap="medium")
        lines.addWidget(Text(tr("Practices"), "title"))
        self.lists = Text("", "dense", "text_2")
        lines.addWidget(self.lists)
        lines.addLayout(self._buttons())
        self.said = Notice("info", "", "", tr("Go on"), self._said_read)
        close = KeyButton(tr("Close"), self.said.hide, kind="quiet")
        close.setAccessibleName(tr("Close what is said of the list"))
        self.said.layout().addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)
        self.said.hide()
        lines.addWidget(self.said)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._nothing())
        self.stack.addWidget(self._chooser())
        lines.addWidget(self.stack, 1)

    def _buttons(self) -> Wrapping:
        line = Wrapping(gap=8)
        self.import_button = KeyButton(tr("Import a list"), self.choose_file, icon="drop")
        self.codes_button = KeyButton(tr("Dispensing from a file"), self.choose_codes)
        self.kinds_button = KeyButton(tr("Kinds"), self._open_kinds, icon="chevron-down")
        self.kinds_menu = QMenu(self)
        self.save_button = KeyButton(tr("Save this choice"), self.save, kind="primary", icon="save")
        self.undo_button = KeyButton(tr("Undo"), self.undo)
        self.undo_button.setAccessibleName(tr("Undo what was not saved"))
        for button in (
            self.import_button,
            self.kinds_button,
            self.codes_button,
            self.save_button,
            self.undo_button,
        ):
            line.addWidget(button)
        return line

    def _nothing(self) -> QWidget:
        frame = QFrame()
        frame.setProperty("kind", "card")
        lines = column(frame, margins="large", gap="medium")
        lines.addWidget(SamplePicture("board"), 0, Qt.AlignmentFlag.AlignLeft)
        lines.addWidget(Text(tr("No list of practices is here yet."), "section"))
        lines.addWidget(Text(tr(WHERE), "body", "text_2"))
        lines.addStretch(1)
        return frame

    def _chooser(self) -> QWidget:
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.left, self.right = PatchPane(self.patches), PracticePane(self.practices)
        self.splitter.addWidget(self.left)
        self.splitter.addWidget(self.right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([look().px(300), look().px(700)])
        self.split = KeptSplit(self.splitter, self.session.memory, "practices")
        KeptColumns(self.right.table, self.session.memory, "practices")
        return self.splitter

    # Showing

    def shown(self) -> None:
        self.reload()
        (self.left.search if self.held else self.import_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def reload(self) -> None:
        """Reads the lists and what was chosen; a choice not yet saved stays."""
        self.session.read(_read, self._loaded, self)

    def _loaded(self, held: drafts.Held | None) -> None:
        dirty = self.is_dirty
        self.held = held
        if held is None or not dirty:
            self.draft = held.area if held else None
        self.lists.say(drafts.lists_line(held.imports) if held else "")
        self.stack.setCurrentIndex(1 if held else 0)
        for button in (self.kinds_button, self.codes_button):
            button.setVisible(held is not None)
        self._show()

    @property
    def is_dirty(self) -> bool:
        """Whether something was ticked that is not saved."""
        return self.held is not None and self.draft is not None and self.draft.data() != self.held.area.data()

    def _show(self) -> None:
        """Brings lists, counts and buttons up to the choice as it stands."""
        for button in (self.save_button, self.undo_button):
            button.setVisible(self.held is not None)
            button.setEnabled(self.is_dirty)
        held, draft = self.held, self.draft
        if held is None or draft is None:
            return
        self._asked += 1
        number, patch_text, text = self._asked, self.left.search.text(), self.right.search.text()

        def compute(_desk: Desk):
            inside = [one.practice for one in drafts.rows(held, draft) if one.is_ours]
            return drafts.patch_rows(held, draft, patch_text), drafts.rows(held, draft, text), inside

        self.session.read(compute, lambda found: self._computed(number, *found), self)

    def _computed(self, number: int, patch_rows: list, rows: list, inside: list) -> None:
        if number != self._asked:
            return
        self.left.show_rows(patch_rows)
        self.right.show_rows(rows)
        found = drafts.tally_line(inside) if inside else tr(NOBODY)
        self.right.tally.say("{which}{found}".format(which=tr("Not saved yet: ") if self.is_dirty else "", found=found))
        self._fit()

    def _changed(self, changes: Changes) -> None:
        if any(entry.type in ("practices.imported", "area.chosen", "entry.corrected") for entry in changes.entries):
            self.reload()

    # Choosing

    def _patch_ticked(self, sort: str, code: str, on: bool) -> None:
        self._take(drafts.tick_patch(self.draft, sort, code, on))

    def _practice_ticked(self, at: int, code: str, on: bool) -> None:
        if at == Column.DISPENSING:
            self._take(drafts.tick_dispensing(self.draft, code, on))
        else:
            self._take(drafts.tick_practice(self.draft, self.held.known, self.held.today, code, on))

    def _take(self, draft: Area) -> None:
        self.draft = draft
        self._show()

    def _open_kinds(self) -> None:
        self.fill_kinds()
        self.kinds_menu.popup(self.kinds_button.mapToGlobal(self.kinds_button.rect().bottomLeft()))

    def fill_kinds(self) -> None:
        """Offers the kinds that the list has, each ticked when it is taken in."""
        menu, used = self.kinds_menu, {one.kind for one in self.held.known.practices.values()}
        menu.clear()
        for kind, words in SORTS.items():
            if kind in used or kind in self.draft.kinds:
                action = menu.addAction(words)
                action.setCheckable(True)
                action.setChecked(kind in self.draft.kinds)
                action.toggled.connect(lambda on, which=kind: self._take(drafts.tick_kind(self.draft, which, on)))

    def choose_codes(self) -> None:
        """Asks for a file of the practices that dispense; it takes the place of what was ticked."""
        name, _kind = QFileDialog.getOpenFileName(self, tr("Practices that dispense"), "", tr(CODES))
        if name:
            self.take_codes(Path(name))

    def take_codes(self, path: Path) -> None:
        """Ticks the practices of a file of codes as dispensing, and no others. Those of no list are told of."""
        from msat.services.choose_area import changed, dispensing_from

        try:
            known, other = dispensing_from(path, self.held.known)
        except MsatError as error:
            self.notices.warn(error)
            return
        self._take(changed(self.draft, known))
        if other:
            named = ", ".join(other[:MOST_LINES]) + (" ..." if len(other) > MOST_LINES else "")
            self._say(
                "amber",
                tr("{other} of the codes are in no list here and were left aside.").format(other=len(other)),
                named,
            )

    def undo(self) -> None:
        """Back to what was saved last."""
        self._take(self.held.area)

    def save(self) -> None:
        """Records the choice."""
        draft = self.draft

        def deed(desk: Desk, who: Person) -> Changes:
            from msat.services.choose_area import choose_whole

            return choose_whole(desk, draft, who)

        self.session.do(deed, self, lambda changes: self.notices.tell(changes.words, "green"))

    # Importing

    def choose_file(self) -> None:
        """Asks for a list and imports it."""
        name, _kind = QFileDialog.getOpenFileName(self, tr("Import a list of practices or networks"), "", tr(LISTS))
        if name:
            self.import_file(Path(name))

    def import_file(self, path: Path, anyway: bool = False) -> None:
        """Imports a list; one that is doubtful is imported when a person insists."""

        def deed(desk: Desk, who: Person) -> ImportedList:
            from msat.services.import_practices import import_practices

            return import_practices(desk, path, who, anyway)

        def insist() -> None:
            self.import_file(path, anyway=True)

        def refused(error: MsatError) -> None:
            from msat.services.import_practices import Doubtful

            if isinstance(error, Doubtful):
                hint = tr("Check that it is the newest whole list.")
                self._say("amber", error.explanation, hint, tr("Import it all the same"), insist)
            else:
                self.notices.warn(error)

        self.session.do(deed, self, self._imported, refused)

    def _imported(self, done: ImportedList) -> None:
        lines = [f"{one.place}: {one.words}" for one in done.found.odd]
        lines += [f"{one.code} {one.name}: {one.what}, {one.words}" for one in done.in_area]
        more = [tr("and {lines} more.").format(lines=len(lines) - MOST_LINES)] if len(lines) > MOST_LINES else []
        left_out = any(not one.taken for one in done.found.odd)
        self._say("amber" if left_out else "green", done.words, "\n".join(lines[:MOST_LINES] + more))
        self.session.changes.happened.emit(done.changes)
        self.reload()

    def _say(self, tone: str, head: str, text: str, label: str = "", on=None) -> None:
        self.said.say(tone, head, text)
        self.said.button.say(label)
        self.said.button.setVisible(on is not None)
        self._on_said = on
        self.said.show()

    def _said_read(self) -> None:
        self.said.hide()
        on, self._on_said = self._on_said, None
        if on is not None:
            on()

    _on_said = None

    # Size

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Side by side, or one above the other where it is narrow."""
        narrow = self.width() < look().px(NARROW)
        self.splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        # Where the window is too low for both, the page scrolls.
        self.left.setMinimumHeight(look().px(210))
        self.right.setMinimumHeight(look().px(270))
        self.right.fit()
        place_columns(self.right.table)
        if not narrow:
            self.split.place()


def _read(desk: Desk) -> drafts.Held | None:
    """On a reader's thread. None while there is no list of practices."""
    from msat.services.practices import find_area, list_imports, open_directory, today_of

    imports = list_imports(desk)
    if PRACTICES not in imports:
        return None
    return drafts.Held(imports, open_directory(desk), find_area(desk), today_of(desk))
