"""The commands `msatctl rules ...`: their options and help. Imports nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from msat.cli import rule_acts
from msat.cli.rerun_acts import rerun_command
from msat.cli.tailor_commands import tailor_commands

if TYPE_CHECKING:
    Group = argparse._SubParsersAction[argparse.ArgumentParser]


def rule_commands(commands: Group) -> Group:
    """Adds the group to the whole command line, and returns it for those that add to it."""
    about = "the rules: list and show them, run their cases, change them here"
    rules = commands.add_parser("rules", help=about, description=about[0].upper() + about[1:] + ".")
    inner: Group = rules.add_subparsers(metavar="list|show|test|...", required=True)
    _command(inner, "list", rule_acts.rules_list, "list every rule: priority for each kind, time limit, basis, review")
    shown = _command(inner, "show", rule_acts.rules_show, "show all of one rule, exception or action, with its source")
    shown.add_argument("id", metavar="ID", help="for instance F14, E04 or A08")
    _command(inner, "test", rule_acts.rules_test, "run every case; say which show each rule firing and which not")
    rerun_command(inner)
    tailor_commands(inner)
    return inner


def _command(
    group: Group, name: str, does: Callable[[argparse.Namespace], int], about: str
) -> argparse.ArgumentParser:
    made = group.add_parser(name, help=about, description=about)
    made.set_defaults(does=does, json=False)
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    return made
