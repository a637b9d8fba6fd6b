"""The command `msatctl kpis`: the ten indicators of a period in words, each with its counts, parts and definition."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msat.cli.opening import day, open_desk, say, show_progress
from msat.clock import say_date, say_moment, stamp

if TYPE_CHECKING:
    from msat.projections.kpi_model import Basis, Kpi

ABOUT = "the indicators K1 to K10 of a period, with their counts, who is left out, and what each means"
_BASIS = {"published": "as published", "proposal": "a proposal, for a committee to approve"}
_WIDTH = 100


def kpi_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `kpis` to the whole command line."""
    made = commands.add_parser("kpis", help=ABOUT, description=ABOUT)
    made.add_argument("--from", dest="from_day", required=True, metavar="DATE", help="first day, as 2026-01-01")
    made.add_argument("--to", dest="to_day", required=True, metavar="DATE", help="last day, included")
    made.add_argument("--brief", action="store_true", help="the figures alone, without parts and definitions")
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    made.set_defaults(does=kpis_told)


def kpis_told(options: argparse.Namespace) -> int:
    """Prints the indicators as the record stands now."""
    from msat.projections.kpi_model import to_json
    from msat.projections.kpis import kpis
    from msat.services.gathering import cut_now
    from msat.services.indicators import basis
    from msat.services.period import refuse_no_period

    first, last = day(options.from_day), day(options.to_day)
    refuse_no_period(first, last)
    with open_desk(options) as desk:
        whose = desk.record.organisation
        found = basis(desk, cut_now(desk), first, last, show_progress if whose.kind == "committee" else None)
    told = kpis(found)
    asked, replied = _asked(found)
    value = {
        "organisation": {"ods": whose.ods, "name": whose.name, "kind": whose.kind},
        "from": first.isoformat(),
        "to": last.isoformat(),
        "cut_off": stamp(found.cut_off),
        "asked": asked,
        "held": replied,
        "kpis": to_json(told),
    }
    head = f"{whose.name} ({whose.ods}), {say_date(first)} to {say_date(last)}, as at {say_moment(found.cut_off)}."
    say(options, value, "\n".join([head, _who(asked, replied), *_lines(told, options.brief)]))
    return 0


def _asked(found: Basis) -> tuple[int, int]:
    """How many organisations are asked, and of how many a record is held."""
    asked = [one for one in found.organisations if one.is_asked]
    return len(asked), sum(one.facts is not None for one in asked)


def _who(asked: int, held: int) -> str:
    if not asked:
        return "No organisation is asked yet: choose your area (practices choose) or enrol a practice (enrol accept)."
    are = "organisation is" if asked == 1 else "organisations are"
    return f"{asked:,} {are} asked; a record is held of {held:,}."


def _lines(told: tuple[Kpi, ...], brief: bool) -> Iterator[str]:
    for one in told:
        if brief:
            yield f"{one.code:<4}{one.definition.name}: {one.words}"
            continue
        yield ""
        yield f"{one.code:<4}{one.definition.name}: {one.words}"
        for part in one.parts:
            yield f"      {part.name}: {part.words}"
        for left in one.left_out:
            yield f"      Left out: {left.reason}: {left.count}"
        yield from _definition(one)


def _definition(one: Kpi) -> Iterator[str]:
    meant = one.definition
    said = [f"Counts {meant.counts}. {meant.numerator}.", f"Never counted: {meant.left_out}"]
    if meant.denominator:
        said.insert(1, f"Of: {meant.denominator}.")
    said.append(f"This definition is {_BASIS.get(meant.basis, meant.basis)}.")
    for words in said:
        yield from textwrap.wrap(
            words, _WIDTH, initial_indent="      | ", subsequent_indent="      |   ", break_on_hyphens=False
        )
