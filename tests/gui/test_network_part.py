"""Settings, Network: each setting holds in the one door; what can be reached; offline looks different from quiet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel

from msat import settings
from msat.errors import Refused
from msat.gui import source_words
from msat.gui.main_window import MainWindow
from msat.gui.views.network_part import NetworkPart
from msat.services.open_web import network_of
from msat.services.reach import Reached
from tests.gui.conftest import settle
from tests.gui.test_sources_page import texts


def _page(window: MainWindow):
    window.show_page("settings")
    return window.page("settings")


def _part(window: MainWindow) -> NetworkPart:
    return next(part for part in _page(window).parts if isinstance(part, NetworkPart))


def test_the_fields_reach_the_door(window: MainWindow, qtbot, tmp_path):
    page = _page(window)
    proxy = page.fields["proxy"].editor
    proxy.setCurrentIndex(proxy.findData("address"))
    address = page.fields["proxy_address"].editor
    address.setText("proxy.example.org:8080")
    qtbot.keyClick(address, Qt.Key.Key_Return)
    page.fields["answer_seconds"].editor.setValue(60)
    network = network_of(settings.load(window.session.settings.path))
    assert (network.proxy, network.address, network.seconds) == ("address", "http://proxy.example.org:8080", 60)
    assert address.text() == "http://proxy.example.org:8080", "as it is kept"
    assert page.fields["proxy_address"].usual.text() == "Back to: none"
    page.fields["proxy_address"].usual.click()
    assert address.text() == ""


def test_a_password_is_refused_in_place(window: MainWindow, qtbot):
    page = _page(window)
    field = page.fields["proxy_address"]
    field.editor.setText("me:word@proxy.example.org")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert "no user name and no password" in field.wrong.text()
    assert "word@" not in field.wrong.text()
    assert window.session.settings.text("proxy_address") == ""


def test_a_certificate_file_is_chosen_and_one_that_is_none_is_told(window: MainWindow, tmp_path, monkeypatch):
    page = _page(window)
    file = tmp_path / "not.pem"
    file.write_text("hello", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_asked: (str(file), ""))
    page.fields["certificate_file"]._choose_file()
    settle(window)
    assert window.session.settings.text("certificate_file") == str(file)
    assert "holds no certificate" in window.notices.notice.head.text()


def test_what_can_be_reached_is_said_a_site_at_a_time(window: MainWindow):
    part = _part(window)
    found = [
        Reached("www.gov.uk", True, "GOV.UK was reached.", ("MHRA alerts",)),
        Reached("feeds.example.org", False, "The network's proxy did not let MSAT through.", ("Own",)),
    ]
    part.reach = lambda _desk: found
    part.button.setFocus()
    part.button.click()
    settle(window)
    assert part.outcome.text() == "1 of 2 sites were reached."
    assert "GOV.UK was reached." in texts(part)
    tags = [label.text() for label in part.findChildren(QLabel)]
    assert "Reached" in tags
    assert "Not reached" in tags
    assert not part.is_running
    assert part.button.hasFocus()
    window.session.settings.keep(answer_seconds=45)
    assert part.outcome.text() == "", "what was found another way is not shown any more"

    def refused(_desk):
        raise Refused("MSAT is set to work offline, so no source was asked.", "Turn that off.")

    part.reach = refused
    part.button.click()
    settle(window)
    assert "work offline" in part.outcome.text()
    part.reach = lambda _desk: []
    part.button.click()
    settle(window)
    assert "nothing to reach" in part.outcome.text()


def test_offline_looks_different_from_quiet_everywhere(window: MainWindow):
    settings.save(window.session.desk.places.settings, {"work_offline": True})
    window.session.settings.keep(work_offline=True)
    settle(window)
    assert window.status.health.text().startswith("Working offline: no source is asked.")
    assert window.worklist.banner.isVisible()
    assert "MSAT works offline" in window.worklist.banner.head.text()
    assert not any(one.is_fine(window.session.now()) for one in window.health if one.enabled)
    assert not any(one.is_due(window.session.now()) for one in window.health)
    window.checker.start()
    settle(window)
    assert "set to work offline" in f"{window.notices.notice.head.text()} {window.notices.notice.text.text()}"
    window.session.settings.keep(work_offline=False)
    settle(window)
    assert "offline" not in window.status.health.text()


@pytest.mark.parametrize("known", [True, False])
def test_no_list_is_called_quiet_while_offline(window: MainWindow, known: bool):
    now = window.session.now()
    tried = now if known else None
    health = [
        replace(one, is_offline=True, known=replace(one.known, last_tried=tried, last_reached=tried, error=""))
        for one in window.health
    ]
    head, text = source_words.empty_words(health, now)
    assert head == "No open alert is here."
    assert "Work offline" in text
    assert source_words.banner(health, now)[0].startswith("MSAT works offline")
    assert "Work offline" in source_words.stale_words(health, now)[1]
    assert source_words.in_brief(health, 0, now) in ("Working offline.", "No source checked yet.")
    assert "working offline" in source_words.tally(health, now)
