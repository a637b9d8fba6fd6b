"""Certificates for tests, made on the spot: a root, and somebody's own that it signed, as a PKCS#12 file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

PASSWORD = "opensesame"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    """A PKCS#12 file with its password, and the root that a checker may trust (PEM)."""

    p12: bytes
    root: bytes
    password: str = PASSWORD


def certificate(kind: str = "p256", days: int = 700, can_sign: bool = True, name: str = "Demo Committee") -> Made:
    """A certificate of a kind of key: `p256`, `rsa`, `short` (an RSA key of 1024 bits) or `ed25519`."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _built("Demo Root", root_key.public_key(), "Demo Root", root_key, True, True, 3650)
    key = _key(kind)
    own = _built(name, key.public_key(), "Demo Root", root_key, False, can_sign, days)
    p12 = pkcs12.serialize_key_and_certificates(b"me", key, own, [root], BestAvailableEncryption(PASSWORD.encode()))
    return Made(p12, root.public_bytes(Encoding.PEM))


def _key(kind: str) -> Any:
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 1024 if kind == "short" else 2048)


def _built(name: str, public: Any, issuer: str, signer: Any, ca: bool, can_sign: bool, days: int) -> x509.Certificate:
    usage = x509.KeyUsage(can_sign and not ca, can_sign and not ca, not can_sign, False, False, ca, ca, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(SINCE + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca, None), True)
        .add_extension(usage, True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
        .sign(signer, hashes.SHA256())
    )
