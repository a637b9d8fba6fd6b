"""Everything that an assurance pack says, in its order, as plain values: what PDF, HTML, workbook and JSON all show.

`pack.py` computes it from the record as at a cut; the writers decide only how it looks. Every text is plain text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from msat.projections.cut import LogCut
from msat.projections.funnel import Funnel
from msat.projections.kpi_model import Kpi, Share
from msat.projections.kpi_series import Month
from msat.projections.log import LogRow
from msat.projections.spc import Spc
from msat.triage.model import Priority


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who wrote, reviewed or approved it. An empty name: nobody yet, which the page says."""

    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """Whose pack this is and of which time."""

    number: str
    """As “Y00000-P0003”: the ODS code and a running number that no other pack of the record has."""
    organisation: str
    ods: str
    kind: str
    first: date
    last: date
    """The period, London days, both included."""
    cut_off: datetime
    author: Signatory
    reviewer: Signatory = Signatory()
    approver: Signatory = Signatory()
    previous: str = ""
    """The number of the pack before; empty for the first."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list of facts: what, its value in words, and where more is said or why it is so."""

    what: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Exceptional:
    """One thing that a committee must know before anything else."""

    what: str
    """As “EL(26)A/37 fingolimod: not done by its deadline”. Never a sentence that blames."""
    who: str
    """The organisation, with its ODS code."""
    since: str
    """In words: when it was due, until when it is put off, since when nothing came."""
    note: str = ""
    rag: Priority | None = None


@dataclass(frozen=True, slots=True)
class ExceptionGroup:
    """Exceptions of one sort. An empty group says so in `none`: that nothing was found is a statement too."""

    title: str
    none: str
    lines: tuple[Exceptional, ...] = ()
    more: int = 0
    """How many further ones are not listed here; all are in the workbook."""


@dataclass(frozen=True, slots=True)
class RedAlert:
    """A Red alert of the period with what was done."""

    key: str
    reference: str
    title: str
    why: tuple[str, ...]
    """The reasons of its priority, with the notice's own words."""
    due: str
    affected: tuple[tuple[str, ...], ...]
    """Its batch table: rows in the order of `affected_header`; empty where the notice gives none."""
    affected_header: tuple[str, ...] = ()
    done: tuple[Fact, ...] = ()
    """The actions and what was answered here."""
    practices: tuple[Fact, ...] = ()
    """For a committee: how many organisations are in which state."""
    url: str = ""
    issued: str = ""
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One alert in one organisation. `word` is a Status in words, “not received”, “no reply” or “not asked”."""

    word: str
    rag: Priority | None = None
    is_late: bool = False
    """Not done by its deadline at the cut-off, or done after it."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One organisation of the matrix."""

    ods: str
    name: str
    cells: tuple[Cell, ...]
    """One for each alert, in the order of `Matrix.alerts`."""


@dataclass(frozen=True, slots=True)
class MatrixAlert:
    """One alert of the matrix: what stands above its column."""

    key: str
    reference: str
    """Its reference; for one without, a short title."""
    title: str
    rag: Priority | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Organisations by alerts, by name: nobody is ranked."""

    alerts: tuple[MatrixAlert, ...]
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class OutlierLine:
    """An organisation outside a limit of the funnel, and what has come of it."""

    ods: str
    name: str
    counted: Share
    place: str
    """As `funnel.Place` says it."""
    response: str
    """Preview shown, letter issued, reply recorded: with dates, or “nothing recorded yet”."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source of notices as it stood at the cut-off."""

    name: str
    state: str
    last_reached: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotRelevant:
    """An alert judged not to apply, by whom and why."""

    reference: str
    title: str
    who: str
    reason: str
    rag: Priority | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """An entry recorded after the cut-off of the pack before, about something done in that pack's period."""

    ods: str
    alert: str
    what: str
    happened: datetime
    recorded: datetime
    entry: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole pack. `statement` begins with what is assured and ends with its limits, each a sentence."""

    cover: Cover
    statement: tuple[str, ...]
    limits: tuple[str, ...]
    """What the statement does not cover, worked out from the data: missing returns, silent sources, gaps, clocks."""
    asked: int
    replied: int
    counts: tuple[Fact, ...]
    decisions: tuple[str, ...]
    """What the committee is asked to decide."""
    exceptions: tuple[ExceptionGroup, ...]
    kpis: tuple[Kpi, ...]
    months: tuple[Month, ...]
    to_close: Spc
    """Time to close each alert, in days."""
    reds: tuple[RedAlert, ...]
    log: tuple[LogRow, ...]
    matrix: Matrix
    funnel: Funnel
    outliers: tuple[OutlierLine, ...]
    sources: tuple[SourceLine, ...]
    gaps: tuple[Fact, ...]
    not_relevant: tuple[NotRelevant, ...]
    rules: tuple[Fact, ...]
    """Changes to the rules in the period."""
    late: tuple[Late, ...]
    logs: tuple[LogCut, ...]
