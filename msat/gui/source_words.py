"""How the sources are, in sentences. A silent source never looks like a source with nothing new. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msat.gui.dates import say_time
from msat.gui.tongue import later, spoken, tr
from msat.gui.words import ago, count_words
from msat.projections.ports import SourceHealth

STALE = timedelta(hours=24)
"""After this long without being reached, a source that can carry a Red puts a banner above the list."""

OFFLINE = later(
    "No source is asked until that is turned off: Settings, Network, Work offline. Notices can be added by hand."
)


@dataclass(frozen=True, slots=True)
class Health:
    """A source that is on, and how it is doing. `can_carry_red` decides about the banner."""

    id: str
    name: str
    enabled: bool
    can_carry_red: bool
    known: SourceHealth
    every_minutes: int = 60
    stale: str = ""
    """A sentence while it may be missing something, as `projections.source_health` says it."""
    page: str = ""
    """The address where a person reads what it carries; empty where there is none."""
    is_offline: bool = False
    """MSAT is set to work offline: it is not asked, so that nothing here counts as up to date."""

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to look at it again by itself."""
        tried = self.known.last_tried
        waited = tried is None or now - tried >= timedelta(minutes=self.every_minutes)
        return self.enabled and not self.is_offline and waited

    def is_fine(self, now: datetime) -> bool:
        reached, wrong = self.known.last_reached, self.is_offline or self.known.error or self.stale
        return not wrong and reached is not None and now - reached < STALE

    def state(self, now: datetime) -> str:
        """One word or two for a table."""
        if not self.enabled:
            return tr("Off")
        if self.is_offline:
            return tr("Not asked: working offline")
        if self.known.error:
            return tr("Failed")
        if self.known.last_reached is None:
            return tr("Never reached")
        if now - self.known.last_reached >= STALE:
            return tr("Not reached for a day")
        return tr("Silent for long") if self.stale else tr("Working")


STATES = spoken(
    (
        later("Failed"),
        later("Not asked: working offline"),
        later("Never reached"),
        later("Not reached for a day"),
        later("Silent for long"),
        later("Working"),
        later("Off"),
    )
)
"""The worst first."""


def worst_first(sources: Sequence[Health], now: datetime) -> list[Health]:
    """What needs a person stands first; the rest in the order of the catalogue."""
    return sorted(sources, key=lambda source: tuple(STATES).index(source.state(now)))


def tally(sources: Sequence[Health], now: datetime) -> str:
    """`7 sources. 4 failed, 1 never reached, 2 working`."""
    states = [source.state(now) for source in sources]
    said = [f"{states.count(state)} {state.lower()}" for state in STATES if state in states]
    return f"{count_words(len(states), 'source')}. {', '.join(said)}"


def summary(sources: Sequence[Health], now: datetime) -> tuple[str, str]:
    """The sentence of the status bar and its tone."""
    on = [source for source in sources if source.enabled]
    if not on:
        return tr("No source is on. Alerts come in only by hand."), "amber"
    tried = [source.known.last_tried for source in on if source.known.last_tried]
    if on[0].is_offline:
        last = tr("Last checked {tried}.").format(tried=ago(max(tried), now)) if tried else tr("Never checked.")
        return tr("Working offline: no source is asked. {last}").format(last=last), "amber"
    if not tried:
        return tr("{sources} never checked. Choose Check now.").format(sources=count_words(len(on), "source")), "amber"
    fine = [source for source in on if source.is_fine(now)]
    checked = tr("Checked {tried}.").format(tried=ago(max(tried), now))
    if len(fine) == len(on):
        return f"{checked} {_up_to_date(len(fine), len(on))}", "green"
    first = next(source for source in on if source not in fine)
    return f"{checked} {_up_to_date(len(fine), len(on))} {_in_short(first, now)}", "amber"


def _up_to_date(fine: int, on: int) -> str:
    if on == 1:
        return tr("The source is up to date.") if fine else tr("The source is not up to date.")
    return tr("{fine} of {on} sources up to date.").format(fine=fine, on=on)


def with_missing(said: tuple[str, str], missing: int) -> tuple[str, str]:
    """The sentence of the status bar with the numbers of a series that should be here and are not."""
    if not missing:
        return said
    return tr("{said} {numbers} missing from a series: see Sources.").format(
        said=said[0], numbers=count_words(missing, "number")
    ), "amber"


def in_brief(sources: Sequence[Health], missing: int, now: datetime) -> str:
    """The same for a status bar that has no room: how many are up to date, and that something is missing."""
    on = [source for source in sources if source.enabled]
    tried = [source for source in on if source.known.last_tried]
    if not on or not tried:
        return tr("No source is on.") if not on else tr("No source checked yet.")
    fine = sum(source.is_fine(now) for source in on)
    said = tr("Working offline.") if on[0].is_offline else _up_to_date(fine, len(on))
    if not missing:
        return said
    return tr("{said} {numbers} missing.").format(said=said, numbers=count_words(missing, "alert number"))


def _in_short(source: Health, now: datetime) -> str:
    """For the status bar: the error itself stands in the banner and on the page of the sources."""
    reached, state = source.known.last_reached, source.state(now).lower()
    when = tr("last reached {reached}").format(reached=ago(reached, now)) if reached else tr("never reached")
    return f"{source.name}: {when}." if when == state else f"{source.name}: {state}, {when}."


def _first_sentence(error: str) -> str:
    """What went wrong, without what to do: that stands on the page of the sources."""
    first, dot, _rest = error.partition(". ")
    return first + dot.strip()


def trouble(source: Health, now: datetime) -> str:
    """What is wrong with one source, in a sentence."""
    reached = source.known.last_reached
    why = _first_sentence(source.known.error)
    if reached is None:
        return tr("{name} was never reached. {why}").format(name=source.name, why=why).strip()
    if why:
        return tr("{name} was last reached {reached}. {why}").format(
            name=source.name, reached=ago(reached, now), why=why
        )
    if source.stale and now - reached < STALE:
        return source.stale
    return tr("{name} was last reached {reached}.").format(name=source.name, reached=ago(reached, now))


def banner(sources: Sequence[Health], now: datetime) -> tuple[str, str] | None:
    """What stands above the list while a source is silent; None while all are well."""
    silent = [s for s in sources if s.enabled and s.can_carry_red and not s.is_fine(now)]
    if not silent:
        return None
    if silent[0].is_offline:
        return tr("MSAT works offline: new alerts may be missing."), tr(OFFLINE)
    if all(source.known.last_tried is None for source in silent):
        return tr("No source has been checked yet."), tr("Alerts may be waiting. Choose Check now.")
    if len(silent) == 1:
        return tr("{names}: new alerts may be missing.").format(names=silent[0].name), _alone(silent[0], now)
    return tr("{sources} not up to date: new alerts may be missing.").format(
        sources=count_words(len(silent), "source")
    ), _troubles(silent, now)


def _alone(source: Health, now: datetime) -> str:
    """What is wrong with the source that was just named: its name is not said again."""
    reached, why = source.known.last_reached, _first_sentence(source.known.error)
    if reached is not None and not why and source.stale and now - reached < STALE:
        return source.stale
    when = tr("Never reached.") if reached is None else tr("Last reached {reached}.").format(reached=ago(reached, now))
    return f"{when} {why}".strip()


def stale_words(sources: Sequence[Health], now: datetime) -> tuple[str, str] | None:
    """What stands above a batch check while a source that is on is not up to date; None while all are well."""
    on = [source for source in sources if source.enabled]
    if not on:
        return tr("No source is on."), tr("Only what was added here by hand can be found.")
    silent = [source for source in on if not source.is_fine(now)]
    if not silent:
        return None
    return tr("Newer notices may be missing from this check."), _troubles(silent, now)


def _troubles(silent: Sequence[Health], now: datetime) -> str:
    """What is wrong with one source; with several, which they are. The page of the sources tells the rest."""
    if silent[0].is_offline:
        return tr(OFFLINE)
    if len(silent) == 1:
        return trouble(silent[0], now)
    named = ", ".join(source.name for source in silent[:3])
    more = tr(" and {sources}").format(sources=count_words(len(silent) - 3, "other source")) if len(silent) > 3 else ""
    return tr("Not up to date: {named}{more}. Sources (Ctrl+3) says why.").format(named=named, more=more)


def site_instead(sources: Sequence[Health], now: datetime) -> Health | None:
    """The source to be read on its publisher's site meanwhile: one that is not up to date, first those that can carry
    a Red; None while all are, and before the first check."""
    on = [source for source in sources if source.enabled and source.page and source.known.last_tried is not None]
    silent = [source for source in on if not source.is_fine(now)]
    return min(silent, key=lambda source: not source.can_carry_red, default=None)


def next_check(sources: Sequence[Health], fewest: int) -> datetime | None:
    """When the window checks by itself next, `fewest` minutes after the last check at the earliest (0: never); None
    where it does not."""
    on = [source for source in sources if source.enabled]
    tried = [source.known.last_tried for source in on if source.known.last_tried is not None]
    if fewest <= 0 or not tried:
        return None
    due = min((source.known.last_tried or max(tried)) + timedelta(minutes=source.every_minutes) for source in on)
    return max(due, max(tried) + timedelta(minutes=fewest))


def empty_words(sources: Sequence[Health], now: datetime, following: datetime | None = None) -> tuple[str, str]:
    """What an empty list says: quiet only when every source was reached. `following`: when is checked next."""
    on = [source for source in sources if source.enabled]
    silent = [source for source in on if not source.is_fine(now)]
    if on and not silent:
        latest = max(source.known.last_tried for source in on if source.known.last_tried)
        said = tr("Last checked {latest}. Every source was reached.")
        if following is not None:
            said = tr("Last checked {latest}; next check {next}. Every source was reached.")
        following = max(following or now, now)
        return tr("Nothing is waiting."), said.format(latest=ago(latest, now), next=say_time(following))
    if on and on[0].is_offline:
        return tr("No open alert is here."), tr(OFFLINE)
    if on and all(source.known.last_tried is None for source in on):
        return tr("No alerts yet."), tr("No source has been checked. Choose Check now (F5).")
    fine = len(on) - len(silent)
    said = (
        tr("Nothing new from {sources}.").format(sources=count_words(fine, "source"))
        if fine
        else tr("No source could be reached.")
    )
    return said, _troubles(silent, now) if silent else ""
