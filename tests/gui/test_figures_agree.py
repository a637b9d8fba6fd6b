"""What Oversight shows and what a pack counts of the same record agree: state by state, Red by Red; names, replies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from msat.bootstrap import demo_committee_desk
from msat.clock import FixedClock, london
from msat.exports.counting import as_told_before
from msat.gui import oversight
from msat.gui.board_choice import RED_IN_THE_PACK, Choice
from msat.gui.models.board import NO_REPLY, NOT_RECEIVED
from msat.gui.oversight import MOST_AGENDA, MOST_NAMES, Shown
from msat.projections import pack_pairs
from msat.projections.alert_state import Status
from msat.projections.pack_model import Pack, Signatory
from msat.record.entries import Draft
from msat.record.organisation import Organisation
from msat.services.desk import Desk
from msat.services.export_pack import worked_out
from msat.services.pack_preparing import Wanted, unrecorded
from msat.services.pack_reading import read_material
from msat.triage.model import Priority
from tests.exchange.sites import CLERK, enrol, make_site
from tests.fakes import an_alert, received_data


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The committee of the sample, with its practices' returns; one more organisation holds a single alert of it."""
    made = demo_committee_desk(tmp_path_factory.mktemp("sample"))
    other = make_site(
        tmp_path_factory.mktemp("other"),
        Organisation("Demo Practice 13", "Y90013", "gp-practice"),
        FixedClock(made.clock.now()),
    )
    key = "EL(26)A/37"
    told = {"rag": "amber", "rule": "F07", "rules_version": "1", "flags": [], "reasons": [], "actions": []}
    other.record.append(
        [
            Draft("alert.received", CLERK.actor(), received_data(an_alert(key, reference=key)), about=key),
            Draft("alert.triaged", CLERK.actor(), told, about=key),
        ]
    )
    enrol(made, other)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shown(desk: Desk) -> Shown:
    _name, first, last = oversight.periods(london(desk.clock.now()).date())[1]
    return oversight.look(desk, first, last)


@pytest.fixture(scope="module")
def pack(desk: Desk, shown: Shown) -> Pack:
    who = Signatory("Demo Pharmacist", "Medicines safety pharmacist")
    wanted = Wanted(shown.figures.first, shown.figures.last, who, Signatory(), Signatory("Demo GP", "GP partner"))
    return worked_out(read_material(desk, unrecorded(desk, wanted)))


def test_the_board_and_the_pack_say_the_same_of_every_alert_everywhere(desk: Desk, shown: Shown, pack: Pack) -> None:
    cells = oversight.cells(desk, [one.ods for one in shown.organisations])
    by_code = {one.ods: one for one in shown.organisations}
    assert {row.ods for row in pack.matrix.rows} == set(by_code)
    said = Counter[str]()
    for row in pack.matrix.rows:
        for head, cell in zip(pack.matrix.alerts, row.cells, strict=True):
            held = cells.get(row.ods, {}).get(head.key)
            if not by_code[row.ods].has_replied:
                word = NO_REPLY.casefold()
            else:
                word = held[0].value if held is not None else NOT_RECEIVED.casefold()
            assert cell.word == word, (row.name, head.reference)
            said[cell.word] += 1
    alerts, silent = len(pack.matrix.alerts), sum(not one.has_replied for one in shown.organisations)
    assert said[pack_pairs.NO_REPLY] == alerts * silent > 0
    assert said[pack_pairs.NOT_RECEIVED] == alerts - 1
    assert said[Status.OVERDUE.value] > 0
    assert set(said) <= set(pack_pairs.ORDER)


def test_who_counts_nowhere_is_told_by_the_same_words(shown: Shown, pack: Pack) -> None:
    left = {one.reason.partition(":")[0]: one.count for one in pack.kpis[5].left_out}
    silent = sum(not one.has_replied for one in shown.organisations)
    assert left["No reply"] == len(pack.matrix.alerts) * silent
    assert left["Not received"] == len(pack.matrix.alerts) - 1
    one = next(one for one in shown.alerts if one.reference == "EL(26)A/36")
    assert oversight.received_words(one, shown) == " Not received by 1 organisation."


def test_a_pack_of_before_is_counted_again_by_its_own_words(pack: Pack) -> None:
    told = {one.code: as_told_before(one) for one in pack.kpis}
    now = {one.code: one for one in pack.kpis}
    parts, was = ({part.name: part.value for part in one["K7"].parts} for one in (now, told))
    assert was["No reply"] == parts["No reply"] + parts["Not received"]
    assert "Not received" not in was
    for code in ("K5", "K6", "K8"):
        assert sum(one.count for one in told[code].left_out) == sum(one.count for one in now[code].left_out)
        assert not any(one.reason.startswith("Not received") for one in told[code].left_out)
        assert told[code].value == now[code].value
    assert told["K1"] == now["K1"]


def test_a_red_block_calls_silent_only_who_sent_nothing(shown: Shown, pack: Pack) -> None:
    silent = sum(not one.has_replied for one in shown.organisations)
    for red in pack.reds:
        counts = {fact.what: int(fact.value.split(" of ")[0]) for fact in red.practices}
        assert counts.get("No reply", 0) == silent
        received = shown.by_alert.get(red.key, {})
        assert counts.get("Not received", 0) == len(shown.organisations) - silent - sum(received.values())
        assert counts.get("Overdue", 0) == received.get(Status.OVERDUE, 0)


def test_the_board_can_show_what_the_pack_calls_red(shown: Shown, pack: Pack) -> None:
    reds = {red.key for red in pack.reds}
    found = {one.key for one in Choice(rag=RED_IN_THE_PACK).columns(shown)}
    assert found == reds
    as_told = {one.key for one in Choice(rag=Priority.RED).columns(shown)}
    assert as_told < found, "some are Red for the committee alone"
    for one in shown.alerts:
        if one.key in found - as_told:
            whose = oversight.rating_words(one, shown)
            assert whose == "As the organisations rate it: Amber. As the committee rates it: Red."
            (block,) = [red for red in pack.reds if red.key == one.key]
            assert any(line.startswith("Red as this organisation rates it. As the") for line in block.why)


def test_the_agenda_names_who_is_overdue(desk: Desk, shown: Shown) -> None:
    items = [one for one in oversight.agenda(shown) if one.key is not None]
    assert items
    cells = oversight.cells(desk, [one.ods for one in shown.organisations])
    for item in items:
        late = [
            one.name
            for one in shown.organisations
            if (cell := cells.get(one.ods, {}).get(item.key)) is not None and cell.is_late
        ]
        more = f" and {len(late) - MOST_NAMES} more" if len(late) > MOST_NAMES else ""
        assert item.late == f"Overdue: {', '.join(late[:MOST_NAMES])}{more}."
    assert len(items) <= MOST_AGENDA


def test_of_many_that_are_late_the_first_are_named_and_the_rest_counted(shown: Shown) -> None:
    key = next(one.key for one in oversight.agenda(shown) if one.key is not None)
    many = {**shown.by_alert, key: {Status.OVERDUE: 11}}
    late = {**shown.late_by_alert, key: 11}
    some = replace(shown, by_alert=many, late_by_alert=late, late={key: tuple(f"Practice {n}" for n in range(1, 9))})
    (item,) = [one for one in oversight.agenda(some) if one.key == key]
    assert item.late.endswith("Practice 7, Practice 8 and 3 more.")
    alone = replace(shown, by_alert=many, late_by_alert=late, late={})
    assert {one.late for one in oversight.agenda(alone)} == {""}
