"""Batch check: one box for typing, pasting and scanning; the answer in word, shape and colour; what was checked before.

Decides nothing: `services.check` answers, and its words are shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QWidget

from msat.gui import check_words
from msat.gui.models.checks import CheckTable
from msat.gui.pieces import KeyButton, Text, Wrapping
from msat.gui.session import Session
from msat.gui.source_words import Health, stale_words
from msat.gui.tongue import tr
from msat.gui.views.batch_answer import BatchAnswer
from msat.gui.views.batch_box import BatchBox
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.page import Page
from msat.gui.views.wrapped_table import WrappedTable
from msat.gui.words import count_words
from msat.projections.scanned import Kind

if TYPE_CHECKING:
    from msat.services.check import Checked, Checker
    from msat.services.desk import Desk

MOST_ROWS_HIGH = 12


class BatchPage(Page):
    """`open_alert` is called with the key of an alert to go to."""

    def __init__(self, session: Session, notices: NoticeBar, open_alert) -> None:
        super().__init__(
            tr("Batch check"),
            tr(
                "Compares a batch number, a scanned pack or a product with every notice known here. It "
                "never says that a pack is safe."
            ),
        )
        self.session, self.notices = session, notices
        self._asked, self._shown, self._cleared = 0, 0, 0
        self._checker: tuple[Desk, Checker] | None = None
        self.banner = Notice("amber", "")
        self.banner.hide()
        self.box = BatchBox()
        self.box.asked.connect(self.check)
        self.box.cleared.connect(self.clear)
        self.answer = BatchAnswer()
        self.answer.opened.connect(open_alert)
        self.answer.copied.connect(self.copy_one)
        self.tally = Text("", "section")
        self.tally.hide()
        self.table = self._table()
        self.lines.addWidget(self.box)
        self.lines.addLayout(self._buttons())
        for widget in (self.banner, self.answer, self.tally, self.table):
            self.lines.addWidget(widget)
        self.lines.addStretch(1)

    def _buttons(self) -> Wrapping:
        line = Wrapping(gap=8)
        self.ask = KeyButton(tr("Check"), self._button_clicked, "Enter", "primary", "search")
        self.wipe = KeyButton(tr("Clear"), self.clear, "Esc")
        self.copy_button = KeyButton(tr("Copy all answers"), self.copy, "Ctrl+Shift+C", icon="copy")
        self.copy_button.setEnabled(False)
        self.forget = KeyButton(tr("Clear earlier checks"), self.clear_earlier, "Ctrl+L")
        self.forget.hide()
        for button in (self.ask, self.wipe, self.forget, self.copy_button):
            line.addWidget(button)
        short = QShortcut(QKeySequence("Ctrl+L"), self, activated=self.clear_earlier)
        short.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return line

    def _table(self) -> WrappedTable:
        self.model = CheckTable(self)
        table = WrappedTable(tr("Checked in this sitting"), self.model, MOST_ROWS_HIGH)
        table.selectionModel().currentRowChanged.connect(self._row_chosen)
        table.hide()
        return table

    def shown(self) -> None:
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.box.selectAll()

    def show_sources(self, sources: list[Health], now: datetime) -> None:
        """What stands above the box while a source is not up to date."""
        said = stale_words(sources, now)
        self.banner.setVisible(said is not None)
        if said is not None:
            self.banner.say("amber", *said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)

    # Checking

    def _button_clicked(self) -> None:
        self.box.ask()
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def check(self, text: str) -> None:
        """Checks every line; a scan that comes while another is looked up is answered too."""
        self._asked += 1
        number = self._asked

        def ask(desk: Desk) -> tuple[int, list[Checked]]:
            from msat.services.check import lines_of

            lines = lines_of(text)
            found = self._checker_of(desk).check_lines(lines)
            plain = [one for one in found if one.answer.asked.kind is not Kind.HEADING]
            return len(lines), plain if len(lines) > 1 else found

        self.session.read(ask, lambda found: self._answered(number, *found), self)

    def _checker_of(self, desk: Desk) -> Checker:
        """On a reader's thread. The checker keeps its index while the record stays as it is."""
        from msat.services.check import Checker

        if self._checker is None or self._checker[0] is not desk:
            self._checker = desk, Checker(desk)
        return self._checker[1]

    def _answered(self, number: int, lines: int, found: list[Checked]) -> None:
        if number <= self._cleared:
            return
        worst_first = check_words.worst_first(found)
        self.model.add(number, worst_first)
        newest = number >= self._shown
        if newest and found:
            self._shown = number
            self.answer.show_answer(worst_first[0])
            self._arrange(lines > 1)
            self.scroll.verticalScrollBar().setValue(0)
            said = check_words.spoken(found[0]) if len(found) == 1 else check_words.tally(found)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.answer, said))
        self._say_tally(lines, found)

    def _arrange(self, column_first: bool) -> None:
        """A pasted column shows its table first; a scan shows its answer first. Tab goes the same way."""
        first = [self.tally, self.table, self.answer] if column_first else [self.answer, self.tally, self.table]
        at = min(self.lines.indexOf(widget) for widget in first)
        for place, widget in enumerate(first):
            self.lines.removeWidget(widget)
            self.lines.insertWidget(at + place, widget)
        one, other = (self.table, self.answer.copy) if column_first else (self.answer.copy, self.table)
        QWidget.setTabOrder(one, other)

    def _say_tally(self, lines: int, found: list[Checked]) -> None:
        rows = self.model.rowCount()
        several = rows > 1
        if lines > 1 and lines > len(found):
            skipped = lines - len(found)
            heads = (
                tr("1 line was a heading.")
                if skipped == 1
                else tr("{skipped} lines were headings.").format(skipped=skipped)
            )
            self.tally.say(f"{check_words.tally(found)} {heads}")
        elif lines > 1:
            self.tally.say(check_words.tally(found))
        else:
            self.tally.say(tr("Checked in this sitting") if several else "")
        self.table.setVisible(several)
        self.table.fit()
        self.copy_button.setEnabled(rows > 0)
        self._say_earlier()

    def _say_earlier(self) -> None:
        self.forget.setVisible(self.model.earlier > 0)

    def _row_chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        checked = self.model.checked(current.row())
        if checked is not None and self.table.hasFocus():
            self.answer.show_answer(checked)

    def clear_earlier(self) -> None:
        """Takes the answers of earlier checks away; those of the newest stay."""
        had = self.model.earlier
        if not had:
            return
        self.model.keep_newest()
        self.table.setVisible(self.model.rowCount() > 1)
        if self.model.rowCount() == 1:
            self.tally.say("")
        self._say_earlier()
        self.notices.tell(tr("{answers} cleared.").format(answers=count_words(had, "earlier answer")), "info")
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Back to an empty box; nothing here is recorded, so nothing is lost."""
        self._cleared = self._asked
        self.box.clear()
        self.model.clear()
        self.answer.hide()
        self.tally.say("")
        self.table.hide()
        self.copy_button.setEnabled(False)
        self._say_earlier()
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    # Copying

    def copy_one(self) -> None:
        """The answer shown, as text."""
        row = self.table.currentIndex().row()
        self._copy([checked] if (checked := self.model.checked(max(row, 0))) else [])

    def copy(self) -> None:
        """Everything checked in this sitting, as text."""
        self._copy(self.model.all())

    def _copy(self, chosen: list[Checked]) -> None:
        if chosen:
            QGuiApplication.clipboard().setText(check_words.copied(chosen))
            self.notices.tell(
                tr("Copied the answer.")
                if len(chosen) == 1
                else tr("Copied {chosen:,} answers.").format(chosen=len(chosen)),
                "info",
            )
