"""The commands `msatctl settings list|get|set`: their options and help."""

from __future__ import annotations

import argparse

from msat.cli import settings_acts


def settings_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the group to the whole command line."""
    about = "see or change the settings of this profile"
    group = commands.add_parser("settings", help=about, description=about)
    inner = group.add_subparsers(metavar="list|get|set", required=True)
    every = "list every setting with its value and its limits"
    listed = inner.add_parser("list", help=every, description=every)
    listed.add_argument("--table", action="store_true", help="print the table that stands in the README")
    one = inner.add_parser("get", help="print one setting", description="print one setting")
    change = inner.add_parser("set", help="change one setting", description="change one setting")
    for made in (one, change):
        made.add_argument("key", metavar="KEY", help="the setting, for instance appearance")
    change.add_argument("value", metavar="VALUE", help="its new value; on or off where it is a switch")
    for made, does in (
        (listed, settings_acts.settings_list),
        (one, settings_acts.settings_get),
        (change, settings_acts.settings_set),
    ):
        made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
        made.set_defaults(does=does)
