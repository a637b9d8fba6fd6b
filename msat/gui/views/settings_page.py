"""The settings: everything that `msat/settings.py` declares, in its sections, with a search box on top.

A change holds at once; there is no button to apply. What is wrong is said at its field. Beside the settings stand the
ways to what has a page of its own: sources, people, rules, practices.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from msat.gui.pieces import KeyButton, Text, Wrapping, card, column
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, said, spoken, tr
from msat.gui.views.keys_field import KeysField, field_of
from msat.gui.views.network_part import NetworkPart, certificate_trouble
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.page import Page
from msat.gui.views.settings_cards import AboutPart, FilesPart, OrganisationPart, Part, Ways
from msat.gui.views.settings_field import SettingField
from msat.settings import SECTIONS, SETTINGS

PEOPLE_WAYS = spoken(
    (
        (
            later("Who is away"),
            later("Absences with a deputy: what is theirs follows the deputy meanwhile."),
            later("People away"),
            "people",
        ),
    )
)
PRACTICE_WAYS = spoken(
    (
        (
            later("Days when the site is shut"),
            later(
                "Bank holidays come from the nation. Days of your own, and the places where you keep "
                "medicines, stand here."
            ),
            later("Shut days and places"),
            "people",
        ),
    )
)
AREA_WAYS = spoken(
    (
        (
            later("Practices of your area"),
            later("The national lists, and which practices of them are yours."),
            later("Practices and area"),
            "practices",
        ),
    )
)
SOURCE_WAYS = spoken(
    (
        (
            later("Where notices come from"),
            later("Turn sources on and off, test them, add your own."),
            later("Sources"),
            "sources",
        ),
    )
)
RULE_WAYS = spoken(
    (
        (
            later("Priority rules"),
            later(
                "What each notice asks of each kind of organisation, and your own changes to it: tried "
                "on the last twelve months before they hold, recorded with a reason, and always beside "
                "the shipped text."
            ),
            later("Rules and local changes"),
            "tailoring",
        ),
        (
            later("Review list"),
            later("Notices that no rule covers, or that could not be read surely: a person decides each."),
            later("Review list"),
            "review",
        ),
    )
)
RECORD_WAYS = spoken(
    (
        (
            later("Check the record"),
            later("A numbered proof that nothing was altered, and the exports."),
            later("Records"),
            "records",
        ),
    )
)


NEWSLETTER_WAYS = spoken(
    (
        (
            later("Newsletter"),
            later(
                "Its house style is chosen above the preview of an issue, and copied there to be changed. Title, "
                "introduction and readers belong to each issue: “Title and readers”, F2."
            ),
            later("To the newsletter"),
            "newsletter",
        ),
    )
)


class SettingsPage(Page):
    """`page_asked` carries the name of another page of the window."""

    page_asked = Signal(str)

    def __init__(self, session: Session, notices: NoticeBar, pages: frozenset[str]) -> None:
        super().__init__(tr("Settings"), tr("A change holds at once."))
        self.session, self.notices = session, notices
        self.fields: dict[str, SettingField] = {}
        self.sections: dict[str, QFrame] = {}
        self.parts: list[Part] = []
        self._inside: dict[str, list[SettingField | Part]] = {}
        self._add_top()
        self.trouble = Notice("amber", "")
        self.trouble.hide()
        self.lines.addWidget(self.trouble)
        self.nothing = Text("", "body", "text_2")
        self.nothing.hide()
        self.lines.addWidget(self.nothing)
        self.organisation = OrganisationPart()
        self._build(pages)
        self.lines.addStretch(1)
        self.chain()
        session.settings.changed.connect(self._follow)
        session.opened.connect(self._opened)
        self._opened()

    # Building

    def _add_top(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search the settings"))
        self.search.setAccessibleName(tr("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(look().px(460))
        look().dress(self.search, "body")
        self.search.textChanged.connect(self.filter)
        self.search.returnPressed.connect(self._to_first)
        self.lines.addWidget(self.search)
        self.jumps = Wrapping(gap=4)
        self.lines.addLayout(self.jumps)

    def _build(self, pages: frozenset[str]) -> None:
        area = AREA_WAYS if "practices" in pages else ()
        beside: dict[str, list[Part]] = {
            "Practice": [self.organisation],
            "Records and backup": [FilesPart(self.session.places, self.notices.tell)],
            "Network": [NetworkPart(self.session)],
            "About": [AboutPart()],
        }
        for section, ways in (
            ("Practice", (*PRACTICE_WAYS, *area)),
            ("People", PEOPLE_WAYS),
            ("Sources", SOURCE_WAYS),
            ("Priority rules", RULE_WAYS),
            ("Appearance", NEWSLETTER_WAYS),
            ("Records and backup", RECORD_WAYS),
        ):
            known = tuple(way for way in ways if way[3] in pages)
            if known:
                beside.setdefault(section, []).append(Ways(section, known))
        for section in (*SECTIONS, "About"):
            declared = [setting for setting in SETTINGS if setting.section == section]
            if declared or beside.get(section):
                self._add_section(section, declared, beside.get(section, []))

    def _add_section(self, section: str, declared: list, parts: list[Part]) -> None:
        frame = card()
        lines = column(frame, margins="large", gap="large")
        lines.addWidget(Text(tr(section), "section"))
        inside: list[SettingField | Part] = []
        first, rest = (parts[:1], parts[1:]) if section == "Practice" else ([], parts)
        for part in first:
            inside.append(part)
        for setting in declared:
            field = field_of(setting, self.session.settings)
            if isinstance(field, KeysField):
                field.page_asked.connect(self.page_asked)
            field.applied.connect(self._applied)
            self.fields[setting.key] = field
            inside.append(field)
        inside += rest
        for one in inside:
            lines.addWidget(one)
            if isinstance(one, Part):
                one.page_asked.connect(self.page_asked)
                self.parts.append(one)
        self.sections[section] = frame
        self._inside[section] = inside
        jump = KeyButton(tr(section), lambda: self.jump(section), kind="quiet")
        jump.setAccessibleName(tr("Go to {section}").format(section=tr(section)))
        self.jumps.addWidget(jump)
        self.lines.addWidget(frame)

    # Showing

    def shown(self) -> None:
        """Called whenever the page is gone to."""
        self.session.settings.read()
        self._say_trouble()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.selectAll()

    def _opened(self) -> None:
        if self.session.desk is not None:
            own = self.session.desk.record.organisation
            self.organisation.show_organisation(own.name, own.ods, own.kind)

    def _say_trouble(self) -> None:
        trouble = self.session.settings.trouble
        self.trouble.setVisible(trouble is not None)
        if trouble is not None:
            self.trouble.say("amber", tr("The settings could not be read."), str(trouble))

    def filter(self, text: str) -> None:
        """Shows what holds every word of `text`; a section without any goes."""
        wanted = text.lower().split()
        found = False
        for section, inside in self._inside.items():
            hits = [one for one in inside if all(word in one.words for word in wanted)]
            for one in inside:
                one.setVisible(one in hits)
            self.sections[section].setVisible(bool(hits))
            found = found or bool(hits)
        self.nothing.say(
            "" if found else tr("No setting matches “{text}”. Clear the search to see all.").format(text=text.strip())
        )

    def _to_first(self) -> None:
        """Enter in the search goes to the first field that is left."""
        for inside in self._inside.values():
            for one in inside:
                if isinstance(one, SettingField) and one.isVisible():
                    one.editor.setFocus(Qt.FocusReason.TabFocusReason)
                    self.scroll.ensureWidgetVisible(one)
                    return

    def jump(self, section: str) -> None:
        """Scrolls to a section and gives its first field the focus."""
        self.search.clear()
        frame = self.sections[section]
        self.scroll.verticalScrollBar().setValue(frame.y() - look().px("medium"))
        following = frame.nextInFocusChain()
        while following is not frame and not (
            frame.isAncestorOf(following)
            and following.focusPolicy() & Qt.FocusPolicy.TabFocus
            and following.isVisible()
        ):
            following = following.nextInFocusChain()
        if following is not frame:
            following.setFocus(Qt.FocusReason.TabFocusReason)

    def open_section(self, section: str) -> None:
        """For other pages: goes straight to a section."""
        self.jump(section)

    # Following

    def _applied(self, key: str, words: str) -> None:
        self.notices.tell(words, "green")
        self._say_trouble()
        if self.fields[key].setting.is_file and (path := self.session.settings.text(key)):
            self.session.runner.read(
                lambda: certificate_trouble(path), self._tried_certificates, self.session.tell, self
            )
        folder = self.session.settings.text(key) if self.fields[key].setting.is_folder else ""
        if folder:
            # Aside: a disk that is not there can take its time to say so.
            self.session.read(
                lambda _desk: Path(folder).expanduser().is_dir(), lambda there: self._found(folder, there), self
            )

    def _found(self, folder: str, is_there: bool) -> None:
        if not is_there:
            words = tr("The folder {folder} is not there, so no backup is made. Connect its disk, or choose another.")
            self.notices.tell(words.format(folder=folder), "amber")

    def _tried_certificates(self, trouble: str) -> None:
        if trouble:
            self.notices.tell(said(trouble), "amber")

    def _follow(self, key: str) -> None:
        field = self.fields.get(key)
        if field is not None:
            field.show_value(self.session.settings.value(key))
