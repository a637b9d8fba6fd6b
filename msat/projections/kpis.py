"""The ten indicators K1 to K10 of a period, as at a cut-off: each with its counts, its parts and who is left out. Pure.

The one place where they are computed: window, PDF, workbook and JSON show what `kpis` returns. What organisations say
of themselves is "reported". Times are those when a thing was done, not when it was recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msat.clock import london
from msat.projections import kpi_pairs
from msat.projections.gaps import unexplained
from msat.projections.kpi_definitions import DEFINITIONS, LISTS
from msat.projections.kpi_model import Basis, Kpi, LeftOut, Part, Share, times
from msat.projections.kpi_pairs import Identified, Pair, Verdict, has_replied
from msat.projections.pair_facts import AgainFacts
from msat.triage.model import Priority


def kpis(basis: Basis) -> tuple[Kpi, ...]:
    """K1 to K10, in order. Raises ValueError when the period ends before it begins or the cut-off is not aware."""
    if basis.last < basis.first or basis.cut_off.tzinfo is None:
        raise ValueError("a period needs a first day, a last day not before it, and an aware cut-off")
    alerts, lists = kpi_pairs.identified(basis)
    pairs = kpi_pairs.pairs(basis, alerts)
    return (
        _identified(alerts, lists),
        _communicated(alerts, basis),
        _in_decision_support(alerts, basis),
        _search_recommended(alerts, pairs),
        _acknowledged(pairs, basis),
        _done(pairs, basis),
        _responded(pairs, basis, len(alerts)),
        _times(pairs),
        _rechecked(basis),
        _gaps(basis),
    )


# --- K1 to K4: of alerts -----------------------------------------------------------------------------------------


_DEEPEST = (Priority.RED, Priority.AMBER, Priority.GREEN)


def _identified(alerts: Sequence[Identified], lists: int) -> Kpi:
    """K1. Where organisations rate an alert differently, the most urgent rating counts."""
    rated = Counter(_priority(one) for one in alerts)
    names = {Priority.RED: "Red", Priority.AMBER: "Amber", Priority.GREEN: "Green", None: "Not rated"}
    parts = [Part(name, rated[rag]) for rag, name in names.items()]
    historic = sum(any(facts.is_historic for facts in one.facts) for one in alerts)
    withdrawn = sum(any(facts.is_withdrawn for facts in one.facts) for one in alerts)
    parts += [Part("Received after their deadline (historic)", historic), Part("Withdrawn by the publisher", withdrawn)]
    return Kpi(DEFINITIONS["K1"], len(alerts), tuple(parts), _counted_out({LISTS: lists}))


def _priority(alert: Identified) -> Priority | None:
    rated = {facts.rag for facts in alert.facts}
    return next((rag for rag in _DEEPEST if rag in rated), None)


def _communicated(alerts: Sequence[Identified], basis: Basis) -> Kpi:
    told: dict[str, set[str]] = {}
    for one in basis.communications:
        if one.sent <= basis.cut_off:
            told.setdefault(one.audience, set()).add(one.key)
    sent = set().union(*told.values())

    def share(test: Callable[[Identified], bool]) -> Share:
        return _share(alerts, test)

    parts = [Part("Newsletter item, as reported (A16)", share(lambda one: _answered(one, "A16")))]
    parts.append(Part("Passed on to others, as reported (A17)", share(lambda one: _answered(one, "A17"))))
    parts += [
        Part(f"In an issue sent to {audience}", Share(sum(one.key in keys for one in alerts), len(alerts)))
        for audience, keys in sorted(told.items())
    ]
    parts.append(Part("Own team told, as reported (A12)", share(lambda one: _answered(one, "A12"))))
    overall = share(lambda one: one.key in sent or _answered(one, "A16") or _answered(one, "A17"))
    return Kpi(DEFINITIONS["K2"], overall, tuple(parts))


def _in_decision_support(alerts: Sequence[Identified], basis: Basis) -> Kpi:
    day = london(basis.cut_off).date()

    def is_live(one: Identified) -> bool:
        return any(facts.live is not None and facts.live <= day for facts in one.facts)

    overall = _share(alerts, lambda one: is_live(one) or _answered(one, "A13"))
    parts = (
        Part("Message recorded as live", _share(alerts, is_live)),
        Part("Reported by an answer only (A13)", _share(alerts, lambda a: not is_live(a) and _answered(a, "A13"))),
    )
    return Kpi(DEFINITIONS["K3"], overall, parts)


def _search_recommended(alerts: Sequence[Identified], pairs: Sequence[Pair]) -> Kpi:
    decided = [one for one in alerts if any(facts.has_actions for facts in one.facts)]
    asked = [pair.facts for pair in pairs if pair.facts is not None and pair.facts.asks_search]
    run = Share(sum(facts.was_searched for facts in asked), len(asked))
    return Kpi(
        DEFINITIONS["K4"],
        _share(decided, lambda one: any(facts.asks_search for facts in one.facts)),
        (Part("Run where recommended, as reported (alerts × organisations)", run),),
        _counted_out({"No recommendation recorded yet": len(alerts) - len(decided)}),
    )


def _answered(alert: Identified, code: str) -> bool:
    """Whether an organisation answered "yes" to this action."""
    return any(code in facts.told for facts in alert.facts)


def _share(alerts: Sequence[Identified], test: Callable[[Identified], bool]) -> Share:
    return Share(sum(map(test, alerts)), len(alerts))


# --- K5 to K8: of alerts in organisations ------------------------------------------------------------------------


def _acknowledged(pairs: Sequence[Pair], basis: Basis) -> Kpi:
    verdicts = [(pair, kpi_pairs.acknowledged_in_time(pair, basis)) for pair in pairs]
    late = [pair for pair, one in verdicts if one.is_counted and not one.is_met]
    ever = sum(bool(pair.facts and pair.facts.acknowledged) for pair in late)
    parts = (*_by_priority(verdicts), Part("Acknowledged late", ever), Part("Not acknowledged", len(late) - ever))
    return Kpi(DEFINITIONS["K5"], _met(verdicts), parts, _reasons(one.reason for _pair, one in verdicts))


def _done(pairs: Sequence[Pair], basis: Basis) -> Kpi:
    verdicts = [(pair, kpi_pairs.done_by_deadline(pair, basis)) for pair in pairs]
    counted = [(pair.facts, one) for pair, one in verdicts if one.is_counted and pair.facts]
    late = [facts for facts, one in counted if not one.is_met]
    not_here = sum(facts.is_judged_away for facts, one in counted if one.is_met)
    put_off = sum(bool(f.deferred_until and f.deferred_until > basis.cut_off) for f in late if f.closed is None)
    parts = (
        *_by_priority(verdicts),
        Part("Of those done in time, judged not to apply", not_here),
        Part("Done late", sum(facts.closed is not None for facts in late)),
        Part("Not done", sum(facts.closed is None for facts in late)),
        Part("Of those not done, put off with an approver", put_off),
    )
    return Kpi(DEFINITIONS["K6"], _met(verdicts), parts, _reasons(one.reason for _pair, one in verdicts))


def _met(verdicts: Sequence[tuple[Pair, Verdict]]) -> Share:
    counted = [one for _pair, one in verdicts if one.is_counted]
    return Share(sum(one.is_met for one in counted), len(counted))


def _by_priority(verdicts: Sequence[tuple[Pair, Verdict]]) -> tuple[Part, ...]:
    """The same share for each priority that the organisation itself has it under."""
    names = {Priority.RED: "Red", Priority.AMBER: "Amber", Priority.GREEN: "Green", None: "Not rated"}
    return tuple(
        Part(name, _met([(pair, one) for pair, one in verdicts if pair.facts and pair.facts.rag is rag]))
        for rag, name in names.items()
        if rag is not None or any(pair.facts and pair.facts.rag is None for pair, _one in verdicts)
    )


def _responded(pairs: Sequence[Pair], basis: Basis, alerts: int) -> Kpi:
    asked = [one for one in basis.organisations if one.is_asked]
    silent = [pair for pair in pairs if pair.facts is not None and not has_replied(pair)]
    parts = (
        Part("Organisations from which a record is held", Share(sum(o.facts is not None for o in asked), len(asked))),
        Part("Held, and nobody there has recorded anything", len(silent)),
        Part("No reply", sum(pair.organisation.facts is None for pair in pairs)),
        Part("Not received", sum(pair.facts is None and pair.organisation.facts is not None for pair in pairs)),
    )
    return Kpi(
        DEFINITIONS["K7"],
        Share(sum(map(has_replied, pairs)), len(pairs)),
        parts,
        _counted_out({"Organisation not open on the day": len(asked) * alerts - len(pairs)}),
    )


def _times(pairs: Sequence[Pair]) -> Kpi:
    """K8: the indicator's own value is the time to close; the time to acknowledge is its first part."""
    acknowledged = [(pair, pair.facts.acknowledged if pair.facts else None) for pair in pairs]
    closed = [(pair, pair.facts.closed if pair.facts else None) for pair in pairs]

    def taken(rows: Iterable[tuple[Pair, datetime | None]], rag: Priority | None = None) -> list[int]:
        found = []
        for pair, done in rows:
            if rag is not None and (pair.facts is None or pair.facts.rag is not rag):
                continue
            seconds = None if kpi_pairs.why_no_time(pair, done) else kpi_pairs.seconds_to(pair, done)
            found += [] if seconds is None else [seconds]
        return found

    parts = [Part("To acknowledge", times(taken(acknowledged))), Part("To close", times(taken(closed)))]
    parts += [Part(f"To close: {rag.value.capitalize()}", times(taken(closed, rag))) for rag in _DEEPEST]
    left = [kpi_pairs.why_no_time(pair, done) for pair, done in closed]
    return Kpi(DEFINITIONS["K8"], times(taken(closed)), tuple(parts), _reasons(left))


def _reasons(reasons: Iterable[str]) -> tuple[LeftOut, ...]:
    return _counted_out(Counter(reason for reason in reasons if reason))


def _counted_out(counts: dict[str, int]) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(reason, count) for reason, count in sorted(counts.items()) if count)


# --- K9 and K10 --------------------------------------------------------------------------------------------------


def _rechecked(basis: Basis) -> Kpi:
    asked = [one for one in basis.organisations if one.is_asked]
    due = [
        again
        for organisation in asked
        for facts in organisation.facts or ()
        for again in facts.rechecks
        if _fell_due(again, basis)
    ]
    done = [one for one in due if one.done is not None and one.done <= basis.cut_off]
    parts = (
        Part("Found more than before", Share(sum(one.rose for one in done), len(done))),
        Part("After 3 months", _rechecks_of(due, done, 3)),
        Part("After 12 months", _rechecks_of(due, done, 12)),
    )
    silent = sum(one.facts is None for one in asked)
    left = _counted_out({"Organisations of which no record is held": silent})
    return Kpi(DEFINITIONS["K9"], Share(len(done), len(due)), parts, left)


def _fell_due(again: AgainFacts, basis: Basis) -> bool:
    return basis.first <= london(again.due).date() <= basis.last and again.due <= basis.cut_off


def _rechecks_of(due: Sequence[AgainFacts], done: Sequence[AgainFacts], months: int) -> Share:
    return Share(sum(one.months == months for one in done), sum(one.months == months for one in due))


def _gaps(basis: Basis) -> Kpi:
    here = [one for one in basis.gaps if basis.first.year <= one.year <= basis.last.year]
    parts = [
        Part(series, Share(len(unexplained(same)), len(same)))
        for series in sorted({one.series for one in here})
        for same in [[one for one in here if one.series == series]]
    ]
    other = len(basis.gaps) - len(here)
    left = _counted_out({"Gaps of other years": other})
    return Kpi(DEFINITIONS["K10"], Share(len(unexplained(here)), len(here)), tuple(parts), left)
