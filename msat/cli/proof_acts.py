"""The commands that make and check evidence: export, verify, rebuild."""

from __future__ import annotations

import argparse
from pathlib import Path

from msat.cli.opening import account, day, open_desk, places_of, say, show_progress
from msat.cli.signing_options import certificate_of, certifier
from msat.errors import RecordProblem
from msat.record.backup import SUFFIX
from msat.services.desk import Changes, Person


def writer_of(options: argparse.Namespace) -> Person:
    """An export is the program's own work unless somebody gives a name."""
    if options.name:
        return Person(options.name, options.role or "not given", account())
    return Person("MSAT", "program", account())


def _say_file(options: argparse.Namespace, path: Path, changes: Changes) -> int:
    say(options, {"file": str(path), "message": changes.words}, f"{path}\n{changes.words}")
    return 0


def export_certificate(options: argparse.Namespace) -> int:
    """Writes the one-page record of one alert."""
    from msat.services.export import export_certificate as do

    certificate = certificate_of(options)
    with open_desk(options) as desk:
        certify = certifier(certificate, desk)
        return _say_file(options, *do(desk, options.ref, Path(options.out), writer_of(options), certify))


def export_log(options: argparse.Namespace) -> int:
    """Writes the log of a period."""
    from msat.services.export import export_log as do

    first, last = day(options.from_day), day(options.to_day)
    certificate = certificate_of(options)
    with open_desk(options) as desk:
        certify = certifier(certificate, desk)
        return _say_file(options, *do(desk, first, last, Path(options.out), writer_of(options), certify))


def verify(options: argparse.Namespace) -> int:
    """Checks this record, or exported files with this record beside them when there is one."""
    if options.files:
        return _verify_files(options)
    from msat import bootstrap
    from msat.cli.present import verification_json
    from msat.cli.words import verification_text
    from msat.services.verify import with_views

    found = bootstrap.inspect(places_of(options), options.database)
    if found.valid:
        with open_desk(options) as desk:
            found = with_views(found, desk)
    say(options, verification_json(found), verification_text(found, "This record"))
    return 0 if found.valid else 1


def _verify_files(options: argparse.Namespace) -> int:
    from msat import bootstrap
    from msat.cli.present import verification_json
    from msat.cli.words import verification_text
    from msat.services.verify import verify_files
    from msat.store.backup_proof import prove_backup

    named, trusted = ([Path(name) for name in names] for names in (options.files, options.trust))
    backups = {path: prove_backup(path) for path in named if path.suffix.lower() == SUFFIX and path.is_file()}
    paths = [path for path in named if path not in backups]
    try:
        if not bootstrap.has_record(places_of(options)):
            raise RecordProblem("There is no record.")
        with open_desk(options) as desk:
            found = verify_files(paths, desk.record, trusted)
    except RecordProblem:  # a file carries what proves it; `verify` without a file says what is wrong with the record
        found = verify_files(paths, None, trusted)
    others = dict(found)
    found = [(path, backups.get(path) or others[path]) for path in named]
    value = [{"file": str(path), **verification_json(v)} for path, v in found]
    text = "\n".join(verification_text(v, path.name) for path, v in found)
    say(options, value[0] if len(value) == 1 else value, text)
    return 0 if all(v.valid for _path, v in found) else 1


def rebuild(options: argparse.Namespace) -> int:
    """Computes every view again from the record."""
    from msat.services.rebuild import rebuild as do

    with open_desk(options) as desk:
        alerts = do(desk, show_progress)
    say(options, {"alerts": alerts}, f"Rebuilt the views of {alerts} alerts from the record.")
    return 0
