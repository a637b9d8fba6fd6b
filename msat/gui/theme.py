"""Looks are data: colours, type and spacing from `resources/themes`, scaled by the zoom, light or dark.

Knows no screen of MSAT. Type is set with QFont and never in the stylesheet, which would beat every setFont.
"""

from __future__ import annotations

import tomllib
from functools import cache
from string import Template
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from msat import shipped
from msat.errors import ShippedFileMissing

ZOOMS = (80, 90, 100, 110, 125, 150, 175, 200)
MODES = ("system", "light", "dark", "contrast")
"""What a person may choose; `contrast` is high contrast, light or dark as the system is."""
TYPE = "msat_type"
"""The dynamic property that names a widget's type size, so that the zoom can reach it."""

_ROLES = {
    QPalette.ColorRole.Window: "app",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "text_2",
    QPalette.ColorRole.Link: "link",
    QPalette.ColorRole.LinkVisited: "visited",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Midlight: "hover",
    QPalette.ColorRole.Dark: "strong_border",
    QPalette.ColorRole.Shadow: "border",
}
_WEIGHTS = {400: QFont.Weight.Normal, 500: QFont.Weight.Medium, 600: QFont.Weight.DemiBold}


@cache
def tokens(name: str) -> dict[str, Any]:
    """The tokens file `light`, `dark`, either with `_contrast`, or `sizes`."""
    return tomllib.loads(shipped.text(f"resources/themes/{name}.toml"))


@cache
def load_fonts() -> str:
    """Loads the shipped Inter and returns its family; the system's own family where it is missing."""
    family = ""
    try:
        for name in shipped.names("resources/fonts", ".ttf"):
            number = QFontDatabase.addApplicationFontFromData(shipped.data(name))
            family = (QFontDatabase.applicationFontFamilies(number) or [family])[0]
    except ShippedFileMissing:
        family = ""
    return family or QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


class Theme(QObject):
    """The look in force. `changed` tells widgets that paint themselves to measure and draw again."""

    changed = Signal()

    def __init__(self, mode: str = "system", zoom: int = 100, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = mode if mode in MODES else "system"
        self.zoom = zoom if ZOOMS[0] <= zoom <= ZOOMS[-1] else 100
        self.family = load_fonts()
        self._fonts: dict[tuple[str, bool], QFont] = {}
        self._colours: dict[str, QColor] = {}
        # Both are kept: asked for in one breath, the second is gone before it answers.
        self._hints = QGuiApplication.styleHints()
        self._wishes = self._hints.accessibility()
        self._hints.colorSchemeChanged.connect(self._system_changed)
        self._wishes.contrastPreferenceChanged.connect(self.apply)

    # What widgets ask

    @property
    def is_dark(self) -> bool:
        if self.mode in ("system", "contrast"):
            return self._hints.colorScheme() == Qt.ColorScheme.Dark
        return self.mode == "dark"

    @property
    def is_high_contrast(self) -> bool:
        """Chosen here, or asked for by the system, whatever is chosen here."""
        return self.mode == "contrast" or self.asked_contrast() == Qt.ContrastPreference.HighContrast

    def asked_contrast(self) -> Qt.ContrastPreference:
        """What the system asks for: Windows' contrast themes, macOS' and GNOME's increased contrast."""
        return self._wishes.contrastPreference()

    @property
    def name(self) -> str:
        """The tokens file in force."""
        return ("dark" if self.is_dark else "light") + ("_contrast" if self.is_high_contrast else "")

    def colour(self, token: str) -> QColor:
        """The colour of a token. KeyError for an unknown one."""
        if token not in self._colours:
            self._colours[token] = QColor(tokens(self.name)["colours"][token])
        return self._colours[token]

    def px(self, size: str | float) -> int:
        """A size in pixels at this zoom: a token of space, radius or measure, or a number."""
        if isinstance(size, str):
            sizes = tokens("sizes")
            size = next(sizes[table][size] for table in ("space", "measure", "radius") if size in sizes[table])
        return max(1, round(size * self.zoom / 100))

    def font(self, kind: str = "body", strong: bool = False) -> QFont:
        """The font of a type token (`meta`, `body`, `title` ...), semi-bold when `strong`."""
        if (kind, strong) not in self._fonts:
            sizes = tokens("sizes")
            font = QFont(self.family)
            font.setPixelSize(self.px(sizes["type"][kind]))
            font.setWeight(_WEIGHTS[600 if strong else sizes["weight"][kind]])
            if kind in ("fingerprint", "key"):
                font.setFeature(QFont.Tag("zero"), 1)
            self._fonts[kind, strong] = font
        return self._fonts[kind, strong]

    def dress(self, widget: QWidget, kind: str, strong: bool = False, struck: bool = False) -> None:
        """Gives a widget a type size and remembers it, so that a change of zoom reaches it."""
        widget.setProperty(TYPE, kind + ("!" if strong else "") + ("~" if struck else ""))
        self._redress(widget)

    def _redress(self, widget: QWidget) -> None:
        named = widget.property(TYPE)
        if not named:
            return
        font = self.font(named.rstrip("!~"), "!" in named)
        if "~" in named:
            font = QFont(font)
            font.setStrikeOut(True)
        widget.setFont(font)

    # What people change

    def set_mode(self, mode: str) -> None:
        self.mode = mode
        self.apply()

    def zoom_by(self, steps: int) -> None:
        """One step larger or smaller; 0 goes back to 100 %. From between two steps, to the next in that direction."""
        larger = [zoom for zoom in ZOOMS if zoom > self.zoom]
        smaller = [zoom for zoom in ZOOMS if zoom < self.zoom]
        if not steps:
            self.set_zoom(100)
        elif steps > 0:
            self.set_zoom(larger[0] if larger else ZOOMS[-1])
        else:
            self.set_zoom(smaller[-1] if smaller else ZOOMS[0])

    def set_zoom(self, zoom: int) -> None:
        """A size of text and controls, in per cent of the usual."""
        self.zoom = max(ZOOMS[0], min(zoom, ZOOMS[-1]))
        self.apply()

    def apply(self) -> None:
        """Dresses the whole application."""
        self._fonts.clear()
        self._colours.clear()
        app = QApplication.instance()
        app.setPalette(self._palette())
        app.setFont(self.font())
        sheet = self.stylesheet()
        if sheet != app.styleSheet():  # Qt reads it anew for every widget there is
            app.setStyleSheet(sheet)
        for widget in app.allWidgets():
            self._redress(widget)
        self.changed.emit()

    def stylesheet(self) -> str:
        """The stylesheet with tokens filled in."""
        sizes = tokens("sizes")
        values: dict[str, Any] = dict(tokens(self.name)["colours"])
        for table in ("space", "radius", "measure"):
            values |= {f"{table}_{name}": self.px(name) for name in sizes[table]}
        from msat.gui.icons import file_of

        for icon in ("chevron-down", "chevron-up", "check"):
            values[icon.replace("-", "_")] = file_of(icon, self.colour("text_2"))
        return Template(shipped.text("resources/themes/window.qss")).substitute(values)

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self.colour(token))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("disabled"))
        return palette

    def _system_changed(self) -> None:
        if self.mode in ("system", "contrast"):
            self.apply()


_current: list[Theme] = []


def use(theme: Theme) -> Theme:
    """Makes `theme` the one every widget draws with, and applies it."""
    _current[:] = [theme]
    theme.apply()
    return theme


def look() -> Theme:
    """The theme in force; there is one for the whole application, as there is one QApplication."""
    if not _current:
        use(Theme())
    return _current[0]
