"""Files of icons that stylesheets name: in the profile, found again; elsewhere only where it cannot be written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from msat.gui import icons
from msat.gui.app import open_window
from msat.gui.session import Session

INK = QColor("#212B32")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = list(icons._kept_in)
    yield
    icons._kept_in[:] = before


def test_they_lie_in_the_profile_and_are_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "icons"
    icons.keep_in(folder)
    path = Path(icons.file_of("check", INK))
    assert path.parent == folder
    assert path.read_bytes() == icons.drawing("check", INK)
    path.write_bytes(b"<svg")  # the program stopped while it was written
    assert Path(icons.file_of("check", INK)).read_bytes() == icons.drawing("check", INK)
    assert icons.file_of("check", QColor("#FFFFFF")) != str(path)


def test_where_the_profile_cannot_be_written_they_lie_aside(tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    icons._kept_in.clear()
    icons.keep_in(blocked / "icons")
    path = Path(icons.file_of("check", INK))
    assert path.read_bytes() == icons.drawing("check", INK)
    assert not path.is_relative_to(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("name", ['a "quoted" folder', "back\\slash", "two\nlines"])
def test_a_name_that_a_stylesheet_cannot_hold_is_not_used(tmp_path: Path, name: str) -> None:
    icons._kept_in.clear()
    icons.keep_in(tmp_path / name)
    assert icons._kept_in == []
    assert not (tmp_path / name).exists()


def test_a_window_writes_nothing_of_them_outside_its_profile(session: Session, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(icons, "_aside", lambda: pytest.fail("written outside the profile"))
    window = open_window(session)
    qtbot.addWidget(window)
    assert list((session.places.cache / "icons").glob("*.svg"))
