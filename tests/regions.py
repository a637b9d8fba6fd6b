"""A committee and its practices, a year of alerts with real titles and invented answers: for looking at and for scale.

Practices are roles, not places: “Demo Practice 3” with an ODS code that nobody has. The same numbers every time.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msat import bootstrap
from msat.clock import FixedClock, stamp
from msat.places import places
from msat.record.entries import Actor, Draft
from msat.record.organisation import Organisation
from msat.services.choose_area import Choice, choose_area
from msat.services.desk import Desk, Person
from msat.services.import_practices import import_practices
from tests.exchange.sites import enrol, make_site
from tests.fakes import ACTIONS, an_alert, received_data, write_document
from tests.feeds.ods import epraccur, row
from tests.sample_year import plan

START = datetime(2025, 11, 24, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEAM = Organisation("Demo Medicines Safety Committee", "QOX", "committee")
CLERK = Person("Demo Pharmacist", "Medicines safety pharmacist", "demo")
FIRST, LAST = date(2025, 11, 24), date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert of the year."""

    key: str
    title: str
    rag: str
    received: datetime
    days: int
    """In how many days it is to be done."""


def notices(count: int = 14) -> list[Notice]:
    """Spread over the year, the newest a week old; every third is Red."""
    step = (NOW - timedelta(days=7) - START) / max(1, count - 1)
    found = []
    for number, one in enumerate(plan()[:count]):
        rag = ("red", "amber", "green")[number % 3]
        key = one.key if "/" in one.key else f"EL(26)A/{100 + number}"
        found.append(Notice(key, one.title, rag, START + number * step, 2 if rag == "red" else 5))
    return found


def region(folder: Path, practices: int = 12, alerts: int = 14, silent: int = 2, seed: int = 7) -> Desk:
    """The committee's desk, its clock at NOW, with the returns of all practices but the last `silent` taken in."""
    clock, chance = FixedClock(START - timedelta(days=30)), random.Random(seed)
    where = places(folder / "committee")
    bootstrap.create_profile(where, TEAM, clock)
    team = bootstrap.open_desk(where, clock)
    codes = [f"Y9{n:04}" for n in range(1, practices + 1)]
    listed = [row(code, f"DEMO PRACTICE {n}", commissioner="16C") for n, code in enumerate(codes, 1)]
    if listed:
        (folder / "epraccur.csv").write_bytes(epraccur(*listed))
        import_practices(team, folder / "epraccur.csv", CLERK)
        choose_area(team, Choice(commissioners=("16C",)), CLERK)
    told = notices(alerts)
    planned = [deed for notice in told for deed in _team_does(team, notice)]
    _record(team, clock, planned)
    for number, code in enumerate(codes[: practices - silent], 1):
        clock.moment = START - timedelta(days=20)
        site = make_site(folder / code, Organisation(f"Demo Practice {number}", code, "gp-practice"), clock)
        care = 0.55 if number == 4 else 0.98 if number == 7 else 0.86
        _record(site, clock, [deed for notice in told for deed in _works(site, notice, chance, care)])
        clock.moment = NOW
        enrol(team, site)
    clock.moment = NOW
    team.views.catch_up()
    return team


def copied(made: Path, folder: Path) -> Desk:
    """The committee that `region` made in the folder `made`, opened from a copy of it in `folder`."""
    shutil.copytree(made / "committee", folder / "committee")
    return bootstrap.open_desk(places(folder / "committee"), FixedClock(NOW))


PHARMACIST = Actor("Demo Pharmacist", "Practice pharmacist", "demo")
SECOND = Actor("Demo Doctor", "GP partner", "demo")
PROGRAM = Actor("MSAT", "program", "")
Planned = tuple[datetime, Draft]


def _record(desk: Desk, clock: FixedClock, planned: list[Planned]) -> None:
    """Records what was planned in the order of time; what would lie in the future has not happened yet."""
    for when, draft in sorted(planned, key=lambda one: one[0]):
        if when <= NOW:
            clock.moment = max(when, START)
            desk.record.append([draft])


def _hears(desk: Desk, notice: Notice) -> list[Planned]:
    alert = an_alert(notice.key, reference=notice.key, title=notice.title)
    version = desk.files.put(write_document(alert))
    received = Draft("alert.received", PROGRAM, received_data(alert), notice.key, version, files=(version,))
    due = {"at": stamp(notice.received + timedelta(days=notice.days)), "from": "class", "why": "As its class asks."}
    more = {"rag": notice.rag, "rule": "F06", "rules_version": "1", "flags": [], "reasons": []}
    triaged = {**more, "due": {**due, "words": ""}, "actions": [dict(one) for one in ACTIONS]}
    return [
        (notice.received, received),
        (notice.received, Draft("alert.triaged", PROGRAM, triaged, notice.key, version)),
    ]


def _team_does(desk: Desk, notice: Notice) -> list[Planned]:
    """The committee hears of everything and tells its practices of what is not Green."""
    found = _hears(desk, notice)
    if notice.rag != "green":
        when = notice.received + timedelta(hours=5)
        found.append((when, Draft("alert.acknowledged", PHARMACIST, {"note": ""}, notice.key)))
        told = {"action": "A16", "answer": "yes", "note": ""}
        found.append((when + timedelta(days=2), Draft("action.answered", PHARMACIST, told, notice.key)))
    return found


def _works(site: Desk, notice: Notice, chance: random.Random, care: float) -> list[Planned]:
    """What a practice did with it: mostly in time, sometimes late, sometimes nothing yet."""
    found = _hears(site, notice)
    if chance.random() > 0.97:
        return found
    heard = notice.received + timedelta(hours=chance.randint(1, 30))
    found.append((heard, Draft("alert.acknowledged", PHARMACIST, {"note": ""}, notice.key)))
    if chance.random() > care + 0.08:
        return found
    late = chance.random() > care
    done = notice.received + timedelta(days=notice.days) * (1.3 if late else chance.uniform(0.65, 0.95))
    held = chance.random() > 0.25
    data = {"applies": held, "reason": "held" if held else "not-held", "note": ""}
    found.append((done, Draft("applicability.decided", PHARMACIST, data, notice.key)))
    if held:
        for action in ("A03", "A04", "A07"):
            answer = {"action": action, "answer": "yes", "note": ""}
            found.append((done, Draft("action.answered", PHARMACIST, answer, notice.key)))
        found.append((done, Draft("alert.signed_off", PHARMACIST, {"statement": "All done."}, notice.key)))
    if notice.rag == "red":
        kind = "alert.signed_off" if held else "applicability.decided"
        again = {"statement": "Seen and agreed."} if held else data
        found.append((done + timedelta(hours=1), Draft(kind, SECOND, again, notice.key)))
    return found


__all__ = ["CLERK", "FIRST", "LAST", "NOW", "TEAM", "copied", "notices", "region"]
