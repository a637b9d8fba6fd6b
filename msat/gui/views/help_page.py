"""Help: one short page for each page of the window, and About with the licences. Its text is the program's own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton

from msat import __version__, shipped
from msat.gui import licences
from msat.gui.letters import letters
from msat.gui.models.tables import TextTable
from msat.gui.pieces import Text, Wrapping
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.help_text import HelpText
from msat.gui.views.page import Page
from msat.gui.views.wrapped_table import WrappedTable
from msat.letter_keys import in_text

TOPICS = spoken(
    {
        "start": later("Begin here"),
        "first": later("The first start"),
        "worklist": later("Worklist and Alerts"),
        "alert": later("One alert"),
        "review": later("Review list"),
        "batch": later("Batch check"),
        "oversight": later("Oversight"),
        "sources": later("Sources"),
        "add": later("Add a notice"),
        "records": later("Records"),
        "newsletter": later("Newsletter"),
        "print": later("Printing"),
        "settings": later("Settings"),
        "about": later("About and licences"),
    }
)
OF_PAGE = {
    "alerts": "worklist",
    "lists": "worklist",
    "watched": "worklist",
    "people": "settings",
    "tailoring": "settings",
    "practices": "settings",
    "keys": "start",
}
"""The topic of a page that has none of its own name."""


def topic_of(page: str) -> str:
    """The topic that explains a page of the window."""
    name = OF_PAGE.get(page, page)
    return name if name in TOPICS else "start"


class HelpPage(Page):
    """`page_asked` carries the name of a page of the window."""

    page_asked = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Help"))
        self.session = session
        line = Wrapping(gap=6)
        self.buttons: dict[str, QPushButton] = {}
        for name, words in TOPICS.items():
            self.buttons[name] = self._button(name, words)
            line.addWidget(self.buttons[name])
        self.lines.addLayout(line)
        self.text = HelpText()
        self.text.setAccessibleName(tr("Help"))
        self.lines.addWidget(self.text)
        self.version = Text("", "dense", "text_2")
        self.lines.addWidget(self.version)
        self._packages = TextTable((tr("Package"), tr("Version"), tr("Licence")), self)
        self.table = WrappedTable(tr("Packages and their licences"), self._packages, most_rows=200)
        self.table.hide()
        self.lines.addWidget(self.table)
        self.lines.addStretch(1)
        self.topic = ""
        self.back: Callable[[], None] | None = None
        look().changed.connect(self._show_again)
        letters().changed.connect(self._show_again)
        self.show_topic("start")

    def shown(self) -> None:
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the page that F1 was pressed on."""
        if event.key() == Qt.Key.Key_Escape and not event.modifiers() and self.back is not None:
            back, self.back = self.back, None
            back()
        else:
            super().keyPressEvent(event)

    def _show_again(self) -> None:
        self.show_topic(self.topic or "start")

    def show_topic(self, name: str) -> None:
        """Shows the page called `name`, the first one when there is none of that name."""
        self.topic = name if name in TOPICS else "start"
        for known, button in self.buttons.items():
            button.setChecked(known == self.topic)
        look().dress(self.text, "body")
        self.text.show_markdown(in_text(shipped.text(f"resources/help/{self.topic}.md"), letters().keys))
        is_about = self.topic == "about"
        self.version.say(
            tr("MSAT {version__}. The packages below belong to others.").format(version__=__version__)
            if is_about
            else ""
        )
        self.table.setVisible(is_about)
        if is_about:
            found = licences.packages()
            self._packages.set_rows([(one.name, one.version, one.licence) for one in found])
            if not found:
                self.version.say(
                    tr("MSAT {version__}. The list of packages came without this installation.").format(
                        version__=__version__
                    )
                )
        self.scroll.verticalScrollBar().setValue(0)

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setProperty("kind", "chip")
        button.setAccessibleName(tr("Help: {words}").format(words=words))
        button.setMinimumHeight(look().px("target"))
        look().dress(button, "dense")
        button.clicked.connect(lambda _on: self.show_topic(name))
        return button
