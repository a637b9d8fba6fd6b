"""Entries of other logs of the same organisation that an export shows: of a superseded log, of another workstation.

The file's own signature vouches for which they are; each must hash to what was signed. Who signed those logs is not
inside the file: a record that holds them can say more.
"""

from __future__ import annotations

from typing import Any

from msat.exports.check_finding import COMPARE, Finding, many
from msat.exports.manifest import Evidence, ids_digest
from msat.ids import LogId
from msat.record.codec import NotCanonical, body_hash, entry_id, parse_header
from msat.record.ports import Record

_CUT = "The entries of other logs that it carries are not those that were signed."


def check_others(evidence: Evidence, finding: Finding) -> None:
    """Holds the carried entries of other logs against what the signed manifest names."""
    named = evidence.manifest.get("others", [])
    if not named and not evidence.others:
        return
    count = sum(_number(each) for each in named)
    logs = many(len(named), "other log", "other logs")
    if not evidence.others:
        finding.say(f"It names {many(count)} of {logs} of the same organisation and carries none of them.")
        return
    carried: dict[str, list[tuple[int, str]]] = {}
    for header, body in evidence.others:
        try:
            parsed = parse_header(header)
        except NotCanonical as error:
            finding.add(f"{_CUT} {error.explanation}", "entries of other logs")
            return
        if body is not None and body_hash(body) != parsed.body:
            finding.add("The content of an entry of another log was changed.", f"log {parsed.log[:8]}, {parsed.seq}")
            return
        carried.setdefault(parsed.log, []).append((parsed.seq, entry_id(header)))
    digests = {log: ids_digest([one for _seq, one in sorted(group)]) for log, group in carried.items()}
    if digests != {each["log"]: each["sha256"] for each in named}:
        finding.add(_CUT, "entries of other logs")
        return
    finding.say(f"It carries {many(count)} of {logs} of the same organisation: each hashes to the id that was signed.")


def others_against(evidence: Evidence, record: Record, finding: Finding) -> None:
    """Holds the entries of other logs against the copies that the record has of them."""
    for each in evidence.manifest.get("others", []):
        log = LogId(each["log"])
        ids = [e.id for first, last in each["spans"] for e in record.entries(log, after=first - 1, upto=last)]
        if not ids:
            finding.say(f"{many(_number(each))} of the log {log[:8]}: that log is not held here, so not compared.")
        elif ids_digest(ids) != each["sha256"]:
            finding.add(f"Entries of the log {log[:8]} are not those that the file was made from.", log[:8], COMPARE)
        else:
            finding.say(f"{many(_number(each))} of the log {log[:8]} that it names are held here.")


def _number(each: Any) -> int:
    return sum(last - first + 1 for first, last in each["spans"])
