"""The documentation keeps up with the program: every command is in the README, every example there is understood, every
option and setting has its help."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from msat.cli.parser import KINDS, make_parser
from msat.services.applies import REASONS
from msat.settings import SETTINGS
from msat.shipped import text

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines() if line.strip()]
EXAMPLES = [line for line in LINES if line.startswith("msatctl ")]


def commands(
    parser: argparse.ArgumentParser, path: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command and command of a command, by the words that call it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                whole = f"{path} {name}".strip()
                yield whole, inner
                yield from commands(inner, whole)


COMMANDS = dict(commands(make_parser()))


def called(line: str) -> str:
    """The command that an example calls, as the parser understands it."""
    words = shlex.split(line)[1:]
    parser, path = make_parser(), ""
    while True:
        inner = next((a for a in parser._actions if isinstance(a, argparse._SubParsersAction)), None)
        found = next((word for word in words if inner and word in inner.choices), None)
        if inner is None or found is None:
            return path
        words = words[words.index(found) + 1 :]
        path, parser = f"{path} {found}".strip(), inner.choices[found]


def test_the_readme_opens_with_the_two_lines() -> None:
    title, _, rest = README.partition("\n\n")
    assert title.startswith("# MSAT")
    first = rest.splitlines()
    assert first[0] == "```sh"
    assert first[1].split("#")[0].strip() == "python3 packaging/dev.py run"
    assert first[2].split("#")[0].strip() == "python3 packaging/dev.py test"


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_is_understood(line: str) -> None:
    options = make_parser().parse_args(shlex.split(line)[1:])
    assert callable(options.does)


def test_every_line_of_the_readme_calls_something_we_ship() -> None:
    assert {line.split()[0] for line in LINES} == {"msatctl", "python3"}
    for line in LINES:
        if line.startswith("python3"):
            assert (ROOT / line.split()[1]).is_file()


def test_every_command_has_an_example() -> None:
    ends = {path for path in COMMANDS if not any(other.startswith(f"{path} ") for other in COMMANDS)}
    assert ends - {called(line) for line in EXAMPLES} == set()


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_every_command_and_option_has_help(path: str) -> None:
    parser = COMMANDS[path]
    assert parser.description, f"msatctl {path} does not say what it does"
    assert parser.format_help()
    for action in parser._actions:
        named = action.option_strings or [action.metavar or action.dest]
        told = action.help or (not action.option_strings and action.metavar) or action.metavar == "TEXT"
        assert told, f"msatctl {path} {named} has no help"


def test_every_command_is_told_of_in_the_help() -> None:
    words = make_parser().format_help()
    for path in COMMANDS:
        if " " not in path:
            assert re.search(rf"^\s+{re.escape(path)}\s", words, re.MULTILINE), path


def test_every_option_of_the_whole_program_is_in_the_readme() -> None:
    options = [o for a in make_parser()._actions for o in a.option_strings if o.startswith("--")]
    assert [option for option in options if option not in README] == []


def test_every_option_of_the_readme_exists() -> None:
    own = {
        o for parser in (make_parser(), *COMMANDS.values()) for a in parser._actions for o in a.option_strings
    }
    window_and_tools = {"--demo", "--profile", "--release", "--rows"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) - own - window_and_tools == set()


def test_kinds_settings_and_codes_of_the_readme_are_real() -> None:
    for kind in KINDS:
        assert f"`{kind}`" in README
    for setting in SETTINGS:
        assert f"`{setting.key}`" in README, f"the setting {setting.key} is not in the README"
        assert setting.help.endswith(".")
    reasons = set(re.findall(r"applies \S+ (?:yes|no) --reason (\S+)", README))
    assert reasons <= set(REASONS)
    actions = {action["code"] for action in tomllib.loads(text("alerts/actions.toml"))["action"]}
    assert set(re.findall(r" (A\d\d) ", README)) <= actions


def test_the_readme_names_files_that_exist() -> None:
    named = re.findall(r"`((?:alerts|resources|packaging|tests|msat)/[\w./-]*)`", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [
        name for name in re.findall(r"\]\(((?!https?:)[^)#]+)\)", README) if not (ROOT / name).exists()
    ] == []


def test_the_changelog_tells_of_this_version_or_what_comes_next() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    assert headings
    assert headings[0] == "Unreleased" or re.fullmatch(r"\d+\.\d+\.\d+, \d{1,2} \w+ \d{4}", headings[0])
    for heading, body in re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL):
        assert body.strip(), f"nothing is said of {heading}"


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_we_never_pretend_to_be_the_nhs(name: str) -> None:
    words = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"an? NHS (?:app|program|tool|approved)|NHS[- ]approved", words)
    assert "not an NHS product" in README


def test_documentation_is_wrapped_and_clean() -> None:
    for name in ("README.md", "CHANGELOG.md"):
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            assert line == line.rstrip(), f"{name}:{number} ends in spaces"
            assert len(line) <= 122 or "|" in line, f"{name}:{number} is too long"
