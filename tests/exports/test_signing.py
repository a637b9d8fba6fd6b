"""Files built again: with the recorded note the same to the byte, without a key, after a change of key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.exports.checking import check_file
from msat.exports.document import Document, Heading
from msat.exports.pdf import write_pdf
from msat.exports.seal import Seal, seal_of_cut
from msat.exports.signing import Notes
from msat.ids import LogId
from msat.projections.cut import Cut, LogCut
from msat.record.entries import Actor
from msat.record.memory import MemoryRecord
from tests.exports.samples import CUT_OFF, ISSUED, SURGERY, record_with_alert

DOCUMENT = Document("Pack", (Heading(1, "Pack"),))
ADMIN = Actor("B. Jones", "Practice manager", "bjones")


def cut_of(record: MemoryRecord) -> Cut:
    head, own = record.head(), record.organisation
    other = LogCut(LogId("b" * 32), "Y00001", "Other Surgery", "gp-practice", 7, head.id)
    return Cut(CUT_OFF, (LogCut(head.log, own.ods, own.name, own.kind, head.size, head.id, is_own=True), other))


def sealed(record: MemoryRecord, cut: Cut, notes: Notes) -> Seal:
    return seal_of_cut(record, cut, "pack", {"from": "2026-07-01"}, "Y00000-P0001", ["2026.11.1", ""], notes)


def test_a_file_built_again_without_the_key_is_the_same_to_the_byte() -> None:
    record = record_with_alert()
    cut, notes = cut_of(record), Notes(record.sign)
    made = write_pdf(DOCUMENT, sealed(record, cut, notes))
    assert len(notes.kept) == 1
    record.append([])
    again = Notes(None, notes.kept)
    assert write_pdf(DOCUMENT, sealed(record, cut, again)) == made
    assert again.kept == notes.kept
    assert check_file(made, "pack.pdf", record).valid


def test_a_file_built_again_after_the_key_was_changed_is_the_same_to_the_byte() -> None:
    record = record_with_alert()
    cut, notes = cut_of(record), Notes(record.sign)
    made = write_pdf(DOCUMENT, sealed(record, cut, notes))
    record.rotate_key(ADMIN)
    assert write_pdf(DOCUMENT, sealed(record, cut, Notes(record.sign, notes.kept))) == made


def test_a_changed_content_is_not_signed_without_the_key() -> None:
    record = record_with_alert()
    cut, notes = cut_of(record), Notes(record.sign)
    write_pdf(DOCUMENT, sealed(record, cut, notes))
    other = replace(DOCUMENT, title="Another pack")
    with pytest.raises(Refused, match="another content"):
        write_pdf(other, sealed(record, cut, Notes(None, notes.kept)))


def test_a_damaged_recorded_note_counts_as_none() -> None:
    notes = Notes(None, ["", "rubbish", "x\n\nrubbish"])
    with pytest.raises(Refused):
        notes("msat-export-v1\n")


def test_a_note_that_the_history_does_not_allow_is_not_sealed_in() -> None:
    """A cut taken before the key was changed, signed after it: nobody could check that."""
    record = record_with_alert(FixedClock(ISSUED))
    cut = cut_of(record)
    record.rotate_key(ADMIN)
    with pytest.raises(Refused, match="signing key"):
        write_pdf(DOCUMENT, sealed(record, cut, Notes(record.sign)))


def test_the_number_and_the_head_stand_on_every_page_and_every_log_in_the_manifest() -> None:
    record = record_with_alert()
    seal = sealed(record, cut_of(record), Notes(record.sign))
    whose, how = seal.footer()
    assert "Pack Y00000-P0001" in whose
    assert seal.place() in how
    assert SURGERY.ods in whose
    assert "msatctl verify" in how
    assert "one other log" in " ".join(seal.closing())
    assert seal.rules_versions == ("2026.11.1",)
