"""One site as a process of its own: a real profile, asked line by line what to do. Run: python -m tests.exchange.worker

Each line is a JSON list, a verb and its values; each answer is a JSON object. What a service refuses is an answer; a
fault ends the process with its traceback, which fails the test.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import MsatError
from msat.ids import fingerprint
from msat.places import places
from msat.projections.alert_state import TEXT_MISSING, AlertState
from msat.projections.ports import Query
from msat.projections.stored import to_json
from msat.record.organisation import Organisation
from msat.services.acknowledge import acknowledge
from msat.services.answer import answer
from msat.services.applies import decide_applies
from msat.services.assign import assign
from msat.services.correct import correct
from msat.services.desk import Desk, Person
from msat.services.enrol import accept
from msat.services.folder_sync import folder_sync
from msat.services.gathering import cut_now, gather
from msat.services.intake import Intake
from msat.services.override import override
from msat.services.reopen import reopen
from msat.services.send_return import own_return
from msat.services.sign_off import sign_off
from msat.services.take_in import take_in
from msat.services.take_return import take_return
from msat.services.verify import with_views
from tests.notices import recall

PEOPLE = (
    Person("A. Patel", "pharmacist", "t"),
    Person("C. Okafor", "GP partner", "t"),
    Person("B. Jones", "nurse", "t"),
)
ALERTS = 4
"""Notices that there are; each has a first and a changed version."""


class Worker:
    """What one site can be asked."""

    def __init__(self) -> None:
        self.clock = FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
        self.desk: Desk | None = None

    @property
    def at(self) -> Desk:
        assert self.desk is not None
        return self.desk

    def create(self, folder: str, name: str, ods: str, kind: str) -> dict[str, Any]:
        bootstrap.create_profile(places(Path(folder)), Organisation(name, ods, kind), self.clock)
        return self.open(folder)

    def open(self, folder: str) -> dict[str, Any]:
        self.close()
        self.desk = bootstrap.open_desk(places(Path(folder)), self.clock)
        return {"log": self.desk.record.log}

    def close(self) -> dict[str, Any]:
        if self.desk is not None:
            self.desk.close()
        self.desk = None
        return {}

    def clock_at(self, seconds: int) -> dict[str, Any]:
        self.clock.moment = datetime.fromtimestamp(seconds, UTC)
        return {}

    def enrol(self, file: str) -> dict[str, Any]:
        found = take_return(self.at, Path(file).read_bytes(), "first.msatreturn")
        accept(self.at, found.log, PEOPLE[0], is_compared=True)
        return {}

    # Work

    def hear(self, number: int, is_changed: bool) -> dict[str, Any]:
        """The publisher's page, as this site's own check of the source finds it."""
        item = recall(f"EL(26)A/{60 + number % ALERTS}")
        if is_changed:
            more = "<tr><td>TX9999</td><td>11/2028</td></tr></table>"
            item = replace(item, html=item.html.replace("</table>", more, 1))
        intake = Intake(self.at, item.source, Person("MSAT", "program"))
        intake.take(item)
        intake.record()
        return {}

    def do(self, verb: str, number: int, who: int) -> dict[str, Any]:
        """A deed about one of the alerts known here, a colleague's included; another where that one is refused."""
        states = self.at.views.states()
        if not states:
            return {"refused": "nothing is known here"}
        state, person = states[number % len(states)], PEOPLE[who % len(PEOPLE)]
        deeds: dict[str, Callable[[], Any]] = {
            "acknowledge": lambda: acknowledge(self.at, state.key, person),
            "answer": lambda: self._answer(state, number, person),
            "applies": lambda: decide_applies(self.at, state.key, True, person, "held"),
            "correct": lambda: self._correct(state, number, person),
            "override": lambda: override(self.at, state.key, ("red", "amber")[number % 2], "We decided so.", person),
            "not": lambda: decide_applies(self.at, state.key, False, person, "not-held"),
            "sign": lambda: sign_off(self.at, state.key, person),
            "assign": lambda: assign(self.at, state.key, person.name, "", person),
            "reopen": lambda: reopen(self.at, state.key, "Something was missed.", person),
        }
        first = list(deeds).index(verb)
        for name in (*list(deeds)[first:], *list(deeds)[:first]):
            try:
                deeds[name]()
            except MsatError:
                continue
            return {"did": name}
        return {"refused": "none of them"}

    def _answer(self, state: AlertState, number: int, person: Person) -> Any:
        action = state.actions[number % len(state.actions)]
        return answer(self.at, state.key, action.code, ("yes", "no", "nil")[number % 3], person)

    def _correct(self, state: AlertState, number: int, person: Person) -> Any:
        """Strikes out a deed of anybody's, recorded on whichever workstation."""
        lines = [line for line in state.history if line.by != "MSAT" and not line.struck] or state.history
        line = lines[number % len(lines)]
        return correct(self.at, line.entry, "It was a slip.", person)

    # Exchange

    def write(self, file: str) -> dict[str, Any]:
        Path(file).write_bytes(own_return(self.at)[0])
        return {}

    def take(self, *files: str) -> dict[str, Any]:
        found = take_in(self.at, [Path(file) for file in files])
        return {"outcomes": [one.outcome.value for one in found], "words": [one.words for one in found]}

    def sync(self, folder: str) -> dict[str, Any]:
        done = folder_sync(self.at, Path(folder))
        told = [(one.outcome.value, one.words) for one in done.arrivals if one.outcome.is_alarm]
        return {"alarms": told, "written": list(done.written), "size": self.at.record.head().size}

    # What it has come to

    def picture(self) -> dict[str, Any]:
        """Everything that has to be equal in the end, as fingerprints."""
        views, now = self.at.views, self.clock.now()
        heads = (*self.at.record.received.heads(), self.at.record.head())
        found = with_views(self.at.record.verify(), self.at)
        return {
            "own": _digest(views.states()),
            "list": [row.key for row in views.worklist(Query(), now)],
            "general": [[one.type, one.deed.entry, bool(one.struck)] for one in views.general()],
            "logs": {head.log: head.id for head in heads},
            "organisations": {one.ods: _digest(one.states.values()) for one in gather(self.at, cut_now(self.at))},
            "problems": [f"{one.what} {one.where}" for one in found.problems],
        }

    def states(self) -> dict[str, Any]:
        return {state.key: to_json(_plain(state)).decode() for state in self.at.views.states()}


def _plain(state: AlertState) -> AlertState:
    """A state but for whether its text is on this computer."""
    return replace(state, flags=tuple(flag for flag in state.flags if flag != TEXT_MISSING))


def _digest(states: Any) -> str:
    return fingerprint(b"\n".join(sorted(to_json(_plain(state)) for state in states)))


def main() -> None:
    worker = Worker()
    for line in sys.stdin:
        verb, *values = json.loads(line)
        sys.stdout.write(json.dumps(getattr(worker, verb)(*values)) + "\n")
        sys.stdout.flush()
    worker.close()


if __name__ == "__main__":
    main()
