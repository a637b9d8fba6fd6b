"""A recommended action: what to do here, in words that name the check, and how it is answered. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AnswerKind(StrEnum):
    """How an action is answered in place."""

    DONE = "done"
    """yes / no / not answered, with a note and the date it was done."""
    PLACES = "places"
    """per place: nil, or quantity and batch; the action follows from its places."""
    COUNT = "count"
    """a number (patients found, packs returned), nil being 0."""
    FUNNEL = "funnel"
    """the search funnel: found, active, at_higher_risk, reviewed, changed, unchanged_with_reason."""
    ACKNOWLEDGE = "acknowledge"
    APPLIES = "applies"
    SIGN_OFF = "sign-off"


@dataclass(frozen=True, slots=True)
class RecommendedAction:
    """One action for one alert and one kind of organisation."""

    code: str
    """A01 to A30 of the catalogue."""
    text: str
    """As shown to the person and as kept in the record: verb first, naming product and batches where known."""
    answer: AnswerKind
    due: datetime | None
    help: str = ""
    words: str = ""
    """The notice's words that the action rests on, where there are any."""
    places: tuple[str, ...] = ()
    required: bool = True
    """Sign-off names a required action that has no answer."""
