"""How long the national lists take, beside csv.reader alone over the same bytes. Prints a table, tests nothing.

Run: python -m tests.benchmarks.practices [FOLDER]; the folder holds epraccur*.csv and ePCN*.xlsx.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msat import bootstrap
from msat.feeds.ods_files import read_ods
from msat.places import places
from msat.projections.practices import Area, directory, every, practices
from msat.record.organisation import Organisation
from msat.services.desk import Person
from msat.services.import_practices import import_practices

HERE = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "nhs-ods"
ROUNDS = 5
GOAL_S = 10.0
PERSON = Person("Demo Pharmacist", "committee pharmacist")


def main(folder: Path) -> None:
    lists = {name: next(iter(sorted(folder.glob(name)))) for name in ("epraccur*.csv", "ePCN*.xlsx")}
    practice_bytes, network_bytes = (path.read_bytes() for path in lists.values())
    floor = best(lambda: list(csv.reader(io.StringIO(practice_bytes.decode("utf-8"), newline=""))))
    read = read_ods(practice_bytes, "epraccur.csv"), read_ods(network_bytes, "ePCN.xlsx")
    known = directory(read)
    commissioners = tuple(known.commissioners())
    rows = (
        ("floor: csv.reader alone", floor),
        (f"read {read[0].rows} practices", best(lambda: read_ods(practice_bytes, "epraccur.csv"))),
        (f"read {read[1].rows} rows of networks", best(lambda: read_ods(network_bytes, "ePCN.xlsx"))),
        ("join the two lists", best(lambda: directory(read))),
        ("one commissioner's practices", best(lambda: practices(known, Area(commissioners[:1]), "2026-11-22"))),
        ("all of England's GP practices", best(lambda: practices(known, Area(commissioners), "2026-11-22"))),
        ("every practice", best(lambda: every(known, Area(), "2026-11-22"))),
        ("import both into a new profile", best(lambda: imported(list(lists.values())), rounds=2)),
    )
    print(f"{'what':<36}{'seconds':>10}{'x of the floor':>16}")
    for name, seconds in rows:
        print(f"{name:<36}{seconds:>10.3f}{seconds / floor:>16.1f}")
    whole = rows[-1][1]
    print(f"\ngoal: both lists in under {GOAL_S:.0f} s: {'met' if whole < GOAL_S else 'NOT MET'}")


def imported(files: list[Path]) -> None:
    """Both lists, read, kept and recorded."""
    with tempfile.TemporaryDirectory() as folder:
        where = places(Path(folder) / "profile")
        bootstrap.create_profile(where, Organisation("Sampleshire", "QQQ", "committee"))
        desk = bootstrap.open_desk(where)
        try:
            for file in files:
                import_practices(desk, file, PERSON)
        finally:
            desk.close()


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest of some rounds, in seconds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
