"""A PDF signed with a certificate: archival and accessible as before, checked, made again; every change is told."""

from __future__ import annotations

import importlib.util
import io
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import page
import pikepdf
import pypdf
import pytest

from msat.errors import Refused
from msat.exports.certificate import certificate as record_page
from msat.exports.certificate_checking import NO_EXTRA, read_roots
from msat.exports.certificate_signing import CertifiedAgain, Certifier, open_certificate
from msat.exports.checking import FileCheck, Outcome, check_file
from msat.exports.pdf import write_pdf
from msat.exports.seal import Seal
from msat.record.memory import MemoryRecord
from tests.exports.certificates import PASSWORD, Made, certificate
from tests.exports.samples import CUT_OFF, SURGERY, notice, signed

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pyhanko") is None,
    reason="NOT TESTED: certificate signatures, since the extra `sign` (pyHanko) is not installed",
)
PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
REASON = "Issued by Demo Surgery"


@pytest.fixture(scope="module")
def own() -> Made:
    return certificate()


@pytest.fixture(scope="module")
def certifier(own: Made) -> Certifier:
    return Certifier(open_certificate(own.p12, PASSWORD), CUT_OFF, REASON)


def made(record: MemoryRecord, seal: Seal) -> bytes:
    return write_pdf(record_page(signed(record), notice(), SURGERY, CUT_OFF), seal)


@pytest.fixture(scope="module")
def signed_pdf(record: MemoryRecord, seal: Seal, certifier: Certifier) -> bytes:
    return made(record, replace(seal, certify=certifier))


def problems(check: FileCheck) -> str:
    return " | ".join(f"{problem.where}: {problem.what}" for problem in check.problems)


# --- what it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_before_and_after_signing_it_is_archival_and_accessible(record: MemoryRecord, seal: Seal, kind: str) -> None:
    before: list[bytes] = []
    made_of = certificate(kind)
    certifier = Certifier(open_certificate(made_of.p12, PASSWORD), CUT_OFF, REASON)

    class Watching:
        fingerprint = certifier.fingerprint

        def __call__(self, data: bytes) -> bytes:
            before.append(data)
            return certifier(data)

    after = made(record, replace(seal, certify=Watching()))
    for data in (before[0], after):
        for profile in PROFILES:
            assert page.validate_pdf_bytes(data, profile=profile).failures == []
    assert check_file(after, "record.pdf", record).valid
    # Nobody issues a file with an empty field: the signature was taken out.
    assert "the signature is missing" in problems(check_file(before[0], "record.pdf", record))
    again: list[bytes] = before[:]
    made(record, replace(seal, certify=Watching()))
    assert before[1] == again[0]


@pytest.mark.parametrize("tool", ["qpdf --check", "pdfsig"])
def test_other_programs_find_no_fault(signed_pdf: bytes, tmp_path, tool: str) -> None:  # type: ignore[no-untyped-def]
    program, *options = tool.split()
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed; the checks of this file have passed without it")
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed_pdf)
    done = subprocess.run([program, *options, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    if program == "pdfsig":
        assert "Signature is Valid" in done.stdout
        assert "Total document signed" in done.stdout


def test_the_signature_fills_its_place_to_the_byte(signed_pdf: bytes) -> None:
    (contents,) = re.findall(rb"/Contents <([0-9a-f]+)>", signed_pdf)
    cms = bytes.fromhex(contents.decode())
    # A DER sequence says how long it is: nothing is left over behind it.
    assert cms[0] == 0x30
    assert cms[1] == 0x82
    assert len(cms) == 4 + int.from_bytes(cms[2:4])


def test_the_field_has_words_and_a_place_in_the_structure(signed_pdf: bytes) -> None:
    (field,) = pypdf.PdfReader(io.BytesIO(signed_pdf)).get_fields().values()
    assert field["/TU"] == "Certificate signature of whoever issued this document"
    assert field["/V"]["/Reason"] == REASON
    with pikepdf.open(io.BytesIO(signed_pdf)) as pdf:
        document = pdf.Root.StructTreeRoot.K[0]
        assert document.K[-1].S == "/Form"


# --- checked ---------------------------------------------------------------------------------------------------


def test_without_a_root_the_signer_is_unknown_and_that_is_said(record: MemoryRecord, signed_pdf: bytes) -> None:
    check = check_file(signed_pdf, "record.pdf", record)
    assert check.outcome is Outcome.VERIFIED
    told = " ".join(check.checked)
    assert "Unknown signer, as no root was given with --trust: Demo Committee" in told
    assert "has been withdrawn was not looked up" in told


def test_under_a_root_given_it_is_trusted_and_under_another_it_is_not(
    record: MemoryRecord, signed_pdf: bytes, own: Made
) -> None:
    check = check_file(signed_pdf, "record.pdf", record, read_roots([("root.pem", own.root)]))
    assert check.valid
    assert "under one of the roots given: Demo Committee" in " ".join(check.checked)
    other = check_file(signed_pdf, "record.pdf", record, read_roots([("root.pem", certificate().root)]))
    assert "its signer is under none of the roots given" in problems(other)


def test_an_unsigned_file_says_so_where_a_root_is_given(certificate_pdf: bytes, own: Made) -> None:
    check = check_file(certificate_pdf, "record.pdf", None, read_roots([("root.pem", own.root)]))
    assert any("carries no certificate signature" in line for line in check.checked)


def test_a_byte_changed_anywhere_is_told(record: MemoryRecord, signed_pdf: bytes) -> None:
    accepted = []
    for place in range(0, len(signed_pdf), max(1, len(signed_pdf) // 120)):
        broken = bytearray(signed_pdf)
        broken[place] ^= 0x20
        if check_file(bytes(broken), "record.pdf", record).valid:
            accepted.append(place)
    assert accepted == []


def test_what_is_added_after_signing_is_told(record: MemoryRecord, signed_pdf: bytes) -> None:
    added = signed_pdf + b"\n% more\n"
    assert "something was added after it was signed" in problems(check_file(added, "record.pdf", record))
    with pikepdf.open(io.BytesIO(signed_pdf)) as pdf:
        out = io.BytesIO()
        pdf.save(out, fix_metadata_version=False)
    assert "certificate signature: " in problems(check_file(out.getvalue(), "record.pdf", record))


def test_a_signature_taken_out_is_told(record: MemoryRecord, signed_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed_pdf)) as pdf:
        del pdf.Root.AcroForm.Fields[0]["/V"]
        out = io.BytesIO()
        pdf.save(out, fix_metadata_version=False)
    assert "the signature is missing: taken out or damaged" in problems(check_file(out.getvalue(), "x.pdf", record))


def test_a_signature_of_another_file_does_not_fit(
    record: MemoryRecord, seal: Seal, signed_pdf: bytes, own: Made
) -> None:
    later = Certifier(open_certificate(own.p12, PASSWORD), CUT_OFF.replace(hour=17), REASON)
    other = made(record, replace(seal, cut_off=CUT_OFF.replace(hour=17), certify=later))
    mine, theirs = (re.search(rb"/Contents <([0-9a-f]+)>", data) for data in (signed_pdf, other))
    assert mine is not None
    assert theirs is not None
    theirs_hex = theirs[1][: len(mine[1])].ljust(len(mine[1]), b"0")
    mixed = signed_pdf.replace(mine[1], theirs_hex)
    assert "certificate signature: " in problems(check_file(mixed, "record.pdf", record))


def test_without_the_extra_it_is_said_that_it_was_not_checked(
    record: MemoryRecord, signed_pdf: bytes, own: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "pyhanko"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyhanko", None)
    check = check_file(signed_pdf, "record.pdf", record)
    assert check.valid
    assert any(NO_EXTRA in line for line in check.checked)
    with pytest.raises(Refused, match="extra “sign”"):
        open_certificate(own.p12, PASSWORD)


# --- made again ------------------------------------------------------------------------------------------------


def test_made_again_from_what_was_recorded_it_is_the_same_to_the_byte(
    record: MemoryRecord, seal: Seal, signed_pdf: bytes, certifier: Certifier
) -> None:
    again = CertifiedAgain(tuple(certifier.kept))
    assert again.fingerprint == certifier.fingerprint
    assert made(record, replace(seal, certify=again)) == signed_pdf


def test_another_content_is_not_signed_with_what_was_recorded(
    record: MemoryRecord, seal: Seal, certifier: Certifier
) -> None:
    again = CertifiedAgain(tuple(certifier.kept))
    with pytest.raises(Refused, match="over another content"):
        made(record, replace(seal, parameters={"alert": "other"}, certify=again))


# --- refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["wrong", "", None])
def test_a_wrong_password_is_refused_and_nowhere_repeated(own: Made, password: str | None) -> None:
    with pytest.raises(Refused) as refused:
        open_certificate(own.p12, password)
    assert "password is wrong" in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    assert "wrong12" not in str(refused.value)


def test_what_is_no_certificate_is_refused() -> None:
    for data in (b"", b"rubbish", bytes(2 * 1024 * 1024)):
        with pytest.raises(Refused):
            open_certificate(data, PASSWORD)


@pytest.mark.parametrize(
    ("kind", "can_sign", "why"),
    [("ed25519", True, "do not check"), ("short", True, "too short"), ("p256", False, "not meant for signing")],
)
def test_a_certificate_that_readers_would_not_accept_is_refused(kind: str, can_sign: bool, why: str) -> None:
    with pytest.raises(Refused, match=why):
        open_certificate(certificate(kind, can_sign=can_sign).p12, PASSWORD)


def test_one_that_is_not_valid_today_is_refused(own: Made) -> None:
    opened = open_certificate(own.p12, PASSWORD)
    with pytest.raises(Refused, match="valid from 1 January 2026"):
        Certifier(opened, datetime(2030, 1, 1, tzinfo=UTC), REASON)


def test_neither_key_nor_password_is_shown(own: Made) -> None:
    opened = open_certificate(own.p12, PASSWORD)
    assert "signer" not in repr(opened)
    assert PASSWORD not in repr(Certifier(opened, CUT_OFF, REASON))


def test_a_file_that_holds_no_root_is_refused(own: Made) -> None:
    with pytest.raises(Refused, match="holds no certificate"):
        read_roots([("x.pem", b"rubbish")])
    assert len(read_roots([("x.pem", own.root + own.root)])) == 2
