"""The text of a letter or message about one alert, filled from its notice. Sends nothing and records nothing.

It names no patient: names and addresses are the clinical system's business.
"""

from __future__ import annotations

from msat.actions.letters import Letter, fill
from msat.actions.recommend import values_of
from msat.alerts.model import Alert
from msat.errors import Refused
from msat.services import deeds
from msat.services.desk import Desk

WITHOUT_ADVICE = "Please do not stop taking any medicine without speaking to your doctor or pharmacist first."
"""Said where the notice itself says nothing to patients."""


def letters(desk: Desk) -> tuple[Letter, ...]:
    """The letters in force here, the organisation's own wording included."""
    return tuple(desk.knowledge.letters.values())


def letter_text(desk: Desk, ref: str, name: str) -> str:
    """The letter `name` about the alert `ref`. Raises Refused for an unknown one, or when the notice's text is gone."""
    letter = desk.knowledge.letters.get(name)
    if letter is None:
        raise Refused(f"There is no letter “{name}”.", f"Use one of: {', '.join(desk.knowledge.letters)}.")
    state = deeds.find(desk, ref)
    notice = desk.views.notice(state.key)
    if notice is None:
        raise Refused(f"The text of {deeds.name_of(state)} is missing.", "Run verify, and write the letter by hand.")
    values = {**values_of(notice), "organisation": desk.record.organisation.name, "advice": advice_of(notice)}
    return fill(letter, values)


def advice_of(notice: Alert) -> str:
    """What the notice says to patients, in its own words; else that nobody stops without advice."""
    words = notice.patient_advice.words.strip() if notice.patient_advice else ""
    return f"The notice says: “{words}”" if words else WITHOUT_ADVICE
