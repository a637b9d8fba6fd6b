"""One alert takes the place of another: whichever comes first, with a link both ways, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from msat.cli.present import alert_json
from msat.cli.words import alert_text
from msat.clock import FixedClock
from msat.exports.certificate import certificate
from msat.exports.markup import write_markup
from msat.exports.seal import Seal, gather
from msat.feeds.model import FeedItem
from msat.projections import worklist
from msat.projections.alert_state import AlertState, Status
from msat.projections.log import status_words as log_status
from msat.projections.ports import Query
from msat.services import acknowledge, reopen
from msat.services.applies import decide_applies
from msat.services.desk import Desk
from msat.services.export import export_certificate
from tests.notices import item
from tests.services.conftest import PHARMACIST

Receive = Callable[[FeedItem], AlertState]
OLD, NEW = "NatPSA/2026/008/DHSC", "NatPSA/2026/012/DHSC"


def shortage(reference: str, issued: date, said: str = "", withdrawn: str = "", path: str | None = None) -> FeedItem:
    html = (
        f"<p>National Patient Safety Alert Reference Number: {reference}</p><p>{said}</p>"
        "<h2>Explanation of identified safety issue</h2><p>Supply of testaglutide pens will not meet demand.</p>"
        "<h2>Actions required</h2><p>Actions to be completed by 30 November 2026:</p>"
    )
    title = f"Shortage of testaglutide pens ({reference})"
    return item(title, html, path=path, issued=issued, alert_type="national-patient-safety", withdrawn=withdrawn)


OLDER = shortage(OLD, date(2026, 11, 1))
NEWER = shortage(NEW, date(2026, 11, 20), f"This NatPSA supersedes {OLD}.")


def held(desk: Desk, reference: str) -> AlertState:
    state = desk.views.find(reference)
    assert state is not None
    return state


@pytest.mark.parametrize("order", [(OLDER, NEWER), (NEWER, OLDER)], ids=["older first", "newer first"])
def test_the_older_is_closed_with_a_link(
    desk: Desk, receive: Receive, clock: FixedClock, order: tuple[FeedItem, FeedItem]
) -> None:
    for notice in order:
        receive(notice)
    older, newer = held(desk, OLD), held(desk, NEW)
    assert older.superseded is not None
    assert (older.superseded.by, older.superseded.reference) == (newer.key, NEW)
    assert older.superseded.words == f"supersedes {OLD}"
    assert older.status(clock.now()) is Status.SUPERSEDED
    assert not older.is_open
    assert "superseded" in older.flags
    assert [named.reference for named in newer.supersedes] == [OLD]
    assert newer.is_open
    assert any(line.text.startswith(f"Superseded by {NEW}.") for line in older.history)
    assert desk.views.difference_from_rebuild() == ()


def test_it_is_listed_under_its_own_heading_and_not_among_the_open(desk: Desk, receive: Receive) -> None:
    receive(OLDER)
    receive(NEWER)
    now = desk.clock.now()
    (row,) = desk.views.worklist(Query(status=Status.SUPERSEDED), now)
    assert worklist.group(row, now) == worklist.SUPERSEDED
    assert [r.reference for r in desk.views.worklist(Query(open_only=True), now)] == [NEW]


def test_what_was_recorded_stays_and_the_same_page_again_adds_nothing(desk: Desk, receive: Receive) -> None:
    receive(OLDER)
    acknowledge.acknowledge(desk, OLD, PHARMACIST)
    receive(NEWER)
    size = desk.record.head().size
    receive(NEWER)
    receive(OLDER)
    assert desk.record.head().size == size
    assert held(desk, OLD).acknowledged is not None


def test_finished_work_stays_done(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    receive(shortage(OLD, date(2026, 11, 1)))
    decide_applies(desk, OLD, False, PHARMACIST, "not-prescribed")
    receive(NEWER)
    state = held(desk, OLD)
    assert state.status(clock.now()) is Status.SUPERSEDED  # one person only had said so of a Red: nobody waits now
    assert state.applicability is not None


def test_the_older_says_it_of_itself_and_the_newer_is_not_known(desk: Desk, receive: Receive) -> None:
    state = receive(shortage(OLD, date(2026, 11, 1), f"This alert has been superseded by {NEW}."))
    assert [named.reference for named in state.names_successor] == [NEW]
    assert state.superseded is None
    assert state.is_open
    receive(shortage(NEW, date(2026, 11, 20)))
    assert held(desk, OLD).status(desk.clock.now()) is Status.SUPERSEDED


def test_a_publishers_stamp_names_the_newer(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    receive(OLDER)
    receive(shortage(NEW, date(2026, 11, 20)))
    assert held(desk, OLD).is_open
    receive(shortage(OLD, date(2026, 11, 1), withdrawn=f"<p>This alert was superseded by {NEW} on 20 November.</p>"))
    assert held(desk, OLD).status(clock.now()) is Status.SUPERSEDED


def test_a_person_opens_it_again_and_it_stays_open(desk: Desk, receive: Receive) -> None:
    receive(OLDER)
    receive(NEWER)
    reopen.reopen(desk, OLD, "The new alert leaves out the branch surgery.", PHARMACIST)
    state = held(desk, OLD)
    assert state.is_open
    assert "superseded" not in state.flags
    assert state.superseded is not None
    assert not state.superseded.stands
    receive(shortage(NEW, date(2026, 11, 20), f"This NatPSA supersedes {OLD}. Telephone 0123."))
    assert held(desk, OLD).is_open
    assert desk.views.difference_from_rebuild() == ()


def test_a_withdrawn_successor_opens_it_again(desk: Desk, receive: Receive) -> None:
    receive(OLDER)
    receive(NEWER)
    receive(shortage(NEW, date(2026, 11, 20), f"This NatPSA supersedes {OLD}.", withdrawn="<p>Issued in error.</p>"))
    state = held(desk, OLD)
    assert state.is_open
    assert any("was withdrawn by its publisher" in line.text for line in state.history)


@pytest.mark.parametrize(
    "said",
    [
        f"This alert updates {OLD}.",
        f"See also {OLD}, which remains in force.",
        f"Pens replaced under {OLD} are not affected.",
        f"This replaces the pens recalled in {OLD}.",
        f"NatPSA/2026/010/MHRA supersedes {OLD}.",
        f"This alert does not supersede {OLD}.",
        f"This alert partly supersedes {OLD}.",
    ],
)
def test_weak_words_close_nothing(desk: Desk, receive: Receive, said: str) -> None:
    receive(OLDER)
    receive(shortage(NEW, date(2026, 11, 20), said))
    assert held(desk, OLD).is_open


def test_an_older_alert_never_closes_a_newer_one(desk: Desk, receive: Receive) -> None:
    receive(shortage(OLD, date(2026, 11, 10)))
    receive(shortage(NEW, date(2026, 11, 2), f"This NatPSA supersedes {OLD}."))
    assert held(desk, OLD).is_open


def test_two_that_supersede_each_other_stay_open_but_one(desk: Desk, receive: Receive) -> None:
    receive(shortage(OLD, date(2026, 11, 1), f"This NatPSA supersedes {NEW}."))
    receive(shortage(NEW, date(2026, 11, 1), f"This NatPSA supersedes {OLD}."))
    assert sum(held(desk, reference).is_open for reference in (OLD, NEW)) == 1


def test_a_number_without_its_issuer_is_the_same_alert(desk: Desk, receive: Receive) -> None:
    first = receive(OLDER)
    second = receive(shortage("NatPSA/2026/008", date(2026, 11, 1), path="/pasted/one"))
    assert first.key == second.key
    assert len(desk.views.states()) == 1
    assert len(second.sources) == 2


def test_the_newer_alerts_certificate_carries_the_evidence_forward(
    desk: Desk, receive: Receive, tmp_path: Path, clock: FixedClock
) -> None:
    receive(OLDER)
    acknowledge.acknowledge(desk, OLD, PHARMACIST, "Read at the morning meeting.")
    receive(NEWER)
    newer, older = held(desk, NEW), held(desk, OLD)
    notice = desk.views.notice(newer.key)
    said = write_markup(
        certificate(newer, notice, desk.record.organisation, clock.now(), (older,)), "text", a_seal(desk, newer)
    )
    assert f"Recorded for {OLD}, which this alert replaces" in said
    assert "Read at the morning meeting." in said
    said = write_markup(
        certificate(older, None, desk.record.organisation, clock.now()), "text", a_seal(desk, older)
    )
    assert f"Replaced by {NEW}" in said
    path, _changes = export_certificate(desk, NEW, tmp_path, PHARMACIST)
    assert path.read_bytes().startswith(b"%PDF")


def test_the_command_line_says_both_ways(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    receive(OLDER)
    receive(NEWER)
    older, newer = held(desk, OLD), held(desk, NEW)
    assert f"SUPERSEDED by {NEW}" in alert_text(older, None, clock.now())
    assert f"Replaces {OLD}" in alert_text(newer, None, clock.now())
    told = alert_json(older, desk.views.notice(older.key), clock.now())
    assert told["status"] == "superseded"
    assert told["superseded"]["reference"] == NEW
    told = alert_json(newer, desk.views.notice(newer.key), clock.now())
    assert told["supersedes"] == [{"reference": OLD, "words": f"supersedes {OLD}"}]
    assert log_status(older, older.status(clock.now())) == f"Superseded; replaced by {NEW}"


def a_seal(desk: Desk, state: AlertState) -> Seal:
    return gather(desk.record, (state,), "certificate", {"alert": state.key}, desk.clock.now())
