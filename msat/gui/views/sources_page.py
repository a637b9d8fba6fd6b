"""Every source: on or off, when it was last reached, how it is doing in words; and the numbers that are missing.

Nothing contacts a source that is off, unless a person asks for a test of it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QFrame, QLineEdit, QWidget

from msat.errors import MsatError
from msat.gui import source_deeds, source_words, words
from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty
from msat.gui.saving import ask_where
from msat.gui.session import Session
from msat.gui.source_deeds import Change, Changed
from msat.gui.source_words import Health
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.gaps_card import GapsCard
from msat.gui.views.notices import NoticeBar
from msat.gui.views.page import Page
from msat.gui.views.source_card import SourceCard, reached

if TYPE_CHECKING:
    from msat.feeds.catalogue import Source
    from msat.services.try_source import Tried

NATIONS = spoken(
    (
        ("uk", later("United Kingdom")),
        ("eu", later("European Union")),
        ("us", later("United States")),
        ("world", later("Elsewhere")),
    )
)
KINDS = later("Sources (*.toml);;All files (*)")


class SourcesPage(Page):
    """`check_asked` asks for a refresh; `changed` says that the sources are others now."""

    check_asked = Signal()
    changed = Signal()

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__(
            tr("Sources"),
            tr(
                "Where notices come from. A source that fails is shown as failed; it never looks like one with "
                "nothing new. They are checked while this window is open; when it is closed, checking ends."
            ),
        )
        self.session, self.notices = session, notices
        self._tried: dict[str, Tried | str] = {}
        self._typed: dict[str, str] = {}
        self._shown: object = None
        self._sources: list[Health] = []
        self.cards: dict[str, SourceCard] = {}
        self.going_to = ""
        """A source that was just added: the focus goes to its card, where it can be tested."""
        self.lines.addLayout(self._buttons())
        self.form = NewSourceForm(self)
        self.lines.addWidget(self.form)
        self.gaps = GapsCard(session)
        self.list, self.off_list = column(gap="small"), column(gap="small")
        self.lines.addLayout(self.list)
        self.lines.addWidget(self.gaps)
        self.lines.addLayout(self.off_list)
        self.lines.addStretch(1)

    def _buttons(self) -> Wrapping:
        line = Wrapping(gap=8)
        self.check = KeyButton(tr("Check now"), self.check_asked.emit, "F5", "primary", "refresh")
        self.new = KeyButton(tr("Add a source"), lambda: self.form.open())
        self.share = KeyButton(tr("Share your own as a file"), self._share)
        self.take = KeyButton(tr("Take from a file"), self._take)
        for button in (self.check, self.new, self.share, self.take):
            line.addWidget(button)
        return line

    def shown(self) -> None:
        self.gaps.reload()
        self.check.setFocus()

    # Showing

    def show_sources(self, sources: list[Health], now: datetime) -> None:
        """Brings the page up to date; redraws only what would look different, and keeps the focus where it was."""
        self._sources = sources
        shown = [(s, s.state(now), reached(s, now), self._tried.get(s.id), s.id in self._typed) for s in sources]
        if shown == self._shown:
            return
        self._shown = shown
        held = (self.going_to, "test") if self.going_to in {source.id for source in sources} else self._focus()
        if held[0] == self.going_to:
            self.going_to = ""
        empty(self.list)
        empty(self.off_list)
        self.cards = {}
        catalogue = {s.id: s for s in self.session.desk.knowledge.sources} if self.session.desk else {}
        own = source_deeds.own_ids(self.session.desk) if self.session.desk else frozenset()
        on = source_words.worst_first([source for source in sources if source.enabled], now)
        off = [source for source in sources if not source.enabled]
        for place, title, some in (
            (self.list, tr("Read here: {tally}").format(tally=source_words.tally(on, now)), on),
            (
                self.off_list,
                tr("Off, nothing is asked of these: {sources}").format(sources=words.count_words(len(off), "source")),
                off,
            ),
        ):
            if some:
                place.addWidget(Text(title, "section"))
            for source in some:
                place.addWidget(self._card(source, now, catalogue.get(source.id), source.id in own))
        if not sources:
            self.list.addWidget(Text(tr("No source is known yet."), "body", "text_2"))
        self.chain()
        self._refocus(*held)

    def _card(self, source: Health, now: datetime, known: Source | None, own: bool) -> SourceCard:
        made = SourceCard(source, now, known, self._tried.get(source.id), own, self._typed.get(source.id))
        made.asked.connect(self._asked)
        made.moved.connect(self.move_source)
        made.typed.connect(self._typed.__setitem__)
        self.cards[source.id] = made
        return made

    def _focus(self) -> tuple[str, str]:
        """(source, button) that has the focus."""
        focus = self.focusWidget()
        for source_id, made in self.cards.items():
            for what, button in getattr(made, "buttons", {}).items():
                if button is focus and button.hasFocus():
                    return source_id, what
        return "", ""

    def _refocus(self, source_id: str, what: str) -> None:
        made = self.cards.get(source_id)
        if made is not None:
            other = {"enable": "disable", "disable": "enable", "hide": "test", "close": "address"}.get(what, what)
            button = made.buttons.get(what) or made.buttons.get(other)
            if button is not None:
                button.setFocus()

    def _again(self) -> None:
        self.show_sources(self._sources, self.session.now())

    # Doing

    def _asked(self, source_id: str, what: str) -> None:
        if what in ("enable", "disable"):
            self.change(source_deeds.enable(source_id, what == "enable"))
        elif what == "remove":
            self.change(source_deeds.remove(source_id))
        elif what in ("hide", "close"):
            (self._tried if what == "hide" else self._typed).pop(source_id, None)
            self._again()
        elif what == "address":
            self._typed.setdefault(source_id, "")
            self._again()
            self.cards[source_id].address.setFocus()
        else:
            self.test(source_id)

    def bring_up(self, said: QWidget) -> None:
        """A refusal into sight, once it has its height: on a small window it would stand below the foot."""
        QTimer.singleShot(0, said, lambda: self.scroll.ensureWidgetVisible(said, 0, look().px("large")))

    def move_source(self, source_id: str, address: str) -> None:
        """Reads a source at another address from now on; a refusal is shown and what was typed stays."""

        def moved() -> None:
            self._typed.pop(source_id, None)

        def refused(error: MsatError) -> None:
            said = self.cards[source_id].refused
            said.say(f"{error.explanation} {error.next_step}".strip())
            self.bring_up(said)

        self.change(source_deeds.set_address(source_id, address), moved, refused)

    def change(self, change: Change, done=None, failed=None) -> None:
        """Changes the sources of this profile; the desk goes on with them at once."""

        def changed(result: Changed) -> None:
            source_deeds.take_up(self.session, result.sources)
            self.notices.tell(result.words, "green")
            if done is not None:
                done()
            self.changed.emit()

        self.session.run(change, self, changed, failed)

    def test(self, source_id: str) -> None:
        """Reads a source once because a person asks; nothing is recorded."""
        self._tried[source_id] = tr("Reading the source. Nothing is recorded.")
        self._again()

        def tried(result: Tried) -> None:
            self._tried[source_id] = result
            self._again()

        def failed(error: MsatError) -> None:
            self._tried.pop(source_id, None)
            self._again()
            self.notices.warn(error)

        self.session.run(source_deeds.trial(source_id), self, tried, failed, long=True)

    def _share(self) -> None:
        path = ask_where(self, tr("Share your own sources"), "msat sources.toml", tr(KINDS), self.session)
        if path is not None:
            self.session.run(source_deeds.share(path), self, lambda said: self.notices.tell(said, "green"))

    def _take(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, tr("Take sources from a file"), "", tr(KINDS))
        if name:
            self.change(source_deeds.take_shared(Path(name)))


class NewSourceForm(QFrame):
    """A source of the organisation's own: what it is called, where it is, and whose notices they are."""

    def __init__(self, page: SourcesPage) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._page = page
        lines = column(self, margins="large", gap="small")
        lines.addWidget(Text(tr("A source of your own"), "section"))
        about = tr("A feed (RSS, Atom or JSON Feed). It is read once it is added; test it to see what it brings.")
        lines.addWidget(Text(about, "dense", "text_2"))
        self.name, self.address, self.nation = QLineEdit(), QLineEdit(), QComboBox()
        for code, label in NATIONS:
            self.nation.addItem(label, code)
        for label, editor in (
            (tr("Name"), self.name),
            (tr("Address of the feed"), self.address),
            (tr("Nation"), self.nation),
        ):
            editor.setAccessibleName(label)
            look().dress(editor, "body")
            caption = Text(label, "meta", "text_2")
            caption.setBuddy(editor)
            lines.addWidget(caption)
            lines.addWidget(editor)
        self.address.setPlaceholderText("https://")
        self.address.returnPressed.connect(self.save)
        self.red = QCheckBox(tr("It can carry urgent alerts"))
        look().dress(self.red, "body")
        lines.addWidget(self.red)
        flagged = tr("Then every list says so once it was not reached for 24 hours.")
        lines.addWidget(Text(flagged, "dense", "text_2"))
        self.refused = Text("", "body", "red_text")
        self.refused.hide()
        lines.addWidget(self.refused)
        buttons = Wrapping(gap=8)
        self.add = KeyButton(tr("Add the source"), self.save, kind="primary")
        buttons.addWidget(self.add)
        buttons.addWidget(KeyButton(tr("Close"), self.hide, kind="quiet"))
        lines.addLayout(buttons)
        self.hide()

    def open(self) -> None:
        """Shows the form."""
        self.show()
        self.name.setFocus()

    def save(self) -> None:
        """Adds it; a refusal is shown and what was typed stays."""

        name = self.name.text()

        def added() -> None:
            self._page.going_to = source_deeds.id_of(name)
            for editor in (self.name, self.address):
                editor.clear()
            self.red.setChecked(False)
            self.hide()

        def refused(error: MsatError) -> None:
            self.refused.say(f"{error.explanation} {error.next_step}".strip())
            self._page.bring_up(self.refused)

        self.refused.hide()
        nation, urgent = self.nation.currentData(), self.red.isChecked()
        made = source_deeds.add(self.name.text(), self.address.text(), nation, urgent)
        self._page.change(made, added, refused)
