"""What a person does to the sources in the window, each as a call for the background. The services decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from msat.errors import Refused
from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.feeds.catalogue import Source
    from msat.gui.session import Session
    from msat.services.desk import Desk
    from msat.services.try_source import Tried


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence of what was done, and the sources as they are now."""

    words: str
    sources: tuple[Source, ...]


Change = Callable[["Desk"], Changed]


def enable(source_id: str, on: bool) -> Change:
    return _changing(lambda services, places: services.set_enabled(places, source_id, on))


def remove(source_id: str) -> Change:
    return _changing(lambda services, places: services.remove(places, source_id))


def set_address(source_id: str, address: str) -> Change:
    return _changing(lambda services, places: services.set_address(places, source_id, address.strip()))


def add(name: str, address: str, nation: str, red_capable: bool = False) -> Change:
    """A source of the organisation's own; its id is made of its name."""

    def do(services, places) -> str:
        from msat.feeds.catalogue import is_source_id

        if not name.strip() or not address.strip():
            raise Refused(tr("A source needs a name and an address."), tr("Give both."))
        made = id_of(name)
        if not is_source_id(made):
            raise Refused(
                tr("The name holds no letter that a source can be called by."), tr("Give it a name with letters.")
            )
        named = " ".join(name.split())
        new = services.NewSource(made, named, address.strip(), nation=nation, red_capable=red_capable)
        return services.add(places, new).partition(" See what")[0]

    return _changing(do)


def take_shared(file: Path) -> Change:
    return _changing(lambda services, places: services.take_shared(places, file))


def share(target: Path) -> Callable[[Desk], str]:
    def do(desk: Desk) -> str:
        from msat.services import sources as services

        return services.share(desk.places, target)

    return do


def trial(source_id: str) -> Callable[[Desk], Tried]:
    """Reads a source once, on or off: asked for by a person, and nothing is recorded."""

    def do(desk: Desk) -> Tried:
        from msat.feeds.catalogue import find_source
        from msat.services.open_web import open_web
        from msat.services.try_source import try_source

        source = find_source(desk.knowledge.sources, source_id)
        return try_source(source, desk.clock.now(), open_web(desk.places))

    return do


def own_ids(desk: Desk) -> frozenset[str]:
    """The sources that are the organisation's own and can be removed."""
    from msat import shipped
    from msat.feeds.catalogue import load_sources

    known = {source.id for source in load_sources(shipped.text("alerts/sources.toml"))}
    return frozenset(str(source.id) for source in desk.knowledge.sources if source.id not in known)


def take_up(session: Session, sources: tuple[Source, ...]) -> None:
    """The desk goes on with the sources as they are now."""
    if session.desk is not None:
        session.desk = replace(session.desk, knowledge=replace(session.desk.knowledge, sources=sources))


def id_of(name: str) -> str:
    """`NHS Sampleshire ICB bulletins` becomes `nhs-sampleshire-icb-bulletins`."""
    plain = "".join(mark if mark.isascii() and mark.isalnum() else " " for mark in name.lower())
    return "-".join(plain.split())[:60].strip("-").lstrip("0123456789-")


def _changing(do: Callable[..., str]) -> Change:
    def change(desk: Desk) -> Changed:
        from msat.services import sources as services

        words = do(services, desk.places)
        return Changed(words, services.load(desk.places))

    return change
