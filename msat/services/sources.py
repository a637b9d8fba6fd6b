"""Change the sources of this profile: their address, and whether they are read. The shipped list stays as it is."""

from __future__ import annotations

from msat import shipped
from msat.errors import Refused
from msat.feeds import catalogue
from msat.feeds.catalogue import Source
from msat.places import Places


def own_text(places: Places) -> str | None:
    """The profile's own sources file, or None. Raises Refused when it cannot be read."""
    path = places.config / "sources.toml"
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            f"The file {path} cannot be read.", "Mend or delete it; the shipped sources then hold."
        ) from error


def load(places: Places) -> tuple[Source, ...]:
    """The shipped sources with the profile's own laid over them."""
    return catalogue.load_sources(shipped.text("alerts/sources.toml"), own_text(places))


def set_address(places: Places, source_id: str, address: str) -> str:
    """Changes a source's address; returns a sentence. Raises Refused for an unknown source or a refused address."""
    source = _known(places, source_id)
    checked = catalogue.check_address(address)
    _write(places, catalogue.set_address(own_text(places), source.id, checked))
    return f"{source.name} is now read at {checked}."


def set_enabled(places: Places, source_id: str, enabled: bool) -> str:
    """Turns a source on or off; returns a sentence. Raises Refused for an unknown source."""
    source = _known(places, source_id)
    _write(places, catalogue.set_enabled(own_text(places), source.id, enabled))
    return f"{source.name} is now {'on' if enabled else 'off'}."


def _known(places: Places, source_id: str) -> Source:
    sources = load(places)
    for source in sources:
        if source.id == source_id:
            return source
    raise Refused(f"There is no source “{source_id}”.", f"The sources are: {', '.join(s.id for s in sources)}.")


def _write(places: Places, text: str) -> None:
    path = places.config / "sources.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
