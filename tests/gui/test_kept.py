"""What survives: drafts after a crash, the last worklist, who was at the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat.gui import snapshot
from msat.gui.drafts import Drafts, DraftsNotKept
from msat.gui.memory import Memory


def test_drafts_survive(tmp_path: Path):
    path = tmp_path / "data" / "drafts.json"
    drafts = Drafts(path)
    drafts.keep("EL(26)A/41", "A06/note", "Search run, 12 fo")
    drafts.save()
    assert Drafts(path).text("EL(26)A/41", "A06/note") == "Search run, 12 fo"
    assert [file.name for file in path.parent.iterdir()] == ["drafts.json"]


def test_what_is_recorded_is_forgotten(tmp_path: Path):
    drafts = Drafts(tmp_path / "drafts.json")
    drafts.keep("a", "note", "text")
    drafts.keep("a", "note", "")
    drafts.save()
    assert (tmp_path / "drafts.json").read_text(encoding="utf-8") == "{}"


def test_a_damaged_file_is_set_aside(tmp_path: Path):
    path = tmp_path / "drafts.json"
    path.write_text('{"a": {"note": ', encoding="utf-8")
    assert Drafts(path).text("a", "note") == ""
    assert (tmp_path / "drafts.damaged").is_file()


def test_a_disk_that_refuses_is_said_and_nothing_is_lost(tmp_path: Path):
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    drafts = Drafts(tmp_path / "data" / "drafts.json")
    drafts.keep("a", "note", "text")
    with pytest.raises(DraftsNotKept, match="could not be written"):
        drafts.save()
    assert drafts.text("a", "note") == "text"
    assert drafts.is_dirty


def test_the_last_worklist_comes_back_as_it_was(tmp_path: Path, make_row):
    rows = [make_row(1), make_row(2, due=None, rag=None, reference=None)]
    snapshot.save(tmp_path / "worklist.json", rows, "Test Surgery")
    assert snapshot.load(tmp_path / "worklist.json") == (rows, "Test Surgery")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"rows": [{"key": 1}], "organisation": "x"}'])
def test_a_damaged_snapshot_is_no_snapshot(tmp_path: Path, text: str):
    (tmp_path / "worklist.json").write_text(text, encoding="utf-8")
    assert snapshot.load(tmp_path / "worklist.json") == ([], "")


def test_the_person_is_remembered(qapp, tmp_path: Path):
    memory = Memory(tmp_path)
    memory.keep("person/name", "A. Patel")
    memory.keep("look/zoom", "wide")
    memory.save()
    again = Memory(tmp_path)
    assert again.text("person/name") == "A. Patel"
    assert again.number("look/zoom", 100) == 100
    assert (tmp_path / "window.ini").is_file()
