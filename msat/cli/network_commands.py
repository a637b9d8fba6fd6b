"""The command `msatctl network check`: which sites of the sources can be reached from here."""

from __future__ import annotations

import argparse

from msat.cli.opening import open_desk, say


def network_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the group to the whole command line."""
    about = "what can be reached from here; how MSAT gets out is set under Network in the settings"
    group = commands.add_parser("network", help=about, description=about)
    inner = group.add_subparsers(metavar="check", required=True)
    help_ = "try the site of each source that is on, once; exit status 1 when one is not reached"
    made = inner.add_parser("check", help=help_, description=help_)
    made.set_defaults(does=network_check)
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")


def network_check(options: argparse.Namespace) -> int:
    """Asks each site and says what happened; records nothing."""
    from msat.services.reach import reach

    with open_desk(options) as desk:
        found = reach(desk)
    value = [
        {"site": one.site, "reached": one.ok, "words": one.words, "proxy": one.through or None,
         "sources": list(one.sources)}
        for one in found
    ]  # fmt: skip
    lines = [f"{'reached' if one.ok else 'NOT REACHED':<12} {one.site:<28} {one.words}" for one in found]
    say(options, value, "\n".join(lines) or "No source is on, so there is nothing to reach.")
    return 0 if all(one.ok for one in found) else 1
