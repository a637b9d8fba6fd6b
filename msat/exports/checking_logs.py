"""Checks what is attached to an export over several logs: content, chains, and the figures that follow from them.

Nothing is looked up anywhere: what the file brings must agree with itself, under heads that are signed. Says what it
could not check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msat.exports.chains import NAME, Chain, differs_from, followed, read_chains
from msat.exports.check_finding import Finding, many
from msat.exports.comparing_content import content_differences
from msat.exports.content import Content, is_content, read_content
from msat.exports.counting import COUNTED, recounted
from msat.exports.manifest import BadEvidence
from msat.exports.opening import Opened
from msat.exports.plain_text import one_line
from msat.exports.tagged_text import Grid, read_tagged
from msat.ids import EntryId, LogId, grouped
from msat.projections.cut import LogCut

ASK_MAKER = "Ask for the file again from the organisation that made it."
MOST = 40
"""How many differences of one sort are listed; the rest are counted."""


def check_attached(opened: Opened, data: bytes, finding: Finding) -> None:
    """Everything attached to a genuine file that can be held against the rest of it."""
    content = _check_content(opened, data, finding)
    manifest = opened.evidence.manifest
    if "logs" not in manifest:
        return
    logs = logs_of(manifest)
    chains = opened.attachments.get(NAME)
    if chains is None:
        finding.say(
            f"It rests on {many(len(logs), 'log', 'logs')}, each up to the entry that is signed here. Their entries "
            "are not inside this file, so they were not followed."
        )
        return
    read = _check_chains(chains, logs, finding)
    if read and content is not None:
        _check_figures(content, logs, read, finding)


def logs_of(manifest: Mapping[str, Any]) -> tuple[LogCut, ...]:
    """The logs that a manifest names, the own one first."""
    return tuple(
        LogCut(
            LogId(one["log"]),
            one_line(one["ods"], 20),
            one_line(one["name"], 120),
            one["kind"],
            one["size"],
            EntryId(one["head"]),
            is_own=one["log"] == manifest["log"],
            frozen=one["frozen"],
        )
        for one in manifest["logs"]
    )


# --- pages and content -------------------------------------------------------------------------------------------


def _check_content(opened: Opened, data: bytes, finding: Finding) -> Content | None:
    """The attached content, held against the pages; None where there is none that can be read."""
    attached = [each for each in opened.attachments.values() if is_content(each)]
    if not attached:
        return None
    try:
        content = read_content(attached[0])
        pieces = read_tagged(data)
        differences = content_differences(content.document, pieces)
    except BadEvidence as error:
        finding.add(error.explanation, "the attached content", error.next_step or ASK_MAKER)
        return None
    for what, where in differences:
        finding.add(f"Its pages and its attached content disagree. {what}", where, ASK_MAKER)
    if differences:
        return content
    cells = sum(len(row) for piece in pieces if isinstance(piece, Grid) for row in piece.rows)
    finding.say(
        "Its pages say what the content attached for machines says, text by text and cell by cell: "
        f"{many(len(content.document), 'block', 'blocks')}, {many(cells, 'cell', 'cells')} of tables."
    )
    return content


# --- chains ------------------------------------------------------------------------------------------------------


def _check_chains(data: bytes, logs: Sequence[LogCut], finding: Finding) -> tuple[Chain, ...]:
    """The chains, each followed to its head; none where they are not those that the manifest names."""
    try:
        chains = read_chains(data)
    except BadEvidence as error:
        finding.add(error.explanation, NAME, error.next_step or ASK_MAKER)
        return ()
    wrong = differs_from(chains, logs)
    if wrong:
        finding.add(wrong, NAME, ASK_MAKER)
        return ()
    before = len(finding.problems)
    for chain, log in zip(chains, logs, strict=True):
        if log.size:
            _follow(chain, log, finding)
    if len(finding.problems) > before:
        return ()
    _say_chains(chains, logs, finding)
    return chains


def _follow(chain: Chain, log: LogCut, finding: Finding) -> None:
    where = f"log {log.log[:8]} of {log.name} ({log.ods})"
    try:
        whose = followed(chain).birth.organisation
    except BadEvidence as error:
        finding.add(error.explanation, where, ASK_MAKER)
        return
    if _code(whose.ods) != _code(log.ods):
        finding.add(
            f"It is named as {log.ods}'s, and its first entry says that it was opened for "
            f"{one_line(whose.name, 120)} ({one_line(whose.ods, 20)}).",
            where,
            "Ask the organisation that made the file whom it enrolled under that code.",
        )


def _code(ods: str) -> str:
    return ods.strip().upper()


def _say_chains(chains: Sequence[Chain], logs: Sequence[LogCut], finding: Finding) -> None:
    whole = [chain for chain in chains if chain.is_whole and chain.lines]
    entries, withheld = (sum(count) for count in ((len(c.lines) for c in whole), (c.withheld for c in whole)))
    finding.entries = entries
    if whole:
        finding.say(
            f"{many(len(whole), 'log', 'logs')} followed entry by entry from the first to the head that is signed "
            f"here: {many(entries)}, every hash computed anew. Contents withheld: {withheld:,}."
        )
    signed = sum(chain.note is not None for chain in chains)
    if signed:
        finding.say(f"{many(signed, 'head is', 'heads are')} signed by the key of the log's own installation as well.")
    unsigned = [c for c, log in zip(chains, logs, strict=True) if c.note is None and log.size and not log.is_own]
    if unsigned:
        finding.say(
            f"Not signed by its own installation at that length, but by the maker of this file alone: "
            f"{many(len(unsigned), 'head', 'heads')}."
        )
    short = [chain for chain in chains if not chain.is_whole]
    if short:
        finding.say(
            f"Not followed, as the entries of all logs together were too large to attach: "
            f"{many(len(short), 'log', 'logs')}. Their keys and signed heads are attached."
        )
    empty = [log for log in logs if not log.size]
    if empty:
        finding.say(f"{many(len(empty), 'log is', 'logs are')} named of which nothing had come when it was made.")
    own = next((chain for chain in chains if chain.lines and chain.head.log == logs[0].log), None)
    if own is not None:
        finding.say(
            f"Fingerprint of the first entry of log {own.head.log[:8]}, to compare by telephone with its owner: "
            f"{grouped(own.lines[0].id, 16)}."
        )


# --- figures -----------------------------------------------------------------------------------------------------


def _check_figures(content: Content, logs: Sequence[LogCut], chains: Sequence[Chain], finding: Finding) -> None:
    if COUNTED not in content.values:
        finding.say("Its figures were not computed again: the attached content does not say what was counted.")
        return
    if not all(chain.is_whole for chain in chains):
        finding.say("Its figures were not computed again: not all entries are attached.")
        return
    try:
        found = recounted(content.values, logs, chains)
    except BadEvidence as error:
        finding.add(error.explanation, "the attached content", error.next_step or ASK_MAKER)
        return
    for what, where in found.differences[:MOST]:
        finding.add(what, where, ASK_MAKER)
    if len(found.differences) > MOST:
        finding.add(f"{len(found.differences) - MOST:,} more figures differ.", "the figures", ASK_MAKER)
    if not found.differences:
        whose = many(found.organisations, "organisation", "organisations")
        what = f"{many(found.indicators, 'indicator', 'indicators')} with all their parts"
        finding.say(
            f"Its figures were computed again from the attached entries of {whose} and are the same: {what}, "
            f"{many(found.cells, 'state', 'states')} of alerts in organisations."
        )
        finding.say(
            "Taken as they stand, for no entry holds them: which organisations were asked, which numbers of the "
            "series are missing, and how the sources of notices were doing."
        )
