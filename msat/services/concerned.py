"""Which open alerts name one of the site's own medicines and devices, and why. Reads; decides and records nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msat.alerts.model import Alert
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.ports import Query
from msat.projections.watched import Named, named, search_of
from msat.services.desk import Desk

Known = dict[AlertKey, tuple[str, tuple[Named, ...]]]
"""What was found before, by alert, with the versions it was found in: an alert is read once, not at every count."""


def concerned(desk: Desk, names: tuple[str, ...], known: Known | None = None) -> dict[AlertKey, tuple[Named, ...]]:
    """Every open alert that names one of `names`, with where it says so.

    `known` keeps what was found for a later call with the same names; it is brought up to date. The search index is
    asked first and only what it finds is read, so that the cost is that of the alerts found.
    """
    kept = {} if known is None else known
    if not names:
        return {}
    asked = tuple(dict.fromkeys(search_of(name) for name in names))
    rows = desk.views.worklist(Query(open_only=True, any_of=asked), desk.clock.now())
    found: dict[AlertKey, tuple[Named, ...]] = {}
    for row in rows:
        state = desk.views.alert(row.key)
        if state is None:
            continue
        stamp = _stamp(state)
        if kept.get(row.key, ("", ()))[0] != stamp:
            kept[row.key] = (stamp, named(state, tuple(_notices(desk, state)), names))
        if kept[row.key][1]:
            found[row.key] = kept[row.key][1]
    return found


def _stamp(state: AlertState) -> str:
    """What the answer rests on: the title and the versions, and whether their texts are here."""
    return "\n".join((state.title, *(one.version for one in state.versions), *state.flags))


def _notices(desk: Desk, state: AlertState) -> Iterator[Alert]:
    """The newest text of each source."""
    newest = {one.source: one.version for one in state.versions}
    for version in dict.fromkeys(newest.values()):
        notice = desk.views.notice(state.key, version)
        if notice is not None:
            yield notice


def reasons(found: Iterable[Named]) -> str:
    """Why an alert is in the view, all names together."""
    return " ".join(one.words for one in found)
