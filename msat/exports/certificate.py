"""The record of one alert on one page: received, decided, searched, numbers, acted, signed, and what was corrected.

Says only what was recorded. An empty answer is shown as empty; what was struck out stays readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msat.actions.model import AnswerKind
from msat.alerts.model import Alert
from msat.clock import say_date, say_limit, say_moment
from msat.exports.arranged import arranged, put_off, searches
from msat.exports.document import (
    Block,
    Bullets,
    Callout,
    Document,
    Heading,
    Inline,
    KeyValues,
    Paragraph,
    Rag,
    RagLine,
    Run,
    Runs,
    Table,
    plain,
)
from msat.exports.replaced import carried_forward, replaced_by_words
from msat.exports.wording import (
    APPLIES_BECAUSE,
    ORGANISATIONS,
    issued_words,
    kind_words,
    link_run,
    quoted,
    status_words,
    urgency,
    when,
    where,
    who,
)
from msat.projections.alert_state import NOT_CHECKED, ActionState, AlertState, Answer, PlaceCheck, Status
from msat.projections.closing import ended
from msat.projections.work_state import Deed
from msat.record.organisation import Organisation
from msat.triage.model import Reason

FUNNEL = ("found", "active", "at_higher_risk", "reviewed", "changed", "unchanged_with_reason")
FUNNEL_WORDS = ("Found", "Still active", "At higher risk", "Reviewed", "Changed", "Unchanged, with reason")
_OWN = (AnswerKind.ACKNOWLEDGE, AnswerKind.APPLIES, AnswerKind.SIGN_OFF)
NOT_REVIEWED = "not yet reviewed by a pharmacist"


def certificate(
    state: AlertState,
    notice: Alert | None,
    organisation: Organisation,
    as_at: datetime,
    replaced: Sequence[AlertState] = (),
) -> Document:
    """The document for one alert as recorded at `as_at`. `replaced` are the alerts whose place it took, where known."""
    name = state.reference or state.title
    blocks: list[Block] = [
        Heading(1, f"Record of action: {name}"),
        *_head(state, notice, organisation, as_at),
        *_triaged(state, as_at),
        *_decided(state),
        *_searched(state),
        *_numbers(state),
        *_acted(state),
        *arranged(state),
        *_signed(state),
        *_people(state),
        *_versions(state),
        *carried_forward(replaced, as_at),
    ]
    return Document(
        title=f"Record of action: {name}",
        subject=f"{state.title}. {organisation.name} ({organisation.ods}), as at {say_moment(as_at)}.",
        blocks=tuple(blocks),
        dense=True,
    )


def _head(state: AlertState, notice: Alert | None, organisation: Organisation, as_at: datetime) -> Iterable[Block]:
    yield Paragraph((Run(state.title, bold=True),))
    kind = ORGANISATIONS.get(organisation.kind, organisation.kind)
    pairs: list[tuple[str, Inline]] = [
        ("Organisation", plain(f"{organisation.name} ({organisation.ods}), {kind}")),
        ("Notice", plain(_notice_words(state))),
        ("Source", _sources(state)),
        ("Received here", plain(_received(state))),
        ("State", plain(f"{status_words(state, as_at)}, as at {say_moment(as_at)}")),
    ]
    if notice and notice.batches:
        pairs.insert(2, ("Batches", plain(_batches(notice))))
    elif notice and notice.all_batches:
        pairs.insert(2, ("Batches", plain("; ".join(quoted(fact.words) for fact in notice.all_batches))))
    if state.supersedes:
        pairs.insert(2, ("Replaces", plain(", ".join(named.reference for named in state.supersedes))))
    yield KeyValues(tuple(pairs))
    if state.withdrawn:
        yield Callout("warning", plain(f"Withdrawn by its publisher: {state.withdrawn}"))
    if state.superseded:
        yield Callout("warning", plain(replaced_by_words(state.superseded)))
    if state.status(as_at) is Status.OVERDUE and state.due and state.due.at:
        yield Callout("danger", plain(f"Overdue: it was to be finished by {say_limit(state.due.at)}."))
    yield from put_off(state, as_at)


def _notice_words(state: AlertState) -> str:
    issued = issued_words(state)
    parts = [kind_words(state), f"issued {issued}" if issued else "", state.company]
    words = f" (in the notice: {quoted(state.level_words)})" if state.level_words else ""
    return "; ".join(part for part in parts if part) + words


def _batches(notice: Alert) -> str:
    """Every affected number, none left out."""
    numbers = [f"{batch.number} to {batch.through}" if batch.through else batch.number for batch in notice.batches]
    unique = list(dict.fromkeys(numbers))
    return f"{len(unique)} in the notice: {', '.join(unique)}"


def _sources(state: AlertState) -> Runs:
    runs: list[Run] = []
    for source in state.sources:
        if runs:
            runs.append(Run("; "))
        runs += [link_run(source.url), Run(f" ({source.called})")]
    return tuple(runs) or plain("not recorded")


def _received(state: AlertState) -> str:
    first = next((line for line in state.history if line.type == "alert.received"), None)
    return say_moment(state.received) + (f" (entry {first.seq})" if first else "")


# --- triaged ---------------------------------------------------------------------------------------------------


def _triaged(state: AlertState, as_at: datetime) -> Iterable[Block]:
    yield Heading(2, "Priority and why")
    yield RagLine(Rag(state.rag), urgency(state, as_at))
    if state.override:
        said = Rag(state.rule_rag).word
        yield Paragraph(
            plain(
                f"A person chose this priority; the rule said {said}. {who(state.override)}, {when(state.override)} "
                f"({where(state.override)}): {state.override_reason}"
            )
        )
    if state.reasons:
        yield Bullets(tuple(_reason(reason, each_reviewed=not _reviewed(state)) for reason in state.reasons))
    if state.due and state.due.words and not any(state.due.words in reason.words for reason in state.reasons):
        yield Paragraph(plain(f"The time limit in the notice's words: {quoted(state.due.words)}."))
    rules = f"Rule {state.rule}, rules version {state.rules_version}" if state.rule else "No rule"
    reviewed = f": {_reviewed(state)}. " if _reviewed(state) else ". "
    flags = f"Flags: {', '.join(state.flags)}." if state.flags else ""
    yield Paragraph(plain(f"{rules}{reviewed}{flags}".strip()), small=True)


def _reviewed(state: AlertState) -> str:
    """Who reviewed the rules that spoke, where it is the same for all of them; else empty."""
    found = {reason.reviewed or NOT_REVIEWED for reason in state.reasons}
    return found.pop() if len(found) == 1 else ""


def _reason(reason: Reason, each_reviewed: bool) -> Runs:
    words = f" In the notice: {quoted(reason.words)}." if reason.words else ""
    basis = "our proposal" if reason.basis == "proposal" else reason.basis
    note = ", ".join(part for part in (basis, (reason.reviewed or NOT_REVIEWED) if each_reviewed else "") if part)
    return (Run(f"{reason.rule}: ", bold=True), Run(f"{reason.text}{words}{f' ({note})' if note else ''}"))


# --- decided ---------------------------------------------------------------------------------------------------


def _decided(state: AlertState) -> Iterable[Block]:
    yield Heading(2, "Decided")
    known = state.acknowledged
    first = f"{say_by(known)}" if known else "Not acknowledged."
    pairs: list[tuple[str, Inline]] = [("Acknowledged", plain(first))]
    applies = state.applicability
    if applies is None:
        pairs.append(("Applies here", plain("Not decided.")))
    else:
        answer = "Yes" if applies.applies else "No"
        because = APPLIES_BECAUSE.get(applies.reason, applies.reason)
        why = ". ".join(part.rstrip(".") for part in (because, applies.note) if part)
        pairs.append(("Applies here", plain(f"{answer}. {why + '. ' if why else ''}{say_by(applies.deed)}")))
        if applies.confirmed:
            pairs.append(("Second person", plain(say_by(applies.confirmed))))
    yield KeyValues(tuple(pairs))


def say_by(deed: Deed) -> str:
    """`Demo Pharmacist (pharmacist), 9 May 2023 14:21 (entry 12).`"""
    return f"{who(deed)}, {when(deed)} ({where(deed)}).{_corrected(deed)}"


def say_short(deed: Deed) -> str:
    """The same for a narrow column: roles stand under "People"."""
    return f"{deed.by}, {when(deed)} ({where(deed)}){_corrected(deed)}"


def _corrected(deed: Deed) -> str:
    """The record keeps what was first said; here stands that it was corrected, by whom and why."""
    return f" {deed.corrected[0].upper()}{deed.corrected[1:]}." if deed.corrected else ""


# --- searched and counted --------------------------------------------------------------------------------------


def _searched(state: AlertState) -> Iterable[Block]:
    rows = [
        _place(action, place)
        for action in state.actions
        for place in (*action.places, *(check for check in action.checks if check.struck))
    ]
    if rows:
        yield Heading(2, "Searched, place by place")
        yield Table(("Place", "Result", "Batch and note", "Checked by"), tuple(rows), (1.8, 0.9, 2.6, 4.6), small=True)


def _place(action: ActionState, place: PlaceCheck) -> tuple[Inline, ...]:
    gone = bool(place.struck)
    if place.result == "quantity":
        result = f"{place.quantity if place.quantity is not None else '?'} found"
    else:
        result = place.result if place.is_checked else NOT_CHECKED
    detail = ". ".join(part for part in (f"batch {place.batch}" if place.batch else "", place.note) if part)
    notes: Runs = (Run(detail, struck=gone),) if detail else ()
    if gone:
        notes = (*notes, Run(f"{' ' if notes else ''}Struck: {place.struck}"))
    return (
        plain(f"{place.place} ({action.code})"),
        (Run(result[0].upper() + result[1:], bold=place.result == "quantity" and not gone, struck=gone),),
        notes,
        (Run(say_short(place.deed), struck=gone),) if place.deed else (),
    )


def _numbers(state: AlertState) -> Iterable[Block]:
    rows: list[tuple[Inline, ...]] = []
    for action in state.actions:
        if action.funnel:
            counted = dict(action.funnel)
            cells = [str(counted[name]) if name in counted else "not given" for name in FUNNEL]
            by = say_short(action.standing.deed) if action.standing else ""
            rows.append((plain(f"{action.code}"), *map(plain, cells), plain(by)))
    if rows:
        yield Heading(2, "Numbers, as reported")
        yield Table(("Action", *FUNNEL_WORDS, "By"), tuple(rows), (0.8, 0.8, 0.8, 1, 1, 1, 1.4, 3.4), small=True)
        yield from searches(state)


# --- acted -----------------------------------------------------------------------------------------------------


def _acted(state: AlertState) -> Iterable[Block]:
    own = [action for action in state.actions if action.answer not in _OWN]
    if not own:
        yield Heading(2, "Acted")
        yield Paragraph(plain("No further action was recommended for this kind of organisation."))
        return
    done = sum(action.is_answered for action in own)
    yield Heading(2, f"Acted: {done} of {len(own)} actions answered")
    rows = tuple(row for action in own for row in _action(action))
    yield Table(("Action", "Answer", "Note", "Done by"), rows, (3.9, 1, 2.3, 3.1), small=True)


def _action(action: ActionState) -> Iterable[tuple[Inline, ...]]:
    text: Runs = (Run(f"{action.code} ", bold=True), Run(action.text))
    struck = [answer for answer in action.answers if answer.struck]
    standing = action.standing
    if standing is None:
        due = f" Due {say_date(action.due)}." if action.due else ""
        needed = "" if action.required else " Optional."
        yield (text, (Run(action.status.capitalize(), bold=True),), plain(f"{due}{needed}".strip()), ())
    else:
        yield (text, *_answer(standing, action))
    for answer in struck:
        yield ((Run(f"{action.code} ", bold=True), Run("earlier answer, struck out")), *_answer(answer, action))


def _answer(answer: Answer, action: ActionState) -> tuple[Inline, ...]:
    value = action.status if not answer.struck and action.status == "in part" else answer.value
    count = f", {answer.count}" if answer.count is not None else ""
    gone = bool(answer.struck)
    funnel = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in answer.funnel) if gone else ""
    said = ". ".join(part for part in (answer.note, funnel) if part)
    note: Runs = (Run(said, struck=gone),) if said else ()
    if gone:
        note = (*note, Run(f"{' ' if note else ''}Struck: {answer.struck}"))
    return (
        (Run(f"{value.capitalize()}{count}", bold=not gone, struck=gone),),
        note,
        (Run(say_short(answer.deed), struck=gone),),
    )


# --- signed ----------------------------------------------------------------------------------------------------


def _signed(state: AlertState) -> Iterable[Block]:
    yield Heading(2, "Signed off")
    sign = state.sign_off
    if sign is None:
        missing = f" Still to do: {ended('; '.join(gap.rstrip('.') for gap in state.missing))}" if state.missing else ""
        yield Paragraph(plain(f"Not signed off.{missing}"))
        return
    statement = f" {sign.statement}" if sign.statement else ""
    pairs: list[tuple[str, Inline]] = [("First person", plain(f"{say_by(sign.deed)}{statement}"))]
    if sign.second:
        pairs.append(("Second person", plain(say_by(sign.second))))
    elif state.needs_second:
        pairs.append(("Second person", plain("Waiting: a Red is signed by two people.")))
    yield KeyValues(tuple(pairs))


def _people(state: AlertState) -> Iterable[Block]:
    """Everybody named above, with the role under which it was done."""
    known = list(dict.fromkeys((deed.by, deed.role) for deed in _deeds(state) if deed.role))
    if known:
        yield Paragraph(plain(f"People: {'; '.join(f'{by}, {role}' for by, role in known)}."), small=True)


def _deeds(state: AlertState) -> Iterable[Deed]:
    applies, sign = state.applicability, state.sign_off
    named = [state.override, state.acknowledged]
    if applies:
        named += [applies.deed, applies.confirmed]
    for action in state.actions:
        named += [place.deed for place in action.places]
        named += [answer.deed for answer in action.answers]
    if sign:
        named += [sign.deed, sign.second]
    return [deed for deed in named if deed]


def _versions(state: AlertState) -> Iterable[Block]:
    lines = [
        f"Version {v.number} of the notice, recorded {say_moment(v.recorded)}"
        f"{' (material)' if v.material else ''}: {' '.join(v.changes)}"
        for v in state.versions
        if v.changes
    ]
    struck = [
        f"Entry {line.seq}, {say_moment(line.recorded)}, {line.by}: {line.text} Struck: {line.struck}"
        for line in state.history
        if line.struck
    ]
    if lines or struck:
        yield Heading(2, "Changed and corrected")
        yield Bullets(tuple(plain(line) for line in (*lines, *struck)))
