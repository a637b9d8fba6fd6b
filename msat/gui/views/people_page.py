"""Who is away and who stands in, on which days the site is shut, and where it keeps medicines."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from msat.errors import MsatError
from msat.gui import people_deeds, tongue
from msat.gui.people_deeds import Arrangements
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, empty, row, tag
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.days_card import DaysCard, day_editor, day_of, labelled
from msat.gui.views.notices import NoticeBar
from msat.gui.views.page import Page
from msat.projections.work import Absence

PAST = 5
"""Absences that are over and still shown."""


class PeoplePage(Page):
    """`places_asked` asks for the place where the list of places is changed."""

    places_asked = Signal()
    back_asked = Signal()

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__(
            tr("People, shut days and places"),
            tr(
                "While somebody is away, their alerts follow the deputy. A Red that nobody has "
                "acknowledged is shown to everybody, whoever is away."
            ),
        )
        self.session, self.notices = session, notices
        self.found: Arrangements | None = None
        self.back = KeyButton(tr("Settings"), self.back_asked.emit, "Ctrl+,", "quiet", "back")
        self.lines.insertWidget(0, self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.away = AwayCard(session, notices, self.reload)
        self.days = DaysCard(session, notices, self.reload)
        self.lines.addWidget(self.away)
        self.lines.addWidget(self.days)
        self.lines.addWidget(self._places())
        self.lines.addStretch(1)
        session.changes.happened.connect(lambda _changes: self.reload())
        session.opened.connect(self.reload)
        self.reload()

    def _places(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="large", gap="small")
        lines.addWidget(Text(tr("Places where medicines are kept"), "section"))
        self.places = Text("", "body")
        self.places_from = Text("", "dense", "text_2")
        lines.addWidget(self.places)
        lines.addWidget(self.places_from)
        self.change_places = KeyButton(tr("Change the places"), self.places_asked.emit)
        lines.addWidget(self.change_places, 0, Qt.AlignmentFlag.AlignLeft)
        return frame

    def shown(self) -> None:
        """Called whenever the page is gone to."""
        self.reload()
        self.away.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def reload(self) -> None:
        """Reads everything again in the background."""
        self.session.read(people_deeds.arrangements, self.show_arrangements, self)

    def show_arrangements(self, found: Arrangements) -> None:
        """Brings the page up to date; what is being typed stays."""
        self.found = found
        self.away.show_absences(found)
        self.days.show_days(found)
        self.places.setText("\n".join(found.places) or tr("No places are listed for this kind of organisation."))
        whose = tr("These are your own, adopted here.") if found.is_local else tr("These are the shipped ones.")
        self.places_from.setText(tr("{whose} A stock check asks about each of them.").format(whose=whose))
        self.chain()


class AwayCard(QFrame):
    """Absences: now, coming, over; and a form for a new one."""

    def __init__(self, session: Session, notices: NoticeBar, reload) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices, self._reload = session, notices, reload
        self.buttons: dict[str, KeyButton] = {}
        lines = column(self, margins="large", gap="small")
        lines.addWidget(Text(tr("Who is away"), "section"))
        self.list = column(gap="small")
        lines.addLayout(self.list)
        lines.addWidget(self._form())

    def _form(self) -> QFrame:
        frame = card("sunken")
        lines = column(frame, margins="medium", gap="small")
        lines.addWidget(Text(tr("Record an absence"), "body", strong=True))
        today = self._session.now().date()
        self.name, self.deputy, self.note = QLineEdit(), QLineEdit(), QLineEdit()
        self.first, self.last = day_editor(tr("First day away"), today), day_editor(tr("Last day away"), today)
        for label, editor in (
            (tr("Who is away"), self.name),
            (tr("Who stands in"), self.deputy),
            (tr("Note"), self.note),
        ):
            editor.setAccessibleName(label)
            editor.setMaxLength(4000 if editor is self.note else 120)
            editor.setMinimumWidth(look().px(230))
            editor.returnPressed.connect(self.save)
            look().dress(editor, "body")
        self.deputy.setPlaceholderText(tr("optional"))
        self.note.setPlaceholderText(tr("No patient details."))
        self.first.dateChanged.connect(lambda day: self.last.setDate(max(day, self.last.date())))
        fields = Wrapping(gap=12)
        for label, editor in (
            (tr("Name"), self.name),
            (tr("First day"), self.first),
            (tr("Last day"), self.last),
            (tr("Deputy"), self.deputy),
            (tr("Note"), self.note),
        ):
            fields.addItem(labelled(label, editor))
        lines.addLayout(fields)
        self.wrong = Text("", "dense", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)
        self.record = KeyButton(tr("Record the absence"), self.save, kind="primary")
        lines.addWidget(self.record, 0, Qt.AlignmentFlag.AlignLeft)
        return frame

    def show_absences(self, found: Arrangements) -> None:
        """Brings the list up to date."""
        empty(self.list)
        self.buttons = {}
        for one in found.away:
            self._line(one, found, tr("Away today"), "amber", tr("Back today"))
        for one in found.coming:
            self._line(one, found, tr("Coming"), "info", tr("Take back"))
        for one in found.past[:PAST]:
            self._line(one, found, tr("Over"), "plain", "")
        if not found.away and not found.coming:
            self.list.insertWidget(0, Text(tr("Nobody is away, and no absence is coming."), "body", "text_2"))

    def _line(self, one: Absence, found: Arrangements, word: str, tone: str, label: str) -> None:
        line = row(gap="medium")
        line.addWidget(tag(word, tone), 0, Qt.AlignmentFlag.AlignTop)
        texts = column(gap=2)
        texts.addWidget(Text(tongue.said(one.words), "body"))
        who = tr("Recorded by {by}, entry {seq}.").format(by=one.deed.by, seq=one.deed.seq)
        texts.addWidget(Text(f"{one.note} {who}".strip(), "dense", "text_2"))
        line.addLayout(texts, 1)
        if label:
            day = max(one.first, found.today)
            button = KeyButton(label, lambda: self._end(one, day))
            button.setAccessibleName(f"{label}: {one.name}")
            self.buttons[one.name] = button
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.list.addLayout(line)

    def _end(self, one: Absence, day) -> None:
        self._session.do(people_deeds.is_back(one.name, day), self, lambda changes: self._done(changes.words))

    def _done(self, words: str) -> None:
        self._notices.tell(words, "green")
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Records the absence; a refusal is shown and what was typed stays."""
        if not (self.first.is_right() and self.last.is_right()):
            return

        def saved(changes) -> None:
            for editor in (self.name, self.deputy, self.note):
                editor.clear()
            self._done(changes.words)

        def refused(error: MsatError) -> None:
            self.wrong.say(str(error))

        self.wrong.say("")
        deed = people_deeds.goes_away(
            self.name.text(), day_of(self.first), day_of(self.last), self.deputy.text(), self.note.text()
        )
        self._session.do(deed, self, saved, refused)
