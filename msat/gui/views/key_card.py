"""The signing key: its fingerprint, a change of it, and going on with the printed recovery key when it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame

from msat.gui import safe_deeds
from msat.gui.exchange_deeds import lines_of_four
from msat.gui.key_kept import key_kept
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, copyable, empty
from msat.gui.safe_deeds import KeyState
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.key_place import KeyPlace
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.panels import FootPanel
from msat.gui.views.printed_key import PrintedKey
from msat.ids import grouped

if TYPE_CHECKING:
    from msat.services.key import KeyChanged

ABOUT = later(
    "Every entry is signed with a key that only this computer holds. Change it when people "
    "who had access leave. What was recorded before stays under the key of its day."
)
ONCE = later("Your new recovery key. It is shown once: print or save it now and lock it away. The one before is void.")


class KeyCard(QFrame):
    """`opened` carries a panel to scroll to."""

    opened = Signal(object)

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Signing key"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        self.lost = Notice("red", tr("The signing key is not here"))
        self.lost.hide()
        lines.addWidget(self.lost)
        lines.addWidget(Text(tr("Fingerprint of the key in force"), "meta", "text_2"))
        self.fingerprint = copyable(Text("", "fingerprint"))
        lines.addWidget(self.fingerprint)
        self.place = KeyPlace(session, notices)
        lines.addWidget(self.place)
        buttons = Wrapping(gap=8)
        self.change = KeyButton(tr("Change the key"), lambda: self._open(RotatePanel(session)))
        self.recover = KeyButton(tr("Go on with the recovery key"), lambda: self._open(RecoverPanel(session)))
        self.recover.hide()
        buttons.addWidget(self.change)
        buttons.addWidget(self.recover)
        lines.addLayout(buttons)
        self.panel = column(gap=0)
        lines.addLayout(self.panel)
        self.once = column(gap="small")
        lines.addLayout(self.once)

    def reload(self) -> None:
        """Reads anew which key is in force."""
        self._session.read(safe_deeds.key_state, self.show_key, self)
        self.place.reload()

    def show_key(self, found: KeyState) -> None:
        """Brings the card up to date; a recovery key that is shown stays until it was kept."""
        groups = grouped(found.fingerprint, 16)
        self.fingerprint.setText(lines_of_four(groups))
        self.fingerprint.setAccessibleName(
            tr("Fingerprint of the key in force, 16 groups: {groups}").format(groups=groups)
        )
        self.lost.setVisible(found.is_lost)
        if found.is_lost:
            self.lost.say("red", found.why, tr("With the printed recovery key this computer can go on with a new one."))
        self.recover.setVisible(found.is_lost)
        self.change.setEnabled(not found.why)

    def first_button(self) -> KeyButton:
        """What there is to do: go on with the recovery key where the key is lost, else change it."""
        return self.change if self.recover.isHidden() else self.recover

    def _open(self, panel: RotatePanel | RecoverPanel) -> None:
        empty(self.panel)
        self.panel.addWidget(panel)
        panel.closed.connect(self._closed)
        panel.changed.connect(self._changed)
        panel.first_field().setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.opened.emit(panel)

    def _closed(self) -> None:
        empty(self.panel)
        self.first_button().setFocus(Qt.FocusReason.OtherFocusReason)

    def _changed(self, made: KeyChanged) -> None:
        from msat.services.desk import Changes

        self._session.changes.happened.emit(Changes(words=made.words))
        self._notices.tell(made.words, "green")
        self.reload()
        if made.printed:
            self._show_once(made.printed)

    def _show_once(self, key: str) -> None:
        empty(self.once)
        desk = self._session.desk
        whose = f"{desk.record.organisation.name}, {desk.record.organisation.ods}" if desk else ""
        frame = card("sunken")
        lines = column(frame, margins="medium", gap="small")
        lines.addWidget(Text(tr(ONCE), "body", strong=True))
        self.printed = PrintedKey(key, whose)
        lines.addWidget(self.printed)
        kept = KeyButton(tr("I have kept it. Take it off the screen"), lambda: self._kept(key), kind="primary")
        lines.addWidget(kept, 0, Qt.AlignmentFlag.AlignLeft)
        self.once.addWidget(frame)
        self.printed.save.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit(frame)

    def _kept(self, key: str) -> None:
        empty(self.once)
        key_kept(self._session, key, self)
        self.change.setFocus(Qt.FocusReason.OtherFocusReason)


class _KeyPanel(FootPanel):
    """A panel that changes the key. `changed` carries what was done."""

    changed = Signal(object)

    def __init__(self, session: Session, title: str, save: str, intro: str) -> None:
        super().__init__(title, save, intro)
        self._session = session

    def _do(self, deed) -> None:
        self.save.setEnabled(self._session.person() is None)
        self.wrong.say("")

        def done(made: KeyChanged) -> None:
            self.closed.emit()
            self.changed.emit(made)

        self._session.do(deed, self, done, self.fail)


class RotatePanel(_KeyPanel):
    """A planned change, signed by the old key and the new one."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            tr("Change the signing key"),
            tr("Change the key"),
            tr(
                "A new key is made on this computer; the old one and the new one both sign the change, "
                "which is an entry."
            ),
        )
        self.with_recovery = QCheckBox(tr("Make a new recovery key too. The printed one is void then."))
        self.with_recovery.setMinimumHeight(look().px(28))
        self._layout.insertWidget(self._layout.indexOf(self.wrong), self.with_recovery)

    def first_field(self):
        return self.with_recovery

    def submit(self) -> None:
        self._do(safe_deeds.rotate(self.with_recovery.isChecked()))


class RecoverPanel(_KeyPanel):
    """The old key is lost: the printed recovery key lets a new one take its place."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            tr("Go on with the recovery key"),
            tr("Go on"),
            tr("Type the printed key, 14 groups of four. It is void afterwards, and a new one is shown once."),
        )
        self.printed = self.line(tr("Recovery key"), below=True)

    def first_field(self):
        return self.printed

    def submit(self) -> None:
        if not self.printed.text().strip():
            self.fail(tr("Type the recovery key that was printed when this record was started, or the newest since."))
            return
        self._do(safe_deeds.recover(self.printed.text()))
