"""Old bodies read as today's: one step function from each schema to the next, per type of entry.

Stored bytes are never changed; only what is read from them is. Today every type is at schema 1, so no step exists yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msat.errors import RecordProblem

Step = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes the content at one schema and returns it at the next; the mechanism sets the number."""

FIRST = 1


class Upcaster:
    """Carries content from the schema it was written at to the newest, one step at a time."""

    def __init__(self, steps: Mapping[tuple[str, int], Step]) -> None:
        self._steps = dict(steps)
        self._newest: dict[str, int] = {}
        for kind, schema in sorted(self._steps):
            if schema != self._newest.get(kind, FIRST):
                raise ValueError(f"there is no step for {kind} from schema {self._newest.get(kind, FIRST)}")
            self._newest[kind] = schema + 1

    def newest_schema(self, kind: str) -> int:
        """The number of the schema that this program writes for a type."""
        return self._newest.get(kind, FIRST)

    def newest(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """`content` at the newest schema of its type. Raises RecordProblem for one newer than this program."""
        schema = content.get("schema")
        if not isinstance(schema, int) or isinstance(schema, bool) or schema < FIRST:
            raise RecordProblem(f"An entry of type {kind} does not say which schema it has.", "Run verify.")
        last = self.newest_schema(kind)
        if schema > last:
            raise RecordProblem(
                f"An entry of type {kind} was written by a newer MSAT (schema {schema}, this one knows {last}).",
                "Install the newest MSAT.",
            )
        for number in range(schema, last):
            content = self._steps[(kind, number)](dict(content)) | {"schema": number + 1}
        return content


UPCASTER = Upcaster({})
"""The steps of this program."""
