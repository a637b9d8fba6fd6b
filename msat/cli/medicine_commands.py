"""The commands `msatctl medicines list|add|remove`, and what `list --view` shows. None of it is recorded."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from msat.cli.opening import open_desk, places_of, say

if TYPE_CHECKING:
    from msat.projections.ports import Query
    from msat.projections.watched import Named
    from msat.services.desk import Desk

VIEWS = ("recalls", "shortages", "medicines")
VIEW_HELP = "one of the window's views of open alerts; medicines: those that name one of your list, and why"


def medicine_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the group to the whole command line."""
    about = "the medicines and devices that you use or watch: what My medicines shows"
    group = commands.add_parser("medicines", help=about, description=about)
    inner = group.add_subparsers(metavar="list|add|remove", required=True)
    for name, does, help_ in (
        ("list", medicines_list, "list the names, each with how many open alerts name it"),
        ("add", medicines_add, "add names; several at once, parted by commas"),
        ("remove", medicines_remove, "take a name out of the list"),
    ):
        made = inner.add_parser(name, help=help_, description=help_)
        made.set_defaults(does=does)
        made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
        if name == "add":
            made.add_argument("names", nargs="+", metavar="NAME", help="for instance fingolimod, or “EpiPen”")
        if name == "remove":
            made.add_argument("name", metavar="NAME", help="the name as it stands in the list")


def medicines_list(options: argparse.Namespace) -> int:
    """Prints the list, and how many open alerts name each."""
    from msat.services.concerned import concerned
    from msat.services.own_medicines import own_medicines

    names = own_medicines(places_of(options))
    with open_desk(options) as desk:
        found = concerned(desk, names)
    counts = {name: sum(one.name == name for hits in found.values() for one in hits) for name in names}
    lines = [f"{counts[name]:>4}  {name}" for name in names]
    empty = "No medicine or device is in the list. Add one: msatctl medicines add NAME."
    head = f"{len(names)} in the list. Open alerts that name each:"
    say(
        options,
        [{"name": name, "open_alerts": counts[name]} for name in names],
        "\n".join([head, *lines]) if names else empty,
    )
    return 0


def medicines_add(options: argparse.Namespace) -> int:
    """Adds names to the list."""
    from msat.services import own_medicines

    named = [one for text in options.names for one in own_medicines.split(text)]
    changed = own_medicines.add(places_of(options), named)
    say(options, {"message": changed.words, "names": list(changed.names)}, changed.words)
    return 0


def medicines_remove(options: argparse.Namespace) -> int:
    """Takes a name out of the list."""
    from msat.services import own_medicines

    changed = own_medicines.remove(places_of(options), options.name)
    say(options, {"message": changed.words, "names": list(changed.names)}, changed.words)
    return 0


def of_view(desk: Desk, query: Query, view: str | None) -> tuple[Query, Mapping[str, tuple[Named, ...]]]:
    """`query` within one of the window's views, and why each alert is in it where that is not plain from its kind."""
    if view is None:
        return query, {}
    from msat.projections.topics import view_query
    from msat.services.concerned import concerned
    from msat.services.own_medicines import own_medicines

    found = concerned(desk, own_medicines(desk.places)) if view == "medicines" else {}
    asked = view_query(view, frozenset(map(str, found)))
    only = asked.only if query.only is None else query.only if asked.only is None else query.only & asked.only
    return replace(query, open_only=True, topic=asked.topic, only=only), {str(key): hits for key, hits in found.items()}


def why_json(hits: tuple[Named, ...]) -> list[dict[str, Any]]:
    """Why an alert is in My medicines, for `list --json`."""
    return [{"name": one.name, "words": one.quote.words, "where": one.quote.where} for one in hits]


def why_lines(hits: tuple[Named, ...]) -> list[str]:
    """The same below the alert's line."""
    return [f"          {one.words}" for one in hits]
