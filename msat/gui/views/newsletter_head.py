"""The head of the newsletter's screen: which issue, as whom it is read, whether it is kept, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QMenu, QPushButton

from msat.gui import newsletter_words as said
from msat.gui.newsletter_composer import Composer
from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty, row
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.notices import Notice

PANES = ("pick", "write", "preview")


class ComposerHead(QFrame):
    """`details_asked`: title and readers; `sent_asked`: mark as sent; `pane_asked`: another pane of a narrow window."""

    details_asked = Signal()
    sent_asked = Signal()
    new_asked = Signal()
    undo_asked = Signal()
    redo_asked = Signal()
    pane_asked = Signal(str)

    def __init__(self, composer: Composer) -> None:
        super().__init__()
        self.setProperty("kind", "top")
        self.composer, self._is_narrow = composer, False
        lines = column(self, gap=0)
        self._inner = column(margins="small", gap="tight")
        first = row(gap="small")
        self.title = Text("", "pane")
        self.state = Text("", "meta", "text_2")
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.state.setWordWrap(False)
        first.addWidget(self.title, 1)
        first.addWidget(self.state)
        self._inner.addLayout(first)
        self._inner.addLayout(self._second())
        lines.addLayout(self._inner)
        self.trouble = Notice("red", "", label=tr("Try again"), on=self._again)
        self.overwrite = KeyButton(tr("Keep what is here"), lambda: composer.save(anyway=True))
        self.trouble.layout().addWidget(self.overwrite, 0, Qt.AlignmentFlag.AlignVCenter)
        self.trouble.hide()
        lines.addWidget(self.trouble)
        for signal in (composer.opened, composer.looked, composer.kept):
            signal.connect(self.refresh)
        composer.changed.connect(lambda _key: self.refresh())
        composer.opened.connect(self._make_readers)
        self._readers_shown: tuple[str, ...] = ()
        self.refresh()

    def _second(self) -> Wrapping:
        line = Wrapping(gap=6)
        self.panes: dict[str, QPushButton] = {}
        names = {"pick": tr("Choose"), "write": tr("Write"), "preview": tr("Preview")}
        for pane in PANES:
            button = self._chip(names[pane], tr("Show: {pane}").format(pane=names[pane]))
            button.clicked.connect(lambda _on, pane=pane: self.pane_asked.emit(pane))
            button.hide()
            self.panes[pane] = button
            line.addWidget(button)
        self.readers_box = QFrame()
        self.readers_box.setProperty("kind", "clear")
        self._readers = row(self.readers_box, gap="tight")
        self.readers: dict[str, QPushButton] = {}
        line.addWidget(self.readers_box)
        self.undo = KeyButton(tr("Undo"), self.undo_asked.emit, "Ctrl+Z", "quiet")
        self.redo = KeyButton(tr("Redo"), self.redo_asked.emit, "Ctrl+Y", "quiet")
        self.details = KeyButton(tr("Title and readers"), self.details_asked.emit, "F2", "quiet")
        self.sent = KeyButton(tr("Mark as sent"), self.sent_asked.emit, "Ctrl+Shift+S", "quiet")
        self.new = KeyButton(tr("New issue"), self.new_asked.emit, "Ctrl+Shift+N", "quiet", "add")
        self.doing = (self.undo, self.redo, self.details, self.sent, self.new)
        for button in self.doing:
            line.addWidget(button)
        self.more = KeyButton(tr("More"), self._menu, kind="quiet")
        self.more.setAccessibleName(tr("More to do with the issue"))
        self.more.hide()
        line.addWidget(self.more)
        return line

    def _menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """What a narrow window has no room for."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self.doing:
            action = made.addAction(f"{button.text()}\t{button.key}", button.click)
            action.setEnabled(button.isEnabled())
        return made

    @staticmethod
    def _chip(words: str, name: str) -> QPushButton:
        button = QPushButton(words)
        button.setCheckable(True)
        button.setProperty("kind", "chip")
        button.setMinimumHeight(look().px("target"))
        button.setAccessibleName(name)
        look().dress(button, "dense")
        return button

    def show_panes(self, narrow: bool, pane: str) -> None:
        """Of a narrow window one pane is shown at a time."""
        for name, button in self.panes.items():
            button.setVisible(narrow)
            button.setChecked(name == pane)
        for button in self.doing:
            button.setVisible(not narrow)
        self.more.setVisible(narrow)
        self._is_narrow = narrow
        self.refresh()

    def _make_readers(self) -> None:
        issue = self.composer.issue
        audiences = issue.audiences if issue else ()
        if audiences == self._readers_shown:
            return
        self._readers_shown = audiences
        empty(self._readers)
        self.readers = {}
        for audience in audiences:
            button = self._chip("", "")
            button.clicked.connect(lambda _on, audience=audience: self._as(audience))
            self.readers[audience] = button
            self._readers.addWidget(button)
        self.readers_box.setVisible(len(audiences) > 1)

    def _name_readers(self, audience: str, button: QPushButton) -> None:
        """Says of each whether they were sent it: what they got stays, the others' is written on."""
        name = self.composer.names.get(audience, audience)
        shown, is_sent = name[:1].upper() + name[1:], self.composer.is_told(audience)
        words = tr("{readers}: sent").format(readers=shown) if is_sent else shown
        said = tr("As {readers} were sent it") if is_sent else tr("As {readers} get it")
        if button.text() != words:
            button.setText(words)
        button.setAccessibleName(said.format(readers=name))

    def _as(self, audience: str) -> None:
        self.composer.set_audience(audience)
        self.refresh()

    def refresh(self) -> None:
        """Says how it stands."""
        composer, issue = self.composer, self.composer.issue
        self._make_readers()
        self.title.setText(issue.title if issue else tr("Newsletter"))
        for audience, button in self.readers.items():
            button.setChecked(audience == composer.audience)
            self._name_readers(audience, button)
        self.undo.setEnabled(composer.can_write and composer.stack.canUndo())
        self.redo.setEnabled(composer.can_write and composer.stack.canRedo())
        self.details.setEnabled(issue is not None)
        self.sent.setEnabled(issue is not None and bool(issue.items) and bool(issue.unsent))
        self.state.setText(self._state())
        self._show_trouble()

    def _state(self) -> str:
        composer, issue = self.composer, self.composer.issue
        if issue is None:
            return ""
        count = ""
        if composer.writing is not None:
            part = next((p for p in composer.writing.looked.audiences if p.audience.id == composer.audience), None)
            items = len(part.items) if part else 0
            count = said.whole_words(said.words_of(composer.writing, composer.audience), items)
        if not composer.can_write:
            if self._is_narrow:
                return tr("Sent: read only")
            some = tr("Sent to these readers: read only") if issue.unsent else tr("Sent: read only")
            return " · ".join(part for part in (some, count) if part)
        if composer.trouble is not None:
            kept = tr("Not kept")
        else:
            kept = tr("Keeping") if composer.is_dirty else tr("Draft kept")
        told, every = len(issue.told), len(issue.audiences)
        some = tr("Sent to {told} of {every} readers").format(told=told, every=every) if told else ""
        return kept if self._is_narrow else " · ".join(part for part in (some, count, kept) if part)

    def _show_trouble(self) -> None:
        error = self.composer.trouble
        self.trouble.setVisible(error is not None)
        if error is None:
            return
        is_elsewhere = type(error).__name__ == "ChangedElsewhere"
        self.trouble.say("red", error.explanation, error.next_step)
        self.trouble.button.say(tr("Load it again") if is_elsewhere else tr("Try again"))
        self.overwrite.setVisible(is_elsewhere)

    def _again(self) -> None:
        composer = self.composer
        if type(composer.trouble).__name__ == "ChangedElsewhere" and composer.issue is not None:
            composer.is_dirty = False
            composer.open(composer.issue.id)
        elif composer.is_dirty:
            composer.save()
        else:
            composer.look_over()
