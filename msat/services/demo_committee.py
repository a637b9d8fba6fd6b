"""The sample committee: twelve sample practices, ten of whose returns were taken in, one waits, one sent nothing.

One practice does its work through the services, as the sample practice does. The others record the same kinds of
entries in logs of their own, each signed with its own key: mostly in time, sometimes late, sometimes nothing yet. So
what a committee takes in here is what it would take in from practices.
"""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from msat.actions.cases import load_cases
from msat.clock import FixedClock, from_stamp
from msat.exchange.return_file import file_name, write_return
from msat.feeds.model import FeedItem
from msat.projections.applicability import REASONS
from msat.projections.ports import SourceHealth
from msat.record.entries import Actor, Draft, Entry
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.services.choose_area import Choice, choose_area
from msat.services.demo import BEGIN, DOCTOR, PROGRAM, SOURCE, TODAY, DemoClock, do_the_work, published_on
from msat.services.desk import Desk, Person
from msat.services.enrol import accept
from msat.services.import_practices import import_practices
from msat.services.intake import Intake
from msat.services.take_return import take_return

ORGANISATION = Organisation("Demo Medicines Safety Committee", "Q00000", "committee")
MODEL = Organisation("Demo Practice 1", "Y90001", "gp-practice")
CLERK = Person("Demo Pharmacist", "medicines safety officer")
PRACTICES, REPLIED = 12, 10
"""Of twelve practices ten have replied; the return of the eleventh lies ready to be taken in."""
SENT = TODAY - timedelta(hours=1)
"""When the returns were written."""

JUDGED = "applicability.decided"
_COMMISSIONER = "00D"
_COLUMNS = 27
_SEED = 26
_SLOW, _CAREFUL = 4, 7
"""The practice that is late more often than chance explains, and the one that never is."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What the model practice recorded about one alert: what arrived, and what was done."""

    arrived: tuple[Entry, ...]
    deeds: tuple[Entry, ...]


def play_practice(desk: Desk, clock: DemoClock) -> None:
    """The model practice: receives every sample alert on its day and does all the work of those of this year."""
    _receive(desk, clock, timedelta(minutes=10), TODAY)


def play_committee(desk: Desk, clock: DemoClock, model: Sequence[Entry]) -> list[tuple[str, bytes]]:
    """The committee receives the alerts and takes in the returns; `model` is what the model practice recorded.

    Gives (file name, return) of each practice that wrote one, the one that waits last.
    """
    _choose_practices(desk)
    _receive(desk, clock, timedelta(hours=1), TODAY - timedelta(days=2))
    clock.moment = max(clock.moment, TODAY)
    returns = [_written(record) for record in _practices(model)]
    for name, data, log in returns[:REPLIED]:
        take_return(desk, data, name)
        accept(desk, log, CLERK, is_compared=True)
    desk.views.catch_up()
    desk.views.keep_health([SourceHealth(SOURCE, clock.moment, clock.moment, clock.moment)])
    clock.run()
    return [(name, data) for name, data, _log in returns]


def _receive(desk: Desk, clock: DemoClock, wait: timedelta, before: datetime) -> None:
    """Every notice on its day; the work of this year's, published before a moment, is done a while after."""
    for item in _items():
        clock.moment = max(clock.moment, published_on(item))
        intake = Intake(desk, item.source, PROGRAM)
        intake.take(item)
        for key in intake.record():
            state = desk.views.alert(key)
            if state and BEGIN < published_on(item) < before:
                clock.moment += wait
                do_the_work(desk, state)


def _items() -> list[FeedItem]:
    """The notices of the sample, oldest first."""
    found = (case.item for case in load_cases() if case.in_demo and published_on(case.item) <= TODAY)
    return sorted(found, key=published_on)


def _choose_practices(desk: Desk) -> None:
    """The committee's area: a list of twelve practices in the form of the national one, invented throughout."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    for number in range(1, PRACTICES + 1):
        cells = [""] * _COLUMNS
        cells[:2] = [_code(number), f"DEMO PRACTICE {number}"]
        cells[10], cells[12], cells[14], cells[15] = "20200401", "A", _COMMISSIONER, "20200401"
        cells[23], cells[25] = _COMMISSIONER, "4"
        lines.writerow(cells)
    file = desk.places.cache / "epraccur.csv"
    file.write_text(text.getvalue(), encoding="utf-8", newline="")
    import_practices(desk, file, CLERK)
    choose_area(desk, Choice(commissioners=(_COMMISSIONER,)), CLERK)


def _code(number: int) -> str:
    return f"Y9{number:04}"


def _practices(model: Sequence[Entry]) -> Iterator[MemoryRecord]:
    """A log for each practice that wrote a return, made of what the model practice recorded."""
    works = _by_alert(model)
    chance = random.Random(_SEED)  # noqa: S311 - the sample is the same every time; nothing secret hangs on it
    for number in range(1, REPLIED + 2):
        clock = FixedClock(BEGIN - timedelta(days=3))
        record = MemoryRecord(Organisation(f"Demo Practice {number}", _code(number), "gp-practice"), clock)
        in_time = {_SLOW: 0.45, _CAREFUL: 1.0}.get(number, 0.9)
        planned = [one for work in works for one in _plan(work, chance, in_time)]
        for when, draft in sorted(planned, key=lambda one: one[0]):
            if when <= SENT:
                clock.moment = max(when, clock.moment)
                record.append([draft])
        yield record


def _by_alert(entries: Sequence[Entry]) -> list[_Work]:
    arrived: defaultdict[str, list[Entry]] = defaultdict(list)
    deeds: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.about:
            kind = arrived if entry.content["actor"]["name"] == PROGRAM.name else deeds
            kind[entry.about].append(entry)
    return [_Work(tuple(found), tuple(deeds[key])) for key, found in arrived.items()]


def _plan(work: _Work, chance: random.Random, in_time: float) -> list[tuple[datetime, Draft]]:
    """What one practice records about one alert, and when."""
    planned = [(entry.time, _draft(entry, entry.time)) for entry in work.arrived]
    begun = work.arrived[-1].time
    if not work.deeds:
        return planned
    due = _due(work)
    wait = timedelta(days=1.4) if due is None else max(due - begun, timedelta(hours=3))
    lot = chance.random()
    is_late = chance.random() > in_time
    share = chance.uniform(1.2, 2.2) if is_late else chance.uniform(0.15, 0.85)
    first = begun + min(wait * share, timedelta(hours=chance.uniform(1, 20)))
    planned.append((first, _draft(work.deeds[0], first)))
    if lot > 0.96:  # seen, and nothing more so far
        return planned
    deeds = [entry for entry in work.deeds[1:] if entry.type == JUDGED] if lot > 0.86 else work.deeds[1:]
    for number, entry in enumerate(deeds, 1):
        when = max(begun + wait * share, first) + timedelta(minutes=4 * number)
        planned.append((when, _draft(entry, when)))
    when, last = planned[-1]
    if lot > 0.86 and last.type == JUDGED:
        planned[-1:] = _not_held(when, last, is_red=_is_red(work))
    return planned


def _not_held(when: datetime, judged: Draft, is_red: bool) -> Iterator[tuple[datetime, Draft]]:
    """Instead of a judgement that it applies: that it does not, for a Red by two people."""
    data = {**judged.data, "applies": False, "reason": "not-held"}
    said = f"{judged.meaning.partition(' applies here')[0]} does not apply here: {REASONS['not-held'].lower()}."
    judged = replace(judged, meaning=said)
    yield when, replace(judged, data=data)
    if is_red:
        second = when + timedelta(minutes=50)
        yield second, replace(judged, data=data, happened=second, actor=DOCTOR.actor())


def _is_red(work: _Work) -> bool:
    return any(entry.data.get("rag") == "red" for entry in work.arrived)


def _due(work: _Work) -> datetime | None:
    for entry in reversed(work.arrived):
        due = entry.data.get("due")
        if due and due.get("at"):
            return from_stamp(due["at"])
    return None


def _draft(entry: Entry, when: datetime) -> Draft:
    """The same entry, told by another practice at another time. It names no file: only the notice's version."""
    told = entry.content
    actor = Actor(told["actor"]["name"], told["actor"]["role"], told["actor"]["id"])
    return Draft(entry.type, actor, entry.data, entry.about, told["version"], when, (), told["meaning"])


def _written(record: MemoryRecord) -> tuple[str, bytes, str]:
    """A return as its practice sends it: the name of its file, its bytes, its log."""
    data = b"".join(write_return(record.entries(), record.signed_head()))
    return file_name(record.organisation.ods, record.head()), data, record.log


def keep_returns(returns: Sequence[tuple[str, bytes]], folder: Path) -> list[Path]:
    """Writes the returns into `folder`, to be looked at, altered and dropped onto the window."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, data in returns:
        files.append(folder / name)
        files[-1].write_bytes(data)
    return files
