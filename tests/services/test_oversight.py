"""The board follows what is recorded: read on, never read twice, and the same as reading all of it anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import Cancelled, Refused
from msat.exports.document import Run, Table
from msat.ids import AlertKey
from msat.places import places
from msat.projections.alert_state import Status
from msat.projections.board import Board
from msat.record.organisation import Organisation
from msat.services import gathering
from msat.services.choose_area import Choice, choose_area
from msat.services.desk import Desk
from msat.services.enrol import remove
from msat.services.import_practices import import_practices
from msat.services.oversight import board_of, figures, head_line
from msat.services.print_pages import of_board
from msat.services.take_return import take_return
from msat.triage.model import Priority
from tests.exchange.sites import CLERK, enrol, make_site, sent
from tests.feeds.ods import epraccur, row
from tests.services.conftest import PHARMACIST
from tests.services.test_indicators import START, does, happens, heard

ONE, TWO = AlertKey("EL(26)A/61"), AlertKey("EL(26)A/63")


@pytest.fixture
def desks(tmp_path: Path, clock: FixedClock) -> Iterator[list[Desk]]:
    """A committee that asks three practices, and two of them; the third never sent anything."""
    clock.moment = START - timedelta(days=30)
    made = []
    for ods, kind in (("QOX", "committee"), ("A81001", "gp-practice"), ("A81002", "gp-practice")):
        where = places(tmp_path / ods)
        bootstrap.create_profile(where, Organisation(f"Practice {ods}", ods, kind), clock)
        made.append(bootstrap.open_desk(where, clock))
    listed = [row(code, f"SURGERY {code}", commissioner="16C") for code in ("A81001", "A81002", "A81003")]
    (tmp_path / "epraccur.csv").write_bytes(epraccur(*listed))
    import_practices(made[0], tmp_path / "epraccur.csv", PHARMACIST)
    choose_area(made[0], Choice(commissioners=("16C",)), PHARMACIST)
    yield made
    for one in made:
        one.close()


def states(board: Board, desk: Desk) -> dict[str, dict[AlertKey, Status]]:
    codes = [one.ods for one in board.organisations()]
    cells = board.cells(codes, desk.clock.now())
    return {code: {key: seen.status for key, seen in each.items()} for code, each in cells.items()}


def test_who_sent_nothing_stands_there_as_silent(desks: list[Desk]) -> None:
    team, first, _second = desks
    heard(first, ONE, "red")
    enrol(team, first)
    board = board_of(team)
    assert [(one.ods, one.has_replied) for one in board.organisations()] == [
        ("A81001", True),
        ("A81002", False),
        ("A81003", False),
    ]
    assert states(board, team)["A81001"] == {ONE: Status.NOT_ACKNOWLEDGED}
    assert states(board, team)["A81003"] == {}
    found = head_line(board, team)
    assert (found.organisations, found.silent, found.open_red, found.overdue) == (3, 2, 1, 0)
    assert [(one.key, one.rag) for one in board.alerts()] == [(ONE, Priority.RED)]


def test_it_is_read_on_and_follows_the_clock(desks: list[Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    team, first, second = desks
    for practice in (first, second):
        heard(practice, ONE)
        heard(practice, TWO)
        enrol(team, practice)
    board_of(team)
    read = []
    real = gathering.gather_one
    monkeypatch.setattr(gathering, "gather_one", lambda desk, logs: read.append(logs[0].ods) or real(desk, logs))
    assert states(board_of(team), team)["A81002"] == {ONE: Status.NOT_ACKNOWLEDGED, TWO: Status.NOT_ACKNOWLEDGED}
    assert read == [], "nothing new came, so nothing is read"
    does(second, ONE, 3, 24)
    take_return(team, sent(second), "second.msatreturn")
    board = board_of(team)
    assert read == ["A81002"]
    assert states(board, team)["A81002"][ONE] is Status.DONE
    assert isinstance(team.clock, FixedClock)
    team.clock.moment = START + timedelta(hours=49)
    board = board_of(team)
    assert states(board, team) == {
        "A81001": {ONE: Status.OVERDUE, TWO: Status.OVERDUE},
        "A81002": {ONE: Status.DONE, TWO: Status.OVERDUE},
        "A81003": {},
    }
    found = head_line(board, team)
    assert (found.overdue, found.overdue_organisations) == (3, 2)
    assert read == ["A81002"], "time turns what is kept; nothing is read again"


def test_a_red_past_its_limit_stays_overdue_until_the_second_person_came(desks: list[Desk]) -> None:
    team, first, _second = desks
    heard(first, ONE, "red")
    does(first, ONE, 3, 50)
    enrol(team, first)
    for desk in (team, first):
        assert isinstance(desk.clock, FixedClock)
        desk.clock.moment = START + timedelta(days=43)
        board, now = board_of(desk), desk.clock.now()
        assert states(board, desk)["A81001"] == {ONE: Status.SECOND_PERSON}
        found = head_line(board, desk)
        assert (found.overdue, found.overdue_organisations, found.open_red) == (1, 1, 1)
        assert (board.late_by_alert(now), board.late_by_organisation(now)) == ({ONE: 1}, {"A81001": 1})
        assert board.cells(["A81001"], now)["A81001"][ONE] == (Status.SECOND_PERSON, Priority.RED, True)
        by_alert = next(one for one in of_board(desk).document.blocks if isinstance(one, Table))
        assert by_alert.header[2:] == ("Done", "Does not apply", "In hand", "Overdue", "Not acknowledged")
        assert [cell[0].text for cell in by_alert.rows[0][2:] if isinstance(cell[0], Run)] == ["0", "0", "0", "1", "0"]
    happens(first, timedelta(days=43), "alert.signed_off", ONE, by="B. Khan", statement="Done.")
    found = head_line(board_of(first), first)
    assert (found.overdue, found.overdue_organisations, found.open_red) == (0, 0, 0)


def test_who_is_removed_and_not_in_the_area_leaves_the_board(desks: list[Desk], tmp_path: Path) -> None:
    team, first, _second = desks
    stranger = make_site(
        tmp_path / "stranger", Organisation("Castle Pharmacy", "FC303", "community-pharmacy"), team.clock
    )
    enrol(team, first)
    enrol(team, stranger)
    assert "FC303" in {one.ods for one in board_of(team).organisations()}
    remove(team, stranger.record.log, CLERK, "Closed.")
    remove(team, first.record.log, CLERK, "Another computer now.")
    assert [one.ods for one in board_of(team).organisations()] == ["A81001", "A81002", "A81003"]


def test_a_practice_sees_itself(desks: list[Desk]) -> None:
    _team, first, _second = desks
    heard(first, ONE, "red")
    board = board_of(first)
    assert [(one.ods, one.name) for one in board.organisations()] == [("A81001", "Practice A81001")]
    assert states(board, first) == {"A81001": {ONE: Status.NOT_ACKNOWLEDGED}}


def test_figures_of_a_period(desks: list[Desk]) -> None:
    team, first, second = desks
    for practice in (first, second):
        heard(practice, ONE)
        enrol(team, practice)
    found = figures(team, date(2026, 11, 1), date(2026, 11, 30))
    assert [one.code for one in found.kpis] == [f"K{n}" for n in range(1, 11)]
    assert found.kpis[0].value == 1
    assert len(found.months) == 1
    assert {point.counted.id for point in found.by_practice.points} | {
        one.id for one in found.by_practice.left_out
    } == {
        "A81001",
        "A81002",
        "A81003",
    }


def test_it_can_be_stopped_and_goes_on_later(desks: list[Desk]) -> None:
    team, first, second = desks
    for practice in (first, second):
        heard(practice, ONE)
        enrol(team, practice)

    def stop(_what: str, done: int, _of: int) -> None:
        if done == 1:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        board_of(team, stop)
    assert len(board_of(team).organisations()) == 3


def test_no_place_for_a_board_is_said(tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(Refused, match="no place for a board"):
        board_of(make_site(tmp_path, Organisation("Somewhere", "Y00009", "gp-practice"), clock))
