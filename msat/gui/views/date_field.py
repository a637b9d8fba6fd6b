"""A field for a day, or a day and a time: one stop of the Tab key. Typed in any usual way, or changed by the arrows.

Up and Down change the part that the cursor is in (the day, while all is chosen), Page Up and Page Down the month, Esc
gives back what stood there. What is not understood is said below the field and stays; it is never taken for another.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QLineEdit, QSizePolicy, QVBoxLayout

from msat.errors import Refused
from msat.gui.pieces import Text, restyle
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.typed_dates import read_day, read_moment, shown_day

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
WIDEST = date(2028, 9, 28)
"""A field is as wide as this day."""
MOST = 60
"""Characters that a date can be typed with."""
_KEYS = {
    Qt.Key.Key_Up: (1, ""),
    Qt.Key.Key_Down: (-1, ""),
    Qt.Key.Key_PageUp: (1, "month"),
    Qt.Key.Key_PageDown: (-1, "month"),
}


class DateField(QLineEdit):
    """`dateChanged` carries a day that was chosen. `date` is void while what stands there is not."""

    dateChanged = Signal(QDate)
    HAS_TIME = False

    def __init__(self, name: str, day: date) -> None:
        super().__init__()
        self._value = self._told = datetime.combine(day, time())
        self._first, self._last = FIRST, LAST
        self._wrong, self._is_understood = None, True
        self.setAccessibleName(name)
        self.setAccessibleDescription(
            tr("Type a date, as 21 Nov 2026 or 21/11/26. Up and Down change the part that the cursor is in.")
        )
        self.setMaxLength(MOST)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look().dress(self, "body")
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._finished)
        look().changed.connect(self._fit)
        self._show()
        self._fit()

    def _fit(self) -> None:
        widest = f"{shown_day(WIDEST)} 00:00" if self.HAS_TIME else shown_day(WIDEST)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance(widest) + look().px(36))

    def lineEdit(self) -> QLineEdit:
        """Itself: what Qt's own field for dates has inside."""
        return self

    # The day

    def date(self) -> QDate:
        """The day; void while what was typed is none."""
        return QDate(*self._value.timetuple()[:3]) if self._is_understood else QDate()

    def setDate(self, day: QDate | date) -> None:
        """Another day, within what can be chosen."""
        plain = day if isinstance(day, date) else date(day.year(), day.month(), day.day())
        self._take(datetime.combine(min(max(plain, self._first), self._last), self._value.time()))
        self._show()

    def setDateRange(self, first: QDate, last: QDate) -> None:
        """The days that can be chosen, both included."""
        self._first = date(first.year(), first.month(), first.day())
        self._last = date(last.year(), last.month(), last.day())
        self.setDate(self._value.date())

    def minimumDate(self) -> QDate:
        return QDate(*self._first.timetuple()[:3])

    def maximumDate(self) -> QDate:
        return QDate(*self._last.timetuple()[:3])

    def required(self) -> datetime:
        """The day and time that stand there (on the clock of the wall). Raises Refused where they are not understood,
        says so below the field and gives it the focus."""
        self._finished()
        if self._is_understood:
            return self._value
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        return self._read(self.text())

    def is_right(self) -> bool:
        """Whether a day stands there; where not, it is said below the field, which has the focus then."""
        try:
            self.required()
        except Refused:
            return False
        return True

    def _read(self, text: str) -> datetime:
        """What a text means here; Refused in words."""
        found = self._meant(text)
        if not self._first <= found.date() <= self._last:
            words = tr("{day} cannot be chosen here.").format(day=shown_day(found.date()))
            limits = tr("Choose a day from {first} to {last}.")
            raise Refused(words, limits.format(first=shown_day(self._first), last=shown_day(self._last)))
        return found

    def _meant(self, text: str) -> datetime:
        return datetime.combine(read_day(text, self._told.date()), time())

    def _take(self, value: datetime) -> None:
        """This day from now on, told where it is another than before."""
        self._value, self._is_understood = value, True
        self._say("")
        if value != self._told:
            self._told = value
            self._tell()

    def _tell(self) -> None:
        self.dateChanged.emit(self.date())

    def _shown(self) -> str:
        return shown_day(self._value.date())

    def _show(self) -> None:
        self.setText(self._shown())
        if not self.hasFocus():
            self.setCursorPosition(0)

    # Typing

    def _typed(self, text: str) -> None:
        """What is understood counts at once, and is told when the field is left: a date half typed is another one."""
        try:
            self._value, self._is_understood = self._read(text), True
        except Refused:
            self._is_understood = False
        else:
            self._say("")

    def _finished(self) -> None:
        try:
            value = self._value if self._is_understood else self._read(self.text())
        except Refused as refused:
            self._say(f"{refused.explanation} {refused.next_step}")
            return
        self._take(value)
        if self.text() != self._shown():
            self._show()

    def _say(self, words: str) -> None:
        """What is wrong, below the field; empty for nothing."""
        if bool(self.property("wrong")) != bool(words):
            self.setProperty("wrong", bool(words))
            restyle(self)
        if self._wrong is None and words:
            self._wrong = self._made_below()
        if self._wrong is not None:
            self._wrong.say(words)
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _made_below(self) -> Text:
        """The line for what is wrong, under the field where that stands in a column."""
        made = Text("", "dense", "red_text")
        made.setMinimumWidth(look().px(180))
        holder = self.parentWidget().layout() if self.parentWidget() is not None else None
        layout = _holding(holder, self) if holder is not None else None
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(layout.indexOf(self) + 1, made)
        elif isinstance(layout, QBoxLayout):
            layout.addWidget(made)
        return made

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        step = _KEYS.get(Qt.Key(event.key())) if plain else None
        if step is not None:
            self._step(*step)
        elif event.key() == Qt.Key.Key_Escape and self.text() != self._shown():
            self._take(self._told)
            self._show()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.OtherFocusReason, Qt.FocusReason.ShortcutFocusReason):
            self.selectAll()

    def _step(self, by: int, part: str) -> None:
        """A day, a month, a year, an hour or a minute later or earlier: what the cursor stands in."""
        whole, at = self.selectedText() == self.text(), self.cursorPosition()
        parts = ("day", "month", "year", "hour", "minute")
        before = self._shown() if self.text() != self._shown() else self.text()
        here = "day" if whole or before != self.text() else parts[min(_words_before(before, at), len(parts) - 1)]
        value = _moved(self._value, part or here, by)
        self._take(min(max(value, datetime.combine(self._first, time())), datetime.combine(self._last, time.max)))
        self.setText(self._shown())
        if whole:
            self.selectAll()
        else:
            self.setCursorPosition(_place_of(self.text(), parts.index(here)))


class MomentField(DateField):
    """A day and a time. `dateTimeChanged` carries one that was chosen."""

    dateTimeChanged = Signal(QDateTime)
    HAS_TIME = True

    def dateTime(self) -> QDateTime:
        """The day and the time, as the clock on the wall shows them."""
        return QDateTime(self.date(), QTime(self._value.hour, self._value.minute))

    def setDateTime(self, moment: QDateTime) -> None:
        day, clock = moment.date(), moment.time()
        plain = date(day.year(), day.month(), day.day())
        self._take(datetime.combine(plain, time(clock.hour(), clock.minute())))
        self._show()

    def _meant(self, text: str) -> datetime:
        return read_moment(text, self._told)

    def _shown(self) -> str:
        return f"{shown_day(self._value.date())} {self._value:%H:%M}"

    def _tell(self) -> None:
        super()._tell()
        self.dateTimeChanged.emit(self.dateTime())


def day_editor(name: str, day: date) -> DateField:
    """A field for a day."""
    return DateField(name, day)


def day_of(field: DateField) -> date:
    """The day that stands in a field. Raises Refused where it is none, said below the field as well."""
    return field.required().date()


def _holding(layout: QLayout, field: QLineEdit) -> QLayout | None:
    """The layout that a field stands in, however deep."""
    if layout.indexOf(field) >= 0:
        return layout
    for at in range(layout.count()):
        inner = layout.itemAt(at).layout()
        found = _holding(inner, field) if inner is not None else None
        if found is not None:
            return found
    return None


def _moved(value: datetime, part: str, by: int) -> datetime:
    if part in ("month", "year"):
        months = value.year * 12 + value.month - 1 + by * (12 if part == "year" else 1)
        year, month = divmod(months, 12)
        last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        return value.replace(year=year, month=month + 1, day=min(value.day, last))
    return value + timedelta(**{f"{part}s": by})


def _words_before(text: str, at: int) -> int:
    """Which part of a date a place in its text is in: its words, and the minutes after their colon."""
    return sum(character in " :" for character in text[:at])


def _place_of(text: str, part: int) -> int:
    """Where a part of a date begins."""
    ends = [at + 1 for at, character in enumerate(text) if character in " :"]
    return ([0, *ends])[min(part, len(ends))]
