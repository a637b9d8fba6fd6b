"""A Red past its limit stays on Oversight's tile, its agenda and its slides until a second person has signed it too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.gui import oversight
from msat.gui.board_choice import Choice, Only
from msat.gui.oversight import Shown
from msat.gui.pieces import Text
from msat.gui.views.present_view import PresentView
from msat.ids import AlertKey
from msat.places import places
from msat.projections.alert_state import Status
from msat.projections.ports import Query
from msat.projections.worklist import is_late, is_put_aside
from msat.record.organisation import Organisation
from msat.services.desk import Desk
from tests.exchange.sites import enrol
from tests.services.test_indicators import START, does, happens, heard

KEY = AlertKey("EL(26)A/61")
FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[list[Desk]]:
    """A committee and a practice: signed by one person two hours past the limit, and now it is 41 days past it."""
    clock = FixedClock(START - timedelta(days=30))
    made = []
    for ods, kind in (("QOX", "committee"), ("A81001", "gp-practice")):
        where = places(tmp_path / ods)
        bootstrap.create_profile(where, Organisation(f"Practice {ods}", ods, kind), clock)
        made.append(bootstrap.open_desk(where, clock))
    heard(made[1], KEY, "red")
    does(made[1], KEY, 3, 50)
    enrol(*made)
    clock.moment = START + timedelta(days=43)
    yield made
    for one in made:
        one.close()


def read(desk: Desk) -> Shown:
    return oversight.look(desk, FIRST, LAST)


def said(view: PresentView) -> str:
    return "\n".join(text.text() for slide in view.slides for text in slide.body.findChildren(Text))


def test_the_practice_itself_reads_the_same_as_in_its_worklist(qtbot, theme, desks: list[Desk]) -> None:
    practice = desks[1]
    shown = read(practice)
    assert sum(is_late(row, shown.now) for row in practice.views.worklist(Query(), shown.now)) == 1
    assert oversight.head_tiles(shown)[1] == ("1", "overdue", "red")
    (item,) = oversight.agenda(shown)
    assert (item.key, item.words) == (KEY, "Overdue here: it waits for a second person.")
    view = PresentView(shown, [])
    qtbot.addWidget(view)
    assert item.words in said(view)
    assert "Waiting for a second person in 1 (1 past the limit)." in said(view)
    view.close()


def test_the_committee_counts_it_and_names_who_it_is(qtbot, theme, desks: list[Desk]) -> None:
    shown = read(desks[0])
    assert oversight.head_tiles(shown)[1] == ("1", "overdue, in 1 of 1 organisation", "red")
    (item,) = oversight.agenda(shown)
    assert item.words == "Overdue in 1 of 1 organisation that received it."
    assert item.late == f"Overdue: {shown.organisations[0].name}."
    cells = oversight.cells(desks[0], ["A81001"])["A81001"]
    there = frozenset(key for key, cell in cells.items() if cell.is_late)
    assert [one.key for one in oversight.agenda(shown, Only("Practice", code="A81001"), there)] == [KEY]
    for state in (Status.OVERDUE, Status.SECOND_PERSON):
        choice = Choice(state=state)
        assert ([one.key for one in choice.columns(shown)], len(choice.rows(shown))) == ([KEY], 1)
    assert Choice(state=Status.IN_HAND).columns(shown) == Choice(state=Status.IN_HAND).rows(shown) == []


def test_the_second_signature_takes_it_away(desks: list[Desk]) -> None:
    happens(desks[1], timedelta(days=43), "alert.signed_off", KEY, by="B. Khan", statement="Done.")
    shown = read(desks[1])
    assert oversight.head_tiles(shown)[1] == ("0", "overdue", "plain")
    assert oversight.agenda(shown) == []
    assert oversight.nothing_to_discuss(shown) == "Nothing received in this period is overdue."


def test_it_cannot_be_put_out_of_the_worklist(desks: list[Desk]) -> None:
    practice = desks[1]
    now, hidden = practice.clock.now(), frozenset({str(KEY)})
    (row,) = practice.views.worklist(Query(only=hidden), now)
    assert row.status is Status.SECOND_PERSON
    assert is_late(row, now)
    assert [one.key for one in practice.views.worklist(Query(hidden=hidden), now)] == [KEY]
    assert not is_put_aside(row, hidden, now)
    assert row.due is not None
    early = row.due - timedelta(hours=1)
    assert is_put_aside(row, hidden, early), "before its limit it may rest"
    assert practice.views.worklist(Query(hidden=hidden), early) == []
