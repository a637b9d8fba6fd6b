"""Parts of the Oversight page: the figures at the top, the agenda, and what a chosen cell says. They ask nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFrame

from msat.gui import oversight, tongue, words
from msat.gui.board_choice import Only
from msat.gui.marks import Mark
from msat.gui.models.board import Look, name_of
from msat.gui.models.tables import TextTable
from msat.gui.oversight import AgendaItem, Shown
from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable, empty, row, show
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.committee_card import discussed_words
from msat.gui.views.notices import Notice
from msat.gui.views.wrapped_table import WrappedTable
from msat.projections.board import BoardAlert, BoardOrganisation

if TYPE_CHECKING:
    from msat.exchange.arrivals import Arrival


WIDEST = 680
"""Pixels at 100 % beyond which an agenda's words would be too long to read."""


class Tiles(QFrame):
    """A few large numbers, each with what it counts under it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._line = Wrapping(self, gap=12)

    def show_tiles(self, tiles: Sequence[tuple[str, str, str]]) -> None:
        empty(self._line)
        for number, what, tone in tiles:
            self._line.addWidget(Tile(number, what, tone))


class Tile(QFrame):
    """One number with what it counts under it; as wide at every size of type as its words are at the usual one."""

    def __init__(self, number: str, what: str, tone: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        lines = column(self, margins="medium", gap=2)
        lines.addWidget(copyable(Text(number, "number", f"{tone}_text" if tone != "plain" else "text", strong=True)))
        lines.addWidget(Text(what, "dense", "text_2"))
        look().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setFixedWidth(look().px(216))


class OnlyChip(QFrame):
    """Says what alone is shown. `left`: everything is asked for again."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        line = row(self, margins="medium", gap="medium")
        self.words = copyable(Text("", "body", strong=True))
        line.addWidget(self.words, 1)
        self.all = KeyButton(tr("Show everything"), self.left.emit, "Esc")
        line.addWidget(self.all, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_only(self, only: Only) -> None:
        """Names it."""
        words = tr("Only {words}: on the agenda and the board. Figures and charts are of everything.")
        self.words.say(words.format(words=only.words))
        self.all.setAccessibleDescription(self.words.text())
        self.show()


class Agenda(QFrame):
    """What a meeting should look at. `opened` and `decide` carry an alert's key, `done_asked` a decision's id too."""

    opened = Signal(str)
    decide = Signal(str)
    done_asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._lines = column(self, margins="large", gap="medium")
        self.items: list[AgendaItem] = []
        look().changed.connect(self._fit)

    def _fit(self) -> None:
        for text in self.findChildren(Text):
            text.setMaximumWidth(look().px(WIDEST))

    def show_items(self, items: Sequence[AgendaItem], none: str) -> None:
        self.items = list(items)
        held = self._held()
        empty(self._lines)
        self._lines.addWidget(Text(tr("Agenda"), "section"))
        if not items:
            self._lines.addWidget(Text(none, "body", "text_2"))
        for number, item in enumerate(items, start=1):
            self._lines.addWidget(self._item(number, item))
        self._fit()
        again = next((button for button in self.findChildren(KeyButton) if button.accessibleName() == held), None)
        if held and again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _held(self) -> str:
        """The name of the button that has the focus: read anew, the list gives it back."""
        focus = self.window().focusWidget()  # also while another program is in front
        return focus.accessibleName() if focus is not None and self.isAncestorOf(focus) else ""

    def _item(self, number: int, item: AgendaItem) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "clear")
        lines = row(frame, gap="small")
        mark = Mark(item.rag, 20)
        show(mark, item.key is not None and item.decision is None)  # a decision has no priority
        lines.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        told = column(gap=2)
        head = Text(f"{number}. {item.head}", "body", strong=True)
        for text in (head, Text(tongue.said(item.words), "dense", "text_2")):
            told.addWidget(text)
        if item.late:
            told.addWidget(Text(item.late, "dense"))
        if item.decided is not None:
            told.addWidget(Text(discussed_words(item.decided), "dense"))
        lines.addLayout(told, 100)
        if item.key is not None and item.can_decide:
            for button in self._buttons(str(item.key), item):
                lines.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        lines.addStretch(1)  # its buttons stay beside the words, however wide the page is
        return frame

    def _buttons(self, key: str, item: AgendaItem) -> tuple[KeyButton, ...]:
        named, made = item.head[:60], item.decision
        show = KeyButton(tr("Open"), lambda: self.opened.emit(key), kind="quiet")
        decide = KeyButton(tr("Record a decision"), lambda: self.decide.emit(key), kind="quiet")
        show.setAccessibleName(tr("Open the alert: {named}").format(named=named))
        decide.setAccessibleName(tr("Record a decision: {named}").format(named=named))
        if made is None:
            return show, decide
        done = KeyButton(tr("Mark as done"), lambda: self.done_asked.emit(key, made.id), kind="quiet")
        outcome = f"{made.met.outcome_words[:60]} ({made.name})"
        done.setAccessibleName(tr("On the agenda, mark as done: {named}").format(named=outcome))
        return done, show, decide


class Indicators(QFrame):
    """K1 to K10 of the period with their counts; what each counts stands beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Indicators"), "section"))
        self._model = TextTable((tr("Code"), tr("Indicator"), tr("As reported"), tr("What is counted, of what")), self)
        self.table = WrappedTable(tr("Indicators K1 to K10"), self._model, most_rows=12)
        lines.addWidget(self.table)

    def show_indicators(self, shown: Shown) -> None:
        self._model.set_rows([oversight.indicator_line(one) for one in shown.figures.kpis])


class CellCard(QFrame):
    """What one cell of the board says in words, and the way on: to the alert, its column alone, its row alone.

    `left` says that it closed while it had the focus.
    """

    left = Signal()
    only_organisation = Signal(str)
    only_alert = Signal(str)
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        lines = column(self, margins="large", gap="small")
        head = row(gap="small")
        self.mark = Mark(None, 22)
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        self.head = copyable(Text("", "section"))
        head.addWidget(self.head, 1)
        lines.addLayout(head)
        self.state, self.rating, self.everybody, self.organisation = (copyable(Text("", "body")) for _ in range(4))
        for text in (self.state, self.rating, self.everybody, self.organisation):
            lines.addWidget(text)
        line = Wrapping(gap=8)
        self.open = KeyButton(tr("Open the alert"), lambda: self.opened.emit(self._key))
        self.row_alone = KeyButton(tr("This organisation alone"), lambda: self.only_organisation.emit(self._code))
        self.column_alone = KeyButton(tr("This alert alone"), lambda: self.only_alert.emit(self._key))
        for button in (
            self.open,
            self.row_alone,
            self.column_alone,
            KeyButton(tr("Close"), self.leave, "Esc", "quiet"),
        ):
            line.addWidget(button)
        lines.addLayout(line)
        self._key = self._code = ""
        self.hide()

    def show_cell(self, shown: Shown, organisation: BoardOrganisation, alert: BoardAlert, cell: Look) -> None:
        self._key, self._code = str(alert.key), organisation.ods
        self.mark.show_priority(cell.rag if cell.has_mark else alert.rag)
        self.head.setText(name_of(alert))
        rag = f"{words.rag_word(cell.rag)}, " if cell.has_mark else ""
        state = (cell.told or cell.words).partition(" ")[2] if cell.has_mark else cell.words
        # Who sent nothing reported nothing, not "no reply".
        said = tr("{name} ({ods}): {rag}{state}, as reported.")
        if not organisation.has_replied:
            said = tr("{name} ({ods}): no reply. Nothing was received from it.")
        self.state.setText(said.format(name=organisation.name, ods=organisation.ods, rag=rag, state=state.lower()))
        self.rating.say(oversight.rating_words(alert, shown))
        self.everybody.setText(
            tr("Everybody: {totals_words}").format(
                totals_words=oversight.totals_words(
                    shown.by_alert.get(alert.key, {}), shown.late_by_alert.get(alert.key, 0)
                )
            )
            + oversight.received_words(alert, shown)
            + oversight.silent_words(shown)
        )
        counts = shown.by_organisation.get(organisation.ods, {})
        said = "; ".join(f"{count:,} {words.status_words(status).lower()}" for status, count in counts.items() if count)
        self.organisation.say(tr("All alerts of this organisation: {said}.").format(said=said) if said else "")
        self.open.setVisible(alert.key in shown.own)
        self.show()

    def leave(self) -> None:
        """Closes it; whoever was in it goes on where it was asked for."""
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        self.hide()
        if had_focus:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)


def arrival_notice(one: Arrival, enrol: Callable[[], None] | None = None) -> Notice:
    """What became of one file, in words, with what to do. `enrol`, if given, leads to where a person enrols what waits,
    or decides on a fork."""
    tone = (
        "red" if one.outcome.is_alarm else "amber" if one.outcome in ("waiting", "unfinished", "elsewhere") else "green"
    )
    label = tr("Go to Other sites") if enrol is not None and one.outcome in ("waiting", "fork") else ""
    notice = Notice(tone, one.name, f"{one.words} {one.next_step}".strip(), label, enrol)
    # Whoever goes there deals with it: said any longer, "not enrolled" would soon be untrue.
    notice.button.clicked.connect(notice.hide)
    return notice


def choice(name: str, *options: tuple[str, object]) -> QComboBox:
    """A field with fixed answers: (label, value) each."""
    box = QComboBox()
    box.setAccessibleName(name)
    for label, value in options:
        box.addItem(label, value)
    return box


def intro(shown: Shown) -> str:
    """What the page is about."""
    period = oversight.period_words(shown.figures.first, shown.figures.last)
    if not shown.is_committee:
        return tr("The figures of this organisation for alerts received from {period}.").format(period=period)
    return tr(
        "Alerts received from {period}, from the returns that came. What practices say of "
        "themselves is reported, not confirmed."
    ).format(period=period)


def empty_board(shown: Shown) -> str:
    """Why the board has no rows or no columns, and what to do."""
    if not shown.organisations:
        return tr(
            "No organisation is here yet. Choose your practices under Settings, Practices, or take "
            "in the first return and enrol its log."
        )
    if not shown.alerts:
        return tr("No alert was received in this period.")
    return tr("No organisation or no alert is like that. Clear the filters to see all of them.")
