"""Files made before and after a change of the signing key: each is checked by the key of its day."""

from __future__ import annotations

import json

import pytest

from msat.errors import MsatError
from msat.exports.certificate import certificate
from msat.exports.checking import Outcome, check_file
from msat.exports.manifest import make_evidence, read_evidence
from msat.exports.pdf import write_pdf
from msat.exports.seal import Seal, gather
from msat.record.entries import Actor
from msat.record.identity import read_carried
from msat.record.memory import MemoryRecord
from tests.exports.samples import CUT_OFF, KEY, SURGERY, notice, record_with_alert, signed

ADMIN = Actor("B. Jones", "Practice manager", "bjones")


def sealed(record: MemoryRecord) -> Seal:
    return gather(record, [signed(record)], "certificate", {"alert": KEY}, CUT_OFF)


def made(record: MemoryRecord) -> bytes:
    return write_pdf(certificate(signed(record), notice(), SURGERY, CUT_OFF), sealed(record))


def test_files_of_before_and_after_a_changed_key_are_both_verified_with_and_without_the_record() -> None:
    record = record_with_alert()
    before = made(record)
    record.rotate_key(ADMIN)
    record.rotate_key(ADMIN)
    after = made(record)
    assert len(sealed(record).identity) == 3
    for data in (before, after):
        assert check_file(data, "record.pdf", record).outcome is Outcome.VERIFIED
        assert check_file(data, "record.pdf").outcome is Outcome.VERIFIED


@pytest.mark.parametrize("change", ["left out", "swapped", "of another log"])
def test_changes_of_key_that_do_not_lead_to_the_signing_key_are_refused(change: str) -> None:
    record, other = record_with_alert(), record_with_alert()
    for one in (record, other):
        one.rotate_key(ADMIN)
        one.rotate_key(ADMIN)
    outer = json.loads(make_evidence(sealed(record), {"form": "none"}))
    stranger = json.loads(make_evidence(sealed(other), {"form": "none"}))
    outer["key_changes"] = {
        "left out": outer["key_changes"][1:],
        "swapped": outer["key_changes"][::-1],
        "of another log": stranger["key_changes"],
    }[change]
    data = json.dumps(outer, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    signers = read_evidence(data).signers
    with pytest.raises(MsatError):
        read_carried(signers).checked(outer["note"])
