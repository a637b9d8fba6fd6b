"""Runs one command: parse, open the profile, do it, print, and turn errors into a sentence and an exit status."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from msat.cli.parser import make_parser
from msat.cli.terminal import printable
from msat.errors import Cancelled, MsatError, Refused


def run(arguments: Sequence[str]) -> int:
    """Runs the command that `arguments` name. 0 done, 1 something found wrong, 2 wrong use or refused."""
    _speak_utf8()
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as stopped:  # argparse has said why on stderr
        return int(stopped.code or 0)
    try:
        status: int = options.does(options)
        sys.stdout.flush()
        return status
    except Refused as refused:
        return _say(options, refused, 2)
    except (Cancelled, KeyboardInterrupt):
        sys.stderr.write("Stopped. What was recorded before stays recorded.\n")
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MsatError as error:
        return _say(options, error, 1)
    except OSError as fault:  # what no command foresaw: a name that this system takes for no file, a disk that is gone
        return _not_foreseen(options, fault)


@cache
def _parser() -> argparse.ArgumentParser:
    """The whole command line, made once: whoever gives many commands in one process waits for it once."""
    return make_parser()


def _say(options: argparse.Namespace, error: MsatError, status: int) -> int:
    sys.stderr.write(printable(f"{error}\n"))
    if options.verbose and error.__cause__:
        sys.stderr.write(printable(f"Cause: {error.__cause__!r}\n"))
    return status


_NO_NAME = frozenset({errno.ENAMETOOLONG, errno.EINVAL})
_LONGEST_NAME = 80


def _not_foreseen(options: argparse.Namespace, fault: OSError) -> int:
    """Says what the computer refused, of which file. 2 for a name that can be no file's, else 1."""
    named = str(fault.filename or "")
    shown = f" (“{named if len(named) <= _LONGEST_NAME else f'{named[:_LONGEST_NAME]}…'}”)" if named else ""
    what = f"The computer says: {fault.strerror or type(fault).__name__}{shown}."
    if fault.errno in _NO_NAME:
        refused = Refused(what, "Choose another, shorter name.")
    else:
        refused = Refused(what, "Check the name, the disk, and that you may read and write there. Then try again.")
    refused.__cause__ = fault
    return _say(options, refused, 2 if fault.errno in _NO_NAME else 1)


def _speak_utf8() -> None:
    """A Windows console may still be in a legacy code page; a batch number must never turn into question marks."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def profile(options: argparse.Namespace) -> Path | None:
    """The folder given with --profile, or None for the user's own."""
    return Path(options.profile) if options.profile else None
