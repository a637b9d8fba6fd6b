"""Who newsletters are written for: read from `alerts/newsletter.toml`. Which actions each is told, in whose words.

Knows nothing of alerts or texts. What is a proposal of ours says so in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from msat import shipped
from msat.triage.model import OrganisationKind
from msat.triage.reading import Basis, Strict, read_strictly, refuse_entry

AUDIENCES_FILE = "newsletter.toml"
PLACEHOLDERS = frozenset({"product", "batches", "company", "reference"})


class Audience(Strict, frozen=True, kw_only=True):
    """One audience. `name` is what people and the record call it, `who` what an item calls it."""

    id: str
    name: str
    who: str
    kind: OrganisationKind
    actions: tuple[str, ...]
    basis: Basis
    source: str
    texts: Mapping[str, str] = {}


class Limits(Strict, frozen=True, kw_only=True):
    """How many words an item may have: by its priority in the standard length, else by the length."""

    red: int
    amber: int
    green: int
    not_rated: int
    short: int
    full: int
    actions: int
    basis: Basis
    source: str


class Audiences(Strict, frozen=True, kw_only=True):
    """The whole file."""

    limits: Limits
    audience: tuple[Audience, ...]

    def __getitem__(self, id_: str) -> Audience:
        """The audience with this id. Raises KeyError."""
        for one in self.audience:
            if one.id == id_:
                return one
        raise KeyError(id_)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.audience)


def load_audiences(text: str | None = None) -> Audiences:
    """The audiences that ship with this version, or those written in `text` (TOML).

    Raises Refused naming the audience and the field that is wrong.
    """
    told = shipped.text(f"alerts/{AUDIENCES_FILE}") if text is None else text
    found: Audiences = read_strictly(AUDIENCES_FILE, told, Audiences, "audience")
    seen: set[str] = set()
    for one in found.audience:
        if one.id in seen:
            refuse_entry(AUDIENCES_FILE, f"audience {one.id}", "id", "this audience is given twice")
        seen.add(one.id)
        _check(one)
    return found


def _check(one: Audience) -> None:
    entry = f"audience {one.id}"
    if not one.actions:
        refuse_entry(AUDIENCES_FILE, entry, "actions", "at least one action is wanted")
    for code, text in one.texts.items():
        if code not in one.actions:
            refuse_entry(AUDIENCES_FILE, entry, "texts", f"{code} is not among its actions")
        for _before, word, width, conversion in Formatter().parse(text):
            if word is not None and (word not in PLACEHOLDERS or width or conversion):
                refuse_entry(AUDIENCES_FILE, entry, "texts", f"“{{{word}}}” is not one of {sorted(PLACEHOLDERS)}")
