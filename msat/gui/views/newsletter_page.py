"""A newsletter section from chosen alerts: tick on the left, read on the right, copy or save."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QSplitter

from msat.gui.models.worklist import Role, WorklistModel
from msat.gui.pieces import KeyButton, Text, Wrapping, column, row
from msat.gui.saving import ask_where, copy_newsletter, newsletter_maker, save
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.alert_list import AlertList
from msat.gui.views.notices import NoticeBar
from msat.gui.views.source_text import SourceText
from msat.gui.words import count_words
from msat.projections.ports import Query

KINDS = later("HTML (*.html);;Word (*.docx);;E-mail (*.eml);;Markdown (*.md);;Plain text (*.txt)")
RENDER_MS = 150


class NewsletterPage(QFrame):
    """Ctrl+Shift+C copies what is ticked."""

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.session, self.notices = session, notices
        self._asked = 0
        self.model = WorklistModel(self, checkable=True)
        self.list = AlertList(self.model)
        self.list.setAccessibleName(tr("Alerts to choose for the newsletter"))
        self.list.installEventFilter(self)
        self.list.clicked.connect(self._toggle)
        layout = column(self, gap=0)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._chooser())
        splitter.addWidget(self._reader())
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([look().px("list"), 800])
        layout.addWidget(splitter, 1)
        self._rendering = QTimer(self, singleShot=True, interval=RENDER_MS)
        self._rendering.timeout.connect(self._render)
        self.model.dataChanged.connect(lambda *_args: self._ticked())
        session.changes.happened.connect(lambda _changes: self.reload())
        self._ticked()

    def _chooser(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "pane")
        frame.setMinimumWidth(look().px(280))
        lines = column(frame, gap=0)
        head = column(margins="medium", gap="tight")
        head.addWidget(Text(tr("Newsletter"), "pane"))
        head.addWidget(Text(tr("Tick the alerts to tell of. Space ticks."), "dense", "text_2"))
        lines.addLayout(head)
        lines.addWidget(self.list, 1)
        return frame

    def _reader(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "page")
        frame.setMinimumWidth(look().px(320))
        lines = column(frame, margins="large", gap="medium")
        head = row(gap="medium")
        self.tally = Text("", "section")
        head.addWidget(self.tally, 1)
        lines.addLayout(head)
        buttons = Wrapping(gap=8)
        self.copy_button = KeyButton(tr("Copy"), self.copy, "Ctrl+Shift+C", "primary", "copy")
        self.copy_button.setAccessibleName(tr("Copy the newsletter section"))
        self.save_button = KeyButton(tr("Save as a file"), self.save, icon="save")
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.save_button)
        lines.addLayout(buttons)
        self.preview = SourceText(tr("Preview of the newsletter section"))
        # What readers will see is dark on white, whatever the window's colours are.
        self.preview.setProperty("kind", "paper")
        self.preview.is_paper = True
        lines.addWidget(self.preview, 1)
        return frame

    def shown(self) -> None:
        self.reload()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def reload(self) -> None:
        now = self.session.now()
        self.session.read(lambda desk: desk.views.worklist(Query(), now), self._loaded, self)

    def _loaded(self, rows: list) -> None:
        at = self.list.currentIndex().data(Role.KEY) if self.list.currentIndex().isValid() else None
        self.model.ticked &= {row.key for row in rows}
        self.model.set_rows(rows, self.session.now())
        index = self.model.index_of(at)
        if index.isValid() or rows:
            self.list.choose(index if index.isValid() else self.model.index(1))
        self._ticked()

    def keys(self) -> list[str]:
        """What is ticked, in the order shown."""
        return [str(row.key) for row in self.model.rows() if row.key in self.model.ticked]

    def _toggle(self, index: QModelIndex) -> None:
        key = index.data(Role.KEY)
        if key:
            self.model.tick(key, key not in self.model.ticked)

    def eventFilter(self, watched, event: QEvent) -> bool:
        if watched is self.list and event.type() == QEvent.Type.KeyPress and _is_tick(event):
            self._toggle(self.list.currentIndex())
            return True
        return super().eventFilter(watched, event)

    def _ticked(self) -> None:
        number = len(self.keys())
        self.tally.setText(
            tr("{alerts} chosen").format(alerts=count_words(number, "alert"))
            if number
            else tr("No alert is chosen yet")
        )
        self.copy_button.setEnabled(number > 0)
        self.save_button.setEnabled(number > 0)
        self._rendering.start()

    def _render(self) -> None:
        self._asked += 1
        number, keys = self._asked, self.keys()
        if not keys:
            self.preview.setPlainText(tr("Tick one or more alerts to see the section here."))
            return

        def render(desk) -> str:
            from msat.services.export import render_newsletter

            return render_newsletter(desk, keys, "html")

        def show(html: str) -> None:
            if number == self._asked:
                self.preview.show_html(html)

        self.session.read(render, show, self)

    def copy(self) -> None:
        copy_newsletter(self.session, self.notices, self.keys(), self)

    def save(self) -> None:
        path = ask_where(self, tr("Save the newsletter section"), "newsletter.html", tr(KINDS), self.session)
        if path is not None:
            save(self.session, self.notices, self, path, newsletter_maker(self.keys()))


def _is_tick(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Space, Qt.Key.Key_X) and event.modifiers() == Qt.KeyboardModifier.NoModifier
