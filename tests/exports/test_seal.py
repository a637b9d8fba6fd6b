"""What an export is sealed with, and how it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msat.errors import RecordProblem
from msat.exports.manifest import BadEvidence, as_lines, from_lines, make_evidence, read_evidence
from msat.exports.seal import Seal, gather, say_numbers
from msat.record.entries import Actor, Draft, Head
from tests.exports.samples import CUT_OFF, KEY, history, record_with_alert, state


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], ""),
        ([4], "entry 4"),
        ([4, 5], "entries 4 and 5"),
        ([1, 4, 5, 6, 9, 10], "entries 1, 4 to 6, 9 and 10"),
        ([3, 3], "entry 3"),
    ],
)
def test_entry_numbers_are_said_in_spans(numbers: list[int], words: str) -> None:
    assert say_numbers(numbers) == words


def test_it_gathers_the_entries_of_the_alert_and_the_rules_version(seal: Seal) -> None:
    assert [entry.seq for entry in seal.entries] == list(range(2, 13))
    assert seal.rules_versions == ("2026.11.1",)
    assert seal.head.size == 12
    assert [entry.seq for entry in seal.identity] == [1]


def test_a_cut_off_leaves_later_entries_out() -> None:
    record = record_with_alert()
    fifth = next(record.entries(after=4, upto=5))
    cut = gather(record, [state(record)], "certificate", {"alert": KEY}, CUT_OFF, Head(record.log, 5, fifth.id))
    record.append([Draft("alert.acknowledged", Actor("A", "b"), {"note": ""}, about=KEY, meaning="Later.")])
    later = gather(
        record, [replace(state(record), history=history(record))], "certificate", {"alert": KEY}, CUT_OFF, cut.head
    )
    assert [entry.seq for entry in cut.entries] == [2, 3, 4, 5]
    assert later == cut
    assert make_evidence(later, {}) == make_evidence(cut, {})


def test_views_that_name_an_unknown_entry_are_not_exported() -> None:
    record = record_with_alert()
    with pytest.raises(RecordProblem, match="Rebuild the views"):
        gather(record, [state(record_with_alert())], "certificate", {}, CUT_OFF)


def test_evidence_comes_back_from_bytes_and_from_lines(seal: Seal) -> None:
    data = make_evidence(seal, {"form": "x"}, [["text"]])
    assert from_lines("\n".join(as_lines(data))) == data
    assert len(read_evidence(data).entries) == 11
    assert read_evidence(data).extra == [["text"]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"format":"msat-evidence-v1"}',
        b'{"format":"msat-evidence-v2"}',
        b'{"entries":[],"extra":null,"format":"msat-evidence-v1","genesis":{"body":"","header":""},"manifest":"{}","note":""}',
        b"[" * 5000,
    ],
)
def test_damaged_evidence_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(BadEvidence):
        read_evidence(data)


@pytest.mark.parametrize("text", ["", "AAAA", "!!!!", "eJw", "é"])
def test_damaged_lines_are_refused_in_words(text: str) -> None:
    with pytest.raises(BadEvidence):
        from_lines(text)


def test_the_footer_names_organisation_entry_head_and_time(seal: Seal) -> None:
    first, second = seal.footer()
    assert first == f"Demo Surgery (Y00000) · {seal.place()} · as at 22 August 2026 17:00"
    assert "entry 12, head " in first
    assert "msatctl verify FILE" in second
