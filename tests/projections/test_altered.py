"""A changed copy of a state is what `dataclasses.replace` makes of it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from msat.projections.alert_state import AlertState
from msat.projections.altered import altered
from msat.projections.stored import to_json
from tests.fakes import Story


@pytest.fixture(scope="module")
def state() -> AlertState:
    story = Story()
    story.received()
    story.triaged()
    story.is_done()
    return story.state


@pytest.mark.parametrize("name", [field.name for field in fields(AlertState)])
def test_every_value_can_be_changed_and_the_others_stay(state: AlertState, name: str) -> None:
    before = to_json(state)
    value = ("another value",)
    made = altered(state, **{name: value})
    assert made == replace(state, **{name: value})
    assert getattr(made, name) is value
    assert to_json(state) == before
    assert hash(altered(state)) == hash(state)


def test_a_name_that_no_state_has_is_refused_and_a_copy_stays_frozen(state: AlertState) -> None:
    with pytest.raises(TypeError, match="has no colour"):
        altered(state, colour="red")
    with pytest.raises(AttributeError):
        altered(state).rag = None  # type: ignore[misc]


def test_nothing_is_computed_when_a_state_is_made() -> None:
    assert not hasattr(AlertState, "__post_init__")
