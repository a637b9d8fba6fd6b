"""A return as people read it: whose log it is, what is in it alert by alert, what is withheld, and what it proves.

A page for reading: what proves it is the return itself, which goes with it as an attachment. The same return gives the
same page, on any machine and without a database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msat.actions.model import AnswerKind
from msat.clock import say_date, say_moment
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
    Table,
    plain,
)
from msat.exports.plain_text import one_line
from msat.exports.seal import PROVES
from msat.exports.shortened import shortened
from msat.exports.wording import APPLIES_BECAUSE, ORGANISATIONS, status_words
from msat.ids import grouped
from msat.projections.alert_state import AlertState
from msat.projections.decisions import decisions_of
from msat.projections.general import General
from msat.projections.work_state import Deed
from msat.record.entries import Head
from msat.record.organisation import Organisation
from msat.triage.model import Priority

MOST_ALERTS = 400
"""Lines of the table: more than a page can be read of. The newest are shown, the page says how many are not."""

_OWN = (AnswerKind.ACKNOWLEDGE, AnswerKind.APPLIES, AnswerKind.SIGN_OFF)
SORTS = {
    "log.opened": "the opening of the log",
    "alert.received": "alerts received",
    "alert.revised": "newer versions of notices",
    "alert.triaged": "priorities by a rule",
    "alert.acknowledged": "acknowledgements",
    "applicability.decided": "decisions whether an alert applies",
    "action.answered": "answers to actions",
    "place.checked": "places checked",
    "search.counted": "searches counted",
    "evidence.attached": "files of evidence",
    "alert.signed_off": "signatures",
    "recheck.done": "searches run again",
    "entry.corrected": "corrections",
    "absence.recorded": "absences",
    "rules.adopted": "local rules adopted or withdrawn",
    "export.issued": "files issued",
    "gap.explained": "explanations of missing numbers",
    "key.rotated": "changes of the signing key",
    "body.erased": "erasures of a person's name",
    "alert.assigned": "people put in charge of an alert",
    "alert.deferred": "deferrals",
    "alert.resumed": "ends of a deferral",
    "alert.discussed": "meetings",
    "decision.done": "decisions of meetings that are done",
    "meeting.held": "meetings with their agenda and who was there",
    "alert.reopened": "alerts opened again",
    "alert.superseded": "alerts replaced by another",
    "alert.withdrawn": "notices withdrawn by their publisher",
    "alert.judged": "decisions from the review list",
    "alert.source_added": "further sources of an alert",
    "decision_support.live": "messages in decision support",
    "evidence.carried": "evidence carried forward from an alert replaced",
    "plan.agreed": "plans agreed locally",
    "practices.imported": "lists of practices",
    "area.chosen": "choices of the area",
    "priority.overridden": "priorities chosen by a person",
    "newsletter.issue_sent": "newsletters sent",
    "receipt.received": "receipts",
    "outlier.previewed": "previews shown to organisations",
    "letter.issued": "letters to organisations",
    "reply.recorded": "replies of organisations",
    "pack.prepared": "assurance packs prepared",
    "pack.issued": "assurance packs issued",
    "writer.enrolled": "installations enrolled",
    "writer.removed": "installations no longer taken in",
    "log.superseded": "logs countersigned as going on for an earlier one",
    "log.remainder_found": "entries of a superseded log that turned up elsewhere",
    "log.moved": "moves to another computer",
    "receipt.issued": "receipts given",
    "fork.found": "logs found with two histories",
    "clock.anomaly": "clocks that were wrong",
    "retention.held": "alerts kept beyond their period",
    "retention.released": "alerts no longer kept beyond their period",
    "mark.restarted": "restarts of the mark against older copies",
    "alert.page_gone": "pages of notices that are gone",
}
"""What people call the sorts of entries; one of a newer version is named by its type."""


@dataclass(frozen=True, slots=True)
class ReturnShown:
    """A verified return, read. `states` and `general` are folded from the bodies that it holds."""

    name: str
    """The file's name."""
    sha256: str
    """The file's fingerprint."""
    organisation: Organisation
    head: Head
    fingerprint: str
    """The id of the first entry: what is compared by telephone."""
    opened: datetime
    last: datetime
    """When the last entry was recorded: the states are as at this moment."""
    key_changes: int
    types: Mapping[str, int]
    """How many entries of each type."""
    withheld: Mapping[str, int]
    """How many of them came without their body."""
    states: tuple[AlertState, ...]
    general: tuple[General, ...]


def return_page(shown: ReturnShown) -> Document:
    """The page about one return."""
    organisation = shown.organisation
    title = f"Return of {shortened(organisation.name, 120)} ({one_line(organisation.ods, 12)})"
    kind = ORGANISATIONS.get(organisation.kind, organisation.kind)
    blocks: list[Block] = [
        Heading(1, title),
        Callout(
            "info",
            plain(
                f"A page for reading. What proves it is the file {shortened(shown.name, 100)} (SHA-256 "
                f"{shown.sha256}); in the PDF it is attached. Check it with: msatctl verify FILE."
            ),
        ),
        KeyValues(
            (
                ("Organisation", plain(f"{shortened(organisation.name, 200)} ({organisation.ods}), {kind}")),
                ("Log", plain(grouped(shown.head.log, 8))),
                ("Entries", plain(_length(shown))),
                ("Head", plain(grouped(shown.head.id, 16))),
                ("Signed by", plain(_keys(shown.key_changes))),
            )
        ),
        Heading(2, "To compare by telephone"),
        Paragraph(plain(_telephone(shown.fingerprint))),
        *_withheld(shown),
        *_numbers(shown),
        *_alerts(shown),
        *_about_no_alert(shown.general),
        Heading(2, "What this proves, and what not"),
        Paragraph(plain(PROVES)),
        Paragraph(plain(_NOT_NEWEST), small=True),
    ]
    return Document(title, tuple(blocks), subject=f"{title}, up to entry {shown.head.size:,}", dense=True)


_NOT_NEWEST = (
    "Every entry was hashed anew, the chain followed from the first to the last, and the signature of its head checked "
    "before this page was made. Whether it is the newest return of that organisation cannot be seen from the file, nor "
    "were the files looked at that its entries name: they do not travel with it."
)


def _length(shown: ReturnShown) -> str:
    return f"{shown.head.size:,}, recorded {say_moment(shown.opened)} to {say_moment(shown.last)}"


def _keys(changes: int) -> str:
    if not changes:
        return "the key of the log's first entry"
    return f"a key that followed the first one by {changes} signed change{'' if changes == 1 else 's'}"


def _telephone(digest: str) -> str:
    return (
        f"Fingerprint of the first entry: {grouped(digest, 8)} · {grouped(digest[32:], 8)}. Ring a number that you "
        "know to be theirs, let them read out theirs (msatctl enrol mine), and compare every group."
    )


def _withheld(shown: ReturnShown) -> Iterator[Block]:
    yield Heading(2, "Withheld")
    total = sum(shown.withheld.values())
    if not total:
        yield Paragraph(plain("Nothing: every entry came with what it says."))
        return
    sorts = "; ".join(f"{_sort(name)} {count:,}" for name, count in sorted(shown.withheld.items()))
    words = (
        f"{total:,} of {shown.head.size:,} entries came without what they say ({sorts}). That they exist, when they "
        "were recorded and in which order is proven; what stands in them is not here, and nothing below rests on them."
    )
    yield Callout("warning", plain(words))


def _sort(name: str) -> str:
    return SORTS.get(name, name)


def _numbers(shown: ReturnShown) -> Iterator[Block]:
    states = shown.states
    rags = [(Rag(one).word, sum(state.rag is one for state in states)) for one in (*Priority, None)]
    by_status = Counter(status_words(state, shown.last) for state in states)
    pairs: list[tuple[str, Inline]] = [
        ("Alerts", plain(_of(len(states), rags))),
        ("States", plain("; ".join(f"{word} {count:,}" for word, count in sorted(by_status.items())) or "none")),
        ("Entries by sort", plain("; ".join(f"{_sort(name)} {n:,}" for name, n in sorted(shown.types.items())))),
    ]
    yield Heading(2, f"In numbers, as at {say_moment(shown.last)}")
    yield KeyValues(tuple(pairs))


def _of(total: int, parts: Iterable[tuple[str, int]]) -> str:
    told = ", ".join(f"{word} {count:,}" for word, count in parts if count)
    return f"{total:,} ({told})" if told else f"{total:,}"


# --- alert by alert --------------------------------------------------------------------------------------------


def _alerts(shown: ReturnShown) -> Iterator[Block]:
    states = sorted(shown.states, key=lambda state: (state.received, state.key))
    yield Heading(2, "Alert by alert")
    if not states:
        yield Paragraph(plain("No alert stands in it."))
        return
    if len(states) > MOST_ALERTS:
        words = f"The newest {MOST_ALERTS:,} of {len(states):,} alerts are listed. All are in the file itself."
        yield Callout("info", plain(words))
        states = states[-MOST_ALERTS:]
    rows = tuple(_row(state, shown.last) for state in states)
    yield Table(
        ("Alert", "Priority", "Received", "State", "What was recorded"), rows, (3.1, 1.2, 1.4, 1.3, 5.4), small=True
    )


def _row(state: AlertState, as_at: datetime) -> tuple[Inline, ...]:
    name = shortened(state.title, 160)
    if state.reference and state.reference not in name:
        name = f"{state.reference}: {name}"
    return (
        plain(name),
        Rag(state.rag),
        plain(say_date(state.received)),
        plain(status_words(state, as_at)),
        plain(shortened(" ".join(told(state)), 900)),
    )


def told(state: AlertState) -> list[str]:
    """What people recorded of one alert, in short sentences."""
    return [*_decided(state), *_acted(state), *_signed(state), *_besides(state)] or ["Nothing by a person yet."]


def _decided(state: AlertState) -> Iterator[str]:
    if state.acknowledged:
        yield f"Acknowledged {_by(state.acknowledged)}."
    applies = state.applicability
    if applies:
        because = APPLIES_BECAUSE.get(applies.reason, applies.reason)
        answer = "Applies" if applies.applies else "Does not apply"
        second = f"; confirmed {_by(applies.confirmed)}" if applies.confirmed else ""
        yield f"{answer} ({because}), {_by(applies.deed)}{second}."
    if state.override:
        yield f"Priority chosen {_by(state.override)}: {state.override_reason}"


def _acted(state: AlertState) -> Iterator[str]:
    own = [one for one in state.actions if one.answer not in _OWN]
    answered = [one for one in own if one.is_answered]
    if answered:
        yield f"{len(answered)} of {len(own)} actions answered: {', '.join(f'{a.code} {a.status}' for a in answered)}."
    places = [place for one in own for place in one.places]
    checked = [place for place in places if place.is_checked]
    if checked:
        held = sum(place.quantity or 0 for place in checked if place.result == "quantity")
        yield f"{len(checked)} of {len(places)} places checked, {f'{held:,} packs found' if held else 'nil in all'}."
    for one in own:
        if one.funnel:
            counts = ", ".join(f"{step.replace('_', ' ')} {number:,}" for step, number in one.funnel)
            yield f"Search of {one.code}: {counts}."


def _signed(state: AlertState) -> Iterator[str]:
    sign = state.sign_off
    if sign:
        second = f"; second person {_by(sign.second)}" if sign.second else ""
        yield f"Signed off {_by(sign.deed)}{second}."


def _besides(state: AlertState) -> Iterator[str]:
    files = sum(not one.struck for one in state.evidence)
    if files:
        yield f"{files} file{'' if files == 1 else 's'} of evidence."
    again = [one for one in state.rechecks if one.deed and not one.struck]
    if again:
        yield f"Search run again {len(again)} time{'' if len(again) == 1 else 's'}."
    still = sum(one.is_open for one in decisions_of(state))
    if still:
        yield f"{still} decision{'' if still == 1 else 's'} of meetings not done."
    struck = sum(bool(line.struck) for line in state.history)
    if struck:
        yield f"{struck} entr{'y was' if struck == 1 else 'ies were'} corrected."


def _by(deed: Deed) -> str:
    return f"{say_date(deed.happened)} by {deed.by}"


def _about_no_alert(general: Sequence[General]) -> Iterator[Block]:
    standing = [one for one in general if not one.struck]
    if not standing:
        return
    counts = Counter(one.type for one in standing)
    newest = {one.type: one.deed for one in standing}
    lines = [
        f"{_sort(name)[0].upper()}{_sort(name)[1:]}: {count:,}, the last on {say_date(newest[name].happened)} by "
        f"{newest[name].by}."
        for name, count in sorted(counts.items())
    ]
    yield Heading(2, "About no alert")
    yield Bullets(tuple(plain(line) for line in lines))
