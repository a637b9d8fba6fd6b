"""Change the record's signing key: planned, by the old and the new one together; or, the old lost, by recovery key."""

from __future__ import annotations

from dataclasses import dataclass

from msat.ids import fingerprint
from msat.record.keys import new_recovery_key
from msat.services.deeds import checked_person
from msat.services.desk import Desk, Person


@dataclass(frozen=True, slots=True)
class KeyChanged:
    """What was done. `printed` is a new recovery key to print and lock away; empty when the old one stays."""

    words: str
    printed: str = ""


def rotate(desk: Desk, person: Person, with_recovery: bool = False) -> KeyChanged:
    """Goes over to a new signing key; `with_recovery` makes a new recovery key too, and the printed one is void."""
    fresh = new_recovery_key() if with_recovery else None
    entry = desk.record.rotate_key(checked_person(person).actor(), fresh.sha256 if fresh else "")
    desk.views.catch_up()
    words = f"The signing key was changed. Entry {entry.seq}. What was recorded before stays under the key of its day."
    return KeyChanged(words, fresh.printed if fresh else "")


def recover(desk: Desk, printed: str, person: Person) -> KeyChanged:
    """Goes over to a new signing key with the printed recovery key. Raises Refused when that is wrong or not needed."""
    fresh = desk.record.recover_key(printed, checked_person(person).actor())
    desk.views.catch_up()
    words = "This computer can record again, with a new signing key. The recovery key that was used is void."
    return KeyChanged(words, fresh)


def fingerprint_of(desk: Desk) -> str:
    """The fingerprint of the public key in force, which two people compare by telephone."""
    return fingerprint(desk.record.public_key)
