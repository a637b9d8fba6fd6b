"""What `msatctl export inspector` does, and its options."""

from __future__ import annotations

import argparse
from pathlib import Path

from msat.cli.opening import day, open_desk, say, show_progress
from msat.cli.proof_acts import writer_of
from msat.cli.signing_options import certificate_of, certifier, signing_options
from msat.errors import Refused

ABOUT = "one side of A4 for one alert, or all alerts of a period with their evidence (PDF or HTML)"


def inspector_options(made: argparse.ArgumentParser) -> None:
    """Adds the options of the command."""
    made.add_argument("ref", nargs="?", metavar="REF", help="one alert; without it, every alert of the period")
    made.add_argument("--from", dest="from_day", metavar="DATE", help="first day; else twelve months before the last")
    made.add_argument("--to", dest="to_day", metavar="DATE", help="last day, included; else today")
    made.add_argument("--out", required=True, metavar="FILE", help="a .pdf or .html file, or a folder")
    signing_options(made)


def export_inspector(options: argparse.Namespace) -> int:
    """Writes the inspector's page of one alert, or the file of a period."""
    from msat.services.inspector import export_inspector_file, export_inspector_page

    days = [day(text) if text else None for text in (options.from_day, options.to_day)]
    if options.ref and any(days):
        raise Refused("One alert has no period.", "Give the alert, or --from and --to, not both.")
    target, person, certificate = Path(options.out), writer_of(options), certificate_of(options)
    with open_desk(options) as desk:
        certify = certifier(certificate, desk)
        if options.ref:
            path, changes = export_inspector_page(desk, options.ref, target, person, certify)
        else:
            path, changes = export_inspector_file(desk, target, person, days[0], days[1], show_progress, certify)
    say(options, {"file": str(path), "message": changes.words}, f"{path}\n{changes.words}")
    return 0
