"""The sample that somebody makes first: every file of it is genuine, its own pack as well."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from msat.bootstrap import demo_desk
from msat.services import demo_files
from msat.services.verify import verify_files


def test_every_file_of_the_sample_is_verified_with_the_record_and_without(tmp_path: Path) -> None:
    desk = demo_desk(tmp_path / "profile", datetime.fromisoformat("2026-08-21T08:42:00+00:00"))
    made = demo_files.make(desk, tmp_path)
    desk.close()
    wrong = {path.name: [one.what for one in found.problems] for path, found in made.files if not found.valid}
    assert wrong == {}
    assert made.valid
    assert {path.suffix for path, _found in made.files} >= {".pdf", ".html", ".xlsx", ".docx", ".eml", ".json"}
    alone = verify_files([path for path, _found in made.files], None)
    assert [path.name for path, found in alone if not found.valid] == []
