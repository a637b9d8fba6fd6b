"""Rules and local changes: what is shipped, what holds here, the draft; tried before it is adopted, in five tabs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabBar, QWidget
from shiboken6 import isValid

from msat.errors import MsatError
from msat.gui import tailoring
from msat.gui.into_sight import bring_to_top
from msat.gui.kept_widths import KeptColumns
from msat.gui.pieces import KeyButton, Text
from msat.gui.session import Session
from msat.gui.tailoring import Board, Edit
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.trying import Trying
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.page import Page
from msat.gui.views.tailoring_actions import ActionsTab
from msat.gui.views.tailoring_lists import ListsTab
from msat.gui.views.tailoring_packs import PacksTab
from msat.gui.views.tailoring_rules import RulesTab
from msat.gui.views.tailoring_trial import TrialTab

TABS = spoken(
    (
        later("Rules"),
        later("Actions"),
        later("Places, reasons, letters"),
        later("Try and adopt"),
        later("Packs and history"),
    )
)
Done = Callable[[MsatError | None], None]


class TailoringPage(Page):
    """`back_asked` goes to the settings."""

    back_asked = Signal()
    widest = 1500

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__(
            tr("Rules and local changes"),
            tr(
                "Changes go into a draft. The draft holds once it was tried and adopted, with a reason; "
                "the shipped text stays beside it."
            ),
        )
        self.session, self.notices = session, notices
        self.board: Board | None = None
        self.back = KeyButton(tr("Settings"), self.back_asked.emit, "Ctrl+,", "quiet", "back")
        self.lines.insertWidget(0, self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.force = Text("", "body", strong=True)
        self.lines.addWidget(self.force)
        self.problem = Notice("amber", "")
        self.problem.hide()
        self.lines.addWidget(self.problem)
        self.bar = QTabBar()
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setAccessibleName(tr("Parts of the local rules"))
        look().dress(self.bar, "body")
        for name in TABS:
            self.bar.addTab(name)
        self.lines.addWidget(self.bar)
        self.trying = Trying(session, self)
        self.rules, self.actions, self.lists = RulesTab(), ActionsTab(), ListsTab()
        self.trial = TrialTab(self.trying, notices)
        self.packs = PacksTab(session, self.trying, notices)
        for name, table in (
            *(("rules", self.rules.table), ("actions", self.actions.table)),
            *(("draft", self.trial.change_table), ("dry-run", self.trial.rows)),
        ):
            KeptColumns(table, session.memory, name)
        self.tabs: list[QWidget] = [self.rules, self.actions, self.lists, self.trial, self.packs]
        for tab in self.tabs:
            self.lines.addWidget(tab)
        self.lines.addStretch(1)
        self._connect()
        self._show_tab(0)
        self.reload()

    def _connect(self) -> None:
        self.bar.currentChanged.connect(self._show_tab)
        for tab in (self.rules, self.actions, self.lists, self.trial):
            tab.changed.connect(lambda pack, done: self.edit(tailoring.save(pack), done))
        for tab in (self.rules, self.actions):
            tab.form_shown.connect(self._scroll_to)
        self.trial.adopted.connect(self.reload)
        self.trial.dropped.connect(lambda: self.edit(tailoring.drop(), self._tell_mistake))
        self.packs.adopted.connect(self.reload)
        self.packs.imported.connect(self.reload)
        self.packs.text_saved.connect(lambda text, done: self.edit(tailoring.save_text(text), done))
        self.session.opened.connect(self.reload)
        look().changed.connect(self._look_changed)

    # Showing

    def shown(self) -> None:
        """Called whenever the page is gone to: the draft may have been edited by hand."""
        self.reload()
        self.bar.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_tab(self, name: str) -> None:
        """Goes to a tab by its name."""
        self.bar.setCurrentIndex(TABS.index(name))

    def reload(self) -> None:
        """Reads everything again in the background."""
        self.session.read(tailoring.board, self.show_board, self)

    def show_board(self, board: Board) -> None:
        """Brings every tab up to date."""
        self.board = board
        held = tr("Rules {version} are in force").format(version=board.version)
        self.force.setText(
            tr("{held}, with local changes.").format(held=held)
            if board.is_local
            else tr("{held}, as shipped.").format(held=held)
        )
        said = " ".join(part for part in (*board.problems, board.trouble) if part)
        self.problem.setVisible(bool(said))
        if said:
            self.problem.say("amber", tr("Not everything local can be used."), said)
        for tab in self.tabs:
            tab.show_board(board)
        self._name_tabs(board)
        self.chain()

    def _look_changed(self) -> None:
        """Other sizes and colours: the tables measure anew."""
        if self.board is not None:
            self.show_board(self.board)

    def _name_tabs(self, board: Board) -> None:
        waits = board.has_draft and not board.is_in_force
        self.bar.setTabText(TABS.index("Try and adopt"), tr("Try and adopt (draft)") if waits else tr("Try and adopt"))

    def _show_tab(self, at: int) -> None:
        for number, tab in enumerate(self.tabs):
            tab.setVisible(number == at)

    def _scroll_to(self, form: QWidget) -> None:
        """Brings a form that was opened to the top of the page, so that its fields are seen."""
        self.chain()
        if isValid(form) and self.scroll.widget().isAncestorOf(form):
            bring_to_top(self.scroll, form, look().px("medium"))

    # Changing the draft

    def edit(self, edit: Edit, done: Done) -> None:
        """Changes the draft and shows what it then is; a refusal goes to the field that it names."""

        def changed(board: Board) -> None:
            done(None)
            self.show_board(board)

        self.session.run(edit, self, changed, done)

    def _tell_mistake(self, error: MsatError | None) -> None:
        if error is not None:
            self.notices.warn(error)
