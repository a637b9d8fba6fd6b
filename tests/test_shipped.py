"""Every file that ships opens through msat.shipped: in the checkout, an editable install, and a wheel made through
the source archive, which holds exactly what the repository holds."""

from __future__ import annotations

import errno
import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from msat import shipped
from msat.errors import ShippedFileMissing

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("resources", "alerts")
IGNORED = {"__pycache__", ".DS_Store"}
# What an installed MSAT says of itself and of the files that ship with it.
QUESTION = """
import hashlib, json, msat
from msat import shipped
names = [name for top in ("resources", "alerts") for name in shipped.names(top)]
print(json.dumps({
    "package": msat.__file__,
    "version": msat.__version__,
    "files": {name: hashlib.sha256(shipped.data(name)).hexdigest() for name in names},
}))
"""


def in_the_repository() -> dict[str, str]:
    """Every file of the two folders with the hash of its bytes."""
    return {
        file.relative_to(ROOT).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for top in FOLDERS
        for file in sorted((ROOT / top).rglob("*"))
        if file.is_file() and not IGNORED & set(file.parts)
    }


def ask(folder: Path, *before: str) -> dict[str, object]:
    """What a fresh interpreter says with `folder` first on its path, started far away from the checkout."""
    code = "\n".join(["import sys, site", *before, f"sys.path.insert(0, {str(folder)!r})", QUESTION])
    answer = run([sys.executable, "-I", "-c", code], folder)
    found: dict[str, object] = json.loads(answer.splitlines()[-1])
    return found


def run(command: Sequence[str], where: Path) -> str:
    variables = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PIP_REQUIRE_HASHES")
    }
    done = subprocess.run(
        command, cwd=where, env=variables, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a build needs, so that a build leaves nothing in the checkout and sees nothing change."""
    folder = tmp_path_factory.mktemp("sources")
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in ("msat", "packaging", *FOLDERS):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_data"))
    return folder


@pytest.fixture(scope="module")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made from the source archive, never from the checkout."""
    out = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(sources)], out)
    assert len(list(out.glob("msat-*.tar.gz"))) == 1
    (made,) = out.glob("msat-*.whl")
    return made


def test_every_file_opens_in_the_checkout() -> None:
    for name, digest in in_the_repository().items():
        assert shipped.path(name) == ROOT / name
        assert hashlib.sha256(shipped.data(name)).hexdigest() == digest
        if not name.endswith((".ttf", ".png", ".icc")):
            assert shipped.text(name).strip(), f"{name} is empty"
        if name.endswith(".toml"):
            assert tomllib.loads(shipped.text(name)), f"{name} says nothing"


def test_names_finds_every_file_once_and_in_order() -> None:
    for top in FOLDERS:
        found = list(shipped.names(top))
        assert found == sorted(found)
        assert set(found) == {name for name in in_the_repository() if name.startswith(f"{top}/")}
    some = list(shipped.names("alerts", ".toml"))
    assert some
    assert all(name.endswith(".toml") for name in some)
    assert list(shipped.names("alerts/no-such-folder")) == []


@pytest.mark.parametrize(
    "name",
    ["alerts/no-such-file.toml", "no-such-folder/x.toml", "alerts", "resources/", "", "tests/conftest.py"],
)
def test_a_missing_file_is_told_in_words(name: str) -> None:
    with pytest.raises(ShippedFileMissing) as caught:
        shipped.data(name)
    assert caught.value.next_step == "Install MSAT again."


def test_a_disk_that_does_not_give_a_file_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_anything: object, **_more: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    for name, ask in (
        ("read_bytes", lambda: shipped.data("alerts/sources.toml")),
        ("read_text", lambda: shipped.text("alerts/sources.toml")),
        ("rglob", lambda: list(shipped.names("alerts/rules"))),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(Path, name, fail)
            with pytest.raises(ShippedFileMissing, match="Input/output error") as caught:
                ask()
        assert "Nothing was recorded" in caught.value.next_step


@pytest.mark.parametrize(
    "name", ["alerts/../pyproject.toml", "resources/../../secret", "alerts//etc/passwd", "msat/errors.py"]
)
def test_no_name_leads_out_of_the_shipped_folders(name: str) -> None:
    with pytest.raises(ShippedFileMissing):
        shipped.data(name)


def test_a_wheel_through_the_source_archive_holds_what_the_repository_holds(
    wheel: Path, sources: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {
            name.removeprefix("msat/_data/"): hashlib.sha256(archive.read(name)).hexdigest()
            for name in archive.namelist()
            if name.startswith("msat/_data/")
        }
        code = {name for name in archive.namelist() if name.endswith(".py")}
    expected = {name: digest for name, digest in in_the_repository().items() if (sources / name).is_file()}
    assert held == expected
    assert code == {file.relative_to(sources).as_posix() for file in (sources / "msat").rglob("*.py")}


def test_an_installed_wheel_opens_every_file(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    install = ["--no-deps", "--no-index", "--no-compile", "--target", str(place), str(wheel)]
    run([sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q", *install], tmp_path)
    found = ask(place)
    assert Path(str(found["package"])).parent == place / "msat"
    assert found["files"] == in_the_repository()
    said = run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(place)!r}); {VERSION}"], tmp_path
    )
    assert said.strip() == f"MSAT {found['version']}"
    (named,) = importlib.metadata.distributions(name="msat", path=[str(place)])
    assert named.version == found["version"]
    programs = {point.name: point.value for point in named.entry_points}
    assert programs == {"msat": "msat.gui:main", "msatctl": "msat.cli:main"}


VERSION = "from msat.cli import main; main(['version'])"


def test_an_editable_install_opens_the_files_of_the_checkout(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "editable"
    build = f"import hatchling.build; print(hatchling.build.build_editable({str(tmp_path)!r}))"
    name = run([sys.executable, "-c", build], sources).splitlines()[-1]
    with zipfile.ZipFile(tmp_path / name) as archive:
        archive.extractall(place)
    marker = sources / "resources" / "added-after-the-install.txt"
    marker.write_text("An editable install reads the checkout, not a copy.", encoding="utf-8")
    try:
        found = ask(tmp_path, f"site.addsitedir({str(place)!r})", "sys.path.insert(0, sys.path.pop())")
    finally:
        marker.unlink()
    assert Path(str(found["package"])).parent == sources / "msat"
    files = found["files"]
    assert isinstance(files, dict)
    assert files.pop("resources/added-after-the-install.txt")
    assert files == in_the_repository()
