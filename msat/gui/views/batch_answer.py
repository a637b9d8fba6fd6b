"""One answer of the batch check: its word, shape and colour, each alert it rests on, and why."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from msat.gui import check_words, tongue
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, copyable, empty, restyle, row
from msat.gui.tongue import tr
from msat.gui.views.notices import Picture
from msat.projections.batch_check import Hit


class BatchAnswer(QFrame):
    """`opened` carries the key of an alert; `copied` asks for this answer as text."""

    opened = Signal(str)
    copied = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines = column(self, margins="large", gap="small")
        head = row(gap="medium")
        self.picture = Picture("unknown", "unrated", 32)
        self.word = Text("", "title")
        head.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.word, 1)
        self.lines.addLayout(head)
        self.entered = copyable(Text("", "section"))
        self.lines.addWidget(self.entered)
        self.words = copyable(Text("", "body"))
        self.lines.addWidget(self.words)
        self.notes = copyable(Text("", "body"))
        self.lines.addWidget(self.notes)
        self.hits = column(gap="small")
        self.lines.addLayout(self.hits)
        buttons = Wrapping(gap=8)
        self.copy = KeyButton(tr("Copy this answer"), self.copied.emit, icon="copy")
        buttons.addWidget(self.copy)
        self.lines.addLayout(buttons)
        self.hide()

    def show_answer(self, checked) -> None:
        """Shows one `services.check.Checked`."""
        tone, drawing, word = check_words.look_of(checked)
        self.setProperty("callout", tone)
        restyle(self)
        self.picture.name = drawing
        self.picture.token = "unrated" if tone == "unrated" else f"{tone}_text"
        self.picture.update()
        self.word.setText(word)
        understood = check_words.understood(checked)
        self.entered.say(understood or f"“{checked.answer.asked.text}”")
        self.words.say(tongue.said(checked.words))
        self.notes.say("\n".join(map(tongue.said, (*checked.answer.notes, *checked.warnings))))
        empty(self.hits)
        shown = checked.answer.hits[: check_words.MOST_HITS]
        for hit in shown:
            self.hits.addWidget(self._hit(hit, checked))
        more = len(checked.answer.hits) - len(shown)
        if more > 0:
            self.hits.addWidget(
                Text(
                    tr("{more} more are not shown. Copy the answer to see what it rests on.").format(more=more), "dense"
                )
            )
        self.setAccessibleName(tr("Answer: {spoken}").format(spoken=check_words.spoken(checked)))
        self.show()

    def _hit(self, hit: Hit, checked) -> QFrame:
        frame = card()
        lines = column(frame, margins="medium", gap="tight")
        lines.addWidget(copyable(Text(check_words.alert_words(hit), "body", strong=True)))
        lines.addWidget(copyable(Text(hit.why, "body")))
        printed = copyable(Text("", "body"))
        printed.say(check_words.row_words(hit))
        lines.addWidget(printed)
        asks = Text("", "body", "text_2")
        asks.say(check_words.doing(checked.states.get(str(hit.notice.key)), checked.as_at))
        lines.addWidget(asks)
        if str(hit.notice.key) in checked.states:
            key = str(hit.notice.key)
            button = KeyButton(tr("Open the alert"), lambda: self.opened.emit(key))
            button.setAccessibleName(
                tr("Open the alert {reference}").format(reference=hit.notice.reference or hit.notice.title)
            )
            lines.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return frame
