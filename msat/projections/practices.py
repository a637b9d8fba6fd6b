"""The practices of the imported lists, and those that this organisation looks after. Pure: values in, values out.

`directory` joins the newest list of practices with the newest list of networks; `Area` is what was chosen of it. A
practice that closed or left stays, with its dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from msat.feeds.ods_model import GP_PRACTICE, Membership, Network, OdsFile, OdsPractice
from msat.projections.general import General
from msat.projections.natural_order import natural
from msat.projections.values import part, text, texts, whole
from msat.projections.work_state import Deed

IMPORTED = "practices.imported"
CHOSEN = "area.chosen"
COMMISSIONER = "commissioner"
NETWORK = "network"
OPEN = "open"
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice as at a day. Dates are ISO texts, empty where none is known."""

    code: str
    name: str
    kind: str
    """A key of `feeds.ods_model.KINDS`."""
    address: str
    postcode: str
    commissioner: str
    commissioner_name: str
    pcn: str
    """The network it is in on that day; empty when in none."""
    pcn_name: str
    opened: str
    closed: str
    status: str
    """open, closed, dormant, proposed or "status not known"."""
    dispensing: bool
    joined: str
    """When it came to `commissioner`."""
    left: str
    was_in: tuple[Membership, ...] = ()
    """The networks it has left, the last one last."""

    @property
    def is_open(self) -> bool:
        return self.status == OPEN

    @property
    def organisation_kind(self) -> str:
        """The kind of organisation it is for the rules: a dispensing practice has duties of its own."""
        if self.kind == GP_PRACTICE:
            return "dispensing-practice" if self.dispensing else "gp-practice"
        return ""


@dataclass(frozen=True, slots=True)
class Area:
    """What was chosen: everything of some commissioners and networks that is of some kinds, single ones added and
    left out, and which of them dispense. `deed` is None until somebody chose."""

    commissioners: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    kinds: tuple[str, ...] = (GP_PRACTICE,)
    dispensing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    deed: Deed | None = None

    def holds(self, practice: OdsPractice, pcn: str) -> bool:
        """Whether `practice`, being in the network `pcn`, is one of these."""
        if practice.code in self.added:
            return True
        if practice.kind not in self.kinds or practice.code in self.left_out:
            return False
        return practice.commissioner in self.commissioners or (bool(pcn) and pcn in self.networks)

    def data(self) -> dict[str, Any]:
        """As an entry of type `area.chosen` holds it."""
        return {name: sorted(set(getattr(self, name))) for name in _PARTS}


_PARTS = ("commissioners", "networks", "kinds", "dispensing", "added", "left_out")


@dataclass(frozen=True, slots=True)
class Imported:
    """One import that stands: which list, the fingerprint of its file, and how new it is."""

    kind: str
    file: str
    name: str
    rows: int
    as_at: str
    """The newest date in the list; it is at least as new as that."""
    counts: dict[str, int]
    deed: Deed


@dataclass(frozen=True, slots=True)
class Directory:
    """The lists joined: look-ups by code."""

    practices: dict[str, OdsPractice] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    memberships: dict[str, tuple[Membership, ...]] = field(default_factory=dict)
    """Practice -> its times in networks, oldest first."""
    commissioner_names: dict[str, str] = field(default_factory=dict)
    """Commissioner -> its name, where the list of networks gives one."""

    def network_of(self, code: str, today: str) -> str:
        """The network that a practice is in on a day; empty when in none."""
        for one in reversed(self.memberships.get(code, ())):
            if one.joined <= today and (not one.left or one.left > today):
                return one.network
        return ""

    def commissioners(self) -> dict[str, str]:
        """Every commissioner of a practice with its name (its code, where no name is known), by code."""
        codes = {one.commissioner for one in self.practices.values() if one.commissioner}
        return {code: self.commissioner_names.get(code, code) for code in sorted(codes)}


def directory(lists: Iterable[OdsFile]) -> Directory:
    """Joins the lists; of two of one kind, the later one counts."""
    found = Directory()
    for one in lists:
        if one.practices:
            found.practices.clear()
            found.practices.update({practice.code: practice for practice in one.practices})
        if one.networks:
            for held in (found.networks, found.memberships, found.commissioner_names):
                held.clear()
            found.networks.update({network.code: network for network in one.networks})
            found.memberships.update(_by_practice(one.memberships))
            found.commissioner_names.update(_names(one))
    return found


def _by_practice(memberships: Iterable[Membership]) -> dict[str, tuple[Membership, ...]]:
    gathered: dict[str, list[Membership]] = {}
    for one in memberships:
        gathered.setdefault(one.practice, []).append(one)
    return {code: tuple(sorted(some, key=lambda one: one.joined)) for code, some in gathered.items()}


def _names(one: OdsFile) -> dict[str, str]:
    said = [(m.commissioner, m.commissioner_name) for m in one.memberships]
    said += [(n.commissioner, n.commissioner_name) for n in one.networks]
    return {code: name for code, name in said if code and name}


def imports(general: Sequence[General]) -> dict[str, Imported]:
    """The newest import of each kind of list that was not struck out."""
    return {one.kind: one for one in all_imports(general)}


def all_imports(general: Sequence[General]) -> list[Imported]:
    """Every import that stands, oldest first."""
    return [
        Imported(
            kind=text(one.data, "kind"),
            file=text(one.data, "file"),
            name=text(one.data, "name"),
            rows=whole(one.data, "rows") or 0,
            as_at=text(one.data, "as_at"),
            counts={name: whole(part(one.data, "counts"), name) or 0 for name in part(one.data, "counts")},
            deed=one.deed,
        )
        for one in general
        if one.type == IMPORTED and not one.struck
    ]


def area_of(general: Sequence[General]) -> Area:
    """What was chosen last; nothing of the lists when nobody has chosen."""
    for one in reversed(general):
        if one.type == CHOSEN and not one.struck:
            return Area(**{name: texts(one.data, name) for name in _PARTS}, deed=one.deed)
    return Area()


def practices(known: Directory, area: Area, today: str) -> list[Practice]:
    """The practices of the area on a day (ISO), closed ones included, by commissioner, network and name."""
    dispensing = frozenset(area.dispensing)
    found = []
    for practice in known.practices.values():
        pcn = known.network_of(practice.code, today)
        if area.holds(practice, pcn):
            found.append(described(known, practice, pcn, today, practice.code in dispensing))
    return sorted(found, key=lambda one: (one.commissioner, one.pcn_name or "~", natural(one.name), one.code))


def every(known: Directory, area: Area, today: str) -> list[Practice]:
    """Every practice of the lists, in the area or not, by name."""
    dispensing = frozenset(area.dispensing)
    found = [
        described(known, one, known.network_of(one.code, today), today, one.code in dispensing)
        for one in known.practices.values()
    ]
    return sorted(found, key=lambda one: (natural(one.name), one.code))


def described(known: Directory, practice: OdsPractice, pcn: str, today: str, dispensing: bool) -> Practice:
    """One practice of the list with what the other list says of it."""
    network = known.networks.get(pcn)
    is_over = practice.status == OPEN and practice.closed and practice.closed <= today
    memberships = known.memberships.get(practice.code, ())
    return Practice(
        code=practice.code,
        name=practice.name,
        kind=practice.kind,
        address=practice.address,
        postcode=practice.postcode,
        commissioner=practice.commissioner,
        commissioner_name=known.commissioner_names.get(practice.commissioner, ""),
        pcn=pcn,
        pcn_name=network.name if network else pcn,
        opened=practice.opened,
        closed=practice.closed,
        status=CLOSED if is_over else practice.status,
        dispensing=dispensing,
        joined=practice.joined,
        left=practice.left,
        was_in=tuple(one for one in memberships if one.left and one.left <= today),
    )


def unknown_codes(known: Directory, area: Area) -> tuple[str, ...]:
    """Codes of single practices in the choice that no list holds any more."""
    named = {*area.dispensing, *area.added, *area.left_out}
    return tuple(sorted(named - known.practices.keys()))


@dataclass(frozen=True, slots=True)
class Patch:
    """A commissioner or a network that an area can be made of, with how many practices it has."""

    sort: str
    """COMMISSIONER or NETWORK."""
    code: str
    name: str
    open: int
    closed: int
    commissioner: str = ""
    """Of a network: whose it is."""


def patches(known: Directory, today: str, text: str = "", kinds: Sequence[str] = ()) -> list[Patch]:
    """Every commissioner, then every network, whose code or name holds each word of `text`; those without a name come
    after the others, those with no open practice (of `kinds`, when any are given) last."""
    tally: dict[tuple[str, str, str], int] = {}
    for one in known.practices.values():
        if not kinds or one.kind in kinds:
            for sort, code in ((COMMISSIONER, one.commissioner), (NETWORK, known.network_of(one.code, today))):
                tally[sort, code, one.status] = tally.get((sort, code, one.status), 0) + 1

    def patch(sort: str, code: str, name: str, commissioner: str = "") -> Patch:
        still, over = (tally.get((sort, code, status), 0) for status in (OPEN, CLOSED))
        return Patch(sort, code, name, still, over, commissioner)

    found = [patch(COMMISSIONER, code, name) for code, name in known.commissioners().items()]
    found += [patch(NETWORK, code, one.name, one.commissioner) for code, one in known.networks.items()]
    words = text.casefold().split()
    wanted = [one for one in found if all(word in f"{one.code} {one.name}".casefold() for word in words)]
    return sorted(wanted, key=_patch_order)


def _patch_order(one: Patch) -> tuple[object, ...]:
    return (one.sort, one.open == 0, one.name == one.code, natural(one.name), one.code)
