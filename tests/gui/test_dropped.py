"""Files dropped on the window go to the page that deals with them, told by what they hold: lists of practices and of
networks, dm+d files, exports of MSAT, notices; what is none of these is checked, which says so."""

from __future__ import annotations

from pathlib import Path

from msat.gui.going import Dropped, Drops, sort_files
from msat.gui.main_window import MainWindow
from msat.projections.practices import IMPORTED
from tests.feeds.ods import epcn, epraccur, row
from tests.gui.conftest import settle

GTINS = """<?xml version="1.0"?><GTIN_DETAILS><AMPPS><AMPP><AMPPID>1001</AMPPID>
<GTINDATA><GTIN>05012345678900</GTIN></GTINDATA></AMPP></AMPPS></GTIN_DETAILS>"""
PACKS = """<?xml version="1.0"?><ACTUAL_MEDICINAL_PROD_PACKS><AMPPS><AMPP><APPID>1001</APPID>
<NM>Samplepril 5mg tablets (Sample Company Limited) 28 tablet</NM></AMPP></AMPPS></ACTUAL_MEDICINAL_PROD_PACKS>"""


def drop(window: MainWindow, *files: Path) -> None:
    """As if the files fell on the window."""
    window.findChild(Drops).take(list(files))
    settle(window)


def release(folder: Path) -> tuple[Path, Path]:
    """The two files of a small dm+d release."""
    folder.mkdir()
    packs, gtins = folder / "f_ampp2_3161126.xml", folder / "f_gtin2_0161126.xml"
    packs.write_text(PACKS, encoding="utf-8")
    gtins.write_text(GTINS, encoding="utf-8")
    return packs, gtins


def test_each_file_is_told_by_what_it_holds(window: MainWindow, tmp_path: Path) -> None:
    packs, gtins = release(tmp_path / "release")
    practices, networks = tmp_path / "practices.csv", tmp_path / "ePCN.xlsx"
    practices.write_bytes(epraccur(row("A81001", "THE FIRST SURGERY"), row("A81002", "THE SECOND SURGERY")))
    networks.write_bytes(epcn())
    other, sheet = tmp_path / "other.csv", tmp_path / "epraccur.csv"
    other.write_text("alert,due\nEL(26)A/41,20 November 2026\n", encoding="utf-8")
    sheet.write_bytes(b"")
    page = tmp_path / "other.xml"
    page.write_text("<rss><channel/></rss>", encoding="utf-8")
    notice = tmp_path / "notice.txt"
    notice.write_text("Class 2 Medicines Recall: Samplepril 5 mg tablets", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    files = [notice, practices, networks, packs, gtins, other, sheet, page, tmp_path / "release", tmp_path / "empty"]
    assert sort_files(window.session.desk, files) == Dropped(
        notices=(notice,),
        lists=(practices, networks),
        names=(packs, gtins, tmp_path / "release"),
        records=(other, sheet, page, tmp_path / "empty"),
    )


def test_a_list_of_practices_is_imported_on_its_page(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "epraccur.csv"
    file.write_bytes(epraccur(row("A81001", "THE FIRST SURGERY"), row("A81002", "THE SECOND SURGERY")))
    drop(window, file)
    assert window.current() is window.page("practices")
    assert "Imported the list of practices “epraccur.csv”" in window.page("practices").said.head.text()
    assert len(window.session.desk.views.general(IMPORTED)) == 1


def test_the_two_files_of_a_dmd_release_are_imported_together(window: MainWindow, tmp_path: Path) -> None:
    drop(window, *release(tmp_path / "release"))
    page = window.page("records")
    assert window.current() is page
    said = page.upkeep.outcome.itemAt(0).widget().head.text()
    assert "1 GTINs, 1 of them with a name." in said
    assert "needed too" not in said
    assert all(button.isEnabled() for button in page.upkeep._buttons())


def test_what_is_no_list_is_checked_and_nothing_is_imported(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("alert,due\nEL(26)A/41,20 November 2026\n", encoding="utf-8")
    before = window.session.desk.record.head()
    drop(window, file)
    assert window.current() is window.page("records")
    assert window.session.desk.record.head() == before
