"""Local rules as the command line prints them: changes, dry runs, adoptions, differences; and their JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msat.actions.dry_run import DIRECTIONS, Outcome, Row
from msat.actions.pack import Pack
from msat.clock import say_date, say_moment, stamp
from msat.projections.general import General
from msat.services.knowledge import Knowledge
from msat.services.tailor_dry_run import DryRun
from msat.services.tailor_packs import Difference
from msat.services.tailor_signing import Signed
from msat.triage.overlay import Change


def change_json(change: Change) -> dict[str, Any]:
    """One field that stands differently."""
    return {
        "rule": change.rule,
        "name": change.name,
        "field": change.field,
        "shipped": change.shipped,
        "local": change.local,
        "who": change.who,
        "when": change.when.isoformat() if change.when else None,
        "why": change.why,
    }


def change_lines(changes: Iterable[Change]) -> list[str]:
    """Each field with what is local and what is shipped."""
    lines: list[str] = []
    for change in changes:
        called = f" ({change.name})" if change.name else ""
        lines += [f"{change.rule}{called}, {change.field}", f"    here:    {_line(change.local)}"]
        lines += [f"    shipped: {_line(change.shipped)}"] if change.shipped else []
        lines += [f"    because: {change.why}"] if change.why else []
    return lines


def check_text(pack: Pack, signed: Signed, changes: Sequence[Change]) -> str:
    """What a pack that fits says of itself and changes."""
    head = [f"“{pack.name}” of {pack.organisation} ({pack.ods}), for {pack.said_for}.", signed.words, ""]
    said = change_lines(changes) or ["It changes nothing."]
    return "\n".join([*head, *said, "", f"No mistake was found. {len(changes)} fields stand differently."])


def dry_run_json(run: DryRun) -> dict[str, Any]:
    """A dry run whole."""
    return {
        "pack": run.pack.name,
        "kinds": [kind.value for kind in run.kinds],
        "since": stamp(run.since),
        "months": run.months,
        "of": run.of,
        "changed": run.changed,
        "counts": dict(run.counts),
        "lowered_reds": len(run.lowered_reds),
        "unread": list(run.unread),
        "changes": [change_json(change) for change in run.changes],
        "rows": [row_json(row) for row in run.rows],
        "seen": run.seen,
    }


def row_json(row: Row) -> dict[str, Any]:
    """One alert that comes out differently for one kind of organisation."""
    return {
        "key": row.key,
        "name": row.name,
        "title": row.title,
        "received": stamp(row.received),
        "kind": row.kind.value,
        "directions": list(row.directions),
        "before": _outcome_json(row.before),
        "after": _outcome_json(row.after),
    }


def _outcome_json(one: Outcome) -> dict[str, Any]:
    return {
        "rag": one.priority.value if one.priority else None,
        "rule": one.rule,
        "due": stamp(one.due) if one.due else None,
        "due_from": one.due_from,
        "actions": list(one.actions),
        "flags": list(one.flags),
    }


def dry_run_text(run: DryRun, most: int | None, is_draft: bool) -> str:
    """A dry run for people: how many, in which direction, then each, the lowered Reds first and never left out."""
    head = f"{run.changed} of {run.of} alerts received since {say_date(run.since)} would have come out differently."
    lines = [head]
    if run.lowered_reds:
        lines.append(f"LOOK: {len(run.lowered_reds)} Red would have been lower.")
    counted = [f"{DIRECTIONS[direction]} {n}" for direction, n in run.counts.items() if n]
    lines += [f"{'; '.join(counted)}."] if counted else []
    if run.unread:
        lines.append(f"Not tried, for their text is missing here: {', '.join(run.unread)}.")
    weighty = [row for row in run.rows if row.directions != ("wording",)]
    shown = weighty if most is None else weighty[: max(most, len(run.lowered_reds))]
    lines += ["", *rows_text(shown, len(run.kinds) > 1)]
    if len(shown) < len(weighty):
        lines.append(f"And {len(weighty) - len(shown)} more: add --all to see them.")
    worded = dict.fromkeys(row.name for row in run.rows if row.directions == ("wording",))
    lines += [f"In other words or with other places only: {', '.join(worded)}."] if worded else []
    if is_draft:
        lines += ["", "Nothing is in force yet. To adopt what is shown here: msatctl rules adopt --reason TEXT"]
    return "\n".join(lines)


def rows_text(rows: Iterable[Row], with_kind: bool = False) -> list[str]:
    """Each alert that differs: now, then, in which way."""
    lines: list[str] = []
    for row in rows:
        kind = f", {row.kind.value}" if with_kind else ""
        mark = "LOWERED RED  " if row.is_lowered_red else ""
        lines.append(f"{mark}{row.name}{kind}: {', '.join(DIRECTIONS[d] for d in row.directions)}  {row.title}")
        lines += [f"    now:  {_outcome_line(row.before)}", f"    then: {_outcome_line(row.after)}"]
        lines += _action_lines(row)
    return lines


def _action_lines(row: Row) -> list[str]:
    more = [code for code in row.after.actions if code not in row.before.actions]
    less = [code for code in row.before.actions if code not in row.after.actions]
    parts = [f"with {' '.join(more)}"] if more else []
    parts += [f"without {' '.join(less)}"] if less else []
    return [f"    then {' and '.join(parts)}"] if parts else []


def _outcome_line(one: Outcome) -> str:
    rag = one.priority.value.capitalize() if one.priority else "No rating"
    due = f"due {say_moment(one.due)}" if one.due else "no time limit"
    return f"{rag} by {one.rule}, {due}"


def adopted_json(found: Sequence[General], knowledge: Knowledge) -> dict[str, Any]:
    """What is in force, and every adoption and withdrawal."""
    return {
        "in_force": knowledge.rules.version,
        "problems": list(knowledge.problems),
        "changes": [change_json(change) for change in (knowledge.local.changes if knowledge.local else ())],
        "adoptions": [
            {
                **{name: one.data.get(name) for name in ("number", "version", "previous", "name", "reason", "pack")},
                **{name: one.data.get(name) for name in ("organisation", "ods", "for", "changes", "changed", "of")},
                "by": one.deed.by,
                "role": one.deed.role,
                "recorded": stamp(one.deed.recorded),
                "entry": one.deed.entry,
                "seq": one.deed.seq,
                "struck": one.struck or None,
            }
            for one in found
        ],
    }


def adopted_text(found: Sequence[General], knowledge: Knowledge) -> str:
    """The same for people, the newest first."""
    lines = [f"In force: rules {knowledge.rules.version}.", *knowledge.problems]
    for one in reversed(found):
        what = f"adopted “{one.data.get('name')}”" if one.data.get("changes") else "withdrew the local rules"
        tried = f"{one.data.get('changed')} of {one.data.get('of')} alerts would have come out differently"
        head = f"{say_moment(one.deed.recorded)}  {one.data.get('version')}  {one.deed.by}, {one.deed.role}"
        lines += ["", f"{head} {what}. Entry {one.deed.seq}."]
        lines += [f"    because: {one.data.get('reason')}", f"    {tried}."]
        lines += [f"    [{one.struck}]"] if one.struck else []
    if not found:
        lines.append("No local rules were ever adopted here.")
    if knowledge.local:
        lines += ["", "What stands differently now:", *change_lines(knowledge.local.changes)]
    return "\n".join(lines)


def difference_json(one: Difference) -> dict[str, Any]:
    """One field in which two packs differ."""
    return {"rule": one.rule, "name": one.name, "field": one.field} | {
        "shipped": one.shipped,
        "a": one.one or None,
        "b": one.other or None,
    }


def differences_text(found: Sequence[Difference], one: str, other: str) -> str:
    """Two packs side by side, field by field."""
    if not found:
        return f"{one} and {other} change the same fields in the same way."
    lines = [f"A is {one}; B is {other}. “As shipped” means that the pack leaves the field alone."]
    for each in found:
        called = f" ({each.name})" if each.name else ""
        lines += ["", f"{each.rule}{called}, {each.field}"]
        pair = (("A", each.one), ("B", each.other))
        lines += [f"    {letter}:       {_line(said) or 'as shipped'}" for letter, said in pair]
        lines += [f"    shipped: {_line(each.shipped)}"] if each.shipped else []
    return "\n".join(lines)


def _line(text: str) -> str:
    return " / ".join(line.strip() for line in text.splitlines() if line.strip())
