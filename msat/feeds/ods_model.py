"""What the lists of the Organisation Data Service say of practices and primary care networks, as plain values.

Dates are ISO texts ("2013-04-01"), empty where the list gives none. Names and addresses are the list's own, unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass

PRACTICES = "epraccur"
NETWORKS = "epcn"

STATUSES = {"A": "open", "C": "closed", "D": "dormant", "P": "proposed"}
"""The status codes of epraccur, in words. A dormant practice is kept in the directory and sees nobody."""

SETTINGS = {
    "0": ("other", "Other prescribing cost centre"),
    "1": ("walk-in-centre", "Walk-in centre"),
    "2": ("out-of-hours", "Out of hours"),
    "3": ("walk-in-and-out-of-hours", "Walk-in centre and out of hours"),
    "4": ("gp-practice", "GP practice"),
    "8": ("public-health", "Public health service"),
    "9": ("community-health", "Community health service"),
    "10": ("hospital", "Hospital service"),
    "11": ("optometry", "Optometry service"),
    "12": ("urgent-care", "Urgent and emergency care"),
    "13": ("hospice", "Hospice"),
    "14": ("care-home", "Care home or nursing home"),
    "15": ("border-force", "Border force"),
    "16": ("young-offenders", "Young offender institution"),
    "17": ("secure-training", "Secure training centre"),
    "18": ("secure-childrens-home", "Secure children's home"),
    "19": ("immigration-removal", "Immigration removal centre"),
    "20": ("court", "Court"),
    "21": ("police-custody", "Police custody"),
    "22": ("sexual-assault-referral", "Sexual assault referral centre"),
    "24": ("justice-other", "Other justice estate"),
    "25": ("prison", "Prison"),
}
"""The prescribing settings of epraccur: code of ours and words. Source: the ODS specification of epraccur."""

UNKNOWN_SETTING = ("unknown-setting", "A setting this program does not know")
KINDS = {code: words for code, words in (*SETTINGS.values(), UNKNOWN_SETTING)}
"""Kind of a practice -> its words."""

GP_PRACTICE = "gp-practice"


@dataclass(frozen=True, slots=True)
class OdsPractice:
    """One row of epraccur. `joined` and `left` say when it came to and went from `commissioner`."""

    code: str
    name: str
    kind: str
    """A key of `KINDS`."""
    address: str
    postcode: str
    region: str
    icb: str
    commissioner: str
    provider: str
    """The body that provides or pays for it, where that is another than the commissioner; else empty."""
    opened: str
    closed: str
    status: str
    """A value of `STATUSES`, or "status not known"."""
    joined: str
    left: str


@dataclass(frozen=True, slots=True)
class Network:
    """One primary care network."""

    code: str
    name: str
    commissioner: str
    commissioner_name: str
    postcode: str
    opened: str
    closed: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A practice's time in a network; `left` is empty while it lasts."""

    practice: str
    practice_name: str
    commissioner: str
    commissioner_name: str
    network: str
    joined: str
    left: str


@dataclass(frozen=True, slots=True)
class Odd:
    """A row that is not as it should be. `taken` says whether it is used all the same."""

    place: str
    """"line 12", or "PCNDetails row 7"."""
    code: str
    words: str
    taken: bool


@dataclass(frozen=True, slots=True)
class OdsFile:
    """One list as read. `newest` is the newest date in it: the list is at least as new as that."""

    kind: str
    """`PRACTICES` or `NETWORKS`."""
    rows: int
    practices: tuple[OdsPractice, ...] = ()
    networks: tuple[Network, ...] = ()
    memberships: tuple[Membership, ...] = ()
    odd: tuple[Odd, ...] = ()
    newest: str = ""
