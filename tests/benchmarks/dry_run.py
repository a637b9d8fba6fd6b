"""How long a dry run of local rules takes over 1,000 alerts, beside deciding each of their notices once, in memory.

Run: python -m tests.benchmarks.dry_run [ALERTS]. Prints a table, tests nothing.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msat import bootstrap
from msat.clock import FixedClock
from msat.places import places
from msat.record.organisation import Organisation
from msat.services.desk import Desk, Person
from msat.services.intake import Intake
from msat.services.tailor_adopt import adopt
from msat.services.tailor_apply import apply_to_open
from msat.services.tailor_drafts import empty_pack
from msat.services.tailor_dry_run import dry_run
from msat.triage.decide import decide
from msat.triage.model import OrganisationKind
from msat.triage.overlay import Entry
from tests.notices import SOURCE, recall

PERSON = Person("Demo Pharmacist", "practice pharmacist")
DAY = date(2026, 11, 21)
RULES = (
    Entry("F09", "A large stock.", {"priority": {"dispensing-practice": "red"}}),
    Entry(
        "L01",
        "Ours.",
        {
            "name": "Ours",
            "when": {"families": ["medicines-recall"], "says": [r"\bTestafil\d*7\b"]},
            "priority": "red",
            "limit": {"from": "class"},
            "actions": ["A01", "A02", "A03", "A25"],
        },
    ),
)


def main(alerts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        where, clock = places(Path(folder)), FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
        bootstrap.create_profile(where, Organisation("Test Surgery", "Y00001", "dispensing-practice"), clock)
        desk = bootstrap.open_desk(where, clock)
        fill(desk, alerts)
        notices = [(s, desk.views.notice(s.key)) for s in desk.views.states()]
        start = time.perf_counter()
        for state, notice in notices:
            assert notice is not None
            decide(notice, desk.knowledge.rules, OrganisationKind.DISPENSING_PRACTICE, state.received)
        floor = time.perf_counter() - start
        pack = replace(empty_pack(desk), rules=RULES)
        rows = [("floor: each notice decided once", floor)]
        start = time.perf_counter()
        run = dry_run(desk, pack)
        rows.append((f"dry run: {run.changed} of {run.of} differ", time.perf_counter() - start))
        adopt(desk, PERSON, "Measured.", run.seen, pack)
        start = time.perf_counter()
        changed = apply_to_open(desk, PERSON, "Measured.")
        rows.append((f"apply: {len(changed.entries)} decided again and recorded", time.perf_counter() - start))
        desk.close()
    for name, seconds in rows:
        print(f"{name:<48} {seconds:7.2f} s  {seconds / floor:5.1f} x")


def fill(desk: Desk, alerts: int) -> None:
    """Recalls of three classes, with a page of words each, issued over the last 300 days."""
    intake = Intake(desk, SOURCE, PERSON)
    for n in range(alerts):
        batches = tuple((f"TX{n}{k}", "11/2027") for k in range(8))
        issued, product = DAY - timedelta(days=n % 300), f"Testafil{n} 10 mg tablets"
        item = recall(f"EL(26)A/{100 + n}", class_=n % 3 + 2, product=product, issued=issued, batches=batches)
        intake.take(replace(item, html=f"{item.html}<p>{'Words of the notice that fill a page. ' * 60}</p>"))
    intake.record()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
