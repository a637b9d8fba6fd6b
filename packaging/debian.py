"""The Debian packages that MSAT needs and a bare Debian or Ubuntu lacks. Elsewhere this module does nothing.

Looks first, with dpkg-query; asks apt only when something is missing, and only as root or through a sudo that
asks no password. Otherwise it says which one line does it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence

from told import SetupFailed, say

# Debian packs the standard library's `ensurepip` apart from Python; see `missing`.
VENV = (f"python3.{sys.version_info.minor}-venv",)
# Qt loads these even offscreen; without the first `import PySide6.QtCore` fails. fontconfig brings a font.
WINDOW = (
    "libglib2.0-0",
    "libgl1",
    "libegl1",
    "libfontconfig1",
    "libdbus-1-3",
    "libxkbcommon0",
    "libbrotli1",
    "libgssapi-krb5-2",
)
SCREEN = (
    "libxcb-cursor0",
    "libxkbcommon-x11-0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libwayland-cursor0",
)
# A virtual screen for the tests that look at a real window, and two readers for the PDFs we write.
TESTS = ("xvfb", "xauth", "poppler-utils", "qpdf")

# A server for the tests of the shared database; they start one of their own and touch no other.
POSTGRES = ("postgresql",)
# Makes system calls fail, and writes them down, for the tests of failing disks and power cuts.
STRACE = ("strace",)


def install(names: Sequence[str], who: str) -> None:
    """Installs those of `names` that are missing. Raises SetupFailed with the line to run if it may not."""
    wanted = missing(names)
    if not wanted:
        return
    prefix = _allowed()
    line = f"apt-get install -y --no-install-recommends {' '.join(wanted)}"
    if prefix is None:
        raise SetupFailed(
            f"{_sentence(who, wanted)} This account may not install them. "
            f"Run this line, then the same command again:\n\n    sudo apt-get update && sudo {line}\n"
        )
    say(f"{_sentence(who, wanted)} Installing with apt.")
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    # An update that fails for one of several archives need not matter: the installation tells.
    _apt([*quiet, "update"])
    result = _apt([*quiet, "install", "-y", "--no-install-recommends", *wanted])
    if result.returncode:
        tail = "\n".join(f"    {row}" for row in result.stdout.strip().splitlines()[-8:])
        raise SetupFailed(
            f"apt could not install what {who}. Its last words:\n{tail}\n"
            f"Check the network and the list of Debian archives, or run this line by hand: sudo {line}"
        )


def missing(names: Iterable[str]) -> list[str]:
    """Those of `names` that are not installed; none where there is no apt."""
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        return []
    wanted = [name for name in names if not (name in VENV and can_make_environments())]
    if not wanted:
        return []
    # Debian 13 and Ubuntu 24.04 renamed some libraries when time became 64 bits wide.
    asked = [spelling for name in wanted for spelling in (name, f"{name}t64")]
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status} ${Package}\\n", *asked],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    there = {row.split()[1] for row in answer.stdout.splitlines() if row.startswith("installed ")}
    return [name for name in wanted if name not in there and f"{name}t64" not in there]


def can_make_environments() -> bool:
    """Whether this Python has what `python -m venv` needs. Asked afresh: apt may just have brought it."""
    finding = subprocess.run(
        [sys.executable, "-c", "import venv, ensurepip"], stderr=subprocess.DEVNULL, check=False
    )
    return finding.returncode == 0


def _allowed() -> list[str] | None:
    """What to put before apt-get: nothing for root, sudo if it asks no password, None if neither will do."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(
            ["sudo", "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
        if asked.returncode == 0:
            return ["sudo", "-n"]
    return None


def _apt(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _sentence(who: str, names: Sequence[str]) -> str:
    noun = "Debian package that is" if len(names) == 1 else "Debian packages that are"
    return f"{who[0].upper()}{who[1:]} {len(names)} {noun} not installed: {', '.join(names)}."
