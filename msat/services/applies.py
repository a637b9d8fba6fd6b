"""Decide whether an alert applies here. "Not relevant" on a Red needs a second person (E18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.projections.applicability import REASONS
from msat.projections.values import same_person
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.knowledge import Knowledge
from msat.services.one_at_a_time import one_at_a_time
from msat.services.reasons import recorded, with_local

__all__ = ["REASONS", "decide_applies", "reasons_for", "same_person"]

_YES = ("held", "prescribed", "may-affect", "other")
_NO = ("not-held", "not-prescribed", "not-our-setting", "already-covered", "other")


def reasons_for(applies: bool, knowledge: Knowledge | None = None) -> dict[str, str]:
    """The reason codes that fit the answer, with their words; with `knowledge` the organisation's own among them."""
    shipped = {code: REASONS[code] for code in (_YES if applies else _NO)}
    return with_local(shipped, "applies" if applies else "does-not-apply", knowledge)


@one_at_a_time
def decide_applies(
    desk: Desk,
    ref: str,
    applies: bool,
    person: Person,
    reason: str,
    note: str = "",
    happened: datetime | None = None,
) -> Changes:
    """Records whether the alert applies here and why.

    `reason` is a code of `reasons_for(applies, desk.knowledge)`; "other" needs a note. Raises Refused otherwise, and
    when the second person on a Red is the first one again; "does not apply" also while the notice's level and text
    disagree and nobody has chosen the priority.
    """
    state = deeds.find(desk, ref)
    codes = reasons_for(applies, desk.knowledge)
    if reason not in codes:
        raise Refused(
            f"“{reason}” is not a reason for “{'applies' if applies else 'does not apply'}”.",
            f"Use one of: {', '.join(codes)}.",
        )
    note = deeds.required_text(note, "note") if reason == "other" else deeds.checked_text(note, "note")
    _check_second(state, applies, person)
    if not applies:
        deeds.refuse_undecided_level(state)
    verdict = "applies here" if applies else "does not apply here"
    deed = deeds.Deed(
        "applicability.decided",
        {"applies": applies, "reason": recorded(reason, codes, REASONS), "note": note},
        f"Decided that {deeds.name_of(state)} {verdict}: {codes[reason].lower()}.",
    )
    changes = deeds.record(desk, state, person, happened, deed)
    after = desk.views.alert(state.key)
    if applies or after is None or not after.needs_second:
        return changes
    return replace(changes, words=f"{changes.words} {desk.knowledge.rules.exception('E18').reason}")


def _check_second(state: AlertState, applies: bool, person: Person) -> None:
    """A Red judged not applicable is confirmed by somebody else, or decided anew; never by the same person twice."""
    earlier = state.applicability
    if applies or earlier is None or earlier.applies:
        return
    if earlier.confirmed is not None:
        raise Refused(
            f"{deeds.name_of(state)} is already recorded as not applicable by {earlier.deed.by} and confirmed by "
            f"{earlier.confirmed.by}.",
            "Correct the entry, or decide that it applies.",
        )
    if same_person(earlier.deed.by, person.name):
        raise Refused(
            f"{earlier.deed.by} has already recorded that this does not apply.",
            "A second person confirms it when the alert is Red, or was before the same person lowered it.",
        )
