"""The commands `msatctl decisions` and `msatctl meetings`, and the options of `export minutes`."""

from __future__ import annotations

import argparse

from msat.cli import meeting_acts
from msat.cli.signing_options import signing_options

Commands = argparse._SubParsersAction  # argparse has no public name for what add_subparsers gives
MINUTES = "the minutes of a meeting, by the file's ending: PDF, HTML, Word or plain text"
_JSON = "print stable JSON instead of text"
_DONE = "when it was done: 2026-11-21 or 2026-11-21T09:40 (London); else now"


def meeting_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Adds both to the whole command line."""
    about = "list what meetings decided and somebody is to see to (status 1 while any is overdue), or record it as done"
    decisions = commands.add_parser("decisions", help=about, description=about)
    inner = decisions.add_subparsers(metavar="list|done")
    listed = inner.add_parser("list", help=about, description=about)
    for made, default in ((decisions, False), (listed, argparse.SUPPRESS)):
        made.add_argument(
            "--all", action="store_true", dest="everything", default=default, help="also what is done or only noted"
        )
        made.add_argument("--overdue", action="store_true", default=default, help="only what is overdue")
        made.add_argument("--json", action="store_true", default=default, help=_JSON)
    decisions.set_defaults(does=meeting_acts.decisions_listed)
    listed.set_defaults(does=meeting_acts.decisions_listed)
    about = "record that what a meeting decided about an alert is done"
    done = inner.add_parser("done", help=about, description=about)
    done.set_defaults(does=meeting_acts.decision_done)
    done.add_argument("ref", metavar="REF", help="the alert's reference in any spelling, or its key")
    done.add_argument("--entry", metavar="N", help="the decision's entry, where more than one is open")
    done.add_argument("--note", default="", metavar="TEXT", help="what came of it; no patient details")
    done.add_argument("--done", metavar="WHEN", help=_DONE)
    done.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_JSON)
    _meetings(commands)


def _meetings(commands: Commands[argparse.ArgumentParser]) -> None:
    about = "list the meetings of the record, or record who was at one and its agenda"
    meetings = commands.add_parser("meetings", help=about, description=about)
    meetings.set_defaults(does=meeting_acts.meetings_listed)
    meetings.add_argument("--json", action="store_true", help=_JSON)
    inner = meetings.add_subparsers(metavar="list|record")
    listed = inner.add_parser("list", help="list the meetings", description="List the meetings of the record.")
    listed.set_defaults(does=meeting_acts.meetings_listed)
    listed.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_JSON)
    about = "record who was at a meeting, and its agenda"
    held = inner.add_parser("record", help=about, description=about)
    held.set_defaults(does=meeting_acts.meeting_held)
    held.add_argument("--meeting", required=True, metavar="TEXT", help="which meeting, as its decisions name it")
    held.add_argument("--on", required=True, metavar="DATE", help="when it was held, for instance 2026-11-21")
    for name, about in (
        ("--present", "a role or name that was there; may be repeated"),
        ("--apologies", "a role or name that sent apologies; may be repeated"),
        ("--agenda", "an item of the agenda; may be repeated"),
    ):
        held.add_argument(name, action="append", default=[], metavar="TEXT", required=name == "--present", help=about)
    held.add_argument("--note", default="", metavar="TEXT", help="what else was noted; no patient details")
    held.add_argument("--done", metavar="WHEN", help=_DONE)
    held.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_JSON)


def minutes_options(made: argparse.ArgumentParser) -> None:
    """Adds the options of `export minutes`."""
    made.add_argument("--meeting", default="", metavar="TEXT", help="which meeting; without it the newest")
    made.add_argument("--on", metavar="DATE", help="the day it was held; without it the newest of that name")
    made.add_argument("--out", required=True, metavar="FILE", help="a .pdf, .html, .docx or .txt file, or a folder")
    signing_options(made)
