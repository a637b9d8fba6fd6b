"""Folds that one alert has taken the place of another: the older is closed with a link, nothing of it is lost. Pure.

A person can open the older again; the link stays and says so.
"""

from __future__ import annotations

from dataclasses import replace

from msat.projections.alert_state import AlertState, Named, Superseded
from msat.projections.values import data_of, parts, text
from msat.record.entries import Entry, Json

FLAG = "superseded"


def superseded(state: AlertState, entry: Entry) -> AlertState:
    """alert.superseded, about the older alert: `data` names the newer one and quotes who said so."""
    data = data_of(entry)
    by = text(data, "by")
    if not by or by == state.key:
        return state
    link = Superseded(by, text(data, "reference"), text(data, "words"), entry.time, entry.id)
    return marked(replace(state, superseded=link))


def reopened(state: AlertState) -> AlertState:
    """The older alert opened again: the link stays, and closes it no longer."""
    if state.superseded is None:
        return state
    return marked(replace(state, superseded=replace(state.superseded, stands=False)))


def marked(state: AlertState) -> AlertState:
    """`state` with the flag as long as another alert stands in its place. A triage sets its own flags anew."""
    if state.superseded is None:
        return state
    others = tuple(flag for flag in state.flags if flag != FLAG)
    return replace(state, flags=(*others, FLAG) if state.superseded.stands else others)


def named(data: Json, name: str) -> tuple[Named, ...]:
    """The alerts under `name` that a notice says it replaces, or is replaced by."""
    found = (Named(text(one, "reference"), text(one, "words")) for one in parts(data, name))
    return tuple(one for one in found if one.reference)
