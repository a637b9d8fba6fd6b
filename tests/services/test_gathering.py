"""Gathering what every organisation recorded up to a cut: the same as the views, nothing behind it, other histories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.stored import to_json
from msat.record.entries import Draft, Entry
from msat.record.organisation import Organisation as Whose
from msat.services.acknowledge import acknowledge
from msat.services.applies import decide_applies
from msat.services.desk import Desk
from msat.services.enrol import remove
from msat.services.gathering import cut_now, entries_after, gather, gather_own
from msat.services.place import nil_return
from msat.services.take_return import take_return
from tests.exchange.sites import CLERK, enrol, make_site, sent, twin
from tests.fakes import an_alert, received_data, write_document
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST

Make = Callable[..., Desk]
Receive = Callable[[FeedItem], AlertState]
KEY = AlertKey("EL(26)A/37")


def heard(desk: Desk, key: str = KEY) -> None:
    """A notice comes in at a desk in memory."""
    alert = an_alert(key, reference=key)
    version = desk.files.put(write_document(alert))
    draft = Draft("alert.received", CLERK.actor(), received_data(alert), key, version, files=(version,))
    desk.record.append([draft])
    desk.views.catch_up()


def happens(desk: Desk, kind: str, key: str = KEY, **data: object) -> Entry:
    made = desk.record.append([Draft(kind, CLERK.actor(), data, key)])
    desk.views.catch_up()
    return made[0]


@pytest.fixture
def site(tmp_path: Path, clock: FixedClock) -> Make:
    number = iter(range(100))

    def do(ods: str, kind: str = "gp-practice") -> Desk:
        return make_site(tmp_path / f"site-{next(number)}", Whose(f"Practice {ods}", ods, kind), clock)

    return do


def test_the_own_states_are_those_of_the_views(desk: Desk, receive: Receive) -> None:
    state = receive(recall())
    acknowledge(desk, state.key, PHARMACIST)
    decide_applies(desk, state.key, True, PHARMACIST, "held")
    nil_return(desk, state.key, (), DOCTOR, "AD")
    own = gather_own(desk, cut_now(desk))
    assert {one.key: to_json(one) for one in desk.views.states()} == {k: to_json(s) for k, s in own.states.items()}
    assert [page.key for page in own.pages] == [state.key]
    assert (own.is_own, own.is_held) == (True, True)


def test_nothing_behind_the_cut_is_read(site: Make, clock: FixedClock) -> None:
    desk = site("A81001")
    heard(desk)
    cut, before = cut_now(desk), gather_own(desk, cut_now(desk))
    clock.moment += timedelta(days=1)
    late = happens(desk, "alert.acknowledged", note="")
    heard(desk, "EL(26)A/38")
    assert gather_own(desk, cut) == before
    assert before.states[KEY].acknowledged is None
    after = gather_own(desk, cut_now(desk))
    assert len(after.states) == 2
    assert next(entry.id for entry in entries_after(desk, cut, cut_now(desk))) == late.id


def test_a_committee_gathers_itself_first_then_by_code(site: Make) -> None:
    team, second, first = site("QOX", "committee"), site("B81002"), site("A81001")
    for practice in (second, first):
        heard(practice)
        enrol(team, practice)
    happens(first, "alert.acknowledged", note="")
    cut = cut_now(team)
    assert [one.ods for one in cut.logs] == ["QOX", "A81001", "B81002"]
    assert (cut.own.is_own, cut.own.size) == (True, team.record.head().size)
    told: list[tuple[int, int]] = []
    found = list(gather(team, cut, lambda _what, done, of: told.append((done, of))))
    assert [(one.ods, one.name, one.is_own) for one in found] == [
        ("QOX", "Practice QOX", True), ("A81001", "Practice A81001", False), ("B81002", "Practice B81002", False)
    ]  # fmt: skip
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    # What the first one did after its return was taken in is not here yet.
    assert found[1].states[KEY].acknowledged is None
    take_return(team, sent(first), "later.msatreturn")
    assert list(gather(team, cut)) == found
    assert next(o for o in gather(team, cut_now(team)) if o.ods == "A81001").states[KEY].acknowledged


def test_workstations_of_one_organisation_are_folded_together(site: Make, clock: FixedClock) -> None:
    desk, other = site("A81001"), site("A81001")
    heard(desk)
    heard(other)
    clock.moment += timedelta(minutes=1)
    happens(other, "alert.acknowledged", note="")
    enrol(desk, other)
    (own,) = gather(desk, cut_now(desk))
    assert len(own.logs) == 2
    assert own.states[KEY].acknowledged is not None
    assert len(own.states[KEY].versions) == len(own.states[KEY].sources) == 1


def test_one_that_is_removed_or_has_not_come_yet_is_named_as_such(site: Make) -> None:
    team, practice = site("QOX", "committee"), site("A81001")
    heard(practice)
    enrol(team, practice)
    remove(team, practice.record.log, CLERK, "It joined another team.")
    cut = cut_now(team)
    assert cut.logs[1].frozen == "Removed from those enrolled: nothing more of it is taken in."
    assert KEY in list(gather(team, cut))[1].states
    waiting = site("B81002")
    told = {"log": waiting.record.log, "ods": "B81002", "name": "Practice B81002", "kind": "gp-practice"}
    team.record.append([Draft("writer.enrolled", CLERK.actor(), {**told, "fingerprint": "0" * 64})])
    silent = list(gather(team, cut_now(team)))[-1]
    assert (silent.ods, silent.is_held, dict(silent.states)) == ("B81002", False, {})


def test_a_frozen_log_counts_as_far_as_it_is_held(site: Make) -> None:
    team, practice = site("QOX", "committee"), site("A81001")
    heard(practice)
    enrol(team, practice)
    clone = twin(practice, practice.record.head().size)
    other = replace(practice, record=clone)
    happens(practice, "alert.acknowledged", note="here")
    clone.append([Draft("alert.acknowledged", CLERK.actor(), {"note": "there"}, KEY)])
    take_return(team, sent(practice), "one.msatreturn")
    take_return(team, sent(other), "two.msatreturn")
    cut = cut_now(team)
    assert cut.logs[1].frozen.startswith("Two histories of this log were found")
    assert list(gather(team, cut))[1].states[KEY].acknowledged is not None


def test_another_history_or_a_shorter_one_is_refused(site: Make) -> None:
    desk = site("A81001")
    heard(desk)
    cut = cut_now(desk)
    longer = replace(cut, logs=(replace(cut.own, size=cut.own.size + 5),))
    with pytest.raises(Refused, match=f"holds {cut.own.size} entries here; the cut goes up to entry"):
        list(gather(desk, longer))
    other = replace(cut, logs=(replace(cut.own, head="f" * 64),))
    with pytest.raises(Refused, match="is not the one that the cut names"):
        list(gather(desk, other))
    happens(desk, "alert.acknowledged", note="")
    assert [entry.type for entry in entries_after(desk, cut, cut_now(desk))] == ["alert.acknowledged"]
    assert list(entries_after(desk, cut, cut)) == []
    with pytest.raises(Refused, match="is not the one that the cut names"):
        list(entries_after(desk, other, cut_now(desk)))
