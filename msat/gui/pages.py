"""Makes a page of the window when it is first wanted: the first paint waits for the worklist only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from msat.gui import source_words
from msat.gui.tongue import tr
from msat.gui.views.inbox import Inbox
from msat.projections.ports import Query

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow


def make_page(window: MainWindow, name: str) -> QWidget:
    """The page of this name, brought up to date. KeyError for an unknown one."""
    return _MAKERS[name](window)


def _alerts(window: MainWindow) -> QWidget:
    page = Inbox(window.session, tr("Alerts"), Query())
    window.connect_inbox(page)
    page.list_pane.reload()
    page.show_banner(source_words.banner(window.health, window.session.now()))
    return page


def _sources(window: MainWindow) -> QWidget:
    from msat.gui.views.sources_page import SourcesPage

    page = SourcesPage(window.session, window.notices)
    page.check_asked.connect(window.checker.start)
    page.changed.connect(window.ask_health)
    page.show_sources(window.health, window.session.now())
    return page


def _batch(window: MainWindow) -> QWidget:
    from msat.gui.going import open_alert
    from msat.gui.views.batch_page import BatchPage

    page = BatchPage(window.session, window.notices, lambda key: open_alert(window, key))
    page.show_sources(window.health, window.session.now())
    return page


def _add(window: MainWindow) -> QWidget:
    from msat.gui.going import open_alert
    from msat.gui.views.add_page import AddPage

    page = AddPage(window.session, window.notices)
    page.opened.connect(lambda key: open_alert(window, key))
    return page


def _records(window: MainWindow) -> QWidget:
    from msat.gui.views.records_page import RecordsPage

    return RecordsPage(window.session, window.notices)


def _newsletter(window: MainWindow) -> QWidget:
    from msat.gui.going import open_alert
    from msat.gui.views.newsletter_page import NewsletterPage

    page = NewsletterPage(window.session, window.notices)
    page.opened.connect(lambda key: open_alert(window, key))
    return page


def _oversight(window: MainWindow) -> QWidget:
    from msat.gui.going import open_alert, open_records
    from msat.gui.views.oversight_page import OversightPage

    page = OversightPage(window.session, window.notices)
    page.opened.connect(lambda key: open_alert(window, key))
    page.sites_asked.connect(lambda: open_records(window, tr("Other sites")))
    page.print_asked.connect(window.printing.show)
    return page


def _review(window: MainWindow) -> QWidget:
    from msat.gui.going import open_alert
    from msat.gui.views.review_page import ReviewPage

    page = ReviewPage(window.session, window.notices)
    page.opened.connect(lambda key: open_alert(window, key))
    page.rules_asked.connect(lambda: window.show_page("tailoring"))
    return page


def _people(window: MainWindow) -> QWidget:
    from msat.gui.views.people_page import PeoplePage

    page = PeoplePage(window.session, window.notices)
    page.back_asked.connect(lambda: window.show_page("settings"))
    page.places_asked.connect(lambda: _open_places(window))
    return page


def _open_places(window: MainWindow) -> None:
    window.show_page("tailoring")
    window.page("tailoring").open_tab("Places, reasons, letters")


def _tailoring(window: MainWindow) -> QWidget:
    from msat.gui.views.tailoring_page import TailoringPage

    page = TailoringPage(window.session, window.notices)
    page.back_asked.connect(lambda: window.show_page("settings"))
    return page


def _watched(window: MainWindow) -> QWidget:
    from msat.gui.views.medicines_page import MedicinesPage

    page = MedicinesPage(window.session, window.notices, lambda: window.lists.medicines)
    page.back_asked.connect(lambda: window.show_page("medicines"))
    page.changed.connect(window.lists.count)
    return page


def _settings(window: MainWindow) -> QWidget:
    from msat.gui.views.settings_page import SettingsPage

    page = SettingsPage(window.session, window.notices, frozenset(_MAKERS))
    page.page_asked.connect(window.show_page)
    return page


def _practices(window: MainWindow) -> QWidget:
    from msat.gui.views.practices_page import PracticesPage

    return PracticesPage(window.session, window.notices)


def _help(window: MainWindow) -> QWidget:
    from msat.gui.views.help_page import HelpPage

    return HelpPage(window.session)


def _keys(window: MainWindow) -> QWidget:
    from msat.gui.views.keys_page import KeysPage

    return KeysPage(window.session)


_MAKERS = {
    "print": lambda window: window.printing.make_page(),
    "lists": lambda window: window.lists.make_page(),
    "alerts": _alerts,
    "add": _add,
    "batch": _batch,
    "watched": _watched,
    "sources": _sources,
    "records": _records,
    "newsletter": _newsletter,
    "oversight": _oversight,
    "review": _review,
    "people": _people,
    "tailoring": _tailoring,
    "settings": _settings,
    "practices": _practices,
    "help": _help,
    "keys": _keys,
}
