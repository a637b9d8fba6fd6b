"""`msatctl settings`: listed, told, changed, refused in words; without a record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from msat import settings
from msat.cli import main


@pytest.fixture
def profile_dir(tmp_path: Path) -> str:
    return str(tmp_path / "profile")


def test_every_setting_is_listed_with_its_limits(profile_dir: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--profile", profile_dir, "settings", "list"]) == 0
    said = capsys.readouterr().out
    for one in settings.SETTINGS:
        assert f"  {one.key} = " in said
        assert one.help in said
    assert main(["--profile", profile_dir, "settings", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert sorted(one["key"] for one in listed) == sorted(one.key for one in settings.SETTINGS)
    assert all(one["value"] == one["default"] for one in listed)


def test_a_change_holds_and_is_told(profile_dir: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--profile", profile_dir, "settings", "set", "zoom_percent", "125"]) == 0
    assert main(["--profile", profile_dir, "settings", "set", "single_keys", "off"]) == 0
    capsys.readouterr()
    assert main(["--profile", profile_dir, "settings", "get", "zoom_percent"]) == 0
    assert main(["--profile", profile_dir, "settings", "get", "single_keys", "--json"]) == 0
    first, _, rest = capsys.readouterr().out.partition("\n")
    assert first == "125"
    assert json.loads(rest) == {"key": "single_keys", "value": False}


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("zoom_percent", "125.5", "whole number"),
        ("zoom_percent", "12", "80"),
        ("single_keys", "maybe", "on or off"),
        ("appearance", "pink", "light"),
        ("zom_percent", "100", "zoom_percent"),
    ],
)
def test_what_is_wrong_is_refused_in_words(
    profile_dir: str, capsys: pytest.CaptureFixture[str], key: str, value: str, word: str
) -> None:
    assert main(["--profile", profile_dir, "settings", "set", key, value]) == 2
    assert word in capsys.readouterr().err
    assert not Path(profile_dir, "config", "settings.toml").exists()


def test_the_table_of_the_readme_is_the_one_made_here(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert main(["settings", "list", "--table"]) == 0
    table = capsys.readouterr().out
    assert table == settings.readme_table() + "\n"
    assert table in readme, "put the output of `msatctl settings list --table` into the README"
