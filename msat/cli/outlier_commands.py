"""The commands `msatctl outliers`: their options and help."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from msat.cli import outlier_acts

Commands = argparse._SubParsersAction  # argparse has no public name for what add_subparsers gives
ABOUT = "who lies outside the limits of the funnel, what to check first, and what has come of it (commissioner's teams)"


def outlier_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Adds the commands to the whole command line."""
    listed = commands.add_parser("outliers", help=ABOUT, description=ABOUT)
    listed.set_defaults(does=outlier_acts.outliers_listed, json=False)
    _period(listed)
    listed.add_argument(
        "--out", metavar="FILE", help="write it with its charts: a .pdf, .docx or .html file, or a folder"
    )
    listed.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    inner = listed.add_subparsers(metavar="preview|letter|reply|texts")
    _preview(inner)
    _letter(inner)
    reply = _command(inner, "reply", outlier_acts.reply_recorded, "record what an organisation replied")
    reply.add_argument("ods", metavar="ODS", help="its ODS code")
    reply.add_argument("--text", default="", metavar="TEXT", help="what it says; no patient details")
    reply.add_argument("--file", metavar="FILE", help="the file that came, kept as evidence")
    reply.add_argument("--looked", action="store_true", help="you looked through what cannot be read as text")
    reply.add_argument("--done", metavar="WHEN", help="when it came, if it was not now")
    texts = _command(inner, "texts", outlier_acts.texts_copied, "copy the words of preview and letter, to change them")
    texts.add_argument("folder", metavar="FOLDER", help="the folder to copy them to")


def _preview(inner: Commands[argparse.ArgumentParser]) -> None:
    about = "what an organisation is shown before any letter; with --shown-to, record that it was shown"
    made = _command(inner, "preview", outlier_acts.preview_shown, about)
    made.add_argument("ods", metavar="ODS", help="its ODS code")
    _measure(made)
    _period(made, given_above=True)
    made.add_argument(
        "--out", default=argparse.SUPPRESS, metavar="FILE", help="a .docx, .pdf or .html file, or a folder for both"
    )
    made.add_argument("--shown-to", default="", metavar="WHO", help="who there saw it, by role: “practice manager”")
    made.add_argument("--how", default="", metavar="WAY", help="e-mail, telephone, meeting, post, shared-folder, other")
    made.add_argument("--note", default="", metavar="TEXT", help="what was said; no patient details")
    made.add_argument("--done", metavar="WHEN", help="when it was shown, if it was not now")
    _words(made)


def _letter(inner: Commands[argparse.ArgumentParser]) -> None:
    about = "write the letter about what was shown; refused until a preview is recorded"
    made = _command(inner, "letter", outlier_acts.letter_written, about)
    made.add_argument("ods", metavar="ODS", help="its ODS code")
    _measure(made)
    made.add_argument(
        "--out", required=True, metavar="FILE", help="a .docx, .pdf or .html file, or a folder for Word and PDF"
    )
    made.add_argument("--days", type=int, default=20, metavar="N", help="working days asked for a reply; else 20")
    _words(made)


def _measure(made: argparse.ArgumentParser) -> None:
    made.add_argument("--measure", default="K6", metavar="K", help="K6 (done by the deadline) or K5 (acknowledged)")


def _period(made: argparse.ArgumentParser, given_above: bool = False) -> None:
    """The period; of a command of a command, what was given before it stays."""
    default = argparse.SUPPRESS if given_above else None
    made.add_argument(
        "--from", dest="from_day", default=default, metavar="DATE", help="first day; else twelve months before the last"
    )
    made.add_argument("--to", dest="to_day", default=default, metavar="DATE", help="last day, included; else today")


def _words(made: argparse.ArgumentParser) -> None:
    made.add_argument("--template", metavar="FILE", help="your own words, as outliers texts copies them")
    made.add_argument("--word-template", metavar="FILE", help="a Word file to take fonts and letter-head from")


def _command(
    commands: Commands[argparse.ArgumentParser], name: str, does: Callable[[argparse.Namespace], int], about: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=about, description=about)
    made.set_defaults(does=does)
    made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print stable JSON")
    return made
