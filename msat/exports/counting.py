"""From the entries attached to a pack to its figures again: who checks it need not believe what stands on its pages.

`counted_values` goes with a pack's values and says what was counted: the period, the organisations, whose working days.
`recounted` folds the attached entries and computes the indicators and the state of every alert anew. Knows no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from msat.clock import from_stamp, london, stamp
from msat.errors import MsatError
from msat.exports.chains import Chain, entries_in
from msat.exports.manifest import BadEvidence
from msat.ids import AlertKey
from msat.projections import pack_pairs
from msat.projections.cut import LogCut
from msat.projections.gaps import Explanation, Gap
from msat.projections.kpi_model import Basis, Kpi, LeftOut, Part, Returned, to_json
from msat.projections.kpi_pairs import NO_REPLY, NOT_RECEIVED
from msat.projections.kpis import kpis
from msat.projections.merged import Organisation, merged, organisation
from msat.projections.newsletter_issues import Issue, communications, issues
from msat.projections.pack_model import Matrix
from msat.projections.pair_facts import facts_of
from msat.working_days import Site

COUNTED = "counted"
MOST_DAYS = 366
"""More working days for an acknowledgement than anybody would ask for: each is counted one by one."""
PART = "Not received"
"""The part of K7 that packs have since they tell it apart from no reply."""
_DAYS = ("holidays", "shut", "opened", "fixed")


# --- what goes with the values ---------------------------------------------------------------------------------


def counted_values(basis: Basis) -> dict[str, Any]:
    """What the indicators were computed from, but what the organisations recorded: that is in the attached entries."""
    site = basis.site
    return {
        "first": basis.first.isoformat(),
        "last": basis.last.isoformat(),
        "cut_off": stamp(basis.cut_off),
        "acknowledge_days": basis.acknowledge_days,
        "organisations": [
            {
                "ods": one.ods,
                "name": one.name,
                "kind": one.kind,
                "asked": one.is_asked,
                "held": one.facts is not None,
                "opened": one.opened.isoformat() if one.opened else None,
                "closed": one.closed.isoformat() if one.closed else None,
            }
            for one in basis.organisations
        ],
        "gaps": [{"series": gap.series, "year": gap.year, "number": gap.number} for gap in basis.gaps],
        "site": {
            "nation": site.nation,
            "week": site.week,
            **{name: [[day.isoformat(), called] for day, called in getattr(site, name)] for name in _DAYS},
            "fixed_years": list(site.fixed_years) if site.fixed_years else None,
        },
    }


def alerts_counted(basis: Basis) -> frozenset[AlertKey]:
    """The alerts of which a recount needs to know what was recorded: everything received from the period's first day
    on by anybody, and older ones whose search falls due to be run again within it."""
    return frozenset(
        facts.key
        for one in basis.organisations
        for facts in one.facts or ()
        if london(facts.received).date() >= basis.first
        or any(basis.first <= london(again.due).date() <= basis.last for again in facts.rechecks)
    )


# --- counting again ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount came to: each difference (what, where), and how much was counted.

    `organisations` are those of which entries are attached.
    """

    differences: tuple[tuple[str, str], ...]
    organisations: int
    indicators: int
    cells: int


def recounted(values: Mapping[str, Any], logs: Sequence[LogCut], chains: Sequence[Chain]) -> Recount:
    """The figures of `values` computed again from the chains, which have been followed to the heads of `logs`.

    Raises BadEvidence when the values are not of the form of a pack's.
    """
    try:
        basis = _basis(values[COUNTED], logs, chains)
        is_older = not any(part["name"] == PART for one in values["kpis"] for part in one["parts"])
        found = [
            *_kpis(values["kpis"], basis, is_older),
            *_cells(values["matrix"], basis, values["cover"]["ods"], is_older),
        ]
        cells = sum(len(row["cells"]) for row in values["matrix"]["rows"])
        held = sum(one.facts is not None for one in basis.organisations)  # of the others no entry is attached
        return Recount(tuple(found), held, len(values["kpis"]), cells)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise BadEvidence("The attached values are not those of a pack.", "Ask for the file again.") from error
    except MsatError as error:
        raise BadEvidence(f"The attached entries cannot be counted. {error.explanation}", error.next_step) from error


def _basis(told: Mapping[str, Any], logs: Sequence[LogCut], chains: Sequence[Chain]) -> Basis:
    groups: dict[str, list[tuple[LogCut, Chain]]] = {}
    for log, chain in zip(logs, chains, strict=True):
        groups.setdefault(_code(log.ods), []).append((log, chain))
    cut_off = from_stamp(told["cut_off"])
    returned: list[Returned] = []
    explained: tuple[Explanation, ...] = ()
    sent: list[Issue] = []
    for one in told["organisations"]:
        folded = _folded(one, groups.pop(_code(one["ods"]), []))
        facts = tuple(facts_of(state, cut_off) for state in folded.states.values()) if folded.is_held else None
        opened, closed = (_day(one[name]) for name in ("opened", "closed"))
        returned.append(Returned(one["ods"], one["name"], one["kind"], facts, bool(one["asked"]), opened, closed))
        sent += issues(folded.general)
        if folded.is_own:
            explained = folded.explanations
    gaps = tuple(_gap(one, explained) for one in told["gaps"])
    first, last = date.fromisoformat(told["first"]), date.fromisoformat(told["last"])
    days = int(told["acknowledge_days"])
    if not 0 <= days <= MOST_DAYS:
        raise ValueError("days")
    return Basis(tuple(returned), first, last, cut_off, gaps, communications(sent), _site(told["site"]), days)


def _folded(one: Mapping[str, Any], held: Sequence[tuple[LogCut, Chain]]) -> Organisation:
    cuts = tuple(replace(log, ods=one["ods"]) for log, _chain in held)
    entries = merged(entries_in(chain) for log, chain in held if log.size)
    return organisation(one["ods"], one["name"], one["kind"], cuts, entries)


def _gap(one: Mapping[str, Any], explained: Iterable[Explanation]) -> Gap:
    where = (str(one["series"]), int(one["year"]), int(one["number"]))
    standing = {(each.series, each.year, each.number): each for each in explained if not each.struck}
    return Gap(*where, reference="", words="", explanation=standing.get(where))


def _site(told: Mapping[str, Any]) -> Site:
    days = {name: tuple((date.fromisoformat(day), str(called)) for day, called in told[name]) for name in _DAYS}
    years = told["fixed_years"]
    return Site(
        str(told["nation"]),
        int(told["week"]),
        **days,
        fixed_years=(int(years[0]), int(years[1])) if years else None,
    )


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _code(ods: str) -> str:
    return ods.strip().upper()


# --- what differs ------------------------------------------------------------------------------------------------


def _kpis(told: Sequence[Mapping[str, Any]], basis: Basis, is_older: bool) -> Iterator[tuple[str, str]]:
    computed = kpis(basis)
    found = to_json(tuple(map(as_told_before, computed)) if is_older else computed)
    if [one["code"] for one in told] != [one["code"] for one in found]:
        yield "The indicators are not those that this version of MSAT computes.", "the attached values"
        return
    for one, again in zip(told, found, strict=True):
        code = f"indicator {again['code']}"
        if one["value"] != again["value"] or one["words"] != again["words"]:
            yield f"It says {one['words']}; the attached entries come to {again['words']}.", code
            continue
        for part, anew in zip(one["parts"], again["parts"], strict=False):
            if part != anew:
                yield f"“{anew['name']}” says {part['words']}; the attached entries come to {anew['words']}.", code
        if len(one["parts"]) != len(again["parts"]) or one["left_out"] != again["left_out"]:
            yield "What it is made up of is not what the attached entries come to.", code


def as_told_before(one: Kpi) -> Kpi:
    """An indicator as packs told it before “not received” was told apart: it stood under “no reply”."""
    together = sum(part.value for part in one.parts if part.name in ("No reply", PART) and isinstance(part.value, int))
    parts = tuple(
        Part(part.name, together) if part.name == "No reply" else part for part in one.parts if part.name != PART
    )
    silent = sum(left.count for left in one.left_out if left.reason in (NO_REPLY, NOT_RECEIVED))
    left_out = [left for left in one.left_out if left.reason not in (NO_REPLY, NOT_RECEIVED)]
    left_out += [LeftOut(NO_REPLY, silent)] if silent else []
    return replace(one, parts=parts, left_out=tuple(sorted(left_out, key=lambda left: left.reason)))


def _cells(told: Mapping[str, Any], basis: Basis, own: str, is_older: bool) -> Iterator[tuple[str, str]]:
    # Who reports on nobody but itself has no matrix; a committee's pack over one practice has one.
    others = any(one.is_asked and one.ods != own for one in basis.organisations)
    found = pack_pairs.matrix(basis) if others else Matrix((), ())
    if [one["key"] for one in told["alerts"]] != [one.key for one in found.alerts]:
        yield "Its alerts are not those of the attached entries.", "the matrix"
        return
    if [one["ods"] for one in told["rows"]] != [one.ods for one in found.rows]:
        yield "Its organisations are not those of the attached entries.", "the matrix"
        return
    for row, again in zip(told["rows"], found.rows, strict=True):
        for alert, cell, anew in zip(found.alerts, row["cells"], again.cells, strict=True):
            rag = anew.rag.value if anew.rag else None
            word = pack_pairs.NO_REPLY if is_older and anew.word == pack_pairs.NOT_RECEIVED else anew.word
            if (cell["word"], cell["rag"], cell["is_late"]) != (word, rag, anew.is_late):
                where = f"the matrix, {again.ods}, {alert.reference or alert.key}"
                yield f"It says “{cell['word']}”; the attached entries come to “{word}”.", where
