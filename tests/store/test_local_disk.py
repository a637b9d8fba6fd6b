"""Where a record may lie: not on a share, not on a network drive, not in a folder that is kept in step elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem, Refused
from msat.places import places
from msat.store import local_disk
from msat.store.local_disk import is_unc, why_not_safe
from msat.store.record import create_record, open_record
from tests.record.makers import ORGANISATION, draft


@pytest.mark.parametrize(
    "name",
    ["OneDrive - NHS", "Dropbox (Practice)", "Google Drive", "Nextcloud", "iCloudDrive", "CloudStorage", "SharePoint"],
)
def test_a_folder_that_a_program_keeps_in_step_is_named(tmp_path: Path, name: str) -> None:
    assert f"kept in step by “{name}”" in why_not_safe(tmp_path / name / "MSAT" / "data")


@pytest.mark.parametrize("name", ["My boxes", "One drive bay", "box", "drops", "Shared", "cloud"])
def test_other_names_are_no_reason(tmp_path: Path, name: str) -> None:
    assert why_not_safe(tmp_path / name) == ""


@pytest.mark.parametrize("variable", ["OneDrive", "OneDriveCommercial", "OneDriveConsumer"])
def test_onedrive_is_known_by_what_it_says_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "High Street Surgery"))
    assert "kept in step by “OneDrive”" in why_not_safe(tmp_path / "High Street Surgery" / "Desktop" / "MSAT")
    assert why_not_safe(tmp_path / "High Street Surgery 2") == ""


@pytest.mark.parametrize(("kind", "safe"), [("cifs", False), ("nfs4", False), ("fuse.sshfs", False), ("ext4", True)])
def test_a_network_drive_is_told_by_the_list_of_mounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, safe: bool
) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/share {str(tmp_path).replace(' ', chr(92) + '040')} {kind} rw 0 0\n"
    read = Path.read_text
    monkeypatch.setattr(
        Path, "read_text", lambda self, **named: mounts if str(self) == "/proc/mounts" else read(self, **named)
    )
    assert ("on a network drive" in why_not_safe(tmp_path / "data")) is not safe


@pytest.mark.parametrize(
    ("path", "share"),
    [(r"\\server\share\MSAT", True), (r"\\?\UNC\server\share", True), (r"\\?\C:\MSAT", False), (r"C:\MSAT", False)],
)
def test_a_windows_share_is_told_by_its_name(path: str, share: bool) -> None:
    assert is_unc(path) is share


def test_a_record_that_came_to_lie_there_is_read_and_not_added_to(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = places(tmp_path / "Here")
    with create_record(home, ORGANISATION, clock, "0.1")[0] as record:
        record.append([draft("before")])
    (tmp_path / "Here").rename(tmp_path / "Dropbox")
    moved = places(tmp_path / "Dropbox")
    with open_record(moved, clock) as record:
        assert [entry.type for entry in record.entries()][1:]
        with pytest.raises(RecordProblem) as caught:
            record.append([draft("after")])
        assert "kept in step by “Dropbox”" in str(caught.value)
        assert caught.value.next_step == local_disk.NEXT
        assert record.head().size == 2
    with pytest.raises(Refused) as refused:
        create_record(places(tmp_path / "Dropbox" / "new"), ORGANISATION, clock, "0.1")
    assert "Dropbox" in str(refused.value)
