"""`msatctl database`: for the administrator of a shared database: set it up, let log-ins in and out, check it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from msat.cli.opening import say
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.store.postgres_admin import Checked


def database_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about a shared database. Each takes its address from --database before the command."""
    made = commands.add_parser(
        "database",
        help="set up and check a shared PostgreSQL database",
        description="For the database's administrator. Name the database before the command: msatctl --database URL.",
    )
    inner = made.add_subparsers(metavar="init|grant|revoke|migrate|check", required=True)
    _sub(inner, "init", _init, "make the record's table, roles and guards in an empty database")
    grant = _sub(inner, "grant", _grant, "let a log-in record for one organisation, or read everything")
    grant.add_argument("login", metavar="LOG-IN", help="its name; made, with a password shown once, if it is not there")
    whose = grant.add_mutually_exclusive_group(required=True)
    whose.add_argument("--ods", metavar="CODE", help="the organisation that it records for, and whose logs it sees")
    whose.add_argument("--committee", action="store_true", help="reads every organisation's logs and records nothing")
    revoke = _sub(inner, "revoke", _revoke, "take access from a log-in at once; what it recorded stays")
    revoke.add_argument("login", metavar="LOG-IN", help="its name")
    migrate = _sub(inner, "migrate", _migrate, "bring a database of an older MSAT to this one's form; back it up first")
    migrate.add_argument("--no-logs", action="store_true", help="do not prove every log afterwards")
    check = _sub(inner, "check", _check, "look at the guards and log-ins, and prove every log")
    check.add_argument("--no-logs", action="store_true", help="leave the entries out: guards and log-ins only")


def _sub(
    inner: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: object, help_: str
) -> argparse.ArgumentParser:
    made = inner.add_parser(name, help=help_, description=help_)
    made.set_defaults(does=does, json=False)
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    return made


def _address(options: argparse.Namespace) -> str:
    """The database that is meant. It has to be named: the one that a profile remembers has a practice's log-in."""
    if not options.database:
        raise Refused(
            "No database is named.", "Name it before the command: msatctl --database URL database check, for instance."
        )
    address: str = options.database
    return address


def _init(options: argparse.Namespace) -> int:
    from msat.store.postgres_admin import init_database

    server = init_database(_address(options))
    text = (
        f"The database {server} can hold records now. Nobody may record in it yet.\n"
        "Next: msatctl --database URL database grant LOG-IN --ods CODE"
    )
    say(options, {"database": server}, text)
    return 0


def _grant(options: argparse.Namespace) -> int:
    from msat.store.postgres_admin import grant_access

    made = grant_access(_address(options), options.login, None if options.committee else options.ods.upper())
    may = f"may record for {made.ods} and sees that organisation's logs" if made.ods else "may read every log"
    text = f"The log-in {made.role} {may}."
    if made.password:
        text += f"\nIts password, shown this once. Hand it over safely:\n\n  {made.password}\n"
    say(options, {"login": made.role, "ods": made.ods, "password": made.password or None}, text)
    return 0


def _revoke(options: argparse.Namespace) -> int:
    from msat.store.postgres_admin import revoke_access

    ended = revoke_access(_address(options), options.login)
    text = f"The log-in {options.login} has no access any more; connections ended: {ended}. Its entries stay."
    say(options, {"login": options.login, "connections_ended": ended}, text)
    return 0


def _migrate(options: argparse.Namespace) -> int:
    from msat.cli.present import verification_json
    from msat.cli.words import verification_text
    from msat.store.postgres_admin import check_database
    from msat.store.postgres_migrating import migrate_database, unsigned_ends

    before, after = migrate_database(_address(options))
    if before == after:
        text = f"The database has schema {after} already; nothing was changed."
        say(options, {"before": before, "after": after}, text)
        return 0
    found = check_database(_address(options), prove_logs=not options.no_logs)
    lines = [f"The database was brought from schema {before} to {after}. Its entries were not touched."]
    unsigned = unsigned_ends(_address(options))
    lines += [f"From before, {one}" for one in unsigned]
    text = "\n".join(lines)
    value = {"before": before, "after": after, "unsigned": list(unsigned), **verification_json(found.outcome)}
    say(options, value, f"{text}\n{verification_text(found.outcome, 'This database')}")
    return 0 if found.outcome.valid else 1


def _check(options: argparse.Namespace) -> int:
    from msat.cli.present import verification_json
    from msat.cli.words import verification_text
    from msat.store.postgres_admin import check_database

    found = check_database(_address(options), prove_logs=not options.no_logs)
    value = {
        **verification_json(found.outcome),
        "logins": [{"login": m.role, "ods": m.ods, "revoked": m.revoked} for m in found.members],
        "logs": [{"ods": ods, "log": log, "entries": size} for ods, log, size in found.logs],
    }
    say(options, value, verification_text(found.outcome, "This database") + "\n" + _told(found))
    return 0 if found.outcome.valid else 1


def _told(found: Checked) -> str:
    lines = ["", "Log-ins:"]
    for member in found.members:
        state = "revoked" if member.revoked else "records" if member.ods else "reads everything"
        lines.append(f"  {member.role:<24} {member.ods or 'all':<12} {state}")
    if not found.members:
        lines.append("  none that this log-in may see")
    lines.append("Logs:")
    lines += [f"  {ods:<12} {log}  {size:,} entries" for ods, log, size in found.logs] or ["  none"]
    return "\n".join(lines)
