"""Where a profile keeps its signing key: the system's credential store or an owner-only file. Moves it, whole.

The choice stands in `key-place.json` of the profile, which holds no key. A move is written down before it begins, so
that one broken off leaves the key in both places, and the next opening puts that right and says so. Where the choice
is a file, nothing of the credential store is even loaded.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from msat.errors import NotRecorded, RecordProblem, Refused
from msat.ids import LogId
from msat.places import Places
from msat.record.codec import is_log_id
from msat.record.durable import flush_folder, write_durably
from msat.record.keys import BadKey, FileKeyStore, KeyStore, StoredKey, decoded_key, encoded_key
from msat.store.alone import Alone, Busy
from msat.store.credentials import NEVER, UNLOCK, Backend, Locker, StoreLocked, system_backend

_MAX = 65_536
BackendMaker = Callable[[], Backend | None]


class Place(StrEnum):
    """Where a key can be."""

    STORE = "store"
    FILE = "file"

    @property
    def words(self) -> str:
        """The place, for people."""
        return "the computer's credential store" if self is Place.STORE else "a file that only you can read"


@dataclass(frozen=True, slots=True)
class Standing:
    """The choice of a profile. `moving_to` and `leaving` name the other place while a move is under way."""

    place: Place
    logs: tuple[LogId, ...] = ()
    """The logs whose keys the credential store was given: a store cannot be asked what it holds."""
    moving_to: Place | None = None
    leaving: Place | None = None


class KeyNotKept(NotRecorded):
    """The place chosen for the key did not take it."""

    title = "The key was not kept"


class CredentialKeyStore:
    """Keys in the credential store, one a log; a key that lies in a file beside it is found as well.

    Raises StoreLocked wherever the store cannot be asked, unless a file has the key.
    """

    def __init__(self, places: Places, make: BackendMaker) -> None:
        self._places, self._make = places, make
        self._files = FileKeyStore(places.keys)

    def load(self, log: LogId) -> StoredKey | None:
        return self._load(log, "key", self._files.load)

    def load_next(self, log: LogId) -> StoredKey | None:
        return self._load(log, "next", self._files.load_next)

    def save(self, log: LogId, private: bytes) -> None:
        locker = self._locker()
        if locker.read(service(log), "key") is not None:
            raise FileExistsError(f"a key of the log {log} is kept already")
        _keep_log(self._places, log)
        locker.write(service(log), "key", encoded_key(log, private).decode("ascii"))

    def save_next(self, log: LogId, private: bytes) -> None:
        self._locker().write(service(log), "next", encoded_key(log, private).decode("ascii"))

    def promote(self, log: LogId) -> None:
        locker = self._locker()
        secret = locker.read(service(log), "next")
        if secret is None:  # it was kept in a file, before the key was moved
            self._files.promote(log)
            return
        locker.write(service(log), "key", secret)
        locker.remove(service(log), "next")

    def logs(self) -> tuple[LogId, ...]:
        return tuple(dict.fromkeys((*read_standing(self._places).logs, *self._files.logs())))

    def _load(self, log: LogId, name: str, beside: Callable[[LogId], StoredKey | None]) -> StoredKey | None:
        try:
            secret = self._locker().read(service(log), name)
        except StoreLocked:
            found = beside(log)
            if found is None:
                raise
            return found
        if secret is None:
            return beside(log)
        try:
            return decoded_key(log, secret.encode("utf-8", "replace"))
        except BadKey as error:
            raise StoreLocked(
                "What the computer's credential store holds as the signing key is not one.",
                "Somebody changed it there. Go on with the printed recovery key: msatctl key recover.",
            ) from error

    def _locker(self) -> Locker:
        return _locker(self._make)


def service(log: LogId) -> str:
    """What a log's credential is called in the store: a name of its own, so that no store has to tell two apart."""
    return f"MSAT signing key {log}"


def _locker(make: BackendMaker) -> Locker:
    backend = make()
    if backend is None:
        raise StoreLocked("The computer's credential store, where the signing key is, is not to be had here.", UNLOCK)
    return Locker(backend)


def key_store(places: Places, make: BackendMaker | None = None) -> KeyStore:
    """Where the keys of this profile are kept."""
    if read_standing(places).place is Place.FILE:
        return FileKeyStore(places.keys)
    return CredentialKeyStore(places, make or system_backend)


def alone_with_keys(places: Places) -> Alone:
    """Held by one process at a time while a key is changed or moved: two at once would write over each other's key."""
    return Alone(places.keys_lock, other="Another window of MSAT was changing the signing key")


def where_of(places: Places) -> str:
    """Where the keys of this profile are, in words: a folder, or the credential store."""
    return str(places.keys) if read_standing(places).place is Place.FILE else Place.STORE.words


def has_key(places: Places, log: LogId) -> bool:
    """Whether a key of `log` can be had now."""
    try:
        return key_store(places).load(log) is not None
    except RecordProblem:
        return False


# --- the choice -------------------------------------------------------------------------------------------------


def read_standing(places: Places) -> Standing:
    """What was chosen for this profile; a file where nothing was. Raises RecordProblem when that cannot be read."""
    try:
        with places.key_place.open("rb") as file:
            found = json.loads(file.read(_MAX))
        logs = found.get("logs", [])
        if found["v"] != 1 or not all(is_log_id(log) for log in logs):
            raise ValueError("standing")
        moving, leaving = found.get("moving_to"), found.get("leaving")
        return Standing(
            Place(found["place"]),
            tuple(LogId(log) for log in logs),
            Place(moving) if moving else None,
            Place(leaving) if leaving else None,
        )
    except FileNotFoundError:
        return Standing(Place.FILE)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RecordProblem(
            f"The file {places.key_place}, which says where the signing key is, cannot be read.",
            "Delete it if the key is in a file; else put it back from a backup.",
        ) from error


def write_standing(places: Places, standing: Standing) -> None:
    """Keeps the choice, durably. Raises OSError."""
    told = {"v": 1, "place": standing.place.value, "logs": list(standing.logs)}
    if standing.moving_to:
        told["moving_to"] = standing.moving_to.value
    if standing.leaving:
        told["leaving"] = standing.leaving.value
    write_durably(places.key_place, (json.dumps(told, sort_keys=True) + "\n").encode("ascii"))


def _keep_log(places: Places, log: LogId) -> None:
    standing = read_standing(places)
    if log not in standing.logs:
        write_standing(places, replace(standing, logs=(*standing.logs, log)))


def choose(places: Places, make: BackendMaker | None = None) -> Place:
    """Chooses for a new profile and keeps the choice: the credential store where one proves that it works, else a file.

    A choice made before stays. Raises OSError.
    """
    if places.key_place.exists():
        return read_standing(places).place
    place = Place.FILE
    if os.environ.get("MSAT_KEYS", "") != NEVER:
        backend = (make or system_backend)()
        if backend is not None and not Locker(backend).trial():
            place = Place.STORE
    write_standing(places, Standing(place))
    return place


def choose_file(places: Places) -> None:
    """Chooses a file, whatever was chosen before: for a sample, and where the store is lost. Raises OSError."""
    write_standing(places, replace(read_standing(places), place=Place.FILE, moving_to=None, leaving=None))


def choose_for_recovery(places: Places, make: BackendMaker | None = None) -> str:
    """Goes over to a file where the credential store cannot take a new key; says so in a sentence, or nothing."""
    if read_standing(places).place is Place.FILE:
        return ""
    backend = (make or system_backend)()
    why = "there is none here" if backend is None else Locker(backend).trial()
    if not why:
        return ""
    choose_file(places)
    return f"The credential store could not be used, so the new signing key is in a file under {places.keys}."


# --- moving -----------------------------------------------------------------------------------------------------


def move(places: Places, to: Place, make: BackendMaker | None = None) -> tuple[LogId, ...]:
    """Moves every key of the profile: written there, read back, compared, and only then taken out of the old place.

    Raises Refused when there is nothing to move, KeyNotKept when the new place did not take it: then the old one holds.
    """
    with alone_with_keys(places)():
        return _moved(places, to, make)


def _moved(places: Places, to: Place, make: BackendMaker | None) -> tuple[LogId, ...]:
    standing = read_standing(places)
    if standing.place is to:
        raise Refused(f"The signing key is in {to.words} already.", "Nothing needs doing.")
    make = make or system_backend
    if to is Place.STORE and (why := _why_not(make)):
        raise Refused(f"The key cannot go there: {why}", "It stays in its file; nothing was changed.")
    files, store = FileKeyStore(places.keys), CredentialKeyStore(places, make)
    source: KeyStore = files if to is Place.STORE else store
    logs = source.logs()
    keys = {log: (source.load(log), source.load_next(log)) for log in logs}
    if not any(key for key, _next in keys.values()):
        raise Refused("There is no signing key to move.", "Look where it is: msatctl key where.")
    old = standing.place
    try:
        write_standing(places, replace(standing, moving_to=to, leaving=None, logs=logs))
        for log, (key, following) in keys.items():
            _put(places, make, to, log, "key", key)
            _put(places, make, to, log, "next", following)
        write_standing(places, Standing(to, logs if to is Place.STORE else (), leaving=old))
    except (OSError, StoreLocked) as error:
        raise KeyNotKept(
            f"The key was not moved: {_said(error)} It is still in {old.words}.", "Put that right, then try again."
        ) from error
    _finish(places, make, old, to, logs)
    return logs


def _why_not(make: BackendMaker) -> str:
    backend = make()
    if backend is None:
        return "this computer has no credential store that MSAT can use here."
    return Locker(backend).trial()


def _said(error: Exception) -> str:
    return error.explanation if isinstance(error, RecordProblem) else f"{getattr(error, 'strerror', None) or error}."


def _put(
    places: Places, make: BackendMaker, to: Place, log: LogId, name: str, key: StoredKey | None
) -> None:
    if key is None:
        return
    data = encoded_key(log, key.signer.private)
    if to is Place.STORE:
        _locker(make).write(service(log), name, data.decode("ascii"))  # reads it back and compares
        return
    path = _path(places, log, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "nt":
        path.parent.chmod(0o700)
    write_durably(path, data)
    if path.read_bytes() != data:
        raise OSError("the file did not read back as it was written")


def _path(places: Places, log: LogId, name: str) -> Path:
    return places.keys / (f"{log}.key" if name == "key" else f"{log}.key.next")


def _empty(places: Places, make: BackendMaker, place: Place, logs: tuple[LogId, ...]) -> None:
    """Takes the keys of `logs` out of `place`. Raises OSError or StoreLocked."""
    if place is Place.STORE:
        locker = _locker(make)
        for log in logs:
            locker.remove(service(log), "key")
            locker.remove(service(log), "next")
        return
    for log in logs:
        for name in ("key", "next"):
            _path(places, log, name).unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        flush_folder(places.keys)


def _finish(places: Places, make: BackendMaker, old: Place, to: Place, logs: tuple[LogId, ...]) -> None:
    try:
        _empty(places, make, old, logs)
        write_standing(places, Standing(to, logs if to is Place.STORE else ()))
    except (OSError, StoreLocked) as error:
        raise RecordProblem(
            f"The key is in {to.words} now, and {old.words} could not be emptied: {_said(error)}",
            "Open MSAT again: it tries once more and says so.",
        ) from error


def heal(places: Places, make: BackendMaker | None = None) -> str:
    """Puts a move right that was broken off; says what was done in a sentence, or nothing when there was nothing."""
    standing = read_standing(places)
    if standing.leaving is None and standing.moving_to is None:
        return ""
    with suppress(Busy), alone_with_keys(places)():
        return _healed(places, make)
    return ""  # it was not broken off: another window is at it


def _healed(places: Places, make: BackendMaker | None) -> str:
    standing = read_standing(places)
    make = make or system_backend
    other = standing.leaving or standing.moving_to
    if other is None:
        return ""
    logs = standing.logs or FileKeyStore(places.keys).logs()
    try:
        if not _holds_all(places, make, standing.place, other, logs):
            return (
                f"A move of the signing key was broken off. The copy in {other.words} is left, for "
                f"{standing.place.words} does not hold the same."
            )
        _empty(places, make, other, logs)
        write_standing(places, Standing(standing.place, logs if standing.place is Place.STORE else ()))
    except (OSError, RecordProblem) as error:
        return f"A move of the signing key was broken off, and the copy in {other.words} is still there: {_said(error)}"
    if standing.leaving:
        return f"A move of the signing key was broken off and is finished now: it is in {standing.place.words} only."
    return (
        f"A move of the signing key was broken off. It is in {standing.place.words}, as before; the copy in "
        f"{other.words} was taken out again."
    )


def _holds_all(places: Places, make: BackendMaker, place: Place, other: Place, logs: tuple[LogId, ...]) -> bool:
    """Whether every key that `other` holds is in `place` as well: nothing is taken out that would then be lost."""
    for log in logs:
        for name in ("key", "next"):
            here, there = (_private(places, make, one, log, name) for one in (place, other))
            if there is not None and here != there:
                return False
    return True


def _private(places: Places, make: BackendMaker, place: Place, log: LogId, name: str) -> bytes | None:
    """The private key that a place holds; where what it holds is none, that."""
    data = _raw(places, make, place, log, name)
    try:
        return None if data is None else decoded_key(log, data).signer.private
    except BadKey:
        return data


def _raw(places: Places, make: BackendMaker, place: Place, log: LogId, name: str) -> bytes | None:
    if place is Place.STORE:
        secret = _locker(make).read(service(log), name)
        return None if secret is None else secret.encode("utf-8")
    try:
        return _path(places, log, name).read_bytes()
    except FileNotFoundError:
        return None
