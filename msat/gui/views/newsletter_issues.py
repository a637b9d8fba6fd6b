"""The newsletter's issues: drafts, those that were sent, those that only the record knows; begin, open, give up."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget

from msat.gui import newsletter_deeds as deeds
from msat.gui import newsletter_words as said
from msat.gui.models.newsletter_lines import Line, LinesModel
from msat.gui.newsletter_composer import Composer
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.alert_list import EmptyState
from msat.gui.views.newsletter_list import LineList

LOWEST = 140
"""Pixels at 100 % below which the pane has room for the list alone."""
RECORDED = "recorded:"
"""Before the key of an issue whose draft is not on this computer."""


class IssuesPane(QFrame):
    """`new_asked`: begin one; `opened_one`: one was opened; `dropped` carries name and title of one given up."""

    new_asked = Signal()
    opened_one = Signal()
    dropped = Signal(str, str)
    recorded_asked = Signal(object)

    def __init__(self, composer: Composer) -> None:
        super().__init__()
        self.setProperty("kind", "pane")
        self.composer, self.session = composer, composer.session
        self._found: deeds.Listed | None = None
        self.model = LinesModel(self)
        self.list = LineList(self.model, tr("Issues of the newsletter"))
        self.list.chosen.connect(self.open_key)
        self.list.opened.connect(self.open_key)
        lines = column(self, gap=0)
        head = column(margins="medium", gap="small")
        self.buttons = QFrame()
        self.buttons.setProperty("kind", "clear")
        buttons = Wrapping(self.buttons, gap=8)
        self.new = KeyButton(tr("New issue"), self.new_asked.emit, "Ctrl+Shift+N", icon="add")
        self.give_up = KeyButton(tr("Delete the draft"), self._drop, kind="quiet")
        buttons.addWidget(self.new)
        buttons.addWidget(self.give_up)
        head.addWidget(self.buttons)
        self.problems = Text("", "dense", "amber_text")
        self.problems.hide()
        head.addWidget(self.problems)
        lines.addLayout(head)
        self.stack = QStackedWidget()
        self.nothing = EmptyState("newsletter")
        self.nothing.button.clicked.connect(self.new_asked)
        self.nothing.say(tr("There is no issue yet."), tr("Begin one, then choose alerts for it."), tr("New issue"))
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.nothing)
        self.stack.setMinimumHeight(look().px(60))
        lines.addWidget(self.stack, 1)
        self.list.selectionModel().currentChanged.connect(lambda *_at: self._show_buttons())
        composer.opened.connect(self.reload)
        composer.kept.connect(self._kept)
        self.session.changes.happened.connect(lambda _changes: self.reload())
        self._show_buttons()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The lowest pane shows issues: a new one begins above the panes too."""
        super().resizeEvent(event)
        self.buttons.setVisible(self.height() >= look().px(LOWEST))

    def reload(self) -> None:
        """Reads the issues anew."""
        self.session.read(deeds.listed, self._loaded, self)

    def _kept(self) -> None:
        if not self.composer.is_dirty:
            self.reload()

    def _loaded(self, found: deeds.Listed) -> None:
        self._found = found
        lines: list[Line] = []
        for heading, issues in ((tr("Drafts"), found.drafts), (tr("Sent"), found.sent)):
            if issues:
                lines.append(Line(f"heading:{heading}", heading, sentence=heading, heading=True))
                lines += [self._line(one, found.names) for one in issues]
        if found.recorded:
            heading = tr("In the record only")
            lines.append(Line(f"heading:{heading}", heading, sentence=heading, heading=True))
            lines += [Line(RECORDED + one.deed.entry, one.issue, said.sent_meta(one)) for one in found.recorded]
        self.model.set_lines(lines)
        self.stack.setCurrentWidget(self.list if lines else self.nothing)
        self.problems.say(" ".join(found.problems))
        self.list.choose_key(self.list.key() or (self.composer.issue.id if self.composer.issue else ""))
        self._show_buttons()

    def _line(self, issue, names: dict[str, str]) -> Line:
        is_open = self.composer.issue is not None and issue.id == self.composer.issue.id
        meta = said.issue_meta(issue, names)
        meta = tr("Open now · {rest}").format(rest=meta) if is_open else meta
        return Line(issue.id, issue.title, meta, f"{issue.title}. {meta}")

    def open_key(self, key: str) -> None:
        """Opens an issue; of one that only the record knows, tells where it is."""
        if key.startswith(RECORDED):
            entry = key.removeprefix(RECORDED)
            found = next(
                (one for one in (self._found.recorded if self._found else ()) if one.deed.entry == entry), None
            )
            if found is not None:
                self.recorded_asked.emit(found)
            return
        if self.composer.issue is None or self.composer.issue.id != key:
            self.composer.open(key)
        self.opened_one.emit()

    def _chosen(self):
        key = self.list.key()
        return next((one for one in (self._found.drafts if self._found else ()) if one.id == key), None)

    def _show_buttons(self) -> None:
        self.give_up.setEnabled(self._chosen() is not None)

    def _drop(self) -> None:
        """Gives a draft up; its file is kept aside, so that Undo brings it back."""
        issue = self._chosen()
        if issue is None:
            return
        self.composer.flush()

        def gone(_issue: object) -> None:
            if self.composer.issue is not None and self.composer.issue.id == issue.id:
                self.composer.close()
            self.reload()
            self.dropped.emit(issue.id, issue.title)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

        self.session.run(deeds.drop(issue.id), self, gone)
