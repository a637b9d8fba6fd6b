"""Contrast, computed again from the token files: text 4.5 to 1, everything else that carries meaning 3 to 1."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

import msat.gui
from msat.exports.charts import colours as chart_colours
from msat.gui.theme import Theme, tokens

TEXT = [
    *product(("text", "text_2"), ("app", "surface", "sunken", "hover", "selected", "selected_unfocused")),
    *product(("link", "info_text"), ("app", "surface")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    *((f"{rag}_on", f"{rag}_fill") for rag in ("red", "amber", "green", "info")),
    *((f"{rag}_text", f"{rag}_background") for rag in ("red", "amber", "green", "info")),
    *product(("red_text", "amber_text", "green_text"), ("surface", "app", "hover", "selected_unfocused")),
    *product(("text", "text_2"), ("red_background", "amber_background", "green_background", "info_background")),
    ("text", "unrated_background"),
    ("link", "red_background"),
    ("link", "amber_background"),
    ("link", "green_background"),
    ("red_text", "sunken"),
    ("amber_text", "sunken"),
    ("text_2", "unrated_background"),
]
SHAPES = [
    *product(("strong_border", "accent", "focus", "disabled", "unrated"), ("app", "surface")),
    *product(("red_outline", "amber_outline", "green_outline"), ("surface", "app", "selected", "hover")),
    ("focus", "selected"),
    ("unrated", "unrated_background"),
    ("accent", "selected"),
    ("info_fill", "info_background"),
    ("red_fill", "red_background"),
    ("amber_outline", "amber_background"),
    ("green_fill", "green_background"),
]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_known_values():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert round(contrast("#005EB8", "#FFFFFF"), 2) == 6.38
    assert round(contrast("#FFB81C", "#FFFFFF"), 2) == 1.73


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_has_contrast(name: str):
    colours = tokens(name)["colours"]
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_shapes_have_contrast(name: str):
    colours = tokens(name)["colours"]
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in SHAPES}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 3} == {}


@pytest.mark.parametrize("name", ["light_contrast", "dark_contrast"])
def test_high_contrast_is_seven_to_one_throughout(name: str):
    """Text, shapes, and the lines that only decorate elsewhere."""
    colours = tokens(name)["colours"]
    edges = [*product(("border", "strong_border", "disabled"), ("app", "surface", "sunken")), ("focus", "sunken")]
    pairs = [*TEXT, *SHAPES, *edges, *product(("text", "text_2"), ("amber_background", "info_background"))]
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 7} == {}


@pytest.mark.parametrize("name", ["light_contrast", "dark_contrast"])
def test_charts_have_high_contrast_too(name: str):
    colours = chart_colours(name)
    marks = [token for token in colours if token not in ("paper", "grid")]
    low = {token: round(contrast(colours[token], colours["paper"]), 2) for token in marks}
    assert {token: ratio for token, ratio in low.items() if ratio < 7} == {}
    assert colours.keys() == chart_colours("light").keys()


def test_all_themes_have_the_same_tokens():
    names = ("light", "dark", "light_contrast", "dark_contrast")
    assert len({frozenset(tokens(name)["colours"]) for name in names}) == 1


def test_the_system_asks_for_high_contrast_and_gets_it_at_once(theme: Theme, monkeypatch: pytest.MonkeyPatch):
    drawn: list[str] = []
    theme.changed.connect(lambda: drawn.append(theme.name))
    assert theme.name == "light"
    monkeypatch.setattr(theme, "asked_contrast", lambda: Qt.ContrastPreference.HighContrast)
    theme._wishes.contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert drawn == ["light_contrast"]
    assert theme.colour("text").name() == "#000000"
    assert "#6B006B" in theme.stylesheet()
    theme.set_mode("dark")
    assert theme.name == "dark_contrast"
    monkeypatch.undo()
    theme.set_mode("dark")
    assert theme.name == "dark"


def test_high_contrast_may_be_chosen(theme: Theme):
    theme.set_mode("contrast")
    assert theme.name == "light_contrast"
    assert theme.colour("strong_border").name() == "#000000"
    theme.set_mode("light")
    assert theme.name == "light"


def test_nothing_moves():
    """No animation of our own, so there is none to leave out where the system asks for less motion; Qt's own effects
    (menus, scroll bars) follow the system."""
    moving = re.compile(r"QPropertyAnimation|QVariantAnimation|QSequentialAnimationGroup|QTimeLine|QMovie|setLoopCount")
    gui = Path(msat.gui.__file__).parent
    assert [file.name for file in gui.rglob("*.py") if moving.search(file.read_text("utf-8"))] == []
