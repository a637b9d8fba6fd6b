"""One action of an alert, answered in place. `make_card` picks the card for the kind of answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from msat.actions.model import AnswerKind
from msat.errors import MsatError
from msat.gui import deeds, words
from msat.gui.drafts import Drafts
from msat.gui.into_sight import SeenText
from msat.gui.letters import by
from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable, restyle, row, show, tag, tip
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.action_words import card_status, due_line, standing_words
from msat.gui.views.particulars import Particulars, number_field
from msat.gui.views.strengths import StrengthText
from msat.projections.alert_state import ActionState, AlertState
from msat.projections.closing import ended

if TYPE_CHECKING:
    from msat.gui.deeds import Deed
    from msat.services.knowledge import Knowledge


class Asker(Protocol):
    """The pane that a card belongs to: it records, and keeps what is typed."""

    drafts: Drafts

    def now(self) -> datetime: ...

    def person_name(self) -> str: ...

    def knowledge(self) -> Knowledge | None: ...

    def ask(self, deed: Deed, done: Callable[[], None], failed: Callable[[MsatError], None]) -> None: ...

    def keep_draft(self, field: str, text: str) -> None: ...

    def draft(self, field: str) -> str: ...

    def open_sign_off(self) -> None: ...

    def open_second_not_applicable(self) -> None: ...

    def open_assign(self) -> None: ...

    def open_resume(self) -> None: ...

    def open_approve(self) -> None: ...

    def open_plan(self) -> None: ...

    def open_support(self) -> None: ...

    def open_meeting(self) -> None: ...

    def save_plan(self) -> None: ...


class ActionCard(QFrame):
    """What every card has: number, text, due, state, the answer that stands, a place for what went wrong."""

    def __init__(self, number: int, state: AlertState, action: ActionState, asker: Asker) -> None:
        super().__init__()
        self.setProperty("kind", "action")
        self.number, self.code, self.asker, self.alert = number, action.code, asker, str(state.key)
        self.what = f"{action.code} {action.text}"
        self.is_busy = self.is_low = self.is_unfolded = False
        self._build(action)
        self.build_answer(self.body, state, action)
        self.is_unfolded = any(field.startswith(f"{self.code}/") for field in asker.drafts.fields(self.alert))
        self.wrong = SeenText("dense", "red_text")
        self.body.addWidget(self.wrong)
        self.show_state(state, action)

    def _build(self, action: ActionState) -> None:
        layout = row(self, margins="medium", gap="medium")
        badge = tag(str(self.number) if self.number <= 9 else "·", "key")
        badge.setToolTip(tr("Key {number}").format(number=self.number) if self.number <= 9 else "")
        side = column(gap=2)
        code = Text(action.code, "meta", "text_2")
        code.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        code.setWordWrap(False)
        side.addWidget(badge, 0, Qt.AlignmentFlag.AlignHCenter)
        side.addWidget(code)
        side.addStretch(1)
        layout.addLayout(side)
        whole = column(gap=6)
        head = row(gap="medium")
        self.text = StrengthText(action.text, "body", strong=True)
        self.state_tag = tag("")
        self.opener = KeyButton(tr("Answer"), self._open_here, kind="quiet")
        self.opener.setAccessibleName(tr("Answer: {text}").format(text=action.text))
        self.opener.hide()
        head.addWidget(self.text, 1)
        head.addWidget(self.opener, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.state_tag, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(head)
        self.inside = QFrame()
        self.inside.setProperty("kind", "clear")
        self.body = column(self.inside, gap=6)
        whole.addWidget(self.inside)
        self.due = Text("", "meta", "text_2")
        self.body.addWidget(self.due)
        self.help = Text(action.help, "dense", "text_2")
        self.help.hide()
        self.text.setToolTip(tip(action.help))
        self.setAccessibleDescription(action.help)
        self.body.addWidget(self.help)
        self.quote = copyable(Text(f"“{action.words}”", "dense", "text_2"))
        self.body.addWidget(self.quote)
        self.quote.setVisible(bool(action.words))
        self.stands = Text("", "dense")
        self.body.addWidget(self.stands)
        layout.addLayout(whole, 1)

    # For each kind of card

    def build_answer(self, body: QVBoxLayout, state: AlertState, action: ActionState) -> None:
        """Adds the controls that answer this kind."""
        raise NotImplementedError

    def show_answer(self, state: AlertState, action: ActionState) -> None:
        """Brings the controls up to date."""
        raise NotImplementedError

    def quick(self) -> None:
        """What the number key does: answer yes, or go to the first field."""
        raise NotImplementedError

    # Common

    def show_state(self, state: AlertState, action: ActionState) -> None:
        """Brings the card up to date without disturbing the focus or what is being typed."""
        with self.keeping_focus():
            self._show(state, action)

    @contextmanager
    def keeping_focus(self, leaves: QWidget | None = None) -> Iterator[None]:
        """A control that goes while it has the focus leaves it to its card, never to the next action, which the next
        Enter would answer. So does a field that `leaves`: a number would be typed there, and be no key."""
        focus = self.window().focusWidget()
        is_here = focus is not None and self.isAncestorOf(focus)
        yield
        if is_here and self.isVisible() and not _stays(focus, leaves):
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, state: AlertState, action: ActionState) -> None:
        self.is_busy = False
        status = card_status(state, action)
        self.setAccessibleName(
            tr("Action {number}: {text} {status}.").format(number=self.number, text=ended(action.text), status=status)
        )
        self.state_tag.setText(status)
        waits = status in (tr("Not answered"), tr("To do"))
        tone = "plain" if waits else "amber" if status == tr("In part") else "green"
        if self.state_tag.property("tag") != tone:
            self.state_tag.setProperty("tag", tone)
            restyle(self.state_tag)
        answered = tone == "green"
        self.setProperty("answered", "true" if answered else "false")
        restyle(self)
        self.quote.setVisible(bool(action.words) and not answered)
        self.due.say(due_line(state, action, self.asker.now()) if not answered else "")
        self.stands.say(standing_words(state, action))
        self.show_answer(state, action)
        self._fit()

    def show_as_next(self, is_next: bool) -> None:
        """The next thing to do is drawn forward and shows its help; the others keep theirs in a tip."""
        self.help.setVisible(is_next and bool(self.help.text()))
        self.setProperty("current", "true" if is_next else "false")
        self.is_unfolded = self.is_unfolded or is_next
        restyle(self)
        self._fit()

    # In a low window

    def set_low(self, low: bool) -> None:
        """In a low window a card that is not begun is one line: what to do, and a button that opens it."""
        self.is_low = low
        edge = look().px("medium")
        self.layout().setContentsMargins(edge, look().px(6) if low else edge, edge, look().px(6) if low else edge)
        self._fit()

    def open_up(self) -> None:
        """Shows how it is answered, and goes on showing it."""
        self.is_unfolded = True
        self._fit()

    def _fit(self) -> None:
        brief = self.is_low and not self.is_unfolded and self.state_tag.property("tag") == "plain"
        if self.inside.isHidden() != brief:
            self.inside.setHidden(brief)
            self.opener.setHidden(not brief)

    def _open_here(self) -> None:
        """The first control takes the focus from the button, which is gone then."""
        self.open_up()
        stops = (w for w in self.inside.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if (first := next((stop for stop in stops if stop.isVisibleTo(self)), None)) is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def fail(self, error: MsatError) -> None:
        """Shows why it was not recorded; what was typed stays."""
        self.is_busy = False
        self.open_up()
        self.wrong.say(str(error))

    def record(self, deed: Deed, done: Callable[[], None]) -> None:
        """Records once: a second press while the first is being written does nothing."""
        if self.is_busy:
            return
        self.is_busy = True
        self.wrong.say("")
        asked_from = self.window().focusWidget()

        def recorded() -> None:
            self.is_busy = False
            with self.keeping_focus(leaves=asked_from):
                done()

        self.asker.ask(deed, recorded, self.fail)

    def particulars(self, fields: str = "note") -> Particulars:
        """The note and date of this card, with the draft that was left."""
        field = f"{self.code}/{fields}"
        made = Particulars(self.code, self.asker.now, self.asker.draft(field))
        made.typed.connect(lambda text: self.asker.keep_draft(field, text))
        made.when.lineEdit().returnPressed.connect(made.entered)
        return made

    def forget(self, particulars: Particulars, fields: str = "note") -> None:
        """Recorded: the draft is no longer needed."""
        particulars.clear()
        self.asker.keep_draft(f"{self.code}/{fields}", "")


class DoneCard(ActionCard):
    """Yes, no, nil or not answered, with a note and the date it was done; a count where the action asks for one."""

    VALUES = spoken(
        (
            ("yes", later("Yes")),
            ("no", later("No")),
            ("nil", later("Nil")),
            (later("not answered"), later("Not answered")),
        )
    )

    def build_answer(self, body: QVBoxLayout, state: AlertState, action: ActionState) -> None:
        self._counts = action.answer is AnswerKind.COUNT
        line = Wrapping(gap=6)
        self.buttons: dict[str, QPushButton] = {}
        for value, label in self.VALUES:
            key = by(self.number) if value == "yes" and self.number <= 9 else ""
            button = self.buttons[value] = KeyButton(label, lambda value=value: self.give(value), key)
            button.setCheckable(True)
            button.setAccessibleName(f"{label}: {action.text}")
            line.addWidget(button)
        self.count = number_field(tr("Number of packs or patients for {code}").format(code=self.code), 96)
        self.count.setPlaceholderText(tr("number"))
        self.count.returnPressed.connect(self._enter)
        show(self.count, self._counts)
        line.addWidget(self.count)
        self.more = KeyButton(tr("Note, date"), self._toggle_more, kind="quiet")
        self.more.setAccessibleName(tr("Note and date for {code}").format(code=self.code))
        line.addWidget(self.more)
        body.addLayout(line)
        self.extra = QFrame()
        self.extra.setProperty("kind", "clear")
        lines = column(self.extra, gap=6)
        self.rest = self.particulars()
        self.rest.entered.connect(self._enter)
        lines.addWidget(self.rest)
        self.save = KeyButton(tr("Record"), self._enter, "Enter", "primary")
        self.save.setAccessibleName(tr("Record the answer to {code}").format(code=self.code))
        lines.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        body.addWidget(self.extra)
        self._pending = ""
        self.extra.setVisible(bool(self.rest.note.text()))

    def _enter(self) -> None:
        """Enter in a field: the answer that was begun, else the one that stands, else yes."""
        standing = self._standing if self._standing in ("no", "nil") else "yes"
        self.give(self._pending or standing)

    def show_answer(self, state: AlertState, action: ActionState) -> None:
        self._standing = standing = action.standing.value if action.standing else ""
        for value, button in self.buttons.items():
            button.setChecked(value == standing)

    def quick(self) -> None:
        if self._counts and not self.count.text():
            self.count.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.give("yes")

    def give(self, value: str) -> None:
        """Answers. "No" wants its reason first: the note opens, and Enter records it."""
        for known, button in self.buttons.items():
            button.setChecked(known == value)
        note = self.rest.note.text().strip()
        if value == "no" and not note:
            self._pending = "no"
            self._open_more()
            self.wrong.say(tr("Say why not in the note, then press Enter."))
            self.rest.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        if not self.rest.when.is_right():
            return
        typed = self.count.text().strip()
        number = int(typed) if typed and value != "not answered" else None
        deed = deeds.answer(self.alert, self.code, value, note, number, self.rest.happened())
        self.record(deed, self._recorded)

    def _recorded(self) -> None:
        self._pending = ""
        self.forget(self.rest)
        self.count.clear()
        self.extra.hide()

    def _toggle_more(self) -> None:
        if self.extra.isVisible():
            self.extra.hide()
        else:
            self._open_more()
            self.rest.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _open_more(self) -> None:
        self.extra.show()


class AcknowledgeCard(ActionCard):
    """One button: somebody here has seen it."""

    def build_answer(self, body: QVBoxLayout, state: AlertState, action: ActionState) -> None:
        self.button = KeyButton(tr("Acknowledge"), self.quick, by(self.number), "primary")
        body.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_answer(self, state: AlertState, action: ActionState) -> None:
        self.button.setVisible(state.acknowledged is None)

    def quick(self) -> None:
        if not self.button.isHidden():
            self.record(deeds.acknowledge(self.alert), lambda: None)


class SignOffCard(ActionCard):
    """Opens the sign-off panel; says first what is missing."""

    def build_answer(self, body: QVBoxLayout, state: AlertState, action: ActionState) -> None:
        self.button = KeyButton(tr("Sign off"), self.quick, by("sign-off"))
        self.gaps = Text("", "dense", "text_2")
        self.left = Text("", "dense", strong=True)
        body.addWidget(self.gaps)
        body.addWidget(self.left)
        body.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_answer(self, state: AlertState, action: ActionState) -> None:
        open_ = state.sign_off is None or state.needs_second
        self.button.setVisible(open_ and (state.applicability is None or state.applicability.applies))
        self.button.say(tr("Sign off as second person") if state.sign_off and state.needs_second else tr("Sign off"))
        rule, missing = words.closing_lines(state)
        self.gaps.say(rule)
        self.left.say(missing)

    def quick(self) -> None:
        self.asker.open_sign_off()


def _stays(focus: QWidget, leaves: QWidget | None) -> bool:
    return isValid(focus) and focus.isVisible() and not (focus is leaves and isinstance(focus, QLineEdit))


def make_card(number: int, state: AlertState, action: ActionState, asker: Asker) -> ActionCard:
    """The card that answers this kind of action."""
    from msat.gui.views.applies_card import AppliesCard
    from msat.gui.views.counting_cards import FunnelCard
    from msat.gui.views.places_card import PlacesCard

    kinds: dict[AnswerKind, type[ActionCard]] = {
        AnswerKind.ACKNOWLEDGE: AcknowledgeCard,
        AnswerKind.APPLIES: AppliesCard,
        AnswerKind.PLACES: PlacesCard,
        AnswerKind.FUNNEL: FunnelCard,
        AnswerKind.SIGN_OFF: SignOffCard,
    }
    return kinds.get(action.answer, DoneCard)(number, state, action, asker)
