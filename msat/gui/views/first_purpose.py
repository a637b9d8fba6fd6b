"""First run, page 1: what somebody mostly does. It sets the page that MSAT opens at and hides nothing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton

from msat.gui.pieces import Text, column
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.page import Page

PURPOSES = spoken(
    {
        "worklist": (
            later("Look after one practice"),
            later("MSAT opens at the worklist: what waits, and until when."),
        ),
        "oversight": (
            later("Report to a committee"),
            later("MSAT opens at oversight: your practices and their alerts on one board."),
        ),
        "newsletter": (
            later("Write a newsletter"),
            later("MSAT opens at the newsletter: what no issue has told of yet."),
        ),
    }
)


class PurposeStep(Page):
    """`chosen` carries the page that MSAT is to open at."""

    chosen = Signal(str)

    def __init__(self, start_page: str) -> None:
        super().__init__(
            tr("Welcome to MSAT"),
            tr(
                "It brings medicines safety notices in, says what each asks of you, and keeps a permanent record of "
                "what was done. It is not an NHS product."
            ),
        )
        self.lines.setSpacing(look().px("medium"))
        self.lines.addWidget(Text(tr("I mostly …"), "section"))
        self._group = QButtonGroup(self)
        self.choices: dict[str, QRadioButton] = {}
        for page, (label, words) in PURPOSES.items():
            self.lines.addWidget(self._choice(page, label, words))
        self.choices[start_page if start_page in self.choices else "worklist"].setChecked(True)
        self.lines.addWidget(
            Text(tr("Nothing is hidden by it, and Settings, Appearance changes it later."), "dense", "text_2")
        )
        self.lines.addWidget(
            Text(
                tr(
                    "Only looking? The sample holds real alerts' facts and invented answers, needs no network, and "
                    "goes when you close it."
                ),
                "dense",
                "text_2",
            )
        )
        self.lines.addStretch(1)

    def _choice(self, page: str, label: str, words: str) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "clear")
        lines = column(frame, gap=0)
        button = QRadioButton(label)
        button.setAccessibleName(tr("I mostly: {label}").format(label=label))
        button.setAccessibleDescription(words)
        button.setMinimumHeight(look().px("target"))
        look().dress(button, "body", strong=True)
        button.toggled.connect(lambda on, which=page: self.chosen.emit(which) if on else None)
        self.choices[page] = button
        self._group.addButton(button)
        lines.addWidget(button)
        said = Text(words, "dense", "text_2")
        said.setIndent(look().px(28))
        lines.addWidget(said)
        return frame

    @property
    def start_page(self) -> str:
        """The page that MSAT is to open at."""
        return next(page for page, button in self.choices.items() if button.isChecked())

    def first_field(self) -> QRadioButton:
        return self.choices[self.start_page]
