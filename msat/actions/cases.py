"""The cases of `alerts/cases/`: a notice and what must come out. Test, documentation and sample data in one.

Facts of real alerts in prose of our own; a case that was made up says so. `run_cases` reads every notice as if it had
come from its source and names whatever differs from what the case expects.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

import msgspec

from msat import shipped
from msat.actions.catalogue import Catalogue
from msat.actions.recommend import recommend
from msat.alerts.model import Alert, Family, Level
from msat.alerts.read import read
from msat.clock import london, stamp
from msat.feeds.model import ChangeNote, FeedItem, Withdrawal
from msat.ids import SourceId
from msat.triage.again import decide_again
from msat.triage.decide import decide
from msat.triage.model import OrganisationKind, Triage
from msat.triage.rules import PriorityWord, RuleBase, read_strictly

CASES = "alerts/cases"
# Where a case does not say when it was received: a refresh soon after publication.
_USUAL_DELAY = timedelta(minutes=20)
_GOVUK = "https://www.gov.uk"


class Withdrawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The publisher's stamp on a notice that no longer stands."""

    explanation: str
    at: datetime | None = None


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A notice as its source published it."""

    path: str
    title: str
    published: datetime
    html: str
    issued: date | None = None
    alert_type: str | None = None
    description: str = ""
    specialisms: list[str] = []
    source: str = "govuk-alerts"
    url: str = ""
    withdrawn: Withdrawn | None = None
    changes: list[str] = []


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What must come out. What is left out is not checked, save class, level and reference: none means none."""

    family: Family
    rule: str
    """The rule that decides, for every kind that `rule_for` does not name."""
    priority: dict[OrganisationKind, PriorityWord]
    due_from: Literal["notice", "class", "family", "none"]
    due: datetime | None = None
    reference: str | None = None
    alert_class: Literal["1", "2", "3", "4"] | None = msgspec.field(default=None, name="class")
    level: Level | None = None
    flags: list[str] = []
    batches: list[str] = []
    actions: dict[OrganisationKind, list[str]] = {}
    rule_for: dict[OrganisationKind, str] = {}
    fires: list[str] = []
    """Rules and exceptions that must give a reason."""
    spares: list[str] = []
    """Rules and exceptions that look as if they might, and must not."""
    same_alert_as: str | None = None
    """Another case that tells of the same event (E15)."""


class _CaseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    about: str
    is_real: bool
    in_demo: bool = False
    received: datetime | None = None
    again: datetime | None = None
    notice: Notice
    expect: Expectation


@dataclass(frozen=True)
class Case:
    """One case. Not slotted: it remembers its item and what was read from it."""

    id: str
    about: str
    is_real: bool
    """Whether it holds the facts of a real alert, or was made up to show a rule."""
    in_demo: bool
    """Whether the sample organisation receives it."""
    received: datetime
    notice: Notice
    expect: Expectation
    again: datetime | None = None
    """When it comes up again (F28): the case then shows that decision, and not the one on arrival."""

    @cached_property
    def item(self) -> FeedItem:
        """The notice as a feed hands it on."""
        notice = self.notice
        withdrawn = notice.withdrawn
        return FeedItem(
            source=SourceId(notice.source),
            path=notice.path,
            url=notice.url or _GOVUK + notice.path,
            title=notice.title,
            html=notice.html,
            raw=_raw(notice),
            published=notice.published.astimezone(UTC),
            issued=notice.issued or london(notice.published).date(),
            alert_type=notice.alert_type,
            specialisms=tuple(notice.specialisms),
            description=notice.description,
            withdrawn=Withdrawal(withdrawn.explanation, withdrawn.at) if withdrawn else None,
            changes=tuple(ChangeNote(note, None) for note in notice.changes),
        )

    @cached_property
    def alert(self) -> Alert:
        """What is read from the notice."""
        return read(self.item)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case that was run: what differed, a sentence each; nothing when it came out as expected."""

    case: Case
    problems: tuple[str, ...]


def load_cases() -> tuple[Case, ...]:
    """Every shipped case, oldest publication first. Raises Refused when one is not well-formed."""
    names = shipped.names(CASES, ".toml")
    cases = [load_case(name.removeprefix("alerts/"), shipped.text(name)) for name in names]
    return tuple(sorted(cases, key=lambda case: (case.notice.published, case.id)))


def load_case(name: str, text: str) -> Case:
    """The case in the file `name`. Raises Refused naming the field that is wrong."""
    content: _CaseFile = read_strictly(name, text, _CaseFile, "case")
    received = (content.received or content.notice.published + _USUAL_DELAY).astimezone(UTC)
    id_ = name.rpartition("/")[2].removesuffix(".toml")
    again = content.again.astimezone(UTC) if content.again else None
    return Case(
        id_, content.about, content.is_real, content.in_demo, received, content.notice, content.expect, again
    )


def decided(case: Case, rules: RuleBase, kind: OrganisationKind) -> Triage:
    """What a case means for one kind of organisation: on arrival, or when it comes up again."""
    if case.again is not None:
        return decide_again(case.alert, rules, kind, case.again)
    return decide(case.alert, rules, kind, case.received)


def run_cases(cases: Iterable[Case], rules: RuleBase, catalogue: Catalogue) -> tuple[CaseResult, ...]:
    """Reads and decides every case and says what differs from what it expects."""
    cases = tuple(cases)
    by_id = {case.id: case for case in cases}
    return tuple(CaseResult(case, tuple(_problems(case, by_id, rules, catalogue))) for case in cases)


def _problems(
    case: Case, by_id: Mapping[str, Case], rules: RuleBase, catalogue: Catalogue
) -> Iterator[str]:
    yield from _wrong_facts(case)
    if case.expect.same_alert_as:
        other = by_id.get(case.expect.same_alert_as)
        if other is None or other.alert.key != case.alert.key:
            yield f"It is not the same alert as {case.expect.same_alert_as}."
    for kind in OrganisationKind:
        triage = decided(case, rules, kind)
        yield from (f"For {kind.value}: {problem}" for problem in _wrong_triage(case.expect, triage, kind))
        codes = [action.code for action in recommend(case.alert, triage, catalogue, kind)]
        wanted = case.expect.actions.get(kind)
        if wanted is not None and codes != wanted:
            yield f"For {kind.value}: actions are {' '.join(codes)}, not {' '.join(wanted)}."


def _wrong_facts(case: Case) -> Iterator[str]:
    alert, expect = case.alert, case.expect
    read_values: tuple[tuple[str, Any, Any], ...] = (
        ("family", alert.family.value, expect.family.value),
        ("reference", alert.reference.value if alert.reference else None, expect.reference),
        ("class", alert.alert_class.value if alert.alert_class else None, expect.alert_class),
        ("level", alert.level.value if alert.level else None, expect.level.value if expect.level else None),
        ("batches", sorted(batch.number for batch in alert.batches), sorted(expect.batches)),
    )
    for name, got, wanted in read_values:
        if got != wanted:
            yield f"The {name} is read as {got}, not {wanted}."


def _wrong_triage(expect: Expectation, triage: Triage, kind: OrganisationKind) -> Iterator[str]:
    rag = triage.priority.value if triage.priority else "none"
    if rag != expect.priority.get(kind):
        yield f"the priority is {rag}, not {expect.priority.get(kind)}."
    rule = expect.rule_for.get(kind, expect.rule)
    if triage.rule != rule:
        yield f"rule {triage.rule} decides, not {rule}."
    if triage.due.from_ != expect.due_from or triage.due.at != expect.due:
        due = stamp(triage.due.at) if triage.due.at else "none"
        wanted = stamp(expect.due) if expect.due else "none"
        yield f"it is due {due} from {triage.due.from_}, not {wanted} from {expect.due_from}."
    if list(triage.flags) != expect.flags:
        yield f"the flags are {list(triage.flags)}, not {expect.flags}."
    speaking = {reason.rule for reason in triage.reasons}
    for id_ in expect.fires:
        if id_ not in speaking:
            yield f"{id_} gives no reason."
    for id_ in expect.spares:
        if id_ in speaking:
            yield f"{id_} gives a reason and should not."


def _raw(notice: Notice) -> bytes:
    """The notice as canonical bytes, the same on every machine."""
    plain = msgspec.to_builtins(notice, builtin_types=(datetime,))
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a case cannot hold {type(value).__name__}")
