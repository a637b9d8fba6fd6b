"""Add a notice: paste, drop, choose or type; see what is read; then save. Nothing is recorded before Save."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QLineEdit, QPlainTextEdit

from msat import patient_identifiers
from msat.clock import london
from msat.errors import MsatError, Refused
from msat.gui import add_words, deeds
from msat.gui.add_words import Given, Looked
from msat.gui.into_sight import bring_to_top
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, row
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.page import Page
from msat.gui.views.preview_card import PreviewCard

if TYPE_CHECKING:
    from msat.services.desk import Changes, Desk

DRAFT = "a notice to add"
DRAFT_MS = 700
KINDS = later("Notices (*.eml *.html *.htm *.txt *.pdf);;All files (*)")
LABELS = spoken(
    {
        "reference": (later("Reference"), "EL(26)A/41"),
        "title": (later("Title"), ""),
        "issued": (later("Issued"), later("20 November 2026")),
        "url": (later("Address of its page"), "https://"),
    }
)


class AddPage(Page):
    """`opened` carries the key of an alert to go to."""

    opened = Signal(str)

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__(
            tr("Add a notice"),
            tr(
                "Paste an e-mail, the text of a web page or a message, or give a file. Nothing is saved "
                "before you have seen what was read."
            ),
        )
        self.session, self.notices = session, notices
        self._file: tuple[str, bytes] | None = None
        self._waiting: list[Path] = []
        self._asked = 0
        self._looked = Looked()
        self._drafting = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._drafting.timeout.connect(self._keep_draft)
        self.lines.addWidget(self._input())
        self.refusal = Notice("red", "")
        self.refusal.hide()
        self.lines.addWidget(self.refusal)
        self.preview = PreviewCard()
        self.preview.save_asked.connect(self.save)
        self.preview.opened.connect(self.opened)
        self.lines.addWidget(self.preview)
        self.lines.addStretch(1)
        self.layout().addWidget(self.preview.foot)
        self._restore()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            short = QShortcut(QKeySequence(keys), self, activated=self.look_at)
            short.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # Building

    def _input(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="medium")
        self.box = QPlainTextEdit()
        self.box.setAccessibleName(tr("Text of the notice"))
        self.box.setPlaceholderText(tr("Paste the text here, or drop a file anywhere on the window"))
        self.box.setTabChangesFocus(True)
        self.box.setMinimumHeight(look().px(130))
        look().dress(self.box, "body")
        self.box.textChanged.connect(self._edited)
        lines.addWidget(self.box)
        lines.addLayout(self._file_line())
        caption = Text(tr("Typed here goes before what is read in the text. Each may stay empty."), "dense", "text_2")
        lines.addWidget(caption)
        lines.addLayout(self._form())
        buttons = Wrapping(gap=8)
        self.ask = KeyButton(tr("Preview"), self.look_at, "Ctrl+Enter", "primary", "search")
        self.choose = KeyButton(tr("Choose a file"), self._choose)
        self.wipe = KeyButton(tr("Clear"), self.clear)
        for button in (self.ask, self.choose, self.wipe):
            buttons.addWidget(button)
        lines.addLayout(buttons)
        return frame

    def _file_line(self):
        line = row(gap="small")
        self.file_name = Text("", "body", strong=True)
        self.file_name.hide()
        self.drop_file = KeyButton(tr("Take the file out"), self._without_file, kind="quiet")
        self.drop_file.hide()
        self.skip = KeyButton(tr("Skip to the next file"), self.next_file, kind="quiet")
        self.skip.hide()
        line.addWidget(self.file_name, 1)
        line.addWidget(self.skip)
        line.addWidget(self.drop_file)
        return line

    def _form(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(look().px("medium"))
        grid.setVerticalSpacing(look().px("tight"))
        self.fields: dict[str, QLineEdit] = {}
        for at, (name, (label, example)) in enumerate(LABELS.items()):
            editor = QLineEdit()
            editor.setAccessibleName(label)
            editor.setPlaceholderText(example)
            editor.setMaxLength(2000)
            look().dress(editor, "body")
            editor.textChanged.connect(lambda _text: self._edited())
            caption = Text(label, "meta", "text_2")
            caption.setBuddy(editor)
            grid.addWidget(caption, at // 2 * 2, at % 2)
            grid.addWidget(editor, at // 2 * 2 + 1, at % 2)
            self.fields[name] = editor
        return grid

    def shown(self) -> None:
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    # What was given

    def given(self) -> Given:
        """What stands on the page now."""
        typed = {name: editor.text() for name, editor in self.fields.items()}
        return Given("" if self._file else self.box.toPlainText(), self._file, typed)

    def take_files(self, files: list[Path]) -> None:
        """Shows the first of several files; each of the others comes once the one before is saved or skipped."""
        if self._file is not None or self._waiting:
            self._waiting += files
            self._show_file()
            return
        self._waiting = files[1:]
        self.take_file(files[0])

    def next_file(self) -> None:
        """To the next file that waits, if there is one."""
        if self._waiting:
            self.take_file(self._waiting.pop(0))

    def take_file(self, path: Path) -> None:
        """Reads a file that was dropped or chosen, and previews it."""
        from msat.feeds.paste import LARGEST_FILE

        try:
            with path.open("rb") as opened:
                self._file = path.name, opened.read(LARGEST_FILE + 1)
        except OSError as fault:
            said = tr("The file {name} could not be read ({strerror}).").format(
                name=path.name, strerror=fault.strerror or fault
            )
            self._file = None
            self._show_file()
            self._refuse(Refused(said, tr("Check it, then try again.")))
            return
        self._show_file()
        self.look_at()

    def _show_file(self) -> None:
        waiting = f" {add_words.waiting_words([path.name for path in self._waiting])}" if self._waiting else ""
        named = tr("File: {file}").format(file=self._file[0]) + ("." if waiting else "") if self._file else ""
        self.file_name.say(f"{named}{waiting}".strip())
        self.skip.setVisible(bool(self._waiting))
        self.drop_file.setVisible(self._file is not None)
        self.box.setVisible(self._file is None)

    def _without_file(self) -> None:
        self._file = None
        self._show_file()
        self._edited()
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self, tr("Choose notices"), "", tr(KINDS))
        if names:
            self.take_files([Path(name) for name in names])

    def _edited(self) -> None:
        """What is shown below was made of other words: it cannot be saved any more."""
        self._drafting.start()
        self.refusal.hide()
        if self.preview.isVisible():
            self.preview.allow_save(False, tr("The text was changed since. Preview it again."))

    # Preview

    def look_at(self) -> None:
        """Shows what would be recorded."""
        given = self.given()
        if given.is_empty:
            self._refuse(
                Refused(tr("There is nothing to look at."), tr("Paste a text, choose a file, or type a title."))
            )
            return
        self._asked += 1
        number, today = self._asked, london(self.session.now()).date()

        def ask(desk: Desk) -> Looked:
            from msat.services.add import preview

            try:
                pasted = add_words.pasted(given, today)
                return Looked(pasted, preview(desk, pasted))
            except MsatError as refused:
                return Looked(refused=refused)

        self.session.read(ask, lambda looked: self._show(number, looked), self)

    def _show(self, number: int, looked: Looked) -> None:
        if number != self._asked:
            return
        self._looked = looked
        if looked.preview is None:
            self._refuse(looked.refused or Refused(tr("It could not be read."), tr("Paste the notice's own text.")))
            return
        self.refusal.hide()
        self.preview.show_preview(looked.preview)
        # On a small window it would stand below the foot, and nothing would seem to happen.
        bring_to_top(self.scroll, self.preview, look().px("medium"))

    def _refuse(self, error: MsatError) -> None:
        """In words, beside what was given; that stays as it is."""
        self.preview.put_away()
        self.refusal.say("red", error.explanation, error.next_step)
        self.refusal.show()
        QTimer.singleShot(0, self, lambda: self.scroll.ensureWidgetVisible(self.refusal, 0, look().px("large")))

    # Saving

    def save(self) -> None:
        """Records what was previewed, and nothing else."""
        pasted = self._looked.pasted
        if pasted is None or not self.preview.isVisible() or not self.preview.save.isEnabled():
            return
        key = str(self._looked.preview.alert.key) if self._looked.preview else ""
        self.preview.allow_save(False, tr("It is being recorded."))

        def saved(changes: Changes) -> None:
            shown = next((str(one) for one in changes.alerts), key)
            left = self._waiting
            self.clear()
            self._waiting = left
            self.next_file()

            def tell() -> None:
                self.notices.tell(changes.words, "green", tr("Open it"), lambda: self.opened.emit(shown))

            # Later: the window hides an older notice when it hears of the change, which is after this.
            QTimer.singleShot(0, self, tell)

        def refused(error: MsatError) -> None:
            self.preview.allow_save(True)
            self.refusal.say("red", f"{error.title}. {error.explanation}", error.next_step)
            self.refusal.show()
            self.scroll.ensureWidgetVisible(self.refusal)

        if self.session.person() is None:
            # The question for a name may be closed without an answer: Save must then still be there.
            self.preview.allow_save(True)
        self.session.do(deeds.add_notice(pasted), self, saved, refused)

    def clear(self) -> None:
        """Empties the page and forgets its draft."""
        self._asked += 1
        self._looked = Looked()
        self._file, self._waiting = None, []
        self._show_file()
        self.box.clear()
        for editor in self.fields.values():
            editor.clear()
        self.preview.put_away()
        self.refusal.hide()
        self._keep_draft()
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.preview.isVisible():
            self.preview.put_away()
            self.box.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    # Drafts

    def _keep_draft(self) -> None:
        """What would name a patient is never written to the disk, not even as a draft."""
        self._drafting.stop()
        texts = {"text": self.box.toPlainText(), **{name: editor.text() for name, editor in self.fields.items()}}
        for name, text in texts.items():
            kept = "" if patient_identifiers.find(text) else text
            self.session.drafts.keep(DRAFT, name, kept)
        try:
            self.session.drafts.save()
        except MsatError as error:
            self.session.tell(error)

    def _restore(self) -> None:
        self.box.setPlainText(self.session.drafts.text(DRAFT, "text"))
        for name, editor in self.fields.items():
            editor.setText(self.session.drafts.text(DRAFT, name))
        self._drafting.stop()
