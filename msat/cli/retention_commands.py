"""`msatctl retention`: the yearly review list, and holds that keep an alert off it."""

from __future__ import annotations

import argparse
from typing import Any

from msat.cli.opening import day, open_desk, person_of, say, say_changes


def retention_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about how long closed alerts rest."""
    words = "list closed alerts whose period has passed; deletes nothing"
    made = commands.add_parser("retention", help=words, description=words)
    made.add_argument("--on", metavar="DATE", help="as it will be on this day, for instance 2036-01-01")
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    made.set_defaults(does=_list, json=False)
    inner = made.add_subparsers(metavar="hold|release")
    for name, words, does in (
        ("hold", "keep an alert off the review list, with a reason", _hold),
        ("release", "end a hold, with a reason", _release),
    ):
        command = inner.add_parser(name, help=words, description=words)
        command.add_argument("ref", metavar="REF", help="the alert's reference in any spelling, or its key")
        command.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays in the record")
        command.set_defaults(does=does)
        command.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print stable JSON instead of text"
        )


def _list(options: argparse.Namespace) -> int:
    from msat.clock import london
    from msat.services import retention

    with open_desk(options) as desk:
        on = day(options.on) if options.on else london(desk.clock.now()).date()
        known, found = retention.of_desk(desk), retention.review_list(desk, on)
    value = {"on": on.isoformat(), "basis": known.basis, "alerts": [_json(one) for one in found]}
    say(options, value, retention.said(found, known, on))
    return 0


def _json(one: Any) -> dict[str, Any]:
    return {
        "key": one.state.key,
        "reference": one.state.reference,
        "family": one.state.family,
        "last": one.last.isoformat(),
        "years": one.years,
        "since": one.since.isoformat(),
        "hold": one.hold.reason if one.hold else None,
    }


def _hold(options: argparse.Namespace) -> int:
    from msat.services import retention

    person = person_of(options)
    with open_desk(options) as desk:
        return say_changes(options, retention.hold(desk, options.ref, options.reason, person))


def _release(options: argparse.Namespace) -> int:
    from msat.services import retention

    person = person_of(options)
    with open_desk(options) as desk:
        return say_changes(options, retention.release(desk, options.ref, options.reason, person))
