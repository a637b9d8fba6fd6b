"""Choose the sources that a new profile begins with: which suit its nation and kind, and which of them are on.

The shipped list and whatever the profile's own file says already come first: a source that somebody has turned on or
off there stays so. Asks no source anything; records nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from msat import shipped
from msat.errors import Refused
from msat.feeds import catalogue
from msat.feeds.catalogue import Source
from msat.places import Places
from msat.services import sources

EVERYWHERE = "uk"
"""The nation of a source that is for all four."""
SUGGESTED = {
    "nhse-psa": ("england",),
}
"""{source: nations}: off in the shipped list, because its address was not tried there, yet it can carry a Red."""
FOR_READERS = {
    "govuk-dsu": ("committee", "pcn"),
}
"""{source: kinds of organisation}: what those who tell others want to know of, beside the alerts themselves."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A source that a new profile may begin with, and whether it is suggested."""

    source: Source
    ticked: bool


def offered(places: Places, nation: str, kind: str) -> tuple[Offer, ...]:
    """The sources of this nation and of all four, with those suggested for the kind of organisation ticked.

    Raises Refused when the profile's own sources file cannot be read.
    """
    shipped_ids = {source.id for source in catalogue.load_sources(shipped.text("alerts/sources.toml"))}
    known = sources.load(places)
    said = _turned(places)
    return tuple(
        Offer(one, one.enabled or (one.id not in said and is_suggested(str(one.id), nation, kind)))
        for one in known
        if one.enabled or one.id not in shipped_ids or one.nation in (EVERYWHERE, nation)
    )


def _turned(places: Places) -> frozenset[str]:
    """The sources that the profile's own file turns on or off. The file was read as a whole before."""
    rows = tomllib.loads(sources.own_text(places) or "").get("source", [])
    return frozenset(row["id"] for row in rows if "enabled" in row)


def is_suggested(source_id: str, nation: str, kind: str) -> bool:
    """Whether a source that is off in the shipped list suits a profile of this nation and kind from the start."""
    return nation in SUGGESTED.get(source_id, ()) or kind in FOR_READERS.get(source_id, ())


def choose(places: Places, wanted: Mapping[str, bool]) -> None:
    """Turns sources on and off, {id: on}. Raises Refused for an unknown source or a file that cannot be used."""
    known = {str(source.id): source.enabled for source in sources.load(places)}
    try:
        for source_id, on in wanted.items():
            if known.get(source_id) != on:
                sources.set_enabled(places, source_id, on)
    except OSError as error:
        raise Refused(
            f"The choice of sources cannot be kept in {places.config}: {error.strerror or error}.",
            "Free space or check the folder, then try again.",
        ) from error
