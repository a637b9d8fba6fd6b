"""The parts of the forms of local rules: a field with its mistake beneath it, tables no higher than they need.

A refusal of a service names the field; `show_mistake` puts its words there and the focus too.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTableView,
    QWidget,
)

from msat.errors import MsatError
from msat.gui.kept_widths import place_columns
from msat.gui.pieces import Text, column, restyle
from msat.gui.tailoring import mistake
from msat.gui.theme import look
from msat.gui.views.settings_field import Choice

NARROW = 460
"""Pixels at 100 % beyond which a choice or a number gains nothing."""


class Field(QFrame):
    """A caption, what is shipped, an editor, and what is wrong with what was typed."""

    def __init__(self, label: str, editor: QWidget, hint: str = "", name: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self.editor = editor
        editor.setAccessibleName(name or label)
        look().dress(editor, "body")
        if isinstance(editor, QComboBox | QSpinBox):
            editor.setMaximumWidth(look().px(NARROW))
        if isinstance(editor, QSpinBox):
            look().dress(editor.lineEdit(), "body")
            editor.lineEdit().setTextMargins(look().px(6), 0, 0, 0)
        lines = column(self, gap="tight")
        self.caption = Text(label, "dense", strong=True)
        self.caption.setBuddy(editor)
        self.hint = Text("", "dense", "text_2")
        self.hint.say(hint)
        self.wrong = Text("", "dense", "red_text")
        self.wrong.hide()
        for widget in (self.caption, self.hint, editor, self.wrong):
            lines.addWidget(widget)

    def mark(self, said: str) -> None:
        """Says what is wrong; nothing takes it away."""
        self.wrong.say(said)
        self.editor.setProperty("wrong", bool(said))
        restyle(self.editor)


def show_mistake(error: MsatError, fields: Mapping[str, Field], rest: Text) -> None:
    """Puts a refusal at the field that it names, with the focus; else into `rest`."""
    named, what = mistake(error)
    clear_mistakes(fields, rest)
    found = fields.get(named) or fields.get(named.partition(".")[0].partition("[")[0])
    if found is None:
        rest.say(f"{named}: {what}" if named else what)
        return
    found.mark(what)
    found.editor.setFocus(Qt.FocusReason.OtherFocusReason)


def clear_mistakes(fields: Mapping[str, Field], rest: Text) -> None:
    rest.say("")
    for field in fields.values():
        if field.wrong.text():
            field.mark("")


def line_editor(text: str = "", hint: str = "", most: int = 400) -> QLineEdit:
    made = QLineEdit(text)
    made.setMaxLength(most)
    made.setPlaceholderText(hint)
    return made


def text_editor(text: str = "", lines: int = 3) -> QPlainTextEdit:
    """A field for a few lines; Tab goes on to the next field."""
    made = QPlainTextEdit(text)
    made.setTabChangesFocus(True)
    made.setFixedHeight(look().px(22) * lines + look().px(16))
    return made


def choice(options: Mapping[str, str], chosen: str = "") -> Choice:
    """A choice of {value: words}."""
    made = Choice()
    for value, words in options.items():
        made.addItem(words, value)
    made.setCurrentIndex(max(0, made.findData(chosen)))
    return made


def table_view(model: QAbstractItemModel, name: str) -> QTableView:
    """A table of whole rows, read with the arrow keys."""
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    look().dress(table, "dense")
    look().dress(table.horizontalHeader(), "meta")
    return table


def fit(table: QTableView, rows: int, widest: Mapping[int, int], stretch: int) -> None:
    """Columns as wide as their words, though no wider than `widest` (pixels at 100 %); one takes the rest; the table as
    high as `rows` rows, or as many as there are."""
    header = table.horizontalHeader()
    table.setIconSize(QSize(look().px(18), look().px(18)))
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    table.resizeColumnsToContents()
    for at in range(table.model().columnCount()):
        most = look().px(widest.get(at, 260))
        header.resizeSection(at, min(header.sectionSize(at) + look().px(6), most))
    others = sum(header.sectionSize(at) for at in range(table.model().columnCount()) if at != stretch)
    rest = table.viewport().width() - others
    header.resizeSection(stretch, max(rest, look().px(150)))
    place_columns(table)
    height = max(table.fontMetrics().height() + look().px(12), look().px(28))
    table.verticalHeader().setDefaultSectionSize(height)
    shown = max(1, min(table.model().rowCount(), rows))
    bar = table.horizontalScrollBar().sizeHint().height() if header.length() > table.viewport().width() else 0
    table.setFixedHeight(shown * height + header.sizeHint().height() + bar + look().px(4))
