"""Open alerts decided again by the rules in force: first which, then, with a reason, recorded. A step of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QTableView

from msat.errors import MsatError
from msat.gui import trying
from msat.gui.models.dry_runs import DryRunTable
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.tongue import tr
from msat.gui.trying import Trying
from msat.gui.views.notices import NoticeBar
from msat.gui.views.tailoring_fields import Field, fit, line_editor, table_view
from msat.gui.words import count_words

if TYPE_CHECKING:
    from msat.actions.dry_run import Row

ROWS = 12


def fit_rows(table: QTableView) -> None:
    """Columns and height of a table of alerts that come out differently."""
    fit(table, ROWS, {0: 260, 2: 150, 3: 150, 4: 190, 5: 190, 6: 130}, 1)


class OpenAlertsCard(QFrame):
    """Which open alerts would be decided differently, and deciding them again."""

    def __init__(self, trying_: Trying, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._trying, self._notices = trying_, notices
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Open alerts"), "section"))
        about = tr(
            "What was decided before stays as it was. Open alerts can be decided again by the rules "
            "in force, where that comes out differently; answers stay."
        )
        lines.addWidget(Text(about, "dense", "text_2"))
        self.words = Text("", "body")
        self.words.hide()
        lines.addWidget(self.words)
        self.model = DryRunTable(self)
        self.table = table_view(self.model, tr("Open alerts that would be decided differently"))
        self.table.hide()
        lines.addWidget(self.table)
        self.reason = line_editor("", tr("It stays in the record."), 2000)
        self.field = Field(tr("Reason for deciding again"), self.reason)
        self.field.hide()
        lines.addWidget(self.field)
        self.wrong = Text("", "body", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)
        buttons = Wrapping(gap=8)
        self.look = KeyButton(tr("See which"), self.look_at)
        self.look.setAccessibleName(tr("See which open alerts would be decided differently"))
        self.apply = KeyButton(tr("Decide them again"), self.decide, kind="primary")
        self.apply.hide()
        for button in (self.look, self.apply):
            buttons.addWidget(button)
        lines.addLayout(buttons)

    def look_at(self) -> None:
        """Which open alerts the rules in force would decide differently."""
        self.wrong.say("")
        self._trying.run(tr("Looking at the open alerts"), trying.would_change, self._looked, self._failed)

    def _failed(self, error: MsatError) -> None:
        self.wrong.say(str(error))

    def _looked(self, rows: tuple[Row, ...]) -> None:
        said = tr("{alerts} would be decided differently.").format(alerts=count_words(len(rows), "open alert"))
        self.words.say(said if rows else tr("Every open alert already stands as the rules in force decide."))
        self.model.set_rows(rows)
        for widget in (self.field, self.apply, self.table):
            widget.setVisible(bool(rows))
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.table.isVisible():
            fit_rows(self.table)

    def decide(self) -> None:
        """Records new decisions of those alerts, with a reason."""
        if not self.reason.text().strip():
            self.field.mark(tr("Give the reason: it stays in the record."))
            self.reason.setFocus()
            return
        self.field.mark("")
        self._trying.do(tr("Deciding again"), trying.apply(self.reason.text()), self._decided, self._failed)

    def _decided(self, changes) -> None:
        self.reason.clear()
        self._notices.tell(changes.words, "green")
        self._looked(())
