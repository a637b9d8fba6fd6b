"""The commands `msatctl practices import|areas|choose|list|show`: their options and help."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from msat.cli import practice_acts


def practice_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the group to the whole command line."""
    about = "import the lists of practices and networks, and choose those you look after"
    group = commands.add_parser("practices", help=about, description=about)
    inner = group.add_subparsers(metavar="import|areas|choose|list|show", required=True)
    come = _command(inner, "import", practice_acts.practices_import, "import epraccur or ePCN, as downloaded or zipped")
    come.add_argument("file", metavar="FILE", help="epraccur.csv, ePCN.xlsx, or a zip of either")
    come.add_argument("--anyway", action="store_true", help="take a list that is older, or lacks much of the last one")
    areas = _command(inner, "areas", practice_acts.practices_areas, "find commissioners and networks by code or name")
    areas.add_argument("text", nargs="?", default="", metavar="TEXT", help="part of a code or a name")
    _choose(inner)
    listed = _command(inner, "list", practice_acts.practices_list, "list the chosen practices, closed ones with dates")
    listed.add_argument("--commissioner", metavar="CODE", help="only those of this commissioner")
    listed.add_argument("--pcn", metavar="CODE", help="only those in this network")
    listed.add_argument("--all", action="store_true", dest="everything", help="every practice of the lists")
    listed.add_argument("--open", action="store_true", dest="open_only", help="only those that are open")
    show = _command(inner, "show", practice_acts.practices_show, "show one practice: address, commissioner, networks")
    show.add_argument("code", metavar="CODE", help="its code, for instance A81001")


def _choose(inner: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    choose = _command(
        inner, "choose", practice_acts.practices_choose, "choose your own area; what is not named stays as it was"
    )
    for name, metavar, words in (
        ("--commissioner", "CODE", "the practices of this commissioner, in place of those chosen before"),
        ("--pcn", "CODE", "the practices in this network, in place of those chosen before"),
        ("--kind", "KIND", "only of this kind, for instance gp-practice or prison"),
        ("--add", "CODE", "a single practice besides"),
        ("--leave-out", "CODE", "a single practice that is not yours"),
        ("--forget", "CODE", "neither add nor leave out this practice any more"),
        ("--dispensing", "CODE", "a practice that dispenses"),
        ("--not-dispensing", "CODE", "a practice that does not dispense"),
    ):
        choose.add_argument(name, action="append", metavar=metavar, help=f"{words}; may be repeated")
    choose.add_argument("--dispensing-file", metavar="FILE", help="a csv file of the codes of all that dispense")
    choose.add_argument("--anew", action="store_true", help="forget what was chosen before")


def _command(
    inner: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    does: Callable[[argparse.Namespace], int],
    about: str,
) -> argparse.ArgumentParser:
    made = inner.add_parser(name, help=about, description=about)
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    made.set_defaults(does=does)
    return made
