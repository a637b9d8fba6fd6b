"""Export evidence: write the file beside its final name, read it back, give it its name, and record that it was issued.

Every export is built from the record as at its last entry and can be checked with `verify`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from msat.clock import LONDON, say_date
from msat.errors import NotRecorded, RecordProblem, Refused
from msat.exports.certificate import certificate
from msat.exports.document import Document
from msat.exports.file_names import safe_name
from msat.exports.pdf import write_pdf
from msat.exports.period_log import period_log, period_workbook
from msat.exports.seal import Certify, Seal, gather
from msat.exports.workbook import write_workbook
from msat.ids import fingerprint
from msat.projections.alert_state import AlertState
from msat.projections.gaps import unexplained
from msat.projections.log import log
from msat.projections.ports import SourceHealth
from msat.projections.source_health import warnings
from msat.record.entries import Draft, Entry
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.file_set import written_together
from msat.services.gaps import find_gaps
from msat.services.period import refuse_no_period


def export_certificate(
    desk: Desk, ref: str, target: Path, person: Person, certify: Certify | None = None
) -> tuple[Path, Changes]:
    """Writes the one-page record of one alert as PDF. `target` is a .pdf file or a folder; `certify` signs it as well.

    Raises Refused for an unknown alert or a file that cannot be written.
    """
    state = deeds.find(desk, ref)
    path = named_file(target, f"record {deeds.name_of(state)}.pdf", (".pdf",))
    now = desk.clock.now()
    document, replaced = certificate_of(desk, state, now)
    seal = gather(desk.record, (state, *replaced), "certificate", {"alert": state.key}, now)
    seal = certified(seal, path, certify)
    what = f"the one-page record of {deeds.name_of(state)}"
    return issue_file(desk, path, write_pdf(document, seal), seal, person, what)


def certificate_of(desk: Desk, state: AlertState, now: datetime) -> tuple[Document, tuple[AlertState, ...]]:
    """The page itself as at `now`, and the alerts whose place this one took: they are part of what it rests on."""
    replaced = _replaced(desk, state)
    return certificate(state, desk.views.notice(state.key), desk.record.organisation, now, replaced), replaced


def _replaced(desk: Desk, state: AlertState) -> tuple[AlertState, ...]:
    """The alerts whose place this one has taken, as far as they are known here and stayed closed by it."""
    found = (desk.views.find(named.reference) for named in state.supersedes)
    known = [one for one in found if one is not None and one.superseded and one.superseded.by == state.key]
    return tuple({one.key: one for one in known}.values())


def export_log(
    desk: Desk, first: date, last: date, target: Path, person: Person, certify: Certify | None = None
) -> tuple[Path, Changes]:
    """Writes the log of the alerts received from `first` to `last` (both included, London days), by the file's ending.

    Raises Refused when the period is upside down, the ending is neither .pdf nor .xlsx, or the file cannot be written.
    """
    refuse_no_period(first, last)
    path = named_file(target, f"log {first.isoformat()} to {last.isoformat()}.pdf", (".pdf", ".xlsx"))
    states = received_between(desk, first, last)
    now = desk.clock.now()
    seal = gather(desk.record, states, "log", {"from": first.isoformat(), "to": last.isoformat()}, now)
    seal = certified(seal, path, certify)
    rows = log(states, first, last, now, desk.views.notice)
    organisation = desk.record.organisation
    if path.suffix.lower() == ".xlsx":
        book = period_workbook(rows, organisation, first, last, now, cautions(desk))
        data = write_workbook(book, seal, aside=desk.places.cache)
    else:
        data = write_pdf(period_log(rows, organisation, first, last, now, cautions(desk)), seal)
    what = f"the log from {say_date(first)} to {say_date(last)}"
    return issue_file(desk, path, data, seal, person, what)


def certified(seal: Seal, path: Path, certify: Certify | None) -> Seal:
    """`seal`, with which a PDF is signed with a certificate too. Raises Refused for a file of another form."""
    if certify is None:
        return seal
    if path.suffix.lower() != ".pdf":
        raise Refused("Only a PDF can be signed with a certificate.", "Write a .pdf file, or leave --sign out.")
    return replace(seal, certify=certify)


def cautions(desk: Desk) -> tuple[str, ...]:
    """What a log must say that it may be missing: Red-capable sources not reached, unexplained gaps in the numbers."""
    health = desk.views.sources()
    known = [(s, health.get(s.id, SourceHealth(s.id))) for s in desk.knowledge.sources if s.enabled]
    said = warnings(known, desk.clock.now())
    missing = unexplained(find_gaps(desk))
    if not missing:
        return said
    first = ", ".join(gap.reference for gap in missing[:8])
    more = f" and {len(missing) - 8} more" if len(missing) > 8 else ""
    are = "number of a series is" if len(missing) == 1 else "numbers of series are"
    return (*said, f"{len(missing)} {are} not here and nobody has explained why: {first}{more}.")


def render_newsletter(desk: Desk, refs: Sequence[str], form: str) -> str:
    """A newsletter about these alerts as `html`, `markdown` or `text`, sealed but not recorded as issued.

    For the screen and the clipboard. Raises Refused for an unknown alert or form, and for no alert at all.
    """
    from msat.services.newsletter_render import loose_issue, render

    return render(desk, loose_issue(desk, refs), [form])[0].data.decode("utf-8")


def export_newsletter(desk: Desk, refs: Sequence[str], target: Path, person: Person) -> tuple[Path, Changes]:
    """Writes a newsletter about these alerts to a file; its ending says the form (.html, .docx, .eml, .md, .txt)."""
    from msat.services.newsletter_render import form_of, loose_issue, render

    path = target / "newsletter.html" if target.is_dir() else target
    (made,) = render(desk, loose_issue(desk, refs), [form_of(path)])
    if not path.parent.is_dir():
        raise Refused(f"There is no folder “{path.parent}”.", "Make it, or choose another.")
    count = "1 alert" if len(refs) == 1 else f"{len(refs)} alerts"
    return issue_file(desk, path, made.data, made.seal, person, f"a newsletter about {count}")


def received_between(desk: Desk, first: date, last: date) -> list[AlertState]:
    """The alerts received from `first` to `last`, both included, London days."""
    start = datetime(first.year, first.month, first.day, tzinfo=LONDON)
    after = last + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=LONDON)
    return desk.views.states(start, end)


def named_file(target: Path, usual: str, endings: tuple[str, ...]) -> Path:
    """The file meant: `target` itself, or the usual name in it when it is a folder."""
    if target.is_dir():
        stem, dot, ending = usual.rpartition(".")
        return target / f"{safe_name(stem)}{dot}{ending}"
    if target.suffix.lower() not in endings:
        raise Refused(f"A file ending in “{target.suffix}” cannot be written here.", f"Use {' or '.join(endings)}.")
    if not target.parent.is_dir():
        raise Refused(f"There is no folder “{target.parent}”.", "Make it, or choose another.")
    return target


def issue_file(desk: Desk, path: Path, data: bytes, seal: Seal, person: Person, what: str) -> tuple[Path, Changes]:
    """Writes the file and records that it was issued, with its fingerprint: both, or neither.

    Where nobody can say whether it was recorded (RecordProblem) the file stays: what the record may name is there.
    From a backup, which is only read, the file is written and says so on its face; nothing can be recorded of it.
    """
    who = deeds.checked_person(person)
    draft = Draft(
        type="export.issued",
        actor=who.actor(),
        data={
            "kind": seal.kind,
            "name": path.name,
            "sha256": fingerprint(data),
            "size": len(data),
            "cut_off_size": seal.head.size,
            "cut_off_head": seal.head.id,
            **({"certificate": seal.certify.fingerprint} if seal.certify else {}),
        },
        meaning=f"Issued {what}.",
    )
    if desk.record.shown is not None:
        write_whole(path, data)
        words = f"Saved {what} as {path.name}. It says that it is from a backup; that it was made is not recorded."
        return path, Changes(words=words)
    unknown: RecordProblem | None = None
    entries: tuple[Entry, ...] = ()
    with written_together(path.parent, {path.name: data}):
        try:
            entries = tuple(desk.record.append([draft]))
        except NotRecorded:
            raise
        except RecordProblem as error:
            unknown = error
    if unknown is not None:
        raise unknown
    changed = desk.views.catch_up()
    return path, Changes(changed, entries, words=f"Saved {what} as {path.name}. Entry {entries[0].seq}.")


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file so that its name never holds half of it: aside, flushed, read back, renamed.

    Raises Refused when it cannot be written; what stood under the name before then still does.
    """
    with written_together(path.parent, {path.name: data}):
        pass
