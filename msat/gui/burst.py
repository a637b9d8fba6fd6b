"""Whether keys were pressed by a hand or typed by a hand scanner: told by the moments at which they came. Pure.

A scanner acts as a keyboard: a barcode comes as keys with a few milliseconds between them, mostly ended by Enter
or Tab. Nobody presses four different keys, or two and Enter, so fast. A key held down repeats one and the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GAP_MS = 40
"""Milliseconds between two keys of a scanner, at most; a person's next key comes later, but for two rolled together."""
PAUSE_MS = 150
"""Once it is known for a scanner, a gap as long as this ends what it read."""
LEAST = 4
"""So many keys at once are a scanner's; two are, where Enter or Tab ends them at once too."""
MOST = 400
"""Characters that are kept of one reading: more than any barcode holds."""


@dataclass(slots=True)
class Burst:
    """Keys that came at once: their characters, and the moment of the last (milliseconds of the event's own clock)."""

    text: str = ""
    last: int = 0
    is_known: bool = field(default=False)
    """It is a scanner's: whatever comes before a pause belongs to it."""

    def goes_on(self, at: int) -> bool:
        """Whether a key at this moment belongs to what came before."""
        return bool(self.text) and 0 <= at - self.last <= (PAUSE_MS if self.is_known else GAP_MS)

    def add(self, character: str, at: int) -> None:
        """One more key."""
        self.text, self.last = (self.text + character)[:MOST], at
        self.is_known = self.is_known or (len(self.text) >= LEAST and self._differs())

    def is_ended_by(self, at: int) -> bool:
        """Whether Enter or Tab at this moment is the end of what a scanner read."""
        return self.goes_on(at) and (self.is_known or (len(self.text) > 1 and self._differs()))

    def _differs(self) -> bool:
        return len(set(self.text)) > 1
