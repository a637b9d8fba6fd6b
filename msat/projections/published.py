"""Folds what a publisher said: an alert received, revised, told by another source, withdrawn. Pure.

An alert's own fields follow its first page; another page fills only what the first left unsaid, so that no text is
ever mixed from two sources without a person seeing both.
"""

from __future__ import annotations

from dataclasses import replace

from msat.projections import standing
from msat.projections.alert_state import AlertState, SourceLink, VersionState
from msat.projections.supersession import named
from msat.projections.values import data_of, flag, moment, said, text, texts, whole
from msat.record.entries import Entry, Json


def received(state: AlertState, entry: Entry) -> AlertState:
    """alert.received and alert.source_added: a page that tells of this alert, seen for the first time."""
    data = data_of(entry)
    told = _linked(state, data)
    told = _as_said(told, data) if _is_first_page(told, data) else _filled(told, data)
    told = _versioned(told, entry)
    if told.judged and flag(data, "material"):
        return standing.outdated(told, "The notice has changed since in a way that matters.", keeps_priority=True)
    return told


def revised(state: AlertState, entry: Entry) -> AlertState:
    """alert.revised: the same page with other content. Whether work starts again is a service's decision."""
    return received(state, entry)


def withdrawn(state: AlertState, entry: Entry) -> AlertState:
    """alert.withdrawn: the publisher's stamp. The record stays; reminders stop.

    While another page still tells of the alert it stands: one source's withdrawal must not silence the other. A feed
    that only names the withdrawn page is no other page.
    """
    data = data_of(entry)
    words = text(data, "explanation") or "Withdrawn by the publisher, without an explanation."
    path = text(data, "path")
    links = tuple(replace(link, withdrawn=words) if link.path == path else link for link in state.sources)
    stands = any(not link.withdrawn for link in links) and links != state.sources
    return replace(_versioned(state, entry), sources=links, withdrawn="" if stands else words)


def _is_first_page(state: AlertState, data: Json) -> bool:
    first = state.sources[0] if state.sources else None
    return first is None or (first.source, first.path) == (text(data, "source"), text(data, "path"))


def _linked(state: AlertState, data: Json) -> AlertState:
    source, path = text(data, "source"), text(data, "path")
    if not source and not path:
        return state
    link = SourceLink(source, path, text(data, "url"), text(data, "title"), name=text(data, "source_name"))
    if any((one.source, one.path) == (source, path) for one in state.sources):
        links = tuple(link if (one.source, one.path) == (source, path) else one for one in state.sources)
    else:
        gone = next((one.withdrawn for one in state.sources if one.path == path), "")
        links = (*state.sources, replace(link, withdrawn=gone))
    stands = any(not one.withdrawn for one in links)
    return replace(state, sources=links, withdrawn="" if stands else state.withdrawn)


def _as_said(state: AlertState, data: Json) -> AlertState:
    return replace(
        state,
        title=text(data, "title") or state.title,
        family=text(data, "family") or state.family,
        reference=said(data, "reference"),
        alert_class=whole(data, "class"),
        level=said(data, "level"),
        level_words=text(data, "level_words"),
        issued=said(data, "issued"),
        published=moment(data, "published"),
        ends=moment(data, "ends"),
        company=text(data, "company"),
        supersedes=named(data, "supersedes"),
        names_successor=named(data, "superseded_by"),
    )


def _filled(state: AlertState, data: Json) -> AlertState:
    return replace(
        state,
        reference=state.reference or said(data, "reference"),
        alert_class=state.alert_class if state.alert_class is not None else whole(data, "class"),
        level=state.level or said(data, "level"),
        level_words=state.level_words if state.level else text(data, "level_words"),
        issued=state.issued or said(data, "issued"),
        published=state.published or moment(data, "published"),
        ends=state.ends or moment(data, "ends"),
        company=state.company or text(data, "company"),
        supersedes=state.supersedes or named(data, "supersedes"),
        names_successor=state.names_successor or named(data, "superseded_by"),
    )


def _versioned(state: AlertState, entry: Entry) -> AlertState:
    data, version = data_of(entry), text(entry.content, "version")
    if not version or any(known.version == version for known in state.versions):
        return state  # a withdrawal and a revision can come with the same words
    number = whole(data, "number") or len(state.versions) + 1
    new = VersionState(
        number, version, text(data, "source"), entry.time, texts(data, "changes"), flag(data, "material")
    )
    return replace(state, versions=(*state.versions, new))
