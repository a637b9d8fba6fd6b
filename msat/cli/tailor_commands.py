"""The commands about an organisation's own rules and letters: their options and help. Imports nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from msat.cli import tailor_acts

if TYPE_CHECKING:
    Group = argparse._SubParsersAction[argparse.ArgumentParser]


def tailor_commands(rules: Group) -> None:
    """Adds to `msatctl rules` what changes the rules here: draft, check, dry run, adopt, apply, packs."""
    _command(rules, "edit-path", tailor_acts.edit_path, "print where the draft of local rules lies; make one if needed")
    checked = _command(rules, "check", tailor_acts.check, "check a draft or pack, naming each mistake and its place")
    checked.add_argument("file", nargs="?", metavar="FILE", help="a pack; without it, the draft")
    tried = _command(rules, "dry-run", tailor_acts.try_rules, "show what local rules would have changed")
    tried.add_argument("file", nargs="?", metavar="FILE", help="a pack; without it, the draft")
    tried.add_argument("--months", type=int, default=12, metavar="N", help="how many months back; usually 12")
    tried.add_argument("--all", action="store_true", help="print every alert that differs, not the first 40")
    adopted = _command(rules, "adopt", tailor_acts.adopt_draft, "put the draft in force, as the last dry run showed it")
    adopted.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays in the record")
    _command(rules, "adopted", tailor_acts.adopted_list, "list what was adopted and withdrawn, and what is in force")
    gone = _command(rules, "withdraw", tailor_acts.withdraw_rules, "go back to the shipped rules")
    gone.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays in the record")
    again = _command(
        rules, "apply", tailor_acts.apply_rules, "decide open alerts again by the rules now in force, where they differ"
    )
    again.add_argument("--reason", metavar="TEXT", help="why; it stays in the record")
    again.add_argument("--dry-run", action="store_true", help="only show which alerts would be decided differently")
    out = _command(rules, "export", tailor_acts.export_rules, "write the local rules to a signed file (.msatrules)")
    out.add_argument("file", metavar="FILE", help="the file to write")
    out.add_argument("--draft", action="store_true", help="the draft, rather than what is in force")
    come = _command(rules, "import", tailor_acts.import_rules, "make a pack of local rules the draft here")
    come.add_argument("file", metavar="FILE", help="a file that rules export wrote")
    come.add_argument("--as-own", action="store_true", help="as this organisation's own rules, unsigned")
    held = _command(rules, "compare", tailor_acts.compare_rules, "show in which fields two packs of local rules differ")
    held.add_argument("one", metavar="A", help="a file, or draft, adopted or shipped")
    held.add_argument("other", nargs="?", default="shipped", metavar="B", help="the same; without it, shipped")


def letter_command(commands: Group) -> None:
    """Adds `msatctl letter` to the whole command line."""
    made = _command(commands, "letter", tailor_acts.letter, "print the text of a letter or message about an alert")
    made.add_argument("ref", metavar="REF", help="the alert's reference in any spelling, or its key")
    made.add_argument("name", nargs="?", default="", metavar="NAME", help="patient-letter ...; without it, their list")


def _command(
    group: Group, name: str, does: Callable[[argparse.Namespace], int], about: str
) -> argparse.ArgumentParser:
    made = group.add_parser(name, help=about, description=about)
    made.set_defaults(does=does, json=False)
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    return made
