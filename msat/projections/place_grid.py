"""The places of a stock check as rows of a grid filled by keyboard, and a round of checks in one sentence. Pure.

A row that nobody has filled in stays "not checked": nothing is taken for nil by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from msat.clock import london, say_date, say_moment, say_time
from msat.projections.alert_state import NIL, NOT_CHECKED, ActionState

QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one place. `quantity` and `batch` go with the result "quantity"."""

    place: str
    result: str
    quantity: int | None = None
    batch: str = ""

    @property
    def words(self) -> str:
        """ "Hub: 3, batch TX1001", "Hub: nil"."""
        if self.result != QUANTITY:
            return f"{self.place}: {self.result}"
        batch = f", batch {self.batch}" if self.batch else ", batch not given"
        return f"{self.place}: {self.quantity}{batch}"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One row of the grid. `time` is when the place was looked into (UTC), None where nobody has."""

    place: str
    result: str = NOT_CHECKED
    quantity: int | None = None
    batch: str = ""
    time: datetime | None = None
    initials: str = ""
    by: str = ""

    @property
    def is_checked(self) -> bool:
        return self.result != NOT_CHECKED

    @property
    def wrong(self) -> str:
        """What does not fit in what was typed into the row; empty when it can be recorded."""
        if self.result == QUANTITY and not self.quantity:
            return f"{self.place}: give the number of packs, or nil."
        if self.result != QUANTITY and (self.quantity or self.batch):
            return f"{self.place}: a number or a batch stands beside “{self.result}”."
        return ""


def grid(action: ActionState) -> tuple[PlaceRow, ...]:
    """The rows of a stock check: every place asked for or checked, each with what stands for it."""
    return tuple(
        PlaceRow(
            check.place,
            check.result,
            check.quantity,
            check.batch,
            check.deed.happened if check.deed else None,
            check.initials,
            check.deed.by if check.deed else "",
        )
        for check in action.places
    )


def rest_nil(rows: Sequence[PlaceRow]) -> tuple[PlaceRow, ...]:
    """The rows with "nil" in each that is not checked yet: what one key does."""
    return tuple(row if row.is_checked else replace(row, result=NIL) for row in rows)


def typed(row: PlaceRow, text: str, batch: str = "") -> PlaceRow:
    """The row with what was typed into it: `n`, `nil` or 0 is nil, a number a quantity, nothing is not checked.

    Anything else is a quantity that is missing, which `wrong` says.
    """
    text = text.strip().casefold()
    if text in ("n", NIL, "0"):
        return replace(row, result=NIL, quantity=None, batch=batch.strip())
    if not text:
        return replace(row, result=NOT_CHECKED, quantity=None, batch=batch.strip())
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
    return replace(row, result=QUANTITY, quantity=number, batch=batch.strip())


def changed(before: Sequence[PlaceRow], after: Sequence[PlaceRow]) -> dict[str, tuple[str, int | None, str]]:
    """What is to be recorded: {place: (result, quantity, batch)} of each row that was filled in or filled in anew."""
    was = {row.place: (row.result, row.quantity, row.batch) for row in before}
    now = {row.place: (row.result, row.quantity, row.batch) for row in after}
    nothing = (NOT_CHECKED, None, "")
    return {place: found for place, found in now.items() if found != was.get(place, nothing)}


def round_words(found: Sequence[Finding], at: datetime, initials: str = "", today: datetime | None = None) -> str:
    """A round of checks in one sentence: "Checked 7 places, nil in all, 09:40, AP."

    The time of day alone stands where `today` is of the same London day, or is not given; midnight is a day without
    a time.
    """
    checked = [one for one in found if one.result != NOT_CHECKED]
    is_today = today is None or london(at).date() == london(today).date()
    has_time = london(at).time() != time()
    when = (say_time(at) if is_today else say_moment(at)) if has_time else say_date(at)
    stock = [one for one in checked if one.result == QUANTITY]
    many = f"{len(checked)} place{'' if len(checked) == 1 else 's'}"
    if not stock:
        result = "nil in all" if len(checked) > 1 else "nil"
    else:
        nil = len(checked) - len(stock)
        result = f"nil in {nil}, " if nil else ""
        result += f"stock in {len(stock)} ({'; '.join(one.words for one in stock)})"
    left = [one.place for one in found if one.result == NOT_CHECKED]
    rest = f" Not checked: {', '.join(left)}." if left else ""
    who = f", {initials}" if initials else ""
    return f"Checked {many}, {result}, {when}{who}.{rest}" if checked else f"Checked no place.{rest}"
