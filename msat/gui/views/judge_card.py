"""What only a person can decide: a level and a text that disagree, a notice that no rule covers, a part unread.

The choice is made in place, with a reason, before anything can be signed off. It can be made a local rule too.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit

from msat.errors import MsatError
from msat.gui import tongue, words, work_deeds
from msat.gui.into_sight import SeenText
from msat.gui.marks import MarkButton
from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable, empty
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.action_card import Asker
from msat.projections.alert_state import AlertState
from msat.projections.review_list import Item, Why
from msat.triage.model import Priority

FIELD = "judge/reason"
HEADS = spoken(
    {
        Why.NOT_COVERED: later("No rule covers this notice"),
        Why.LOW_CONFIDENCE: later("Not everything could be read for certain"),
        Why.CONTRADICTION: later("The notice contradicts itself, or the rules do"),
    }
)
CHOICES = spoken(
    (
        (Priority.RED, later("Red: act now")),
        (Priority.AMBER, later("Amber: act in time")),
        (Priority.GREEN, later("Green: for information")),
    )
)


class JudgeCard(QFrame):
    """Questions with the notice's words, three priorities, a reason; or what was decided."""

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self.setProperty("callout", "amber")
        self.asker, self.alert = asker, ""
        lines = column(self, margins="medium", gap="small")
        self.head = Text("", "section")
        lines.addWidget(self.head)
        self._questions = column(gap="small")
        lines.addLayout(self._questions)
        self.form = QFrame()
        self.form.setProperty("kind", "clear")
        self._build_form()
        lines.addWidget(self.form)
        self.decided = copyable(Text("", "body"))
        lines.addWidget(self.decided)
        self.wrong = SeenText("dense", "red_text")
        lines.addWidget(self.wrong)
        self._shown: object = None

    def _build_form(self) -> None:
        lines = column(self.form, gap="small")
        line = Wrapping(gap=6)
        self.choices: dict[Priority, MarkButton] = {}
        for rag, label in CHOICES:
            button = MarkButton(label, rag)
            button.clicked.connect(lambda _on, which=rag: self.choose(which))
            self.choices[rag] = button
            line.addWidget(button)
        lines.addLayout(line)
        caption = Text(tr("Reason for the choice"), "meta", "text_2")
        self.reason = QLineEdit()
        self.reason.setAccessibleName(tr("Reason for the choice"))
        self.reason.setMaxLength(4000)
        self.reason.textEdited.connect(lambda text: self.asker.keep_draft(FIELD, text))
        self.reason.returnPressed.connect(self.submit)
        caption.setBuddy(self.reason)
        lines.addWidget(caption)
        lines.addWidget(self.reason)
        self.rule = QCheckBox(tr("Make this a local rule too"))
        self.rule.setMinimumHeight(28)
        lines.addWidget(self.rule)
        lines.addWidget(Text(tr("It is a draft, which acts once it is adopted."), "meta", "text_2"))
        self.save = KeyButton(tr("Record the decision"), self.submit, "Enter", "primary")
        lines.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)

    def show_questions(self, state: AlertState, questions: tuple[Item, ...], _now: datetime) -> None:
        """Brings the card up to date; what was chosen and typed stays until another alert is shown."""
        other = self.alert != str(state.key)
        self.alert = str(state.key)
        if other:
            self.reason.setText(self.asker.draft(FIELD))
            self.rule.setChecked(False)
            self.wrong.say("")
            for button in self.choices.values():
                button.setChecked(False)
        shown = (self.alert, questions, state.level_words, state.reasons, state.judged)
        if shown != self._shown:
            self._shown = shown
            self._draw(state, questions)

    def _draw(self, state: AlertState, questions: tuple[Item, ...]) -> None:
        empty(self._questions)
        self.form.setVisible(bool(questions))
        first = next((item.why for item in questions), None)
        self.head.setText(
            tr("{HEADS}: a person decides").format(HEADS=HEADS[first]) if first else tr("Decided by a person")
        )
        for item in questions:
            self._questions.addWidget(Text(tongue.said(item.words), "body"))
        said = " ".join(item.words for item in questions)
        for quoted in [one for one in quotes(state) if one not in said] if questions else []:
            self._questions.addWidget(copyable(Text(f"“{quoted}”", "dense", "text_2")))
        judged = state.judged
        self.decided.say("" if questions or judged is None else judged_words(state))
        self.setVisible(bool(questions) or judged is not None)

    def choose(self, rag: Priority) -> None:
        """One of the three."""
        for known, button in self.choices.items():
            button.setChecked(known is rag)
        if not self.reason.text():
            self.reason.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open(self) -> None:
        """Goes to the first choice."""
        self.choices[Priority.RED].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def submit(self) -> None:
        """Records the decision; a choice and a reason are needed."""
        chosen = next((rag for rag, button in self.choices.items() if button.isChecked()), None)
        reason = self.reason.text().strip()
        if chosen is None or not reason:
            what = tr("Choose Red, Amber or Green") if chosen is None else tr("Give the reason for the choice")
            self.wrong.say(tr("{what}: both stay in the record.").format(what=what))
            (self.reason if chosen else self.choices[Priority.RED]).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.save.isEnabled():
            return
        self.save.setEnabled(False)
        self.wrong.say("")
        deed = work_deeds.judge(self.alert, str(chosen), reason, self.rule.isChecked())
        self.asker.ask(deed, self._recorded, self._failed)

    def _recorded(self) -> None:
        self.save.setEnabled(True)
        self.reason.clear()
        self.asker.keep_draft(FIELD, "")

    def _failed(self, error: MsatError) -> None:
        self.save.setEnabled(True)
        self.wrong.say(str(error))


def quotes(state: AlertState) -> tuple[str, ...]:
    """The notice's words that the question rests on: its level as given, and what the exceptions quote."""
    level = [state.level_words] if "mixed-level" in state.flags else []
    quoted = [reason.words for reason in state.reasons if reason.rule in ("E02", "E11") and reason.words]
    return tuple(dict.fromkeys(words for words in (*level, *quoted) if words))


def judged_words(state: AlertState) -> str:
    """What was decided, why and by whom."""
    judged = state.judged
    if judged is None:
        return ""
    rule = tr(" Local rule {local_rule}.").format(local_rule=judged.local_rule) if judged.local_rule else ""
    stale = f" {judged.stale}" if judged.stale else ""
    return f"{judged.rag.capitalize()}: {judged.reason} {words.deed_words(judged.deed)}.{rule}{stale}"
