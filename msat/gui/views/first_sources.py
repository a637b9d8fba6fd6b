"""First run, page 3: where notices come from, each source with whether it was reached just now. Asks nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame

from msat.gui.pieces import KeyButton, Text, card, column, empty, row
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.notices import Picture
from msat.gui.views.page import Page

if TYPE_CHECKING:
    from msat.services.choose_sources import Offer
    from msat.services.try_source import Tried

STATES = spoken(
    {
        "off": ("", "text_2", later("Off")),
        "untried": ("", "text_2", later("Not tried yet")),
        "trying": ("waiting", "text_2", later("Trying now")),
        "reached": ("check", "green_text", later("Reached")),
        "odd": ("warning", "amber_text", later("Reached, not all of it read")),
        "failed": ("warning", "red_text", later("Not reached")),
    }
)
"""{state: (drawing, tone, words)}."""


class SourceRow(QFrame):
    """One source: ticked or not, what it carries, whether it was reached, and why not. `ticked` carries its id."""

    ticked = Signal(str, bool)

    def __init__(self, offer: Offer, ticked: bool) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        source = offer.source
        self.source, self.state = source, ""
        lines = column(self, gap=0)
        head = row(gap="small")
        self.box = QCheckBox(source.name)
        self.box.setMinimumHeight(look().px("target"))
        look().dress(self.box, "body", strong=True)
        self.box.setChecked(ticked)
        self.box.toggled.connect(lambda on: self.ticked.emit(str(source.id), on))
        head.addWidget(self.box)
        head.addStretch(1)
        self.mark = Picture("check", "green_text", 16)
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self.word = Text("", "dense", "text_2")
        self.word.setWordWrap(False)
        head.addWidget(self.word, 0, Qt.AlignmentFlag.AlignVCenter)
        lines.addLayout(head)
        about = f"{source.carries.rstrip('.')}." if source.carries else source.address
        self.about = Text(about, "dense", "text_2")
        self.about.setIndent(look().px(28))
        lines.addWidget(self.about)
        self.why = Text("", "dense", "red_text")
        self.why.setIndent(look().px(28))
        self.why.hide()
        lines.addWidget(self.why)
        self.say("untried" if ticked else "off")

    def say(self, state: str, why: str = "") -> None:
        """Shows a state by its drawing, its colour and its word, and why it is so."""
        drawing, tone, words = STATES[state]
        self.state = state
        self.mark.setVisible(bool(drawing))
        if drawing:
            self.mark.name, self.mark.token = drawing, tone
            self.mark.update()
        self.word.set_tone(tone)
        self.word.setText(words)
        self.why.set_tone("amber_text" if state == "odd" else "red_text")
        self.why.say(why)
        about = f"{words}. {why}".strip()
        self.box.setAccessibleDescription(f"{about} {self.about.text()}")


class SourcesStep(Page):
    """`try_asked` carries sources to be tried; `left_out` the id of one that is unticked."""

    try_asked = Signal(object)
    left_out = Signal(str)

    def __init__(self) -> None:
        super().__init__(
            tr("Where do notices come from?"),
            tr("These suit you. MSAT tries each now; you need not wait for it. Sources has more, and changes these."),
        )
        self.lines.setSpacing(look().px("medium"))
        self.rows: dict[str, SourceRow] = {}
        self.tries_by_itself = True
        self._touched: dict[str, bool] = {}
        self.said = Text("", "body")
        self.said.hide()
        self.lines.addWidget(self.said)
        self.again = KeyButton(tr("Try again"), self._try_again)
        self.again.setAccessibleName(tr("Try the sources that are ticked"))
        self.lines.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self._frame = card()
        self._list = column(self._frame, margins="large", gap="medium")
        self.lines.addWidget(self._frame)
        self.lines.addStretch(1)

    def show_offers(self, offers: Sequence[Offer]) -> None:
        """The sources to choose from; one that a person ticked or unticked before stays so."""
        before = {name: (one.state, one.why.text()) for name, one in self.rows.items()}
        empty(self._list)
        self.rows = {}
        for offer in offers:
            name = str(offer.source.id)
            made = SourceRow(offer, self._touched.get(name, offer.ticked))
            made.ticked.connect(self._ticked)
            if made.box.isChecked() and name in before and before[name][0] != "off":
                made.say(*before[name])
            self.rows[name] = made
            self._list.addWidget(made)
        self.chain()
        self._try([one for one in self.rows.values() if one.box.isChecked() and one.state == "untried"])
        self._sum_up()

    def first_field(self) -> QCheckBox | None:
        return next((one.box for one in self.rows.values()), None)

    def wanted(self) -> dict[str, bool]:
        """{source: on}, as ticked."""
        return {name: one.box.isChecked() for name, one in self.rows.items()}

    # Trying

    def _ticked(self, name: str, on: bool) -> None:
        self._touched[name] = on
        one = self.rows[name]
        one.say("untried" if on else "off")
        if on:
            self._try([one])
        else:
            self.left_out.emit(name)
        self._sum_up()

    def _try(self, some: Sequence[SourceRow]) -> None:
        if self.tries_by_itself and some:
            self._begin(some)

    def _try_again(self) -> None:
        self._begin([one for one in self.rows.values() if one.box.isChecked() and one.state != "trying"])
        self._sum_up()

    def _begin(self, some: Sequence[SourceRow]) -> None:
        for one in some:
            one.say("trying")
        self.try_asked.emit([one.source for one in some])

    def show_tried(self, name: str, tried: Tried) -> None:
        """What a trial brought; one that is unticked meanwhile stays as it is."""
        one = self.rows.get(name)
        if one is None or not one.box.isChecked():
            return
        if tried.error:
            one.say("failed", tried.error)
        elif tried.unread and not tried.alerts:
            one.say("odd", tried.unread[0][1])
        else:
            one.say("reached")
        self._sum_up()

    def _sum_up(self) -> None:
        """Where nothing answers it says that one can go on all the same."""
        on = [one.state for one in self.rows.values() if one.box.isChecked()]
        failed, tried = on.count("failed"), not {"trying", "untried"} & set(on)
        if not on:
            self.said.set_tone("amber_text")
            self.said.say(tr("No source is ticked: only what you add yourself comes in."))
        elif tried and failed == len(on):
            self.said.set_tone("text")
            self.said.say(
                tr(
                    "No source answers now. Start all the same: MSAT tries again by itself, and says until then that "
                    "nothing was reached."
                )
            )
        elif tried and failed:
            self.said.set_tone("text")
            self.said.say(tr("{reached} of {on} reached.").format(reached=len(on) - failed, on=len(on)))
        else:
            self.said.say("")
        self.again.setVisible(bool(failed or "untried" in on))
        self.again.say(tr("Try again") if failed else tr("Try them now"))
        self.again.setAccessibleName(tr("Try the sources that are ticked"))
