"""The look of a newsletter that an editor chooses in `house.toml`: fonts, colours, header, footer, order of sections.

Colours are checked for contrast when they are read, so that no house style can make a text unreadable.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from msat.errors import Refused
from msat.exports.newsletter import GROUPS

LEAST_CONTRAST = 4.5
"""Of a text on its background: WCAG 2.2, level AA."""
LONGEST = 300
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_FONT = re.compile(r"[A-Za-z][A-Za-z0-9 ,'-]{0,119}")
_COLOURS = {
    "text": "#212B32",
    "small": "#4C6272",
    "heading": "#003087",
    "link": "#005EB8",
    "page": "#FFFFFF",
    "band": "#005EB8",
    "on_band": "#FFFFFF",
    "rule": "#D8DDE0",
}
_PAIRS = (("text", "page"), ("small", "page"), ("heading", "page"), ("link", "page"), ("on_band", "band"))


@dataclass(frozen=True, slots=True)
class House:
    """A house style. Colours are `#RRGGBB`."""

    font: str = "Arial, Helvetica, sans-serif"
    header: str = ""
    footer: str = ""
    sections: tuple[str, ...] = GROUPS
    """The groups in the order in which they stand; those that are left out come after, in their usual order."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What a group is called here, by its usual name."""
    colours: Mapping[str, str] = field(default_factory=lambda: dict(_COLOURS))

    def order(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.sections, *GROUPS)))


def read_house(text: str, name: str = "house.toml") -> House:
    """The house style written in `text` (TOML). Raises Refused naming file, field and what is wrong."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{name}: {error}.", "Mend that line; texts stand in quotes.") from error
    known = {one.name for one in fields(House)}
    for key in told:
        if key not in known:
            _refuse(name, key, f"there is no such field; there are {', '.join(sorted(known))}")
    colours = _colours(name, told.get("colours", {}))
    return House(
        font=_font(name, told.get("font", House().font)),
        header=_line(name, "header", told.get("header", "")),
        footer=_line(name, "footer", told.get("footer", "")),
        sections=_sections(name, told.get("sections", list(GROUPS))),
        names=_names(name, told.get("names", {})),
        colours=colours,
    )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colours(name: str, told: Any) -> dict[str, str]:
    if not isinstance(told, dict):
        _refuse(name, "colours", "a table [colours] is wanted")
    made = dict(_COLOURS)
    for key, value in told.items():
        if key not in _COLOURS:
            _refuse(name, f"colours.{key}", f"there is no such colour; there are {', '.join(_COLOURS)}")
        if not (isinstance(value, str) and _COLOUR.fullmatch(value)):
            _refuse(name, f"colours.{key}", "a colour like “#005EB8” is wanted")
        made[key] = value
    for front, back in _PAIRS:
        found = contrast(made[front], made[back])
        if found < LEAST_CONTRAST:
            _refuse(
                name, f"colours.{front}", f"its contrast on “{back}” is {found:.1f} to 1, and readers with poor "
                f"sight need {LEAST_CONTRAST} to 1",
            )  # fmt: skip
    return made


def _font(name: str, value: Any) -> str:
    if not (isinstance(value, str) and _FONT.fullmatch(value)):
        _refuse(name, "font", "names of fonts with commas are wanted, as “Arial, sans-serif”")
    return str(value)


def _line(name: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or "\n" in value:
        _refuse(name, key, f"one line of at most {LONGEST} characters is wanted")
    return str(value)


def _sections(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or any(one not in GROUPS for one in value) or len(set(value)) != len(value):
        _refuse(name, "sections", f"a list of these, each once, is wanted: {'; '.join(GROUPS)}")
    return tuple(value)


def _names(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        _refuse(name, "names", "a table [names] is wanted")
    for key, said in value.items():
        if key not in GROUPS:
            _refuse(name, f"names.{key}", f"there is no such section; there are {'; '.join(GROUPS)}")
        if not isinstance(said, str) or not said.strip() or len(said) > 80 or "\n" in said:
            _refuse(name, f"names.{key}", "one line of at most 80 characters is wanted")
    return dict(value)


def _refuse(name: str, key: str, what: str) -> None:
    raise Refused(f"{name}, field “{key}”: {what}.", "Mend that field, or take it out to have the usual.")
