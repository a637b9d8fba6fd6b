"""The commands about practices: import the lists, find areas, choose one's own, list and show."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.cli.opening import open_desk, person_of, say, say_changes, warn
from msat.clock import say_date

if TYPE_CHECKING:
    from msat.projections.practices import Area, Directory, Practice
    from msat.services.import_practices import ImportedList

_SHOWN = 30
"""Odd rows and differences that are printed; --json has them all."""


def practices_import(options: argparse.Namespace) -> int:
    """Imports a list. Exit status 1 when a row of it had to be left out."""
    from msat.services.import_practices import import_practices

    person = person_of(options)
    with open_desk(options) as desk:
        done = import_practices(desk, Path(options.file), person, options.anyway)
    say(options, _imported_json(done), _imported_text(done))
    return 1 if any(not one.taken for one in done.found.odd) else 0


def practices_areas(options: argparse.Namespace) -> int:
    """Lists the commissioners and networks whose code or name holds the text, with their open practices."""
    from msat.services.practices import count_areas

    with open_desk(options) as desk:
        found = count_areas(desk, options.text)
    lines = [f"{one.sort:<13} {one.code:<8} {one.open:>5} open {one.closed:>5} closed  {one.name}" for one in found]
    value = [
        {"sort": one.sort, "code": one.code, "name": one.name, "open": one.open, "closed": one.closed} for one in found
    ]
    say(options, value, "\n".join(lines) or f"No commissioner or network has “{options.text}” in its code or name.")
    return 0


def practices_choose(options: argparse.Namespace) -> int:
    """Records the area that is chosen."""
    from msat.projections.practices import Area
    from msat.services.choose_area import Choice, changed, choose_whole, dispensing_from
    from msat.services.practices import find_area, open_directory

    def single(name: str) -> tuple[str, ...]:
        return tuple(getattr(options, name) or ())

    def whole(name: str) -> tuple[str, ...] | None:
        given = getattr(options, name)
        return None if given is None else tuple(given)

    person = person_of(options)
    choice = Choice(
        commissioners=whole("commissioner"),
        networks=whole("pcn"),
        kinds=whole("kind"),
        add=single("add"),
        leave_out=single("leave_out"),
        forget=single("forget"),
        dispensing=single("dispensing"),
        not_dispensing=single("not_dispensing"),
    )
    with open_desk(options) as desk:
        before = Area() if options.anew else find_area(desk)
        if options.dispensing_file:
            said, other = dispensing_from(Path(options.dispensing_file), open_directory(desk))
            before = changed(before, said)
            if other:
                warn(f"In no list here, and left aside: {', '.join(other)}.")
        return say_changes(options, choose_whole(desk, changed(before, choice), person))


def practices_list(options: argparse.Namespace) -> int:
    """Lists the chosen practices, or every one of the lists."""
    from msat.services.practices import find_area, list_practices

    with open_desk(options) as desk:
        found, area = list_practices(desk, options.everything), find_area(desk)
    found = [one for one in found if _wanted(one, options)]
    say(options, [_practice_json(one) for one in found], _list_text(found, area, options.everything))
    return 0


def _wanted(one: Practice, options: argparse.Namespace) -> bool:
    if options.commissioner and one.commissioner != options.commissioner.strip().upper():
        return False
    if options.pcn and one.pcn != options.pcn.strip().upper():
        return False
    return one.is_open or not options.open_only


def practices_show(options: argparse.Namespace) -> int:
    """Shows one practice."""
    from msat.services.practices import find_practice, list_practices, open_directory

    with open_desk(options) as desk:
        one, known = find_practice(desk, options.code), open_directory(desk)
        is_ours = any(other.code == one.code for other in list_practices(desk))
    say(options, {**_practice_json(one), "chosen": is_ours}, "\n".join(_practice_text(one, known, is_ours)))
    return 0


def _practice_json(one: Practice) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "kind": one.kind,
        "address": one.address,
        "postcode": one.postcode,
        "commissioner": one.commissioner,
        "commissioner_name": one.commissioner_name or None,
        "pcn": one.pcn or None,
        "pcn_name": one.pcn_name or None,
        "opened": one.opened or None,
        "closed": one.closed or None,
        "status": one.status,
        "dispensing": one.dispensing,
        "joined": one.joined or None,
        "left": one.left or None,
        "was_in": [{"pcn": was.network, "joined": was.joined or None, "left": was.left or None} for was in one.was_in],
    }


def _list_text(found: Sequence[Practice], area: Area, everything: bool) -> str:
    if not found and area.deed is None and not everything:
        return "No area is chosen yet. Find it with “msatctl practices areas”, then “msatctl practices choose”."
    lines = [_line(one) for one in found]
    still = [one for one in found if one.is_open]
    closed = sum(1 for one in found if one.status == "closed")
    other = len(found) - len(still) - closed
    tally = f"{len(still)} open, {sum(1 for one in still if one.dispensing)} of them dispensing; {closed} closed"
    return "\n".join([*lines, tally + (f"; {other} dormant, proposed or not known." if other else ".")])


def _line(one: Practice) -> str:
    state = f"closed {one.closed}".strip() if one.status == "closed" else one.status
    does = "dispensing" if one.dispensing else ""
    pcn = one.pcn_name or (f"left {one.was_in[-1].network} {one.was_in[-1].left}" if one.was_in else "")
    return f"{one.code:<7} {state:<17} {one.commissioner:<6} {does:<10} {one.postcode:<8} {one.name}  {pcn}".rstrip()


def _practice_text(one: Practice, known: Directory, is_ours: bool) -> list[str]:
    from msat.feeds.ods_model import KINDS

    where = f" ({one.commissioner_name})" if one.commissioner_name else ""
    lines = [
        f"{one.code} {one.name}",
        f"{one.address}, {one.postcode}".strip(", "),
        f"{KINDS[one.kind]}{', dispensing' if one.dispensing else ''}; {one.status}; "
        f"opened {_day(one.opened)}{', closed ' + _day(one.closed) if one.closed else ''}.",
        f"Commissioner {one.commissioner or 'not given'}{where}"
        + (f" since {_day(one.joined)}" if one.joined else "")
        + (f", until {_day(one.left)}" if one.left else "")
        + ".",
    ]
    if one.pcn:
        since = next((m.joined for m in reversed(known.memberships[one.code]) if m.network == one.pcn), "")
        lines.append(f"In network {one.pcn} {one.pcn_name}{' since ' + _day(since) if since else ''}.")
    for was in one.was_in:
        name = known.networks[was.network].name if was.network in known.networks else ""
        lines.append(f"Was in network {was.network} {name} from {_day(was.joined)} until {_day(was.left)}.")
    return [*lines, "Chosen: it is one of yours." if is_ours else "Not chosen."]


def _day(iso: str) -> str:
    from datetime import date

    return say_date(date.fromisoformat(iso)) if iso else "on a day not given"


def _imported_json(done: ImportedList) -> dict[str, Any]:
    return {
        "message": done.words,
        "kind": done.found.kind,
        "rows": done.found.rows,
        "entries": [{"seq": e.seq, "id": e.id, "type": e.type} for e in done.changes.entries],
        "odd": [
            {"place": one.place, "code": one.code, "words": one.words, "taken": one.taken} for one in done.found.odd
        ],
        "differences": [
            {"code": one.code, "name": one.name, "what": one.what, "words": one.words} for one in done.differences
        ],
        "in_area": [one.code for one in done.in_area],
    }


def _imported_text(done: ImportedList) -> str:
    lines = [done.words]
    lines += [f"  {one.place}: {one.words}" for one in done.found.odd[:_SHOWN]]
    if len(done.found.odd) > _SHOWN:
        lines.append(f"  and {len(done.found.odd) - _SHOWN} more; --json names each.")
    if done.differences:
        count = len(done.differences)
        many = "1 difference" if count == 1 else f"{count} differences"
        lines.append(f"{many} from the last list, {len(done.in_area)} of them in your area.")
        lines += [f"  {one.code} {one.name}: {one.what}, {one.words}" for one in done.in_area[:_SHOWN]]
        if len(done.in_area) > _SHOWN:
            lines.append(f"  and {len(done.in_area) - _SHOWN} more; --json names each.")
    return "\n".join(lines)
