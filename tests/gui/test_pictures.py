"""Pictures of README and help: each is there, small, and shown; none that nobody shows. The page loads nothing else."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument

from msat.gui.main_window import MainWindow
from msat.gui.views.help_text import HelpText

ROOT = Path(__file__).resolve().parents[2]
HELP = ROOT / "resources" / "help"
PICTURES = HELP / "pictures"
NAMED = re.compile(r"!\[([^\]]+)\]\(((?:resources/help/)?pictures/[^)]+)\)")
LARGEST = 120_000


def named() -> dict[str, list[str]]:
    """The pictures that each page names."""
    found = {page.name: NAMED.findall(page.read_text(encoding="utf-8")) for page in sorted(HELP.glob("*.md"))}
    found["README.md"] = NAMED.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    return {page: [path.removeprefix("resources/help/") for _words, path in some] for page, some in found.items()}


def test_every_picture_is_shown_and_every_one_shown_is_there() -> None:
    shown = {path for some in named().values() for path in some}
    assert {f"pictures/{file.name}" for file in PICTURES.glob("*.png")} == shown
    assert named()["README.md"]


def test_the_script_makes_just_these(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    from screenshot_list import COMMITTEE_REFERENCE, REFERENCE

    made = {name for name, _pose in (*REFERENCE, *COMMITTEE_REFERENCE)}
    assert made == {file.stem for file in PICTURES.glob("*.png")}
    for name in [one for one in sys.modules if one.startswith("screenshot_")]:
        del sys.modules[name]


@pytest.mark.parametrize("file", sorted(PICTURES.glob("*.png")), ids=lambda file: file.stem)
def test_each_is_a_small_picture_of_the_window(file: Path) -> None:
    picture = QImage(str(file))
    assert (picture.width(), picture.height()) == (1180, 760)
    assert file.stat().st_size < LARGEST


def test_a_page_of_help_shows_its_picture_within_its_width(window: MainWindow) -> None:
    window.show_page("help")
    page = window.page("help")
    page.show_topic("worklist")
    text = page.text
    picture = text.loadResource(QTextDocument.ResourceType.ImageResource, QUrl("pictures/worklist.png"))
    assert 300 < picture.width() <= text.viewport().width()
    assert text.height() > picture.height()


@pytest.mark.parametrize(
    "address",
    [
        "pictures/../../../etc/passwd.png",
        "file:///etc/hostname",
        "https://example.org/x.png",
        "pictures/none.png",
        "/x.png",
    ],
)
def test_nothing_else_is_loaded(qtbot, theme, address: str) -> None:
    text = HelpText()
    qtbot.addWidget(text)
    found = text.loadResource(QTextDocument.ResourceType.ImageResource, QUrl(address))
    assert (found.width(), found.height()) == (1, 1)
