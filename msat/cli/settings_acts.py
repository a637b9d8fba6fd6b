"""What `msatctl settings` does: lists the settings, tells one, changes one. Needs no record."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from msat import settings
from msat.cli.opening import places_of, say, warn


def _file(options: argparse.Namespace) -> Path:
    return places_of(options).settings


def settings_list(options: argparse.Namespace) -> int:
    """Prints every setting with its value, its limits and what it does; with --table, the table of the README."""
    if options.table:
        sys.stdout.write(settings.readme_table() + "\n")
        return 0
    found = settings.load(_file(options))
    value = [
        {
            "key": one.key,
            "section": one.section,
            "label": one.name,
            "value": found[one.key],
            "default": one.default,
            "takes": one.limits,
            "help": one.help,
        }
        for section in settings.SECTIONS
        for one in settings.SETTINGS
        if one.section == section
    ]
    lines: list[str] = []
    for section in settings.SECTIONS:
        members = [one for one in settings.SETTINGS if one.section == section]
        lines += [f"\n{section}"] if members else []
        for one in members:
            lines.append(f"  {one.key} = {_shown(found[one.key])}")
            lines.append(f"      {one.help} It takes {one.limits}.")
    say(options, value, "\n".join(lines).lstrip("\n"))
    return 0


def settings_get(options: argparse.Namespace) -> int:
    """Prints one setting."""
    one = settings.declared(options.key)
    value = settings.load(_file(options))[one.key]
    say(options, {"key": one.key, "value": value}, _shown(value))
    return 0


def settings_set(options: argparse.Namespace) -> int:
    """Changes one setting; a value out of its limits changes nothing."""
    value = settings.typed(options.key, options.value)
    settings.save(_file(options), {options.key: value})
    say(options, {"key": options.key, "value": value}, f"{options.key} is now {_shown(value)}.")
    if options.key == "certificate_file" and value:
        _tell_of_certificates(str(value))
    return 0


def _tell_of_certificates(path: str) -> None:
    """A file that cannot be used is kept, for its disk may only be away, and told of at once."""
    from msat.services.open_web import certificate_trouble

    trouble = certificate_trouble(path)
    if trouble:
        warn(trouble)


def _shown(value: settings.Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) if value != "" else "(nothing)"
