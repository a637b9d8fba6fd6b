"""The architecture in one file: the import contracts hold, each of them bites, and names and docstrings keep house."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter import api

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "msat"
MODULES = sorted(PACKAGE.rglob("*.py"))
LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

# Per contract: a file of the package and a line that must not be written there. Each is tried by itself.
BREAKS = [
    ("stages", "feeds/model.py", "import msat.alerts.model"),
    ("stages", "triage/model.py", "import msat.actions.model"),
    ("stages", "errors.py", "import msat.clock"),
    ("stages", "services/desk.py", "import msat.store.engine"),
    ("stages", "store/engine.py", "import msat.services.desk"),
    ("stages", "cli/words.py", "import msat.gui"),
    ("stages", "gui/words.py", "import msat.cli.words"),
    ("stages", "projections/ports.py", "def later() -> None:\n    import msat.exports.document"),
    ("stages", "a_stage_nobody_placed.py", '"""A module of no layer."""'),
    ("old-entries", "record/entries.py", "from msat.alerts.model import Alert"),
    ("old-entries", "record/entries.py", "import msat.triage.model"),
    ("pure", "alerts/read.py", "import sqlalchemy"),
    ("pure", "triage/decide.py", "import msat.feeds.fetch"),  # reaches httpcore, two doors further on
    ("pure", "actions/recommend.py", "def later() -> None:\n    import reportlab.pdfgen"),
    ("pure", "record/chain.py", "import sqlite3"),
    ("pure", "projections/fold.py", "import socket"),
    ("qt-door", "services/desk.py", "from PySide6 import QtCore"),
    ("qt-door", "cli/words.py", "def later() -> None:\n    from PySide6.QtCore import QDate"),
    ("qt-door", "bootstrap.py", "import PySide6"),
    ("sql-door", "services/desk.py", "import sqlalchemy.orm"),
    ("sql-door", "exports/document.py", "import sqlite3"),
    ("sql-door", "exchange/__init__.py", "import msat.store.engine"),
    ("network-door", "store/engine.py", "import httpcore"),
    ("network-door", "exports/document.py", "from http.client import HTTPSConnection"),
    ("network-door", "feeds/catalogue.py", "import msat.feeds.fetch"),
    ("feedparser-door", "alerts/read.py", "import feedparser"),
    ("feedparser-door", "feeds/fetch.py", "import feedparser"),
    ("pdf-door", "exports/document.py", "from reportlab.lib import colors"),
    ("pdf-door", "record/entries.py", "import pikepdf"),
    ("sql-direct", "cli/words.py", "import sqlalchemy"),
    ("sql-direct", "bootstrap.py", "import sqlite3"),
    ("network-direct", "services/desk.py", "import httpcore"),
    ("network-direct", "gui/words.py", "import socket"),
    ("documents-direct", "services/desk.py", "import docx"),
    ("documents-direct", "gui/words.py", "import reportlab"),
    ("pdf-reading", "services/add.py", "import pypdf"),
    ("credential-door", "services/key.py", "import keyring"),
    ("credential-door", "cli/words.py", "def later() -> None:\n    from keyring import get_password"),
    ("pdf-reading", "feeds/paste.py", "def later() -> None:\n    import pypdf"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package that a test may break."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, folder / "msat", ignore=shutil.ignore_patterns("__pycache__", "_data"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo", *options],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def contracts() -> dict[str, dict[str, object]]:
    found = api.read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    return {str(one["id"]): one for one in found}


def test_every_contract_holds() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"Contracts: {len(contracts())} kept, 0 broken." in result.stdout


def test_the_copy_holds_before_it_is_broken(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "module", "line"), BREAKS)
def test_a_broken_import_is_reported(copy: Path, contract: str, module: str, line: str) -> None:
    file = copy / "msat" / module
    before = file.read_text(encoding="utf-8") if file.exists() else None
    try:
        file.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
        result = lint(copy, "--contract", contract)
    finally:
        file.unlink() if before is None else file.write_text(before, encoding="utf-8")
    assert result.returncode == 1, f"{line!r} in {module} went unnoticed\n{result.stdout}{result.stderr}"
    assert "Contracts: 0 kept, 1 broken." in result.stdout


def test_every_contract_is_tried_and_none_is_softened() -> None:
    assert {contract for contract, _, _ in BREAKS} == set(contracts())
    for name, contract in contracts().items():
        assert not contract.get("ignore_imports"), f"the contract {name} lets something through"
    assert contracts()["stages"]["exhaustive"] in (True, "True")


def test_a_break_names_a_module_that_exists() -> None:
    new = {"a_stage_nobody_placed.py"}
    assert {module for _, module, _ in BREAKS if not (PACKAGE / module).is_file()} == new


def test_only_feeds_opens_addresses() -> None:
    """import-linter knows `urllib` only as a whole, and urllib.parse is harmless; so this looks itself."""
    doors = {"urllib.request", "http.client", "ftplib", "smtplib", "requests", "webbrowser"}
    allowed = {("gui", "webbrowser")}
    found = [
        (file.relative_to(PACKAGE).as_posix(), name)
        for file in MODULES
        for name in imported(file)
        for door in doors
        if name == door or name.startswith(f"{door}.")
        if file.relative_to(PACKAGE).parts[0] != "feeds"
        and (file.relative_to(PACKAGE).parts[0], door) not in allowed
    ]
    assert not found


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
    parts = {(part.removesuffix(".py"), file) for file in MODULES for part in file.relative_to(PACKAGE).parts}
    assert not [str(file) for part, file in parts if part in drawers or set(part.split("_")) & drawers]


def test_packages_hold_a_docstring_and_nothing_else() -> None:
    """Only the two faces have a `main` there, and `msat` its version."""
    faces = {PACKAGE / "cli" / "__init__.py", PACKAGE / "gui" / "__init__.py", PACKAGE / "__init__.py"}
    for file in PACKAGE.rglob("__init__.py"):
        body = tree(file).body
        assert ast.get_docstring(tree(file)), f"{file} has no docstring"
        assert file in faces or len(body) == 1, f"{file} holds more than its docstring"
    assert [type(node) for node in tree(PACKAGE / "__init__.py").body] == [ast.Expr, ast.Assign]


@pytest.mark.parametrize("folder", ["packaging", "resources", "alerts"])
def test_folders_beside_the_package_are_no_packages(folder: str) -> None:
    assert not list((ROOT / folder).rglob("__init__.py")), "it would shadow a library of that name"


def test_every_module_says_what_it_is_for() -> None:
    assert not [str(file) for file in MODULES if not ast.get_docstring(tree(file))]


def test_every_public_function_and_class_outside_the_window_says_what_it_does() -> None:
    """A function of one statement is its own explanation."""
    silent = [
        f"{file.relative_to(ROOT).as_posix()}:{node.lineno} {node.name}"
        for file in MODULES
        if PACKAGE / "gui" not in file.parents
        for node in tree(file).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if not node.name.startswith("_") and not ast.get_docstring(node)
        if isinstance(node, ast.ClassDef) or len(node.body) > 1
    ]
    assert not silent


def test_modules_stay_short() -> None:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES}
    assert {str(file): lines for file, lines in lengths.items() if lines > 400} == {}


HEAVY = (
    "keyring",
    "sqlalchemy",
    "alembic",
    "PySide6",
    "reportlab",
    "feedparser",
    "httpcore",
    "docx",
    "xlsxwriter",
    "pypdf",
    "pikepdf",
    "lxml",
    "cryptography",
)


def ask(question: str) -> subprocess.CompletedProcess[str]:
    """What a fresh interpreter answers."""
    command = [sys.executable, "-c", question]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(
    "code",
    [
        "import msat.cli",
        "from msat.cli import main; assert main(['version']) == 0",
        "import msat.errors, msat.clock, msat.ids, msat.shipped, msat.places",
    ],
)
def test_starting_loads_nothing_heavy(code: str) -> None:
    question = f"{code}\nimport sys\nprint('LOADED', *[name for name in {HEAVY!r} if name in sys.modules])"
    result = ask(question)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "LOADED"


def test_the_command_line_never_loads_qt() -> None:
    """Not even with every module that a command could ask for."""
    question = (
        "import pkgutil, importlib, sys, msat.cli, msat.services, msat.exports, msat.store, msat.bootstrap\n"
        "for package in (msat.cli, msat.services, msat.exports, msat.store):\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if not found.name.endswith(('__main__', 'feedparser_child')):\n"
        "            importlib.import_module(found.name)\n"
        "print('LOADED', *sorted(name for name in sys.modules if name.partition('.')[0] in ('PySide6', 'shiboken6')))"
    )
    result = ask(question)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "LOADED"
