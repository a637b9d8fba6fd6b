"""Packs of every make: archival, accessible, whole for other programs, the same to the byte, signed or not; and single
bits flipped in a signed one.

Rows 18 and 19 of the table of faults. Each file is written into memory only; the larger series are marked slow.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import page
import pytest

from msat.exports.certificate import certificate as record_page
from msat.exports.certificate_checking import check_certificate
from msat.exports.certificate_signing import Certifier, open_certificate
from msat.exports.chains import chains
from msat.exports.check_finding import Finding
from msat.exports.checking import check_file
from msat.exports.content import content_attachment, content_json
from msat.exports.manifest import BadEvidence
from msat.exports.pack import pack_document
from msat.exports.pack_values import pack_values
from msat.exports.pdf import write_pdf
from msat.exports.pdf_reading import read_pdf
from msat.exports.seal import Seal, gather, seal_of_cut
from msat.ids import fingerprint
from msat.projections.cut import Cut, LogCut
from msat.projections.pack_model import Pack
from msat.record.entries import Actor, Draft
from msat.record.memory import MemoryRecord
from tests.exports.certificates import PASSWORD, certificate
from tests.exports.hostile import PAYLOADS
from tests.exports.pack_samples import empty_pack, pack
from tests.exports.samples import CUT_OFF, KEY, SURGERY, notice, record_with_alert, signed

HAS_SIGN = importlib.util.find_spec("pyhanko") is not None
PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
FREE = frozenset({"title", "why", "what", "who", "note", "name", "reference", "reason", "response", "value", "since"})
"""Fields of a pack that hold whatever people or publishers wrote."""
LONG = (*PAYLOADS, "Product " * 400, "x" * 3_000, "أحمد " * 30, "💊" * 40, "ﬁ" * 50, "a\u0301" * 60)


def varied(dice: random.Random) -> Pack:
    """A pack of any size, with hostile and long text where people and publishers write."""
    if dice.random() < 0.1:
        return replace(empty_pack(), logs=pack(1, 1).logs)
    return _with_text(pack(dice.randrange(1, 9), dice.randrange(1, 14)), dice)  # type: ignore[no-any-return]


def _with_text(value: Any, dice: random.Random) -> Any:
    if isinstance(value, tuple):
        return tuple(_with_text(each, dice) for each in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    told = {}
    for one in dataclasses.fields(value):
        now = getattr(value, one.name)
        if isinstance(now, str):
            is_free = one.name in FREE and dice.random() < 0.04
            told[one.name] = dice.choice(LONG) if is_free and type(now) is str else now
        else:
            told[one.name] = _with_text(now, dice)
    return replace(value, **told)


def faults(data: bytes, folder: Path) -> list[str]:
    """What the validator and qpdf have against a file."""
    found = [
        f"{profile.value}: {failure.rule_id}"
        for profile in PROFILES
        for failure in page.validate_pdf_bytes(data, profile=profile).failures
    ]
    if shutil.which("qpdf"):
        file = folder / "pack.pdf"
        file.write_bytes(data)
        done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
        found += [f"qpdf: {done.stdout}{done.stderr}"] if done.returncode else []
    return found


def make(record: MemoryRecord, made: Pack) -> Callable[[Certifier | None], bytes]:
    """How the PDF of a pack is written, signed or not."""
    head, own = record.head(), record.organisation
    cut = Cut(CUT_OFF, (LogCut(head.log, own.ods, own.name, own.kind, head.size, head.id, is_own=True),))
    document = pack_document(made)
    attached = chains(record, cut, None)

    def write(certifier: Certifier | None) -> bytes:
        seal = seal_of_cut(record, cut, "pack", {}, made.cover.number)
        content = content_attachment(content_json(document, pack_values(made), seal))
        return write_pdf(document, replace(seal, certify=certifier), (content, attached))

    return write


def trial(number: int, record: MemoryRecord, certifier: Certifier | None, folder: Path) -> None:
    """One pack: written twice and signed, each held to everything that must be true of it."""
    write = make(record, varied(random.Random(number)))
    data = write(None)
    assert write(None) == data
    for one in (data, write(certifier)) if certifier else (data,):
        assert faults(one, folder) == []
        check = check_file(one, "pack.pdf", record)
        assert check.problems == ()
        assert any("text by text and cell by cell" in line for line in check.checked)


@pytest.fixture(scope="module")
def certifier() -> Certifier | None:
    return Certifier(open_certificate(certificate().p12, PASSWORD), CUT_OFF, "Issued") if HAS_SIGN else None


@pytest.mark.parametrize("number", range(20))
def test_packs_of_every_make_are_archival_accessible_and_the_same_to_the_byte(
    number: int, certifier: Certifier | None, tmp_path: Path
) -> None:
    trial(number, record_with_alert(), certifier, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_five_hundred_packs_of_every_make(certifier: Certifier | None, tmp_path: Path) -> None:
    record = record_with_alert()
    for number in range(1_000, 1_500):
        trial(number, record, certifier, tmp_path)


# --- flipped bits ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def issued() -> tuple[MemoryRecord, Seal, bytes]:
    """A record, the seal of a page from it, and the page, whose fingerprint the record holds."""
    certify = Certifier(open_certificate(certificate().p12, PASSWORD), CUT_OFF, "Issued") if HAS_SIGN else None
    record = record_with_alert()
    seal = gather(record, [signed(record)], "certificate", {"alert": KEY}, CUT_OFF)
    data = write_pdf(record_page(signed(record), notice(), SURGERY, CUT_OFF), replace(seal, certify=certify))
    record.append([Draft("export.issued", Actor("A", "lead"), {"sha256": fingerprint(data)}, meaning="Issued it.")])
    return record, seal, data


def accepted(record: MemoryRecord, data: bytes, dice: random.Random, flips: int) -> tuple[list[int], int]:
    """Where single flipped bits passed the check, and how many of those the fingerprint in the record let pass."""
    passed, known = [], 0
    for _ in range(flips):
        at, broken = dice.randrange(len(data)), bytearray(data)
        broken[at] ^= 1 << dice.randrange(8)
        check = check_file(bytes(broken), "page.pdf", record)
        if check.valid:
            passed.append(at)
            known += any("byte for byte, the file that entry" in line for line in check.checked)
    return passed, known


@pytest.mark.skipif(not HAS_SIGN, reason="NOT TESTED: flipped bits in a signed PDF, as pyHanko is not installed")
@pytest.mark.parametrize("flips", [300, pytest.param(5_000, marks=(pytest.mark.slow, pytest.mark.timeout(3600)))])
def test_no_flipped_bit_in_a_signed_pdf_is_accepted(issued: tuple[MemoryRecord, Seal, bytes], flips: int) -> None:
    """Its signature fills its place, so there is no padding in which a bit could be flipped unnoticed."""
    record, _seal, data = issued
    assert check_file(data, "page.pdf", record).valid
    assert accepted(record, data, random.Random(flips), flips) == ([], 0)


@pytest.mark.parametrize("flips", [100, pytest.param(5_000, marks=(pytest.mark.slow, pytest.mark.timeout(3600)))])
def test_no_flipped_bit_is_accepted_without_a_certificate_either(
    issued: tuple[MemoryRecord, Seal, bytes], flips: int
) -> None:
    """Every byte is hashed in the manifest, or is the evidence, or is what it must be."""
    record, seal, _signed = issued
    data = write_pdf(record_page(signed(record), notice(), SURGERY, CUT_OFF), seal)
    assert check_file(data, "page.pdf", record).valid
    assert accepted(record, data, random.Random(flips), flips) == ([], 0)


def test_some_flipped_bits_change_nothing_that_a_reader_shows(issued: tuple[MemoryRecord, Seal, bytes]) -> None:
    """A positive control: what is only looked at as a reader looks at it lets some through, or the series above would
    prove nothing."""
    record, seal, _signed = issued
    data = write_pdf(record_page(signed(record), notice(), SURGERY, CUT_OFF), seal)
    shown, dice = read_pdf(data), random.Random(7)
    unseen = 0
    for _ in range(400):
        broken = _flipped(data, dice.randrange(len(data)), dice.randrange(8))
        try:
            reading = read_pdf(broken)
            unseen += (reading.pages, reading.rest) == (shown.pages, shown.rest)
        except BadEvidence:
            continue
    assert 0 < unseen < 200


@pytest.mark.skipif(not HAS_SIGN, reason="NOT TESTED: flipped bits in a signature, as pyHanko is not installed")
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_no_bit_of_the_signature_itself_can_be_flipped(kind: str) -> None:
    """Every single bit of the place that no signature can cover."""
    record = record_with_alert()
    certify = Certifier(open_certificate(certificate(kind).p12, PASSWORD), CUT_OFF, "Issued")
    seal = replace(gather(record, [signed(record)], "certificate", {"alert": KEY}, CUT_OFF), certify=certify)
    data = write_pdf(record_page(signed(record), notice(), SURGERY, CUT_OFF), seal)
    start = data.index(b"/Contents <") + len(b"/Contents ")
    passed = []
    for at in range(start, data.index(b">", start) + 1):
        for bit in range(8):
            broken = bytearray(data)
            broken[at] ^= 1 << bit
            finding = Finding("page.pdf")
            check_certificate(bytes(broken), (), finding)
            if not finding.problems:
                passed.append((at, bit))
    # A flip that leaves no signature to be read at all is seen by the check of the file itself.
    assert [one for one in passed if check_file(_flipped(data, *one), "page.pdf", record).valid] == []


def _flipped(data: bytes, at: int, bit: int) -> bytes:
    broken = bytearray(data)
    broken[at] ^= 1 << bit
    return bytes(broken)
