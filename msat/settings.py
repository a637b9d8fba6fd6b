"""Settings, each declared once: key, type, default, limits and help. The form, the command line and the docs follow.

Kept in `settings.toml` of the profile. An unknown key is an error that names the nearest one. Nothing here is evidence:
what matters for years lies in the record.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from msat import letter_keys
from msat.errors import MsatError, Refused
from msat.setting import MAX_TEXT, Setting, Value, bounds, check_proxy

__all__ = [
    "MAX_TEXT",
    "SECTIONS",
    "SETTINGS",
    "Setting",
    "SettingsNotKept",
    "Value",
    "checked",
    "declared",
    "load",
    "readme_table",
    "save",
    "typed",
]

SECTIONS = (
    "Practice",
    "People",
    "Sources",
    "Priority rules",
    "Notifications",
    "Appearance",
    "Records and backup",
    "Network",
)
"""The sections of the form, in its order."""
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


SETTINGS = (
    Setting(
        "nation",
        "england",
        "Whose bank holidays count, and which notices are addressed to this organisation.",
        choices=("england", "wales", "scotland", "northern-ireland"),
        label="Nation",
        words={
            "england": "England",
            "wales": "Wales",
            "scotland": "Scotland",
            "northern-ireland": "Northern Ireland",
        },
    ),
    Setting(
        "open_on",
        "monday-friday",
        "The days on which the site opens in an ordinary week; days that differ have a list of their own.",
        choices=("monday-friday", "monday-saturday", "every-day"),
        label="Open on",
        words={
            "monday-friday": "Monday to Friday",
            "monday-saturday": "Monday to Saturday",
            "every-day": "Every day",
        },
    ),
    Setting(
        "person_name",
        "",
        "The name offered when you record something; you can change it each time.",
        section="People",
        label="Your name",
    ),
    Setting(
        "person_role",
        "",
        "The role offered with it, for instance “practice pharmacist”.",
        section="People",
        label="Your role",
    ),
    Setting(
        "refresh_minutes",
        15,
        "The fewest minutes between checks that the window makes by itself; a source may ask for longer. 0 is never. "
        "Checking ends when the window is closed, and goes on when it is opened again.",
        low=0,
        high=1440,
        section="Sources",
        label="Check the sources every",
        unit="minutes",
    ),
    Setting(
        "notify",
        True,
        "A message for each new Red, one a working day for new Ambers, and reminders of time limits. With the window "
        "closed there is none.",
        section="Notifications",
        label="Tell me of alerts",
    ),
    Setting(
        "digest_time",
        "09:00",
        "When the message of the day for new Ambers, and reminders, come on working days.",
        section="Notifications",
        label="Message of the day at",
        is_time=True,
    ),
    Setting(
        "quiet_from",
        "18:30",
        "From when only a new Red is told of. The same time twice is never quiet.",
        section="Notifications",
        label="Quiet from",
        is_time=True,
    ),
    Setting(
        "quiet_until",
        "08:00",
        "Until when only a new Red is told of. Days on which the site is shut are quiet whole.",
        section="Notifications",
        label="Quiet until",
        is_time=True,
    ),
    Setting(
        "appearance",
        "system",
        "Light, dark or high contrast, or as the computer is set. Where it asks for high contrast it always gets it.",
        choices=("system", "light", "dark", "contrast"),
        section="Appearance",
        label="Colours",
        words={"system": "As the computer is set", "light": "Light", "dark": "Dark", "contrast": "High contrast"},
    ),
    Setting(
        "zoom_percent",
        100,
        "Size of text and controls. Ctrl+Plus and Ctrl+Minus change it too.",
        low=80,
        high=200,
        section="Appearance",
        label="Size of text",
        unit="%",
    ),
    Setting(
        "grace_seconds",
        "10",
        "How long an answer waits before it is recorded, so that Ctrl+Z can take it back. 0 records at once.",
        choices=("0", "5", "10", "20"),
        section="Records and backup",
        label="Undo an answer within",
        words={"0": "Never: record at once", "5": "5 seconds", "10": "10 seconds", "20": "20 seconds"},
    ),
    Setting(
        "read_after",
        "2",
        "After how long an alert that is shown counts as read. Mark unread takes that back.",
        choices=("0", "2", "10", "never"),
        section="Appearance",
        label="An alert counts as read",
        words={"0": "At once", "2": "After 2 seconds", "10": "After 10 seconds", "never": "Only when I say so"},
    ),
    Setting(
        "language",
        "system",
        "The language of the window, from its next start. Records and notices are never translated.",
        choices=("system", "en-GB"),
        section="Appearance",
        label="Language",
        words={"system": "As the computer is set, where it is translated", "en-GB": "English"},
    ),
    Setting(
        "evidence_megabytes",
        25,
        "The largest file that is kept as evidence.",
        low=1,
        high=100,
        section="Records and backup",
        label="Largest evidence file",
        unit="megabytes",
    ),
    Setting(
        "backup_folder",
        "",
        "The folder for the backups that are made each day; empty is the profile's own. Another disk is safer.",
        section="Records and backup",
        label="Backups go to",
        is_folder=True,
    ),
    Setting(
        "start_page",
        "worklist",
        "The page that MSAT opens at. Every other page stays where it is.",
        choices=("worklist", "recalls", "shortages", "medicines", "oversight", "newsletter"),
        section="Appearance",
        label="MSAT opens at",
        words={
            "worklist": "Worklist: I look after one practice",
            "recalls": "Recalls that are open",
            "shortages": "Shortages that are open",
            "medicines": "My medicines: open alerts that name one",
            "oversight": "Oversight: I report to a committee",
            "newsletter": "Newsletter: I write a newsletter",
        },
    ),
    Setting(
        "single_keys",
        True,
        "Single letters and numbers act as commands while a list or an alert has the focus.",
        section="Appearance",
        label="Single-letter keys",
    ),
    Setting(
        "letter_keys",
        "",
        "Other keys for the commands of single letters. Only changed ones stand here; the list of keys (?) shows all.",
        section="Appearance",
        label="Letters of commands",
        is_keys=True,
    ),
    Setting(
        "work_offline",
        False,
        "No source is asked and nothing goes out to the network, unasked or asked. Alerts come in by hand only.",
        section="Network",
        label="Work offline",
    ),
    Setting(
        "proxy",
        "system",
        "How MSAT gets out. It does not read an automatic set-up script (PAC): where there is one, give the address.",
        choices=("system", "none", "address"),
        section="Network",
        label="Proxy",
        words={"system": "As the computer is set", "none": "None: straight out", "address": "The address below"},
    ),
    Setting(
        "proxy_address",
        "",
        "Used where Proxy says so, for instance proxy.example.org:8080. Without user name and password.",
        section="Network",
        label="Address of the proxy",
        is_proxy=True,
    ),
    Setting(
        "certificate_file",
        "",
        "A file (PEM or DER) with the certificate of an organisation that opens safe connections to look inside; it is "
        "trusted beside those that the computer trusts. Certificates are always checked.",
        section="Network",
        label="Certificate of your organisation",
        is_file=True,
    ),
    Setting(
        "answer_seconds",
        30,
        "How long a site may take for a whole answer; a third of it to begin. Longer for a slow line.",
        low=15,
        high=180,
        section="Network",
        label="Wait for an answer at most",
        unit="seconds",
    ),
)


class SettingsNotKept(MsatError):
    """The disk would not take the settings; those of before stand."""

    title = "The setting is not kept"


def declared(key: str) -> Setting:
    """The setting called `key`. Raises Refused, naming the nearest one, when there is none."""
    for setting in SETTINGS:
        if setting.key == key:
            return setting
    near = difflib.get_close_matches(key, [s.key for s in SETTINGS], n=1)
    hint = f"Did you mean “{near[0]}”?" if near else f"The settings are: {', '.join(s.key for s in SETTINGS)}."
    raise Refused(f"There is no setting “{key}”.", hint)


def checked(key: str, value: object) -> Value:
    """`value` as the setting `key` takes it. Raises Refused for an unknown key or a value out of its limits."""
    setting = declared(key)
    if isinstance(setting.default, bool):
        if not isinstance(value, bool):
            raise Refused(f"The setting {key} is on or off, not “{value}”.", "Use true or false.")
        return value
    if isinstance(setting.default, int):
        return _checked_number(setting, value)
    return _checked_text(setting, value)


def _checked_text(setting: Setting, value: object) -> str:
    if setting.is_keys and isinstance(value, str):
        return letter_keys.written(letter_keys.read(value))
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise Refused(f"The setting {setting.key} is a short text.", f"Give up to {MAX_TEXT} characters.")
    if setting.choices and value not in setting.choices:
        raise Refused(f"The setting {setting.key} cannot be “{value}”.", f"Use one of: {', '.join(setting.choices)}.")
    if setting.is_time and not _TIME.fullmatch(value):
        raise Refused(f"The setting {setting.key} is a time, not “{value}”.", "Write it as 08:30, up to 23:59.")
    if setting.is_proxy:
        return check_proxy(value)
    return value


def typed(key: str, text: str) -> Value:
    """What a person typed for the setting `key`, as its type. Raises Refused, as `checked` does."""
    setting, said = declared(key), text.strip()
    if isinstance(setting.default, bool):
        answers = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
        if said.lower() not in answers:
            raise Refused(f"The setting {key} is on or off, not “{text}”.", "Give on or off.")
        return answers[said.lower()]
    if isinstance(setting.default, int):
        return checked(key, int(said) if re.fullmatch(r"-?[0-9]{1,9}", said) else said)
    return checked(key, said)


def _checked_number(setting: Setting, value: object) -> int:
    low, high = bounds(setting)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Refused(f"The setting {setting.key} cannot be “{value}”.", f"Give a whole number from {low} to {high}.")
    return value


def load(path: Path) -> dict[str, Value]:
    """Every setting, from the file at `path` or its default. Raises Refused naming file and key when it is wrong."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Refused(
            f"The file {path} cannot be read: {error}.", "Mend or delete it; the defaults then hold."
        ) from error
    return {s.key: s.default for s in SETTINGS} | {key: _kept(key, value) for key, value in found.items()}


def _kept(key: str, value: object) -> Value:
    """A value of the file; letters chosen under an earlier version stand, whatever has been delivered since."""
    if declared(key).is_keys and isinstance(value, str):
        return letter_keys.written(letter_keys.read(value, gives_way=True))
    return checked(key, value)


def save(path: Path, changes: Mapping[str, object]) -> dict[str, Value]:
    """Changes settings and writes the file whole. Returns every setting.

    Raises Refused for a wrong value, SettingsNotKept when the disk will not take them; then nothing is changed.
    """
    settings = load(path) | {key: checked(key, value) for key, value in changes.items()}
    lines = [f"{key} = {_toml(value)}" for key, value in settings.items() if value != declared(key).default]
    aside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())  # or a power cut could leave an empty file under the name
        aside.replace(path)
    except OSError as error:
        raise SettingsNotKept(
            f"The file {path} cannot be written: {error.strerror}.", "Free space or check the folder, then try again."
        ) from error
    return settings


def readme_table() -> str:
    """The settings as the table of the README: key, what it takes, its default, what it does."""
    lines = ["| setting | takes | by itself | what it does |", "|---|---|---|---|"]
    for section in SECTIONS:
        for one in SETTINGS:
            if one.section == section:
                default = one.say(one.default) if isinstance(one.default, bool) else one.default
                lines.append(f"| `{one.key}` | {one.limits} | {default if default != '' else 'nothing'} | {one.help} |")
    return "\n".join(lines)


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
