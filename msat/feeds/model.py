"""What comes in from the outside world, before anybody has read it. Plain values; imports nothing of feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from msat.ids import Sha256, SourceId, fingerprint


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """What the publisher says it changed, and when (UTC)."""

    note: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The publisher's own stamp on a notice that no longer stands."""

    explanation: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One notice as one source published it at one time.

    `path` is its identity within the source and survives a changed GUID. `html` is sanitised. `raw` is exactly what was
    received. Times are UTC; `issued` is the publisher's own date, which may differ from the day of publication.
    """

    source: SourceId
    path: str
    url: str
    title: str
    html: str
    raw: bytes
    published: datetime | None = None
    issued: date | None = None
    alert_type: str | None = None
    specialisms: tuple[str, ...] = ()
    description: str = ""
    content_id: str | None = None
    withdrawn: Withdrawal | None = None
    changes: tuple[ChangeNote, ...] = ()
    not_read: str = ""
    """One sentence when `html` could not be kept whole (absurdly long or deep); the alert must then say so."""
    nation: str = ""
    """The source's nation as the catalogue gives it ("uk", "eu", "us", "world"); empty counts as the United Kingdom
    unless the address says otherwise. What comes from abroad is never read as an MHRA class or family."""

    def content(self) -> dict[str, object]:
        """What makes one version differ from another: everything said, nothing of when it was fetched.

        Plain values fit for canonical JSON. Republishing the same words is not a new version.
        """
        return {
            "title": self.title,
            "html": self.html,
            "issued": self.issued.isoformat() if self.issued else None,
            "alert_type": self.alert_type,
            "specialisms": list(self.specialisms),
            "description": self.description,
            "withdrawn": self.withdrawn.explanation if self.withdrawn else None,
            "changes": [note.note for note in self.changes],
        }

    def content_sha256(self) -> Sha256:
        """The fingerprint of `content`, by which a refresh tells a change from a repetition."""
        from msat import canonical

        return fingerprint(canonical.dumps(self.content()))


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server wants to hear back so that it can answer "not modified"."""

    etag: str | None = None
    last_modified: str | None = None
    body: Sha256 | None = None
    """SHA-256 of the body they came with: servers that ignore validators are still recognised as unchanged."""
