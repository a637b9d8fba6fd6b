"""Issuing packs: what is recorded, the same bytes again here and elsewhere, nothing half written, drafts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from msat import bootstrap
from msat.errors import Cancelled, NotRecorded, Refused
from msat.exports.checking import check_file
from msat.exports.pack_values import pack_values
from msat.ids import fingerprint
from msat.places import places
from msat.projections.kpi_model import to_json
from msat.projections.kpis import kpis
from msat.projections.pack_exceptions import SILENT
from msat.projections.pack_model import Signatory
from msat.record.codec import encode
from msat.services import export_pack
from msat.services.desk import Desk
from msat.services.export_pack import draft_pack, issue_pack, make_again, packs
from msat.services.gathering import cut_now
from msat.services.indicators import basis
from msat.services.pack_files import FORMATS, checked_formats
from msat.services.pack_preparing import Wanted
from msat.services.plan import agree_plan
from tests.pack_world import FIRST, LAST, LEAD, World, build, send

CHAIR = Signatory("Demo Chair", "chair of the committee")
WANTED = Wanted(FIRST, LAST, Signatory("Demo Lead", "medicines safety officer"), Signatory(), CHAIR)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three practices, the last of which sends nothing; the newest four alerts."""
    world = build(tmp_path_factory.mktemp("world"), 3, 4)
    yield world
    world.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_pack_is_numbered_recorded_and_made_again_to_the_byte(played: World, out: Path, tmp_path: Path) -> None:
    desk = played.committee
    made = issue_pack(desk, WANTED, out, LEAD)
    assert made.number == f"Y09999-P{len(packs(desk)):04d}"
    assert [path.name for path in made.files] == [f"pack-{made.number}.{form}" for form in FORMATS]
    listed = packs(desk)[-1]
    assert listed.issued is not None
    assert dict(listed.files) == {name: fingerprint(data) for name, data in files_in(out).items()}
    played.clock.moment += timedelta(days=2)
    agree_plan(desk, str(desk.views.states()[0].key), "amber", ("Ask every practice.",), LEAD)
    again = tmp_path / "again"
    again.mkdir()
    make_again(desk, f" {made.number.lower()} ", again, None)
    assert files_in(again) == files_in(out)
    assert packs(desk)[-1].number == made.number


def test_another_machine_with_the_record_and_without_the_key_makes_the_same(
    played: World, out: Path, tmp_path: Path
) -> None:
    made = issue_pack(played.committee, WANTED, out, LEAD)
    root, copy = played.committee.places.data.parent, tmp_path / "copy"
    shutil.copytree(root, copy)
    gone = [path for path in copy.rglob("*") if path.is_file() and "key" in path.name]
    for path in gone:
        path.unlink()
    assert gone
    desk = bootstrap.open_desk(places(copy), played.clock)
    again = tmp_path / "again"
    again.mkdir()
    try:
        make_again(desk, made.number, again, None)
        assert files_in(again) == files_in(out)
    finally:
        desk.close()


def test_what_came_later_is_not_in_it_and_stands_in_the_next_as_late(played: World, out: Path) -> None:
    desk = played.committee
    first = issue_pack(desk, WANTED, out, LEAD, ("json",))
    played.clock.moment += timedelta(hours=3)
    late = played.practices[0]
    state = next(one for one in late.views.states() if one.sign_off)
    from msat.services.reopen import reopen

    reopen(late, str(state.key), "A box was found.", LEAD, happened=datetime(2026, 8, 30, 12, tzinfo=UTC))
    send(played, late)
    played.clock.moment += timedelta(hours=1)
    second = issue_pack(desk, WANTED, out, LEAD, ("json",))
    assert first.pack.late == ()
    assert second.pack.cover.previous == first.number
    assert [(one.ods, one.alert) for one in second.pack.late] == [("Y10000", str(state.key))]
    assert "A box was found" in second.pack.late[0].what
    assert any("after its cut-off" in line for line in second.pack.limits)


def test_the_figures_are_those_of_the_one_place_that_computes_them(played: World, out: Path) -> None:
    desk = played.committee
    cut = cut_now(desk)
    made = issue_pack(desk, WANTED, out, LEAD, ("json",))
    told = json.loads(made.files[0].read_text(encoding="utf-8"))["content"]["values"]
    assert told["kpis"] == json.loads(json.dumps(to_json(kpis(basis(desk, cut, FIRST, LAST)))))
    assert told["cover"]["number"] == made.number
    values = pack_values(made.pack)
    assert encode(values, 10**8) == encode({name: told[name] for name in values}, 10**8)
    silent = next(group for group in made.pack.exceptions if group.title == SILENT)
    assert [line.who for line in silent.lines] == ["Castle Hill Practice (Y10002)"]


def test_each_file_carries_its_proof(played: World, out: Path) -> None:
    made = issue_pack(played.committee, WANTED, out, LEAD)
    for path in made.files:
        found = check_file(path.read_bytes(), path.name)
        assert found.valid, (path.name, found.problems)


def test_a_draft_is_marked_and_leaves_no_trace_in_the_record(played: World, out: Path) -> None:
    before = played.committee.record.head()
    made = draft_pack(played.committee, replace(WANTED, approver=Signatory()), out)
    assert made.number == ""
    assert played.committee.record.head() == before
    assert all(path.name.startswith("draft-pack-") for path in made.files)
    html = next(path for path in made.files if path.suffix == ".html").read_text(encoding="utf-8")
    assert "DRAFT" in html


def test_without_an_approver_there_is_no_pack(played: World, out: Path) -> None:
    with pytest.raises(Refused, match="no approver") as caught:
        issue_pack(played.committee, replace(WANTED, approver=Signatory()), out, LEAD)
    assert "--draft" in caught.value.next_step
    assert files_in(out) == {}


def test_a_name_without_a_role_and_a_period_upside_down_are_refused(played: World, out: Path) -> None:
    with pytest.raises(Refused, match="role"):
        issue_pack(played.committee, replace(WANTED, approver=Signatory("Somebody")), out, LEAD)
    with pytest.raises(Refused, match="before it begins"):
        issue_pack(played.committee, replace(WANTED, first=LAST, last=FIRST), out, LEAD)
    with pytest.raises(Refused, match="no folder"):
        issue_pack(played.committee, WANTED, out / "none", LEAD)
    with pytest.raises(Refused, match="not a form"):
        checked_formats(("docx",))


@pytest.mark.parametrize("stop", [0, 1, 3, 5, 7, 9])
def test_stopped_at_any_point_nothing_is_left_and_the_number_can_be_made_later(
    played: World, out: Path, tmp_path: Path, stop: int
) -> None:
    calls = iter(range(1000))

    def progress(_what: str, _done: int, _of: int) -> None:
        if next(calls) == stop:
            raise Cancelled("Stopped.", "Start again.")

    with pytest.raises(Cancelled):
        issue_pack(played.committee, WANTED, out, LEAD, ("html", "json"), progress)
    assert files_in(out) == {}
    last = packs(played.committee)[-1]
    assert last.issued is None
    make_again(played.committee, last.number, out, LEAD, ("html", "json"))
    first = files_in(out)
    assert packs(played.committee)[-1].issued is not None
    make_again(played.committee, last.number, out, None)
    assert files_in(out) == first


def test_when_the_issue_cannot_be_recorded_the_files_go_again(
    played: World, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object) -> None:
        raise NotRecorded("The disk is full.", "Make room.")

    monkeypatch.setattr(export_pack.deeds, "record_general", fails)
    with pytest.raises(NotRecorded):
        issue_pack(played.committee, WANTED, out, LEAD, ("json",))
    assert files_in(out) == {}


def test_a_pack_that_would_differ_is_refused_in_words(
    played: World, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = issue_pack(played.committee, WANTED, out, LEAD, ("html",))
    monkeypatch.setattr("msat.exports.pack_front.TITLE", "Another title")
    again = tmp_path / "again"
    again.mkdir()
    with pytest.raises(Refused, match="cannot be made again as it was issued"):
        make_again(played.committee, made.number, again, None)
    assert files_in(again) == {}


def test_a_file_that_would_be_packed_otherwise_is_told_apart_from_one_that_says_something_else(
    played: World, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = issue_pack(played.committee, WANTED, out, LEAD, ("html",))
    real = export_pack.make_files

    def otherwise(*given: Any, **more: Any) -> dict[str, bytes]:
        return {name: data + b"\n" for name, data in real(*given, **more).items()}

    monkeypatch.setattr(export_pack, "make_files", otherwise)
    again = tmp_path / "again"
    again.mkdir()
    with pytest.raises(Refused, match="would say the same") as caught:
        make_again(played.committee, made.number, again, None)
    assert "requirements.lock" in caught.value.next_step
    assert files_in(again) == {}


def test_an_unknown_number_names_those_there_are(played: World, out: Path) -> None:
    with pytest.raises(Refused, match="There is no pack") as caught:
        make_again(played.committee, "Y09999-P9999", out, None)
    known = packs(played.committee)
    assert (known[-1].number if known else "none yet") in caught.value.next_step


def test_a_practice_gets_a_pack_about_itself(played: World, out: Path) -> None:
    desk: Desk = played.practices[0]
    made = issue_pack(desk, replace(WANTED, author=Signatory("Demo Pharmacist", "pharmacist")), out, LEAD, ("html",))
    assert made.number.startswith("Y10000-P")
    assert (made.pack.asked, made.pack.replied) == (1, 1)
    assert made.pack.matrix.rows == ()
    html = made.files[0].read_text(encoding="utf-8")
    assert "Organisations by alerts" not in html
    assert "Red alerts of the period" in html
