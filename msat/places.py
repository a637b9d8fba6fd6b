"""Where things lie on this computer. `--profile DIR` or `MSAT_HOME` moves every one of them.

Makes no folder until asked; reads no file.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one profile."""

    data: Path
    """The record, the files it names, the organisation's own rules: what must be backed up."""
    state: Path
    """The high-water mark, the log of the program, the window's places: kept outside the data on purpose."""
    cache: Path
    """Views, snapshots: disposable."""
    config: Path
    """settings.toml."""

    @property
    def record(self) -> Path:
        return self.data / "record.db"

    @property
    def has_record(self) -> bool:
        """Whether this profile has a record, or had one: a high-water mark without a record is an incident."""
        return any(one.exists() for one in (self.record, self.high_water_mark, self.database, self.own_log_copy))

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def keys_lock(self) -> Path:
        """Held by the one process that changes or moves a key; empty."""
        return self.state / "keys.lock"

    @property
    def key_place(self) -> Path:
        """Where the signing key of this profile is kept: the credential store or a file. Holds no key itself."""
        return self.config / "key-place.json"

    @property
    def database(self) -> Path:
        """The address of the shared database that holds the record, without its password; absent for a file."""
        return self.config / "database.txt"

    @property
    def database_password(self) -> Path:
        return self.keys / "database.password"

    @property
    def own_log_copy(self) -> Path:
        """What of the own log a shared database has acknowledged, kept here as well."""
        return self.data / "own-log.db"

    @property
    def views(self) -> Path:
        return self.cache / "views.db"

    @property
    def board(self) -> Path:
        """The board of organisations and alerts: disposable."""
        return self.cache / "board.db"

    @property
    def drafts(self) -> Path:
        return self.data / "drafts.json"

    @property
    def held_deeds(self) -> Path:
        """Deeds that wait a moment before they are recorded; never in a backup, or what is put back did them twice."""
        return self.state / "not-recorded-yet.json"

    @property
    def marks(self) -> Path:
        """Stars, snoozes and what is read: personal, and no part of the record."""
        return self.data / "marks.json"

    @property
    def newsletters(self) -> Path:
        """Issues of newsletters while they are written, a file each; nothing of them is recorded before it is sent."""
        return self.data / "newsletters"

    @property
    def newsletter_templates(self) -> Path:
        """The organisation's own templates and house style of newsletters, used when the folder is there."""
        return self.data / "newsletter-templates"

    @property
    def local(self) -> Path:
        """The organisation's own rules while they are drafted; once adopted they are files of the record."""
        return self.data / "local"

    @property
    def log(self) -> Path:
        """What the program notes of its own doings; nothing of the record."""
        return self.state / "msat.log"

    @property
    def window_open(self) -> Path:
        """Says that a window is open, or that the last one was not closed."""
        return self.state / "window-open"

    @property
    def high_water_mark(self) -> Path:
        return self.state / "high-water-mark.json"

    @property
    def seen_heads(self) -> Path:
        """Signed heads of the own log that others were seen to hold: what the record may never be shorter than."""
        return self.state / "seen-heads"

    @property
    def sent_returns(self) -> Path:
        """Which returns were written and what of them nobody has receipted yet."""
        return self.state / "sent-returns.json"

    @property
    def quarantine(self) -> Path:
        """Genuine returns of logs that are not enrolled yet, under their SHA-256."""
        return self.data / "quarantine"

    @property
    def erasing(self) -> Path:
        """Says that bodies are being erased, until record, views and drafts are rid of them."""
        return self.state / "erasing.json"

    @property
    def erasing_lock(self) -> Path:
        """Held by the one process that is erasing; empty."""
        return self.state / "erasing.lock"

    @property
    def deciding_lock(self) -> Path:
        """Held by the one process that looks whether something is still to be done, and records it; empty."""
        return self.state / "deciding.lock"

    @property
    def backups(self) -> Path:
        """Where backups go unless the settings name another folder."""
        return self.data.parent / "backups"

    @property
    def restored(self) -> Path:
        """Says that the record came from a backup which may not be its newest state, so that nothing is added to it."""
        return self.state / "restored.json"

    @property
    def recovery_note(self) -> Path:
        """Says that a new recovery key came into force, until a person was shown it. Holds no key."""
        return self.state / "recovery-key-not-shown.json"

    @property
    def settings(self) -> Path:
        return self.config / "settings.toml"

    @property
    def sources(self) -> Path:
        """The organisation's own sources, laid over the shipped ones; absent where there are none."""
        return self.config / "sources.toml"

    @property
    def retention(self) -> Path:
        """The organisation's own retention periods, laid over the shipped ones; absent where there are none."""
        return self.config / "retention.toml"

    @property
    def dmd(self) -> Path:
        """The files of dm+d that were imported."""
        return self.data / "dmd"

    @property
    def days(self) -> Path:
        """Bank holidays added by hand, and days on which this site is shut or open out of turn."""
        return self.config / "days.toml"

    @property
    def medicines(self) -> Path:
        """The names of the medicines and devices of this site (`services.own_medicines`)."""
        return self.config / "medicines.toml"

    def make(self) -> None:
        """Makes the folders, readable by this user only where the system knows such a thing."""
        own = (self.data, self.state, self.cache, self.config)
        for place in (*(place.parent for place in own), *own):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)


def places(profile: Path | None = None) -> Places:
    """The folders of the profile at `profile`, else of `MSAT_HOME`, else this user's own."""
    home = profile or (Path(os.environ["MSAT_HOME"]) if os.environ.get("MSAT_HOME") else None)
    if home is not None:
        home = home.expanduser().absolute()
        return Places(home / "data", home / "state", home / "cache", home / "config")
    dirs = platformdirs.PlatformDirs("MSAT", appauthor=False, roaming=False)
    return Places(
        Path(dirs.user_data_dir) / "data",
        Path(dirs.user_state_dir) / "state",
        Path(dirs.user_cache_dir) / "cache",
        Path(dirs.user_config_dir) / "config",
    )
