"""The clinical knowledge in force: sources, rules and actions, shipped and the organisation's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msat.actions.catalogue import Catalogue
from msat.actions.letters import Letter
from msat.actions.overlay import Base
from msat.actions.pack import LocalReason, Pack
from msat.feeds.catalogue import Source
from msat.projections.work_state import Deed
from msat.triage.overlay import Change
from msat.triage.rules import RuleBase
from msat.working_days import HOME, Site


@dataclass(frozen=True, slots=True)
class Adopted:
    """The local rules in force: the pack, who adopted it, when and why, and what it makes different."""

    pack: Pack
    sha256: str
    number: int
    """The third adoption here is 3: the rules' version then ends in `+L3`."""
    deed: Deed
    reason: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Loaded when the profile is opened, and again when local rules are adopted. `rules`, `actions`, `letters` and
    `reasons` hold what is in force here; `shipped` what they were before local rules were laid over them."""

    sources: tuple[Source, ...]
    rules: RuleBase
    actions: Catalogue
    letters: Mapping[str, Letter] = field(default_factory=dict)
    reasons: tuple[LocalReason, ...] = ()
    shipped: Base | None = None
    local: Adopted | None = None
    problems: tuple[str, ...] = ()
    """What of the adopted local rules is not in force, and why, a sentence each."""
    site: Site = HOME
    """The nation and the days by which deadlines are counted."""
