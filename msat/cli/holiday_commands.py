"""The commands `msatctl holidays list|add|remove`: their options and help."""

from __future__ import annotations

import argparse

from msat.cli import holiday_acts

KINDS = ("bank-holiday", "shut", "open")


def holiday_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the group to the whole command line."""
    about = "bank holidays, and days on which this site is shut or open out of turn"
    group = commands.add_parser("holidays", help=about, description=about)
    inner = group.add_subparsers(metavar="list|add|remove", required=True)
    every = "list the bank holidays of a year and the days that were added"
    listed = inner.add_parser("list", help=every, description=every)
    listed.add_argument("--year", type=int, metavar="YEAR", help="the year; without it the present one")
    more = "add a day that MSAT does not know of"
    added = inner.add_parser("add", help=more, description=more)
    less = "take out a day that was added"
    removed = inner.add_parser("remove", help=less, description=less)
    for made in (added, removed):
        made.add_argument("date", metavar="DATE", help="the day, as 2027-06-01")
    added.add_argument("name", metavar="NAME", help="what it is called, for instance “Coronation”")
    added.add_argument(
        "--kind",
        choices=KINDS,
        default=KINDS[0],
        help="bank-holiday: no working day; shut: this site alone is shut; open: open out of turn",
    )
    for made, does in (
        (listed, holiday_acts.holidays_list),
        (added, holiday_acts.holidays_add),
        (removed, holiday_acts.holidays_remove),
    ):
        made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
        made.set_defaults(does=does)
