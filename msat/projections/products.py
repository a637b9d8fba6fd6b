"""Whether two descriptions name one product: a pack of dm+d and a product of a notice, or typed words. Pure."""

from __future__ import annotations

import re

from msat.alerts.model import Product

_AMOUNT = re.compile(
    r"(?<=[0-9])\s+(?=(?:mg|mcg|micrograms?|g|kg|ml|l|iu|units?|%|mmol|nanograms?)\b)|(?<=[0-9])\s+(?=%)", re.IGNORECASE
)
_TERM = re.compile(r"[0-9]+(?:[.,][0-9]+)*[a-z%]*|[^\W\d_]+")
_SAME = {"microgram": "mcg", "micrograms": "mcg", "µg": "mcg", "μg": "mcg"}
_NO_MAKER = frozenset(
    [
        "ltd",
        "limited",
        "uk",
        "plc",
        "pharma",
        "pharmaceutical",
        "pharmaceuticals",
        "laboratories",
        "healthcare",
        "group",
        "company",
        "europe",
        "gmbh",
        "inc",
        "the",
        "and",
        "of",
        "international",
    ]
)
_FORMS = frozenset(
    [
        "tablet",
        "capsule",
        "solution",
        "injection",
        "suspension",
        "vial",
        "ampoule",
        "cream",
        "ointment",
        "oral",
        "hard",
        "film",
        "coated",
        "prolonged",
        "release",
        "gastro",
        "resistant",
        "for",
        "infusion",
        "concentrate",
        "powder",
        "drop",
        "eye",
        "pack",
        "bottle",
        "spray",
        "inhaler",
        "modified",
        "dispersible",
        "effervescent",
        "soluble",
        "chewable",
        "liquid",
        "syrup",
        "gel",
        "patch",
        "pen",
        "prefilled",
        "pre",
        "filled",
        "syringe",
        "unit",
        "dose",
    ]
)


def product_terms(text: str) -> list[str]:
    """The words of a product's name for comparing: lower case, amounts with their unit, no plural s."""
    joined = _AMOUNT.sub("", text.casefold())
    return list(dict.fromkeys(_term(term) for term in _TERM.findall(joined)))


def _term(term: str) -> str:
    for long, short in _SAME.items():
        if term.endswith(long) and term[:1].isdigit():
            return term[: -len(long)] + short
    return term[:-1] if len(term) > 4 and term.endswith("s") and term.isalpha() else term


def same_product(name: str, product: Product, company: str) -> bool:
    """Whether a pack's dm+d name can be the product of a notice: its first name, every strength, and the maker."""
    have, wanted = set(product_terms(name)), product_terms(product.name)
    makers = {term for term in product_terms(company) if len(term) > 2 and term not in _NO_MAKER}
    strengths = {term for term in wanted if term[:1].isdigit() and not term.isdigit()}
    if not strengths <= have or (makers and not makers & have):
        return False
    first = [term for term in wanted if len(term) > 3 and term.isalpha() and term not in _FORMS | makers]
    active = [term for term in product_terms(product.active_ingredient) if len(term) > 3 and term.isalpha()]
    return any(term in have for term in (*first[:1], *active[:1]))
