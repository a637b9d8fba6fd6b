"""Packs as they come from a record, made with the plain constructors: an ordinary one, an empty one, a country's."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msat.ids import EntryId, LogId
from msat.projections.alert_state import Status
from msat.projections.cut import LogCut
from msat.projections.funnel import Counted, funnel
from msat.projections.kpi_definitions import DEFINITIONS
from msat.projections.kpi_model import Kpi, LeftOut, Part, Share, Times
from msat.projections.kpi_series import Month
from msat.projections.log import LogRow
from msat.projections.pack_model import (
    Cell,
    Cover,
    Exceptional,
    ExceptionGroup,
    Fact,
    Late,
    Matrix,
    MatrixAlert,
    MatrixRow,
    NotRelevant,
    OutlierLine,
    Pack,
    RedAlert,
    Signatory,
    SourceLine,
)
from msat.projections.spc import Better, spc
from msat.triage.model import Priority

CUT = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
FIRST, LAST = date(2025, 11, 1), date(2026, 10, 31)
RAGS = (Priority.RED, Priority.AMBER, Priority.GREEN)
WORDS = (*(status.value for status in Status), "not received", "no reply", "not asked")
LOG = LogId("7c1e" * 8)


def cover(number: str = "Y00000-P0003") -> Cover:
    """The front of a committee's third pack."""
    author = Signatory("Demo Pharmacist", "medicines safety lead")
    return Cover(number, "Demo Committee", "Y00000", "committee", FIRST, LAST, CUT, author, previous="Y00000-P0002")


def kpis() -> tuple[Kpi, ...]:
    """Ten indicators, each value of its kind, with shares that only seem to be all or nothing."""
    values: dict[str, Share | Times | int] = {
        "K1": 51,
        "K2": Share(51, 51),
        "K3": Share(38, 51),
        "K4": Share(36, 51),
        "K5": Share(2391, 2400),
        "K6": Share(1, 8),
        "K7": Share(1, 400),
        "K8": Times(41, 10_800, 216_000),
        "K9": Share(0, 0),
        "K10": 0,
    }
    parts = (Part("Red", Share(29, 200)), Part("Time to acknowledge", Times(9, 5_400, None)), Part("Two sources", 7))
    left = (LeftOut("no reply", 12), LeftOut("historic", 0))
    return tuple(
        Kpi(DEFINITIONS[code], value, parts if code in ("K6", "K8") else (), left if code == "K6" else ())
        for code, value in values.items()
    )


def months() -> tuple[Month, ...]:
    """Twelve months, one without anything to count."""
    found = []
    for at in range(12):
        first = date(2025 + (10 + at) // 12, (10 + at) % 12 + 1, 1)
        counted = 0 if at == 4 else 6 + at
        closed = 12 if at % 3 else 3
        times = Times(closed, 86_400 * (2 + at % 4), 86_400 * (6 + at) if closed >= 10 else None)
        found.append(Month(first, Share(max(0, counted - at % 3), counted), times if counted else Times(0, None, None)))
    return tuple(found)


def matrix(practices: int, alerts: int) -> Matrix:
    """Every state once at least; the cells of a whole country are few and shared."""
    cells = [Cell(word, rag, word == "overdue") for word in WORDS for rag in RAGS]
    cells.append(Cell("done", Priority.RED, is_late=True))
    rows = tuple(
        MatrixRow(f"Y{at:05}", f"Demo Surgery {at}", tuple(cells[(at * 7 + n * 3) % len(cells)] for n in range(alerts)))
        for at in range(practices)
    )
    heads = tuple(
        MatrixAlert(f"EL(26)A/{n:02}", f"EL(26)A/{n:02}", f"Class 2 recall number {n}", RAGS[n % 3])
        for n in range(alerts)
    )
    return Matrix(heads, rows)


def log_rows(count: int) -> tuple[LogRow, ...]:
    states = ("Done", "Overdue", "In hand", "Deferred until 3 May 2026 (stock; approver A. Patel)", "Not applicable")
    return tuple(
        LogRow(
            title=f"Class 2 Medicines Recall: Fingolimod Zentiva 0.5 mg Capsules, EL(26)A/{n:02}",
            source_and_date="GOV.UK alerts, 20 August 2026",
            summary="The affected batch may hold capsules of another strength.",
            link="https://www.gov.uk/drug-device-alerts/demo",
            proposed_action="Newsletter\nPractice audit or search",
            action_taken="A04 Quarantine the stock: yes (3), Demo Pharmacist, 21 August 2026",
            status=states[n % len(states)],
            action_due_date="22 August 2026 14:21",
            date_completed="20 August 2026" if n % 5 == 0 else "",
            priority=("Red", "Amber", "Green", "Not rated")[n % 4],
        )
        for n in range(count)
    )


def reds() -> tuple[RedAlert, ...]:
    header = ("Product", "Batch", "Expiry")
    rows = tuple(("Fingolimod Zentiva 0.5 mg Capsules", f"4L{1372 + n:05}H", "11/2027") for n in range(40))
    first = RedAlert(
        "EL(26)A/37",
        "EL(26)A/37",
        "Class 2 Medicines Recall: Fingolimod Zentiva 0.5 mg Capsules",
        ("A Class 2 recall at pharmacy level concerns whoever holds stock.", "This practice dispenses."),
        "22 August 2026 14:21",
        rows,
        header,
        (Fact("A03 Check stock", "nil in 4 of 5 places", "21 August 2026"), Fact("A25 Sign off", "yes")),
        (Fact("done", "38 of 50"), Fact("no reply", "4 of 50")),
        "https://www.gov.uk/drug-device-alerts/demo",
        "20 August 2026",
    )
    return (first, RedAlert("K", "NatPSA/2026/004/MHRA", "Adrenaline pens", ("NatPSA.",), "at once", ()))


def counts(practices: int) -> tuple[Counted, ...]:
    """Many near the average; one far below it, one above."""
    made = [
        Counted(f"Y{at:05}", f"Demo Surgery {at}", 8 + at % 40 - at % 40 // 5, 10 + at % 40) for at in range(practices)
    ]
    if practices > 10:
        made[3] = Counted("Y00003", "Demo Surgery 3", 9, 40)
        made[7] = Counted("Y00007", "Demo Surgery 7", 0, 0)
    return tuple(made)


def pack(practices: int = 50, alerts: int = 100) -> Pack:
    """An ordinary pack of a committee."""
    values = [(f"{1 + at} Mar 2026", float(3 + at % 5)) for at in range(16)] + [("20 Mar 2026", 24.0)]
    made = funnel(counts(practices), "alerts done by their deadline")
    groups = (
        ExceptionGroup(
            "Red alerts not done by their deadline",
            "No Red alert was late.",
            (
                Exceptional("EL(26)A/37 fingolimod: not done by its deadline", "Demo Surgery 3 (Y00003)",
                            "due 22 August 2026 14:21", "one place not checked", Priority.RED),
            ),
            more=12,
        ),
        ExceptionGroup("Harm found", "No harm was reported."),
    )  # fmt: skip
    return Pack(
        cover(),
        ("Based on returns from 46 of 50 practices.",),
        ("4 practices have sent nothing.",),
        practices,
        max(0, practices - 4),
        (Fact("Alerts received", "100"), Fact("Red", "12 of 100 (12%)", "one withdrawn")),
        ("Agree the action plan.",),
        groups,
        kpis(),
        months(),
        spc(values, Better.DOWN, "days", floor=0),
        reds(),
        log_rows(min(alerts, 100)),
        matrix(practices, alerts),
        made,
        tuple(
            OutlierLine(p.counted.id, p.counted.name, Share(p.counted.numerator, p.counted.denominator), p.place.value,
                        "nothing recorded yet")
            for p in made.outside
        ),
        (SourceLine("GOV.UK alerts", "working", CUT), SourceLine("Drug Safety Update", "silent", None, "since May")),
        (Fact("EL(26)A/38", "missing", "nobody has explained why"),),
        (NotRelevant("EL(26)A/40", "Hospital only", "Demo Surgery (Y00000)", "not prescribed here", Priority.AMBER),),
        (Fact("F07", "48 hours from issue", "version 2026.11.1"),),
        (Late("Y00003", "EL(26)A/37", "Stock checked", CUT, CUT, "e" * 64),),
        (
            LogCut(LOG, "Y00000", "Demo Committee", "committee", 812, EntryId("ab" * 32), True),
            LogCut(LogId("1f" * 16), "Y00003", "Demo Surgery 3", "gp-practice", 96, EntryId("cd" * 32), False, "fork"),
        ),
    )  # fmt: skip


def empty_pack() -> Pack:
    """A pack of a period in which nothing happened, over no organisation at all."""
    return Pack(
        cover(), ("Nothing to assure.",), (), 0, 0, (), (), (), (), (), spc(()), (), (), Matrix((), ()), funnel(()),
        (), (), (), (), (), (), (),
    )  # fmt: skip
