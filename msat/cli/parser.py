"""What `msatctl` understands: every command, its options and its help. Imports nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from msat.cli import add_acts, alert_acts, check_acts, deed_acts, gap_acts, profile_acts, proof_acts, source_acts
from msat.cli.backup_commands import backup_commands
from msat.cli.committee_commands import committee_commands
from msat.cli.database_commands import database_commands
from msat.cli.digest_commands import digest_commands
from msat.cli.exchange_commands import exchange_commands
from msat.cli.holiday_commands import holiday_commands
from msat.cli.inspector_acts import ABOUT as INSPECTOR
from msat.cli.inspector_acts import export_inspector, inspector_options
from msat.cli.key_commands import key_commands
from msat.cli.kpi_acts import kpi_command
from msat.cli.log_commands import log_commands
from msat.cli.mark_commands import mark_commands
from msat.cli.medicine_commands import VIEW_HELP, VIEWS, medicine_commands
from msat.cli.meeting_acts import export_minutes
from msat.cli.meeting_commands import MINUTES, meeting_commands, minutes_options
from msat.cli.network_commands import network_commands
from msat.cli.newsletter_commands import newsletter_commands
from msat.cli.outlier_commands import outlier_commands
from msat.cli.pack_acts import PACK, export_pack, pack_options, packs_command
from msat.cli.person_commands import person_commands
from msat.cli.practice_commands import practice_commands
from msat.cli.retention_commands import retention_commands
from msat.cli.rule_commands import rule_commands
from msat.cli.settings_commands import settings_commands
from msat.cli.signing_options import signing_options
from msat.cli.tailor_commands import letter_command
from msat.cli.usage import Parser
from msat.cli.work_commands import work_commands

KINDS = ("gp-practice", "dispensing-practice", "pcn", "community-pharmacy", "committee")


def make_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser: argparse.ArgumentParser = Parser(
        prog="msatctl",
        description="Medicines safety alerts: see them, act on them, record what was done, and prove the record.",
        epilog="Exit status: 0 done, 1 something found wrong, 2 wrong use or refused.",
    )
    parser.add_argument("--profile", metavar="DIR", help="use this folder instead of your own profile")
    parser.add_argument(
        "--database", metavar="URL", help="the shared database that holds the record; a profile remembers its own"
    )
    parser.add_argument(
        "--from-backup",
        action="store_true",
        help="where the record cannot be opened, read its newest whole backup instead; nothing is recorded",
    )
    parser.add_argument("--as", dest="name", metavar="NAME", help="who is doing this")
    parser.add_argument("--role", metavar="ROLE", help="their role, for instance “practice pharmacist”")
    parser.add_argument("--verbose", action="store_true", help="say more when something goes wrong")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in (
        _profile_commands,
        _source_commands,
        _reading_commands,
        _finding_commands,
        _deed_commands,
        _proof_commands,
        key_commands,
        log_commands,
        database_commands,
        backup_commands,
        person_commands,
        retention_commands,
        rule_commands,
        letter_command,
        settings_commands,
        network_commands,
        holiday_commands,
        practice_commands,
        digest_commands,
        kpi_command,
        packs_command,
        committee_commands,
        meeting_commands,
        work_commands,
        mark_commands,
        medicine_commands,
        exchange_commands,
        newsletter_commands,
        outlier_commands,
    ):
        group(commands)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    does: Callable[[argparse.Namespace], int],
    help_: str,
    json: bool = True,
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=help_, description=help_)
    made.set_defaults(does=does, json=False)
    if json:
        made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    return made


def _deed(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    does: Callable[[argparse.Namespace], int],
    help_: str,
    note: bool = True,
) -> argparse.ArgumentParser:
    """A command that records something about one alert."""
    made = _command(commands, name, does, help_)
    made.add_argument("ref", metavar="REF", help="the alert's reference in any spelling, or its key")
    made.add_argument(
        "--done", metavar="WHEN", help="when it was done: 2026-11-21 or 2026-11-21T09:40 (London); else now"
    )
    if note:
        made.add_argument("--note", default="", metavar="TEXT", help="a note; no patient details")
    return made


def _profile_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = _command(
        commands, "init", profile_acts.init, "make a profile for one organisation and print its recovery key"
    )
    init.add_argument("--organisation", required=True, metavar="NAME", help="the organisation's name")
    init.add_argument("--ods", required=True, metavar="CODE", help="its ODS code")
    init.add_argument("--kind", required=True, metavar="KIND", help=f"one of: {', '.join(KINDS)}")
    demo = _command(
        commands, "demo", profile_acts.demo, "make a sample organisation, do the main job once, and show the files"
    )
    demo.add_argument("--out", metavar="DIR", help="an empty or new folder to put everything in")
    demo.add_argument(
        "--kind", choices=("practice", "committee"), default="practice", help="what the sample is (practice)"
    )
    _command(commands, "version", profile_acts.version, "print the version")


def _source_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sources = commands.add_parser("sources", help="list the sources, or change them", description="The sources.")
    sources.set_defaults(does=source_acts.sources_list, json=False)
    inner = sources.add_subparsers(metavar="list|set|enable|disable|add|test|remove|export|import")
    sources.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    listed = _command(inner, "list", source_acts.sources_list, "list the sources and how each is doing", json=False)
    listed.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print stable JSON")
    change = _command(inner, "set", source_acts.sources_set, "change the address of a source", json=False)
    change.add_argument("id", metavar="ID", help="the source's id")
    change.add_argument("--address", required=True, metavar="URL", help="for a GOV.UK source, the site's base address")
    _own_source_commands(inner)
    for name, does, words in (
        ("enable", source_acts.sources_enable, "read this source from now on"),
        ("disable", source_acts.sources_disable, "stop reading this source"),
    ):
        made = _command(inner, name, does, words, json=False)
        made.add_argument("id", metavar="ID", help="the source's id")
    refresh = _command(commands, "refresh", source_acts.refresh, "look at the sources and record what is new")
    refresh.add_argument(
        "--source", action="append", default=[], metavar="ID", help="only this source; may be repeated"
    )
    refresh.add_argument("--all", action="store_true", help="ask again for every known page, however old")
    refresh.add_argument("--since", metavar="DATE", help="also fetch everything published since this day (2025-01-31)")
    add = _command(commands, "add", add_acts.add, "add a notice that came by e-mail or is typed here")
    add.add_argument(
        "file", nargs="?", metavar="FILE", help="an .eml, .html, .txt or .pdf file, or - for text that is piped in"
    )
    add.add_argument("--dry-run", action="store_true", help="show each fact with its words, and record nothing")
    add.add_argument("--title", default="", metavar="TEXT", help="the notice's title; alone, a notice without text")
    add.add_argument("--reference", default="", metavar="REF", help="its reference, where the text does not say it")
    add.add_argument("--issued", metavar="DATE", help="the day it was issued, for instance 2026-11-21")
    add.add_argument("--url", default="", metavar="URL", help="the address of its page")


def _own_source_commands(inner: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    new = _command(inner, "add", source_acts.sources_add, "add a source of your own, for instance a local feed", False)
    new.add_argument("id", metavar="ID", help="small letters, digits and hyphens")
    new.add_argument("--address", required=True, metavar="URL", help="the whole address of the feed")
    new.add_argument("--name", dest="name_of", required=True, metavar="TEXT", help="what people call it")
    new.add_argument("--kind", default="feed", metavar="KIND", help="feed (RSS, Atom, JSON Feed), govuk or openfda")
    new.add_argument("--nation", default="uk", metavar="N", help="where it publishes: uk, eu, us, world ...")
    new.add_argument("--publisher", default="", metavar="TEXT", help="who publishes it")
    new.add_argument("--carries", default="", metavar="TEXT", help="what it carries")
    new.add_argument("--red-capable", action="store_true", help="it can carry a Red: 24 hours of silence are flagged")
    new.add_argument("--silence", type=int, default=336, metavar="HOURS", help="the longest quiet spell to expect")
    tried = _command(inner, "test", source_acts.sources_test, "read a source and show what is found; record nothing")
    tried.add_argument("id", metavar="ID", help="the source's id")
    gone = _command(inner, "remove", source_acts.sources_remove, "remove a source of your own", json=False)
    gone.add_argument("id", metavar="ID", help="the source's id")
    out = _command(inner, "export", source_acts.sources_export, "write your own sources to a file for others", False)
    out.add_argument("file", metavar="FILE", help="the file to write")
    come = _command(inner, "import", source_acts.sources_import, "add the sources of a file, switched off", False)
    come.add_argument("file", metavar="FILE", help="a file that sources export wrote")


def _reading_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    listed = _command(commands, "list", alert_acts.list_alerts, "list alerts, the most pressing first")
    listed.add_argument("--rag", metavar="R", help="red, amber or green")
    listed.add_argument("--status", metavar="S", help="for instance “in hand”, “overdue”, “done”")
    listed.add_argument("--family", metavar="F", help="for instance medicines-recall")
    listed.add_argument("--search", default="", metavar="TEXT", help="words in title, reference, company, batch")
    listed.add_argument("--owner", metavar="NAME", help="only those that this person looks after")
    listed.add_argument(
        "--mine", action="store_true", help="only those you act for today, and every Red nobody has acknowledged"
    )
    listed.add_argument("--open", action="store_true", dest="open_only", help="only those with something left to do")
    listed.add_argument("--starred", action="store_true", help="only those with your star")
    listed.add_argument("--snoozed", action="store_true", help="only those that you put aside until a day to come")
    listed.add_argument("--view", choices=VIEWS, help=VIEW_HELP)
    show = _command(
        commands, "show", alert_acts.show, "show one alert: facts with their words, priority and why, actions"
    )
    show.add_argument("ref", metavar="REF", help="the alert's reference in any spelling, or its key")


def _finding_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = _command(commands, "check", check_acts.check, "compare batches, scanned codes or products with the alerts")
    check.add_argument(
        "texts", nargs="+", metavar="TEXT", help="each is checked by itself; - reads a column, a line each, from input"
    )
    dmd = commands.add_parser("dmd", help="import dm+d files", description="The dm+d files that name packs by GTIN.")
    imported = _command(
        dmd.add_subparsers(metavar="import", required=True),
        "import",
        check_acts.dmd_import,
        "import the GTIN and pack files of a dm+d release",
    )
    imported.add_argument("path", metavar="FOLDER|FILE", help="the release's folder, or its f_gtin2 or f_ampp2 file")
    gaps = commands.add_parser(
        "gaps",
        help="list the numbers that should be here and are not",
        description="The missed-alert detector. Exit status 1 while any gap is unexplained.",
    )
    gaps.set_defaults(does=gap_acts.gaps_list, json=False)
    gaps.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    explain = _command(
        gaps.add_subparsers(metavar="explain"), "explain", gap_acts.gaps_explain, "record why a number is not here"
    )
    explain.add_argument("ref", metavar="REF", help="the number, for instance EL(25)A/50")
    explain.add_argument(
        "--reason",
        required=True,
        metavar="CODE",
        help="not-issued, not-for-us, received-elsewhere, before-our-time or other",
    )
    explain.add_argument("--note", default="", metavar="TEXT", help="a note; no patient details")
    explain.add_argument("--done", metavar="WHEN", help="when that was found out, if it was not now")


def _deed_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _deed(commands, "acknowledge", deed_acts.acknowledge, "record that you have seen an alert")
    applies = _deed(commands, "applies", deed_acts.applies, "record whether an alert applies here, and why")
    applies.add_argument("answer", metavar="yes|no")
    applies.add_argument(
        "--reason", required=True, metavar="CODE", help="held, prescribed, not-held, not-prescribed ..."
    )
    answer = _deed(commands, "answer", deed_acts.answer, "answer one action of an alert")
    answer.add_argument("action", metavar="ACTION", help="its code, for instance A12")
    answer.add_argument("answer", metavar="yes|no|nil|not-answered")
    answer.add_argument("--count", type=int, metavar="N", help="a number of packs or patients")
    place = _deed(commands, "place", deed_acts.place, "record what was found in one place")
    place.add_argument("place", metavar="PLACE", help="for instance “treatment room”")
    place.add_argument("found", metavar="nil|QTY", help="nil, or the number of packs")
    place.add_argument("--batch", default="", metavar="NUMBER", help="the batch found")
    place.add_argument("--initials", default="", metavar="XY", help="the initials of whoever looked")
    count = _deed(commands, "count", deed_acts.count, "record the counts of a search of patients")
    count.add_argument(
        "funnel",
        nargs="+",
        metavar="STEP=N",
        help="found= active= at_higher_risk= reviewed= changed= unchanged_with_reason=",
    )
    count.add_argument("--action", metavar="CODE", help="which action, where there are several")
    count.add_argument("--search", default="", metavar="NAME", help="what the search is called")
    count.add_argument("--run-on", metavar="DATE", help="the day it was run, for instance 2026-11-21")
    count.add_argument(
        "--unchanged-reason", default="", metavar="TEXT", help="why people reviewed were left unchanged"
    )
    sign = _deed(commands, "sign-off", deed_acts.sign_off, "sign an alert off; a Red needs a second person", note=False)
    sign.add_argument("--statement", default="", metavar="TEXT", help="what you sign; else the usual sentence")
    override = _deed(commands, "override", deed_acts.override, "choose another priority than the rule's", note=False)
    override.add_argument("--rag", required=True, metavar="R", help="red, amber or green")
    override.add_argument("--reason", required=True, metavar="TEXT")
    reopen = _deed(commands, "reopen", deed_acts.reopen, "re-open an alert that was closed", note=False)
    reopen.add_argument("--reason", required=True, metavar="TEXT")
    correct = _command(commands, "correct", deed_acts.correct, "correct an entry; the old one stays, struck out")
    correct.add_argument("entry", metavar="ENTRY", help="its number in the history, or its id")
    correct.add_argument("--reason", required=True, metavar="TEXT")
    correct.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", help="the right value; may be repeated"
    )
    correct.add_argument("--entered-in-error", action="store_true", help="the entry should not have been made")
    correct.add_argument("--done", metavar="WHEN", help="when it was really done")


def _proof_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = commands.add_parser("export", help="write evidence to a file", description="Write evidence to a file.")
    inner = export.add_subparsers(metavar="certificate|log|inspector|minutes|pack", required=True)
    one = _command(inner, "certificate", proof_acts.export_certificate, "the one-page record of one alert (PDF)")
    one.add_argument("ref", metavar="REF", help="the alert's reference in any spelling, or its key")
    one.add_argument("--out", required=True, metavar="FILE", help="a .pdf file, or a folder")
    signing_options(one)
    log = _command(inner, "log", proof_acts.export_log, "the log of a period (PDF or Excel)")
    log.add_argument(
        "--from", dest="from_day", required=True, metavar="DATE", help="first day, for instance 2026-01-01"
    )
    log.add_argument("--to", dest="to_day", required=True, metavar="DATE", help="last day, included")
    log.add_argument("--out", required=True, metavar="FILE", help="a .pdf or .xlsx file")
    signing_options(log)
    inspector_options(_command(inner, "inspector", export_inspector, INSPECTOR))
    minutes_options(_command(inner, "minutes", export_minutes, MINUTES))
    pack_options(_command(inner, "pack", export_pack, PACK))
    verify = _command(commands, "verify", proof_acts.verify, "check this record, or exports, returns and backups")
    verify.add_argument("files", nargs="*", metavar="FILE")
    verify.add_argument(
        "--trust", action="append", default=[], metavar="FILE", help="a root certificate for signed PDFs; repeatable"
    )
    _command(commands, "rebuild", proof_acts.rebuild, "compute every view again from the record")
