"""Keys: what each does, where single letters are commands, and how F6 goes round the panes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from shiboken6 import isValid

from msat.gui.kept_widths import has_columns, step_column
from msat.gui.letters import letters
from msat.gui.own_lists import PAGE
from msat.gui.tongue import tr
from msat.gui.views.inbox import Inbox
from msat.gui.views.rail import PAGES

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow

ABOUT_THE_ALERT = frozenset(
    (
        *("sign-off", "not-applicable", "priority", "reopen", "assign", "snooze", "defer", "due", "more", "evidence"),
        *("star", "newsletter", "reasons", "source"),
    )
)
"""Commands that do something to the alert shown: never to one that is no longer the chosen one."""
ANSWERS = ABOUT_THE_ALERT - {"star", "newsletter", "source"}
"""Those that open something in the alert, or answer it."""


def bind(window: MainWindow) -> None:
    """The keys that work everywhere."""
    pairs: dict[str, Callable[[], object]] = {
        "F1": lambda: open_help(window),
        "F5": window.checker.start,
        "F6": lambda: next_pane(window, 1),
        "Shift+F6": lambda: next_pane(window, -1),
        "Ctrl+F": window.search,
        "Ctrl+N": lambda: window.show_page("add"),
        "F11": window.outputs.present,
        "Ctrl+K": lambda: open_palette(window),
        "Ctrl+E": window.outputs.export_log,
        "Ctrl+S": window.outputs.save_shown,
        "Ctrl+P": window.printing.show,
        "Ctrl+O": window.outputs.show_record,
        "Ctrl+Shift+C": window.outputs.copy_newsletter,
        "Ctrl++": lambda: window.zoom(1),
        "Ctrl+=": lambda: window.zoom(1),
        "Ctrl+-": lambda: window.zoom(-1),
        "Ctrl+0": lambda: window.zoom(0),
        "Ctrl+]": lambda: widen(window, 1),
        "Ctrl+[": lambda: widen(window, -1),
    }
    pairs |= {key: lambda which=name: window.show_page(which) for name, _words, key in PAGES}
    window.rail.find_asked.connect(lambda: open_palette(window))
    for key, does in pairs.items():
        QShortcut(QKeySequence(key), window, activated=does)


def widen(window: MainWindow, by: int) -> None:
    """Makes the list of the page shown wider or narrower, or the column of a table that has the focus: what the mouse
    does with the line beside it."""
    focus, split = window.focusWidget(), getattr(window.current(), "split", None)
    if has_columns(focus):
        name, is_done = step_column(focus, by)
        words = tr("Column “{name}” is wider.") if by > 0 else tr("Column “{name}” is narrower.")
        stays = tr("Column “{name}” takes what the others leave: make those wider or narrower.")
        window.status.say_briefly((words if is_done else stays).format(name=name))
    elif split is not None:
        split.step(by, focus)


def open_help(window: MainWindow) -> None:
    """F1: the help of the page shown; of one alert, where the alert has the focus."""
    from msat.gui.views.help_page import topic_of

    page = window.current()
    if hasattr(page, "open_help"):
        page.open_help()
        return
    name = next((known for known, made in window.pages.items() if made is page), "start")
    focus = window.focusWidget()
    is_alert = isinstance(page, Inbox) and focus is not None and page.alert.isAncestorOf(focus)
    window.show_page("help")
    help_page = window.page("help")
    if page is not help_page:
        help_page.back = lambda: leave_help(window, name, focus)
    help_page.show_topic("alert" if is_alert else topic_of(name))


def leave_help(window: MainWindow, name: str, focus: QWidget | None) -> None:
    """Back to the page that was shown before Help, and to what had the focus there."""
    window.show_page(window.lists.shown if name == PAGE else name)
    if focus is not None and isValid(focus) and focus.isVisible():
        focus.setFocus(Qt.FocusReason.OtherFocusReason)


def open_palette(window: MainWindow) -> None:
    """The box that finds and does everything; made when it is first wanted."""
    from msat.gui.views.palette_view import PaletteView

    if window.session.desk is None:
        return
    known = window.findChild(PaletteView)
    if known is not None and known.isVisible():
        known.leave()
        return
    (known or PaletteView(window)).open()


def enter(window: MainWindow, event: QKeyEvent) -> bool:
    """Enter presses the button that has the focus, as Space does, where nothing on the page takes it for itself."""
    button = window.focusWidget()
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.isAutoRepeat():
        return False
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not isinstance(button, QPushButton | QToolButton):
        return False
    button.click()
    return True


def letter(window: MainWindow, event: QKeyEvent) -> bool:
    """Does what a single letter or number stands for; False when it stands for nothing here (WCAG 2.1.4)."""
    page = window.current()
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    text = event.text()
    if held or not text or not isinstance(page, Inbox) or not page.has_letters():
        return False
    if not letters().is_on:
        return False
    if window.chords.take(text):
        return True
    number = text.isdecimal() and text.isascii() and text != "0"
    name = letters().command(text, "alert")
    if (number or name in ABOUT_THE_ALERT) and must_wait(window, text.upper()):
        return True
    if page.alert.isHidden() and (number or name in ANSWERS):
        page.open_detail()  # in a narrow window the list hides the alert: what is to be answered is shown first
        if number:
            return True
    if number:
        page.alert.answer_number(int(text))
        return True
    command = _commands(window, page).get(name)
    if command is None:
        return False
    command()
    return True


def must_wait(window: MainWindow, key: str) -> bool:
    """Whether the alert shown may not be the one meant: `key` would take another. Then it says so."""
    page = window.current()
    if not isinstance(page, Inbox):
        return False
    if page.alert.is_between:
        said = tr("The alert you chose is still being opened. Press {key} again when it is shown.")
    elif page.list_pane.list.has_just_moved_on():
        said = tr("The alert before has left this list, and the next is shown. Press {key} again if you mean it.")
    else:
        return False
    window.notices.tell(said.format(key=key), "info")
    return True


def _commands(window: MainWindow, page: Inbox) -> dict[str, Callable[[], object]]:
    pane = page.alert
    return {
        "sign-off": pane.open_sign_off,
        "not-applicable": pane.open_not_applicable,
        "priority": pane.open_priority,
        "reopen": pane.open_reopen,
        "assign": pane.open_assign,
        "snooze": pane.open_snooze,
        "defer": pane.open_defer,
        "due": pane.open_defer,
        "more": pane.foot.open_more,
        "star": window.lists.star,
        "unread": window.lists.unread,
        "go": window.chords.start,
        "evidence": pane.open_evidence,
        "tick": page.list_pane.list.tick_current,
        "newsletter": window.outputs.add_to_newsletter,
        "reasons": pane.callout.toggle.click,
        "next": lambda: page.list_pane.list.step(1),
        "previous": lambda: page.list_pane.list.step(-1),
        "source": window.outputs.open_source_page,
        "search": window.search,
        "keys": lambda: window.show_page("keys"),
    }


def next_pane(window: MainWindow, step: int) -> None:
    """Moves the focus to the next or the previous pane, in reading order and round again."""
    page = window.current()
    rail = next((button for button in window.rail.buttons.values() if button.isChecked()), window.rail.person)
    inside = page.panes() if hasattr(page, "panes") else [_first_focus(page)]
    foot = (window.status.cancel, window.status.check)  # while the sources are asked, Cancel stands for Check now
    panes = [p for p in (rail, *inside, *foot) if p is not None and p.isVisible() and p.isEnabled()]
    at = _pane_of(window.focusWidget(), panes)
    panes[(at + step) % len(panes)].setFocus(Qt.FocusReason.TabFocusReason)


def _pane_of(focus: QWidget | None, panes: list[QWidget]) -> int:
    """Which pane has the focus, itself or in the frame around it; -1 for none."""
    if focus is None:
        return -1
    for at, pane in enumerate(panes):
        if pane is focus or pane.isAncestorOf(focus):
            return at
    for at, pane in enumerate(panes):
        frame = pane.parentWidget()
        if frame is not None and frame.isAncestorOf(focus):
            return at
    return -1


def _first_focus(page: QWidget) -> QWidget | None:
    """The first widget of a page that takes the focus."""
    widgets = page.findChildren(QWidget)
    return next((w for w in widgets if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()), None)
