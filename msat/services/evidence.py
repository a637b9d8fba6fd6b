"""Keep a file as evidence of what was done, once nothing in its text names a patient; give it back, checked.

The file is told by its content, read in a child process, and stored under its fingerprint. What holds a patient
identifier is refused with the place shown, and nothing of it is stored. What cannot be read as text is kept only when a
person says to have looked through it. Evidence is struck by a correction, never deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msat import settings
from msat.errors import MsatError, Refused
from msat.feeds import documents
from msat.feeds.evidence_kinds import NAMES, OFFICE, PACKED, PICTURES, kind_of
from msat.ids import fingerprint
from msat.projections.alert_state import AlertState
from msat.projections.work import ATTACHED
from msat.projections.work_state import Evidence
from msat.services import deeds
from msat.services.answer import find_action
from msat.services.desk import Changes, Desk, Person
from msat.services.file_names import checked_name, saved_name

SECONDS = 20
"""How long the child may read: a file that takes longer is one that a person looks through."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file is and what of it could not be read as text; nothing in the rest names a patient."""

    name: str
    data: bytes
    media_type: str
    unread: tuple[str, ...]

    @property
    def called(self) -> str:
        """What people call its kind."""
        return NAMES.get(self.media_type, "file")


def attach(
    desk: Desk,
    ref: str,
    content: Path | bytes,
    name: str,
    person: Person,
    action: str = "",
    note: str = "",
    looked: bool = False,
    happened: datetime | None = None,
) -> Changes:
    """Keeps a file (its path, or its bytes) as evidence for the alert, or for one action of it.

    `name` is what it is called; empty: as the path says. `looked`: the person has looked through what cannot be read
    as text and found no patient details. Raises Refused for a file that is missing, empty, too large, of no kind that
    is kept, kept here already, or that holds a patient identifier, and for an unreadable one without `looked`.
    """
    state = deeds.find(desk, ref)
    person = deeds.checked_person(person)
    note = deeds.checked_text(note, "note")
    code = find_action(state, action).code if action.strip() else ""
    done = deeds.checked_date(desk, happened)
    deeds.refuse_before_issue(state, done)
    found = examine(desk, content, name)
    _refuse_twice(state, found, code)
    if found.unread and not looked:
        raise Refused(
            f"“{found.name}” cannot be read whole as text: {'; '.join(found.unread)}.",
            "Look through it. If it holds no patient details, say so and attach it again.",
        )
    digest = desk.files.put(found.data)
    data = {
        "name": found.name,
        "sha256": digest,
        "size": len(found.data),
        "media_type": found.media_type,
        "action": code,
        "note": note,
        "looked": bool(found.unread),
        "unread": list(found.unread),
    }
    words = f"Kept {found.name} as evidence for {code + ' of ' if code else ''}{deeds.name_of(state)}."
    return deeds.record(desk, state, person, done, deeds.Deed(ATTACHED, data, words, files=(digest,)))


def examine(desk: Desk, content: Path | bytes, name: str = "") -> Examined:
    """What a file is and whether it can be kept; stores nothing. Raises Refused as `attach` does."""
    shown = checked_name(name or (content.name if isinstance(content, Path) else ""))
    data = _read(content, shown, most_bytes(desk))
    media_type, unread = _looked_into(data, shown)
    return Examined(shown, data, media_type, unread)


def most_bytes(desk: Desk) -> int:
    """The most bytes in a file of evidence, as the settings have it."""
    return int(settings.load(desk.places.settings)["evidence_megabytes"]) * 1_000_000


def find(state: AlertState, wanted: str) -> Evidence:
    """The evidence with this fingerprint, its unique beginning (six digits or more), or this name. Raises Refused."""
    asked = wanted.strip().lower()
    by_digest = [e for e in state.evidence if len(asked) >= 6 and e.sha256.startswith(asked)]
    found = by_digest or [e for e in state.evidence if e.name.casefold() == wanted.strip().casefold()]
    if len({e.sha256 for e in found}) != 1:
        has = ", ".join(f"{e.name} ({e.sha256[:12]})" for e in state.evidence) or "none"
        raise Refused(f"{deeds.name_of(state)} has no single evidence “{wanted[:64]}”.", f"It has: {has}.")
    return next((e for e in reversed(found) if not e.struck), found[-1])


def content(desk: Desk, ref: str, wanted: str) -> tuple[Evidence, bytes]:
    """Evidence and its bytes, compared with its fingerprint. Raises Refused when it is unknown, MsatError when the
    stored file is missing or differs."""
    one = find(deeds.find(desk, ref), wanted)
    data = desk.files.get(one.sha256)
    if data is None:
        raise MsatError(f"The stored file of “{one.name}” is missing.", "Run verify, and restore it from a backup.")
    if fingerprint(data) != one.sha256:
        raise MsatError(
            f"The stored file of “{one.name}” is no longer what was recorded.", "Run verify, and restore a backup."
        )
    return one, data


def save(desk: Desk, ref: str, wanted: str, target: Path) -> Path:
    """Writes evidence to `target`, a file or a folder, and returns the file. Never over another file.

    Raises as `content`, and Refused when the file is there already with other content or cannot be written.
    """
    one, data = content(desk, ref, wanted)
    path = target / saved_name(one.name, one.media_type) if target.is_dir() else target
    if not path.parent.is_dir():
        raise Refused(f"There is no folder “{path.parent}”.", "Make it, or choose another.")
    if path.exists():
        if path.is_file() and path.read_bytes() == data:
            return path
        raise Refused(f"“{path}” is there already, with other content.", "Choose another name.")
    from msat.services.export import write_whole  # brings the makers of PDFs with it: only when something is saved

    write_whole(path, data)
    return path


def _read(content: Path | bytes, name: str, most: int) -> bytes:
    size = len(content) if isinstance(content, bytes) else _size(content)
    if size == 0:
        raise Refused(f"“{name}” is empty.", "Choose another file.")
    if size > most:
        raise Refused(
            f"“{name}” has {size / 1_000_000:.1f} MB, more than the {most // 1_000_000} MB that are allowed.",
            "Make it smaller, or change the setting evidence_megabytes.",
        )
    if isinstance(content, bytes):
        return content
    try:
        with content.open("rb") as file:
            data = file.read(most + 1)
    except OSError as fault:
        why = fault.strerror or fault
        raise Refused(f"“{content}” cannot be read: {why}.", "Close it where it is open.") from fault
    if len(data) > most:
        raise Refused(f"“{name}” grew while it was read.", "Wait until it is whole, then attach it.")
    return data


def _size(path: Path) -> int:
    try:
        if not path.is_file():
            raise Refused(f"There is no file “{path}”.", "Check its name.")
        return path.stat().st_size
    except OSError as fault:
        raise Refused(f"“{path}” cannot be read: {fault.strerror or fault}.", "Check its name.") from fault


def _looked_into(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The media type and what could not be read. Raises Refused for a kind not kept and for a patient identifier."""
    kind = kind_of(data)
    if not kind:
        raise _not_kept(name, "it is no document, table, e-mail, text or picture")
    if kind in PICTURES:
        return kind, ("a picture",)
    try:
        said = documents.read_document("evidence", data, SECONDS)
    except Refused as refused:
        if kind == PACKED:  # what it is could not be told either
            raise _not_kept(name, "reading it took too long, or it is damaged") from refused
        return kind, (refused.explanation.partition(": ")[2].rstrip(".") or "it could not be read",)
    if not said["media_type"]:
        raise _not_kept(name, str(said["why"]))
    found = said["found"]
    if found:
        raise Refused(
            f"“{name}” seems to hold {found['what']} (“{found['words']}”), {_at(found['where'])}.",
            "MSAT keeps no patient data, and nothing of the file was stored: take it out, then attach it again.",
        )
    return str(said["media_type"]), tuple(str(one)[:200] for one in said["unread"][:20])


def _at(where: str) -> str:
    return f"in {where}" if where.startswith(("the ", "its ")) else f"at {where}"


def _not_kept(name: str, why: str) -> Refused:
    kept = "PDF, Word, Excel, text, e-mail, web page or picture"
    return Refused(f"“{name}” is not kept as evidence: {why}.", f"Attach a {kept}.")


def _refuse_twice(state: AlertState, found: Examined, code: str) -> None:
    digest = fingerprint(found.data)
    same = next((e for e in state.evidence if e.sha256 == digest and e.action == code and not e.struck), None)
    if same is not None:
        called = "" if same.name == found.name else f" as “{same.name}”"
        raise Refused(
            f"“{found.name}” is kept already{called}, by {same.deed.by}, entry {same.deed.seq}.", "Nothing needs doing."
        )


def is_office(media_type: str) -> bool:
    """Whether a file opens in an office program, which may run or fetch what lies in it: for a warning."""
    return media_type in OFFICE
