"""Beside the action for a newsletter item: the issues that told of the alert, and one press that answers with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from msat.gui import deeds
from msat.gui.dates import say_date
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.gui.views.action_card import ActionCard
    from msat.projections.alert_state import AlertState
    from msat.projections.general import General
    from msat.projections.newsletter_told import Offer


class NewsletterOffer(QFrame):
    """Stands in a card while its action can be answered so. Records nothing unless it is pressed."""

    def __init__(self, card: ActionCard) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self.card = card
        lines = column(self, gap=6)
        self.words = Text("", "dense", "info_text")
        self.yes = KeyButton(tr("Answer yes with this"), self._answer)
        lines.addWidget(self.words)
        line = Wrapping()
        line.addWidget(self.yes)
        lines.addLayout(line)

    def show_offer(self, offer: Offer | None) -> None:
        """Names issue, day and readers; goes where there is nothing to answer with."""
        said = offer_words(offer) if offer else ""
        self.words.setText(said)
        self.yes.setAccessibleDescription(said)
        with self.card.keeping_focus():
            self.setVisible(offer is not None)

    def _answer(self) -> None:
        self.card.record(deeds.answer_by_newsletter([self.card.alert]), lambda: None)


def offer_words(offer: Offer) -> str:
    """`The newsletter told of it: “November 2026”, sent 3 November 2026 to prescribers.`"""
    from msat.projections.newsletter_told import MOST_NAMED

    told: dict[tuple[str, str], dict[str, None]] = {}
    for one in offer.tellings[-MOST_NAMED:]:
        told.setdefault((one.issue, say_date(one.sent)), {}).update(dict.fromkeys(one.audiences))
    parts = [
        tr("“{issue}”, sent {date} to {readers}").format(issue=issue, date=day, readers=", ".join(whom))
        for (issue, day), whom in told.items()
    ]
    return tr("The newsletter told of it: {issues}.").format(issues="; ".join(parts))


def show_offers(cards: Sequence[ActionCard], state: AlertState, told: Sequence[General]) -> None:
    """Puts the offer into the card it belongs to, once there is one; brings it up to date, or away."""
    from msat.projections.newsletter_told import offer

    made = offer(state, told)
    for card in cards:
        found = card.findChild(NewsletterOffer)
        if found is None and made is not None and card.code == made.code:
            found = NewsletterOffer(card)
            card.body.insertWidget(1 + card.body.indexOf(card.stands), found)
        if found is not None:
            found.show_offer(made)
