"""Pages for paper: each thing on the screen as the document that a PDF of it is made from, sealed, not recorded.

What is only looked at or printed is not issued: no entry is written. The evidence pages (a record, a log) are the very
pages of the export.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from msat import shipped
from msat.errors import Refused
from msat.exports.document import Document
from msat.exports.listed import (
    AnswerLine,
    SourceLine,
    answers_document,
    board_document,
    help_document,
    list_document,
    pairs_document,
    sources_document,
)
from msat.exports.listed_parts import Part, parts_document
from msat.exports.newsletter_issue import issue_document
from msat.exports.page_layout import lay_out
from msat.exports.pages import Pages
from msat.exports.pdf import write_pdf
from msat.exports.period_log import period_log
from msat.exports.seal import Seal, gather
from msat.letter_keys import AS_DELIVERED, in_text
from msat.projections.alert_state import AlertState
from msat.projections.board import with_late
from msat.projections.log import log
from msat.projections.newsletter_draft import IssueDraft
from msat.projections.ports import Query, SourceHealth
from msat.projections.source_health import stale
from msat.services import deeds
from msat.services.check import Checked
from msat.services.desk import Desk
from msat.services.export import cautions, certificate_of, received_between
from msat.services.gaps import find_gaps
from msat.services.minutes import minutes_of, the_meeting
from msat.services.newsletter_answer import with_newsletters
from msat.services.newsletter_look import issue_text, look
from msat.services.newsletter_render import own_templates
from msat.services.oversight import board_of
from msat.services.period import refuse_no_period

MOST_ROWS = 2_000
"""Rows of a list on paper: who prints more wants the workbook."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A document with its seal, ready to be laid out."""

    document: Document
    seal: Seal

    def pages(self) -> Pages:
        """The very pages that the PDF has."""
        return lay_out(self.seal.closed(self.document), self.seal.footer())

    @property
    def name(self) -> str:
        """What a file of it is called."""
        return self.document.title

    def save(self, path: Path) -> Path:
        """Writes it as PDF. Raises Refused where it cannot be written."""
        try:
            path.write_bytes(write_pdf(self.document, self.seal))
        except OSError as error:
            raise Refused(f"{path.name} could not be written: {error.strerror}.", "Choose another folder.") from error
        return path


def of_alert(desk: Desk, ref: str) -> Printed:
    """The one-page record of an alert. Raises Refused for an unknown one."""
    state, now = deeds.find(desk, ref), desk.clock.now()
    document, replaced = certificate_of(desk, state, now)
    return Printed(document, gather(desk.record, (state, *replaced), "certificate", {"alert": state.key}, now))


def of_timeline(desk: Desk, ref: str) -> Printed:
    """Everything that happened to an alert, in the order it happened. Raises Refused for an unknown one."""
    from msat.exports.timeline import timeline_document

    state, now = with_newsletters(desk, deeds.find(desk, ref)), desk.clock.now()
    document = timeline_document(state, desk.record.organisation, desk.record.log, now)
    return Printed(document, _seal(desk, "timeline", (state,)))


def of_list(desk: Desk, title: str, query: Query, asked: Sequence[str]) -> Printed:
    """A list of alerts as asked for, its first rows."""
    now = desk.clock.now()
    rows = desk.views.worklist(replace(query, limit=MOST_ROWS, offset=0, newest_first=False), now)
    total = desk.views.count(replace(query, limit=None), now)
    return Printed(list_document(title, rows, total, asked, now, whose(desk)), _seal(desk, "list"))


def of_answers(desk: Desk, checked: Sequence[Checked]) -> Printed:
    """Answers of a batch check, as they were given."""
    lines = [
        AnswerLine(
            one.answer.asked.text,
            one.words,
            one.answer.notes,
            tuple(f"{hit.notice.reference or hit.notice.title}: {hit.why}" for hit in one.answer.hits),
        )
        for one in checked
    ]
    warnings = tuple(dict.fromkeys(words for one in checked for words in one.warnings))
    as_at = max((one.as_at for one in checked), default=desk.clock.now())
    return Printed(answers_document(lines, warnings, as_at, whose(desk)), _seal(desk, "answers"))


def of_board(desk: Desk) -> Printed:
    """The board of organisations and alerts, in totals."""
    now, board = desk.clock.now(), board_of(desk)
    late_alerts, late = board.late_by_alert(now), board.late_by_organisation(now)
    document = board_document(
        board.alerts(),
        {str(key): with_late(totals, late_alerts.get(key, 0)) for key, totals in board.by_alert(now).items()},
        board.organisations(),
        {code: with_late(totals, late.get(code, 0)) for code, totals in board.by_organisation(now).items()},
        now,
        whose(desk),
    )
    return Printed(document, _seal(desk, "board"))


def of_sources(desk: Desk) -> Printed:
    """How the sources are doing, and the numbers that are missing."""
    now, known = desk.clock.now(), desk.views.sources()
    lines = []
    for source in desk.knowledge.sources:
        health = known.get(source.id, SourceHealth(source.id))
        problem = health.error or stale(source, health, now)
        state = "Off" if not source.enabled else "Trouble" if problem else "Working"
        if source.enabled and health.last_reached is None and not health.error:
            state = "Never reached"
        lines.append(SourceLine(source.name, state, health.last_reached, problem if source.enabled else ""))
    return Printed(sources_document(lines, find_gaps(desk), now, whose(desk)), _seal(desk, "sources"))


def of_log(desk: Desk, first: date, last: date) -> Printed:
    """The log of a period. Raises Refused for one that is upside down."""
    refuse_no_period(first, last)
    states, now = received_between(desk, first, last), desk.clock.now()
    rows = log(states, first, last, now, desk.views.notice)
    document = period_log(rows, desk.record.organisation, first, last, now, cautions(desk))
    told = {"from": first.isoformat(), "to": last.isoformat()}
    return Printed(document, gather(desk.record, states, "log", told, now))


def of_minutes(desk: Desk, meeting: str, on: date) -> Printed:
    """The minutes of a meeting. Raises Refused for one that nothing is recorded of."""
    return Printed(*minutes_of(desk, the_meeting(desk, meeting, on)))


def of_issue(desk: Desk, issue: IssueDraft, audience: str) -> Printed:
    """An issue of a newsletter for one audience. Raises Refused for an issue without an alert."""
    if not issue.items:
        raise Refused(f"“{issue.title}” holds no alert.", "Pick one first.")
    (part,) = look(desk, issue, (audience,)).audiences
    states = [deeds.find(desk, key) for key in part.keys]
    told = {"issue": issue.id, "audience": audience, "alerts": list(part.keys), "form": "pdf"}
    seal = gather(desk.record, states, "newsletter", told, desk.clock.now())
    return Printed(issue_document(issue_text(desk, issue, part), own_templates(desk.places)), seal)


def of_help(desk: Desk, topic: str, keys: Mapping[str, str] = AS_DELIVERED) -> Printed:
    """A page of the help that ships, with the letters of commands as `keys` has them."""
    text = in_text(shipped.text(f"resources/help/{topic}.md"), keys)
    title = next((line.lstrip("# ") for line in text.splitlines() if line.startswith("#")), "Help")
    return Printed(help_document(title, text), _seal(desk, "help"))


def of_pairs(desk: Desk, title: str, sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> Printed:
    """Names and what they mean, as the window lists them."""
    return Printed(pairs_document(title, sections), _seal(desk, "keys"))


def of_parts(desk: Desk, title: str, about: str, parts: Sequence[Part], landscape: bool = False) -> Printed:
    """A page of the window as it arranged it: its tables under their headings."""
    document = parts_document(title, about, parts, desk.clock.now(), whose(desk), landscape)
    return Printed(document, _seal(desk, "page"))


def whose(desk: Desk) -> str:
    """The organisation with its code."""
    return f"{desk.record.organisation.name} ({desk.record.organisation.ods})"


def _seal(desk: Desk, what: str, about: Sequence[AlertState] = ()) -> Seal:
    return gather(desk.record, about, "printed", {"page": what}, desk.clock.now())
