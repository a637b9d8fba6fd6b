"""What stands on the settings page under Network beside its settings: what MSAT speaks to, and what can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from msat.errors import MsatError
from msat.gui.pieces import KeyButton, Text, column, empty, row, tag
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, said, tr
from msat.gui.views.settings_cards import NETWORK, Part
from msat.settings import SETTINGS

if TYPE_CHECKING:
    from msat.services.desk import Desk
    from msat.services.reach import Reached

KEYS = frozenset(one.key for one in SETTINGS if one.section == "Network")


def reach_all(desk: Desk) -> list[Reached]:
    """Asks every site; in the background."""
    from msat.services.reach import reach

    return reach(desk)


def certificate_trouble(path: str) -> str:
    """What is wrong with a file of certificates; in the background, for a disk can take its time."""
    from msat.services.open_web import certificate_trouble as trouble

    return trouble(path)


class NetworkPart(Part):
    """A button, and a sentence for each site. `reach` is replaced in tests."""

    def __init__(self, session: Session, reach: Any = reach_all) -> None:
        found_by = tr("proxy certificate offline reached check sites connection")
        super().__init__(later("Network"), f"{found_by} {tr(NETWORK)}")
        self._session, self.reach = session, reach
        self.is_running = False
        self.lines.setSpacing(look().px("small"))
        self.lines.addWidget(Text(tr(NETWORK), "dense", "text_2"))
        self.button = KeyButton(tr("Check what can be reached"), self.check)
        self.lines.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.outcome = Text("", "body")
        self.outcome.hide()
        self.lines.addWidget(self.outcome)
        self.sites = column(gap="small")
        self.lines.addLayout(self.sites)
        session.settings.changed.connect(self._changed)

    def check(self) -> None:
        """Asks the site of every source that is on, once; reads no notice. While it does, a second press does nothing.
        """
        if self.is_running:
            return
        if self._session.desk is None:
            self._say(tr("No record is open, so there are no sources to try."))
            return
        empty(self.sites)
        self._say(tr("Trying each site. This can take as long as a site may take for an answer."))
        self.is_running = True
        self._session.run(self.reach, self, self._show, self._failed, long=True, beside=True)

    def _show(self, found: list[Reached]) -> None:
        self.is_running = False
        reached = sum(one.ok for one in found)
        if not found:
            self._say(tr("No source is on, so there is nothing to reach."))
            return
        self._say(tr("{reached} of {all} sites were reached.").format(reached=reached, all=len(found)))
        empty(self.sites)
        for one in found:
            line = row(gap="medium")
            word = (tr("Reached"), "green") if one.ok else (tr("Not reached"), "red")
            line.addWidget(tag(*word), 0, Qt.AlignmentFlag.AlignTop)
            texts = column(gap=2)
            texts.addWidget(Text(said(one.words), "body"))
            texts.addWidget(Text(", ".join(one.sources), "dense", "text_2"))
            line.addLayout(texts, 1)
            self.sites.addLayout(line)

    def _failed(self, error: MsatError) -> None:
        self.is_running = False
        self._say(said(str(error)))

    def _changed(self, key: str) -> None:
        """What was found before was found another way."""
        if key in KEYS and not self.is_running:
            empty(self.sites)
            self._say("")

    def _say(self, words: str) -> None:
        self.outcome.say(words)
