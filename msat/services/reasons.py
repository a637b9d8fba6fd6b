"""The reasons to choose from: the shipped codes, and those that the organisation's own rules add or word otherwise.

A shipped reason is recorded by its code. A local one is recorded in its words, so that it can be read when the local
rules that named it are long gone.
"""

from __future__ import annotations

from collections.abc import Mapping

from msat.actions.pack import ReasonOf
from msat.services.knowledge import Knowledge

OTHER = "other"
"""The code that asks for a note; it stays last."""


def with_local(shipped: Mapping[str, str], of: ReasonOf, knowledge: Knowledge | None) -> dict[str, str]:
    """Code to words: the shipped reasons with the local ones of this kind."""
    local = {reason.code: reason.words for reason in (knowledge.reasons if knowledge else ()) if reason.of == of}
    listed = {**shipped, **local}
    other = listed.pop(OTHER, None)
    return listed if other is None else {**listed, OTHER: other}


def recorded(code: str, listed: Mapping[str, str], shipped: Mapping[str, str]) -> str:
    """What the record keeps of the reason `code`."""
    return code if code in shipped else listed[code]
