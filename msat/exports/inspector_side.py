"""One alert as an inspector reads it, within a given room: what it was, why, who did what when, and what proves it.

Shows what stands; what was struck out is counted and stays in the record of action. What does not fit is left out by
weight, never what is still open before what is done, and the last line says so. Facts as recorded, nothing added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from msat.actions.model import AnswerKind
from msat.alerts.model import Alert
from msat.clock import say_date, say_limit, say_moment
from msat.exports.document import (
    Block,
    Bullets,
    Callout,
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
from msat.exports.inspector_work import Row, answer_rows, file_lines, people, place_rows, recheck_lines, search_rows
from msat.exports.replaced import replaced_by_words
from msat.exports.shortened import LeftOut
from msat.exports.wording import (
    ORGANISATIONS,
    issued_words,
    kind_words,
    link_run,
    status_words,
    urgency,
    when,
    where,
    who,
)
from msat.projections.alert_state import AlertState, Status
from msat.projections.kpi_pairs import NOT_COUNTED
from msat.projections.pair_facts import HISTORIC, SUPERSEDED, WITHDRAWN, closed_at, facts_of, why_left_out
from msat.record.organisation import Organisation

NOT_REVIEWED = "not yet reviewed by a pharmacist"
NO_LIMIT, STILL_OPEN, NOT_DUE = "No time limit", "Open, limit passed", "Not yet due"
IN_TIME, LATE = "Yes", "No"
_LEFT_OUT = {HISTORIC: "Late on arrival", WITHDRAWN: "Withdrawn", SUPERSEDED: "Superseded"}


@dataclass(frozen=True, slots=True)
class Room:
    """How much a side may hold: numbers of lines, and characters of a text."""

    title: int
    text: int
    what: int
    """Of what stands in the first column of a table; the places of one row together have more."""
    note: int
    batches: int
    reasons: int
    rows: int
    places: int
    searches: int
    files: int
    lines: int
    together: bool = True
    """Places that one person found to be nil on one day share a row."""
    digits: int = 64
    """Of a file's fingerprint: whole, or its beginning."""


ALL = 10_000
ROOMS = (
    Room(ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, together=False),
    Room(ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL),
    Room(600, 1_000, 400, 500, 200, 10, 60, 40, 10, 16, 10),
    Room(400, 600, 240, 300, 120, 8, 40, 30, 8, 12, 8),
    Room(300, 400, 160, 200, 80, 6, 30, 20, 6, 10, 6),
    Room(300, 400, 100, 140, 60, 6, 30, 20, 6, 12, 6, digits=16),
    Room(260, 300, 90, 120, 50, 5, 24, 14, 5, 10, 5, digits=16),
    Room(240, 240, 80, 100, 40, 5, 22, 12, 4, 9, 4, digits=16),
    Room(220, 240, 64, 80, 40, 4, 22, 10, 4, 8, 4, digits=16),
    Room(200, 200, 44, 60, 30, 4, 20, 8, 3, 7, 3, digits=16),
    Room(180, 160, 40, 40, 24, 3, 18, 6, 3, 6, 3, digits=16),
    Room(160, 120, 40, 40, 16, 2, 13, 5, 2, 5, 2, digits=16),
    Room(120, 90, 40, 44, 10, 2, 8, 4, 2, 4, 1, digits=16),
    Room(90, 60, 40, 30, 5, 1, 5, 2, 1, 2, 1, digits=16),
    Room(60, 40, 30, 20, 2, 1, 3, 1, 1, 1, 1, digits=16),
)
"""From everything to next to nothing: the first that fits on one side is used."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """One alert with what its side needs."""

    state: AlertState
    notice: Alert | None
    organisation: Organisation
    as_at: datetime
    caution: str = ""
    """What else may have been recorded of it that is not here: by another workstation of the same organisation."""

    @property
    def name(self) -> str:
        return self.state.reference or self.state.title


def on_time(state: AlertState, as_at: datetime) -> str:
    """Whether it was closed by its time limit, in the words of the table of contents."""
    facts = facts_of(state, as_at)
    left_out = why_left_out(facts, facts.closed)
    if left_out:
        return _LEFT_OUT[left_out]
    if facts.due is None:
        return NO_LIMIT
    if facts.closed is not None:
        return IN_TIME if facts.closed <= facts.due else LATE
    return NOT_DUE if as_at <= facts.due else STILL_OPEN


def is_counted(state: AlertState, as_at: datetime) -> bool:
    """Whether it counts as done or not done on time: the same that the indicator K6 counts."""
    if state.family in NOT_COUNTED:
        return False
    facts = facts_of(state, as_at)
    return not why_left_out(facts, facts.closed) and facts.due is not None and facts.due <= as_at


def closed_words(state: AlertState, as_at: datetime) -> str:
    """When it was closed by everybody it needed; else its state."""
    done = closed_at(state)
    return say_moment(done) if done else status_words(state, as_at)


def side(of: Inspected, room: Room, level: int = 1, with_name: str = "") -> tuple[Block, ...]:
    """The blocks of one alert within `room`. `level` is that of its heading; its sections are one below.

    `with_name` stands in the heading before what the alert is called.
    """
    left = LeftOut()
    name = left.short(of.name, room.title)
    blocks: list[Block] = [
        Heading(level, f"{with_name}{name}"),
        *_head(of, room, left),
        *_why(of, room, left, level + 1),
        *_done(of, room, left, level + 1),
        *_kept(of, room, left, level + 1),
        *_recorded(of, room, left, level + 1),
    ]
    return tuple(blocks)


def _head(of: Inspected, room: Room, left: LeftOut) -> Iterator[Block]:
    state, organisation = of.state, of.organisation
    if of.name != state.title:
        yield Paragraph((Run(left.short(state.title, room.title), bold=True),))
    kind = ORGANISATIONS.get(organisation.kind, organisation.kind)
    issued = issued_words(state)
    parts = (kind_words(state), f"issued {issued}" if issued else "", left.short(state.company, room.note))
    pairs: list[tuple[str, Inline]] = [
        ("Organisation", plain(left.short(f"{organisation.name} ({organisation.ods}), {kind}", room.title))),
        ("What it was", plain("; ".join(part for part in parts if part))),
    ]
    batches = _batches(of, room, left)
    if batches:
        pairs.append(("Batches", plain(batches)))
    pairs += [
        ("When it came", plain(_came(state))),
        ("Source", _sources(state, room, left)),
        ("State", plain(_state(of))),
    ]
    yield KeyValues(tuple(pairs))
    yield from _callouts(of, room, left)


def _batches(of: Inspected, room: Room, left: LeftOut) -> str:
    if of.notice is None:
        return ""
    numbers = [f"{one.number} to {one.through}" if one.through else one.number for one in of.notice.batches]
    unique = list(dict.fromkeys(numbers))
    if not unique:
        return "; ".join(f"“{left.short(fact.words, room.text)}”" for fact in of.notice.all_batches[:2])
    shown = left.first(unique, room.batches, "batch numbers")
    more = f" and {len(unique) - len(shown):,} more" if len(unique) > len(shown) else ""
    return f"{len(unique):,} in the notice: {', '.join(left.short(one, 60) for one in shown)}{more}"


def _came(state: AlertState) -> str:
    first = next((line for line in state.history if line.type == "alert.received"), None)
    return f"received here {say_moment(state.received)}" + (f" (entry {first.seq})" if first else "")


def _sources(state: AlertState, room: Room, left: LeftOut) -> Runs:
    shown = left.first(state.sources, room.lines, "sources")
    runs: list[Run] = []
    for source in shown:
        runs += [Run("; ")] if runs else []
        words = left.short(source.url, max(room.title, 80))
        runs += [link_run(source.url, words), Run(f" ({left.short(source.called, 80)})")]
    return tuple(runs) or plain("not recorded")


def _state(of: Inspected) -> str:
    state, as_at = of.state, of.as_at
    words = f"{status_words(state, as_at)}, as at {say_moment(as_at)}"
    done = closed_at(state)
    if done is None:
        return f"{words}."
    limit = state.due.at if state.due else None
    if limit is None or "historic" in state.flags:
        return f"{words}; closed {say_moment(done)}."
    kept = "within" if done <= limit else "after"
    return f"{words}; closed {say_moment(done)}, {kept} its time limit ({say_limit(limit)})."


def _callouts(of: Inspected, room: Room, left: LeftOut) -> Iterator[Block]:
    state, as_at = of.state, of.as_at
    if of.caution:
        yield Callout("info", plain(left.short(of.caution, max(room.text, 120))))
    if state.withdrawn:
        yield Callout("warning", plain(f"Withdrawn by its publisher: {left.short(state.withdrawn, room.text)}"))
    if state.superseded:
        yield Callout("warning", plain(left.short(replaced_by_words(state.superseded), max(room.text, 100))))
    if state.status(as_at) is Status.OVERDUE and state.due and state.due.at:
        yield Callout("danger", plain(f"Overdue: it was to be finished by {say_limit(state.due.at)}."))
    put_off = state.deferral
    if put_off and put_off.until > as_at and state.is_open:
        words = f"Deferred until {say_date(put_off.until)}, approver {left.short(put_off.approver, 60)}"
        yield Callout("info", plain(f"{words}: {left.short(put_off.reason, room.note)}"))


# --- priority and why ------------------------------------------------------------------------------------------


def _why(of: Inspected, room: Room, left: LeftOut, level: int) -> Iterator[Block]:
    state = of.state
    yield Heading(level, "Priority and why")
    runs = tuple(Run(left.short(run.text, max(room.text, 120)), run.bold, run.link) for run in urgency(state, of.as_at))
    yield RagLine(Rag(state.rag), runs)
    if state.override:
        by = f"{who(state.override)}, {when(state.override)} ({where(state.override)})"
        said = f"A person chose this priority; the rule said {Rag(state.rule_rag).word}. {left.short(by, 160)}: "
        yield Paragraph(plain(f"{said}{left.short(state.override_reason, room.note)}"))
    shown = left.first(state.reasons, room.reasons, "reasons", lambda reason: not reason.words)
    lines: list[Runs] = []
    for reason in shown:
        words = f" In the notice: “{left.short(reason.words, room.text)}”." if reason.words else ""
        basis = "" if reason.basis == "published" else " (our proposal)"
        said = f"{left.short(reason.text, room.text)}{basis}{words}"
        lines.append((Run(f"{left.short(reason.rule, 20)}: ", bold=True), Run(said)))
    if lines:
        yield Bullets(tuple(lines))
    yield Paragraph(plain(_rules(state, left)), small=True)


def _rules(state: AlertState, left: LeftOut) -> str:
    if not state.rule:
        return "No rule has rated it."
    looked = sorted({reason.reviewed or NOT_REVIEWED for reason in state.reasons})
    reviewed = f": {left.short('; '.join(looked), 160)}" if looked else ""
    return f"Rule {left.short(state.rule, 20)}, rules version {left.short(state.rules_version, 20)}{reviewed}."


# --- who did what, when ----------------------------------------------------------------------------------------


def _done(of: Inspected, room: Room, left: LeftOut, level: int) -> Iterator[Block]:
    own = [one for one in of.state.actions if one.answer is not AnswerKind.SIGN_OFF]
    answered = sum(one.is_answered for one in own)
    yield Heading(level, f"Who did what, when: {answered} of {len(own)} actions answered")
    rows = left.first(answer_rows(of.state), room.rows, "lines of what was done", _weight)
    yield _table(("What", "Answer", "Note", "By whom, and when"), rows, (3.5, 1, 2, 4.1), room, left)
    places = place_rows(of.state, room.together)
    if places:
        yield Heading(level, _places_heading(of.state))
        shown = left.first(places, room.places, "lines of places", _weight)
        yield _table(("Place", "Result", "Batch and note", "By whom, and when"), shown, (3.5, 1, 2, 4.1), room, left)
    searched = search_rows(of.state)
    if searched:
        yield Heading(level, "Searches, with the counts reported")
        shown = left.first(searched, room.searches, "searches", _weight)
        yield _table(("Search", "Run", "Counts", "By whom, and when"), shown, (1.7, 1, 3.8, 4.1), room, left)


def _weight(row: Row) -> int:
    return row.weight


def _places_heading(state: AlertState) -> str:
    places = [place for action in state.actions for place in action.places]
    checked = sum(place.is_checked for place in places)
    return f"Places: {checked} of {len(places)} checked"


def _table(header: tuple[str, ...], rows: Sequence[Row], widths: tuple[float, ...], room: Room, left: LeftOut) -> Table:
    def cells(row: Row) -> tuple[Inline, ...]:
        what, answer, note, by = row.cells
        most_what = 2 * room.text if header[0] == "Place" else room.what
        # Counts are what a search is for: they are cut last.
        most = room.note if header[2] != "Counts" else 2 * room.text
        made = (left.short(what, most_what), left.short(answer, 60), left.short(note, most), left.short(by, 200))
        return (plain(made[0]), (Run(made[1], bold=row.weight == 0),), plain(made[2]), plain(made[3]))

    return Table(header, tuple(map(cells, rows)), widths, small=True)


# --- what proves it --------------------------------------------------------------------------------------------


def _kept(of: Inspected, room: Room, left: LeftOut, level: int) -> Iterator[Block]:
    files = left.first(file_lines(of.state, room.digits), room.files, "files of evidence")
    yield Heading(level, f"Files of evidence: {len(file_lines(of.state, room.digits))}")
    if files and room.digits < 64:
        left.parts.append(f"fingerprints after their first {room.digits} digits")
    if files:
        yield Bullets(tuple(plain(f"{left.short(name, room.note)}: {rest}") for name, rest in files))
    else:
        yield Paragraph(plain("None was kept. What is told above rests on the entries of the record."), small=True)


def _recorded(of: Inspected, room: Room, left: LeftOut, level: int) -> Iterator[Block]:
    yield Heading(level, "Run again, changed, recorded")
    lines = [left.short(line, max(room.text, 90)) for line in left.first(recheck_lines(of), room.lines, "re-checks")]
    lines += [left.short(line, max(room.text, 90)) for line in left.first(_versions(of.state), room.lines, "versions")]
    lines.append(_history(of.state))
    named = left.first(people(of.state), 2 * room.lines, "people")
    if named:
        lines.append(f"People: {'; '.join(left.short(one, 80) for one in named)}.")
    if left.words:
        ref = left.short(of.state.reference or of.state.key, 60)
        lines.append(
            f"Left out to keep one side: {left.words}. All of it is in the record of action (msatctl export "
            f"certificate {ref}); the entries are attached to this file."
        )
    yield Bullets(tuple(map(plain, lines)))


def _versions(state: AlertState) -> list[str]:
    newer = [one for one in state.versions if one.changes]
    if not newer:
        count = len(state.versions)
        return [f"Versions of the notice: {count}{'; nothing in it changed since it came' if count == 1 else ''}."]
    return [
        f"Version {one.number} of {len(state.versions)} of the notice, recorded {say_moment(one.recorded)}"
        f"{' (a change that matters)' if one.material else ''}: {' '.join(one.changes)}"
        for one in newer
    ]


def _history(state: AlertState) -> str:
    numbers = [line.seq for line in state.history]
    if not numbers:
        return "History: no entry of this alert is held."
    struck = sum(bool(line.struck) for line in state.history)
    told = "1 was corrected later" if struck == 1 else f"{struck} were corrected later"
    many = "1 entry" if len(numbers) == 1 else f"{len(numbers):,} entries, {min(numbers):,} to {max(numbers):,}"
    return f"History: {many}; {told}." if struck else f"History: {many}; none was corrected."
