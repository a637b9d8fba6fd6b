"""Certify: what signs PDFs with a person's certificate, in the name of this organisation and as at now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msat.services.verify import read_file

if TYPE_CHECKING:
    from msat.exports.certificate_signing import Certificate, Certifier
    from msat.services.desk import Desk


def open_file(file: Path, password: str | None) -> Certificate:
    """The certificate and key in a PKCS#12 file. Raises Refused in words that name no secret."""
    from msat.exports.certificate_signing import open_certificate

    return open_certificate(read_file(file), password)


def certifier(desk: Desk, certificate: Certificate) -> Certifier:
    """What signs with `certificate` now. Raises Refused for one that is not valid today."""
    from msat.exports.certificate_signing import Certifier

    whose = desk.record.organisation
    return Certifier(certificate, desk.clock.now(), f"Issued by {whose.name} ({whose.ods})")
