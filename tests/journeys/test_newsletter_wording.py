"""The checks of wording against real notices: no false alarm over the program's own words, nor over the notice's."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.exports.newsletter import sentences
from msat.exports.newsletter_checks import Remark, Weight
from msat.feeds.fetch import HttpWeb
from msat.places import Places
from msat.projections.alert_state import AlertState
from msat.projections.newsletter_draft import DraftItem, Edit, IssueDraft, Length
from msat.record.organisation import Organisation
from msat.services import sources
from msat.services.desk import Desk
from msat.services.newsletter_look import look
from msat.services.refresh import refresh

ALL = ("prescribers", "community-pharmacies", "care-homes")
MOST = 20


@pytest.fixture
def desk(profile: Places, shared: Path) -> Iterator[Desk]:
    """A commissioner's team that read every notice of the stand-in."""
    clock = FixedClock(datetime(2026, 8, 21, 12, tzinfo=UTC))
    bootstrap.create_profile(profile, Organisation("Test Team", "QXX", "committee"), clock)
    program = [sys.executable, str(shared / "govuk" / "stub.py")]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        sources.set_address(profile, "govuk-alerts", process.stdout.readline().strip())
        made = bootstrap.open_desk(profile, clock)
        refresh(made, web=HttpWeb())
        process.terminate()
    yield made
    made.close()


@pytest.fixture
def alerts(desk: Desk) -> list[AlertState]:
    """Twenty alerts, of every family in turn."""
    families: dict[str, list[AlertState]] = defaultdict(list)
    for state in desk.views.states():
        families[state.family].append(state)
    chosen: list[AlertState] = []
    while len(chosen) < MOST and any(families.values()):
        chosen += [found.pop(0) for found in families.values() if found]
    return chosen[:MOST]


def issue(alerts: list[AlertState], edits: dict[str, tuple[Edit, ...]] | None = None) -> IssueDraft:
    items = tuple(DraftItem(str(one.key), edits=(edits or {}).get(str(one.key), ())) for one in alerts)
    return IssueDraft("real", "Real notices", ALL, items=items)


def found(desk: Desk, draft: IssueDraft) -> list[Remark]:
    return [one for part in look(desk, draft).audiences for one in part.remarks]


def test_the_programs_own_words_of_real_notices_need_no_mending(desk: Desk, alerts: list[AlertState]) -> None:
    assert len(alerts) == MOST
    remarks = found(desk, issue(alerts))
    assert [one for one in remarks if one.weight is Weight.WRONG] == []
    assert {one.code for one in remarks} <= {"too-long", "no-why"}
    # What is left to look at: notices of which the stand-in has no more than the title give no reason.
    for one in remarks:
        notice = desk.views.notice(one.key)
        assert one.code == "too-long" or (notice is not None and notice.description == ""), one
    assert len({one.key for one in remarks}) <= MOST // 2
    full = issue(alerts)
    full = replace(full, items=tuple(replace(one, length=Length.FULL) for one in full.items))
    assert [one for one in found(desk, full) if one.weight is Weight.WRONG] == []


def test_the_notices_own_sentences_are_no_fault_of_an_editor(desk: Desk, alerts: list[AlertState]) -> None:
    edits = {}
    for state in alerts:
        notice = desk.views.notice(state.key)
        assert notice is not None
        version = state.versions[-1].version
        made = [Edit("headline", state.title, "", version), Edit("why", sentences(notice.text)[0], "", version)]
        if notice.patient_advice is not None:
            advice = " ".join(sentences(notice.patient_advice.words)[:2])
            made.append(Edit("patients", advice, "", version))
        edits[str(state.key)] = tuple(made)
    wrong = {(one.key, one.code) for one in found(desk, issue(alerts, edits)) if one.code not in ("too-long", "no-why")}
    assert wrong == set()


def test_a_fault_put_into_a_real_item_is_still_told(desk: Desk, alerts: list[AlertState]) -> None:
    faults = {
        "be-aware": "Please be aware of this.",
        "dose-changed": "Take 987 mg instead.",
        "shouting": "This is EXTREMELY urgent.",
        "not-an-alert": "This National Patient Safety Alert concerns stock.",
    }
    plain = [one for one in alerts if one.family == "medicines-recall"]
    assert plain
    for code, text in faults.items():
        edits = {str(one.key): (Edit("why", text, "", one.versions[-1].version),) for one in plain}
        told = {one.key for one in found(desk, issue(plain, edits)) if one.code == code}
        assert told == set(edits), code
