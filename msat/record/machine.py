"""Which computer an installation was last used on: a fingerprint beside its key, outside the database and its backups.

A copied folder or disk holds the key too: two installations would write one log. The computer's own number is kept only
hashed with the log's name, so that it says nothing readable and cannot be compared across logs. No number (a container)
is no alarm.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from msat.ids import LogId, fingerprint
from msat.record.durable import write_durably

_MAX = 4096
UNREADABLE = "unreadable"
_MAC_UUID = re.compile(r'"IOPlatformUUID" = "([0-9A-Fa-f-]{36})"')


def raw_id() -> str:
    """The number that this computer's system gave itself; empty where it has none. Tests put another in its place."""
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _mac()
    return _linux()


def this_machine(log: LogId) -> str:
    """This computer's fingerprint for one log; empty where the computer has no number of its own."""
    raw = raw_id()
    return fingerprint(f"msat-machine-v2\n{log}\n{raw}".encode()) if raw else ""


def path_of(keys: Path, log: LogId) -> Path:
    """Where the fingerprint of a log's computer is kept."""
    return keys / f"{log}.machine"


def remembered(keys: Path, log: LogId) -> str:
    """The fingerprint that was kept; empty where none was. A note that cannot be read counts as another computer's."""
    try:
        with path_of(keys, log).open("rb") as file:
            found = json.loads(file.read(_MAX))
        if found["v"] != 1 or found["log"] != log:
            raise ValueError(log)
        return str(found["machine"])
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return UNREADABLE


def remember(keys: Path, log: LogId) -> None:
    """Keeps this computer's fingerprint, durably; nothing where the computer has no number. Raises OSError."""
    machine = this_machine(log)
    if machine:
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = {"v": 1, "log": log, "machine": machine}
        write_durably(path_of(keys, log), (json.dumps(found, sort_keys=True) + "\n").encode("ascii"))


def notice(keys: Path, log: LogId) -> None:
    """Keeps this computer's fingerprint where none was kept before. Raises OSError."""
    if not path_of(keys, log).exists():
        remember(keys, log)


def is_another(keys: Path, log: LogId) -> bool:
    """Whether this is another computer than the remembered one. Unknown on either side: no."""
    kept, here = remembered(keys, log), this_machine(log)
    return bool(kept and here and kept != here)


def _linux() -> str:
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            found = Path(path).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
        if re.fullmatch(r"[0-9a-f]{32}", found) and found != "0" * 32:
            return found
    return ""


def _windows() -> str:
    try:
        import winreg
    except ImportError:
        return ""
    try:
        with winreg.OpenKey(  # type: ignore[attr-defined,unused-ignore]
            winreg.HKEY_LOCAL_MACHINE,  # type: ignore[attr-defined,unused-ignore]
            r"SOFTWARE\Microsoft\Cryptography",
            0,
            winreg.KEY_READ | winreg.KEY_WOW64_64KEY,  # type: ignore[attr-defined,unused-ignore]
        ) as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0]).lower()  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return ""


def _mac() -> str:
    import subprocess

    command = ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]
    try:
        told = subprocess.run(command, capture_output=True, timeout=5, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = _MAC_UUID.search(told.decode("utf-8", "replace"))
    return found[1].lower() if found else ""
