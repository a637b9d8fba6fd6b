"""Whose record it is. Kept as plain text so that it means the same in twenty years."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as its log's first entry names it. `kind` is a value of triage.model.OrganisationKind."""

    name: str
    ods: str
    kind: str
