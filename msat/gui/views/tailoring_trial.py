"""What the draft changes, a dry run over the last months, and adopting what was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from msat.errors import MsatError
from msat.gui import trying
from msat.gui.dates import say_date
from msat.gui.models.dry_runs import DryRunTable
from msat.gui.models.tables import TextTable
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column
from msat.gui.tailoring import KIND_WORDS, Board, field_words, value_words
from msat.gui.tongue import later, spoken, tr
from msat.gui.trying import Trying
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.settings_field import Number
from msat.gui.views.tailoring_fields import Field, fit, line_editor, table_view
from msat.gui.views.tailoring_open_alerts import OpenAlertsCard, fit_rows
from msat.gui.words import count_words
from msat.triage.model import OrganisationKind

if TYPE_CHECKING:
    from msat.services.tailor_dry_run import DryRun

CHANGES = spoken((later("Rule"), later("Field"), later("Shipped"), later("Here"), later("Why")))
MONTHS = 12


class TrialTab(QWidget):
    """`changed` carries the draft with another head; `adopted` says that what is in force is another."""

    changed = Signal(object, object)
    adopted = Signal()
    dropped = Signal()

    def __init__(self, trying_: Trying, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._trying, self._notices = trying_, notices
        self._board: Board | None = None
        self.seen: DryRun | None = None
        lines = column(self, gap="large")
        lines.addWidget(self._head_card())
        lines.addWidget(self._change_card())
        lines.addWidget(self._run_card())
        self.open_alerts = OpenAlertsCard(trying_, notices)
        lines.addWidget(self.open_alerts)
        trying_.began.connect(self._began)
        trying_.progressed.connect(self._progressed)
        trying_.ended.connect(self._ended)

    # Building

    def _head_card(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="medium")
        lines.addWidget(Text(tr("The draft"), "section"))
        self.state = Text("", "body")
        lines.addWidget(self.state)
        self.name = line_editor("", "", 200)
        self.name_field = Field(tr("Name of the pack"), self.name)
        lines.addWidget(self.name_field)
        self.for_caption = Text(tr("For whom"), "dense", strong=True)
        lines.addWidget(self.for_caption)
        self.kinds: dict[str, KeyButton] = {}
        chips = Wrapping(gap=6)
        for kind in OrganisationKind:
            chip = KeyButton(KIND_WORDS[kind], kind="chip")
            chip.setCheckable(True)
            self.kinds[kind.value] = chip
            chips.addWidget(chip)
        lines.addLayout(chips)
        self.for_hint = Text(tr("None chosen: for this organisation only."), "dense", "text_2")
        lines.addWidget(self.for_hint)
        buttons = Wrapping(gap=8)
        self.keep_head = KeyButton(tr("Keep name and kinds"), self._keep_head)
        self.drop = KeyButton(tr("Take the draft away"), self.dropped.emit)
        for button in (self.keep_head, self.drop):
            buttons.addWidget(button)
        lines.addLayout(buttons)
        return frame

    def _change_card(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="medium")
        lines.addWidget(Text(tr("What stands differently"), "section"))
        self.change_words = Text("", "body", "text_2")
        lines.addWidget(self.change_words)
        self.change_model = TextTable(CHANGES, self)
        self.change_table = table_view(self.change_model, tr("What the draft changes, beside what is shipped"))
        self.change_table.setWordWrap(True)
        lines.addWidget(self.change_table)
        return frame

    def _run_card(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="medium")
        lines.addWidget(Text(tr("Dry run: what would have changed"), "section"))
        about = tr("Tries the draft on every alert received here in the last months. Nothing is recorded.")
        lines.addWidget(Text(about, "dense", "text_2"))
        self.months = Number()
        self.months.setRange(1, 120)
        self.months.setValue(MONTHS)
        self.months.setSuffix(" months")
        lines.addWidget(Field(tr("How far back"), self.months))
        buttons = Wrapping(gap=8)
        self.run = KeyButton(tr("Dry run"), self.start, "Ctrl+R", "primary")
        self.run.setShortcut("Ctrl+R")
        self.cancel = KeyButton(tr("Cancel"), self._trying.cancel)
        self.cancel.hide()
        for button in (self.run, self.cancel):
            buttons.addWidget(button)
        lines.addLayout(buttons)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Progress of the dry run"))
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.doing = Text("", "dense", "text_2")
        self.doing.hide()
        lines.addWidget(self.progress)
        lines.addWidget(self.doing)
        self.look_out = Notice("red", "")
        self.look_out.hide()
        self.result = Text("", "body")
        self.result.hide()
        lines.addWidget(self.look_out)
        lines.addWidget(self.result)
        self.rows_model = DryRunTable(self)
        self.rows = table_view(self.rows_model, tr("Alerts that would have come out differently, lowered Reds first"))
        self.rows.hide()
        lines.addWidget(self.rows)
        self.reason = line_editor("", tr("It stays in the record."), 2000)
        self.reason_field = Field(tr("Reason for adopting"), self.reason)
        lines.addWidget(self.reason_field)
        self.wrong = Text("", "body", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)
        foot = Wrapping(gap=8)
        self.adopt = KeyButton(tr("Adopt what is shown"), self.take, kind="primary")
        foot.addWidget(self.adopt)
        lines.addLayout(foot)
        self.adopt_hint = Text("", "dense", "text_2")
        lines.addWidget(self.adopt_hint)
        return frame

    # Showing

    def show_board(self, board: Board) -> None:
        """Brings the cards up to date; a dry run of another draft is no longer shown."""
        if self._board is None or self._board.text != board.text or self._board.version != board.version:
            self._forget()
            self.name.setText(board.draft.name)
            for kind, chip in self.kinds.items():
                chip.setChecked(any(one.value == kind for one in board.draft.made_for))
        self._board = board
        committee = board.own_kind is OrganisationKind.COMMITTEE
        for widget in (self.for_caption, self.for_hint, *self.kinds.values()):
            widget.setVisible(committee or bool(board.draft.made_for))
        self.keep_head.say(tr("Keep name and kinds") if committee else tr("Keep the name"))
        self.drop.setVisible(board.has_draft)
        self.state.setText(_state_words(board))
        rows = [
            (
                _called(c.rule, c.name),
                field_words(c.field),
                value_words(c.field, c.shipped) or "none",
                value_words(c.field, c.local),
                c.why,
            )
            for c in board.changes
        ]
        self.change_model.set_rows(rows)
        self.change_table.setVisible(bool(rows))
        said = (
            count_words(len(rows), "field") + tr(" beside what is shipped.")
            if rows
            else tr("Nothing: all is as shipped.")
        )
        self.change_words.setText(said)
        self._show_adopt()
        self._fit()

    def _forget(self) -> None:
        self.seen = None
        for widget in (self.look_out, self.result, self.rows):
            widget.hide()

    def _show_adopt(self) -> None:
        board = self._board
        ready = self.seen is not None and board is not None and not board.is_in_force and not board.trouble
        self.adopt.setEnabled(ready)
        can_run = board is not None and board.has_draft and not board.trouble and not self._trying.is_running
        self.run.setEnabled(can_run)
        hint = tr("A dry run comes first; only what it shows is adopted.")
        if board is not None and board.is_in_force:
            hint = tr("The draft is what is in force.") if board.has_draft else tr("There is no draft to adopt.")
        self.adopt_hint.say("" if ready else hint)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.change_table.isVisible():
            fit(self.change_table, 8, {0: 300, 1: 280, 2: 180, 3: 200}, 4)
        if self.rows.isVisible():
            fit_rows(self.rows)

    # Trying

    def start(self) -> None:
        """Runs the draft over the last months."""
        self._forget()
        self.wrong.say("")
        self._trying.run(tr("Trying the draft"), trying.dry_run(self.months.value()), self._tried, self._failed)

    def _began(self, what: str) -> None:
        self.run.setEnabled(False)
        self.cancel.show()
        self.progress.setRange(0, 0)
        self.progress.show()
        self.doing.say(what)

    def _progressed(self, what: str, done: int, total: int) -> None:
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        self.doing.say(tr("{what}: {done:,} of {total:,}").format(what=what, done=done, total=total))

    def _ended(self) -> None:
        self.cancel.hide()
        self.progress.hide()
        self.doing.say("")
        self._show_adopt()

    def _failed(self, error: MsatError) -> None:
        self.wrong.say(str(error))

    def _tried(self, run: DryRun) -> None:
        self.seen = run
        since = say_date(run.since)
        of = count_words(run.of, "alert")
        said = tr("{changed:,} of {of} received since {since} would have come out differently.").format(
            changed=run.changed, of=of, since=since
        )
        counted = "; ".join(f"{_direction(key)} {number:,}" for key, number in run.counts.items() if number)
        said += f" {counted[:1].upper()}{counted[1:]}." if counted else ""
        if run.unread:
            said += tr(" Not tried, for the text is missing here: {unread}.").format(unread=", ".join(run.unread[:10]))
        self.result.say(said)
        lowered = len({row.key for row in run.lowered_reds})
        self.look_out.setVisible(bool(lowered))
        if lowered:
            self.look_out.say(
                "red",
                tr("{alerts} would have been lower.").format(alerts=count_words(lowered, "Red alert")),
                tr("They stand first in the table. Look at each before adopting."),
            )
        self.rows_model.set_rows(run.rows)
        self.rows.setVisible(bool(run.rows))
        self._show_adopt()
        self._fit()

    def take(self) -> None:
        """Adopts what was seen, with a reason."""
        if self.seen is None:
            return
        if not self.reason.text().strip():
            self.reason_field.mark(tr("Give the reason: it stays in the record."))
            self.reason.setFocus()
            return
        self.reason_field.mark("")
        self.wrong.say("")
        work = trying.adopt(self.reason.text(), self.seen.seen, self.seen.months)
        self._trying.do(tr("Adopting"), work, self._taken, self._failed)

    def _taken(self, changes) -> None:
        self.reason.clear()
        self._notices.tell(changes.words, "green")
        self.adopted.emit()
        self.open_alerts.look_at()

    # The head

    def _keep_head(self) -> None:
        if self._board is None:
            return
        chosen = tuple(OrganisationKind(kind) for kind, chip in self.kinds.items() if chip.isChecked())
        pack = replace(self._board.draft, name=" ".join(self.name.text().split()), made_for=chosen)

        def done(error: MsatError | None) -> None:
            self.name_field.mark(str(error) if error else "")

        self.changed.emit(pack, done)


def _direction(key: str) -> str:
    from msat.actions.dry_run import DIRECTIONS

    return DIRECTIONS[key]  # type: ignore[index]


def _called(rule: str, name: str) -> str:
    return f"{rule} {name}".strip()


def _state_words(board: Board) -> str:
    if board.trouble:
        return tr("The draft cannot be used as it is; what is in force is shown. Mend it under “Packs and history”.")
    if not board.has_draft:
        return tr("There is no draft. It begins with the first change you make; nothing holds before it is adopted.")
    if board.is_in_force:
        return tr("The draft is what is in force.")
    return tr("The draft changes {fields} of what is shipped. It does not hold yet.").format(
        fields=count_words(len(board.changes), "field")
    )
