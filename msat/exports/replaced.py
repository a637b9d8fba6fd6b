"""What an export says of an alert that another has taken the place of: the link, and the evidence carried forward.

The evidence stays with the alert it was recorded for; here it is told again, line by line, with its entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msat.clock import say_date, say_moment
from msat.exports.document import Block, Bullets, Heading, Paragraph, plain
from msat.exports.wording import quoted, status_words
from msat.projections.alert_state import AlertState, HistoryLine, Superseded

_DEEDS = frozenset(
    {
        "alert.acknowledged",
        "applicability.decided",
        "action.answered",
        "place.checked",
        "search.counted",
        "alert.signed_off",
        "alert.reopened",
        "entry.corrected",
    }
)


def replaced_by_words(link: Superseded) -> str:
    """ "Replaced by NatPSA/2024/001/DHSC on 3 January 2024: ..." and whether a person opened it again."""
    said = f" The notice says: {quoted(link.words)}." if link.words else ""
    opened = "" if link.stands else " A person has opened it again since."
    return f"Replaced by {link.reference or link.by}, recorded {say_date(link.recorded)}.{said}{opened}"


def carried_forward(replaced: Sequence[AlertState], as_at: datetime) -> Iterator[Block]:
    """What was recorded for the alerts whose place this one took."""
    for older in replaced:
        name = older.reference or older.title
        yield Heading(2, f"Recorded for {name}, which this alert replaces")
        state = status_words(older, as_at)
        yield Paragraph(plain(f"State of that alert: {state}. Its entries stand in the same record."))
        lines = [_line(line) for line in _done(older.history)]
        if lines:
            yield Bullets(tuple(plain(line) for line in lines))
        else:
            yield Paragraph(plain("Nothing was recorded for it."))


def _done(history: Iterable[HistoryLine]) -> list[HistoryLine]:
    return [line for line in history if line.type in _DEEDS]


def _line(line: HistoryLine) -> str:
    struck = f" Struck out: {line.struck}." if line.struck else ""
    return f"{say_moment(line.happened)}, {line.by} ({line.role}): {line.text} (entry {line.seq}){struck}"
