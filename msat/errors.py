"""The errors a person is told about: what happened, to which thing, and what to do next.

Foreign errors are wrapped at their door with the cause kept. Anything that is not an `MsatError` is a bug and stays
unexpected.
"""

from __future__ import annotations


class MsatError(Exception):
    """Something a person can be told. `explanation` is one sentence; `next_step` says what to do about it."""

    title = "Something went wrong"

    def __init__(self, explanation: str, next_step: str = "") -> None:
        super().__init__(explanation, next_step)
        self.explanation = explanation
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.explanation} {self.next_step}".strip()


class Refused(MsatError):
    """What was asked for cannot be done as asked; nothing was changed. The command line exits with status 2."""

    title = "Not done"


class SourceFailure(MsatError):
    """A source could not be read. Alerts already here are safe; it must never look like a source with nothing new."""

    title = "A source could not be read"


class Cancelled(MsatError):
    """A person stopped the work. What was recorded before stays recorded."""

    title = "Stopped"


class RecordProblem(MsatError):
    """The permanent record is missing, damaged, locked or newer than this program."""

    title = "The record cannot be used"


class NotRecorded(RecordProblem):
    """The disk or the database failed, and the record was read again: the entry is not there."""

    title = "Not recorded"


class ShippedFileMissing(MsatError):
    """A file that belongs to the program is not where it should be: a broken installation."""

    title = "The installation is incomplete"
