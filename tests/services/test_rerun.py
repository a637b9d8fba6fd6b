"""Deciding again: the same bytes come out, whatever was changed since; what is damaged or forged is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from msat import settings
from msat.actions.stored import decode, encode
from msat.errors import RecordProblem, Refused
from msat.projections.values import data_of
from msat.record.entries import Draft
from msat.services import rerun as again
from msat.services import site
from msat.services.desk import Person
from msat.services.intake import Intake
from msat.services.rerun import rerun
from msat.working_days import Site
from tests.notices import recall

MSAT = Person("MSAT", "program")


def outcomes(desk, ref=None):
    return [one.outcome for one in rerun(desk, ref).done]


def test_every_decision_comes_out_the_same_and_one_alert_can_be_asked_for(desk, receive, clock):
    receive(recall())
    receive(recall("EL(26)A/62", class_=3, product="Carbamazepine 200 mg tablets"))
    clock.moment += timedelta(days=2)
    receive(recall(batches=(("TX1001", "11/2027"), ("TX1009", "12/2027")), issued=date(2026, 11, 23)))
    found = rerun(desk)
    assert [one.outcome for one in found.done] == [again.SAME] * 3
    assert found.words == "3 of 3 decisions come out the same, byte for byte."
    assert len(rerun(desk, "EL(26)A/62").done) == 1
    with pytest.raises(Refused, match="EL"):
        rerun(desk, "EL(26)A/99")


def test_two_pages_of_one_alert_are_decided_on_together_and_again(desk, receive):
    receive(recall(patient_advice="Patients should return affected packs."))
    receive(recall(path="/drug-device-alerts/second-page", batches=(("TX1001", "11/2027"),), hour=10))
    last = [e for e in desk.record.entries() if e.type == again.TRIAGED][-1]
    assert data_of(last)["notice"] in last.content["files"]
    assert set(outcomes(desk)) == {again.SAME}


def test_the_entry_holds_what_is_needed_and_names_the_file_of_the_rules(desk, receive):
    receive(recall())
    (entry,) = [e for e in desk.record.entries() if e.type == again.TRIAGED]
    data = data_of(entry)
    assert data["kind"] == "dispensing-practice"
    assert (data["nation"], data["received"], data["counted_from"]) == ("england", "2026-11-22T12:00:00Z", None)
    assert data["rules_file"] in entry.content["files"]
    base = decode(desk.files.get(data["rules_file"]))
    assert base.rules == desk.knowledge.rules
    assert decode(bytes(bytearray(desk.files.get(data["rules_file"])))) is base  # read once for every alert opened
    assert base.site.fixed_years[0] <= 2014
    assert encode(base) == desk.files.get(data["rules_file"])


def test_the_rules_are_stored_once_for_many_notices(desk, receive):
    for number in range(61, 66):
        receive(recall(f"EL(26)A/{number}"))
    files = {data_of(e)["rules_file"] for e in desk.record.entries() if e.type == again.TRIAGED}
    assert len(files) == 1


def test_days_and_nation_that_were_changed_since_change_nothing_that_was_decided(desk, receive, profile):
    receive(recall(class_=3))
    before = desk.views.find("EL(26)A/61").due
    site.add_day(profile, date(2026, 11, 26), "Proclaimed", "shut")
    settings.save(profile.settings, {"nation": "scotland"})
    desk.learn(replace(desk.knowledge, site=site.load(profile)))
    assert desk.knowledge.site.nation == "scotland"
    assert outcomes(desk) == [again.SAME]
    receive(recall("EL(26)A/62", class_=3))
    after = desk.views.find("EL(26)A/62").due
    assert (before.last_open, after.last_open) == (None, date(2026, 11, 25))
    assert outcomes(desk) == [again.SAME, again.SAME]


def test_a_forged_decision_is_named_with_what_differs(desk, receive):
    state = receive(recall())
    (entry,) = [e for e in desk.record.entries() if e.type == again.TRIAGED]
    forged = {**data_of(entry), "rag": "green"}
    version = entry.content["version"]
    desk.record.append([Draft(again.TRIAGED, MSAT.actor(), forged, about=state.key, version=version)])
    found = rerun(desk)
    assert [one.outcome for one in found.done] == [again.SAME, again.DIFFERS]
    assert found.done[-1].differences == ("rag: recorded as green, now red.",)
    assert "1 do not come out the same" in found.words


def test_decisions_of_before_have_no_stored_rules_and_say_so(desk, receive):
    state = receive(recall())
    (entry,) = [e for e in desk.record.entries() if e.type == again.TRIAGED]
    old = {name: value for name, value in data_of(entry).items() if name != "rules_file"}
    desk.record.append([Draft(again.TRIAGED, MSAT.actor(), old, about=state.key, version=entry.content["version"])])
    found = rerun(desk)
    assert [one.outcome for one in found.done] == [again.SAME, again.NOT_STORED]
    assert not found.done[-1].is_wrong
    assert "cannot be made again" in found.words


@pytest.mark.parametrize("which", ["rules_file", "version"])
@pytest.mark.parametrize("how", ["gone", "changed"])
def test_a_missing_or_changed_file_is_named(desk, receive, which, how):
    receive(recall())
    (entry,) = [e for e in desk.record.entries() if e.type == again.TRIAGED]
    digest = data_of(entry)["rules_file"] if which == "rules_file" else entry.content["version"]
    path = desk.files.path(digest)
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"2", b"3", 1))
    (one,) = rerun(desk).done
    assert (one.outcome, one.is_wrong) == (again.UNREADABLE, True)
    assert ("missing" if how == "gone" else "damaged") in one.words


def test_an_entry_that_says_no_moments_is_unreadable_and_stops_nothing(desk, receive):
    state = receive(recall())
    (entry,) = [e for e in desk.record.entries() if e.type == again.TRIAGED]
    for wrong in ({"received": None}, {"received": "yesterday"}, {"kind": "hospital"}):
        data = {**data_of(entry), **wrong}
        draft = Draft(again.TRIAGED, MSAT.actor(), data, about=state.key, version=entry.content["version"])
        desk.record.append([draft])
    assert outcomes(desk) == [again.SAME] + [again.UNREADABLE] * 3


@pytest.mark.parametrize("data", [b"", b"{}", b'{"format":"msat-rules-v1"}', b"\xff", b"[1]"])
def test_what_is_no_stored_base_is_refused(data):
    with pytest.raises(RecordProblem):
        decode(data)


def test_a_batch_takes_one_store_of_the_rules_and_a_later_one_finds_new_days(desk, profile):
    intake = Intake(desk, recall().source, MSAT)
    for number in (71, 72):
        intake.take(recall(f"EL(26)A/{number}"))
    intake.record()
    desk.learn(replace(desk.knowledge, site=Site(opened=((date(2026, 11, 28), "Clinic"),))))
    intake = Intake(desk, recall().source, MSAT)
    intake.take(recall("EL(26)A/73"))
    intake.record()
    files = [data_of(e)["rules_file"] for e in desk.record.entries() if e.type == again.TRIAGED]
    assert files[0] == files[1] != files[2]
    assert set(outcomes(desk)) == {again.SAME}
