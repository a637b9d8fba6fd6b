"""The note and the date done that go with an answer. The date is now until a person says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QDate, QDateTime, QRegularExpression, QTime, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QDateTimeEdit, QFrame, QLineEdit

from msat.clock import LONDON, london
from msat.gui.pieces import Text, column, row
from msat.gui.theme import look
from msat.gui.tongue import tr

FORMAT = "d MMM yyyy HH:mm"


def shown(moment: datetime) -> QDateTime:
    """A moment as the clock on the wall in London shows it."""
    wall = london(moment)
    return QDateTime(QDate(wall.year, wall.month, wall.day), QTime(wall.hour, wall.minute))


def meant(wall: QDateTime) -> datetime:
    """The moment that a London wall clock showing this means."""
    day, time = wall.date(), wall.time()
    return datetime(day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=LONDON).astimezone(UTC)


def date_editor(name: str, moment: datetime) -> QDateTimeEdit:
    """An editor for a date and time, set to `moment`."""
    editor = QDateTimeEdit()
    editor.setDisplayFormat(FORMAT)
    editor.setCalendarPopup(False)
    editor.setDateTime(shown(moment))
    editor.lineEdit().setTextMargins(look().px(6), 0, 0, 0)
    editor.setAccessibleName(name)
    return editor


def number_field(name: str, width: int = 72) -> QLineEdit:
    """A field that takes whole numbers only."""
    field = QLineEdit()
    field.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]{0,8}"), field))
    field.setAccessibleName(name)
    field.setFixedWidth(look().px(width))
    return field


class Particulars(QFrame):
    """A note and a date. `entered` says that Enter was pressed in the note."""

    entered = Signal()
    typed = Signal(str)

    def __init__(self, what: str, now: datetime, note: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        layout = row(self, gap="medium")
        self.note = QLineEdit(note)
        self.note.setAccessibleName(tr("Note for {what}").format(what=what))
        self.note.setPlaceholderText(tr("What was done. No patient details."))
        self.note.setMaxLength(4000)
        self.note.textEdited.connect(self.typed)
        self.note.returnPressed.connect(self.entered)
        self.when = date_editor(tr("Date done for {what}").format(what=what), now)
        self._started = self.when.dateTime()
        for label, editor, share in ((tr("Note"), self.note, 1), (tr("Date done"), self.when, 0)):
            part = column(gap="tight")
            caption = Text(label, "meta", "text_2")
            caption.setBuddy(editor)
            part.addWidget(caption)
            part.addWidget(editor)
            layout.addLayout(part, share)

    def happened(self) -> datetime | None:
        """The date a person chose, or None while it is still "now"."""
        chosen = self.when.dateTime()
        return None if chosen == self._started else meant(chosen)

    def clear(self, now: datetime) -> None:
        """Empty again, after what was typed is in the record."""
        self.note.clear()
        self.when.setDateTime(shown(now))
        self._started = self.when.dateTime()
