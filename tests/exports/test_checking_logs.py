"""What a check says of the logs that a pack rests on: followed, signed, short, not come, or another here than there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msat.exports.chains import chains
from msat.exports.checking import FileCheck, Outcome, check_file
from msat.exports.document import Document, Heading
from msat.exports.json_sealing import seal_json
from msat.exports.pdf import write_pdf
from msat.exports.seal import seal_of_cut
from msat.ids import EntryId
from msat.projections.cut import Cut
from msat.record.entries import Draft
from msat.record.memory import MemoryRecord
from tests.exchange.sites import CLERK
from tests.exports.samples import KEY, record_with_alert
from tests.exports.test_chains import PERSON, TEAM, cut_of, practice, take

DOCUMENT = Document("Pack", (Heading(1, "Pack"),))


def made(team: MemoryRecord, cut: Cut, most: int = 10**8) -> bytes:
    seal = seal_of_cut(team, cut, "pack", {}, "QOX-P0001")
    return write_pdf(DOCUMENT, seal, (chains(team, cut, {KEY}, most),))


def said(check: FileCheck) -> str:
    return " ".join(check.checked)


def wrong(check: FileCheck) -> str:
    return " | ".join(f"{problem.where}: {problem.what}" for problem in check.problems)


@pytest.fixture
def team() -> MemoryRecord:
    return record_with_alert(organisation=TEAM)


@pytest.fixture
def one() -> MemoryRecord:
    return practice("A81001", KEY)


def test_each_log_is_followed_and_what_is_missing_is_said(team: MemoryRecord, one: MemoryRecord) -> None:
    take(team, one)
    late = practice("C83003", KEY)
    check = check_file(made(team, cut_of(team, one, late)), "pack.pdf")
    assert check.problems == ()
    assert check.entries == team.head().size + one.head().size
    assert "2 logs followed entry by entry" in said(check)
    assert "1 head is signed by the key of the log's own installation as well" in said(check)
    assert "1 log is named of which nothing had come when it was made" in said(check)
    assert "Fingerprint of the first entry of log" in said(check)


def test_where_the_entries_were_too_large_that_is_said(team: MemoryRecord, one: MemoryRecord) -> None:
    take(team, one)
    check = check_file(made(team, cut_of(team, one), most=500), "pack.pdf")
    assert check.problems == ()
    assert "too large to attach: 2 logs. Their keys and signed heads are attached" in said(check)


def test_a_head_that_only_the_maker_signed_is_said(team: MemoryRecord, one: MemoryRecord) -> None:
    take(team, one)
    cut = cut_of(team, one)
    short = replace(cut.logs[1], size=2, head=team.received.ids(one.log)[1])
    check = check_file(made(team, replace(cut, logs=(cut.own, short))), "pack.pdf")
    assert check.problems == ()
    assert "but by the maker of this file alone: 1 head" in said(check)


def test_a_log_under_another_organisations_code_is_named(team: MemoryRecord, one: MemoryRecord) -> None:
    take(team, one)
    cut = cut_of(team, one)
    moved = replace(cut, logs=(cut.own, replace(cut.logs[1], ods="B82002")))
    check = check_file(made(team, moved), "pack.pdf")
    assert "named as B82002's, and its first entry says that it was opened for Practice A81001" in wrong(check)


def test_a_practice_finds_its_own_log_in_a_pack_of_its_team(team: MemoryRecord, one: MemoryRecord) -> None:
    take(team, one)
    data = made(team, cut_of(team, one))
    one.append([Draft("alert.acknowledged", PERSON, {"note": "later"}, about=KEY, meaning="Seen.")])
    check = check_file(data, "pack.pdf", one)
    assert check.outcome is Outcome.NOT_FROM_HERE
    assert "1 log that it names beside this record's: held here up to the same head." in said(check)


def test_a_practice_finds_that_its_log_is_another_one_there(team: MemoryRecord, one: MemoryRecord) -> None:
    take(team, one)
    data = made(team, cut_of(team, one))
    size = one.head().size
    one._entries[-1] = replace(one._entries[-1], id=EntryId("f" * 64))
    told = wrong(check_file(data, "pack.pdf", one))
    assert f"Entry {size} of the log {one.log[:8]} is another one here than the file names" in told
    del one._entries[-1]
    assert f"when this record had {size} entries; it now has {size - 1}" in wrong(check_file(data, "pack.pdf", one))


def test_whoever_holds_the_makers_log_need_not_ask_anybody(team: MemoryRecord, one: MemoryRecord) -> None:
    take(team, one)
    data = made(team, cut_of(team, one))
    take(one, team)
    check = check_file(data, "pack.pdf", one)
    assert (check.problems, check.outcome) == ((), Outcome.VERIFIED)
    assert "2 logs that it names beside this record's" in said(check)


def test_a_record_cut_back_since_is_noticed(team: MemoryRecord, one: MemoryRecord) -> None:
    take(team, one)
    data = made(team, cut_of(team, one))
    del team._entries[-1]
    assert "Its end is missing" in wrong(check_file(data, "pack.pdf", team))


def test_a_pack_without_its_chains_says_that_nothing_was_followed(team: MemoryRecord, one: MemoryRecord) -> None:
    take(team, one)
    seal = seal_of_cut(team, cut_of(team, one), "pack", {}, "QOX-P0001")
    check = check_file(write_pdf(DOCUMENT, seal), "pack.pdf")
    assert check.problems == ()
    assert "Their entries are not inside this file, so they were not followed" in said(check)


def test_a_sealed_json_of_another_content_is_refused_in_words(team: MemoryRecord, one: MemoryRecord) -> None:
    seal = seal_of_cut(team, cut_of(team), "pack", {}, "QOX-P0001")
    data = seal_json(b'{"document":[],"format":"msat-content-v1","values":{}}', seal)
    assert check_file(data, "pack.json", team).valid
    assert check_file(data.strip() + b"\n", "pack.json", team).valid
    assert "was changed" in wrong(check_file(data.replace(b'"values":{}', b'"values":{"a":1}'), "pack.json"))
    assert not check_file(data.replace(b'"document":[]', b'"document": []'), "pack.json").valid
    assert not check_file(data[:-9], "pack.json").valid
    assert CLERK.name not in data.decode()
