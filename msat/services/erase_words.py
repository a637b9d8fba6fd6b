"""Says what an erasure would do and what it did, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msat.clock import say_date, say_moment
from msat.exports.return_page import SORTS
from msat.services.desk import Desk
from msat.services.erase_elsewhere import Elsewhere
from msat.services.erase_person import SEALED, Erased, Plan, after_of, gone_by
from msat.services.person import text_at

WHY_EMPTIED = (
    "A name cannot be replaced inside an entry: its hash would no longer fit, and the proof with it. So the content of "
    "each is emptied for good, and an entry tells it again under the organisation, without the name. What was answered "
    "stays answered; the history says that a name was erased, when, and who decided it."
)
NOT_REACHED = (
    "Not reached either: packs, letters and other files already given out; copies of this log that this computer does "
    "not know of, until they take in your next return; workstations of yours whose logs are not held here: do the same "
    "on each."
)
MOST_SHOWN, IN_THE_WINDOW = 400, 12


def planned(plan: Plan, desk: Desk, is_window: bool = False) -> str:
    """What would be touched, and how to do it; the window has a panel for that."""
    if not plan.touched:
        lines = [f"No entry that can be erased names {plan.name}.", "Try other spellings of the name."]
        return "\n".join([*lines, *_left(plan), *_traces(plan), *_elsewhere(plan.elsewhere)])
    many = len(plan.touched)
    lines = [f"{_entries(many)} would be emptied and told again. “{plan.label}” stands for the name then.", WHY_EMPTIED]
    lines += _sorts(plan) if is_window else []
    shown = [one for one in plan.touched if not is_window or one.fields != ("actor.name",)]
    most = IN_THE_WINDOW if is_window else MOST_SHOWN
    for one in shown[:most]:
        entry, after = one.entry, after_of(plan, one)
        about = f", about {entry.about}" if entry.about else ""
        lines.append(f"  Entry {entry.seq:,}, {say_moment(entry.time)}, {entry.type}{about}")
        lines += [f"    {field}: {text_at(entry.content, field)} -> {after[field]}" for field in one.fields]
    if len(shown) > most:
        whole = "write the person's entries to a file to see each" if is_window else "--json lists every one"
        lines.append(f"  and {len(shown) - most:,} more: {whole}.")
    lines += _left(plan)
    if plan.without_body:
        are, were = ("is", "was") if plan.without_body == 1 else ("are", "were")
        without = _entries(plan.without_body)
        lines.append(f"{without} {are} without content already and {were} looked through as retold.")
    lines += _traces(plan)
    until = gone_by(desk.clock.now())
    lines += [*_elsewhere(plan.elsewhere), NOT_REACHED, _backups(say_date(until)), *_old_backups(plan)]
    if is_window:
        return "\n".join([*lines, "Nothing was changed."])
    lines.append(
        'Nothing was changed. To do it, two people decide, a third does it: --as NAME --role ROLE person erase NAME '
        '--reason WHY --decided-by "NAME, ROLE" --decided-by "NAME, ROLE" --yes.'
    )
    return "\n".join(lines)


def done(one: Erased) -> str:
    """What was done, what remains, and until when backups hold the name."""
    numbers = ", ".join(str(entry.seq) for entry in one.entries)
    touched = len(one.plan.touched)
    was = "was" if touched == 1 else "were"
    lines = [
        f"{_entries(touched)} {was} emptied, and told again without the name in entry {numbers}. "
        "The record verifies.",
        f"{_backups(say_date(one.until))} They are in {one.backups}.",
        *_old_backups(one.plan),
        NOT_REACHED,
        "Send your next return soon: copies of your log at other sites are cleaned by it. Close other windows of MSAT.",
    ]
    lines += _elsewhere(one.elsewhere)
    if one.since:
        numbers = ", ".join(f"{number:,}" for number in one.since)
        lines.append(f"Meanwhile another window recorded what names the person, entry {numbers}: erase once more.")
    if one.remaining:
        lines.append("The name still stands in these files, which are evidence or yours to change:")
        lines += [f"  {path}" for path in one.remaining]
    return "\n".join(lines)


def _sorts(plan: Plan) -> list[str]:
    """How many entries of each sort, the most first; those in which the name is no more than the doer's."""
    many = Counter(SORTS.get(one.entry.type, one.entry.type) for one in plan.touched)
    told = ", ".join(f"{number:,} {sort}" for sort, number in many.most_common())
    only = sum(one.fields == ("actor.name",) for one in plan.touched)
    lines = [f"They are: {told}."]
    if only:
        lines.append(f"In {only:,} of them the name is only that of whoever did it. The others:")
    return lines if only < len(plan.touched) else [lines[0], "In each the name is only that of whoever did it."]


def _left(plan: Plan) -> list[str]:
    left = [one.entry for one in plan.left if not plan.log or one.entry.log == plan.log]
    earlier = [one.entry for one in plan.left if plan.log and one.entry.log != plan.log]
    lines = []
    if left:
        numbers = ", ".join(str(one.seq) for one in left)
        why = "asked for, or without it nobody could tell whose log this is"
        lines.append(f"Left as they are: entry {numbers} ({why}).")
    if earlier:
        numbers = ", ".join(f"{one.log[:8]}/{one.seq}" for one in earlier)
        lines.append(
            f"Left as they are: {numbers}, of a log that was superseded. {SEALED}"
        )
    return lines


def _elsewhere(found: Sequence[Elsewhere]) -> list[str]:
    """Where the name still is, by name of log."""
    if not found:
        return []
    return ["The name is elsewhere too, which this erasure does not reach:", *(f"  {one.words}" for one in found)]


def _traces(plan: Plan) -> list[str]:
    lines = ["The lists are computed anew without the name."] if plan.touched else []
    if cleaned := [path for path in plan.traces if path in plan.cleaned]:
        lines += ["The name also stands in drafts, settings or pictures of lists, which are cleaned with it:"]
        lines += [f"  {path}" for path in cleaned]
    if stays := [path for path in plan.traces if path not in plan.cleaned]:
        lines += ["It also stands in these files, which stay as they are: they are evidence, or yours to change:"]
        lines += [f"  {path}" for path in stays]
    return lines


def _backups(until: str) -> str:
    return (
        f"Backups keep the name until they are thinned out: the last is gone by {until}, if one is made every month; "
        "delete them sooner by hand if that is decided."
    )


def _old_backups(plan: Plan) -> list[str]:
    """Those that are never thinned out, so that they are gone only when somebody deletes them."""
    if not plan.old_backups:
        return []
    many = len(plan.old_backups)
    which = "1 backup is" if many == 1 else f"{many:,} backups are"
    return [
        f"{which} of a log that was superseded, with more of it than counts: never thinned out, and may hold the name "
        "for good. Once nothing in them is wanted any more, delete by hand:",
        *(f"  {path}" for path in plan.old_backups),
    ]


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"
