"""Send agreed plans to practices as a signed file, and take in such a file. Each plan is taken in once.

A plan for an alert that is not known here waits, recorded about no alert, until a notice brings the alert.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from msat.clock import say_date, say_moment, stamp
from msat.errors import Refused
from msat.exchange.plan_file import SUFFIX, PlanFile, SentPlan, read_plan_file, write_plan_file
from msat.ids import fingerprint, grouped
from msat.projections.alert_state import AlertState
from msat.projections.ports import Views
from msat.projections.values import part, text
from msat.record.entries import Draft
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.export import write_whole
from msat.services.plan import checked_plan, own_plans
from msat.services.supersessions import same_number
from msat.services.verify import read_file
from msat.services.waiting_plans import AGREED
from msat.triage.model import OrganisationKind

CLOCKS_APART = timedelta(days=1)
"""How far two computers' clocks may differ before a plan counts as agreed in the future."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of the plans of a file: for alerts here, waiting for their alert, and those that were here before."""

    applied: int
    waiting: int
    known: int
    sender: str
    log: str


def export_plans(desk: Desk, refs: Sequence[str], target: Path, person: Person) -> tuple[Path, Changes]:
    """Writes the plans of these alerts (of all that have one when none is named) as a signed file.

    Raises Refused where there is no plan of our own, and for a file that cannot be written.
    """
    states = [deeds.find(desk, ref) for ref in refs] if refs else own_plans(desk)
    without = [deeds.name_of(state) for state in states if state.plan is None or state.plan.log]
    if without:
        raise Refused(f"There is no plan of ours for {without[0]}.", "Agree one first: msatctl plan agree REF.")
    if not states:
        raise Refused("No plan has been agreed here.", "Agree one first: msatctl plan agree REF.")
    path = _path(target)
    data = write_plan_file([sent for state in states for sent in _sent(state)], desk.record, desk.clock.now())
    write_whole(path, data)
    person = deeds.checked_person(person)
    told = {"kind": "plans", "name": path.name, "sha256": fingerprint(data), "alerts": [s.key for s in states][:200]}
    meaning = f"Issued {len(states)} agreed plan{'' if len(states) == 1 else 's'} as {path.name}."
    entries = desk.record.append([Draft("export.issued", person.actor(), told, meaning=meaning)])
    return path, Changes(desk.views.catch_up(), entries, words=f"{meaning} Entry {entries[-1].seq}.")


def _path(target: Path) -> Path:
    """The file meant: `target` with the ending of plans, or the usual name in it when it is a folder."""
    if target.is_dir():
        return target / f"agreed plans{SUFFIX}"
    if not target.parent.is_dir():
        raise Refused(f"There is no folder “{target.parent}”.", "Make it, or choose another.")
    return target if target.suffix.lower() == SUFFIX else target.with_name(target.name + SUFFIX)


def _sent(state: AlertState) -> Iterator[SentPlan]:
    plan = state.plan
    if plan is not None:
        yield SentPlan(
            alert=state.key,
            reference=state.reference or "",
            title=state.title,
            rag=plan.rag,
            actions=plan.actions,
            due=plan.due,
            minute=plan.minute,
            note=plan.note,
            agreed=plan.agreed or plan.deed.happened,
            id=plan.id,
        )


def import_plans(desk: Desk, path: Path, person: Person, sender: str = "") -> tuple[TakenIn, Changes]:
    """Takes in the plans of a signed file. The same file again records nothing.

    `sender` is the beginning of the sender's record number (8 digits or more), which a person has compared with the
    sender: it is needed once the same organisation's plans came from another record before. Raises Refused for a file
    that was changed, is our own, or is not of a commissioner's team.
    """
    person = deeds.checked_person(person)
    found = read_plan_file(read_file(path), path.name)
    _check_sender(desk, found, sender)
    _check_days(desk, found)
    states = desk.views.states()
    seen = {plan.id for state in states for plan in state.plans}
    seen |= {text(one.data, "id") for one in desk.views.general(AGREED)}
    fresh = [one for one in {plan.id: plan for plan in found.plans}.values() if one.id not in seen]
    drafts, waiting = [], 0
    for plan in fresh:
        state = _alert_of(desk.views, plan.alert, plan.reference)
        waiting += state is None
        drafts.append(_draft(found, plan, person, state))
    taken = TakenIn(len(drafts) - waiting, waiting, len(found.plans) - len(fresh), found.organisation.name, found.log)
    if not drafts:
        return taken, Changes(words=f"Every plan of {path.name} is here already. Nothing was recorded.")
    entries = desk.record.append(drafts)
    return taken, Changes(desk.views.catch_up(), entries, words=_words(taken))


def _words(taken: TakenIn) -> str:
    said = [f"{taken.applied} agreed by {taken.sender} now shown beside the rule's own."]
    if taken.waiting:
        said.append(f"{taken.waiting} for alerts that are not here yet: shown once they are.")
    if taken.known:
        said.append(f"{taken.known} here already.")
    return " ".join([*said, f"Signed by record {grouped(taken.log)}."])


def _check_sender(desk: Desk, found: PlanFile, sender: str) -> None:
    """It is a commissioner's team's, not ours, and from the record that this organisation's plans came from before."""
    whose = found.organisation
    if found.log == desk.record.log:
        raise Refused("This file was made here.", "Its plans are in this record already.")
    if whose.kind != OrganisationKind.COMMITTEE:
        raise Refused(
            f"The file is signed by {whose.name} ({whose.ods}), which is not a commissioner's team.",
            "Only plans of a commissioner's team are taken in.",
        )
    given = "".join(sender.split()).lower()
    if given and (len(given) < 8 or not found.log.startswith(given)):
        raise Refused(
            f"The file is signed by record {grouped(found.log)}, not by the one you gave.",
            "Compare the number with the sender by telephone.",
        )
    before = {plan.log for state in desk.views.states() for plan in state.plans if plan.ods == whose.ods and plan.log}
    waiting = desk.views.general(AGREED)
    before |= {text(one.data, "log") for one in waiting if text(part(one.data, "by"), "ods") == whose.ods}
    if before and found.log not in before and not given:
        raise Refused(
            f"Plans of {whose.name} ({whose.ods}) came from another record before. This file is signed by record "
            f"{grouped(found.log)}.",
            f"Compare that number with the sender by telephone; if it is right, add --sender {found.log[:8]}.",
        )


def _check_days(desk: Desk, found: PlanFile) -> None:
    """No plan was agreed in the future: it would stand before every later one."""
    latest = desk.clock.now() + CLOCKS_APART
    early = next((plan for plan in found.plans if plan.agreed > latest), None)
    if early is not None:
        raise Refused(
            f"The file says that a plan was agreed on {say_moment(early.agreed)}, which is still to come.",
            "Check the clocks of both computers, and ask the sender for the file again.",
        )


def _draft(found: PlanFile, plan: SentPlan, person: Person, state: AlertState | None) -> Draft:
    whose = found.organisation
    told: dict[str, Any] = {
        **checked_plan({"rag": plan.rag, "actions": plan.actions, "minute": plan.minute, "note": plan.note}),
        "due": stamp(plan.due) if plan.due else None,
        "by": {"name": deeds.checked_text(whose.name, "name"), "ods": whose.ods},
        "agreed": stamp(plan.agreed),
        "id": plan.id,
        "log": found.log,
    }
    name = deeds.name_of(state) if state else (plan.reference or plan.title)[:200]
    meaning = f"Took in the plan for {name} that {whose.name} agreed on {say_date(plan.agreed)}."
    if state is None:
        told |= {"alert": plan.alert[:400], "reference": plan.reference[:80], "title": plan.title[:400]}
    return Draft(AGREED, person.actor(), told, about=state.key if state else None, meaning=meaning)


def _alert_of(views: Views, key: str, reference: str) -> AlertState | None:
    """The alert that a plan is for: by its key, else by its number in any spelling."""
    for name in (key, *(same_number(reference) if reference else ())):
        state = views.alert(name) or (views.find(name) if name == reference else None)
        if state is not None:
            return state
    return None
