"""No package that MSAT stands on may be under the GPL or AGPL, but Qt for Python, which is taken under the LGPL."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
QT = {"pyside6-essentials", "shiboken6"}
# "Lesser" is another licence. Only what a package declares counts: MIT-like texts may name the GPL in passing.
STRICT = re.compile(r"(?<!L)(?:A?GPL|GNU (?:Affero )?General Public|Affero)", re.IGNORECASE)
LESSER = re.compile(r"Lesser|Library General Public|LGPL", re.IGNORECASE)


def declared(found: Distribution) -> list[str]:
    """What a package says its licence is, every way it says so."""
    metadata = found.metadata
    said = [metadata.get("License-Expression", ""), *metadata.get_all("Classifier", [])]
    said = [words for words in said if words and (not words.count("::") or words.startswith("License ::"))]
    older = (metadata.get("License") or "").strip()
    if older and len(older) < 200:  # longer ones are the licence's whole text, whose first line is its name
        said.append(older)
    elif older:
        said.append(older.splitlines()[0])
    return said


def alternatives(words: str) -> list[str]:
    """The licences of an expression that one may choose among."""
    return re.split(r"\s+OR\s+|;", words)


def forbidden(found: Distribution) -> bool:
    """Whether nothing but the GPL or AGPL is offered."""
    said = declared(found)
    return any(
        all(STRICT.search(one) and not LESSER.search(one) for one in alternatives(words)) for words in said
    )


def needed(*extras: str) -> dict[str, Distribution]:
    """Every installed package that MSAT needs, and what these need in turn."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [(Requirement(line), "") for line in project["dependencies"]]
    waiting += [
        (Requirement(line), "") for extra in extras for line in project["optional-dependencies"][extra]
    ]
    found: dict[str, Distribution] = {}
    asked: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        found[name] = distribution(name)
        for wanted in ("", *requirement.extras):
            if (name, wanted) not in asked:
                asked.add((name, wanted))
                waiting += [(Requirement(line), wanted) for line in found[name].requires or []]
    return found


def test_what_is_installed_with_msat_is_free_to_pass_on() -> None:
    packages = needed("sign")
    assert {"pyside6-essentials", "sqlalchemy", "reportlab", "pillow", "mako"} <= set(packages)
    assert {name for name, found in packages.items() if forbidden(found)} <= QT
    assert not [name for name, found in packages.items() if not declared(found)], "no licence is declared"


def test_what_developers_use_is_too() -> None:
    packages = needed("dev")
    assert {name for name, found in packages.items() if forbidden(found)} <= QT


def test_qt_is_offered_under_the_lgpl() -> None:
    for name in QT:
        assert any("LGPL-3.0" in words or "Lesser" in words for words in declared(distribution(name)))


def test_qt_modules_that_are_gpl_only_are_not_installed() -> None:
    """Qt Charts, Data Visualization and others come with PySide6-Addons, which we do not take."""
    for name in ("PySide6", "PySide6-Addons", "PyMuPDF", "html2text"):
        with pytest.raises(PackageNotFoundError):
            distribution(name)


class Said:
    """A distribution that declares what a test wants."""

    def __init__(self, **fields: str) -> None:
        self.metadata = self
        self.fields = {name.replace("_", "-"): words for name, words in fields.items()}

    def get(self, name: str, default: str = "") -> str:
        return self.fields.get(name, default)

    def get_all(self, name: str, default: list[str]) -> list[str]:
        return [self.fields[name]] if name in self.fields else default


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"License_Expression": "GPL-3.0-or-later"}, True),
        ({"License_Expression": "AGPL-3.0-only"}, True),
        ({"License": "GNU AFFERO GPL 3.0"}, True),
        ({"License": "GPLv2"}, True),
        ({"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"}, True),
        ({"Classifier": "License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)"}, False),
        ({"License_Expression": "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"}, False),
        ({"License_Expression": "Apache-2.0 OR BSD-3-Clause"}, False),
        ({"License": "MIT"}, False),
    ],
)
def test_the_check_tells_licences_apart(fields: dict[str, str], verdict: bool) -> None:
    assert forbidden(Said(**fields)) is verdict  # type: ignore[arg-type]
