"""Reads the command line and looks for a usable screen before Qt is touched: without one Qt aborts the process."""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msat import __version__

HEADLESS = ("offscreen", "minimal", "vnc")
"""Qt platforms that need no screen."""
SCREEN_PACKAGES = (
    "libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 "
    "libxcb-shape0 libxcb-xkb1"
)
QT_PACKAGES = "libglib2.0-0 libgl1 libegl1 libfontconfig1 libdbus-1-3 libxkbcommon0 libbrotli1 libgssapi-krb5-2"


def start(arguments: Sequence[str] | None = None) -> int:
    """Runs the window to its end. Exit status 2 when there is no screen or the options make no sense."""
    options = parser().parse_args(arguments)
    trouble = screen_trouble(os.environ, sys.platform, _can_load)
    if not trouble:
        try:
            from msat.gui.features import leave_features_alone

            leave_features_alone()
            from msat.gui.overrides import let_errors_through

            let_errors_through()
            from msat.gui.app import run
        except ImportError as error:
            trouble = f"The window's libraries are not installed ({error}). Run: apt-get install {QT_PACKAGES}"
    if trouble:
        # pythonw.exe has no stderr; there the missing screen cannot happen either.
        if sys.stderr is not None:
            sys.stderr.write(trouble + "\n")
        return 2
    return run(options.profile, demo=options.demo)


def parser() -> argparse.ArgumentParser:
    """The options of the window."""
    made = argparse.ArgumentParser(
        prog="msat",
        description="Opens the MSAT window. Everything it does can also be done without a window: see msatctl --help.",
    )
    made.add_argument("--profile", type=Path, metavar="DIR", help="keep everything in this folder")
    made.add_argument(
        "--demo",
        nargs="?",
        const="practice",
        default="",
        choices=("practice", "committee"),
        help="open a sample practice, or a sample committee with its practices, in a temporary profile",
    )
    made.add_argument("--version", action="version", version=f"MSAT {__version__}")
    return made


def screen_trouble(environment: Mapping[str, str], system: str, can_load: Callable[[str], bool]) -> str:
    """One sentence that says why no window can open and what to do; empty when one can."""
    if not system.startswith("linux"):
        return ""
    platform = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if platform in HEADLESS:
        return ""
    if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        return "There is no screen (DISPLAY and WAYLAND_DISPLAY are not set). Use msatctl, for instance: msatctl demo"
    wayland = bool(environment.get("WAYLAND_DISPLAY")) and platform in ("", "wayland")
    if not wayland and not can_load("libxcb-cursor.so.0"):
        return f"A library that the window needs is missing. Run: apt-get install {SCREEN_PACKAGES}"
    return ""


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
