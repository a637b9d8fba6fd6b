"""Missed alerts: numbers of a series that should be here and are not, each to be explained by a person."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit

from msat.errors import MsatError
from msat.gui import deeds, tongue
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, empty, row, show, tag
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.words import count_words, deed_words
from msat.projections.gaps import REASONS, Gap

MOST = 5
"""Shown at first, so that the sources stay in sight."""


class GapsCard(QFrame):
    """Asks `services.gaps` when it is shown and after every change."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.session = session
        self.gaps: list[Gap] = []
        self._open, self._all = "", False
        lines = column(self, margins="large", gap="small")
        head = row(gap="medium")
        head.addWidget(Text(tr("Missed alerts"), "section"), 1)
        self.state = row(gap=0)
        head.addLayout(self.state)
        lines.addLayout(head)
        self.intro = Text(
            tr(
                "Numbers of a series that should be here and are not. Find the alert, or say why it is not here. "
                "In a new record some may be from before it began; they count until they are explained."
            ),
            "body",
            "text_2",
        )
        lines.addWidget(self.intro)
        self.list = column(gap="small")
        lines.addLayout(self.list)
        self.hide()
        session.changes.happened.connect(lambda _changes: self.reload())

    def reload(self) -> None:
        """Asks again."""

        def ask(desk) -> list[Gap]:
            from msat.services.gaps import find_gaps

            return find_gaps(desk)

        self.session.read(ask, self.show_gaps, self)

    def show_gaps(self, found: list[Gap]) -> None:
        """Brings the card up to date; what is being written about a gap stays."""
        self.show()
        if found != self.gaps or not self.list.count():
            self.gaps = found
            self._draw()

    def _draw(self) -> None:
        empty(self.list)
        empty(self.state)
        waiting = [gap for gap in self.gaps if gap.explanation is None]
        explained = [gap for gap in self.gaps if gap.explanation is not None]
        said = tr("{waiting:,} to explain").format(waiting=len(waiting)) if waiting else tr("None open")
        self.state.addWidget(tag(said, "amber" if waiting else "green"))
        if not waiting:
            self.list.addWidget(Text(tr("No number is missing from the series known here."), "body"))
        shown = waiting if self._all else waiting[:MOST]
        of_series = Counter((gap.series, gap.year) for gap in waiting)
        heading = None
        for gap in shown:
            if (gap.series, gap.year) != heading:
                heading = (gap.series, gap.year)
                said = tr("{series} {year}: {of_series:,} missing").format(
                    series=gap.series, year=gap.year, of_series=of_series[heading]
                )
                self.list.addWidget(Text(said, "body", strong=True))
            self.list.addWidget(self._gap(gap))
        if len(shown) < len(waiting):
            more = KeyButton(tr("Show all {waiting:,}").format(waiting=len(waiting)), self._show_all, kind="quiet")
            self.list.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        if explained:
            self.list.addWidget(
                Text(
                    tr("Explained: {numbers}").format(numbers=count_words(len(explained), "number")),
                    "body",
                    strong=True,
                )
            )
        for gap in explained if self._all else explained[:MOST]:
            self.list.addWidget(Text(explained_words(gap), "dense", "text_2"))

    def _show_all(self) -> None:
        self._all = True
        self._draw()

    def _gap(self, gap: Gap) -> QFrame:
        frame = card("sunken")
        lines = column(frame, margins="medium", gap="tight")
        line = row(gap="medium")
        texts = column(gap=2)
        if not gap.words.startswith(gap.reference):
            texts.addWidget(Text(gap.reference, "body", strong=True))
        texts.addWidget(Text(tongue.said(gap.words), "body"))
        line.addLayout(texts, 1)
        explain = KeyButton(tr("Explain"), lambda: self.open(gap.reference))
        explain.setAccessibleName(tr("Explain why {reference} is not here").format(reference=gap.reference))
        show(explain, gap.reference != self._open)
        line.addWidget(explain, 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(line)
        if gap.reference == self._open:
            lines.addWidget(ExplainForm(self, gap))
        return frame

    def open(self, reference: str) -> None:
        """Opens the form of one gap; an empty reference closes it."""
        self._open = reference
        self._draw()
        form = self.findChild(ExplainForm)
        if form is not None:
            form.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def save_drafts(self) -> None:
        """Writes what was typed to the disk."""
        try:
            self.session.drafts.save()
        except MsatError as error:
            self.session.tell(error)

    def drafted(self, reference: str) -> str:
        return self.session.drafts.text(f"gap {reference}", "note")


def _reasons(owner: GapsCard) -> dict[str, str]:
    """The reasons to choose from, those of the organisation's own rules among them."""
    from msat.services.gaps import gap_reasons

    desk = owner.session.desk
    return gap_reasons(desk) if desk is not None else dict(REASONS)


class ExplainForm(QFrame):
    """Why a number is not here: a reason, and a note."""

    def __init__(self, owner: GapsCard, gap: Gap) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._owner, self._gap = owner, gap
        lines = column(self, gap="small")
        line = Wrapping(gap=8)
        self.reason = QComboBox()
        self.reason.setAccessibleName(tr("Why {reference} is not here").format(reference=gap.reference))
        for code, words in _reasons(owner).items():
            self.reason.addItem(words, code)
        self.note = QLineEdit(owner.drafted(gap.reference))
        self.note.setAccessibleName(tr("Note about {reference}").format(reference=gap.reference))
        self.note.setPlaceholderText(tr("Note. No patient details."))
        self.note.setMaxLength(4000)
        self.note.setMinimumWidth(look().px(260))
        self.note.textEdited.connect(lambda text: owner.session.drafts.keep(f"gap {gap.reference}", "note", text))
        self.note.editingFinished.connect(owner.save_drafts)
        self.note.returnPressed.connect(self.save)
        for widget in (self.reason, self.note):
            look().dress(widget, "body")
            line.addWidget(widget)
        lines.addLayout(line)
        self.refused = Text("", "body", "red_text")
        self.refused.hide()
        lines.addWidget(self.refused)
        buttons = Wrapping(gap=8)
        self.record = KeyButton(tr("Record the explanation"), self.save, kind="primary")
        buttons.addWidget(self.record)
        buttons.addWidget(KeyButton(tr("Close"), lambda: owner.open(""), kind="quiet"))
        lines.addLayout(buttons)

    def save(self) -> None:
        """Records it; a refusal is shown and the note stays."""
        owner, reference = self._owner, self._gap.reference

        def saved(_changes) -> None:
            owner.session.drafts.keep(f"gap {reference}", "note", "")
            owner._open = ""

        def refused(error: MsatError) -> None:
            self.refused.say(f"{error.explanation} {error.next_step}".strip())

        deed = deeds.explain_gap(reference, self.reason.currentData(), self.note.text().strip())
        owner.session.do(deed, owner, saved, refused)


def explained_words(gap: Gap) -> str:
    """`EL(25)A/50. Not for this kind of organisation. A. Patel, Pharmacist, 20 November 2026 09:12.`"""
    told = gap.explanation
    if told is None:
        return gap.reference
    return f"{gap.reference}. {told.words.rstrip('.')}. {deed_words(told.deed)}."
