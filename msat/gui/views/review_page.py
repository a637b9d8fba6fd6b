"""The review list: alerts that no rule covers, that could not be read surely, or that contradict themselves.

A person decides each in place, with a reason; a second button writes the decision into the draft of local rules too.
Nothing is ever taken off the list by itself.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit

from msat.errors import MsatError
from msat.gui import review_deeds, tongue
from msat.gui.marks import Mark
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, copyable, empty, row, tag
from msat.gui.review_deeds import Waiting
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.notices import NoticeBar
from msat.gui.views.page import Page
from msat.gui.views.sample_picture import SamplePicture
from msat.gui.words import count_words
from msat.triage.model import Priority

WHY = spoken(
    {
        "not-covered": (later("No rule covers it"), "amber"),
        "low-confidence": (later("Not read surely"), "amber"),
        "contradiction": (later("Contradiction"), "red"),
    }
)
CHOICES = spoken(((Priority.RED, later("Red")), (Priority.AMBER, later("Amber")), (Priority.GREEN, later("Green"))))
MOST = 30
"""Cards drawn at first; a long history is shown on request."""


class ReviewPage(Page):
    """`opened` carries the key of an alert to go to."""

    opened = Signal(str)
    rules_asked = Signal()

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__(
            tr("Review list"),
            tr(
                "Alerts that need a person: no rule covers them, something could not be read surely, or "
                "the notice contradicts itself. Read the source, choose a priority and say why. Nothing "
                "leaves this list by itself."
            ),
        )
        self.session, self.notices = session, notices
        self.waiting: list[Waiting] = []
        self.cards: dict[str, ReviewCard] = {}
        self._history, self._all = False, False
        self._shown: object = None
        self.tally = Text("", "section")
        self.lines.addWidget(self.tally)
        self.list = column(gap="medium")
        self.lines.addLayout(self.list)
        self.lines.addStretch(1)
        session.changes.happened.connect(lambda _changes: self.reload())
        session.opened.connect(self.reload)
        self.reload()

    def shown(self) -> None:
        """Called whenever the page is gone to."""
        self.reload()
        first = next(iter(self.cards.values()), None)
        if first is not None:
            first.decide.setFocus(Qt.FocusReason.OtherFocusReason)

    def reload(self) -> None:
        """Reads the list again in the background."""
        self.session.read(review_deeds.waiting, self.show_waiting, self)

    def show_waiting(self, found: list[Waiting]) -> None:
        """Shows the list; what is being typed about an alert stays."""
        self.waiting = found
        shown = (tuple(found), self._history, self._all)
        if shown == self._shown:
            return
        self._shown = shown
        kept = {key: one.typed() for key, one in self.cards.items() if one.is_open}
        held = next((key for key, one in self.cards.items() if one.isAncestorOf(self.focusWidget() or self)), "")
        empty(self.list)
        self.cards = {}
        now = [one for one in found if not one.is_historic]
        old = [one for one in found if one.is_historic]
        self.tally.setText(
            tr("{alerts} to decide").format(alerts=count_words(len(now), "alert")) if now else tr("Nothing to decide")
        )
        if not now:
            self._say_nothing(len(old))
        self._add(now)
        if old:
            said = tr("{alerts} from before your first import, kept for reference").format(
                alerts=count_words(len(old), "alert")
            )
            button = KeyButton(tr("Hide them") if self._history else tr("Show them"), self._turn_history, kind="quiet")
            line = row(gap="medium")
            line.addWidget(Text(said, "body", "text_2"), 1)
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            self.list.addLayout(line)
            if self._history:
                self._add(old)
        for key, typed in kept.items():
            if key in self.cards:
                self.cards[key].take(*typed)
        self.chain()
        if held:
            self._refocus(held)

    def _refocus(self, key: str) -> None:
        one = self.cards.get(key) or next(iter(self.cards.values()), None)
        if one is not None:
            (one.reason if one.is_open else one.decide).setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, some: list[Waiting]) -> None:
        shown = some if self._all else some[:MOST]
        for one in shown:
            made = ReviewCard(one, self)
            self.cards[one.key] = made
            self.list.addWidget(made)
        if len(shown) < len(some):
            more = KeyButton(tr("Show all {some:,}").format(some=len(some)), self._show_all, kind="quiet")
            self.list.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)

    def _say_nothing(self, old: int) -> None:
        frame = card()
        lines = column(frame, margins="large", gap="tight")
        lines.addWidget(SamplePicture("list"), 0, Qt.AlignmentFlag.AlignLeft)
        lines.addWidget(Text(tr("No alert waits for a person's judgement."), "body", strong=True))
        more = tr(" Older ones, from before your first import, are below.") if old else ""
        said = tr("Every open alert is covered by a rule and was read surely, or somebody has decided it.") + more
        lines.addWidget(Text(said, "body", "text_2"))
        self.list.addWidget(frame)

    def _turn_history(self) -> None:
        self._history = not self._history
        self.show_waiting(self.waiting)

    def _show_all(self) -> None:
        self._all = True
        self.show_waiting(self.waiting)

    def record(self, one: ReviewCard, make_rule: bool) -> None:
        """Records the decision of a card; a refusal is shown in it and what was typed stays."""

        def saved(_changes) -> None:
            one.close_form()
            if make_rule:
                self.notices.tell(
                    tr(
                        "The decision is recorded and written into the draft of local rules. It acts once it is "
                        "adopted."
                    ),
                    "green",
                    tr("Open the rules"),
                    self.rules_asked.emit,
                )

        self.session.do(review_deeds.judged(one.key, one.rag, one.reason.text(), make_rule), self, saved, one.fail)


class ReviewCard(QFrame):
    """One alert: what it asks, in words, and the decision in place."""

    def __init__(self, waiting: Waiting, page: ReviewPage) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.key, self._page = waiting.key, page
        self.rag = ""
        name = waiting.reference or waiting.title
        lines = column(self, margins="large", gap="small")
        tags = Wrapping(gap=6)
        for why in dict.fromkeys(str(item.why) for item in waiting.items):
            tags.addWidget(tag(*WHY[why]))
        lines.addLayout(tags)
        head = row(gap="medium")
        mark = Mark(Priority(waiting.rag) if waiting.rag else None)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(gap=2)
        texts.addWidget(copyable(Text(waiting.title, "body", strong=True)))
        about = " · ".join(
            part for part in (waiting.reference, tr("received {received}").format(received=waiting.received)) if part
        )
        texts.addWidget(Text(about, "dense", "text_2"))
        head.addLayout(texts, 1)
        lines.addLayout(head)
        for item in waiting.items:
            lines.addWidget(copyable(Text(tongue.said(item.words), "body")))
        buttons = Wrapping(gap=8)
        self.decide = KeyButton(tr("Decide"), self.open_form, kind="primary")
        self.decide.setAccessibleName(tr("Decide: {name}").format(name=name))
        self.read = KeyButton(tr("Read the alert"), lambda: page.opened.emit(self.key))
        self.read.setAccessibleName(tr("Read the alert: {name}").format(name=name))
        buttons.addWidget(self.decide)
        buttons.addWidget(self.read)
        lines.addLayout(buttons)
        self.form = self._form(name)
        lines.addWidget(self.form)
        self.form.hide()

    @property
    def is_open(self) -> bool:
        """Whether somebody is deciding here."""
        return not self.form.isHidden()

    def _form(self, name: str) -> QFrame:
        frame = card("sunken")
        lines = column(frame, margins="medium", gap="small")
        caption = Text(tr("Priority for this organisation"), "meta", "text_2")
        lines.addWidget(caption)
        chips = Wrapping(gap=8)
        self.chips: dict[str, KeyButton] = {}
        for rag, word in CHOICES:
            holder = row(gap="tight")
            chip = KeyButton(word, lambda which=rag.value: self.choose(which), kind="chip")
            chip.setCheckable(True)
            chip.setAccessibleName(f"{word}: {name}")
            holder.addWidget(Mark(rag, 20))
            holder.addWidget(chip)
            chips.addItem(holder)
            self.chips[rag.value] = chip
        lines.addLayout(chips)
        self.reason = QLineEdit()
        self.reason.setAccessibleName(tr("Reason for {name}").format(name=name))
        self.reason.setPlaceholderText(tr("Why. It stays in the record; no patient details."))
        self.reason.setMaxLength(4000)
        look().dress(self.reason, "body")
        reason = Text(tr("Reason"), "meta", "text_2")
        reason.setBuddy(self.reason)
        lines.addWidget(reason)
        lines.addWidget(self.reason)
        self.wrong = Text("", "dense", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)
        foot = Wrapping(gap=8)
        self.save = KeyButton(tr("Record the decision"), self.submit, "Ctrl+Enter", "primary")
        self.rule = KeyButton(tr("Record, and make it a local rule"), lambda: self.submit(make_rule=True))
        self.rule.setToolTip(tr("Writes a rule for notices like this one into the draft; it acts once it is adopted."))
        self.shut = KeyButton(tr("Close"), self.close_form, "Esc", "quiet")
        for button in (self.save, self.rule, self.shut):
            foot.addWidget(button)
        lines.addLayout(foot)
        return frame

    def open_form(self) -> None:
        """Asks for the priority and the reason."""
        self.form.show()
        self.decide.hide()
        self.chips["red"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_form(self) -> None:
        self.form.hide()
        self.decide.show()
        self.choose("")
        self.reason.clear()
        self.wrong.say("")
        self.decide.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self, rag: str) -> None:
        """Red, amber or green; empty takes the choice back."""
        self.rag = rag
        for known, chip in self.chips.items():
            chip.setChecked(known == rag)

    def submit(self, make_rule: bool = False) -> None:
        """Records it, or says what is missing."""
        if not self.rag:
            self.fail(tr("Choose Red, Amber or Green."))
            self.chips["red"].setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.reason.text().strip():
            self.fail(tr("Give the reason: it stays in the record."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.wrong.say("")
            self._page.record(self, make_rule)

    def fail(self, error: MsatError | str) -> None:
        """Says what is wrong; what was typed stays."""
        self.wrong.say(str(error))

    def typed(self) -> tuple[str, str]:
        return self.rag, self.reason.text()

    def take(self, rag: str, reason: str) -> None:
        """Goes on with what was typed before the list was drawn again."""
        self.open_form()
        self.choose(rag)
        self.reason.setText(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_open and event.key() == Qt.Key.Key_Escape:
            self.close_form()
        elif (
            self.is_open
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.submit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape and self.is_open:
            event.accept()
            return True
        return super().event(event)
