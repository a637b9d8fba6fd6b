"""Poses of keys: letters being changed, a hand scanner's reading, a date that is none."""

from __future__ import annotations

from PySide6.QtTest import QTest
from screenshot_poses import page, panel, settings_part, settled, turned, wait

from msat.gui.main_window import MainWindow


def changing(window: MainWindow) -> None:
    """Some keys are others, one waits for its new key, and the key pressed is another's."""
    window.session.settings.keep(letter_keys="assign=b snooze=ö due=")
    page("keys")(window)
    cap = window.page("keys").caps["sign-off"]
    cap.begin()
    QTest.keyClick(cap, "n")
    wait()


def changed_in_settings(window: MainWindow) -> None:
    window.session.settings.keep(letter_keys="assign=b snooze=ö due=")
    settings_part("Appearance")(window)
    field = window.page("settings").fields["letter_keys"]
    window.page("settings").scroll.ensureWidgetVisible(field, 0, 200)
    wait()


def scanned(window: MainWindow) -> None:
    """A scanner read a pack while the list had the focus."""
    window.session.settings.keep(letter_keys="")
    page("worklist")(window)
    settled(window)
    window.scanner._burst.add("0105012345678900172711301012AB", 1)
    window.scanner._finish()
    wait()


def no_date(window: MainWindow) -> None:
    """What was typed for a day is none."""
    window.scanner._read = ""
    panel("open_defer")(window)
    field = window.worklist.alert.panel.until
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "31 Feb")
    field.is_right()
    wait()


POSES = (
    ("keys-changing", turned(changing, (1366, 900))),
    ("keys-changing-dark", turned(changing, (1366, 900), "dark")),
    ("keys-changing-150", turned(changing, (1093, 614), zoom=150)),
    ("keys-changing-200", turned(changing, (1093, 614), zoom=200)),
    ("keys-settings", turned(changed_in_settings, (1366, 900))),
    ("keys-scanned", turned(scanned, (1366, 900))),
    ("keys-no-date", turned(no_date, (1366, 900))),
    ("keys-no-date-150", turned(no_date, (1093, 614), zoom=150)),
)
