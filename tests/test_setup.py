"""The set-up script: what it notices, what it says, and that its lock is fit for every machine."""

from __future__ import annotations

import importlib
import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "packaging" / "requirements.lock"
NAMES = ("told", "debian", "environment", "postgres", "screen", "memory", "dev")


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The modules of packaging/, loaded as `python3 packaging/dev.py` loads them."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    loaded: dict[str, ModuleType] = {name: importlib.import_module(name) for name in NAMES}
    yield SimpleNamespace(**loaded)
    for name in NAMES:
        sys.modules.pop(name)


@pytest.fixture
def checkout(setup: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small checkout whose environment is made by a pretended Python and pip."""
    folder = tmp_path / "checkout"
    (folder / "packaging").mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[project]\nname = 'msat'\n", encoding="utf-8")
    (folder / "packaging" / "requirements.lock").write_text("one==1 --hash=sha256:0\n", encoding="utf-8")
    venv = folder / ".venv"
    places = {"ROOT": folder, "VENV": venv, "LOCK": folder / "packaging" / "requirements.lock"}
    places |= {"STAMP": venv / "stamp.json", "UNFINISHED": venv / "unfinished", "LOG": venv / "log"}
    for name, place in places.items():
        monkeypatch.setattr(setup.environment, name, place)
    return folder


class Work:
    """Stands for venv and pip: writes down what was asked, and fails when told to."""

    def __init__(self, setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
        self.environment = setup.environment
        self.failure: type[BaseException] = setup.told.SetupFailed
        self.done: list[str] = []
        self.fails_at = ""
        self.real_worth_keeping = setup.environment._worth_keeping
        monkeypatch.setattr(setup.environment, "_make", self.make)
        monkeypatch.setattr(setup.environment, "_pip", self.pip)
        monkeypatch.setattr(setup.environment, "_worth_keeping", self.worth_keeping)

    def make(self) -> None:
        self.done.append("venv")
        python = self.environment.python()
        python.parent.mkdir(parents=True)
        python.touch()

    def pip(self, arguments: list[str]) -> None:
        step = "msat" if "--editable" in arguments else "packages"
        self.done.append(step)
        if step == self.fails_at:
            raise self.failure("stopped")

    def worth_keeping(self, wanted: dict[str, str]) -> bool:
        stamp = self.environment._stamp() or wanted
        whole = self.environment.python().exists() and not self.environment.UNFINISHED.exists()
        return whole and stamp["checkout"] == wanted["checkout"] and stamp["python"] == wanted["python"]

    def again(self) -> list[str]:
        self.done.clear()
        self.environment.prepare()
        return list(self.done)


@pytest.fixture
def work(setup: SimpleNamespace, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(setup, monkeypatch)


ALL = ["venv", "packages", "msat"]


def test_the_first_run_makes_everything_and_the_second_nothing(work: Work) -> None:
    assert work.again() == ALL
    assert work.again() == []


def test_changed_requirements_are_installed_into_what_is_there(work: Work, checkout: Path) -> None:
    work.again()
    (checkout / "pyproject.toml").write_text("[project]\nname = 'msat'\nversion = '2'\n", encoding="utf-8")
    assert work.again() == ["packages", "msat"]
    (checkout / "packaging" / "requirements.lock").write_text("one==2 --hash=sha256:0\n", encoding="utf-8")
    assert work.again() == ["packages", "msat"]
    assert work.again() == []


def test_an_interrupted_set_up_is_begun_again(work: Work, setup: SimpleNamespace) -> None:
    work.fails_at = "packages"
    with pytest.raises(setup.told.SetupFailed):
        work.again()
    work.fails_at = ""
    assert work.again() == ALL
    assert work.again() == []


def test_a_failure_after_the_packages_keeps_them(work: Work, setup: SimpleNamespace) -> None:
    work.fails_at = "msat"
    with pytest.raises(setup.told.SetupFailed):
        work.again()
    work.fails_at = ""
    assert work.again() == ["packages", "msat"]


@pytest.mark.parametrize("change", [{"checkout": "somewhere else"}, {"python": "3.99"}])
def test_a_moved_checkout_or_another_python_makes_it_anew(
    work: Work, setup: SimpleNamespace, change: dict[str, str]
) -> None:
    work.again()
    stamp = setup.environment.STAMP
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | change), encoding="utf-8")
    assert work.again() == ALL


def test_a_python_that_went_away_makes_it_anew(work: Work, setup: SimpleNamespace) -> None:
    work.again()
    setup.environment.python().unlink()
    assert work.again() == ALL


def test_stopping_while_the_old_one_is_deleted_leaves_no_half_of_it(
    work: Work, setup: SimpleNamespace, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_folder: Path) -> None:
        raise KeyboardInterrupt

    work.again()
    setup.environment.UNFINISHED.touch()
    with monkeypatch.context() as patched:
        patched.setattr(setup.environment.shutil, "rmtree", stop)
        with pytest.raises(KeyboardInterrupt):
            work.again()
    assert not setup.environment.VENV.exists()
    assert work.again() == ALL
    setup.environment.UNFINISHED.touch()
    assert work.again() == ALL
    assert not (checkout / ".venv-removed").exists()


@pytest.mark.parametrize("damage", ["", "{", "[]", "null"])
def test_a_damaged_stamp_is_no_stamp(work: Work, setup: SimpleNamespace, damage: str) -> None:
    work.again()
    setup.environment.STAMP.write_text(damage, encoding="utf-8")
    assert setup.environment._stamp() is None
    assert work.again() == ["packages", "msat"]


def test_an_environment_is_kept_only_when_whole_and_of_this_python(
    work: Work, setup: SimpleNamespace
) -> None:
    """The real question, put to the real interpreter of these tests."""
    environment = setup.environment
    python = environment.python()
    python.parent.mkdir(parents=True)
    assert not work.real_worth_keeping(environment._wanted())
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    if os.name == "posix":
        assert work.real_worth_keeping(environment._wanted())
        assert not work.real_worth_keeping(environment._wanted() | {"python": "3.99"})
    environment.UNFINISHED.touch()
    assert not work.real_worth_keeping(environment._wanted())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            "NewConnectionError: [Errno -3] Temporary failure in name resolution",
            "cannot be reached. Check the network",
        ),
        (
            "ERROR: Could not find a version that satisfies x (from versions: none)",
            "cannot be reached. Check",
        ),
        (
            "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]",
            "certificate was not accepted",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "does not match its hash",
        ),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("something nobody foresaw", "pip's last words are below"),
    ],
)
def test_what_pip_says_is_told_in_words(setup: SimpleNamespace, words: str, sentence: str) -> None:
    told = setup.environment.explain(f"Collecting x\n{words}\n", Path("the.log"))
    assert sentence in told.splitlines()[0]
    assert words in told
    assert "the.log" in told


def test_settings_for_other_installations_are_left_aside(
    setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PIP_TARGET", "elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example")
    found = setup.environment.variables()
    assert "elsewhere" not in found.values()
    assert found["PIP_INDEX_URL"] == "https://index.example"


def test_an_older_python_gets_a_sentence() -> None:
    source = (ROOT / "packaging" / "dev.py").read_text(encoding="utf-8")
    compile(source, "dev.py", "exec", flags=0)
    pretend = (
        f"import sys; sys.version_info = (3, 9, 2, 'final', 0); exec(compile({source!r}, 'dev.py', 'exec'))"
    )
    result = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("MSAT needs Python 3.11 or later, and this is Python 3.9.")
    assert "Traceback" not in result.stderr


class Apt:
    """A Debian with some packages; `installs` says what apt was asked for."""

    def __init__(self, setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, *there: str) -> None:
        self.there = there
        self.installs: list[str] = []
        self.fails = False
        self.commands: list[list[str]] = []
        monkeypatch.setattr(setup.debian.shutil, "which", lambda name: f"/usr/bin/{name}")
        monkeypatch.setattr(setup.debian.subprocess, "run", self.run)
        monkeypatch.setattr(setup.debian, "can_make_environments", lambda: True)
        monkeypatch.setattr(setup.debian, "_allowed", list)

    def run(self, command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        if command[0] == "dpkg-query":
            found = [name for name in command[3:] if name in self.there]
            return subprocess.CompletedProcess(command, 1, "".join(f"installed {name}\n" for name in found))
        if "install" in command:
            self.installs = command[command.index("--no-install-recommends") + 1 :]
        return subprocess.CompletedProcess(
            command, 100 if self.fails else 0, "E: Unable to fetch some archives"
        )


def test_what_is_there_is_not_installed_and_apt_is_not_asked(
    setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt = Apt(setup, monkeypatch, "libgl1", "libglib2.0-0t64")
    setup.debian.install(["libgl1", "libglib2.0-0"], "the window needs")
    assert [command[0] for command in apt.commands] == ["dpkg-query"]


def test_what_is_missing_is_installed_after_an_update(
    setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt = Apt(setup, monkeypatch, "libgl1")
    setup.debian.install(["libgl1", "libegl1", "xvfb"], "the tests need")
    assert apt.installs == ["libegl1", "xvfb"]
    assert ["update" in command for command in apt.commands] == [False, True, False]


def test_without_the_right_to_install_the_one_line_is_told(
    setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt = Apt(setup, monkeypatch)
    monkeypatch.setattr(setup.debian, "_allowed", lambda: None)
    with pytest.raises(setup.told.SetupFailed) as caught:
        setup.debian.install(["libegl1", "xvfb"], "the tests need")
    assert "sudo apt-get install -y --no-install-recommends libegl1 xvfb" in str(caught.value)
    assert not apt.installs


def test_a_failing_apt_is_told_with_its_words(
    setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    Apt(setup, monkeypatch).fails = True
    with pytest.raises(setup.told.SetupFailed, match="Unable to fetch some archives"):
        setup.debian.install(["xvfb"], "the tests need")


def test_python_that_can_make_environments_needs_no_package(
    setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    Apt(setup, monkeypatch)
    assert setup.debian.missing(setup.debian.VENV) == []
    monkeypatch.setattr(setup.debian, "can_make_environments", lambda: False)
    assert setup.debian.missing(setup.debian.VENV) == [f"python3.{sys.version_info.minor}-venv"]


def test_elsewhere_than_on_debian_nothing_is_asked(
    setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup.debian.shutil, "which", lambda _name: None)
    assert setup.debian.missing(["xvfb"]) == []


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "This session has no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)."),
        ({"DISPLAY": ":98765"}, "The screen :98765 does not answer."),
        ({"DISPLAY": "not a display"}, "The screen not a display does not answer."),
        (
            {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "/nowhere"},
            "The screen wayland-9 does not answer.",
        ),
        ({"QT_QPA_PLATFORM": "offscreen"}, ""),
    ],
)
def test_a_screen_is_looked_at_before_qt_is_started(
    setup: SimpleNamespace, variables: dict[str, str], words: str
) -> None:
    assert setup.screen.why_not(variables, "linux") == words
    assert setup.screen.why_not(variables, "win32") == ""


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs the sockets of Unix")
def test_a_screen_that_answers_is_used(setup: SimpleNamespace, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as wayland:
        wayland.bind(str(tmp_path / "w0"))
        wayland.listen()
        assert (
            setup.screen.why_not({"WAYLAND_DISPLAY": "w0", "XDG_RUNTIME_DIR": str(tmp_path)}, "linux") == ""
        )
    with socket.create_server(("127.0.0.1", 0)) as x11:
        number = x11.getsockname()[1] - 6000
        assert setup.screen.why_not({"DISPLAY": f"127.0.0.1:{number}.0"}, "linux") == ""


@pytest.fixture
def calls(setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the commands of dev.py start, instead of starting it."""
    made: list[list[str]] = []

    def call(command: list[object], offscreen: bool = False) -> int:
        made.append([Path(str(command[0])).stem, *map(str, command[1:])])
        return setup.statuses.pop(0) if setup.statuses else 0

    setup.statuses = []
    setup.asked = []
    monkeypatch.delenv("MSAT_TESTS_IN_MEMORY", raising=False)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(setup.dev, "_call", call)
    monkeypatch.setattr(setup.environment, "prepare", lambda: None)
    monkeypatch.setattr(setup.debian, "install", lambda names, _who: setup.asked.extend(names))
    monkeypatch.setattr(setup.screen, "why_not", lambda _variables: "")
    return made


def test_run_opens_the_window_and_hands_options_on(setup: SimpleNamespace, calls: list[list[str]]) -> None:
    assert setup.dev.main(["run", "--", "--profile", "somewhere"]) == 0
    assert calls == [["msat", "--profile", "somewhere"]]
    assert {"libegl1", "libxcb-cursor0"} <= set(setup.asked)
    assert "xvfb" not in setup.asked


def test_run_without_a_screen_does_the_main_job_into_a_new_folder(
    setup: SimpleNamespace, calls: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup.screen, "why_not", lambda _variables: "This session has no screen.")
    monkeypatch.setattr(setup.dev, "DEMO_FOLDERS", tmp_path)
    (tmp_path / "demo-1").mkdir()
    assert setup.dev.main(["run", "--", "--demo"]) == 0
    assert calls == [["msatctl", "demo", "--out", str(tmp_path / "demo-2")]]
    assert "libxcb-cursor0" not in setup.asked
    assert setup.dev.main(["run", "--", "--demo", "committee"]) == 0
    assert calls[-1] == ["msatctl", "demo", "--out", str(tmp_path / "demo-2"), "--kind", "committee"]


def test_run_without_a_screen_does_not_need_what_the_window_needs(
    setup: SimpleNamespace, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(names: list[str], _who: str) -> None:
        if "libegl1" in names:
            raise setup.told.SetupFailed("run this line")

    monkeypatch.setattr(setup.debian, "install", refuse)
    assert setup.dev.main(["run"]) == 2, "with a screen the window's libraries are needed"
    monkeypatch.setattr(setup.screen, "why_not", lambda _variables: "This session has no screen.")
    assert setup.dev.main(["run", "--", "--out", "here"]) == 0
    assert calls == [["msatctl", "demo", "--out", "here"]]


def test_a_screen_that_refuses_the_window_leads_to_the_main_job(
    setup: SimpleNamespace, calls: list[list[str]]
) -> None:
    setup.statuses = [-6, 0]
    assert setup.dev.main(["run"]) == 0
    assert [command[0] for command in calls] == ["msat", "msatctl"]


def test_test_runs_every_check_and_ends_with_pytest(setup: SimpleNamespace, calls: list[list[str]]) -> None:
    assert setup.dev.main(["test"]) == 0
    assert [command[0] for command in calls] == ["ruff", "mypy", "mypy", "lint-imports", "python"]
    assert calls[-1][1:3] == ["-m", "pytest"]
    assert {"xvfb", "poppler-utils", "qpdf", "libegl1"} <= set(setup.asked)


def test_a_postgresql_that_may_not_be_installed_is_said_and_the_tests_go_on(
    setup: SimpleNamespace, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(names: list[str], _who: str) -> None:
        if "postgresql" in names:
            raise setup.told.SetupFailed("run this line")

    monkeypatch.setattr(setup.postgres, "programs", lambda: None)
    monkeypatch.setattr(setup.debian, "install", refuse)
    assert setup.dev.main(["test", "--", "tests/record"]) == 0
    assert len(calls) == 1
    told = capsys.readouterr().out
    assert "run this line" in told
    assert "NOT TESTED: PostgreSQL is not installed" in told


def test_a_strace_that_may_not_be_installed_is_said_and_the_tests_go_on(
    setup: SimpleNamespace, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(names: list[str], _who: str) -> None:
        if "strace" in names:
            raise setup.told.SetupFailed("run this line")

    monkeypatch.setattr(setup.postgres, "programs", lambda: Path("/usr/bin"))
    monkeypatch.setattr(setup.dev.shutil, "which", lambda _name: None)
    monkeypatch.setattr(setup.dev.sys, "platform", "linux")
    monkeypatch.setattr(setup.debian, "install", refuse)
    assert setup.dev.main(["test", "--", "tests/record"]) == 0
    assert len(calls) == 1
    told = capsys.readouterr().out
    assert "run this line" in told
    assert "NOT TESTED: strace is not installed" in told


@pytest.mark.parametrize("failing", [0, 1, 2, 3, 4])
def test_test_stops_at_the_first_failure(
    setup: SimpleNamespace, calls: list[list[str]], failing: int
) -> None:
    setup.statuses = [0] * failing + [1]
    assert setup.dev.main(["test"]) == 1
    assert len(calls) == failing + 1


def test_chosen_tests_run_alone(setup: SimpleNamespace, calls: list[list[str]]) -> None:
    assert setup.dev.main(["test", "--", "tests/record", "-q"]) == 0
    assert calls == [["python", "-m", "pytest", "tests/record", "-q"]]


def test_where_there_is_room_the_tests_write_into_memory(
    setup: SimpleNamespace, calls: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSAT_TESTS_IN_MEMORY", "1")
    monkeypatch.setattr(setup.memory, "FOLDER", tmp_path)
    monkeypatch.setattr(setup.memory, "has_room", lambda: True)
    assert setup.dev.main(["test", "--", "tests/record"]) == 0
    assert calls[-1][3].startswith(f"--basetemp={tmp_path}")
    assert calls[-1][-1] == "tests/record"


def locked() -> dict[str, str]:
    """Every entry of the lock: its name, and its whole text with the hashes."""
    entries = re.split(
        r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    return {canonicalize_name(entry.partition("==")[0]): entry for entry in entries if "==" in entry}


def test_every_package_is_pinned_and_hashed() -> None:
    for name, entry in locked().items():
        first = entry.splitlines()[0].removesuffix("\\").strip()
        assert re.fullmatch(r"[a-z0-9.-]+==[0-9a-z.]+( ; .+)?", first), name
        assert "--hash=sha256:" in entry, name


def test_the_lock_names_no_index_and_no_machine() -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert not re.search(r"--(index|extra-index|find-links|trusted)|://|file:|(^|\s)-[efi]\s", text)


def test_the_lock_satisfies_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = locked()
    extras = project["optional-dependencies"]
    for line in (*project["dependencies"], *extras["dev"], *extras["postgres"], *extras["sign"]):
        wanted = Requirement(line)
        version = pinned[canonicalize_name(wanted.name)].split("==")[1].split()[0]
        assert wanted.specifier.contains(version), line


def test_the_lock_is_for_windows_too() -> None:
    assert "colorama" in locked(), "pytest needs it there, and only there"


def test_ci_calls_the_same_command_as_people_do() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
    assert text.rstrip().endswith("python3 packaging/dev.py test")
