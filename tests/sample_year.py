"""A year of one organisation in entries: 51 alerts with real titles and invented answers, dates and deadlines.

The published figures of one year of a commissioner's team (51 alerts, all communicated, 75 % put into decision support,
70 % prompting a search) are met as nearly as whole numbers of 51 can: 38 are 74.5 %, 36 are 70.6 %. Titles are those of
the publisher; nothing else here happened to them.

How it is made, so that every figure can be worked out by hand. Alert n (0 to 50) is received on Tuesday 1 April 2025
and each seventh day after it, at 09:00 UTC.

- n divisible by 5: Red, due in 2 days (11 alerts). Remainder 1 or 2: Amber (20); else Green (20); both due in 5 days.
- Acknowledged after 3 hours; those ending in 9 (five, all Green) after 4 days.
- A search (A06) is asked for 36 of them and decision support (A13) achieved for 38, spread evenly.
- Ending in 8 (five, all Green): judged not to apply after 2 days; the search is then not run.
- Reds are signed after 24 and 36 hours; numbers 25 and 50 after 24 and 72. Others are signed after 3 days, those
  ending in 9 after 6.
- Searches are run after a day. The first ten are run again after three months.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from msat.clock import FixedClock, stamp
from msat.projections.kpi_model import Basis, Returned
from msat.projections.pair_facts import PairFacts, facts_of
from tests.fakes import RIVERSIDE, Story, an_action, an_alert

FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)
CUT_OFF = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
START = datetime(2025, 4, 1, 9, 0, tzinfo=UTC)
ALERTS, SUPPORTED, SEARCHED = 51, 38, 36

TITLES = """
EL(26)A/37 | Class 2 Medicines Recall: Zentiva Pharma UK Limited, Fingolimod Zentiva 0.5 mg Capsules, EL(26)A/37
EL(26)A/15 | Class 2 Medicines Recall: Regent Medical Limited / Mölnlycke Health Care, Hibiwash 500ml, EL(26)A/15
EL(24)A/52 | Class 2 Medicines Recall: Tillomed Laboratories Limited, Labetalol 200mg Tablets, EL(24)A/52
EL(25)A/17 | Class 2 Medicines Recall: Lercanidipine HCl 20mg Tablets, Recordati Industria, EL(25)A/17
EL(26)A/11 | Class 2 Medicines Recall: Crescent Pharma Limited, Ramipril 5mg capsules, EL(26)A/11
EL(24)A/46 | Class 3 Medicines Recall: Glenmark Pharmaceuticals Europe Ltd Cyanocobalamin 50 mcg Tablets, EL(24)A/46
EL(26)A/21 | Class 3 Medicines Recall: Omega Pharma Ltd, Napralief 250mg Gastro-Resistant Tablets, EL(26)A/21
EL(24)A/43 | Class 4 Medicines Defect Information: Sandoz Ltd., Risperidone 1mg, 2mg, 3mg Tablets, EL(24)A/43
MDA/2019/032 | Breathing circuit swivel elbow – recall due to risk of cracks forming before or during use (MDA/2019/032)
EL(25)A/04 | Class 2 Medicines Recall: Bristol Laboratories Limited, Amlodipine Bristol Lab 2.5 mg Tablets, EL (25)A/04
NatPSA/2023/008/DHSC | Shortage of GLP-1 receptor agonists (NatPSA/2023/008/DHSC)
NatPSA/2024/001/DHSC | Shortage of GLP-1 receptor agonists (GLP-1 RAs) update (NatPSA/2024/001/DHSC)
NatPSA/2021/006/NHSPS | Inappropriate anticoagulation of patients with a mechanical heart valve (NatPSA/2021/006/NHSPS)
EL(26)A/17 | Class 4 Medicines Defect Notification: Sandoz Limited, Apixaban 2.5mg and 5mg Tablets, EL(26)A/17
EL(26)A/12 | Class 3 Medicines Recall: Bayer Plc, Various Products, EL(26)A/12
EL(26)A/06 | Class 2 Medicines Recall: Syri Limited, T/A SyriMed, Baclofen 10mg/5ml Oral Solution, EL(26)A/06
EL(25)A/42 | Class 4 Medicines Defect Notification: Ipca Laboratories UK Limited, Various Products, EL(25)A/42
EL(25)A/27 | Class 2 Medicines Recall: Inhixa 12,000IU (120mg)/0.8mL solution for injection, Maxearn Limited, EL(25)A/27
EL(25)A/13 | Class 2 Medicines Recall: Utrogestan Vaginal 200 mg Capsules (progesterone), EL(25)A/13
EL(25)A/05 | Class 2 Medicines Recall: Nitrofurantoin CNX Therapeutics 100 mg Prolonged-Release capsules, EL(25)A/05
EL(24)A/50 | Class 2 Medicines Recall: Bristol Laboratories Ltd, Phenobarbital Bristol Labs 15mg Tablets, EL(24)A/50
EL(24)A/44 | Class 2 Medicines Recall: Pfizer Limited, Oxbryta 500mg Tablets (voxelotor), EL(24)A/44
EL(24)A/20 | Class 2 Medicines Recall: Desitin Pharma UK Ltd, Lamotrigine Desitin 10mg/ml Oral Suspension, EL(24)A/20
EL(23)A/27 | Class 2 Medicines Recall: B. Braun Medical Ltd, Various Products, EL(23)A/27
EL(23)A/23 | Class 2 Medicines Recall: Tillomed Laboratories Limited, Labetalol 200mg Tablets, EL(23)A/23
EL(22)A/41 | Class 2 Medicines Recall: Aventis Pharma Limited (t/a Sanofi), Stemetil 5mg/5ml Syrup, EL(22)A/41
EL(22)A/28 | Class 2 Medicines Recall: Bristol Laboratories Limited, Phenobarbital 60 mg Tablets, EL(22)A/28
EL(22)A/24 | Class 2 Medicines Recall: hameln pharma ltd, Water for Injections BP – 100ml vial, EL (22)A/24
EL(22)A/21 | Class 2 Medicines Recall: Pfizer Limited, Accupro 5mg, 10mg, 20mg, 40mg film-coated tablets, EL(22)A/21
EL(22)A/19 | Class 2 Medicines Recall: Crescent Pharma Limited, Paroxetine 40mg Film Coated Tablets, EL(22)A/19
EL(22)A/17 | Class 2 Medicines Recall: USV UK Limited, Olopatadine USV 1mg/ml Eye Drops, Solution, EL(22)A/17
EL(22)A/16 | Class 2 Medicines Recall: Pfizer Limited, Accuretic 10/12.5 mg film-coated tablets, EL (22)A/16
EL(22)A/06 | Class 2 Medicines Recall: hameln pharma ltd, Water for Injections BP – 100ml vial, EL (22)A 06
EL(21)A/35 | Class 2 Medicines Recall: Intrapharm Laboratories Ltd, Mydrilate 0.5% Eye Drops 5ml, EL (21)A/35
EL(21)A/15 | Class 2 Medicines Recall: Kyowa Kirin Limited, Xomolix 2.5 mg/ml solution for injection, EL (21)A/15
EL(21)A/10 | Class 2 Medicines Recall: Ennogen Pharma Limited, Trimethoprim 200mg Tablets (PL 40147/0083), EL (21)A/10
EL(20)A/48 | Class 2 Medicines Recall: Sanofi Epilim 500mg Gastro-Resistant Tablets EL (20)A/48*
EL(20)A/41 | Class 2 Medicines Recall: GL Pharma GmbH, Oxylan 40mg prolonged-release tablets, EL (20)A/41
EL(20)A/37 | Class 2 Medicines Recall: Pharmaram Ltd, Clexane 4,000 IU (40mg)/0.4ml Syringes, EL (20)A/37
EL(20)A/34 | Class 2 Medicines Recall: Kyowa Kirin Limited, Abstral 200 microgram sublingual tablets, EL (20)A/34
EL(20)A/28 | Class 2 Medicines Recall: Nitrofurantoin 50 mg Tablets, PL 08553/0087, EL (20)A/28
EL(20)A/27 | Class 2 Medicines Recall: Mepacrine Hydrochloride 100 mg Tablets (Batch 85641), EL (20)A/27
MDA/2020/012 | Anaesthetic machines: off-label use during the COVID-19 pandemic (MDA/2020/012)
EL(19)A/37 | Class 2 Medicines recall: Ranitidine 75mg Tablets, (Various Liveries) (EL(19)A/37)
EL(19)A/20 | Class 2 Medicines Recall: Aripiprazole 1mg/ml oral solution (EL (19)A/20)
EL(18)A/02 | Class 2 Medicines Recall: Magnevist and Omniscan Solutions for injection EL (18) A/02
montelukast | Montelukast (Singulair): reminder of the risk of neuropsychiatric reactions
warfarin-tramadol | Warfarin: be alert to the risk of drug interactions with tramadol
sglt2 | SGLT2 inhibitors (canagliflozin, dapagliflozin, empagliflozin): risk of diabetic ketoacidosis
pholcodine | Pholcodine-containing cough and cold medicines: withdrawal from UK market as a precautionary measure
letters-october-2024 | Letters and medicine recalls sent to healthcare professionals in October 2024
""".strip().splitlines()
"""Reference | title, as published."""


@dataclass(frozen=True, slots=True)
class SampleAlert:
    """What is planned for one alert."""

    number: int
    key: str
    title: str

    @property
    def received(self) -> datetime:
        return START + timedelta(days=7 * self.number)

    @property
    def rag(self) -> str:
        return {0: "red", 1: "amber", 2: "amber"}.get(self.number % 5, "green")

    @property
    def due(self) -> datetime:
        return self.received + timedelta(days=2 if self.rag == "red" else 5)

    @property
    def is_supported(self) -> bool:
        return _is_chosen(self.number, SUPPORTED)

    @property
    def is_searched(self) -> bool:
        return _is_chosen(self.number, SEARCHED)

    @property
    def applies(self) -> bool:
        return self.number % 10 != 8

    @property
    def is_slow(self) -> bool:
        return self.number % 10 == 9


def _is_chosen(number: int, of_all: int) -> bool:
    """Exactly `of_all` of the 51, spread evenly."""
    return (number + 1) * of_all // ALERTS > number * of_all // ALERTS


def plan() -> list[SampleAlert]:
    """The 51 alerts."""
    pairs = [line.split(" | ") for line in TITLES]
    return [SampleAlert(number, key.strip(), title.strip()) for number, (key, title) in enumerate(pairs)]


Deed = tuple[datetime, int, Callable[[], object]]


def sample_year() -> Story:
    """The story of the year: its entries are in the order of time."""
    story = Story(FixedClock(START - timedelta(days=1)))
    order, deeds = count(), list[Deed]()
    rechecked = [one.number for one in plan() if one.is_searched and one.applies][:10]
    for one in plan():
        deeds += [(when, next(order), do) for when, do in _deeds(story, one, one.number in rechecked)]
    for name, family in (("Safety roundup", "safety-roundup"), ("Weekly list", "field-safety-notices")):
        do = _list_received(story, name, family)
        deeds.append((START + timedelta(days=40), next(order), do))
    for when, _number, do in sorted(deeds, key=lambda deed: deed[:2]):
        story.clock.moment = when - timedelta(minutes=1)
        do()
    return story


def sample_basis(story: Story | None = None) -> Basis:
    """What the indicators of the year are computed from: one organisation that answers for itself."""
    own = Returned(RIVERSIDE.ods, RIVERSIDE.name, RIVERSIDE.kind, sample_facts(story or sample_year()))
    return Basis((own,), FIRST, LAST, CUT_OFF)


def sample_facts(story: Story, cut_off: datetime = CUT_OFF) -> tuple[PairFacts, ...]:
    """What counts of every alert of the year."""
    return tuple(facts_of(state, cut_off) for state in story.states.values())


def _list_received(story: Story, name: str, family: str) -> Callable[[], object]:
    def do() -> None:
        story.key = name
        story.received(an_alert(name, title=name, reference=None), family=family)

    return do


def _deeds(story: Story, one: SampleAlert, rechecked: bool) -> list[tuple[datetime, Callable[[], object]]]:
    """What happens to one alert, each with its time."""
    made: list[tuple[datetime, Callable[[], object]]] = []

    def after(hours: float, do: Callable[[], object]) -> None:
        def about() -> None:
            story.key = one.key
            do()

        made.append((one.received + timedelta(hours=hours), about))

    notice = an_alert(one.key, title=one.title, reference=one.key if "(" in one.key or "/" in one.key else None)
    after(0, lambda: story.received(notice))
    after(0, lambda: story.triaged(one.rag, one.due, _actions(one)))
    after(96 if one.is_slow else 3, story.acknowledged)
    after(20, lambda: story.answered("A16"))
    if one.is_supported:
        after(20, _supported(story, one))
    if not one.applies:
        after(48, lambda: story.decided(False, "not-held"))
        return made
    after(20, story.decided)
    if one.is_searched:
        after(24, lambda: story.answered("A06", count=4))
    if rechecked:
        after(24 * 100, _run_again(story, one))
    _sign(story, one, after)
    return made


def _actions(one: SampleAlert) -> list[dict[str, object]]:
    return [
        an_action("A01", "acknowledge"),
        an_action("A02", "applies"),
        *([an_action("A06", "count")] if one.is_searched else []),
        an_action("A13", required=False),
        an_action("A16"),
        an_action("A25", "sign-off"),
    ]


def _supported(story: Story, one: SampleAlert) -> Callable[[], object]:
    """Even numbers by a message, odd ones by an answer."""
    data = {"system": "OptimiseRx", "message": f"M{one.number}", "live": f"{one.received:%Y-%m-%d}", "national": False}
    if one.number % 2:
        return lambda: story.answered("A13")
    return lambda: story.happens("decision_support.live", {**data, "note": ""})


def _run_again(story: Story, one: SampleAlert) -> Callable[[], object]:
    found = {"months": 3, "due": stamp(one.received + timedelta(days=92)), "found": 3, "before": {"found": 4}}
    return lambda: story.happens("recheck.done", {**found, "note": "", "search": "S"})


def _sign(story: Story, one: SampleAlert, after: Callable[[float, Callable[[], object]], None]) -> None:
    if one.rag == "red":
        after(24.5, story.signed_off)
        after(72 if one.number in (25, 50) else 36, lambda: story.signed_off(by="C. Okafor"))
        return
    after(144 if one.is_slow else 72, story.signed_off)
