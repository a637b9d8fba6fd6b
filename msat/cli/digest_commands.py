"""The commands `msatctl digest` and `msatctl reminders`: their options and help."""

from __future__ import annotations

import argparse

from msat.cli import digest_acts


def digest_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds both to the whole command line."""
    about = "the open alerts as one text or e-mail; nothing is sent, and nothing about patients is in it"
    made = commands.add_parser("digest", help=about, description=about)
    made.add_argument("--out", metavar="FILE", help="an .eml or .txt file; else it is printed")
    made.add_argument("--to", default="", metavar="ADDRESS", help="whom the e-mail is for: one plain address")
    made.add_argument("--only", action="append", default=[], metavar="REF", help="only this alert; may be repeated")
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    made.set_defaults(does=digest_acts.digest)
    about = "what the window would tell you of now: new Reds, the message of the day, time limits"
    told = commands.add_parser("reminders", help=about, description=about)
    told.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    told.set_defaults(does=digest_acts.reminders)
