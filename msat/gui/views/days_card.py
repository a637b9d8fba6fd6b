"""The days that a person added to the calendar of the site: shut, open, or a bank holiday; and the nation's own."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit

from msat.errors import MsatError
from msat.gui import people_deeds
from msat.gui.dates import say_date
from msat.gui.people_deeds import Arrangements
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, empty, row, tag
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.date_field import day_editor, day_of
from msat.gui.views.notices import NoticeBar
from msat.gui.views.settings_field import Choice

KINDS = spoken(
    {
        "shut": later("Shut: this site alone; still counts as a working day"),
        "bank-holiday": later("A further bank holiday: no working day"),
        "open": later("Open, although it would be shut"),
    }
)
SHORT = spoken(
    {
        "shut": (later("Shut"), "amber"),
        "bank-holiday": (later("Bank holiday"), "info"),
        "open": (later("Open"), "green"),
    }
)


def labelled(label: str, editor: QLineEdit | Choice):
    """A field under its label."""
    part = column(gap="tight")
    caption = Text(label, "meta", "text_2")
    caption.setBuddy(editor)
    part.addWidget(caption)
    part.addWidget(editor)
    return part


class DaysCard(QFrame):
    """Days of one's own, with a form to add one."""

    def __init__(self, session: Session, notices: NoticeBar, reload) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices, self._reload = session, notices, reload
        lines = column(self, margins="large", gap="small")
        lines.addWidget(Text(tr("Days of this site"), "section"))
        about = tr(
            "Working days and the last open day before a limit are counted with these. What was "
            "decided before keeps the days that it was decided with."
        )
        lines.addWidget(Text(about, "dense", "text_2"))
        self.wrong_file = Text("", "body", "red_text")
        self.wrong_file.hide()
        lines.addWidget(self.wrong_file)
        self.list = column(gap="small")
        lines.addLayout(self.list)
        self.holidays = Text("", "dense", "text_2")
        lines.addWidget(self.holidays)
        lines.addWidget(self._form())
        self.buttons: dict[str, KeyButton] = {}

    def _form(self) -> QFrame:
        frame = card("sunken")
        lines = column(frame, margins="medium", gap="small")
        lines.addWidget(Text(tr("Add a day"), "body", strong=True))
        fields = Wrapping(gap=12)
        self.day = day_editor(tr("The day"), self._session.now().date())
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("What the day is called"))
        self.name.setPlaceholderText(tr("for instance “Training afternoon”"))
        self.name.setMaxLength(80)
        self.name.setMinimumWidth(look().px(260))
        look().dress(self.name, "body")
        self.kind = Choice()
        self.kind.setAccessibleName(tr("What kind of day"))
        for value, words in KINDS.items():
            self.kind.addItem(words, value)
        look().dress(self.kind, "body")
        for label, editor in ((tr("Day"), self.day), (tr("Name"), self.name), (tr("Kind"), self.kind)):
            fields.addItem(labelled(label, editor))
        lines.addLayout(fields)
        self.wrong = Text("", "dense", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)
        self.add = KeyButton(tr("Add the day"), self.save, kind="primary")
        self.name.returnPressed.connect(self.save)
        lines.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        return frame

    def show_days(self, found: Arrangements) -> None:
        """Brings the lists up to date; what is being typed stays."""
        self.wrong_file.say(found.days_trouble)
        empty(self.list)
        self.buttons = {}
        for one in found.days:
            line = row(gap="medium")
            line.addWidget(tag(*SHORT[one.kind]), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Text(f"{say_date(one.date)}: {one.name}"), 1)
            remove = KeyButton(tr("Remove"), lambda day=one.date: self._remove(day), kind="quiet")
            remove.setAccessibleName(tr("Remove {date}, {name}").format(date=say_date(one.date), name=one.name))
            self.buttons[one.date.isoformat()] = remove
            line.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
            self.list.addLayout(line)
        if not found.days and not found.days_trouble:
            self.list.addWidget(Text(tr("No day of your own is in the list."), "body", "text_2"))
        named = "; ".join(f"{say_date(day)} {name}" for day, name in found.holidays)
        nation = found.nation.replace("-", " ").title()
        self.holidays.setText(
            tr("Bank holidays of {nation} in the coming year: {named}.").format(nation=nation, named=named)
        )

    def save(self) -> None:
        """Adds the day; a refusal is shown and what was typed stays."""

        def added(words: str) -> None:
            self.name.clear()
            self._notices.tell(words, "green")
            self._reload()

        def refused(error: MsatError) -> None:
            self.wrong.say(str(error))
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)

        self.wrong.say("")
        if not self.day.is_right():
            return
        work = people_deeds.add_day(day_of(self.day), self.name.text(), self.kind.currentData())
        self._session.run(work, self, added, refused)

    def _remove(self, day: date) -> None:
        def removed(words: str) -> None:
            self._notices.tell(words, "green")
            self._reload()
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)

        self._session.run(people_deeds.remove_day(day), self, removed)
