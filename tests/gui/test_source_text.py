"""A notice's text loads nothing from anywhere and opens https pages only."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QImage, QTextDocument

from msat.gui.views.source_text import SourceText, safe_address, shown_address


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://www.gov.uk/drug-device-alerts", "https://www.gov.uk/drug-device-alerts"),
        ("/government/x", "https://www.gov.uk/government/x"),
        ("http://www.gov.uk/", ""),
        ("file:///etc/passwd", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("ftp://gov.uk", ""),
        ("https://user:pass@gov.uk/", ""),
        ("https://[", ""),
    ],
)
def test_only_https_addresses_are_opened(address: str, safe: str):
    assert safe_address(address, "https://www.gov.uk/drug-device-alerts/x") == safe


def test_the_status_bar_shows_where_a_link_goes():
    assert shown_address("/x", "https://www.gov.uk/y") == "https://www.gov.uk/x"
    assert shown_address("javascript:1", "https://www.gov.uk/") == "Not opened: javascript:1"
    assert shown_address("") == ""


def test_pictures_are_a_dot_and_all_else_is_nothing(qtbot, theme):
    text = SourceText()
    qtbot.addWidget(text)
    picture = text.loadResource(int(QTextDocument.ResourceType.ImageResource), QUrl("https://example.org/track.png"))
    assert isinstance(picture, QImage)
    assert (picture.width(), picture.height()) == (1, 1)
    style = text.loadResource(int(QTextDocument.ResourceType.StyleSheetResource), QUrl("file:///etc/passwd"))
    assert style == QByteArray()


def test_links_are_never_followed_inside(qtbot, theme):
    text = SourceText()
    qtbot.addWidget(text)
    text.show_html('<p><a href="http://example.org/">x</a></p>', "https://www.gov.uk/")
    assert not text.openLinks()
    with qtbot.waitSignal(text.refused) as refused:
        text.anchorClicked.emit(QUrl("http://example.org/"))
    assert refused.args == ["http://example.org/"]
    assert text.toPlainText() == "x"
