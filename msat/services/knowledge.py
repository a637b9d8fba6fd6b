"""The clinical knowledge in force: sources, rules and actions, shipped and the organisation's own."""

from __future__ import annotations

from dataclasses import dataclass

from msat.actions.catalogue import Catalogue
from msat.feeds.catalogue import Source
from msat.triage.rules import RuleBase


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Loaded once when the profile is opened."""

    sources: tuple[Source, ...]
    rules: RuleBase
    actions: Catalogue
