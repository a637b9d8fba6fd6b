"""One entry as one sentence of an alert's history. Pure; adds nothing that the entry does not say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from msat.clock import say_date, say_moment
from msat.projections.alert_state import AlertState, HistoryLine
from msat.projections.applicability import reason_words
from msat.projections.corrections import CHANGES, is_in_error, root_type, target_line
from msat.projections.deeds import FUNNEL
from msat.projections.values import data_of, deed_of, flag, moment, part, parts, text, texts, whole
from msat.projections.work_state import NO_OUTCOME
from msat.record.entries import Entry, Json
from msat.record.erasure import NOTE


def line(before: AlertState, entry: Entry) -> HistoryLine:
    """The history line of `entry`, which happened when the alert stood as in `before`."""
    deed = deed_of(entry)
    corrects = ""
    if entry.type == "entry.corrected":
        words, corrects = _correction(before, entry)
    else:
        words = said(entry.type, data_of(entry)) or _unknown(entry)
    if note := text(entry.content, NOTE):
        words = _with(words, note)
    return HistoryLine(
        entry.id,
        entry.seq,
        entry.type,
        entry.time,
        deed.happened,
        deed.by,
        deed.role,
        words,
        corrects=corrects,
        log=entry.log,
    )


def said(kind: str, data: Json) -> str:
    """The sentence for data of a known type; empty for a type this version does not know."""
    sentence = SENTENCES.get(kind)
    return sentence(data) if sentence else ""


def ended(words: str) -> str:
    """`words` with one full stop at the end."""
    words = words.strip()
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _unknown(entry: Entry) -> str:
    meaning = text(entry.content, "meaning")
    return ended(meaning) if meaning else f"An entry of a kind that this version does not know: {entry.type}."


def _correction(before: AlertState, entry: Entry) -> tuple[str, str]:
    """The sentence and the id of the entry that it corrects, which may be one of another workstation's log."""
    data = data_of(entry)
    target, why = target_line(before, text(data, "entry")), text(data, "reason")
    if target is None:
        return ended(f"Corrected an entry that is not of this alert: {why}"), ""
    kind = root_type(before, target)
    number = f"{target.seq}" if target.log == entry.log else f"{target.seq} of log {target.log[:8]}"
    if kind not in CHANGES:
        return ended(f"Entry {number} was to be corrected, but its kind cannot be: {why}"), ""
    if is_in_error(part(data, "data")):
        return ended(f"Struck out entry {number}, which was entered in error: {why}"), target.entry
    now = said(kind, part(data, "data"))
    return ended(f"Corrected entry {number}: {ended(why)} It now reads: {now}"), target.entry


def _with(words: str, *more: str) -> str:
    """Sentences one after the other; empty ones are left out."""
    return " ".join(ended(one) for one in (words, *more) if one.strip())


def _because(words: str, reason: str) -> str:
    return f"{words}: {reason}" if reason.strip() else words


def _source(data: Json) -> str:
    """What the source was called when the page was read; entries of before that was kept give its id."""
    return text(data, "source_name") or text(data, "source") or "a source"


def _received(data: Json) -> str:
    return ended(_because(f"Received from {_source(data)}", text(data, "title")))


def _source_added(data: Json) -> str:
    return ended(_because(f"Also told by {_source(data)}", text(data, "title")))


def _revised(data: Json) -> str:
    number, kind = whole(data, "number"), "a material change" if flag(data, "material") else "a small change"
    first = f"Version {number} received, {kind}" if number else f"A new version received, {kind}"
    return _with(first, *texts(data, "changes"))


def _withdrawn(data: Json) -> str:
    return ended(_because("Withdrawn by the publisher", text(data, "explanation")))


def _superseded(data: Json) -> str:
    by = text(data, "reference") or text(data, "by") or "another alert"
    words = text(data, "words")
    return _with(f"Superseded by {by}", f"The notice says: “{words}”" if words else "")


def _triaged(data: Json) -> str:
    rag, due = text(data, "rag"), part(data, "due")
    first = f"Priority {rag.capitalize()}" if rag else "No priority"
    if text(data, "rule"):
        first += f" by rule {text(data, 'rule')}"
    if text(data, "rules_version"):
        first += f", rules {text(data, 'rules_version')}"
    at = moment(due, "at")
    limit = _because(f"Due {say_moment(at)}", text(due, "why")) if at else text(due, "why")
    again = text(data, "why")  # decided again by other rules, because a person asked for it
    return _with(first, limit, f"Decided again because: {again}" if again else "")


def _overridden(data: Json) -> str:
    rag = text(data, "rag").capitalize() or "another"
    return ended(_because(f"Priority changed to {rag}", text(data, "reason")))


def _acknowledged(data: Json) -> str:
    return _with("Acknowledged", text(data, "note"))


def _decided(data: Json) -> str:
    words = "Decided that it applies here" if flag(data, "applies") else "Decided that it does not apply here"
    return _with(_because(words, reason_words(text(data, "reason"))), text(data, "note"))


def _answered(data: Json) -> str:
    count = whole(data, "count")
    number = f" ({count})" if count is not None else ""
    answer = text(data, "answer") or "not answered"
    return _with(f"Answered {text(data, 'action') or 'an action'}: {answer}{number}", text(data, "note"))


def _place_checked(data: Json) -> str:
    place, result = text(data, "place"), text(data, "result") or "not checked"
    where = f"in the {place}" if place[:1].islower() and not place.startswith("the ") else f"in {place}"
    found = result
    if result == "quantity":
        quantity = whole(data, "quantity")
        found = "stock found" if quantity is None else f"{quantity} found"
        found += f", batch {text(data, 'batch')}" if text(data, "batch") else ""
    words = f"Checked {text(data, 'action') or 'A03'} {where}: {found}"
    words += f", {text(data, 'initials')}" if text(data, "initials") else ""
    return _with(words, text(data, "summary"), text(data, "note"))


def _counted(data: Json) -> str:
    numbers = [(step.replace("_", " "), whole(data, step)) for step in FUNNEL]
    given = ", ".join(f"{step} {number}" for step, number in numbers if number is not None)
    words = _because(f"Counted the search of {text(data, 'action') or 'an action'}", given)
    run = f"Search “{text(data, 'search')}”" if text(data, "search") else ""
    run += f"{', run on ' if run else 'Run on '}{_said_day(data, 'run_on')}" if text(data, "run_on") else ""
    why = text(data, "unchanged_reason")
    return _with(words, run, f"Unchanged because: {why}" if why else "", text(data, "note"))


def _signed_off(data: Json) -> str:
    return ended(_because("Signed off", text(data, "statement")))


def _reopened(data: Json) -> str:
    return ended(_because("Reopened", text(data, "reason")))


def _rechecked(data: Json) -> str:
    given = ", ".join(
        f"{step.replace('_', ' ')} {whole(data, step)}" for step in FUNNEL if whole(data, step) is not None
    )
    was = part(data, "before")
    before = ", ".join(
        f"{step.replace('_', ' ')} {whole(was, step)}" for step in FUNNEL if whole(was, step) is not None
    )
    words = _because(f"Ran the search again, due after {whole(data, 'months')} months", given)
    return _with(words, f"Before: {before}" if before else "", text(data, "note"))


def _judged(data: Json) -> str:
    rag = text(data, "rag").capitalize() or "another priority"
    rule = text(data, "local_rule")
    words = _because(f"Decided from the review list: {rag}", text(data, "reason"))
    return _with(words, f"Made the local rule {rule} of it" if rule else "")


def _planned(data: Json) -> str:
    by = text(part(data, "by"), "name")
    rag, due = text(data, "rag").capitalize(), moment(data, "due")
    words = f"Agreed locally{f' by {by}' if by else ''}: {rag}{f', by {say_date(due)}' if due else ''}"
    minute = text(data, "minute")
    return _with(words, *texts(data, "actions"), f"Minute {minute}" if minute else "", text(data, "note"))


def _supported(data: Json) -> str:
    system, message = text(data, "system") or "decision support", text(data, "message")
    whose = "national message" if flag(data, "national") else "message"
    return _with(f"In {system} since {_said_day(data, 'live')}, {whose} {message}".rstrip(), text(data, "note"))


def _discussed(data: Json) -> str:
    minute = text(data, "minute")
    at = f"{_said_day(data, 'on')}{f', minute {minute}' if minute else ''}"
    words = f"Discussed at {text(data, 'meeting') or 'a meeting'}, {at}"
    return _with(words, text(data, "outcome") or NO_OUTCOME, _followed_up(data))


def _followed_up(data: Json) -> str:
    """Who sees to a decision, and by when; empty where the meeting named nobody."""
    owner = text(data, "owner")
    by = f", by {_said_day(data, 'due')}" if text(data, "due") else ""
    return f"To be done by {owner}{by}" if owner else ""


def _decision_done(data: Json) -> str:
    decided = f"Done, as decided at {text(data, 'meeting') or 'a meeting'}, {_said_day(data, 'on')}"
    return _with(_because(decided, text(data, "outcome")), text(data, "note"))


def _met(data: Json) -> str:
    said = f"Held: {text(data, 'meeting') or 'a meeting'}, {_said_day(data, 'on')}"
    people = (("Present", texts(data, "present")), ("Apologies", texts(data, "apologies")))
    told = [f"{name}: {'; '.join(named)}" for name, named in people if named]
    number = len(texts(data, "agenda"))
    agenda = f"On the agenda: {number} item{'' if number == 1 else 's'}" if number else ""
    return _with(said, *told, agenda, text(data, "note"))


def _said_day(data: Json, name: str) -> str:
    """An ISO date for people; as it stands where it is none."""
    try:
        return say_date(date.fromisoformat(text(data, name)))
    except ValueError:
        return text(data, name) or "a day not given"


def _carried(data: Json) -> str:
    number = len(parts(data, "answers"))
    name = text(data, "reference") or text(data, "from")
    return ended(f"It replaces {name}, for which {number} answer{'' if number == 1 else 's'} stand recorded")


def _assigned(data: Json) -> str:
    owner, deputy = text(data, "owner"), text(data, "deputy")
    words = f"{owner} looks after it" if owner else "Nobody in particular looks after it any more"
    return _with(f"{words}, {deputy} while {owner} is away" if owner and deputy else words, text(data, "note"))


def _deferred(data: Json) -> str:
    until = moment(data, "until")
    words = f"Deferred until {say_date(until) if until else 'a day not given'}"
    words += f", approver {text(data, 'approver')}" if text(data, "approver") else ""
    words += ", past the notice's own time limit" if flag(data, "past_limit") else ""
    return ended(_because(words, text(data, "reason")))


def _resumed(data: Json) -> str:
    return ended(_because("No longer deferred", text(data, "reason")))


def _attached(data: Json) -> str:
    action, digest = text(data, "action"), text(data, "sha256")
    words = f"Kept {text(data, 'name') or 'a file'} as evidence{f' for {action}' if action else ''}"
    words += f", {whole(data, 'size') or 0:,} bytes, SHA-256 {digest[:16]}…" if digest else ""
    unread = "; ".join(texts(data, "unread"))
    looked = f"Not read as text ({unread}); looked through by the person: no patient details" if unread else ""
    return _with(words, looked, text(data, "note"))


def _issued(data: Json) -> str:
    return ended(f"Issued {text(data, 'kind') or 'a file'} {text(data, 'name')}")


def _page_gone(data: Json) -> str:
    return _with(f"No longer published by {_source(data)} at its address", text(data, "explanation"))


SENTENCES: dict[str, Callable[[Json], str]] = {
    "alert.received": _received,
    "alert.source_added": _source_added,
    "alert.revised": _revised,
    "alert.withdrawn": _withdrawn,
    "alert.superseded": _superseded,
    "alert.page_gone": _page_gone,
    "alert.triaged": _triaged,
    "priority.overridden": _overridden,
    "alert.acknowledged": _acknowledged,
    "applicability.decided": _decided,
    "action.answered": _answered,
    "place.checked": _place_checked,
    "search.counted": _counted,
    "alert.signed_off": _signed_off,
    "alert.reopened": _reopened,
    "export.issued": _issued,
    "recheck.done": _rechecked,
    "alert.judged": _judged,
    "plan.agreed": _planned,
    "decision_support.live": _supported,
    "alert.discussed": _discussed,
    "decision.done": _decision_done,
    "meeting.held": _met,
    "evidence.carried": _carried,
    "alert.assigned": _assigned,
    "alert.deferred": _deferred,
    "alert.resumed": _resumed,
    "evidence.attached": _attached,
    "retention.held": lambda data: ended(f"Put on hold, off the yearly review list: {text(data, 'reason')}"),
    "retention.released": lambda data: ended(f"Ended the hold: {text(data, 'reason')}"),
}
