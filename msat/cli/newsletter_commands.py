"""The commands `msatctl newsletter ...`: their options and help."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from msat.cli import newsletter_acts as acts

Commands = argparse._SubParsersAction  # argparse has no public name for what add_subparsers gives
_AUDIENCES = "prescribers, community-pharmacies or care-homes"


def newsletter_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Adds the commands to the whole command line."""
    about = "write, check, render and record issues of a newsletter"
    inner = commands.add_parser("newsletter", help=about, description=about).add_subparsers(
        metavar="new|list|show|add|remove|move|edit|check|render|send|take-back|answer|waiting|drop|templates",
        required=True,
    )
    _writing(inner)
    _looking(inner)
    _giving_out(inner)
    _templates(inner)


def _writing(inner: Commands[argparse.ArgumentParser]) -> None:
    new = _command(inner, "new", acts.new, "begin an issue; prints its name for the other commands")
    new.add_argument("title", metavar="TITLE", help="for instance “Medicines safety, November 2026”")
    new.add_argument("refs", nargs="*", default=[], metavar="REF", help="alerts to put in at once")
    _audience(new, "who it is written for; may be repeated; else the organisation's usual readers")
    new.add_argument("--intro", default="", metavar="TEXT", help="a paragraph above the items")
    add = _issue(inner, "add", acts.add, "put alerts into an issue")
    add.add_argument("refs", nargs="+", metavar="REF", help="the alerts")
    add.add_argument("--length", default="standard", metavar="L", help="short, standard or full")
    _audience(add, "only for these of its readers; may be repeated")
    remove = _issue(inner, "remove", acts.remove, "take an alert out of an issue")
    remove.add_argument("ref", metavar="REF")
    move = _issue(inner, "move", acts.move, "put an alert at another place of an issue")
    move.add_argument("ref", metavar="REF")
    move.add_argument("place", type=int, metavar="PLACE", help="1 is the first; Reds come before Ambers in any case")
    _editing(inner)
    drop = _issue(inner, "drop", acts.drop, "give an issue up; what was sent of it stays recorded")
    drop.add_argument("--yes", action="store_true", help="do it without asking")


def _editing(inner: Commands[argparse.ArgumentParser]) -> None:
    edit = _issue(
        inner, "edit", acts.edit, "word an item, choose its length and its readers; without REF, the issue itself"
    )
    edit.add_argument("ref", nargs="?", metavar="REF")
    edit.add_argument("--headline", metavar="TEXT")
    edit.add_argument("--action", action="append", metavar="TEXT", help="an action, verb first; may be repeated")
    edit.add_argument("--why", metavar="TEXT")
    edit.add_argument("--patients", metavar="TEXT", help="what to tell patients")
    edit.add_argument("--local-help", metavar="TEXT", help="search name, decision-support message, contact")
    edit.add_argument("--undo", action="append", default=[], metavar="FIELD", help="the program's own words again")
    edit.add_argument("--keep", action="store_true", help="the edits still stand after the notice has changed")
    edit.add_argument("--length", metavar="L", help="short, standard or full")
    edit.add_argument("--only-length", default="", metavar="L", help="the words given hold for this length only")
    edit.add_argument("--only-for", default="", metavar="A", help="the words given hold for this audience only")
    edit.add_argument("--everybody", action="store_true", help="the item is for all whom it asks something of")
    edit.add_argument("--title", metavar="TEXT", help="the issue's title")
    edit.add_argument("--intro", metavar="TEXT", help="the issue's introduction")
    _audience(edit, "who the item, or the issue, is for; may be repeated")


def _looking(inner: Commands[argparse.ArgumentParser]) -> None:
    _command(inner, "list", acts.listed, "list the issues in the making and those that were sent")
    show = _issue(inner, "show", acts.show, "show an issue: its items, word counts and remarks")
    _audience(show, "only as these readers get it; may be repeated")
    _issue(inner, "check", acts.check, "check wording, length, links and whether a source has changed (status 1 if so)")
    wait = _command(inner, "waiting", acts.waiting, "list the alerts that no issue has told of yet (status 1 if any)")
    wait.add_argument("--for", dest="audience", default="", metavar="A", help=f"who has not been told: {_AUDIENCES}")
    wait.add_argument("--since", metavar="DATE", help="received since this day; else in the last three months")


def _giving_out(inner: Commands[argparse.ArgumentParser]) -> None:
    render = _command(inner, "render", acts.render, "render an issue, or chosen alerts, as text or files")
    render.add_argument("what", nargs="+", metavar="ISSUE|REF", help="an issue's name, or the alerts to tell of")
    render.add_argument(
        "--format",
        action="append",
        metavar="F",
        help="html, markdown, text, word or email; may be repeated for a folder",
    )
    render.add_argument("--out", metavar="FILE|FOLDER", help="write here instead of printing")
    render.add_argument("--title", default="Medicines safety", metavar="TEXT", help="the title for chosen alerts")
    render.add_argument("--templates", metavar="FOLDER", help="your own templates and house style, else the profile's")
    render.add_argument("--to", default="", metavar="ADDRESS", help="an e-mail's receiver")
    render.add_argument("--from", dest="sender", default="", metavar="ADDRESS", help="an e-mail's sender")
    render.add_argument("--subject", default="", metavar="TEXT", help="an e-mail's subject")
    _audience(render, "only for these of its readers; may be repeated")
    send = _issue(inner, "send", acts.send, "record that an issue was sent, an entry for each audience; sends nothing")
    _audience(send, "only to these of its readers; may be repeated")
    send.add_argument(
        "--file",
        action="append",
        default=[],
        metavar="FILE",
        help="a file that was sent, to all of them or, by its usual name, to its own readers; may be repeated",
    )
    send.add_argument("--done", metavar="WHEN", help="when: 2026-11-21 or 2026-11-21T09:40 (London); else now")
    send.add_argument(
        "--anyway", action="store_true", help="although the check found something wrong; that is recorded"
    )
    send.add_argument("--templates", metavar="FOLDER", help="the templates that it was rendered with")
    about = "answer the action for a newsletter item (A16) by the issues sent that told of the alert"
    answer = _command(inner, "answer", acts.answer, about)
    answer.add_argument("refs", nargs="+", metavar="REF", help="the alerts")
    back = _issue(inner, "take-back", acts.take_back, "record that an issue was not sent to some readers after all")
    _audience(back, "those it was not sent to; may be repeated")
    back.add_argument("--reason", required=True, metavar="TEXT", help="why it was recorded; it stays in the record")


def _templates(inner: Commands[argparse.ArgumentParser]) -> None:
    about = "copy the newsletter's templates to change them, or try a folder of them"
    templates = inner.add_parser("templates", help=about, description=about).add_subparsers(
        metavar="copy|check", required=True
    )
    copy = _command(templates, "copy", acts.templates_copy, "copy the shipped templates and house style to change them")
    copy.add_argument("folder", nargs="?", metavar="FOLDER", help="else into the profile, where they are always used")
    tried = _command(templates, "check", acts.templates_check, "render an example with a folder of templates")
    tried.add_argument("folder", nargs="?", metavar="FOLDER", help="else the profile's own")


def _command(
    commands: Commands[argparse.ArgumentParser], name: str, does: Callable[[argparse.Namespace], int], about: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=about, description=about)
    made.set_defaults(does=does, json=False)
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    return made


def _issue(
    commands: Commands[argparse.ArgumentParser], name: str, does: Callable[[argparse.Namespace], int], about: str
) -> argparse.ArgumentParser:
    made = _command(commands, name, does, about)
    made.add_argument("issue", metavar="ISSUE", help="the issue's name, as newsletter list gives it")
    return made


def _audience(made: argparse.ArgumentParser, about: str) -> None:
    made.add_argument(
        "--for", dest="audiences", action="append", default=[], metavar="A", help=f"{about}: {_AUDIENCES}"
    )
