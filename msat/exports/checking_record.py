"""Holds an exported file against the record at hand: its head, its entries, the other logs it names, and its issue."""

from __future__ import annotations

from typing import Any

from msat.exports.check_finding import COMPARE, FileCheck, Finding, Outcome, many
from msat.exports.checking_others import others_against
from msat.exports.manifest import Evidence, ids_digest
from msat.ids import EntryId, LogId, fingerprint, grouped
from msat.projections.values import parts, text
from msat.record.entries import Entry, Head
from msat.record.ports import Record


def how_many(listed: Any) -> int:
    """How many entries a manifest names."""
    return sum(last - first + 1 for first, last in listed["spans"]) if isinstance(listed, dict) else len(listed)



def held_against(evidence: Evidence, record: Record | None, finding: Finding, data: bytes) -> FileCheck:
    """Compares a genuine file with the record at hand, if any, and with the copies of other logs that it holds."""
    if record is None:
        say_record(evidence, record, finding, foreign=False)
        return finding.outcome(Outcome.VERIFIED)
    maker = str(evidence.manifest["log"])
    own = maker in (record.log, *(head.log for head in record.lineage()))
    if own:
        _check_head(evidence, record, finding)
        _check_against_record(evidence, record, finding)
        others_against(evidence, record, finding)
    known = _check_logs(evidence, record, finding)
    if own:
        _say_issued(record, finding, data, Head(LogId(maker), int(evidence.manifest["size"]), EntryId("")))
    elif not known:
        say_record(evidence, record, finding, foreign=True)
        return finding.outcome(Outcome.NOT_FROM_HERE)
    return finding.outcome(Outcome.CHANGED if finding.problems else Outcome.VERIFIED)


def _check_logs(evidence: Evidence, record: Record, finding: Finding) -> bool:
    """Every log that the file names beside the own one, as far as it is held here. Whether its maker's own one is."""
    manifest = evidence.manifest
    maker = {"log": manifest["log"], "size": manifest["size"], "head": manifest["head"]}
    named = [log for log in manifest.get("logs", [maker]) if log["log"] != manifest["log"] or log["size"]]
    same, absent, knows_maker = 0, 0, False
    for log in named:
        if log["log"] == record.log == manifest["log"]:
            continue
        if log["log"] == record.log and log["size"] > record.head().size:
            finding.add(
                f"The file was made when this record had {log['size']:,} entries; it now has {record.head().size:,}. "
                "Its end is missing.",
                "the record",
                "Run verify on the record, and restore it from a backup.",
            )
            continue
        ids = _held(record, log["log"], log["size"])
        if len(ids) < log["size"] or not log["size"]:
            absent += 1
            continue
        knows_maker = knows_maker or log["log"] == manifest["log"]
        if ids[log["size"] - 1] == log["head"]:
            same += 1
            continue
        what = f"Entry {log['size']:,} of the log {log['log'][:8]} is another one here than the file names."
        finding.add(what, f"log {log['log'][:8]}, entry {log['size']}", COMPARE, log["head"])
    if same:
        finding.say(f"{many(same, 'log', 'logs')} that it names beside this record's: held here up to the same head.")
    if absent and (same or manifest["log"] == record.log):
        finding.say(f"{many(absent, 'log', 'logs')} that it names: not held here so far, so not compared.")
    return knows_maker


def _held(record: Record, log: str, size: int) -> list[str]:
    """The ids held of a log here, up to `size`: the own one, or one received."""
    if log == record.log:
        return [entry.id for entry in record.entries(upto=size)] if record.head().size >= size else []
    return list(record.received.ids(LogId(log)))


def say_record(evidence: Evidence, record: Record | None, finding: Finding, foreign: bool) -> None:
    """What could not be checked, or that the file is of another record."""
    manifest = evidence.manifest
    if foreign:
        whose = manifest["organisation"]
        finding.add(
            f"Not from here: the file is genuine and unchanged since it was made, but by another installation "
            f"(log {grouped(manifest['log'])}), which calls itself {whose['name']} ({whose['ods']}). Whether its "
            f"entries are still in that record cannot be seen from here.",
            next_step="Check it on the installation that made it, or compare the log's number with its owner by "
            "telephone.",
        )
    elif record is None:
        finding.say(
            "Not checked, as no record is at hand: that the record still holds these entries, and that the log "
            f"{grouped(manifest['log'])} is really that organisation's."
        )


def _check_head(evidence: Evidence, record: Record, finding: Finding) -> None:
    manifest = evidence.manifest
    size, log = manifest["size"], LogId(manifest["log"])
    own = next((head for head in record.lineage() if head.log == log), None) or record.head()
    if size > own.size and log != record.log:
        finding.add(
            f"The file was made from entry {size} of the log {log[:8]}, which was superseded after entry {own.size}: "
            "what stood between was lost here, and does not count.",
            "the record",
            "Keep the file: it shows what was lost. Whoever holds that log can send it: msatctl return import FILE.",
        )
        return
    if size > own.size:
        finding.add(
            f"The file was made when the record had {size} entries; it now has {own.size}. Its end is missing.",
            "the record",
            "Run verify on the record, and restore it from a backup.",
        )
        return
    at_size = next(record.entries(log, after=size - 1, upto=size), None)
    if at_size is None or at_size.id != manifest["head"]:
        finding.add(
            f"Entry {size} of this record is not the one that the file was made from.",
            "the record",
            COMPARE,
        )
        return
    finding.say(f"Entry {size} of this record is the head it was made from: {grouped(manifest['head'])}.")


def _check_against_record(evidence: Evidence, record: Record, finding: Finding) -> None:
    """Every entry named is in the record under its number. Bodies need no comparing: the id fixes them."""
    listed = evidence.manifest["entries"]
    if "logs" in evidence.manifest and not listed:
        return  # it rests on whole logs, whose heads are compared
    found = len(finding.problems)
    if isinstance(listed, dict):
        _check_spans(listed, record, finding, LogId(evidence.manifest["log"]))
    else:
        for each in listed:
            own: Entry | None = record.entry(each["id"])
            if own is None or own.seq != each["seq"]:
                what = f"Entry {each['seq']} of the file is not in this record."
                finding.add(what, f"entry {each['seq']}", COMPARE, each["id"])
    if len(finding.problems) == found:
        finding.say(f"This record holds {many(how_many(listed))} that it names.")


def _check_spans(listed: dict[str, Any], record: Record, finding: Finding, log: LogId) -> None:
    ids = [entry.id for first, last in listed["spans"] for entry in record.entries(log, after=first - 1, upto=last)]
    if ids_digest(ids) != listed["sha256"]:
        numbers = ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in listed["spans"])
        finding.add(
            f"Entries {numbers} of this record are not those that the file was made from.", "the record", COMPARE
        )


_ISSUES = frozenset({"export.issued", "pack.issued", "letter.issued", "outlier.previewed", "newsletter.issue_sent"})
"""The entries that name files by their fingerprint: one as `sha256`, or several under `files`."""


def _say_issued(record: Record, finding: Finding, data: bytes, after: Head) -> None:
    """Whether the record says that exactly this file was issued."""
    digest = fingerprint(data)
    for entry in record.typed(_ISSUES):
        named = (text(entry.data, "sha256"), *(text(one, "sha256") for one in parts(entry.data, "files")))
        if (entry.log != after.log or entry.seq > after.size) and digest in named:
            finding.say(f"It is, byte for byte, the file that entry {entry.seq} says was issued.")
            return
    finding.say("No entry says that exactly these bytes were issued; the content above was checked instead.")
