"""Try a folder of templates on an example that holds every field, so that a mistake is found before an issue is due.

The example is made up and says so; it names no real medicine. Records nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from msat.exports.newsletter import GROUPS, NewsItem
from msat.exports.newsletter_issue import ENDINGS, IssueText, write_issue
from msat.exports.newsletter_templates import read_templates
from msat.record.organisation import Organisation
from msat.triage.model import Priority

_RAGS = (Priority.RED, Priority.AMBER, Priority.GREEN, None)
_WHEN = datetime(2026, 1, 1, 9, tzinfo=UTC)


def example() -> IssueText:
    """An issue with an item in every section, one with every field and one with none that can be missing."""
    items = tuple(_item(number, group) for number, group in enumerate(GROUPS))
    return IssueText("Example issue", Organisation("Example Team", "Y00000", "committee"), _WHEN, items, "prescribers",
                     "This is an example & no medicine in it is real.")  # fmt: skip


def _item(number: int, group: str) -> NewsItem:
    full = number % 2 == 0
    return NewsItem(
        rag=_RAGS[number % len(_RAGS)],
        group=group,
        headline=f"Example {number + 1}: Examplol 5 mg <tablets>",
        who="GP practices",
        due="by 2 January 2026 09:00" if full else "",
        actions=("Check the stock", "Set it aside", "Tell the team")[: 3 if full else number % 3],
        batches="EX0001 (expiry 01/2028)" if full else "",
        why=("The label may be wrong.",) if full else (),
        patients=("Patients should not stop a medicine without advice.",) if full else (),
        help="Search name EXAMPLE." if full else "",
        reference=f"EXAMPLE/{number + 1}, 1 January 2026",
        url="https://www.example.org/notice?a=1&b=2",
    )


def try_templates(folder: Path) -> tuple[str, ...]:
    """Renders the example in every form, and an issue without any item. Returns the forms.

    Raises Refused, naming file and line, where a template does not work.
    """
    templates = read_templates(folder)
    whole = example()
    for issue in (whole, IssueText(whole.title, whole.organisation, whole.as_at, ())):
        for form in ENDINGS:
            write_issue(issue, form, None, templates)
    return tuple(ENDINGS)
