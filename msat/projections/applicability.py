"""The shipped reasons for and against an alert applying here, by code, with the words that people read. Pure."""

from __future__ import annotations

REASONS = {
    "held": "Held or supplied here",
    "prescribed": "Prescribed to patients here",
    "may-affect": "May affect patients here",
    "not-held": "Not held or supplied here",
    "not-prescribed": "Not prescribed here",
    "not-our-setting": "For another kind of organisation",
    "already-covered": "Already covered by an earlier alert",
    "other": "Other, see the note",
}
"""Reason codes with the words shown for them."""


def reason_words(reason: str) -> str:
    """The reason as people read it: the words of a shipped code, and an organisation's own as it was recorded."""
    return REASONS.get(reason, reason)
