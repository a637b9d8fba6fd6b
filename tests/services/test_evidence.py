"""Evidence files: kept once under their fingerprint, refused when they name a patient, given back checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from msat import settings
from msat.errors import MsatError, Refused
from msat.feeds import documents
from msat.feeds.model import FeedItem
from msat.ids import fingerprint
from msat.projections.alert_state import AlertState
from msat.services import evidence
from msat.services.correct import correct
from msat.services.desk import Desk
from msat.services.file_names import checked_name, saved_name
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST

Receive = Callable[[FeedItem], AlertState]
REF = "EL(26)A/61"
LIST = b"Place,Found\nHub,0\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
NHS_NUMBER = "943 476 5919"


@pytest.fixture(autouse=True)
def _received(receive: Receive) -> None:
    receive(recall())


def state_of(desk: Desk) -> AlertState:
    state = desk.views.find(REF)
    assert state is not None
    return state


def refused(desk: Desk, do: Callable[[], object], *words: str) -> None:
    """`do` is refused with these words; neither the record nor the stored files have changed."""
    head, files = desk.record.head(), stored(desk)
    with pytest.raises(Refused) as caught:
        do()
    for word in words:
        assert word in str(caught.value)
    assert caught.value.next_step
    assert (desk.record.head(), stored(desk)) == (head, files)


def stored(desk: Desk) -> set[str]:
    return {path.name for path in desk.places.files.rglob("*") if path.is_file()}


def test_a_file_is_kept_and_given_back_whole(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "stock list.csv"
    path.write_bytes(LIST)
    changes = evidence.attach(desk, REF, path, "", PHARMACIST, action="a03", note="The hub's own list.")
    (one,) = state_of(desk).evidence
    assert (one.name, one.sha256, one.size) == ("stock list.csv", fingerprint(LIST), len(LIST))
    assert (one.media_type, one.action, one.looked, one.unread) == ("text/plain", "A03", False, ())
    assert "Kept stock list.csv as evidence for A03 of EL(26)A/61." in changes.words
    out = evidence.save(desk, REF, one.sha256[:8], tmp_path / "copy.csv")
    assert out.read_bytes() == LIST
    assert evidence.save(desk, REF, "STOCK LIST.CSV", tmp_path / "copy.csv") == out
    folder = tmp_path / "out"
    folder.mkdir()
    assert evidence.save(desk, REF, one.sha256, folder).name == "stock-list.csv"
    assert desk.record.verify().valid


def test_what_names_a_patient_is_refused_and_nothing_is_stored(desk: Desk) -> None:
    data = f"Ref\tNote\n1\ttold {NHS_NUMBER}\n".encode()
    for looked in (False, True):
        refused(
            desk,
            lambda looked=looked: evidence.attach(desk, REF, data, "list.txt", PHARMACIST, looked=looked),  # type: ignore[misc]
            NHS_NUMBER,
            "line 2",
            "nothing of the file was stored",
        )
    refused(desk, lambda: evidence.attach(desk, REF, LIST, f"{NHS_NUMBER}.csv", PHARMACIST), NHS_NUMBER)
    refused(desk, lambda: evidence.attach(desk, REF, LIST, "a.csv", PHARMACIST, note=NHS_NUMBER), NHS_NUMBER)


def test_what_cannot_be_read_is_kept_once_a_person_has_looked(desk: Desk) -> None:
    refused(desk, lambda: evidence.attach(desk, REF, PNG, "shelf.png", PHARMACIST), "a picture", "Look through it")
    evidence.attach(desk, REF, PNG, "shelf.png", PHARMACIST, looked=True)
    (one,) = state_of(desk).evidence
    assert (one.looked, one.unread, one.media_type) == (True, ("a picture",), "image/png")
    assert "looked through by the person: no patient details" in state_of(desk).history[-1].text


def test_having_looked_at_what_was_read_whole_is_not_claimed(desk: Desk) -> None:
    evidence.attach(desk, REF, LIST, "a.csv", PHARMACIST, looked=True)
    assert state_of(desk).evidence[0].looked is False


def test_a_file_is_kept_once_for_each_thing_it_proves(desk: Desk) -> None:
    evidence.attach(desk, REF, LIST, "a.csv", PHARMACIST)
    files = stored(desk)
    refused(desk, lambda: evidence.attach(desk, REF, LIST, "b.csv", DOCTOR), "kept already as “a.csv”", "A Pharmacist")
    evidence.attach(desk, REF, LIST, "a.csv", DOCTOR, action="A03")
    assert len(state_of(desk).evidence) == 2
    assert stored(desk) == files
    assert evidence.find(state_of(desk), "a.csv").sha256 == fingerprint(LIST)


def test_evidence_is_struck_and_never_deleted(desk: Desk, tmp_path: Path) -> None:
    made = evidence.attach(desk, REF, LIST, "a.csv", PHARMACIST)
    correct(desk, str(made.entries[0].seq), "Of another alert.", DOCTOR)
    (one,) = state_of(desk).evidence
    assert "Of another alert." in one.struck
    assert evidence.content(desk, REF, one.sha256)[1] == LIST
    evidence.attach(desk, REF, LIST, "a.csv", PHARMACIST)
    assert [bool(one.struck) for one in state_of(desk).evidence] == [True, False]
    assert not evidence.find(state_of(desk), "a.csv").struck
    again = state_of(desk).evidence[-1].deed.seq
    correct(desk, str(again), "Meant for A03.", DOCTOR, {"action": "a03", "name": "hub.csv"})
    assert [(one.name, one.action) for one in state_of(desk).evidence][-1] == ("hub.csv", "A03")
    with pytest.raises(Refused, match="A99"):
        correct(desk, str(desk.record.head().size), "x", DOCTOR, {"action": "A99"})


def test_a_stored_file_that_differs_is_not_given_out(desk: Desk, tmp_path: Path) -> None:
    evidence.attach(desk, REF, LIST, "a.csv", PHARMACIST)
    digest = fingerprint(LIST)
    path = desk.places.files / digest[:2] / digest
    path.write_bytes(LIST + b"Van,3\n")
    with pytest.raises(MsatError, match="no longer what was recorded"):
        evidence.save(desk, REF, digest, tmp_path / "x.csv")
    path.unlink()
    with pytest.raises(MsatError, match="missing"):
        evidence.content(desk, REF, digest)
    assert not (tmp_path / "x.csv").exists()
    assert not desk.record.verify().valid


def test_limits_and_kinds(desk: Desk, tmp_path: Path) -> None:
    settings.save(desk.places.settings, {"evidence_megabytes": 1})
    big = tmp_path / "big.txt"
    big.write_bytes(b"x" * 1_000_001)
    refused(desk, lambda: evidence.attach(desk, REF, big, "", PHARMACIST), "1.0 MB", "evidence_megabytes")
    refused(desk, lambda: evidence.attach(desk, REF, b"", "a.txt", PHARMACIST), "empty")
    refused(desk, lambda: evidence.attach(desk, REF, tmp_path / "none.txt", "", PHARMACIST), "There is no file")
    refused(desk, lambda: evidence.attach(desk, REF, tmp_path, "", PHARMACIST), "There is no file")
    refused(desk, lambda: evidence.attach(desk, REF, b"MZ\x90\0" + b"\0" * 99, "a.pdf", PHARMACIST), "not kept")
    refused(desk, lambda: evidence.attach(desk, REF, b"PK\x03\x04" + b"\0" * 99, "a.docx", PHARMACIST), "not kept")
    refused(desk, lambda: evidence.attach(desk, REF, LIST, "a.csv", PHARMACIST, action="A99"), "A99")
    refused(desk, lambda: evidence.attach(desk, REF, LIST, " ", PHARMACIST), "no name")
    refused(desk, lambda: evidence.content(desk, REF, "a.csv"), "no single evidence")


def test_what_takes_too_long_to_read_waits_for_a_person(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "SECONDS", 10)
    monkeypatch.setattr(evidence, "SECONDS", 0.05)
    data = b"%PDF-1.7\n" + b"1234567890 " * 80_000
    refused(desk, lambda: evidence.attach(desk, REF, data, "a.pdf", PHARMACIST), "reading it took too long")
    refused(desk, lambda: evidence.attach(desk, REF, b"PK\x03\x04" + data, "a.docx", PHARMACIST), "not kept")
    evidence.attach(desk, REF, data, "a.pdf", PHARMACIST, looked=True)
    assert state_of(desk).evidence[0].unread == ("reading it took too long",)


def test_saving_never_writes_over_another_file(desk: Desk, tmp_path: Path) -> None:
    evidence.attach(desk, REF, LIST, "a.csv", PHARMACIST)
    mine = tmp_path / "mine.csv"
    mine.write_bytes(b"my own")
    with pytest.raises(Refused, match="there already"):
        evidence.save(desk, REF, "a.csv", mine)
    assert mine.read_bytes() == b"my own"
    with pytest.raises(Refused, match="no folder"):
        evidence.save(desk, REF, "a.csv", tmp_path / "no" / "x.csv")


@pytest.mark.parametrize(
    ("name", "media_type", "kept", "saved"),
    [
        ("C:\\Users\\me\\stock.csv", "text/plain", "stock.csv", "stock.csv"),
        ("../../etc/passwd", "text/plain", "passwd", "passwd.txt"),
        ("CON.pdf", "application/pdf", "CON.pdf", "CON-file.pdf"),
        ("invoice\u202efdp.exe", "application/pdf", "invoicefdp.exe", "invoicefdp-exe.pdf"),
        ("a\nb\t.pdf", "application/pdf", "ab.pdf", "ab.pdf"),
        ("é:*?.png", "image/png", "é:*?.png", "e.png"),
        ("x" * 300 + ".pdf", "application/pdf", "x" * 116 + ".pdf", "x" * 74 + ".pdf"),
        ("trailing. .", "text/plain", "trailing. .", "trailing.txt"),
    ],
)
def test_names_are_kept_clean_and_saved_safe(name: str, media_type: str, kept: str, saved: str) -> None:
    assert checked_name(name) == kept
    assert saved_name(kept, media_type) == saved
