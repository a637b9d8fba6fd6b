"""Take an erasure to its end, also one that was broken off: bodies, lists, and the note that it is under way."""

from __future__ import annotations

from msat.services import erase_traces
from msat.services.desk import Desk, Progress


def finish(desk: Desk, progress: Progress | None = None) -> str:
    """Takes an erasure to its end, also one that was broken off: bodies, lists, note. Says so in a sentence."""
    if not desk.record.is_erasing:
        return ""
    with desk.record.erasing_alone():
        return _finish(desk, progress)


def _finish(desk: Desk, progress: Progress | None) -> str:
    if not desk.record.is_erasing:
        return ""  # another window has just done it
    if progress:
        progress("Computing the lists anew without what was erased", 0, 1)
    emptied = desk.record.finish_erasing()
    desk.views.scrub()
    erase_traces.forget_pictures(desk.places)
    desk.record.erasure_done()
    if progress:
        progress("Computing the lists anew without what was erased", 1, 1)
    if not emptied:
        return "An erasure was finished: the lists were computed anew without what was erased."
    words = "1 body was" if emptied == 1 else f"{emptied:,} bodies were"
    return f"An erasure that was broken off was finished: {words} still to be emptied, and the lists are without them."
