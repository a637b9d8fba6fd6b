"""Somebody said that they kept a recovery key: the note that nobody is known to have it goes. A small write, aside."""

from __future__ import annotations

from PySide6.QtCore import QObject

from msat.gui.session import Session


def key_kept(session: Session, printed: str, owner: QObject) -> None:
    """Takes the note away on the writer's thread, before whatever is written next."""
    places = session.places

    def work() -> None:
        from msat.bootstrap import recovery_key_told

        recovery_key_told(places, printed)

    session.runner.write(work, lambda _none: None, session.tell, owner)
