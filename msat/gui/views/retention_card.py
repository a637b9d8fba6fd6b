"""How long closed alerts rest: the list of those to review, and holds that keep an alert off it. Deletes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from msat.clock import london
from msat.errors import MsatError
from msat.gui import safe_deeds
from msat.gui.dates import say_date
from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty, row, tag
from msat.gui.safe_deeds import Reviewed
from msat.gui.session import Session
from msat.gui.tongue import later, tr
from msat.gui.views.days_card import day_editor, day_of, labelled
from msat.gui.views.panels import FootPanel
from msat.gui.words import family_words

if TYPE_CHECKING:
    from msat.services.desk import Changes
    from msat.services.retention import Review

MOST_SHOWN = 30
ABOUT = later(
    "Nothing is deleted by a period: the record stays. The list says which closed alerts are "
    "past theirs, for a person to decide what your policy asks for. Open alerts are never on "
    "it."
)


class RetentionCard(QFrame):
    """The list is read when somebody asks for it: over a long record that takes a moment. `opened` carries a panel."""

    opened = Signal(object)
    arranged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session = session
        self._is_read = False
        self.buttons: dict[str, KeyButton] = {}
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Review list"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        self.day = day_editor(tr("As it is, or will be, on this day"), london(session.now()).date())
        day = Wrapping(gap=12)
        day.addItem(labelled(tr("On this day"), self.day))
        lines.addLayout(day)
        buttons = Wrapping(gap=8)
        self.read_button = KeyButton(tr("Show the list"), self.read)
        self.hold_button = KeyButton(tr("Hold an alert"), lambda: self._open(HoldPanel(session)))
        buttons.addWidget(self.read_button)
        buttons.addWidget(self.hold_button)
        lines.addLayout(buttons)
        self.panel = column(gap=0)
        lines.addLayout(self.panel)
        self.said = Text("", "body", strong=True)
        self.said.hide()
        lines.addWidget(self.said)
        self.list = column(gap="small")
        lines.addLayout(self.list)
        self.basis = Text("", "meta", "text_2")
        self.basis.hide()
        lines.addWidget(self.basis)

    def read(self) -> None:
        """Reads the list as it is on the chosen day."""
        if not self.day.is_right():
            return
        self._is_read = True
        self.read_button.setEnabled(False)
        self.said.say(tr("Reading when each closed alert was last worked on."))
        self._session.run(safe_deeds.reviewed(day_of(self.day)), self, self.show_list, self._failed, long=True)

    def _failed(self, error: MsatError) -> None:
        self.read_button.setEnabled(True)
        self.said.say(str(error))

    def show_list(self, found: Reviewed) -> None:
        """Shows what is due, the longest first, then what is on hold."""
        self.read_button.setEnabled(True)
        empty(self.list)
        self.buttons = {}
        due = [one for one in found.due if one.hold is None]
        held = [one for one in found.due if one.hold is not None]
        self.said.say(_head(len(due), len(held) + len(found.held), found))
        for one in due[:MOST_SHOWN]:
            self._line(str(one.state.key), _name(one), _words(one), tr("Due"), "amber")
        if len(due) > MOST_SHOWN:
            more = tr("And {due:,} more. msatctl retention lists all of them.").format(due=len(due) - MOST_SHOWN)
            self.list.addWidget(Text(more, "dense", "text_2"))
        for one in held:
            self._line(str(one.state.key), _name(one), _held_words(one.hold), tr("On hold"), "info")
        for key, name, hold in found.held:
            self._line(
                key,
                name,
                tr("{held_words} Its period has not passed.").format(held_words=_held_words(hold)),
                tr("On hold"),
                "info",
            )
        self.arranged.emit()
        self.basis.say(tr("The periods: {basis}").format(basis=found.basis))

    def _line(self, key: str, name: str, words: str, state: str, tone: str) -> None:
        frame = QFrame()
        frame.setProperty("kind", "clear")
        line = row(frame, gap="medium")
        line.addWidget(tag(state, tone), 0, Qt.AlignmentFlag.AlignTop)
        texts = column(gap=2)
        texts.addWidget(Text(name, "body"))
        texts.addWidget(Text(words, "dense", "text_2"))
        line.addLayout(texts, 1)
        is_due = state == tr("Due")
        label = tr("Hold") if is_due else tr("Release")
        panel = HoldPanel if is_due else ReleasePanel
        button = KeyButton(label, lambda: self._open(panel(self._session, key, name)), kind="quiet")
        button.setAccessibleName(f"{label}: {name}")
        self.buttons[key] = button
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.list.addWidget(frame)

    def _open(self, panel: FootPanel) -> None:
        empty(self.panel)
        self.panel.addWidget(panel)
        panel.closed.connect(self._closed)
        panel.recorded.connect(self._recorded)
        panel.first_field().setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.opened.emit(panel)

    def _closed(self) -> None:
        empty(self.panel)
        self.hold_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _recorded(self) -> None:
        if self._is_read:
            self.read()


class HoldPanel(FootPanel):
    """Keeps an alert off the list, with a reason. `recorded` says that it is in the record."""

    recorded = Signal()
    _deed = staticmethod(safe_deeds.hold)

    def __init__(self, session: Session, key: str = "", name: str = "") -> None:
        super().__init__(*self._texts(name))
        self._session, self._key = session, key
        self.ref = (
            None if key else self.line(tr("Alert"), below=True, hint=tr("its reference, for instance EL(26)A/37"))
        )
        self.reason = self.line(tr("Reason"), below=True, hint=tr("No patient details."))

    def _texts(self, name: str) -> tuple[str, str, str]:
        intro = tr("For instance while a claim or an inquiry is open. The reason stays in the record.")
        return tr("Hold {name}").format(name=name or tr("an alert")), tr("Hold"), intro

    def first_field(self):
        return self.ref or self.reason

    def submit(self) -> None:
        ref, reason = self._key or self.ref.text().strip(), self.reason.text().strip()
        if not ref or not reason:
            self.fail(tr("Give a reason.") if ref else tr("Name the alert by its reference."))
            return
        self.save.setEnabled(self._session.person() is None)
        self.wrong.say("")

        def done(_changes: Changes) -> None:
            self.closed.emit()
            self.recorded.emit()

        self._session.do(self._deed(ref, reason), self, done, self.fail)


class ReleasePanel(HoldPanel):
    """Ends a hold, with a reason."""

    _deed = staticmethod(safe_deeds.release)

    def _texts(self, name: str) -> tuple[str, str, str]:
        return (
            tr("End the hold on {name}").format(name=name),
            tr("Release"),
            tr("The alert comes on the list again once its period has passed."),
        )


def _name(one: Review) -> str:
    return one.state.reference or one.state.title


def _words(one: Review) -> str:
    years = "1 year" if one.years == 1 else tr("{years} years").format(years=one.years)
    return tr("{family_words}. Last entry {last}; its period of {years} passed on {since}.").format(
        family_words=family_words(one.state.family), last=say_date(one.last), years=years, since=say_date(one.since)
    )


def _held_words(hold) -> str:
    return tr("On hold by {by} since {at}: {reason}").format(by=hold.by, at=say_date(hold.at), reason=hold.reason)


def _head(due: int, held: int, found: Reviewed) -> str:
    day = say_date(found.on)
    if not due and not held:
        return tr("No closed alert is past its period on {day}, and none is on hold.").format(day=day)
    alerts = tr("1 closed alert is") if due == 1 else tr("{due:,} closed alerts are").format(due=due)
    return tr("{alerts} past the period on {day}; {held:,} on hold.").format(alerts=alerts, day=day, held=held)
