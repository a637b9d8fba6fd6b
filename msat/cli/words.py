"""What the command line prints for people: short lines, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msat.alerts.model import Alert
from msat.cli.local_words import local_lines
from msat.cli.text_columns import text_columns
from msat.clock import say_date, say_limit, say_moment
from msat.projections.alert_state import ActionState, AlertState, HistoryLine, Status
from msat.projections.item_lines import COLUMNS, ItemLine, tally
from msat.projections.ports import Row
from msat.projections.stations import number_of, station_of
from msat.projections.worklist import updated
from msat.record.verification import Verification


def row_line(row: Row) -> str:
    """One alert in one line."""
    due = f"due {say_limit(row.due)}" if row.due else "no time limit"
    if row.status is Status.RECHECK and row.recheck_due:
        due = f"search again since {say_date(row.recheck_due)}"
    rag = str(row.rag).upper() if row.rag else "NO RATING"
    owner = f"  [{row.owner}]" if row.owner else ""
    changed = updated(row)
    owner += f"  [updated {say_date(changed)}]" if changed else ""
    return f"{rag:<9} {row.status:<20} {due:<32} {row.reference or '(no reference)':<24} {row.title}{owner}"


def alert_text(
    state: AlertState,
    notice: Alert | None,
    now: datetime,
    listed: Sequence[ItemLine] = (),
    arranged: Sequence[str] = (),
    own: str = "",
) -> str:
    """One alert in full. `listed` are the items of a list, held against what is known here; `arranged` says whose it
    is, until when it is put off, and when it may close; `own` is the log that is written here."""
    lines = [state.title, *_about(state), "", *_priority(state, now), ""]
    lines += ["What to do", *(_action_line(a) for a in state.actions)]
    lines += arranged
    lines += _affected(notice) if notice else [NO_TEXT]
    lines += _listed(listed)
    lines += local_lines(state)
    lines += ["", "History"]
    lines += [
        f"  {number_of(h, own)}  {say_moment(h.recorded)}  {_inside(h.text)}  {_who(h, own)}"
        + (f"  [{h.struck}]" if h.struck else "")
        for h in state.history
    ]
    return "\n".join(lines)


NO_TEXT = (
    "The text of this notice is not on this computer. Where a colleague's workstation fetched it, it comes with the "
    "next refresh; if it does not come: msatctl verify."
)


def _inside(text: str) -> str:
    """Words that go on in further lines, set in below their own: a note must not read like an entry of its own."""
    return text.replace("\n", "\n        | ")


def _who(line: HistoryLine, own: str) -> str:
    return ", ".join(part for part in (line.by, line.role, station_of(line, own)) if part)


def _about(state: AlertState) -> list[str]:
    level = f", {state.level} level" if state.level else ""
    kind = f"Class {state.alert_class}" if state.alert_class else state.family.replace("-", " ").capitalize()
    lines = [f"{state.reference or 'no reference'} · {kind}{level} · issued {issued_words(state.issued)}"]
    lines += dict.fromkeys(link.url for link in state.sources)
    if state.withdrawn:
        lines.append(f"WITHDRAWN by the publisher: {state.withdrawn}")
    return lines + _linked(state)


def _linked(state: AlertState) -> list[str]:
    """What this alert replaces and what has replaced it."""
    lines = [f"Replaces {named.reference}: what was recorded for that alert stays there." for named in state.supersedes]
    link = state.superseded
    if link is not None:
        opened = "" if link.stands else " It was opened again by a person."
        lines.append(f"SUPERSEDED by {link.reference or link.by}: “{link.words}”.{opened}")
    known = link.reference if link else ""
    lines += [
        f"The notice says that {named.reference} has taken its place; that alert is not known here."
        for named in state.names_successor
        if link is None or named.reference != known
    ]
    return lines


def _priority(state: AlertState, now: datetime) -> list[str]:
    rag = str(state.rag).capitalize() if state.rag else "No rating"
    due = say_limit(state.due.at) if state.due and state.due.at else "no time limit in the notice"
    status, again = state.status(now), state.recheck_due
    limit = f"Finish by: {due}."
    if status is Status.RECHECK and again:
        limit = f"Search to be run again since {say_date(again)}. The limit of the notice was: {due}."
    lines = [f"{rag}: {status}. {limit} (rule {state.rule}, rules {state.rules_version})"]
    for r in state.reasons:
        said = f" The notice says: “{r.words}”." if r.words else ""
        lines.append(f"  {r.rule} {r.text}{said} ({r.basis}; {r.reviewed})")
    return lines


def _action_line(action: ActionState) -> str:
    line = f"  [{'x' if action.is_answered else ' '}] {action.code} {action.text}  ({action.status})"
    for p in action.places:
        line += f"\n        {p.place}: {p.result}" + (f" {p.quantity} {p.batch}".rstrip() if p.quantity else "")
    return line


def _affected(notice: Alert) -> list[str]:
    lines = ["", "Affected batches"] if notice.batches or notice.all_batches else []
    lines += [f"  {fact.words}" for fact in notice.all_batches]
    for b in notice.batches:
        number = f"{b.number} to {b.through}" if b.through else b.number
        lines.append(f"  {number}  expiry {b.expiry or 'not given'}  {b.pack_size}  {b.product}".rstrip())
    return lines + [f"  Not read: {what}" for what in notice.unread]


def _listed(lines: Sequence[ItemLine]) -> list[str]:
    """The notices that a list tells of, as a table."""
    if not lines:
        return []
    return ["", f"Tells of {tally(lines)}", *text_columns(COLUMNS, [line.cells for line in lines])]


def verification_text(found: Verification, title: str) -> str:
    """What a check found, in sentences."""
    followed = f" ({found.entries} entries)" if found.entries else ""
    lines = [f"{title}: {'verified' if found.valid else 'PROBLEMS FOUND'}{followed}."]
    lines += [f"  {sentence}" for sentence in found.checked]
    for p in found.problems:
        lines += [f"  PROBLEM at {p.where}: {p.what}", f"    {p.next_step}"]
    if found.valid:
        proven = "record is unaltered since it was made on its installation"
        if not found.entries:  # a file that carries none of them proves nothing of the record behind it
            proven = "file says what was signed when it was made"
        lines.append(f"  This proves the {proven}. It does not prove that the work was done.")
    return "\n".join(lines)


def when(moment: datetime | None) -> str:
    """A moment for a table, or `never`."""
    return say_moment(moment) if moment else "never"


def issued_words(issued: str | None) -> str:
    """The issue date for people; as the notice gives it where it is no date."""
    if not issued:
        return "date not given"
    try:
        return say_date(datetime.fromisoformat(issued))
    except ValueError:
        return issued
