"""Whether a window can be shown. Looked at before Qt starts, since Qt aborts the process when it cannot."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

PATIENCE = 2.0  # seconds for a screen that is reached over the network


def why_not(variables: Mapping[str, str], system: str = sys.platform) -> str:
    """Empty when a window can be shown; else one sentence that says why not."""
    if not system.startswith("linux") or variables.get("QT_QPA_PLATFORM"):
        return ""
    display, wayland = variables.get("DISPLAY", ""), variables.get("WAYLAND_DISPLAY", "")
    if not display and not wayland:
        return "This session has no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    if wayland and _answers(socket.AF_UNIX, str(Path(variables.get("XDG_RUNTIME_DIR", "/")) / wayland)):
        return ""
    if display and _x_answers(display):
        return ""
    return f"The screen {display or wayland} does not answer."


def _x_answers(display: str) -> bool:
    """Whether an X server listens where `display` (`:0`, `host:10.0`) says."""
    found = re.fullmatch(r"(?:\w+/)?(?P<host>.*?):(?P<number>\d+)(?:\.\d+)?", display)
    if not found:
        return False
    number = int(found["number"])
    if found["host"] in ("", "unix"):
        place = f"/tmp/.X11-unix/X{number}"  # noqa: S108  # fixed by X11
        return _answers(socket.AF_UNIX, place) or _answers(socket.AF_UNIX, f"\0{place}")
    try:
        with socket.create_connection((found["host"].strip("[]"), 6000 + number), PATIENCE):
            return True
    except OSError:
        return False


def _answers(family: int, place: str) -> bool:
    with socket.socket(family) as asked:
        asked.settimeout(PATIENCE)
        try:
            asked.connect(os.fsencode(place) if not place.startswith("\0") else place)
        except OSError:
            return False
    return True
