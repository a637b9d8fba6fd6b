"""Take back that an issue was sent to some readers: the entry is struck out as made in error, and stays in the record.

The draft is then written on for them as it stands now; what was kept of the text stays with the struck entry.
"""

from __future__ import annotations

from collections.abc import Sequence

from msat.errors import Refused
from msat.projections.newsletter_issues import Issue
from msat.services import deeds
from msat.services.correct import find_entry
from msat.services.desk import Changes, Desk, Person
from msat.services.newsletter import audiences_of, checked_audiences, sent_issues
from msat.services.newsletter_drafts import has_issue
from msat.services.strike_whole import strike_whole


def take_back(desk: Desk, id_: str, audiences: Sequence[str], reason: str, person: Person) -> Changes:
    """Records that the issue `id_` was not sent to these audiences after all. Its draft need not be on this computer.

    Raises Refused for audiences it is not recorded as sent to, and where one entry tells of others besides.
    """
    chosen = checked_audiences(audiences)
    if not chosen:
        raise Refused("No readers are chosen.", "Choose those that it was not sent to.")
    names = [audiences_of()[one].name for one in chosen]
    found = [(name, one) for name in names for one in _latest(desk, id_, name)]
    missing = [name for name in names if name not in dict(found)]
    if missing:
        raise Refused(
            f"The issue “{id_[:60]}” is not recorded as sent to {', '.join(missing)}.",
            "Look which issues are: msatctl newsletter list.",
        )
    entries = {one.deed.entry: one for _name, one in found}
    for one in entries.values():
        _whole(one, names)
    return _taken(desk, list(entries.values()), reason, person)


def take_back_entry(desk: Desk, entry: str, reason: str, person: Person) -> Changes:
    """Records that the sending told by this entry was recorded in error. Raises Refused where it does not stand."""
    one = next((each for each in sent_issues(desk) if each.deed.entry == entry), None)
    if one is None:
        raise Refused("This issue is not recorded as sent any more.", "Read it again.")
    return _taken(desk, [one], reason, person)


def _latest(desk: Desk, id_: str, name: str) -> list[Issue]:
    """The last sending of the issue to these readers; none where there was none."""
    wanted = id_.strip().casefold()
    return [one for one in sent_issues(desk) if one.issue.casefold() == wanted and name in one.audiences][-1:]


def _whole(one: Issue, names: Sequence[str]) -> None:
    others = [name for name in one.audiences if name not in names]
    if others:
        raise Refused(
            f"Entry {one.deed.seq} tells that it was sent to {', '.join(others)} too.",
            "It can be taken back for all of them only: name them as well.",
        )


def _taken(desk: Desk, found: Sequence[Issue], reason: str, person: Person) -> Changes:
    person, reason = deeds.checked_person(person), deeds.required_text(reason, "reason")
    changes = Changes()
    for one in found:
        made = strike_whole(desk, find_entry(desk, one.deed.entry), reason, person)
        changes = Changes(changes.alerts | made.alerts, (*changes.entries, *made.entries))
    whom = ", ".join(dict.fromkeys(name for one in found for name in one.audiences))
    words = f"Taken back: it was not sent to {whom}."
    if any(has_issue(desk.places, one.issue) for one in found):
        words += " It can be changed for them again."
    return Changes(changes.alerts, changes.entries, words=words)
