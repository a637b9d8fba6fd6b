"""Issues of a newsletter for tests, made with the plain constructors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msat.exports.newsletter import GROUPS, NewsItem
from msat.exports.newsletter_issue import IssueText
from msat.triage.model import Priority
from tests.exports.samples import CUT_OFF, SURGERY, URL

ITEM = NewsItem(
    rag=Priority.RED,
    group="Red: act now",
    headline="Class 2 recall, pharmacy level: Fingolimod Zentiva 0.5 mg Capsules",
    who="GP practices",
    due="by 22 August 2026 14:21",
    actions=("Check the stock in every place", "Quarantine what is found", "Tell the team"),
    batches="4L01372H (expiry 11/2027)",
    why=("A capsule may hold too little.",),
    patients=("Patients should not stop a medicine without advice.",),
    help="Search name MSAT EL(26)A/37.",
    reference="EL(26)A/37, 20 August 2026, GOV.UK alerts",
    url=URL,
)


def issue(*items: NewsItem, **more: Any) -> IssueText:
    """An issue of these items (one, when none is given)."""
    values = {"title": "Medicines safety, November 2026", "audience": "prescribers", "intro": "One item.", **more}
    return IssueText(organisation=SURGERY, as_at=CUT_OFF, items=items or (ITEM,), **values)


def every_section() -> IssueText:
    """An item in each section, some with nothing in the fields that may be empty."""
    bare = replace(ITEM, actions=(), batches="", why=(), patients=(), help="", due="", url="")
    rags = [*Priority, None]
    made = [
        replace(bare if number % 2 else ITEM, group=group, rag=rags[number % 4]) for number, group in enumerate(GROUPS)
    ]
    return issue(*made)


def hostile(payload: str) -> IssueText:
    """An issue whose every text is `payload`."""
    texts = {name: payload for name in ("headline", "who", "due", "batches", "help", "reference", "url")}
    lists = {name: (payload, payload) for name in ("actions", "why", "patients")}
    return issue(replace(ITEM, **texts, **lists), title=payload, audience=payload, intro=payload)
