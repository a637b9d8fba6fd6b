"""What the ten indicators mean: what is counted, of what, who is never counted, and whose rule that is. Text only.

`kpis.py` computes them by these words; the page of definitions of a pack shows them.
"""

from __future__ import annotations

from msat.projections.kpi_model import ALERTS, NUMBERS, PAIRS, RECHECKS, Definition

LISTS = "Safety roundups and weekly lists of field safety notices"
_NOT_COUNTED_LATE = (
    "Pairs with no reply or not received; historic ones; those withdrawn or superseded before they were done"
)

DEFINITIONS = {
    one.code: one
    for one in (
        Definition(
            "K1",
            "Alerts identified",
            ALERTS,
            "Alerts first received in the period, one event counted once however many sources told of it",
            "",
            f"{LISTS}; alerts received after the cut-off. A receipt dated before the notice was published is a wrong "
            "clock's, and dates the alert only where there is no other.",
            "published",
        ),
        Definition(
            "K2",
            "Alerts communicated",
            ALERTS,
            "Of these, alerts that a newsletter carried (A16 answered yes, or an issue sent), or that were passed on "
            "to others (A17 answered yes), in at least one organisation",
            "Alerts identified (K1)",
            "Nobody beyond K1. Telling one's own team (A12) is shown and does not count.",
            "published",
        ),
        Definition(
            "K3",
            "Alerts put into decision support",
            ALERTS,
            "Of these, alerts with a message recorded as live on or before the day of the cut-off, or with A13 "
            "answered yes",
            "Alerts identified (K1)",
            "Nobody beyond K1. A message that goes live later does not count yet.",
            "published",
        ),
        Definition(
            "K4",
            "Alerts for which a search was recommended",
            ALERTS,
            "Of these, alerts whose required actions, in at least one organisation, hold a practice audit or search "
            "(A05, A06, A07, A21 or A28), as the log's “Proposed action” says",
            "Alerts identified (K1) for which actions have been recommended",
            "Alerts for which no recommendation is recorded yet.",
            "published",
        ),
        Definition(
            "K5",
            "Acknowledged in time",
            PAIRS,
            "Acknowledged, as reported, by the end of the second working day after receipt, or by the alert's deadline "
            "where that comes first",
            "Alerts identified (K1), once for each organisation asked, whose limit had passed at the cut-off",
            f"{_NOT_COUNTED_LATE}; those whose limit had not passed.",
            "proposal",
        ),
        Definition(
            "K6",
            "Done by the deadline",
            PAIRS,
            "Closed, as reported, by the deadline that stands at the cut-off: signed off, or judged not to apply, by "
            "everybody who must",
            "Alerts identified (K1), once for each organisation asked, whose deadline had passed at the cut-off",
            f"{_NOT_COUNTED_LATE}; those without a deadline; those whose deadline had not passed. One that is put off "
            "past its deadline with an approver counts as not done.",
            "proposal",
        ),
        Definition(
            "K7",
            "Response rate",
            PAIRS,
            "A person in the organisation recorded anything about the alert",
            "Alerts identified (K1), once for each organisation asked that was open on the day",
            "Organisations not yet open or already closed on the day the alert was received.",
            "proposal",
        ),
        Definition(
            "K8",
            "Time to acknowledge and to close",
            PAIRS,
            "Elapsed time (nights and weekends included) from receipt in the organisation until it was closed, and "
            "until it was acknowledged: median and 90th centile, as reported",
            "",
            f"{_NOT_COUNTED_LATE}; those not done by the cut-off, whose number is told, for they would lengthen it.",
            "proposal",
        ),
        Definition(
            "K9",
            "Re-checks done",
            RECHECKS,
            "Of these, searches that were run again by the cut-off",
            "Searches that fell due to be run again in the period and by the cut-off, whenever the alert was received",
            "Re-checks of work that was opened again, withdrawn or superseded; entries struck out.",
            "proposal",
        ),
        Definition(
            "K10",
            "Unexplained gaps",
            NUMBERS,
            "Numbers missing from a numbered series that nobody has explained",
            "Numbers missing from a numbered series in the calendar years of the period",
            "Numbers before the first and after the newest known one of a series.",
            "proposal",
        ),
    )
}
"""What each indicator means, by its code."""
