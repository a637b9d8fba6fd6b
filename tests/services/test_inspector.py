"""Exporting the inspector's pages: by the file's ending, checked against the record, nothing half written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pypdf
import pytest

from msat.cli import main
from msat.clock import LONDON, FixedClock
from msat.errors import Cancelled, Refused
from msat.exchange.return_file import write_return
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.services.acknowledge import acknowledge
from msat.services.desk import Desk
from msat.services.enrol import accept
from msat.services.inspector import export_inspector_file, export_inspector_page, twelve_months
from msat.services.take_return import take_return
from msat.services.verify import verify_files
from tests.exports.test_pdf import failures
from tests.fakes import Story
from tests.notices import recall
from tests.services.conftest import PHARMACIST

REF = "EL(26)A/61"
Receive = Callable[[FeedItem], AlertState]


@pytest.fixture
def filled(desk: Desk, receive: Receive) -> Desk:
    receive(recall())
    receive(recall("EL(26)A/62", product="Otherol 5 mg tablets"))
    acknowledge(desk, REF, PHARMACIST)
    return desk


@pytest.mark.parametrize("name", ["page.pdf", "page.html"])
def test_one_alert_is_written_by_the_ending_and_checked(filled: Desk, tmp_path: Path, name: str) -> None:
    path, changes = export_inspector_page(filled, REF.lower(), tmp_path / name, PHARMACIST)
    assert [entry.type for entry in changes.entries] == ["export.issued"]
    for record in (filled.record, None):
        ((_path, found),) = verify_files([path], record)
        assert found.valid, found.problems
    if name.endswith(".pdf"):
        assert len(pypdf.PdfReader(path).pages) == 1
    else:
        assert "Acknowledged" in path.read_text(encoding="utf-8")


def test_a_period_is_written_with_every_alert(filled: Desk, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path, changes = export_inspector_file(
        filled, tmp_path, PHARMACIST, progress=lambda _what, done, total: told.append((done, total))
    )
    assert path.name == "alerts-and-evidence-2025-11-23-to-2026-11-22.pdf"
    assert "23 November 2025 to 22 November 2026" in changes.words
    assert told == [(0, 2), (1, 2), (2, 2)]
    reader = pypdf.PdfReader(path)
    assert len(reader.pages) == 4
    assert "2 (Red 2)" in reader.pages[0].extract_text()
    assert failures(path.read_bytes()) == []
    ((_path, found),) = verify_files([path], filled.record)
    assert found.valid


def test_other_workstations_are_told_of(filled: Desk, tmp_path: Path) -> None:
    story = Story()
    story.record = MemoryRecord(Organisation("Test Surgery", "Y00001", "dispensing-practice"), story.clock, story.files)
    story.received()
    take_return(filled, b"".join(write_return(story.record.entries(), story.record.signed_head())), "b.msatreturn")
    accept(filled, story.record.log, PHARMACIST, is_compared=True)
    page, _changes = export_inspector_page(filled, REF, tmp_path / "page.html", PHARMACIST)
    year, _changes = export_inspector_file(filled, tmp_path / "year.html", PHARMACIST)
    for path in (page, year):
        said = path.read_text(encoding="utf-8")
        assert said.count("1 other workstation of this organisation keeps a record beside this one") == 1


def test_stopping_leaves_no_file_and_no_entry(filled: Desk, tmp_path: Path) -> None:
    size = filled.record.head().size

    def stop(_what: str, done: int, _total: int) -> None:
        if done:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        export_inspector_file(filled, tmp_path / "year.pdf", PHARMACIST, progress=stop)
    assert list(tmp_path.glob("*.pd*")) == []
    assert filled.record.head().size == size


def test_what_cannot_be_is_refused(filled: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no alert “EL"):
        export_inspector_page(filled, "EL(26)A/99", tmp_path, PHARMACIST)
    with pytest.raises(Refused, match="cannot be written here"):
        export_inspector_page(filled, REF, tmp_path / "page.docx", PHARMACIST)
    with pytest.raises(Refused, match="before it begins"):
        export_inspector_file(filled, tmp_path, PHARMACIST, date(2026, 3, 1), date(2026, 2, 1))


@pytest.mark.parametrize(
    ("today", "last", "first"),
    [
        (date(2026, 11, 22), None, date(2025, 11, 23)),
        (date(2026, 11, 22), date(2024, 2, 29), date(2023, 3, 1)),
        (date(2028, 2, 29), None, date(2027, 3, 1)),
    ],
)
def test_twelve_months_end_on_the_last_day(
    desk: Desk, clock: FixedClock, today: date, last: date | None, first: date
) -> None:
    clock.moment = datetime(today.year, today.month, today.day, 12, tzinfo=LONDON)
    assert twelve_months(desk, None, last) == (first, last or today)


def test_the_command_takes_an_alert_or_a_period(
    filled: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(filled.places.data.parent)
    filled.close()
    page, year = str(tmp_path / "page.pdf"), str(tmp_path / "year.html")
    assert main(["--profile", folder, "export", "inspector", REF, "--out", page]) == 0
    days = ["--from", "2026-01-01", "--to", "2026-12-31"]
    assert main(["--profile", folder, "export", "inspector", *days, "--out", year]) == 0
    assert main(["--profile", folder, "verify", page, year]) == 0
    capsys.readouterr()
    assert main(["--profile", folder, "export", "inspector", REF, *days, "--out", page]) == 2
    assert "not both" in capsys.readouterr().err
