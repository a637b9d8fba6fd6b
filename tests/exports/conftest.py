"""One record, its seal and the files made from them, for the tests of what exports hold."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from msat.exports.certificate import certificate
from msat.exports.pdf import write_pdf
from msat.exports.seal import Seal, gather
from msat.record.memory import MemoryRecord
from tests.exports.samples import CUT_OFF, KEY, SURGERY, notice, record_with_alert, signed


@pytest.fixture(scope="session")
def record() -> MemoryRecord:
    return record_with_alert()


@pytest.fixture(scope="session")
def seal(record: MemoryRecord) -> Seal:
    return gather(record, [signed(record)], "certificate", {"alert": KEY}, CUT_OFF)


@pytest.fixture(scope="session")
def certificate_pdf(record: MemoryRecord, seal: Seal) -> bytes:
    return write_pdf(certificate(signed(record), notice(), SURGERY, CUT_OFF), seal)


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a text with the one kept under tests/golden. To renew: set MSAT_RENEW_GOLDEN=1 and read the diff."""

    def compare(name: str, text: str) -> None:
        kept = Path(__file__).resolve().parents[1] / "golden" / name
        if os.environ.get("MSAT_RENEW_GOLDEN"):
            kept.write_text(text, encoding="utf-8", newline="\n")
        assert text == kept.read_text(encoding="utf-8")

    return compare
