"""What a list of alerts is narrowed by, beside the search: priority, status, kind of notice. Knows no list.

The widget that holds them; what is asked for is read from `rag`, `status_chosen` and `family_chosen`.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from msat.alerts.model import Family
from msat.gui import words
from msat.gui.marks import mark_icon
from msat.gui.pieces import Wrapping
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.projections.alert_state import Status
from msat.triage.model import Priority


class ListFilters(QWidget):
    """`changed` whenever a person chose something else."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        line = Wrapping(gap=6)
        self.setLayout(line)
        self.chips: dict[Priority, QPushButton] = {}
        for rag in Priority:
            self.chips[rag] = self._chip(rag)
            line.addWidget(self.chips[rag])
        self.status = self._choice(tr("Show only this status"), tr("Any status"))
        for status in Status:
            self.status.addItem(words.status_words(status), status)
        self.family = self._choice(tr("Show only this kind of notice"), tr("Any kind"))
        for family in sorted(Family, key=lambda one: words.family_words(one.value).casefold()):
            self.family.addItem(words.family_words(family.value), family.value)
        for choice in (self.status, self.family):
            choice.currentIndexChanged.connect(lambda _at: self.changed.emit())
            line.addWidget(choice)

    def _chip(self, rag: Priority) -> QPushButton:
        chip = QPushButton(words.rag_word(rag))
        chip.setCheckable(True)
        chip.setProperty("kind", "chip")
        chip.setAccessibleName(tr("Show only {rag_word}").format(rag_word=words.rag_word(rag)))
        chip.clicked.connect(lambda on: self._chip_clicked(rag, on))
        look().dress(chip, "dense")
        return chip

    @staticmethod
    def _choice(name: str, anything: str) -> QComboBox:
        choice = QComboBox()
        choice.setAccessibleName(name)
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(round(len(anything) * 0.8))
        look().dress(choice, "dense")
        choice.addItem(anything, None)
        choice.view().setMinimumWidth(look().px(250))
        return choice

    def _chip_clicked(self, rag: Priority, on: bool) -> None:
        for other, chip in self.chips.items():
            chip.setChecked(on and other is rag)
        self.changed.emit()

    def draw_icons(self) -> None:
        """Draws the marks of the priorities in the colours and the size of now."""
        side = look().px(16)
        for rag, chip in self.chips.items():
            chip.setIcon(mark_icon(rag, side))
            chip.setIconSize(QSize(side, side))

    @property
    def rag(self) -> Priority | None:
        return next((rag for rag, chip in self.chips.items() if chip.isChecked()), None)

    @property
    def status_chosen(self) -> Status | None:
        return Status(chosen) if (chosen := self.status.currentData()) else None

    @property
    def family_chosen(self) -> str | None:
        chosen = self.family.currentData()
        return str(chosen) if chosen else None

    @property
    def is_on(self) -> bool:
        """Whether anything is left out."""
        return bool(self.rag or self.status_chosen or self.family_chosen)

    def clear(self) -> None:
        """Back to everything; tells nobody."""
        for chip in self.chips.values():
            chip.setChecked(False)
        for choice in (self.status, self.family):
            choice.blockSignals(True)
            choice.setCurrentIndex(0)
            choice.blockSignals(False)
