"""Sets MSAT up, then runs or tests it. Needs nothing but Python 3.11 or later.

    python3 packaging/dev.py run  [-- OPTIONS OF msat]     opens the window, or does the main job without one
    python3 packaging/dev.py test [-- OPTIONS OF pytest]   style, types, import contracts, tests
    python3 packaging/dev.py lint                          the first three of these
    python3 packaging/dev.py lock                          writes packaging/requirements.lock anew

Standard library only. This file is kept readable by older Pythons, so that they can say what is missing.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # the whole point: an older Python must get a sentence, not a traceback
    sys.exit(
        "MSAT needs Python 3.11 or later, and this is Python %d.%d. "  # noqa: UP031
        "Install a newer Python, then start this file with it, for instance: python3.11 packaging/dev.py run"
        % sys.version_info[:2]
    )

import argparse
import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import debian
import environment
import memory
import postgres
import screen
from told import SetupFailed, say

ROOT = environment.ROOT
DEMO_FOLDERS = ROOT / "build"
CHECKS = (
    ("Style", "ruff", ("check", ".")),
    ("Types", "mypy", ()),
    ("Types of the set-up", "mypy", ("packaging/dev.py",)),
    ("Import contracts", "lint-imports", ()),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Does one command; returns 0 when done, 1 when something is wrong, 2 when the set-up cannot be done."""
    options, rest = _parser().parse_known_args(arguments)
    if rest[:1] == ["--"]:
        rest = rest[1:]
    os.chdir(ROOT)
    try:
        status: int = options.command(rest)
    except SetupFailed as failure:
        say(str(failure))
        return 2
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py", description="Sets MSAT up, then runs or tests it.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, command, words in (
        ("run", run, "open the window; without a screen, do the main job once and print where the files are"),
        ("test", test, "style, types, import contracts, then the tests"),
        ("lint", lint, "style, types and import contracts only"),
        ("lock", lock, "choose newer packages within the ranges of pyproject.toml and write the lock file"),
    ):
        ours = f"{words[0].upper()}{words[1:]}. What follows is handed on as it is."
        commands.add_parser(name, help=words, description=ours).set_defaults(command=command)
    return parser


def run(options: Sequence[str]) -> int:
    """Opens the window, or does the main job headless where no screen can be used."""
    no_screen = screen.why_not(os.environ)
    _window_libraries(needed=not no_screen)
    environment.prepare()
    if no_screen:
        say(no_screen)
        return demo(options)
    status = _call([environment.script("msat"), *options])
    if status == -signal.SIGABRT:  # how Qt leaves when the screen refuses it
        say("The window could not be opened on this screen.")
        return demo(options)
    return status


def demo(options: Sequence[str]) -> int:
    """The main job once, without a window, on a sample: notices, priorities, deeds, PDF."""
    say("Without a window, MSAT now does its main job once on sample notices.")
    window = argparse.ArgumentParser(add_help=False)
    window.add_argument("--demo", nargs="?", const="practice", default="practice")
    window.add_argument("--profile")
    chosen, handed_on = window.parse_known_args(options)
    if chosen.profile:
        say(f"The profile {chosen.profile} is left alone; use {environment.script('msatctl')} for it.")
    if "--out" not in handed_on:
        handed_on += ["--out", str(_new_folder())]
    if chosen.demo != "practice":
        handed_on += ["--kind", chosen.demo]
    return _call([environment.script("msatctl"), "demo", *handed_on])


def _new_folder() -> Path:
    """A folder that is not there yet: the demonstration writes over nothing."""
    numbers = itertools.count(1)
    return next(folder for number in numbers if not (folder := DEMO_FOLDERS / f"demo-{number}").exists())


def test(options: Sequence[str]) -> int:
    """Everything that must hold before a change is handed in. Options choose tests: then only pytest runs."""
    debian.install([*debian.VENV, *debian.WINDOW, *debian.TESTS], "the tests need")
    _postgres_server()
    _strace()
    environment.prepare()
    if not options:
        status = _checks()
        if status:
            return status
        # One more than there are processors: tests of disks, kills and servers wait a good part of their time.
        options = ["-n", str(max(3, min((os.cpu_count() or 2) + 1, 8)))]
    say("Tests (pytest)")
    with memory.folder_for_tests(options) as where:
        return _call([environment.python(), "-m", "pytest", *where, *options], offscreen=True)


def _postgres_server() -> None:
    """Installs a PostgreSQL for the tests that need one. Where that may not be, they skip, which is said here aloud."""
    if postgres.programs() is not None:
        return
    try:
        debian.install(debian.POSTGRES, "the tests of the shared database need")
    except SetupFailed as failure:
        say(str(failure))
    if postgres.programs() is None:
        say("NOT TESTED: PostgreSQL is not installed, so every test of the shared database will be skipped.")


def _strace() -> None:
    """Installs what makes system calls fail. Where that may not be, those tests skip, which is said here aloud."""
    if shutil.which("strace") is not None or sys.platform != "linux":
        return
    try:
        debian.install(debian.STRACE, "the tests of failing disks and power cuts need")
    except SetupFailed as failure:
        say(str(failure))
    if shutil.which("strace") is None:
        say("NOT TESTED: strace is not installed, so the tests of failing disks and power cuts will be skipped.")


def lint(_options: Sequence[str]) -> int:
    """Style, types and import contracts."""
    debian.install(debian.VENV, "MSAT needs")
    environment.prepare()
    return _checks()


def lock(_options: Sequence[str]) -> int:
    """Writes the lock file anew."""
    debian.install(debian.VENV, "MSAT needs")
    environment.write_lock()
    return 0


def _checks() -> int:
    """Runs the three tools in turn and stops at the first that finds something."""
    for title, tool, arguments in CHECKS:
        say(f"{title} ({tool})")
        status = _call([environment.script(tool), *arguments])
        if status:
            say(f"{title}: something was found, see above. The later checks were not run.")
            return status
    return 0


def _window_libraries(needed: bool) -> None:
    """Installs what the window needs. Without a screen, what may not be installed is only told of."""
    debian.install(debian.VENV, "MSAT needs")
    libraries = [*debian.WINDOW, *(debian.SCREEN if needed else ())]
    try:
        debian.install(libraries, "the window needs")
    except SetupFailed as failure:
        if needed:
            raise
        say(str(failure))


def _call(command: Sequence[str | Path], offscreen: bool = False) -> int:
    """Runs a command with this terminal's output and returns its exit status."""
    sys.stdout.flush()
    variables = environment.variables()
    if offscreen:
        variables["QT_QPA_PLATFORM"] = "offscreen"
    return subprocess.run([str(part) for part in command], env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
