"""Records: papers for an inspector, returns and open alerts to read, packs, upkeep, roots that are trusted."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from msat.exports.checking import check_file
from msat.gui.main_window import MainWindow
from msat.gui.pieces import Text
from msat.gui.views.certificate_field import CertificateField
from msat.gui.views.records_page import RecordsPage
from tests.exports.certificates import PASSWORD, certificate

HAS_SIGN = True
try:
    import pyhanko  # noqa: F401
except ImportError:
    HAS_SIGN = False


@pytest.fixture
def page(window: MainWindow) -> RecordsPage:
    window.show_page("records")
    QApplication.processEvents()
    found = window.page("records")
    assert isinstance(found, RecordsPage)
    return found


def texts(widget) -> str:
    QApplication.processEvents()
    return "\n".join(text.text() for text in widget.findChildren(Text) if text.isVisible())


def size(window: MainWindow) -> int:
    return window.session.desk.record.head().size


@pytest.mark.parametrize(
    ("kind", "name"), [("inspector", "all.pdf"), ("inspector", "all.html"), ("log", "log.pdf"), ("page", "one.pdf")]
)
def test_each_paper_is_saved_recorded_and_verifies(
    page: RecordsPage, window: MainWindow, tmp_path: Path, kind: str, name: str
) -> None:
    card, target, before = page.papers, tmp_path / name, size(window)
    card.kind.setCurrentIndex(card.kind.findData(kind))
    card.ref.setText(str(window.worklist.alert.state.key))
    card.write(target)
    assert check_file(target.read_bytes(), name, window.session.desk.record).valid
    assert size(window) == before + 1
    assert "Saved" in window.notices.notice.head.text()


def test_one_alert_needs_its_reference(page: RecordsPage, window: MainWindow) -> None:
    card, before = page.papers, size(window)
    card.kind.setCurrentIndex(card.kind.findData("page"))
    assert card.ref.isVisible()
    assert not card.first.isVisible()
    card.choose_file()
    assert "Name the alert by its reference." in texts(card)
    assert size(window) == before


def test_what_cannot_be_written_says_so_and_records_nothing(
    page: RecordsPage, window: MainWindow, tmp_path: Path
) -> None:
    before = size(window)
    page.papers.write(tmp_path / "gone" / "all.pdf")
    assert "gone" in texts(page.papers)
    assert page.papers.save_button.isEnabled()
    assert size(window) == before


def test_making_a_paper_can_be_stopped(page: RecordsPage, window: MainWindow, tmp_path: Path, monkeypatch) -> None:
    from msat.services import inspector

    def stopped(desk, target, person, first, last, progress, certify=None):
        page.papers.working._stop()
        progress("Laying out alerts", 1, 9)

    monkeypatch.setattr(inspector, "export_inspector_file", stopped)
    before = size(window)
    page.papers.write(tmp_path / "all.pdf")
    assert "Stopped. No file was left half made." in texts(page.papers)
    assert list(tmp_path.glob("*.pdf")) == []
    assert size(window) == before


def test_ctrl_e_brings_the_log_of_a_period(window: MainWindow) -> None:
    window.outputs.export_log()
    assert window.current() is window.page("records")
    assert window.page("records").papers.kind.currentData() == "log"


def test_the_own_return_is_shown_and_saved_as_a_page(page: RecordsPage, window: MainWindow, tmp_path: Path) -> None:
    before = size(window)
    page.reading.show_own()
    assert window.session.desk.record.organisation.name in page.reading.text.toPlainText()
    target = tmp_path / "return.pdf"
    page.reading.write(target)
    assert b"msatreturn" in target.read_bytes()
    page.check_files([target])
    assert "Verified: return.pdf." in texts(page)
    assert size(window) == before


def test_a_return_in_a_file_is_read_without_taking_it_in(page: RecordsPage, window: MainWindow, tmp_path: Path) -> None:
    from msat.services.send_return import send_return

    sent = send_return(window.session.desk, tmp_path)
    page.reading.show_return(sent.path)
    assert window.session.desk.record.organisation.name in page.reading.text.toPlainText()
    broken = tmp_path / "broken.msatreturn"
    broken.write_bytes(sent.path.read_bytes()[:-400])
    page.reading.show_return(broken)
    assert not page.reading.text.isVisible()
    assert "end" in texts(page.reading).lower()


@pytest.mark.parametrize("name", ["open.txt", "open.eml"])
def test_the_open_alerts_are_shown_copied_and_saved(
    page: RecordsPage, window: MainWindow, tmp_path: Path, name: str
) -> None:
    reading = page.reading
    reading.show_digest()
    reference = window.worklist.alert.state.reference
    assert reference in reading.text.toPlainText()
    reading.copy_shown()
    assert reference in QApplication.clipboard().text()
    target = tmp_path / name
    if name.endswith(".eml"):
        reading.address.setText("pharmacist@example.org")
    reading.write(target)
    assert reference.encode() in target.read_bytes()
    reading.close_shown()
    assert not reading.text.isVisible()


def test_an_address_that_is_none_is_refused(page: RecordsPage, tmp_path: Path) -> None:
    page.reading.show_digest()
    page.reading.address.setText("nobody at all")
    page.reading.write(tmp_path / "open.eml")
    assert "address" in texts(page.reading)
    assert not (tmp_path / "open.eml").exists()


def test_a_practice_has_no_packs_and_is_told_where_they_come_from(page: RecordsPage) -> None:
    page.packs.read()
    assert "No pack was issued yet." in texts(page.packs)


def test_everything_is_computed_again(page: RecordsPage, window: MainWindow) -> None:
    before = window.session.desk.views.states()
    page.upkeep.rebuild()
    assert window.session.desk.views.states() == before
    assert f"Computed again from the record: {len(before)} alerts." in texts(page.upkeep)


def test_names_of_packs_that_are_none_say_so(page: RecordsPage, tmp_path: Path) -> None:
    page.upkeep.bring(tmp_path)
    assert page.upkeep.rebuild_button.isEnabled()
    assert "f_gtin2" in texts(page.upkeep)


@pytest.mark.skipif(not HAS_SIGN, reason="NOT TESTED: signing with a certificate in the window, as pyHanko is missing")
def test_a_paper_is_signed_with_a_certificate_and_its_root_trusted(
    page: RecordsPage, window: MainWindow, tmp_path: Path
) -> None:
    made = certificate()
    file, root, target = tmp_path / "own.p12", tmp_path / "root.der", tmp_path / "all.pdf"
    file.write_bytes(made.p12)
    root.write_bytes(made.root)
    field = page.papers.certificate
    field.take(file)
    field.password.setText("not the password")
    page.papers.write(target)
    assert "the password is wrong" in texts(page.papers)
    assert not target.exists()
    field.password.setText(PASSWORD)
    page.papers.write(target)
    assert field.password.text() == ""
    page.check_files([target])
    assert "Unknown signer" in texts(page)
    page.trust([root])
    page.check_files([target])
    assert "under one of the roots given" in texts(page)


def test_a_certificate_is_dropped_with_its_password(qtbot, theme, tmp_path: Path) -> None:
    field = CertificateField()
    qtbot.addWidget(field)
    field.show()
    field.take(tmp_path / "own.p12")
    field.password.setText("secret")
    assert field.password.echoMode() == field.password.EchoMode.Password
    field.drop()
    assert (field.file, field.password.text()) == (None, "")
    assert not field.password.isVisible()


def test_a_workbook_is_a_workbook(page: RecordsPage, tmp_path: Path) -> None:
    card = page.papers
    card.show_log()
    card.write(tmp_path / "log.xlsx")
    assert zipfile.is_zipfile(tmp_path / "log.xlsx")


def test_the_worked_cases_come_out_as_agreed(page: RecordsPage) -> None:
    page.upkeep.run_cases()
    assert "worked cases for" in texts(page.upkeep)
    assert "came out as agreed." in texts(page.upkeep)


def test_a_case_that_comes_out_otherwise_is_told(page: RecordsPage, monkeypatch) -> None:
    from msat.actions import cases
    from msat.triage.model import Priority

    def wrong(*given):
        return [replace(one, problems=("Red was agreed",)) if not at else one for at, one in enumerate(run(*given))]

    run = cases.run_cases
    monkeypatch.setattr(cases, "run_cases", wrong)
    page.upkeep.run_cases()
    assert "did not come out as agreed" in texts(page.upkeep)
    assert Priority.RED.name.capitalize() in texts(page.upkeep)
