"""Settings, each declared once: key, type, default, limits and help. The form, the command line and the docs follow.

Kept in `settings.toml` of the profile. An unknown key is an error that names the nearest one. Nothing here is evidence:
what matters for years lies in the record.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from msat.errors import Refused

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `choices` limits a text, `low` and `high` a number (both included)."""

    key: str
    default: Value
    help: str
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


SETTINGS = (
    Setting("person_name", "", "The name offered when you record something; you can change it each time."),
    Setting("person_role", "", "The role offered with it, for instance “practice pharmacist”."),
    Setting(
        "appearance",
        "system",
        "Light or dark, or as the computer is set.",
        choices=("system", "light", "dark"),
    ),
    Setting("zoom_percent", 100, "Size of text and controls, in per cent.", low=80, high=200),
    Setting(
        "refresh_minutes",
        60,
        "Minutes between checks of the sources while the window is open; 0 is never.",
        low=0,
        high=1440,
    ),
)


def _declared(key: str) -> Setting:
    for setting in SETTINGS:
        if setting.key == key:
            return setting
    near = difflib.get_close_matches(key, [s.key for s in SETTINGS], n=1)
    hint = f"Did you mean “{near[0]}”?" if near else f"The settings are: {', '.join(s.key for s in SETTINGS)}."
    raise Refused(f"There is no setting “{key}”.", hint)


def checked(key: str, value: object) -> Value:
    """`value` as the setting `key` takes it. Raises Refused for an unknown key or a value out of its limits."""
    setting = _declared(key)
    if isinstance(setting.default, bool):
        if not isinstance(value, bool):
            raise Refused(f"The setting {key} is on or off, not “{value}”.", "Use true or false.")
        return value
    if isinstance(setting.default, int):
        return _checked_number(setting, value)
    if not isinstance(value, str) or len(value) > 200:
        raise Refused(f"The setting {key} is a short text.", "Give up to 200 characters.")
    if setting.choices and value not in setting.choices:
        raise Refused(f"The setting {key} cannot be “{value}”.", f"Use one of: {', '.join(setting.choices)}.")
    return value


def _checked_number(setting: Setting, value: object) -> int:
    low = setting.low if setting.low is not None else -(10**9)
    high = setting.high if setting.high is not None else 10**9
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Refused(f"The setting {setting.key} cannot be “{value}”.", f"Give a whole number from {low} to {high}.")
    return value


def load(path: Path) -> dict[str, Value]:
    """Every setting, from the file at `path` or its default. Raises Refused naming file and key when it is wrong."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(
            f"The file {path} cannot be read: {error}.", "Mend or delete it; the defaults then hold."
        ) from error
    return {s.key: s.default for s in SETTINGS} | {key: checked(key, value) for key, value in found.items()}


def save(path: Path, changes: Mapping[str, object]) -> dict[str, Value]:
    """Changes settings and writes the file whole. Returns every setting. Raises Refused and then changes nothing."""
    settings = load(path) | {key: checked(key, value) for key, value in changes.items()}
    lines = [f"{key} = {_toml(value)}" for key, value in settings.items() if value != _declared(key).default]
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    aside.replace(path)
    return settings


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = "".join(_escaped(c) for c in value)
    return f'"{escaped}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character >= " " and character != "\x7f" else f"\\u{ord(character):04X}"
