"""Stock place by place in a grid filled by keyboard: N is nil, a digit begins a quantity, L fills the rest with nil.

Nothing is recorded until it is saved, all at once; an empty field is not an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QVBoxLayout

from msat.gui import deeds, words
from msat.gui.into_sight import bring_in_sight
from msat.gui.letters import by, letters
from msat.gui.pieces import KeyButton, Text, Wrapping, tip
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.action_card import ActionCard
from msat.projections.alert_state import ActionState, AlertState, PlaceCheck
from msat.projections.place_grid import PlaceRow, changed, grid, rest_nil, typed

NIL_SHOWN = later("Nil")
PLACES = "places"
"""The draft of what is filled in, place by place."""


class ResultField(QLineEdit):
    """Nil or a number. `moved` carries where to go: 1 the next place, -1 the one before, 0 the batch beside it."""

    moved = Signal(int)
    rest_asked = Signal()

    def __init__(self, place: str) -> None:
        super().__init__()
        self.setMaxLength(8)
        self.setPlaceholderText(tr("nil or packs"))
        self._place = place
        self._say_keys()
        letters().changed.connect(self._say_keys)
        self._fit()
        look().changed.connect(self._fit)
        self.textEdited.connect(self._tidy)

    def _fit(self) -> None:
        self.setFixedWidth(look().px(116))

    def _say_keys(self) -> None:
        nil = letters().shown("nil") or tr("0")
        self.setToolTip(tr("{key} for nil, or the number of packs found").format(key=nil))
        name = tr("Found in {place}: {key} for nil, or the number of packs")
        self.setAccessibleName(name.format(place=self._place, key=nil))

    def _tidy(self, text: str) -> None:
        """Only nil or digits can stand here, pasted or typed."""
        digits = "".join(c for c in text if c.isascii() and c.isdigit())
        self.setText(tr(NIL_SHOWN) if "n" in text.casefold() and not digits else digits)

    def is_quantity(self) -> bool:
        text = self.text()
        return text.isdigit() and int(text) > 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        does = letters().command(event.text(), "stock") if plain else ""
        if does == "nil":
            self.setText(tr(NIL_SHOWN))
            self.textEdited.emit(tr(NIL_SHOWN))
            self.moved.emit(1)
        elif does == "rest-nil":
            self.rest_asked.emit()
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.moved.emit(0 if self.is_quantity() else 1)
        elif plain and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        elif plain and self.text() == tr(NIL_SHOWN) and key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.clear()
            self.textEdited.emit("")
        elif plain and self.text() == tr(NIL_SHOWN) and event.text().isdigit():
            self.setText(event.text())
            self.textEdited.emit(event.text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        self.selectAll()


class PlaceLine:
    """The controls of one place: nil or a number of packs, and their batch."""

    def __init__(self, row: PlaceRow, layout: QGridLayout, at: int, edited: Callable[[], None]) -> None:
        self.row = row
        self.name = Text(row.place, "body")
        self.name.setMinimumWidth(look().px(130))
        self.result = ResultField(row.place)
        self.batch = QLineEdit()
        self.batch.setPlaceholderText(tr("batch"))
        self.batch.setAccessibleName(tr("Batch found in {place}").format(place=row.place))
        self.batch.setMaxLength(60)
        self.batch.setMinimumWidth(look().px(80))
        self.batch.setMaximumWidth(look().px(150))
        self.state = Text("", "dense", "text_2")
        self.result.textEdited.connect(lambda _text: edited())
        self.batch.textEdited.connect(lambda _text: edited())
        for across, widget in enumerate((self.name, self.result, self.batch, self.state)):
            layout.addWidget(widget, at, across)
        self.fit()

    def fit(self) -> None:
        """The batch can be given only beside a quantity: Tab goes past it otherwise."""
        wanted = self.result.is_quantity()
        self.batch.setEnabled(wanted)
        if not wanted:
            self.batch.clear()

    def filled(self) -> PlaceRow:
        """The row as it would be recorded: what is typed, else what stands."""
        if not self.result.text():
            return self.row
        return typed(self.row, self.result.text(), self.batch.text())

    def show_row(self, row: PlaceRow, check: PlaceCheck) -> None:
        """What is recorded for this place."""
        self.row = row
        if check.deed is None:
            self.state.setText(tr("Not checked"))
            self.state.setToolTip("")
            return
        batch = tr(", batch {batch}").format(batch=check.batch) if check.batch else ""
        found = (
            tr("{quantity} found{batch}").format(quantity=check.quantity, batch=batch)
            if check.result == "quantity"
            else check.result.capitalize()
        )
        who = check.initials or words.initials(check.deed.by)
        self.state.setText(f"{found} · {who} {words.short_moment(check.deed.happened)}")
        self.state.setToolTip(tip(f"{found}. {words.deed_words(check.deed)}"))

    def fill(self, result: str, batch: str) -> None:
        """What was typed once and not recorded."""
        self.result.setText(tr(NIL_SHOWN) if result == "nil" else result)
        self.fit()
        self.batch.setText(batch if self.batch.isEnabled() else "")

    def kept(self) -> tuple[str, str]:
        """What is typed, to be filled in again."""
        return "nil" if self.result.text() == tr(NIL_SHOWN) else self.result.text(), self.batch.text()

    def clear(self) -> None:
        self.result.clear()
        self.batch.clear()
        self.fit()


class PlacesCard(ActionCard):
    """Every place where stock may be, one line each, saved at once; whole, it folds into a sentence."""

    def build_answer(self, body: QVBoxLayout, state: AlertState, action: ActionState) -> None:
        self.holder = QFrame()
        self.holder.setProperty("kind", "clear")
        layout = QGridLayout(self.holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(look().px("small"))
        layout.setVerticalSpacing(look().px(6))
        layout.setColumnStretch(3, 1)
        self.lines = [PlaceLine(row, layout, at, self._typed) for at, row in enumerate(grid(action))]
        for at, line in enumerate(self.lines):
            line.result.moved.connect(lambda step, at=at: self._move(at, step))
            line.result.rest_asked.connect(self.fill_rest)
            line.batch.returnPressed.connect(lambda at=at: self._move(at, 1))
        body.addWidget(self.holder)
        self.change = KeyButton(tr("Show the places"), self._open, kind="quiet")
        self.change.setAccessibleName(tr("Show the places of {code}").format(code=self.code))
        body.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        self._build_foot(body)
        self._opened = self._fill_again()

    def _build_foot(self, body: QVBoxLayout) -> None:
        self.foot = QFrame()
        self.foot.setProperty("kind", "clear")
        line = Wrapping(self.foot)
        self.all_nil = KeyButton(tr("All the rest nil"), self.fill_rest, by("rest-nil"))
        self.save = KeyButton(tr("Record the places"), self.submit, "Ctrl+Enter", "primary")
        self.initials = QLineEdit()
        self.initials.setAccessibleName(tr("Initials of whoever looked"))
        self.initials.setPlaceholderText(tr("initials"))
        self.initials.setMaxLength(10)
        self.initials.setFixedWidth(look().px(76))
        self.initials.returnPressed.connect(self.submit)
        self.more = KeyButton(tr("Time: now. Change it, add a note"), self._toggle_more, kind="quiet")
        self.more.setAccessibleName(tr("Note and time for {code}").format(code=self.code))
        for widget in (self.all_nil, self.initials, self.save, self.more):
            line.addWidget(widget)
        body.addWidget(self.foot)
        self.rest = self.particulars()
        self.rest.setVisible(bool(self.rest.note.text()))
        self.rest.entered.connect(self.submit)
        body.addWidget(self.rest)
        self.said = Text("", "dense", "text_2")
        self.said.hide()
        body.addWidget(self.said)

    def show_answer(self, state: AlertState, action: ActionState) -> None:
        by_place = {check.place: check for check in action.places}
        for line, row in zip(self.lines, grid(action), strict=False):
            line.show_row(row, by_place[row.place])
        if not self.initials.text():
            self.initials.setText(words.initials(self.asker.person_name()))
        self._fold(action)
        self._edited()

    @property
    def waiting(self) -> list[PlaceLine]:
        """The places that are neither recorded nor filled in."""
        return [line for line in self.lines if not line.filled().is_checked]

    def _fold(self, action: ActionState) -> None:
        """Once every place is checked the grid folds into a sentence."""
        whole = all(check.is_checked for check in action.places) and bool(action.places) and not self._opened
        if whole:
            found = [check for check in action.places if check.result == "quantity"]
            said = "; ".join(
                tr("{place}: {quantity}, batch {batch}").format(
                    place=check.place, quantity=check.quantity, batch=check.batch or tr("not given")
                )
                for check in found
            )
            places = words.listed([check.place for check in action.places if check.result != "quantity"] or ["none"])
            self.stands.say(
                tr("{said}Nil in: {places}. {text}").format(
                    said=said + ". " if said else "", places=places, text=self.stands.text()
                )
            )
        for widget in (self.holder, self.foot):
            widget.setVisible(not whole)
        self.change.setVisible(whole)

    def _open(self) -> None:
        self._opened = True
        for widget in (self.holder, self.foot):
            widget.show()
        self.change.hide()
        self.lines[0].result.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Filling in

    def _typed(self) -> None:
        self._edited()
        kept = {line.row.place: line.kept() for line in self.lines if line.result.text()}
        self.asker.keep_draft(f"{self.code}/{PLACES}", json.dumps(kept, ensure_ascii=False) if kept else "")

    def _fill_again(self) -> bool:
        """What was typed when the program ended, or another alert was chosen; whether there was any."""
        try:
            kept = json.loads(self.asker.draft(f"{self.code}/{PLACES}") or "{}")
            for line in self.lines:
                line.fill(*(str(part) for part in kept.get(line.row.place, ("", ""))))
        except (ValueError, TypeError, AttributeError):
            return False  # a draft that was tampered with: the places are empty, as they would be without it
        return bool(kept)

    def _edited(self) -> None:
        for line in self.lines:
            line.fit()
        ready = len(self._found())
        left = len(self.waiting)
        self.all_nil.setVisible(bool(left))
        self.save.say(
            tr("Record {places}").format(places=words.count_words(ready, "place")) if ready else tr("Record the places")
        )
        self.said.say(
            tr("{places} still to fill in.").format(places=words.count_words(left, "place")) if ready and left else ""
        )

    def _found(self) -> dict[str, tuple[str, int | None, str]]:
        return changed([line.row for line in self.lines], [line.filled() for line in self.lines])

    def _move(self, at: int, step: int) -> None:
        """Enter, N and the arrows: to the batch, to the next place, and after the last to the initials."""
        to: QLineEdit | None = None
        if step == 0:
            to = self.lines[at].batch
        elif 0 <= at + step < len(self.lines):
            to = self.lines[at + step].result
        elif step > 0:
            to = self.initials
        if to is not None:
            to.setFocus(Qt.FocusReason.TabFocusReason)
            bring_in_sight(to)

    def fill_rest(self) -> None:
        """Nil in every place that is neither recorded nor filled in: what its key does."""
        rows = rest_nil([line.filled() for line in self.lines])
        for line, row in zip(self.lines, rows, strict=True):
            if not line.filled().is_checked and row.is_checked:
                line.result.setText(tr(NIL_SHOWN))
        self._typed()
        self.save.setFocus(Qt.FocusReason.ShortcutFocusReason)
        bring_in_sight(self.save)

    def quick(self) -> None:
        if self.holder.isHidden():
            self._open()
            return
        line = next(iter(self.waiting), None) or (self.lines[0] if self.lines else None)
        if line is not None:
            line.result.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Recording

    def submit(self) -> None:
        """Everything filled in, at once."""
        rows = [line.filled() for line in self.lines]
        wrong = next((row.wrong for row in rows if row.wrong), "")
        found = self._found()
        if wrong or not found:
            self.wrong.say(wrong or tr("No place is filled in. Type nil, or give the number of packs."))
            self.quick()
            return
        if not self.rest.when.is_right():
            return
        deed = deeds.check_places(
            self.alert, found, self.rest.note.text().strip(), self.rest.happened(), self.initials.text().strip()
        )
        self.record(deed, self._recorded)

    def _recorded(self) -> None:
        self._opened = False
        for line in self.lines:
            line.clear()
        self.forget(self.rest)
        self._typed()

    def _toggle_more(self) -> None:
        self.rest.setVisible(self.rest.isHidden())
        if not self.rest.isHidden():
            self.rest.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.submit()
        else:
            super().keyPressEvent(event)
