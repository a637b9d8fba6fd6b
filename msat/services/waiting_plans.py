"""Plans for alerts that are not known here: kept about no alert, and put to the alert once a notice brings it.

So a plan that comes early is neither lost nor a row of its own among the alerts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msat.alerts.model import Alert
from msat.ids import AlertKey
from msat.projections.general import General
from msat.projections.ports import Views
from msat.projections.values import part, text
from msat.record.entries import Draft
from msat.services.desk import Desk, Person
from msat.services.supersessions import same_number

AGREED = "plan.agreed"


def waiting_plans(desk: Desk) -> list[General]:
    """The plans taken in for alerts that are not known here."""
    seen = {plan.id for state in desk.views.states() for plan in state.plans}
    return [one for one in desk.views.general(AGREED) if not one.struck and text(one.data, "id") not in seen]


def arrived(views: Views, fresh: Mapping[AlertKey, tuple[Alert, str]], person: Person) -> list[Draft]:
    """The entries that put waiting plans to the alerts of a batch, which are not recorded yet."""
    waiting = [one for one in views.general(AGREED) if not one.struck]
    if not waiting:
        return []
    found: list[Draft] = []
    for key, (alert, version) in fresh.items():
        found += _to(views, key, alert, version, waiting, person)
    return found


def _to(
    views: Views, key: AlertKey, alert: Alert, version: str, waiting: Iterable[General], person: Person
) -> Iterator[Draft]:
    names = {str(key), *(same_number(alert.reference.value) if alert.reference else ())}
    state = views.alert(key)
    here = {plan.id for plan in state.plans} if state else set()
    for one in waiting:
        told = {name: value for name, value in one.data.items() if name not in ("alert", "reference", "title")}
        meant = {text(one.data, "alert"), *same_number(text(one.data, "reference"))} - {""}
        if not (names & meant) or text(told, "id") in here:
            continue
        name = alert.reference.value if alert.reference else alert.title
        meaning = f"Put the plan of {text(part(told, 'by'), 'name')} to {name}, which has now come."
        yield Draft(AGREED, person.actor(), told, about=key, version=version, meaning=meaning)
