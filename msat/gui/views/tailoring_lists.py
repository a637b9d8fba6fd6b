"""One's own stock places, reason codes, and texts to patients and others, each beside what is shipped."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from msat.errors import MsatError
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, copyable, empty, row
from msat.gui.tailoring import (
    KIND_WORDS,
    REASON_OF,
    Board,
    lines_of,
    with_letter,
    with_places,
    with_reason,
    without_reason,
)
from msat.gui.tongue import tr
from msat.gui.views.tailoring_fields import Field, choice, clear_mistakes, line_editor, show_mistake, text_editor
from msat.triage.model import OrganisationKind


class ListsTab(QWidget):
    """Three cards; `changed` carries the draft with the change in it, and where a refusal goes."""

    changed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        lines = column(self, gap="large")
        self.places, self.reasons, self.letters = PlacesCard(), ReasonsCard(), LettersCard()
        for one in (self.places, self.reasons, self.letters):
            one.changed.connect(self.changed)
            lines.addWidget(one)

    def show_board(self, board: Board) -> None:
        for one in (self.places, self.reasons, self.letters):
            one.show_board(board)


class ListCard(QFrame):
    """A card with a heading, fields, and a place for what is wrong."""

    changed = Signal(object, object)

    def __init__(self, title: str, about: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.board: Board | None = None
        self.fields: dict[str, Field] = {}
        self.lines = column(self, margins="large", gap="medium")
        self.lines.addWidget(Text(title, "section"))
        self.lines.addWidget(Text(about, "dense", "text_2"))
        self.wrong = Text("", "body", "red_text")
        self.wrong.hide()

    def add(self, name: str, field: Field) -> Field:
        self.fields[name] = field
        self.lines.addWidget(field)
        return field

    def finish(self, *buttons: KeyButton) -> None:
        """The line for mistakes and the buttons beneath the fields."""
        self.lines.addWidget(self.wrong)
        foot = Wrapping(gap=8)
        for button in buttons:
            foot.addWidget(button)
        self.lines.addLayout(foot)

    def put(self, pack) -> None:
        """Asks for the draft to be this pack."""
        clear_mistakes(self.fields, self.wrong)

        def done(error: MsatError | None) -> None:
            if error is not None:
                show_mistake(error, self.fields, self.wrong)
            else:
                self.done()

        self.changed.emit(pack, done)

    def done(self) -> None:
        """Called when the draft holds the change."""


class PlacesCard(ListCard):
    """Where stock is kept, a line for each place."""

    def __init__(self) -> None:
        about = tr("A stock check asks about each place, in this order. Leave it empty for the shipped ones.")
        super().__init__(tr("Places"), about)
        self.kind = choice({kind.value: KIND_WORDS[kind] for kind in OrganisationKind})
        self.add("kind", Field(tr("For"), self.kind, "", tr("Places for which kind of organisation")))
        self.list = text_editor("", 6)
        self.field = self.add("places", Field(tr("A place on each line"), self.list, " ", tr("Places")))
        self.save = KeyButton(tr("Put into the draft"), self._save, kind="primary")
        self.save.setAccessibleName(tr("Put the places into the draft"))
        self.reset = KeyButton(tr("As shipped"), self._reset)
        self.reset.setAccessibleName(tr("Places as shipped"))
        self.finish(self.save, self.reset)
        self.kind.currentIndexChanged.connect(lambda _at: self._show())

    def show_board(self, board: Board) -> None:
        first = self.board is None
        before = self._in_draft()
        self.board = board
        if first:
            self.kind.setCurrentIndex(self.kind.findData(board.own_kind.value))
        if first or before != self._in_draft():
            self._show()

    def _kind(self) -> OrganisationKind:
        return OrganisationKind(self.kind.currentData())

    def _in_draft(self) -> tuple[str, ...] | None:
        return None if self.board is None else tuple(self.board.draft.places.get(self._kind(), ()))

    def _show(self) -> None:
        if self.board is None:
            return
        shipped = self.board.shipped_places[self._kind()]
        self.field.hint.say(tr("Shipped: {shipped}").format(shipped=", ".join(shipped) or "none"))
        self.list.setPlainText("\n".join(self._in_draft() or shipped))

    def _save(self) -> None:
        if self.board is not None:
            listed = lines_of(self.list.toPlainText())
            same = tuple(listed) == self.board.shipped_places[self._kind()]
            self.put(with_places(self.board.draft, self._kind(), () if same else listed))

    def _reset(self) -> None:
        if self.board is not None:
            self.put(with_places(self.board.draft, self._kind(), ()))

    def done(self) -> None:
        self._show()


class ReasonsCard(ListCard):
    """Reason codes of one's own, beside the shipped ones."""

    def __init__(self) -> None:
        super().__init__(tr("Reasons"), tr("More reasons to choose from; the shipped ones stay."))
        self.list = column(gap="small")
        self.lines.addLayout(self.list)
        self.buttons: dict[str, KeyButton] = {}
        self.of = choice(REASON_OF)
        self.code = line_editor("", tr("for instance closed-formulary"), 40)
        self.words = line_editor("", tr("for instance “Not on our closed formulary”"), 200)
        self.add("of", Field(tr("For"), self.of, "", tr("Reason for what")))
        self.add("code", Field(tr("Code"), self.code, tr("Small letters, digits and hyphens. It stays in the record.")))
        self.add("words", Field(tr("Words"), self.words, "", tr("Words of the reason")))
        self.save = KeyButton(tr("Add to the draft"), self._save, kind="primary")
        self.save.setAccessibleName(tr("Add the reason to the draft"))
        self.finish(self.save)

    def show_board(self, board: Board) -> None:
        self.board = board
        empty(self.list)
        self.buttons = {}
        for one in board.draft.reasons:
            line = row(gap="medium")
            line.addWidget(Text(f"{REASON_OF[one.of]}: {one.words} ({one.code})"), 1)
            remove = KeyButton(tr("Remove"), lambda which=one: self._remove(which), kind="quiet")
            remove.setAccessibleName(tr("Remove the reason {code}").format(code=one.code))
            self.buttons[one.code] = remove
            line.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
            self.list.addLayout(line)
        if not board.draft.reasons:
            self.list.addWidget(Text(tr("No reason of your own is in the draft."), "body", "text_2"))

    def _remove(self, reason) -> None:
        if self.board is not None:
            self.put(without_reason(self.board.draft, reason))

    def _save(self) -> None:
        from msat.actions.pack import LocalReason

        if self.board is not None:
            made = LocalReason(
                of=self.of.currentData(), code=self.code.text().strip(), words=" ".join(self.words.text().split())
            )
            self.put(with_reason(self.board.draft, made))

    def done(self) -> None:
        self.code.clear()
        self.words.clear()
        self.wrong.say("")


class LettersCard(ListCard):
    """Texts to patients, pharmacies and care homes, the shipped one beside one's own."""

    def __init__(self) -> None:
        about = tr(
            "Each may hold {product}, {batches}, {company}, {reference} and {organisation}, and must "
            "hold {advice}: whether to keep taking the medicine, in the notice's own words."
        )
        super().__init__(tr("Letters and messages"), about)
        self.which = choice({})
        self.add("which", Field(tr("Text"), self.which, "", tr("Which letter or message")))
        self.shipped = copyable(Text("", "dense", "text_2"))
        frame = card("sunken")
        inside = column(frame, margins="medium", gap="tight")
        inside.addWidget(Text(tr("Shipped"), "meta", "text_2", strong=True))
        inside.addWidget(self.shipped)
        self.lines.addWidget(frame)
        self.text = text_editor("", 9)
        self.add("text", Field(tr("Here"), self.text, "", tr("Text used here")))
        self.save = KeyButton(tr("Put into the draft"), self._save, kind="primary")
        self.save.setAccessibleName(tr("Put the letter into the draft"))
        self.reset = KeyButton(tr("As shipped"), self._reset)
        self.reset.setAccessibleName(tr("The letter as shipped"))
        self.finish(self.save, self.reset)
        self.which.currentIndexChanged.connect(lambda _at: self._show())

    def show_board(self, board: Board) -> None:
        first = self.board is None
        before = self._in_draft()
        self.board = board
        if first:
            for name, letter in board.shipped_letters.items():
                self.which.addItem(letter.title, name)
        if first or before != self._in_draft():
            self._show()

    def _in_draft(self) -> str:
        return "" if self.board is None else self.board.draft.letters.get(self.which.currentData() or "", "")

    def _show(self) -> None:
        letter = self.board.shipped_letters.get(self.which.currentData()) if self.board else None
        if letter is not None:
            self.shipped.setText(letter.text.strip())
            self.text.setPlainText(self._in_draft() or letter.text.strip())

    def _save(self) -> None:
        if self.board is None:
            return
        text, name = self.text.toPlainText().strip(), self.which.currentData()
        same = text == self.board.shipped_letters[name].text.strip()
        self.put(with_letter(self.board.draft, name, "" if same else text))

    def _reset(self) -> None:
        if self.board is not None:
            self.put(with_letter(self.board.draft, self.which.currentData(), ""))

    def done(self) -> None:
        self._show()
