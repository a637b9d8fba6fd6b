"""Decides what an alert means for one kind of organisation: priority, deadline, reasons, flags, actions.

A pure function of values. Unknown stays unknown: what no rule covers is Amber and needs a person, never Green, and
nothing here says that an alert may be left aside.

The order, as the field sets it: family; NatPSA before class; class, level and dates as separate facts; the priority
of the rule; exceptions that raise; the deadline of the notice, else of the class, else of the family; all reasons.
Exceptions that lower need a person's statement ("not held") and are therefore not applied here: see lower.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from msat.alerts.model import Alert, Family, Level
from msat.clock import last_moment, london, say_date
from msat.triage import due as limits
from msat.triage.exceptions import FLAGS, RuleException
from msat.triage.fit import (
    NO_QUOTE,
    Quote,
    Subject,
    fitting,
    inheriting,
    is_mixed_level,
    possible,
    quote,
    sentence_with,
)
from msat.triage.model import Due, OrganisationKind, Priority, Reason, Triage
from msat.triage.raising import holding
from msat.triage.reading import Reviewed, pattern
from msat.triage.rules import Rule, RuleBase
from msat.working_days import HOME, Site

URGENCY = {Priority.RED: 3, Priority.AMBER: 2, Priority.GREEN: 1, None: 0}
_KIND_WORDS = {
    OrganisationKind.GP_PRACTICE: "a GP practice",
    OrganisationKind.DISPENSING_PRACTICE: "a dispensing practice",
    OrganisationKind.PCN: "a primary care network",
    OrganisationKind.COMMUNITY_PHARMACY: "a community pharmacy",
    OrganisationKind.COMMITTEE: "a commissioner's medicines team",
}
# What anybody does with an alert that no rule covers: see it, judge it, sign it off.
_ACTIONS_OF_LAST_RESORT = ("A01", "A02", "A25")
_SUPERSEDED = r"supersede[sd]?|replaced by"


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The rule that applies, or `rule` None and those it may yet turn out to be."""

    id: str
    rule: Rule | None
    words: Quote
    also: tuple[Rule, ...]
    actions: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    """A decision in the making."""

    priority: Priority | None
    reasons: list[Reason] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def say(
        self, kind: str, text: str, id_: str, source: Reviewed, words: Quote = NO_QUOTE, basis: str = ""
    ) -> None:
        basis = basis or source.basis
        self.reasons.append(Reason(kind, text, id_, words.words, words.where, basis, source.reviewed))

    def say_fact(self, text: str, rule: Rule, words: Quote) -> None:
        """A fact of the notice that the decision shows: published, whatever the rule rests on."""
        self.reasons.append(Reason("base", text, rule.id, words.words, words.where, "published", rule.reviewed))

    def at_least(
        self, priority: Priority | None, exception: RuleException, text: str, words: Quote = NO_QUOTE, basis: str = ""
    ) -> None:
        """Raises to `priority` if it is lower, and gives the reason and the flag either way."""
        raised = URGENCY[self.priority] < URGENCY[priority]
        if raised:
            self.priority = priority
        if exception.flag:
            self.flags.add(exception.flag)
        self.say("raised" if raised else "flag", text, exception.id, exception, words, basis)


def everybody(
    alert: Alert,
    rules: RuleBase,
    received: datetime,
    site: Site = HOME,
    changed: datetime | None = None,
    earlier: datetime | None = None,
) -> Mapping[OrganisationKind, Triage]:
    """What `alert` means for each kind of organisation at `site`: the cards "who must act"."""
    return {kind: decide(alert, rules, kind, received, site, changed, earlier) for kind in OrganisationKind}


def decide(
    alert: Alert,
    rules: RuleBase,
    kind: OrganisationKind,
    received: datetime,
    site: Site = HOME,
    changed: datetime | None = None,
    earlier: datetime | None = None,
) -> Triage:
    """What `alert`, received here at `received`, means for an organisation of `kind` at `site`.

    `changed` is when the publisher last changed it in a way that matters: limits that are counted (48 hours, 5 days)
    run from there, and `received` is then when that change was received. `earlier` is the limit that a version before
    this one set, where the issuer has put it back since (E13).
    """
    mixed = rules.exception("E02")
    is_mixed = is_mixed_level(alert, mixed)
    level = Level.PATIENT.value if is_mixed else (alert.level.value if alert.level else None)
    subject = Subject(alert, level)
    chosen = _choose(subject, rules, kind)
    start = limits.start_of(alert, received, changed)
    due = _due(alert, chosen, rules, start, site)
    if chosen.rule is not None:
        due = limits.while_it_holds(due, chosen.rule.limit, alert, received)
    due = limits.with_opening(_put_back(alert, due, earlier), start, site, received)

    draft = _Draft(_base_priority(chosen, kind))
    _say_base(draft, chosen, subject, rules, kind)
    if is_mixed:
        _say_mixed_level(draft, alert, mixed)
    _raise_for_doubt(draft, chosen, alert, rules, start)
    _apply_exceptions(draft, subject, rules, kind, site)
    _raise_for_time_limit(draft, alert, rules, kind, due, start, chosen)
    _say_deadline(draft, chosen, due, alert, rules)
    _flag_history(draft, alert, rules, due, start, received)
    _say_changed_limit(draft, rules, due, site)
    flags = tuple(flag for flag in FLAGS if flag in draft.flags)
    return Triage(draft.priority, due, tuple(draft.reasons), flags, chosen.id, rules.version, chosen.actions)


def _put_back(alert: Alert, due: Due, earlier: datetime | None) -> Due:
    """E13 from the version before: only a date that the notice itself sets can be put back, not one that is counted."""
    if due.extended_from is not None or earlier is None or due.at is None or due.from_ != "notice":
        return due
    is_dated = any(deadline.at == due.at for deadline in alert.deadlines)
    return replace(due, extended_from=earlier) if is_dated and earlier < due.at else due


def _apply_exceptions(
    draft: _Draft, subject: Subject, rules: RuleBase, kind: OrganisationKind, site: Site
) -> None:
    """E03 to E10 and E16, each with its words. None of them lowers anything."""
    for held in holding(subject, rules, kind, site):
        floor = held.exception.at_least.get(kind, "none")
        if floor != "none" and held.flag == held.exception.flag:
            draft.at_least(Priority(floor), held.exception, held.text, held.words, held.basis)
            continue
        if held.flag:
            draft.flags.add(held.flag)
        draft.say("flag", held.text, held.exception.id, held.exception, held.words, held.basis)


def _say_changed_limit(draft: _Draft, rules: RuleBase, due: Due, site: Site) -> None:
    """E13, a limit put back; E17, one that ends while the site is shut. What is history needs no open day."""
    if due.at is None:
        return
    if due.extended_from is not None:
        put_back = rules.exception("E13")
        text = put_back.reason.format(old=limits.say_end(due.extended_from), new=limits.say_end(due.at))
        draft.flags.add(put_back.flag)
        draft.say("flag", text, put_back.id, put_back, Quote(due.words, due.where))
    if due.is_shut and not draft.flags & {"historic", "withdrawn"}:
        shut = rules.exception("E17")
        day = london(last_moment(due.at)).date()
        advice = f"be done by {say_date(due.last_open)}." if due.last_open else "somebody must see to it while shut."
        text = shut.reason.format(day=say_date(day), why_shut=site.why_shut(day), last_open=advice)
        draft.flags.add(shut.flag)
        draft.say("flag", text, shut.id, shut)


def _choose(subject: Subject, rules: RuleBase, kind: OrganisationKind) -> _Chosen:
    """The rule that fits; of several the most urgent for this kind, then the first in the base."""
    fit = sorted(fitting(subject, rules), key=lambda rw: -URGENCY[rw[0].priority_for(kind)])
    if fit:
        rule, words = fit[0]
        also = tuple(other for other, _ in fit[1:] if other.id != rule.id)
        return _Chosen(rule.id, rule, words, also, tuple(rule.actions[kind]))
    candidates = tuple(possible(subject, rules))
    return _Chosen("E11", None, NO_QUOTE, candidates, _common_actions(candidates, kind))


def _common_actions(candidates: Sequence[Rule], kind: OrganisationKind) -> tuple[str, ...]:
    """What is to be done whichever of the candidates turns out to hold."""
    if not candidates:
        return _ACTIONS_OF_LAST_RESORT
    shared = set.intersection(*(set(rule.actions[kind]) for rule in candidates))
    return tuple(code for code in candidates[0].actions[kind] if code in shared)


def _base_priority(chosen: _Chosen, kind: OrganisationKind) -> Priority | None:
    """What the rule gives; without one, what all that it may turn out to be agree on."""
    if chosen.rule is not None:
        return chosen.rule.priority_for(kind)
    sure = [rule.priority_for(kind) for rule in chosen.also]
    return min(sure, key=lambda priority: URGENCY[priority], default=None)


def _say_base(
    draft: _Draft, chosen: _Chosen, subject: Subject, rules: RuleBase, kind: OrganisationKind
) -> None:
    alert, rule = subject.alert, chosen.rule
    if rule is None:
        return
    rating = draft.priority.value.capitalize() if draft.priority else "No rating"
    words = chosen.words
    if not words.words:
        words = sentence_with(alert, rule.quote) or quote(alert.family)
    draft.say("base", f"{rating} for {_KIND_WORDS[kind]}. {rule.reason_to(kind)}", rule.id, rule, words)
    if alert.alert_class and alert.family.value != Family.NATPSA:
        draft.say_fact(f"It is Class {subject.alert_class}.", rule, quote(alert.alert_class))
    if rule.when.levels and alert.level and alert.level.value == subject.level:
        draft.say_fact(f"It goes to {alert.level.value} level.", rule, quote(alert.level))
    if rule.when.issuers and subject.issuer:
        fact = alert.reference if alert.reference else alert.issuer
        draft.say_fact(f"It was issued by {subject.issuer}.", rule, quote(fact))
    for other in chosen.also:
        text = f"Rule {other.id} ({other.name}) fits as well; the more urgent rule decides."
        draft.say("base", text, other.id, other)
    for inherited, said in inheriting(alert, rules):
        draft.say("base", inherited.reason_to(kind), inherited.id, inherited, said)


def _say_mixed_level(draft: _Draft, alert: Alert, exception: RuleException) -> None:
    draft.flags.add(exception.flag)
    if alert.level is None:
        return
    text = exception.reason.format(level=alert.level.value)
    draft.say("raised", text, exception.id, exception, quote(alert.level))
    advice = "These are its words to patients."
    draft.say("raised", advice, exception.id, exception, quote(alert.patient_advice))


def _raise_for_doubt(
    draft: _Draft, chosen: _Chosen, alert: Alert, rules: RuleBase, start: limits.Start
) -> None:
    """E11: whatever could not be read or is not covered is at least Amber, and a person must look."""
    exception = rules.exception("E11")
    if chosen.rule is None:
        draft.at_least(Priority.AMBER, exception, _uncovered(chosen, alert, exception), quote(alert.family))
    if alert.unread:
        text = f"Part of the notice could not be read: {' '.join(alert.unread)} Look at the source."
        draft.at_least(Priority.AMBER, exception, text)
    dated_by_start = chosen.rule is not None and chosen.rule.limit.from_ == "starts" and alert.starts is not None
    if not start.is_known and not dated_by_start:
        draft.at_least(Priority.AMBER, exception, "The notice gives no date of issue. Look at the source.")


def _uncovered(chosen: _Chosen, alert: Alert, exception: RuleException) -> str:
    """What is unsure, and what to do about it."""
    if not chosen.also:
        return exception.reason
    asked = []
    if alert.alert_class is None and any(rule.when.classes for rule in chosen.also):
        asked.append("class")
    if alert.level is None and any(rule.when.levels for rule in chosen.also):
        asked.append("level")
    family = alert.family.value.replace("-", " ").replace(" or it", " or IT")
    unsure = f"its {' and its '.join(asked)} could not be read" if asked else "its words fit no single rule surely"
    may_be = _either(dict.fromkeys(f"{rule.id} ({rule.name})" for rule in chosen.also))
    look = f"for its {' and '.join(asked)}" if asked else "for what it asks"
    return (
        f"It reads as a notice of the kind “{family}”, but {unsure}: it may be {may_be}. "
        f"Look {look} in the source, then choose the priority."
    )


def _either(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _raise_for_time_limit(
    draft: _Draft, alert: Alert, rules: RuleBase, kind: OrganisationKind, due: Due, start: limits.Start, chosen: _Chosen
) -> None:
    """No rule puts a notice lower than the notice's own time limit does, and no local rule one of any family."""
    is_local = chosen.rule is not None and chosen.rule.basis == "local"
    floor = least_by_time_limit(alert, rules, kind, due, start, is_local)
    if floor is not None and URGENCY[draft.priority] < URGENCY[floor]:
        exception = rules.exception("LIMIT")
        draft.at_least(floor, exception, exception.reason, Quote(due.words, due.where))


def least_by_time_limit(
    alert: Alert, rules: RuleBase, kind: OrganisationKind, due: Due, start: limits.Start, is_local: bool = False
) -> Priority | None:
    """How urgent the notice's own time limit makes it at least; None where it sets none that is short."""
    exception = rules.exception("LIMIT")
    if due.from_ != "notice" or due.at is None or exception.hours is None:
        return None
    if not is_local and not exception.speaks_of(alert.family.value):
        return None
    floor = exception.at_least.get(kind, "none")
    is_short = due.at - start.at <= timedelta(hours=exception.hours)
    return Priority(floor) if is_short and floor != "none" else None


def _due(alert: Alert, chosen: _Chosen, rules: RuleBase, start: limits.Start, site: Site) -> Due:
    by_notice = limits.due_by_notice(alert, start, site)
    if by_notice is not None:
        return by_notice
    asks_class = chosen.rule is None or chosen.rule.limit.from_ == "class"
    if asks_class and alert.alert_class is not None:
        limit = rules.limit_of_class(alert.alert_class.value)
        if limit is not None:
            return limits.due_by_class(limit, start, alert.alert_class.words)
    if chosen.rule is None or chosen.rule.limit.from_ == "class":
        return _due_unknown(alert, chosen, start, site)
    ours = limits.due_by_family(chosen.rule.limit, start, alert, site)
    return _not_after_class(ours, alert, rules, start) if chosen.rule.is_own else ours


def _not_after_class(ours: Due, alert: Alert, rules: RuleBase, start: limits.Start) -> Due:
    """A local rule may ask for more haste than the class of the notice, and never for less."""
    limit = rules.limit_of_class(alert.alert_class.value) if alert.alert_class else None
    if limit is None or alert.alert_class is None:
        return ours
    by_class = limits.due_by_class(limit, start, alert.alert_class.words)
    is_sooner = by_class.at is not None and (ours.at is None or by_class.at < ours.at)
    return by_class if is_sooner else ours


def _due_unknown(alert: Alert, chosen: _Chosen, start: limits.Start, site: Site) -> Due:
    """No class and no limit of the notice: the limit that all candidates share, else none that could be read."""
    shared = {rule.limit for rule in chosen.also}
    if len(shared) == 1 and next(iter(shared)).from_ != "class":
        return limits.due_by_family(next(iter(shared)), start, alert, site)
    return Due(None, "none", "No time limit could be read from the notice. Look at the source.")


def _say_deadline(draft: _Draft, chosen: _Chosen, due: Due, alert: Alert, rules: RuleBase) -> None:
    source: Reviewed = chosen.rule or rules.exception("E11")
    words = quote(alert.alert_class) if due.from_ in ("class", "none") and due.words else NO_QUOTE
    basis = source.basis
    if due.from_ == "notice":
        words, basis = Quote(due.words, due.where), "published"
    elif alert.alert_class is not None and due.words:
        limit = rules.limit_of_class(alert.alert_class.value)
        if limit is not None:
            source, basis = limit, limit.basis
    reason = Reason("deadline", due.why, chosen.id, words.words, words.where, basis, source.reviewed)
    draft.reasons.append(reason)


def _flag_history(
    draft: _Draft, alert: Alert, rules: RuleBase, due: Due, start: limits.Start, received: datetime
) -> None:
    """E12 deadline already past when received, E14 withdrawn, E01 an update of an earlier notice."""
    historic, withdrawn, updated = (rules.exception(id_) for id_ in ("E12", "E14", "E01"))
    if _is_history(due, start, received, historic):
        _flag(draft, historic, NO_QUOTE)
    if alert.withdrawn is not None:
        _flag(draft, withdrawn, quote(alert.withdrawn))
        if pattern(_SUPERSEDED).search(alert.withdrawn.words):
            draft.flags.add("superseded")
    replaced = alert.update or next(iter(alert.supersedes), None)
    if replaced is not None:
        _flag(draft, updated, quote(replaced))


def _is_history(due: Due, start: limits.Start, received: datetime, historic: RuleException) -> bool:
    """Whether it came too late to be acted on in time. What is due at once gets some hours' grace.

    A notice without any limit is history when it was already old on receipt: a back-fill brings hundreds of them.
    """
    if due.at is None:
        old = timedelta(days=historic.days_without_limit or 0)
        return bool(old) and start.is_known and received - start.at > old
    if due.at >= received:
        return False
    return due.at != start.at or received - start.at > timedelta(hours=historic.hours or 0)


def _flag(draft: _Draft, exception: RuleException, words: Quote) -> None:
    draft.flags.add(exception.flag)
    draft.say("flag", exception.reason, exception.id, exception, words)


