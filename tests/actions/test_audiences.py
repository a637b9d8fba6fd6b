"""The audiences of newsletters: what ships is sound, and a mistake in the file is named."""

from __future__ import annotations

import pytest

from msat import shipped
from msat.actions.audiences import load_audiences
from msat.actions.catalogue import load_shipped_catalogue
from msat.errors import Refused

SHIPPED = shipped.text("alerts/newsletter.toml")


def test_the_shipped_audiences_name_actions_that_there_are() -> None:
    found, catalogue = load_audiences(), load_shipped_catalogue()
    assert found.ids == ("prescribers", "community-pharmacies", "care-homes")
    for audience in found.audience:
        assert audience.basis == "proposal"
        assert all(catalogue[code].code == code for code in audience.actions)
        assert len(set(audience.actions)) == len(audience.actions)
        for text in audience.texts.values():
            assert text[0].isupper()
            assert not text.endswith(".")
            assert text.format(product="P", batches="B", company="C", reference="R")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('id = "care-homes"', 'id = "prescribers"', "given twice"),
        ("remedies for {product}", "remedies for {dose}", "is not one of"),
        ('A15 = "Find', 'A16 = "Find', "A16 is not among its actions"),
        ('kind = "gp-practice"', 'kind = "hospital"', "kind"),
        ("[limits]", "[limits]\nwords = 3", "words"),
        ('actions = ["A03", "A04", "A08", "A15", "A18"]', "actions = []", "at least one action"),
    ],
)
def test_a_mistake_is_named(before: str, after: str, said: str) -> None:
    assert before in SHIPPED
    with pytest.raises(Refused) as refused:
        load_audiences(SHIPPED.replace(before, after, 1))
    assert "newsletter.toml" in refused.value.explanation
    assert said in refused.value.explanation
