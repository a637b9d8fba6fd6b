"""How long a pack of 100 alerts and 50 practices takes as a sealed, tagged PDF, beside its text alone on a canvas.

The floor draws every string of the same pages straight on a reportlab canvas (`canvas_floor`). Both are measured as
whole processes, imports included, as the budgets of the design are, and as the work alone. Run:
python -m tests.benchmarks.pack_pages [ALERTS [PRACTICES]]. Prints a table in seconds of the processor, tests nothing.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from msat.exports.chart_months import on_time_chart
from msat.exports.document import (
    Block,
    Document,
    Figure,
    Heading,
    Inline,
    PageBreak,
    Paragraph,
    Rag,
    Run,
    Table,
    plain,
)
from msat.exports.page_layout import lay_out
from msat.exports.pages import Pages, Text
from msat.exports.pdf import write_pdf
from msat.exports.seal import Seal, gather
from msat.projections.kpi_model import Share, Times
from msat.projections.kpi_series import Month
from msat.triage.model import Priority
from tests.benchmarks.canvas_floor import drawn_straight
from tests.exports.samples import CUT_OFF, KEY, record_with_alert, signed

REPOSITORY = Path(__file__).resolve().parents[2]
DAY = 86_400
MONTHS = [Month(date(2026, at, 1), Share(at, 12), Times(at, at * DAY, 2 * at * DAY)) for at in range(1, 13)]
WORDS = (
    *("patients", "returned", "the", "recalled", "stock", "checked", "by", "pharmacist", "dispensary", "quarantine"),
    *("supplier", "notice", "batch", "expiry", "tablets", "capsules", "acknowledged", "reported", "branch", "nil"),
)
STATES = ("done", "done", "done", "open", "late", "no reply", "not asked")
URL = "https://www.gov.uk/drug-device-alerts/class-2-medicines-recall"


def pack(alerts: int, practices: int) -> Document:
    """What a pack holds: a chart, every Red alert with its batches, the log in ten fields, the matrix."""
    chance = random.Random(20261122)

    def some(count: int) -> Inline:
        return plain(" ".join(chance.choice(WORDS) for _ in range(count)))

    blocks: list[Block] = [Heading(1, "Assurance pack"), Figure(on_time_chart(MONTHS, "Done by the deadline"))]
    for number in range(alerts // 8):
        batches = tuple(
            (plain("Fingolimod 0.5 mg capsules"), plain(f"4L{at:05}H"), plain("11/2027")) for at in range(20)
        )
        blocks += [Heading(3, f"EL(26)A/{number}"), Paragraph(plain("Red by rule F07, for the notice says so. " * 4))]
        blocks.append(Table(("Product", "Batch", "Expiry"), batches, (3, 1, 1), "Affected", small=True))
    fields = ("Priority", "Title", "Source", "Summary", "Link", "Proposed", "Action taken", "Status", "Due", "Done")
    log = tuple(
        (
            *(Rag(chance.choice(list(Priority))), some(14), some(6), some(30), (Run(URL, link=URL),), some(4)),
            *(some(60), some(2), plain("2 March 2026 12:00"), plain("4 March 2026")),
        )
        for _ in range(alerts)
    )
    shares = (1.1, 2.2, 1.2, 2.2, 1.7, 1.25, 4.4, 1.1, 1.1, 1.15)
    blocks += [PageBreak(True), Heading(2, "Log"), Table(fields, log, shares, small=True)]
    header = ("Practice", *(f"EL(26)A/{number:02}" for number in range(alerts)))
    rows = tuple(
        (plain(f"The Surgery, Number {at} (Y{at:05})"), *(plain(chance.choice(STATES)) for _ in range(alerts)))
        for at in range(practices)
    )
    matrix = Table(header, rows, (4, *(1,) * alerts), "Matrix", True, frozen=1, row_headers=True, turned=True)
    return Document("Assurance pack", (*blocks, Heading(2, "Matrix"), matrix))


def strings_of(pages: Pages) -> list[Any]:
    """Every string of the pages with its place, font and colour."""
    return [
        ((page.width, page.height), [tuple(op)[:6] for mark in page.marks for op in mark.ops if isinstance(op, Text)])
        for page in pages.pages
    ]


def best_of_five(work: Callable[[], bytes]) -> float:
    """Seconds of this process's time on the processor."""
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def whole_process(*arguments: str) -> float:
    """Seconds on the processor of a process of its own, the best of five."""
    best = float("inf")
    for _ in range(5):
        before = os.times()
        subprocess.run([sys.executable, *arguments], check=True, cwd=REPOSITORY)
        after = os.times()
        used = after.children_user - before.children_user + after.children_system - before.children_system
        best = min(best, used)
    return best


def sealed(alerts: int, practices: int) -> tuple[Document, Seal]:
    record = record_with_alert()
    return pack(alerts, practices), gather(record, [signed(record)], "certificate", {"alert": KEY}, CUT_OFF)


def main(alerts: int, practices: int) -> None:
    document, seal = sealed(alerts, practices)
    pages = strings_of(lay_out(seal.closed(document), seal.footer()))
    strings = sum(len(page) for _size, page in pages)
    print(f"{alerts} alerts, {practices} practices: {len(pages)} pages, {strings:,} strings")
    sizes = len(drawn_straight(pages)), len(write_pdf(document, seal))
    work = best_of_five(lambda: drawn_straight(pages)), best_of_five(lambda: write_pdf(document, seal))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "strings.json"
        file.write_text(json.dumps(pages), encoding="utf-8")
        floor = whole_process(str(Path(__file__).with_name("canvas_floor.py")), str(file))
    whole = floor, whole_process("-m", "tests.benchmarks.pack_pages", "--once", str(alerts), str(practices))
    print(f"{'':<42} {'whole process':>18} {'work alone':>18} {'size':>10}")
    for at, name in enumerate(("floor: the same text on a bare canvas", "sealed, tagged PDF/A-3a and PDF/UA-1")):
        both = "".join(f" {one[at]:8.2f} s  {one[at] / one[0]:4.1f} x" for one in (whole, work))
        print(f"{name:<42}{both} {sizes[at] / 1024:7,.0f} KB")


if __name__ == "__main__":
    given = [int(value) for value in sys.argv[1:] if value != "--once"]
    counts = (*given, *(100, 50)[len(given) :])
    if "--once" in sys.argv:
        write_pdf(*sealed(*counts))
    else:
        main(*counts)
