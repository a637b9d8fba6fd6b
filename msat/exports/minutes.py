"""The minutes of one meeting as a document: who was there, the agenda, what was open before, what was decided, by whom
it is to be done and by when, and how that stands. What nobody recorded is said to be missing, never left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msat.clock import london, say_date, say_moment
from msat.exports.arranged import said_day
from msat.exports.document import Block, Bullets, Document, Heading, Inline, Paragraph, Run, Runs, Table, plain
from msat.exports.plain_text import one_line
from msat.exports.wording import ORGANISATIONS, when, where, who
from msat.projections.decisions import Decision, day_of, standing_words
from msat.projections.meetings import Meeting
from msat.projections.work_state import Deed
from msat.record.organisation import Organisation
from msat.working_days import Site

NOT_RECORDED = "Who was at the meeting is not recorded."
NO_AGENDA = "No agenda is recorded."
NOTHING_DECIDED = "No decision about an alert is recorded for this meeting."
NOTHING_OPEN = "No earlier decision was open on the day of the meeting."


def minutes_document(meeting: Meeting, organisation: Organisation, site: Site, as_at: datetime) -> Document:
    """The minutes as at `as_at`; how a decision stands is told as at that day, in working days of `site`."""
    title = minutes_title(meeting)
    today = london(as_at).date()
    kind = ORGANISATIONS.get(organisation.kind, organisation.kind)
    blocks: list[Block] = [
        Heading(1, title),
        Paragraph(plain(f"{organisation.name} ({organisation.ods}), {kind}. As recorded up to {say_moment(as_at)}.")),
        Heading(2, "Who was there"),
        *_people(meeting),
        Heading(2, "Agenda"),
        *_agenda(meeting),
        Heading(2, "Open from earlier meetings"),
        _open_before(meeting, today, site) if meeting.arising else Paragraph(plain(NOTHING_OPEN)),
        Heading(2, "What was decided"),
        _decided(meeting, today, site) if meeting.decided else Paragraph(plain(NOTHING_DECIDED)),
    ]
    if meeting.note:
        blocks.append(Heading(2, "Also noted"))
        blocks += [Paragraph(plain(line)) for line in meeting.note.splitlines() if line.strip()]
    blocks += [Heading(2, "Who recorded it"), Bullets(tuple(plain(line) for line in _sources(meeting)))]
    subject = f"{title}. {organisation.name} ({organisation.ods}), as at {say_moment(as_at)}."
    return Document(title, tuple(blocks), subject=one_line(subject, 400))


def minutes_title(meeting: Meeting) -> str:
    """`Minutes: Medicines safety committee, 18 November 2026`."""
    return f"Minutes: {one_line(meeting.name, 120)}, {say_date(meeting.on)}"


def _people(meeting: Meeting) -> Sequence[Block]:
    if meeting.deed is None:
        return [Paragraph(plain(NOT_RECORDED))]
    blocks: list[Block] = [Bullets(tuple(plain(line) for line in meeting.present))]
    if meeting.apologies:
        blocks += [
            Paragraph((Run("Apologies", bold=True),)),
            Bullets(tuple(plain(line) for line in meeting.apologies)),
        ]
    return blocks


def _agenda(meeting: Meeting) -> Sequence[Block]:
    if not meeting.agenda:
        return [Paragraph(plain(NO_AGENDA))]
    rows = tuple((plain(str(number)), plain(line)) for number, line in enumerate(meeting.agenda, start=1))
    return [Table(("Number", "Item"), rows, (1, 9), row_headers=True)]


def _decided(meeting: Meeting, today: date, site: Site) -> Table:
    rows = tuple(
        (
            plain(one.met.minute or "–"),
            _alert(one),
            plain(one.met.outcome_words),
            plain(_owner(one)),
            plain(standing_words(one, today, site)),
        )
        for one in meeting.decided
    )
    header = ("Minute", "Alert", "What was decided", "Owner, by when", f"How it stands on {say_date(today)}")
    return Table(header, rows, (1, 2.6, 3.6, 2, 2.2), small=True)


def _open_before(meeting: Meeting, today: date, site: Site) -> Table:
    rows: list[tuple[Inline, ...]] = []
    for one in meeting.arising:
        minute = f", minute {one.met.minute}" if one.met.minute else ""
        rows.append(
            (
                _alert(one),
                plain(f"{one.met.meeting}, {said_day(one.met.on)}{minute}"),
                plain(one.met.outcome_words),
                plain(_owner(one)),
                plain(standing_words(one, today, site)),
            )
        )
    header = ("Alert", "Decided at", "What was decided", "Owner, by when", f"How it stands on {say_date(today)}")
    return Table(header, tuple(rows), (2.4, 2, 3.2, 2, 2.2), small=True)


def _alert(one: Decision) -> Runs:
    title = one_line(one.title, 300)
    if one.reference and one.reference.replace(" ", "") not in title.replace(" ", ""):
        return (Run(f"{one.reference} ", bold=True), Run(title))
    return plain(title)


def _owner(one: Decision) -> str:
    day = day_of(one.met.due)
    by = f", by {say_date(day)}" if day else ""
    return f"{one.met.owner}{by}" if one.met.owner else "Nobody named"


def _sources(meeting: Meeting) -> list[str]:
    """By whom and when each part was recorded, with its entry."""
    lines = []
    if meeting.deed is not None:
        lines.append(f"Who was there, agenda and notes: {_by(meeting.deed)}.")
    for one in meeting.decided:
        lines.append(f"The decision on {one.name}: {_by(one.met.deed)}.")
        if one.done is not None:
            lines.append(f"That it is done ({one.name}): {_by(one.done.deed)}.")
    return lines or ["Nothing of this meeting is recorded."]


def _by(deed: Deed) -> str:
    corrected = f"; {deed.corrected}" if deed.corrected else ""
    return f"{who(deed)}, {when(deed)} ({where(deed)}){corrected}"
