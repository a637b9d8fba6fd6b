"""Tells a firm's name from a medicine's by its own words: legal forms (Ltd, GmbH), words of the trade (Pharma), amounts
and dosage forms. Knows no list of firms or medicines; a name that carries none of these words is neither.
"""

from __future__ import annotations

import re

_PLAIN_FORM = (
    r"(?:[Ll]imited|LIMITED|[Ll]td|LTD|PLC|Plc|plc|P\.L\.C|LLP|GmbH|A/S|S\.A|SpA|S\.p\.A|N\.V|B\.V|Oy|Inc|LLC|Corporation"
    r"|Corp|EHF|ehf|S\.r\.l|Srl|SAS|UAB|Lda|d\.o\.o|S\.L)"
)
"""Legal forms that are nothing else. The others ("SA", "AB") may end a medicine's name too."""
_ONE_FORM = rf"(?:{_PLAIN_FORM}|AG|SA|NV|BV|AB|Laboratories|KG|PTC)\.?"
FORM = r"\b" + _ONE_FORM + r"(?:\s(?:&|and)\sCo\.?)?(?:\s(?:UK\s)?" + _ONE_FORM + r")*(?!\w)(?!\sPharma|\sUK\b(?!,))"
"""Where the legal form of a firm ends its name."""
BRACKETED = r"(?:\s\([^()]{2,60}\))?"

_AMOUNT = re.compile(
    r"[0-9]\s?(?:mg|ml|mcg|micrograms?|milligrams?|nanograms?|mmol|g|%|iu|i\.u\.|units?)(?!\w)", re.IGNORECASE
)
_DOSE_FORM = re.compile(
    r"\b(?:tablets?|caplets?|capsules?|injections?|solutions?|suspensions?|infusions?|syrups?|elixirs?|creams?|ointments?"
    r"|gels?|lotions?|drops|sprays?|powders?|granules|sachets|inhalers?|inhalation|nebuliser|patch(?:es)?|suppositor(?:y"
    r"|ies)|pessar(?:y|ies)|enemas?|vials?|ampoules?|pre-?filled|applicators?|implants?|lozenges|pastilles|vaccine)\b",
    re.IGNORECASE,
)
_NEVER_IN_A_FIRM = re.compile(r"\b(?:tablets|capsules|injection|solution)\b", re.IGNORECASE)
_TRADE = (
    r"(?:pharma(?:ceuticals?|ceutica|chem|care)?|health\s?care|laborator(?:y|ies|ios)|labs|therapeutics|farmac[eê]utica"
    r"|industri(?:a|es|e)|biologics|biosciences?|biotech|medical|specials|chemists?"
    r"|(?:marketing authori[sz]ation|licen[cs]e) holders?)"
)
_ENDS_AS_A_FIRM = re.compile(
    rf"\b{_TRADE}(?:\s(?:uk|\(uk\)|europe|ireland|deutschland|international|group))?(?:\s\(?ms\s?[0-9]{{3,6}}\)?)?\Z",
    re.IGNORECASE,
)
_IN_THE_TRADE = re.compile(rf"\b{_TRADE}\b", re.IGNORECASE)
_ENDS_IN_A_PLAIN_FORM = re.compile(rf"\b{_PLAIN_FORM}\.?{BRACKETED}\Z")
_ENDS_IN_ANOTHER_FORM = re.compile(rf"\b(?:AG|SA|NV|BV|AB|KG)\.?{BRACKETED}\Z")
_HAS_A_FORM = re.compile(FORM)
_MOST_WORDS = 8
_LONGEST = 300


def has_amount(text: str) -> bool:
    """Whether a text states a strength or size, or a dosage form that no firm is called after."""
    return bool(_AMOUNT.search(text) or _NEVER_IN_A_FIRM.search(text))


def names_medicine(text: str) -> bool:
    """Whether a text is about a medicine by its amounts and dosage forms, and carries no firm's legal form."""
    if _HAS_A_FORM.search(text):
        return False
    return has_amount(text) or bool(_DOSE_FORM.search(text) and not _IN_THE_TRADE.search(text))


def names_both(text: str) -> bool:
    """Whether a text carries a strength or dosage form and a firm's legal form."""
    return has_amount(text) and bool(_HAS_A_FORM.search(text))


def is_firm(text: str) -> bool:
    """Whether a text is a firm's name, or several, and nothing else: each ends in a legal form, none tells of a
    medicine. A medicine and its firm in one name ("Thing, Acme Ltd") are not."""
    text = text.strip()
    if len(text) > _LONGEST or has_amount(text) or _DOSE_FORM.search(text):
        return False
    return all(_ends_in_a_form(part) for part in text.split(", "))


def _ends_in_a_form(name: str) -> bool:
    name = name.strip(" ,")
    another = _ENDS_IN_ANOTHER_FORM.search(name) and _IN_THE_TRADE.search(name)
    return bool(_ENDS_IN_A_PLAIN_FORM.search(name) or another)


def sounds_like_a_firm(text: str) -> bool:
    """Whether a short text ends in a word of the trade ("Acme Healthcare") and says nothing of a medicine.

    Medicines are named after firms too ("Thing Acme Pharma"): only beside a part that is a medicine does it tell.
    """
    text = text.strip()
    if len(text) > _LONGEST or len(text.split()) > _MOST_WORDS or has_amount(text) or _DOSE_FORM.search(text):
        return False
    return bool(_ENDS_AS_A_FIRM.search(text))


def is_name_of(part: str, firm: str) -> bool:
    """Whether a part of a title is a firm's name, whole or its beginning ("Acme" of "Acme Pharma UK Limited")."""
    short, whole = (" ".join(text.casefold().split()) for text in (part, firm))
    if len(short) < 4 or has_amount(part):
        return False
    return whole == short or whole.startswith((f"{short} ", f"{short},"))
