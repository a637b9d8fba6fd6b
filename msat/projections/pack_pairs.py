"""One alert in one organisation as a pack shows it: in which state, and whether it is late. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msat.ids import AlertKey
from msat.projections.alert_state import Status
from msat.projections.kpi_model import Basis
from msat.projections.kpi_pairs import Identified, Pair, identified, pairs
from msat.projections.natural_order import natural
from msat.projections.pack_model import Cell, Fact, Matrix, MatrixAlert, MatrixRow
from msat.triage.model import Priority

NO_REPLY = "no reply"
NOT_RECEIVED = "not received"
NOT_ASKED = "not asked"
DEEPEST = (Priority.RED, Priority.AMBER, Priority.GREEN)

ORDER = (
    Status.DONE.value,
    Status.NOT_APPLICABLE.value,
    Status.RECHECK.value,
    Status.IN_HAND.value,
    Status.SECOND_PERSON.value,
    Status.DEFERRED.value,
    Status.OVERDUE.value,
    Status.NOT_ACKNOWLEDGED.value,
    Status.HISTORIC.value,
    Status.SUPERSEDED.value,
    NOT_RECEIVED,
    NO_REPLY,
    NOT_ASKED,
)
"""In which states are told: what is finished, what is in hand, what is not, what is not known."""


def cell(pair: Pair) -> Cell:
    """How one alert stands in one organisation. No reply and not received are states of their own:
    neither late nor done."""
    facts = pair.facts
    if facts is None:
        return Cell(NO_REPLY if pair.organisation.facts is None else NOT_RECEIVED)
    return Cell(facts.status.value, facts.rag, facts.is_late)


def rag_of(alert: Identified) -> Priority | None:
    """The most urgent rating that any organisation gave it."""
    rated = {facts.rag for facts in alert.facts}
    return next((rag for rag in DEEPEST if rag in rated), None)


def by_alert(basis: Basis, alerts: Iterable[Identified]) -> dict[AlertKey, list[Pair]]:
    """The pairs of each alert, by organisation as they stand in `basis`."""
    held: dict[AlertKey, list[Pair]] = {}
    for pair in pairs(basis, alerts):
        held.setdefault(pair.alert.key, []).append(pair)
    return held


def matrix(basis: Basis) -> Matrix:
    """Organisations by alerts. Organisations stand by name, alerts by the day they were received: nobody is ranked.

    Of an organisation that reports on itself alone there is none: whoever calls knows that.
    """
    alerts, _lists = identified(basis)
    asked = sorted((one for one in basis.organisations if one.is_asked), key=lambda one: (natural(one.name), one.ods))
    if not asked or not alerts:
        return Matrix((), ())
    held = {(id(pair.organisation), pair.alert.key): cell(pair) for pair in pairs(basis, alerts)}
    outside = Cell(NOT_ASKED)
    rows = tuple(
        MatrixRow(one.ods, one.name, tuple(held.get((id(one), alert.key), outside) for alert in alerts))
        for one in asked
    )
    return Matrix(tuple(head_of(alert) for alert in alerts), rows)


def head_of(alert: Identified) -> MatrixAlert:
    """What stands above the column of an alert: its reference, else a short title."""
    return MatrixAlert(alert.key, reference_of(alert) or _shortened(alert.title), alert.title, rag_of(alert))


def reference_of(alert: Identified) -> str:
    """The reference that an organisation holding it has for it; empty for a notice without one."""
    return next((facts.reference for facts in alert.facts if facts.reference), "")


def _shortened(title: str, longest: int = 28) -> str:
    plain = " ".join(title.split())
    return plain if len(plain) <= longest else f"{plain[:longest].rpartition(' ')[0] or plain[:longest]} …"


def counted(each: Sequence[Pair]) -> tuple[Fact, ...]:
    """How many organisations are in which state, in the order of `ORDER`, with how many are late."""
    cells = [cell(pair) for pair in each]
    found = Counter(one.word for one in cells)
    late = Counter(one.word for one in cells if one.is_late)
    total = len(cells)
    known = [word for word in ORDER if found[word]]
    return tuple(
        Fact(f"{word[0].upper()}{word[1:]}", f"{found[word]} of {total}", _late_words(word, late[word]))
        for word in known
    )


def _late_words(word: str, late: int) -> str:
    if not late:
        return ""
    closed = word in (Status.DONE.value, Status.NOT_APPLICABLE.value, Status.RECHECK.value)
    if word == Status.OVERDUE.value:
        return "past the deadline"
    return f"{late} of them done after the deadline" if closed else f"{late} of them past the deadline"
