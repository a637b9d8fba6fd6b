"""A percentage is written in one way, “75%”: with a space a line could end between the figure and its sign."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from msat.projections.funnel import Place
from msat.projections.kpi_model import Share
from msat.projections.per_cent import per_cent

ROOT = Path(__file__).resolve().parents[1]
APART = re.compile(r"[0-9}p]\s%(?![A-Za-z}(])")


@pytest.mark.parametrize(
    ("value", "places", "said"), [(75, 0, "75%"), (12.5, 1, "12.5%"), (0, 0, "0%"), (99.8, 1, "99.8%")]
)
def test_figure_and_sign_are_one(value: float, places: int, said: str):
    assert per_cent(value, places) == said


def test_a_share_uses_it():
    assert Share(38, 51).words == "38 of 51 (75%)"


def test_what_entries_of_before_say_of_a_limit_is_still_read():
    assert Place("below the 99.8 % limit") is Place.LOW_998
    with pytest.raises(ValueError, match="beyond the 99"):
        Place("beyond the 99 % limit")


def texts(path: Path) -> Iterator[str]:
    """The texts of a module, an f-string whole with `}` for what it is filled with, but no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "}" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_no_text_of_the_program_writes_it_apart():
    found = [(path.name, one) for path in (ROOT / "msat").rglob("*.py") for one in texts(path) if APART.search(one)]
    assert found == []


@pytest.mark.parametrize("folder", ["resources/help", "resources/templates", "alerts"])
def test_no_shipped_text_writes_it_apart(folder: str):
    files = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".md", ".txt", ".html", ".toml")]
    assert files
    apart = {path.name: APART.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {name: found for name, found in apart.items() if found} == {}


def test_the_look_for_it_finds_one():
    assert APART.search("3 of 12 (25 %)")
    assert APART.search("} %")
    assert not APART.search("25%")
