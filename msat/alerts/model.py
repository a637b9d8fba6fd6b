"""An alert and its facts. Every fact keeps the exact words it rests on; what was not said is absent, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from msat.ids import AlertKey, SourceId


class Family(StrEnum):
    """The kinds of notice, in the words of the field. The rule base (domain.md) divides some of them further."""

    NATPSA = "national-patient-safety-alert"
    RECALL = "medicines-recall"
    NOTIFICATION = "medicines-notification"
    """Class 4, which has three names: Defect Notification, Defect Information, Medicines Notification."""
    COMPANY_LED = "company-led-recall"
    FALSIFIED = "falsified-medicine"
    URGENT_MESSAGE = "urgent-message"
    """CMO or UKHSA message."""
    DRUG_SAFETY_UPDATE = "drug-safety-update"
    ROUNDUP = "safety-roundup"
    DEVICE_INFORMATION = "device-safety-information"
    DEVICE_ALERT = "medical-device-alert"
    """The device alerts of before 2021 (MDA/2019/013)."""
    FIELD_SAFETY_NOTICES = "field-safety-notices"
    SUPPLY = "supply-notification"
    PROTOCOL = "serious-shortage-protocol"
    LETTER = "letter-to-professionals"
    """A company's letter to professionals (DHPC)."""
    ESTATES = "estates-or-it"
    """Buildings, medical gas, cyber security: for whoever looks after the premises."""
    CORONER = "coroners-report"
    """A report to prevent future deaths (regulation 28)."""
    LOCAL = "local-notice"
    """What an organisation of one's own area sends out."""
    UNKNOWN = "unknown"


class Level(StrEnum):
    """How deep a recall goes. The deepest one named decides."""

    PATIENT = "patient"
    PHARMACY = "pharmacy"
    WHOLESALER = "wholesaler"


class Where(StrEnum):
    """Where the words of a fact stand, so that a screen can show them in place."""

    TITLE = "title"
    TEXT = "text"
    """`Alert.text`, of which the words are a literal substring."""
    DESCRIPTION = "description"
    PUBLISHER = "publisher"
    """The publisher's own data beside the text (type, issue date, withdrawal notice)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a notice says: the value as we write it, the words it rests on, and where those stand."""

    value: str
    words: str
    where: Where


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit that the notice itself states.

    kind: `underway`, `complete`, or `within` (counted from issue; `at` is then None, and `hours` or `working_days` is
    set), or `immediate`. `at` is UTC; a date without a time means the end of that day in London.
    """

    kind: str
    words: str
    where: Where
    at: datetime | None = None
    hours: int | None = None
    extended_from: datetime | None = None
    """The earlier date, where the issuer says that it put the deadline back (E13). The old one is kept."""
    working_days: int | None = None
    """Counted by the working days of whoever must act, so that no date follows from the notice alone."""

    @property
    def span_hours(self) -> int:
        """How long it gives, for holding one against another: five working days are a week. 0 when it is dated."""
        return self.hours or (self.working_days or 0) * 168 // 5

    @property
    def span(self) -> str:
        """How long it gives, in words; nothing when it is dated, or for at once."""
        if self.working_days:
            return f"{self.working_days} working day{'' if self.working_days == 1 else 's'}"
        return f"{self.hours} hours" if self.hours else ""


@dataclass(frozen=True, slots=True)
class Batch:
    """One row of an affected-batch table, as printed. `words` is the row as it stands in `Alert.text`.

    `number` is exact, without a livery name or footnote mark. Dates are kept as printed; `expires` is the last day
    they can mean, where that could be read.
    """

    number: str
    words: str
    expiry: str = ""
    expires: date | None = None
    pack_size: str = ""
    first_distributed: str = ""
    product: str = ""
    livery: str = ""
    through: str = ""
    """The last number when the cell holds a range ("From 5000879 to 5000964"); `number` is then the first."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the notice names it."""

    name: str
    words: str
    where: Where
    licence: str = ""
    active_ingredient: str = ""
    snomed: str = ""
    gtin: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One notice that a list tells of: an entry of the weekly field safety notices, of a roundup, of a letters page.

    `words` are its lines as they stand in `Alert.text`. What the list does not say of it is empty.
    """

    title: str
    words: str
    references: tuple[Fact, ...] = ()
    """The numbers it goes by, in normal form; in a roundup also those it mentions."""
    company: str = ""
    device: str = ""
    model: str = ""
    category: str = ""
    """"MD: ..." or the category line of a field safety notice."""
    date: str = ""
    """ISO date, as the list gives it."""
    url: str = ""

    @property
    def reference(self) -> str:
        """The first of its numbers, or nothing."""
        return self.references[0].value if self.references else ""


@dataclass(frozen=True, slots=True)
class Alert:
    """One event in the world as one source described it in one version.

    `key` joins the same event from several sources: the reference when it is of a numbered series, else the page's
    path. A case number (MDR 94-06/18) names a defect, which two recalls can share, so it is never the key.
    """

    key: AlertKey
    source: SourceId
    path: str
    url: str
    title: str
    text: str
    html: str
    family: Fact
    reference: Fact | None = None
    """The number it goes by: of a numbered series, else its case number, which `case` holds too and `key` never is."""
    other_references: tuple[Fact, ...] = ()
    case: Fact | None = None
    alert_class: Fact | None = None
    """value "1" to "4"."""
    level: Fact | None = None
    """value: the deepest `Level` named; the words say all of them."""
    issuer: Fact | None = None
    """The issuer named in a NatPSA reference (MHRA, DHSC, NHSPS ...) or the publisher."""
    issued: Fact | None = None
    """value: ISO date, or ISO time in UTC where the notice gives one."""
    published: datetime | None = None
    company: Fact | None = None
    deadlines: tuple[Deadline, ...] = ()
    products: tuple[Product, ...] = ()
    batches: tuple[Batch, ...] = ()
    all_batches: tuple[Fact, ...] = ()
    """Statements such as "All lots with an expiry date up to and including 02/2028"."""
    supersedes: tuple[Fact, ...] = ()
    patient_advice: Fact | None = None
    professional_advice: Fact | None = None
    update: Fact | None = None
    """The notice says of itself that it updates or corrects an earlier one."""
    withdrawn: Fact | None = None
    alert_type: str | None = None
    specialisms: tuple[str, ...] = ()
    description: str = ""
    unread: tuple[str, ...] = ()
    """What could not be read, a sentence each. A person must look at the source."""
    changes: tuple[str, ...] = field(default=())
    """The publisher's own notes on what it changed, newest last."""
    nation: str = ""
    """Where the source publishes, when that is not the United Kingdom. Such a notice has no MHRA class or family."""
    problem: Fact | None = None
    """What is wrong, as the notice begins to tell it ("Explanation of identified safety issue")."""
    audience: tuple[Fact, ...] = ()
    """Who is asked to act: "Action by", a CAS message's list of recipients. One group a fact, in the notice's order."""
    call_to_action: Fact | None = None
    """The box at the head of a Drug Safety Update article."""
    citation: Fact | None = None
    """Volume, issue and page of a Drug Safety Update article: "volume 8, issue 11, June 2015: 1"."""
    tier: Fact | None = None
    """value "1" to "4": the tier of a supply notification."""
    starts: Fact | None = None
    """value: ISO date from which a protocol, or a shortage, holds."""
    ends: Fact | None = None
    """value: ISO date on which a protocol ends, or supply is expected again."""
    devices: tuple[Fact, ...] = ()
    """The devices of an old device alert or device information, a line or table row each."""
    superseded_by: tuple[Fact, ...] = ()
    """The alerts that this notice says have taken its place."""
    items: tuple[Item, ...] = ()
    """The notices that a list tells of. Only a list has any."""

    def facts(self) -> dict[str, Fact]:
        """The single facts that are known, by name, for screens and `show --json`."""
        named = {
            "reference": self.reference,
            "case": self.case,
            "family": self.family,
            "class": self.alert_class,
            "level": self.level,
            "issuer": self.issuer,
            "issued": self.issued,
            "company": self.company,
            "patient_advice": self.patient_advice,
            "professional_advice": self.professional_advice,
            "update": self.update,
            "withdrawn": self.withdrawn,
            "problem": self.problem,
            "call_to_action": self.call_to_action,
            "citation": self.citation,
            "tier": self.tier,
            "starts": self.starts,
            "ends": self.ends,
        }
        return {name: fact for name, fact in named.items() if fact is not None}
