"""Evidence in the window: taken, refused in words, looked through by a person, given back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from msat.gui.main_window import MainWindow
from msat.gui.views.evidence_card import EvidenceCard

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + b"\x1f\x15\xc4\x89" + b"\0" * 60


@pytest.fixture
def card(window: MainWindow) -> EvidenceCard:
    found = window.worklist.alert.sheet.extra["evidence"]
    assert isinstance(found, EvidenceCard)
    return found


def kept(window: MainWindow) -> list[str]:
    state = window.session.desk.views.alert(str(window.worklist.alert.state.key))
    return [one.name for one in state.evidence if not one.struck]


def file(folder: Path, name: str, data: bytes) -> Path:
    made = folder / name
    made.write_bytes(data)
    return made


def test_a_dropped_file_is_kept_and_listed_with_size_fingerprint_and_person(window, card, tmp_path):
    path = file(tmp_path, "counts.txt", b"Found 12, still taking it 9. Search run on the ward list.\n" * 40)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, none, left = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    card.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, none))
    assert kept(window) == ["counts.txt"]
    said = " ".join(label.text() for label in card.findChildren(type(card.head)))
    assert "counts.txt" in said
    assert "2 KB · fingerprint " in said
    assert "Demo Pharmacist" in said
    assert card.tally.text() == "1 file"


def test_a_file_with_a_patient_identifier_is_refused_with_the_place_and_nothing_is_kept(window, card, tmp_path):
    bad = file(tmp_path, "list.txt", b"line one\nNHS number 943 476 5919\n")
    good = file(tmp_path, "good.txt", b"Nothing of anybody.\n")
    card.take([bad, good])
    assert kept(window) == []
    assert card.wrong.text().startswith("list.txt was not kept.")
    assert "line 2" in card.wrong.text()
    assert card.wrong.text().endswith("1 file behind it not looked at.")
    assert card.looked.isHidden()


def test_what_cannot_be_read_waits_until_a_person_has_looked(window, card, tmp_path):
    card.take([file(tmp_path, "shelf.png", PNG)])
    assert kept(window) == []
    assert "a picture" in card.wrong.text()
    assert card.looked.isVisible()
    card.looked.click()
    assert kept(window) == ["shelf.png"]
    assert card.looked.isHidden()
    assert card.wrong.text() == ""
    said = " ".join(label.text() for label in card.findChildren(type(card.head)))
    assert "looked through by the person who added it" in said


def test_a_file_can_be_evidence_for_one_action(window, card, tmp_path):
    at = card.what_for.findData("A03")
    card.what_for.setCurrentIndex(at)
    card.take([file(tmp_path, "counts.txt", b"Checked the shelf.\n")])
    state = window.session.desk.views.alert(str(window.worklist.alert.state.key))
    assert [one.action for one in state.evidence] == ["A03"]
    said = " ".join(label.text() for label in card.findChildren(type(card.head)))
    assert "for A03" in said


def test_another_alert_takes_the_question_away(window, card, tmp_path):
    card.take([file(tmp_path, "shelf.png", PNG)])
    window.worklist.list_pane.list.step(1)
    window.worklist.alert.load_now()
    assert card.looked.isHidden()
    card._confirm()
    assert all(not state.evidence for state in window.session.desk.views.states())


def test_it_is_saved_out_again_byte_for_byte_and_never_over_another_file(window, card, tmp_path):
    content = b"Search run, counts only.\n"
    card.take([file(tmp_path, "counts.txt", content)])
    one = window.session.desk.views.alert(str(window.worklist.alert.state.key)).evidence[0]
    target = tmp_path / "out.txt"
    card.save_to(one, target)
    assert target.read_bytes() == content
    assert card.tally.text() == "Saved as out.txt."
    other = file(tmp_path, "other.txt", b"mine")
    card.save_to(one, other)
    assert other.read_bytes() == b"mine"
    assert "there already" in card.wrong.text()


def test_opening_writes_a_checked_copy(window, card, tmp_path, monkeypatch):
    content = b"Search run, counts only.\n"
    card.take([file(tmp_path, "counts.txt", content)])
    opened: list[str] = []
    monkeypatch.setattr(
        "msat.gui.views.evidence_card.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    button = next(b for b in card.findChildren(type(card.add)) if b.accessibleName() == "Open: counts.txt")
    button.click()
    assert Path(opened[0]).read_bytes() == content
