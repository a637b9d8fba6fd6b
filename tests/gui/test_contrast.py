"""Contrast, computed again from the token files: text 4.5 to 1, everything else that carries meaning 3 to 1."""

from __future__ import annotations

from itertools import product

import pytest

from msat.gui.theme import tokens

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


def test_both_themes_have_the_same_tokens():
    assert tokens("light")["colours"].keys() == tokens("dark")["colours"].keys()
