"""Periods that are none are refused in words, and before anything is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from msat.errors import NotRecorded, RecordProblem, Refused
from msat.projections.pack_model import Signatory
from msat.services.desk import Desk
from msat.services.export import export_log
from msat.services.export_pack import draft_pack, issue_pack
from msat.services.inspector import export_inspector_file
from msat.services.pack_preparing import Wanted
from msat.services.period import refuse_no_period
from tests.services.conftest import PHARMACIST

WHO = Signatory("A. Patel", "pharmacist")
Asks = Callable[[Desk, Path, date, date], object]
ASKS: dict[str, Asks] = {
    "log": lambda desk, out, first, last: export_log(desk, first, last, out / "log.pdf", PHARMACIST),
    "inspector": lambda desk, out, first, last: export_inspector_file(desk, out, PHARMACIST, first, last),
    "pack": lambda desk, out, first, last: issue_pack(desk, Wanted(first, last, WHO, WHO, WHO), out, PHARMACIST),
    "draft": lambda desk, out, first, last: draft_pack(desk, Wanted(first, last, WHO), out),
}
NONE = [
    (date(2026, 10, 1), date.max, "ends in the year 9999"),
    (date.min, date(2026, 11, 1), "begins in the year 1"),
    (date(1900, 1, 1), date(1900, 12, 31), "begins in the year 1900"),
    (date(2026, 2, 1), date(2026, 1, 31), "ends on 31 January 2026, before it begins on 1 February 2026"),
]


@pytest.mark.parametrize(("first", "last", "said"), NONE)
@pytest.mark.parametrize("what", ASKS)
def test_a_period_that_is_none_is_refused_and_leaves_nothing(
    desk: Desk, tmp_path: Path, what: str, first: date, last: date, said: str
) -> None:
    out, size = tmp_path / "out", desk.record.head().size
    out.mkdir()
    with pytest.raises(Refused, match=said):
        ASKS[what](desk, out, first, last)
    assert desk.record.head().size == size
    assert list(out.iterdir()) == []


def test_a_day_and_a_century_are_periods() -> None:
    refuse_no_period(date(2026, 1, 1), date(2026, 1, 1))
    refuse_no_period(date(2000, 1, 1), date(2100, 12, 31))


def test_a_file_whose_issue_was_not_recorded_goes_again(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.pdf"
    path.write_bytes(b"an older one")

    def fails(*_args: object) -> None:
        raise NotRecorded("The disk is full.", "Make room.")

    monkeypatch.setattr(desk.record, "append", fails)
    with pytest.raises(NotRecorded):
        export_log(desk, date(2026, 11, 1), date(2026, 11, 22), path, PHARMACIST)
    assert path.read_bytes() == b"an older one"
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["log.pdf"]


def test_where_nobody_knows_whether_it_was_recorded_the_file_stays(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.pdf"

    def fails(*_args: object) -> None:
        raise RecordProblem("It is not known whether this was recorded.", "Look at the history.")

    monkeypatch.setattr(desk.record, "append", fails)
    with pytest.raises(RecordProblem, match="not known"):
        export_log(desk, date(2026, 11, 1), date(2026, 11, 22), path, PHARMACIST)
    assert path.read_bytes().startswith(b"%PDF")
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["log.pdf"]
