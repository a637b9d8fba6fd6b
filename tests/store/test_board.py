"""The board's counters are what counting would give, whatever is kept, dropped, or turned by time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msat.ids import AlertKey
from msat.projections.alert_state import AlertState, Status
from msat.projections.board import BoardAlert, BoardCell, BoardOrganisation, Seen, cell_of
from msat.store.board import SqlBoard
from msat.triage.model import Priority
from tests.boards import NOON, moments, states

KEYS = [AlertKey(f"EL(26)A/{n}") for n in range(4)]
CODES = ["Y00001", "Y00002", "Y00003"]


@pytest.fixture
def board(tmp_path: Path) -> Iterator[SqlBoard]:
    made = SqlBoard(tmp_path / "views" / "board.sqlite3")
    yield made
    made.close()


def an_organisation(code: str, stamp: str = "1") -> BoardOrganisation:
    return BoardOrganisation(code, f"Practice {code[-1]}", "gp-practice", "QX", stamp)


def an_alert(key: str, rag: Priority | None = Priority.AMBER, days: int = 0) -> BoardAlert:
    return BoardAlert(AlertKey(key), key, f"Recall {key}", "medicines-recall", rag, NOON + timedelta(days=days), "MHRA")


def counted(cells: dict[str, dict[AlertKey, BoardCell]], now: datetime) -> tuple[dict, dict]:
    by_alert: dict[AlertKey, Counter[Status]] = {}
    by_organisation: dict[str, Counter[Status]] = {}
    for code, each in cells.items():
        for key, cell in each.items():
            by_alert.setdefault(key, Counter())[cell.state_at(now)] += 1
            by_organisation.setdefault(code, Counter())[cell.state_at(now)] += 1
    return by_alert, by_organisation


def late(cells: dict[str, dict[AlertKey, BoardCell]], now: datetime) -> tuple[Counter[AlertKey], Counter[str]]:
    found = [(code, key) for code, each in cells.items() for key, cell in each.items() if cell.is_late_at(now)]
    return Counter(key for _code, key in found), Counter(code for code, _key in found)


STEP = st.tuples(
    st.sampled_from(CODES), st.lists(st.tuples(st.sampled_from(KEYS), states()), max_size=4), moments, st.booleans()
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(STEP, max_size=6), moments)
def test_counters_are_what_counting_gives(
    steps: list[tuple[str, list[tuple[AlertKey, AlertState]], datetime, bool]], at_last: datetime
) -> None:
    board, kept = SqlBoard(None), dict[str, dict[AlertKey, BoardCell]]()
    for code, made, now, drops in steps:
        cells = {key: cell_of(state) for key, state in made}
        cells = {key: replace(cell, key=key) for key, cell in cells.items()}
        if drops:
            board.drop([code])
            kept.pop(code, None)
        else:
            board.keep(an_organisation(code), [an_alert(key) for key in cells], cells.values(), now)
            kept[code] = cells
        assert (board.by_alert(now), board.by_organisation(now)) == counted(kept, now)
        assert (board.late_by_alert(now), board.late_by_organisation(now)) == late(kept, now)
    assert (board.by_alert(at_last), board.by_organisation(at_last)) == counted(kept, at_last)
    assert (board.late_by_alert(at_last), board.late_by_organisation(at_last)) == late(kept, at_last)
    for code, each in board.cells(CODES, at_last).items():
        assert each == {
            key: Seen(cell.state_at(at_last), cell.rag, cell.is_late_at(at_last))
            for key, cell in kept.get(code, {}).items()
        }
    board.close()


def test_alerts_and_organisations_come_back(board: SqlBoard) -> None:
    board.keep(an_organisation("Y00002"), [an_alert("EL(26)A/1", None), an_alert("EL(26)A/2", days=1)], [], NOON)
    board.keep(an_organisation("Y00001", ""), [an_alert("EL(26)A/1", Priority.RED, -3)], [], NOON)
    board.keep(an_organisation("Y00003"), [an_alert("EL(26)A/1", Priority.GREEN, 9)], [], NOON)
    assert [one.ods for one in board.organisations()] == CODES
    assert board.stamps() == {"Y00001": "", "Y00002": "1", "Y00003": "1"}
    assert not board.organisations()[0].has_replied
    newest, oldest = board.alerts()
    assert (newest.key, oldest.key) == ("EL(26)A/2", "EL(26)A/1")
    assert oldest.rag is Priority.RED, "the most urgent rating stands above the column"
    assert oldest.received == NOON - timedelta(days=3)


@pytest.mark.parametrize("damage", ["garbage", "empty", "older"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "board.sqlite3"
    first = SqlBoard(path)
    first.keep(an_organisation("Y00001"), [], [], NOON)
    if damage == "older":
        with first._engine.begin() as at:
            at.exec_driver_sql("PRAGMA user_version = 77")
    first.close()
    if damage != "older":
        path.write_bytes(b"" if damage == "empty" else random.Random(1).randbytes(9000))
    again = SqlBoard(path)
    assert again.stamps() == {}
    again.keep(an_organisation("Y00001"), [], [], NOON)
    assert again.stamps() == {"Y00001": "1"}
    again.close()


def test_organisations_stand_in_the_order_that_people_count_in(board: SqlBoard):
    for number in (10, 2, 1, 11):
        one = BoardOrganisation(f"Y{99 - number:05}", f"Practice {number}", "gp-practice", "QX", "1")
        board.keep(one, (), (), NOON)
    assert [one.name for one in board.organisations()] == ["Practice 1", "Practice 2", "Practice 10", "Practice 11"]
