"""The numbers of a patient search, checked while they are typed: no part is larger than its whole, and sums add up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from msat.errors import Refused
from msat.gui.pieces import Text, Wrapping, column
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.particulars import number_field

STEPS = spoken(
    (
        ("found", later("Found by the search")),
        ("active", later("Still taking it")),
        ("at_higher_risk", later("At higher risk")),
        ("reviewed", later("Reviewed")),
        ("changed", later("Changed")),
        ("unchanged_with_reason", later("Unchanged, with a reason")),
    )
)
LABELS = spoken(dict(tuple.__iter__(STEPS)))
REASON = "unchanged_reason"
SEARCH = "search"


class FunnelFields(QFrame):
    """Six numbers, why some were left unchanged, and the name of the search. `typed` says field and text."""

    typed = Signal(str, str)
    entered = Signal()

    def __init__(self, what: str, draft: Callable[[str], str] = lambda _field: "") -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        lines = column(self, gap="small")
        across = Wrapping(gap=12)
        self.fields: dict[str, QLineEdit] = {}
        for step, label in STEPS:
            field = number_field(tr("{label}, number of patients").format(label=label))
            across.addWidget(self._captioned(label, step, field, draft))
            self.fields[step] = field
        lines.addLayout(across)
        self.sums = Text("", "dense", "amber_text")
        self.sums.hide()
        lines.addWidget(self.sums)
        self.reason = QLineEdit()
        self.reason.setAccessibleName(tr("Why some were left unchanged, {what}").format(what=what))
        self.reason.setMaxLength(4000)
        self.reason_part = self._captioned(tr("Why some were left unchanged"), REASON, self.reason, draft)
        lines.addWidget(self.reason_part)
        self.search = QLineEdit()
        self.search.setAccessibleName(tr("Name of the search, {what}").format(what=what))
        self.search.setMaxLength(200)
        lines.addWidget(
            self._captioned(tr("Name of the search, as in the clinical system"), SEARCH, self.search, draft)
        )
        self.check()

    def _captioned(self, label: str, name: str, field: QLineEdit, draft: Callable[[str], str]) -> QFrame:
        part = QFrame()
        part.setProperty("kind", "clear")
        lines = column(part, gap="tight")
        caption = Text(label, "meta", "text_2")
        caption.setWordWrap(False)
        caption.setBuddy(field)
        field.setText(draft(name))
        field.textEdited.connect(lambda text: self._edited(name, text))
        field.returnPressed.connect(self.entered)
        lines.addWidget(caption)
        lines.addWidget(field)
        return part

    def _edited(self, name: str, text: str) -> None:
        self.typed.emit(name, text)
        self.check()

    def numbers(self) -> dict[str, int]:
        """The steps that are filled in."""
        return {step: int(field.text()) for step, field in self.fields.items() if field.text().strip()}

    def check(self) -> bool:
        """Says at once what cannot be right; True when the numbers may be recorded."""
        said = wrong_words(self.numbers(), self.reason.text())
        self.sums.say(said)
        self.reason_part.setVisible(bool(self.numbers().get("unchanged_with_reason")) or bool(self.reason.text()))
        return not said

    def clear(self) -> None:
        """Empty again, drafts too."""
        for name, field in (*self.fields.items(), (REASON, self.reason), (SEARCH, self.search)):
            field.clear()
            self.typed.emit(name, "")
        self.check()

    def show_known(self, known: dict[str, int]) -> None:
        """What stands, in grey where nothing is typed."""
        for step, field in self.fields.items():
            field.setPlaceholderText(str(known[step]) if known.get(step) is not None else "")


def wrong_words(numbers: dict[str, int], reason: str) -> str:
    """What does not add up so far; a reason still to be given is asked for, not refused."""
    if not numbers:
        return ""
    from msat.services.count import FUNNEL, check_order

    counts = {step: numbers.get(step) for step in FUNNEL}
    try:
        check_order(counts)
    except Refused as refused:
        return str(refused)
    reviewed, changed, same = (counts[step] for step in ("reviewed", "changed", "unchanged_with_reason"))
    if reviewed is not None and changed is not None and same is not None and changed + same != reviewed:
        left = reviewed - changed - same
        if left < 0:
            return tr("Changed and unchanged together are {changed}: more than the {reviewed} reviewed.").format(
                changed=changed + same, reviewed=reviewed
            )
        return tr(
            "{left} of the {reviewed} reviewed are neither changed nor unchanged: say why in the note, or correct it."
        ).format(left=left, reviewed=reviewed)
    if same and not reason.strip():
        return tr("Say why they were left unchanged.")
    return ""


def funnel_words(funnel: dict[str, int]) -> str:
    """`Found by the search 12. Still taking it 9.`"""
    return " ".join(f"{label} {funnel[step]:,}." for step, label in STEPS if funnel.get(step) is not None)
