"""Lists and what is known here of the notices they tell of."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from msat.alerts.model import Alert
from msat.cli.present import alert_json
from msat.cli.words import alert_text
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.projections.items import Held, known_by, match, not_here
from msat.services.desk import Desk
from msat.services.lists import item_lines_of, items_of
from tests.notices import item, recall

Receive = Callable[[FeedItem], AlertState]

ROUNDUP = item(
    "MHRA Safety Roundup: November 2026",
    "<h2>Medicines recalls and notifications</h2>"
    "<p><a href='/drug-device-alerts/testafil'>Class 2 Medicines Recall: Example Pharma Limited, Testafil, "
    "EL(26)A/61</a></p>"
    "<p>Issued 21 November 2026. Two batches.</p>"
    "<p>Class 3 Medicines Recall: Example Pharma Limited, Otherol, EL(26)A/62. Issued 22 November 2026.</p>"
    "<p>EL(26)A/61 and EL(26)A/63 share one cause.</p>"
    "<h2>Letters sent to healthcare professionals</h2><ul><li>"
    "<a href='/files/letter.pdf'>Testafil tablets: do not use after opening</a></li></ul>",
    alert_type="mhra-safety-round-up",
    issued=date(2026, 11, 25),
)


def noticed(desk: Desk, state: AlertState) -> Alert:
    notice = desk.views.notice(state.key)
    assert notice is not None
    return notice


def test_a_roundup_says_which_of_its_items_are_here(desk: Desk, receive: Receive) -> None:
    receive(recall(path="/drug-device-alerts/testafil"))
    receive(item("MHRA Safety Roundup: October 2026", "<p>Soon: EL(26)A/62.</p>", alert_type="mhra-safety-round-up"))
    state = receive(ROUNDUP)
    matched = items_of(desk, noticed(desk, state))
    assert [(one.item.reference, one.held, one.missing) for one in matched] == [
        ("EL(26)A/61", Held.HERE, ()),
        ("EL(26)A/62", Held.NOT_HERE, ("EL(26)A/62",)),
        ("EL(26)A/61", Held.PARTLY, ("EL(26)A/63",)),
        ("", Held.UNNUMBERED, ()),
    ]
    assert not_here(matched) == ("EL(26)A/62", "EL(26)A/63")
    assert matched[0].item.date == "2026-11-21"
    assert matched[0].item.url.endswith("/drug-device-alerts/testafil")
    assert matched == match(noticed(desk, state), known_by(desk.views.states()))
    lines = item_lines_of(desk, noticed(desk, state))
    assert lines[0].alerts == (("EL(26)A/61", "EL(26)A/61"),)
    assert [line.cells for line in lines] == [
        (
            "EL(26)A/61",
            "Class 2 Medicines Recall: Example Pharma Limited, Testafil, EL(26)A/61",
            "21 November 2026",
            "EL(26)A/61",
        ),
        (
            "EL(26)A/62",
            "Class 3 Medicines Recall: Example Pharma Limited, Otherol, EL(26)A/62. Issued 22 November 2026.",
            "22 November 2026",
            "Not here: EL(26)A/62",
        ),
        (
            "EL(26)A/61, EL(26)A/63",
            "EL(26)A/61 and EL(26)A/63 share one cause.",
            "Not given",
            "EL(26)A/61. Not here: EL(26)A/63",
        ),
        (
            "No number",
            "Testafil tablets: do not use after opening",
            "Not given",
            "No number to look for: compare its title",
        ),
    ]
    text = alert_text(state, noticed(desk, state), desk.clock.now(), lines)
    assert "Tells of 4 notices: 1 here, 1 partly here, 1 not here, 1 with no number to look for." in text
    assert re.search(r"EL\(26\)A/62 +Class 3 .* +22 November 2026 +Not here: EL\(26\)A/62\n", text)
    told = alert_json(state, noticed(desk, state), desk.clock.now(), matched)["items"]
    assert [one["held"] for one in told] == ["here", "not here", "partly here", "no number to look for"]


def test_field_safety_notices_are_screened_in_their_list(desk: Desk, receive: Receive) -> None:
    html = "<h2>Acme: Port</h2><p>05 March 2026</p><p>Model: X</p><p>MHRA reference: 28050499</p>"
    state = receive(item("Field Safety Notices: 2 to 6 March 2026", html, alert_type="field-safety-notices"))
    (one,) = items_of(desk, noticed(desk, state))
    assert (one.held, one.item.device) == (Held.SCREENED, "Port")


def test_a_notice_that_is_no_list_has_no_items(desk: Desk, receive: Receive) -> None:
    assert items_of(desk, noticed(desk, receive(recall()))) == ()
