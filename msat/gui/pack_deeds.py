"""What the screen does with packs of local rules, each as a call for the background. The services decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msat.gui.tailoring import field_words, value_words
from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.services.desk import Desk


def export(path: Path, draft: bool) -> Callable[[Desk], str]:
    """Writes the draft, or what is in force, to a new signed file; one that is there is never replaced."""

    def do(desk: Desk) -> str:
        from msat.services.tailor_packs import export_pack

        made, words = export_pack(desk, path, draft)
        return tr("{words} It is in {made}.").format(words=words, made=made)

    return do


def take(path: Path, as_own: bool) -> Callable[[Desk], str]:
    """Makes the pack in a file the draft."""

    def do(desk: Desk) -> str:
        from msat.services.tailor_packs import import_pack

        return import_pack(desk, path, as_own).words

    return do


def compare(one: str, other: str) -> Callable[[Desk], list[tuple[str, ...]]]:
    """The fields in which two packs differ, as rows of a table."""

    def do(desk: Desk) -> list[tuple[str, ...]]:
        from msat.services.tailor_packs import compare as service
        from msat.services.tailor_packs import find

        found = service(desk, find(desk, one), find(desk, other))
        return [
            (
                f"{each.rule} {each.name}".strip(),
                field_words(each.field),
                *(value_words(each.field, value) for value in (each.shipped, each.one, each.other)),
            )
            for each in found
        ]

    return do
