"""What one setting is: its key, what it takes, and how it is said. The settings themselves are in `settings.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from msat.errors import Refused

Value = str | int | bool
MAX_TEXT = 200
"""Characters in a setting that is a text."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `choices` limits a text, `low` and `high` a number (both included); `is_time` asks for `HH:MM`;
    `is_folder` and `is_file` for a path, `is_proxy` for the address of a proxy; `is_keys` for letters of
    commands, see `msat/letter_keys.py`.

    `section` is one of SECTIONS; `label` stands before the field; `unit` after a number; `words` says a choice for
    people.
    """

    key: str
    default: Value
    help: str
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    section: str = "Practice"
    label: str = ""
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    is_time: bool = False
    is_folder: bool = False
    is_file: bool = False
    is_proxy: bool = False
    is_keys: bool = False

    @property
    def name(self) -> str:
        """What stands before the field: the label, else the key in words."""
        return self.label or self.key.replace("_", " ").capitalize()

    @property
    def spaced_unit(self) -> str:
        """What stands after a number: ` minutes`, `%`."""
        return self.unit if self.unit in ("", "%") else f" {self.unit}"

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text of it that people see: what a search looks through, and what is translated."""
        return tuple(text for text in (self.name, self.help, self.section, self.unit, *self.words.values()) if text)

    def say(self, value: Value) -> str:
        """A value in words: on or off, the words of a choice, a number with its unit."""
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, int):
            return f"{value}{self.spaced_unit}"
        if self.is_keys:
            return value or "as delivered"
        return self.words.get(value, value)

    @property
    def limits(self) -> str:
        """What it takes, in words: "on or off", "80 to 200%", "system, light or dark"."""
        if isinstance(self.default, bool):
            return "on or off"
        if isinstance(self.default, int):
            low, high = bounds(self)
            return f"{low} to {high}{self.spaced_unit}"
        if self.choices:
            return " or ".join(part for part in (", ".join(self.choices[:-1]), self.choices[-1]) if part)
        if self.is_keys:
            return "commands with their keys, as sign-off=q assign=b"
        return "a time, as 08:30" if self.is_time else f"up to {MAX_TEXT} characters"


def bounds(setting: Setting) -> tuple[int, int]:
    """The lowest and the highest number that a setting takes."""
    low = setting.low if setting.low is not None else -(10**9)
    high = setting.high if setting.high is not None else 10**9
    return low, high


def check_proxy(text: str) -> str:
    """The address of a proxy as it is kept: `http://proxy.example.org:8080`, or empty.

    Raises Refused for what is none, and for one with a name and a password, without repeating it.
    """
    said = text.strip()
    if not said:
        return ""
    example = "Write it as proxy.example.org:8080."
    if "@" in said:
        raise Refused(
            "The address of a proxy must hold no user name and no password: MSAT keeps none in its settings.",
            "Leave them away. A proxy that asks for them is set in the computer itself, and “As the computer is set” "
            "uses it.",
        )
    if any(mark.isspace() or not mark.isprintable() for mark in said):
        raise Refused("The address of a proxy holds no spaces.", example)
    try:
        parts = urlsplit(said if "://" in said else f"http://{said}")
        port, host = parts.port, parts.hostname
    except ValueError:
        raise Refused("That is not the address of a proxy.", example) from None
    if parts.scheme not in ("http", "https") or not host or parts.path not in ("", "/") or parts.query:
        raise Refused("That is not the address of a proxy that MSAT can use.", f"It is a web proxy. {example}")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")
