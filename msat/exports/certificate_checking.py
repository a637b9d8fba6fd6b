"""Checks the certificate signature of a PDF, beside the record's own: who signed, and that nothing was changed since.

Only roots that the caller names are trusted; without one a signer is told as unknown, however right the signature is.
Nothing is fetched: that a certificate was withdrawn cannot be seen here, which is said. Needs the extra `sign`.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pikepdf

from msat.clock import say_moment
from msat.errors import Refused
from msat.exports.check_finding import Finding
from msat.exports.plain_text import one_line
from msat.exports.signature_field import signature_in, signatures
from msat.ids import fingerprint, grouped

WHERE = "certificate signature"
ASK_SIGNER = "Ask whoever signed it for the file again."
NO_EXTRA = (
    "It carries a certificate signature, which was not checked: that needs the extra “sign” (pip install msat[sign])."
)
NOT_LOOKED_AT = (
    "Whether the certificate has been withdrawn was not looked up, and nobody but its maker vouches for the time."
)


@dataclass(frozen=True, slots=True)
class _Signature:
    """The signature dictionary of a file, taken apart."""

    contents: bytes
    ranges: list[int]
    claimed: datetime | None


def read_roots(files: Sequence[tuple[str, bytes]]) -> tuple[bytes, ...]:
    """The certificates (DER) in files of trusted roots (PEM or DER). Raises Refused for a file that holds none."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    found: list[bytes] = []
    for name, data in files:
        try:
            pem = b"-----BEGIN CERTIFICATE-----" in data
            here = x509.load_pem_x509_certificates(data) if pem else [x509.load_der_x509_certificate(data)]
        except ValueError:
            next_step = "Choose a file of certificates (.pem, .crt, .cer)."
            raise Refused(f"“{name}” holds no certificate.", next_step) from None
        found += [one.public_bytes(Encoding.DER) for one in here]
    return tuple(found)


def check_certificate(data: bytes, roots: Sequence[bytes], finding: Finding) -> None:
    """Checks the certificate signature of a PDF, where it has one."""
    try:
        found = _signatures(data)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        finding.add("Its certificate signature cannot be read.", WHERE, ASK_SIGNER)
        return
    if not found:
        if roots:
            finding.say("It carries no certificate signature.")
        return
    signature = found[0]
    if len(found) > 1 or signature is None:
        what = "It carries more than one certificate signature; MSAT makes one."
        if signature is None:
            what = "It was made to be signed with a certificate, and the signature is missing: taken out or damaged."
        finding.add(what, WHERE, ASK_SIGNER)
        return
    why = signature_in(data, signature.ranges, signature.contents)
    if why:
        finding.add(why, WHERE, ASK_SIGNER)
        return
    _check_cms(data, signature, roots, finding)


def _signatures(data: bytes) -> list[_Signature | None]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [_taken_apart(one) if one is not None else None for one in signatures(pdf)]


def _taken_apart(one: Any) -> _Signature:
    return _Signature(bytes(one.Contents), [int(each) for each in one.ByteRange], _moment(str(one.get("/M", ""))))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text[:16], "D:%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _check_cms(data: bytes, signature: _Signature, roots: Sequence[bytes], finding: Finding) -> None:
    try:
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
    except ImportError:
        finding.say(NO_EXTRA)
        return
    for library in ("pyhanko", "pyhanko_certvalidator"):
        # What they log of an unknown signer is said here in a sentence.
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    try:
        embedded = PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures
        signed = embedded[0]
        status = validate_pdf_signature(signed, _context(roots, signature.claimed), skip_diff=True)
        is_plain = _is_plain(signature.contents, status.signing_cert)
    except Exception:
        # A damaged signature makes the library raise whatever its parsers raise; none of it says more than this.
        finding.add("Its certificate signature cannot be read.", WHERE, ASK_SIGNER)
        return
    if not (status.intact and status.valid and is_plain):
        what = "The certificate signature does not fit: the file was changed after it was signed."
        finding.add(what, WHERE, ASK_SIGNER)
        return
    _say_signer(status, signature, roots, finding)


_SHA256 = bytes.fromhex("0609608648016503040201")
_DIGESTS = (b"\x30\x0d" + _SHA256 + b"\x05\x00", b"\x30\x0b" + _SHA256)
"""How the algorithm is written: with an empty parameter, as most do, or without."""
_DETACHED = bytes.fromhex("300b06092a864886f70d010701")
_ONE = b"\x02\x01\x01"


def _is_plain(contents: bytes, certificate: Any) -> bool:
    """Whether the parts of a CMS signature that it does not itself cover are as they always are: else a bit of them
    could be changed unnoticed."""
    from asn1crypto.cms import ContentInfo

    info = ContentInfo.load(contents, strict=True)
    signed = info["content"]
    (signer,) = signed["signer_infos"]
    digest = signer["digest_algorithm"].dump()
    return bool(
        info.dump(force=True) == contents
        and signed["version"].dump() == signer["version"].dump() == _ONE
        and digest in _DIGESTS
        and signed["digest_algorithms"].dump() == b"\x31" + bytes([len(digest)]) + digest
        and signed["encap_content_info"].dump() == _DETACHED
        and signer["sid"].chosen["issuer"].dump() == certificate.issuer.dump()
    )


def _context(roots: Sequence[bytes], moment: datetime | None) -> Any:
    from asn1crypto.x509 import Certificate
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=[Certificate.load(root) for root in roots],
        allow_fetching=False,
        moment=moment,
        best_signature_time=moment,
    )


def _say_signer(status: Any, signature: _Signature, roots: Sequence[bytes], finding: Finding) -> None:
    subject = status.signing_cert.subject
    whose = one_line(str(subject.native.get("common_name") or subject.human_friendly), 200)
    print_ = grouped(fingerprint(status.signing_cert.dump()), 16)
    when = f", as it says on {say_moment(signature.claimed)}" if signature.claimed else ""
    signer = f"{whose}{when} (certificate {print_})"
    if status.trusted:
        finding.say(f"Signed with a certificate under one of the roots given: {signer}. {NOT_LOOKED_AT}")
    elif roots:
        finding.add(
            f"The certificate signature is right, and its signer is under none of the roots given: {signer}.",
            WHERE,
            "Compare the certificate's fingerprint with its owner, or give the right root with --trust.",
        )
    else:
        finding.say(
            "Signed with a certificate, and unchanged since. Unknown signer, as no root was given with --trust: "
            f"{signer}. {NOT_LOOKED_AT}"
        )
