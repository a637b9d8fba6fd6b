"""Gives each notice of a feed a path of its own, though several may share one address. Pure.

Feeds exist in which every entry links to the home page, or to one page of many parts. Were they all kept at that one
path, each would be taken for a new version of the one before, again at every refresh. So: what is recorded already
keeps its path; one alone at its address is that address; several are told apart by their ids, else by what they say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from msat.feeds.model import FeedItem
from msat.ids import Sha256, fingerprint

_MARK = " ~ "  # no address holds a space
_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """A notice that would stand at its path, and the id that its feed gives it."""

    item: FeedItem
    id: str


def settle(claims: Sequence[Claim], known: Mapping[str, Sha256]) -> list[FeedItem]:
    """The notices in the order given, each at its own path; one that is there twice in the same words is one."""
    recorded: dict[str, dict[str, Sha256]] = defaultdict(dict)
    for path, content in known.items():
        recorded[path.partition(_MARK)[0]][path] = content
    groups: dict[str, dict[Sha256, Claim]] = defaultdict(dict)
    for claim in claims:
        groups[claim.item.path].setdefault(claim.item.content_sha256(), claim)
    paths = {
        id(groups[base][content]): path
        for base, group in groups.items()
        for content, path in _placed(base, group, recorded[base])
    }
    return [replace(claim.item, path=paths[id(claim)]) for claim in claims if id(claim) in paths]


def _placed(
    base: str, group: Mapping[Sha256, Claim], recorded: Mapping[str, Sha256]
) -> Iterable[tuple[Sha256, str]]:
    """(content, path) of each notice of one address."""
    where = {content: path for path, content in sorted(recorded.items(), reverse=True)}
    taken = {where[content] for content in group if content in where}
    ids = Counter(claim.id for claim in group.values())
    for content, claim in group.items():
        path = where.get(content) or _new_path(base, claim, content, recorded, taken, ids, alone=len(group) == 1)
        taken.add(path)
        yield content, path


def _new_path(
    base: str,
    claim: Claim,
    content: Sha256,
    recorded: Mapping[str, Sha256],
    taken: set[str],
    ids: Counter[str],
    alone: bool,
) -> str:
    by_id = f"{base}{_MARK}{fingerprint(claim.id.encode('utf-8', 'replace'))[:_DIGITS]}"
    has_own_id = bool(claim.id) and ids[claim.id] == 1
    if has_own_id and by_id in recorded and by_id not in taken:
        return by_id
    if alone and base not in taken:
        return base
    if has_own_id and by_id not in taken:
        return by_id
    return f"{base}{_MARK}{content[:_DIGITS]}"
