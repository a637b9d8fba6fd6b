"""Prepare an assurance pack: record everything that it is to be made from, so that it can be made again at any time.

The entry `pack.prepared` is the own log's cut-off. It names a stored file that holds what is in no log: the heads of
every other log as held then, how each source did, what may be missing, whose working days count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from msat import __version__
from msat.clock import from_stamp, london, say_date, stamp
from msat.errors import RecordProblem, Refused
from msat.feeds.catalogue import Source
from msat.ids import EntryId, LogId
from msat.projections.cut import Cut, LogCut
from msat.projections.pack_model import Cover, Signatory, SourceLine
from msat.projections.ports import SourceHealth
from msat.projections.source_health import stale, warnings
from msat.projections.values import moment, part, text, whole
from msat.record.codec import NotCanonical, encode, parse
from msat.record.entries import Draft, Entry
from msat.services import deeds
from msat.services.desk import Desk, Person
from msat.services.gathering import code_of, cut_now
from msat.services.period import refuse_no_period
from msat.working_days import Site, bank_holidays

PREPARED, ISSUED = "pack.prepared", "pack.issued"
FORMAT = "msat-pack-basis-v1"
MOST_BASIS = 64 * 1024 * 1024
DRAFT_NUMBER = "draft"
PROGRAM = f"MSAT {__version__}"
NOBODY = Signatory()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for: the period (London days, both included) and who stands for the pack."""

    first: date
    last: date
    author: Signatory
    reviewer: Signatory = NOBODY
    approver: Signatory = NOBODY


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a pack is made from, as it was recorded; for a draft, as it would be."""

    cover: Cover
    cut: Cut
    sources: tuple[SourceLine, ...]
    cautions: tuple[str, ...]
    site: Site
    program: str
    """The version of MSAT that prepared it: another one may write other bytes."""
    entry: Entry | None = None
    """None for a draft."""
    earlier: tuple[Cut, date, date] | None = None
    """The cut and the period of the pack before."""


def checked(wanted: Wanted, now: datetime) -> Wanted:
    """What is asked for, names trimmed. Raises Refused for a period that is none, or a name without a role."""
    refuse_no_period(wanted.first, wanted.last)
    if wanted.first > london(now).date():
        raise Refused(f"The period begins on {say_date(wanted.first)}, in the future.", "Check the year.")
    return replace(
        wanted,
        author=_checked(wanted.author),
        reviewer=_checked(wanted.reviewer),
        approver=_checked(wanted.approver),
    )


def _checked(who: Signatory) -> Signatory:
    if not (who.name.strip() or who.role.strip()):
        return NOBODY
    person = deeds.checked_person(Person(who.name, who.role))
    return Signatory(person.name, person.role)


# --- preparing -------------------------------------------------------------------------------------------------


def prepare(desk: Desk, wanted: Wanted, person: Person) -> Prepared:
    """Records what the pack is to be made from. Raises Refused, NotRecorded and RecordProblem as every deed does."""
    wanted = checked(wanted, desk.clock.now())
    who = deeds.checked_person(person)
    with desk.record.erasing_alone():  # no body goes meanwhile, and no other window takes the same number
        entry = _recorded(desk, wanted, who)
    desk.views.catch_up()
    return read_prepared(desk, entry)


def _recorded(desk: Desk, wanted: Wanted, who: Person) -> Entry:
    """The entry that says from what the pack is made, under the next number."""
    cut = cut_now(desk)
    before = _last(desk)
    running = max([0, *(whole(entry.data, "running") or 0 for entry in _of_this_organisation(desk, cut))]) + 1
    number = f"{code_of(cut.own.ods)}-P{running:04d}"
    document = _basis(desk, cut, wanted)
    digest = desk.files.put(document)
    data = {
        "number": number,
        "running": running,
        "from": wanted.first.isoformat(),
        "to": wanted.last.isoformat(),
        "cut_off": stamp(cut.moment),
        "author": _people(wanted.author),
        "reviewer": _people(wanted.reviewer),
        "approver": _people(wanted.approver),
        "previous": text(before.data, "number") if before else "",
        "logs": len(cut.logs),
        "basis": digest,
        "program": PROGRAM,
    }
    meaning = (
        f"Prepared assurance pack {number} for {say_date(wanted.first)} to {say_date(wanted.last)}: the record is read "
        "up to this entry."
    )
    return desk.record.append([Draft(PREPARED, who.actor(), data, files=(digest,), meaning=meaning)])[-1]


def unrecorded(desk: Desk, wanted: Wanted) -> Prepared:
    """What a draft would be made from now; nothing is recorded. Raises Refused as `checked`."""
    wanted = checked(wanted, desk.clock.now())
    cut = cut_now(desk)
    before = _last(desk)
    told = parse(_basis(desk, cut, wanted), MOST_BASIS)
    cover = _cover(cut, DRAFT_NUMBER, wanted, text(before.data, "number") if before else "")
    return _prepared(told, cover, cut, PROGRAM, None, _earlier(desk, before))


def _last(desk: Desk) -> Entry | None:
    """The newest pack that was issued."""
    issued = {text(entry.data, "prepared") for entry in desk.record.typed(frozenset({ISSUED}))}
    return next((one for one in reversed(desk.record.typed(frozenset({PREPARED}))) if one.id in issued), None)


def _of_this_organisation(desk: Desk, cut: Cut) -> Iterable[Entry]:
    """Packs prepared on any installation of this organisation whose log is held here: numbers that are taken."""
    own = code_of(cut.own.ods)
    yield from desk.record.typed(frozenset({PREPARED}))
    for log in cut.logs[1:]:
        if code_of(log.ods) == own and log.size:
            yield from (one for one in desk.record.entries(LogId(log.log), upto=log.size) if one.type == PREPARED)


def _people(who: Signatory) -> dict[str, str]:
    return {"name": who.name, "role": who.role}


def _basis(desk: Desk, cut: Cut, wanted: Wanted) -> bytes:
    health = desk.views.sources()
    known = [(one, health.get(one.id, SourceHealth(one.id))) for one in desk.knowledge.sources]
    sources = [_source(source, doing, cut.moment) for source, doing in known]
    document = {
        "format": FORMAT,
        "logs": [
            {
                "log": one.log,
                "ods": one.ods,
                "name": one.name,
                "kind": one.kind,
                "size": one.size,
                "head": one.head,
                "frozen": one.frozen,
            }
            for one in cut.logs[1:]
        ],
        "sources": sources,
        "cautions": list(_cautions(known, cut.moment)),
        "site": _site(desk.knowledge.site, wanted),
    }
    return encode(document, MOST_BASIS, "the basis of the pack")


def _source(source: Source, health: SourceHealth, now: datetime) -> dict[str, Any]:
    wrong = stale(source, health, now)
    if not source.enabled:
        state = "switched off"
    elif health.last_reached is None:
        state = "never reached"
    elif health.error:
        state = "last try failed"
    else:
        state = "flagged" if wrong else "working"
    unread = "" if source.verified else "No real document of it has been read in testing."
    error = f"{health.error.rstrip('.')}." if health.error and source.enabled else ""
    note = " ".join(words for words in (wrong, error, unread if source.enabled else "") if words)
    reached = stamp(health.last_reached) if health.last_reached else None
    return {"name": source.name, "state": state, "last_reached": reached, "note": note}


def _cautions(known: Sequence[tuple[Source, SourceHealth]], now: datetime) -> Iterable[str]:
    """What may be missing, in sentences: sources not reached, silent, unverified, or none at all."""
    yield from warnings(known, now)
    enabled = [source for source, _health in known if source.enabled]
    if not any(source.red_capable for source in enabled):
        yield "No source that can carry a Red is switched on: such alerts are here only where a person entered them."
    unread = [source.name for source in enabled if not source.verified]
    if unread:
        what = "source that is switched on was" if len(unread) == 1 else "sources that are switched on were"
        yield f"{len(unread)} {what} never tested with a real document: {', '.join(unread)}."


def _site(site: Site, wanted: Wanted) -> dict[str, Any]:
    """The site, with the bank holidays as known now, so that a later calendar counts the same days."""
    years = (wanted.first.year - 1, wanted.last.year + 1)
    fixed = site.fixed if site.fixed_years else tuple(bank_holidays(site.nation, *years).items())
    lists = {"holidays": site.holidays, "shut": site.shut, "opened": site.opened, "fixed": fixed}
    days = {name: [[day.isoformat(), called] for day, called in found] for name, found in lists.items()}
    return {"nation": site.nation, "week": site.week, "fixed_years": list(site.fixed_years or years), **days}


# --- reading back ----------------------------------------------------------------------------------------------


def read_prepared(desk: Desk, entry: Entry) -> Prepared:
    """What a pack was prepared from. Raises RecordProblem when the file that the entry names is missing or damaged."""
    data = entry.data
    number = text(data, "number")
    told = _document(desk, text(data, "basis"), number)
    own = desk.record.organisation
    first = LogCut(entry.log, own.ods, own.name, own.kind, entry.seq, entry.id, is_own=True)
    cut = Cut(moment(data, "cut_off") or entry.time, (first, *_others(told)))
    wanted = Wanted(
        date.fromisoformat(text(data, "from")),
        date.fromisoformat(text(data, "to")),
        _who(data, "author"),
        _who(data, "reviewer"),
        _who(data, "approver"),
    )
    before = find_prepared(desk, text(data, "previous")) if text(data, "previous") else None
    cover = _cover(cut, number, wanted, text(data, "previous"))
    return _prepared(told, cover, cut, text(data, "program"), entry, _earlier(desk, before))


def find_prepared(desk: Desk, number: str) -> Entry | None:
    """The entry that prepared the pack with this number; None where there is none. Case and spacing aside."""
    wanted = "".join(number.split()).upper()
    found = desk.record.typed(frozenset({PREPARED}))
    return next((one for one in found if text(one.data, "number").upper() == wanted), None)


def _document(desk: Desk, digest: str, number: str) -> dict[str, Any]:
    data = desk.files.get(digest) if digest else None
    if data is None:
        raise RecordProblem(
            f"The file that pack {number} was prepared from is missing ({digest[:16]}).",
            "Run msatctl verify, and restore the file from a backup.",
        )
    try:
        told = parse(data, MOST_BASIS)
        if told["format"] != FORMAT:
            raise ValueError("format")
    except (NotCanonical, KeyError, ValueError) as error:
        raise RecordProblem(
            f"The file that pack {number} was prepared from cannot be read ({digest[:16]}).",
            "Run msatctl verify, and restore the file from a backup.",
        ) from error
    return told


def _others(told: dict[str, Any]) -> Iterable[LogCut]:
    for one in told["logs"]:
        log, head = LogId(one["log"]), EntryId(one["head"])
        yield LogCut(log, one["ods"], one["name"], one["kind"], one["size"], head, frozen=one["frozen"])


def _who(data: Any, name: str) -> Signatory:
    who = part(data, name)
    return Signatory(text(who, "name"), text(who, "role"))


def _cover(cut: Cut, number: str, wanted: Wanted, previous: str) -> Cover:
    own = cut.own
    return Cover(
        number=number,
        organisation=own.name,
        ods=code_of(own.ods),
        kind=own.kind,
        first=wanted.first,
        last=wanted.last,
        cut_off=cut.moment,
        author=wanted.author,
        reviewer=wanted.reviewer,
        approver=wanted.approver,
        previous=previous,
    )


def _earlier(desk: Desk, before: Entry | None) -> tuple[Cut, date, date] | None:
    """The cut and the period of the pack before. Only its logs are needed of it, not its own pack before."""
    if before is None:
        return None
    told = _document(desk, text(before.data, "basis"), text(before.data, "number"))
    own = desk.record.organisation
    first = LogCut(before.log, own.ods, own.name, own.kind, before.seq, before.id, is_own=True)
    cut = Cut(moment(before.data, "cut_off") or before.time, (first, *_others(told)))
    return cut, date.fromisoformat(text(before.data, "from")), date.fromisoformat(text(before.data, "to"))


def _prepared(
    told: dict[str, Any],
    cover: Cover,
    cut: Cut,
    program: str,
    entry: Entry | None,
    earlier: tuple[Cut, date, date] | None,
) -> Prepared:
    lines = tuple(
        SourceLine(
            one["name"],
            one["state"],
            from_stamp(one["last_reached"]) if one["last_reached"] else None,
            one["note"],
        )
        for one in told["sources"]
    )
    site = told["site"]
    days = {
        name: tuple((date.fromisoformat(day), called) for day, called in site[name])
        for name in ("holidays", "shut", "opened", "fixed")
    }
    years = (int(site["fixed_years"][0]), int(site["fixed_years"][1]))
    place = Site(site["nation"], site["week"], **days, fixed_years=years)
    return Prepared(cover, cut, lines, tuple(told["cautions"]), place, program, entry, earlier)
