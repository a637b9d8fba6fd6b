"""The one signal that carries what a service changed. Views decide for themselves whether to redraw."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class ChangesSignal(QObject):
    """Carries `services.desk.Changes`; nobody calls another view's refresh."""

    happened = Signal(object)
