"""Signs PDFs with a person's or an organisation's certificate (PAdES), beside the record's own signature.

Needs the extra `sign` (pyHanko). The key and its password stay in this module's hands: no message names either. What
was signed can be signed again later without the key, from what was recorded, to the same bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from msat.clock import from_stamp, say_date, stamp
from msat.errors import Refused
from msat.exports.signature_field import NoField, Words, filled
from msat.ids import fingerprint

NEEDS_EXTRA = "Signing with a certificate needs the extra “sign”, which is not installed here."
HOW_TO_INSTALL = "Install it with: pip install msat[sign]"
LARGEST = 1024 * 1024
TRIES = 200
"""A signature on an elliptic curve has one of a few lengths by chance: it is made again until it fits its place."""


@dataclass(frozen=True, slots=True, repr=False)
class Certificate:
    """A certificate with its private key, ready to sign. Its repr shows nothing of either."""

    name: str
    """Whom it names, as people read it."""
    fingerprint: str
    """SHA-256 of the certificate."""
    not_before: datetime
    not_after: datetime
    signer: Any

    def sign(self, digest: bytes) -> bytes:
        """The CMS signature over a SHA-256 digest."""
        made = asyncio.run(self.signer.async_sign(digest, digest_algorithm="sha256", use_pades=True))
        data: bytes = made.dump()
        return data


def open_certificate(data: bytes, password: str | None) -> Certificate:
    """The certificate and key in a PKCS#12 file (.p12, .pfx). Raises Refused in words that name no secret."""
    if len(data) > LARGEST:
        raise Refused("The certificate file is larger than 1 MB.", "Choose the .p12 or .pfx file.")
    try:
        from pyhanko.sign import SimpleSigner
    except ImportError:
        raise Refused(NEEDS_EXTRA, HOW_TO_INSTALL) from None
    found = _loaded(data, password)
    key, own = found.key, found.cert.certificate
    _check_use(key, own)
    signer = SimpleSigner.load_pkcs12_data(data, other_certs=[], passphrase=_secret(password))
    # A root that is sent along proves nothing, and no signature covers it.
    signer.embed_roots = False
    from cryptography.hazmat.primitives.serialization import Encoding

    encoded = own.public_bytes(Encoding.DER)
    return Certificate(
        _name(own), fingerprint(encoded), own.not_valid_before_utc, own.not_valid_after_utc, signer
    )


def _secret(password: str | None) -> bytes | None:
    return password.encode("utf-8") if password else None


def _loaded(data: bytes, password: str | None) -> Any:
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        found = pkcs12.load_pkcs12(data, _secret(password))
    except (ValueError, TypeError):
        # Not chained: an error further down might carry what was typed.
        raise Refused(
            "The certificate file cannot be opened: the password is wrong, or it is no PKCS#12 file.",
            "Try the password again, and choose the .p12 or .pfx file.",
        ) from None
    if found.key is None or found.cert is None:
        raise Refused(
            "The certificate file holds no private key with its certificate.",
            "Export it again together with the private key.",
        )
    return found


def _check_use(key: Any, certificate: Any) -> None:
    """Refuses a key of a kind that readers do not know, and a certificate that is not for signing."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import ExtensionNotFound, KeyUsage

    if not isinstance(key, EllipticCurvePrivateKey | RSAPrivateKey) or key.key_size < 224:
        raise Refused(
            "The key of this certificate is of a kind that PDF readers do not check.",
            "Use a certificate with an RSA key or a P-256 key.",
        )
    if isinstance(key, RSAPrivateKey) and key.key_size < 2048:
        raise Refused("The RSA key of this certificate is too short.", "Use one of at least 2048 bits.")
    try:
        usage = certificate.extensions.get_extension_for_class(KeyUsage).value
    except ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise Refused("This certificate is not meant for signing.", "Use one for signatures.")


def _name(certificate: Any) -> str:
    from cryptography.x509.oid import NameOID

    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.EMAIL_ADDRESS):
        for one in certificate.subject.get_attributes_for_oid(oid):
            return str(one.value)
    return "a certificate without a name"


# --- signing a file ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Certifier:
    """Signs finished PDFs with one certificate. `kept` is what to record, so that the same can be made again."""

    certificate: Certificate
    at: datetime
    """When it signs (aware): what a reader shows, and what nobody but the record vouches for."""
    reason: str
    kept: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.certificate.not_before <= self.at <= self.certificate.not_after:
            since, until = self.certificate.not_before, self.certificate.not_after
            raise Refused(
                f"The certificate is valid from {say_date(since)} to {say_date(until)} only.",
                "Use one that is valid today.",
            )

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint

    def __call__(self, data: bytes) -> bytes:
        """The signed file. Raises Refused when no signature could be made."""
        words = Words(self.certificate.name, self.reason, self.at)
        made: list[bytes] = []
        size = len(self.certificate.sign(bytes(32)))

        def sign(digest: bytes) -> bytes | None:
            for _ in range(TRIES):
                signature = self.certificate.sign(digest)
                if len(signature) == size:
                    made.append(signature)
                    return signature
            return None

        for _ in range(3):
            signed = filled(data, words, size, sign)
            if signed is not None:
                self.kept.append(
                    {
                        "unsigned_sha256": fingerprint(data),
                        "certificate_sha256": self.certificate.fingerprint,
                        "name": words.name,
                        "reason": self.reason,
                        "at": stamp(self.at),
                        "signature": made[-1].hex(),
                    }
                )
                return signed
            size = len(self.certificate.sign(bytes(32)))
        raise Refused("No signature that fits could be made.", "Try again, or use another certificate.")


@dataclass(frozen=True, slots=True)
class CertifiedAgain:
    """Puts recorded signatures into PDFs built again: the same bytes as were signed then, without the key."""

    recorded: tuple[Mapping[str, Any], ...]

    @property
    def fingerprint(self) -> str:
        return next((str(one["certificate_sha256"]) for one in self.recorded), "")

    def __call__(self, data: bytes) -> bytes:
        """The signed file. Raises Refused where nothing recorded was signed over exactly this."""
        digest = fingerprint(data)
        one = next((one for one in self.recorded if one["unsigned_sha256"] == digest), None)
        signed = _put_again(data, one) if one is not None else None
        if signed is None:
            raise Refused(
                "The certificate signature that is recorded was made over another content.",
                "Build it with the version of MSAT that made it.",
            )
        return signed


def _put_again(data: bytes, one: Mapping[str, Any]) -> bytes | None:
    signature = bytes.fromhex(one["signature"])
    words = Words(str(one["name"]), str(one["reason"]), from_stamp(one["at"]).astimezone(UTC))
    try:
        return filled(data, words, len(signature), lambda _digest: signature)
    except NoField:
        return None
