"""How a state of one alert in one organisation is shown: a word, a symbol and a colour together, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable

from msat.exports.document import Run, Runs, Table, plain
from msat.projections.alert_state import Status
from msat.projections.pack_model import Cell
from msat.projections.pack_pairs import NO_REPLY, NOT_ASKED, NOT_RECEIVED

LATE = ", late"
TOGETHER = "\N{NO-BREAK SPACE}"
"""Between the symbol and its word, so that no line parts them."""

LOOKS = {
    Status.DONE.value: ("✓", "done", "good"),
    Status.NOT_APPLICABLE.value: ("×", "n/a", "muted"),
    Status.RECHECK.value: ("○", "again", "warning"),
    Status.IN_HAND.value: ("…", "in hand", ""),
    Status.SECOND_PERSON.value: ("◇", "2nd", "warning"),
    Status.DEFERRED.value: ("→", "put off", "warning"),
    Status.OVERDUE.value: ("!", "overdue", "danger"),
    Status.NOT_ACKNOWLEDGED.value: ("□", "not seen", "warning"),
    Status.HISTORIC.value: ("◆", "historic", "muted"),
    Status.SUPERSEDED.value: ("▼", "replaced", "muted"),
    NOT_RECEIVED: ("∅", "not received", "muted"),
    NO_REPLY: ("?", "no reply", "warning"),
    NOT_ASKED: ("–", "not asked", "muted"),
}
"""Symbol, short word and tone of each state."""

MEANINGS = {
    Status.DONE.value: "Signed off by everybody it needed; “late” where that was after its deadline.",
    Status.NOT_APPLICABLE.value: "Judged not to apply there, with a reason.",
    Status.RECHECK.value: "Done; a search is to be run again by now.",
    Status.IN_HAND.value: "Acknowledged, its deadline not past.",
    Status.SECOND_PERSON.value: "One person has signed a Red; a second has not.",
    Status.DEFERRED.value: "Put off until a day, with an approver.",
    Status.OVERDUE.value: "Its deadline has passed and it is not done.",
    Status.NOT_ACKNOWLEDGED.value: "Received there; nobody has acknowledged it.",
    Status.HISTORIC.value: "Its deadline had passed before it came there: to be reviewed, never overdue.",
    Status.SUPERSEDED.value: "Another alert has taken its place.",
    NOT_RECEIVED: "Their record came and does not hold this alert: neither late nor done.",
    NO_REPLY: "Nothing came from them: what they did is not known, neither late nor done.",
    NOT_ASKED: "Not open on the day that the alert was received.",
}


def shown(cell: Cell) -> Runs:
    """A cell of the matrix."""
    symbol, word, tone = LOOKS.get(cell.word, ("?", cell.word, "warning"))
    is_late = cell.is_late and cell.word != Status.OVERDUE.value
    text = f"{symbol}{TOGETHER}{word}{LATE if is_late else ''}"
    return (Run(text, bold=is_late, tone="danger" if is_late else tone),)


def key_to(cells: Iterable[Cell]) -> Table:
    """What the words and symbols of these cells mean, those only that are used."""
    used = {cell.word for cell in cells}
    rows = tuple(
        (shown(Cell(word)), plain(f"{word[0].upper()}{word[1:]}"), plain(MEANINGS[word]))
        for word in LOOKS
        if word in used
    )
    return Table(("Shown as", "State", "What it means"), rows, (1.2, 1.8, 5), "Key", small=True, row_headers=True)
