"""The packages that this installation stands on, with versions and licences as they declare them. No Qt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Package:
    """One package that is installed."""

    name: str
    version: str
    licence: str


def packages(root: str = "msat") -> list[Package]:
    """Everything that `root` needs and what these need in turn, by name; empty where an installer left no list."""
    found: dict[str, Package] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue  # an extra that is not installed, or a package of another system
        key = _key(name)
        if key in found:
            continue
        found[key] = Package(one.metadata["Name"], one.version, licence_of(one))
        waiting += [needed for needed in _needs(one) if _key(needed) not in found]
    found.pop(_key(root), None)
    return sorted(found.values(), key=lambda package: package.name.casefold())


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _needs(one: Distribution) -> Iterator[str]:
    for line in one.requires or []:
        named = _NAME.match(line)
        if named and "extra ==" not in line:
            yield named[0]


def licence_of(one: Distribution) -> str:
    """What a package declares: its licence expression, else its classifiers, else the first line of its licence."""
    said = one.metadata.get("License-Expression") or ""
    classes = [
        line.rpartition("::")[2].strip()
        for line in one.metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    older = (one.metadata.get("License") or "").strip().splitlines()
    found = said or ", ".join(classes) or (older[0] if older else "")
    return found[:_LONGEST] or "see the package"
