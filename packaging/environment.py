"""The virtual environment `.venv` beside the checkout: makes it once, then only looks at its stamp.

The stamp is written last, so that an interrupted set-up is noticed and begun again. A moved checkout, another
Python, a changed pyproject.toml or lock file are noticed too. Every package is fetched with its hash checked.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from told import SetupFailed, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "packaging" / "requirements.lock"
STAMP = VENV / "msat-set-up.json"
UNFINISHED = VENV / "msat-unfinished"
LOG = VENV / "msat-set-up.log"
WINDOWS = os.name == "nt"
# Settings for other installations that would lead this one astray; with the last, every start would compile anew.
MISLEADING = (
    *("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"),
    "PYTHONDONTWRITEBYTECODE",
)
REASONS = (
    (
        r"NewConnectionError|ConnectTimeout|name resolution|unreachable|Connection refused|versions: none",
        "The Python package index cannot be reached. Check the network, or set PIP_INDEX_URL to the index of"
        " your organisation, then run the same command again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "The Python package index cannot be reached safely: its certificate was not accepted. Where your"
        " organisation inspects traffic, set PIP_CERT to its certificate file, then run this again.",
    ),
    (
        r"DO NOT MATCH THE HASHES",
        "A package does not match its hash in packaging/requirements.lock and was not installed. Run the same"
        " command again; if it happens again, tell whoever looks after your package index.",
    ),
    (r"No space left", "The disk is full. Make room (about 1.5 GB), then run the same command again."),
)


def python() -> Path:
    """The environment's Python."""
    return script("python")


def script(name: str) -> Path:
    """The environment's program called `name`."""
    return VENV / ("Scripts" if WINDOWS else "bin") / (f"{name}.exe" if WINDOWS else name)


def variables() -> dict[str, str]:
    """This process's environment variables without those that would mix another installation in."""
    return {name: value for name, value in os.environ.items() if name not in MISLEADING}


def prepare() -> None:
    """Makes `.venv` ready for use. Does nothing, quickly, when the stamp says it is. Raises SetupFailed."""
    wanted = _wanted()
    if _stamp() == wanted and python().exists() and not UNFINISHED.exists():
        return
    if VENV.exists() and not _worth_keeping(wanted):
        say("The Python environment in .venv cannot be used here; making it again.")
        _remove(VENV)
    if not VENV.exists():
        say(f"Making a Python environment in .venv with Python {wanted['python']}.")
        _make()
    UNFINISHED.touch()
    STAMP.unlink(missing_ok=True)
    count = len(re.findall(r"^[a-z0-9].*==", LOCK.read_text(encoding="utf-8"), re.MULTILINE))
    say(f"Installing {count} Python packages. The first time this fetches about 250 MB.")
    _pip(["install", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)])
    UNFINISHED.unlink()
    say("Installing MSAT itself.")
    _pip(["install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    _write(STAMP, json.dumps(wanted, indent=1) + "\n")
    say("Ready.")


def write_lock() -> None:
    """Chooses packages within the ranges of pyproject.toml, for every Python and system at once, with hashes.

    uv does it, fetched into a throw-away environment, since pip-compile answers for one Python only.
    Settings of this machine are set aside: the hashes of a local index might hold nowhere else.
    """
    choose = (
        "--universal --python-version 3.11 --extra dev --extra postgres --extra sign"
        " --generate-hashes --no-config --no-annotate --upgrade"
    )
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder) / "tools"
        _must([sys.executable, "-m", "venv", str(tools)], "A Python environment could not be made.")
        programs = tools / ("Scripts" if WINDOWS else "bin")
        _must([str(programs / "python"), "-m", "pip", "install", "-q", "uv"], "uv could not be fetched.")
        command = [str(programs / "uv"), "pip", "compile", "pyproject.toml", "--quiet", *choose.split()]
        command += ["--custom-compile-command", "python3 packaging/dev.py lock", "--output-file", str(LOCK)]
        _must(command, "The packages could not be chosen.")
    say("packaging/requirements.lock is written. Run the tests before handing it in.")


def _wanted() -> dict[str, str]:
    """What the environment must have been made from to be usable as it is."""
    inputs = hashlib.sha256()
    for file in (ROOT / "pyproject.toml", LOCK):
        inputs.update(hashlib.sha256(file.read_bytes()).digest())
    version = "{}.{}".format(*sys.version_info)
    return {"inputs": inputs.hexdigest(), "python": version, "checkout": str(ROOT)}


def _stamp() -> dict[str, str] | None:
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _worth_keeping(wanted: dict[str, str]) -> bool:
    """Whether the environment only needs newer packages: it is whole, of this Python and made here."""
    if UNFINISHED.exists() or not python().exists():
        return False
    stamp = _stamp()
    if stamp is not None and stamp.get("checkout") != wanted["checkout"]:
        return False
    question = "import sys, pip; print('{}.{}'.format(*sys.version_info))"
    answer = subprocess.run(
        [str(python()), "-c", question], env=variables(), capture_output=True, text=True, check=False
    )
    return answer.returncode == 0 and answer.stdout.strip() == wanted["python"]


def _make() -> None:
    VENV.mkdir()
    UNFINISHED.touch()
    # Started from inside the environment itself, its base is what must make the new one.
    base = getattr(sys, "_base_executable", None) or sys.executable
    _must(
        [base, "-m", "venv", str(VENV)],
        "Python could not make a virtual environment. Its module `venv` or `ensurepip` may be missing.",
    )


def _remove(folder: Path) -> None:
    """Moves the folder aside at once, then deletes it: stopped in between, no half of it is taken for the whole."""
    aside = folder.with_name(f"{folder.name}-removed")
    try:
        if aside.exists():
            shutil.rmtree(aside)
        folder.rename(aside)
        shutil.rmtree(aside)
    except OSError as error:
        raise SetupFailed(
            f"The folder {folder} cannot be removed: {error}. Close what uses it, then run this again."
        ) from error


def _pip(arguments: Sequence[str]) -> None:
    """Runs the environment's pip, its words kept in a log. Raises SetupFailed with the likeliest reason."""
    command = [str(python()), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    with LOG.open("w", encoding="utf-8") as log:
        status = subprocess.run(
            command,
            env=variables(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if status:
        raise SetupFailed(explain(LOG.read_text(encoding="utf-8", errors="replace"), LOG))


def explain(words: str, log: Path) -> str:
    """One sentence for what pip said, with its last lines below."""
    reason = "The Python packages could not be installed. pip's last words are below."
    for pattern, sentence in REASONS:
        if re.search(pattern, words):
            reason = sentence
            break
    rows = [row for row in words.strip().splitlines() if not row.startswith("WARNING: Retrying")]
    tail = "\n".join(f"    {row[:160]}" for row in rows[-6:])
    return f"{reason}\n{tail}\n    (all of it: {log})"


def _must(command: Sequence[str], otherwise: str) -> None:
    done = subprocess.run(
        command,
        env=variables(),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupFailed(f"{otherwise}\n{(done.stdout + done.stderr).strip()}")


def _write(file: Path, text: str) -> None:
    aside = file.with_suffix(".new")
    aside.write_text(text, encoding="utf-8")
    aside.replace(file)
