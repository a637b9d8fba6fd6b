"""Stock place by place, and the numbers of a patient search. Nil is an answer; an empty field is not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QVBoxLayout

from msat.gui import deeds, words
from msat.gui.pieces import KeyButton, Text, Wrapping, column, tip
from msat.gui.theme import look
from msat.gui.views.action_card import ActionCard
from msat.gui.views.particulars import number_field
from msat.projections.alert_state import ActionState, AlertState, PlaceCheck

STEPS = (
    ("found", "Found by the search"),
    ("active", "Still taking it"),
    ("at_higher_risk", "At higher risk"),
    ("reviewed", "Reviewed"),
    ("changed", "Changed"),
    ("unchanged_with_reason", "Unchanged, with a reason"),
)


class PlaceLine:
    """The controls of one place: nil, or a number of packs and their batch."""

    def __init__(self, place: str, grid: QGridLayout, at: int, record: Callable[[PlaceLine], None]) -> None:
        self.place = place
        self.name = Text(place, "body")
        self.name.setMinimumWidth(look().px(130))
        self.nil = KeyButton("Nil")
        self.nil.setCheckable(True)
        self.nil.setAccessibleName(f"Nil: {place}")
        self.packs = number_field(f"Packs found: {place}")
        self.packs.setPlaceholderText("packs")
        self.batch = QLineEdit()
        self.batch.setPlaceholderText("batch")
        self.batch.setAccessibleName(f"Batch found: {place}")
        self.batch.setMaxLength(60)
        self.batch.setMinimumWidth(look().px(80))
        self.batch.setMaximumWidth(look().px(150))
        self.state = Text("", "dense", "text_2")
        self.nil.clicked.connect(lambda _on: self._nil(record))
        for field in (self.packs, self.batch):
            field.returnPressed.connect(lambda: record(self))
        for column_, widget in enumerate((self.name, self.nil, self.packs, self.batch, self.state)):
            grid.addWidget(widget, at, column_)

    def _nil(self, record: Callable[[PlaceLine], None]) -> None:
        self.packs.clear()
        self.batch.clear()
        self.nil.setChecked(True)
        record(self)

    def finding(self) -> tuple[str, int | None, str] | None:
        """What was entered: None when nothing was."""
        packs = self.packs.text().strip()
        if packs and int(packs) > 0:
            return ("quantity", int(packs), self.batch.text().strip())
        return ("nil", None, "") if self.nil.isChecked() or packs else None

    def show(self, check: PlaceCheck) -> None:
        """What is recorded for this place."""
        self.nil.setChecked(check.deed is not None and check.result == "nil")
        if check.deed is None:
            self.state.setText("Not checked")
            return
        batch = f", batch {check.batch}" if check.batch else ""
        found = f"{check.quantity} found{batch}" if check.result == "quantity" else check.result.capitalize()
        self.state.setText(f"{found} · {words.initials(check.deed.by)} {words.short_moment(check.deed.happened)}")
        self.state.setToolTip(tip(f"{found}. {words.deed_words(check.deed)}"))
        self.packs.clear()
        self.batch.clear()


class PlacesCard(ActionCard):
    """Every place where stock may be, one line each, and one button for "nil in all that are left"."""

    def build_answer(self, body: QVBoxLayout, state: AlertState, action: ActionState) -> None:
        holder = QFrame()
        holder.setProperty("kind", "clear")
        self.grid = QGridLayout(holder)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(look().px("small"))
        self.grid.setVerticalSpacing(look().px(6))
        self.grid.setColumnStretch(4, 1)
        self.lines = [
            PlaceLine(check.place, self.grid, at, self._record_line) for at, check in enumerate(action.places)
        ]
        body.addWidget(holder)
        self.holder = holder
        self.change = KeyButton("Show the places", self._open, kind="quiet")
        self.change.setAccessibleName(f"Show the places of {self.code}")
        body.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        self._opened = False
        line = Wrapping()
        self.all_nil = KeyButton("Nil in all that are left", self._all_nil, kind="primary")
        self.save = KeyButton("Record what is filled in", self._record_filled, "Enter")
        self.more = KeyButton("Note, date", self._toggle_more, kind="quiet")
        self.more.setAccessibleName(f"Note and date for {self.code}")
        for button in (self.all_nil, self.save, self.more):
            line.addWidget(button)
        body.addLayout(line)
        self.rest = self.particulars()
        self.rest.setVisible(bool(self.rest.note.text()))
        self.rest.entered.connect(self._record_filled)
        body.addWidget(self.rest)
        self._waiting: list[str] = []

    def show_answer(self, state: AlertState, action: ActionState) -> None:
        by_place = {check.place: check for check in action.places}
        for line in self.lines:
            if line.place in by_place:
                line.show(by_place[line.place])
        self._waiting = [check.place for check in action.places if check.deed is None]
        self._fold(action)
        self.all_nil.setVisible(bool(self._waiting))
        nil_everywhere = len(self._waiting) == len(self.lines)
        self.all_nil.say("Nil in all places" if nil_everywhere else f"Nil in the {len(self._waiting)} left")

    def _fold(self, action: ActionState) -> None:
        """Once every place is checked the grid folds into a sentence."""
        whole = not self._waiting and bool(action.places) and not self._opened
        if whole:
            found = [check for check in action.places if check.result == "quantity"]
            said = "; ".join(f"{check.place}: {check.quantity}, batch {check.batch or 'not given'}" for check in found)
            places = words.listed([check.place for check in action.places if check.result != "quantity"] or ["none"])
            self.stands.say(f"{said + '. ' if said else ''}Nil in: {places}. {self.stands.text()}")
        for widget in (self.holder, self.save, self.more):
            widget.setVisible(not whole)
        self.change.setVisible(whole)

    def _open(self) -> None:
        self._opened = True
        for widget in (self.holder, self.save, self.more):
            widget.show()
        self.change.hide()
        self.lines[0].nil.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def quick(self) -> None:
        if self.holder.isHidden():
            self._open()
            return
        waiting = next((line for line in self.lines if line.place in self._waiting), None)
        if waiting or self.lines:
            (waiting or self.lines[0]).nil.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _all_nil(self) -> None:
        entered = {line.place: line.finding() for line in self.lines}
        found = {place: entered.get(place) or ("nil", None, "") for place in self._waiting}
        self._send(found)

    def _record_line(self, line: PlaceLine) -> None:
        finding = line.finding()
        if finding:
            self._send({line.place: finding})

    def _record_filled(self) -> None:
        found = {}
        for line in self.lines:
            finding = line.finding()
            if finding and (line.packs.text().strip() or line.place in self._waiting):
                found[line.place] = finding
        if found:
            self._send(found)
        else:
            self.wrong.say("No place is filled in. Choose nil or give the number of packs.")

    def _send(self, found: dict[str, tuple[str, int | None, str]]) -> None:
        deed = deeds.check_places(self.alert, found, self.rest.note.text().strip(), self.rest.happened())
        self.record(deed, lambda: self.forget(self.rest))

    def _toggle_more(self) -> None:
        self.rest.setVisible(self.rest.isHidden())
        if not self.rest.isHidden():
            self.rest.note.setFocus(Qt.FocusReason.ShortcutFocusReason)


class FunnelCard(ActionCard):
    """The patients found by a search, step by step. Numbers only."""

    def build_answer(self, body: QVBoxLayout, state: AlertState, action: ActionState) -> None:
        line = Wrapping(gap=12)
        self.fields: dict[str, QLineEdit] = {}
        for step, label in STEPS:
            part = QFrame()
            part.setProperty("kind", "clear")
            lines = column(part, gap="tight")
            caption = Text(label, "meta", "text_2")
            caption.setWordWrap(False)
            field = number_field(f"{label}, number of patients")
            field.textEdited.connect(lambda text, step=step: self.asker.keep_draft(f"{self.code}/{step}", text))
            field.setText(self.asker.draft(f"{self.code}/{step}"))
            field.returnPressed.connect(self._record)
            caption.setBuddy(field)
            lines.addWidget(caption)
            lines.addWidget(field)
            self.fields[step] = field
            line.addWidget(part)
        body.addLayout(line)
        foot = Wrapping()
        self.save = KeyButton("Record the numbers", self._record, "Enter", "primary")
        self.nil = KeyButton("Nil: no patients found", self._nil)
        self.more = KeyButton("Note, date", self._toggle_more, kind="quiet")
        self.more.setAccessibleName(f"Note and date for {self.code}")
        for button in (self.save, self.nil, self.more):
            foot.addWidget(button)
        body.addLayout(foot)
        self.rest = self.particulars()
        self.rest.entered.connect(self._record)
        self.rest.setVisible(bool(self.rest.note.text()))
        body.addWidget(self.rest)

    def show_answer(self, state: AlertState, action: ActionState) -> None:
        known = dict(action.funnel)
        said = [f"{label} {known[step]:,}" for step, label in STEPS if known.get(step) is not None]
        if said:
            self.stands.say(f"{'. '.join(said)}. {self.stands.text()}".strip())
        for step, field in self.fields.items():
            field.setPlaceholderText(str(known[step]) if known.get(step) is not None else "")

    def quick(self) -> None:
        self.fields["found"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _nil(self) -> None:
        for step, field in self.fields.items():
            field.setText("0" if step == "found" else "")
        self._record()

    def _record(self) -> None:
        numbers = {step: int(field.text()) for step, field in self.fields.items() if field.text().strip()}
        if not numbers:
            self.wrong.say("No number is filled in. Nil is 0 found.")
            self.fields["found"].setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        deed = deeds.count(self.alert, self.code, numbers, self.rest.note.text().strip(), self.rest.happened())
        self.record(deed, self._recorded)

    def _recorded(self) -> None:
        self.forget(self.rest)
        for step, field in self.fields.items():
            field.clear()
            self.asker.keep_draft(f"{self.code}/{step}", "")

    def _toggle_more(self) -> None:
        self.rest.setVisible(self.rest.isHidden())
        if not self.rest.isHidden():
            self.rest.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
