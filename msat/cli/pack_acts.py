"""The commands `msatctl export pack` and `msatctl packs`: issue a pack, a draft, one made again; list them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from msat.cli.opening import day, open_desk, person_of, say, show_progress
from msat.cli.signing_options import certificate_of, certifier, signing_options
from msat.clock import stamp
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.exports.certificate_signing import Certificate
    from msat.projections.pack_model import Signatory
    from msat.services.desk import Desk, Person
    from msat.services.export_pack import Made
    from msat.services.pack_preparing import Wanted

PACK = "an assurance pack: PDF, HTML, workbook and JSON, numbered and recorded"
LISTED = "the assurance packs of this record, with the fingerprint of each file"
FORMATS = "pdf,html,xlsx,json"


def pack_options(made: argparse.ArgumentParser) -> None:
    """The options of `export pack`."""
    made.add_argument("--from", dest="from_day", metavar="DATE", help="first day, for instance 2025-09-01")
    made.add_argument("--to", dest="to_day", metavar="DATE", help="last day, included")
    made.add_argument("--author", metavar="NAME, ROLE", help="who wrote it; else the person named before the command")
    made.add_argument("--reviewer", metavar="NAME, ROLE", help="who reviewed it")
    made.add_argument("--approver", metavar="NAME, ROLE", help="who approves it; without one there is only a draft")
    made.add_argument("--out", default=".", metavar="FOLDER", help="the folder to write to; else the present one")
    made.add_argument("--formats", metavar="LIST", help=f"some of {FORMATS}; else all of them")
    made.add_argument("--draft", action="store_true", help="a draft: marked so on every page, and nothing is recorded")
    made.add_argument("--again", metavar="NUMBER", help="make a pack again from the record, the same to the byte")
    signing_options(made)


def packs_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `packs` to the whole command line."""
    made = commands.add_parser("packs", help=LISTED, description=LISTED)
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    made.set_defaults(does=packs_listed)


def export_pack(options: argparse.Namespace) -> int:
    """Issues a pack, writes a draft, or makes one again."""
    if options.again and (options.draft or options.approver or options.from_day or options.to_day):
        raise Refused(
            "A pack is made again as it was: its period and its people are in the record.",
            "Leave --from, --to, --approver and --draft out beside --again.",
        )
    if options.sign and (options.again or options.draft):
        raise Refused(
            "Only a pack that is issued is signed with a certificate; one made again has the signature it had.",
            "Leave --sign out.",
        )
    certificate = certificate_of(options)
    with open_desk(options) as desk:
        made = _made(desk, options, certificate)
    value = {
        "number": made.number or None,
        "draft": not made.number,
        "files": [str(path) for path in made.files],
        "cut_off": stamp(made.pack.cover.cut_off),
        "asked": made.pack.asked,
        "replied": made.pack.replied,
        "exceptions": {group.title: len(group.lines) + group.more for group in made.pack.exceptions},
        "message": made.words,
    }
    say(options, value, "\n".join([*map(str, made.files), made.words]))
    return 0


def _made(desk: Desk, options: argparse.Namespace, certificate: Certificate | None) -> Made:
    from msat.services import export_pack as packs
    from msat.services.pack_files import FORMATS as ALL

    folder = Path(options.out)
    formats = tuple((options.formats or "").split(",")) if options.formats else ()
    if options.again:
        return packs.make_again(desk, options.again, folder, _anybody(options), formats, show_progress)
    wanted = _wanted(options)
    if options.draft:
        return packs.draft_pack(desk, wanted, folder, formats or ALL, show_progress)
    person = _person(options)
    certify = certifier(certificate, desk)
    return packs.issue_pack(desk, wanted, folder, person, formats or ALL, show_progress, certify)


def _wanted(options: argparse.Namespace) -> Wanted:
    from msat.services.pack_preparing import NOBODY, Wanted

    if not (options.from_day and options.to_day):
        raise Refused("The period of the pack is not given.", "Give --from DATE and --to DATE, both included.")
    first, last = day(options.from_day), day(options.to_day)
    author = _signatory(options.author, "author") if options.author else NOBODY
    if not author.name and not options.draft:
        person = _person(options)
        author = _signatory(f"{person.name}, {person.role}", "author")
    reviewer = _signatory(options.reviewer, "reviewer") if options.reviewer else NOBODY
    approver = _signatory(options.approver, "approver") if options.approver else NOBODY
    return Wanted(first, last, author, reviewer, approver)


def _signatory(text: str, what: str) -> Signatory:
    """`NAME, ROLE` as typed. Raises Refused without a role."""
    from msat.projections.pack_model import Signatory

    name, _comma, role = text.partition(",")
    if not (name.strip() and role.strip()):
        raise Refused(f"The {what} “{text.strip()[:80]}” has no role.", "Write it as “NAME, ROLE”.")
    return Signatory(name.strip(), role.strip())


def _person(options: argparse.Namespace) -> Person:
    """Who issues it: the person named before the command, else the author."""
    from msat.cli.opening import account
    from msat.services.desk import Person

    if options.name or not options.author:
        return person_of(options)
    who = _signatory(options.author, "author")
    return Person(who.name, who.role, account())


def _anybody(options: argparse.Namespace) -> Person | None:
    """The person, where one is known: only a pack whose files were never made needs somebody to issue it."""
    try:
        return _person(options)
    except Refused:
        return None


def packs_listed(options: argparse.Namespace) -> int:
    """Prints every pack of this record."""
    from msat.services.export_pack import as_json, as_text, packs

    with open_desk(options) as desk:
        found = packs(desk)
    make = "msatctl export pack --from DATE --to DATE --approver “NAME, ROLE”"
    none = f"No pack has been made here yet. Make one: {make}."
    say(options, [as_json(one) for one in found], "\n".join(map(as_text, found)) or none)
    return 0
