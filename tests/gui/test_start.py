"""Without a usable screen Qt aborts the process, so the screen is looked at first."""

from __future__ import annotations

import pytest

from msat import __version__
from msat.gui.start import parser, screen_trouble


def _there(_library: str) -> bool:
    return True


def _missing(_library: str) -> bool:
    return False


def test_no_display_is_one_sentence_with_what_to_do():
    said = screen_trouble({}, "linux", _there)
    assert said.startswith("There is no screen")
    assert "msatctl demo" in said


def test_a_missing_library_names_the_one_line_that_mends_it():
    said = screen_trouble({"DISPLAY": ":0"}, "linux", _missing)
    assert "apt-get install libxcb-cursor0" in said


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc", "offscreen:size=800x600"])
def test_platforms_without_a_screen_need_none(platform: str):
    assert screen_trouble({"QT_QPA_PLATFORM": platform}, "linux", _missing) == ""


def test_wayland_needs_no_xcb_library():
    assert screen_trouble({"WAYLAND_DISPLAY": "wayland-0"}, "linux", _missing) == ""
    forced = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}
    assert screen_trouble(forced, "linux", _missing) != ""


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_other_systems_are_not_asked(system: str):
    assert screen_trouble({}, system, _missing) == ""


def test_the_version_needs_no_screen(capsys):
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == f"MSAT {__version__}"
