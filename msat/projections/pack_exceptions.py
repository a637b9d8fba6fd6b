"""The exceptions of an assurance pack: what a committee must know before anything else. Pure; blames nobody.

Each group says so when it found nothing: that is a statement too, and only as good as the limits of the pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msat.clock import london, say_date, say_moment
from msat.ids import AlertKey
from msat.projections.alert_state import Status
from msat.projections.gaps import unexplained
from msat.projections.kpi_model import Returned
from msat.projections.kpi_pairs import Identified, has_replied, pairs
from msat.projections.natural_order import natural
from msat.projections.pack_material import Material, called, say_due
from msat.projections.pack_model import Exceptional, ExceptionGroup
from msat.projections.pack_pairs import reference_of
from msat.projections.pair_facts import PairFacts
from msat.triage.model import Priority

_Held = tuple[Returned, PairFacts]

MOST_LINES = 40
"""How many lines of one group stand on the page; the workbook has them all."""
MOST_GAPS = 8
"""Missing numbers are listed in full under Coverage."""
MOST_NAMES = 12

LATE = "Red alerts not done by their deadline"
DEFERRED = "Put off"
SILENT = "No reply"
GAPS = "Numbers that are missing and that nobody has explained"
HARM_FOUND = "Harm reported"
CLOCKS = "Clocks that were wrong"
FROZEN = "Logs that are frozen or no longer taken in"


def exceptions(material: Material, alerts: Sequence[Identified], cut_short: bool = True) -> tuple[ExceptionGroup, ...]:
    """The groups in their order. `cut_short`: at most `MOST_LINES` of each, and how many more there are."""
    groups = (
        _group(LATE, "No Red alert whose deadline had passed is known to be late.", late_reds(material)),
        _group(DEFERRED, "Nothing is put off.", _of_all(material, "deferred")),
        _group(SILENT, "Everybody who was asked has replied.", _silent(material, alerts)),
        _group(GAPS, "No number of a series is missing without an explanation.", _gaps(material)),
        _group(HARM_FOUND, "No report of harm is recorded (A19).", _of_all(material, "harm")),
        _group(CLOCKS, "No clock is known to have been wrong in the period.", material.clocks),
        _group(FROZEN, "No log is frozen.", _frozen(material)),
    )
    return tuple(_short(group) for group in groups) if cut_short else groups


def _group(title: str, none: str, lines: Iterable[Exceptional]) -> ExceptionGroup:
    return ExceptionGroup(title, none, tuple(lines))


def _short(group: ExceptionGroup) -> ExceptionGroup:
    most = MOST_GAPS if group.title == GAPS else MOST_LINES
    return ExceptionGroup(group.title, group.none, group.lines[:most], max(0, len(group.lines) - most))


def found_in(groups: Iterable[ExceptionGroup], title: str) -> int:
    """How many exceptions a group holds, those not listed included."""
    return next((len(group.lines) + group.more for group in groups if group.title == title), 0)


# --- late ------------------------------------------------------------------------------------------------------


def late_reds(material: Material) -> tuple[Exceptional, ...]:
    """Every Red alert that was not done by its deadline in some organisation: those of the period, done late or still
    open, and those of before that are still open at the cut-off. An alert is one line; its organisations are named. The
    committee, which reports on others, is not counted among them."""
    basis = material.basis
    lines = []
    for alert in every_alert(basis.organisations):
        in_period = basis.first <= london(alert.received).date() <= basis.last
        held = [one for one in alert.held if one[1].rag is Priority.RED]
        reds = [one for one in held if one[0].is_asked]
        own = any(facts.is_late and facts.closed is None for organisation, facts in held if not organisation.is_asked)
        late = [one for one in reds if one[1].is_late and one[1].status is not Status.DEFERRED]
        open_ = [one for one in late if one[1].closed is None]
        after = [one for one in late if one[1].closed is not None and in_period]
        if open_ or after:
            lines.append(_late(alert, open_, after, len(reds), in_period, own))
    return tuple(lines)


def every_alert(organisations: Iterable[Returned]) -> tuple[Identified, ...]:
    """Every alert that any organisation holds, whatever its age, oldest first."""
    held: dict[AlertKey, list[_Held]] = {}
    for organisation in organisations:
        for facts in organisation.facts or ():
            held.setdefault(facts.key, []).append((organisation, facts))
    made = []
    for key, each in held.items():
        first = min((facts for _one, facts in each), key=lambda facts: facts.received)
        made.append(Identified(key, first.title, first.received, tuple(each)))
    return tuple(sorted(made, key=lambda one: (one.received, one.key)))


def _late(
    alert: Identified, open_: Sequence[_Held], after: Sequence[_Held], asked: int, in_period: bool, own: bool
) -> Exceptional:
    """`own`: what the committee, of which nobody asks, was to do itself is still open too."""
    late = [*open_, *after]
    name = called(reference_of(alert), alert.title)
    many = f" in {len(late)} of {asked} organisations that rate it Red" if asked > 1 else ""
    parts = []
    if open_:
        parts.append(f"still open at the cut-off: {names([organisation for organisation, _facts in open_])}")
    if after:
        told = [(organisation, facts.closed or alert.received) for organisation, facts in after[:MOST_NAMES]]
        days = ", ".join(f"{_whose(organisation)} on {say_date(day)}" for organisation, day in told)
        more = f" and {len(after) - MOST_NAMES} more" if len(after) > MOST_NAMES else ""
        parts.append(f"done later: {days}{more}")
    if own:
        parts.append("the committee's own part is still open")
    note = "; ".join(parts)
    note = f"{note[:1].upper()}{note[1:]}." + ("" if in_period else " Received before this period.")
    who = _whose(late[0][0]) if len(late) == 1 else f"{len(late)} organisations"
    return Exceptional(f"{name}: not done by its deadline{many}", who, f"due {_dues(late)}", note, Priority.RED)


def _dues(late: Sequence[_Held]) -> str:
    dues = sorted({facts.due for _organisation, facts in late if facts.due is not None})
    if not dues:
        return "with no time limit"
    return say_due(dues[0]) if len(dues) == 1 else f"between {say_due(dues[0])} and {say_due(dues[-1])}"


def _whose(organisation: Returned) -> str:
    return f"{organisation.name} ({organisation.ods})"


def names(organisations: Sequence[Returned]) -> str:
    """Organisations by name, at most `MOST_NAMES` of them; the rest are counted."""
    ordered = sorted(organisations, key=lambda one: (natural(one.name), one.ods))
    said = [_whose(one) for one in ordered[:MOST_NAMES]]
    more = f" and {len(ordered) - MOST_NAMES} more" if len(ordered) > MOST_NAMES else ""
    return ", ".join(said) + more


# --- the others ------------------------------------------------------------------------------------------------


def _of_all(material: Material, what: str) -> Iterable[Exceptional]:
    """What every organisation noted, the own one first, then by name."""
    for one in _by_name(material):
        note = material.noted.get(one.ods)
        if note is not None:
            yield from getattr(note, what)


def _by_name(material: Material) -> Sequence[Returned]:
    own = material.cover.ods
    organisations = material.basis.organisations
    return sorted(organisations, key=lambda one: (one.ods != own, natural(one.name), one.ods))


def _silent(material: Material, alerts: Sequence[Identified]) -> Iterable[Exceptional]:
    """Who was asked and has not replied at all; then who sent a return that says nothing of any alert of the period."""
    asked = [one for one in _by_name(material) if one.is_asked]
    for one in asked:
        if one.facts is None:
            yield Exceptional("No return was received", _whose(one), "nothing is held of it", "Not counted as late.")
    for one in quiet_ones(material, alerts):
        newest = material.last_recorded.get(one.ods)
        since = f"newest entry {say_moment(newest)}" if newest else "nothing is held of it"
        note = "A return was received."
        yield Exceptional("Nobody recorded anything about any alert of the period", _whose(one), since, note)


def quiet_ones(material: Material, alerts: Sequence[Identified]) -> tuple[Returned, ...]:
    """Those who were asked about alerts of the period, of whom a return is held, and who recorded nothing about any."""
    asked_of = set[int]()
    replied = set[int]()
    for pair in pairs(material.basis, alerts):
        asked_of.add(id(pair.organisation))
        if has_replied(pair):
            replied.add(id(pair.organisation))
    quiet = asked_of - replied
    return tuple(one for one in _by_name(material) if one.facts is not None and id(one) in quiet)


def _gaps(material: Material) -> Iterable[Exceptional]:
    who = f"{material.cover.organisation} ({material.cover.ods})"
    for gap in unexplained(material.basis.gaps):
        yield Exceptional(gap.reference, who, "not explained", gap.words)


def _frozen(material: Material) -> Iterable[Exceptional]:
    for one in material.logs:
        if one.is_cut_short:
            what = f"Log {one.log[:8]}: read up to entry {one.size} only"
            yield Exceptional(what, f"{one.name} ({one.ods})", "at the cut-off", one.frozen)
