"""The binding itself: PySide6 6.12.0 on Python 3.11 loses references to None until the process aborts."""

from __future__ import annotations

import sys

from PySide6.QtGui import QPen


def test_qt_does_not_leak_none(qapp):
    pen = QPen()
    before = sys.getrefcount(None)
    for _ in range(500):
        pen.setWidth(2)
    assert sys.getrefcount(None) > before - 100
