"""What an assurance pack assures, what it does not, its counts and the decisions it asks for: all from the data. Pure.

Nothing here is typed by a person: who signs a pack signs these sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msat.clock import london, say_date, say_moment
from msat.projections.alert_state import AlertState
from msat.projections.funnel import OUTER, Funnel
from msat.projections.gaps import unexplained
from msat.projections.kpi_model import Kpi, Returned, Share
from msat.projections.kpi_pairs import Identified
from msat.projections.pack_exceptions import (
    DEFERRED,
    FROZEN,
    GAPS,
    HARM_FOUND,
    LATE,
    found_in,
    names,
    quiet_ones,
)
from msat.projections.pack_material import Material, is_about_others
from msat.projections.pack_model import ExceptionGroup, Fact
from msat.projections.pack_pairs import rag_of
from msat.triage.model import Priority

COMMITTEE = "committee"
REPORTED = (
    "What organisations say of themselves is reported, not confirmed: the record shows that it was said, by whom and "
    "when, and that it has not been altered since. It does not show that the work was done."
)
HARM_NOT_ASKED = (
    "No alert of the period asks whether harm was found or reported (A19), for no rule here asks it: that none is "
    "recorded does not mean that there was none."
)
BY_HAND = (
    "Notices that no source here publishes (messages of the Central Alerting System, supply notifications) are known "
    "only where a person entered them."
)


def asked(material: Material) -> tuple[Returned, ...]:
    """The organisations that answer for themselves."""
    return tuple(one for one in material.basis.organisations if one.is_asked)


def statement(material: Material, alerts: Sequence[Identified], kpis: Sequence[Kpi]) -> tuple[str, ...]:
    """What is assured, a sentence each."""
    cover, them = material.cover, asked(material)
    replied = sum(one.facts is not None for one in them)
    reds = sum(rag_of(one) is Priority.RED for one in alerts)
    period = f"from {say_date(cover.first)} to {say_date(cover.last)}"
    said = [
        f"This pack says what {cover.organisation} ({cover.ods}) knows of the medicines safety alerts received "
        f"{period} and of what was done about them, as recorded by {say_moment(cover.cut_off)}."
    ]
    if is_about_others(material):
        said.append(
            f"It is based on returns from {replied} of {len(them)} organisations and on this organisation's own record."
        )
    else:
        said.append("It is based on this organisation's own record.")
    were = "was" if len(alerts) == 1 else "were"
    said.append(f"{_many(len(alerts), 'alert')} {were} identified, {reds} of them Red.")
    share = red_share(kpis)
    if share is not None and share.denominator:
        each = " (each in each organisation)" if is_about_others(material) else ""
        said.append(f"Of the Red alerts whose deadline had passed{each}, {share.words} are reported as done by it.")
    else:
        said.append("No deadline of a Red alert of the period had passed at the cut-off.")
    return (*said, REPORTED)


def red_share(kpis: Iterable[Kpi]) -> Share | None:
    """K6 of the Reds, where it is among the parts."""
    found = next((one for one in kpis if one.code == "K6"), None)
    parts = found.parts if found else ()
    value = next((part.value for part in parts if part.name == "Red"), None)
    return value if isinstance(value, Share) else None


def limits(material: Material, alerts: Sequence[Identified]) -> tuple[str, ...]:
    """What the statement does not cover, each worked out from the data; then what holds for every pack."""
    found = [
        *_people(material),
        *_period(material),
        *_returns(material, alerts),
        *material.cautions,
        *_rated(material),
        *_not_here(material, alerts),
        *_record(material),
    ]
    if alerts and not any(one.asks_harm for one in material.noted.values()):
        found.append(HARM_NOT_ASKED)
    return (*found, BY_HAND)


def _people(material: Material) -> Iterable[str]:
    """Who looked at it, and whether that was anybody else; and whether anybody is reported on at all."""
    cover = material.cover
    if cover.approver.name and cover.approver.name.casefold() == cover.author.name.casefold():
        yield "The same person wrote and approved this pack."
    if cover.approver.name and not cover.reviewer.name:
        yield "Nobody is named as having reviewed this pack before it was approved."
    if cover.kind == COMMITTEE and not asked(material):
        yield "No organisation is enrolled here or lies in the chosen area: this pack knows what was done here, only."


def _period(material: Material) -> Iterable[str]:
    cover = material.cover
    today = london(cover.cut_off).date()
    if today <= cover.last:
        yield (
            f"The period had not ended at the cut-off: what was received after {say_moment(cover.cut_off)} is in a "
            "later pack."
        )


def _returns(material: Material, alerts: Sequence[Identified]) -> Iterable[str]:
    them = asked(material)
    missing = [one for one in them if one.facts is None]
    if missing:
        yield f"No return was received from {len(missing)} of {len(them)} organisations: {names(missing)}."
    newest = max((alert.received for alert in alerts), default=None)
    old = [
        one
        for one in them
        if one.facts is not None
        and newest is not None
        and one.ods in material.last_recorded
        and material.last_recorded[one.ods] < newest
        and one.ods != material.cover.ods
    ]
    if old and newest is not None:
        first = min(material.last_recorded[one.ods] for one in old)
        yield (
            f"The return of {_many(len(old), 'organisation')} ends before the newest alert of the period was received "
            f"({say_moment(newest)}; the earliest ends on {say_date(first)}): what was done there later is not known "
            f"here. {names(old)}."
        )
    quiet = quiet_ones(material, alerts)
    if quiet and is_about_others(material):
        held = sum(one.facts is not None for one in them)
        yield f"Of {held} returns, {len(quiet)} say nothing of any alert of the period: {names(quiet)}."


def _rated(material: Material) -> Iterable[str]:
    """Rules that no pharmacist has reviewed, proposals, and alerts that wait for a person."""
    own = _of_period(material)
    total = len(own)
    unreviewed = sum(any(not is_reviewed(reason.reviewed) for reason in one.reasons) for one in own)
    proposed = sum(any(reason.basis == "proposal" for reason in one.reasons) for one in own)
    unrated = sum(one.rag is None or "needs-person" in one.flags for one in own)
    if unreviewed:
        yield f"{_of(unreviewed, total)} were rated by a rule that no pharmacist has reviewed yet."
    if proposed:
        yield f"{_of(proposed, total)} were rated by a rule that is a proposal of ours, not a published one."
    if unrated:
        yield f"{_of(unrated, total)} could not be rated with certainty and wait, or waited, for a person to decide."


def is_reviewed(words: str) -> bool:
    """Whether a rule carries who reviewed it. Rules that nobody has reviewed say “not yet reviewed …” or nothing."""
    return bool(words.strip()) and not words.casefold().startswith("not yet")


def _of(count: int, total: int) -> str:
    return f"{Share(count, total).words} alerts of this organisation's own log"


def _not_here(material: Material, alerts: Sequence[Identified]) -> Iterable[str]:
    missing = unexplained(material.basis.gaps)
    if missing:
        first = ", ".join(gap.reference for gap in missing[:8])
        more = f" and {len(missing) - 8} more" if len(missing) > 8 else ""
        noun = "number of a series is" if len(missing) == 1 else "numbers of series are"
        yield f"{len(missing)} {noun} not here and nobody has explained why: {first}{more}."
    own = {state.key for state in material.own}
    elsewhere = [one for one in alerts if one.key not in own]
    if elsewhere:
        are, they, them = ("is", "it is", "it") if len(elsewhere) == 1 else ("are", "they are", "them")
        yield (
            f"{_many(len(elsewhere), 'alert')} of the period came with returns and {are} not in this organisation's "
            f"own log: {they} counted, but the log below does not list {them}."
        )


def _record(material: Material) -> Iterable[str]:
    frozen = [one for one in material.logs if one.is_cut_short]
    if frozen:
        whose = ", ".join(f"{one.name} ({one.ods}), log {one.log[:8]}" for one in frozen[:12])
        yield f"{_many(len(frozen), 'log')} could not be read to the end ({whose}): see Exceptions."
    if material.clocks:
        yield (
            f"The clock of an installation was found to be wrong {_many(len(material.clocks), 'time')} in the period: "
            "times near it are uncertain, the order of entries is not."
        )
    if material.withheld:
        many = _many(material.withheld, "entry")
        yield f"Of {many} the text is withheld or was erased: what was said there counts as not said."
    if material.late:
        yield (
            f"{_many(len(material.late), 'entry')} about the period of the pack before came after its cut-off. "
            "That pack is not changed; they are listed here."
        )


_NOTES = {GAPS: "of every year; K10 counts those of the period's years"}
"""What keeps two counts of one page apart."""


def counts(
    material: Material, alerts: Sequence[Identified], kpis: Sequence[Kpi], groups: Sequence[ExceptionGroup]
) -> tuple[Fact, ...]:
    """The counts that fit on one page: alerts by priority, returns, indicators, exceptions."""
    them = asked(material)
    known = [rag_of(one) for one in alerts]
    words = {Priority.RED: "Red", Priority.AMBER: "Amber", Priority.GREEN: "Green", None: "not rated"}
    split = ", ".join(f"{known.count(rag)} {word}" for rag, word in words.items() if rag or known.count(rag))
    if is_about_others(material):
        split += ", by the most urgent rating that this or any other organisation gave"
    facts = [Fact("Alerts identified", str(len(alerts)), split)]
    if is_about_others(material):
        replied = sum(one.facts is not None for one in them)
        facts.append(Fact("Organisations with a return", Share(replied, len(them)).words))
    facts += [Fact(f"{one.code} {one.definition.name}", one.words) for one in kpis if one.code != "K1"]
    facts += [Fact(group.title, str(found_in(groups, group.title)), _NOTES.get(group.title, "")) for group in groups]
    if material.late:
        facts.append(Fact("Entries that came after the pack before", str(len(material.late))))
    return tuple(facts)


def decisions(material: Material, groups: Sequence[ExceptionGroup], shown: Funnel) -> tuple[str, ...]:
    """What the committee is asked to decide, each with its number."""
    late, put_off = found_in(groups, LATE), found_in(groups, DEFERRED)
    missing = sum(one.facts is None for one in asked(material))
    wanted = []
    if late:
        many = _many(late, "Red alert")
        wanted.append(f"What is to be done about {many} not done by the deadline, by whom and when.")
    if missing:
        wanted.append(f"Who asks {_many(missing, 'organisation')} for the missing return, and by when.")
    if put_off:
        wanted.append(f"Whether {_many(put_off, 'deferral')} may stand.")
    gaps = found_in(groups, GAPS)
    if gaps:
        wanted.append(f"Who looks into {_many(gaps, 'missing number')} of the series.")
    if found_in(groups, HARM_FOUND):
        wanted.append(f"What is to be learned from {_many(found_in(groups, HARM_FOUND), 'report')} of harm.")
    if found_in(groups, FROZEN):
        wanted.append(f"Who settles {_many(found_in(groups, FROZEN), 'log')} that cannot be read to the end.")
    outer = sum(point.place in OUTER for point in shown.points)
    if outer:
        wanted.append(f"How to support {_many(outer, 'organisation')} outside the 99.8% limits.")
    if any(reason.basis == "proposal" for one in _of_period(material) for reason in one.reasons):
        wanted.append("Whether the rules that are proposals are approved, changed or withdrawn.")
    return tuple(wanted)


def _of_period(material: Material) -> list[AlertState]:
    """The own alerts received in the period."""
    basis = material.basis
    return [one for one in material.own if basis.first <= london(one.received).date() <= basis.last]


def _many(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {plural}"
