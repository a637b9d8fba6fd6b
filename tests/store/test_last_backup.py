"""A record that cannot be opened: its newest whole backup is opened to be read, and nothing is written anywhere."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from msat.bootstrap import backing, demo_desk, open_desk, open_desk_or_backup, restore
from msat.clock import FixedClock
from msat.errors import MsatError, RecordProblem, Refused
from msat.places import Places, places
from msat.projections.ports import Query
from msat.record.trouble import Trouble
from msat.services.backup import into_folder
from msat.services.desk import Desk, Person
from msat.services.export import export_certificate, export_log
from msat.services.export_pack import Wanted, draft_pack, issue_pack
from msat.services.folder_sync import folder_sync
from msat.services.override import override
from msat.services.pack_preparing import Signatory
from msat.services.refresh import refresh
from msat.services.send_return import send_return
from msat.services.take_return import take_returns
from msat.services.verify import verify, verify_files
from msat.store.last_backup import sweep

WHO = Person("A. Patel", "Practice pharmacist", "apatel")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _zeros(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = bytes(4096)
    path.write_bytes(bytes(data))


BROKEN: dict[str, Callable[[Path], object]] = {
    "zero-length": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:9000]),
    "gone": lambda path: path.unlink(),
    "no database": lambda path: path.write_bytes(b"nonsense" * 2000),
    "a page of zeros": _zeros,
    "half its first page": lambda path: path.write_bytes(path.read_bytes()[:2048]),
}


def one_more(desk: Desk, rag: str = "green") -> None:
    """Records one more entry."""
    override(desk, "EL(26)A/37", rag, "Seen with the team.", WHO)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with two backups, and one entry recorded after the second."""
    folder = tmp_path_factory.mktemp("sample") / "profile"
    desk = demo_desk(folder)
    into_folder(desk.places, backing(desk.places, FixedClock(NOW - timedelta(days=2))))
    desk.close()
    clock = FixedClock(NOW - timedelta(hours=12))
    with_one = open_desk(places(folder), clock)
    one_more(with_one, "red")
    into_folder(with_one.places, backing(with_one.places, clock))
    one_more(with_one, "amber")
    with_one.close()
    return folder


@pytest.fixture
def where(sample: Path, tmp_path: Path) -> Places:
    shutil.copytree(sample, tmp_path / "profile")
    return places(tmp_path / "profile")


@pytest.fixture
def shown(where: Places) -> Iterator[Desk]:
    """The newest backup, its record empty."""
    where.record.write_bytes(b"")
    desk = open_desk_or_backup(where, FixedClock(NOW))
    yield desk
    desk.close()


def newest(where: Places) -> list[Path]:
    return sorted(where.backups.glob("*.msatbackup"), key=lambda path: path.name.split("-")[-1], reverse=True)


def state_of(*folders: Path) -> dict[str, str]:
    """Every file of these folders with its fingerprint, locks and logs aside."""
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.mark.parametrize("damage", BROKEN)
def test_whatever_is_wrong_with_the_record_the_backup_is_read_and_nothing_is_touched(
    where: Places, damage: str
) -> None:
    whole = where.record.read_bytes()
    BROKEN[damage](where.record)
    before = state_of(where.data, where.state, where.config, where.backups)
    with pytest.raises(RecordProblem) as why:
        open_desk(where, FixedClock(NOW)).close()
    desk = open_desk_or_backup(where, FixedClock(NOW))
    try:
        assert desk.record.trouble is Trouble.BACKUP
        told = desk.record.shown
        assert told is not None
        assert told.name == newest(where)[0].name
        assert " ".join(why.value.explanation.split()) == told.cause
        assert desk.views.count(Query(), NOW) == 18
        assert desk.views.sources(), "when the sources were last reached is carried over"
        assert "1 entry" not in told.missing
        assert f"entry {told.head.size + 1:,} is not in it" in told.missing
        assert not verify(desk).valid, "what is proven is the record, not the backup"
        with pytest.raises(RecordProblem, match="nothing is recorded in it"):
            one_more(desk)
    finally:
        desk.close()
    assert state_of(where.data, where.state, where.config, where.backups) == before
    assert not list(where.cache.glob("from-backup-*"))
    # and the record of before, put back, is whole: nothing here went on without it
    where.record.write_bytes(whole)
    again = open_desk_or_backup(where, FixedClock(NOW))
    assert again.record.shown is None
    assert again.record.verify().valid
    again.close()


def test_nothing_comes_in_and_nothing_goes_out(shown: Desk, where: Places, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "Y00000-12345678-3.msatreturn").write_bytes(b"msat-return-v1\n")
    before = state_of(where.data, where.state, where.config, where.backups)
    for deed in (
        lambda: refresh(shown),
        lambda: folder_sync(shown, shared),
        lambda: send_return(shown, shared),
        lambda: take_returns(shown, [shared / "Y00000-12345678-3.msatreturn"]),
        lambda: shown.files.put(b"something new"),
        lambda: shown.record.received.take(shown.record.log, 0, [object()], ""),  # type: ignore[list-item]
        lambda: shown.record.received.erase(shown.record.log),
        lambda: shown.record.rotate_key(WHO.actor()),
        lambda: shown.record.move(WHO.actor(), "A new computer."),
        lambda: shown.record.supersede(WHO.actor(), "It is damaged."),
        lambda: shown.record.fetch_back((), ""),
        lambda: shown.record.erase([]),
        lambda: shown.record.cosign("", NOW),
        lambda: shown.record.sign("msat-register-v1\n"),
        lambda: issue_pack(
            shown,
            Wanted(date(2026, 1, 1), date(2026, 8, 31), Signatory("A", "b"), approver=Signatory("C", "d")),
            tmp_path,
            WHO,
        ),
        lambda: backing(shown.places),
    ):
        with pytest.raises(MsatError) as refused:
            deed()
        assert "backup" in str(refused.value)
    assert state_of(where.data, where.state, where.config, where.backups) == before
    assert [path.name for path in shared.iterdir()] == ["Y00000-12345678-3.msatreturn"]


def test_what_is_exported_says_so_on_its_face_and_can_be_checked(shown: Desk, tmp_path: Path) -> None:
    told = shown.record.shown
    assert told is not None
    key = shown.views.worklist(Query(), NOW)[0].key
    size = shown.record.head().size
    out = tmp_path / "out"
    out.mkdir()
    page, changes = export_certificate(shown, key, out, WHO)
    assert "It says that it is from a backup" in changes.words
    assert not changes.entries
    export_log(shown, date(2026, 1, 1), date(2026, 12, 31), out / "log.pdf", WHO)
    export_log(shown, date(2026, 1, 1), date(2026, 12, 31), out / "log.xlsx", WHO)
    draft_pack(shown, Wanted(date(2026, 1, 1), date(2026, 8, 31), Signatory("A", "b")), out)
    made = sorted(out.iterdir())
    assert len(made) == 7
    for _path, found in verify_files(made, shown.record):
        assert found.valid, found.problems
    assert shown.record.head().size == size
    from openpyxl import load_workbook
    from pypdf import PdfReader

    for path in (page, out / "log.pdf"):
        texts = [" ".join(one.extract_text().split()) for one in PdfReader(path).pages]
        assert texts[0].startswith(told.face.split(":")[0])
        assert all(told.brief in text for text in texts)
    for path in (one for one in made if one.suffix == ".xlsx"):
        book = load_workbook(path, read_only=True)
        assert book.sheetnames[0] == "From a backup"
        assert told.face in [cell for row in book["From a backup"].iter_rows(values_only=True) for cell in row]
        book.close()
    for path in (one for one in made if one.suffix in (".html", ".json")):
        text = path.read_text(encoding="utf-8")
        assert told.face in text
        assert path.suffix == ".json" or text.index(told.face) < len(text) / 4


def test_a_damaged_backup_is_passed_over_and_that_is_said(where: Places) -> None:
    last, before = newest(where)
    data = bytearray(last.read_bytes())
    data[len(data) // 2] ^= 0xFF
    last.write_bytes(bytes(data))
    where.record.write_bytes(b"")
    desk = open_desk_or_backup(where, FixedClock(NOW))
    told = desk.record.shown
    assert told is not None
    assert (told.name, told.passed_over) == (before.name, (last.name,))
    assert "1 newer backup is not whole and was passed over." in told.text
    assert "2 entries are not in it" in told.missing
    desk.close()
    before.write_bytes(b"nonsense")
    with pytest.raises(RecordProblem, match="is empty"):
        open_desk_or_backup(where, FixedClock(NOW))
    assert not list(where.cache.glob("from-backup-*"))


def test_without_a_mark_a_backup_of_the_only_log_is_read_and_says_that_it_cannot_tell(where: Places) -> None:
    where.record.unlink()
    where.high_water_mark.write_bytes(b"nonsense")
    desk = open_desk_or_backup(where, FixedClock(NOW))
    assert desk.record.shown is not None
    assert "nothing here says whether more was recorded" in desk.record.shown.missing
    desk.close()
    other = newest(where)[0]
    shutil.copy(other, other.with_name(other.name.replace(other.name[5:13], "0" * 8)))
    with pytest.raises(RecordProblem, match="damaged"):
        open_desk_or_backup(where, FixedClock(NOW))


def test_a_backup_of_another_history_is_not_shown(where: Places) -> None:
    """Its name says the log; its entries are not those that the mark names."""
    for path in newest(where):
        path.unlink()
    stranger = places(where.data.parent.parent / "stranger")
    demo_desk(stranger.data.parent).close()
    made = Path(into_folder(stranger, backing(stranger, FixedClock(NOW))).path)
    log8 = where.record.parent.parent  # the profile's own log, by its mark
    mark = where.high_water_mark.read_text(encoding="utf-8")
    assert log8.exists()
    own = mark.split('"log": "')[1][:8]
    shutil.copy(made, where.backups / made.name.replace(made.name[5:13], own))
    where.record.write_bytes(b"")
    with pytest.raises(RecordProblem, match="is empty"):
        open_desk_or_backup(where, FixedClock(NOW))


def test_without_the_key_it_is_read_and_no_file_is_sealed(where: Places, tmp_path: Path) -> None:
    shutil.rmtree(where.keys)
    where.record.write_bytes(b"")
    desk = open_desk_or_backup(where, FixedClock(NOW))
    key = desk.views.worklist(Query(), NOW)[0].key
    with pytest.raises(RecordProblem, match="no file can be sealed"):
        export_certificate(desk, key, tmp_path, WHO)
    desk.close()


def test_a_missing_key_alone_opens_the_record_and_no_backup(where: Places) -> None:
    shutil.rmtree(where.keys)
    desk = open_desk_or_backup(where, FixedClock(NOW))
    assert (desk.record.trouble, desk.record.shown) == (Trouble.KEY, None)
    desk.close()


def test_restored_while_it_is_shown_it_goes_on(shown: Desk, where: Places) -> None:
    """Two windows: one reads the backup, the other puts it back with what a return still holds; both go on."""
    second = open_desk_or_backup(where, FixedClock(NOW))
    assert second.places.record != shown.places.record
    done = restore(where, newest(where)[0], clock=FixedClock(NOW))
    assert done.way.value == "short"
    assert shown.views.count(Query(), NOW) == 18
    second.close()
    now = open_desk_or_backup(where, FixedClock(NOW))
    assert (now.record.shown, now.record.trouble) == (None, Trouble.RESTORED)
    assert now.record.verify().problems[0].step == 6
    now.close()


def test_a_whole_restore_goes_on_recording(where: Places) -> None:
    into_folder(where, backing(where, FixedClock(NOW)))
    where.record.write_bytes(b"")
    desk = open_desk_or_backup(where, FixedClock(NOW))
    assert desk.record.shown is not None
    assert "is not known to have recorded more" in desk.record.shown.missing
    desk.close()
    assert restore(where, newest(where)[0], clock=FixedClock(NOW)).way.value == "whole"
    desk = open_desk_or_backup(where, FixedClock(NOW))
    size = desk.record.head().size
    one_more(desk)
    assert desk.record.head().size == size + 1
    assert desk.record.verify().valid
    desk.close()


def test_a_locked_record_is_read_from_its_backup(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msat.store.engine.BUSY_TIMEOUT_MS", 50)
    monkeypatch.setattr("msat.store.record.open_record.__defaults__", (50, None, None))
    monkeypatch.setattr("msat.store.engine.check_file.__defaults__", (50,))
    monkeypatch.setattr("msat.store.engine.raw_reader.__wrapped__.__defaults__", (50,))
    holder = sqlite3.connect(where.record, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        desk = open_desk_or_backup(where, FixedClock(NOW))
        assert desk.record.shown is not None
        assert "another program" in desk.record.shown.cause
        desk.close()
    finally:
        holder.close()
    desk = open_desk_or_backup(where, FixedClock(NOW))
    assert desk.record.shown is None
    desk.close()


def test_a_newer_record_is_not_shown_from_a_backup(where: Places) -> None:
    with sqlite3.connect(where.record) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(RecordProblem, match="newer MSAT"):
        open_desk_or_backup(where, FixedClock(NOW))


def test_without_any_record_it_is_as_before(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is no record"):
        open_desk_or_backup(places(tmp_path / "nothing"))


def test_what_a_killed_program_left_goes_and_what_another_shows_stays(shown: Desk, where: Places) -> None:
    dead = where.cache / "from-backup-dead"
    dead.mkdir()
    (dead / "record.db").write_bytes(b"a copy")
    sweep(where.cache, NOW.timestamp())
    assert dead.exists(), "another program may just be making it"
    (dead / "in-use").write_bytes(b"")
    sweep(where.cache, NOW.timestamp())
    assert not dead.exists()
    assert shown.places.record.exists()
    assert shown.views.count(Query(), NOW) == 18
