"""What a notice is: its family, its class and its level, each with the words that say so.

A word that merely occurs proves nothing: "class 2 of antibiotics" is no class, and the title goes before the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msat.alerts.model import Fact, Family, Level, Where
from msat.alerts.notice import LONGEST_TITLE, Notice
from msat.alerts.reference import Reference, find
from msat.alerts.titles import is_classed


def _says(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# --- class -----------------------------------------------------------------------------------------------------------

_GRADE = r"class\s{0,3}[:\-–]?\s{0,3}(?P<grade>[1-4]|one|two|three|four)\b"
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4"}
_KIND_OF_NOTICE = (
    r"(?:medicines?|drugs?|recall|defect|notification|information|alert|fmd|falsified|patient[\s-]level|pharmacy[\s-]level"
    r"|wholesaler[\s-]level|company)"
)
_CLASS = (
    re.compile(_GRADE + r"\s{0,3}[:,\-–]?\s{0,3}(?:\([^)]{0,30}\)\s{0,3})?" + _KIND_OF_NOTICE + r"\b", re.IGNORECASE),
    re.compile(
        r"\b(?:drug\s(?:alert|recall)|fmd\s(?:alert|recall)|medicines?\s(?:recall|alert|notification)|(?:defect|fmd\smedicines)\s\w{1,14})"
        r"\s{0,3}[:,(\-–]{0,2}\s{0,3}" + _GRADE,
        re.IGNORECASE,
    ),
    re.compile(
        r"\A\W{0,3}(?:updated?\s{0,2}[:\-–]\s{0,2})?class\s{0,2}(?P<grade>[1-4])\s{0,2}(?:[:,\-–(]|\Z)", re.IGNORECASE
    ),
)
_NO_CLASS = frozenset(
    {
        Family.ROUNDUP,
        Family.DRUG_SAFETY_UPDATE,
        Family.FIELD_SAFETY_NOTICES,
        Family.DEVICE_INFORMATION,
        Family.DEVICE_ALERT,
        Family.SUPPLY,
        Family.PROTOCOL,
        Family.LETTER,
        Family.ESTATES,
        Family.CORONER,
        Family.LOCAL,
        Family.UNKNOWN,
    }
)


def alert_class(notice: Notice, family: Fact, issuer: str) -> Fact | None:
    """The class: the title's, else the header's; a NatPSA of the MHRA without one is Class 1 by definition."""
    if family.value in _NO_CLASS:
        return None
    for text, where in notice.places():
        found = _graded(text, where)
        if found:
            return found
    if family.value == Family.NATPSA and issuer == "MHRA":
        return Fact("1", family.words, family.where)
    return None


def other_class(notice: Notice, chosen: Fact | None) -> str:
    """A sentence where the title names one class and a line that heads the notice another; nothing else decides."""
    if chosen is None or chosen.where is not Where.TITLE:
        return ""
    for line in notice.header:
        found = _graded(line, Where.TEXT) if not _WAS_SO.search(line) else None
        if found is not None and found.value != chosen.value:
            return f"The title says “{chosen.words}” and the text “{found.words}”: which of them holds is not known."
    return ""


# What a notice tells of its own past, or of another one.
_WAS_SO = _says(
    r"\b(?:was|were|previous(?:ly)?|original(?:ly)?|supersed\w+|replac\w+|updates?|updated|upgrad\w+|escalat\w+|reclassif\w+"
    r"|from class|no longer|instead|earlier|formerly|refer\w*)\b"
)


def _graded(text: str, where: Where) -> Fact | None:
    """The gravest class that a line names."""
    found = [
        Fact(_NUMBERS.get(match["grade"].lower(), match["grade"]), match.group().strip(" :,-–("), where)
        for pattern in _CLASS
        for match in pattern.finditer(text)
    ]
    return min(found, key=lambda fact: fact.value) if found else None


# --- level -----------------------------------------------------------------------------------------------------------

_WHO = (
    r"(?:patients?|consumers?|carers?|parents?|pharmac(?:y|ies)|dispensing\sdoctors?|dispensar(?:y"
    r"|ies)|wholesalers?|retail(?:ers?)?|clinics?|hospitals?|surger(?:y"
    r"|ies)|wards?|users?|gps?)"
)
_JOINED = r"(?:\s{0,2}(?:,\s?and\b|,|/|&|\+|-|–|\band\b|\bor\b)\s{0,2}" + _WHO + r"){0,6}"
# "Recall level: patient and pharmacy", "Level of recall - pharmacy".
_LEVEL_FIRST = re.compile(
    r"\b(?:recall\s)?level(?:\sof(?:\sthe)?\srecall)?\s{0,2}[:\-–]\s{0,2}"
    + _WHO
    + _JOINED
    + r"(?=\s{0,2}(?:only\b|[.;,)\]|]|\Z))",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"\b" + _WHO + r"(?:\s{0,2}(?:,|/|&|\+|-|–|\band\b|\bor\b|,\s?and\b)\s{0,2}" + _WHO + r"){0,6}[\s-]{1,3}levels?\b",
    re.IGNORECASE,
)
_DEEPEST = (
    (Level.PATIENT, re.compile(r"patient|consumer|carer|parent", re.I)),
    (Level.PHARMACY, re.compile(r"pharmac|dispens|retail|clinic|hospital|surger|ward|gp", re.I)),
    (Level.WHOLESALER, re.compile("wholesaler", re.I)),
)
_RECALLING = re.compile(r"\b(?:recall|notification|distribut|quarantin|class\s?[1-4]\b|action within)", re.IGNORECASE)
_NOT_SO = re.compile(r"\b(?:not|no|without|previous(?:ly)?|supersed\w+|originally|instead)\b", re.IGNORECASE)


def level(notice: Notice, family: Fact) -> Fact | None:
    """The deepest level that the title and header name; else one that a sentence about the recall names."""
    if family.value in (Family.ROUNDUP, Family.DRUG_SAFETY_UPDATE, Family.FIELD_SAFETY_NOTICES):
        return None
    found = [fact for text, where in notice.places() for fact in _levels(text, where)]
    if not found:
        for line in notice.prose():
            if "level" not in line.lower():
                continue
            sentences = (s for s in re.split(r"(?<=[.;])\s", line) if _RECALLING.search(s) and not _NOT_SO.search(s))
            found.extend(fact for sentence in sentences for fact in _levels(sentence, Where.TEXT))
    order = list(Level)
    return min(found, key=lambda fact: order.index(Level(fact.value))) if found else None


def _levels(text: str, where: Where) -> list[Fact]:
    facts = []
    after = [*_LEVEL.finditer(text)]  # "pharmacy level: patients ..." names one level, and not that of patients
    before = [m for m in _LEVEL_FIRST.finditer(text) if not any(a.start() <= m.start() < a.end() for a in after)]
    for match in (*after, *before):
        if _NOT_SO.search(text[max(0, match.start() - 30) : match.start()]):
            continue
        named = next((name for name, pattern in _DEEPEST if pattern.search(match.group())), None)
        if named:
            facts.append(Fact(named.value, match.group(), where))
    return facts


# --- family ----------------------------------------------------------------------------------------------------------

_BY_SERIES = {
    "NatPSA": Family.NATPSA,
    "DSI": Family.DEVICE_INFORMATION,
    "MDSB": Family.DEVICE_INFORMATION,
    "MDA": Family.DEVICE_ALERT,
    "CLMR": Family.COMPANY_LED,
    "CLDA": Family.COMPANY_LED,
    "MSN": Family.SUPPLY,
    "SDA": Family.SUPPLY,
    "SSP": Family.PROTOCOL,
    "EFA": Family.ESTATES,
    "CEM/CMO": Family.URGENT_MESSAGE,
}


_LISTS = (
    (Family.FIELD_SAFETY_NOTICES, _says(r"\A.{0,20}\bfield safety notices?\b"), "field-safety-notices"),
    (Family.ROUNDUP, _says(r"\bsafety\s{0,2}-?round\s?-?\s?up\b"), "mhra-safety-round-up"),
)
_UPDATE = _says(r"\bdrug safety update\b|\bletters and medicines? recalls sent to healthcare professionals\b")
_NATPSA_SAID = _says(r"\bnational patient safety alert\b")
_NOTIFICATION_SAID = _says(
    r"\bclass\s{0,3}(?:4|four|iv)\b|\bmedicines?\s(?:defect\s)?notification\b|\bdefect\s(?:notification|information)\b"
)
_RECALL_SAID = _says(
    r"\bmedicines?\s{1,3}recall\b|\bdrug\s(?:alert|recall)\b.{0,20}\bclass\s{0,3}[123]\b|\bclass\s{0,3}[123]\s.{0,24}\brecall\b|\bdrug\srecall\b"
)
_SAID = (
    (Family.COMPANY_LED, _says(r"\bcompany[\s-]led\b")),
    (
        Family.FALSIFIED,
        _says(
            r"\bFMD\b|\bfalsified\b|\bcounterfeit\b.{0,60}\b(?:medicine|tablet|pen|capsule)s?|\bstolen\b.{0,40}\bmedicine"
        ),
    ),
    (Family.DEVICE_ALERT, _says(r"\bmedical device alert\b")),
    (Family.NOTIFICATION, _NOTIFICATION_SAID),
    (Family.RECALL, _RECALL_SAID),
    (
        Family.URGENT_MESSAGE,
        _says(r"\bchief medical officer\b|\bCMO (?:message|alert|letter)\b|\bUKHSA (?:briefing|urgent|message)"),
    ),
    (Family.SUPPLY, _says(r"\b(?:medicine )?supply (?:notification|disruption|issue|alert)\b")),
    (Family.PROTOCOL, _says(r"\bserious shortage protocols?\b|\bSSP\s?[0-9]{3}\b")),
    (Family.SUPPLY, _says(r"\A.{0,60}\bshortages?\b|\bdiscontinuation of\b")),
)
# What is none of the above, and never comes through the publisher that gives its notices a type. It decides last: a
# local message that passes on a recall is about the recall.
_SAID_ELSEWHERE = (
    (
        Family.LETTER,
        _says(
            r"\bdirect health ?care professional communications?\b|\bDHPC\b"
            r"|\bdear (?:health ?care|doctor|prescriber|pharmacist)\b.{0,40}\bletter\b"
            r"|\bletter (?:to|for) (?:all )?(?:health ?care professionals|prescribers|pharmacists)\b"
        ),
    ),
    (
        Family.CORONER,
        _says(
            r"\bprevention of future deaths?\b|\breport to prevent future deaths\b|\bregulation 28\b|\bPFD report\b"
            r"|\bcoroner(?:['’]?s)?\b.{0,30}\b(?:report|concerns?)\b"
        ),
    ),
    (
        Family.ESTATES,
        _says(
            r"\bestates (?:and|&) facilities\b|\bcyber(?:[ -]security)? alert\b"
            r"|\b(?:planned|unplanned|network|telephone) (?:IT )?outage\b|\bIT (?:alert|notice|outage|maintenance)\b"
        ),
    ),
    (
        Family.LOCAL,
        _says(
            r"\blocal (?:medicines? |prescribing |safety )?(?:safety )?(?:notice|alert|message|bulletin)\b"
            r"|\b(?:medicines? (?:management|optimisation)|prescribing|ICB|LMC|LPC|health board)\b.{0,30}"
            r"\b(?:notice|alert|message|bulletin|newsflash)\b"
        ),
    ),
)
_ANY_RECALL = _says(r"\brecall(?:s|ed|ing)?\b|\bwithdraw(?:n|al) (?:of|from)\b|\bdrug alert\b")
_OF_MEDICINES = frozenset({"medicines-recall-notification", "drugs", "company-led-drugs"})
_OF_DEVICES = frozenset({"device-safety-information", "devices"})
# A line that holds nothing else: what the page of an article calls its kind, with or without volume and issue.
_IS_LABEL = _says(
    r"\W{0,3}(?:drug safety update(?:,?\s{1,2}vol(?:ume|\.)?\s?[0-9]{1,2}\b.{0,60})?"
    r"|(?:medical )?device safety information)\W{0,3}"
)
_ABOUT_ALERTS = _says(r"\bchanges? (?:to|in)\b.{0,40}\balert|\bdrug alert titles?\b|\bhow (?:we|the mhra)\b")
_A_MEDICINE = _says(
    r"[0-9]\s?(?:mg|mcg|micrograms?|g|iu|%)(?:\b|/).{0,80}\b(?:tablets?|capsules?|injection|infusion|solution|syrup|suspension|cream|suppositor)"
)
_LONGEST_LABEL = 200
_DEVICES_RENAMED = 2021
"""Until 2020 the MHRA issued medical device alerts (MDA); from 2021 the same pages are device safety information."""


def family(notice: Notice, references: Sequence[Reference]) -> Fact:
    """The family. `references` are those the notice calls itself by, the identity first."""
    title = notice.title[:LONGEST_TITLE]
    return (
        _listed(notice, title)
        or _by_series(title, references)
        or _said(title, Where.TITLE, notice)
        or _by_type(notice, title)
        or _in_header(notice)
        or _said_elsewhere(notice, title)
        or Fact(Family.UNKNOWN.value, notice.item.alert_type or "", Where.PUBLISHER)
    )


def _listed(notice: Notice, title: str) -> Fact | None:
    """Pages that list other notices: the weekly field safety notices, the monthly roundup, Drug Safety Update."""
    for name, pattern, slug in _LISTS:
        match = pattern.search(title)
        if match:
            return Fact(name.value, match.group().strip(), Where.TITLE)
        if notice.item.alert_type == slug:
            return Fact(name.value, slug, Where.PUBLISHER)
    if notice.item.path.lstrip("/").startswith("drug-safety-update"):
        return Fact(Family.DRUG_SAFETY_UPDATE.value, notice.item.path, Where.PUBLISHER)
    match = _UPDATE.search(title)
    return Fact(Family.DRUG_SAFETY_UPDATE.value, match.group(), Where.TITLE) if match else None


def _by_series(title: str, references: Sequence[Reference]) -> Fact | None:
    for reference in references:
        named = _BY_SERIES.get(reference.series)
        if named:
            where = Where.TITLE if reference.words in title else Where.TEXT
            return Fact(named.value, reference.words, where)
    return None


def _said(text: str, where: Where, notice: Notice) -> Fact | None:
    if _ABOUT_ALERTS.search(text):
        return None
    match = _NATPSA_SAID.search(text)
    if match or notice.item.alert_type == "national-patient-safety":
        return _found(Family.NATPSA, match, where, "national-patient-safety")
    of_devices = notice.item.alert_type in _OF_DEVICES
    for name, pattern in _SAID:
        match = pattern.search(text)
        if match and not (of_devices and name in (Family.FALSIFIED, Family.SUPPLY)):
            return _recall_first(text, match, where) or Fact(name.value, match.group().strip(), where)
    return None


def _said_elsewhere(notice: Notice, title: str) -> Fact | None:
    """What a notice without a type of the publisher calls itself, in its title or else above its first section."""
    if notice.item.alert_type or _ABOUT_ALERTS.search(title):
        return None
    lines = [(line, Where.TEXT) for line in notice.header if len(line) <= _LONGEST_LABEL]
    for text, where in ((title, Where.TITLE), *lines):
        for name, pattern in _SAID_ELSEWHERE:
            match = pattern.search(text)
            if match:
                return Fact(name.value, match.group().strip(), where)
    return None


def _recall_first(text: str, match: re.Match[str], where: Where) -> Fact | None:
    """A line that names a recall and only then a Class 4 notice ("was Class 4 ...") is about the recall."""
    recall = _RECALL_SAID.search(text)
    if match.re is _NOTIFICATION_SAID and recall and recall.start() < match.start():
        return Fact(Family.RECALL.value, recall.group().strip(), where)
    return None


def _found(name: Family, match: re.Match[str] | None, where: Where, slug: str) -> Fact:
    return Fact(name.value, match.group(), where) if match else Fact(name.value, slug, Where.PUBLISHER)


def _by_type(notice: Notice, title: str) -> Fact | None:
    """The publisher's own type, where the title does not contradict it."""
    slug = notice.item.alert_type or ""
    if slug == "company-led-drugs":
        return Fact(Family.COMPANY_LED.value, slug, Where.PUBLISHER)
    match = _ANY_RECALL.search(title)
    if match and (slug in _OF_MEDICINES or (not slug and not _ABOUT_ALERTS.search(title))):
        return Fact(Family.RECALL.value, match.group(), Where.TITLE)
    if slug not in _OF_DEVICES or _ABOUT_ALERTS.search(title) or _A_MEDICINE.search(title):
        return None
    issued = notice.item.issued or notice.item.published
    old = slug == "devices" or (issued is not None and issued.year < _DEVICES_RENAMED)
    return Fact((Family.DEVICE_ALERT if old else Family.DEVICE_INFORMATION).value, slug, Where.PUBLISHER)


def _in_header(notice: Notice) -> Fact | None:
    """What the lines above the first section call the notice, where the title says nothing."""
    if _ABOUT_ALERTS.search(notice.title[:LONGEST_TITLE]):
        return None
    named = {reference.value for line in notice.header if is_classed(line) for reference in find(line)}
    if len(named) > 1:  # a page about several recalls is none of them
        return None
    # "MEDICINES NOTIFICATION" heads every notice of 2026, recalls too: a line that names a class goes first.
    short = (line for line in notice.header if len(line) <= _LONGEST_LABEL)
    lines = [line for line in short if line.strip().lower() != "medicines notification"]
    for line in sorted(lines, key=lambda line: _graded(line, Where.TEXT) is None):
        found = _said(line, Where.TEXT, notice)
        if found:
            return found
    label = next((line for line in notice.header if _IS_LABEL.fullmatch(line)), None)
    if label is not None:
        name = Family.DEVICE_INFORMATION if "device" in label.lower() else Family.DRUG_SAFETY_UPDATE
        return Fact(name.value, label, Where.TEXT)
    if notice.item.alert_type in _OF_MEDICINES:
        match = next((m for line in notice.header if (m := _ANY_RECALL.search(line))), None)
        if match:
            return Fact(Family.RECALL.value, match.group(), Where.TEXT)
    return None
