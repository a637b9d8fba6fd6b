"""Search as you type over 50,000 notices, newest first, beside a default FTS5 table. Prints a table, tests nothing.

Timed is a keystroke: the whole of `views.worklist` with 50 rows, against a bare MATCH on the default table with id and
title of 50 rows. Both take turns. Run: python -m tests.benchmarks.search [number of notices]
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.ports import Query
from msat.projections.search_terms import joined
from msat.store.views import SqlViews
from msat.store.views_database import open_engine, writing
from msat.store.views_rows import state_values
from msat.store.views_search import Terms, pack_search, write_search
from msat.store.views_tables import state
from tests.fakes import NOON, Story, read_document

WORDS = 120
VOCABULARY = 30_000
ROWS = 50


def main(count: int = 50_000) -> None:
    chance = random.Random(7)
    notices = list(made(count, chance))
    with tempfile.TemporaryDirectory() as folder:
        story = Story()
        views = SqlViews(Path(folder) / "views.db", story.record, story.files, told=read_document)
        fill(Path(folder) / "views.db", notices)
        default = sqlite3.connect(Path(folder) / "default.db")
        default.execute("CREATE VIRTUAL TABLE notice USING fts5(title, body)")
        rows = [(number, title, body) for number, (title, body) in enumerate(notices, 1)]
        default.executemany("INSERT INTO notice(rowid, title, body) VALUES(?, ?, ?)", rows)
        default.commit()
        mine, theirs = [], []
        for typed in queries(random.Random(11), notices):
            question = Query(search=typed, newest_first=True, limit=ROWS)
            mine.append(timed(lambda question=question: views.worklist(question, NOON)))
            match = " ".join(f'"{word}"*' for word in typed.split())
            sql = "SELECT rowid, title FROM notice WHERE notice MATCH ? ORDER BY rowid DESC LIMIT 50"
            theirs.append(timed(lambda match=match, sql=sql: default.execute(sql, (match,)).fetchall()))
        views.close()
        default.close()
    print(f"{count} notices of {WORDS} words, {len(mine)} keystrokes\n")
    print(f"{'':<16}{'p50 ms':>10}{'p99 ms':>10}{'worst ms':>10}")
    for name, times in (("MSAT", mine), ("default FTS5", theirs)):
        times.sort()
        print(f"{name:<16}{times[len(times) // 2]:>10.2f}{at99(times):>10.2f}{times[-1]:>10.2f}")
    print(f"\np99: {at99(theirs) / at99(mine):.1f} times better (goal: 8)")
    print("Most of a common keystroke is SQLAlchemy and 50 whole rows; most of the worst, two long and common words.")


def made(count: int, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Titles and bodies in words of Zipf's frequencies."""
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    vocabulary = ["".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(VOCABULARY)]
    weights, total = [], 0.0
    for rank in range(VOCABULARY):
        total += 1 / (rank + 1)
        weights.append(total)
    for _ in range(count):
        words = chance.choices(vocabulary, cum_weights=weights, k=WORDS)
        yield f"Class {chance.randint(2, 4)} recall {' '.join(words[:6])}", " ".join(words)


def fill(path: Path, notices: list[tuple[str, str]]) -> None:
    engine = open_engine(path)
    terms: dict[AlertKey, Terms] = {}
    rows = []
    for number, (title, body) in enumerate(notices):
        published = NOON - timedelta(minutes=50 * (len(notices) - number))
        one = AlertState(AlertKey(f"k{number}"), title, "recall", received=published, published=published)
        rows.append({**state_values(one), "text_missing": 0})
        terms[one.key] = Terms(int(published.timestamp()), "", joined([title, body]))
    with writing(engine) as connection:
        connection.execute(state.insert(), rows)
        write_search(connection, terms)
        pack_search(connection)
    engine.dispose()


def queries(chance: random.Random, notices: list[tuple[str, str]]) -> Iterator[str]:
    """Words of the notices, typed letter by letter, one and two at a time."""
    for turn in range(60):
        words = chance.choice(notices)[1].split()
        first = chance.choice(words)
        yield from (first[:length] for length in range(1, len(first) + 1))
        if turn % 2:
            second = chance.choice(words)
            for length in range(1, len(second) + 1):
                yield f"{first} {second[:length]}"


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def at99(times: list[float]) -> float:
    return times[int(len(times) * 0.99)]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
