"""The list of medicines and devices that this site uses or watches: names to add, to take out, and what each brings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from msat.errors import MsatError
from msat.gui import own_medicines
from msat.gui.own_medicines import OwnMedicines
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, row
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import said, tr
from msat.gui.views.notices import NoticeBar
from msat.gui.views.page import Page
from msat.gui.views.sample_picture import SamplePicture
from msat.gui.words import count_words


class MedicinesPage(Page):
    """`back_asked` asks for the view My medicines, `changed` says that the list is another."""

    back_asked = Signal()
    changed = Signal()

    def __init__(self, session: Session, notices: NoticeBar, known: Callable[[], OwnMedicines]) -> None:
        super().__init__(
            tr("Your medicines and devices"),
            tr(
                "Open alerts that name one of these stand in My medicines, with the words that name it. It is a view "
                "and nothing more: no priority and no time limit follows from it, nothing is recorded, and the "
                "worklist shows every alert as before. The list is kept on this computer."
            ),
        )
        self.session, self.notices, self._known = session, notices, known
        self.buttons: dict[str, KeyButton] = {}
        self._shown: tuple[list[tuple[str, int]], object] | None = None
        self.back = KeyButton(tr("My medicines"), self.back_asked.emit, kind="quiet", icon="back")
        self.lines.insertWidget(0, self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self._build()
        self.show_medicines()

    def _build(self) -> None:
        frame = card()
        lines = column(frame, margins="large", gap="small")
        lines.addWidget(Text(tr("Add medicines and devices"), "section"))
        about = tr(
            "One name or several, parted by commas or lines. Whole words are looked for; capital letters, hyphens, "
            "spaces and a plural s make no difference. A short name finds more: “insulin” finds every one of them."
        )
        lines.addWidget(Text(about, "dense", "text_2"))
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Names of medicines and devices"))
        self.name.setPlaceholderText(tr("for instance fingolimod, adrenaline auto-injector"))
        self.name.setMaxLength(20_000)
        self.name.setMinimumWidth(look().px(380))
        self.name.returnPressed.connect(self.save)
        look().dress(self.name, "body")
        beside = Wrapping(gap=8)
        beside.addWidget(self.name)
        self.add = KeyButton(tr("Add"), self.save, "Enter", "primary")
        beside.addWidget(self.add)
        lines.addLayout(beside)
        self.wrong = Text("", "dense", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)
        self.lines.addWidget(frame)
        frame = card()
        lines = column(frame, margins="large", gap="small")
        self.head = Text("", "section")
        lines.addWidget(self.head)
        self.trouble = Text("", "body", "red_text")
        self.trouble.hide()
        lines.addWidget(self.trouble)
        self.picture = SamplePicture("medicines")
        lines.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignLeft)
        self._card, self.rows = lines, QWidget()
        lines.addWidget(self.rows)
        self.lines.addWidget(frame)
        self.lines.addStretch(1)

    def shown(self) -> None:
        """Called whenever the page is gone to."""
        self.show_medicines()
        self.changed.emit()  # the command line may have changed it meanwhile
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def listed(self) -> list[tuple[str, int]]:
        """What the page shows: each name with the number of open alerts that name it."""
        return self._shown[0] if self._shown else []

    def show_medicines(self) -> None:
        """Brings the list up to date; what is being typed and the focus stay."""
        known = self._known()
        seen = [(name, known.count(name)) for name in known.names]
        if (seen, known.trouble) == self._shown:
            return
        self._shown = (seen, known.trouble)
        held = next((name for name, button in self.buttons.items() if button.hasFocus()), None)
        self.buttons = {}
        self.trouble.say(said(known.trouble))
        self.head.say(
            tr("{names} in your list").format(names=count_words(len(seen), "name"))
            if seen
            else tr("Nothing is in your list yet")
        )
        self.picture.setVisible(not seen and not known.trouble)
        self._replace(seen)
        self.chain()
        if held is not None:
            self.buttons.get(held, self.name).setFocus(Qt.FocusReason.OtherFocusReason)

    def _replace(self, seen: list[tuple[str, int]]) -> None:
        """Other rows, made aside: hundreds that come and go in sight, one by one, would take a minute."""
        before, self.rows = self.rows, QWidget()
        self.rows.setProperty("kind", "clear")
        self.list = column(self.rows, gap="tight")
        for name, count in seen:
            self._line(name, count)
        before.hide()
        self._card.replaceWidget(before, self.rows)
        before.deleteLater()

    def _line(self, name: str, count: int) -> None:
        line = row(gap="medium")
        line.addWidget(Text(name, "body", strong=count > 0), 2)
        found = tr("named by {alerts}").format(alerts=count_words(count, "open alert"))
        line.addWidget(Text(found if count else tr("no open alert"), "dense", "text_2"), 1)
        remove = KeyButton(tr("Remove"), lambda: self.remove(name), kind="quiet")
        remove.setAccessibleName(tr("Remove {name}").format(name=name))
        self.buttons[name] = remove
        line.addWidget(remove)
        self.list.addLayout(line)

    def save(self) -> None:
        """Adds what is typed; a refusal is shown and what was typed stays."""

        def added(words: str) -> None:
            self.name.clear()
            self.notices.tell(said(words), "green")
            self.changed.emit()

        def refused(error: MsatError) -> None:
            self.wrong.say(said(str(error)))
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)

        self.wrong.say("")
        self.session.run(own_medicines.add(self.name.text()), self, added, refused)

    def remove(self, name: str) -> None:
        """Takes a name out; the focus goes on to the next one."""
        names = list(self.buttons)
        following = names[names.index(name) + 1 :][:1]

        def removed(words: str) -> None:
            self.notices.tell(said(words), "green")
            (self.buttons[following[0]] if following else self.name).setFocus(Qt.FocusReason.OtherFocusReason)
            self.changed.emit()

        self.session.run(own_medicines.remove(name), self, removed)
