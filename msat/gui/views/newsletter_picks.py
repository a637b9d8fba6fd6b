"""Alerts to choose from for the newsletter, by period, kind, readers and words; what was told already is greyed."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QPushButton, QStackedWidget

from msat.clock import LONDON, london
from msat.gui import newsletter_deeds as deeds
from msat.gui import newsletter_words as said
from msat.gui.models.newsletter_lines import Line, LinesModel
from msat.gui.newsletter_composer import Composer
from msat.gui.pieces import KeyButton, Text, Wrapping, column, row
from msat.gui.theme import look
from msat.gui.tongue import plural, tr
from msat.gui.views.alert_list import EmptyState
from msat.gui.views.newsletter_list import LineList
from msat.gui.words import family_words

TYPING_MS = 200
LOW = 430
"""Pixels at 100 % below which the pane is low: a laptop at 150 % or 200 %."""
LOWEST = 180
"""Below this even the count gives way: a panel over the foot of the window leaves room for the alerts alone."""
PERIODS = (("month", 0), ("last", 0), ("3", 92), ("12", 366), ("ever", 0))


def since(period: str, now: datetime) -> datetime | None:
    """When a period begins; None is ever."""
    day = london(now)
    first = datetime(day.year, day.month, 1, tzinfo=LONDON)
    if period == "month":
        return first
    if period == "last":
        before = first - timedelta(days=1)
        return datetime(before.year, before.month, 1, tzinfo=LONDON)
    days = dict(PERIODS).get(period, 0)
    # From the beginning of a day: the same question through the day has the same answer.
    return datetime(day.year, day.month, day.day, tzinfo=LONDON) - timedelta(days=days) if days else None


class PicksPane(QFrame):
    """`read` carries the key of an alert to read."""

    read = Signal(str)

    def __init__(self, composer: Composer) -> None:
        super().__init__()
        self.setProperty("kind", "pane")
        self.composer, self.session = composer, composer.session
        self._asked, self._found, self._list_wanted = 0, None, False
        self._picker = deeds.Picker()
        self.model = LinesModel(self)
        self.list = LineList(self.model, tr("Alerts to choose for the newsletter"))
        self.list.chosen.connect(self.toggle)
        self.list.opened.connect(self.toggle)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.reload)
        self._build()
        composer.changed.connect(lambda _key: self._show_lines())
        composer.opened.connect(self._opened)
        composer.kept.connect(self._draft_kept)
        self.session.changes.happened.connect(lambda _changes: self.reload())

    # Building

    def _build(self) -> None:
        lines = column(self, gap=0)
        head = column(margins="medium", gap="small")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search title, reference, product"))
        self.search.setAccessibleName(tr("Search the alerts to choose from"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.returnPressed.connect(self._to_list)
        look().dress(self.search, "body")
        line = row(gap="small")
        line.addWidget(self.search, 1)
        self.filter_button = self._chip(tr("Filters"), tr("Show the filters"))
        self.filter_button.clicked.connect(lambda _on: self._fit_height())
        line.addWidget(self.filter_button)
        head.addLayout(line)
        periods = {
            "month": tr("This month"), "last": tr("2 months"), "3": tr("3 months"),
            "12": tr("12 months"), "ever": tr("Any time"),
        }  # fmt: skip
        self.period = self._combo(tr("Period"), periods)
        self.period.setCurrentIndex(2)
        self.family = self._combo(tr("Kind of notice"), {"": tr("All kinds")})
        self.audience = self._combo(tr("Told to"), {"": tr("Any readers")})
        first, second = row(gap="small"), row(gap="small")
        first.addWidget(self.period, 1)
        first.addWidget(self.family, 1)
        self.waiting = self._chip(tr("In no issue yet"), tr("Show only what no issue has told of yet"))
        self.waiting.clicked.connect(lambda _on: self.reload())
        second.addWidget(self.waiting)
        second.addWidget(self.audience, 1)
        self.filters = QFrame()
        self.filters.setProperty("kind", "clear")
        both = column(self.filters, gap="small")
        both.addLayout(first)
        both.addLayout(second)
        head.addWidget(self.filters)
        self.tally = Text("", "meta", "text_2")
        head.addWidget(self.tally)
        lines.addLayout(head)
        self.stack = QStackedWidget()
        self.nothing = EmptyState("list")
        self.nothing.button.clicked.connect(self.clear_filters)
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.nothing)
        self.stack.setMinimumHeight(look().px(60))
        lines.addWidget(self.stack, 1)
        self.buttons = QFrame()
        self.buttons.setProperty("kind", "clear")
        foot = Wrapping(self.buttons, gap=6)
        edge = look().px("small")
        foot.setContentsMargins(edge, edge, edge, edge)
        self.add = KeyButton(tr("Add"), lambda: self.toggle(self.list.key()), "Space", "plain")
        self.look_at = KeyButton(tr("Read the alert"), lambda: self.read.emit(self.list.key()), kind="quiet")
        foot.addWidget(self.add)
        foot.addWidget(self.look_at)
        lines.addWidget(self.buttons)
        self.list.selectionModel().currentChanged.connect(lambda *_at: self._show_buttons())
        self._show_buttons()

    def _combo(self, name: str, options: dict[str, str]) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(8)
        look().dress(made, "dense")
        _fill(made, options)
        made.activated.connect(lambda _at: self.reload())
        return made

    @staticmethod
    def _chip(words: str, name: str) -> QPushButton:
        made = QPushButton(words)
        made.setCheckable(True)
        made.setProperty("kind", "chip")
        made.setAccessibleName(name)
        made.setMinimumHeight(look().px("target"))
        look().dress(made, "dense")
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        """A low pane shows alerts, not filters and buttons: those are one press away."""
        low = self.height() < look().px(LOW)
        self.filter_button.setVisible(low)
        self.filters.setVisible(not low or self.filter_button.isChecked())
        self.buttons.setVisible(not low)
        self.tally.setVisible(self.height() >= look().px(LOWEST))

    # Asking

    def _opened(self) -> None:
        _fill(self.audience, {"": tr("Any readers"), **self._readers()})
        self.reload()

    def _readers(self) -> dict[str, str]:
        names = self.composer.names
        return {one: tr("Not told: {readers}").format(readers=name) for one, name in names.items()}

    def reload(self) -> None:
        """Asks anew which alerts fit."""
        self._typing.stop()
        self._asked += 1
        number = self._asked
        if self._found is None:
            self.tally.setText(tr("Reading the alerts."))
        asked = (
            since(self.period.currentData(), self.session.now()),
            self.family.currentData() or "",
            self.audience.currentData() or "",
            self.search.text().strip(),
            self.waiting.isChecked(),
        )
        self.session.read(self._picker.picks(*asked), lambda found: self._loaded(number, found), self, self._failed)

    def _failed(self, error) -> None:
        self.tally.setText("")
        said = f"{error.explanation} {error.next_step}".strip()
        self.nothing.say(f"{error.title}.", said, tr("Try again"), pictured=False)
        self.stack.setCurrentWidget(self.nothing)

    def _loaded(self, number: int, found) -> None:
        if number != self._asked:
            return
        self._found = found
        chosen = self.family.currentData() or ""
        kinds = sorted({*found.families, *([chosen] if chosen else [])}, key=family_words)
        _fill(self.family, {"": tr("All kinds"), **{one: family_words(one) for one in kinds}})
        self._show_lines()
        if (
            self._list_wanted
            and self.window().focusWidget() is self.search
            and not self.search.text()
            and self.model.rowCount()
        ):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._list_wanted = False

    def _show_lines(self) -> None:
        if self._found is None:
            return
        issue, before = self.composer.shown, self.list.key()
        held = {item.key for item in issue.items} if issue else set()
        lines = [
            Line(
                str(one.key), one.title, said.pick_meta(one), said.pick_sentence(one, str(one.key) in held), one.rag,
                marked=True,
                ticked=str(one.key) in held,
                dim=bool(one.used) and not one.changed and str(one.key) not in held,
            )
            for one in self._found.picks
        ]  # fmt: skip
        self.model.set_lines(lines)
        self.list.choose_key(before)
        waits = sum(one.waits for one in self._found.picks)
        count = plural(len(lines), "{number} alert", "{number} alerts").format(number=f"{len(lines):,}")
        words = tr("{count}, {waits} in no issue yet").format(count=count, waits=waits)
        if self._found.more:
            words = tr("The first {count}; {more} more. Search or shorten the period.").format(
                count=len(lines), more=f"{self._found.more:,}"
            )
        self.tally.setText(words if lines else "")
        self._say_empty(bool(lines))
        self._show_buttons()

    def _say_empty(self, full: bool) -> None:
        if not full and self.is_filtered:
            other = tr("Try another period or other words.")
            self.nothing.say(tr("No alerts fit."), other, tr("Clear filters"), pictured=False)
        elif not full and self.period.currentData() == "ever":
            self.nothing.say(tr("No alert is known here yet."), tr("Check the sources with F5, or add a notice."))
        elif not full:
            self.nothing.say(tr("No alert was received in this time."), tr("Look further back."), tr("Any time"))
        self.stack.setCurrentWidget(self.list if full else self.nothing)

    @property
    def is_filtered(self) -> bool:
        return (
            bool(self.search.text().strip() or self.family.currentData() or self.audience.currentData())
            or self.waiting.isChecked()
        )

    def clear_filters(self) -> None:
        """Everything that was ever received."""
        self.search.clear()
        self.family.setCurrentIndex(0)
        self.audience.setCurrentIndex(0)
        self.waiting.setChecked(False)
        self.period.setCurrentIndex(self.period.findData("ever"))
        self.reload()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _draft_kept(self) -> None:
        """Which drafts hold an alert is read anew once the draft is kept."""
        if not self.composer.is_dirty:
            self._typing.start()

    # Choosing

    def toggle(self, key: str) -> None:
        """Puts an alert into the issue, or takes it out."""
        composer = self.composer
        if not key:
            return
        if composer.issue is None:
            composer.begin_with([key])
        elif not composer.can_write:
            composer.told.emit(self._why_not())
        elif composer.issue.item(key) is not None:
            composer.remove(key)
        else:
            composer.add([key])

    def _why_not(self) -> str:
        composer = self.composer
        if not composer.issue.unsent:
            return tr("This issue was sent and is not changed any more. Begin another one.")
        readers = composer.names.get(composer.audience, composer.audience)
        others = ", ".join(composer.names.get(one, one) for one in composer.issue.unsent)
        words = tr("What {readers} were sent is not changed any more. Show the issue as {others} get it to change it.")
        return words.format(readers=readers, others=others)

    def _show_buttons(self) -> None:
        key, issue = self.list.key(), self.composer.shown
        held = bool(key and issue and issue.item(key))
        self.add.say(tr("Take out") if held else tr("Add"))
        self.add.setAccessibleName(tr("Take out of the issue") if held else tr("Add to the issue"))
        self.add.setEnabled(bool(key) and (issue is None or self.composer.can_write))
        self.look_at.setEnabled(bool(key))

    def focus_here(self) -> None:
        """To the list; to the search while there is none, and on to the list as soon as it is read."""
        self._list_wanted = self._found is None
        where = self.list if self.model.rowCount() else self.search
        where.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_list(self) -> None:
        if self._typing.isActive():
            self.reload()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)


def _fill(combo: QComboBox, options: dict[str, str]) -> None:
    """Offers these; what was chosen stays chosen."""
    before = combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    for value, words in options.items():
        combo.addItem(words, value)
    combo.setCurrentIndex(max(0, combo.findData(before)))
    combo.blockSignals(False)
