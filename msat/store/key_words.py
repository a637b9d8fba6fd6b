"""Says where a profile's signing key is, whether it can be had now, and what that means for whoever looks after it."""

from __future__ import annotations

from dataclasses import dataclass

from msat.errors import RecordProblem
from msat.places import Places
from msat.store.credentials import Locker, StoreLocked, system_backend
from msat.store.key_places import BackendMaker, Place, key_store, read_standing

STORE_MEANS = (
    "The system keeps it locked away while you are signed out. It is in no file of the profile and in no backup, and a "
    "copied profile folder does not carry it along. Somebody who can sign in as you can use it."
)
FILE_MEANS = (
    "Only your own log-in may read the file. It is in no backup. Whoever copies the profile's folder copies the key as "
    "well, so keep that folder off shared disks."
)
NO_STORE = "This computer has no credential store that MSAT can use here, so a file is the place for it."
A_STORE = "This computer has a credential store that works. To move the key there: msatctl key move --to store."
BOTH = "A move of the key was broken off, so it may be in both places. Opening the record puts that right."


@dataclass(frozen=True, slots=True)
class KeyWhereabouts:
    """Where the key is. `is_there` is None when the store cannot be asked; `trouble` then says why."""

    place: Place
    where: str
    is_there: bool | None
    logs: tuple[str, ...]
    meaning: str
    hint: str = ""
    trouble: str = ""

    def words(self) -> str:
        """All of it, for people."""
        first = f"The signing key is in {self.place.words}: {self.where}."
        if self.is_there is False:
            first = f"The signing key should be in {self.place.words} ({self.where}) and is not there."
        return "\n".join(line for line in (first, self.trouble, self.meaning, self.hint) if line)


def whereabouts(places: Places, make: BackendMaker | None = None, tries_store: bool = True) -> KeyWhereabouts:
    """Looks where the key of a profile is. Raises RecordProblem when the profile's own word on it cannot be read.

    `tries_store` also tries, for a key in a file, whether the credential store would take it.
    """
    standing = read_standing(places)
    store = key_store(places, make)
    is_there: bool | None = None
    trouble = ""
    logs = store.logs()
    try:
        is_there = any(store.load(log) is not None for log in logs)
    except RecordProblem as error:
        trouble = f"{error.explanation} {error.next_step}".strip()
        is_there = None if isinstance(error, StoreLocked) else True
    is_file = standing.place is Place.FILE
    hint = BOTH if standing.moving_to or standing.leaving else ""
    if is_file and not hint and tries_store:
        backend = (make or system_backend)()
        hint = NO_STORE if backend is None or Locker(backend).trial() else A_STORE
    named = str(places.keys) if is_file else ", ".join(f"MSAT signing key {log}" for log in logs) or "nothing named yet"
    return KeyWhereabouts(
        standing.place, named, is_there, tuple(logs), FILE_MEANS if is_file else STORE_MEANS, hint, trouble
    )
