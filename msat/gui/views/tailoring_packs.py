"""Every adoption, withdrawing, packs exported, imported and compared, and the draft as text."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QWidget

from msat.errors import MsatError
from msat.gui import pack_deeds, trying
from msat.gui.models.tables import TextTable
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, empty, row, tag
from msat.gui.saving import ask_where
from msat.gui.session import Session
from msat.gui.tailoring import Board
from msat.gui.tongue import later, spoken, tr
from msat.gui.trying import Trying
from msat.gui.views.notices import NoticeBar
from msat.gui.views.tailoring_fields import Field, choice, fit, line_editor, table_view, text_editor
from msat.gui.words import count_words

FILES = later("Packs of local rules (*.msatrules);;All files (*)")
PACKS = spoken(
    {
        "shipped": later("As shipped"),
        "adopted": later("What is in force"),
        "draft": later("The draft"),
        "file": "A file",
    }
)
DIFFERENCES = spoken((later("Rule"), later("Field"), later("Shipped"), later("First"), later("Second")))


class PacksTab(QWidget):
    """`text_saved` carries the draft as text, and where a refusal goes; `adopted` and `imported` that all is other."""

    text_saved = Signal(str, object)
    adopted = Signal()
    imported = Signal()

    def __init__(self, session: Session, trying_: Trying, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._session, self._trying, self._notices = session, trying_, notices
        self._board: Board | None = None
        self._files: dict[str, Path] = {}
        lines = column(self, gap="large")
        lines.addWidget(self._history_card())
        lines.addWidget(self._carry_card())
        lines.addWidget(self._compare_card())
        lines.addWidget(self._text_card())

    # Building

    def _history_card(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="medium")
        lines.addWidget(Text(tr("Adopted here"), "section"))
        self.history = column(gap="medium")
        lines.addLayout(self.history)
        self.reason = line_editor("", tr("It stays in the record."), 2000)
        self.reason_field = Field(tr("Reason for withdrawing"), self.reason)
        lines.addWidget(self.reason_field)
        self.wrong = Text("", "body", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)
        self.withdraw = KeyButton(tr("Withdraw: back to the shipped rules"), self._withdraw)
        lines.addWidget(self.withdraw, 0, Qt.AlignmentFlag.AlignLeft)
        return frame

    def _carry_card(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="medium")
        lines.addWidget(Text(tr("Packs"), "section"))
        about = tr(
            "A pack is one file (.msatrules), signed by the record that exports it. An imported pack "
            "becomes the draft; it holds nowhere before it was tried and adopted."
        )
        lines.addWidget(Text(about, "dense", "text_2"))
        buttons = Wrapping(gap=8)
        self.export_draft = KeyButton(tr("Export the draft"), lambda: self._export(True), icon="save")
        self.export_adopted = KeyButton(tr("Export what is in force"), lambda: self._export(False), icon="save")
        self.take = KeyButton(tr("Import a pack"), lambda: self._import(False))
        self.take_own = KeyButton(tr("Import as our own"), lambda: self._import(True))
        for button in (self.export_draft, self.export_adopted, self.take, self.take_own):
            buttons.addWidget(button)
        lines.addLayout(buttons)
        self.said = Text("", "body")
        self.said.hide()
        lines.addWidget(self.said)
        return frame

    def _compare_card(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="medium")
        lines.addWidget(Text(tr("Compare two packs"), "section"))
        self.first, self.second = choice(PACKS, "adopted"), choice(PACKS, "draft")
        lines.addWidget(Field(tr("First"), self.first))
        lines.addWidget(Field(tr("Second"), self.second))
        self.compare = KeyButton(tr("Compare"), self._compare)
        lines.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignLeft)
        self.differ = Text("", "body")
        self.differ.hide()
        lines.addWidget(self.differ)
        self.model = TextTable(DIFFERENCES, self)
        self.table = table_view(self.model, tr("Fields in which the two packs differ"))
        self.table.hide()
        lines.addWidget(self.table)
        return frame

    def _text_card(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="medium")
        lines.addWidget(Text(tr("The draft as text"), "section"))
        about = tr("For whoever would rather write it. Each mistake is named with its table and field.")
        lines.addWidget(Text(about, "dense", "text_2"))
        self.text = text_editor("", 14)
        self.text_field = Field(tr("Text of the draft"), self.text)
        lines.addWidget(self.text_field)
        buttons = Wrapping(gap=8)
        self.save_text = KeyButton(tr("Keep the text"), self._save_text)
        self.undo_text = KeyButton(tr("Read it again"), self._reread, kind="quiet")
        for button in (self.save_text, self.undo_text):
            buttons.addWidget(button)
        lines.addLayout(buttons)
        return frame

    # Showing

    def show_board(self, board: Board) -> None:
        """Brings the cards up to date; text that is being typed stays."""
        typed = self._board is not None and self.text.toPlainText() != self._board.text
        self._board = board
        if not typed:
            self.text.setPlainText(board.text)
        self.text_field.mark(board.trouble)
        empty(self.history)
        for one in board.adoptions:
            line = row(gap="medium")
            texts = column(gap=2)
            texts.addWidget(Text(one.head, "body"))
            told = (
                tr("Because: {reason} {tried}").format(reason=one.reason, tried=one.tried) if one.reason else one.tried
            )
            texts.addWidget(Text(told, "dense", "text_2"))
            if one.struck:
                texts.addWidget(Text(one.struck, "dense", "amber_text"))
            line.addLayout(texts, 1)
            if one.is_in_force:
                line.addWidget(tag(tr("In force"), "green"), 0, Qt.AlignmentFlag.AlignTop)
            self.history.addLayout(line)
        if not board.adoptions:
            self.history.addWidget(Text(tr("No local rules were ever adopted here."), "body", "text_2"))
        for widget in (self.reason_field, self.withdraw, self.export_adopted):
            widget.setVisible(board.is_local)
        self.export_draft.setEnabled(board.has_draft and not board.trouble)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.table.isVisible():
            fit(self.table, 10, {0: 200, 1: 180, 2: 220, 3: 260}, 4)

    # Doing

    def _withdraw(self) -> None:
        if not self.reason.text().strip():
            self.reason_field.mark(tr("Give the reason: it stays in the record."))
            self.reason.setFocus()
            return
        self.reason_field.mark("")
        self.wrong.say("")

        def done(changes) -> None:
            self.reason.clear()
            self._notices.tell(changes.words, "green")
            self.adopted.emit()

        self._trying.do(
            tr("Withdrawing"), trying.withdraw(self.reason.text()), done, lambda error: self.wrong.say(str(error))
        )

    def _export(self, draft: bool) -> None:
        path = ask_where(self, tr("Export a pack"), "local.msatrules", tr(FILES), self._session)
        if path is not None:
            self._session.run(pack_deeds.export(path, draft), self, self._say, self._refuse)

    def _import(self, as_own: bool) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, tr("Import a pack"), "", tr(FILES))
        if name:
            self.import_file(Path(name), as_own)

    def import_file(self, path: Path, as_own: bool = False) -> None:
        """Makes the pack in a file the draft."""

        def done(words: str) -> None:
            self._say(words)
            self.imported.emit()

        self._session.run(pack_deeds.take(path, as_own), self, done, self._refuse)

    def _say(self, words: str) -> None:
        self.said.set_tone("text")
        self.said.say(words)

    def _refuse(self, error: MsatError) -> None:
        self.said.set_tone("red_text")
        self.said.say(str(error))

    def _chosen(self, which) -> str | None:
        value = str(which.currentData())
        if value != "file":
            return value
        name, _kind = QFileDialog.getOpenFileName(self, tr("Choose a pack"), "", tr(FILES))
        return name or None

    def _compare(self) -> None:
        one = self._chosen(self.first)
        other = self._chosen(self.second) if one else None
        if one and other:
            self.compare_packs(one, other)

    def compare_packs(self, one: str, other: str) -> None:
        """Shows in which fields two packs differ."""

        def done(rows: list[tuple[str, ...]]) -> None:
            self.differ.set_tone("text")
            self.differ.say(
                tr("{fields} differ. A field that says nothing is as shipped.").format(
                    fields=count_words(len(rows), "field")
                )
                if rows
                else tr("They change the same fields in the same way.")
            )
            self.model.set_rows(rows)
            self.table.setVisible(bool(rows))
            self._fit()

        def refused(error: MsatError) -> None:
            self.table.hide()
            self.differ.set_tone("red_text")
            self.differ.say(str(error))

        self._session.run(pack_deeds.compare(one, other), self, done, refused)

    def _save_text(self) -> None:
        self.text_saved.emit(self.text.toPlainText(), lambda error: self.text_field.mark(str(error) if error else ""))

    def _reread(self) -> None:
        if self._board is not None:
            self.text.setPlainText(self._board.text)
            self.text_field.mark(self._board.trouble)
