"""What readers will get, made by the writers that export it: e-mail, Word and plain text, in the house style chosen."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFileDialog, QFrame, QPushButton, QStackedWidget

from msat.clock import from_stamp
from msat.gui import newsletter_deeds as deeds
from msat.gui.dates import say_date
from msat.gui.newsletter_composer import Composer
from msat.gui.pieces import KeyButton, Text, Wrapping, column, tip
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.alert_list import EmptyState
from msat.gui.views.source_text import SourceText

RENDER_MS = 250
FORMS = {"email": later("E-mail"), "word": later("Word"), "text": later("Plain")}
LOW = 240
"""Pixels at 100 % below which the pane is low: what readers get comes before what is said of it."""
CHOOSE, MAKE = "choose", "make"


class PreviewPane(QFrame):
    """The right pane. Never edits anything. `back_asked` carries the entry by which readers were told, the issue's
    title and the readers, where somebody says that it was not sent after all."""

    back_asked = Signal(str, str, str)

    def __init__(self, composer: Composer) -> None:
        super().__init__()
        self.setProperty("kind", "pane")
        self.composer, self.session = composer, composer.session
        self._asked, self._rendered = 0, None
        self._is_rendering, self._is_due = False, False
        self.form = "email"
        self._told = ("", "", "")
        self._shown_form = self.form
        lines = column(self, margins="medium", gap="small")
        lines.addWidget(self._choices())
        self.note = Text("", "meta", "text_2")
        lines.addWidget(self.note)
        self.text = SourceText(tr("Preview of the issue"))
        # What readers will see is dark on white, whatever the window's colours are.
        self.text.setProperty("kind", "paper")
        self.text.is_paper = True
        self.nothing = EmptyState("newsletter")
        self.nothing.button.clicked.connect(self.render)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.text)
        self.stack.addWidget(self.nothing)
        self.stack.setMinimumHeight(look().px(60))
        lines.addWidget(self.stack, 1)
        self._rendering = QTimer(self, singleShot=True, interval=RENDER_MS)
        self._rendering.timeout.connect(self.render)
        composer.opened.connect(self._opened)
        composer.looked.connect(self._rendering.start)
        composer.changed.connect(lambda _key: self._rendering.start())
        look().changed.connect(self._again)
        self._show_style()
        self._say_empty()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        """A low pane shows the text; its note is then told with it, and the house style waits for more room."""
        low = self.height() < look().px(LOW)
        self.style_box.setVisible(not low)
        self.note.setVisible(bool(self.note.text()) and not low)
        self.text.setToolTip(tip(self.note.text()) if low else "")
        self.text.setAccessibleDescription(self.note.text())

    def _say_note(self, note: str) -> None:
        self.note.setText(note)
        self._fit_height()

    def _choices(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "clear")
        line = Wrapping(frame, gap=6)
        self._group = QButtonGroup(self)
        self.forms: dict[str, QPushButton] = {}
        for form, name in FORMS.items():
            button = QPushButton(tr(name))
            button.setCheckable(True)
            button.setChecked(form == self.form)
            button.setProperty("kind", "chip")
            button.setMinimumHeight(look().px("target"))
            button.setAccessibleName(tr("Preview as {form}").format(form=tr(name)))
            button.clicked.connect(lambda _on, form=form: self.show_form(form))
            look().dress(button, "dense")
            self._group.addButton(button)
            self.forms[form] = button
            line.addWidget(button)
        self.style_box = QComboBox()
        self.style_box.setAccessibleName(tr("House style"))
        self.style_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        look().dress(self.style_box, "dense")
        self.style_box.activated.connect(lambda _at: self._style_chosen(str(self.style_box.currentData())))
        line.addWidget(self.style_box)
        self.back = KeyButton(tr("Not sent after all"), lambda: self.back_asked.emit(*self._told), kind="quiet")
        self.back.hide()
        line.addWidget(self.back)
        return frame

    # The house style

    def _show_style(self) -> None:
        """The styles there are; a folder chosen earlier is one of them."""
        style = self.composer.style
        box = self.style_box
        box.clear()
        own = self.session.places.newsletter_templates
        box.addItem(tr("House style: our own") if own.is_dir() else tr("House style: as shipped"), deeds.OWN)
        if own.is_dir():
            box.addItem(tr("House style: as shipped"), deeds.SHIPPED)
        if style not in (deeds.OWN, deeds.SHIPPED):
            box.addItem(tr("House style: {folder}").format(folder=Path(style).name), style)
        box.addItem(tr("Choose a folder of templates"), CHOOSE)
        if not own.is_dir():
            box.addItem(tr("Make our own style to change"), MAKE)
        box.setCurrentIndex(max(0, box.findData(style)))

    def _style_chosen(self, style: str) -> None:
        if style == CHOOSE:
            style = QFileDialog.getExistingDirectory(self, tr("Folder of newsletter templates"))
        elif style == MAKE:
            self.session.run(deeds.make_own_style, self, self._style_made)
            return
        if style:
            self.composer.set_style(style)
        self._show_style()

    def _style_made(self, folder: Path) -> None:
        from msat.gui.saving import open_file

        self.composer.set_style(deeds.OWN)
        self._show_style()
        open_file(folder)
        self.composer.told.emit(tr("The templates are in {folder}. Change house.toml there.").format(folder=folder))

    # What is shown

    def show_form(self, form: str) -> None:
        """Shows the issue in another form."""
        self.form = form
        self.forms[form].setChecked(True)
        self.render()

    def _opened(self) -> None:
        self._show_style()
        self.text.setPlainText("")
        self._rendered = None
        self._rendering.start()

    def render(self) -> None:
        """Has the issue made as it would be exported."""
        self._rendering.stop()
        if self._is_rendering:
            self._is_due = True
            return
        self._asked += 1
        composer = self.composer
        if composer.shown is None or not composer.shown.items:
            self._say_empty()
            return
        entry, note = self._as_told()
        form = self._shown_form
        preview = deeds.preview(composer.issue, composer.audience, form, composer.style)
        self._ask(form, deeds.sent_text(entry, form) if entry else preview, note)

    def _as_told(self) -> tuple[str, str]:
        """The entry by which the readers shown were told, where they were, and what stands above the text."""
        composer = self.composer
        readers = composer.names.get(composer.audience, "")
        sent = composer.issue.sent_to(composer.audience)
        if sent is None:
            self._tell_of("")
            return "", tr("As {readers} will get it. Nothing is sent from here.").format(readers=readers)
        said = tr("As {readers} were told on {date}; the record keeps this text.")
        self._tell_of(sent.entry, composer.shown.title, readers)
        return sent.entry, said.format(readers=readers, date=say_date(from_stamp(sent.when)))

    def _tell_of(self, entry: str, title: str = "", readers: str = "") -> None:
        """What can be taken back of what is shown; nothing where nobody was told."""
        self._told = (entry, title, readers)
        held = self.window().focusWidget() if self.window() else None
        # The record keeps no Word file: what readers were told is shown as the e-mail in its place.
        self._shown_form = "email" if entry and self.form == "word" else self.form
        self.forms["word"].setEnabled(not entry)
        self.forms[self._shown_form].setChecked(True)
        self.back.setVisible(bool(entry))
        if (held is self.back and not entry) or (held is self.forms["word"] and entry):
            self.focus_here()

    def show_recorded(self, issue, note: str) -> None:
        """What readers were told in an issue that only the record knows."""
        if not self._is_rendering:
            entry = issue.deed.entry
            self._tell_of(entry, issue.issue, ", ".join(issue.audiences))
            self._asked += 1
            form = self._shown_form
            self._ask(form, deeds.sent_text(entry, form), note)

    def _ask(self, form: str, reading, note: str) -> None:
        number = self._asked
        self._is_rendering, self._is_due = True, False
        self.session.read(reading, lambda text: self._show(number, form, text, note), self, self._failed)

    def _show(self, number: int, form: str, text: str, note: str) -> None:
        self._is_rendering = False
        if self._is_due or number != self._asked:
            self.render()
            return
        self._say_note(note)
        self.stack.setCurrentWidget(self.text)
        if (form, text) == self._rendered:
            return
        bar = self.text.verticalScrollBar()
        place = bar.value() if self._rendered and self._rendered[0] == form else 0
        self._rendered = (form, text)
        if form == "text":
            self.text.show_html(f"<pre style='white-space: pre-wrap'>{escape(text)}</pre>")
        else:
            self.text.show_html(_larger(text, look().zoom))
        bar.setValue(place)

    def _again(self) -> None:
        self._rendered = None
        self._rendering.start()

    def _failed(self, error) -> None:
        self._is_rendering = self._is_due = False
        self._say_note("")
        said = f"{error.explanation} {error.next_step}".strip()
        self.nothing.say(f"{error.title}.", said, tr("Try again"), pictured=False)
        self.stack.setCurrentWidget(self.nothing)

    def _say_empty(self) -> None:
        self._tell_of("")
        self._say_note("")
        self.nothing.say(tr("Nothing to show yet."), tr("What you choose is shown here as readers will get it."))
        self.stack.setCurrentWidget(self.nothing)

    def focus_here(self) -> None:
        where = self.text if self.stack.currentWidget() is self.text else self.forms[self._shown_form]
        where.setFocus(Qt.FocusReason.OtherFocusReason)


_SIZE = re.compile(r"(font-size|line-height):(\d+)px")


def _larger(html: str, zoom: int) -> str:
    """The page with its type as large as the window's: an e-mail's sizes are in pixels."""
    return _SIZE.sub(lambda found: f"{found[1]}:{round(int(found[2]) * zoom / 100)}px", html)
