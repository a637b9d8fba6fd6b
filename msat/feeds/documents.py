"""Has e-mails and PDFs read by a child process that is killed when it takes too long; the only door to that child."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from msat.errors import Refused

SECONDS = 10
"""Wall clock; the child also limits its own processor time and memory where the system can."""
CHILD_FLAG = "--msat-read-document"
"""What a frozen program is started with to be the child, having no `python -m`."""
_INSTEAD = "Open it, copy the notice's text and paste that."
_NAMES = {"eml": "e-mail", "pdf": "PDF", "evidence": "file"}


def child_command(kind: str) -> list[str]:
    """How the reading child is started; a frozen program starts itself with a flag its entry points look for."""
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_FLAG, kind]
    # -P: a file called pypdf.py in the current folder must not be taken for the library.
    return [sys.executable, "-P", "-X", "utf8", "-m", "msat.feeds.document_child", kind]


def read_document(kind: str, data: bytes, seconds: float = SECONDS) -> dict[str, Any]:
    """What the child says of an `eml`, a `pdf`, or `evidence` of any kind.

    Raises Refused when it cannot be read within the limits.
    """
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
    try:
        done = subprocess.run(
            child_command(kind),
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise _unreadable(kind, "reading it took too long") from None
    except OSError as fault:
        raise _unreadable(kind, "the part of MSAT that reads such files could not be started") from fault
    if done.returncode != 0:
        raise _unreadable(kind, "it is damaged, or reading it took too much time or memory")
    return _answer(kind, done.stdout)


def _answer(kind: str, said: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError as fault:
        raise _unreadable(kind, "reading it broke off") from fault
    if "refused" in answer:
        what, _, then = str(answer["refused"]).partition(". ")
        raise Refused(f"{what.rstrip('.')}.", then)
    return answer


def _unreadable(kind: str, why: str) -> Refused:
    return Refused(f"The {_NAMES[kind]} could not be read: {why}.", _INSTEAD)
