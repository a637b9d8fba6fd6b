"""Change the sources of this profile: add, share, set and remove them. The shipped list stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from msat import shipped
from msat.errors import Refused
from msat.feeds import catalogue, own_sources
from msat.feeds.catalogue import Source
from msat.places import Places
from msat.record.durable import write_durably

SHARED_LARGEST = 1_000_000
"""Bytes of a file of shared sources; a source takes a few hundred."""

LONGEST_SILENCE = 100_000
"""Hours."""


@dataclass(frozen=True, slots=True)
class NewSource:
    """What a person says of a source of their own."""

    id: str
    name: str
    address: str
    kind: str = "feed"
    nation: str = "uk"
    publisher: str = ""
    carries: str = ""
    red_capable: bool = False
    """Whether it can carry a Red: then it is flagged everywhere once it was not reached for 24 hours."""
    expected_silence_hours: int = 336


def own_text(places: Places) -> str | None:
    """The profile's own sources file, or None. Raises Refused when it cannot be read."""
    path = places.sources
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            f"The file {path} cannot be read.", "Mend or delete it; the shipped sources then hold."
        ) from error


def load(places: Places) -> tuple[Source, ...]:
    """The shipped sources with the profile's own laid over them."""
    own = f"the file of your own sources, {places.sources}"
    return catalogue.load_sources(shipped.text("alerts/sources.toml"), own_text(places), own_name=own)


def find(places: Places, source_id: str) -> Source:
    """The source with this id. Raises Refused for an unknown one, naming the nearest."""
    return catalogue.find_source(load(places), source_id)


def set_address(places: Places, source_id: str, address: str) -> str:
    """Changes a source's address; returns a sentence. Raises Refused for an unknown source or a refused address."""
    source = find(places, source_id)
    checked = catalogue.check_source_address(source.kind, address)
    _write(places, own_sources.set_checked_address(own_text(places), source.id, checked))
    return f"{source.name} is now read at {checked}."


def set_enabled(places: Places, source_id: str, enabled: bool) -> str:
    """Turns a source on or off; returns a sentence. Raises Refused for an unknown source."""
    source = find(places, source_id)
    _write(places, catalogue.set_enabled(own_text(places), source.id, enabled))
    return f"{source.name} is now {'on' if enabled else 'off'}."


def add(places: Places, new: NewSource) -> str:
    """Adds a source of the organisation's own, switched on; returns a sentence. Raises Refused for every mistake."""
    new = _checked(new, load(places))
    row: dict[str, str | int | bool] = {field.name: getattr(new, field.name) for field in fields(new)}
    text = _with(places, {key: value for key, value in row.items() if value != ""})
    _write(places, text)
    return f"{new.name} was added and is on. See what it brings: msatctl sources test {new.id}."


def _checked(new: NewSource, known: Sequence[Source]) -> NewSource:
    """What a person said of a source, fit to be kept. Raises Refused in their own words, never in those of a file."""
    if not catalogue.is_source_id(new.id):
        raise Refused(
            f"“{new.id}” cannot be the id of a source.", "Use small letters, digits and hyphens, a letter first."
        )
    if not new.name.strip():
        raise Refused("A source needs a name.", "Say what people call it.")
    if new.kind not in list(catalogue.Kind):
        raise Refused(f"“{new.kind}” is no kind of source.", f"Use one of: {', '.join(catalogue.Kind)}.")
    if not 1 <= new.expected_silence_hours <= LONGEST_SILENCE:
        raise Refused("The longest silence is between 1 and 100,000 hours.", "Give a number of hours; 336 are 14 days.")
    address = catalogue.check_source_address(catalogue.Kind(new.kind), new.address.strip())
    for source in known:
        if source.id == new.id:
            raise Refused(f"There is a source “{source.name}” here already.", "Give the new one another name or id.")
        if source.address == address and source.kind is not catalogue.Kind.GOVUK:
            turn = "" if source.enabled else " It is off: turn it on."
            raise Refused(f"“{source.name}” reads this address already.{turn}", "Give another address.")
    return replace(new, address=address)


def remove(places: Places, source_id: str) -> str:
    """Removes a source of the organisation's own; what came from it stays. Raises Refused for a shipped one."""
    source = find(places, source_id)
    if source_id in _shipped_ids():
        raise Refused(f"{source.name} is shipped with MSAT and cannot be removed.", "Turn it off instead.")
    _write(places, own_sources.without_source(own_text(places), source_id))
    return f"{source.name} was removed. What came from it stays recorded."


def share(places: Places, target: Path) -> str:
    """Writes the organisation's own sources to a file for others; returns a sentence."""
    own = _own(places)
    if not own:
        raise Refused("This profile has no sources of its own to share.", "Add one first: msatctl sources add.")
    try:
        target.write_text("\n".join(own_sources.table(_row(source)) for source in own), encoding="utf-8")
    except OSError as fault:
        why = fault.strerror or fault
        raise Refused(f"The file {target} could not be written ({why}).", "Choose another.") from fault
    return f"{_count(len(own))} written to {target}."


def take_shared(places: Places, file: Path) -> str:
    """Adds the sources of a file that somebody shared, switched off: no new address is spoken to unasked."""
    rows = catalogue.load_sources(_shared_text(file), shipped_name=str(file))
    known = {source.id: source for source in load(places)}
    for source in rows:
        if source.id in known and known[source.id].address != source.address:
            raise Refused(f"There is another source “{source.id}” here.", "Remove it, or change the id in the file.")
    new = [source for source in rows if source.id not in known]
    for source in new:
        _write(places, _with(places, _row(source) | {"enabled": False, "verified": False}))
    if not new:
        return "Every source of this file is here already."
    names = ", ".join(source.id for source in new)
    return f"{_count(len(new))} added, switched off: {names}. Test each, then turn it on."


def _with(places: Places, row: dict[str, str | int | bool]) -> str:
    """The own file's text with one more source, checked as a whole. Raises Refused for a mistake in the row."""
    text = own_sources.with_source(own_text(places), row)
    catalogue.load_sources(shipped.text("alerts/sources.toml"), text)
    return text


def _own(places: Places) -> Sequence[Source]:
    return [source for source in load(places) if source.id not in _shipped_ids()]


def _shipped_ids() -> frozenset[str]:
    return frozenset(source.id for source in catalogue.load_sources(shipped.text("alerts/sources.toml")))


def _row(source: Source) -> dict[str, str | int | bool]:
    return {field.name: getattr(source, field.name) for field in fields(source)}


def _shared_text(file: Path) -> str:
    try:
        if file.stat().st_size > SHARED_LARGEST:
            raise Refused(f"The file {file} is too large to be a file of sources.", "Check its name.")
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as fault:
        raise Refused(f"There is no file “{file}”.", "Check its name.") from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise Refused(f"The file {file} could not be read as text.", "Check its name.") from fault


def _count(number: int) -> str:
    return f"{number} source was" if number == 1 else f"{number} sources were"


def _write(places: Places, text: str) -> None:
    write_durably(places.sources, text.encode("utf-8"))
