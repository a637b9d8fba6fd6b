"""What stands on the settings page beside the fields: whose record it is, ways to other pages, the folders, About."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFrame

from msat import __version__
from msat.gui.pieces import KeyButton, Text, Wrapping, breakable, column, copyable
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.places import Places

KIND_WORDS = spoken(
    {
        "gp-practice": later("GP practice"),
        "dispensing-practice": later("Dispensing GP practice"),
        "community-pharmacy": later("Community pharmacy"),
        "pcn": later("Primary care network (PCN)"),
        "committee": later("Commissioner or safety committee"),
    }
)
ABOUT = later(
    "MSAT is not an NHS product and is not endorsed by the NHS or the MHRA. It is free "
    "software under the MIT licence; the window uses Qt for Python under the LGPL, the "
    "typeface is Inter under the SIL Open Font License. Notices from GOV.UK are Crown "
    "copyright, used under the Open Government Licence v3.0."
)
NETWORK = later(
    "MSAT speaks to the addresses of its sources and to nothing else. It sends no data about you, your organisation or "
    "your patients. What is set here holds from the next check on."
)


class Part(QFrame):
    """A part of a section that is no setting; `words` is what a search looks through."""

    page_asked = Signal(str)

    def __init__(self, section: str, words: str) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self.section = section
        self.words = f"{tr(section)} {words}".lower()
        self.lines = column(self, gap="tight")

    def link(self, label: str, page: str, key: str = "") -> KeyButton:
        """A button that goes to another page."""
        made = KeyButton(label, lambda: self.page_asked.emit(page), key)
        self.lines.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        return made


class Ways(Part):
    """Sentences about what another page holds, each with the button that goes there."""

    def __init__(self, section: str, ways: tuple[tuple[str, str, str, str], ...]) -> None:
        super().__init__(section, " ".join(f"{head} {text} {label}" for head, text, label, _page in ways))
        self.lines.setSpacing(look().px("small"))
        self.buttons: dict[str, KeyButton] = {}
        for head, text, label, page in ways:
            said = Text(head, "body", strong=True)
            self.lines.addWidget(said)
            self.lines.addWidget(Text(text, "dense", "text_2"))
            self.buttons[page] = self.link(label, page)


class OrganisationPart(Part):
    """Whose record this is; written in its first entry for ever."""

    def __init__(self) -> None:
        super().__init__("Practice", tr("organisation name ods code kind record"))
        self._who = copyable(Text(tr("No record is open."), "body", strong=True))
        self._about = Text("", "dense", "text_2")
        self.lines.addWidget(self._who)
        self.lines.addWidget(self._about)

    def show_organisation(self, name: str, ods: str, kind: str) -> None:
        self._who.setText(f"{name}, {ods}")
        self._about.setText(
            tr(
                "{get}. This stands in the record's first entry for ever; for another organisation start "
                "a record in a folder of its own."
            ).format(get=KIND_WORDS.get(kind, kind))
        )


class FilesPart(Part):
    """Where everything lies, with a way to each folder."""

    def __init__(self, places: Places, tell: Callable[[str, str], object]) -> None:
        super().__init__("Records and backup", tr("files folder path back up record key settings log copy"))
        self._tell = tell
        self.lines.setSpacing(look().px("small"))
        about = tr("Back up the folder of the record. The key lies in it; without the key nothing more can be signed.")
        self.lines.addWidget(Text(about, "dense", "text_2"))
        self.buttons: list[KeyButton] = []
        for label, path in (
            (tr("Record, notices and key"), places.data),
            (tr("How far the record had come"), places.state),
            (tr("Settings"), places.config),
            (tr("What can be computed again"), places.cache),
        ):
            self._add(label, path)

    def _add(self, label: str, path: Path) -> None:
        self.lines.addWidget(Text(label, "body", strong=True))
        self.lines.addWidget(copyable(Text(breakable(str(path)), "dense", "text_2")))
        buttons = Wrapping(gap=6)
        opens = KeyButton(tr("Open"), lambda: self._open(path))
        opens.setAccessibleName(tr("Open the folder: {label}").format(label=label))
        copies = KeyButton(tr("Copy"), lambda: self._copy(path), icon="copy")
        copies.setAccessibleName(tr("Copy the path: {label}").format(label=label))
        for button in (opens, copies):
            buttons.addWidget(button)
            self.buttons.append(button)
        self.lines.addLayout(buttons)

    def _open(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._tell(tr("The folder could not be opened here: {path}").format(path=path), "amber")

    def _copy(self, path: Path) -> None:
        QGuiApplication.clipboard().setText(str(path))
        self._tell(tr("Copied: {path}").format(path=path), "green")


class AboutPart(Part):
    """The version and whose product this is not."""

    def __init__(self) -> None:
        super().__init__("About", tr("version licence") + " " + tr(ABOUT))
        name = tr("MSAT {version__}, the Medicines Safety Alert Tracker").format(version__=__version__)
        self.lines.addWidget(copyable(Text(name, "body", strong=True)))
        self.lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
