"""Batch checks a second on 50,000 batches, beside a look-up in a dict of the same keys. Prints a table, tests nothing.

Run: python -m tests.benchmarks.batch_check
"""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable, Sequence
from datetime import date

from msat.alerts.model import Batch, Product, Where
from msat.ids import AlertKey
from msat.projections.affected import Affected
from msat.projections.batch_check import check
from msat.projections.batch_index import BatchIndex
from msat.projections.scanned import understand

NOTICES, BATCHES, CHECKS, ROUNDS = 5_000, 10, 10_000, 5
GOAL = 10_000
TODAY = date(2026, 11, 22)


def main() -> None:
    chance = random.Random(3)
    notices = [a_notice(number, chance) for number in range(NOTICES)]
    began = time.perf_counter()
    index = BatchIndex(notices)
    print(f"index of {len(index.rows)} batches made in {time.perf_counter() - began:.2f} s\n")
    printed = [row.batch.number for row in index.rows]
    chance.shuffle(printed)
    known = {number.casefold(): place for place, number in enumerate(printed)}
    hits, slips = printed[:CHECKS], [slipped(number, chance) for number in printed[:CHECKS]]
    cases = {
        "typed, affected": hits,
        "typed, not known": [a_number(chance) + "QX" for _ in range(CHECKS)],
        "typed, a slip": slips,
        "scanned, affected": ["]d2010501234567890017271130" + f"10{number}\x1d21123" for number in hits],
        "scanned, not known": ["]d2010501234567890017271130" + f"10{number}QX\x1d21123" for number in hits],
    }
    floor = rate(lambda: [known.get(number.casefold()) for number in hits], CHECKS)
    print(f"{'case':<22}{'checks a second':>16}{'x of a dict look-up':>22}{'goal':>10}")
    print(f"{'floor: dict look-up':<22}{floor:>16,.0f}{1:>22.1f}")
    for name, texts in cases.items():
        found = rate(lambda texts=texts: answered(texts, index), CHECKS)
        print(f"{name:<22}{found:>16,.0f}{floor / found:>22.1f}{'met' if found >= GOAL else 'NOT MET':>10}")


def a_number(chance: random.Random) -> str:
    letters = "".join(chance.choices(string.ascii_uppercase, k=chance.randint(0, 3)))
    return letters + "".join(chance.choices(string.digits, k=chance.randint(4, 7)))


def a_notice(number: int, chance: random.Random) -> Affected:
    product = Product(f"Product{number} 10 mg tablets", "", Where.TEXT)
    batches = tuple(Batch(a_number(chance), "") for _ in range(BATCHES))
    key = f"EL({number})"
    return Affected(AlertKey(key), key, f"Class 2 recall: {product.name}", "Maker Ltd", "", batches, (product,))


def slipped(number: str, chance: random.Random) -> str:
    at = chance.randrange(len(number))
    return number[:at] + chance.choice(string.ascii_uppercase) + number[at + 1 :]


def answered(texts: Sequence[str], index: BatchIndex) -> None:
    for text in texts:
        check(understand(text), index, TODAY)


def rate(work: Callable[[], object], count: int) -> float:
    """How many a second, in the median of some rounds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return count / sorted(times)[ROUNDS // 2]


if __name__ == "__main__":
    main()
