"""The commands about a profile as a whole: init, demo, version."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from msat.cli.opening import places_of, say, say_once
from msat.errors import Refused


def version(options: argparse.Namespace) -> int:
    """Prints the version."""
    from msat import __version__

    say(options, {"name": "MSAT", "version": __version__}, f"MSAT {__version__}")
    return 0


def init(options: argparse.Namespace) -> int:
    """Starts the record of one organisation."""
    from msat import bootstrap, settings
    from msat.services.organisation import checked_organisation
    from msat.triage.model import OrganisationKind

    where = places_of(options)
    organisation = checked_organisation(options.organisation, options.ods, options.kind)
    recovery_key = bootstrap.create_profile(where, organisation, database=options.database, until_told=True)
    value = {
        "organisation": organisation.name,
        "ods": organisation.ods,
        "kind": organisation.kind,
        "profile": str(where.data.parent),
        "recovery_key": recovery_key,
    }
    text = (
        f"The record of {organisation.name} ({organisation.ods}) is open in {where.data.parent}.\n"
        f"Recovery key, shown this once. Print it and lock it away:\n\n  {recovery_key}\n\n"
        "Next: msatctl refresh"
    )
    say_once(options, value, text, recovery_key)
    if organisation.kind == OrganisationKind.COMMITTEE:
        bootstrap.open_at_oversight(where)
    if options.name or options.role:  # after the key was shown: what fails here must not keep it back
        settings.save(where.settings, {"person_name": options.name or "", "person_role": options.role or ""})
    return 0


def demo(options: argparse.Namespace) -> int:
    """Makes a sample organisation, does the main job once, and says where the files are."""
    from msat import bootstrap
    from msat.services import demo_files

    folder = Path(options.out).absolute() if options.out else Path(tempfile.mkdtemp(prefix="msat-demo-"))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"“{folder}” is not an empty folder.", "Name a new folder with --out.")
    folder.mkdir(parents=True, exist_ok=True)
    if options.kind == "committee":
        desk = bootstrap.demo_committee_desk(folder / "profile", folder / "returns")
    else:
        desk = bootstrap.demo_desk(folder / "profile")
    try:
        made = demo_files.make(desk, folder)
    finally:
        desk.close()
    value = {"folder": str(folder), "profile": str(folder / "profile"), **made.as_json()}
    say(options, value, made.as_text(folder))
    return 0 if made.valid else 1
