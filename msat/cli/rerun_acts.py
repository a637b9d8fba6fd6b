"""The command `msatctl rules rerun`: every decision of the record is made again with what was stored then."""

from __future__ import annotations

import argparse

from msat.cli.opening import open_desk, say, show_progress
from msat.clock import say_moment, stamp


def rerun_command(inner: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to the group `rules`."""
    about = "decide again with the stored notices and rules, and compare byte for byte"
    made = inner.add_parser("rerun", help=about, description=about)
    made.add_argument("ref", nargs="?", metavar="REF", help="one alert; without it all of them")
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    made.set_defaults(does=rules_rerun)


def rules_rerun(options: argparse.Namespace) -> int:
    """Prints what comes out otherwise, and how many decisions come out the same. Exit status 1 on a difference."""
    from msat.services.rerun import SAME, rerun

    with open_desk(options) as desk:
        found = rerun(desk, options.ref, show_progress)
    lines = []
    for one in found.done:
        if one.outcome == SAME and not options.ref:
            continue
        lines.append(f"{one.outcome:<10} entry {one.seq}, {say_moment(one.decided)}, rule {one.rule}: {one.about}")
        lines += [f"           {sentence}" for sentence in (one.words, *one.differences)]
    value = {
        "same": found.count(SAME),
        "decisions": [
            {
                "entry": one.entry,
                "seq": one.seq,
                "alert": one.about,
                "decided": stamp(one.decided),
                "rule": one.rule,
                "rules_version": one.rules_version,
                "outcome": one.outcome,
                "words": one.words,
                "differences": list(one.differences),
            }
            for one in found.done
        ],
    }
    say(options, value, "\n".join([*lines, found.words]))
    return 1 if any(one.is_wrong for one in found.done) else 0
