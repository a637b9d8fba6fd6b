"""The note and the date done that go with an answer. The date is now until a person says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QDate, QDateTime, QRegularExpression, QTime, QTimer, Signal
from PySide6.QtGui import QHideEvent, QRegularExpressionValidator, QShowEvent
from PySide6.QtWidgets import QFrame, QLineEdit

from msat.clock import LONDON, london
from msat.gui.pieces import Text, column, row
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.date_field import MomentField

FOLLOW_MS = 5_000
"""How often a date that nobody has changed looks at the clock."""


def shown(moment: datetime) -> QDateTime:
    """A moment as the clock on the wall in London shows it."""
    wall = london(moment)
    return QDateTime(QDate(wall.year, wall.month, wall.day), QTime(wall.hour, wall.minute))


def meant(wall: QDateTime) -> datetime:
    """The moment that a London wall clock showing this means."""
    day, time = wall.date(), wall.time()
    return datetime(day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=LONDON).astimezone(UTC)


def date_editor(name: str, moment: datetime) -> MomentField:
    """An editor for a date and time, set to `moment`."""
    editor = MomentField(name, london(moment).date())
    editor.setDateTime(shown(moment))
    return editor


class DateDone(MomentField):
    """When something was done: now, going with the clock for as long as it is shown, until a person says otherwise."""

    def __init__(self, name: str, now: Callable[[], datetime]) -> None:
        super().__init__(name, london(now()).date())
        self._now, self._is_own, self._is_setting = now, False, False
        self._following = QTimer(self, interval=FOLLOW_MS)
        self._following.timeout.connect(self.follow)
        self.dateTimeChanged.connect(self._changed)
        self.restart()

    def chosen(self) -> datetime | None:
        """The date a person chose (UTC), or None while it is still "now". Raises Refused where it is none."""
        self.required()
        return meant(self.dateTime()) if self._is_own else None

    @property
    def is_begun(self) -> bool:
        """Whether a person chose a date, or is typing one."""
        return self._is_own or not self._is_understood or self._value != self._told

    def take(self, other: DateDone) -> None:
        """What is chosen or being typed in another editor, as if it had been typed here."""
        if other.is_begun:
            self.setText(other.text())
            self.textEdited.emit(other.text())
            if not other.hasFocus():
                self.editingFinished.emit()

    def restart(self) -> None:
        """Now again, after what was chosen is in the record."""
        self._is_own = False
        self._set()

    def follow(self) -> None:
        """Shows what the clock says; nothing moves under the cursor."""
        if not self.is_begun and not self.hasFocus():
            self._set()

    def _set(self) -> None:
        self._is_setting = True
        self.setDateTime(shown(self._now()))
        self._is_setting = False

    def _changed(self, _moment: QDateTime) -> None:
        self._is_own = self._is_own or not self._is_setting

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.follow()
        self._following.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._following.stop()


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

    def __init__(self, what: str, now: Callable[[], datetime], note: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        layout = row(self, gap="medium")
        self.note = QLineEdit(note)
        self.note.setAccessibleName(tr("Note for {what}").format(what=what))
        self.note.setPlaceholderText(tr("What was done. No patient details."))
        self.note.setMaxLength(4000)
        self.note.textEdited.connect(self.typed)
        self.note.returnPressed.connect(self.entered)
        self.when = DateDone(tr("Date done for {what}").format(what=what), now)
        for label, editor, share in ((tr("Note"), self.note, 1), (tr("Date done"), self.when, 0)):
            part = column(gap="tight")
            caption = Text(label, "meta", "text_2")
            caption.setBuddy(editor)
            part.addWidget(caption)
            part.addWidget(editor)
            part.addStretch(1)
            layout.addLayout(part, share)

    def happened(self) -> datetime | None:
        """The date a person chose, or None while it is still "now"."""
        return self.when.chosen()

    def clear(self) -> None:
        """Empty again, after what was typed is in the record."""
        self.note.clear()
        self.when.restart()
