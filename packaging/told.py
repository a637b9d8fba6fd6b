"""How the set-up speaks: a plain line at a time, and one kind of failure: a sentence with a next step."""

from __future__ import annotations


class SetupFailed(Exception):
    """The set-up cannot go on. The message says what is missing and what to do; exit status 2."""


def say(sentence: str) -> None:
    """Prints a line at once, so that the order is right beside what other programs print."""
    print(f"msat: {sentence}", flush=True)
