"""The commands `msatctl recheck`, `review`, `plan`, `decision-support` and `discussed`: their options and help."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from msat.cli import committee_acts, recheck_acts

_ALL = "also those whose time had passed before they came"
Commands = argparse._SubParsersAction  # argparse has no public name for what add_subparsers gives


def committee_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Adds the commands to the whole command line."""
    _recheck(commands)
    _review(commands)
    _plan(commands)
    support = _deed(
        commands, "decision-support", committee_acts.decision_support, "record a decision-support message that is live"
    )
    support.add_argument("--system", required=True, metavar="S", help="OptimiseRx, ScriptSwitch or other")
    support.add_argument("--id", required=True, metavar="ID", help="the message's id in that system")
    support.add_argument("--live", required=True, metavar="DATE", help="since when, for instance 2026-11-21")
    support.add_argument("--national", action="store_true", help="it is the system's own national content")
    support.add_argument("--note", default="", metavar="TEXT", help="a note; for “other”, which system it is")
    met = _deed(commands, "discussed", committee_acts.discussed, "record the meeting that discussed an alert")
    met.add_argument("--meeting", required=True, metavar="TEXT", help="which meeting")
    met.add_argument("--on", required=True, metavar="DATE", help="when, for instance 2026-11-21")
    met.add_argument("--minute", default="", metavar="TEXT", help="the minute's number")
    met.add_argument("--outcome", required=True, metavar="TEXT", help="what was decided")
    met.add_argument("--owner", default="", metavar="NAME", help="who sees to it: a person or a role")
    met.add_argument("--due", metavar="DATE", help="by when the owner does it, for instance 2026-12-05")


def _recheck(commands: Commands[argparse.ArgumentParser]) -> None:
    again = _command(
        commands,
        "recheck",
        recheck_acts.recheck,
        "record a search run again after 3 or 12 months; without REF, list those due and coming (status 1 while any "
        "is due)",
    )
    again.add_argument("ref", nargs="?", metavar="REF", help="the alert's reference in any spelling, or its key")
    again.add_argument(
        "funnel",
        nargs="*",
        metavar="STEP=N",
        help="found= active= at_higher_risk= reviewed= changed= unchanged_with_reason=",
    )
    again.add_argument("--months", type=int, metavar="N", help="3 or 12; else the one that is due first")
    again.add_argument("--search", default="", metavar="NAME", help="what the search is called")
    again.add_argument("--note", default="", metavar="TEXT", help="a note; no patient details")
    _done(again)


def _review(commands: Commands[argparse.ArgumentParser]) -> None:
    about = "list the alerts that wait for a person's judgement (status 1 while there is any), or judge one"
    review = commands.add_parser("review", help=about, description=about)
    review.set_defaults(does=recheck_acts.review_listed, json=False)
    review.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    review.add_argument("--all", action="store_true", dest="everything", help=_ALL)
    inner = review.add_subparsers(metavar="list|decide")
    listed = _command(inner, "list", recheck_acts.review_listed, "list the alerts that wait for a judgement", False)
    listed.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print stable JSON")
    listed.add_argument("--all", action="store_true", dest="everything", default=argparse.SUPPRESS, help=_ALL)
    decide = _deed(inner, "decide", recheck_acts.review_decide, "judge an alert: its priority and why")
    decide.add_argument("--rag", required=True, metavar="R", help="red, amber or green")
    decide.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays in the record")
    decide.add_argument(
        "--make-rule", action="store_true", help="also write it into the draft of local rules, to adopt"
    )


def _plan(commands: Commands[argparse.ArgumentParser]) -> None:
    about = "agree a local plan for an alert, send plans to practices as a signed file, or take such a file in"
    inner = commands.add_parser("plan", help=about, description=about).add_subparsers(
        metavar="agree|list|export|import", required=True
    )
    agree = _deed(inner, "agree", committee_acts.plan_agree, "record the plan agreed for an alert (committees only)")
    agree.add_argument("--rag", required=True, metavar="R", help="red, amber or green")
    agree.add_argument(
        "--action", action="append", default=[], metavar="TEXT", help="what is to be done; may be repeated"
    )
    agree.add_argument("--due", metavar="DATE", help="by when, for instance 2026-12-05")
    agree.add_argument("--minute", default="", metavar="TEXT", help="the minute's number")
    agree.add_argument("--note", default="", metavar="TEXT", help="a note; no patient details")
    _command(inner, "list", committee_acts.plan_list, "list the plans that stand, and those that wait for their alert")
    out = _command(inner, "export", committee_acts.plan_export, "write agreed plans as a signed file (.msatplan)")
    out.add_argument("refs", nargs="*", metavar="REF", help="the alerts; else all that have a plan of ours")
    out.add_argument("--out", required=True, metavar="FILE", help="the file, or a folder")
    come = _command(inner, "import", committee_acts.plan_import, "take in the plans of a signed file, each once")
    come.add_argument("file", metavar="FILE", help="a .msatplan file from your commissioner's team")
    come.add_argument(
        "--sender", default="", metavar="NUMBER", help="how the number of the sender's record begins, once compared"
    )


def _command(
    commands: Commands[argparse.ArgumentParser],
    name: str,
    does: Callable[[argparse.Namespace], int],
    about: str,
    json: bool = True,
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=about, description=about)
    made.set_defaults(does=does, json=False)
    if json:
        made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    return made


def _deed(
    commands: Commands[argparse.ArgumentParser],
    name: str,
    does: Callable[[argparse.Namespace], int],
    about: str,
) -> argparse.ArgumentParser:
    made = _command(commands, name, does, about)
    made.add_argument("ref", metavar="REF", help="the alert's reference in any spelling, or its key")
    _done(made)
    return made


def _done(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--done", metavar="WHEN", help="when it was done: 2026-11-21 or 2026-11-21T09:40 (London); else now"
    )
